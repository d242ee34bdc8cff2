"""Keys and certificates of invented parties. Ed25519 and X25519 keys come from fixed seeds, RSA keys from this run."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256, shake_256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.x509.oid import NameOID

from gateway.core import as4
from gateway.core.as4 import Opener, Profile, Signer

SigningKey = rsa.RSAPrivateKey | Ed25519PrivateKey
OpeningKey = rsa.RSAPrivateKey | X25519PrivateKey


@dataclass(frozen=True)
class Identity:
    """A party with its keys: what it has, and what the others know of it."""

    name: str
    signing: SigningKey
    signs: x509.Certificate
    opening: OpeningKey
    opens: x509.Certificate

    @property
    def signer(self) -> Signer:
        return as4.signer_with(self.signs, self.signing)

    @property
    def opener(self) -> Opener:
        return as4.opener_with((self.opens, self.opening))


@cache
def identity(name: str, profile: Profile = Profile.EDELIVERY_2_0) -> Identity:
    if profile is Profile.EDELIVERY_1_15:
        key = rsa_key(name)
        certificate = certify(name, key, key)
        return Identity(name, key, certificate, key, certificate)
    signing = Ed25519PrivateKey.from_private_bytes(seed(f"{name} signs"))
    opening = X25519PrivateKey.from_private_bytes(seed(f"{name} opens"))
    return Identity(name, signing, certify(name, signing, signing), opening, certify(name, opening, signing))


@cache
def rsa_key(name: str, bits: int = 3072) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def seed(text: str) -> bytes:
    return sha256(text.encode()).digest()


def certify(name: str, key: SigningKey | OpeningKey, issuer: SigningKey, *, ski: bool = True) -> x509.Certificate:
    """A certificate that is the same on every run where its keys are."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(seed(f"{name} {type(key).__name__}")[:15]))
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
    )
    if ski:
        built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return built.sign(issuer, None if isinstance(issuer, Ed25519PrivateKey) else hashes.SHA256())


@cache
def lasting_identity(name: str) -> Identity:
    key = lasting_rsa_key(name)
    certificate = certify(name, key, key)
    return Identity(name, key, certificate, key, certificate)


@cache
def lasting_rsa_key(name: str) -> rsa.RSAPrivateKey:
    """An RSA-2048 key that is the same on every run, for messages frozen in a file. Nobody may use it for more."""
    stream = shake_256(name.encode()).digest(1 << 18)
    p, q = _primes(stream)
    public, exponent = 65537, pow(65537, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=exponent,
        dmp1=exponent % (p - 1),
        dmq1=exponent % (q - 1),
        iqmp=pow(q, -1, p),
        public_numbers=rsa.RSAPublicNumbers(public, p * q),
    ).private_key()


def _primes(stream: bytes) -> tuple[int, int]:
    """The first two primes of 1,024 bits in a stream of numbers, their two highest bits and the lowest set."""
    top = (3 << 1022) | 1
    numbers = (int.from_bytes(stream[at : at + 128]) | top for at in range(0, len(stream), 128))
    small = [n for n in range(3, 2000) if all(n % d for d in range(2, int(n**0.5) + 1))]
    primes = (n for n in numbers if all(n % d for d in small) and pow(2, n - 1, n) == 1 and (n - 1) % 65537)
    return next(primes), next(primes)
