"""The values that go in and come out: a message, what it becomes when sealed, and who may sign, open and send what."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from cryptography import x509

from gateway.core.as4 import names
from gateway.core.terms import Digest, MessageId

LEAST_RSA_BITS = 2048


class Profile(StrEnum):
    """A profile of the EU eDelivery AS4 specifications; between gateways 2.0, with everybody 1.15."""

    EDELIVERY_1_15 = "edelivery-1.15"
    EDELIVERY_2_0 = "edelivery-2.0"


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends or receives (ebMS3 core §5.2.2.4); ``type`` is empty when the id is a URI by itself."""

    id: str
    type: str = names.UNREGISTERED


@dataclass(frozen=True, slots=True)
class Part:
    """One attachment as its reader gets it: unzipped, with its MIME type."""

    content: bytes
    mime: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class UserMessage:
    """An eb:UserMessage (ebMS3 core §5.2.2). Texts come back without surrounding white space."""

    message_id: MessageId
    at: datetime
    sender: Party
    recipient: Party
    sender_role: str
    recipient_role: str
    service: str
    service_type: str | None
    action: str
    agreement: str | None
    conversation: str
    ref_to: MessageId | None
    properties: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    mpc: str | None = None
    """The message partition channel it is pulled from (ebMS3 core §3); None for what is pushed."""

    @property
    def for_test(self) -> bool:
        """A call to the test service is answered with a receipt and delivers nothing (ebMS3 core §5.2.2.8)."""
        return (self.service, self.action) == (names.TEST_SERVICE, names.TEST_ACTION)


@dataclass(frozen=True, slots=True)
class Reference:
    """One ds:Reference: what a signature covers, and what a receipt repeats. ``digest`` is base64 on one line."""

    uri: str
    transform: str
    digest: str
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A message as it travels. ``references`` are what its receipt must repeat."""

    content_type: str
    body: bytes
    soap: bytes
    soap_digest: Digest
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A message that was verified and decrypted; ``opened_with`` is None when there was nothing to decrypt."""

    message: UserMessage
    references: tuple[Reference, ...]
    signer: x509.Certificate
    soap: bytes
    soap_digest: Digest
    opened_with: x509.Certificate | None


@dataclass(frozen=True, slots=True)
class Signer:
    """Our signing certificate, and the one operation on its key: RSA PKCS#1 v1.5 with SHA-256, or Ed25519."""

    certificate: x509.Certificate
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class RsaOaep:
    """A session key under RSA-OAEP with SHA-256; the mask is MGF1 with SHA-256, or SHA-1 where a partner may."""

    wrapped: bytes
    mgf1_sha1: bool = False


@dataclass(frozen=True, slots=True)
class X25519Agreement:
    """A session key under AES key wrap (RFC 3394), its key from X25519 and HKDF-SHA-256. ``length`` is in bytes."""

    ephemeral: bytes
    salt: bytes
    info: bytes
    length: int
    wrapped: bytes


KeyTransport = RsaOaep | X25519Agreement


@dataclass(frozen=True, slots=True)
class Opener:
    """Our current certificates, old and new side by side, and the one operation on their keys.

    ``unwrap`` gives the session key, or raises ValueError when it does not open. A Fault it raises passes through.
    """

    certificates: tuple[x509.Certificate, ...]
    unwrap: Callable[[x509.Certificate, KeyTransport], bytes]


Registered = Callable[[str], tuple[x509.Certificate, ...]]
"""The signing certificates in force for a party id; none for a party that nobody registered."""


class Option(StrEnum):
    """What a partner's product may do besides what its profile asks, once somebody here has granted it."""

    LONGER_HASHES = "longer-hashes"
    MGF1_SHA1 = "mgf1-sha1"
    BASE64_PARTS = "base64-parts"


@dataclass(frozen=True, slots=True)
class Rules:
    """What one partner may send. Options are off until the partner needs them; sizes are in bytes."""

    profiles: frozenset[Profile] = frozenset(Profile)
    longer_hashes: bool = False  # rsa-sha384 and rsa-sha512 as well
    mgf1_sha1: bool = False
    base64_parts: bool = False
    message_bytes: int = 64 << 20
    soap_bytes: int = 1 << 20
    parts: int = 64
    header_bytes: int = 8 << 10
    unzipped_bytes: int = 64 << 20

    def granting(self, options: Iterable[Option]) -> "Rules":
        """The same with what one partner is granted beyond them."""
        granted = set(options)
        return replace(
            self,
            longer_hashes=Option.LONGER_HASHES in granted,
            mgf1_sha1=Option.MGF1_SHA1 in granted,
            base64_parts=Option.BASE64_PARTS in granted,
        )
