"""What waits for people has an owner and a time, shows what would go, and takes the right number of the right people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import permutations
from pathlib import Path

import pytest

from gateway.core import clocks, tasks
from gateway.core.clocks import NO_TERMS
from gateway.core.delivery import State
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Excuse, Role, TaskKind
from gateway.core.records import Person, Record
from gateway.core.terms import DisclosureId, Flag, Outcome, PersonId, PurposeCode
from gateway.flows import dispatch, holds
from tests.flows.watch import (
    FIRST,
    GOVERNANCE,
    OFFICER,
    SECOND,
    THEIR_NAMED,
    WHY,
    codes,
    decisions_of,
    flag,
    hand_in,
    lines,
    opened,
    values,
    with_desk,
)  # fmt: skip
from tests.simulator import KENT, MEDWAY, TIDEWAY, World, leavers

SHIPPED = clocks.from_toml((Path(__file__).parents[2] / "partners" / "clocks.toml").read_text(), NO_TERMS)
STAY = frozenset({Flag.ADDRESS_CONFIDENTIAL})
DEPUTY = PersonId("d.eputy")
CLASS = 5
"""The seed of a class in which no contact is kept away by a court."""


def refusal_of(act: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


@pytest.fixture
def held(world: World) -> DisclosureId:
    """One flagged child's file that waits for two people."""
    with_desk(world)
    (decision,) = decisions_of(hand_in(world, leavers(pupils=1), {1: STAY}))
    assert (decision["outcome"], codes(decision)) == ("hold", [Code.FLAGGED])
    return DisclosureId(decision["disclosure"])


def release(world: World, person: Person, about: DisclosureId, why: str = WHY) -> object:
    return holds.release(world.kent.gateway, world.kent.store, person, about, why, world.clock())


def waiting(world: World) -> list[holds.Row]:
    return list(holds.listed(world.kent.gateway, world.kent.store, FIRST, world.clock()))


def test_of_thirty_twenty_nine_go_at_once_and_the_flagged_one_goes_when_two_have_seen_what_would_go(
    world: World,
) -> None:
    with_desk(world)
    made = leavers(pupils=30, seed=CLASS)
    assert b"<CourtOrder>Y" not in made.content
    together, alone = decisions_of(hand_in(world, made, {4: STAY}))
    assert (together["outcome"], len(together["pupils"])) == ("release", 29)
    assert (alone["outcome"], alone["pupils"], codes(alone)) == ("hold", [4], [Code.FLAGGED])
    dispatch.send_due(world.kent.gateway)
    (first,) = world.medway.store.shelved_for([TIDEWAY])
    upns = values(made.content, "UPN")
    assert [one in opened(world.medway, first.parcel.sealed)[1] for one in upns].count(False) == 1
    seen = holds.preview(world.kent.gateway, world.kent.store, FIRST, alone["disclosure"], world.clock())
    assert seen.stands == () and seen.flags == STAY and seen.row.people == 2
    assert release(world, FIRST, alone["disclosure"]) is None
    assert dispatch.send_due(world.kent.gateway) == [], "one signature moves nothing"
    gone = release(world, SECOND, alone["disclosure"])
    dispatch.send_due(world.kent.gateway)
    (second,) = {one.parcel.id: one for one in world.medway.store.shelved_for([TIDEWAY])}.keys() - {first.parcel.id}
    parcel = next(one.parcel for one in world.medway.store.shelved_for([TIDEWAY]) if one.parcel.id == second)
    content = opened(world.medway, parcel.sealed)[1]
    assert [one for one in upns if one in content] == [upns[3]]
    (line,) = [one for one in lines(world.kent, "DisclosureReleased") if one["disclosure"] == alone["disclosure"]]
    assert set(line["shared"]) == set(seen.shared) and set(line["withheld"]) == set(seen.withheld)
    assert len(line["approved"]) == 2 and len(line["flags"]) == 1 and gone is not None


def test_the_same_person_does_not_sign_twice_and_a_stranger_not_at_all(world: World, held: DisclosureId) -> None:
    release(world, FIRST, held)
    assert refusal_of(partial(release, world, FIRST, held)) is Code.SAME_PERSON
    for person, code in (
        (OFFICER, Code.NOT_ALLOWED),
        (GOVERNANCE, Code.NOT_ALLOWED),
        (THEIR_NAMED, Code.ANOTHER_HOME),
        (replace(SECOND, role=Role.AUDITOR), Code.NOT_ALLOWED),
    ):
        assert refusal_of(partial(release, world, person, held)) is code, person
    assert refusal_of(partial(release, world, SECOND, held, "ok")) is Code.REASON_WANTED
    assert [row.signed for row in waiting(world)] == [1]
    assert len(lines(world.kent, "HoldSigned")) == 1


def test_a_flag_set_between_two_signatures_voids_the_first(world: World, held: DisclosureId) -> None:
    release(world, FIRST, held)
    flag(world, leavers(pupils=1), 1, Flag.PROTECTED_PERSON)
    assert release(world, SECOND, held) is None, "it is the first to know of both"
    assert not lines(world.kent, "DisclosureReleased")
    assert release(world, FIRST, held) is not None
    (line,) = lines(world.kent, "DisclosureReleased")
    assert len(line["flags"]) == 2


def test_a_flag_set_after_two_signatures_takes_the_parcel_back(world: World, held: DisclosureId) -> None:
    for person in (FIRST, SECOND):
        release(world, person, held)
    flag(world, leavers(pupils=1), 1, Flag.PROTECTED_PERSON)
    dispatch.send_due(world.kent.gateway)
    assert world.wire.carried == []
    assert [(row.disclosure, row.signed, row.people) for row in waiting(world)] == [(held, 0, 2)]
    (state,) = {one.state for one in world.kent.store.parcels_under(held)}
    assert state is State.WITHDRAWN


@pytest.fixture
def restricted(world: World) -> DisclosureId:
    """One child's file that waits for safeguarding and for information governance."""
    with_desk(world)
    (decision,) = decisions_of(hand_in(world, leavers(pupils=1), {1: STAY | {Flag.RESTRICTION}}))
    assert (decision["outcome"], set(codes(decision))) == ("hold", {Code.FLAGGED, Code.RESTRICTED})
    return DisclosureId(decision["disclosure"])


def excuse(world: World, person: Person, about: DisclosureId) -> object:
    gateway, store = world.kent.gateway, world.kent.store
    return holds.release(gateway, store, person, about, WHY, world.clock(), [Excuse.PROTECT_ANOTHER])


@pytest.mark.parametrize("turn", list(permutations((FIRST, SECOND, GOVERNANCE))))
def test_each_signs_for_what_is_theirs_and_the_last_one_lets_it_go(
    world: World, restricted: DisclosureId, turn: tuple[Person, ...]
) -> None:
    assert refusal_of(partial(release, world, OFFICER, restricted)) is Code.NOT_ALLOWED
    assert refusal_of(partial(release, world, GOVERNANCE, restricted)) is Code.REASON_WANTED, "of an excuse"
    for number, person in enumerate(turn, 1):
        assert not lines(world.kent, "DisclosureReleased")
        gone = excuse(world, person, restricted)
        assert [row.signed for row in waiting(world)] == ([] if gone else [number])
    (line,) = lines(world.kent, "DisclosureReleased")
    assert len(line["approved"]) == 3


def test_whose_part_is_signed_signs_for_nobody_else(world: World, restricted: DisclosureId) -> None:
    for person in (FIRST, SECOND):
        release(world, person, restricted)
    third = replace(SECOND, id=PersonId("t.hird"))
    assert refusal_of(partial(release, world, third, restricted)) is Code.NOT_ALLOWED
    assert not lines(world.kent, "DisclosureReleased")


@pytest.mark.parametrize("since", [
    replace(FIRST, role=Role.AUDITOR), replace(FIRST, role=Role.OFFICER), replace(FIRST, organisation=MEDWAY),
])  # fmt: skip
def test_who_signed_and_has_since_lost_the_role_no_longer_counts(
    world: World, held: DisclosureId, since: Person
) -> None:
    release(world, FIRST, held)
    world.kent.store.add_person(since, Record(()))
    assert [(row.signed, row.people) for row in waiting(world)] == [(0, 2)]
    assert release(world, SECOND, held) is None, "it is the first that counts today"
    third = replace(SECOND, id=PersonId("t.hird"))
    assert release(world, third, held) is not None
    assert len(lines(world.kent, "DisclosureReleased")[0]["approved"]) == 2


def test_what_is_refused_stays_and_its_task_is_done(world: World, held: DisclosureId) -> None:
    (task,) = world.kent.store.tasks([KENT])
    assert (task.kind, task.subject) == (TaskKind.HOLD, held)
    holds.refuse(world.kent.gateway, world.kent.store, FIRST, held, WHY, world.clock())
    assert world.kent.store.tasks([KENT]) == [] and waiting(world) == []
    assert [line["task"] for line in lines(world.kent, "TaskDone")] == [task.id]
    decided = world.kent.store.decided(held)
    assert decided is not None and decided.outcome is Outcome.REFUSE
    assert refusal_of(partial(release, world, SECOND, held)) is Code.SETTLED
    assert lines(world.kent, "HoldRefused")[0]["reason"]
    assert WHY.encode() not in b"\n".join(world.kent.store.lines())


def test_the_last_signature_does_the_task_and_the_first_does_not(world: World, held: DisclosureId) -> None:
    release(world, FIRST, held)
    assert len(world.kent.store.tasks([KENT])) == 1
    release(world, SECOND, held)
    assert world.kent.store.tasks([KENT]) == []
    assert len(lines(world.kent, "TaskDone")) == 1


def test_what_nobody_has_done_in_time_is_passed_on_once(either: World) -> None:
    owned = replace(either.kent.gateway, owners={KENT: (FIRST.id, DEPUTY)})
    either.kent.gateway = owned
    hand_in(either, leavers(pupils=1), {1: STAY})
    (task,) = either.kent.store.tasks([KENT])
    assert task.owner == FIRST.id
    assert not holds.escalate(either.kent.store, task.due)
    late = task.due + timedelta(seconds=1)
    assert [one.id for one in holds.escalate(either.kent.store, late)] == [task.id]
    assert not holds.escalate(either.kent.store, late + timedelta(days=3))
    (line,) = lines(either.kent, "TaskEscalated")
    assert (line["task"], line["kind"]) == (task.id, "hold")
    either.clock.at = late
    (row,) = waiting(either)
    assert (row.overdue, row.owner) == (True, FIRST.id)


@pytest.mark.parametrize(("kind", "purpose", "opened_at", "by"), [
    ("hold", "P04", "2026-11-03T12:00", "2026-11-04T23:59"),  # Tuesday, the next working day
    ("hold", "P08", "2026-11-03T12:00", "2026-11-03T23:59"),
    ("hold", "P09", "2026-11-07T12:00", "2026-11-07T23:59"),  # Saturday: a child does not wait until Monday
    ("hold", "P13", "2026-11-03T23:58", "2026-11-03T23:59"),
    ("hold", "P06", "2026-11-06T12:00", "2026-11-09T23:59"),  # Friday, over the weekend
    ("hold", "P06", "2026-12-24T12:00", "2026-12-29T23:59"),  # Christmas, and Boxing Day on a Monday instead
    ("hold", "P06", "2026-06-30T12:00", "2026-07-01T22:59"),  # summer time: midnight in London is 23:00 in UTC
    ("hold", "P08", "2026-06-30T23:30", "2026-07-01T22:59"),  # it is the first of July in London already
    *(("hold", code, "2026-11-06T12:00", "2026-11-06T23:59") for code in ("P08", "P09", "P13", "P34")),  # a child may come to harm
    ("hold", "P04", "2026-03-27T12:00", "2026-03-30T22:59"),  # Friday; the clocks change on Sunday
    ("hold", "P04", "2026-10-23T12:00", "2026-10-26T23:59"),
    ("approval-after", "P09", "2026-11-06T12:00", "2026-11-09T23:59"),
    ("glass-review", "P12", "2026-11-03T12:00", "2026-11-04T23:59"),
    ("unagreed", "P06", "2026-11-03T12:00", "2026-11-03T23:59"),
    ("unagreed", "P06", "2026-11-07T12:00", "2026-11-09T23:59"),  # Saturday: the next day that is one of work
    ("request", "P07", "2026-11-07T12:00", "2026-11-07T23:59"),
])  # fmt: skip
def test_everything_that_waits_is_due_when_its_table_says(kind: str, purpose: str, opened_at: str, by: str) -> None:
    at, due = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (opened_at, by))
    assert tasks.due(TaskKind(kind), at, SHIPPED, PurposeCode(purpose)) == due
