"""Council messages between two gateways: each is decided, cut, sealed, sent, received and read as it was meant."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.core import documents, sample
from gateway.core.delivery import State
from gateway.core.documents import Document, Message, value
from gateway.core.documents.messages.about import Acknowledgement
from gateway.core.documents.messages.casework import Check
from gateway.core.documents.messages.tracing import Enquiry, Reply
from gateway.core.errors import Code
from gateway.core.facts import Role, parse_line
from gateway.core.law import Paper, Stated
from gateway.core.records import Person, Record
from gateway.core.sample import SampleFile
from gateway.core.terms import Basis, DisclosureId, Kind, LaEstab, PartnerId, PersonId, PurposeCode, UploadId
from gateway.flows import dispatch, holds, intake, situations
from gateway.flows.intake import Plan, Upload
from tests.simulator import KENT, LARKMERE, MEDWAY, NOON, Side, World, agreement, rulebook

NUMBER = {KENT: LaEstab("886LLLL"), MEDWAY: LaEstab("887LLLL"), LARKMERE: LaEstab("8864321")}
P25 = PurposeCode("P25")
ABOUT = (Kind.ACKNOWLEDGEMENT, Kind.REFUSAL, Kind.RECALL, Kind.RECALL_ANSWER, Kind.BREACH, Kind.RIGHTS)
BETWEEN_COUNCILS = {
    Kind.NOTICE: "P06", Kind.ENQUIRY: "P07", Kind.REPLY: "P07", Kind.TRANSFER: "P06", Kind.TRANSFER_ANSWER: "P06",
    Kind.CLOSURE: "P06", Kind.JOINT_LOG: "P06", Kind.REQUEST: "P07", Kind.CHECK: "P25", Kind.CHECK_ANSWER: "P25",
    **dict.fromkeys(ABOUT, "P06"),
}  # fmt: skip


@pytest.fixture
def checking(world: World) -> World:
    """The two councils have also agreed to check council tax for each other, with the legal opinion on record."""
    stated = Stated(Basis.A6E, papers=((Paper.LEGAL_OPINION, "lo-2026-7"),))
    items = rulebook().purposes[P25].items
    world.adopt(agreement(name="kent-medway-checks", purposes=((P25, stated),), items=items))
    return world


def made(kind: Kind, source: PartnerId = KENT, dest: PartnerId = MEDWAY, **more: Any) -> SampleFile:
    return sample.message(kind, 1, NUMBER[source], NUMBER[dest], NOON, **more)


def upload(world: World, sender: PartnerId, file: SampleFile) -> Plan:
    side = world.sides.get(sender, world.kent)
    given = Upload(UploadId(situations.new_id("u", os.urandom)), world.clock(), sender, file.name, file.content)
    return intake.accept(side.gateway, given)


def told(plan: Plan) -> list[tuple[str, str, str | None, list[str]]]:
    answer = json.loads(plan.answer)
    return [
        (one["outcome"], one["purpose"], one["recipient"], [reason["code"] for reason in one["reasons"]])
        for one in answer.get("decisions", [])
    ]


def shelf(side: Side, reader: PartnerId) -> list[tuple[DisclosureId, Document]]:
    """What lies there, read again from the bytes that rest."""
    found = []
    for one in side.store.shelved_for([reader]):
        name, content = situations.parse_named(side.vault.open_kept(side.store.kept(one.parcel.sealed)))
        document = documents.read(name, content, rulebook().schemas).document
        assert document is not None
        found.append((one.parcel.disclosure, document))
    return found


def let_go(side: Side, disclosure: DisclosureId, at: datetime) -> None:
    """Two named safeguarding officers look at what would go, one after the other."""
    for name in ("first.lead", "second.lead"):
        person = Person(PersonId(name), Role.SAFEGUARDING, side.home)
        side.store.add_person(person, Record(()))
        holds.release(side.gateway, side.store, person, disclosure, "The other council asks for exactly this.", at)


def carried(world: World, sender: PartnerId, file: SampleFile) -> tuple[DisclosureId, Message]:
    """Send it from one council, and what the other then finds on its shelf, as a value."""
    other = world.medway if sender == KENT else world.kent
    before = {disclosure for disclosure, _ in shelf(other, other.home)}
    plan = upload(world, sender, file)
    ((outcome, _, _, reasons),) = told(plan)
    if outcome == "hold":  # about a child whom the other council asked to be asked about first
        assert set(reasons) <= {"flagged", "grade-capped"}, plan.answer
        (one,) = json.loads(plan.answer)["decisions"]
        let_go(world.sides[sender], DisclosureId(one["disclosure"]), world.clock())
    else:
        assert outcome == "release", plan.answer
    assert [type(one.fact).__name__ for one in dispatch.send_due(world.sides[sender].gateway)] == ["ParcelDelivered"]
    (new,) = [one for one in shelf(other, other.home) if one[0] not in before]
    return new[0], value(new[1])


@pytest.mark.parametrize(("kind", "purpose"), BETWEEN_COUNCILS.items())
def test_each_message_between_councils_is_sent_received_and_says_all_it_said(
    checking: World, kind: Kind, purpose: str
) -> None:
    file = made(kind)
    _, received = carried(checking, KENT, file)
    lines = [parse_line(line) for line in checking.kent.store.lines()]
    (released,) = [line for line in lines if line["fact"] == "DisclosureReleased"]
    assert (released["purpose"], released["kind"], released["withheld"]) == (purpose, kind, [])
    (taken,) = [line for line in map(parse_line, checking.medway.store.lines()) if line["fact"] == "MessageReceived"]
    named = 0 if kind in ABOUT else 1  # a message about a message names no child
    assert [len(line["children"]) for line in (released, taken)] == [named, named]  # type: ignore[arg-type]
    sent = documents.read(file.name, file.content, rulebook().schemas).document
    assert sent is not None
    assert received == value(sent)


def test_a_child_is_asked_after_answered_acknowledged_and_checked(checking: World) -> None:
    asked, enquiry = carried(checking, KENT, made(Kind.ENQUIRY))
    assert isinstance(enquiry, Enquiry)
    assert enquiry.reply_wanted == 3

    answered, reply = carried(checking, MEDWAY, made(Kind.REPLY, MEDWAY, KENT, disclosure=asked))
    assert isinstance(reply, Reply)
    assert reply.in_reply_to.disclosure_id == asked

    _, opened = carried(checking, KENT, made(Kind.ACKNOWLEDGEMENT, disclosure=answered, purpose="P07"))
    assert isinstance(opened, Acknowledgement)
    assert (opened.purpose, opened.records[0].message.disclosure_id) == ("P07", answered)

    question, check = carried(checking, KENT, made(Kind.CHECK))
    assert isinstance(check, Check)
    carried(checking, MEDWAY, made(Kind.CHECK_ANSWER, MEDWAY, KENT, disclosure=question))


def test_the_cover_arrives_with_what_was_cut(world: World) -> None:
    narrow = agreement(version=2, items=((Kind.NOTICE, ("UPN", "Surname", "Forename")),))
    world.adopt(narrow)
    _, received = carried(world, KENT, made(Kind.NOTICE))
    assert received.cover is not None
    assert [str(one) for one in received.cover.ask_before] == ["contacting-the-family", "sharing-on"]
    assert received.records[0].where.last_address is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "purpose", "reader"),
    [
        (Kind.ABSENCE, "P03", "council-886"),
        (Kind.CASEFILE, "P17", "council-886-home-education"),
        (Kind.DELETION, "P01", "council-886"),
    ],
)
def test_a_school_owes_its_council_some_messages_without_an_agreement(
    world: World, kind: Kind, purpose: str, reader: str
) -> None:
    plan = upload(world, LARKMERE, made(kind, LARKMERE, KENT))
    assert [(outcome, code) for outcome, code, *_ in told(plan)] == [("release", purpose)]
    ((_, document),) = shelf(world.kent, PartnerId(reader))
    assert document.kind is kind


# -- refused for a good reason ----------------------------------------------------------------------------------------


def without(tag: str) -> Callable[[bytes], bytes]:
    return lambda content: re.sub(rb"\s*<%b>.*?</%b>" % (tag.encode(), tag.encode()), b"", content, flags=re.DOTALL)


def text(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(old.encode(), new.encode())


def into(tag: str, new: str) -> Callable[[bytes], bytes]:
    return lambda content: re.sub(rb"<%b>[^<]*<" % tag.encode(), f"<{tag}>{new}<".encode(), content)


def after(tag: str, new: str) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(f"</{tag}>".encode(), f"</{tag}>{new}".encode())


MONEY = "<Money>100</Money>"
WRONG: list[tuple[Kind, Callable[[bytes], bytes], str]] = [
    (Kind.NOTICE, after("BelievedAddress", MONEY), "XSD-002"),
    (Kind.ENQUIRY, without("Reason"), "GRADE-001"),
    (Kind.REPLY, into("Grade", "4"), "GRADE-003"),
    (Kind.TRANSFER, into("UPN", "A881123424001"), "UPN-001"),
    (Kind.TRANSFER_ANSWER, without("ResponsibleFrom"), "TRF-001"),
    (Kind.CLOSURE, without("Evidence"), "CLO-001"),
    (Kind.JOINT_LOG, into("Result", "bribed"), "XSD-005"),
    (Kind.REQUEST, into("Due", "2026-11-02"), "MSG-004"),
    (Kind.ACKNOWLEDGEMENT, into("OpenedAt", "2026-11-03T12:00:01"), "MSG-005"),
    (Kind.REFUSAL, without("DisclosureId"), "MSG-002"),
    (Kind.RECALL, without("Reason"), "RCL-001"),
    (Kind.RECALL_ANSWER, into("Outcome", "kept"), "RCA-001"),
    (Kind.BREACH, into("Aware", "2026-11-03T12:00:01"), "MSG-005"),
    (Kind.RIGHTS, without("Correction"), "RGT-001"),
    (Kind.REFERRAL, after("Anonymous", "<Name>Isolde Marrowby</Name>"), "REF-001"),
    (Kind.CHECK, into("Option", "registered"), "CHK-001"),
    (Kind.CHECK_ANSWER, after("Answer", MONEY), "XSD-002"),
    (Kind.ABSENCE, without("FirstDay"), "ABS-001"),
    (Kind.CASEFILE, into("About", "licence"), "CAS-001"),
    (Kind.DELETION, without("RemovalGrounds"), "DEL-001"),
    (Kind.ENCLOSURE, into("Part", "JVBERi0xLjc="), "ENC-001"),
]


def test_every_kind_has_a_wrong_one() -> None:
    assert [kind for kind, *_ in WRONG] == [kind for kind in Kind if kind not in {Kind.CTF, Kind.CML, Kind.CMJ}]


@pytest.mark.parametrize(("kind", "spoil", "rule"), WRONG)
def test_a_wrong_message_of_each_kind_is_refused_and_nothing_of_it_is_kept(
    world: World, kind: Kind, spoil: Callable[[bytes], bytes], rule: str
) -> None:
    sender = LARKMERE if kind in {Kind.ABSENCE, Kind.CASEFILE, Kind.DELETION, Kind.ENCLOSURE} else KENT
    file = made(kind, sender, KENT if sender == LARKMERE else MEDWAY)
    spoilt = replace(file, content=spoil(file.content))
    assert spoilt != file
    plan = upload(world, sender, spoilt)
    assert plan.refusal is Code.FINDINGS
    assert rule in {finding["code"].partition("-")[2] for finding in json.loads(plan.answer)["findings"]}
    assert plan.record.kept == ()
    assert world.kent.store.counts().get(State.WAITING, 0) == 0


@pytest.mark.parametrize(
    ("kind", "sender", "dest", "purpose", "reason"),
    [
        (Kind.CHECK, KENT, MEDWAY, "P25", "no-agreement"),  # nobody agreed to check council tax
        (Kind.ABSENCE, KENT, MEDWAY, "P03", "no-purpose"),  # only a school owes it
        (Kind.REFERRAL, KENT, MEDWAY, "P09", "no-agreement"),  # another council's social care, and no agreement
        (Kind.JOINT_LOG, LARKMERE, KENT, "P08", "no-agreement"),  # a school may, under an agreement
    ],
)
def test_a_good_message_without_a_ground_is_refused(
    world: World, kind: Kind, sender: PartnerId, dest: PartnerId, purpose: str, reason: str
) -> None:
    ((outcome, code, _, reasons),) = told(upload(world, sender, made(kind, sender, dest)))
    assert (outcome, code) == ("refuse", purpose)
    assert reason in reasons


@pytest.mark.parametrize(("purpose", "said"), [("P12", ("release", [])), ("P99", ("refuse", ["no-purpose"]))])
def test_what_is_called_back_stands_on_no_power_of_its_purpose_but_the_purpose_is_known(
    world: World, purpose: str, said: tuple[str, list[str]]
) -> None:
    ((outcome, code, _, reasons),) = told(upload(world, KENT, made(Kind.RECALL, purpose=purpose)))
    assert (code, outcome, reasons) == (purpose, *said)


def test_who_told_never_leaves_even_where_an_agreement_names_it(world: World) -> None:
    named = ("Forename", "Unknown", "Concern", "Referrer/*")
    stated = rulebook().purposes[PurposeCode("P09")].usual(rulebook().purposes[PurposeCode("P09")].powers[2])
    referring = agreement(
        name="kent-medway-care", purposes=((PurposeCode("P09"), stated),), items=((Kind.REFERRAL, named),)
    )
    world.adopt(referring)
    file = made(Kind.REFERRAL)
    assert b"<Referrer>" in file.content
    _, received = carried(world, KENT, file)
    assert received.records[0].referrer is None  # type: ignore[union-attr]
    assert received.records[0].concern  # type: ignore[union-attr]


@pytest.mark.parametrize(("days", "said"), [(30, []), (31, [Code.TOO_OLD])])
def test_a_notice_goes_no_later_than_the_councils_agreed(world: World, days: int, said: list[Code]) -> None:
    """By the day in its own header: nothing else says how old what it tells is."""
    world.clock.at = NOON + timedelta(days=days)
    ((_, _, _, reasons),) = told(upload(world, KENT, made(Kind.NOTICE)))
    assert reasons == said
