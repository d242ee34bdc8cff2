"""kill -9 before every line of the flows and the edge, in everything that moves a file on: nothing is lost or done twice."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from gateway.core.agreements import Status
from gateway.core.delivery import Accepted, State, after
from gateway.core.facts import parse_line
from gateway.core.log import tiles, tree
from gateway.core.records import Record
from gateway.core.terms import digest
from gateway.flows import dispatch, receive
from gateway.flows.ports import Gateway
from tests.faults.crashing import FLOORS, Noted, Stage, Tracer, stage
from tests.simulator import KENT, Side, World, agreement, leavers

FILE = leavers(pupils=1, partial=True)


@pytest.fixture
def here(beginning: World, tmp_path: Path) -> Iterator[Stage]:
    made = stage(beginning, tmp_path)
    warm(made)
    yield made
    made.close()


def warm(here: Stage) -> None:
    """One whole life, undone: what is compiled and parsed once is not done again for each point."""
    upload(here)
    drain(here)
    here.reset()


def facts(side: Side) -> list[str]:
    names = [str(parse_line(line)["fact"]) for line in side.store.lines()]
    return [name for name in names if name not in {"AgreementRecorded", "WatchOpened"}]


def sound(side: Side) -> bool:
    edge = tree.Edge()
    for line in side.store.lines():
        edge, _ = tiles.grow(edge, [tree.leaf(line)])
    with side.store.engine.connect() as db:
        return edge == side.store.edge() and db.exec_driver_sql("PRAGMA quick_check").scalar() == "ok"


def upload(here: Stage) -> bytes:
    return here.world.upload(FILE.content, FILE.name).answer


def sending(here: Stage, tracer: Tracer) -> Gateway:
    return replace(here.world.kent.gateway, transport=Noted(here, tracer))


def drain(here: Stage) -> None:
    """What the next worker does once the lease of the dead one is over."""
    for _ in range(6):
        here.world.clock.on(minutes=2)
        for sent in dispatch.send_due(sending(here, Tracer(lambda _: None))):
            assert sent.counted and sent.broke is None
        if not here.world.kent.store.counts().keys() & {State.WAITING, State.SENDING}:
            return


def once(here: Stage, names: list[str], expected: dict[str, int]) -> list[str]:
    """What is not there as often as it should be."""
    return [f"{names.count(name)} x {name}" for name, times in expected.items() if names.count(name) != times]


def wrong(here: Stage, **expected: int) -> list[str]:
    """Which invariant does not hold after everything had time to end."""
    kent, medway = here.world.kent, here.world.medway
    found = once(here, facts(kent), {"ParcelDelivered": 1, **expected})
    found += once(here, facts(medway), {"MessageReceived": 1, "ParcelShelved": 1})
    if len(here.crossed) > facts(kent).count("AttemptStarted"):
        found.append("left without a line")
    if medway.store.counts() != {State.SHELVED: 1}:
        found.append("not on one shelf")
    if kent.store.counts().get(State.DELIVERED) != 1:
        found.append("not delivered")
    return found + [f"{side.home} is not sound" for side in (kent, medway) if not sound(side)]


def told(here: Stage, what: str) -> None:
    print(f"{what}: {len(here.states)} lines leave {len(set(here.states))} states on disk; ended at {here.deaths}")


# -- accept -----------------------------------------------------------------------------------------------------------


def test_upload_ended_at_any_line_is_taken_once_and_an_answer_given_before_holds(here: Stage) -> None:
    for point in here.each(lambda _tracer: here.acknowledge(upload(here))):
        if here.acknowledged is not None:
            assert facts(here.world.kent)[:1] == ["UploadAccepted"], point
        again = upload(here)
        assert here.acknowledged in {None, again}, point
        names = facts(here.world.kent)
        assert names == ["UploadAccepted", "DisclosureReleased", "ParcelSealed"], point
        assert here.world.kent.store.counts() == {State.WAITING: 1} and sound(here.world.kent), point
    told(here, "upload")


def test_message_ended_at_any_line_is_taken_once_and_a_receipt_given_before_is_given_again(here: Stage) -> None:
    message = queued(here)

    def take() -> bytes:
        return receive.accept(here.world.medway.gateway, message).body

    here.keep()
    for point in here.each(lambda _tracer: here.acknowledge(take())):
        if (first := here.acknowledged) is not None:
            assert facts(here.world.medway) == ["MessageReceived", "ParcelShelved"], point
        again = take()
        assert first in {None, again}, point
        assert facts(here.world.medway) == ["MessageReceived", "ParcelShelved"], point
        assert here.world.medway.store.counts() == {State.SHELVED: 1} and sound(here.world.medway), point
    told(here, "message")


def queued(here: Stage) -> receive.Message:
    upload(here)
    kent = here.world.kent
    (one,) = kent.store.parcels_in([State.WAITING], 9)
    body = kent.vault.open_kept(kent.store.kept(one.parcel.sealed))
    return receive.Message(here.world.clock(), one.parcel.content_type, body, digest(kent.tls))


# -- claim, send, receipt ---------------------------------------------------------------------------------------------


def attempt(here: Stage, tracer: Tracer) -> None:
    assert len(dispatch.send_due(sending(here, tracer))) == 1


def test_attempt_ended_at_any_line_is_made_again_and_delivers_once(here: Stage) -> None:
    upload(here)
    here.keep()
    again = 0
    for point in here.each(partial(attempt, here)):
        drain(here)
        assert wrong(here) == [], point
        assert len(set(here.crossed)) == 1, point
        again += len(here.crossed) - 1
    told(here, "attempt")
    assert again > 0  # some died between the wire and the receipt


def test_renewal_ended_at_any_line_is_done_again_under_the_same_disclosure_and_sends_once(here: Stage) -> None:
    here.world.notice()
    here.world.adopt(agreement(status=Status.SUPERSEDED))
    here.world.adopt(agreement(2))
    here.keep()
    kent = here.world.kent
    for point in here.each(partial(attempt, here)):
        drain(here)
        assert wrong(here, ParcelWithdrawn=1, ParcelSealed=2, AttemptStarted=1, DisclosureReleased=2) == [], point
        assert kent.store.counts() == {State.WITHDRAWN: 1, State.DELIVERED: 1}, point
        parcels = kent.store.parcels_in(list(State), 9)
        assert len({one.parcel.disclosure for one in parcels}) == 1, point
    told(here, "renewal")


# -- and the method bites ---------------------------------------------------------------------------------------------


def settled_first(here: Stage, tracer: Tracer) -> None:
    """The order that loses: believed to be delivered, and then sent."""
    gateway = sending(here, tracer)
    at = gateway.clock()
    (claimed,) = gateway.store.claim(at, gateway.lease, 9, dispatch.judge(gateway, at), gateway.waits)
    receipt = Accepted(b"none", digest(b"none"), digest(b"nobody"))
    fact = after(claimed.parcel, claimed.attempt, receipt, at, gateway.waits, 0)
    sealed = gateway.store.kept(claimed.parcel.sealed)
    gateway.store.settle(claimed, Record((fact,)), lambda lane: (lane, ()), receipt.receipt)
    directory = gateway.store.register().directory
    gateway.transport.send(
        directory.get(claimed.parcel.recipient), KENT, claimed.parcel.content_type, gateway.vault.open_kept(sealed)
    )


def sent_first(here: Stage, tracer: Tracer) -> None:
    """The order that leaks: sent, and then written down."""
    gateway = sending(here, tracer)
    (one,) = here.world.kent.store.parcels_in([State.WAITING], 9)
    sealed = gateway.vault.open_kept(gateway.store.kept(one.parcel.sealed))
    recipient = gateway.store.register().directory.get(one.parcel.recipient)
    gateway.transport.send(recipient, KENT, one.parcel.content_type, sealed)
    dispatch.send_due(gateway)


@pytest.mark.parametrize("life", [settled_first, sent_first])
def test_wrong_order_is_found(here: Stage, life: Callable[[Stage, Tracer], None]) -> None:
    upload(here)
    here.keep()
    found = 0
    for _ in here.each(partial(life, here), (*FLOORS, __file__)):
        left_unlogged = len(here.crossed) > facts(here.world.kent).count("AttemptStarted")
        drain(here)
        found += left_unlogged or bool(wrong(here))
    told(here, f"{life.__name__}, wrong at {found}")
    assert found > 0
