"""Certificates as the register has them, in PEM: read, told apart, and looked at on a given day."""

import contextlib
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gateway.core.as4.values import LEAST_RSA_BITS
from gateway.core.terms import Digest, digest

Certificate = x509.Certificate


@lru_cache(maxsize=4096)
def load(pem: str) -> x509.Certificate:
    """Raises ValueError for what is not a certificate."""
    return x509.load_pem_x509_certificate(pem.encode())


def fingerprint(certificate: x509.Certificate) -> Digest:
    """The SHA-256 of the DER form, as people read it out to each other."""
    return digest(certificate.public_bytes(Encoding.DER))


def valid(pems: Iterable[str], at: datetime) -> tuple[x509.Certificate, ...]:
    """Those that are valid at an instant, the one that lasts longest first."""
    found = [one for one in map(load, pems) if one.not_valid_before_utc <= at < one.not_valid_after_utc]
    return tuple(sorted(found, key=lambda one: one.not_valid_after_utc, reverse=True))


def current(pems: Iterable[str], at: datetime) -> x509.Certificate | None:
    """The one to seal for now, or None."""
    return next(iter(valid(pems, at)), None)


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
    if not (
        authority.not_valid_before_utc <= at < authority.not_valid_after_utc and at < certificate.not_valid_after_utc
    ):
        return False
    try:
        certificate.verify_directly_issued_by(authority)
        signs = authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound):
        return False
    return signs and name in _names(certificate)


def _names(certificate: x509.Certificate) -> frozenset[str]:
    found = {str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)}
    with contextlib.suppress(x509.ExtensionNotFound):
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found.update(alternative.get_values_for_type(x509.DNSName))
    return frozenset(found)
