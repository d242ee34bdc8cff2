"""What nobody collects expires in school days, goes back to those who can do something, and is never deleted."""

from datetime import UTC, date, datetime

import pytest

from gateway import settings
from gateway.core import clocks, documents
from gateway.core.clocks import ClockCode
from gateway.core.delivery import State
from gateway.core.documents import Known
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Role, TaskKind
from gateway.core.records import Person, Standing
from gateway.core.terms import LaEstab, ParcelId, PartnerId, PersonId
from gateway.edge import registry
from gateway.flows import casework, dispatch, uncollected, undelivered
from gateway.flows.undelivered import Row
from tests.flows.watch import flag
from tests.simulator import ACADEMY, KENT, LARKMERE, NUMBERS, OFFICER, TIDEWAY, World, leavers, refused

SENDER = Person(PersonId("l.office"), Role.SCHOOL_SENDER, LARKMERE)
READER = Person(PersonId("n.office"), Role.SCHOOL_READER, ACADEMY)
SPRING = datetime(2027, 2, 1, 12, tzinfo=UTC)
"""More than 40 school days after noon of 3 November 2026, whatever the terms."""


def laid(world: World) -> Standing:
    """A file of Larkmere's that waits for the academy."""
    world.leavers(dest=NUMBERS[ACADEMY])
    (found,) = world.kent.store.parcels_in([State.SHELVED], 9)
    return found


def rows(world: World, person: Person) -> list[Row]:
    return list(undelivered.listed(world.kent.gateway, world.kent.store, person, world.clock()))


def sweep(world: World) -> int:
    return uncollected.sweep(world.kent.gateway, world.kent.store, world.clock())


def state(world: World, parcel: ParcelId) -> State:
    found = world.kent.store.parcel(parcel)
    assert found is not None
    return found.state


def test_file_expires_at_the_end_of_the_fortieth_school_day_and_not_before(either: World) -> None:
    waiting = laid(either)
    until = uncollected.expires(either.kent.gateway, waiting)
    table = either.kent.gateway.rulebook.clocks
    assert table.get(uncollected.CLOCK).length == 40
    assert until == table.due(uncollected.CLOCK, waiting.moved_at, NUMBERS[ACADEMY])
    assert until is not None and (until.date() - waiting.moved_at.date()).days > 40, "weekends and holidays count not"
    either.clock.at = until
    assert sweep(either) == 0
    either.clock.on(minutes=1)
    assert (sweep(either), sweep(either)) == (1, 0)
    assert state(either, waiting.parcel.id) is State.EXPIRED


def test_council_sets_after_how_many_school_days(world: World) -> None:
    text = (settings.shipped("partners") / "clocks.toml").read_text()
    table = clocks.from_toml(text, world.kent.gateway.rulebook.clocks.calendars, {"uncollected": 5})
    assert table.due("uncollected", world.clock()) == datetime(2026, 11, 10, 23, 59, tzinfo=UTC)


def test_what_expired_opens_to_nobody_and_nothing_of_it_is_deleted(world: World) -> None:
    waiting = laid(world)
    world.clock.at = SPRING
    sweep(world)
    with pytest.raises(Refusal) as stopped:
        casework.collect(world.kent.gateway, READER, waiting.parcel.id, world.clock())
    assert stopped.value.code is Code.EXPIRED
    assert world.kent.store.kept(waiting.parcel.sealed)
    (shown,) = casework.inbox(world.kent.gateway, world.kent.store, READER)
    assert shown.state is State.EXPIRED and shown.expires is None


@pytest.mark.parametrize("person", [SENDER, OFFICER], ids=["its sender", "the council"])
def test_it_is_laid_again_by_its_sender_or_the_council_and_is_then_collected(world: World, person: Person) -> None:
    waiting = laid(world)
    world.clock.at = SPRING
    sweep(world)
    (task,) = world.kent.store.tasks([KENT])
    assert (task.kind, task.subject) == (TaskKind.UNCOLLECTED, waiting.parcel.id)
    (row,) = rows(world, person)
    assert (row.again, row.state) == (waiting.parcel.id, State.EXPIRED)
    uncollected.lay_again(world.kent.gateway, person, waiting.parcel.id, world.clock())
    assert not world.kent.store.tasks([KENT])
    (again,) = rows(world, person)
    assert again.again is None and again.expires is not None and again.expires > SPRING
    assert sweep(world) == 0, "it waits as long as before"
    casework.collect(world.kent.gateway, READER, waiting.parcel.id, world.clock())
    assert rows(world, person) == []


STRANGERS = (
    READER,
    Person(PersonId("t.office"), Role.SCHOOL_SENDER, TIDEWAY),
    Person(PersonId("l.reader"), Role.SCHOOL_READER, LARKMERE),
    Person(PersonId("m.ash"), Role.OFFICER, PartnerId("council-887")),
)


@pytest.mark.parametrize("person", STRANGERS, ids=lambda one: one.id)
def test_nobody_else_lays_it_again(world: World, person: Person) -> None:
    waiting = laid(world)
    world.clock.at = SPRING
    sweep(world)
    with pytest.raises(Refusal) as stopped:
        uncollected.lay_again(world.kent.gateway, person, waiting.parcel.id, world.clock())
    assert stopped.value.code is Code.NOT_FOUND
    assert state(world, waiting.parcel.id) is State.EXPIRED


def test_what_has_not_expired_is_not_laid_again(world: World) -> None:
    waiting = laid(world)
    with pytest.raises(Refusal, match="not-found"):
        uncollected.lay_again(world.kent.gateway, SENDER, waiting.parcel.id, world.clock())


def test_what_waits_for_our_own_team_never_expires(world: World) -> None:
    world.leavers(dest=LaEstab("XXXXXXX"), pupils=1)
    (waiting,) = world.kent.store.parcels_in([State.SHELVED], 9)
    assert waiting.parcel.reader in uncollected.own(world.kent.gateway)
    assert uncollected.expires(world.kent.gateway, waiting) is None
    world.clock.at = SPRING
    assert sweep(world) == 0


def test_list_says_whom_to_ring_and_which_clock_runs_from_the_first_leaver(world: World) -> None:
    made = leavers(dest=NUMBERS[ACADEMY])
    world.upload(made.content, made.name)
    (row,) = rows(world, SENDER)
    began = documents.began(made.name, made.content, world.kent.gateway.rulebook.known)
    assert began is not None
    assert row.owed is not None and row.owed.clock.code == ClockCode("ctf")
    assert row.owed.due.date() > began[1]
    assert row.owed.passed is (row.owed.due < world.clock())
    assert row.todo[0].startswith(f"Ring School {ACADEMY}") and "sign in and collect" in row.todo[0]


def test_what_a_partner_does_not_answer_is_on_the_list_after_a_working_day_with_its_reason(world: World) -> None:
    world.leavers()
    world.wire.faults = [refused] * 9
    dispatch.send_due(world.kent.gateway)
    assert rows(world, SENDER) == []
    world.clock.on(days=2)
    (row,) = rows(world, SENDER)
    assert "cannot be reached" in row.words and "tried again by itself" in row.todo[0]


def test_sender_of_a_guarded_child_reads_nothing_of_where_the_file_lies(world: World) -> None:
    made = leavers(dest=NUMBERS[ACADEMY], pupils=1)
    world.upload(made.content, made.name)
    assert rows(world, SENDER)
    flag(world, made)
    assert rows(world, SENDER) == []


@pytest.mark.parametrize(
    ("name", "content"), [("x.xml", b"<x/>"), ("x.xml", b"no file"), ("8864321_CTF_8874123_001.xml", b"<CTfile/>")]
)
def test_no_clock_runs_over_what_says_no_day(name: str, content: bytes, known: Known) -> None:
    assert documents.began(name, content, known) is None


def test_first_day_is_the_earliest_of_all_that_left(known: Known) -> None:
    made = leavers(pupils=5)
    found = documents.began(made.name, made.content, known)
    told = sorted(part[:10] for part in made.content.decode().split("<LeavingDate>")[1:])
    assert found is not None and found[0] == "ctf"
    assert found[1] in {date.fromisoformat(one) for one in told}


@pytest.fixture
def known() -> Known:
    return registry.rulebook(settings.shipped("schemas"), settings.shipped("partners")).known
