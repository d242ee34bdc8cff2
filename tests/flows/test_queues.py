"""A queue for each partner: one that is slow, dead, busy or buried in parcels delays nobody else."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.core import sample
from gateway.core.delivery import State, Waits
from gateway.core.records import Record, Reply, Standing
from gateway.core.terms import LaEstab, PartnerId
from gateway.flows import dispatch
from gateway.flows.dispatch import Sent
from tests.flows.councils import ten
from tests.simulator import KENT, MEDWAY, NOON, World, refused

FIRST, SECOND = PartnerId("council-201"), PartnerId("council-202")


@pytest.fixture
def many(keys: Path, tmp_path: Path) -> World:
    """Kent, Medway and nine more."""
    return ten(keys, tmp_path)


def tell(world: World, council: PartnerId, number: int) -> None:
    """A notice of Kent's to one of them."""
    dest = LaEstab(f"{council[-3:]}LLLL")
    made = sample.notice(number, LaEstab("886LLLL"), dest, NOON.replace(tzinfo=None), number)
    world.upload(made.content, made.name, KENT)


def turn(world: World, after: str = "", most: int = 5) -> list[Sent]:
    return list(dispatch.send_due(world.kent.gateway, most, after))


def to(sent: list[Sent]) -> list[str]:
    return [one.parcel.recipient for one in sent]


def at_a_rate(world: World, rate: int) -> None:
    medway = world.kent.store.register().directory.get(MEDWAY)
    world.kent.store.enlist([replace(medway, rate=rate)], Record(()))


def test_queues_have_turns_however_long_one_of_them_is(many: World) -> None:
    for number in range(1, 13):
        tell(many, FIRST, number)
    tell(many, SECOND, 13)
    tell(many, MEDWAY, 14)
    turns, after = [], ""
    while sent := turn(many, after):
        after = sent[-1].parcel.recipient
        turns.append(to(sent))
    assert turns == [[FIRST] * 5, [SECOND], [MEDWAY], [FIRST] * 5, [FIRST] * 2]


def test_dead_partner_is_left_alone_and_the_others_are_served(many: World) -> None:
    for number in range(1, 8):
        tell(many, FIRST, number)
    tell(many, SECOND, 8)
    many.wire.faults = [refused] * 5
    assert to(turn(many)) == [FIRST] * 5
    assert to(turn(many, FIRST)) == [SECOND]
    assert turn(many, SECOND) == []
    assert many.kent.store.counts() == {State.WAITING: 7, State.DELIVERED: 1}


def test_slow_partner_holds_one_worker_and_no_more(many: World) -> None:
    for number in range(1, 4):
        tell(many, FIRST, number)
    tell(many, SECOND, 4)
    begun, go_on = threading.Event(), threading.Event()

    def slow(deliver: Callable[[], Reply]) -> Reply:
        begun.set()
        assert go_on.wait(60)
        return deliver()

    many.wire.faults = [slow]
    held: list[Sent] = []
    worker = threading.Thread(target=lambda: held.extend(turn(many, most=1)))
    worker.start()
    assert begun.wait(60)
    try:
        assert to(turn(many)) == [SECOND]
        assert turn(many) == []
    finally:
        go_on.set()
        worker.join()
    assert to(held) == [FIRST]
    assert to(turn(many)) == [FIRST] * 2


def test_what_a_slow_partner_left_no_time_for_is_free_at_once(world: World) -> None:
    for sequence in (1, 2, 3):
        world.leavers(sequence=sequence, seed=sequence)

    def slow(deliver: Callable[[], Reply]) -> Reply:
        world.clock.on(seconds=31)
        return deliver()

    world.wire.faults = [slow]
    assert len(turn(world)) == 1
    assert len(turn(world)) == 2


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [(1, 8, 12), (25, 25, 25), (86400, 36, 36)],
    ids=["shorter than our shortest wait", "as asked", "longer than our longest"],
)
def test_partner_that_is_busy_is_left_alone_as_long_as_it_asks_within_bounds(
    world: World, asked: int, least: float, most: float
) -> None:
    world.leavers()
    world.wire.faults = [lambda _: Reply(503, "", b"", retry_after=timedelta(seconds=asked))]
    turn(world)
    (one,) = world.kent.store.parcels_in([State.WAITING], 9)
    assert one.reason == "busy"
    assert least <= (one.due - world.clock()).total_seconds() <= most


def test_partner_takes_no_more_a_minute_than_its_rate(either: World) -> None:
    at_a_rate(either, 2)
    for sequence in range(1, 6):
        either.leavers(sequence=sequence, seed=sequence)
    assert (len(turn(either)), len(turn(either))) == (2, 0)
    either.clock.on(seconds=59)
    assert turn(either) == []
    either.clock.on(seconds=2)
    assert (len(turn(either, most=1)), len(turn(either)), len(turn(either))) == (1, 1, 0)


def test_partner_that_was_down_for_a_week_recovers_in_order_at_its_rate(world: World) -> None:
    world.kent.gateway = replace(world.kent.gateway, waits=Waits())
    at_a_rate(world, 4)
    for sequence in range(1, 13):
        world.leavers(sequence=sequence, seed=sequence)
        world.clock.on(seconds=1)
    sealed = [one.parcel.id for one in in_order(world)]
    end = world.clock() + timedelta(days=7)
    while world.clock() < end:
        world.wire.faults = [refused] * 20
        turn(world)
        world.clock.on(minutes=37)
    world.wire.faults.clear()
    came: list[str] = []
    minutes = 0
    while len(came) < len(sealed):
        sent = [one.parcel.id for _ in range(3) for one in turn(world)]
        assert len(sent) <= 4
        came += sent
        world.clock.on(minutes=1, seconds=1)
        minutes += 1
    assert minutes <= 4
    probed, *rest = came
    assert rest == [one for one in sealed if one != probed]


def in_order(world: World) -> list[Standing]:
    return sorted(world.kent.store.parcels_in([State.WAITING], 99), key=lambda one: one.parcel.sealed_at)
