"""A team without a machine: what comes for it, what it answers and tells, with the log of a partner that has one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from gateway.core import documents
from gateway.core.cases import CaseState
from gateway.core.documents.messages.words import TransferReason
from gateway.core.errors import Code, Refusal
from gateway.core.records import Person
from gateway.core.terms import DisclosureId, Kind, ParcelId, PartnerId, Upn
from gateway.flows import (
    asking,
    casework,
    genuine,
    notifying,
    replying,
    speaking,
    spoken,
    transferring,
)
from gateway.flows.notifying import Saying
from gateway.flows.spoken import Told
from tests.flows.asked import a_message, sent, states
from tests.flows.test_cases import leaver, only
from tests.flows.watch import OFFICER, decisions_of, hand_in, lines
from tests.simulator import MEDWAY, World
from tests.teams import MASH, POLICE, member, one_gateway


@pytest.fixture
def alone(world: World) -> World:
    return one_gateway(world)


def refusal_of(act: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def came(world: World, person: Person) -> ParcelId:
    """The newest of what lies there for somebody."""
    return speaking.listed(world.kent.gateway, world.kent.store, person, world.clock())[0].parcel


def test_a_notice_to_a_council_without_a_machine_is_opened_and_answered_there(alone: World) -> None:
    kent, medway = alone.kent, member(alone, MEDWAY)
    hand_in(alone, leaver("G"))
    case = only(alone)
    plan = notifying.send(kent.gateway, kent.store, OFFICER, case, Saying(MEDWAY), alone.clock())
    (made,) = decisions_of(plan)
    assert (made["outcome"], made["purpose"]) == ("release", "P06"), made
    disclosure = DisclosureId(made["disclosure"])
    (line,) = [one for one in lines(kent, "DisclosureReleased") if one["disclosure"] == disclosure]
    assert line["recipient"] == MEDWAY, "the log names who reads it, not whose shelf it lies on"
    assert states(kent, disclosure).words == "received by their system"
    opened = speaking.opened(kent.gateway, medway, came(alone, medway), alone.clock.on(minutes=5))
    assert opened.document.kind is Kind.NOTICE
    assert states(kent, disclosure).words == "opened by a person"
    assert [title for title, _ in documents.aloud(opened.document)] == ["The message", "Child 1"]
    by = spoken.speaker(kent.gateway, medway, alone.clock.on(minutes=1))
    said = speaking.say(kent.gateway, medway, spoken.done(by, opened), alone.clock())
    assert said.disclosure in {one["disclosure"] for one in lines(kent, "MessageReceived", "TeamSpoke")}
    assert genuine.check(kent.vault, said.receipt.encode(), b"").verdict is genuine.Verdict.GENUINE


def test_an_enquiry_is_answered_by_grade_and_ends_for_both(alone: World) -> None:
    kent, medway = alone.kent, member(alone, MEDWAY)
    disclosure = sent(alone, a_message(alone, Kind.ENQUIRY))
    parcel = came(alone, medway)
    assert refusal_of(lambda: speaking.before(kent.gateway, medway, parcel, alone.clock())) is Code.NOT_FOUND
    opened = speaking.opened(kent.gateway, medway, parcel, alone.clock.on(minutes=1))
    by = spoken.speaker(kent.gateway, medway, alone.clock.on(minutes=1))
    asked = spoken.enquiry(opened)
    assert asked is not None
    above = replying.Answer(asked.reply_wanted + 1)
    assert refusal_of(lambda: spoken.reply(by, opened, above)) is Code.ABOVE_ASKED
    answer = spoken.reply(by, opened, replying.Answer(1, known=True))
    speaking.say(kent.gateway, medway, answer, by.at)
    assert states(kent, disclosure).answered == by.at
    shelf = casework.shelf(kent.gateway, OFFICER)
    assert "Medway" in shelf[0].sender or shelf[0].sender == opened.standing.parcel.reader
    assert lines(kent, "MessageReceived")[-1]["purpose"] == "P07"
    assert lines(kent, "MessageReceived")[-1].get("unagreed") is None
    asking.close(kent.gateway, OFFICER, disclosure, *CLOSED, alone.clock.on(minutes=1))
    assert parcel not in {one.parcel for one in speaking.listed(kent.gateway, kent.store, medway, alone.clock())}
    assert refusal_of(lambda: speaking.opened(kent.gateway, medway, parcel, alone.clock())) is Code.NOT_FOUND
    assert refusal_of(lambda: speaking.before(kent.gateway, medway, parcel, alone.clock())) is Code.SETTLED


def test_saying_the_same_twice_is_saying_it_once(alone: World) -> None:
    kent, medway = alone.kent, member(alone, MEDWAY)
    sent(alone, a_message(alone, Kind.ENQUIRY))
    opened = speaking.opened(kent.gateway, medway, came(alone, medway), alone.clock.on(minutes=1))
    by = spoken.speaker(kent.gateway, medway, alone.clock.on(minutes=1))
    message = spoken.reply(by, opened, replying.Answer(1, known=False))
    first, size = speaking.say(kent.gateway, medway, message, by.at), kent.store.edge().size
    assert speaking.say(kent.gateway, medway, message, by.at) == first
    assert kent.store.edge().size == size


@pytest.mark.parametrize("reason", [None, TransferReason.DOES_NOT_LIVE_HERE])
def test_a_case_is_handed_over_to_a_council_without_a_machine(alone: World, reason: TransferReason | None) -> None:
    kent, medway = alone.kent, member(alone, MEDWAY)
    hand_in(alone, leaver("G"))
    case = only(alone)
    plan = transferring.offer(
        kent.gateway, kent.store, OFFICER, case, MEDWAY, date(2026, 12, 1), "They have a flat there.", alone.clock()
    )
    assert [one["outcome"] for one in decisions_of(plan)] == ["release"]
    opened = speaking.opened(kent.gateway, medway, came(alone, medway), alone.clock.on(minutes=1))
    by = spoken.speaker(kent.gateway, medway, alone.clock.on(minutes=1))
    since = None if reason else date(2026, 12, 1)
    speaking.say(kent.gateway, medway, spoken.transferred(by, opened, since, reason), by.at)
    found = kent.store.case(case)
    assert found is not None
    assert found.state is (CaseState.OPEN if reason else CaseState.TRANSFERRED)


@pytest.mark.parametrize("partner", [MEDWAY, POLICE, MASH])
def test_whoever_has_an_inbox_tells_of_a_child_and_a_case_opens(alone: World, partner: PartnerId) -> None:
    kent, team = alone.kent, member(alone, partner)
    by = spoken.speaker(kent.gateway, team, alone.clock.on(minutes=1))
    upn = Upn("H801200001001")
    child = Told("Zephyr", "Amy", date(2015, 4, 3), "Seen on her own at ten in the morning.", upn)
    said = speaking.say(kent.gateway, team, spoken.told(by, child), by.at)
    (line,) = [one for one in lines(kent, "MessageReceived") if one["disclosure"] == said.disclosure]
    assert line["sender"] == partner
    assert line["kind"] == (Kind.NOTICE if partner == MEDWAY else Kind.REFERRAL)
    assert kent.store.case(only(alone)) is not None
    unknown = replace(child, upn=None, surname="Zabel", no_upn="UN6", born=None if partner != MEDWAY else child.born)
    at = alone.clock.on(minutes=1)
    by = spoken.speaker(kent.gateway, team, at)
    speaking.say(kent.gateway, team, spoken.told(by, unknown), at)


CLOSED = (
    documents.messages.words.ClosureOutcome.ENQUIRIES_EXHAUSTED,
    documents.messages.words.ClosureEvidence.RECORDS_SEARCHED,
)
