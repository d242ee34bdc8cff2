"""Clocks that jump by thirty days, and both changes of summer time: nothing is stranded, nothing goes twice at once."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from gateway import wiring
from gateway.core.delivery import State
from gateway.flows import dispatch
from tests.simulator import World, refused

JUMPS = [timedelta(days=30), timedelta(days=-30)]
CHANGES = {
    "to summer time": datetime(2027, 3, 28, 1, tzinfo=UTC),
    "to winter time": datetime(2026, 10, 25, 1, tzinfo=UTC),
}


def claim(world: World) -> int:
    """What a worker does that dies before it sends."""
    gateway, at = world.kent.gateway, world.clock()
    return len(gateway.store.claim(at, gateway.lease, 9, dispatch.judge(gateway, at), gateway.waits))


def fails(world: World) -> int:
    """An attempt that is put off; the patience of a council, so that none is given up for being old."""
    world.wire.faults = [refused]
    patient = replace(world.kent.gateway.waits, give_up=timedelta(days=99))
    return len(dispatch.send_due(replace(world.kent.gateway, waits=patient)))


def accepts(world: World) -> int:
    world.leavers()
    return 1


@pytest.mark.parametrize(("jump", "does"), list(product(JUMPS, [accepts, claim, fails])))
def test_whatever_a_machine_did_while_its_clock_was_wrong_the_parcel_is_free_in_minutes(
    world: World, jump: timedelta, does: object
) -> None:
    if does is not accepts:
        world.leavers()
    world.clock.at += jump
    assert does(world) == 1  # type: ignore[operator]
    world.clock.at -= jump
    world.clock.on(minutes=2)
    assert [type(one.fact).__name__ for one in dispatch.send_due(world.kent.gateway)] == ["ParcelDelivered"]


@pytest.mark.parametrize("jump", JUMPS)
def test_paused_partner_is_probed_in_minutes_after_the_clock_is_right_again(world: World, jump: timedelta) -> None:
    for sequence in (1, 2, 3):
        world.leavers(sequence=sequence, seed=sequence)
    patient = replace(world.kent.gateway, waits=replace(world.kent.gateway.waits, give_up=timedelta(days=99)))
    world.clock.at += jump
    world.wire.faults = [refused] * 3
    assert len(dispatch.send_due(patient)) == 3
    world.clock.at -= jump
    world.clock.on(minutes=2)
    assert len(dispatch.send_due(patient)) == 1
    assert len(dispatch.send_due(patient)) == 2
    assert world.kent.store.counts() == {State.DELIVERED: 3}


@pytest.mark.parametrize("jump", JUMPS)
def test_clock_that_jumps_while_an_attempt_is_under_way_costs_nothing(world: World, jump: timedelta) -> None:
    world.leavers()

    def jumping(deliver: object) -> object:
        reply = deliver()  # type: ignore[operator]
        world.clock.at += jump
        return reply

    world.wire.faults = [jumping]  # type: ignore[list-item]
    dispatch.send_due(world.kent.gateway)
    assert world.kent.store.counts() == {State.DELIVERED: 1}


@pytest.fixture
def london() -> Iterator[None]:
    """The machine shows local time, which runs through one hour twice or leaves one out."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/London"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("london")
def test_gateway_runs_on_a_clock_that_knows_no_summer_time() -> None:
    assert time.tzname == ("GMT", "BST")
    assert wiring.now().tzinfo is UTC
    assert abs(wiring.now().timestamp() - time.time()) < 60


@pytest.mark.usefixtures("london")
@pytest.mark.parametrize("change", list(CHANGES))
def test_change_of_summer_time_makes_no_wait_longer_or_shorter(world: World, change: str) -> None:
    world.clock.at = before = CHANGES[change] - timedelta(seconds=15)
    world.leavers()
    world.wire.faults = [refused, refused]
    tried = []
    for _ in range(60):
        if dispatch.send_due(world.kent.gateway):
            tried.append((world.clock() - before).total_seconds())
        world.clock.on(seconds=1)
    assert len(tried) == 3
    assert 8 <= tried[1] - tried[0] <= 13 and 16 <= tried[2] - tried[1] <= 25
    assert world.kent.store.counts() == {State.DELIVERED: 1}


@pytest.mark.usefixtures("london")
@pytest.mark.parametrize("change", list(CHANGES))
def test_lease_of_a_dead_worker_ends_in_its_time_across_a_change(world: World, change: str) -> None:
    world.clock.at = CHANGES[change] - timedelta(seconds=30)
    world.leavers()
    assert claim(world) == 1
    world.clock.on(seconds=50)
    assert dispatch.send_due(world.kent.gateway) == []
    world.clock.on(seconds=11)
    assert len(dispatch.send_due(world.kent.gateway)) == 1
    assert world.kent.store.counts() == {State.DELIVERED: 1}
