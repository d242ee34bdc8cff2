"""A parcel on which something fails each time is set aside, visibly and for a reason, and all others go on."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.core.agreements import Status
from gateway.core.delivery import State
from gateway.core.errors import Fault, Reason
from gateway.core.partners import Partner
from gateway.core.records import Reply, Standing
from gateway.core.terms import MessageId, PartnerId
from gateway.edge.store import tables as t
from gateway.flows import dispatch, enquiry
from gateway.flows.ports import Gateway
from tests.simulator import OFFICER, Side, World, agreement, garbled

TRIES = 4


class Poisonous:
    """The wire, on which one message always ends the same way."""

    def __init__(self, world: World, message: MessageId, answer: Callable[[Callable[[], Reply]], Reply]) -> None:
        self.world, self.message, self.answer, self.tried = world, message.encode(), answer, 0

    def send(self, recipient: Partner, home: PartnerId, content_type: str, body: bytes) -> Reply:
        if self.message not in body:
            return self.world.wire.send(recipient, home, content_type, body)
        self.tried += 1
        return self.answer(lambda: self.world.wire.send(recipient, home, content_type, body))


def failing(_deliver: Callable[[], Reply]) -> Reply:
    return Reply(500, "text/html", b"<h1>Internal Server Error</h1>")


def silent(_deliver: Callable[[], Reply]) -> Reply:
    return Reply(200, "text/plain", b"")


def away(_deliver: Callable[[], Reply]) -> Reply:
    raise Fault(Reason.UNREACHABLE)


def breaking(_deliver: Callable[[], Reply]) -> Reply:
    """Our own code has a mistake that this parcel alone meets."""
    raise ZeroDivisionError


def five(world: World) -> Standing:
    """Five files in the queue; the poison is always the first to be due."""
    world.leavers(pupils=1, partial=True)
    (poison,) = world.kent.store.parcels_in([State.WAITING], 9)
    world.clock.on(seconds=1)
    for number in range(2, 6):
        world.leavers(pupils=1, partial=True, seed=number, sequence=number)
    return poison


def through(world: World, wire: Poisonous, rounds: int = 12) -> Gateway:
    """Dispatch for a while, as the timetable does."""
    waits = replace(world.kent.gateway.waits, tries=TRIES)
    gateway = replace(world.kent.gateway, transport=wire, waits=waits)
    for _ in range(rounds):
        while dispatch.send_due(gateway):
            pass
        world.clock.on(minutes=1)
    return gateway


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (garbled, Reason.RECEIPT_INVALID),
        (failing, Reason.HTTP_STATUS),
        (silent, Reason.RECEIPT_MISSING),
        (breaking, Reason.UNEXPECTED),
    ],
)
def test_poison_is_set_aside_after_so_many_tries_and_the_rest_go_on(
    world: World, answer: Callable[[Callable[[], Reply]], Reply], reason: Reason
) -> None:
    poison = five(world)
    assert poison.parcel.message is not None
    wire = Poisonous(world, poison.parcel.message, answer)
    through(world, wire, rounds=1)
    assert world.kent.store.counts() == {State.WAITING: 1, State.DELIVERED: 4}
    through(world, wire)
    assert world.kent.store.counts() == {State.ABANDONED: 1, State.DELIVERED: 4}
    (dead,) = world.kent.store.parcels_in([State.ABANDONED], 9)
    assert (dead.parcel.id, dead.reason, wire.tried) == (poison.parcel.id, reason, TRIES)
    assert enquiry.is_overdue(dead, world.clock(), world.kent.gateway.rulebook.clocks)
    assert enquiry.reason_words(dead.reason)


def test_partner_that_is_away_is_no_poison_however_often_it_was_tried(world: World) -> None:
    poison = five(world)
    assert poison.parcel.message is not None
    wire = Poisonous(world, poison.parcel.message, away)
    through(world, wire)
    assert wire.tried > TRIES
    assert world.kent.store.counts() == {State.WAITING: 1, State.DELIVERED: 4}


def test_what_broke_is_handed_on_to_whoever_tells(world: World) -> None:
    poison = five(world)
    assert poison.parcel.message is not None
    gateway = replace(world.kent.gateway, transport=Poisonous(world, poison.parcel.message, breaking))
    assert [type(one.broke) for one in dispatch.send_due(gateway)] == [ZeroDivisionError, *([type(None)] * 4)]


def test_parcel_whose_evidence_is_gone_holds_up_nobody(world: World) -> None:
    poison = five(world)
    remove_evidence(world.kent, poison)
    kinds = [type(one.fact).__name__ for one in dispatch.send_due(world.kent.gateway)]
    assert kinds == ["ParcelDeferred", *(["ParcelDelivered"] * 4)]


def remove_evidence(side: Side, standing: Standing) -> None:
    with side.store.engine.begin() as db:
        db.execute(t.evidence.delete().where(t.evidence.c.parcel == standing.parcel.id))


def test_parcel_that_breaks_what_would_seal_it_anew_is_set_aside_and_the_others_are_sealed(world: World) -> None:
    world.notice(1)
    (poison,) = world.kent.store.parcels_in([State.WAITING], 9)
    world.clock.on(seconds=1)
    world.notice(2)
    world.adopt(agreement(status=Status.SUPERSEDED))
    world.adopt(agreement(2))
    spoil_document(world.kent, poison)
    sent = dispatch.send_due(world.kent.gateway)
    assert [type(one.fact).__name__ for one in sent] == ["ParcelAbandoned", "ParcelWithdrawn"]
    assert sent[0].counted
    (dead,) = world.kent.store.parcels_in([State.ABANDONED], 9)
    assert (dead.parcel.id, dead.reason) == (poison.parcel.id, Reason.UNEXPECTED)
    dispatch.send_due(world.kent.gateway)
    assert world.kent.store.counts() == {State.ABANDONED: 1, State.WITHDRAWN: 1, State.DELIVERED: 1}


def spoil_document(side: Side, standing: Standing) -> None:
    """What is kept for it is no document, though it opens."""
    kept = side.vault.keep(b"\xff")
    with side.store.engine.begin() as db:
        db.execute(t.kept.insert().values(**{name: getattr(kept, name) for name in t.kept.c.keys()}))  # noqa: SIM118
        db.execute(t.parcels.update().where(t.parcels.c.id == standing.parcel.id).values(document=kept.id))


def test_database_that_is_gone_is_not_taken_for_poison(world: World) -> None:
    poison = five(world)
    assert poison.parcel.message is not None

    def gone(_deliver: Callable[[], Reply]) -> Reply:
        with world.kent.store.engine.begin() as db:
            db.exec_driver_sql("PRAGMA query_only=ON")
        return failing(_deliver)

    gateway = replace(world.kent.gateway, transport=Poisonous(world, poison.parcel.message, gone))
    with pytest.raises(Fault):
        dispatch.send_due(gateway)
    world.kent.store.engine.dispose()
    world.clock.on(minutes=2)
    while dispatch.send_due(world.kent.gateway):
        pass
    assert world.kent.store.counts() == {State.DELIVERED: 5}


def test_what_was_set_aside_can_be_sent_again_when_it_is_mended(world: World) -> None:
    poison = five(world)
    assert poison.parcel.message is not None
    through(world, Poisonous(world, poison.parcel.message, failing))
    (dead,) = world.kent.store.parcels_in([State.ABANDONED], 9)
    dispatch.resend(world.kent.gateway, dead.parcel.id, OFFICER.id, world.clock())
    dispatch.send_due(world.kent.gateway)
    assert world.kent.store.counts() == {State.DELIVERED: 5}
