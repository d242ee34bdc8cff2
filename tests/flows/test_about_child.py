"""Everything disclosed about one child: to whom, when, why, which items, by whom released, and what came of it."""

import pytest

from gateway.core import documents
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Ending, Role
from gateway.core.records import Act, Person
from gateway.core.sample import SampleFile
from gateway.core.terms import Flag, PartnerId, PersonId, Upn
from gateway.flows import casebook, discretion, dispatch, enquiry, holds
from gateway.flows.enquiry import Child, Shown
from tests.flows.test_cases import COLE, MANAGER, leaver, only
from tests.flows.watch import (
    FIRST,
    GOVERNANCE,
    OFFICER,
    SCHOOL,
    SECOND,
    THEIRS,
    WHY,
    flag,
    hand_in,
    lines,
    read,
    values,
    with_desk,
)
from tests.simulator import ACADEMY, KENT, LARKMERE, NOON, TIDEWAY, World, leavers

ASKED = "Her mother asks to whom we gave it."


def child_of(made: SampleFile, number: int = 1) -> Child:
    """The child as somebody at the desk knows it: by its number."""
    return Child(upns=(Upn(values(made.content, "UPN")[number - 1].decode()),))


def named_of(made: SampleFile, number: int = 1) -> Child:
    """The same child by its name and day of birth, written as a caller says it."""
    known = documents.identities(read(made))[number]
    assert known.born is not None
    (surname, forename), born = known.names[0], known.born
    return Child(names=((surname.upper(), forename, born),))


def asked(world: World, child: Child, person: Person = OFFICER, reason: str = ASKED) -> list[Shown]:
    return list(enquiry.about_child(world.kent.gateway, world.kent.store, person, child, reason, world.clock()))


def refused(world: World, child: Child, person: Person, reason: str = ASKED) -> Code:
    with pytest.raises(Refusal) as found:
        asked(world, child, person, reason)
    return found.value.code


def test_a_child_is_found_by_its_number_and_by_its_name_and_only_its_own_lines_are_told(either: World) -> None:
    made, other = leavers(pupils=2), leavers(pupils=1, seed=77)
    hand_in(either, made)
    hand_in(either, other)
    dispatch.send_due(either.kent.gateway)
    (one,) = asked(either, child_of(made))
    assert asked(either, named_of(made)) == [one]
    assert one.act is Act.RELEASE and TIDEWAY in one.recipient and LARKMERE in one.discloser
    assert one.purpose == "P04" and " " in one.why
    assert (one.power, one.basis) == ("PIR05 reg 9(3)", "legal obligation (A6C)")
    assert "UPN" in one.items and "SuppInfo" not in one.items and one.children == 2
    assert one.outcome.startswith("delivered") and one.settled >= one.at
    (his,) = [line for line in asked(either, child_of(other)) if line.act is Act.RELEASE]  # alarms are lines too
    assert his.disclosure != one.disclosure


def test_a_child_of_a_large_file_is_found_by_name_only_where_it_went_itself(world: World) -> None:
    made = leavers(pupils=2)
    with_desk(world)
    hand_in(world, made, {2: frozenset({Flag.ADDRESS_CONFIDENTIAL})})
    first, second = asked(world, named_of(made, 1)), asked(world, named_of(made, 2))
    assert [one.act for one in first] == [Act.RELEASE] and [one.act for one in second] == [Act.HOLD]
    assert first[0].children == second[0].children == 1
    assert second[0].reasons and not second[0].items


def test_who_let_it_go_and_what_it_was_before_stand_beside_each_other(world: World) -> None:
    made = leavers(pupils=1)
    with_desk(world)
    flag(world, made)
    hand_in(world, made)
    (held,) = asked(world, child_of(made))
    for person in (FIRST, SECOND):
        holds.release(world.kent.gateway, world.kent.store, person, held.disclosure, WHY, world.clock())  # type: ignore[arg-type]
    released, before = asked(world, child_of(made))
    assert (before.act, before.outcome) == (Act.HOLD, "decided anew since")
    assert released.act is Act.RELEASE and set(released.released_by) == {FIRST.id, SECOND.id}


def test_a_hold_that_people_refused_says_so(world: World) -> None:
    made = leavers(pupils=1)
    flag(world, made)
    hand_in(world, made)
    (held,) = asked(world, child_of(made))
    holds.refuse(world.kent.gateway, world.kent.store, FIRST, held.disclosure, WHY, world.clock())  # type: ignore[arg-type]
    (told,) = asked(world, child_of(made))
    assert told.outcome == "refused by a person: nothing went" and told.settled


def test_what_a_partner_told_us_about_a_child_is_told_with_its_source(world: World) -> None:
    made = leavers(pupils=1)
    hand_in(world, made)
    dispatch.send_due(world.kent.gateway)
    officer = Person(PersonId("m.ash"), Role.OFFICER, PartnerId("council-887"))
    for child in (child_of(made), named_of(made)):
        (told,) = enquiry.about_child(world.medway.gateway, world.medway.store, officer, child, ASKED, NOON)
        assert told.act is Act.RECEIVE and LARKMERE in told.discloser and TIDEWAY in told.recipient
        assert told.outcome == "waiting to be collected"


def test_looking_a_child_up_is_a_fact_of_commitments_and_takes_a_reason(world: World) -> None:
    made = leavers(pupils=1)
    hand_in(world, made)
    assert refused(world, child_of(made), OFFICER, "no") is Code.REASON_WANTED
    assert lines(world.kent, "ChildLooked") == []
    asked(world, child_of(made))
    (line,) = lines(world.kent, "ChildLooked")
    assert line["count"] == 1 and line["reason"] and line["by"] and len(line["children"]) == 1
    written = b"\n".join(world.kent.store.lines())
    assert not [one for one in (ASKED.encode(), OFFICER.id.encode(), *values(made.content, "UPN")) if one in written]


def test_somebody_with_a_case_about_the_child_is_asked_for_no_reason(world: World) -> None:
    made = leavers(pupils=1)
    hand_in(world, made)
    kent, child = world.kent, child_of(made)
    handles = set(enquiry.handles_of(kent.gateway, child))
    enquiry.about_child(kent.gateway, kent.store, OFFICER, child, "", NOON, lambda _, asked: set(asked) == handles)
    (line,) = lines(kent, "ChildLooked")
    assert "reason" not in line


@pytest.mark.parametrize(
    ("person", "may"),
    [
        (GOVERNANCE, True),
        (Person(PersonId("a.udit"), Role.AUDITOR, KENT), True),
        (Person(PersonId("o.ops"), Role.OPERATOR, KENT), False),
        (Person(PersonId("m.ash"), Role.OFFICER, PartnerId("council-887")), False),
    ],
)
def test_who_may_look_is_said_by_role_and_home(world: World, person: Person, *, may: bool) -> None:
    made = leavers(pupils=1)
    hand_in(world, made)
    if may:
        assert len(asked(world, child_of(made), person)) == 1
    else:
        assert refused(world, child_of(made), person) is Code.NOT_ALLOWED


def test_a_school_reads_its_own_lines_alone_and_never_where_a_guarded_child_went(world: World) -> None:
    made = leavers(pupils=1)
    hand_in(world, made)
    (mine,) = asked(world, child_of(made), SCHOOL, "")
    assert TIDEWAY in mine.recipient and mine.agreement == ""
    stranger = Person(PersonId("o.office"), Role.SCHOOL_SENDER, ACADEMY)
    assert asked(world, child_of(made), stranger, "") == []
    with pytest.raises(Refusal):
        asked(world, child_of(made), THEIRS, "")
    flag(world, made)
    (masked,) = asked(world, child_of(made), SCHOOL, "")
    assert masked.recipient == discretion.YOUR_COUNCIL and masked.outcome == discretion.WITH_YOUR_COUNCIL
    assert TIDEWAY not in str(masked) and "Medway" not in str(masked)
    (seen,) = asked(world, child_of(made), OFFICER)
    assert TIDEWAY in seen.recipient, "who decides about it sees where it is"


def test_an_officer_is_asked_for_no_reason_about_the_child_of_their_own_live_case_alone(either: World) -> None:
    gateway, store = either.kent.gateway, either.kent.store
    made, other = leaver(), leavers(pupils=1, seed=77)
    hand_in(either, made)
    hand_in(either, other)
    both = Child(upns=(*child_of(made).upns, *child_of(other).upns))

    def look(person: Person, child: Child) -> object:
        return enquiry.about_child(gateway, store, person, child, "", NOON, enquiry.own_case(store))

    def wanted(person: Person, child: Child) -> bool:
        try:
            look(person, child)
        except Refusal as refusal:
            return refusal.code is Code.REASON_WANTED
        return False

    case = only(either)
    assert wanted(COLE, child_of(made)), "it is nobody's yet"
    casebook.assign(gateway, store, OFFICER, case, COLE, NOON)
    assert not wanted(COLE, child_of(made)) and not wanted(COLE, named_of(made))
    assert wanted(OFFICER, child_of(made)), "a colleague's"
    assert wanted(COLE, both), "one child of theirs opens no other"
    casebook.close(gateway, store, MANAGER, case, Ending.ENQUIRIES_EXHAUSTED, {"reason": WHY}, NOON)
    assert wanted(COLE, child_of(made)), "closed"
