"""A long list of cases is read page by page: each case once, none cut off, whatever happens between two pages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.core.cases import CaseState
from gateway.core.facts import Ending
from gateway.core.records import Case, Person, Record
from gateway.core.terms import CaseId
from gateway.flows import casebook, caselist
from gateway.flows.caselist import Page, Place
from tests.flows.test_cases import COLE, MANAGER, leaver
from tests.flows.watch import OFFICER, THEIR_OFFICER, WHY, hand_in
from tests.simulator import KENT, MEDWAY, NOON, World
from tests.web.office import random_id

pytestmark = pytest.mark.past_the_flows


def many(world: World, count: int, **changes: object) -> list[Case]:
    """So many cases, each opened a minute after the one before, with the first one's child."""
    if not world.kent.store.case_heads([KENT], OFFICER.id):
        hand_in(world, leaver())
    pattern = world.kent.store.case(only_oldest(world))
    assert pattern is not None
    own = {"handles": (), "strong": frozenset[str](), **changes}
    times = (NOON + timedelta(minutes=number) for number in range(1, count))
    made = [replace(pattern, id=CaseId(random_id("c")), opened_at=at, **own) for at in times]  # type: ignore[arg-type]
    world.kent.store.record(Record((), cases=tuple(made)))
    return [pattern, *made]


def only_oldest(world: World) -> CaseId:
    return min(world.kent.store.case_heads([KENT], OFFICER.id), key=lambda one: one.opened_at).id


def page(world: World, after: Place | None = None, person: Person = OFFICER, **asked: object) -> Page:
    kent = world.kent
    return caselist.page(kent.gateway, kent.store, person, world.clock(), after=after, most=3, **asked)  # type: ignore[arg-type]


def pages(world: World, **asked: object) -> list[list[CaseId]]:
    found, after = [], None
    while True:
        one = page(world, after, **asked)  # type: ignore[arg-type]
        found.append([row.id for row in one.rows])
        if one.after is None:
            return found
        after = one.after


def test_pages_hold_every_case_once_the_longest_open_first(either: World) -> None:
    made = [one.id for one in many(either, 8)]
    assert pages(either) == [made[:3], made[3:6], made[6:]]
    kent = either.kent
    assert [row.id for row in caselist.listed(kent.gateway, kent.store, OFFICER, either.clock())] == made


def test_what_waits_for_an_officer_comes_before_what_has_one(world: World) -> None:
    made = [one.id for one in many(world, 5)]
    for case in made[:2]:
        casebook.assign(world.kent.gateway, world.kent.store, MANAGER, case, COLE, NOON)
    assert pages(world) == [made[2:5], made[:2]]
    assert pages(world, mine=True, person=COLE) == [made[:2]]
    assert pages(world, about={made[0], made[3], "another"}) == [[made[3], made[0]]]


def test_the_next_page_begins_where_the_last_one_ended_whatever_has_become_of_that_case(world: World) -> None:
    made = [one.id for one in many(world, 7)]
    first = page(world)
    kent = world.kent
    reached = {"school": "8864321", "day": "2026-11-02"}
    casebook.close(kent.gateway, kent.store, OFFICER, made[2], Ending.ENROLLED_AND_STARTED, reached, NOON)
    casebook.assign(kent.gateway, kent.store, MANAGER, made[0], COLE, NOON)
    assert [row.id for row in page(world, first.after).rows] == made[3:6]
    last = page(world, page(world, first.after).after)
    assert [row.id for row in last.rows] == [made[6], made[0]] and last.after is None


def test_none_is_cut_off_where_there_are_more_than_a_thousand(world: World) -> None:
    made = many(world, 1_203)
    kent = world.kent
    found = caselist.page(kent.gateway, kent.store, OFFICER, NOON, after=None, most=caselist.PAGE)
    assert [row.id for row in found.rows] == [one.id for one in made[: caselist.PAGE]]
    assert found.after is not None
    far = caselist.page(kent.gateway, kent.store, OFFICER, NOON, after=Place(2, made[-2].opened_at, made[-2].id))
    assert [row.id for row in far.rows] == [made[-1].id] and far.after is None


def test_a_case_that_opens_to_named_people_is_on_no_page_of_others_and_leaves_no_gap(world: World) -> None:
    made = [one.id for one in many(world, 5)]
    world.kent.store.close_case(made[1], [COLE.id, MANAGER.id], Record(()))
    assert pages(world) == [[made[0], made[2], made[3]], [made[4]]]
    assert pages(world, person=COLE) == [made[:3], made[3:]]


def test_officers_of_another_home_see_none_of_it(world: World) -> None:
    many(world, 3)
    there = world.medway
    assert caselist.page(there.gateway, there.store, THEIR_OFFICER, NOON).rows == ()
    kent = world.kent
    assert caselist.page(kent.gateway, kent.store, THEIR_OFFICER, NOON).rows == ()
    assert there.home == MEDWAY


def test_what_went_on_in_a_case_is_found_behind_a_thousand_merged_ones(world: World) -> None:
    """Its timeline is that of both."""
    made = many(world, 3)
    kept, gone = made[0], made[2]
    many(world, 1_101, state=CaseState.MERGED, into=made[1].id)
    kent = world.kent
    casebook.merge(kent.gateway, kent.store, OFFICER, gone.id, kept.id, WHY, NOON)
    shown = casebook.show(kent.gateway, kent.store, OFFICER, kept.id, NOON)
    assert shown.merged == (gone.id,)
    casebook.reopen(kent.gateway, kent.store, OFFICER, gone.id, WHY, NOON)
    assert casebook.show(kent.gateway, kent.store, OFFICER, kept.id, NOON).merged == ()
