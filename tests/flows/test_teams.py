"""A team without a machine: what comes for it, what it answers and tells, with the log of a partner that has one."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial

import pytest

from gateway.core import documents, partners, sample
from gateway.core.cases import CaseState
from gateway.core.documents.messages.words import ClosureEvidence, ClosureOutcome, RefusalReason, TransferReason
from gateway.core.errors import Code, Fault, Reason, Refusal
from gateway.core.facts import NoticeAnswer, RecallOutcome, RecallReason, RightsKind, Role, TaskKind
from gateway.core.law import Paper, Stated
from gateway.core.partners import Channel, Partner, PartnerKind, Phone
from gateway.core.records import Person, Record
from gateway.core.reminders import Letter
from gateway.core.terms import (
    Basis,
    DisclosureId,
    Kind,
    LaEstab,
    Outcome,
    ParcelId,
    PartnerId,
    Period,
    PersonId,
    PurposeCode,
    Upn,
)
from gateway.flows import (
    asking,
    casework,
    genuine,
    holds,
    inviting,
    notifying,
    recalling,
    replying,
    speaking,
    spoken,
    transferring,
    uncollected,
    wording,
)
from gateway.flows.inviting import Post
from gateway.flows.notifying import Saying
from gateway.flows.rights import requests, telling
from gateway.flows.situations import Extra
from gateway.flows.spoken import Told
from tests.flows import test_rights_chased as rights
from tests.flows.asked import a_message, sealed, sent, states
from tests.flows.test_cases import leaver, only
from tests.flows.test_never_arrived import agreed
from tests.flows.watch import FIRST, OFFICER, SCHOOL, SECOND, WHY, decisions_of, flag, hand_in, lines
from tests.simulator import KENT, MEDWAY, World, agreement, rulebook
from tests.teams import BOXES, MASH, NO_MAIL, POLICE, member, one_gateway, stranger

CLOSED = (ClosureOutcome.ENQUIRIES_EXHAUSTED, ClosureEvidence.RECORDS_SEARCHED)


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
    assert states(kent, disclosure).words == "laid in their inbox"
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


def test_a_check_is_answered_from_its_closed_list(alone: World) -> None:
    kent, medway = alone.kent, member(alone, MEDWAY)
    stated = Stated(Basis.A6E, papers=((Paper.LEGAL_OPINION, "lo-2026-7"),))
    p25 = PurposeCode("P25")
    items = rulebook().purposes[p25].items
    alone.adopt(agreement(name="kent-medway-checks", purposes=((p25, stated),), items=items))
    made = sample.message(Kind.CHECK, 1, LaEstab("886LLLL"), LaEstab("887LLLL"), alone.clock().replace(tzinfo=None))
    plan = casework.send(kent.gateway, KENT, made.name, made.content, alone.clock(), extra=Extra(OFFICER))
    assert [one["outcome"] for one in decisions_of(plan)] == ["release"], plan.answer
    opened = speaking.opened(kent.gateway, medway, came(alone, medway), alone.clock.on(minutes=1))
    found = spoken.check(opened)
    assert found is not None
    assert [str(one) for one in spoken.options(found)] == ["match", "no-match", "not-held"]
    by = spoken.speaker(kent.gateway, medway, alone.clock.on(minutes=1))
    for wrong in ({}, {1: "registered"}, {2: "match"}):
        assert refusal_of(partial(spoken.checked, by, opened, wrong)) is Code.NOT_FOUND
    speaking.say(kent.gateway, medway, spoken.checked(by, opened, {1: "match"}), by.at)
    (line,) = lines(kent, "MessageReceived")
    assert (line["kind"], line["purpose"], line["sender"]) == (Kind.CHECK_ANSWER, "P25", MEDWAY)


def test_our_own_team_answers_without_a_boundary_between_two_controllers(alone: World) -> None:
    kent, mash = alone.kent, member(alone, MASH)
    agreed(alone, "mash", "P09", "apd-safeguarding")
    hand_in(alone, leaver("G"))
    child = documents.rested(kent.vault.open_kept(kent.store.case(only(alone)).kept))  # type: ignore[union-attr]
    home = kent.store.register().directory.get(KENT)
    message = wording.concern(child, "c-1", "She was seen with a bruise.", home, "mash", alone.clock())
    plan = casework.send(
        kent.gateway, KENT, sealed(message).name, sealed(message).content, alone.clock(), extra=Extra(OFFICER)
    )
    assert [one["outcome"] for one in decisions_of(plan)] == ["release"], plan.answer
    opened = speaking.opened(kent.gateway, mash, came(alone, mash), alone.clock.on(minutes=1))
    by = spoken.speaker(kent.gateway, mash, alone.clock.on(minutes=1))
    speaking.say(kent.gateway, mash, spoken.done(by, opened), by.at)
    (line,) = lines(kent, "MessageReceived")
    assert (line["kind"], line.get("unagreed")) == (Kind.ACKNOWLEDGEMENT, None)


def test_a_correction_and_a_recall_reach_a_team_and_its_answers_stand_beside_them(alone: World) -> None:
    kent, medway = alone.kent, member(alone, MEDWAY)
    disclosure = sent(alone, a_message(alone, Kind.NOTICE))
    speaking.opened(kent.gateway, medway, came(alone, medway), alone.clock.on(minutes=1))
    found = kent.store.recall_of(disclosure)
    assert found is None
    governance = Person(PersonId("g.lowe"), Role.GOVERNANCE, KENT)
    recalling.recall(
        kent.gateway,
        kent.store,
        governance,
        disclosure,
        RecallReason.WRONG_CHILD,
        "It is about her sister.",
        alone.clock.on(minutes=1),
    )
    opened = speaking.opened(kent.gateway, medway, came(alone, medway), alone.clock.on(minutes=1))
    assert opened.document.kind is Kind.RECALL
    by = spoken.speaker(kent.gateway, medway, alone.clock.on(minutes=1))
    speaking.say(kent.gateway, medway, spoken.recalled(by, opened, RecallOutcome.DELETED, None), by.at)
    answered = kent.store.recall_of(disclosure)
    assert answered is not None
    assert (answered.partner, answered.outcome) == (MEDWAY, RecallOutcome.DELETED)


def test_nobody_reads_or_answers_what_is_of_another(alone: World) -> None:
    kent, medway = alone.kent, member(alone, MEDWAY)
    sent(alone, a_message(alone, Kind.ENQUIRY))
    parcel, size = came(alone, medway), kent.store.edge().size
    for other in (member(alone, POLICE), member(alone, MASH)):
        size = kent.store.edge().size
        assert speaking.listed(kent.gateway, kent.store, other, alone.clock()) == []
        assert refusal_of(partial(speaking.opened, kent.gateway, other, parcel, alone.clock())) is Code.NOT_FOUND
        assert refusal_of(partial(speaking.before, kent.gateway, other, parcel, alone.clock())) is Code.NOT_FOUND
    for other in (OFFICER, SCHOOL, stranger(KENT), stranger(MEDWAY, Role.OFFICER), stranger(PartnerId("council-201"))):
        assert refusal_of(partial(speaking.listed, kent.gateway, kent.store, other, alone.clock())) is Code.NOT_ALLOWED
        assert refusal_of(partial(speaking.partner_of, kent.gateway, other, alone.clock())) is Code.NOT_ALLOWED
    assert kent.store.edge().size == size
    medways = replace(
        kent.store.register().directory.get(MEDWAY), in_effect=Period(date(2020, 1, 1), date(2026, 11, 2))
    )
    kent.store.enlist([medways], Record(()))
    assert refusal_of(partial(speaking.partner_of, kent.gateway, medway, alone.clock())) is Code.NOT_ENROLLED


def test_an_officer_sends_nothing_in_the_name_of_a_council_that_is_served_here(alone: World) -> None:
    made = sample.notice(1, LaEstab("887LLLL"), LaEstab("886LLLL"), alone.clock().replace(tzinfo=None), 1)
    plan = casework.send(alone.kent.gateway, KENT, made.name, made.content, alone.clock(), extra=Extra(OFFICER))
    assert plan.refusal is Code.NOT_YOUR_FILE


def test_what_nobody_opens_expires_and_can_be_laid_there_again(alone: World) -> None:
    kent, medway = alone.kent, member(alone, MEDWAY)
    sent(alone, a_message(alone, Kind.NOTICE))
    parcel = came(alone, medway)
    assert uncollected.sweep(kent.gateway, kent.store, alone.clock.on(days=90)) == 1
    assert refusal_of(partial(speaking.opened, kent.gateway, medway, parcel, alone.clock())) is Code.EXPIRED
    assert TaskKind.UNCOLLECTED in {one.kind for one in kent.store.tasks([KENT])}
    uncollected.lay_again(kent.gateway, OFFICER, parcel, alone.clock())
    assert speaking.opened(kent.gateway, medway, parcel, alone.clock()).document.kind is Kind.NOTICE


def test_a_team_is_invited_at_the_address_of_its_record_and_hears_there_what_waits(alone: World) -> None:
    kent, box = alone.kent, Box()
    post = Post(box, "https://g.example")
    assert inviting.invite(kent.gateway, kent.store, MEDWAY, post, alone.clock()) == ""
    assert inviting.tell(kent.gateway, kent.store, post, alone.clock()) == 0
    sent(alone, a_message(alone, Kind.NOTICE))
    told = [inviting.tell(kent.gateway, kent.store, post, alone.clock.on(days=days)) for days in (0, 0, 4, 1, 0, 15, 9)]
    assert told == [1, 0, 0, 1, 0, 1, 0]
    assert {one.to for one in box.letters} == {BOXES[MEDWAY]}
    assert len(box.letters) == 4
    assert [one["time"] for one in lines(kent, "TeamTold")] == [1, 2, 3]
    for letter in box.letters:
        assert not re.search(r"Medway|Kent|council-|P0[0-9]|[A-Z][0-9]{11}", letter.subject + letter.text)
        assert re.search(r"https://g\.example/link/\S+", letter.text)
    box.fails = True
    sent(alone, a_message(alone, Kind.ENQUIRY))
    with pytest.raises(Fault):
        inviting.tell(kent.gateway, kent.store, post, alone.clock())


def test_a_new_address_counts_when_two_people_have_confirmed_it(alone: World) -> None:
    kent, team = alone.kent, member(alone, POLICE)
    before = kent.store.register().directory.get(POLICE)
    thief = replace(before, endpoint="mailto:thief@evil.example")
    after = partners.received(before, thief, alone.clock(), vouched=False)
    assert (after.mail, after.awaiting.address if after.awaiting else "") == (before.mail, thief.endpoint)
    kent.store.enlist([after], Record(()))
    assert inviting.addresses(kent.gateway, kent.store, alone.clock()) == {team.id: BOXES[POLICE]}
    first = partners.confirmed(after, PersonId("a.shah"), Phone("01622 690690"))
    assert first.mail == before.mail
    with pytest.raises(Refusal):
        partners.confirmed(first, PersonId("a.shah"), Phone("01622 690690"))
    assert partners.confirmed(first, PersonId("g.lowe"), Phone("01622 690690")).mail == "thief@evil.example"
    assert partners.received(None, before, alone.clock(), vouched=False).mail == "", (
        "nor does the first one before that"
    )


@pytest.mark.parametrize(
    ("partner", "code"),
    [
        (PartnerId("nobody-here"), Code.NOT_FOUND),
        (PartnerId("council-201"), Code.NOT_ALLOWED),
        (PartnerId("school-8864321"), Code.NOT_ALLOWED),
        (PartnerId("council-886-cme"), Code.NO_CONTACT),
    ],
)
def test_nobody_is_invited_without_an_inbox_and_an_address_that_counts(
    alone: World, partner: PartnerId, code: Code
) -> None:
    kent = alone.kent
    assert refusal_of(partial(inviting.invite, kent.gateway, kent.store, partner, NO_MAIL, alone.clock())) is code
    assert lines(kent, "PersonAdded", "LinkIssued") == []


@pytest.mark.parametrize(
    "wrong",
    [
        "mailto:",
        "mailto:a b@c.example",
        "mailto:a@b",
        "mailto:a@b.example,c@d.example",
        "mailto:a@b.example?cc=x@y.example",
    ],
)
def test_an_address_of_a_team_is_one_mailbox(wrong: str) -> None:
    with pytest.raises(ValueError, match="mailbox"):
        Partner(POLICE, PartnerKind.POLICE, "Police", Period(date(2026, 1, 1)), Channel.INBOX, endpoint=wrong)
    with pytest.raises(ValueError, match="mailbox"):
        Partner(
            POLICE, PartnerKind.POLICE, "Police", Period(date(2026, 1, 1)), Channel.AS4, endpoint="mailto:a@b.example"
        )


@pytest.mark.parametrize(
    ("reason", "answer"),
    [
        (None, NoticeAnswer.ACKNOWLEDGED),
        (RefusalReason.UNKNOWN_CHILD, NoticeAnswer.IMPOSSIBLE),
        (RefusalReason.NO_POWER, NoticeAnswer.REFUSED),
    ],
)
def test_a_correction_reaches_a_team_and_its_answer_stands_at_the_request(
    alone: World, reason: RefusalReason | None, answer: NoticeAnswer
) -> None:
    kent, medway = alone.kent, member(alone, MEDWAY)
    made = sample.notice(7, LaEstab("886LLLL"), LaEstab("887LLLL"), alone.clock().replace(tzinfo=None), 7)
    rights.sent(kent, made, OFFICER, alone.clock())
    speaking.opened(kent.gateway, medway, came(alone, medway), alone.clock.on(minutes=1))
    wish = rights.asked(
        kent, made, RightsKind.RECTIFICATION, item=rights.WRONG, wrong_since=date(2026, 9, 1), correction=rights.RIGHT
    )
    request = requests.open_request(kent.gateway, OFFICER, wish, alone.clock())
    rights.granted(alone, request)
    (told,) = telling.send(kent.gateway, kent.store, rights.GOVERNANCE, request, alone.clock())
    assert (told.reader, told.outcome, told.answer) == (MEDWAY, Outcome.RELEASE, None)
    opened = speaking.opened(kent.gateway, medway, came(alone, medway), alone.clock.on(minutes=1))
    assert opened.document.kind is Kind.RIGHTS
    by = spoken.speaker(kent.gateway, medway, alone.clock.on(minutes=1))
    message = spoken.done(by, opened) if reason is None else spoken.declined(by, opened, reason)
    speaking.say(kent.gateway, medway, message, by.at)
    (after,) = kent.store.rights_notices(request)
    assert after.answer is answer


def test_a_request_for_a_file_is_opened_and_declined_with_its_reason(alone: World) -> None:
    kent, medway = alone.kent, member(alone, MEDWAY)
    made = sample.message(Kind.REQUEST, 1, LaEstab("886LLLL"), LaEstab("887LLLL"), alone.clock().replace(tzinfo=None))
    plan = casework.send(kent.gateway, KENT, made.name, made.content, alone.clock(), extra=Extra(OFFICER))
    assert [one["outcome"] for one in decisions_of(plan)] == ["release"], plan.answer
    opened = speaking.opened(kent.gateway, medway, came(alone, medway), alone.clock.on(minutes=1))
    by = spoken.speaker(kent.gateway, medway, alone.clock.on(minutes=1))
    speaking.say(kent.gateway, medway, spoken.declined(by, opened, RefusalReason.UNKNOWN_CHILD), by.at)
    (line,) = lines(kent, "MessageReceived")
    assert (line["kind"], line["purpose"]) == (Kind.REFUSAL, "P07")


@pytest.mark.parametrize("kind", ["reply", "checked", "transferred", "recalled"])
def test_what_does_not_answer_what_came_is_refused(alone: World, kind: str) -> None:
    kent, medway = alone.kent, member(alone, MEDWAY)
    sent(alone, a_message(alone, Kind.NOTICE))
    opened = speaking.opened(kent.gateway, medway, came(alone, medway), alone.clock.on(minutes=1))
    by = spoken.speaker(kent.gateway, medway, alone.clock())
    said = {
        "reply": lambda: spoken.reply(by, opened, replying.Answer(1, known=True)),
        "checked": lambda: spoken.checked(by, opened, {1: "match"}),
        "transferred": lambda: spoken.transferred(by, opened, date(2026, 12, 1), None),
        "recalled": lambda: spoken.recalled(by, opened, RecallOutcome.DELETED, None),
    }
    assert refusal_of(said[kind]) is Code.NOT_FOUND


def test_a_guarded_child_goes_to_an_outside_inbox_with_the_marker(alone: World) -> None:
    """As to a partner's machine: it leaves our own house, though it lies on our shelf."""
    kent, medway = alone.kent, member(alone, MEDWAY)
    made = sample.notice(3, LaEstab("886LLLL"), LaEstab("887LLLL"), alone.clock().replace(tzinfo=None), 3)
    flag(alone, made)
    plan = casework.send(kent.gateway, KENT, made.name, made.content, alone.clock(), extra=Extra(OFFICER))
    (one,) = decisions_of(plan)
    assert one["outcome"] == "hold"
    for person in (FIRST, SECOND):
        holds.release(kent.gateway, kent.store, person, DisclosureId(one["disclosure"]), WHY, alone.clock.on(minutes=1))
    row = speaking.listed(kent.gateway, kent.store, medway, alone.clock())[0]
    assert "before you contact the family" in row.words
    opened = speaking.opened(kent.gateway, medway, row.parcel, alone.clock.on(minutes=1))
    assert documents.marker_of(opened.document) is not None


@dataclass
class Box:
    """Takes letters, and fails on demand."""

    letters: list[Letter] = field(default_factory=list)
    fails: bool = False

    def send(self, letter: Letter, _at: datetime) -> None:
        if self.fails:
            raise Fault(Reason.MAIL)
        self.letters.append(letter)
