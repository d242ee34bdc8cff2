"""Certificates as the register has them, in PEM: read, told apart, looked at on a given day, and chosen among.

The key of a certificate says for which profile it is: RSA for 1.15, Ed25519 and X25519 for 2.0.
"""

import contextlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.core.as4.values import LEAST_RSA_BITS, Profile, Signer
from gateway.core.terms import Digest, digest

Certificate = x509.Certificate


UNREADABLE = (
    ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)  # fmt: skip
"""Some of what the library raises for bytes that are no certificate is no ValueError."""


@lru_cache(maxsize=4096)
def load(pem: str) -> x509.Certificate:
    """Raises ValueError for what is not a certificate."""
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except x509.InvalidVersion as error:
        raise ValueError("not a certificate") from error


def fingerprint(certificate: x509.Certificate) -> Digest:
    """The SHA-256 of the DER form, as people read it out to each other."""
    return digest(certificate.public_bytes(Encoding.DER))


def from_der(content: bytes) -> x509.Certificate:
    """A certificate that somebody shows, read to its end: the library reads most of it only when it is asked for.

    Raises ValueError for what is not a certificate (RFC 5280 §4.1), and for a key that is of no known kind.
    """
    try:
        found = x509.load_der_x509_certificate(content)
        _ = found.subject, found.issuer, found.extensions, found.public_key(), found.signature_hash_algorithm
        _ = found.not_valid_before_utc, found.not_valid_after_utc
    except UNREADABLE as error:
        raise ValueError("not a certificate") from error
    return found


def pem(certificate: x509.Certificate) -> str:
    """The opposite of ``load``."""
    return certificate.public_bytes(Encoding.PEM).decode("ascii")


def valid(pems: Iterable[str], at: datetime) -> tuple[x509.Certificate, ...]:
    """Those that are valid at an instant, the one that lasts longest first."""
    found = [one for one in map(load, pems) if one.not_valid_before_utc <= at < one.not_valid_after_utc]
    return tuple(sorted(found, key=lambda one: one.not_valid_after_utc, reverse=True))


def signed(certificate: x509.Certificate, content: bytes, signature: bytes) -> bool:
    """Whether a ``Signer`` with this certificate made the signature: RSA PKCS#1 v1.5 with SHA-256, or Ed25519."""
    key = certificate.public_key()
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, content)
        elif isinstance(key, RSAPublicKey) and key.key_size >= LEAST_RSA_BITS:
            key.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except InvalidSignature:
        return False
    return True


def issued(certificate: x509.Certificate, authority: x509.Certificate, name: str, at: datetime) -> bool:
    """Whether an authority made a certificate out to ``name``, its common name or a DNS name, and neither has ended.

    RFC 5280 §6.1 with one step: what lies between is an authority of its own, to be named by itself.
    """
    return vouches(authority, certificate, at) and name in _names(certificate)


def vouches(authority: x509.Certificate, certificate: x509.Certificate, at: datetime) -> bool:
    """Whether one is an authority that made the other, and neither has ended."""
    if not (
        authority.not_valid_before_utc <= at < authority.not_valid_after_utc and at < certificate.not_valid_after_utc
    ):
        return False
    try:
        certificate.verify_directly_issued_by(authority)
        return authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound):
        return False


def is_for(certificate: x509.Certificate, role: str) -> bool:
    """Whether its authority made it out for what it is shown for: to sign, or to connect (RFC 5280 §4.2.1.3, .12)."""
    with contextlib.suppress(x509.ExtensionNotFound):
        if not certificate.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature:
            return False
    if role == "tls":  # whoever took part in the handshake looked at the rest
        return True
    with contextlib.suppress(x509.ExtensionNotFound):
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        return bool(_CONNECTING.isdisjoint(usage))
    return True


def end(held: Iterable[x509.Certificate]) -> datetime | None:
    """When it is time for a new one: the first end among the profiles, each by its certificate that lasts longest."""
    last: dict[Profile | None, datetime] = {}
    for one in held:
        profile = profile_of(one)
        last[profile] = max(one.not_valid_after_utc, last.get(profile, one.not_valid_after_utc))
    return min(last.values(), default=None)


@lru_cache(maxsize=4096)
def profile_of(certificate: x509.Certificate) -> Profile | None:
    """The profile that the certificate's key is for; None for a key of neither."""
    key = certificate.public_key()
    return next((profile for kind, profile in _PROFILES.items() if isinstance(key, kind)), None)


Agreed = tuple[Signer, x509.Certificate, Profile]


def agreed(signers: Iterable[Signer], shown: Sequence[x509.Certificate], newest: str) -> Agreed | None:
    """Who signs, for which certificate is sealed and how: the newest profile for which both sides have a key.

    ``shown`` are the sealing certificates of the recipient, the preferred first; ``newest`` is the newest profile that
    its record says it can, empty where it says none.
    """
    ours = {profile_of(one.certificate): one for one in signers}
    theirs = {profile_of(one): one for one in reversed(shown)}
    for profile in reversed(Profile):
        if profile in ours and profile in theirs and profile <= (newest or profile):
            return ours[profile], theirs[profile], profile
    return None


def answering(signers: Sequence[Signer], shown: Iterable[x509.Certificate]) -> Signer:
    """Who signs an answer to somebody who shows these certificates: of the oldest of their profiles, which both know.

    Without any of theirs it is the oldest of ours, which everybody can.
    """
    oldest = sorted(signers, key=lambda one: profile_of(one.certificate) or "")
    theirs = {profile_of(one) for one in shown}
    return next((one for one in oldest if profile_of(one.certificate) in theirs), oldest[0])


# The small print.


def _names(certificate: x509.Certificate) -> frozenset[str]:
    found = {str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)}
    with contextlib.suppress(x509.ExtensionNotFound):
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found.update(alternative.get_values_for_type(x509.DNSName))
    return frozenset(found)


_CONNECTING = frozenset({ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH})

_PROFILES = {
    RSAPublicKey: Profile.EDELIVERY_1_15,
    Ed25519PublicKey: Profile.EDELIVERY_2_0,
    X25519PublicKey: Profile.EDELIVERY_2_0,
}
