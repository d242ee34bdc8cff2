"""A case that is closed to all but named people is not there for anybody else, whatever their role."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.core.documents.messages.parts import OpenIdentity
from gateway.core.documents.messages.tracing import Sought
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Because, Role, parse_line
from gateway.core.records import Case, Person, Record
from gateway.core.terms import CaseId, PersonId, Upn
from gateway.flows import byhand, casebook, caselist, closures, enquiry
from gateway.flows.enquiry import Child
from tests.flows.watch import WHY
from tests.simulator import KENT, NOON, OFFICER, World
from tests.web.office import Office

HEAD = Person(PersonId("k.head"), Role.MANAGER, KENT)
OTHER = Person(PersonId("k.other"), Role.OFFICER, KENT)
AUDITOR = Person(PersonId("k.audit"), Role.AUDITOR, KENT)
PUPIL = Upn("J886432126001")


def opened(world: World) -> Case:
    """A case about somebody's child, and everybody who might look."""
    for one in (HEAD, OTHER, AUDITOR):
        world.kent.store.add_person(one, Record(()))
    child, said = Sought(who=OpenIdentity(upn=PUPIL)), {"reason": "A neighbour rang.", "who": "", "day": ""}
    case, _ = byhand.open_case(world.kent.gateway, OFFICER, KENT, child, Because.BY_HAND, said, NOON)
    found = world.kent.store.case(case)
    assert found is not None
    return found


def close(world: World, case: Case, *people: Person, by: Person = HEAD, why: str = WHY) -> None:
    named = [one.id for one in people]
    closures.close_to(world.kent.gateway, world.kent.store, by, case, named, why, world.clock())


def seen_by(world: World, person: Person) -> list[CaseId]:
    return [row.id for row in caselist.listed(world.kent.gateway, world.kent.store, person, NOON)]


def refusal_of(act: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def test_a_closed_case_is_there_for_the_named_alone_until_it_is_opened_again(either: World) -> None:
    side, case = either.kent, opened(either)
    close(either, case, HEAD, OFFICER)
    assert (seen_by(either, HEAD), seen_by(either, OFFICER), seen_by(either, OTHER)) == ([case.id], [case.id], [])
    assert refusal_of(lambda: casebook.opened(side.gateway, side.store, OTHER, case.id)) is Code.NOT_FOUND
    assert refusal_of(lambda: casebook.assign(side.gateway, side.store, HEAD, case.id, OTHER, NOON)) is Code.NOT_ALLOWED
    close(either, case)
    assert seen_by(either, OTHER) == [case.id]
    lines = [line for line in map(parse_line, side.store.lines()) if line["fact"] == "CaseClosedTo"]
    assert [str(line["people"]).count(",") for line in lines] == [1, 0] and lines[1]["people"] == []
    assert all(line["by"] and line["reason"] for line in lines)
    assert not any(one.id.encode() in b"".join(side.store.lines()) for one in (HEAD, OFFICER))


def test_the_log_tells_nobody_else_about_the_child_of_a_closed_case(world: World) -> None:
    side, case = world.kent, opened(world)
    close(world, case, HEAD, OFFICER)

    def ask(person: Person) -> object:
        return enquiry.about_child(side.gateway, side.store, person, Child((PUPIL,)), WHY, NOON)

    assert refusal_of(lambda: ask(OTHER)) is Code.SAFEGUARDING_ONLY
    assert ask(OFFICER) == ask(HEAD) == []
    assert ask(AUDITOR) == [], "who watches over the log reads it whole"


def test_a_case_is_closed_by_who_may_with_a_reason_and_for_two_at_least(world: World) -> None:
    case = opened(world)
    assert refusal_of(lambda: close(world, case, HEAD, OFFICER, by=OFFICER)) is Code.NOT_ALLOWED
    assert refusal_of(lambda: close(world, case, HEAD, OFFICER, why=" ")) is Code.REASON_WANTED
    assert refusal_of(lambda: close(world, case, HEAD)) is Code.TWO_NAMED
    assert refusal_of(lambda: close(world, case, HEAD, AUDITOR)) is Code.NOT_ALLOWED
    assert seen_by(world, OTHER) == [case.id]


def test_a_manager_closes_a_case_at_the_page_and_no_officer_can(world: World) -> None:
    case = opened(world)
    manager, officer = (Office(world, one.role, KENT, one.id) for one in (HEAD, OTHER))
    address = f"/cases/{case.id}/limit"
    assert "Close this case to all but" not in officer.post(f"/cases/{case.id}", reason=WHY).text
    assert officer.get(address).status == officer.post(address, reason=WHY).status == 404
    assert "Close this case to all but" in manager.post(f"/cases/{case.id}", reason=WHY).text
    alone = manager.post(address, people=[HEAD.id], reason=WHY)
    assert alone.status == 422 and "Name a second one" in alone.text
    assert manager.follow(manager.post(address, people=[OFFICER.id, HEAD.id], reason=WHY)).status == 200
    assert officer.get(f"/cases/{case.id}").status == 404
    gone = manager.follow(manager.post(address, people=[OFFICER.id, "n.okoro"], reason=WHY))
    assert gone.heading == "Cases" and manager.get(f"/cases/{case.id}").status == 404


def test_by_what_a_case_is_found_is_lost_to_no_write_that_came_too_late(either: World) -> None:
    store, case = either.kent.store, opened(either)
    learnt = replace(case, handles=(*case.handles, "learnt"), version=case.version + 1)
    assert store.change_cases([case], Record((), cases=(learnt,)))
    store.record(Record((), cases=(replace(case, version=case.version + 1),)))
    assert [one.id for one in store.cases_on(KENT, ["learnt"])] == [case.id]
    unlearnt = replace(learnt, handles=case.handles, version=learnt.version + 1)
    assert not store.change_cases([case], Record((), cases=(unlearnt,))), "somebody else has changed it"
    assert store.change_cases([learnt], Record((), cases=(unlearnt,)))
    assert store.cases_on(KENT, ["learnt"]) == []
