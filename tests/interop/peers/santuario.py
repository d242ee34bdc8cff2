"""Apache Santuario 2.1.7 as Debian ships it: a small program that checks and writes messages of profile 1.15."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

from tests.bench.peers import Unavailable
from tests.core.as4.keys import Identity

VERSION = "Santuario 2.1.7"
SOURCES = Path(__file__).parents[1] / "santuario"
JARS = [Path("/usr/share/java") / f"{name}.jar" for name in ("xmlsec", "commons-codec", "slf4j-api", "slf4j-simple")]
PASSWORD = b"interop"
CONTENT_TYPE = 'multipart/related; boundary="santuario"; type="application/soap+xml"'


@dataclass(frozen=True, slots=True)
class Santuario:
    """One process, which is handed files in ``folder``."""

    folder: Path
    running: "subprocess.Popen[str]"

    def check(self, body: bytes, reader: Identity, out: Path) -> str:
        """Open a body: ``VERIFIED N``, its attachments laid into ``out`` as ``part-N``; or ``REFUSED`` or ``FAILED …``."""
        (self.folder / "body").write_bytes(body)
        return self._ask("check", self.folder / "body", _keystore(reader, self.folder), out)

    def write(self, parts: Sequence[bytes], sender: Identity, reader: Identity) -> bytes:
        """A body with attachments, whose content type is CONTENT_TYPE."""
        (self.folder / "reader.pem").write_bytes(reader.opens.public_bytes(Encoding.PEM))
        files = [self.folder / f"sent-{number}" for number in range(len(parts))]
        for file, content in zip(files, parts, strict=True):
            file.write_bytes(content)
        keys, reads, out = _keystore(sender, self.folder), self.folder / "reader.pem", self.folder / "written"
        said = self._ask("send", keys, reads, out, *files)
        assert said == "WRITTEN", said
        return out.read_bytes()

    def _ask(self, *words: str | Path) -> str:
        assert self.running.stdin is not None and self.running.stdout is not None
        self.running.stdin.write("\t".join(map(str, words)) + "\n")
        self.running.stdin.flush()
        return self.running.stdout.readline().strip()


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Santuario]:
    """Compile the programs into ``folder`` and run them. Raises Unavailable."""
    if shutil.which("javac") is None or shutil.which("java") is None:
        raise Unavailable("JDK (openjdk-17-jdk-headless)")
    if not all(jar.exists() for jar in JARS):
        raise Unavailable("Apache Santuario (libxml-security-java)")
    path = os.pathsep.join([*map(str, JARS), str(folder)])
    subprocess.run(["javac", "-cp", path, "-d", str(folder), *map(str, SOURCES.glob("*.java"))], check=True)
    # By itself Santuario verifies at most 30 references: header, body and 28 attachments.
    command = ["java", "-Dorg.apache.xml.security.maxReferences=66", "-cp", path, "Peer"]
    with (folder / "santuario.log").open("a", encoding="utf-8") as log:
        started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
    assert started.stdin is not None and started.stdout is not None
    try:
        yield Santuario(folder, started)
    finally:
        started.stdin.close()
        started.wait(30)
        started.stdout.close()


# The small print.


def _keystore(who: Identity, folder: Path) -> Path:
    assert isinstance(who.signing, rsa.RSAPrivateKey)
    kept = pkcs12.serialize_key_and_certificates(
        who.name.encode(), who.signing, who.signs, None, BestAvailableEncryption(PASSWORD)
    )
    (folder / f"{who.name}.p12").write_bytes(kept)
    return folder / f"{who.name}.p12"
