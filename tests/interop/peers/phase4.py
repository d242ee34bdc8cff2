"""phase4 as a partner: built once from the Maven project beside this file, then a process that receives and sends."""

import contextlib
import hashlib
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.core.as4 import Profile
from gateway.core.terms import MessageId
from tests.bench.peers import Unavailable

PROJECT = Path(__file__).parents[1] / "phase4"
VERSION = "phase4 4.4.1"
PATIENCE = 600  # seconds for the first fetch of all its libraries
HEAP = "-Xmx512m"


@dataclass(frozen=True, slots=True)
class Said:
    """What phase4 made of the answer to a message it sent: ``receipt``, ``error …`` or ``failed …``."""

    milliseconds: float
    words: str


@dataclass(frozen=True, slots=True)
class Phase4:
    """An access point that serves ``https://localhost:PORT/PROFILE`` and keeps what it was sent under ``folder``."""

    folder: Path
    port: int
    running: "subprocess.Popen[str]"

    def endpoint(self, profile: Profile) -> str:
        return f"https://localhost:{self.port}/{profile}"

    def send(
        self, profile: Profile, url: str, message: MessageId, service: str, action: str, parts: Sequence[Path]
    ) -> Said:
        """Send files as attachments, and say how long it took until the answer was verified."""
        took, _, said = self._ask("send", profile, url, message, service, action, *map(str, parts)).partition(" ")
        return Said(float(took or 0), said or "failed: the process is gone")

    def time(self, profile: Profile, file: Path) -> list[float]:
        """The bytes that came out, then milliseconds by the clock and of computing: protect, open, receipt."""
        return list(map(float, self._ask("time", profile, str(file)).split()))

    def received(self, profile: Profile, message: MessageId) -> list[bytes] | None:
        """The attachments it delivered under a message id; None when it delivered nothing."""
        place = self.folder / f"received-{profile}" / message
        if not place.exists():
            return None
        return [(place / f"part-{number}").read_bytes() for number in range(len(list(place.iterdir())))]

    def _ask(self, *words: str) -> str:
        assert self.running.stdin is not None and self.running.stdout is not None
        self.running.stdin.write("\t".join(words) + "\n")
        self.running.stdin.flush()
        return self.running.stdout.readline().strip()


def built() -> Path:
    """The folder of its classes; Maven runs only when they are not those of these sources. Raises Unavailable."""
    target = PROJECT / "target"
    stamp, wanted = target / "built", _sources()
    if shutil.which("java") is None:
        raise Unavailable("there is no Java")
    if not stamp.exists() or stamp.read_text(encoding="ascii") != wanted:
        if shutil.which("mvn") is None or shutil.which("javac") is None:
            raise Unavailable("there is no mvn or no JDK")
        for offline in (["-o"], []):  # what was fetched before is enough
            command = ["mvn", "-q", "-B", *offline, "process-classes"]
            done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=PATIENCE, check=False)
            if done.returncode == 0:
                break
        else:
            raise Unavailable("Maven could not build tests/interop/phase4: " + done.stdout[-500:])
        stamp.write_text(wanted, encoding="ascii")
    return target


@contextlib.contextmanager
def serving(folder: Path, ours: str, theirs: str) -> Iterator[Phase4]:
    """Run it as party ``ours``, partner of ``theirs``, with the keys that lie in ``folder``."""
    target = built()
    path = f"{target / 'classes'}:{target / 'lib'}/*"
    quiet = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dphase4.manager.inmemory=true"]
    with (folder / "phase4.log").open("a", encoding="utf-8") as log:
        running = subprocess.Popen(
            ["java", HEAP, *quiet, "-cp", path, "interop.Peer", str(folder), ours, theirs],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=folder,
        )
    assert running.stdin is not None and running.stdout is not None
    try:
        said = running.stdout.readline().split()
        assert said[:1] == ["serving"], f"see {folder / 'phase4.log'}"
        yield Phase4(folder, int(said[1]), running)
    finally:
        running.stdin.close()
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        running.stdout.close()


# The small print.


def _sources() -> str:
    digest = hashlib.sha256()
    for path in sorted([PROJECT / "pom.xml", *PROJECT.glob("src/**/*.java")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()
