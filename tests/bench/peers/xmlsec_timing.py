"""python-xmlsec signs (enveloped, RSA-SHA256) and encrypts (AES-128-GCM, RSA-OAEP), and does it backwards.

It has no AS4: its receipt is an envelope of as many references, which it signs. Runs in its own environment.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import timed  # type: ignore[import-not-found]  # beside this file
import xmlsec  # type: ignore[import-not-found]
from lxml import etree

C14N, SHA256 = "http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2001/04/xmlenc#sha256"
REFERENCE = (
    '<p><d:Reference xmlns:d="http://www.w3.org/2000/09/xmldsig#" URI="#messaging-{at}"><d:Transforms>'
    f'<d:Transform Algorithm="{C14N}"/></d:Transforms><d:DigestMethod Algorithm="{SHA256}"/>'
    f"<d:DigestValue>{44 * 'A'}</d:DigestValue></d:Reference></p>"
)
RECEIPT = (
    "<Envelope><Header><Messaging><SignalMessage><MessageInfo><Timestamp>2026-03-02T09:30:00Z</Timestamp>"
    "<MessageId>7f3c@gateway.medway.example</MessageId><RefToMessageId>7f3c@gateway.kent.example</RefToMessageId>"
    f"</MessageInfo><Receipt>{3 * REFERENCE}</Receipt></SignalMessage></Messaging></Header><Body/></Envelope>"
)


class Both:
    """The sender, and the recipient with its own key."""

    def __init__(self, certificate: Path, key: Path, their_certificate: Path, their_key: Path) -> None:
        self.sender = _key(certificate, key)
        self.recipient = _key(their_certificate, their_key)
        self.public = xmlsec.Key.from_file(str(certificate), xmlsec.constants.KeyDataFormatCertPem)
        self.sealing, self.opening = xmlsec.KeysManager(), xmlsec.KeysManager()  # made once: each costs 22 ms
        self.sealing.add_key(xmlsec.Key.from_file(str(their_certificate), xmlsec.constants.KeyDataFormatCertPem))
        self.opening.add_key(self.recipient)

    def steps(self, payload: bytes) -> Iterator[Any]:
        root = etree.fromstring(payload)
        _sign(root, self.sender)
        sealed = etree.tostring(_encrypt(root, self.sealing))
        yield sealed
        opened = xmlsec.EncryptionContext(self.opening).decrypt(etree.fromstring(sealed))
        context = xmlsec.SignatureContext()
        context.key = self.public
        context.verify(xmlsec.tree.find_node(opened, xmlsec.constants.NodeSignature))
        yield etree.tostring(opened)
        evidence = etree.fromstring(RECEIPT)
        _sign(evidence, self.recipient)
        yield etree.tostring(evidence)


def _key(certificate: Path, key: Path) -> Any:
    made = xmlsec.Key.from_file(str(key), xmlsec.constants.KeyDataFormatPem)
    made.load_cert_from_file(str(certificate), xmlsec.constants.KeyDataFormatPem)
    return made


def _sign(root: Any, key: Any) -> None:
    made = xmlsec.template.create(root, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.RSA_SHA256)
    root.append(made)
    reference = xmlsec.template.add_reference(made, xmlsec.Transform.SHA256, uri="")
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(made))
    context = xmlsec.SignatureContext()
    context.key = key
    context.sign(made)


def _encrypt(root: Any, keys: Any) -> Any:
    made = xmlsec.template.encrypted_data_create(
        root, xmlsec.Transform.AES128_GCM, type=xmlsec.EncryptionType.ELEMENT, ns="xenc"
    )
    xmlsec.template.encrypted_data_ensure_cipher_value(made)
    info = xmlsec.template.encrypted_data_ensure_key_info(made, ns="dsig")
    wrapped = xmlsec.template.add_encrypted_key(info, xmlsec.Transform.RSA_OAEP)
    xmlsec.template.encrypted_data_ensure_cipher_value(wrapped)
    context = xmlsec.EncryptionContext(keys)
    context.key = xmlsec.Key.generate(xmlsec.constants.KeyDataAes, 128, xmlsec.constants.KeyDataTypeSession)
    return context.encrypt_xml(made, root)


if __name__ == "__main__":
    timed.answer(Both(*map(Path, sys.argv[1:])).steps)
