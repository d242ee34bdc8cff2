"""Forms that other products write and ours does not: changes to an envelope that leave it as good as it was."""

import base64
from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from gateway.core.as4.names import DS, WSSE, WSU_ID, X509_SKI
from tests.core.as4.kit import SECURITY, Change, at

SIGNATURE_KEY = f"{SECURITY}/ds:Signature/ds:KeyInfo"
SESSION_KEY = f"{SECURITY}/xenc:EncryptedKey/ds:KeyInfo"
AGREED_KEY = f"{SESSION_KEY}/xenc:AgreementMethod/xenc:RecipientKeyInfo"

Pointer = Callable[[etree._Element, x509.Certificate], None]


def point(path: str, pointer: Pointer) -> Change:
    """Take the token out of the message and point to the certificate in another way."""

    def change(root: etree._Element) -> None:
        place = at(root, path, "wsse:SecurityTokenReference")
        uri = place[0].get("URI", "")
        token = next(each for each in at(root, SECURITY) if f"#{each.get(WSU_ID)}" == uri)
        at(root, SECURITY).remove(token)
        place.remove(place[0])
        pointer(place, x509.load_der_x509_certificate(base64.b64decode(token.text or "")))

    return change


def by_key_identifier(place: etree._Element, certificate: x509.Certificate) -> None:
    identifier = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest
    written = etree.SubElement(place, WSSE + "KeyIdentifier", {"ValueType": X509_SKI})
    written.text = base64.b64encode(identifier).decode()


def by_serial(place: etree._Element, certificate: x509.Certificate) -> None:
    held = etree.SubElement(etree.SubElement(place, DS + "X509Data"), DS + "X509IssuerSerial")
    etree.SubElement(held, DS + "X509IssuerName").text = certificate.issuer.rfc4514_string()
    etree.SubElement(held, DS + "X509SerialNumber").text = str(certificate.serial_number)


def wrap_lines(root: etree._Element) -> None:
    """Break every base64 text after 76 places, as Java does."""
    names = {"BinarySecurityToken", "SignatureValue", "CipherValue", "Salt", "DEREncodedKeyValue"}
    for each in root.iter():
        if str(each.tag).rpartition("}")[2] in names and each.text:
            lines = [each.text[start : start + 76] for start in range(0, len(each.text), 76)]
            each.text = "\r\n" + "\r\n".join(lines) + "\n"


def indent(root: etree._Element) -> None:
    """Lay the security header out on lines, but for what is signed in it."""
    signed = set(at(root, SECURITY, "ds:Signature", "ds:SignedInfo").iter())
    for each in at(root, SECURITY).iter():
        if len(each) and each not in signed:
            each.text = "\n  "
        if each not in signed or str(each.tag).endswith("SignedInfo"):
            each.tail = "\n  "


def der64(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
