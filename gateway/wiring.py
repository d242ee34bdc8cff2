"""The one place that knows every hand: joins settings, keys, database, network and flows into a gateway that runs."""

import logging
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway import settings as configured
from gateway.core.errors import Fault
from gateway.core.terms import PartnerId
from gateway.edge import registry, store
from gateway.edge.server import Limits, Listener, Server, server_context
from gateway.edge.store import Store
from gateway.edge.timetable import Timetable
from gateway.edge.transport import Https
from gateway.edge.vault import FolderVault
from gateway.flows import dispatch
from gateway.flows.ports import Gateway
from gateway.settings import Settings, Unusable
from gateway.web import machines, pages

log = logging.getLogger("gateway")

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

ACCEPTED = frozenset({"as4", "lan"})
"""What a data-protection officer accepts with this gateway as a carrier: its messages, and its own shelves."""

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
    opened = Store(settings.database)
    vault = FolderVault(settings.keys, settings.origin, clock)

    def own_tls(_home: PartnerId) -> tuple[Path, Path]:
        # the homes of one gateway share its door, and so the certificate that stands at it
        pair = vault.current(settings.homes[0], "tls")
        return pair.certificate_file, pair.key_file

    gateway = Gateway(
        homes=settings.homes,
        rulebook=registry.rulebook(configured.shipped("schemas"), configured.shipped("partners")),
        store=opened,
        vault=vault,
        keys=vault,
        transport=Https(own_tls),
        draw=os.urandom,
        clock=clock,
        waits=settings.waits,
        lease=settings.lease,
        carriers={home: ACCEPTED for home, day in settings.carriers.items() if day <= clock().date()},
        domain=settings.domain,
    )
    return Installation(settings, opened, vault, gateway)


def told(name: str, error: BaseException) -> None:
    """Write a fault to the log of the machine: its kind and where, never what a message or file said."""
    reason = error.reason if isinstance(error, Fault) else type(error).__name__
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    log.error("fault in %s: %s at %s", name, reason, where)


def tell_broken(name: str, sent: Iterable[dispatch.Sent]) -> None:
    """Tell what nobody expected of parcels that were put off or set aside for it."""
    for one in sent:
        if one.broke is not None:
            told(name, one.broke)


class Running:
    """Doors and timetable of one process. Several processes may share a database; none of them is special."""

    def __init__(self, installed: Installation) -> None:
        self.installed = installed
        self._trusted = -1
        self._stopping = threading.Event()
        listen = installed.settings.listen
        self.server = Server(
            (
                Listener(
                    "machines",
                    listen.machines_host,
                    listen.machines_port,
                    machines.create(installed.gateway, told).wsgi_app,
                    self._context(),
                ),
                Listener(
                    "pages",
                    listen.pages_host,
                    listen.pages_port,
                    pages.create(installed.gateway, installed.store, told).wsgi_app,
                    self._pages_context(),
                ),
            ),
            Limits(),
            told,
        )
        self.timetable = Timetable(told)

    def start(self) -> None:
        times = self.installed.settings.timetable
        self.server.start()
        self.timetable.every(times.checkpoint, "checkpoint", self.publish)
        self.timetable.every(TRUST_SECONDS, "trust", self.renew_trust)
        for worker in range(self.installed.settings.workers):
            self.timetable.every(times.dispatch, f"dispatch-{worker}", self.drain)
        self.timetable.start()

    def stop(self) -> None:
        self._stopping.set()
        self.timetable.stop()
        self.server.stop(grace=5)
        self.installed.store.engine.dispose()

    def publish(self) -> None:
        publish(self.installed)

    def drain(self) -> None:
        """Send until nothing is due."""
        while not self._stopping.is_set():
            sent = dispatch.send_due(self.installed.gateway, self.installed.settings.most)
            tell_broken("dispatch", sent)
            if not sent:
                return

    def renew_trust(self) -> None:
        """Let in who was enrolled since the last look, and nobody who was removed."""
        version = self.installed.store.register().version
        if version != self._trusted:
            self.server.renew("machines", self._context())

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


def free_ports(number: int) -> list[int]:
    """Ports of the loopback address that nobody has now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


__all__ = ["Installation", "Running", "Unusable", "assemble", "free_ports", "now", "publish", "tell_broken", "told"]
