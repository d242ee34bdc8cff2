"""A story: school and council enquire together, each sends the other its log, and it stands in the case there."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.core import documents, sample
from gateway.core.agreements import Agreement, Party, Signatory, Status
from gateway.core.documents.messages.handover import JointLog
from gateway.core.documents.messages.parts import OpenIdentity
from gateway.core.documents.messages.tracing import Sought
from gateway.core.documents.messages.words import Side, Step
from gateway.core.errors import Code
from gateway.core.facts import Because, Ending, EntryKind, Role
from gateway.core.partners import PartnerKind
from gateway.core.records import Person
from gateway.core.sample import SampleFile
from gateway.core.terms import CaseId, Kind, LaEstab, PartnerId, PersonId, PurposeCode, Upn
from gateway.flows import byhand, casebook, casework, dispatch, jointly
from tests.flows.test_cases import refusal_of, rows
from tests.flows.watch import FIRST, OFFICER, THEIR_OFFICER, WHY, decisions_of, flag, hand_in, read
from tests.simulator import KENT, LARKMERE, MEDWAY, NUMBERS, World, agreement, rulebook

P08 = PurposeCode("P08")
UPN = Upn("H801200001001")
NOTE = "A neighbour says they left by night."
CHILD = OpenIdentity(upn=UPN, surname="Quillfeather", forename="Ada", dob=date(2015, 3, 2))


def a_case(world: World, home: PartnerId, person: Person, **who: Any) -> CaseId:
    child = Sought(who=replace(CHILD, **who))
    said = {"reason": WHY}
    return byhand.open_case(world.sides[home].gateway, person, home, child, Because.BY_HAND, said, world.clock())[0]


def step(world: World, case: CaseId, side: Side, what: Step, text: str = "", days: int = 1) -> None:
    said = {"text": text or f"{what}: no-answer", "side": side.value, "step": what.value, "result": "no-answer"}
    seen = world.clock() - timedelta(days=days)
    kent = world.kent
    casebook.note(kent.gateway, kent.store, OFFICER, case, EntryKind.STEP, said, world.clock(), seen)


def texts(world: World, home: PartnerId, person: Person, case: CaseId) -> list[str]:
    side = world.sides[home]
    return [one.text for one in casebook.show(side.gateway, side.store, person, case, world.clock()).timeline]


@pytest.fixture
def case(either: World) -> CaseId:
    """A case of Kent's in which both sides have made a step."""
    found = a_case(either, KENT, OFFICER)
    step(either, found, Side.SCHOOL, Step.FIRST_DAY_CALL, days=2)
    step(either, found, Side.COUNCIL, Step.HOME_VISIT, NOTE)
    return found


def enquiring(sender: PartnerId, reader: PartnerId) -> Agreement:
    """Under which a school and its council tell each other what they enquired, one way."""
    purpose = rulebook().purposes[P08]
    power = next(one for one in purpose.powers if (PartnerKind.COUNCIL in one.disclosers) is (sender == KENT))
    signed = tuple(Signatory(Party(one), "director", date(2026, 9, 1)) for one in (sender, reader))
    return agreement(
        name=f"enquiring-{sender}",
        purposes=((P08, purpose.usual(power)),),
        items=purpose.items,
        senders=(Party(sender),),
        recipients=(Party(reader),),
        signatories=signed,
    )


def send(world: World, case: CaseId, to: PartnerId, person: Person = OFFICER) -> dict[str, Any]:
    plan = jointly.send(world.kent.gateway, world.kent.store, person, case, to, world.clock.on(minutes=1))
    return decisions_of(plan)[0]


def test_what_one_council_enquired_stands_in_the_case_of_the_other(either: World, case: CaseId) -> None:
    theirs = a_case(either, MEDWAY, THEIR_OFFICER)
    one = send(either, case, MEDWAY)
    assert (one["outcome"], one["purpose"]) == ("release", "P06")
    either.clock.on(minutes=1)
    assert dispatch.send_due(either.kent.gateway)
    told = texts(either, MEDWAY, THEIR_OFFICER, theirs)[-1]
    assert "2026-11-01 school: first day call, no answer; 2026-11-02 council: home visit, no answer" in told
    assert NOTE in told and "first-day-call: no-answer" not in told, "a note is what somebody wrote"
    assert texts(either, KENT, OFFICER, case)[-1] == "Joint enquiries sent: 2 steps."
    (sent,) = [one for one in either.kent.store.entries(case) if one.kind is EntryKind.SENT]
    (came,) = [one for one in either.medway.store.entries(theirs) if one.disclosure == sent.disclosure]
    assert came.kind is EntryKind.RECEIVED and sent.disclosure == one["disclosure"]
    for side in either.sides.values():
        assert NOTE.encode() not in b"\n".join(side.store.lines())


def test_a_school_that_agreed_collects_the_log_from_its_inbox(either: World, case: CaseId) -> None:
    assert send(either, case, LARKMERE)["outcome"] == "refuse", "nobody agreed to it"
    either.adopt(enquiring(KENT, LARKMERE))
    one = send(either, case, LARKMERE)
    assert (one["outcome"], one["purpose"]) == ("release", "P08")
    reader = Person(PersonId("l.read"), Role.SCHOOL_READER, LARKMERE)
    (lies,) = casework.shelf(either.kent.gateway, reader)
    name, content = casework.collect(either.kent.gateway, reader, lies.parcel, either.clock())
    message = documents.value(read(SampleFile(name, content)))
    assert isinstance(message, JointLog) and [one.by for one in message.records[0].steps] == list(Side)
    assert message.records[0].steps[1].note == NOTE and message.heading.case == case


def test_a_log_that_may_not_go_is_not_sent_and_stands_nowhere(either: World, case: CaseId) -> None:
    theirs = a_case(either, MEDWAY, THEIR_OFFICER)
    either.adopt(agreement(status=Status.WITHDRAWN))
    assert send(either, case, MEDWAY)["outcome"] == "refuse"
    assert not dispatch.send_due(either.kent.gateway) and len(texts(either, MEDWAY, THEIR_OFFICER, theirs)) == 1
    assert not [one for one in either.kent.store.entries(case) if one.kind is EntryKind.SENT]


def test_the_log_of_a_guarded_child_waits_for_two_people(either: World, case: CaseId) -> None:
    flag(either, from_school(either))
    assert refusal_of(lambda: send(either, case, MEDWAY)) is Code.SAFEGUARDING_ONLY
    assert send(either, case, MEDWAY, FIRST)["outcome"] == "hold" and not dispatch.send_due(either.kent.gateway)


def test_a_log_goes_to_a_school_or_another_council_and_only_where_steps_were_made(either: World, case: CaseId) -> None:
    for nobody in (KENT, PartnerId("council-886-csc"), PartnerId("school-0000000")):
        assert refusal_of(lambda to=nobody: send(either, case, to)) is Code.NO_RECIPIENT  # type: ignore[misc]
    bare = a_case(either, KENT, OFFICER, upn=None, surname="Thistlewood")
    assert refusal_of(lambda: send(either, bare, MEDWAY)) is Code.CASE_STEP
    assert refusal_of(lambda: send(either, case, MEDWAY, THEIR_OFFICER)) is Code.ANOTHER_HOME


# -- what comes -------------------------------------------------------------------------------------------------------


def from_school(world: World, **who: Any) -> SampleFile:
    made = sample.message(Kind.JOINT_LOG, 1, NUMBERS[LARKMERE], LaEstab("886LLLL"), world.clock().replace(tzinfo=None))
    message = documents.value(read(made))
    assert isinstance(message, JointLog)
    (one,) = message.records
    known = replace(one.who, **{"upn": UPN, "upn_unknown": "", **who})
    mine = replace(message, records=(replace(one, who=known),), cover=None)
    return SampleFile(str(documents.file_name(mine)), documents.write(mine))


def test_a_schools_log_stands_in_the_case_at_its_council_where_they_agreed(either: World, case: CaseId) -> None:
    before = texts(either, KENT, OFFICER, case)
    either.clock.on(minutes=1)
    hand_in(either, from_school(either))
    assert texts(either, KENT, OFFICER, case) == before, "nobody agreed to it"
    either.adopt(enquiring(LARKMERE, KENT))
    either.clock.on(minutes=1)
    plan = hand_in(either, from_school(either))
    assert decisions_of(plan)[0]["outcome"] == "release", plan.answer
    *same, told = texts(either, KENT, OFFICER, case)
    assert same == before and told.startswith("Joint enquiries, as they came: 2026-") and "home visit" in told


def test_a_log_of_another_child_or_of_one_without_a_case_opens_none(either: World, case: CaseId) -> None:
    either.adopt(enquiring(LARKMERE, KENT))
    before = texts(either, KENT, OFFICER, case)
    hand_in(either, from_school(either, upn=Upn("X801200001002"), surname=CHILD.surname, forename=CHILD.forename))
    hand_in(either, from_school(either, upn=None, upn_unknown="UN3"))
    assert texts(either, KENT, OFFICER, case) == before and len(rows(either)) == 1


def test_a_log_comes_to_the_case_that_goes_on_even_when_it_was_closed(either: World, case: CaseId) -> None:
    either.adopt(enquiring(LARKMERE, KENT))
    kent = either.kent
    other = a_case(either, KENT, OFFICER, upn=None)
    casebook.merge(kent.gateway, kent.store, OFFICER, case, other, WHY, either.clock())
    casebook.close(kent.gateway, kent.store, OFFICER, other, Ending.OVER_AGE, {"day": "2026-10-01"}, either.clock())
    either.clock.on(minutes=1)
    hand_in(either, from_school(either))
    assert [one.kind for one in kent.store.entries(other)][-1] is EntryKind.RECEIVED
    assert texts(either, KENT, OFFICER, other)[-1].startswith("Joint enquiries")
