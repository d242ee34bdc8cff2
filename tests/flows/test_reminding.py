"""People see what is due and who says so; they are reminded of it once, by letters that name nobody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from gateway.core import reminders, tasks
from gateway.core.clocks import ClockCode
from gateway.core.errors import Code, Fault, Reason, Refusal
from gateway.core.facts import Role, TaskDone, TaskKind
from gateway.core.records import Person, Record
from gateway.core.reminders import Addresses, Letter, Reminder, Stage, Times
from gateway.core.tasks import Task
from gateway.core.terms import Commitment, PartnerId, PersonId, TaskId, stamp
from gateway.edge.mail import Server
from gateway.edge.store import Store
from gateway.flows import reminding
from tests.flows.watch import FIRST, SCHOOL, flag, hand_in
from tests.mailbox import Mailbox, mailbox
from tests.simulator import KENT, MEDWAY, NOON, World, leavers

TEAM, LEAD = "cme-team@kent.example", "s.lead@kent.example"
OWNER = PersonId("s.lead")
TO = Addresses({KENT: TEAM}, {OWNER: LEAD})
LINK = "https://gateway.kent.example/"


def task(number: int, due: datetime, home: PartnerId = KENT, owner: PersonId | None = None) -> Task:
    made = TaskId("t-" + "abcdefghij"[number] * 26)
    subject = "d-" + "k" * 26
    return Task(made, home, TaskKind.HOLD, subject, NOON, due, owner, clock=ClockCode("hold-tracing"))


def put(world: World, *given: Task) -> None:
    world.kent.store.record(Record((), tasks=given))


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as opened:
        yield opened


def remind(world: World, box: Mailbox, to: Addresses = TO, times: Times | None = None) -> int:
    server = Server("127.0.0.1", box.port, "none", "gateway@kent.example")
    kent = world.kent
    return reminding.remind(kent.gateway, kent.store, server, times or Times(), to, LINK, world.clock())


def done(world: World, one: Task) -> None:
    world.kent.store.record(Record((TaskDone(world.clock(), one.home, one.id, one.kind, Commitment("0" * 64)),)))


# -- lists ------------------------------------------------------------------------------------------------------------


def test_a_person_sees_what_waits_at_their_own_homes_the_most_urgent_first(world: World) -> None:
    late, soon, theirs = task(0, NOON - timedelta(hours=1)), task(1, NOON), task(2, NOON, MEDWAY)
    put(world, soon, late, theirs)
    kent = world.kent
    rows = reminding.listed(kent.gateway, kent.store, FIRST, NOON)
    assert [(row.task, row.overdue, row.clock.code) for row in rows] == [
        (late, True, "hold-tracing"),
        (soon, False, "hold-tracing"),
    ]
    assert reminding.listed(kent.gateway, kent.store, FIRST, NOON, KENT) == rows
    assert reminding.listed(kent.gateway, kent.store, SCHOOL, NOON) == []
    for person, home in ((FIRST, MEDWAY), (SCHOOL, KENT), (Person(PersonId("m.ash"), Role.OFFICER, MEDWAY), MEDWAY)):
        with pytest.raises(Refusal) as refused:
            reminding.listed(kent.gateway, kent.store, person, NOON, home)
        assert refused.value.code is Code.ANOTHER_HOME


def test_a_task_says_by_which_clock_it_is_due(world: World) -> None:
    made = leavers()
    flag(world, made)
    hand_in(world, made)
    rows = reminding.listed(world.kent.gateway, world.kent.store, FIRST, NOON)
    assert rows
    for row in rows:
        assert row.task.clock in {"hold", "hold-tracing"}
        assert row.task.due == world.kent.gateway.rulebook.clocks.due(row.task.due_by, NOON)
    put(world, replace(task(0, NOON), clock=None))
    (old,) = [row for row in reminding.listed(world.kent.gateway, world.kent.store, FIRST, NOON) if not row.task.clock]
    assert old.clock.code == tasks.CLOCKS[TaskKind.HOLD]


# -- letters ----------------------------------------------------------------------------------------------------------


def test_a_letter_names_no_child_school_or_partner(world: World, box: Mailbox) -> None:
    made = leavers()
    flag(world, made)
    hand_in(world, made)
    put(world, task(0, NOON - timedelta(hours=1)))
    assert remind(world, box, times=Times(timedelta(days=9))) == 1
    (letter,) = box.letters
    told = letter.as_string()
    store = world.kent.store
    waiting = store.tasks([KENT])
    assert len(waiting) > 1
    assert all(one.id in told and one.subject not in told for one in waiting)
    names = [word for word in ("Larkmere", "Tideway", "Kent County", "council-88", "school-88", "UPN") if word in told]
    assert names == []
    directory = store.register().directory.partners.values()
    assert [one.id for one in directory if one.name in told or one.id in told] == []


def test_a_letter_reads_so() -> None:
    from tests.simulator import rulebook

    late = Reminder(task(0, datetime(2026, 11, 2, 23, 59, tzinfo=UTC)), Stage.OVERDUE)
    soon = Reminder(replace(task(1, NOON), clock=ClockCode("breach-ico")), Stage.SOON)
    made = reminders.letter(TEAM, [soon, late], rulebook().clocks, LINK)
    assert (made.to, made.subject) == (TEAM, "Gateway: 1 overdue, 1 due soon")
    assert made.text == (
        "OVERDUE\n\n"
        "By the end of Monday 2 November 2026: A disclosure for tracing, social care, police or an emergency that waits for people is decided.\n"
        "  Task t-aaaaaaaaaaaaaaaaaaaaaaaaaa\n\n\n"
        "DUE SOON\n\n"
        "By Tuesday 3 November 2026 at 12:00: A personal data breach is notified to the Information Commissioner.\n"
        "  Task t-bbbbbbbbbbbbbbbbbbbbbbbbbb\n\n\n"
        "Sign in to see what each is about: https://gateway.kent.example/due\n"
        "You are told of each once. No child, school or organisation is named here; please name none in an answer.\n"
    )
    assert made.id == reminders.letter(LEAD, [late, soon], rulebook().clocks, "").id
    assert made.id != reminders.letter(TEAM, [late], rulebook().clocks, LINK).id
    assert "'gateway due'" in reminders.letter(TEAM, [late], rulebook().clocks, "").text


# -- once, to whom, when ----------------------------------------------------------------------------------------------


def test_a_task_is_told_of_when_it_is_due_soon_and_when_it_is_overdue_and_no_more(world: World, box: Mailbox) -> None:
    put(world, task(0, NOON + timedelta(hours=30)))
    assert remind(world, box) == 0
    world.clock.on(hours=7)
    assert (remind(world, box), remind(world, box)) == (1, 0)
    world.clock.on(hours=1)
    assert remind(world, box) == 0
    world.clock.on(hours=23)
    assert (remind(world, box), remind(world, box)) == (1, 0)
    world.clock.on(days=30)
    assert remind(world, box) == 0
    assert box.told == [(TEAM, "Gateway: 1 due soon"), (TEAM, "Gateway: 1 overdue")]


def test_what_is_done_or_has_no_address_is_not_told(world: World, box: Mailbox) -> None:
    mine, theirs = task(0, NOON), task(1, NOON, MEDWAY)
    put(world, mine, theirs)
    done(world, mine)
    assert remind(world, box) == 0
    assert remind(world, box, Addresses({MEDWAY: "team@medway.example"})) == 1
    assert box.told == [("team@medway.example", "Gateway: 1 due soon")]


def test_the_owner_is_told_before_and_the_team_afterwards(world: World, box: Mailbox) -> None:
    put(world, task(0, NOON + timedelta(hours=1), owner=OWNER), task(1, NOON + timedelta(hours=1)))
    assert remind(world, box) == 2
    world.clock.on(hours=2)
    assert remind(world, box) == 1
    assert sorted(box.told) == [
        (TEAM, "Gateway: 1 due soon"),
        (TEAM, "Gateway: 2 overdue"),
        (LEAD, "Gateway: 1 due soon"),
    ]
    assert sorted(box.told[:2]) == [(TEAM, "Gateway: 1 due soon"), (LEAD, "Gateway: 1 due soon")]


def test_an_owner_alone_is_told_of_both(world: World, box: Mailbox) -> None:
    put(world, task(0, NOON + timedelta(hours=1), owner=OWNER), task(1, NOON + timedelta(hours=1)))
    only = Addresses({}, {OWNER: LEAD})
    assert remind(world, box, only) == 1
    world.clock.on(hours=2)
    assert remind(world, box, only) == 1
    assert [to for to, _ in box.told] == [LEAD, LEAD]


@pytest.mark.parametrize(
    ("at", "as_of"),
    [
        ("2026-11-03T12:00", "2026-11-03T08:00"),
        ("2026-11-03T08:00", "2026-11-03T08:00"),
        ("2026-11-03T07:59", "2026-11-02T08:00"),
        ("2026-07-01T07:00", "2026-07-01T07:00"),  # summer time: eight in London
        ("2026-07-01T06:59", "2026-06-30T07:00"),
        ("2026-10-25T09:00", "2026-10-25T08:00"),
        ("2026-10-25T07:59", "2026-10-24T07:00"),
        ("2026-03-29T07:00", "2026-03-29T07:00"),
        ("2026-03-29T06:59", "2026-03-28T08:00"),
    ],
)
def test_a_digest_tells_how_it_stood_at_its_hour_in_london(at: str, as_of: str) -> None:
    first, second = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (at, as_of))
    assert Times(hour=8).as_of(first) == second
    assert Times().as_of(first) == first


def test_a_digest_comes_once_a_day_and_what_cannot_wait_for_it_comes_at_once(world: World, box: Mailbox) -> None:
    daily = Times(hour=8)
    put(world, task(0, NOON + timedelta(hours=30)))  # tomorrow at six in the evening
    assert remind(world, box, times=daily) == 0
    put(world, task(1, NOON + timedelta(hours=4)))
    assert remind(world, box, times=daily) == 1
    world.clock.on(hours=8)
    assert remind(world, box, times=daily) == 0  # it is overdue, and the next digest says so
    world.clock.on(hours=12)
    assert remind(world, box, times=daily) == 1
    assert [subject for _, subject in box.told] == ["Gateway: 1 due soon", "Gateway: 1 overdue, 1 due soon"]


# -- faults -----------------------------------------------------------------------------------------------------------


def test_what_the_mail_server_would_not_take_is_tried_again_until_it_goes(either: World, box: Mailbox) -> None:
    put(either, task(0, NOON + timedelta(hours=1)))
    box.answers = ["451 not now", "554 no"]
    for _ in range(2):
        with pytest.raises(Fault) as fault:
            remind(either, box)
        assert fault.value.reason is Reason.MAIL
    assert remind(either, box) == 1
    assert remind(either, box) == 0
    assert len(box.letters) == 1


def test_one_address_that_is_refused_keeps_no_other_waiting(world: World, box: Mailbox) -> None:
    put(world, task(0, NOON + timedelta(hours=1), owner=OWNER), task(1, NOON + timedelta(hours=2)))
    box.refuses = {LEAD}
    with pytest.raises(Fault):
        remind(world, box)
    assert box.told == [(TEAM, "Gateway: 1 due soon")]
    box.refuses = set()
    assert remind(world, box) == 1
    assert box.told[1:] == [(LEAD, "Gateway: 1 due soon")]


def test_a_server_that_is_down_is_asked_once_for_all(world: World) -> None:
    put(world, task(0, NOON + timedelta(hours=1), owner=OWNER), task(1, NOON + timedelta(hours=2)))
    asked: list[Letter] = []

    class Down:
        def send(self, letter: Letter, at: datetime) -> None:
            asked.append(letter)
            raise Fault(Reason.TIMEOUT)

    kent = world.kent
    with pytest.raises(Fault):
        reminding.remind(kent.gateway, kent.store, Down(), Times(), TO, LINK, NOON)
    assert len(asked) == 1
    assert len(taken(kent.store, NOON)) == 2


def taken(store: Store, at: datetime) -> list[TaskId]:
    return [one.task.id for one in store.take_reminders(at, Times(), TO, reminding.LEASE, 10)]


def test_what_a_machine_took_up_and_never_sent_is_taken_up_by_another_when_its_lease_is_over(either: World) -> None:
    put(either, task(0, NOON + timedelta(hours=2)))
    store = either.kent.store
    assert len(taken(store, NOON)) == 1
    assert taken(store, NOON + reminding.LEASE - timedelta(seconds=1)) == []
    assert len(taken(store, NOON + reminding.LEASE)) == 1


def test_what_was_told_keeps_nothing_else_from_being_told(world: World) -> None:
    put(world, *(task(number, NOON + timedelta(hours=1 + number)) for number in range(3)))
    store, found = world.kent.store, []
    for _ in range(4):
        one = store.take_reminders(NOON, Times(), TO, reminding.LEASE, 1)
        store.reminded(one, NOON)
        found += [reminder.task.id[2] for reminder in one]
    assert found == ["a", "b", "c"]


def test_two_machines_at_once_take_up_each_reminder_once(either: World) -> None:
    put(either, *(task(number, NOON + timedelta(hours=1)) for number in range(9)))
    stores = [either.kent.store, Store(either.kent.store.engine.url.render_as_string(hide_password=False))]
    found: list[TaskId] = []
    together = Barrier(len(stores))

    def take(store: Store) -> None:
        together.wait()
        found.extend(taken(store, NOON))

    threads = [Thread(target=take, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stores[1].engine.dispose()
    assert len(found) == len(set(found)) == 9


def test_no_transaction_is_open_while_a_letter_is_handed_over(either: World, box: Mailbox) -> None:
    """What is written meanwhile, by another who has to wait for an open transaction, is written."""
    one, other = task(0, NOON + timedelta(hours=1)), task(1, NOON + timedelta(hours=1))
    put(either, one, other)
    another = Store(either.kent.store.engine.url.render_as_string(hide_password=False))
    waited: list[float] = []

    def write() -> None:
        start = datetime.now(UTC)
        another.record(Record((TaskDone(NOON, other.home, other.id, other.kind, Commitment("0" * 64)),)))
        with another.engine.begin() as db:
            db.exec_driver_sql("UPDATE reminders SET stage = stage")
        waited.append((datetime.now(UTC) - start).total_seconds())

    box.meanwhile = write
    assert remind(either, box) == 1
    another.engine.dispose()
    assert len(waited) == 1
    assert [row.id for row in either.kent.store.tasks([KENT])] == [one.id]


def test_a_reminder_writes_nothing_into_the_disclosure_log(world: World, box: Mailbox, tmp_path: Path) -> None:
    put(world, task(0, NOON))
    before = world.kent.store.edge().size
    assert remind(world, box) == 1
    assert world.kent.store.edge().size == before
    assert stamp(NOON) not in box.letters[0].as_string()
