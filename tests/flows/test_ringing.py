"""A child has died: nothing goes out by machine, and people ring whoever may still look for it, of whom the least."""

from datetime import timedelta

from gateway.core.documents.messages.words import ClosureEvidence, ClosureOutcome
from gateway.core.errors import Code
from gateway.core.facts import Ending, TaskKind
from gateway.core.notices import Side
from gateway.core.sample import SampleFile
from gateway.core.tasks import Task
from gateway.core.terms import DisclosureId, Flag, Kind
from gateway.flows import asking, casebook, dispatch, holds, notices
from tests.flows.asked import a_message, about, carry, sealed
from tests.flows.test_blocked import spoilt, the_same
from tests.flows.test_cases import leaver, rows
from tests.flows.test_enquiries import child_of
from tests.flows.test_never_arrived import moving
from tests.flows.watch import FIRST, OFFICER, flag, hand_in, lines, values
from tests.simulator import KENT, MEDWAY, NOON, World


def to_ring(world: World) -> list[Task]:
    return [task for task in world.kent.store.tasks([KENT]) if task.kind is TaskKind.LET_KNOW]


def sent(world: World) -> SampleFile:
    """A leaver's file that the next school's council has."""
    made = moving()
    hand_in(world, made)
    dispatch.send_due(world.kent.gateway)
    return made


def test_who_was_told_of_a_child_that_has_died_is_rung_once_and_hears_the_least(either: World) -> None:
    made = sent(either)
    hand_in(either, the_same(leaver("K"), made))
    (task,) = to_ring(either)
    assert task.due.date() == NOON.date() + timedelta(days=1), "in one working day"
    (gone,) = (one for one in lines(either.kent, "DisclosureReleased") if one["disclosure"] == task.subject)
    assert gone["recipient"] == MEDWAY
    words = notices.to_ring(either.kent.gateway, task)
    assert words.startswith("Ring School school-8874123: 01632960101 (Medway)"), "a number of its council, having none"
    assert task.subject in words and not [
        one for one in values(made.content, "UPN", "Surname") if one.decode() in words
    ]
    hand_in(either, the_same(leaver("K", number=2), made))
    assert to_ring(either) == [task], "once, however often it is said"
    carried = len(either.wire.carried)
    dispatch.send_due(either.kent.gateway)
    assert len(either.wire.carried) == carried, "no machine says it"
    holds.look_at(either.kent.gateway, either.kent.store, OFFICER, task.id, either.clock())
    assert to_ring(either) == []


def test_nobody_is_rung_who_never_heard_of_the_child(world: World) -> None:
    made = moving()
    hand_in(world, made)
    hand_in(world, the_same(leaver("K"), made))
    assert to_ring(world) == [], "what was queued waits for people, and nobody has it"
    hand_in(world, moving(seed=7))
    dispatch.send_due(world.kent.gateway)
    assert to_ring(world) == [], "another child of the same schools"


def test_of_a_child_that_has_died_a_later_file_waits_by_no_clock_and_its_case_says_contact_nobody(
    world: World,
) -> None:
    kent, made = world.kent, moving()
    hand_in(world, the_same(leaver("G"), made))
    assert [row.needs for row in rows(world, FIRST)] == ["an officer"]
    hand_in(world, spoilt(the_same(leaver("K", number=2), made), b""))
    hand_in(world, made)
    (held,) = holds.listed(kent.gateway, kent.store, FIRST, world.clock())
    assert (held.reasons, held.due) == ((Code.FLAGGED,), None)
    assert kent.store.tasks([KENT]) == [], "nobody is reminded, and nothing goes to deputies"
    assert [row.needs for row in rows(world, FIRST)] == ["the child has died, as a school says: contact nobody"]
    assert [(row.label, row.needs) for row in rows(world)] == [("", "an officer")], "to whom it does not open"


def test_what_was_held_of_a_child_that_has_died_since_waits_by_no_clock_any_more(either: World) -> None:
    kent, made, other = either.kent, moving(), moving(seed=7)
    for one in (made, other):
        flag(either, one)
        hand_in(either, one)
    clocks = {task.subject for task in kent.store.tasks([KENT]) if task.kind is TaskKind.HOLD}
    assert clocks == {row.disclosure for row in holds.listed(kent.gateway, kent.store, FIRST, either.clock())} != set()
    hand_in(either, the_same(leaver("K"), made))
    rows = holds.listed(kent.gateway, kent.store, FIRST, either.clock())
    assert {row.due is None for row in rows} == {True, False}, "of the other child it goes on"
    assert clocks <= {row.disclosure for row in rows} and not any(row.overdue for row in rows)
    left = {task.subject for task in kent.store.tasks([KENT]) if task.kind is TaskKind.HOLD}
    assert left == {row.disclosure for row in rows if row.due} < clocks


def test_a_return_that_an_error_stops_has_them_rung_too(world: World) -> None:
    hand_in(world, spoilt(the_same(leaver("K"), sent(world)), b""))
    assert len(to_ring(world)) == 1


def test_a_case_that_a_person_closes_on_a_death_has_them_rung_too(world: World) -> None:
    made = sent(world)
    hand_in(world, the_same(leaver("G"), made))
    (row,) = rows(world)
    kent = world.kent
    casebook.close(kent.gateway, kent.store, OFFICER, row.id, Ending.DIED, {"how": "The registrar wrote."}, NOON)
    assert len(to_ring(world)) == 1


def test_who_was_asked_after_the_child_is_rung_and_nobody_is_told_to_renew_or_to_phone(world: World) -> None:
    made, kent = leaver("G"), world.kent
    file = sealed(about(a_message(world, Kind.ENQUIRY), child_of(made)))
    asking.ask(kent.gateway, OFFICER, KENT, file.name, file.content, [MEDWAY], world.clock())
    carry(world, KENT)
    hand_in(world, the_same(leaver("K"), made))
    (task,) = to_ring(world)
    asked = DisclosureId(task.subject)
    assert kent.store.notice(asked, Side.SENT)
    assert "Medway" in notices.to_ring(kent.gateway, task)
    world.clock.on(days=350)
    asking.remind(kent.gateway, kent.store, world.clock())
    notices.chase(kent.gateway, kent.store, world.clock())
    assert [one.kind for one in kent.store.tasks([KENT]) if one.kind is not TaskKind.LET_KNOW] == []
    (stands,) = kent.store.flags([KENT])
    assert stands.flag is Flag.DIED
    (closed,) = asking.close(
        kent.gateway, OFFICER, asked, ClosureOutcome.DIED, ClosureEvidence.DEATH_REGISTERED, world.clock()
    )
    assert closed.plan.refusal is None
