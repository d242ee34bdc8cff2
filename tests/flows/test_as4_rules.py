"""The rules of ebMS3 and AS4 that need a whole gateway: repeats, times, refusals, and receipts that never come."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree

from gateway.core import as4
from gateway.core.as4 import Option, Profile, encryption, envelope, mime, names, signature
from gateway.core.as4 import message as header
from gateway.core.delivery import State
from gateway.core.facts import parse_line
from gateway.core.records import Record, Reply
from gateway.core.terms import MessageId
from gateway.flows import dispatch, enquiry
from gateway.flows.receive import Response
from tests.core.as4 import kit
from tests.flows.test_receive import agreed, facts, queued, queued_content, resealed, said, take
from tests.simulator import KENT, MEDWAY, TIDEWAY, World


def signal_in(world: World, response: Response) -> as4.Receipt | as4.ErrorSignal:
    known = world.medway.signs
    return as4.read_signal(response.content_type, response.body, known, as4.Rules())


def references_of(content_type: str, body: bytes) -> tuple[as4.Reference, ...]:
    return as4.references_in(mime.unpack(content_type, body, as4.Rules()).soap)


def delivered(world: World) -> tuple[MessageId, bytes]:
    """The id of a message of Kent's that Medway has taken, and what it carried."""
    world.leavers()
    (one,) = world.kent.store.parcels_in([State.WAITING], 9)
    assert one.parcel.message is not None
    return one.parcel.message, queued_content(world)


def shelf(world: World) -> int:
    return len(world.medway.store.shelved_for([TIDEWAY]))


# A message that comes again.


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"conversation": "2", "action": "another"},
        {"at": "later"},
        {"properties": (("finalRecipient", TIDEWAY), ("disclosureId", "d-another"))},
    ],
    ids=["sealed again", "another header", "another time", "another disclosure"],
)
def test_what_was_delivered_and_comes_in_another_wrapping_gets_a_receipt_for_its_own_references(
    world: World, changes: dict[str, Any]
) -> None:
    sent, content = delivered(world)
    told = facts(world)
    moved = {"at": world.clock() + timedelta(hours=1)} if "at" in changes else {}
    again = resealed(world, sent, content, **{**changes, **moved})
    assert references_of(*again) != references_of(*queued(world))
    response = take(world, *again)
    known = world.medway.signs
    as4.check_receipt(response.content_type, response.body, sent, references_of(*again), known, as4.Rules())
    assert (shelf(world), facts(world)) == (1, told)


def test_another_payload_under_a_known_id_is_a_signed_error_and_a_line_that_names_the_sender(world: World) -> None:
    sent, content = delivered(world)
    before = take(world, *queued(world))
    response = take(world, *resealed(world, sent, content + b"\n"))
    signal = signal_in(world, response)
    assert isinstance(signal, as4.ErrorSignal)
    assert (response.status, signal.ref_to, [one.code for one in signal.errors]) == (200, sent, ["EBMS:0004"])
    line = parse_line(list(world.medway.store.lines())[-1])
    assert (line["fact"], line["sender"], line["code"]) == ("MessageRefused", KENT, "known-id-other-content")
    assert shelf(world) == 1
    assert take(world, *queued(world)) == before


# What the header says.


@pytest.mark.parametrize("days", [-3650, -1, 1, 3650])
def test_a_message_is_taken_however_old_its_sender_says_it_is(world: World, days: int) -> None:
    _, content = delivered(world)
    response = take(world, *resealed(world, "m1@kent", content, at=world.clock() + timedelta(days=days)))
    signal = signal_in(world, response)
    assert isinstance(signal, as4.Receipt)
    assert (signal.at, shelf(world)) == (world.clock(), 2)


def test_a_bare_call_to_the_test_service_is_receipted_and_leaves_no_trace(world: World) -> None:
    call = resealed(world, "m1@kent", b"", service=as4.TEST_SERVICE, action=as4.TEST_ACTION, parts=())
    signal = signal_in(world, take(world, *call))
    assert isinstance(signal, as4.Receipt) and len(signal.references) == 2
    assert (world.medway.store.counts(), facts(world)) == ({}, [])


def test_only_service_and_action_together_make_a_call_a_test(world: World) -> None:
    _, content = delivered(world)
    response = take(world, *resealed(world, "m1@kent", content, service=as4.TEST_SERVICE, action="submit"))
    assert isinstance(signal_in(world, response), as4.Receipt) and shelf(world) == 2


# What is refused.


def test_every_refusal_of_a_message_names_it_says_our_code_and_gives_no_receipt(world: World) -> None:
    _, content = delivered(world)
    told = len(facts(world))
    wrong: tuple[dict[str, Any], ...] = (
        {"recipient": as4.Party("council-888")},
        {"properties": (("finalRecipient", "school-8864321"),)},
        {"parts": ()},
        {"parts": (as4.Part(b"<CTfile/>", "application/xml", "8864321_CTF_8874123_001.xml"),)},
        {"parts": (as4.Part(content, "application/xml", "8864321_CTF_8874123_001.xml"),) * 2},
    )
    for number, changes in enumerate(wrong):
        response = take(world, *resealed(world, f"m{number}@kent", b"", **changes))
        signal = signal_in(world, response)
        assert isinstance(signal, as4.ErrorSignal), changes
        assert (response.status, signal.ref_to) == (200, f"m{number}@kent")
        assert b"NonRepudiationInformation" not in response.body
        line = parse_line(list(world.medway.store.lines())[-1])
        assert signal.errors[0].detail.startswith(f"{line['code']}: ")
    assert facts(world)[told:] == ["MessageRefused"] * 5
    assert shelf(world) == 1


def test_a_message_whose_gzip_stream_is_damaged_is_ebms_0303(world: World) -> None:
    _, content = delivered(world)
    response = take(world, *sealed_as_it_is(world, "m1@kent", content))
    signal = signal_in(world, response)
    assert isinstance(signal, as4.ErrorSignal)
    assert (response.status, signal.ref_to, [one.code for one in signal.errors]) == (200, "m1@kent", ["EBMS:0303"])
    assert (facts(world)[-1], shelf(world)) == ("MessageRefused", 1)


def sealed_as_it_is(world: World, message: str, content: bytes) -> tuple[str, bytes]:
    """A message of Kent's that says gzip of a part which is none."""
    written, contents = envelope.blank("as-it-is"), {"cid:1@kent": content}
    header.write(written, said(world, message, b""), contents)
    signer, seal_for, _ = agreed(world)
    signature.sign(written, contents, signer)
    shut = encryption.encrypt(written, contents, seal_for, world.kent.gateway.draw)
    return mime.pack(envelope.printed(written), {"1@kent": shut["cid:1@kent"]}, "b1")


# A receipt that never comes.


def silent(_deliver: Callable[[], Reply]) -> Reply:
    return Reply(200, "text/plain", b"")


def test_a_parcel_whose_receipt_is_missing_goes_again_as_it_is_until_its_time_is_over_and_is_then_told(
    world: World,
) -> None:
    world.leavers()
    began = world.clock()
    while world.kent.store.counts() == {State.WAITING: 1} and world.clock() - began < timedelta(hours=3):
        world.wire.faults = [silent]
        dispatch.send_due(world.kent.gateway)
        world.clock.on(minutes=1)
    assert timedelta(hours=1) <= world.clock() - began < timedelta(hours=2)
    (dead,) = world.kent.store.parcels_in([State.ABANDONED], 9)
    assert "EBMS:0301" in enquiry.reason_words(dead.reason)
    assert len(world.wire.carried) > 50 and len(set(world.wire.carried)) == 1
    assert enquiry.is_overdue(dead, world.clock(), world.kent.gateway.rulebook.clocks)


# What a partner's product may do once it was granted.


def other_form(world: World, option: Option) -> tuple[str, bytes]:
    """What Kent would send in the form that an option allows."""
    kind, body = resealed(world, "m1@kent", queued_content(world), Profile.EDELIVERY_1_15)
    soap = etree.fromstring(mime.unpack(kind, body, as4.Rules()).soap)
    (attachment,) = mime.unpack(kind, body, as4.Rules()).attachments.items()
    if option is Option.BASE64_PARTS:
        content = bytes(attachment[1])
        return kind, body.replace(content, base64.encodebytes(content)).replace(
            b"Encoding: binary\r\nContent-ID: <" + attachment[0].encode(),
            b"Encoding: base64\r\nContent-ID: <" + attachment[0].encode(),
        )
    if option is Option.LONGER_HASHES:
        key = load_pem_private_key(world.kent.vault.current(KENT, "sign").key_file.read_bytes(), None)
        assert isinstance(key, RSAPrivateKey)
        kit.at(soap, f"{kit.SIGNED_INFO}/ds:SignatureMethod").set("Algorithm", names.RSA_SHA512)
        value = key.sign(kit.canonical(kit.at(soap, kit.SIGNED_INFO)), padding.PKCS1v15(), hashes.SHA512())
        kit.at(soap, f"{kit.SECURITY}/ds:Signature/ds:SignatureValue").text = base64.b64encode(value).decode()
    else:
        wrap_with_sha1(world, kit.at(soap, kit.SECURITY, "xenc:EncryptedKey"))
    return mime.pack(etree.tostring(soap), {attachment[0]: bytes(attachment[1])}, "b1")


def wrap_with_sha1(world: World, key: etree._Element) -> None:
    own = load_pem_private_key(world.medway.vault.current(MEDWAY, "seal").key_file.read_bytes(), None)
    assert isinstance(own, RSAPrivateKey)
    value = kit.at(key, "xenc:CipherData/xenc:CipherValue")
    session = as4.unwrap_with(own, as4.RsaOaep(base64.b64decode(value.text or "")))
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA256(), None)
    value.text = base64.b64encode(own.public_key().encrypt(session, oaep)).decode()
    method = kit.at(key, "xenc:EncryptionMethod")
    kit.at(method, "xenc11:MGF").set("Algorithm", names.MGF1_SHA1)


@pytest.mark.parametrize("option", list(Option))
def test_another_form_is_taken_only_from_a_partner_to_whom_it_was_granted(world: World, option: Option) -> None:
    world.leavers()
    other = other_form(world, option)
    assert isinstance(signal_in(world, take(world, *other)), as4.ErrorSignal)
    assert (facts(world)[-1], shelf(world)) == ("MessageRefused", 1), "what it is made of came before"
    store = world.medway.store
    kent = store.register().directory.get(KENT)
    for granted in (set(Option) - {option}, {option}):
        store.enlist([replace(kent, accepts=tuple(granted))], Record(()))
        assert isinstance(signal_in(world, take(world, *other)), as4.Receipt) is (granted == {option})
    assert (facts(world)[-1], shelf(world)) == ("ParcelShelved", 2)


# What leaves.


def test_what_leaves_names_both_gateways_both_corners_and_its_agreement(world: World) -> None:
    world.notice()
    (one,) = world.kent.store.parcels_in([State.WAITING], 9)
    signs = world.kent.signs
    opener = world.medway.gateway.keys.opener(MEDWAY)
    left = as4.open_sealed(*queued(world), opener, lambda party: signs if party == KENT else (), as4.Rules()).message
    assert (left.message_id, left.conversation) == (one.parcel.message, one.parcel.disclosure)
    assert (left.sender, left.recipient) == (as4.Party(KENT), as4.Party(MEDWAY))
    assert (left.sender_role, left.recipient_role) == (names.INITIATOR, names.RESPONDER)
    assert left.sender.type == left.recipient.type == names.UNREGISTERED
    corners = dict(left.properties)
    assert (corners["originalSender"], corners["finalRecipient"]) == (KENT, one.parcel.reader)
    assert left.agreement == one.parcel.agreement is not None
    assert [part.mime for part in left.parts] == ["application/xml"]
