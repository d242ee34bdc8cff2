"""Laws of the matching queue: nothing is merged by itself, and what a person said of two is not asked again."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.core.errors import Code, Refusal
from gateway.core.facts import TaskKind, parse_line
from gateway.core.matching import Rule, Verdict
from gateway.core.records import Case, Person
from gateway.core.terms import CaseId, TaskId
from gateway.flows import casebook, pairing
from gateway.flows.pairing import Pairs, Says
from tests.flows.test_deletion import LEAST, send
from tests.flows.test_referring import HANNAH, HEAD, TOLD, by_form, cases
from tests.flows.watch import SCHOOL
from tests.simulator import ACADEMY, World

ADA = replace(TOLD, upn=None, born=date(2015, 3, 2))
WHY = "The same mother came to both schools."


def two(world: World) -> tuple[Case, Case]:
    """Two cases of one name and one birth: the older and the newer."""
    by_form(world, ADA)
    by_form(world, ADA)
    older, newer = sorted(cases(world), key=lambda case: case.opened_at)
    return older, newer


def waiting(world: World) -> list[Pairs]:
    return list(pairing.listed(world.kent.gateway, world.kent.store, HEAD, world.clock())[0])


def ask(world: World) -> tuple[TaskId, CaseId]:
    (pairs,) = waiting(world)
    (other,) = pairs.candidates
    return pairs.due.task.id, other.case


def say(world: World, says: Says, reason: str = WHY) -> None:
    task, other = ask(world)
    world.clock.on(seconds=1)
    pairing.say(world.kent.gateway, world.kent.store, HEAD, task, other, says, reason, world.clock())


def test_two_cases_of_one_name_and_birth_wait_for_a_person_with_the_rule_that_fired(world: World) -> None:
    older, newer = two(world)
    (pairs,) = waiting(world)
    (other,) = pairs.candidates
    assert (pairs.case, other.case) == (newer.id, older.id)
    assert (other.match.verdict, other.match.rule, other.said) == (Verdict.CONFLICTS, Rule.NAME_BIRTH, None)


def test_a_return_without_number_and_birth_that_comes_twice_is_asked_about_and_no_other_schools(world: World) -> None:
    send(world, LEAST)
    assert waiting(world) == []
    world.clock.on(days=1)
    send(world, replace(LEAST, forename="Ida"))
    send(world, replace(LEAST, phone="01632 960201"), replace(SCHOOL, organisation=ACADEMY))
    assert len(cases(world)) == 3 and waiting(world) == [], "another name, and another school"
    send(world, replace(LEAST, phone="01632 960202"))
    (pairs,) = waiting(world)
    (other,) = pairs.candidates
    assert (other.match.rule, len(cases(world))) == (Rule.NAME, 4), "nothing is merged by itself"
    task, case = ask(world)
    pairing.same(world.kent.gateway, world.kent.store, HEAD, task, case, WHY, world.clock())
    assert waiting(world) == []


def test_looking_opens_both_and_the_log_says_why(world: World) -> None:
    older, newer = two(world)
    sides = pairing.look(world.kent.gateway, world.kent.store, HEAD, *ask(world), world.clock())
    assert (sides.one.case.id, sides.other.case.id) == (newer.id, older.id)
    seen = [line for line in map(parse_line, world.kent.store.lines()) if line["fact"] == "CaseViewed"]
    assert {line["case"] for line in seen} == {older.id, newer.id} and all(line["reason"] for line in seen)


def test_one_child_goes_on_in_the_older_case_and_nobody_is_asked_again(world: World) -> None:
    older, newer = two(world)
    pairing.same(world.kent.gateway, world.kent.store, HEAD, *ask(world), WHY, world.clock())
    after = {case.id: case for case in cases(world)}
    assert after[newer.id].into == older.id and waiting(world) == []
    assert TaskKind.SAME_CHILD not in {task.kind for task in world.kent.store.tasks_about(newer.id)}


def test_two_children_are_told_apart_in_both_timelines_and_nobody_is_asked_again(world: World) -> None:
    both = two(world)
    say(world, Says.NOT_SAME)
    assert waiting(world) == []
    for case, other in (both, both[::-1]):
        said = casebook.timeline(world.kent.gateway, world.kent.store, case)[0][-1]
        assert said.text == f"Not the same child as in {other.id}. {WHY}" and said.by == "m.head"


def test_who_needs_more_leaves_it_in_the_queue_with_what_was_said(world: World) -> None:
    two(world)
    say(world, Says.NEED_MORE)
    (pairs,) = waiting(world)
    assert [one.said for one in pairs.candidates] == [Says.NEED_MORE]
    say(world, Says.NOT_SAME)
    assert waiting(world) == []


def test_of_three_each_is_told_apart_before_it_is_done(world: World) -> None:
    two(world)
    by_form(world, ADA)
    third = max(waiting(world), key=lambda one: one.due.task.opened_at)
    first, second = third.candidates
    told = (world.kent.gateway, world.kent.store, HEAD, third.due.task.id)
    pairing.say(*told, first.case, Says.NOT_SAME, WHY, world.clock())
    (left,) = [one for one in waiting(world) if one.case == third.case]
    assert [one.case for one in left.candidates] == [second.case]
    pairing.say(*told, second.case, Says.NOT_SAME, WHY, world.clock())
    assert third.case not in {one.case for one in waiting(world)}


def test_a_reason_is_given_and_no_other_case_is_named(world: World) -> None:
    two(world)
    with pytest.raises(Refusal) as refused:
        say(world, Says.NOT_SAME, "twins")
    assert refused.value.code is Code.REASON_WANTED
    by_form(world, replace(ADA, surname="Other"))
    other = next(case for case in cases(world) if case.id not in {one.case for one in waiting(world)})
    task, candidate = ask(world)
    elsewhere = next(one.id for one in cases(world) if one.id not in {candidate, waiting(world)[0].case})
    assert other is not None
    for named in ((task, elsewhere), (TaskId("t-2v4dxyq7n5gwfa3mzk6tjbc2re"), candidate)):
        with pytest.raises(Refusal) as refused:
            pairing.look(world.kent.gateway, world.kent.store, HEAD, *named, world.clock())
        assert refused.value.code is Code.NOT_FOUND


def test_a_case_that_does_not_open_to_somebody_is_no_candidate_for_them(world: World) -> None:
    older, newer = two(world)
    side = world.kent
    from gateway.flows import closures, people

    for person in (HANNAH, HEAD):
        people.add(side.gateway, side.store, person, side.home, world.clock())
    named = [HANNAH.id, "m.head"]
    closures.close_to(side.gateway, side.store, HEAD, older, named, WHY, world.clock())
    stranger = replace(HEAD, id=type(HEAD.id)("d.else"))
    (pairs,) = pairing.listed(side.gateway, side.store, stranger, world.clock())[0]
    assert pairs.case == newer.id and not pairs.candidates


def test_where_one_case_of_a_child_is_closed_another_shows_what_stands_in_it_and_nothing_of_the_log(
    world: World,
) -> None:
    older, newer = two(world)
    side = world.kent
    from gateway.flows import casebook, closures, happened, people

    def told(person: Person) -> set[str]:
        shown = casebook.show(side.gateway, side.store, person, newer.id, world.clock())
        events = happened.events(side.gateway, side.store, person, shown)
        return {name for one in events for name in ("said", "line", "done") if getattr(one, name) is not None}

    for person in (HANNAH, HEAD):
        people.add(side.gateway, side.store, person, side.home, world.clock())
    stranger = replace(HEAD, id=type(HEAD.id)("d.else"))
    assert "done" in told(stranger)
    closures.close_to(side.gateway, side.store, HEAD, older, [HANNAH.id, HEAD.id], WHY, world.clock())
    assert told(stranger) == {"said"} and "done" in told(HEAD)
