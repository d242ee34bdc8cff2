"""Every attack on a message that is in the books, each refused for its own reason.

An attacker from outside can change what it likes but sign nothing; ``key`` rows are a partner who signs what it likes,
so that nothing but the check in question stands in its way.
"""

import gzip
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from random import Random

import pytest
from lxml import etree

from gateway.core import as4
from gateway.core.as4 import As4Error, Cause, Opener, Part, Rules, Sealed, Signer
from gateway.core.as4.names import DS, EB, EC, PREFIXES, SOAP, WSSE, WSU_ID
from gateway.core.errors import Code, Fault, Reason
from tests.core.as4.keys import SigningKey, identity
from tests.core.as4.kit import (
    MESSAGING,
    PUPIL,
    SECURITY,
    SIGNED_INFO,
    Change,
    at,
    attachments_of,
    changed,
    message,
    opened,
    packed,
    seal_raw,
    sealed,
    sign_again,
    soap_of,
    verifies_by_id,
    with_soap,
)

SIGNATURE = f"{SECURITY}/ds:Signature"
SIGNERS_TOKEN = f"{SECURITY}/wsse:BinarySecurityToken[2]"  # the first is the recipient's
BODY = "S12:Body"
KENT = identity("kent")


def refusal(made: Sealed, rules: Rules | None = None, sender: str = "kent") -> As4Error:
    with pytest.raises(As4Error) as caught:
        opened(made, rules, sender=sender)
    return caught.value


# Signature wrapping: the signed header is kept where it still verifies, and a forged one stands in its place.


def forge(root: etree._Element) -> etree._Element:
    """Put a forged Messaging in place; gives the signed one, taken out."""
    signed = at(root, MESSAGING)
    forged = deepcopy(signed)
    at(forged, "eb:UserMessage/eb:CollaborationInfo/eb:Action").text = "forged"
    forged.set(WSU_ID, "forged")
    parent = signed.getparent()
    assert parent is not None
    parent.replace(signed, forged)
    return signed


def hide(path: str, *wrappers: str) -> Change:
    """Move the signed header below ``path``, inside new elements of the given names."""

    def change(root: etree._Element) -> None:
        signed = forge(root)
        place = at(root, path) if path else root
        for name in wrappers:
            place = etree.SubElement(place, name)
        place.append(signed)

    return change


def second_envelope(root: etree._Element) -> None:
    """The whole signed envelope inside the header of another."""
    inner = deepcopy(root)
    forge(root)
    at(root, "S12:Header").append(inner)


def body_in_header(root: etree._Element) -> None:
    body = at(root, BODY)
    forged = etree.SubElement(root, SOAP + "Body", {WSU_ID: "forged"})
    etree.SubElement(at(root, "S12:Header"), "{urn:x}Wrapper").append(body)
    root.append(forged)


def second_body(root: etree._Element) -> None:
    etree.SubElement(root, SOAP + "Body", {WSU_ID: "forged"})


WRAPPINGS: list[tuple[str, Change, str]] = [
    ("in a foreign header", hide("S12:Header", "{urn:x}Wrapper"), "Header"),
    ("in a foreign header of two floors", hide("S12:Header", "{urn:x}A", "{urn:x}B"), "Header"),
    ("after the forged one", hide("S12:Header"), "Header"),
    ("in a second security header", hide("S12:Header", WSSE + "Security"), "Header"),
    ("in the security header", hide(SECURITY), "Security"),
    ("in a wsse element nobody reads", hide(SECURITY, WSSE + "Embedded"), "Security"),
    ("in a token", hide(f"{SECURITY}/wsse:BinarySecurityToken"), "BinarySecurityToken"),
    ("in ds:Object", hide(SIGNATURE, DS + "Object"), "Signature"),
    ("in ds:Object with SignatureProperties", hide(SIGNATURE, DS + "Object", DS + "SignatureProperties"), "Signature"),
    ("in KeyInfo", hide(f"{SIGNATURE}/ds:KeyInfo"), "KeyInfo"),
    ("in the token reference", hide(f"{SIGNATURE}/ds:KeyInfo/wsse:SecurityTokenReference"), "SecurityTokenReference"),
    ("in the signature value", hide(f"{SIGNATURE}/ds:SignatureValue"), "SignatureValue"),
    ("in the encrypted key", hide(f"{SECURITY}/xenc:EncryptedKey"), "EncryptedKey"),
    ("in encrypted content", hide(f"{SECURITY}/xenc:EncryptedData/xenc:CipherData"), "CipherData"),
    ("beside the body", hide(""), "Envelope"),
    ("beside the body, wrapped", hide("", "{urn:x}Wrapper"), "Envelope"),
    ("in a second header", hide("", SOAP + "Header"), "Envelope"),
    ("in the forged header", hide(MESSAGING), "Messaging"),
    ("in the forged message", hide(f"{MESSAGING}/eb:UserMessage"), "UserMessage"),
    ("in a forged property", hide(f"{MESSAGING}/eb:UserMessage/eb:MessageProperties/eb:Property"), "Property"),
    ("in the forged service", hide(f"{MESSAGING}/eb:UserMessage/eb:CollaborationInfo/eb:Service"), "Service"),
    ("in a second envelope", second_envelope, "Header"),
    ("body in a foreign header", body_in_header, "Header"),
    ("second body", second_body, "Envelope"),
]


@pytest.mark.parametrize(("change", "where"), [row[1:] for row in WRAPPINGS], ids=[row[0] for row in WRAPPINGS])
def test_a_wrapped_signature_is_refused_for_the_place_of_the_wrapping(change: Change, where: str) -> None:
    made = changed(sealed(), change)
    assert verifies_by_id(made, KENT), "whoever looks Ids up would believe this message"
    error = refusal(made)
    assert (error.cause, error.where) == (Cause.STRUCTURE, where)


def test_a_signed_header_in_the_body_of_a_message_is_refused() -> None:
    # The body is signed too: only a partner that signs both can try this.
    made = changed(sealed(), hide(BODY), KENT.signing)
    error = refusal(made)
    assert (error.cause, error.where) == (Cause.STRUCTURE, "Body")


def test_a_soap_fault_is_not_the_body_of_a_message() -> None:
    def change(root: etree._Element) -> None:
        fault = etree.SubElement(at(root, BODY), SOAP + "Fault")
        etree.SubElement(etree.SubElement(fault, SOAP + "Code"), SOAP + "Value").text = "S12:Sender"
        etree.SubElement(etree.SubElement(fault, SOAP + "Reason"), SOAP + "Text").text = "no"

    error = refusal(changed(sealed(), change, KENT.signing))
    assert (error.cause, error.where) == (Cause.STRUCTURE, "Body")


def test_a_body_before_its_header_is_refused() -> None:
    error = refusal(changed(sealed(), lambda root: root.insert(0, at(root, BODY))))
    assert (error.cause, error.where) == (Cause.STRUCTURE, "Envelope")


def test_a_forged_header_in_place_is_refused_with_its_own_id_and_with_the_signed_one() -> None:
    assert refusal(changed(sealed(), forge)).cause is Cause.REFERENCES

    def keep_id(root: etree._Element) -> None:
        signed = forge(root)
        at(root, MESSAGING).set(WSU_ID, signed.get(WSU_ID, ""))

    assert refusal(changed(sealed(), keep_id)).cause is Cause.DIGEST


@pytest.mark.parametrize("name", [WSU_ID, "Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id", "{urn:x}Id"])
@pytest.mark.parametrize("place", [f"{MESSAGING}/eb:UserMessage", BODY, f"{SECURITY}/xenc:EncryptedData", SIGNATURE])
def test_an_id_that_stands_twice_is_refused_however_it_is_written(name: str, place: str) -> None:
    def change(root: etree._Element) -> None:
        at(root, place).set(name, at(root, MESSAGING).get(WSU_ID, ""))

    assert refusal(changed(sealed(), change)).cause is Cause.REPEATED_ID


@pytest.mark.parametrize("place", [MESSAGING, BODY])
@pytest.mark.parametrize("name", [None, "Id", "{http://www.w3.org/XML/1998/namespace}id"])
def test_header_and_body_are_known_by_their_wsu_ids_alone(place: str, name: str | None) -> None:
    def change(root: etree._Element) -> None:
        value = at(root, place).attrib.pop(WSU_ID)
        if name is not None:
            at(root, place).set(name, value)

    assert refusal(changed(sealed(), change, KENT.signing)).cause is Cause.REFERENCES


@pytest.mark.parametrize("uri", ["#", "#None"])
def test_an_element_without_an_id_cannot_be_named(uri: str) -> None:
    def change(root: etree._Element) -> None:
        at(root, MESSAGING).attrib.pop(WSU_ID)
        at(root, f"{SIGNED_INFO}/ds:Reference").set("URI", uri)

    assert refusal(changed(sealed(), change, KENT.signing)).cause is Cause.REFERENCES


# What XML can do that a message never needs.


@pytest.mark.parametrize(
    "change",
    [
        lambda soap: b"<!DOCTYPE x>" + soap,
        lambda soap: b'<!DOCTYPE x SYSTEM "file:///etc/hostname">' + soap,
        lambda soap: b'<!DOCTYPE x [<!ENTITY e "submit">]>' + soap.replace(b"submit", b"&e;"),
        lambda soap: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + soap.replace(b"submit", b"&e;"),
        lambda soap: b'<!DOCTYPE x [<!ATTLIST y z CDATA "1">]>' + soap,
        lambda soap: ("<!DOCTYPE x>" + soap.decode()).encode("utf-16"),
        lambda soap: b"<?xml-stylesheet href='x'?>" + soap,
        lambda soap: soap + b"<?x y?>",
        lambda soap: soap.replace(b"submit", b"<?x y?>submit"),
        lambda soap: b"<!-- x -->" + soap,
        lambda soap: soap + b"<!-- x -->",
        lambda soap: soap.replace(b"submit", b"submit<!-- -->-forged"),
        lambda soap: soap.replace(b"<ds:SignedInfo>", b"<ds:SignedInfo><!-- x -->"),
    ],
)
def test_a_dtd_comment_or_instruction_is_refused_wherever_it_stands(change: Callable[[bytes], bytes]) -> None:
    made = sealed(message())
    assert refusal(replace(made, content_type="application/soap+xml", body=change(made.soap))).cause is Cause.UNSAFE_XML


@pytest.mark.parametrize(
    "change",
    [
        lambda soap: soap[:-1],
        lambda _: b"",
        lambda _: b"not xml",
        lambda soap: soap.replace(b"submit", b"&undeclared;"),
        lambda soap: soap.replace(b"submit", b"sub\x00mit"),
        lambda soap: soap.replace(b"submit", b"\xff\xfe"),
        lambda soap: soap + soap,
        lambda soap: soap.replace(b"submit", b"<a>" * 300 + b"</a>" * 300),
        lambda soap: soap.replace(b"<eb:UserMessage", b'<eb:UserMessage xmlns:r="relative/name"'),
    ],
)
def test_what_is_not_well_formed_is_refused(change: Callable[[bytes], bytes]) -> None:
    made = sealed(message())
    assert refusal(replace(made, body=change(made.soap))).cause is Cause.NOT_XML


def test_entities_that_multiply_are_refused_at_once() -> None:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "ha">{lines}]>'.encode()
    made = sealed(message())
    inside = made.soap.replace(b"submit", b"&e11;").replace(b'type="', b'type="&e11;', 1)
    assert refusal(replace(made, body=bomb + inside)).cause in {Cause.UNSAFE_XML, Cause.NOT_XML}


@pytest.mark.parametrize(
    "flood",
    [
        " ".join(f'a{n}=""' for n in range(17)),
        " ".join(f'a{n}=""' for n in range(90_000)),
        " ".join(f'xmlns:a{n}="u:"' for n in range(2_000)),
    ],
)
def test_an_envelope_of_more_attributes_or_namespaces_than_any_needs_is_refused_at_once(flood: str) -> None:
    made = sealed(message())
    flooded = made.soap.replace(b"<eb:UserMessage>", f"<eb:UserMessage {flood}>".encode())
    assert refusal(replace(made, body=flooded)).cause is Cause.TOO_LARGE
    wide = flooded.decode().encode("utf-16")
    caps = Rules(soap_bytes=4 << 20)
    assert refusal(replace(made, content_type="application/soap+xml", body=wide), caps).cause is Cause.TOO_LARGE


def test_an_envelope_of_more_elements_than_any_needs_is_refused() -> None:
    made = sealed(message())
    flood = b"".join(b'<eb:Property name="%d"/>' % number for number in range(8_000))
    flooded = made.soap.replace(b"<eb:MessageProperties>", b"<eb:MessageProperties>" + flood)
    assert refusal(replace(made, body=flooded)).cause is Cause.TOO_LARGE


def test_another_root_is_refused() -> None:
    soap11 = sealed(message()).soap.replace(PREFIXES["S12"].encode(), b"http://schemas.xmlsoap.org/soap/envelope/")
    assert refusal(replace(sealed(message()), body=soap11)).cause is Cause.STRUCTURE


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("S12:Header", "Header"),
        (BODY, "Body"),
        (SECURITY, "Security"),
        (SIGNED_INFO, "SignedInfo"),
        (f"{MESSAGING}/eb:UserMessage", "UserMessage"),
        (f"{MESSAGING}/eb:UserMessage/eb:PartyInfo/eb:From", "From"),
    ],
)
@pytest.mark.parametrize("after", [False, True])
def test_text_between_elements_is_refused(path: str, where: str, *, after: bool) -> None:
    def change(root: etree._Element) -> None:
        place = at(root, path)
        if after and len(place):
            place[-1].tail = "hidden"
        else:
            place.text = "hidden"

    error = refusal(changed(sealed(), change, KENT.signing))
    assert (error.cause, error.where) == (Cause.STRUCTURE, where)


# The signature itself, changed by a partner that can sign what it likes.


def set_on(path: str, name: str, value: str) -> Change:
    return lambda root: at(root, path).set(name, value)


def drop(path: str) -> Change:
    def change(root: etree._Element) -> None:
        found = at(root, path)
        parent = found.getparent()
        assert parent is not None
        parent.remove(found)

    return change


def drop_all(path: str, name: str) -> Change:
    def change(root: etree._Element) -> None:
        for each in at(root, path).findall(name, PREFIXES):
            at(root, path).remove(each)

    return change


def add_reference(uri: str) -> Change:
    def change(root: etree._Element) -> None:
        extra = deepcopy(at(root, f"{SIGNED_INFO}/ds:Reference"))
        extra.set("URI", uri)
        at(root, SIGNED_INFO).append(extra)

    return change


def add_transform(algorithm: str, *, first: bool = False) -> Change:
    def change(root: etree._Element) -> None:
        transforms = at(root, f"{SIGNED_INFO}/ds:Reference/ds:Transforms")
        transforms.insert(0 if first else 1, transforms.makeelement(DS + "Transform", {"Algorithm": algorithm}))

    return change


def add_inside(path: str, name: str, text: str = "") -> Change:
    def change(root: etree._Element) -> None:
        etree.SubElement(at(root, path), name).text = text

    return change


def many_prefixes(root: etree._Element) -> None:
    place = at(root, f"{SIGNED_INFO}/ds:Reference/ds:Transforms/ds:Transform")
    etree.SubElement(place, EC + "InclusiveNamespaces", {"PrefixList": " ".join(f"p{n}" for n in range(33))})


REFERENCE = f"{SIGNED_INFO}/ds:Reference"
TRANSFORM = f"{REFERENCE}/ds:Transforms/ds:Transform"
METHOD = f"{SIGNED_INFO}/ds:SignatureMethod"
C14N = f"{SIGNED_INFO}/ds:CanonicalizationMethod"
XMLDSIG, MORE_2001 = PREFIXES["ds"], "http://www.w3.org/2001/04/xmldsig-more#"
BODY_REFERENCE = f"{SIGNED_INFO}/ds:Reference[2]"

SIGNED: list[tuple[str, Change, Cause, str]] = [
    ("empty SignedInfo", lambda root: at(root, SIGNED_INFO).clear(), Cause.STRUCTURE, "SignedInfo"),
    ("no references", drop_all(SIGNED_INFO, "ds:Reference"), Cause.REFERENCES, ""),
    ("header unsigned", drop(REFERENCE), Cause.REFERENCES, ""),
    ("body unsigned", drop(BODY_REFERENCE), Cause.REFERENCES, ""),
    ("attachment unsigned", drop(f"{SIGNED_INFO}/ds:Reference[3]"), Cause.REFERENCES, ""),
    ("an element that is not there", add_reference("#other"), Cause.REFERENCES, ""),
    (
        "the body twice",
        lambda root: at(root, SIGNED_INFO).append(deepcopy(at(root, BODY_REFERENCE))),
        Cause.REFERENCES,
        "",
    ),
    ("the whole document", add_reference(""), Cause.REFERENCES, ""),
    ("the whole document instead", set_on(REFERENCE, "URI", ""), Cause.REFERENCES, ""),
    ("something on the web", add_reference("https://example.org/x"), Cause.REFERENCES, ""),
    ("something on our disk", set_on(REFERENCE, "URI", "file:///etc/hostname"), Cause.REFERENCES, ""),
    ("a pointer", set_on(REFERENCE, "URI", "#xpointer(/)"), Cause.REFERENCES, ""),
    ("an attachment that is not there", add_reference("cid:other@x"), Cause.REFERENCES, ""),
    ("no URI", lambda root: at(root, REFERENCE).attrib.pop("URI"), Cause.REFERENCES, ""),
    (
        "XPath instead",
        set_on(TRANSFORM, "Algorithm", "http://www.w3.org/TR/1999/REC-xpath-19991116"),
        Cause.TRANSFORM,
        "",
    ),
    ("XPath filter", add_transform("http://www.w3.org/2002/06/xmldsig-filter2", first=True), Cause.TRANSFORM, ""),
    ("XPath before", add_transform("http://www.w3.org/TR/1999/REC-xpath-19991116", first=True), Cause.TRANSFORM, ""),
    ("XSLT", add_transform("http://www.w3.org/TR/1999/REC-xslt-19991116"), Cause.TRANSFORM, ""),
    ("enveloped", add_transform(XMLDSIG + "enveloped-signature", first=True), Cause.TRANSFORM, ""),
    ("base64", set_on(TRANSFORM, "Algorithm", XMLDSIG + "base64"), Cause.TRANSFORM, ""),
    ("C14N with comments", set_on(TRANSFORM, "Algorithm", PREFIXES["ec"] + "WithComments"), Cause.TRANSFORM, ""),
    ("no transforms", drop(f"{REFERENCE}/ds:Transforms"), Cause.TRANSFORM, ""),
    (
        "a part's transform on the header",
        set_on(TRANSFORM, "Algorithm", as4.names.ATTACHMENT_SIGNED),
        Cause.TRANSFORM,
        "",
    ),
    ("XPath's own element", add_inside(TRANSFORM, DS + "XPath", "1=1"), Cause.STRUCTURE, "Transform"),
    ("too many prefixes", many_prefixes, Cause.TRANSFORM, ""),
    ("digest SHA-1", set_on(f"{REFERENCE}/ds:DigestMethod", "Algorithm", XMLDSIG + "sha1"), Cause.ALGORITHM, ""),
    ("digest MD5", set_on(f"{REFERENCE}/ds:DigestMethod", "Algorithm", MORE_2001 + "md5"), Cause.ALGORITHM, ""),
    ("RSA with SHA-1", set_on(METHOD, "Algorithm", XMLDSIG + "rsa-sha1"), Cause.ALGORITHM, ""),
    ("RSA for an Ed25519 key", set_on(METHOD, "Algorithm", as4.names.RSA_SHA256), Cause.ALGORITHM, ""),
    ("HMAC with SHA-1", set_on(METHOD, "Algorithm", XMLDSIG + "hmac-sha1"), Cause.ALGORITHM, ""),
    ("HMAC keyed with the certificate", set_on(METHOD, "Algorithm", MORE_2001 + "hmac-sha256"), Cause.ALGORITHM, ""),
    ("HMAC of no length", add_inside(METHOD, DS + "HMACOutputLength", "0"), Cause.STRUCTURE, "SignatureMethod"),
    ("algorithm none", set_on(METHOD, "Algorithm", "none"), Cause.ALGORITHM, ""),
    ("no algorithm", lambda root: at(root, METHOD).attrib.clear(), Cause.ALGORITHM, ""),
    (
        "inclusive C14N",
        set_on(C14N, "Algorithm", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
        Cause.ALGORITHM,
        "",
    ),
    ("an object beside", add_inside(SIGNATURE, DS + "Object"), Cause.STRUCTURE, "Signature"),
    ("no KeyInfo", drop(f"{SIGNATURE}/ds:KeyInfo"), Cause.STRUCTURE, "Signature"),
    ("empty KeyInfo", drop(f"{SIGNATURE}/ds:KeyInfo/*"), Cause.STRUCTURE, "SecurityTokenReference"),
    ("a key in KeyInfo", add_inside(f"{SIGNATURE}/ds:KeyInfo", DS + "KeyValue"), Cause.STRUCTURE, "KeyInfo"),
    ("a timestamp", add_inside(SECURITY, f"{{{PREFIXES['wsu']}}}Timestamp"), Cause.STRUCTURE, "Security"),
    (
        "two signatures",
        lambda root: at(root, SECURITY).append(deepcopy(at(root, SIGNATURE))),
        Cause.STRUCTURE,
        "Security",
    ),
    ("no security header", drop(SECURITY), Cause.UNSIGNED, ""),
    ("no signature", drop(SIGNATURE), Cause.UNSIGNED, ""),
    ("token not in the message", drop(SIGNERS_TOKEN), Cause.STRANGER, ""),
    ("token of another type", set_on(SIGNERS_TOKEN, "ValueType", "urn:x"), Cause.STRANGER, ""),
    (
        "base64 that is none",
        lambda root: put(root, f"{SIGNATURE}/ds:SignatureValue", "AA=A"),
        Cause.STRUCTURE,
        "base64",
    ),
    ("value of another message", lambda root: put(root, f"{SIGNATURE}/ds:SignatureValue", "AAAA"), Cause.SIGNATURE, ""),
]


def put(root: etree._Element, path: str, text: str) -> None:
    at(root, path).text = text


def signing(change: Change, key: SigningKey | Signer = KENT.signing) -> Change:
    """Change, and sign again: unless nothing is left to sign, or the value itself is what was changed."""

    def both(root: etree._Element) -> None:
        before = root.findtext(f"{SIGNATURE}/ds:SignatureValue", None, PREFIXES)
        change(root)
        after = root.findtext(f"{SIGNATURE}/ds:SignatureValue", None, PREFIXES)
        if before == after and root.find(f"{SIGNED_INFO}/ds:SignatureMethod", PREFIXES) is not None:
            sign_again(root, key)

    return both


@pytest.mark.parametrize(("change", "cause", "where"), [row[1:] for row in SIGNED], ids=[row[0] for row in SIGNED])
def test_a_signature_of_another_form_is_refused_though_it_is_well_signed(
    change: Change, cause: Cause, where: str
) -> None:
    error = refusal(changed(sealed(), signing(change)))
    assert (error.cause, error.where) == (cause, where)


def test_the_way_the_rows_above_sign_again_is_one_that_opens() -> None:
    assert opened(changed(sealed(), signing(lambda _: None))).message == message(PUPIL, b"two")


# Who signed.


@pytest.mark.parametrize("signer", ["kent", "medway", "surrey"])
@pytest.mark.parametrize("registered", ["kent", "medway", "surrey"])
def test_only_the_partner_that_a_message_names_may_have_signed_it(signer: str, registered: str) -> None:
    made = sealed(sender=signer)
    if signer == registered:
        assert opened(made, sender=registered).signer == identity(signer).signs
    else:
        assert refusal(made, sender=registered).cause is Cause.STRANGER


def test_a_sender_that_nobody_registered_is_refused() -> None:
    made = sealed(replace(message(), sender=as4.Party("council-999")))
    assert refusal(made).cause is Cause.UNKNOWN_SENDER


def test_a_partners_certificate_over_a_strangers_signature_is_refused() -> None:
    def change(root: etree._Element) -> None:
        at(root, SIGNERS_TOKEN).text = at(etree.fromstring(soap_of(sealed())), SIGNERS_TOKEN).text

    assert refusal(changed(sealed(sender="surrey"), change)).cause is Cause.SIGNATURE


def test_no_stranger_makes_us_use_a_private_key() -> None:
    used: list[object] = []

    def unwrap(*asked: object) -> bytes:
        used.append(asked)
        raise ValueError

    watched = Opener((identity("medway").opens,), unwrap)
    forged = changed(sealed(), set_on(f"{MESSAGING}/eb:UserMessage/eb:PayloadInfo/eb:PartInfo", "x", "y"))
    for made in (sealed(sender="surrey"), forged, changed(sealed(), drop(SIGNATURE))):
        with pytest.raises(As4Error):
            as4.open_sealed(made.content_type, made.body, watched, lambda _: (KENT.signs,), Rules())
    assert used == []
    with pytest.raises(As4Error):
        as4.open_sealed(sealed().content_type, sealed().body, watched, lambda _: (KENT.signs,), Rules())
    assert len(used) == 1


# The parts.


GZIPPED = gzip.compress(b"abc", mtime=0)


def with_attachments(made: Sealed, change: Callable[[dict[str, bytes]], object]) -> Sealed:
    held = attachments_of(made)
    change(held)
    return packed(soap_of(made), held)


def swap(held: dict[str, bytes]) -> None:
    first, second = held
    held[first], held[second] = held[second], held[first]


def test_swapped_attachments_are_refused() -> None:
    assert refusal(with_attachments(sealed(), swap)).cause is Cause.DIGEST


def test_a_missing_or_an_extra_attachment_is_refused() -> None:
    assert refusal(with_attachments(sealed(), lambda held: held.popitem())).cause is Cause.PARTS_DIFFER
    assert refusal(with_attachments(sealed(), lambda held: held.update({"x@y": b""}))).cause is Cause.PARTS_DIFFER


def test_a_part_that_is_declared_twice_is_refused() -> None:
    def change(root: etree._Element) -> None:
        payload = at(root, f"{MESSAGING}/eb:UserMessage/eb:PayloadInfo")
        payload.append(deepcopy(payload[0]))

    assert refusal(changed(sealed(), change, KENT.signing)).cause is Cause.PARTS_DIFFER


def test_two_hrefs_of_one_content_id_are_refused() -> None:
    def change(root: etree._Element) -> None:
        payload = at(root, f"{MESSAGING}/eb:UserMessage/eb:PayloadInfo")
        payload[1].set("href", payload[0].get("href", "").replace("@", "%40"))

    assert refusal(changed(sealed(), change, KENT.signing)).cause is Cause.PARTS_DIFFER


@pytest.mark.parametrize(
    "content",
    [b"", b"not gzip", GZIPPED + b"x", GZIPPED[:-1], GZIPPED * 2],
)
def test_a_part_that_is_not_one_whole_gzip_stream_is_refused(content: bytes) -> None:
    assert opened(seal_raw(message(b""), [GZIPPED], KENT, identity("medway"))).message.parts[0].content == b"abc"
    made = seal_raw(message(b""), [content], KENT, identity("medway"))
    assert refusal(made).cause is Cause.COMPRESSION


@pytest.mark.parametrize(
    ("sizes", "most", "cause"),
    [
        ((1000,), 1000, None),
        ((1001,), 1000, Cause.UNZIPPED_TOO_LARGE),
        ((500, 500), 1000, None),
        ((500, 501), 1000, Cause.UNZIPPED_TOO_LARGE),
        ((1000, 0), 1000, None),
        ((1000, 1), 1000, Cause.UNZIPPED_TOO_LARGE),
        ((65 << 20,), 64 << 20, Cause.UNZIPPED_TOO_LARGE),
    ],
)
def test_a_gzip_bomb_is_refused_before_it_goes_off(sizes: tuple[int, ...], most: int, cause: Cause | None) -> None:
    made = sealed(message(*(bytes(size) for size in sizes)))
    if cause is None:
        assert [len(part.content) for part in opened(made, Rules(unzipped_bytes=most)).message.parts] == [*sizes]
    else:
        assert refusal(made, Rules(unzipped_bytes=most)).cause is cause


def test_a_part_that_was_never_zipped_counts_too() -> None:
    def unzipped(root: etree._Element) -> None:
        properties = at(root, f"{MESSAGING}/eb:UserMessage/eb:PayloadInfo/eb:PartInfo/eb:PartProperties")
        properties.remove(properties[1])

    made = changed(seal_raw(message(b""), [b"plain"], KENT, identity("medway")), unzipped, KENT.signing)
    assert opened(made).message.parts == (Part(b"plain", "application/xml"),)
    assert refusal(made, Rules(unzipped_bytes=4)).cause is Cause.UNZIPPED_TOO_LARGE


# The header's own values, signed as they are.

USER = f"{MESSAGING}/eb:UserMessage"
PART_PROPERTIES = f"{USER}/eb:PayloadInfo/eb:PartInfo/eb:PartProperties"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda root: put(root, f"{USER}/eb:MessageInfo/eb:MessageId", "no at sign"), "MessageId"),
        (lambda root: put(root, f"{USER}/eb:MessageInfo/eb:MessageId", ""), "MessageId"),
        (add_inside(f"{USER}/eb:MessageInfo", EB + "RefToMessageId", "<a@b>"), "RefToMessageId"),
        (lambda root: put(root, f"{USER}/eb:MessageInfo/eb:Timestamp", "yesterday"), "Timestamp"),
        (lambda root: put(root, f"{USER}/eb:MessageInfo/eb:Timestamp", "2026-02-30T00:00:00Z"), "Timestamp"),
        (lambda root: put(root, f"{USER}/eb:MessageInfo/eb:Timestamp", "0001-01-01T00:00:00+14:00"), "Timestamp"),
        (lambda root: put(root, f"{USER}/eb:PartyInfo/eb:From/eb:PartyId", " "), "PartyId"),
        (lambda root: put(root, f"{USER}/eb:PartyInfo/eb:To/eb:Role", ""), "Role"),
        (lambda root: put(root, f"{USER}/eb:CollaborationInfo/eb:Action", ""), "Action"),
        (lambda root: put(root, f"{USER}/eb:CollaborationInfo/eb:AgreementRef", ""), "AgreementRef"),
        (lambda root: at(root, f"{USER}/eb:MessageProperties/eb:Property").attrib.clear(), "Property"),
        (add_inside(f"{USER}/eb:MessageProperties", EB + "Property"), "Property"),
        (lambda root: at(root, f"{USER}/eb:PayloadInfo/eb:PartInfo").attrib.clear(), "PartInfo"),
        (set_on(f"{USER}/eb:PayloadInfo/eb:PartInfo", "href", "https://example.org/"), "PartInfo"),
        (lambda root: put(root, f"{PART_PROPERTIES}/eb:Property", "no mime"), "PartInfo"),
        (lambda root: put(root, f"{PART_PROPERTIES}/eb:Property[2]", "application/brotli"), "PartInfo"),
        (lambda root: at(root, PART_PROPERTIES).append(deepcopy(at(root, PART_PROPERTIES)[1])), "Property"),
    ],
)
def test_a_value_that_the_header_may_not_have_is_refused(change: Change, where: str) -> None:
    error = refusal(changed(sealed(), change, KENT.signing))
    assert (error.cause, error.where) == (Cause.HEADER_VALUE, where)


def test_a_signal_is_not_a_message() -> None:
    made = sealed(message())
    receipt = as4.receipt(opened(made), KENT.signer, message().message_id, message().at)
    assert refusal(replace(made, body=receipt)).cause is Cause.WRONG_KIND


def test_two_messages_in_one_are_refused() -> None:
    def change(root: etree._Element) -> None:
        at(root, MESSAGING).append(etree.SubElement(at(root, MESSAGING), EB + "SignalMessage"))
        info = deepcopy(at(root, f"{USER}/eb:MessageInfo"))
        at(root, f"{MESSAGING}/eb:SignalMessage").append(info)

    assert refusal(changed(sealed(), change, KENT.signing)).cause is Cause.WRONG_KIND


# What a refusal says, and what it does not.


def test_a_refusal_knows_the_id_that_the_message_claims() -> None:
    assert refusal(sealed(sender="surrey")).ref_to == message().message_id
    assert refusal(replace(sealed(message()), body=b"not xml")).ref_to is None
    nameless = changed(sealed(), lambda root: put(root, f"{USER}/eb:MessageInfo/eb:MessageId", "x"))
    assert refusal(nameless).ref_to is None


def test_a_refusal_quotes_nothing_that_was_found() -> None:
    error = refusal(sealed(sender="surrey"))
    assert str(error) == (
        "EBMS:0101 FailedAuthentication: The signing certificate is not one that is registered for the sender."
    )
    assert error.code is Code.MESSAGE


def test_a_fault_of_the_vault_is_not_the_partners_mistake() -> None:
    def broken(*_: object) -> bytes:
        raise Fault(Reason.VAULT)

    with pytest.raises(Fault):
        as4.open_sealed(
            sealed().content_type,
            sealed().body,
            Opener((identity("medway").opens,), broken),
            lambda _: (KENT.signs,),
            Rules(),
        )


# And whatever nobody thought of.


@pytest.mark.parametrize("seed", range(4))
def test_whatever_byte_is_changed_the_message_comes_out_as_it_was_sent_or_not_at_all(seed: int) -> None:
    made, chance = sealed(), Random(seed)
    refused = 0
    for _ in range(400):
        body = bytearray(made.body)
        body[chance.randrange(len(body))] = chance.randrange(256)
        try:
            assert opened(replace(made, body=bytes(body))).message == message(PUPIL, b"two")
        except As4Error:
            refused += 1
    assert refused > 300


@pytest.mark.parametrize("seed", range(4))
def test_whatever_element_is_moved_the_message_comes_out_as_it_was_sent_or_not_at_all(seed: int) -> None:
    made, chance = sealed(), Random(seed)
    for _ in range(200):
        root = etree.fromstring(soap_of(made))
        everything = list(root.iter())
        moved, place = chance.choice(everything[1:]), chance.choice(everything)
        copy = deepcopy(moved)
        if chance.random() < 0.5:
            parent = moved.getparent()
            assert parent is not None
            parent.remove(moved)
        place.insert(chance.randrange(len(place) + 1), copy)
        try:
            assert opened(with_soap(made, etree.tostring(root))).message == message(PUPIL, b"two")
        except As4Error:
            continue
