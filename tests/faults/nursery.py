"""Processes that can be killed and replaced in milliseconds: one parent imports and joins everything, then only forks.

The parent starts no thread and keeps no connection; a child opens its own after the fork, as a fresh process would. What
a process only learns once (keys, which are checked when they are loaded, and the register) the parent has learnt.
``python -m tests.faults.nursery FOLDER`` reads one role a line and answers with the new child's id and with how the
child that had the role before it ended (-9: killed).
"""

import logging
import os
import re
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gateway import wiring
from gateway.core.as4 import Profile
from gateway.core.errors import Fault
from gateway.core.partners import Partner
from gateway.core.records import Reply
from gateway.core.terms import PartnerId
from gateway.edge import journal
from gateway.edge.store import Store
from gateway.flows import dispatch
from gateway.flows.ports import Transport
from gateway.wiring import Installation, Running

WIRE = "wire.log"
IDLE_SECONDS = 0.2
MESSAGE_ID = re.compile(rb"MessageId>([^<]+)<")


@dataclass(frozen=True, slots=True)
class Crossing:
    """One attempt as the wire saw it; ``lines`` had the sender's log when it left. ``back`` is None when it was cut."""

    message: str
    lines: int
    out: float
    back: float | None


@dataclass(frozen=True, slots=True)
class Watched:
    """A transport that writes down each message before it leaves, and when the attempt is over."""

    inner: Transport
    store: Store
    path: Path

    def send(self, recipient: Partner, home: PartnerId, content_type: str, body: bytes) -> Reply:
        found = MESSAGE_ID.search(body)
        assert found is not None
        attempt = os.urandom(8).hex()
        self._write(f"{attempt} out {time.monotonic()} {self.store.edge().size} {found.group(1).decode()}")
        try:
            return self.inner.send(recipient, home, content_type, body)
        finally:
            self._write(f"{attempt} back {time.monotonic()}")

    def _write(self, line: str) -> None:
        with self.path.open("a", encoding="utf-8") as written:
            written.write(line + "\n")


def crossings(path: Path) -> Iterator[Crossing]:
    """What ``Watched`` wrote, in the order in which messages left."""
    rows = [line.split(" ") for line in path.read_text(encoding="utf-8").splitlines()]
    back = {row[0]: float(row[2]) for row in rows if row[1] == "back"}
    out = sorted((row for row in rows if row[1] == "out"), key=lambda row: float(row[2]))
    return (Crossing(row[4], int(row[3]), float(row[2]), back.get(row[0])) for row in out)


def main(folder: Path) -> None:
    kent = wiring.assemble(folder / "kent")
    medway = wiring.assemble(folder / "medway")
    watched = replace(kent.gateway, transport=Watched(kent.gateway.transport, kent.store, folder / WIRE))
    sides = {"sender": replace(kent, gateway=watched), "receiver": medway}
    for installed in (kent, medway):
        warm(installed)
    children: dict[str, int] = {}
    try:
        for line in sys.stdin:
            role = line.strip()
            ended = os.waitstatus_to_exitcode(os.waitpid(children[role], 0)[1]) if role in children else 0
            children[role] = _born(folder, role, sides.get(role, sides["sender"]))
            sys.stdout.write(f"{children[role]} {ended}\n")
            sys.stdout.flush()
    finally:
        for child in children.values():
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def warm(installed: Installation) -> None:
    """Loading an RSA key costs a quarter of a second, and the register a tenth: once, and not for every child."""
    (home,) = installed.settings.homes
    installed.vault.signers(home)
    for profile in Profile:
        installed.vault._key(installed.vault.current(home, "seal", profile))
    installed.store.register()
    installed.store.engine.dispose()


def _born(folder: Path, role: str, installed: Installation) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        _settle_in(folder / f"{role}.log")
        _live(role, installed)
        status = 0
    except BaseException:  # noqa: BLE001  (nothing of the parent may run in the child)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _settle_in(path: Path) -> None:
    """Take nothing from the parent: its orders are not for the child, and the child's words not for its reader."""
    log = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(ours, theirs)
    journal.install("text")
    logging.getLogger().setLevel(logging.ERROR)
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)


def _live(role: str, installed: Installation) -> None:
    """``gateway serve`` for the two councils, ``gateway work`` for everybody else."""
    if role in {"sender", "receiver"}:
        Running(installed).start()
        while True:
            signal.pause()
    while True:
        try:
            sent = dispatch.send_due(installed.gateway, installed.settings.most)
        except Fault as fault:
            wiring.told(role, fault)
            sent = ()
        if not sent:
            time.sleep(IDLE_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
