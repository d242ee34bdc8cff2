"""Encryption that was not agreed is refused by name; whatever fails while decrypting fails alike."""

import base64
import gzip
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from gateway.core import as4
from gateway.core.as4 import (
    As4Error,
    Cause,
    Ebms,
    Opener,
    Profile,
    RsaOaep,
    Rules,
    Sealed,
    X25519Agreement,
    encryption,
    names,
    wrapping,
)
from gateway.core.as4.names import PREFIXES, XENC
from tests.core.as4.keys import identity
from tests.core.as4.kit import (
    SECURITY,
    V1,
    V2,
    Change,
    at,
    attachments_of,
    changed,
    message,
    opened,
    packed,
    seal_raw,
    sealed,
    soap_of,
    stream,
)

KEY, CONTENT = f"{SECURITY}/xenc:EncryptedKey", f"{SECURITY}/xenc:EncryptedData"
XENC_URI, XENC11_URI = PREFIXES["xenc"], PREFIXES["xenc11"]
MGF = f"{{{XENC11_URI}}}MGF"
AGREEMENT = f"{KEY}/ds:KeyInfo/xenc:AgreementMethod"
DERIVATION = f"{AGREEMENT}/{{{XENC11_URI}}}KeyDerivationMethod"
PARAMETERS = f"{DERIVATION}/{{{PREFIXES['more']}}}HKDFParams"
PRF, SALT, INFO, LENGTH = (
    f"{PARAMETERS}/{{{PREFIXES['more']}}}{name}" for name in ("PRF", "Salt", "Info", "KeyLength")
)
EPHEMERAL = f"{AGREEMENT}/xenc:OriginatorKeyInfo/{{{PREFIXES['dsig11']}}}DEREncodedKeyValue"
VALUE = f"{KEY}/xenc:CipherData/xenc:CipherValue"


def refusal(made: Sealed, profile: Profile, rules: Rules | None = None) -> As4Error:
    with pytest.raises(As4Error) as caught:
        opened(made, rules, profile=profile)
    return caught.value


def set_on(path: str, value: str, name: str = "Algorithm") -> Change:
    return lambda root: at(root, path).set(name, value)


def put(path: str, content: bytes) -> Change:
    def change(root: etree._Element) -> None:
        at(root, path).text = base64.b64encode(content).decode()

    return change


def put_text(path: str, text: str) -> Change:
    def change(root: etree._Element) -> None:
        at(root, path).text = text

    return change


def drop(path: str) -> Change:
    def change(root: etree._Element) -> None:
        found = at(root, path)
        parent = found.getparent()
        assert parent is not None
        parent.remove(found)

    return change


def flip(path: str) -> Change:
    """One bit of a base64 text, set the other way."""

    def change(root: etree._Element) -> None:
        content = bytearray(base64.b64decode(at(root, path).text or ""))
        content[-1] ^= 1
        at(root, path).text = base64.b64encode(content).decode()

    return change


def also(parent: str, name: str) -> Change:
    return lambda root: etree.SubElement(at(root, parent), name)


def p256() -> bytes:
    key = generate_private_key(SECP256R1())
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


NOT_AGREED: list[tuple[str, Profile, Change, Cause, str]] = [
    ("AES-CBC", V2, set_on(f"{CONTENT}/xenc:EncryptionMethod", XENC_URI + "aes128-cbc"), Cause.CIPHER, ""),
    ("AES-256-GCM", V2, set_on(f"{CONTENT}/xenc:EncryptionMethod", XENC11_URI + "aes256-gcm"), Cause.CIPHER, ""),
    ("triple DES", V2, set_on(f"{CONTENT}/xenc:EncryptionMethod", XENC_URI + "tripledes-cbc"), Cause.CIPHER, ""),
    ("the whole attachment", V2, set_on(CONTENT, "urn:complete", "Type"), Cause.CIPHER, ""),
    ("another transform", V2, set_on(f"{CONTENT}//ds:Transform", "urn:x"), Cause.CIPHER, ""),
    ("under another key", V2, set_on(f"{CONTENT}//wsse:Reference", "#other", "URI"), Cause.STRUCTURE, "EncryptedData"),
    ("RSA 1.5", V1, set_on(f"{KEY}/xenc:EncryptionMethod", XENC_URI + "rsa-1_5"), Cause.CIPHER, ""),
    ("OAEP with SHA-1", V1, set_on(f"{KEY}//ds:DigestMethod", PREFIXES["ds"] + "sha1"), Cause.CIPHER, ""),
    ("OAEP with no digest named", V1, drop(f"{KEY}/xenc:EncryptionMethod/ds:DigestMethod"), Cause.CIPHER, ""),
    ("OAEP with MGF1-SHA-1", V1, set_on(f"{KEY}//{MGF}", names.MGF1_SHA1), Cause.CIPHER, ""),
    ("OAEP with MGF1-SHA-512", V1, set_on(f"{KEY}//{MGF}", XENC11_URI + "mgf1sha512"), Cause.CIPHER, ""),
    ("the older name with MGF1-SHA-256", V1, set_on(f"{KEY}/*", names.RSA_OAEP_MGF1P), Cause.CIPHER, ""),
    (
        "OAEP with a label",
        V1,
        also(f"{KEY}/xenc:EncryptionMethod", XENC + "OAEPparams"),
        Cause.STRUCTURE,
        "EncryptionMethod",
    ),
    ("AES-256 key wrap", V2, set_on(f"{KEY}/xenc:EncryptionMethod", XENC_URI + "kw-aes256"), Cause.CIPHER, ""),
    ("another agreement", V2, set_on(AGREEMENT, "http://www.w3.org/2009/xmlenc11#ECDH-ES"), Cause.CIPHER, ""),
    ("another derivation", V2, set_on(DERIVATION, XENC11_URI + "ConcatKDF"), Cause.CIPHER, ""),
    ("HKDF with SHA-1", V2, set_on(PRF, PREFIXES["ds"] + "hmac-sha1"), Cause.CIPHER, ""),
    ("a key length in bits", V2, put_text(LENGTH, "128"), Cause.CIPHER, ""),
    ("a key on P-256", V2, put(EPHEMERAL, p256()), Cause.CIPHER, ""),
    ("a signing key", V2, put(EPHEMERAL, bytes.fromhex("302a300506032b6570032100") + bytes(32)), Cause.CIPHER, ""),
    ("a key cut short", V2, put(EPHEMERAL, bytes.fromhex("302a300506032b656e032100") + bytes(31)), Cause.CIPHER, ""),
    ("base64 that is none", V2, put_text(VALUE, "!"), Cause.STRUCTURE, "base64"),
    (
        "content in the envelope",
        V2,
        drop(f"{CONTENT}/xenc:CipherData/xenc:CipherReference"),
        Cause.STRUCTURE,
        "CipherData",
    ),
    ("no session key", V2, drop(KEY), Cause.UNENCRYPTED, ""),
    ("one part unencrypted", V2, drop(CONTENT), Cause.UNENCRYPTED, ""),
    ("a part not listed", V2, drop(f"{KEY}/xenc:ReferenceList/xenc:DataReference"), Cause.UNENCRYPTED, ""),
    ("one part twice", V2, set_on(f"{CONTENT}//xenc:CipherReference", "cid:x@y", "URI"), Cause.UNENCRYPTED, ""),
    ("token of nobody", V2, drop(f"{SECURITY}/wsse:BinarySecurityToken[1]"), Cause.SEALED_FOR_ANOTHER, ""),
]


@pytest.mark.parametrize(
    ("profile", "change", "cause", "where"), [row[1:] for row in NOT_AGREED], ids=[row[0] for row in NOT_AGREED]
)
def test_encryption_that_was_not_agreed_is_refused_by_name(
    profile: Profile, change: Change, cause: Cause, where: str
) -> None:
    error = refusal(changed(sealed(profile=profile), change), profile)
    assert (error.cause, error.where) == (cause, where)


@pytest.mark.parametrize("profile", list(Profile))
def test_attachments_that_are_signed_but_not_encrypted_are_refused(profile: Profile) -> None:
    found = encryption.decrypt(
        as4.envelope.parse(soap_of(sealed(profile=profile))),
        {f"cid:{cid}": content for cid, content in attachments_of(sealed(profile=profile)).items()},
        identity("medway", profile).opener,
        Rules(),
    )
    made = sealed(profile=profile)
    plain = packed(soap_of(made), {href[4:]: b"".join(one.pieces()) for href, one in found.contents.items()})

    def change(root: etree._Element) -> None:
        for name in ("EncryptedKey", "EncryptedData"):
            for each in at(root, SECURITY).findall(XENC + name):
                at(root, SECURITY).remove(each)

    assert refusal(changed(plain, change), profile).cause is Cause.UNENCRYPTED


def test_encryption_of_nothing_is_refused() -> None:
    key = at(etree.fromstring(soap_of(sealed())), KEY)
    made = changed(sealed(message()), lambda root: at(root, SECURITY).append(key))
    assert refusal(made, V2).cause is Cause.UNENCRYPTED


@pytest.mark.parametrize("profile", list(Profile))
def test_a_message_for_somebody_else_is_said_to_be_so(profile: Profile) -> None:
    error = refusal(sealed(profile=profile, seal_for="surrey"), profile)
    assert (error.cause, error.problem.code) == (Cause.SEALED_FOR_ANOTHER, Ebms.DECRYPTION)


@pytest.mark.parametrize(("signs", "opens"), [(V1, V2), (V2, V1)])
def test_a_partner_held_to_one_profile_may_not_encrypt_by_the_other(signs: Profile, opens: Profile) -> None:
    made = seal_raw(message(b""), [gzip.compress(b"abc")], identity("kent", signs), identity("medway", opens))

    def found(rules: Rules) -> as4.Opened:
        known = (identity("kent", signs).signs,)
        ours = identity("medway", opens).opener
        return as4.open_sealed(made.content_type, made.body, ours, lambda _: known, rules)

    assert found(Rules()).message.parts[0].content == b"abc"
    with pytest.raises(As4Error) as caught:
        found(Rules(profiles=frozenset({signs})))
    assert caught.value.cause is Cause.CIPHER


# What only the private key can tell. One sentence for all of it, or the sentence is an oracle.


def rsa_key_of(name: str) -> rsa.RSAPublicKey:
    key = identity(name, V1).opening.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def wrap(plain: bytes, scheme: padding.AsymmetricPadding, key: rsa.RSAPublicKey) -> Change:
    return put(VALUE, key.encrypt(plain, scheme))


def oaep(digest: hashes.HashAlgorithm, mask: hashes.HashAlgorithm, label: bytes | None = None) -> padding.OAEP:
    return padding.OAEP(padding.MGF1(mask), digest, label)


RIGHT = oaep(hashes.SHA256(), hashes.SHA256())


def secret(ours: rsa.RSAPublicKey, other: rsa.RSAPublicKey) -> list[tuple[str, Profile, Change]]:
    """Session keys that do not open, sealed for us or for somebody else."""
    return [
        ("RSA 1.5 inside", V1, wrap(bytes(16), padding.PKCS1v15(), ours)),
        ("OAEP with SHA-1 inside", V1, wrap(bytes(16), oaep(hashes.SHA1(), hashes.SHA256()), ours)),
        ("OAEP with MGF1-SHA-1 inside", V1, wrap(bytes(16), oaep(hashes.SHA256(), hashes.SHA1()), ours)),
        ("OAEP with a label inside", V1, wrap(bytes(16), oaep(hashes.SHA256(), hashes.SHA256(), b"x"), ours)),
        ("wrapped for another key", V1, wrap(bytes(16), RIGHT, other)),
        ("a session key of no length", V1, wrap(b"", RIGHT, ours)),
        ("a session key of 15 bytes", V1, wrap(bytes(15), RIGHT, ours)),
        ("a session key of 32 bytes", V1, wrap(bytes(32), RIGHT, ours)),
        ("another session key", V1, wrap(b"k" * 16, RIGHT, ours)),
        ("the key that stands in for none", V1, wrap(bytes(16), RIGHT, ours)),
        ("no number below the modulus", V1, put(VALUE, b"\xff" * 384)),
        ("a value cut short", V1, put(VALUE, bytes(383))),
        ("no value", V1, put(VALUE, b"")),
        ("one bit of the value", V1, flip(VALUE)),
        ("no place for a value", V2, drop(VALUE)),
        ("one bit of the wrapped key", V2, flip(VALUE)),
        ("a wrapped key cut short", V2, put(VALUE, bytes(8))),
        ("a wrapped key of odd length", V2, put(VALUE, bytes(25))),
        ("one bit of the ephemeral key", V2, flip(EPHEMERAL)),
        ("an ephemeral key of small order", V2, put(EPHEMERAL, bytes.fromhex("302a300506032b656e032100") + bytes(32))),
        ("another salt", V2, put(SALT, b"other")),
        ("no salt", V2, drop(SALT)),
        ("another info", V2, put(INFO, b"other")),
    ]


OURS = rsa_key_of("medway")
SECRET = secret(OURS, rsa_key_of("surrey"))


def spoil(change: Callable[[bytes], bytes]) -> Callable[[Sealed], Sealed]:
    def spoilt(made: Sealed) -> Sealed:
        held = attachments_of(made)
        last = [*held][-1]
        return packed(soap_of(made), held | {last: change(held[last])})

    return spoilt


SPOILT: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("one bit of the nonce", lambda content: bytes([content[0] ^ 1]) + content[1:]),
    ("one bit of the content", lambda content: content[:12] + bytes([content[12] ^ 1]) + content[13:]),
    ("one bit of the tag", lambda content: content[:-1] + bytes([content[-1] ^ 1])),
    ("the last byte gone", lambda content: content[:-1]),
    ("one byte more", lambda content: content + b"\0"),
    ("nothing but the nonce", lambda content: content[:12]),
    ("less than a nonce", lambda content: content[:5]),
    ("nothing", lambda _: b""),
    ("not encrypted", lambda _: b"plain"),
]


@pytest.mark.parametrize(("profile", "change"), [row[1:] for row in SECRET], ids=[row[0] for row in SECRET])
def test_a_session_key_that_does_not_open_says_no_more_than_that(profile: Profile, change: Change) -> None:
    assert_uniform(refusal(changed(sealed(profile=profile), change), profile))


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("change", [row[1] for row in SPOILT], ids=[row[0] for row in SPOILT])
def test_content_that_does_not_open_says_no_more_than_that(profile: Profile, change: Callable[[bytes], bytes]) -> None:
    assert_uniform(refusal(spoil(change)(sealed(profile=profile)), profile))


@pytest.mark.parametrize(
    ("profile", "change"),
    [(V2, flip(VALUE)), (V1, flip(VALUE)), (V1, wrap(b"", RIGHT, OURS)), (V1, wrap(bytes(32), RIGHT, OURS))],
)
def test_content_under_the_key_that_stands_in_for_none_does_not_open(profile: Profile, change: Change) -> None:
    """Else it would tell whether the session key had opened."""
    made = seal_raw(message(b""), [b""], identity("kent", profile), identity("medway", profile))
    under_zeros = AESGCM(bytes(wrapping.KEY_BYTES)).encrypt(bytes(12), b"", None)
    assert_uniform(refusal(changed(packed(soap_of(made), {"0@raw": bytes(12) + under_zeros}), change), profile))


@pytest.mark.parametrize("profile", list(Profile))
def test_whatever_does_not_open_the_same_work_is_done(profile: Profile) -> None:
    """Counted and not timed: how often a key is asked, how often something is decrypted to its end and how often digested."""
    by_key = [changed(sealed(profile=profile), row[2]) for row in SECRET if row[1] is profile]
    by_content = [change(sealed(profile=profile)) for change in (spoil(row[1]) for row in SPOILT)]
    done = [work(made, profile) for made in (*by_key, *by_content)]
    assert len(done) > 10 and done == [done[0]] * len(done)
    assert done[0]["finalize"] >= 2


def work(made: Sealed, profile: Profile) -> Counter[str]:
    """What the primitives were called for while a message was refused."""
    called: Counter[str] = Counter()

    def note(_frame: object, event: str, function: Any) -> None:
        name = getattr(function, "__name__", "")
        if event == "c_call" and name in {"decrypt", "create_decryption_ctx", "finalize", "openssl_sha256", "verify"}:
            called[name] += 1

    sys.setprofile(note)
    try:
        assert_uniform(refusal(made, profile))
    finally:
        sys.setprofile(None)
    return called


def assert_uniform(error: As4Error) -> None:
    assert (error.cause, error.where, str(error)) == (
        Cause.DECRYPTION,
        "",
        "EBMS:0102 FailedDecryption: The message could not be decrypted.",
    )


NEVER: Mapping[Profile, Sequence[as4.KeyTransport]] = {
    V1: [RsaOaep(bytes(383)), RsaOaep(b""), RsaOaep(b"\xff" * 384), RsaOaep(bytes(385))],
    V2: [
        X25519Agreement(bytes([9] * 32), b"s", b"i", 16, bytes(23)),
        X25519Agreement(bytes([9] * 32), b"s", b"i", 16, b""),
        X25519Agreement(bytes(32), b"s", b"i", 16, bytes(24)),
    ],
}
DOES_NOT_OPEN: Mapping[Profile, as4.KeyTransport] = {
    V1: RsaOaep(bytes(383) + b"\3"),
    V2: X25519Agreement(bytes([9] * 32), b"s", b"i", 16, bytes(24)),
}


@pytest.mark.parametrize("profile", list(Profile))
def test_what_cannot_be_a_sealed_key_takes_as_long_as_one_that_does_not_open(profile: Profile) -> None:
    """The shortest of many tries, for the machine may be busy; the operation on the key is most of it."""
    key = identity(profile=profile, name="medway").opening

    def shortest(transport: as4.KeyTransport) -> float:
        times = []
        for _ in range(30):
            began = time.perf_counter()
            with pytest.raises(ValueError):  # noqa: PT011
                as4.unwrap_with(key, transport)
            times.append(time.perf_counter() - began)
        return min(times)

    usual = shortest(DOES_NOT_OPEN[profile])
    assert all(usual / 1.5 < shortest(never) < usual * 1.5 for never in NEVER[profile])


# The key transport by itself, as the machine that holds our keys sees it.


@pytest.mark.parametrize("profile", list(Profile))
def test_a_session_key_unwraps_to_what_was_wrapped(profile: Profile) -> None:
    medway = identity("medway", profile)
    transport = wrapping.wrap_for(medway.opens, b"sixteen bytes ok", stream("wrap"))
    assert as4.unwrap_with(medway.opening, transport) == b"sixteen bytes ok"


def test_the_key_agreement_is_frozen() -> None:
    assert wrapping.wrap_for(identity("medway").opens, b"sixteen bytes ok", stream("wrap")) == X25519Agreement(
        ephemeral=bytes.fromhex("2ccbc8a87c099f81b4fd02fff6a7ef374f70ff337f359a49162b5a54e50dad63"),
        salt=bytes.fromhex("315e64bed6f2f6e9ed99c0e4da5c265b294e2fa30398a068f1b0c16898ed3da6"),
        info=b"eDelivery",
        length=16,
        wrapped=bytes.fromhex("4e435ac9a280b9d20d2f60b3f373011f9607b891468d6a0f"),
    )


@pytest.mark.parametrize(
    "transport", [RsaOaep(bytes(384)), X25519Agreement(bytes([9] * 32), b"", b"", 16, bytes(24)), RsaOaep(b"")]
)
@pytest.mark.parametrize("profile", list(Profile))
def test_what_does_not_unwrap_is_a_value_error(transport: as4.KeyTransport, profile: Profile) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        as4.unwrap_with(identity("medway", profile).opening, transport)


def test_a_machine_that_holds_the_key_is_asked_for_nothing_but_the_session_key() -> None:
    asked: list[tuple[x509.Certificate, as4.KeyTransport]] = []
    medway = identity("medway")

    def machine(certificate: x509.Certificate, transport: as4.KeyTransport) -> bytes:
        asked.append((certificate, transport))
        return as4.unwrap_with(medway.opening, transport)

    made = sealed()
    watched = Opener((medway.opens,), machine)
    found = as4.open_sealed(made.content_type, made.body, watched, lambda _: (identity("kent").signs,), Rules())
    assert found.message == message(b"<CTfile><Pupil>Rowan Ashdown-Test</Pupil></CTfile>", b"two")
    [(certificate, transport)] = asked
    assert certificate == medway.opens
    assert isinstance(transport, X25519Agreement)
    assert (transport.length, transport.info, len(transport.ephemeral), len(transport.wrapped)) == (
        16,
        b"eDelivery",
        32,
        24,
    )
