"""What waits for people, at the pages: what would go is seen before anybody signs, and the flow says who may."""

import pytest

from gateway.core import tasks
from gateway.core.decisions import EXCUSES, GLASS, HOLDS
from gateway.core.errors import HELP, Code
from gateway.core.facts import Excuse, Role, TaskKind
from gateway.core.records import Record
from gateway.core.tasks import Task
from gateway.core.terms import DisclosureId, Flag, TaskId
from gateway.flows import holds
from gateway.web.governance import spoken, waiting
from tests.flows.watch import (
    FIRST,
    GOVERNANCE,
    OFFICER,
    SECOND,
    WHY,
    codes,
    decisions_of,
    flag,
    hand_in,
    lines,
    with_desk,
)
from tests.simulator import KENT, MEDWAY, World, leavers
from tests.web.office import Office, random_id

STAY = frozenset({Flag.ADDRESS_CONFIDENTIAL})


@pytest.fixture
def held(world: World) -> DisclosureId:
    """One flagged child's file that waits for two people."""
    with_desk(world)
    (decision,) = decisions_of(hand_in(world, leavers(pupils=1), {1: STAY}))
    assert codes(decision) == [Code.FLAGGED]
    return DisclosureId(decision["disclosure"])


def first(world: World) -> Office:
    return Office(world, FIRST.role, KENT, FIRST.id)


def second(world: World) -> Office:
    return Office(world, SECOND.role, KENT, SECOND.id)


def governance(world: World) -> Office:
    return Office(world, GOVERNANCE.role, KENT, GOVERNANCE.id)


def test_what_would_go_and_what_is_withheld_stand_before_the_button(world: World, held: DisclosureId) -> None:
    office = first(world)
    listed = office.get("/holds")
    assert held in listed.answer.text and "0 of 2 signatures" in listed.text and "Waiting" in listed.text
    page = office.get(f"/holds/{held}")
    assert page.heading.startswith("What would go to") and "The address is confidential" in page.text
    assert page.text.index("What would go") < page.text.index("What would be withheld") < page.text.index("Sign for")
    asked = office.get(f"/holds/{held}/release").text
    assert "What goes:" in asked and "What is withheld:" in asked and "It takes 2 people" in asked
    assert lines(world.kent, "HoldSigned") == []


def test_two_people_release_it_one_after_the_other(world: World, held: DisclosureId) -> None:
    office = first(world)
    assert office.post(f"/holds/{held}/release", reason=WHY).heading == "You have signed"
    again = office.post(f"/holds/{held}/release", reason=WHY)
    assert again.status == 422 and "you are the first of them. Ask somebody else" in again.text and WHY in again.text
    other = second(world)
    assert "1 of 2 signatures" in other.get("/holds").text
    assert "Yours is the last signature" in other.get(f"/holds/{held}/release").text
    assert other.post(f"/holds/{held}/release", reason=WHY).heading == "It goes now"
    assert "Nothing waits for people" in other.get("/holds").text
    assert other.get(f"/holds/{held}").status == 409


def test_a_reason_is_asked_for_at_its_field(world: World, held: DisclosureId) -> None:
    for said in ("", "yes"):
        page = first(world).post(f"/holds/{held}/release", reason=said)
        assert page.status == 422 and page.title.startswith("Error: ")
        assert page.tree.find(".//a[@href='#reason']") is not None
    assert lines(world.kent, "HoldSigned") == []


def test_not_sharing_is_a_decision_too(world: World, held: DisclosureId) -> None:
    office = first(world)
    assert office.post(f"/holds/{held}/refuse", reason=WHY).heading == "It does not go"
    assert len(lines(world.kent, "HoldRefused")) == 1
    assert "Refused" in office.get("/log?what=hold").text or "refused by a person" in office.get("/log").text.casefold()


def test_who_may_not_sign_sees_it_and_no_button(world: World, held: DisclosureId) -> None:
    office = governance(world)
    assert "another role than yours" in office.get(f"/holds/{held}").text
    for told in (office.get(f"/holds/{held}/release"), office.post(f"/holds/{held}/refuse", reason=WHY)):
        assert (told.status, told.heading) == (403, "You may not do this")
    assert office.get(f"/holds/{held}/burn").status == 404


def test_nobody_breaks_the_glass_for_a_school(world: World, held: DisclosureId) -> None:
    office = first(world)
    reader = holds.preview(world.kent.gateway, world.kent.store, FIRST, held, world.clock())
    assert not reader.glass and GLASS
    assert "in an emergency" not in office.get(f"/holds/{held}").text
    told = office.post(f"/holds/{held}/break-glass", reason=WHY)
    assert told.status == HELP[Code.NO_GLASS_HERE].status and HELP[Code.NO_GLASS_HERE].fix in told.text


def test_a_hold_of_another_council_is_not_ours(world: World, held: DisclosureId) -> None:
    office = Office(world, Role.SAFEGUARDING, MEDWAY, "x.medway")
    assert office.get(f"/holds/{held}").status == 403
    assert held not in office.get("/holds").answer.text


def test_a_restriction_is_lifted_only_for_a_ground_that_the_law_knows(world: World) -> None:
    with_desk(world)
    made = leavers(pupils=1)
    flag(world, made, what=Flag.RESTRICTION)
    (decision,) = decisions_of(hand_in(world, made))
    held, office = decision["disclosure"], governance(world)
    form = office.get(f"/holds/{held}/release")
    assert "What allows it all the same?" in form.text and "For a legal claim" in form.text
    empty = office.post(f"/holds/{held}/release", reason=WHY)
    assert empty.status == 422 and "Choose what allows it" in empty.text
    told = office.post(f"/holds/{held}/release", reason=WHY, excuses=["legal-claim"])
    assert told.heading in {"It goes now", "You have signed"}


def test_what_is_due_leads_to_where_it_is_done(world: World, held: DisclosureId) -> None:
    page = first(world).get("/due")
    assert page.heading == "What waits for you"
    assert page.tree.find(f".//a[@href='/holds/{held}']") is not None


def test_what_went_first_is_looked_at_afterwards_by_somebody_else(world: World) -> None:
    at = world.clock()
    task = TaskId(random_id("t"))
    due = tasks.due(TaskKind.LOG_TROUBLE, at, world.kent.gateway.rulebook.clocks)
    world.kent.store.record(Record((), tasks=(Task(task, KENT, TaskKind.LOG_TROUBLE, "log", at, due),)))
    office = Office(world, OFFICER.role, KENT, OFFICER.id)
    assert "I have looked at it" in office.get("/due").text
    assert "I have looked at it" not in office.follow(office.post(f"/tasks/{task}/done")).text
    assert office.post(f"/tasks/{task}/done").status == 409


def test_a_hold_is_done_by_deciding_it_alone() -> None:
    assert TaskKind.HOLD not in waiting.LOOKED_AT


def test_every_flag_and_every_excuse_has_words() -> None:
    assert set(spoken.FLAGS) == set(Flag) and set(spoken.EXCUSES) == set(Excuse)
    assert set().union(*EXCUSES.values()) <= set(spoken.EXCUSES) and set(EXCUSES) <= HOLDS
