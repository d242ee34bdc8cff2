"""Somebody asks for what is kept about a child: identity, responsibility, the copy, and who was told."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.core import documents, law, rights, sample
from gateway.core.documents import Verdict
from gateway.core.documents.messages.parts import OpenIdentity
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Asker, EntryKind, RightsKind, RightsStep, Role, TaskKind
from gateway.core.law.words import Exemption
from gateway.core.records import Person
from gateway.core.rights import Answer, State
from gateway.core.sample import SampleFile
from gateway.core.terms import Flag, Kind, LaEstab, PersonId, RequestId
from gateway.flows import casebook, casework, children, flagging
from gateway.flows.rights import answering, granting, requests
from gateway.flows.rights.requests import Asked, Case
from gateway.flows.situations import Extra
from tests.flows.asked import a_message, about, sealed
from tests.flows.test_cases import leaver, only
from tests.flows.watch import FIRST, OFFICER, SECOND, flag, hand_in, lines, read, values
from tests.simulator import KENT, MEDWAY, NOON, TIDEWAY, World, leavers

GOVERNANCE = Person(PersonId("g.lowe"), Role.GOVERNANCE, KENT)
OPERATOR = Person(PersonId("o.perator"), Role.OPERATOR, KENT)
WHY = "She showed her passport at the desk in Maidstone."
NEWS = (b"Medway", b"School school-8874123", b"8874123", b"887", MEDWAY.encode(), TIDEWAY.encode())
"""What tells where the child went."""


def known(world: World) -> SampleFile:
    """Kent keeps a transfer file about a child of ten, and a notice about it; both went to Medway."""
    made = leavers(pupils=1, seed=5)
    world.upload(made.content, made.name)
    return made


def opened(world: World, made: SampleFile, asker: Asker = Asker.PARENT, **more: Any) -> RequestId:
    handles = children.handles(read(made), world.kent.vault.blind)[1]
    kind = more.pop("kind", RightsKind.ACCESS)
    wish = Asked(KENT, kind, asker, handles, label="one of Larkmere's", **{"who": "", **more})
    return requests.open_request(world.kent.gateway, OFFICER, wish, world.clock())


def step(world: World, request: RequestId, what: RightsStep, person: Person = OFFICER) -> Case:
    return requests.step(world.kent.gateway, world.kent.store, person, request, what, WHY, world.clock())


def answer(world: World, request: RequestId, exempt: Mapping[str, Exemption] | None = None) -> Answer:
    return answering.answer(
        world.kent.gateway, world.kent.store, OFFICER, request, world.clock(), exempt or {}, without_child=True
    )


def shown(world: World, request: RequestId) -> None:
    """Identity and responsibility are there."""
    step(world, request, RightsStep.IDENTITY_SHOWN)
    step(world, request, RightsStep.RESPONSIBILITY_SHOWN, FIRST)


def pages(made: Answer) -> bytes:
    """Everything that can be fetched of an answer."""
    return rights.as_json(made) + rights.as_text(made, {}).encode() + rights.as_page(made, {}).encode()


def refusal_of(act: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


# -- a parent without parental responsibility -------------------------------------------------------------------------


def test_a_parent_without_responsibility_is_paused_for_evidence_and_refused_with_a_reason(world: World) -> None:
    made = known(world)
    request = opened(world, made, who="Some Body")
    assert refusal_of(lambda: answer(world, request)) is Code.RESPONSIBILITY_WANTED
    step(world, request, RightsStep.IDENTITY_SHOWN)
    assert refusal_of(lambda: answer(world, request)) is Code.RESPONSIBILITY_WANTED
    paused = step(world, request, RightsStep.RESPONSIBILITY_ASKED)
    assert (paused.stands.state, paused.stands.due) == (State.PAUSED, None), "the clock stands still"
    world.clock.on(days=9)
    grant = lambda: granting.grant(  # noqa: E731
        world.kent.gateway, world.kent.store, GOVERNANCE, request, WHY, world.clock()
    )
    assert refusal_of(grant) is Code.RESPONSIBILITY_WANTED
    assert refusal_of(lambda: step(world, request, RightsStep.REFUSED)) is Code.NOT_ALLOWED, "an officer records"
    over = step(world, request, RightsStep.REFUSED, GOVERNANCE)
    assert over.stands.state is State.REFUSED
    assert refusal_of(lambda: step(world, request, RightsStep.IDENTITY_SHOWN)) is Code.RIGHTS_STEP
    assert lines(world.kent, "RightsReported") == [], "nothing was put together for anybody"
    assert world.kent.store.tasks_about(request) == []
    said = b"\n".join(world.kent.store.lines())
    assert WHY.encode() not in said and b"Some Body" not in said and OFFICER.id.encode() not in said


def test_a_court_order_takes_a_safeguarding_officer_to_say_that_responsibility_is_there(world: World) -> None:
    made = known(world)
    flag(world, made, 1, Flag.RESTRICTED_RESPONSIBILITY)
    request = opened(world, made)
    step(world, request, RightsStep.IDENTITY_SHOWN)
    say = RightsStep.RESPONSIBILITY_SHOWN
    assert refusal_of(lambda: step(world, request, say)) is Code.SAFEGUARDING_ONLY
    assert step(world, request, say, FIRST).stands.responsibility


def test_a_child_old_enough_is_asked_before_a_parent_is_answered(world: World) -> None:
    made = known(world)
    request = opened(world, made)
    shown(world, request)
    gateway, store = world.kent.gateway, world.kent.store

    def grant(age: int, *, without: bool = False) -> Case:
        return granting.grant(gateway, store, GOVERNANCE, request, WHY, world.clock(), age, without_child=without)

    assert refusal_of(lambda: grant(1)) is Code.CHILD_TO_ASK
    step(world, request, RightsStep.CHILD_AGREED)
    assert grant(1).stands.state is State.ANSWERED


def test_a_young_child_who_asks_itself_waits_until_somebody_judged_that_it_understands(world: World) -> None:
    made = known(world)
    request = opened(world, made, Asker.CHILD)
    step(world, request, RightsStep.IDENTITY_SHOWN)
    assert refusal_of(lambda: answer(world, request)) is Code.COMPETENCE_WANTED

    def grant(age: int) -> Case:
        gateway, store = world.kent.gateway, world.kent.store
        return granting.grant(gateway, store, GOVERNANCE, request, WHY, world.clock(), age)

    assert refusal_of(lambda: grant(99)) is Code.COMPETENCE_WANTED
    judged = step(world, request, RightsStep.COMPETENCE_JUDGED)
    (said,) = [one for one in judged.steps if one.step is RightsStep.COMPETENCE_JUDGED]
    assert (said.by, said.at, requests.reason_of(world.kent.gateway, said)) == (OFFICER.id, world.clock(), WHY)
    (line,) = [one for one in lines(world.kent, "RightsStepTaken") if one["step"] == "competence-judged"]
    assert line["by"] and line["reason"] and WHY not in str(line)
    assert answer(world, request).documents
    assert grant(99).stands.state is State.ANSWERED


def test_a_child_who_is_old_enough_asks_for_itself(world: World) -> None:
    made = known(world)
    request = opened(world, made, Asker.CHILD)
    step(world, request, RightsStep.IDENTITY_SHOWN)
    done = granting.grant(world.kent.gateway, world.kent.store, GOVERNANCE, request, WHY, world.clock(), 1)
    assert done.stands.state is State.ANSWERED and not done.stands.competent


# -- the answer -------------------------------------------------------------------------------------------------------


def test_the_answer_is_the_copy_beside_the_actual_recipients(world: World) -> None:
    made = known(world)
    request = opened(world, made)
    shown(world, request)
    told = answer(world, request)
    assert {one.recipient for one in told.lines} == {"School school-8874123"}
    (one,) = told.documents
    said = {str(part.item): part.value for part in one.shown if part.why is None}
    assert said["UPN"].encode() == values(made.content, "UPN")[0]
    assert "Address/PostCode" in said, "the child's own address is its own"
    gone = {part.item for part in one.shown if part.why is Exemption.X16}
    assert any(item.startswith("Contacts/Contact/") for item in gone), "where a contact lives is the contact's"
    assert not [item for item in gone if not item.startswith("Contacts/")]
    (line,) = lines(world.kent, "RightsReported")
    assert (line["documents"], line["disclosures"], line["masked"]) == (1, 1, False)
    assert line["exemptions"] == ["X16"]
    assert "Contacts/Contact/Phones/Phone/PhoneNo" in gone


def test_an_exempt_item_is_a_marked_line_with_its_reason_and_immigration_cannot_be_chosen(world: World) -> None:
    made = known(world)
    request = opened(world, made)
    shown(world, request)
    told = answer(world, request, {"Address": rights.usable("X3S")})
    text = rights.as_text(told, law.names(world.kent.gateway.rulebook.classes))
    assert "address: post code: [left out: X3S]" in text
    assert "serious harm (Schedule 3 part 3)" in text
    assert values(made.content, "PostCode")[0] not in pages(told)
    with pytest.raises(ValueError, match="Secretary of State"):
        rights.usable("X4")


def test_for_a_flagged_child_it_says_your_council_until_two_people_let_more_go(world: World) -> None:
    made = known(world)
    request = opened(world, made)
    shown(world, request)
    open_answer = pages(answer(world, request))
    assert b"8874123" in open_answer
    flag(world, made)
    closed = answer(world, request)
    content = pages(closed)
    assert {one.recipient for one in closed.lines} == {"your council"}
    assert not [one for one in NEWS if one in content]
    assert not [one for one in values(made.content, "PostCode", "PhoneNo", "Street", "Town") if one in content]
    assert values(made.content, "UPN")[0] in content
    assert refusal_of(lambda: portable(world, request)) is Code.FLAGGED, "its header names both schools"
    step(world, request, RightsStep.RELEASE_SIGNED, FIRST)
    assert not [one for one in NEWS if one in pages(answer(world, request))], "one of two is nobody"
    step(world, request, RightsStep.RELEASE_SIGNED, SECOND)
    assert b"8874123" in pages(answer(world, request))


def test_a_flag_by_a_name_that_came_after_the_request_hides_it_too(world: World) -> None:
    """Somebody asked by the number; the child has been sent on since, and a message without a number brings the flag."""
    made = leavers(pupils=1, seed=5)
    number = children.handle(f"upn:{documents.identities(read(made))[1].upn}", world.kent.vault.blind)
    wish = Asked(KENT, RightsKind.ACCESS, Asker.PARENT, world.kent.store.handles_with(number) or (number,), who="")
    request = requests.open_request(world.kent.gateway, OFFICER, wish, world.clock())
    shown(world, request)
    world.upload(made.content, made.name)
    assert b"8874123" in pages(answer(world, request))
    flag(world, numberless(world, made))
    assert not [one for one in NEWS if one in pages(answer(world, request))]


def numberless(world: World, made: SampleFile) -> SampleFile:
    """A message about the same child that gives no number."""
    known = documents.identities(read(made))[1]
    (surname, forename), *_ = known.names
    who = OpenIdentity(surname=surname.title(), forename=forename.title(), dob=known.born)
    return sealed(about(a_message(world, Kind.ENQUIRY), who))


@pytest.mark.parametrize("hidden", [Flag.ADOPTED_IDENTITY, Flag.PROTECTED_PERSON])
def test_a_new_identity_is_not_in_it_at_all(world: World, hidden: Flag) -> None:
    made = known(world)
    flag(world, made, 1, hidden)
    request = opened(world, made)
    shown(world, request)
    content = pages(answer(world, request))
    assert not [one for one in values(made.content, "UPN", "Surname", "Forename", "DOB") if one in content]


def test_purposes_that_name_police_or_social_care_are_not_told_of_a_flagged_child(world: World) -> None:
    assert {"P09", "P12", "P13"}.isdisjoint(answering.MOST_WHY)


def test_who_told_us_and_other_families_are_left_out(world: World) -> None:
    made = sample.notice(7, LaEstab("886LLLL"), LaEstab("887LLLL"), NOON.replace(tzinfo=None), 7)
    casework.send(world.kent.gateway, KENT, made.name, made.content, world.clock(), extra=Extra(OFFICER))
    request = opened(world, made, who="Shirin Haddadin")
    shown(world, request)
    (one,) = answer(world, request).documents
    phones = [part for part in one.shown if part.item == "Contacts/Contact/Phones/Phone/PhoneNo"]
    assert [part.why for part in phones[:2]] == [None, None], "her own"
    assert {part.why for part in phones[2:]} == {Exemption.X16}, "the other parent's"
    assert {part.why for part in one.shown if part.item.startswith("Siblings")} == {Exemption.X16}


def portable(world: World, request: RequestId) -> tuple[str, bytes] | None:
    return answering.portable(world.kent.gateway, world.kent.store, OFFICER, request, world.clock())


def test_what_case_files_hold_is_in_the_copy_unless_it_is_left_out_or_the_child_guarded(world: World) -> None:
    made = leaver("G")
    hand_in(world, made)
    casebook.note(
        world.kent.gateway, world.kent.store, OFFICER, only(world), EntryKind.FACT, {"text": "The flat is empty."}, NOON
    )
    request = opened(world, made)
    shown(world, request)
    assert b"The flat is empty." in pages(answer(world, request))
    left = answer(world, request, {"Note": Exemption.X3S})
    assert b"The flat is empty." not in pages(left) and left.left_out[Exemption.X3S] > 0
    flag(world, made)
    assert b"The flat is empty." not in pages(answer(world, request))


def test_the_portable_copy_is_a_transfer_file_that_is_valid_and_holds_nobody_else(world: World) -> None:
    made = leavers(pupils=3, seed=5)
    world.upload(made.content, made.name)
    request = opened(world, made, Asker.CHILD, kind=RightsKind.PORTABLE_COPY)
    step(world, request, RightsStep.IDENTITY_SHOWN)
    step(world, request, RightsStep.COMPETENCE_JUDGED)
    found = portable(world, request)
    assert found is not None
    reading = documents.read(*found, world.kent.gateway.rulebook.schemas)
    assert reading.outcome is not Verdict.ERRORS and reading.document is not None
    assert reading.document.version == read(made).version
    assert [pupil.upn for pupil in reading.document.pupils] == [read(made).pupils[0].upn]
    assert not [other for other in values(made.content, "UPN")[1:] if other in found[1]]
    assert b"PhoneNo" not in found[1].partition(b"<Contacts>")[2].partition(b"</Contacts>")[0]


STRANGERS = (Asker.WORKER, Asker.REFERRER, Asker.SIBLING)


@pytest.mark.parametrize("asker", STRANGERS)
def test_who_is_neither_child_nor_parent_gets_nothing_of_the_child(world: World, asker: Asker) -> None:
    """Neither the record, nor the case file, nor where it went, nor a file to take away: whoever they say they are."""
    made = leaver("G")
    hand_in(world, made)
    gateway, store = world.kent.gateway, world.kent.store
    casebook.note(gateway, store, OFFICER, only(world), EntryKind.FACT, {"text": "The flat is empty."}, NOON)
    request = opened(world, made, asker, who="Some Body")
    step(world, request, RightsStep.IDENTITY_SHOWN)
    found = answer(world, request)
    assert (found.documents, found.lines) == ((), ())
    told = pages(found)
    assert not [one for one in values(made.content, "UPN", "Surname", "PostCode") if one in told]
    assert b"The flat is empty." not in told and b"Larkmere" not in told
    copy = opened(world, made, asker, kind=RightsKind.PORTABLE_COPY)
    step(world, copy, RightsStep.IDENTITY_SHOWN)
    assert refusal_of(lambda: portable(world, copy)) is Code.NO_SUCH_RIGHT


def test_a_worker_who_stands_in_a_record_as_a_contact_reads_that_alone(world: World) -> None:
    made = sample.notice(7, LaEstab("886LLLL"), LaEstab("887LLLL"), NOON.replace(tzinfo=None), 7)
    casework.send(world.kent.gateway, KENT, made.name, made.content, world.clock(), extra=Extra(OFFICER))
    request = opened(world, made, Asker.WORKER, who="Shirin Haddadin")
    step(world, request, RightsStep.IDENTITY_SHOWN)
    (one,) = answer(world, request).documents
    assert {part.item.split("/")[0] for part in one.shown} == {"Contacts", "Record"}
    assert b"UPN" not in pages(answer(world, request))


@pytest.mark.parametrize("asker", STRANGERS)
@pytest.mark.parametrize("kind", sorted(granting.OF_CHILD))
def test_a_stranger_to_the_record_neither_freezes_nor_destroys_it(world: World, asker: Asker, kind: RightsKind) -> None:
    request = opened(world, known(world), asker, kind=kind)
    assert world.kent.store.flags([KENT]) == []
    step(world, request, RightsStep.IDENTITY_SHOWN)
    grant = lambda: granting.grant(  # noqa: E731
        world.kent.gateway, world.kent.store, GOVERNANCE, request, WHY, world.clock()
    )
    assert refusal_of(grant) is Code.NO_SUCH_RIGHT


# -- what holds from the moment it is asked for -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "flagged"),
    [
        (RightsKind.RESTRICTION, Flag.RESTRICTION),
        (RightsKind.OBJECTION, Flag.OBJECTION),
        (RightsKind.NHS_OPT_OUT, Flag.NHS_OPT_OUT),
    ],
)
def test_what_is_asked_for_holds_while_it_is_looked_at(world: World, kind: RightsKind, flagged: Flag) -> None:
    made = known(world)
    opened(world, made, kind=kind)
    (one,) = world.kent.store.flags([KENT])
    assert one.flag is flagged
    assert len(lines(world.kent, "FlagSet")) == 1
    opened(world, made, kind=kind)
    assert len(world.kent.store.flags([KENT])) == 1, "one flag is enough"


def test_a_restriction_is_not_lifted_before_the_person_is_told(world: World) -> None:
    made = known(world)
    request = opened(world, made, Asker.CHILD, kind=RightsKind.RESTRICTION)
    (one,) = world.kent.store.flags([KENT])
    gateway, store, at = world.kent.gateway, world.kent.store, world.clock()
    flagging.propose(gateway, store, FIRST, one.id, "It was looked into.", at)

    def lift() -> None:
        flagging.lift(gateway, store, SECOND, one.id, "It was looked into.", at)

    assert refusal_of(lift) is Code.TELL_FIRST
    step(world, request, RightsStep.REFUSED, GOVERNANCE)
    step(world, request, RightsStep.TOLD)
    lift()
    assert world.kent.store.flags([KENT]) == []


def test_there_is_no_erasure_of_what_the_law_obliges_us_to_keep(world: World) -> None:
    made = known(world)
    request = opened(world, made, Asker.CHILD, kind=RightsKind.ERASURE)
    step(world, request, RightsStep.IDENTITY_SHOWN)
    step(world, request, RightsStep.COMPETENCE_JUDGED)
    grant = lambda: granting.grant(  # noqa: E731
        world.kent.gateway, world.kent.store, GOVERNANCE, request, WHY, world.clock()
    )
    assert refusal_of(grant) is Code.NO_SUCH_RIGHT


# -- complaints, and who may ----------------------------------------------------------------------------------------


def test_a_complaint_is_acknowledged_within_thirty_days(world: World) -> None:
    made = known(world)
    request = opened(world, made, kind=RightsKind.COMPLAINT, text="Nobody answered my letter.")
    (task,) = world.kent.store.tasks_about(request)
    assert (task.kind, task.due) == (TaskKind.COMPLAINT, datetime(2026, 12, 3, 23, 59, tzinfo=UTC))
    told = step(world, request, RightsStep.ACKNOWLEDGED)
    assert told.stands.due is None and not told.stands.state.over
    assert world.kent.store.tasks_about(request) == []


def test_another_home_and_an_operator_see_no_request(world: World) -> None:
    request = opened(world, known(world))
    for person in (OPERATOR, Person(PersonId("m.ash"), Role.OFFICER, MEDWAY)):
        code = refusal_of(lambda one=person: step(world, request, RightsStep.IDENTITY_SHOWN, one))  # type: ignore[misc]
        assert code in {Code.NOT_ALLOWED, Code.NOT_FOUND}
    assert requests.listed(world.kent.gateway, world.kent.store, OFFICER)[0].request.id == request


def test_two_people_do_not_take_the_same_step(either: World) -> None:
    request = opened(either, known(either))
    case = step(either, request, RightsStep.IDENTITY_SHOWN)
    late = requests._stepped(
        either.kent.gateway,
        case,
        OFFICER,
        RightsStep.EXTENDED,
        {"reason": WHY, "flags": []},
        either.clock(),
        over=False,
    )
    step(either, request, RightsStep.RESPONSIBILITY_SHOWN, FIRST)
    assert not either.kent.store.take_rights_step(request, len(case.steps), late)
