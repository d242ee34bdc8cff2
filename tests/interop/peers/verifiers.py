"""Second verifiers, which know XML signatures and nothing of AS4, and peppol-py, which only sends."""

import base64
import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from gateway.core.as4 import names
from tests.bench.peers import PINNED, environment
from tests.core.as4.kit import at
from tests.interop.peers import conversing
from tests.interop.peers.as4_python import ENVIRONMENTS

PEPPOL, SIGNXML = "1.2.5", "5.2.0"
SENDER = f"peppol-py {PEPPOL}"
XMLSEC_VERSION, SIGNXML_VERSION = f"python-xmlsec {PINNED['xmlsec']}", f"signxml {SIGNXML}"
PROGRAM = Path(__file__).with_name("python_program.py")
SECURITY = f"{names.SOAP}Header/{names.WSSE}Security"


@dataclass(frozen=True, slots=True)
class Verifiers:
    """Three of them, which take an envelope and the certificate it should be signed by from ``folder``."""

    folder: Path
    running: conversing.Running

    def send(self, payload: bytes, url: str) -> str:
        """Let peppol-py send: ``receipt`` or ``error WORDS``."""
        (self.folder / "payload").write_bytes(payload)
        return self._ask(do="send", payload=str(self.folder / "payload"), url=url)

    def xmlsec(self, signed: bytes, certificate: bytes) -> str:
        return self._ask(do="xmlsec", **self._laid(signed, certificate))

    def signxml(self, signed: bytes, certificate: bytes) -> str:
        return self._ask(do="signxml", **self._laid(signed, certificate))

    def _laid(self, signed: bytes, certificate: bytes) -> dict[str, str]:
        (self.folder / "signed").write_bytes(signed)
        (self.folder / "certificate").write_bytes(certificate)
        return {"signed": str(self.folder / "signed"), "certificate": str(self.folder / "certificate")}

    def _ask(self, **asked: str) -> str:
        return str(conversing.ask(self.running, asked))


def installed() -> Path:
    """The interpreter that has all three. Raises Unavailable."""
    wanted = (f"peppol-py=={PEPPOL}", f"xmlsec=={PINNED['xmlsec']}", f"signxml=={SIGNXML}")
    return environment(ENVIRONMENTS / "-".join(one.replace("==", "-") for one in wanted), *wanted)


@contextlib.contextmanager
def running(folder: Path, ours: str, theirs: str) -> Iterator[Verifiers]:
    """With the keys ``ours`` of peppol-py and the certificate ``theirs`` that it seals for. Raises Unavailable."""
    command = (installed(), PROGRAM, folder / ours, folder / theirs)
    with conversing.started(command, folder / "verifiers.log") as started:
        yield Verifiers(folder, started)


# -- openssl, which knows signatures and digests only -----------------------------------------------------------------


def openssl_version() -> str:
    """``openssl 3.0.19``; raises FileNotFoundError where there is none."""
    told = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True).stdout
    return f"openssl {told.split()[1]}"


def openssl(signed: bytes, certificate: bytes, attachments: dict[str, bytes], folder: Path) -> str:
    """Hold the signature value against SignedInfo and every digest against what it names; ``attachments`` by href."""
    root = etree.fromstring(signed)
    signature = at(root, f"{SECURITY}/{names.DS}Signature")
    info = at(signature, f"{names.DS}SignedInfo")
    (folder / "info").write_bytes(_canonical(info))
    (folder / "value").write_bytes(base64.b64decode(signature.findtext(f"{names.DS}SignatureValue") or ""))
    (folder / "certificate").write_bytes(certificate)
    method = at(info, f"{names.DS}SignatureMethod").get("Algorithm")
    key = _openssl(folder, "x509", "-in", "certificate", "-noout", "-pubkey")
    (folder / "key").write_bytes(key.stdout)
    hashed = ["-digest", "sha256"] if method == names.RSA_SHA256 else []
    verify = ["pkeyutl", "-verify", "-pubin", "-inkey", "key", "-rawin", *hashed, "-in", "info", "-sigfile", "value"]
    held = [_openssl(folder, *verify).returncode == 0]
    for reference in info.iterchildren(f"{names.DS}Reference"):
        uri = reference.get("URI", "")
        content = attachments[uri] if uri in attachments else _canonical(_named(root, uri))
        (folder / "content").write_bytes(content)
        digest = _openssl(folder, "dgst", "-sha256", "-binary", "content").stdout
        held.append(base64.b64encode(digest).decode() == reference.findtext(f"{names.DS}DigestValue"))
    return "verified" if all(held) and len(held) == 3 + len(attachments) else "refused"


def _openssl(folder: Path, *words: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["openssl", *words], cwd=folder, capture_output=True, check=False)


def _named(root: etree._Element, uri: str) -> etree._Element:
    (found,) = [one for one in root.iter() if one.get(names.WSU_ID) == uri[1:]]
    return found


def _canonical(element: etree._Element) -> bytes:
    return bytes(etree.tostring(element, method="c14n", exclusive=True))
