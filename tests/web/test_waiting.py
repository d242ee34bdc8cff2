"""What waits for people, at the pages: what would go is seen before anybody signs, and the flow says who may."""

import pytest

from gateway.core import tasks
from gateway.core.decisions import EXCUSES, GLASS, HOLDS
from gateway.core.errors import HELP, Code
from gateway.core.facts import Excuse, Role, TaskKind
from gateway.core.records import Record
from gateway.core.tasks import Task
from gateway.core.terms import DisclosureId, Flag, TaskId
from gateway.flows import dispatch, holds, uncollected
from gateway.web.governance import spoken, waiting
from tests.flows.test_blocked import the_same
from tests.flows.test_cases import leaver
from tests.flows.test_never_arrived import moving
from tests.flows.test_uncollected import SPRING
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
from tests.simulator import ACADEMY, KENT, MEDWAY, NUMBERS, World, leavers
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
    assert "P04: The old school sends the pupil's transfer file" in listed.text
    page = office.get(f"/holds/{held}")
    assert page.heading.startswith("What would go to") and "The address is confidential" in page.text
    assert page.text.index("What would go") < page.text.index("What would be withheld") < page.text.index("Sign for")
    asked = office.get(f"/holds/{held}/release").text
    assert "What goes:" in asked and "What is withheld:" in asked and "It takes 2 people" in asked
    assert lines(world.kent, "HoldSigned") == []


def test_two_people_release_it_one_after_the_other(world: World, held: DisclosureId) -> None:
    office = first(world)
    asked, signed = office.get(f"/holds/{held}/release"), office.post(f"/holds/{held}/release", reason=WHY)
    assert signed.heading == "You have signed"
    for page in (asked, signed):
        assert "P04: The old school sends the pupil's transfer file" in page.text, "the purpose in words"
    again = office.post(f"/holds/{held}/release", reason=WHY)
    assert "You have signed it" in office.get(f"/holds/{held}/release").text
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


def test_whoever_has_signed_reads_so_and_is_not_asked_again(world: World, held: DisclosureId) -> None:
    office = first(world)
    assert "Sign for its release" in office.get(f"/holds/{held}").text
    office.post(f"/holds/{held}/release", reason=WHY)
    page = office.get(f"/holds/{held}").text
    assert "You have signed. It goes when somebody else has signed too." in page
    assert "Sign for its release" not in page and "Decide that it does not go" in page


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


def test_whom_to_ring_of_a_child_that_has_died_stands_with_what_is_due(world: World) -> None:
    made = moving()
    hand_in(world, made)
    dispatch.send_due(world.kent.gateway)
    hand_in(world, the_same(leaver("K"), made))
    office = Office(world, OFFICER.role, KENT, OFFICER.id)
    page = office.get("/due")
    assert "Ring School school-8874123: 01632960101 (Medway). Say no more than this" in page.text
    (task,) = (one for one in world.kent.store.tasks([KENT]) if one.kind is TaskKind.LET_KNOW)
    assert "I have rung them" in page.text
    assert "Ring School" not in office.follow(office.post(f"/tasks/{task.id}/done")).text


def test_a_hold_is_done_by_deciding_it_alone() -> None:
    assert TaskKind.HOLD not in waiting.LOOKED_AT


def test_every_flag_and_every_excuse_has_words() -> None:
    assert set(spoken.FLAGS) == set(Flag) and set(spoken.EXCUSES) == set(Excuse)
    assert set().union(*EXCUSES.values()) <= set(spoken.EXCUSES) and set(EXCUSES) <= HOLDS


def test_overview_of_whoever_has_something_to_do_says_so(world: World) -> None:
    world.leavers(dest=NUMBERS[ACADEMY])
    officer = Office(world, Role.OFFICER, KENT, "k.off")
    assert "Nothing needs doing." in officer.get("/").text
    world.clock.at = SPRING
    uncollected.sweep(world.kent.gateway, world.kent.store, SPRING)
    officer.sign_in()
    assert "1 thing waits for you" in officer.get("/").text
    (link,) = officer.get("/due").tree.xpath("//main//a[starts-with(., 'p-')]/@href")
    assert "Lay it ready again" in officer.get(link).text


def test_who_decides_nothing_is_told_of_nothing_to_decide(world: World) -> None:
    world.leavers(dest=NUMBERS[ACADEMY])
    world.clock.at = SPRING
    uncollected.sweep(world.kent.gateway, world.kent.store, SPRING)
    for role in (Role.OPERATOR, Role.AUDITOR):
        assert "waits for you" not in Office(world, role, KENT, f"k.{role}").get("/").text
