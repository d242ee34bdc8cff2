"""Apache Santuario 2.1.7 as Debian ships it: two small programs that check and write messages of profile 1.15."""

import os
import shutil
import subprocess
from collections.abc import Sequence
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


def compiled(out: Path) -> str:
    """The class path of the two programs. Raises Unavailable."""
    if shutil.which("javac") is None or shutil.which("java") is None:
        raise Unavailable("JDK (openjdk-17-jdk-headless)")
    if not all(jar.exists() for jar in JARS):
        raise Unavailable("Apache Santuario (libxml-security-java)")
    path = os.pathsep.join([*map(str, JARS), str(out)])
    subprocess.run(["javac", "-cp", path, "-d", str(out), *map(str, SOURCES.glob("*.java"))], check=True)
    return path


def check(classes: str, body: bytes, reader: Identity, folder: Path) -> subprocess.CompletedProcess[str]:
    """Open a body; its attachments are laid into ``folder`` as ``part-N``, and the last line says what it was."""
    (folder / "body").write_bytes(body)
    return _java(classes, "As4Check", folder / "body", _keystore(reader, folder), folder)


def write(classes: str, parts: Sequence[bytes], sender: Identity, reader: Identity, folder: Path) -> bytes:
    """A body with attachments, whose content type is CONTENT_TYPE."""
    (folder / "reader.pem").write_bytes(reader.opens.public_bytes(Encoding.PEM))
    files = [folder / f"sent-{number}" for number in range(len(parts))]
    for file, content in zip(files, parts, strict=True):
        file.write_bytes(content)
    found = _java(classes, "As4Send", _keystore(sender, folder), folder / "reader.pem", folder / "body", *files)
    assert found.returncode == 0, found.stderr
    return (folder / "body").read_bytes()


# The small print.


def _java(classes: str, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    # By itself Santuario verifies at most 30 references: header, body and 28 attachments.
    command = ["java", "-Dorg.apache.xml.security.maxReferences=66", "-cp", classes, program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def _keystore(who: Identity, folder: Path) -> Path:
    assert isinstance(who.signing, rsa.RSAPrivateKey)
    kept = pkcs12.serialize_key_and_certificates(
        who.name.encode(), who.signing, who.signs, None, BestAvailableEncryption(PASSWORD)
    )
    (folder / f"{who.name}.p12").write_bytes(kept)
    return folder / f"{who.name}.p12"
