"""AES-128-GCM over every attachment, its session key sealed for one certificate; and the way back.

Whatever fails while decrypting fails alike: the same cause, the same words, the same work done (reliability row 21).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import SEEK_END, BytesIO

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import GCM
from lxml import etree

from gateway.core.as4 import names, tokens
from gateway.core.as4.causes import As4Error, Cause
from gateway.core.as4.envelope import Envelope, add, maybe, text, the
from gateway.core.as4.mime import Content
from gateway.core.as4.names import DS, DSIG11, MORE, WSSE, WSSE11, XENC, XENC11
from gateway.core.as4.values import KeyTransport, Opener, Profile, RsaOaep, Rules, X25519Agreement
from gateway.core.as4.wrapping import KEY_BYTES, wrap_for
from gateway.core.terms import Draw

NONCE_BYTES = 12
TAG_BYTES = 16
PIECE = 1 << 16
"""What is held of a large attachment at a time, on its way in or out: of this size memory is used again and again."""
HELD = 1 << 22
"""Up to this size what was decrypted is kept; a larger one is decrypted twice, and memory never holds all of it."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What a message is closed with: one session key, and a nonce for each attachment by href."""

    session: bytes
    nonces: Mapping[str, bytes]

    def close(self, href: str, held: BytesIO) -> None:
        """Encrypt, in its own memory, what stands behind room for a nonce; the tag goes behind it."""
        cipher = Cipher(AES128(self.session), GCM(self.nonces[href])).encryptor()
        with held.getbuffer() as view:
            view[:NONCE_BYTES] = self.nonces[href]
            for at in range(NONCE_BYTES, len(view), PIECE):
                view[at : at + PIECE] = cipher.update(view[at : at + PIECE])
        cipher.finalize()
        held.seek(0, SEEK_END)
        held.write(cipher.tag)


@dataclass(frozen=True, slots=True)
class Unlocked:
    """One attachment whose tag was verified. ``digest`` is of what is in it, which can be read piece by piece.

    ``held`` is what is in it where that is not much.
    """

    content: Content
    session: bytes
    digest: bytes
    held: tuple[bytes, ...] | None

    def pieces(self) -> Iterator[bytes]:
        """What is in it, decrypted again if it is large: memory never holds all of it beside what is made of it."""
        return _decrypted(self.content, self.session) if self.held is None else iter(self.held)


@dataclass(frozen=True, slots=True)
class Decrypted:
    """The attachments by href, and the certificate of ours they were sealed for; None when there were none."""

    contents: Mapping[str, Unlocked]
    certificate: x509.Certificate | None


def encrypt(
    envelope: Envelope, attachments: Mapping[str, bytes], certificate: x509.Certificate, draw: Draw
) -> dict[str, bytes]:
    """Lock the message and encrypt its attachments, by href."""
    lock = locked(envelope, attachments, certificate, draw)
    cipher = AESGCM(lock.session)
    return {href: nonce + cipher.encrypt(nonce, attachments[href], None) for href, nonce in lock.nonces.items()}


def locked(envelope: Envelope, hrefs: Iterable[str], certificate: x509.Certificate, draw: Draw) -> Lock:
    """Put the sealed session key before what the security header holds, and say what it encrypts.

    What was done last stands first (WSS SOAP message security 1.1 §5): readers that go through the header in its order
    must open the attachments before they come to the signature over them. Raises Fault UNSEALABLE for a certificate
    whose key is neither RSA nor X25519.
    """
    security = envelope.security
    assert security is not None  # every envelope of ours has one
    done_before = tuple(security)
    session = draw(KEY_BYTES)
    tokens.write(security, _RECIPIENT, certificate)
    transport = wrap_for(certificate, session, draw)
    references = _write_key(security, transport)
    nonces: dict[str, bytes] = {}
    for number, href in enumerate(hrefs, 1):
        add(references, XENC + "DataReference", {"URI": f"#sealed-{number}"})
        _write_sealed(security, f"sealed-{number}", href)
        nonces[href] = draw(NONCE_BYTES)
    security.extend(done_before)
    return Lock(session, nonces)


def decrypt(envelope: Envelope, attachments: Mapping[str, Content], opener: Opener, rules: Rules) -> Decrypted:
    """Open every attachment; all of them must be encrypted, under one key, and nothing else may be.

    Raises As4Error: UNENCRYPTED, CIPHER, SEALED_FOR_ANOTHER, STRUCTURE (all plain to see without a key), DECRYPTION.
    """
    security = envelope.security
    key = None if security is None else maybe(security, XENC + "EncryptedKey")
    sealed = [] if security is None else [*security.iterchildren(XENC + "EncryptedData")]
    if not attachments and key is None and not sealed:
        return Decrypted({}, None)
    if security is None or key is None:
        raise As4Error(Cause.UNENCRYPTED)
    _check_cover(key, sealed, attachments)
    transport = _read_key(key, rules)
    ours = tokens.meant(security, _recipient(key), opener.certificates)
    if not ours:
        raise As4Error(Cause.SEALED_FOR_ANOTHER)
    return Decrypted(_open_all(attachments, opener, ours[0], transport), ours[0])


# The small print.

_RECIPIENT, _SESSION_KEY = "recipient", "session-key"
_EMPTY = bytes(NONCE_BYTES + TAG_BYTES)  # opens under no key, and stands for what has no room for a nonce and a tag
_X25519_SPKI = bytes.fromhex("302a300506032b656e032100")  # RFC 8410 §4: what stands before the 32 bytes of the key


def _write_key(security: etree._Element, transport: KeyTransport) -> etree._Element:
    """The xenc:EncryptedKey; gives its empty list of references."""
    key = add(security, XENC + "EncryptedKey", {"Id": _SESSION_KEY})
    if isinstance(transport, RsaOaep):
        method = add(key, XENC + "EncryptionMethod", {"Algorithm": names.RSA_OAEP})
        add(method, DS + "DigestMethod", {"Algorithm": names.SHA256})
        add(method, XENC11 + "MGF", {"Algorithm": names.MGF1_SHA256})
        tokens.write_reference(add(key, DS + "KeyInfo"), _RECIPIENT)
    else:
        add(key, XENC + "EncryptionMethod", {"Algorithm": names.AES128_WRAP})
        _write_agreement(add(key, DS + "KeyInfo"), transport)
    add(add(key, XENC + "CipherData"), XENC + "CipherValue", text=tokens.print64(transport.wrapped))
    return add(key, XENC + "ReferenceList")


def _write_agreement(info: etree._Element, transport: X25519Agreement) -> None:
    """RFC 9231 §2.6.5 and §2.8.1, with KeyLength in bytes as the eDelivery profile has it; XML Signature 1.1 §4.5.9."""
    agreement = add(info, XENC + "AgreementMethod", {"Algorithm": names.X25519})
    derivation = add(agreement, XENC11 + "KeyDerivationMethod", {"Algorithm": names.HKDF})
    parameters = add(derivation, MORE + "HKDFParams")
    add(parameters, MORE + "PRF", {"Algorithm": names.HMAC_SHA256})
    add(parameters, MORE + "Salt", text=tokens.print64(transport.salt))
    add(parameters, MORE + "Info", text=tokens.print64(transport.info))
    add(parameters, MORE + "KeyLength", text=str(transport.length))
    originator = add(agreement, XENC + "OriginatorKeyInfo")
    add(originator, DSIG11 + "DEREncodedKeyValue", text=tokens.print64(_X25519_SPKI + transport.ephemeral))
    tokens.write_reference(add(agreement, XENC + "RecipientKeyInfo"), _RECIPIENT)


def _write_sealed(security: etree._Element, sealed_id: str, href: str) -> None:
    """SwA profile 1.1 §5.5: the cipher text is the attachment."""
    attributes = {"Id": sealed_id, "Type": names.ATTACHMENT_CONTENT, "MimeType": names.GZIP}
    sealed = add(security, XENC + "EncryptedData", attributes)
    add(sealed, XENC + "EncryptionMethod", {"Algorithm": names.AES128_GCM})
    reference = add(add(sealed, DS + "KeyInfo"), WSSE + "SecurityTokenReference")
    reference.set(WSSE11 + "TokenType", names.ENCRYPTED_KEY)
    add(reference, WSSE + "Reference", {"URI": f"#{_SESSION_KEY}", "ValueType": names.ENCRYPTED_KEY})
    cipher = add(add(sealed, XENC + "CipherData"), XENC + "CipherReference", {"URI": href})
    add(add(cipher, XENC + "Transforms"), DS + "Transform", {"Algorithm": names.ATTACHMENT_SEALED})


def _check_cover(key: etree._Element, sealed: Sequence[etree._Element], attachments: Mapping[str, Content]) -> None:
    """One EncryptedData for each attachment, and all of them in the key's list."""
    listed = [each.get("URI", "") for each in the(key, XENC + "ReferenceList")]
    covered = [_sealed_href(each, key.get("Id", "")) for each in sealed]
    if sorted(covered) != sorted(attachments) or sorted(listed) != sorted(f"#{each.get('Id')}" for each in sealed):
        raise As4Error(Cause.UNENCRYPTED)


def _sealed_href(sealed: etree._Element, key_id: str) -> str:
    """The attachment that one EncryptedData is about, once all it says of itself is as agreed."""
    cipher = maybe(sealed, XENC + "CipherData", XENC + "CipherReference")
    if cipher is None:
        raise As4Error(Cause.STRUCTURE, "CipherData")
    transform = the(cipher, XENC + "Transforms", DS + "Transform").get("Algorithm")
    method = the(sealed, XENC + "EncryptionMethod").get("Algorithm")
    if (method, sealed.get("Type"), transform) != (names.AES128_GCM, names.ATTACHMENT_CONTENT, names.ATTACHMENT_SEALED):
        raise As4Error(Cause.CIPHER)
    named = maybe(sealed, DS + "KeyInfo", WSSE + "SecurityTokenReference", WSSE + "Reference")
    if named is not None and named.get("URI") != f"#{key_id}":
        raise As4Error(Cause.STRUCTURE, "EncryptedData")
    return cipher.get("URI", "")


def _recipient(key: etree._Element) -> etree._Element | None:
    """The token reference that says whose certificate the key is sealed for."""
    info = the(key, DS + "KeyInfo")
    agreement = maybe(info, XENC + "AgreementMethod")
    where = info if agreement is None else the(agreement, XENC + "RecipientKeyInfo")
    return maybe(where, WSSE + "SecurityTokenReference")


def _read_key(key: etree._Element, rules: Rules) -> KeyTransport:
    method = the(key, XENC + "EncryptionMethod")
    wrapped = tokens.parse64(maybe(key, XENC + "CipherData", XENC + "CipherValue"))
    agreement = maybe(key, DS + "KeyInfo", XENC + "AgreementMethod")
    if agreement is not None:
        if Profile.EDELIVERY_2_0 not in rules.profiles or method.get("Algorithm") != names.AES128_WRAP:
            raise As4Error(Cause.CIPHER)
        return _read_agreement(agreement, wrapped)
    if Profile.EDELIVERY_1_15 not in rules.profiles:
        raise As4Error(Cause.CIPHER)
    mgf1_sha1 = _mask(method) == names.MGF1_SHA1
    digest = maybe(method, DS + "DigestMethod")
    if digest is None or digest.get("Algorithm") != names.SHA256 or (mgf1_sha1 and not rules.mgf1_sha1):
        raise As4Error(Cause.CIPHER)
    return RsaOaep(wrapped, mgf1_sha1)


def _mask(method: etree._Element) -> str:
    """The mask function of RSA-OAEP: named, or MGF1 with SHA-1 (XML Encryption 1.1 §5.5.2)."""
    named = maybe(method, XENC11 + "MGF")
    mask = names.MGF1_SHA1 if named is None else named.get("Algorithm", "")
    known = {
        names.RSA_OAEP: {names.MGF1_SHA256, names.MGF1_SHA1},
        names.RSA_OAEP_MGF1P: {names.MGF1_SHA1},
    }
    if mask not in known.get(method.get("Algorithm", ""), ()):
        raise As4Error(Cause.CIPHER)
    return mask


def _read_agreement(agreement: etree._Element, wrapped: bytes) -> X25519Agreement:
    derivation = the(agreement, XENC11 + "KeyDerivationMethod")
    parameters = the(derivation, MORE + "HKDFParams")
    named = (agreement, derivation, the(parameters, MORE + "PRF"))
    encoded = tokens.parse64(_ephemeral(the(agreement, XENC + "OriginatorKeyInfo")))
    if (
        tuple(each.get("Algorithm") for each in named) != (names.X25519, names.HKDF, names.HMAC_SHA256)
        or text(the(parameters, MORE + "KeyLength")) != str(KEY_BYTES)
        or not encoded.startswith(_X25519_SPKI)
        or len(encoded) != len(_X25519_SPKI) + 32
    ):
        raise As4Error(Cause.CIPHER)
    salt, info = (tokens.parse64(maybe(parameters, MORE + name)) for name in ("Salt", "Info"))
    return X25519Agreement(encoded[len(_X25519_SPKI) :], salt, info, KEY_BYTES, wrapped)


def _ephemeral(originator: etree._Element) -> etree._Element:
    """The encoded key; what this gateway sealed before it met phase4 has a ds:KeyValue around it."""
    if len(originator) != 1:
        raise As4Error(Cause.STRUCTURE, "OriginatorKeyInfo")
    held = maybe(originator, DS + "KeyValue")
    return the(originator if held is None else held, DSIG11 + "DEREncodedKeyValue")


def _open_all(
    attachments: Mapping[str, Content], opener: Opener, certificate: x509.Certificate, transport: KeyTransport
) -> Mapping[str, Unlocked]:
    """When the session key does not open, go on with one that opens nothing: both ways then take the same work.

    Nothing is done with what is in an attachment, but for its digest, until all of them are known to be as they were
    encrypted: how far an unzipping came would tell.
    """
    try:
        session = opener.unwrap(certificate, transport)
    except ValueError:
        session = b""
    failed = len(session) != KEY_BYTES
    session = bytes(KEY_BYTES) if failed else session
    opened: dict[str, Unlocked] = {}
    for href, content in attachments.items():
        try:
            opened[href] = _unlocked(content if len(content) >= len(_EMPTY) else _EMPTY, session)
        except InvalidTag:
            failed = True
    if failed:
        raise As4Error(Cause.DECRYPTION)
    return opened


def _unlocked(content: Content, session: bytes) -> Unlocked:
    """Raises InvalidTag for what is not as it was encrypted."""
    found, held = hashlib.sha256(), list[bytes]()
    for piece in _decrypted(content, session):
        found.update(piece)
        if len(content) <= HELD:
            held.append(piece)
    return Unlocked(content, session, found.digest(), tuple(held) if len(content) <= HELD else None)


def _decrypted(content: Content, session: bytes) -> Iterator[bytes]:
    """What is in an attachment, a piece at a time; only after the last is known whether it is as it was encrypted.

    Raises InvalidTag when it is not.
    """
    end = len(content) - TAG_BYTES
    cipher = Cipher(AES128(session), GCM(bytes(content[:NONCE_BYTES]), bytes(content[end:]))).decryptor()
    for at in range(NONCE_BYTES, end, PIECE):
        yield cipher.update(content[at : min(at + PIECE, end)])
    cipher.finalize()
