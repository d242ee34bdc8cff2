"""What a gateway does with a message: the receipt comes last, comes again, and comes for nothing else."""

from dataclasses import replace

import pytest

from gateway.core import as4, sample
from gateway.core.as4 import Profile, certificates
from gateway.core.delivery import State
from gateway.core.facts import parse_line
from gateway.core.log import checkpoint
from gateway.core.partners import CertificateRole
from gateway.core.records import PeerCheckpoint, Record
from gateway.core.terms import Digest, DisclosureId, LaEstab, UploadId, digest
from gateway.edge.store import Store
from gateway.flows import dispatch, intake, peers, receive
from gateway.flows.enquiry.proving import bundle_for_reader
from gateway.flows.intake import Upload
from gateway.flows.receive import Message, Response
from tests.flows.watch import decisions_of
from tests.simulator import KENT, MEDWAY, TIDEWAY, World, agreement, leavers, lost_answer


def sealed(world: World) -> tuple[str, bytes]:
    """A message that Kent has sealed for Medway and not sent."""
    world.leavers()
    return queued(world)


def queued(world: World) -> tuple[str, bytes]:
    (one,) = world.kent.store.parcels_in([State.WAITING], 9)
    return one.parcel.content_type, world.kent.vault.open_kept(world.kent.store.kept(one.parcel.sealed))


def take(world: World, content_type: str, body: bytes, connection: Digest | None = None) -> Response:
    carried = connection or digest(world.kent.tls)
    return receive.accept(world.medway.gateway, Message(world.clock(), content_type, body, carried))


def errors_in(world: World, response: Response) -> list[str]:
    known = world.medway.signs
    signal = as4.read_signal(response.content_type, response.body, known, as4.Rules())
    assert isinstance(signal, as4.ErrorSignal)
    return [f"{one.code} {one.detail}" for one in signal.errors]


WATCHED = ["WatchOpened"] * 2
"""Each of the two leavers is on watch until seen to start."""


def facts(world: World) -> list[str]:
    names = [str(parse_line(line)["fact"]) for line in world.medway.store.lines()]
    return [name for name in names if name != "AgreementRecorded"]


def test_receipt_is_for_exactly_what_came_and_shows_our_checkpoint(world: World) -> None:
    world.medway.store.publish(world.clock(), world.medway.vault)
    response = take(world, *sealed(world))
    (one,) = world.kent.store.parcels_in([State.WAITING], 9)
    evidence = world.kent.store.evidence(one.parcel.id)
    assert evidence is not None and one.parcel.message is not None
    known = world.medway.signs
    receipt = as4.check_receipt(
        response.content_type, response.body, one.parcel.message, as4.references_in(evidence[0]), known, as4.Rules()
    )
    assert receipt.checkpoint is not None
    assert facts(world) == ["MessageReceived", "ParcelShelved", *WATCHED]


def test_the_same_message_again_gets_the_same_receipt_byte_for_byte_for_ever(either: World) -> None:
    message = sealed(either)
    first = take(either, *message)
    either.clock.on(days=400)
    assert take(either, *message) == first
    assert len(either.medway.store.shelved_for([TIDEWAY])) == 1
    assert facts(either).count("MessageReceived") == 1


def test_known_id_with_other_content_is_a_signed_error_and_a_line(world: World) -> None:
    content_type, body = sealed(world)
    take(world, content_type, body)
    (one,) = world.kent.store.parcels_in([State.WAITING], 9)
    other = resealed(world, one.parcel.message or "", b"<other/>")
    response = take(world, *other)
    assert errors_in(world, response)[0].startswith("EBMS:0004 known-id-other-content")
    assert facts(world)[-1] == "MessageRefused"
    assert len(world.medway.store.shelved_for([TIDEWAY])) == 1


def test_an_id_under_which_something_of_ours_went_is_nobody_elses_to_use(world: World) -> None:
    """Else its lines would be two organisations' own, and ours would seem replaced by what came later."""
    medway = world.medway
    made = sample.notice(1, LaEstab("887LLLL"), LaEstab("886LLLL"), world.clock().replace(tzinfo=None), 1)
    upload = Upload(UploadId("u-" + "a" * 26), world.clock(), MEDWAY, made.name, made.content)
    (ours,) = decisions_of(intake.accept(medway.gateway, upload))
    before = bundle_for_reader(log_of(world), DisclosureId(ours["disclosure"]))
    said_so = (("finalRecipient", TIDEWAY), ("disclosureId", ours["disclosure"]), ("purpose", "P04"))
    content = leavers().content
    response = take(world, *resealed(world, "m-one@kent.invalid", content, properties=said_so))
    assert errors_in(world, response)[0].startswith("EBMS:0004 known-id-other-content")
    assert facts(world)[-1] == "MessageRefused"
    assert bundle_for_reader(log_of(world), DisclosureId(ours["disclosure"])).lines[0][0] == before.lines[0][0]
    fresh = (*said_so[:1], ("disclosureId", "d-" + "b" * 26), *said_so[2:])
    take(world, *resealed(world, "m-two@kent.invalid", content, properties=fresh))
    assert facts(world).count("MessageReceived") == 1, "under an id of its own it is taken"


def log_of(world: World) -> Store:
    world.medway.store.publish(world.clock(), world.medway.vault)
    return world.medway.store


def resealed(
    world: World, message: str, content: bytes, profile: Profile = Profile.EDELIVERY_2_0, **changes: object
) -> tuple[str, bytes]:
    """What Kent would send under a message id if it carried something else."""
    import os

    made = said(world, message, content, **changes)
    closed = as4.seal(made, *agreed(world, profile), os.urandom)
    return closed.content_type, closed.body


def said(world: World, message: str, content: bytes, **changes: object) -> as4.UserMessage:
    """What such a message says of itself."""
    from gateway.core.terms import MessageId

    made = as4.UserMessage(
        message_id=MessageId(message),
        at=world.clock(),
        sender=as4.Party(KENT),
        recipient=as4.Party(MEDWAY),
        sender_role="initiator",
        recipient_role="responder",
        service="urn:cme-gateway:records",
        service_type=None,
        action="ctf",
        agreement="duty:P04",
        conversation="1",
        ref_to=None,
        properties=(("finalRecipient", TIDEWAY),),
        parts=(as4.Part(content, "application/xml", "8864321_CTF_8874123_001.xml"),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def agreed(world: World, profile: Profile = Profile.EDELIVERY_2_0) -> certificates.Agreed:
    """By which key Kent signs and for which certificate it seals when the profile is the newest that Medway can."""
    shown = certificates.valid(world.kent.store.register().directory.get(MEDWAY).pems("seal"), world.clock())
    found = certificates.agreed(world.kent.vault.signers(KENT), shown, profile)
    assert found is not None
    return found


def test_same_payload_in_another_wrapping_gets_a_receipt_of_its_own_and_no_second_delivery(world: World) -> None:
    content_type, body = sealed(world)
    first = take(world, content_type, body)
    (one,) = world.kent.store.parcels_in([State.WAITING], 9)
    (shelved,) = world.medway.store.shelved_for([TIDEWAY])
    content = world.medway.vault.open_kept(world.medway.store.kept(shelved.parcel.sealed)).partition(b"\n")[2]
    response = take(world, *resealed(world, one.parcel.message or "", content))
    known = world.medway.signs
    signal = as4.read_signal(response.content_type, response.body, known, as4.Rules())
    assert isinstance(signal, as4.Receipt) and response.body != first.body
    assert len(world.medway.store.shelved_for([TIDEWAY])) == 1


def test_invalid_content_is_a_signed_error_with_our_code_and_no_receipt(world: World) -> None:
    response = take(world, *resealed(world, "m1@kent", b"<CTfile/>"))
    (error,) = errors_in(world, response)
    assert error.startswith("EBMS:0004 ") and response.status == 200
    assert world.medway.store.counts() == {} and facts(world) == ["MessageRefused"]


def test_message_that_failed_is_taken_when_it_comes_again_and_is_right(world: World) -> None:
    message = sealed(world)
    (one,) = world.kent.store.parcels_in([State.WAITING], 9)
    take(world, *resealed(world, one.parcel.message or "", b"<CTfile/>"))
    take(world, *message)
    assert facts(world) == ["MessageRefused", "MessageReceived", "ParcelShelved", *WATCHED]


def test_stranger_at_the_door_is_refused_before_anything_is_opened(world: World) -> None:
    response = take(world, *sealed(world), connection=digest(b"somebody else"))
    assert response.status == 403
    assert errors_in(world, response)[0].startswith("EBMS:0101 not-enrolled")


def test_one_partner_cannot_carry_what_another_signed(world: World) -> None:
    response = take(world, *sealed(world), connection=digest(world.medway.tls))
    assert errors_in(world, response)[0].startswith("EBMS:0101 wrong-partner")
    assert world.medway.store.counts() == {}


def test_message_for_another_organisation_is_refused(world: World) -> None:
    strange = resealed(world, "m1@kent", b"<x/>", recipient=as4.Party("council-888"))
    assert errors_in(world, take(world, *strange))[0].startswith("EBMS:0001 not-for-us")


@pytest.mark.parametrize("side", ["sender", "recipient"])
@pytest.mark.parametrize("kind", ["", "urn:oasis:names:tc:ebcore:partyid-type:iso6523:0088"])
def test_id_of_another_type_than_agreed_may_be_somebody_elses_and_is_refused(
    world: World, side: str, kind: str
) -> None:
    named = as4.Party({"sender": KENT, "recipient": MEDWAY}[side], kind)
    changes: dict[str, object] = {side: named}
    response = take(world, *resealed(world, "m1@kent", b"<x/>", Profile.EDELIVERY_2_0, **changes))
    assert errors_in(world, response) == ["EBMS:0001 A PartyId is of another type than the one that was agreed."]
    assert facts(world) == ["MessageRefused"] and world.medway.store.counts() == {}


def test_type_that_was_agreed_is_sent_and_asked_for(world: World) -> None:
    agreed_type = "urn:oasis:names:tc:ebcore:partyid-type:iso6523:0088"
    for side in (world.kent, world.medway):
        both = [replace(side.store.register().directory.get(one), party_type=agreed_type) for one in (KENT, MEDWAY)]
        side.store.enlist(both, Record(()))
    untyped = resealed(world, "m1@kent", b"<x/>")
    assert b"NonRepudiationInformation" in take(world, *sealed(world)).body
    assert "another type" in errors_in(world, take(world, *untyped))[0]


def test_message_that_is_opened_while_its_key_is_revoked_is_refused(world: World) -> None:
    message, medway = sealed(world), world.medway
    kent = medway.store.register().directory.get(KENT)
    draw = medway.gateway.draw

    def meanwhile(size: int) -> bytes:
        """The last thing that is asked for before it is written down."""
        gone = {one.fingerprint for one in kent.certificates if one.role is CertificateRole.SIGN}
        left = replace(kent, certificates=tuple(one for one in kent.certificates if one.fingerprint not in gone))
        if not medway.store.register().directory.get(KENT).revoked:
            medway.store.enlist([replace(left, revoked=tuple(sorted(gone)))], Record(()))
        return draw(size)

    medway.gateway = replace(medway.gateway, draw=meanwhile)
    assert errors_in(world, take(world, *message))[0].startswith("EBMS:0101")
    assert facts(world) == ["MessageRefused"] and medway.store.counts() == {}


def test_reader_whom_another_gateway_serves_is_refused(world: World) -> None:
    world.leavers()
    (one,) = world.kent.store.parcels_in([State.WAITING], 9)
    assert one.parcel.reader == TIDEWAY
    content = queued_content(world)
    strange = resealed(world, "m1@kent", content, properties=(("finalRecipient", "school-8864321"),))
    assert errors_in(world, take(world, *strange))[0].startswith("EBMS:0001 not-for-us")


def queued_content(world: World) -> bytes:
    take(world, *queued(world))
    (shelved,) = world.medway.store.shelved_for([TIDEWAY])
    return world.medway.vault.open_kept(world.medway.store.kept(shelved.parcel.sealed)).partition(b"\n")[2]


def test_message_cut_at_any_byte_stores_nothing(world: World) -> None:
    content_type, body = sealed(world)
    for end in range(0, len(body), max(1, len(body) // 60)):
        response = take(world, content_type, body[:end])
        assert errors_in(world, response)
    assert world.medway.store.counts() == {}
    assert set(facts(world)) == {"MessageRefused"}


def test_test_service_is_receipted_and_delivers_nothing(world: World) -> None:
    probe = resealed(world, "m1@kent", b"<x/>", service=as4.TEST_SERVICE, action=as4.TEST_ACTION)
    response = take(world, *probe)
    known = world.medway.signs
    assert isinstance(as4.read_signal(response.content_type, response.body, known, as4.Rules()), as4.Receipt)
    assert facts(world) == []


def test_what_a_council_tells_us_without_our_agreement_is_kept_and_says_so(world: World) -> None:
    from gateway.core.agreements import Status
    from gateway.core.facts import AgreementRecorded

    world.notice()
    ended = agreement(status=Status.WITHDRAWN)
    fact = AgreementRecorded(world.clock(), MEDWAY, ended.ref, digest(b""))
    world.medway.store.adopt(ended, Record((fact,)))
    dispatch.send_due(world.kent.gateway)
    (received,) = [parse_line(line) for line in world.medway.store.lines() if b"MessageReceived" in line]
    assert "agreement" not in received
    assert len(world.medway.store.shelved_for([MEDWAY])) == 1


def test_the_senders_checkpoint_is_kept_and_only_a_larger_one_takes_its_place(world: World) -> None:
    import sqlalchemy as sa

    from gateway.edge.store import tables as t

    for sequence in (1, 2):
        world.kent.store.publish(world.clock(), world.kent.vault)
        world.leavers(sequence=sequence)
        dispatch.send_due(world.kent.gateway)
    with world.medway.store.engine.connect() as db:
        (row,) = db.execute(sa.select(t.peer_checkpoints)).all()
    newest = checkpoint.shown(row.note)
    assert row.partner == KENT and newest.size == row.size
    older = PeerCheckpoint(KENT, newest.origin, 1, "an old one", world.clock())
    world.medway.store.record(Record((), shown=(older,)))
    with world.medway.store.engine.connect() as db:
        assert db.execute(sa.select(t.peer_checkpoints.c.note)).scalar_one() == row.note


def test_lost_receipt_is_given_again_and_settles_the_parcel(world: World) -> None:
    world.leavers()
    world.wire.faults.append(lost_answer)
    dispatch.send_due(world.kent.gateway)
    world.clock.on(minutes=1)
    dispatch.send_due(world.kent.gateway)
    assert world.kent.store.counts() == {State.DELIVERED: 1}
    assert facts(world) == ["MessageReceived", "ParcelShelved", *WATCHED]


def test_homes_that_share_a_gateway_share_its_door_and_sign_for_themselves(world: World) -> None:
    from gateway.core.terms import PartnerId

    directory = world.medway.store.register().directory
    shared = tuple(one for one in directory.get(KENT).certificates if one.role is CertificateRole.TLS)
    neighbour = replace(directory.get(PartnerId("council-888")), certificates=shared)
    world.medway.store.enlist([neighbour], Record(()))
    assert b"NonRepudiationInformation" in take(world, *sealed(world)).body
    strange = resealed(world, "m9@kent", b"<x/>", sender=as4.Party("council-888"))
    assert errors_in(world, take(world, *strange))[0].startswith("EBMS:0101")


def test_the_checkpoint_that_a_receipt_shows_is_kept(world: World) -> None:
    world.medway.store.publish(world.clock(), world.medway.vault)
    shown = world.medway.store.newest_checkpoint()
    world.leavers()
    dispatch.send_due(world.kent.gateway)
    assert world.kent.store.held_of(MEDWAY) == [shown]


@pytest.mark.parametrize("text", [None, "", "!", "AAAA", "bm90IGEgbm90ZQ==", "\u00e9"])
def test_checkpoint_that_is_none_is_passed_over(world: World, text: str | None) -> None:
    medway = world.kent.store.register().directory.get(MEDWAY)
    assert peers.shown(medway, text, world.clock()) == ()
