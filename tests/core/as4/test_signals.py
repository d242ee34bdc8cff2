"""Receipts and errors: frozen in form, verified like messages, and held against what was sent."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from lxml import etree

from gateway.core import as4
from gateway.core.as4 import (
    As4Error,
    Cause,
    Ebms,
    ErrorSignal,
    Problem,
    Profile,
    Receipt,
    Rules,
    Sealed,
    SignalledError,
)
from gateway.core.as4.causes import CAUSES
from gateway.core.as4.names import EB, SOAP, SOAP_CONTENT_TYPE
from gateway.core.terms import MessageId
from tests.core.as4 import others
from tests.core.as4.keys import Identity, identity
from tests.core.as4.kit import AT, MESSAGING, PUPIL, SECURITY, Change, at, message, opened, sealed, sign_again
from tests.needs import needs

RECEIPT_ID = MessageId("91ab@gateway.medway.example")
MEDWAY = identity("medway")
SIGNAL = f"{MESSAGING}/eb:SignalMessage"
EVIDENCE = f"{SIGNAL}/eb:Receipt/ebbp:NonRepudiationInformation"
HELGER = Path(__file__).parents[4] / "shared" / "vectors" / "helger.as4in"


def answer(made: Sealed | None = None, who: Identity = MEDWAY) -> bytes:
    return as4.receipt(opened(made or sealed()), who.signer, RECEIPT_ID, AT)


def check(content: bytes, made: Sealed | None = None, kind: str = SOAP_CONTENT_TYPE) -> Receipt:
    sent = made or sealed()
    return as4.check_receipt(kind, content, message().message_id, sent.references, (MEDWAY.signs,), Rules())


def refusal(content: bytes, kind: str = SOAP_CONTENT_TYPE) -> As4Error:
    with pytest.raises(As4Error) as caught:
        check(content, kind=kind)
    return caught.value


def changed(content: bytes, change: Change, *, sign: bool = True) -> bytes:
    """Change a signal, and sign it again as only Medway can."""
    root = etree.fromstring(content)
    change(root)
    if sign:
        sign_again(root, MEDWAY.signing)
    return etree.tostring(root)


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("parts", [0, 1, 35])
def test_a_receipt_settles_the_message_it_was_made_for(profile: Profile, parts: int) -> None:
    made = sealed(message(*[PUPIL] * parts), profile)
    medway = identity("medway", profile)
    content = as4.receipt(opened(made, profile=profile), medway.signer, RECEIPT_ID, AT)
    found = as4.check_receipt(
        SOAP_CONTENT_TYPE, content, message().message_id, made.references, (medway.signs,), Rules()
    )
    assert found == Receipt(
        message_id=RECEIPT_ID,
        at=AT,
        ref_to=message().message_id,
        references=made.references,
        checkpoint=None,
        signer=medway.signs,
        content=content,
    )


def test_a_receipt_carries_the_newest_checkpoint_of_the_log() -> None:
    note = "kent.example/log\n42\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— kent.example/log Az3grlgtzPI=\n"
    content = as4.receipt(opened(sealed()), MEDWAY.signer, RECEIPT_ID, AT, note)
    assert check(content).checkpoint == note


def test_the_same_receipt_is_made_again_byte_for_byte() -> None:
    assert answer() == answer()


def test_a_receipt_is_frozen_in_form() -> None:
    assert answer(sealed(message())).decode() == FROZEN_RECEIPT


def test_an_error_is_frozen_in_form() -> None:
    problem = As4Error(Cause.STRANGER).problem
    made = as4.error_signal(problem, message().message_id, MEDWAY.signer, RECEIPT_ID, AT)
    assert made.decode() == FROZEN_ERROR


@pytest.mark.parametrize("ref_to", [None, message().message_id])
@pytest.mark.parametrize("code", list(Ebms))
def test_an_error_is_read_as_it_was_written(code: Ebms, ref_to: MessageId | None) -> None:
    content = as4.error_signal(Problem(code, "Something is wrong."), ref_to, MEDWAY.signer, RECEIPT_ID, AT)
    found = as4.read_signal(SOAP_CONTENT_TYPE, content, (MEDWAY.signs,), Rules())
    error = SignalledError(code.value, code.severity, code.short, "Something is wrong.")
    assert found == ErrorSignal(RECEIPT_ID, AT, ref_to, (error,), MEDWAY.signs, content)


def test_every_cause_has_its_code_and_one_sentence() -> None:
    assert set(CAUSES) == set(Cause)
    assert all(sentence.endswith(".") and code.category and code.short for code, sentence in CAUSES.values())
    assert len({sentence for _, sentence in CAUSES.values()}) == len(CAUSES)


def test_an_error_is_no_receipt() -> None:
    content = as4.error_signal(Problem(Ebms.OTHER, "No."), message().message_id, MEDWAY.signer, RECEIPT_ID, AT)
    assert (refusal(content).cause, refusal(content).problem.code) == (Cause.RECEIPT_MISSING, Ebms.RECEIPT_MISSING)


def test_an_empty_answer_is_no_receipt() -> None:
    assert refusal(b"", "").cause is Cause.RECEIPT_MISSING


def test_a_message_is_no_receipt() -> None:
    assert refusal(sealed(message()).body).cause is Cause.WRONG_KIND


def test_a_receipt_for_another_message_is_refused() -> None:
    other = replace(message(PUPIL, b"two"), message_id=MessageId("another@x"))
    assert refusal(answer(sealed(other))).cause is Cause.RECEIPT_FOR_ANOTHER


def test_a_receipt_that_names_our_message_over_other_content_is_refused() -> None:
    error = refusal(answer(sealed(message(PUPIL, b"too"))))
    assert (error.cause, error.problem.code) == (Cause.RECEIPT_CONTENT, Ebms.RECEIPT_INVALID)


@pytest.mark.parametrize("who", ["kent", "surrey"])
def test_a_receipt_by_anybody_else_is_refused(who: str) -> None:
    assert refusal(answer(who=identity(who))).cause is Cause.STRANGER


def first_reference(root: etree._Element) -> etree._Element:
    return at(root, EVIDENCE, "ebbp:MessagePartNRInformation", "ds:Reference")


def drop(path: str) -> Change:
    def change(root: etree._Element) -> None:
        found = at(root, path)
        parent = found.getparent()
        assert parent is not None
        parent.remove(found)

    return change


def receipt_of_old_kind(root: etree._Element) -> None:
    """ebMS3 core §5.2.3.3 allows a copy of the message's header instead of its digests: that proves no content."""
    receipt = at(root, f"{SIGNAL}/eb:Receipt")
    receipt.remove(receipt[0])
    etree.SubElement(receipt, EB + "UserMessage")


def both_kinds(root: etree._Element) -> None:
    etree.SubElement(at(root, SIGNAL), EB + "Error")


@pytest.mark.parametrize(
    ("change", "cause", "where"),
    [
        (drop(f"{EVIDENCE}/ebbp:MessagePartNRInformation"), Cause.RECEIPT_CONTENT, ""),
        (lambda root: at(root, EVIDENCE).append(deepcopy(at(root, EVIDENCE)[0])), Cause.RECEIPT_CONTENT, ""),
        (lambda root: first_reference(root).set("URI", "#other"), Cause.RECEIPT_CONTENT, ""),
        (lambda root: at(first_reference(root), "ds:DigestMethod").set("Algorithm", "urn:x"), Cause.ALGORITHM, ""),
        (drop(f"{SIGNAL}/eb:MessageInfo/eb:RefToMessageId"), Cause.RECEIPT_FOR_ANOTHER, ""),
        (drop(EVIDENCE), Cause.STRUCTURE, "Receipt"),
        (drop(f"{EVIDENCE}/*/ds:Reference"), Cause.STRUCTURE, "MessagePartNRInformation"),
        (receipt_of_old_kind, Cause.STRUCTURE, "Receipt"),
        (drop(f"{SIGNAL}/eb:Receipt"), Cause.RECEIPT_MISSING, ""),
        (both_kinds, Cause.RECEIPT_MISSING, ""),
        (lambda root: etree.SubElement(at(root, SIGNAL), EB + "PullRequest"), Cause.RECEIPT_MISSING, ""),
        (lambda root: etree.SubElement(at(root, SIGNAL), "{urn:x}Other"), Cause.STRUCTURE, "SignalMessage"),
        (lambda root: etree.SubElement(at(root, "S12:Body"), "{urn:x}Other"), Cause.STRUCTURE, "Body"),
        (lambda root: etree.SubElement(at(root, "S12:Header"), "{urn:x}Other"), Cause.STRUCTURE, "Header"),
        (drop(f"{SECURITY}/ds:Signature/ds:SignedInfo/ds:Reference"), Cause.REFERENCES, ""),
    ],
)
def test_a_receipt_of_another_form_is_refused_though_it_is_well_signed(
    change: Change, cause: Cause, where: str
) -> None:
    error = refusal(changed(answer(), change))
    assert (error.cause, error.where) == (cause, where)


def test_a_signal_that_is_receipt_and_error_is_neither() -> None:
    with pytest.raises(As4Error) as caught:
        as4.read_signal(SOAP_CONTENT_TYPE, changed(answer(), both_kinds), (MEDWAY.signs,), Rules())
    assert caught.value.cause is Cause.RECEIPT_MISSING


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda root: at(root, f"{SIGNAL}/eb:MessageInfo/eb:Timestamp"), None),
        (drop(f"{SECURITY}/ds:Signature"), Cause.UNSIGNED),
        (drop(SECURITY), Cause.UNSIGNED),
        (lambda root: first_reference(root).set("URI", "#other"), Cause.DIGEST),
        (
            lambda root: at(root, f"{SECURITY}/ds:Signature/ds:SignedInfo/ds:Reference").set("URI", "#x"),
            Cause.REFERENCES,
        ),
        (others.point(others.SIGNATURE_KEY, others.by_key_identifier), None),
        (others.point(others.SIGNATURE_KEY, others.by_serial), None),
        (others.wrap_lines, None),
    ],
)
def test_a_receipt_that_was_changed_on_the_way_is_refused(change: Change, cause: Cause | None) -> None:
    content = changed(answer(), change, sign=False)
    if cause is None:
        assert check(content).content == content
    else:
        assert refusal(content).cause is cause


def test_a_receipt_cut_at_any_byte_is_refused() -> None:
    made = sealed(message())
    content = answer(made)
    assert check(content, made).content == content
    for length in range(len(content)):
        with pytest.raises(As4Error):
            check(content[:length], made)


def test_a_fault_beside_an_error_says_nothing_more_and_beside_a_receipt_is_refused() -> None:
    def change(root: etree._Element) -> None:
        fault = etree.SubElement(at(root, "S12:Body"), SOAP + "Fault")
        etree.SubElement(etree.SubElement(fault, SOAP + "Code"), SOAP + "Value").text = "S12:Sender"
        etree.SubElement(etree.SubElement(fault, SOAP + "Reason"), SOAP + "Text").text = "no"

    error = as4.error_signal(Problem(Ebms.OTHER, "No."), None, MEDWAY.signer, RECEIPT_ID, AT)
    found = as4.read_signal(SOAP_CONTENT_TYPE, changed(error, change), (MEDWAY.signs,), Rules())
    assert isinstance(found, ErrorSignal)
    refused = refusal(changed(answer(), change))
    assert (refused.cause, refused.where) == (Cause.STRUCTURE, "Body")


def test_a_receipt_may_come_as_the_only_part_of_a_package() -> None:
    content = answer()
    part = b"--b\r\nContent-Type: application/soap+xml\r\n\r\n" + content + b"\r\n"
    assert check(part + b"--b--\r\n", kind="multipart/related; boundary=b").content == content
    more = part + b"--b\r\nContent-ID: <x@y>\r\n\r\nmore\r\n--b--\r\n"
    assert refusal(more, "multipart/related; boundary=b").cause is Cause.PARTS_DIFFER


def test_an_error_of_another_product_is_read_without_a_description() -> None:
    def change(root: etree._Element) -> None:
        error = at(root, f"{SIGNAL}/eb:Error")
        error.remove(error[0])
        etree.SubElement(error, EB + "ErrorDetail").text = "\n detail \n"
        etree.SubElement(at(root, SIGNAL), EB + "Error", {"errorCode": "EBMS:0010"})

    content = as4.error_signal(Problem(Ebms.OTHER, "No."), None, MEDWAY.signer, RECEIPT_ID, AT)
    found = as4.read_signal(SOAP_CONTENT_TYPE, changed(content, change), (MEDWAY.signs,), Rules())
    assert isinstance(found, ErrorSignal)
    assert found.errors == (
        SignalledError("EBMS:0004", "failure", "Other", "detail"),
        SignalledError("EBMS:0010", "", "", ""),
    )


@pytest.mark.parametrize("form", ["2026-03-02T09:30:00", "2026-03-02T09:30:00.000000000Z", "2026-03-02T10:30:00+01:00"])
def test_an_instant_is_read_in_every_form_that_xml_has_for_it(form: str) -> None:
    def change(root: etree._Element) -> None:
        at(root, f"{SIGNAL}/eb:MessageInfo/eb:Timestamp").text = form

    assert check(changed(answer(), change)).at == AT


def test_what_is_kept_of_a_message_names_what_its_receipt_must_repeat() -> None:
    made = sealed()
    assert as4.references_in(made.soap) == made.references
    with pytest.raises(As4Error):
        as4.references_in(etree.tostring(as4.envelope.blank("x").root))


# Another vendor's receipt, as it came over the wire; its certificate ran out long ago, which is no matter here.


def helger() -> tuple[str, bytes, x509.Certificate]:
    needs(HELGER.exists(), "receipt of another vendor in ../shared/vectors")
    head, _, content = HELGER.read_bytes().lstrip().replace(b"\r\n", b"\n").partition(b"\n\n")
    kind = next(line for line in head.decode().splitlines() if line.startswith("Content-Type:"))
    token = at(etree.fromstring(content), SECURITY, "wsse:BinarySecurityToken").text
    pem = f"-----BEGIN CERTIFICATE-----\n{token}\n-----END CERTIFICATE-----\n"
    return kind.partition(": ")[2], content, x509.load_pem_x509_certificate(pem.encode())


def test_the_receipt_of_another_vendor_is_verified_and_read() -> None:
    kind, content, certificate = helger()
    found = as4.read_signal(kind, content, (certificate,), Rules())
    assert isinstance(found, Receipt)
    assert found.at == datetime(2022, 3, 7, 17, 36, 50, 173000, tzinfo=UTC)
    assert found.message_id == "1384cf77-2de9-4303-a4e7-ca935a20f4fd@phase4"
    assert found.ref_to == "3b3775c9-e88d-47f9-be5a-8e045ca2bc07@phase4"
    assert [each.digest for each in found.references] == [
        "eBoEt57eL9ZtoOKfIC472DZMSSvngRaCoECibk7bKdU=",
        "CNchdLyH1dNC8hfy4BzJRm3ftCfbOZc8nyGrnshGqcw=",
        "QqSdtJKU3B3E1EoRPoVrCfgkGhfUaGNDmKdyA4WdJ+A=",
    ]
    as4.settles(found, MessageId("3b3775c9-e88d-47f9-be5a-8e045ca2bc07@phase4"), found.references)


def test_the_receipt_of_another_vendor_is_refused_once_it_is_altered() -> None:
    kind, content, certificate = helger()
    for old, new, cause in (
        (b"3b3775c9", b"3b3775c8", Cause.DIGEST),
        (b'id-c80f8255-da5a-4c42-8e4b-9b66bac931d7"/></S12', b'id-x"/></S12', Cause.REFERENCES),
        (b"BlT98kYo", b"BlT98kYp", Cause.SIGNATURE),
    ):
        assert content.count(old) == 1
        with pytest.raises(As4Error) as caught:
            as4.read_signal(kind, content.replace(old, new), (certificate,), Rules())
        assert caught.value.cause is cause
    with pytest.raises(As4Error) as caught:
        as4.read_signal(kind, content, (MEDWAY.signs,), Rules())
    assert caught.value.cause is Cause.STRANGER


# Frozen: whoever changes these changes what partners already verify.

FROZEN_RECEIPT = (
    '<S12:Envelope xmlns:S12="http://www.w3.org/2003/05/soap-envelope" xmlns:eb="http://docs.oasis-open.org/eb'
    'xml-msg/ebms/v3.0/ns/core/200704/" xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-ws'
    'security-secext-1.0.xsd" xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-ut'
    'ility-1.0.xsd" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc'
    '#"><S12:Header><wsse:Security S12:mustUnderstand="true">'
    '<wsse:BinarySecurityToken EncodingType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-mess'
    'age-security-1.0#Base64Binary" ValueType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-to'
    'ken-profile-1.0#X509v3" wsu:Id="signer">MIIBADCBs6ADAgECAhAAviYIASru+UIuxVdZZpObMAUGAytlcDARMQ8wDQYDVQQDD'
    "AZtZWR3YXkwHhcNMjYwMTAxMDAwMDAwWhcNMzYwMTAxMDAwMDAwWjARMQ8wDQYDVQQDDAZtZWR3YXkwKjAFBgMrZXADIQA2HdmUkUffqz"
    "Jb9QS+UFForIF5FAnyfiOXyGF92At7bKMhMB8wHQYDVR0OBBYEFIFMB/1iwvC0OBvLPAoameUmVtWZMAUGAytlcANBAHziPrzgiAMfQdB"
    "kHpAhPx0DYxZ5nzu6Lcnx8Z6zKuxys435ZgVIayyoEdtyKaSQAIEpI17mH8kK4B+4hQIAYQo=</wsse:BinarySecurityToken>"
    '<ds:Signature><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n'
    '#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519"/>'
    '<ds:Reference URI="#messaging-c440a7590df83de15b7aa3443fdb7f5e"><ds:Transforms>'
    '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    "<ds:DigestValue>PBl9N86vuzWeMzxvP0UrbueY88obViQNGzSAOb0+Tqk=</ds:DigestValue></ds:Reference>"
    '<ds:Reference URI="#body-c440a7590df83de15b7aa3443fdb7f5e"><ds:Transforms>'
    '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    "<ds:DigestValue>We2iySUMLoeA+sQx37NdlDwTOsqIDjJwcyBYJKcUykg=</ds:DigestValue></ds:Reference>"
    "</ds:SignedInfo><ds:SignatureValue>dPGttlV+FKTe97ZzMlCS4XyBCjcDzZbj+JPVNVU1ys8sbpEkoBbFVoR24le/gx4VuWLkP5"
    "oDLe38PJxoN82LAg==</ds:SignatureValue><ds:KeyInfo><wsse:SecurityTokenReference>"
    '<wsse:Reference URI="#signer" ValueType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-tok'
    'en-profile-1.0#X509v3"/></wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature></wsse:Security>'
    '<eb:Messaging S12:mustUnderstand="true" wsu:Id="messaging-c440a7590df83de15b7aa3443fdb7f5e">'
    "<eb:SignalMessage><eb:MessageInfo><eb:Timestamp>2026-03-02T09:30:00.000Z</eb:Timestamp>"
    "<eb:MessageId>91ab@gateway.medway.example</eb:MessageId>"
    "<eb:RefToMessageId>7f3c@gateway.kent.example</eb:RefToMessageId></eb:MessageInfo><eb:Receipt>"
    '<ns0:NonRepudiationInformation xmlns:ns0="http://docs.oasis-open.org/ebxml-bp/ebbp-signals-2.0">'
    '<ns0:MessagePartNRInformation><ds:Reference URI="#messaging-a03943ead156b02a6c5b9daeba92312c">'
    '<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    "<ds:DigestValue>eJgLSa9h6lOMqiD3wzuGk1QN50DgZXUbDkdz/wYR/1A=</ds:DigestValue></ds:Reference>"
    "</ns0:MessagePartNRInformation><ns0:MessagePartNRInformation>"
    '<ds:Reference URI="#body-a03943ead156b02a6c5b9daeba92312c"><ds:Transforms>'
    '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    "<ds:DigestValue>6uTiO4MS0H2/fuc5nwS4/sdq8VuYrtFI8ZJc/FHha8M=</ds:DigestValue></ds:Reference>"
    "</ns0:MessagePartNRInformation></ns0:NonRepudiationInformation></eb:Receipt></eb:SignalMessage>"
    '</eb:Messaging></S12:Header><S12:Body wsu:Id="body-c440a7590df83de15b7aa3443fdb7f5e"/></S12:Envelope>'
)

FROZEN_ERROR = (
    '<S12:Envelope xmlns:S12="http://www.w3.org/2003/05/soap-envelope" xmlns:eb="http://docs.oasis-open.org/eb'
    'xml-msg/ebms/v3.0/ns/core/200704/" xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-ws'
    'security-secext-1.0.xsd" xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-ut'
    'ility-1.0.xsd" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc'
    '#"><S12:Header><wsse:Security S12:mustUnderstand="true">'
    '<wsse:BinarySecurityToken EncodingType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-mess'
    'age-security-1.0#Base64Binary" ValueType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-to'
    'ken-profile-1.0#X509v3" wsu:Id="signer">MIIBADCBs6ADAgECAhAAviYIASru+UIuxVdZZpObMAUGAytlcDARMQ8wDQYDVQQDD'
    "AZtZWR3YXkwHhcNMjYwMTAxMDAwMDAwWhcNMzYwMTAxMDAwMDAwWjARMQ8wDQYDVQQDDAZtZWR3YXkwKjAFBgMrZXADIQA2HdmUkUffqz"
    "Jb9QS+UFForIF5FAnyfiOXyGF92At7bKMhMB8wHQYDVR0OBBYEFIFMB/1iwvC0OBvLPAoameUmVtWZMAUGAytlcANBAHziPrzgiAMfQdB"
    "kHpAhPx0DYxZ5nzu6Lcnx8Z6zKuxys435ZgVIayyoEdtyKaSQAIEpI17mH8kK4B+4hQIAYQo=</wsse:BinarySecurityToken>"
    '<ds:Signature><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n'
    '#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519"/>'
    '<ds:Reference URI="#messaging-c440a7590df83de15b7aa3443fdb7f5e"><ds:Transforms>'
    '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    "<ds:DigestValue>tP0S2lUoJDoN5FHUDjS5ClMTnU+OUPijbJdg67Xev0k=</ds:DigestValue></ds:Reference>"
    '<ds:Reference URI="#body-c440a7590df83de15b7aa3443fdb7f5e"><ds:Transforms>'
    '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    "<ds:DigestValue>We2iySUMLoeA+sQx37NdlDwTOsqIDjJwcyBYJKcUykg=</ds:DigestValue></ds:Reference>"
    "</ds:SignedInfo><ds:SignatureValue>QN5MPol4SKRf5tOnkmT22AHfyMnstZeVbP8TxPlj9b1129yD5EsG8Vlcf58yZQcftH3i/D"
    "9t4GAfSY+pPPsTAg==</ds:SignatureValue><ds:KeyInfo><wsse:SecurityTokenReference>"
    '<wsse:Reference URI="#signer" ValueType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-tok'
    'en-profile-1.0#X509v3"/></wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature></wsse:Security>'
    '<eb:Messaging S12:mustUnderstand="true" wsu:Id="messaging-c440a7590df83de15b7aa3443fdb7f5e">'
    "<eb:SignalMessage><eb:MessageInfo><eb:Timestamp>2026-03-02T09:30:00.000Z</eb:Timestamp>"
    "<eb:MessageId>91ab@gateway.medway.example</eb:MessageId>"
    "<eb:RefToMessageId>7f3c@gateway.kent.example</eb:RefToMessageId></eb:MessageInfo>"
    '<eb:Error category="Processing" errorCode="EBMS:0101" origin="security" severity="failure" shortDescripti'
    'on="FailedAuthentication" refToMessageInError="7f3c@gateway.kent.example">'
    '<eb:Description xml:lang="en">The signing certificate is not one that is registered for the sender.</eb:D'
    "escription></eb:Error></eb:SignalMessage></eb:Messaging></S12:Header>"
    '<S12:Body wsu:Id="body-c440a7590df83de15b7aa3443fdb7f5e"/></S12:Envelope>'
)
