"""Stories of the council's list: whose file an error stopped, and about whom somebody has to call a team."""

from datetime import timedelta

import pytest

from gateway.core.errors import Code, Refusal
from gateway.core.facts import Ending, Role, TaskKind, WatchEnd
from gateway.core.records import Person
from gateway.core.sample import SampleFile
from gateway.core.tasks import Task
from gateway.core.terms import Flag, Kind, LaEstab, PersonId
from gateway.flows import casebook, dispatch, holds, watching
from gateway.flows.watching import Stop
from tests.flows.test_cases import EARLIER, leaver, rows
from tests.flows.test_deletion import LEAST, same_child, send
from tests.flows.test_never_arrived import agreed, moving, sweep, told, watches
from tests.flows.watch import FIRST, OFFICER, flag, hand_in, lines, values
from tests.simulator import ACADEMY, KENT, LARKMERE, NOON, NUMBERS, TIDEWAY, World, leavers

LARGE = 2_000_001


def stopped(world: World, person: Person = OFFICER) -> list[Stop]:
    return list(watching.stopped(world.kent.gateway, world.kent.store, person, world.clock()))


def open_tasks(world: World) -> list[Task]:
    return list(world.kent.store.tasks([KENT]))


def alarms(world: World) -> list[Task]:
    return [task for task in open_tasks(world) if task.kind is TaskKind.DELETION_ALARM]


def spoilt(made: SampleFile, fault: bytes = b"x") -> SampleFile:
    """The same with a day of birth that is none, and so with an error."""
    return SampleFile(made.name, made.content.replace(b"<DOB>", b"<DOB>" + fault, 1))


def in_care(ground: str = "F") -> SampleFile:
    return leaver(ground, care_authority="886")


def with_both() -> SampleFile:
    """A child in care that has a plan."""
    made, need = in_care(), b"<SEN><StartDate>2025-09-01</StartDate><SENprovision>E</SENprovision></SEN>"
    before, end, after = made.content.partition(b"</LookedAfter>")
    return SampleFile(made.name, before + end + b"<SENhistory>" + need + b"</SENhistory>" + after)


def finish(world: World, row: str, person: Person = OFFICER) -> None:
    watching.finish(world.kent.gateway, world.kent.store, person, row, world.clock())


def called(world: World, task: Task) -> None:
    holds.look_at(world.kent.gateway, world.kent.store, OFFICER, task.id, world.clock())


# -- an alarm that could not be sent ----------------------------------------------------------------------------------


def test_who_has_to_call_sees_which_child_of_which_school_and_why_until_they_have(either: World) -> None:
    world, made = either, with_both()
    hand_in(world, made)
    (task,) = alarms(world)
    (row,) = stopped(world)
    (upn,) = values(made.content, "UPN")
    assert (row.id, row.task, row.sender, row.ground) == (task.subject, task.id, LARKMERE, "F")
    assert row.label.endswith(f"UPN ending {upn[-3:].decode()}") and row.label[1] == "."
    assert (row.teams, row.finding, row.waits) == (("social-care", "send"), "no-agreement, barred", False)
    world.clock.on(days=30)
    assert [one.id for one in stopped(world)] == [row.id]
    called(world, task)
    assert stopped(world) == [] == alarms(world)
    assert world.kent.store.blocked_at(KENT) == [], "it is over, and not only out of sight"


def test_a_person_calls_only_those_to_whom_nothing_could_go(world: World) -> None:
    agreed(world, "send", "P15", "apd-education")
    hand_in(world, with_both())
    (row,) = stopped(world)
    assert (row.teams, told(world, "send")) == (("social-care",), ["P15"])


def test_each_child_of_a_file_is_a_row_and_a_task_of_its_own(world: World) -> None:
    made = leavers(pupils=2, kind=Kind.CML, dest=LaEstab("886LLLL"), at=EARLIER, leaving=EARLIER.date(), ground="F")
    for number in (1, 2):
        flag(world, made, number, Flag.S47_LIVE)
    hand_in(world, made)
    assert stopped(world) == [], "a child with a live enquiry is shown to named safeguarding officers alone"
    found = stopped(world, FIRST)
    assert {one.id for one in found} == {task.subject for task in alarms(world)} and len(found) == 2


# -- one child, one row, one task -------------------------------------------------------------------------------------


def test_a_file_that_is_sent_again_and_stopped_again_is_the_same_row_and_the_same_task(either: World) -> None:
    world = either
    for fault in (b"x", b"y", b"z"):
        hand_in(world, spoilt(in_care(), fault))
    (task,), (row,) = alarms(world), stopped(world)
    assert row.id == task.subject and row.waits
    hand_in(world, spoilt(in_care("G")))
    assert len(alarms(world)) == 2, "another ground is another alarm"


def test_the_day_counts_from_the_first_time_that_it_was_stopped(world: World) -> None:
    hand_in(world, spoilt(leaver()))
    world.clock.on(days=2)
    hand_in(world, spoilt(leaver(), b"y"))
    assert len(stopped(world)) == 1


def test_a_mended_file_leaves_the_call_standing_and_one_that_is_told_ends_it(world: World) -> None:
    hand_in(world, spoilt(in_care()))
    (task,) = alarms(world)
    hand_in(world, in_care())
    (row,) = stopped(world)
    assert alarms(world) == [task] and (row.task, row.finding, row.waits) == (task.id, "no-agreement", False)
    agreed(world, "social-care", "P09", "apd-safeguarding")
    again = in_care()
    hand_in(world, SampleFile(again.name.replace("_001", "_002"), again.content + b"\n"))
    assert told(world, "social-care") == ["P09"]
    assert alarms(world) == [] == stopped(world), "the team has been told"


def test_a_file_that_its_council_sent_for_a_school_is_the_schools_once_it_can_be_read(world: World) -> None:
    hand_in(world, spoilt(in_care()), sender=KENT)
    hand_in(world, in_care(), sender=KENT)
    (row,) = stopped(world)
    assert row.sender == LARKMERE and len(alarms(world)) == 1


def test_a_child_who_is_in_the_file_twice_is_called_about_once(world: World) -> None:
    made = in_care()
    first, pupil, after = made.content.partition(b"<Pupil>")
    record, end, rest = after.partition(b"</Pupil>")
    assert hand_in(world, SampleFile(made.name, first + 2 * (pupil + record + end) + rest)).refusal is Code.FINDINGS
    assert len(alarms(world)) == 1 == len(stopped(world))


# -- what nobody could read -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "leavers.xml"])
def test_a_large_file_that_is_not_well_formed_stands_on_the_list_as_a_file(world: World, name: str) -> None:
    good = leaver()
    padding = b"<!--" + b" " * LARGE + b"-->"
    bad = good.content.replace(b"<Surname>", padding + b"<Surname>Salt & ", 1)
    assert hand_in(world, SampleFile(name or good.name, bad)).refusal is Code.NOT_XML
    assert stopped(world) == [], "a school day first"
    world.clock.on(days=2)
    (row,) = stopped(world)
    assert (row.pupil, row.sender, row.label, row.ground) == (0, LARKMERE, "", "") and row.finding == "DOC-XML-005"
    hand_in(world, SampleFile(good.name, good.content))
    assert len(stopped(world)) == (1 if name else 0), "by its name it is the same file, sent again"
    if name:
        finish(world, row.id)
    assert stopped(world) == []


def test_once_the_pupils_can_be_seen_they_stand_there_in_place_of_the_file(world: World) -> None:
    good = leaver()
    hand_in(world, SampleFile(good.name, good.content[: good.content.index(b"<Pupil>")]))
    hand_in(world, spoilt(good))
    world.clock.on(days=2)
    assert [one.pupil for one in stopped(world)] == [1]


@pytest.mark.parametrize("name", ["photo.jpg", "8864321_CME_8874123_001.xml"])
def test_what_was_no_return_at_all_is_nobodys_list(world: World, name: str) -> None:
    hand_in(world, SampleFile(name, b"\xff\xd8\xff"))
    world.clock.on(days=2)
    assert stopped(world) == []


# -- by form, with neither number nor birth ---------------------------------------------------------------------------


def test_initials_and_ground_alone_end_nothing_and_a_person_is_asked(either: World) -> None:
    world, good = either, leaver("F")
    hand_in(world, spoilt(good))
    world.clock.on(days=2)
    child = same_child(good, day=world.clock().date())
    send(world, LEAST)
    assert [one.alike for one in stopped(world)] == [False], "other initials, another ground"
    for day in (0, 1):
        form = same_child(good, day=world.clock().date() - timedelta(days=day))
        send(
            world, type(form)(phone=form.phone, surname=form.surname, forename=form.forename, day=form.day, ground="F")
        )
    (row,) = stopped(world)
    assert row.alike and [task.kind for task in open_tasks(world) if task.subject == row.id] == [TaskKind.SAME_CHILD]
    finish(world, row.id)
    assert stopped(world) == [] and row.id not in {task.subject for task in open_tasks(world)}
    (line,) = lines(world.kent, "BlockedCleared")
    assert line["upload"] == row.upload and child.surname not in str(line)


def test_only_an_officer_of_the_home_ends_a_row_and_a_guarded_one_only_who_may_see_it(world: World) -> None:
    good = leaver()
    hand_in(world, spoilt(good))
    flag(world, SampleFile(good.name, good.content), 1)
    (one,) = world.kent.store.blocked_at(KENT)
    reader = Person(PersonId("r.office"), Role.SCHOOL_READER, LARKMERE)
    for person, code in ((OFFICER, Code.NOT_FOUND), (reader, Code.NOT_ALLOWED)):
        with pytest.raises(Refusal) as refused:
            finish(world, one.id, person)
        assert refused.value.code is code
    finish(world, one.id, FIRST)
    assert world.kent.store.blocked_at(KENT) == []


# -- ground K ---------------------------------------------------------------------------------------------------------


def the_same(made: SampleFile, child: SampleFile) -> SampleFile:
    """The file about the child of another one."""
    (own,), (upn,) = values(made.content, "UPN"), values(child.content, "UPN")
    return SampleFile(made.name, made.content.replace(own, upn))


@pytest.mark.parametrize("fault", [b"", b"x"])
def test_ground_k_ends_the_watch_though_an_error_stops_the_return_and_no_transfer_file_begins_one(
    world: World, fault: bytes
) -> None:
    made = moving()
    hand_in(world, made)
    assert len(watches(world)) == 1
    hand_in(world, spoilt(the_same(leaver("K"), made), fault))
    assert [line["end"] for line in lines(world.kent, "WatchClosed")] == [WatchEnd.DIED]
    dispatch.send_due(world.kent.gateway)
    assert world.wire.carried == [], "what was queued waits for people"
    later = the_same(moving(seed=9, care_authority="886", sequence=2), made)
    hand_in(world, later)
    assert watches(world) == [] == rows(world) and alarms(world) == []


def test_a_return_on_another_ground_puts_ground_k_right(world: World) -> None:
    made = moving()
    hand_in(world, the_same(leaver("K"), made))
    form = same_child(made)
    send(world, type(form)(**{**{name: getattr(form, name) for name in form.__slots__}, "ground": "A", "goes_to": "",
                              "upn": values(made.content, "UPN")[0].decode(), "next_school": NUMBERS[TIDEWAY]}))  # fmt: skip
    assert len(watches(world)) == 1, "nobody falls between for a wrong letter"


def test_a_call_about_a_child_who_has_died_is_over(world: World) -> None:
    hand_in(world, spoilt(in_care()))
    assert len(alarms(world)) == 1
    hand_in(world, the_same(leaver("K"), in_care()))
    assert alarms(world) == []


def test_a_case_that_a_person_closes_because_the_child_died_stops_all_that_ground_k_stops(either: World) -> None:
    made = moving()
    hand_in(either, made)
    hand_in(either, the_same(leaver("G"), made))
    hand_in(either, spoilt(the_same(in_care(), made)))
    kent = either.kent
    (row,) = rows(either)
    assert kent.store.blocked_at(KENT) and watches(either)
    before = len(lines(kent))
    casebook.close(kent.gateway, kent.store, OFFICER, row.id, Ending.DIED, {"how": "The registrar wrote."}, NOON)
    said = {line["fact"] for line in lines(kent)[before:]}
    assert {"CaseClosed", "FlagSet", "WatchClosed", "BlockedCleared"} <= said
    assert watches(either) == [] and not kent.store.blocked_at(KENT)
    dispatch.send_due(kent.gateway)
    assert either.wire.carried == [], "the file that was queued waits for people"
    either.clock.on(days=30)
    sweep(either)
    assert rows(either) == []
    (stands,) = kent.store.flags([KENT])
    assert (stands.flag, stands.by) == (Flag.DIED, OFFICER.id)


def test_who_is_found_alive_is_not_taken_for_dead(world: World) -> None:
    hand_in(world, leaver("G"))
    (row,) = rows(world)
    started = {"school": NUMBERS[ACADEMY], "day": NOON.date().isoformat()}
    casebook.close(
        world.kent.gateway, world.kent.store, OFFICER, row.id, Ending.ENROLLED_AND_STARTED, started, NOON
    )  # fmt: skip
    assert not world.kent.store.flags([KENT])
