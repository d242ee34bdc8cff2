"""A gateway that runs: its doors and its timetable, in one process or in several that share a database."""

import queue
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from wsgiref.types import WSGIApplication

from gateway.core.errors import Fault, Reason
from gateway.core.facts import ParcelDelivered
from gateway.core.measures import COUNTED, OTHER
from gateway.core.terms import PartnerId
from gateway.edge import journal, registry, server, verifying, xsds
from gateway.edge.counters import Counters
from gateway.edge.server import Limits, Listener, Server, server_context
from gateway.edge.server.proxied import behind
from gateway.edge.timetable import Timetable
from gateway.flows import dispatch, proving
from gateway.flows.dispatch import Sent
from gateway.settings import Settings, Unusable, shipped
from gateway.web import governance, machines, operating, pages, statements
from gateway.web.numbered import Answered, number
from gateway.wiring import duties, machine, sweeps
from gateway.wiring.duties import MEND_BEHIND
from gateway.wiring.joining import Installation
from gateway.wiring.sweeps import Sweep
from gateway.wiring.ways import ways

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

NOT_AN_ANSWER, SERVER_FAILED = 300, 500

TRUST_SECONDS = 2.0
"""How soon a newly enrolled certificate is let in."""

ASK_SECONDS = 600.0
START_SECONDS = 0.7
"""How long the doors wait for partners and for witnesses, who may know more of our log than our database does."""

SAY_SECONDS = 60.0


def bind(settings: Settings) -> dict[str, socket.socket]:
    """The sockets of all doors, for processes that are forked afterwards. Raises Unusable for a port that is taken."""
    listen = settings.listen
    try:
        return server.bind(
            {
                "machines": (listen.machines_host, listen.machines_port),
                "pages": (listen.pages_host, listen.pages_port),
                "operator": (listen.operator_host, listen.operator_port),
            }
        )
    except OSError as error:
        raise Unusable(f"a port of [listen] cannot be opened: {error.strerror}") from error


class Running:
    """Doors and timetable of one process. Several processes may share a database; none of them is special.

    ``bound`` are sockets that several processes share, ``counters`` what they count together.
    """

    def __init__(
        self,
        installed: Installation,
        bound: Mapping[str, socket.socket] | None = None,
        counters: Counters | None = None,
    ) -> None:
        self.installed = installed
        self._trusted = (-1, -1)
        self._say_again = 0.0
        self._stopping = threading.Event()
        self._met = queue.SimpleQueue[PartnerId]()
        self._bound = bound
        self.counters = counters or Counters(COUNTED)
        listen, apps = installed.settings.listen, self._apps()
        self.server = Server(
            (
                Listener("machines", listen.machines_host, listen.machines_port, apps["machines"], self._context()),
                Listener(
                    "pages",
                    listen.pages_host,
                    listen.pages_port,
                    apps["pages"],
                    self._unasking_context(listen.pages_host),
                ),
                Listener("operator", listen.operator_host, listen.operator_port, apps["operator"], None),
            ),
            _limits(installed.settings),
            self.told,
        )
        self.timetable = Timetable(self.told)

    def start(self) -> None:
        times = self.installed.settings.timetable
        duties.ask_partners(self.installed, START_SECONDS)
        duties.ask_witnesses(self.installed, START_SECONDS)
        for sweep in sweeps.SWEEPS:
            if sweep.at_start:
                self._sweep_at_start(sweep)
        self.server.start(self._bound)
        self.timetable.every(times.checkpoint, "checkpoint", self.publish)
        self.timetable.every(TRUST_SECONDS, "trust", self.renew_trust)
        self.timetable.every(ASK_SECONDS, "ask", lambda: duties.ask_partners(self.installed))
        for sweep in sweeps.SWEEPS:
            self.timetable.every(sweep.seconds, sweep.name, partial(self.sweep, sweep))
        for worker in range(self.installed.settings.workers):
            self.timetable.every(times.dispatch, f"dispatch-{worker}", self.drain)
        for verifier, address in self.installed.settings.witnesses.known:
            ask = partial(duties.ask_witness, self.installed, verifier, address)
            self.timetable.every(times.witness, f"witness-{verifier.name}", ask)
        self.timetable.every(times.pull, "pull", self.pull)
        self.timetable.every(times.witness, "countersign", self.countersign)
        self.timetable.every(ASK_SECONDS, "countersign-all", lambda: duties.ask_cosigners(self.installed))
        self.timetable.start()

    def stop(self) -> None:
        self._stopping.set()
        self.timetable.stop()
        self.server.stop(grace=5)
        self.installed.store.engine.dispose()

    def told(self, name: str, error: BaseException) -> None:
        """Write a fault to the log, and count it."""
        journal.told(name, error)
        self.counters.add("faults", error.reason if isinstance(error, Fault) else OTHER)

    def answered(self, answer: Answered) -> None:
        """Write an answered request to the log, and count it."""
        if answer.door != "operator" or answer.status >= NOT_AN_ANSWER:  # who watches asks every few seconds
            journal.answered(answer.door, answer.route, answer.status, answer.milliseconds)
        self.counters.add(f"{answer.door}_requests", f"{answer.status // 100}xx")
        if answer.route == "uploads" and answer.status < SERVER_FAILED:
            self.counters.add("uploads", "accepted" if answer.status < NOT_AN_ANSWER else "refused")

    def publish(self) -> None:
        if not self._behind():
            duties.publish(self.installed)

    def sweep(self, sweep: Sweep) -> None:
        """Do what time alone brings up; a database that fell behind does nothing."""
        if not self._behind():
            sweep.do(self.installed, self.installed.gateway.clock())

    def _sweep_at_start(self, sweep: Sweep) -> None:
        """A gateway that is started every day would never come to its first hour."""
        try:
            self.sweep(sweep)
        except Fault as fault:
            self.told(sweep.name, fault)  # it may be read all the same

    def drain(self) -> None:
        """Send until nothing is due; a database that fell behind sends nothing."""
        if self._behind() or self._unproven():
            return
        after = ""
        while not self._stopping.is_set():
            sent = dispatch.send_due(self.installed.gateway, self.installed.settings.most, after)
            for one in sent:
                self._attempted(one)
                after = one.parcel.recipient
            if not sent:
                break

    def pull(self) -> None:
        """Fetch what partners keep for us; a database that fell behind fetches nothing."""
        if not self._behind():
            duties.pull(self.installed, self.told, self.installed.settings.most)

    def countersign(self) -> None:
        """Have our log countersigned by those partners with whom a message was exchanged."""
        met = {self._met.get() for _ in range(self._met.qsize())}
        if met:
            duties.ask_cosigners(self.installed, met)

    def _attempted(self, sent: Sent) -> None:
        """Write an attempt to the log, and count it if it failed; what nobody expected of it is told as a fault."""
        if sent.broke is not None:
            journal.told("dispatch", sent.broke)
        if isinstance(sent.fact, ParcelDelivered):
            self._met.put(sent.parcel.recipient)
        reason = getattr(sent.fact, "reason", None)
        journal.attempted(sent.parcel.id, sent.parcel.message, type(sent.fact).__name__, reason)
        if isinstance(reason, Reason):
            self.counters.add("faults", reason)

    def _behind(self) -> bool:
        """Whether the database lacks lines that were signed; said once a minute, for it waits for a person."""
        duties.look_ahead(self.installed)
        lost = duties.missing(self.installed)
        if lost is not None and time.monotonic() > self._say_again:
            self._say_again = time.monotonic() + SAY_SECONDS
            journal.behind(lost.words, MEND_BEHIND)
        return lost is not None

    def _unproven(self) -> bool:
        """Whether nothing new leaves for want of countersignatures; said once a minute, for it waits for a person."""
        if not self.installed.settings.witnesses.patience:
            return False
        proven = self.installed.store.proven(self.installed.gateway.clock())
        if proven.stopped and time.monotonic() > self._say_again:
            self._say_again = time.monotonic() + SAY_SECONDS
            journal.unproven(proving.words(proven))
        return proven.stopped

    def renew_trust(self) -> None:
        """Let in who was enrolled since the last look, and nobody who was removed; show the key whose day has come."""
        if self._trust() != self._trusted and (context := self._context()):
            self.server.renew("machines", context)

    def _apps(self) -> dict[str, WSGIApplication]:
        gateway, holds = self.installed.gateway, duties.checks(self.installed)
        made = {
            "machines": machines.create(gateway, self.told),
            "pages": pages.create(
                gateway,
                self.installed.store,
                self.told,
                self.installed.vault.blind("pages"),
                _means(self.installed),
                ways(self.installed),
                machine.told(self.installed),
            ),
            "operator": operating.create(holds, lambda: duties.measure(self.installed, self.counters)),
        }
        apps: dict[str, WSGIApplication] = {
            door: number(app, door, gateway.draw, self.answered, self.told).wsgi_app for door, app in made.items()
        }
        if proxies := self.installed.settings.listen.proxies:
            apps["machines"] = behind(apps["machines"], proxies, gateway.clock)
        return apps

    def _unasking_context(self, host: str) -> ssl.SSLContext | None:
        """Plain HTTP on the loopback address only, for a reverse proxy on this machine; TLS everywhere else."""
        if host in LOOPBACK:
            return None
        pair = self.installed.vault.current(self.installed.settings.homes[0], "tls")
        return server_context(pair.certificate_file, pair.key_file)

    def _trust(self) -> tuple[int, int]:
        """What the machines' door stands on: the version of the register, and the number of our TLS pair."""
        own = self.installed.vault.current(self.installed.settings.homes[0], "tls")
        return self.installed.store.register().version, own.number

    def _context(self) -> ssl.SSLContext | None:
        register, listen = self.installed.store.register(), self.installed.settings.listen
        self._trusted = self._trust()
        if listen.proxies:
            return self._unasking_context(listen.machines_host)
        pair = self.installed.vault.current(self.installed.settings.homes[0], "tls")
        pems = [pem for partner in register.directory.partners.values() for pem in partner.vouching("tls")]
        return server_context(pair.certificate_file, pair.key_file, pems)


def _limits(settings: Settings) -> Limits:
    sizes = settings.sizes
    return Limits(
        body_bytes=sizes.message_mb << 20, buffered_bytes=sizes.buffered_mb << 20, connections=sizes.connections
    )


BELOW_OUTGOING = range(15_000, 30_000)
"""Ports that no system hands to outgoing connections by itself, which might take a door between closing and opening."""


def free_ports(number: int) -> list[int]:
    """Ports of the loopback address that nobody has now."""
    found: list[socket.socket] = []
    while len(found) < number:
        with suppress(OSError):
            found.append(socket.create_server(("127.0.0.1", secrets.choice(BELOW_OUTGOING))))
    ports = [one.getsockname()[1] for one in found]
    for one in found:
        one.close()
    return ports


def _means(installed: Installation) -> governance.Means:
    """What the pages of information governance are handed beside the gateway. Raises Unusable."""
    settings = installed.settings
    try:
        rules = registry.retention_rules(shipped("partners"), settings.folder / "reference")
    except ValueError as error:
        raise Unusable(f"reference/retention.toml: {error}") from error
    own = settings.folder / "reference" / "statements.toml"
    try:
        said = statements.from_toml((own if own.is_file() else shipped("config", own.name)).read_text(encoding="utf-8"))
    except ValueError as error:
        raise Unusable(f"reference/statements.toml: {error}") from error
    return governance.Means(
        rules, installed.vault, settings.backups, lambda: verifying.verify_whole(installed), said,
        lambda: xsds.texts(shipped("schemas")),
    )  # fmt: skip
