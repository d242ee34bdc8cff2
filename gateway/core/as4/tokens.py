"""Which certificate a message means: carried along, by subject key identifier, or by issuer and serial number.

A token is a hint. It only chooses among certificates that are already known, and none is ever taken from a message.
"""

import base64
import binascii
import contextlib

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from gateway.core.as4 import names
from gateway.core.as4.causes import As4Error, Cause
from gateway.core.as4.envelope import add, text, the
from gateway.core.as4.names import DS, WSSE

Certificates = tuple[x509.Certificate, ...]


def write(security: etree._Element, token_id: str, certificate: x509.Certificate) -> None:
    """A wsse:BinarySecurityToken (WSS X.509 token profile 1.0 §3.3.1)."""
    attributes = {"EncodingType": names.BASE64, "ValueType": names.X509_V3, names.WSU_ID: token_id}
    add(security, WSSE + "BinarySecurityToken", attributes, print64(certificate.public_bytes(Encoding.DER)))


def write_reference(parent: etree._Element, token_id: str) -> None:
    """The wsse:SecurityTokenReference to a token of the same message."""
    reference = add(parent, WSSE + "SecurityTokenReference")
    add(reference, WSSE + "Reference", {"URI": f"#{token_id}", "ValueType": names.X509_V3})


def meant(security: etree._Element, reference: etree._Element | None, known: Certificates) -> Certificates:
    """Those of ``known`` that a wsse:SecurityTokenReference fits; usually one, or none.

    Raises As4Error STRUCTURE for a reference of no kind we know.
    """
    if reference is None or len(reference) != 1:
        raise As4Error(Cause.STRUCTURE, "SecurityTokenReference")
    kind = reference[0]
    if kind.tag == WSSE + "Reference":
        carried = _carried(security, kind.get("URI", ""))
        return tuple(each for each in known if each.public_bytes(Encoding.DER) == carried)
    if kind.tag == DS + "X509Data":
        # The issuer's name is written in many dialects; the serial number chooses, and the key decides.
        serial = text(the(kind, DS + "X509IssuerSerial", DS + "X509SerialNumber"))
        return tuple(each for each in known if str(each.serial_number) == serial)
    if kind.get("ValueType") != names.X509_SKI:
        raise As4Error(Cause.STRUCTURE, "KeyIdentifier")
    identifier = parse64(kind)
    return tuple(each for each in known if identifier in _key_identifiers(each))


def carried(security: etree._Element, reference: etree._Element | None) -> bytes | None:
    """The certificate in DER that a wsse:SecurityTokenReference points at, if the header carries it: but a hint."""
    kind = None if reference is None or len(reference) != 1 else reference[0]
    return None if kind is None else _carried(security, kind.get("URI", ""))


def print64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def parse64(element: etree._Element | None) -> bytes:
    """The bytes of a base64 text, line-wrapped or not. Raises As4Error STRUCTURE."""
    written = "" if element is None or element.text is None else element.text
    try:
        return base64.b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError):
        raise As4Error(Cause.STRUCTURE, "base64") from None


# The small print.


def _carried(security: etree._Element, fragment: str) -> bytes | None:
    """The token of this header that a fragment names; the grammar has already refused an id that stands twice."""
    for each in security.iterchildren(WSSE + "BinarySecurityToken"):
        if each.get("ValueType") == names.X509_V3 and f"#{each.get(names.WSU_ID)}" == fragment:
            return parse64(each)
    return None


def _key_identifiers(certificate: x509.Certificate) -> frozenset[bytes]:
    """The one the certificate states, and the one that RFC 5280 §4.2.1.2 (1) computes."""
    found = {x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest}
    with contextlib.suppress(x509.ExtensionNotFound):
        found.add(certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest)
    return frozenset(found)
