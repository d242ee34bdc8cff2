"""Medway's gateway in a process of its own, for tests that look at what it takes: ``python -m tests.faults.served
FOLDER``. It says that it is ready, and ends when nobody holds its standard input any more.
"""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from gateway import wiring
from gateway.core import as4
from gateway.core.as4 import certificates
from gateway.core.partners import Partner
from gateway.core.records import Reply
from gateway.core.terms import MessageId
from gateway.edge.transport import Https
from tests.bench.measuring import peak_mb
from tests.faults.pair import Pair
from tests.simulator import KENT, MEDWAY


class Medway:
    """The process that serves."""

    def __init__(self, process_id: int) -> None:
        self.process_id = process_id

    def computing(self) -> float:
        """Seconds of computing that it has taken, over all its threads, however busy the machine is.

        The clock of another's process is made of its number, as clock_getcpuclockid(3) does it.
        """
        return time.clock_gettime((~self.process_id) << 3 | 2)

    def files(self) -> int:
        """How many it has open."""
        return len(list(Path(f"/proc/{self.process_id}/fd").iterdir()))

    def peak_mb(self) -> float:
        return peak_mb(self.process_id)

    def now_mb(self) -> float:
        """What it has in memory at the moment."""
        lines = Path(f"/proc/{self.process_id}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000


@contextlib.contextmanager
def served(pair: Pair) -> Iterator[Medway]:
    command = [sys.executable, "-m", "tests.faults.served", str(pair.medway.settings.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None and running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        yield Medway(running.pid)
        running.stdin.close()


def way(pair: Pair) -> tuple[Https, Partner]:
    """Kent's hands, and where they go."""
    door = pair.kent.vault.current(KENT, "tls")
    hands = Https(lambda _home: (door.certificate_file, door.key_file))
    return hands, pair.kent.store.register().directory.get(MEDWAY)


def post(pair: Pair, content_type: str, body: bytes) -> Reply:
    hands, medway = way(pair)
    return hands.send(medway, KENT, content_type, body)


def signal_in(pair: Pair, reply: Reply) -> as4.Receipt | as4.ErrorSignal:
    known = tuple(one.certificate for one in pair.medway.vault.signers(MEDWAY))
    return as4.read_signal(reply.content_type, reply.body, known, as4.Rules())


def call(pair: Pair, message: str, *contents: bytes, newest: str = "") -> as4.Sealed:
    """A call of Kent's to Medway's test service, which opens everything and delivers nothing."""
    return as4.seal(said(message, *contents), *agreed(pair, newest), os.urandom)


def said(message: str, *contents: bytes) -> as4.UserMessage:
    """What such a call says of itself."""
    return as4.UserMessage(
        message_id=MessageId(message),
        at=wiring.now(),
        sender=as4.Party(KENT),
        recipient=as4.Party(MEDWAY),
        sender_role="initiator",
        recipient_role="responder",
        service=as4.TEST_SERVICE,
        service_type=None,
        action=as4.TEST_ACTION,
        agreement=None,
        conversation="1",
        ref_to=None,
        properties=(("originalSender", KENT),),
        parts=tuple(as4.Part(one, "application/octet-stream") for one in contents),
    )


def agreed(pair: Pair, newest: str = "") -> certificates.Agreed:
    """By which key Kent signs, and for which certificate of Medway's it seals, by the newest profile or an older."""
    seals = certificates.valid(way(pair)[1].pems("seal"), wiring.now())
    found = certificates.agreed(pair.kent.vault.signers(KENT), seals, newest)
    assert found is not None
    return found


def main(folder: Path) -> None:
    running = wiring.Running(wiring.assemble(folder))
    running.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    running.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
