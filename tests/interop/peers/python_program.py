"""peppol-py writes and posts, python-xmlsec and signxml verify. Runs in an environment of their own.

``PROGRAM OURS THEIRS`` answers lines of JSON: OURS is the stem of peppol-py's own key, THEIRS of the certificate that it
seals for. As ``PROGRAM --encrypt ...`` it is the ``xmlsec`` of 1.3 or later that peppol-py calls and Debian has not got.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xmlsec  # type: ignore[import-not-found]
from lxml import etree
from peppol_py import as4_sender  # type: ignore[import-not-found]
from peppol_py.exception import SendPeppolError  # type: ignore[import-not-found]
from signxml import SignatureConfiguration, XMLVerifier  # type: ignore[import-not-found]
from signxml.exceptions import InvalidInput, InvalidSignature  # type: ignore[import-not-found]

DS = "{http://www.w3.org/2000/09/xmldsig#}"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"


class Peer:
    def __init__(self, ours: str, theirs: str) -> None:
        self.ours, self.theirs = ours, theirs
        self.path = Path(f"{ours}-xmlsec")
        self.path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" "$@"\n')
        self.path.chmod(0o700)

    def send(self, payload: str, url: str) -> str:
        """What it makes of the answer: ``receipt``, or the words of the error."""
        content = Path(payload).read_bytes()
        body, headers = as4_sender.get_headers_and_body_for_posting_as4_document(
            content, None, datetime.now(UTC).replace(microsecond=0).isoformat(), "urn:interop::record##1::1.0",
            "urn:interop", "council-887", "council-886", "council-886", str(self.path), f"{self.ours}.key.pem", None,
            Path(f"{self.ours}.crt.pem").read_bytes(), Path(f"{self.theirs}.crt.pem").read_bytes(), "council-887",
        )  # fmt: skip
        try:
            as4_sender.post_edelivery_as4_document(url, body, headers, 60, "peppol-py")
        except SendPeppolError as error:
            return f"error {error}"
        return "receipt"

    def xmlsec(self, signed: str, certificate: str) -> str:
        root = etree.fromstring(Path(signed).read_bytes())
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_file(certificate, xmlsec.KeyFormat.CERT_PEM)
        for element in root.iter():
            if element.get(f"{{{WSU}}}Id"):
                context.register_id(element, "Id", WSU)
        try:
            context.verify(root.find(f".//{DS}Signature"))
        except xmlsec.VerificationError:
            return "refused"
        return "verified"

    def signxml(self, signed: str, certificate: str) -> str:
        wanted = SignatureConfiguration(expect_references=2, require_x509=False)
        try:
            found = XMLVerifier().verify(
                Path(signed).read_bytes(), x509_cert=Path(certificate).read_text(), expect_config=wanted
            )
        except (InvalidSignature, InvalidInput):
            return "refused"
        names = [etree.QName(one.signed_xml).localname for one in found]
        return "verified" if names == ["Messaging", "Body"] else f"verified {names}"


def encrypt(arguments: list[str]) -> None:
    """What ``xmlsec --encrypt`` does with its template: libxmlsec makes and wraps a session key and encrypts stdin."""
    certificate = arguments[arguments.index("--pubkey-cert-pem") + 1]
    template: Any = etree.parse(arguments[-1]).getroot()
    for name in template.iter(f"{DS}KeyName"):
        name.getparent().remove(name)
    keys = xmlsec.KeysManager()
    keys.add_key(xmlsec.Key.from_file(certificate, xmlsec.KeyFormat.CERT_PEM))
    context = xmlsec.EncryptionContext(keys)
    context.key = xmlsec.Key.generate(xmlsec.KeyData.AES, 128, xmlsec.KeyDataType.SESSION)
    made = context.encrypt_binary(template, sys.stdin.buffer.read())
    sys.stdout.buffer.write(etree.tostring(made))


def main(ours: str, theirs: str) -> None:
    peer = Peer(ours, theirs)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = getattr(peer, asked.pop("do"))(**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "--encrypt":
        encrypt(sys.argv[2:])
    else:
        main(*sys.argv[1:])
