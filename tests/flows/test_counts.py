"""The counts for the board and for the DfE: what was done in time, breaches, rights, and children missing education."""

import os
from datetime import datetime, timedelta

import pytest

from gateway.core.documents.messages.parts import OpenIdentity, Whereabouts
from gateway.core.documents.messages.tracing import Sought
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    Asker,
    Because,
    Ending,
    RecallReason,
    RightsKind,
    RightsStep,
    Role,
    TaskDone,
    TaskKind,
    What,
    join,
)
from gateway.core.records import Person, Record
from gateway.core.tasks import Task
from gateway.core.terms import CaseId, DisclosureId, PartnerId, PersonId, TaskId, Upn
from gateway.flows import breaches, byhand, casebook, enquiry, recalling
from gateway.flows.breaches import News
from gateway.flows.enquiry import Between
from gateway.flows.rights import requests
from gateway.flows.rights.requests import Asked
from tests.flows.watch import GOVERNANCE, OFFICER, WHY, decisions_of
from tests.simulator import KENT, MEDWAY, NOON, World

MANAGER = Person(PersonId("m.head"), Role.MANAGER, KENT)
KEEPER = Person(PersonId("o.ops"), Role.OPERATOR, KENT)
YEAR = Between(NOON - timedelta(days=364), NOON + timedelta(days=1))
SURNAMES = ("Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Maple", "Oak", "Pine", "Rowan", "Yew", "Alder")


def board(world: World, period: Between = YEAR) -> dict[str, tuple[int, str]]:
    rows = enquiry.board(world.kent.gateway, world.kent.store, KEEPER, period)
    assert len({one.heading for one in rows}) == len(rows)
    return {one.heading: (one.number, one.share) for one in rows}


def task(world: World, number: int, due: datetime, done: datetime | None = None, home: PartnerId = KENT) -> None:
    name = "a" * 25 + "abcdefg"[number]
    one = TaskId(f"t-{name}")
    store = world.sides[home].store
    made = Task(one, home, TaskKind.RECALL, f"d-{name}", due - timedelta(days=1), due)
    store.record(Record((), tasks=(made,)))
    if done is not None:
        who = join(os.urandom, What.PERSON, OFFICER.id, OFFICER.id)
        store.record(Record((TaskDone(done, home, one, TaskKind.RECALL, who.commitment),), (who,)))


def test_the_share_done_in_time_is_of_all_that_came_due_by_each_clock(either: World) -> None:
    early, late = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
    for number, done in enumerate((early, NOON, late, None), 1):
        task(either, number, NOON, done)
    task(either, 5, YEAR.until, early)  # it is not due in the period
    task(either, 6, YEAR.since - timedelta(minutes=1), early)
    what = either.kent.gateway.rulebook.clocks.get("recall").what
    told = board(either)
    assert told[f"In time: {what}"] == told["Tasks done in time"] == (2, "50 %")
    assert [one for one in told if one.startswith("In time: ")] == [f"In time: {what}"], "of no other clock"


def test_what_is_not_due_yet_is_not_late_in_a_period_that_still_runs(either: World) -> None:
    task(either, 1, NOON - timedelta(hours=1), NOON)
    task(either, 2, NOON + timedelta(hours=1))
    rows = enquiry.board(either.kent.gateway, either.kent.store, KEEPER, YEAR, NOON)
    assert next(one for one in rows if one.heading == "Tasks done in time").of == 1


def test_the_board_of_one_home_counts_nothing_of_another(world: World) -> None:
    task(world, 1, NOON, NOON, MEDWAY)
    assert board(world)["Tasks done in time"] == (0, "")
    with pytest.raises(Refusal) as refused:
        enquiry.board(world.kent.gateway, world.kent.store, Person(KEEPER.id, Role.OPERATOR, MEDWAY), YEAR)
    assert refused.value.code is Code.NOT_ALLOWED


def test_breaches_are_counted_with_what_became_of_them(either: World) -> None:
    gateway, store = either.kent.gateway, either.kent.store
    store.add_person(GOVERNANCE, Record(()))
    for seed in (1, 2):
        sent = DisclosureId(str(decisions_of(either.notice(seed))[0]["disclosure"]))
        recalling.recall(gateway, store, OFFICER, sent, RecallReason.WRONG_RECIPIENT, WHY, either.clock())
    first = store.breaches([KENT])[-1]
    breaches.update(gateway, store, GOVERNANCE, first.id, News(contained=True, told_ico=NOON), either.clock())
    told = board(either)
    assert told["Breaches that we became aware of"] == (2, "")
    assert told["Breaches told to the ICO"] == (1, "50 %")
    assert told["Breaches contained"] == (2, "100 %"), "nothing of the other had left yet"
    before = Between(YEAR.since, NOON - timedelta(days=1))
    assert board(either, before)["Breaches that we became aware of"] == (0, "")


def test_rights_requests_are_in_time_by_their_own_steps(either: World) -> None:
    gateway, store = either.kent.gateway, either.kent.store

    def ask(kind: RightsKind, *steps: tuple[RightsStep, int]) -> None:
        asked = requests.open_request(gateway, MANAGER, Asked(KENT, kind, Asker.CHILD, ("h",)), NOON)
        for step, days in steps:
            requests.step(gateway, store, MANAGER, asked, step, WHY, NOON + timedelta(days=days))

    shown = (RightsStep.IDENTITY_SHOWN, 0)
    ask(RightsKind.ACCESS, shown, (RightsStep.REFUSED, 20))
    ask(RightsKind.ACCESS, shown, (RightsStep.EXTENDED, 5), (RightsStep.REFUSED, 60))
    ask(RightsKind.ACCESS, shown)
    ask(RightsKind.ACCESS, shown, (RightsStep.WITHDRAWN, 90))
    ask(RightsKind.COMPLAINT, (RightsStep.ACKNOWLEDGED, 60))
    found = board(either, Between(YEAR.since, NOON + timedelta(days=80)))
    copy, complaint = "a copy of what we keep, and who was told (Article 15)", "a complaint about data protection"
    assert found["Rights requests"] == (5, "") and found[f"Asked: {copy}"] == (4, "")
    assert found[f"In time: {copy}"] == (2, "67 %"), "the extended one has two months more; nobody answered the third"
    assert next(told for name, told in found.items() if name.startswith(f"In time: {complaint}")) == (0, "0 %")
    assert found["Tasks done in time"] == (0, ""), "its task says nothing of pauses, and is not counted beside"


# -- children missing education ---------------------------------------------------------------------------------------


def missing(world: World, number: int, because: Because = Because.BY_HAND, days: int = 0, **who: object) -> CaseId:
    """A case opened so many days before noon, about a child of year 8."""
    known = OpenIdentity(surname=SURNAMES[number], forename="Robin", **{"dob": NOON.date().replace(2014), **who})  # type: ignore[arg-type]
    child = Sought(who=known, where=Whereabouts(last_seen=(NOON - timedelta(days=days)).date()))
    at = NOON - timedelta(days=days)
    said = {"reason": WHY, "who": "a panel", "day": at.date().isoformat()}
    return byhand.open_case(world.kent.gateway, OFFICER, KENT, child, because, said, at)[0]


def returned(world: World, least: int = 2) -> enquiry.Return:
    return enquiry.dfe(world.kent.gateway, world.kent.store, KEEPER, YEAR, least)


def test_children_missing_on_the_last_day_are_divided_as_the_dfe_asks(either: World) -> None:
    for number in range(3):
        missing(either, number, sex="F")
    for number in range(3, 7):
        missing(either, number, Because.UNSUITABLE_HOME_EDUCATION, 100, sex="M", dob=NOON.date().replace(2021))
    found = returned(either).on_the_day
    assert found.total == 7 and found.tables == {
        "opened because of": {"by hand": 3, "unsuitable home education": 4},
        "missing for": {"12 weeks or less": 3, "more than 12 weeks": 4},
        "sex": {"girls": 3, "boys": 4},
        "year group": {"year 07": 3, "reception": 4},
    }


def test_small_numbers_of_children_are_left_out_whichever_way_they_are_asked(either: World) -> None:
    for number in range(7):
        missing(either, number, sex="F" if number else "M")
    found = returned(either, 6).on_the_day
    assert found.tables["sex"] == {"girls": None, "boys": None}, "one boy: neither he nor what gives him away"
    assert found.total == 7 and found.tables["missing for"] == {"12 weeks or less": 7}


def test_the_difference_of_the_two_totals_gives_no_small_number_away(either: World) -> None:
    cases = [missing(either, number, days=30) for number in range(9)]
    died = {"how": "The registrar wrote."}
    casebook.close(either.kent.gateway, either.kent.store, OFFICER, cases[0], Ending.DIED, died, NOON)
    found = returned(either, 6)
    assert found.on_the_day.total == 8 and found.in_the_period.total is None
    assert set(found.in_the_period.tables["on the last day"].values()) == {None}
    assert returned(either, 1).in_the_period.total == 9


def test_a_child_with_two_cases_of_a_year_counts_once(world: World) -> None:
    upn = Upn("H801200001001")
    first = missing(world, 0, days=50, upn=upn)
    ending = {"school": "8864321", "day": "2026-10-12"}
    closed = NOON - timedelta(days=20)
    casebook.close(world.kent.gateway, world.kent.store, OFFICER, first, Ending.ENROLLED_AND_STARTED, ending, closed)
    second = missing(world, 1, upn=upn)
    assert second != first and (found := returned(world, 1)).in_the_period.total == found.on_the_day.total == 1
    early = Between(NOON - timedelta(days=364), NOON - timedelta(days=30))
    then = enquiry.dfe(world.kent.gateway, world.kent.store, KEEPER, early, 1)
    assert then.on_the_day.total == 1, "on that day it was missing, whatever came later"
    later = Between(NOON - timedelta(days=10), NOON - timedelta(days=5))
    assert enquiry.dfe(world.kent.gateway, world.kent.store, KEEPER, later, 1).in_the_period.total == 0
