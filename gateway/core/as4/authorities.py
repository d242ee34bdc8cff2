"""Who issued a certificate, and where they can be asked whether they took it back."""

import hashlib
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs7
from cryptography.x509.oid import AuthorityInformationAccessOID

from gateway.core.as4 import certificates

MOST_ADDRESSES = 4


class Doubt(StrEnum):
    """Why there is no answer."""

    UNREACHABLE = "unreachable"
    ISSUER = "issuer"
    MALFORMED = "malformed"
    DECLINED = "declined"
    SIGNATURE = "signature"
    ANOTHER = "another"
    STALE = "stale"
    KIND = "kind"
    UNKNOWN = "unknown"


DOUBT_WORDS = {
    Doubt.UNREACHABLE: "its authority cannot be reached",
    Doubt.ISSUER: "we do not have the certificate of its authority; name it in the partner's record, under anchors",
    Doubt.MALFORMED: "its authority answered with what cannot be read",
    Doubt.DECLINED: "its authority declined to answer",
    Doubt.SIGNATURE: "what was answered is not signed by its authority",
    Doubt.ANOTHER: "what was answered is not about this certificate or this question",
    Doubt.STALE: "what its authority says is out of date",
    Doubt.KIND: "its authority answers only in a way that this gateway does not read",
    Doubt.UNKNOWN: "its authority does not know it",
}


class Doubtful(Exception):
    """No answer, and why."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt.value)
        self.doubt = doubt


@dataclass(frozen=True, slots=True)
class Offered:
    """Where the authority of a certificate can be asked. ``unread``: it says where, but not so that we can."""

    ocsp: tuple[str, ...] = ()
    crl: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    unread: bool = False

    def __bool__(self) -> bool:
        return bool(self.ocsp or self.crl or self.unread)


@lru_cache(maxsize=4096)
def offered(certificate: x509.Certificate) -> Offered:
    """Nothing for a certificate of nobody's but its owner: such a one is taken back by hand."""
    try:
        accesses, named = _accesses(certificate), points(certificate)
    except ValueError:  # an extension that cannot be read
        return Offered(unread=True)
    asked = _urls(name for method, name in accesses if method == AuthorityInformationAccessOID.OCSP)
    issuers = _urls(name for method, name in accesses if method == AuthorityInformationAccessOID.CA_ISSUERS)
    crl = _urls(name for point in named if _is_plain(point) for name in point.full_name or ())
    return Offered(asked, crl, issuers, unread=bool(named) and not (asked or crl))


def issuer_among(certificate: x509.Certificate, content: bytes, at: datetime) -> x509.Certificate:
    """The authority of a certificate, out of what was found where the certificate says that it lies.

    It came over an open network: it counts if its key is the very one that the certificate names. Raises Doubtful.
    """
    for one in _certificates_in(content):
        if certificates.vouches(one, certificate, at) and _named_key(certificate) in _key_identifiers(one):
            return one
    raise Doubtful(Doubt.ISSUER)


def points(certificate: x509.Certificate) -> list[x509.DistributionPoint]:
    """Where its revocation lists lie (RFC 5280 §4.2.1.13)."""
    try:
        return list(certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value)
    except x509.ExtensionNotFound:
        return []


# -- the small print --------------------------------------------------------------------------------------------------


def _accesses(certificate: x509.Certificate) -> list[tuple[x509.ObjectIdentifier, x509.GeneralName]]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return []
    return [(one.access_method, one.access_location) for one in found]


def _is_plain(point: x509.DistributionPoint) -> bool:
    """A list of the authority itself, for every reason."""
    return not (point.crl_issuer or point.reasons)


def _urls(names: Iterable[x509.GeneralName]) -> tuple[str, ...]:
    found = [one.value for one in names if isinstance(one, x509.UniformResourceIdentifier)]
    return tuple(dict.fromkeys(one for one in found if _URL.fullmatch(one)))[:MOST_ADDRESSES]


def _certificates_in(content: bytes) -> list[x509.Certificate]:
    """RFC 5280 §4.2.2.1: one certificate in DER, or several in a bundle of PKCS #7; some write PEM."""
    with suppress(ValueError):
        return [certificates.from_der(content)]
    with suppress(*certificates.UNREADABLE):
        return x509.load_pem_x509_certificates(content)
    with suppress(*certificates.UNREADABLE):
        return pkcs7.load_der_pkcs7_certificates(content)
    return []


def _named_key(certificate: x509.Certificate) -> bytes | None:
    with suppress(x509.ExtensionNotFound, ValueError):
        return certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    return None


def _key_identifiers(authority: x509.Certificate) -> tuple[bytes, ...]:
    """How a key is named by what it is: RFC 5280 §4.2.1.2 (1), and RFC 7093 §2 (1)."""
    key = authority.public_key()
    if isinstance(key, RSAPublicKey):
        written = key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        written = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    else:
        return (x509.SubjectKeyIdentifier.from_public_key(key).digest,)
    return x509.SubjectKeyIdentifier.from_public_key(key).digest, hashlib.sha256(written).digest()[:20]


_URL = re.compile(r"https?://[!-~]{1,500}")
