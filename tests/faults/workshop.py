"""A council at work under ``shim.c``: files are taken, sent, receipted and signed for, and everything it tells anybody
is written down where the shim sees it.

``python -m tests.faults.workshop FOLDER KEYS`` reads one job a line (a name, SQLite's ``synchronous``, how many files,
which sync is to fail) and does each in a process of its own, on two fresh databases under ``FOLDER/<name>``.
"""

import ctypes
import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from gateway.core.delivery import State
from gateway.core.errors import Fault
from gateway.core.facts import AgreementRecorded, ParcelDelivered
from gateway.core.partners import Partner
from gateway.core.records import Record, Reply
from gateway.core.terms import PartnerId, digest
from gateway.flows import dispatch
from tests.faults.crashing import Stage, stage
from tests.faults.disks import ACK
from tests.faults.nursery import MESSAGE_ID
from tests.simulator import KENT, MEDWAY, NOON, World, a_world, agreement, leavers, refused

T = TypeVar("T")

ORIGIN = "council-886.example/log"
LINES = 230
"""Lines of the log before the work begins, so that its first tile is full in the middle of it."""

PAGES = 60
"""Pages of write-ahead log after which SQLite copies them: often, so that there is much to cut."""

TRIES = 6


@dataclass(frozen=True)
class Works:
    """One council, what it says, and to whom."""

    here: Stage
    ack: int

    def say(self, *words: object) -> None:
        os.write(self.ack, (" ".join(map(str, words)) + "\n").encode())

    def send(self, recipient: Partner, home: PartnerId, content_type: str, body: bytes) -> Reply:
        found = MESSAGE_ID.search(body)
        assert found is not None
        self.say("left", found.group(1).decode())
        return self.here.world.wire.send(recipient, home, content_type, body)

    def take(self, number: int) -> None:
        made = leavers(pupils=1, partial=True, seed=number, sequence=number)
        answer = tried(lambda: self.here.world.upload(made.content, made.name)).answer
        self.say("took", json.loads(answer)["upload"])

    def deliver(self) -> None:
        gateway = replace(self.here.world.kent.gateway, transport=self)
        for _ in range(TRIES):
            for sent in tried(lambda: dispatch.send_due(gateway)):
                assert sent.broke is None
                if isinstance(sent.fact, ParcelDelivered):
                    self.say("delivered", sent.parcel.id)
            if set(self.here.world.kent.store.counts()) == {State.DELIVERED}:
                return
            self.here.world.clock.on(minutes=2)
        raise AssertionError(self.here.world.kent.store.counts())

    def sign(self) -> None:
        kent = self.here.world.kent
        note = tried(lambda: kent.store.publish(self.here.world.clock(), kent.vault))
        assert note is not None
        size = int(note.split("\n")[1])
        self.say("signed", size)
        kent.store.proof(size - 1)


def tried(do: Callable[[], T]) -> T:
    """As a client does that is told to come back."""
    for _ in range(TRIES):
        try:
            return do()
        except Fault:
            continue
    raise AssertionError("it never went")


def work(here: Stage, files: int) -> None:
    for side in here.world.sides.values():
        side.store.engine.dispose()
    ack = os.open(str(here.path(KENT)) + ACK, os.O_CREAT | os.O_WRONLY)
    works = Works(here, ack)
    for number in range(1, files + 1):
        works.take(number)
        if number % 5 == 0:
            here.world.wire.faults = [refused]
        if number % 2 == 0 or number == files:
            works.deliver()
        if number % 3 == 0 or number == files:
            works.sign()


def synchronise(here: Stage, synchronous: str) -> None:
    """What is handed in takes the place of what the gateway says."""

    @sa.event.listens_for(here.world.kent.store.engine, "connect")
    def settle(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA wal_autocheckpoint={PAGES}")
        if synchronous:
            connection.execute(f"PRAGMA synchronous={synchronous}")


def do(folder: Path, beginning: World, name: str, synchronous: str, files: int, fail_at: int) -> int:
    """One job, in a process of its own; how it ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    try:
        (folder / name).mkdir()
        here = stage(beginning, folder / name)
        synchronise(here, synchronous)
        path = here.path(KENT)
        (folder / name / "before").write_bytes(path.read_bytes())
        begin = ctypes.CDLL(None).shim_begin
        begin(str(path).encode(), str(folder / name / "journal").encode(), ctypes.c_long(fail_at))
        work(here, files)
        status = 0
    except BaseException:  # noqa: BLE001  (nothing of the parent may run in the child)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def main(folder: Path, keys: Path) -> None:
    beginning = a_world(keys, {home: f"sqlite:///{folder / home}.sqlite" for home in (KENT, MEDWAY)})
    noted = AgreementRecorded(NOON, KENT, agreement().ref, digest(b""))
    beginning.kent.store.record(Record((noted,) * LINES))
    for side in beginning.sides.values():
        side.store.engine.dispose()
    for line in sys.stdin:
        name, synchronous, files, fail_at = line.rstrip("\n").split(",")
        sys.stdout.write(f"{do(folder, beginning, name, synchronous, int(files), int(fail_at))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
