"""Cases that were merged by mistake and opened again: neither finds, nor takes what comes about, the other's child."""

from gateway.core.cases import CaseState
from gateway.core.records import Case
from gateway.core.terms import CaseId
from gateway.edge.verifying import verify_whole
from gateway.flows import casebook
from tests.flows.watch import OFFICER
from tests.simulator import KENT, World
from tests.web.test_casework import left


def case(world: World, number: str) -> Case:
    found = world.kent.store.case(CaseId(number))
    assert found is not None
    return found


def merge(world: World, one: str, into: str) -> None:
    kent = world.kent
    casebook.merge(
        kent.gateway, kent.store, OFFICER, CaseId(one), CaseId(into), "Their mother says that it is one.", world.clock()
    )


def reopen(world: World, one: str) -> None:
    kent = world.kent
    casebook.reopen(kent.gateway, kent.store, OFFICER, CaseId(one), "They are two children after all.", world.clock())


def test_each_finds_its_own_child_alone_again(world: World) -> None:
    first, second = left(world), left(world, seed=2)
    before = case(world, first), case(world, second)
    merge(world, second, first)
    assert set(case(world, first).handles) == {*before[0].handles, *before[1].handles}
    reopen(world, second)
    for number, one in zip((first, second), before, strict=True):
        now = case(world, number)
        assert (now.handles, now.strong, now.state) == (one.handles, one.strong, CaseState.OPEN)
    found = world.kent.store.cases_on(KENT, before[1].handles)
    assert [one.id for one in found] == [second], "what comes about the second child is no longer the first's"
    assert verify_whole(world.kent).startswith("sound")


def test_what_another_case_that_is_still_part_of_it_knew_stays(world: World) -> None:
    first, second, third = left(world), left(world, seed=2), left(world, seed=3)
    handles = {one: case(world, one).handles for one in (first, second, third)}
    merge(world, third, second)
    merge(world, second, first)
    reopen(world, third)
    assert set(case(world, second).handles) == set(handles[second])
    assert set(case(world, first).handles) == {*handles[first], *handles[second]}, "all the way up"
    assert case(world, third).handles == handles[third]
    merge(world, third, first)
    reopen(world, second)
    assert set(case(world, first).handles) == {*handles[first], *handles[third]}
