"""Make key pairs with certificates of our own, which partners pin one by one."""

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa, x25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.core.as4 import Profile

YEARS = 2
EARLY = timedelta(hours=1)
"""Clocks differ: a certificate is valid this long before it is used."""
RSA_BITS = 3072
"""eDelivery Common Profile 1.15 accepts 2048; NCSC and the profile's own advice is 3072."""

PrivateKey = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | x25519.X25519PrivateKey


def make(
    role: str, subject: str, hosts: Iterable[str], begins: datetime, profile: Profile = Profile.EDELIVERY_1_15
) -> tuple[PrivateKey, x509.Certificate]:
    """A key of a profile's kind and its certificate, to be used from ``begins`` for two years.

    An X25519 key cannot sign: its certificate is signed by a key that is thrown away, and good because it is pinned.
    """
    key = _key(role, profile)
    signing = ed25519.Ed25519PrivateKey.generate() if isinstance(key, x25519.X25519PrivateKey) else key
    name = _name(subject, role)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if signing is key else _name(subject, "once"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins - EARLY)
        .not_valid_after(begins + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if role == "tls":
        names = [_host(host) for host in hosts]
        usage = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(usage), critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return key, builder.sign(signing, hashes.SHA256() if isinstance(signing, rsa.RSAPrivateKey) else None)


def write(stem: Path, key: PrivateKey, certificate: x509.Certificate) -> None:
    """Write ``stem.key.pem`` (readable by its owner only, never over another) and ``stem.crt.pem``."""
    stem.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(stem.with_name(stem.name + ".key.pem"), private)
    stem.with_name(stem.name + ".crt.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def write_private(path: Path, content: bytes) -> None:
    """Create a file that only its owner reads; raises FileExistsError rather than lose a key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)


def _key(role: str, profile: Profile) -> PrivateKey:
    if profile is Profile.EDELIVERY_1_15:
        return rsa.generate_private_key(65537, RSA_BITS)
    return x25519.X25519PrivateKey.generate() if role == "seal" else ed25519.Ed25519PrivateKey.generate()


def _name(subject: str, role: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject), x509.NameAttribute(NameOID.TITLE, role)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
