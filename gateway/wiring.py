"""The one place that knows every hand: joins settings, keys, database, network and flows into a gateway that runs."""

import os
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from wsgiref.types import WSGIApplication

from gateway import settings as configured
from gateway.core.errors import Fault, Reason
from gateway.core.log import note, witness
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.log.note import Verifier
from gateway.core.measures import COUNTED, OTHER, Measures
from gateway.core.terms import PartnerId
from gateway.edge import journal, registry, server, store, transport
from gateway.edge.counters import Counters
from gateway.edge.journal import child_ended, told
from gateway.edge.server import Limits, Listener, Server, server_context
from gateway.edge.store import Store
from gateway.edge.store.witnesses import Witnesses
from gateway.edge.timetable import Timetable
from gateway.edge.transport import Https
from gateway.edge.vault import ROLES, ROLES_OF_A_HOME, FolderVault
from gateway.flows import dispatch, peers, witnessing
from gateway.flows.dispatch import Sent
from gateway.flows.ports import Gateway
from gateway.settings import Settings, Unusable
from gateway.web import machines, operating, pages
from gateway.web.numbered import Answered, number

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

ACCEPTED = frozenset({"as4", "lan"})
"""What a data-protection officer accepts with this gateway as a carrier: its messages, and its own shelves."""

NOT_AN_ANSWER, SERVER_FAILED = 300, 500

TRUST_SECONDS = 2.0
"""How soon a newly enrolled certificate is let in."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything of one ``--dir``, joined."""

    settings: Settings
    store: Store
    vault: FolderVault
    gateway: Gateway


def now() -> datetime:
    return datetime.now(UTC)


def assemble(folder: Path, clock: Callable[[], datetime] = now) -> Installation:
    """Join what lies under ``folder``. Raises Unusable when it is not set up, or of another release."""
    return join(configured.load(folder), clock)


def join(settings: Settings, clock: Callable[[], datetime] = now) -> Installation:
    """Join what these settings name. Raises Unusable when the database is of another release."""
    if not store.is_current(settings.database):
        raise Unusable("the database is not of this release: run 'gateway db upgrade'")
    opened = Store(settings.database, settings.witnesses.quorum)
    vault = FolderVault(settings.keys, settings.origin, clock)

    gateway = Gateway(
        homes=settings.homes,
        rulebook=registry.rulebook(configured.shipped("schemas"), configured.shipped("partners")),
        store=opened,
        vault=vault,
        keys=vault,
        transport=https(settings, vault),
        draw=os.urandom,
        clock=clock,
        waits=settings.waits,
        lease=settings.lease,
        carriers={home: ACCEPTED for home, day in settings.carriers.items() if day <= clock().date()},
        domain=settings.domain,
    )
    return Installation(settings, opened, vault, gateway)


def https(settings: Settings, vault: FolderVault) -> Https:
    """Our way to other gateways."""

    def own_tls(_home: PartnerId) -> tuple[Path, Path]:
        # the homes of one gateway share its door, and so the certificate that stands at it
        pair = vault.current(settings.homes[0], "tls")
        return pair.certificate_file, pair.key_file

    return Https(own_tls)


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


def checks(installed: Installation) -> operating.Checks:
    """What must hold before this gateway is sent any work, by the code of what is wrong when it does not."""

    def keys_are_valid() -> bool:
        homes = installed.settings.homes
        return all(
            installed.vault.current(home, role)
            for home in homes
            for role in (ROLES if home == homes[0] else ROLES_OF_A_HOME)
        )

    return {
        "database-not-writable": installed.store.is_writable,
        "database-of-another-release": installed.store.is_current,
        "own-keys-not-valid": keys_are_valid,
    }


def measure(installed: Installation, counters: Counters) -> Measures:
    """Everything that /metrics shows."""
    at, settings = installed.gateway.clock(), installed.settings
    ends: dict[str, list[datetime]] = {}
    for home in settings.homes:
        newest = {pair.role: pair for pair in installed.vault.pairs(home)}
        for role, pair in newest.items():
            ends.setdefault(role, []).append(pair.certificate.not_valid_after_utc)
    asked = {one.witness: one for one in witnesses(installed).standing()}
    named = [asked.get(witnessing.name_of(verifier)) for verifier, _ in settings.witnesses.known]
    well = sum(one is not None and one.trouble is None for one in named)
    return replace(
        installed.store.measure(at, settings.waits.pause_after),
        witnesses={"well": well, "unwell": len(named) - well},
        days_left={role: (min(some) - at).days for role, some in ends.items()},
        counted=counters.totals(),
    )


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
        self._trusted = -1
        self._stopping = threading.Event()
        self._bound = bound
        self.counters = counters or Counters(COUNTED)
        listen, apps = installed.settings.listen, self._apps()
        self.server = Server(
            (
                Listener("machines", listen.machines_host, listen.machines_port, apps["machines"], self._context()),
                Listener("pages", listen.pages_host, listen.pages_port, apps["pages"], self._pages_context()),
                Listener("operator", listen.operator_host, listen.operator_port, apps["operator"], None),
            ),
            Limits(),
            self.told,
        )
        self.timetable = Timetable(self.told)

    def start(self) -> None:
        times = self.installed.settings.timetable
        self.server.start(self._bound)
        self.timetable.every(times.checkpoint, "checkpoint", self.publish)
        self.timetable.every(TRUST_SECONDS, "trust", self.renew_trust)
        for worker in range(self.installed.settings.workers):
            self.timetable.every(times.dispatch, f"dispatch-{worker}", self.drain)
        for verifier, address in self.installed.settings.witnesses.known:
            self.timetable.every(
                times.witness, f"witness-{verifier.name}", partial(ask_witness, self.installed, verifier, address)
            )
        self.timetable.start()

    def stop(self) -> None:
        self._stopping.set()
        self.timetable.stop()
        self.server.stop(grace=5)
        self.installed.store.engine.dispose()

    def told(self, name: str, error: BaseException) -> None:
        """Write a fault to the log, and count it."""
        told(name, error)
        self.counters.add("faults", error.reason if isinstance(error, Fault) else OTHER)

    def answered(self, answer: Answered) -> None:
        """Write an answered request to the log, and count it."""
        if answer.door != "operator" or answer.status >= NOT_AN_ANSWER:  # who watches asks every few seconds
            journal.answered(answer.door, answer.route, answer.status, answer.milliseconds)
        self.counters.add(f"{answer.door}_requests", f"{answer.status // 100}xx")
        if answer.route == "uploads" and answer.status < SERVER_FAILED:
            self.counters.add("uploads", "accepted" if answer.status < NOT_AN_ANSWER else "refused")

    def publish(self) -> None:
        publish(self.installed)

    def drain(self) -> None:
        """Send until nothing is due."""
        while not self._stopping.is_set():
            sent = dispatch.send_due(self.installed.gateway, self.installed.settings.most)
            for one in sent:
                self._attempted(one)
            if not sent:
                break

    def _attempted(self, sent: Sent) -> None:
        """Write an attempt to the log, and count it if it failed."""
        reason = getattr(sent.fact, "reason", None)
        journal.attempted(sent.parcel.id, sent.parcel.message, type(sent.fact).__name__, reason)
        if isinstance(reason, Reason):
            self.counters.add("faults", reason)

    def renew_trust(self) -> None:
        """Let in who was enrolled since the last look, and nobody who was removed."""
        version = self.installed.store.register().version
        if version != self._trusted:
            self.server.renew("machines", self._context())

    def _apps(self) -> dict[str, WSGIApplication]:
        gateway = self.installed.gateway
        made = {
            "machines": machines.create(gateway, self.told),
            "pages": pages.create(gateway, self.installed.store, self.told),
            "operator": operating.create(checks(self.installed), lambda: measure(self.installed, self.counters)),
        }
        return {door: number(app, door, gateway.draw, self.answered, self.told).wsgi_app for door, app in made.items()}

    def _pages_context(self) -> ssl.SSLContext | None:
        """Plain HTTP on the loopback address only, for a reverse proxy on this machine; TLS everywhere else."""
        if self.installed.settings.listen.pages_host in LOOPBACK:
            return None
        pair = self.installed.vault.current(self.installed.settings.homes[0], "tls")
        return server_context(pair.certificate_file, pair.key_file)

    def _context(self) -> ssl.SSLContext:
        register = self.installed.store.register()
        self._trusted = register.version
        pair = self.installed.vault.current(self.installed.settings.homes[0], "tls")
        pems = [pem for partner in register.directory.partners.values() for pem in partner.pems("tls")]
        return server_context(pair.certificate_file, pair.key_file, pems)


def publish(installed: Installation) -> str | None:
    """Sign a checkpoint if the log has grown."""
    return installed.store.publish(installed.settings.origin, installed.gateway.clock(), installed.vault.sign_note)


def witnesses(installed: Installation) -> Witnesses:
    """What our database keeps of those who countersign our log."""
    return Witnesses(installed.store.engine, installed.settings.origin)


def ask_witness(
    installed: Installation, verifier: Verifier, address: str, *, hurry: bool = False
) -> witness.Trouble | None:
    """Ask one witness to countersign the newest checkpoint, if its turn has come; what is wrong, if anything is."""
    hands = witnessing.Hands(
        witnesses(installed),
        transport.ask_witness,
        installed.gateway.clock,
        note.parse_vkey(installed.vault.vkey),
        timedelta(seconds=installed.settings.timetable.witness),
    )
    trouble = witnessing.ask(hands, verifier, address, hurry=hurry)
    if trouble is not None:
        journal.unwell(verifier.name, trouble, grave=trouble in witness.GRAVE)
    return trouble


def seen_by_peers(installed: Installation) -> Checkpoint | None:
    """The largest checkpoint of our log that a peer which answers holds; asks each over the network."""
    log = note.parse_vkey(installed.vault.vkey)
    way = https(installed.settings, installed.vault)
    return peers.highest(installed.store.register(), way, installed.settings.homes, log)


def free_ports(number: int) -> list[int]:
    """Ports of the loopback address that nobody has now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


__all__ = [
    "Installation",
    "Running",
    "Unusable",
    "ask_witness",
    "assemble",
    "bind",
    "checks",
    "child_ended",
    "free_ports",
    "now",
    "publish",
    "seen_by_peers",
    "told",
    "witnesses",
]
