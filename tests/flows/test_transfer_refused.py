"""A story: Kent asks Medway to take a case over, nobody answers, then it is refused, and then, asked again, accepted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gateway.core.agreements import Status
from gateway.core.cases import CaseState
from gateway.core.documents.messages.words import TransferReason
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Because, Channel, EntryKind, Role, TaskKind
from gateway.core.partners import Carrier, Partner, PartnerKind
from gateway.core.partners import Channel as Channel_
from gateway.core.records import Case
from gateway.core.terms import CaseId, Outcome, ParcelId, PartnerId, Period, PurposeCode
from gateway.flows import casebook, dispatch, telling, transferring
from gateway.flows.telling import Word
from tests.flows.test_cases import leaver, only, rows
from tests.flows.test_shared_team import TwoKeyrings
from tests.flows.watch import FIRST, OFFICER, SECOND, THEIR_OFFICER, decisions_of, enlist, flag, hand_in, lines
from tests.simulator import KENT, MEDWAY, NOON, World, agreement

FROM = date(2026, 12, 1)
MOVED = "The housing office there has given them a flat."
P06 = PurposeCode("P06")


def refusal_of(act: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def offered(world: World, case: CaseId) -> None:
    kent = world.kent
    plan = transferring.offer(kent.gateway, kent.store, OFFICER, case, MEDWAY, FROM, MOVED, world.clock())
    assert [one["outcome"] for one in decisions_of(plan)] == ["release"], plan.answer
    assert dispatch.send_due(kent.gateway)


def asked(world: World) -> ParcelId:
    """What lies at Medway for a person to say yes or no to."""
    (task,) = [one for one in world.medway.store.tasks([MEDWAY]) if one.kind is TaskKind.TRANSFER_OFFERED]
    return ParcelId(task.subject)


def standing(world: World, case: CaseId) -> Case:
    found = world.kent.store.case(case)
    assert found is not None
    return found


def test_a_transfer_counts_only_when_a_person_at_the_other_council_accepts_it(either: World) -> None:
    world = either
    hand_in(world, leaver("G"))
    case = only(world)
    casebook.assign(world.kent.gateway, world.kent.store, OFFICER, case, OFFICER, world.clock())

    world.clock.on(minutes=1)
    offered(world, case)
    assert standing(world, case).state is CaseState.OFFERED and rows(world)[0].needs == ""
    assert rows(world, THEIR_OFFICER) == [], "nobody there has accepted it"
    (task,) = [one for one in world.kent.store.tasks([KENT]) if one.kind is TaskKind.TRANSFER_UNANSWERED]
    world.clock.on(days=7)
    assert rows(world)[0].needs == "", "the fifth working day is not over"
    world.clock.on(days=1)
    assert rows(world)[0].needs == "the other council has not answered" and task.due < world.clock()

    refused = transferring.decline(
        world.medway.gateway, THEIR_OFFICER, asked(world), TransferReason.NOT_ENOUGH_EVIDENCE, world.clock()
    )
    assert decisions_of(refused)[0]["outcome"] == "release"
    dispatch.send_due(world.medway.gateway)
    world.clock.on(minutes=1)
    assert (standing(world, case).state, standing(world, case).to) == (CaseState.OPEN, None)
    assert not world.kent.store.tasks_about(case) and rows(world, THEIR_OFFICER) == []

    offered(world, case)
    parcel = asked(world)
    world.clock.on(minutes=1)
    transferring.accept(world.medway.gateway, THEIR_OFFICER, parcel, FROM, world.clock())
    assert standing(world, case).state is CaseState.OFFERED, "their answer is still on its way"
    dispatch.send_due(world.medway.gateway)
    assert standing(world, case).state is CaseState.TRANSFERRED and rows(world) == []
    (theirs,) = rows(world, THEIR_OFFICER)
    assert (theirs.home, theirs.because) == (MEDWAY, Because.TRANSFER)
    again = refusal_of(lambda: transferring.accept(world.medway.gateway, THEIR_OFFICER, parcel, FROM, world.clock()))
    assert again is Code.SETTLED
    told = [one.text for one in casebook.show(world.kent.gateway, world.kent.store, OFFICER, case, NOON).timeline]
    assert told[1:] == ["Transfer offered.", "Transfer refused.", "Transfer offered.", "Transfer accepted."]
    assert [line["fact"] for line in lines(world.kent, "CaseOffered", "CaseDeclined", "CaseTransferred")] == [
        "CaseOffered", "CaseDeclined", "CaseOffered", "CaseTransferred",
    ]  # fmt: skip


def test_a_case_that_is_not_ours_to_offer_is_not_offered_and_no_stranger_answers(world: World) -> None:
    hand_in(world, leaver())
    case, kent = only(world), world.kent

    def offer(person: object = OFFICER, to: str = MEDWAY) -> Code:
        return refusal_of(
            lambda: transferring.offer(kent.gateway, kent.store, person, case, to, FROM, MOVED, NOON)  # type: ignore[arg-type]
        )

    assert offer(THEIR_OFFICER) is Code.ANOTHER_HOME
    assert offer(to=KENT) is Code.NO_RECIPIENT
    offered(world, case)
    parcel = asked(world)
    assert offer() is Code.SETTLED, "they have it already, and two offers could be answered apart"
    decline, reason = transferring.decline, TransferReason.ALREADY_OURS
    for person, code in ((OFFICER, Code.ANOTHER_HOME), (replace(THEIR_OFFICER, role=Role.AUDITOR), Code.NOT_ALLOWED)):
        assert refusal_of(lambda who=person: decline(world.medway.gateway, who, parcel, reason, NOON)) is code  # type: ignore[misc]


def test_a_transfer_that_may_not_go_leaves_the_case_as_it_was(world: World) -> None:
    world.adopt(agreement(status=Status.WITHDRAWN))
    hand_in(world, leaver())
    case, kent = only(world), world.kent
    plan = transferring.offer(kent.gateway, kent.store, OFFICER, case, MEDWAY, FROM, MOVED, NOON)
    assert decisions_of(plan)[0]["outcome"] == "refuse"
    assert standing(world, case).state is CaseState.OPEN and not lines(kent, "CaseOffered")


def test_between_two_homes_of_one_gateway_a_person_of_the_other_home_accepts(world: World) -> None:
    kent = world.kent
    owners = {KENT: (OFFICER.id,), MEDWAY: (THEIR_OFFICER.id,)}
    kent.gateway = replace(kent.gateway, homes=(KENT, MEDWAY), keys=TwoKeyrings(world), owners=owners)
    hand_in(world, leaver())
    (row,) = rows(world)
    assert row.officer == OFFICER.id
    transferring.offer(kent.gateway, kent.store, OFFICER, row.id, MEDWAY, FROM, MOVED, NOON)
    (task,) = [one for one in kent.store.tasks([MEDWAY]) if one.kind is TaskKind.TRANSFER_OFFERED]
    assert task.owner == THEIR_OFFICER.id and world.wire.carried == []
    transferring.accept(kent.gateway, THEIR_OFFICER, ParcelId(task.subject), FROM, NOON)
    assert standing(world, row.id).state is CaseState.TRANSFERRED
    (theirs,) = kent.store.cases([MEDWAY], [CaseState.OPEN])
    assert (theirs.because, theirs.officer) == (Because.TRANSFER, THEIR_OFFICER.id)
    assert {line["home"] for line in lines(kent, "CaseOpened")} == {KENT, MEDWAY}


# -- by word of mouth -------------------------------------------------------------------------------------------------


def by_phone(**changes: object) -> Word:
    said = Word("They asked for a place at Strood.", "Mr Ash, duty desk", "rang the desk back", Channel.PHONE, NOON)
    return replace(said, **changes)  # type: ignore[arg-type]


def test_what_is_told_by_phone_is_decided_and_logged_as_a_message_is_and_nothing_is_sent(world: World) -> None:
    hand_in(world, leaver())
    case, kent = only(world), world.kent
    before = NOON - timedelta(hours=2)
    made = telling.tell(kent.gateway, kent.store, OFFICER, case, MEDWAY, P06, by_phone(at=before), NOON)
    assert made.decision.outcome is Outcome.RELEASE
    line = lines(kent, "DisclosureReleased")[-1]
    assert (line["carrier"], line["purpose"], line["recipient"]) == ("phone", "P06", MEDWAY)
    (entry,) = [one for one in kent.store.entries(case) if one.kind is EntryKind.TOLD]
    assert (entry.told_at, entry.entered_at, entry.channel) == (before, NOON, Channel.PHONE)
    assert entry.disclosure == line["disclosure"]
    shown = casebook.show(kent.gateway, kent.store, OFFICER, case, NOON)
    (said,) = [one.particulars for one in shown.timeline if one.kind is EntryKind.TOLD]
    assert said == {"person": "Mr Ash, duty desk", "identity": "rang the desk back", "to": MEDWAY}
    assert dispatch.send_due(kent.gateway) == [] and world.wire.carried == []
    assert b"Strood" not in b"\n".join(kent.store.lines())


def test_what_no_agreement_lets_go_or_people_would_have_to_look_at_is_not_told(world: World) -> None:
    made = leaver()
    hand_in(world, made)
    case, kent = only(world), world.kent
    world.adopt(agreement(carriers=(Carrier.AS4,)))
    decided = telling.tell(kent.gateway, kent.store, OFFICER, case, MEDWAY, P06, by_phone(), NOON)
    assert decided.decision.outcome is Outcome.REFUSE and Code.CARRIER in decided.decision.reasons
    world.adopt(agreement(version=2))
    flag(world, made)
    for person in (FIRST, SECOND):
        decided = telling.tell(kent.gateway, kent.store, person, case, MEDWAY, P06, by_phone(), NOON)
        assert (decided.decision.outcome, decided.decision.reasons) == (Outcome.REFUSE, (Code.FLAGGED,))
    assert not [one for one in kent.store.entries(case) if one.kind is EntryKind.TOLD]
    assert not kent.store.held([KENT]) and len(lines(kent, "DisclosureRefused")) == 3


def test_a_transfer_that_nobody_answers_returns_to_the_top_though_an_older_case_waits_for_an_officer(
    world: World,
) -> None:
    hand_in(world, leaver("H", 2))
    world.clock.on(minutes=1)
    hand_in(world, leaver("G"))
    older, case = (one.id for one in rows(world))
    offered(world, case)
    assert [one.id for one in rows(world)] == [older, case]
    world.clock.on(days=8)
    assert [(one.id, one.needs) for one in rows(world)] == [
        (case, "the other council has not answered"),
        (older, "an officer"),
    ]


@pytest.mark.parametrize(
    ("to", "kind", "purpose"),
    [
        ("council-886-social-care", PartnerKind.SOCIAL_CARE, "P09"),
        ("police-kent", PartnerKind.POLICE, "P13"),
        ("nhs-kent", PartnerKind.NHS_BODY, "P10"),
    ],
)
def test_a_team_and_a_body_without_a_number_are_told_by_the_same_decision(
    world: World, to: str, kind: PartnerKind, purpose: str
) -> None:
    enlist(world, Partner(PartnerId(to), kind, "Told", Period(date(2020, 1, 1)), Channel_.INBOX, served_by=KENT))
    hand_in(world, leaver())
    case, kent = only(world), world.kent
    made = telling.tell(kent.gateway, kent.store, OFFICER, case, PartnerId(to), PurposeCode(purpose), by_phone(), NOON)
    assert made.decision.outcome is Outcome.REFUSE and Code.NO_AGREEMENT in made.decision.reasons
    assert lines(kent, "DisclosureRefused")[-1]["purpose"] == purpose
    assert (
        refusal_of(lambda: telling.tell(kent.gateway, kent.store, OFFICER, case, KENT, P06, by_phone(), NOON))
        is Code.NO_RECIPIENT
    )


def test_what_is_learnt_is_written_with_its_way_its_person_and_the_check(world: World) -> None:
    hand_in(world, leaver())
    case, kent = only(world), world.kent
    for word in (by_phone(check=" "), by_phone(whom=""), by_phone(text="")):
        code = refusal_of(lambda word=word: telling.learnt(kent.gateway, kent.store, OFFICER, case, word, NOON))  # type: ignore[misc]
        assert code is Code.REASON_WANTED
    word = by_phone(channel=Channel.COURT)
    entry = telling.learnt(kent.gateway, kent.store, OFFICER, case, word, NOON + timedelta(days=1))
    (line,) = [one for one in lines(kent, "EntryAdded") if one["entry"] == entry]
    assert (line["kind"], line["channel"]) == ("learnt", "court") and line["told_at"] < line["at"]
