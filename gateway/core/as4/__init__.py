"""AS4 (ebMS3, eDelivery Common Profile 1.15 and 2.0): seal a message for one recipient, open one, and prove it.

Only what was verified comes out. Time, ids, randomness and the operations on private keys come in.
"""

import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from gateway.core.as4 import encryption, envelope, mime, names, signature
from gateway.core.as4 import message as header
from gateway.core.as4.causes import As4Error, Cause, Ebms, Problem
from gateway.core.as4.encryption import Unlocked
from gateway.core.as4.envelope import Envelope
from gateway.core.as4.mime import Package
from gateway.core.as4.names import SOAP_CONTENT_TYPE, TEST_ACTION, TEST_SERVICE
from gateway.core.as4.sent import carried_certificate, channel_of, references_in, token_of
from gateway.core.as4.signals import (
    ErrorSignal,
    PullRequest,
    Receipt,
    SignalledError,
    check_receipt,
    error_signal,
    is_signal,
    pull_request,
    read_asked,
    read_signal,
    receipt,
    settles,
)
from gateway.core.as4.signature import signer_with
from gateway.core.as4.values import (
    KeyTransport,
    Opened,
    Opener,
    Option,
    Part,
    Party,
    Profile,
    Reference,
    Registered,
    RsaOaep,
    Rules,
    Sealed,
    Signer,
    UserMessage,
    X25519Agreement,
)
from gateway.core.as4.wrapping import opener_with, unwrap_with
from gateway.core.errors import Fault, Reason
from gateway.core.terms import Draw, digest

__all__ = [
    "SOAP_CONTENT_TYPE",
    "TEST_ACTION",
    "TEST_SERVICE",
    "As4Error",
    "Cause",
    "Ebms",
    "ErrorSignal",
    "KeyTransport",
    "Opened",
    "Opener",
    "Option",
    "Part",
    "Party",
    "Problem",
    "Profile",
    "PullRequest",
    "Receipt",
    "Reference",
    "Registered",
    "RsaOaep",
    "Rules",
    "Sealed",
    "SignalledError",
    "Signer",
    "UserMessage",
    "X25519Agreement",
    "carried_certificate",
    "channel_of",
    "check_receipt",
    "error_signal",
    "is_signal",
    "open_sealed",
    "opener_with",
    "pull_request",
    "read_asked",
    "read_signal",
    "receipt",
    "references_in",
    "seal",
    "settles",
    "signer_with",
    "token_of",
    "unwrap_with",
]


def seal(message: UserMessage, signer: Signer, seal_for: x509.Certificate, profile: Profile, draw: Draw) -> Sealed:
    """Compress, sign, encrypt, pack: the same arguments give the same bytes (but for the padding of RSA-OAEP).

    Raises Fault UNSEALABLE when a certificate's key is not of the profile's kind.
    """
    _check_keys(signer.certificate, seal_for, profile)
    written = envelope.blank(draw(16).hex())
    zipped = {f"cid:{draw(16).hex()}@gateway": _zipped(part.content) for part in message.parts}
    header.write(written, message, zipped)
    references = signature.sign(
        written, {href: held.getbuffer()[encryption.NONCE_BYTES :] for href, held in zipped.items()}, signer
    )
    lock = encryption.locked(written, zipped, seal_for, draw) if zipped else None
    soap = envelope.printed(written)
    content_type, body = names.SOAP_CONTENT_TYPE, soap
    if lock is not None:
        for href, held in zipped.items():
            lock.close(href, held)
        attachments = {href.removeprefix("cid:"): zipped.pop(href) for href in tuple(zipped)}
        content_type, body = mime.pack_into(attachments, soap, f"gateway-{draw(16).hex()}")
    return Sealed(content_type, body, soap, digest(soap), references)


def open_sealed(content_type: str, body: bytes, opener: Opener, registered: Registered, rules: Rules) -> Opened:
    """Unpack, verify, decrypt, unzip, in this order: no stranger makes us use a private key.

    ``registered`` gives the certificates in force for the PartyId that the message says it is from. Raises As4Error,
    which knows the id that the message claims.
    """
    package = mime.unpack(content_type, body, rules)
    parsed = envelope.parse(package.soap, package.charset)
    try:
        return _open(package, parsed, opener, registered, rules)
    except As4Error as error:
        raise error.about(header.claimed_id(parsed)) from None


# The small print.

_LEVEL = 6
_KINDS: Mapping[Profile, tuple[type, type]] = {
    Profile.EDELIVERY_1_15: (RSAPublicKey, RSAPublicKey),
    Profile.EDELIVERY_2_0: (Ed25519PublicKey, X25519PublicKey),
}


def _open(package: Package, parsed: Envelope, opener: Opener, registered: Registered, rules: Rules) -> Opened:
    parts = header.declared(parsed.user_message)
    if {part.content_id for part in parts} != set(package.attachments):
        raise As4Error(Cause.PARTS_DIFFER)
    if len(parsed.body):
        raise As4Error(Cause.STRUCTURE, "Body")
    hrefs = [part.href for part in parts]
    signed = signature.verify(parsed, hrefs, registered(header.claimed_sender(parsed)), rules)
    attachments = {part.href: package.attachments[part.content_id] for part in parts}
    opened = encryption.decrypt(parsed, attachments, opener, rules)
    signature.check_attachments(signed, {href: one.digest for href, one in opened.contents.items()})
    contents = _unzip(opened.contents, parts, rules.unzipped_bytes)
    return Opened(
        message=header.read(parsed, parts, contents),
        references=signed.references,
        signer=signed.signer,
        soap=package.soap,
        soap_digest=digest(package.soap),
        opened_with=opened.certificate,
    )


def _check_keys(signing: x509.Certificate, seal_for: x509.Certificate, profile: Profile) -> None:
    signs, opens = _KINDS[profile]
    if not (isinstance(signing.public_key(), signs) and isinstance(seal_for.public_key(), opens)):
        raise Fault(Reason.UNSEALABLE, lasting=True)


def _zipped(content: bytes) -> BytesIO:
    """One gzip stream without a time or a name, so that it is the same tomorrow, behind room for a nonce."""
    squeeze, held = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31), BytesIO()
    held.write(bytes(encryption.NONCE_BYTES))
    whole = memoryview(content)
    for at in range(0, len(content), encryption.PIECE):
        held.write(squeeze.compress(whole[at : at + encryption.PIECE]))
    held.write(squeeze.flush())
    return held


def _unzip(contents: Mapping[str, Unlocked], parts: tuple[header.Declared, ...], most: int) -> Mapping[str, bytes]:
    """The opposite of ``_zipped`` for all parts, which share one allowance."""
    found: dict[str, bytes] = {}
    for part in parts:
        pieces = contents[part.href].pieces()
        found[part.href] = _collected(_inflated(pieces) if part.zipped else pieces, most)
        most -= len(found[part.href])
    return found


def _collected(pieces: Iterator[bytes], most: int) -> bytes:
    held = BytesIO()
    for piece in pieces:
        if held.tell() + len(piece) > most:
            raise As4Error(Cause.UNZIPPED_TOO_LARGE)
        held.write(piece)
    return held.getvalue()


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """One whole gzip stream, unzipped a piece at a time however much is in it."""
    stream = zlib.decompressobj(31)
    try:
        for piece in pieces:
            rest = piece
            while rest:
                yield stream.decompress(rest, encryption.PIECE)
                rest = stream.unconsumed_tail
        yield stream.flush()
    except zlib.error:
        raise As4Error(Cause.COMPRESSION) from None
    if not stream.eof or stream.unused_data:
        raise As4Error(Cause.COMPRESSION)
