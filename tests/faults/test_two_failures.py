"""Every effect fails in two ways: it did not happen, or it did and nobody heard. Tried again, all ends right and once.

The effects are those of one file's way: recorded, claimed, sent, received, settled; and those beside it: withdrawn and
sealed anew, put back in the queue, collected.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import TypeVar

import pytest

from gateway.core.agreements import Status
from gateway.core.delivery import State, Waits
from gateway.core.errors import Fault, Reason
from gateway.core.facts import Role, Stale, parse_line
from gateway.core.log import tiles, tree
from gateway.core.records import Claimed, Judge, LaneRule, Person, Record
from gateway.core.terms import ParcelId, PersonId
from gateway.edge.store import Store
from gateway.edge.store import tables as t
from gateway.flows import casework, dispatch
from tests.simulator import (
    KENT,
    MEDWAY,
    NOON,
    OFFICER,
    TIDEWAY,
    Side,
    Wire,
    World,
    agreement,
    leavers,
    lost_answer,
    refused,
)

T = TypeVar("T")

DID_NOT, DID = "did not happen", "did happen"


@dataclass
class Failing:
    """What is to fail next, in order: the effect, and whether it happens all the same."""

    planned: list[tuple[str, str]] = field(default_factory=list)

    def around(self, effect: str, do: Callable[[], T]) -> T:
        """Do it, unless it is its turn to fail."""
        if not self.planned or self.planned[0][0] != effect:
            return do()
        _, way = self.planned.pop(0)
        if way == DID:
            do()
        raise Fault(Reason.STORE)


class FailingStore(Store):
    """The real store of one side, whose writes fail when they are told to."""

    def __init__(self, path: Path, failing: Failing, prefix: str = "") -> None:
        super().__init__(f"sqlite:///{path}")
        self._failing, self._prefix = failing, prefix

    def record(self, record: Record) -> None:
        self._failing.around(self._prefix + "record", lambda: Store.record(self, record))

    def claim(
        self, at: datetime, lease: timedelta, most: int, judge: Judge, waits: Waits, after: str = ""
    ) -> Sequence[Claimed]:
        return self._failing.around("claim", lambda: Store.claim(self, at, lease, most, judge, waits, after))

    def settle(self, claimed: Claimed, record: Record, lane: LaneRule, receipt: bytes | None) -> bool:
        return self._failing.around("settle", lambda: Store.settle(self, claimed, record, lane, receipt))

    def collect(self, parcel_id: ParcelId, record: Record, judge: Judge) -> Stale | bool:
        return self._failing.around("collect", lambda: Store.collect(self, parcel_id, record, judge))


@dataclass
class Story:
    """One world in which the named effects fail, and a person and a machine that try again."""

    world: World
    failing: Failing

    def until_done(self, do: Callable[[], T], tries: int = 6) -> T:
        """Try again, as a person does who read "try again in a minute"."""
        for _ in range(tries):
            try:
                return do()
            except Fault:
                self.world.clock.on(minutes=2)
        raise AssertionError("it never ended")

    def drain(self) -> None:
        """Dispatch until nothing is open, as the timetable does: a fault is told, and the next tick comes."""
        for _ in range(12):
            self.until_done(lambda: dispatch.send_due(self.world.kent.gateway))
            if set(self.world.kent.store.counts()) <= {State.DELIVERED, State.WITHDRAWN}:
                return
            self.world.clock.on(minutes=2)
        raise AssertionError(self.world.kent.store.counts())


@pytest.fixture
def story(beginning: World, tmp_path: Path) -> Iterator[Story]:
    beginning.clock.at = NOON
    world, failing = World(beginning.clock, {}, Wire.__new__(Wire)), Failing()
    world.wire = Wire(world)
    for home, prefix in ((KENT, ""), (MEDWAY, "partner's ")):
        side, path = beginning.sides[home], tmp_path / f"{home}.sqlite"
        shutil.copy(str(side.store.engine.url.database), path)
        opened = FailingStore(path, failing, prefix)
        world.sides[home] = replace(
            side, store=opened, gateway=replace(side.gateway, store=opened, transport=world.wire)
        )
    yield Story(world, failing)
    for side in world.sides.values():
        side.store.engine.dispose()


def facts(side: Side) -> list[str]:
    names = [str(parse_line(line)["fact"]) for line in side.store.lines()]
    return [name for name in names if name not in {"AgreementRecorded", "MessageRefused", "WatchOpened"}]


def sound(side: Side) -> bool:
    """Whether the lines of one side's log still give its head."""
    edge = tree.Edge()
    for line in side.store.lines():
        edge, _ = tiles.grow(edge, [tree.leaf(line)])
    return edge == side.store.edge()


WAYS = (DID_NOT, DID)
EFFECTS = ("record", "claim", "partner's record", "settle")
"""In the order in which a file meets them."""


def can_follow(first: tuple[str, str], second: tuple[str, str]) -> bool:
    """What happened is not tried again, and what came before it neither; but a claim is made at every tick."""
    if second[0] == "claim" or EFFECTS.index(first[0]) < EFFECTS.index(second[0]):
        return True
    return first[0] == second[0] and first[1] == DID_NOT


ONE = list(product(EFFECTS, WAYS))
TWO = [(first, second) for first, second in product(ONE, ONE) if can_follow(first, second)]


def named(planned: tuple[tuple[str, str], ...]) -> str:
    return " then ".join(f"{effect} {way}" for effect, way in planned)


@pytest.mark.parametrize("planned", [*((one,) for one in ONE), *TWO], ids=named)
def test_whatever_fails_on_its_way_a_file_is_delivered_once_and_logged(
    story: Story, planned: tuple[tuple[str, str], ...]
) -> None:
    world = story.world
    story.failing.planned = list(planned)
    made = leavers()
    story.until_done(lambda: world.upload(made.content, made.name))
    story.drain()
    assert story.failing.planned == []
    sent, received = facts(world.kent), facts(world.medway)
    assert sent[:3] == ["UploadAccepted", "DisclosureReleased", "ParcelSealed"]
    assert sent.count("UploadAccepted") == sent.count("ParcelSealed") == sent.count("ParcelDelivered") == 1
    assert sent.index("AttemptStarted") < sent.index("ParcelDelivered")
    assert sent.count("AttemptStarted") >= len(world.wire.carried)
    assert received == ["MessageReceived", "ParcelShelved"]
    assert world.kent.store.counts() == {State.DELIVERED: 1}
    assert len(world.medway.store.shelved_for([TIDEWAY])) == 1
    assert len(set(world.wire.carried)) == 1
    assert sound(world.kent) and sound(world.medway)


@pytest.mark.parametrize(
    "lost", [[refused], [lost_answer], [refused, lost_answer], [lost_answer, refused, lost_answer]]
)
def test_message_that_the_network_lost_on_its_way_out_or_back_is_delivered_once(
    story: Story, lost: list[object]
) -> None:
    world = story.world
    world.leavers()
    world.wire.faults = list(lost)  # type: ignore[arg-type]
    story.drain()
    assert facts(world.kent).count("AttemptStarted") == len(lost) + 1
    assert facts(world.kent).count("ParcelDelivered") == 1
    assert facts(world.medway) == ["MessageReceived", "ParcelShelved"]


def test_failed_write_answers_with_a_fault_and_keeps_nothing_or_everything(story: Story) -> None:
    made = leavers()
    for way, kept in ((DID_NOT, 0), (DID, 3)):
        story.failing.planned = [("record", way)]
        with pytest.raises(Fault):
            story.world.upload(made.content, made.name)
        assert len(facts(story.world.kent)) == kept
    first = story.world.upload(made.content, made.name)
    assert first.record == Record(()) and len(facts(story.world.kent)) == 3


def test_receipt_is_not_given_before_the_message_is_recorded(story: Story) -> None:
    story.world.leavers()
    story.failing.planned = [("partner's record", DID_NOT)]
    (sent,) = dispatch.send_due(story.world.kent.gateway)
    assert (type(sent.fact).__name__, facts(story.world.medway)) == ("ParcelDeferred", [])


@pytest.mark.parametrize("way", WAYS)
def test_withdrawal_that_failed_is_done_again_under_the_same_disclosure_and_sends_once(story: Story, way: str) -> None:
    world = story.world
    world.notice()
    world.adopt(agreement(status=Status.SUPERSEDED))
    world.adopt(agreement(2))
    story.failing.planned = [("settle", way)]
    story.drain()
    assert facts(world.kent).count("ParcelWithdrawn") == facts(world.kent).count("ParcelDelivered") == 1
    assert world.kent.store.counts() == {State.WITHDRAWN: 1, State.DELIVERED: 1}
    assert len(world.medway.store.shelved_for([MEDWAY])) == 1


@pytest.mark.parametrize(("way", "asked"), [(DID_NOT, 1), (DID, 1)])
def test_dead_letter_whose_resending_failed_is_put_back_once(story: Story, way: str, asked: int) -> None:
    world = story.world
    world.leavers()
    world.wire.faults = [refused]
    world.clock.on(hours=2)
    dispatch.send_due(world.kent.gateway)
    (dead,) = world.kent.store.parcels_in([State.ABANDONED], 9)
    story.failing.planned = [("record", way)]

    def resend() -> None:
        if world.kent.store.counts() == {State.ABANDONED: 1}:
            dispatch.resend(world.kent.gateway, dead.parcel.id, OFFICER.id, world.clock())

    story.until_done(resend)
    story.drain()
    assert facts(world.kent).count("ParcelResent") == asked
    assert facts(world.medway) == ["MessageReceived", "ParcelShelved"]


@pytest.mark.parametrize(("way", "logged"), [(DID_NOT, 1), (DID, 2)])
def test_collection_that_failed_hands_nothing_out_and_what_is_handed_out_is_logged(
    story: Story, way: str, logged: int
) -> None:
    world = story.world
    world.leavers()
    story.drain()
    (lying,) = world.medway.store.shelved_for([TIDEWAY])
    reader = Person(PersonId("t.reader"), Role.SCHOOL_READER, TIDEWAY)
    story.failing.planned = [("collect", way)]
    _, content = story.until_done(
        lambda: casework.collect(world.medway.gateway, reader, lying.parcel.id, world.clock())
    )
    assert b"<CTfile" in content
    assert facts(world.medway).count("ParcelCollected") == logged
    assert world.medway.store.counts() == {State.COLLECTED: 1}


# -- what would stop others -------------------------------------------------------------------------------------------


def test_parcel_that_can_never_be_sealed_anew_is_given_up_and_the_others_go(story: Story) -> None:
    world = story.world
    world.notice(1)
    (poison,) = world.kent.store.parcels_in([State.WAITING], 9)
    destroy(world.kent, poison.parcel.document)
    world.clock.on(seconds=1)
    world.notice(2)
    world.adopt(agreement(status=Status.SUPERSEDED))
    world.adopt(agreement(2))
    kinds = [type(one.fact).__name__ for one in dispatch.send_due(world.kent.gateway)]
    assert kinds == ["ParcelAbandoned", "ParcelWithdrawn"]
    dispatch.send_due(world.kent.gateway)
    assert world.kent.store.counts() == {State.ABANDONED: 1, State.WITHDRAWN: 1, State.DELIVERED: 1}
    (dead,) = world.kent.store.parcels_in([State.ABANDONED], 9)
    assert dead.reason == "store"


def test_parcel_whose_document_this_release_cannot_read_is_given_up(story: Story) -> None:
    world = story.world
    world.notice()
    world.adopt(agreement(status=Status.SUPERSEDED))
    gateway = world.kent.gateway
    later = replace(gateway, rulebook=replace(gateway.rulebook, schemas={}))
    (sent,) = dispatch.send_due(later)
    assert type(sent.fact).__name__ == "ParcelAbandoned" and sent.counted
    (dead,) = world.kent.store.parcels_in([State.ABANDONED], 9)
    assert (dead.reason, world.wire.carried) == ("unsealable", [])


def destroy(side: Side, kept: str) -> None:
    """As retention does."""
    with side.store.engine.begin() as db:
        db.execute(t.kept.delete().where(t.kept.c.id == kept))


def test_parcels_for_which_a_slow_partner_left_no_time_are_not_sent_in_a_lease_that_is_ending(story: Story) -> None:
    world = story.world
    for sequence in (1, 2, 3):
        world.leavers(sequence=sequence, seed=sequence)

    def slow(deliver: Callable[[], T]) -> T:
        world.clock.on(seconds=31)
        return deliver()

    world.wire.faults = [slow]
    assert len(dispatch.send_due(world.kent.gateway)) == len(world.wire.carried) == 1
    world.clock.on(seconds=30)
    assert len(dispatch.send_due(world.kent.gateway)) == 2
    assert world.kent.store.counts() == {State.DELIVERED: 3}


@pytest.mark.parametrize("behind", [timedelta(milliseconds=5), timedelta(seconds=20)])
def test_worker_whose_clock_is_behind_leaves_what_another_has_claimed(story: Story, behind: timedelta) -> None:
    world = story.world
    world.leavers()
    world.clock.on(minutes=1)
    ours = world.kent.gateway
    assert len(ours.store.claim(world.clock(), ours.lease, 9, dispatch.judge(ours, world.clock()), ours.waits)) == 1
    world.clock.at -= behind
    assert dispatch.send_due(world.kent.gateway) == []
