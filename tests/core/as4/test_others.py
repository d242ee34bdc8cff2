"""Messages in the forms of other products: read when the profile or the partner's rules allow it, refused when not."""

import base64
import re
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from gateway.core import as4
from gateway.core.as4 import As4Error, Cause, Part, Profile, Rules, Sealed
from gateway.core.as4.names import MGF1_SHA1, PREFIXES, RSA_OAEP_MGF1P, RSA_SHA256, RSA_SHA384, RSA_SHA512
from gateway.core.terms import MessageId
from tests.core.as4 import others
from tests.core.as4.keys import Identity, certify, identity, rsa_key
from tests.core.as4.kit import (
    PUPIL,
    SECURITY,
    SIGNED_INFO,
    V1,
    V2,
    Change,
    at,
    canonical,
    changed,
    message,
    opened,
    seal_raw,
    sealed,
)


@pytest.mark.parametrize(
    ("profile", "path"),
    [
        (V1, others.SIGNATURE_KEY),
        (V2, others.SIGNATURE_KEY),
        (V1, others.SESSION_KEY),
        (V2, others.AGREED_KEY),
    ],
)
@pytest.mark.parametrize("pointer", [others.by_key_identifier, others.by_serial])
def test_a_certificate_may_be_named_instead_of_carried(profile: Profile, path: str, pointer: others.Pointer) -> None:
    made = changed(sealed(profile=profile), others.point(path, pointer))
    assert opened(made, profile=profile).message == message(PUPIL, b"two")


@pytest.mark.parametrize("pointer", [others.by_key_identifier, others.by_serial])
def test_a_named_certificate_that_is_not_registered_is_a_strangers(pointer: others.Pointer) -> None:
    made = changed(sealed(sender="surrey"), others.point(others.SIGNATURE_KEY, pointer))
    assert cause_of(made) is Cause.STRANGER


def test_a_key_identifier_of_another_kind_is_refused() -> None:
    made = changed(sealed(), others.point(others.SIGNATURE_KEY, others.by_key_identifier))
    other = changed(made, lambda root: at(root, others.SIGNATURE_KEY)[0][0].set("ValueType", "urn:thumbprint"))
    assert cause_of(other) is Cause.STRUCTURE


def test_a_certificate_without_key_identifier_is_found_by_the_computed_one() -> None:
    kent, medway = identity("kent"), identity("medway")
    plain = certify("plain", kent.signing, kent.signing, ski=False)
    made = changed(sealed(), others.point(others.SIGNATURE_KEY, others.by_key_identifier))
    found = as4.open_sealed(made.content_type, made.body, medway.opener, lambda _: (plain,), Rules())
    assert found.signer == plain


def test_a_renewed_certificate_for_the_same_key_opens_by_key_identifier() -> None:
    medway, authority = identity("medway", V1), rsa_key("authority")
    renewed = certify("renewed", medway.opening, authority)
    made = changed(sealed(profile=V1), others.point(others.SESSION_KEY, others.by_key_identifier))
    key = rsa_of(medway)
    both = as4.opener_with((renewed, key), (medway.opens, key))
    found = as4.open_sealed(made.content_type, made.body, both, lambda _: (identity("kent", V1).signs,), Rules())
    assert found.opened_with == renewed


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("change", [others.wrap_lines, others.indent])
def test_white_space_where_xml_allows_it_changes_nothing(profile: Profile, change: Change) -> None:
    made = sealed(profile=profile)
    spaced = changed(made, change)
    assert len(spaced.soap) > len(made.soap)
    assert opened(spaced, profile=profile).message == message(PUPIL, b"two")


@pytest.mark.parametrize(
    ("charset", "encoding"), [("utf-16", "utf-16"), ("UTF-16", "utf-16"), ("utf-8", "utf-8-sig"), ("us-ascii", "ascii")]
)
def test_the_envelope_may_be_written_in_another_unicode(charset: str, encoding: str) -> None:
    made = sealed(message())
    kind = f"application/soap+xml; charset={charset}"
    assert opened(replace(made, content_type=kind, body=made.soap.decode().encode(encoding))).message == message()


@pytest.mark.parametrize(
    ("charset", "encoding"), [("utf-8", "utf-16"), ("utf-16", "utf-8"), ("iso-8859-1", "utf-8"), ("x", "ascii")]
)
def test_a_charset_that_contradicts_the_envelope_is_refused(charset: str, encoding: str) -> None:
    made = sealed(message())
    kind = f"application/soap+xml; charset={charset}"
    assert cause_of(replace(made, content_type=kind, body=made.soap.decode().encode(encoding))) is Cause.NOT_XML


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "ebcdic-cp-us"])
def test_an_envelope_in_a_local_encoding_is_refused(declared: str) -> None:
    made = sealed(message())
    written = f'<?xml version="1.0" encoding="{declared}"?>'.encode() + made.soap
    assert cause_of(replace(made, content_type="application/soap+xml", body=written)) is Cause.NOT_XML


def test_the_order_of_headers_is_free() -> None:
    made = changed(sealed(), lambda root: at(root, "S12:Header").append(at(root, SECURITY)))
    assert opened(made).message == message(PUPIL, b"two")


def test_prefixes_may_be_declared_for_exclusive_canonicalisation() -> None:
    def change(root: etree._Element) -> None:
        for path in (
            f"{SIGNED_INFO}/ds:CanonicalizationMethod",
            f"{SIGNED_INFO}/ds:Reference/ds:Transforms/ds:Transform",
        ):
            etree.SubElement(at(root, path), f"{{{PREFIXES['ec']}}}InclusiveNamespaces", {"PrefixList": "S12 xenc"})
        messaging = at(root, "S12:Header/eb:Messaging")
        digest = at(root, f"{SIGNED_INFO}/ds:Reference/ds:DigestValue")
        digest.text = base64.b64encode(hashed(inclusive(messaging))).decode()
        key = identity("kent").signing
        assert not isinstance(key, rsa.RSAPrivateKey)
        value = key.sign(inclusive(at(root, SIGNED_INFO)))
        at(root, f"{SECURITY}/ds:Signature/ds:SignatureValue").text = base64.b64encode(value).decode()

    found = opened(changed(sealed(), change))
    assert [each.prefixes for each in found.references] == [("S12", "xenc"), (), (), ()]
    # The receipt repeats them as they came.
    receipt = as4.receipt(found, identity("medway").signer, MessageId("r@x"), found.message.at)
    read = as4.read_signal(as4.SOAP_CONTENT_TYPE, receipt, (identity("medway").signs,), Rules())
    assert isinstance(read, as4.Receipt)
    assert read.references == found.references


def test_parts_may_have_no_properties() -> None:
    def change(root: etree._Element) -> None:
        part = at(root, "S12:Header/eb:Messaging/eb:UserMessage/eb:PayloadInfo/eb:PartInfo")
        part.remove(part[0])
        etree.SubElement(part, f"{{{PREFIXES['eb']}}}Description").text = "anything"

    kent = identity("kent")
    made = changed(seal_raw(message(b""), [b"plain"], kent, identity("medway")), change, kent.signing)
    assert opened(made).message.parts == (Part(b"plain", "application/octet-stream"),)


def test_an_href_may_be_percent_encoded() -> None:
    made = sealed(message(PUPIL))
    quoted = changed(made, quote_hrefs, identity("kent").signing)
    assert b"cid:%" in quoted.body
    assert opened(quoted).message == message(PUPIL)


def quote_hrefs(root: etree._Element) -> None:
    for each in root.iter():
        for name in ("URI", "href"):
            if each.get(name, "").startswith("cid:"):
                each.set(name, f"cid:%{ord(each.get(name, '')[4]):02x}{each.get(name, '')[5:]}")


@pytest.mark.parametrize("encoded", [base64.b64encode, base64.encodebytes])
def test_base64_attachments_are_an_option(encoded: object) -> None:
    assert callable(encoded)
    made = sealed()
    content_type = made.content_type.replace(re.findall('boundary="(.*)"', made.content_type)[0], "b")
    parts = re.split(rb"\r\n?--gateway-[0-9a-f]{32}(?:--)?\r\n", b"\r\n" + made.body)[1:-1]
    body = b"--b\r\n" + parts[0]
    for part in parts[1:]:
        head, _, content = part.partition(b"\r\n\r\n")
        body += b"\r\n--b\r\n" + head.replace(b"binary", b"base64") + b"\r\n\r\n" + encoded(content)
    wrapped = replace(made, content_type=content_type, body=body + b"\r\n--b--\r\n")
    assert opened(wrapped, Rules(base64_parts=True)).message == message(PUPIL, b"two")
    assert cause_of(wrapped) is Cause.MIME_ENCODING


@pytest.mark.parametrize("method", [RSA_SHA256, RSA_SHA384, RSA_SHA512])
def test_longer_hashes_are_an_option(method: str) -> None:
    made = changed(sealed(profile=V1), lambda root: sign_with(root, method))
    assert opened(made, Rules(longer_hashes=True), profile=V1).message == message(PUPIL, b"two")
    if method != RSA_SHA256:
        assert cause_of(made, V1) is Cause.ALGORITHM


@pytest.mark.parametrize("form", ["named", "left out", "older name"])
def test_mgf1_with_sha1_is_an_option(form: str) -> None:
    made = changed(sealed(profile=V1), lambda root: mask_with_sha1(root, form))
    assert opened(made, Rules(mgf1_sha1=True), profile=V1).message == message(PUPIL, b"two")
    assert cause_of(made, V1) is Cause.CIPHER


@pytest.mark.parametrize("profile", list(Profile))
def test_a_partner_may_be_held_to_one_profile(profile: Profile) -> None:
    made = sealed(profile=profile)
    assert opened(made, Rules(profiles=frozenset({profile})), profile=profile).message == message(PUPIL, b"two")
    other = Rules(profiles=frozenset(Profile) - {profile})
    with pytest.raises(As4Error) as caught:
        opened(made, other, profile=profile)
    assert caught.value.cause is Cause.ALGORITHM


@pytest.mark.parametrize(("bits", "cause"), [(2048, None), (1024, Cause.ALGORITHM)])
def test_rsa_keys_of_2048_bits_verify_and_shorter_ones_do_not(bits: int, cause: Cause | None) -> None:
    key = rsa_key("of some length", bits)
    certificate = certify("kent", key, key)
    medway = identity("medway", V1)
    sender = Identity("kent", key, certificate, key, certificate)
    strong = replace(sender, signs=identity("kent", V1).signs, signing=identity("kent", V1).signing)
    made = seal_raw(message(), [], strong, medway)

    def change(root: etree._Element) -> None:
        at(root, SECURITY, "wsse:BinarySecurityToken").text = others.der64(certificate)

    weak = changed(made, change, key)
    if cause is None:
        found = as4.open_sealed(weak.content_type, weak.body, medway.opener, lambda _: (certificate,), Rules())
        assert found.signer == certificate
    else:
        with pytest.raises(As4Error) as caught:
            as4.open_sealed(weak.content_type, weak.body, medway.opener, lambda _: (certificate,), Rules())
        assert caught.value.cause is cause


# The small print.


def cause_of(made: Sealed, profile: Profile = V2) -> Cause:
    with pytest.raises(As4Error) as caught:
        opened(made, profile=profile)
    return caught.value.cause


def rsa_of(who: Identity) -> rsa.RSAPrivateKey:
    assert isinstance(who.opening, rsa.RSAPrivateKey)
    return who.opening


def inclusive(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, inclusive_ns_prefixes=["S12", "xenc"])


def hashed(content: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(content)
    return digest.finalize()


def sign_with(root: etree._Element, method: str) -> None:
    at(root, f"{SIGNED_INFO}/ds:SignatureMethod").set("Algorithm", method)
    algorithm = {RSA_SHA256: hashes.SHA256(), RSA_SHA384: hashes.SHA384(), RSA_SHA512: hashes.SHA512()}[method]
    key = rsa_of(identity("kent", V1))
    value = key.sign(canonical(at(root, SIGNED_INFO)), padding.PKCS1v15(), algorithm)
    at(root, f"{SECURITY}/ds:Signature/ds:SignatureValue").text = base64.b64encode(value).decode()


def mask_with_sha1(root: etree._Element, form: str) -> None:
    """Wrap the session key again, as some products still do, and say so in one of three ways."""
    medway = identity("medway", V1)
    key = at(root, SECURITY, "xenc:EncryptedKey")
    wrapped = at(key, "xenc:CipherData/xenc:CipherValue")
    session = as4.unwrap_with(rsa_of(medway), as4.RsaOaep(base64.b64decode(wrapped.text or "")))
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA256(), None)
    wrapped.text = base64.b64encode(rsa_of(medway).public_key().encrypt(session, oaep)).decode()
    method, mask = at(key, "xenc:EncryptionMethod"), at(key, f"xenc:EncryptionMethod/{{{PREFIXES['xenc11']}}}MGF")
    mask.set("Algorithm", MGF1_SHA1)
    if form != "named":
        method.remove(mask)
    if form == "older name":
        method.set("Algorithm", RSA_OAEP_MGF1P)
