"""Of a list of pupils it is told who has a file, from what the office itself sent or may collect, and from nothing else."""

import re
from datetime import UTC, date, datetime

import pytest

from gateway.core.documents.sheets import Listed
from gateway.core.errors import Refusal
from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.terms import LaEstab, PersonId, Upn
from gateway.flows import casework, rollcall
from gateway.flows.rollcall import Row
from tests.flows.watch import flag
from tests.simulator import ACADEMY, KENT, LARKMERE, NUMBERS, World, leavers

SENDER = Person(PersonId("l.office"), Role.SCHOOL_SENDER, LARKMERE)
READER = Person(PersonId("n.office"), Role.SCHOOL_READER, ACADEMY)
STRANGER = Upn(Upn.check_letter("886432126001") + "886432126001")


def numbers(content: bytes) -> list[Upn]:
    return [Upn(one) for one in re.findall("<UPN>(.{13})<", content.decode())]


def listed(*upns: Upn, day: date | None = None, school: LaEstab | None = None) -> list[Listed]:
    return [Listed(row, upn, day, school) for row, upn in enumerate(upns, 1)]


def left(world: World, person: Person, pupils: list[Listed]) -> list[Row]:
    return list(rollcall.left(world.kent.gateway, world.kent.store, person, pupils, world.clock()))


def came(world: World, person: Person, pupils: list[Listed]) -> list[Row]:
    return list(rollcall.came(world.kent.gateway, world.kent.store, person, pupils, world.clock()))


def test_leaver_has_the_file_that_we_sent_and_another_has_none(world: World) -> None:
    made = leavers(dest=NUMBERS[ACADEMY])
    world.upload(made.content, made.name)
    one, two = numbers(made.content)
    *sent, missing = left(world, SENDER, listed(one, two, STRANGER, day=date(2026, 10, 1)))
    for row in sent:
        (file,) = row.files
        assert file.upload and file.words == f"Sent to School {ACADEMY}: waiting to be collected"
    assert missing.files == () and missing.due == datetime(2026, 10, 22, 22, 59, tzinfo=UTC) and missing.passed


def test_return_of_leavers_is_no_transfer_file(world: World) -> None:
    made = leavers(dest=LaEstab("886LLLL"))
    world.upload(made.content, made.name)
    (row, *_) = left(world, SENDER, listed(*numbers(made.content)))
    assert [one.upload is not None for one in row.files] == [True], "a transfer file to a council is one"
    assert left(world, READER, listed(*numbers(made.content)))[0].files == (), "another school's is none of ours"


def test_newcomer_has_the_file_that_lies_ready_or_was_collected(world: World) -> None:
    made = leavers(dest=NUMBERS[ACADEMY])
    world.upload(made.content, made.name)
    one, two = numbers(made.content)
    for words in ("waiting to be collected", "collected by a person"):
        rows = came(world, READER, listed(one, two))
        assert [[file.words for file in row.files] for row in rows] == [[f"From School {LARKMERE}: {words}"]] * 2
        (waiting,) = casework.inbox(world.kent.gateway, world.kent.store, READER)
        casework.collect(world.kent.gateway, READER, waiting.parcel, world.clock())


def test_who_waits_for_a_file_is_told_whom_to_ring_and_by_when_it_is_due(world: World) -> None:
    (row,) = came(world, READER, listed(STRANGER, day=date(2026, 11, 2), school=NUMBERS[LARKMERE]))
    assert row.ask.startswith(f"Ring School {LARKMERE} on ") and not row.passed
    assert row.due is not None and row.due.date() == date(2026, 11, 23)
    (row,) = came(world, READER, listed(STRANGER))
    assert (row.ask, row.due) == ("Ring the old school and ask for the file.", None)


def test_nobody_learns_of_files_of_others(world: World) -> None:
    made = leavers(dest=NUMBERS[ACADEMY])
    world.upload(made.content, made.name)
    assert all(not row.files for row in came(world, SENDER, listed(*numbers(made.content))))
    assert all(not row.files for row in left(world, READER, listed(*numbers(made.content))))


def test_of_a_guarded_child_neither_side_reads_where_the_file_is(world: World) -> None:
    made = leavers(dest=NUMBERS[ACADEMY], pupils=1)
    world.upload(made.content, made.name)
    flag(world, made)
    (sent,) = left(world, SENDER, listed(*numbers(made.content)))
    assert [one.words for one in sent.files] == ["Sent to your council: with your council"]
    (row,) = came(world, READER, listed(*numbers(made.content)))
    assert row.files == ()


def test_who_collects_and_sees_nothing_of_what_was_sent_asks_of_newcomers_alone(world: World) -> None:
    admissions = Person(PersonId("n.admits"), Role.ADMISSIONS, ACADEMY)
    assert [row.files for row in came(world, admissions, listed(STRANGER))] == [()]
    with pytest.raises(Refusal, match="not-allowed"):
        left(world, admissions, listed(STRANGER))


@pytest.mark.parametrize("ask", [rollcall.left, rollcall.came])
def test_who_reads_no_files_asks_nothing(world: World, ask: object) -> None:
    operator = Person(PersonId("o.hall"), Role.OPERATOR, KENT)
    with pytest.raises(Refusal, match="not-allowed"):
        ask(world.kent.gateway, world.kent.store, operator, [], world.clock())  # type: ignore[operator]


def test_list_leaves_no_trace(world: World) -> None:
    before = len(list(world.kent.store.lines()))
    left(world, SENDER, listed(STRANGER))
    came(world, READER, listed(STRANGER))
    assert len(list(world.kent.store.lines())) == before
