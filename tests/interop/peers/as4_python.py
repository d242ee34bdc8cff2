"""as4 0.2.0, a Python library for Peppol, as a partner: it has no door of its own, so it is handed what would arrive."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.peers import PINNED, environment
from tests.interop.peers import conversing

VERSION = f"as4 {PINNED['as4']}"
PARTY = "PTE000001"
PROGRAM = Path(__file__).with_name("as4_python_program.py")
ENVIRONMENTS = Path(__file__).parents[3] / ".venv-peers"


@dataclass(frozen=True, slots=True)
class As4Python:
    """Reads and writes bodies in ``folder``."""

    folder: Path
    running: conversing.Running

    def read(self, content_type: str, body: bytes) -> tuple[list[bytes], str, bytes]:
        """The attachments in their order, and the content type and body of its answer."""
        out = self.folder / "read"
        out.mkdir(exist_ok=True)
        for old in out.iterdir():
            old.unlink()
        (self.folder / "in").write_bytes(body)
        told = self._ask(do="read", kind=content_type, body=str(self.folder / "in"), out=str(out))
        parts = [(out / f"part-{number}").read_bytes() for number in range(len(list(out.glob("part-*"))))]
        return parts, told["kind"], (out / "signal").read_bytes()

    def write(self, payload: bytes) -> tuple[str, bytes]:
        """One attachment in Peppol's envelope: the content type and the body."""
        (self.folder / "payload").write_bytes(payload)
        told = self._ask(do="write", payload=str(self.folder / "payload"), body=str(self.folder / "out"))
        return told["kind"], (self.folder / "out").read_bytes()

    def answered(self, body: bytes) -> str:
        """``receipt``, ``error …`` or ``failed …``: what it makes of the answer to what it wrote last."""
        (self.folder / "answer").write_bytes(body)
        return self._ask(do="answered", body=str(self.folder / "answer"))["said"]

    def _ask(self, **asked: str) -> dict[str, str]:
        return dict(conversing.ask(self.running, asked))


def installed() -> Path:
    """The interpreter that has it. Raises Unavailable."""
    return environment(ENVIRONMENTS / f"as4-{PINNED['as4']}", f"as4=={PINNED['as4']}")


@contextlib.contextmanager
def running(folder: Path, ours: str, theirs: str) -> Iterator[As4Python]:
    """With the keys ``ours`` and the certificates ``theirs``-sign and -seal in ``folder``. Raises Unavailable."""
    command = (installed(), PROGRAM, folder / ours, folder / theirs)
    with conversing.started(command, folder / "as4.log") as started:
        yield As4Python(folder, started)
