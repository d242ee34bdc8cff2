"""A queue that somebody stops: nothing goes, nothing is lost, the log says who and why, and it goes on where it was."""

from dataclasses import replace

import pytest

from gateway.core import partners
from gateway.core.delivery import State
from gateway.core.errors import Code, Reason, Refusal
from gateway.core.facts import ParcelDeferred, Role
from gateway.core.partners import Channel, Partner, Wait
from gateway.core.records import Person, Record
from gateway.core.terms import PartnerId, PersonId
from gateway.flows import dispatch, operating, pausing
from tests.flows.watch import lines
from tests.simulator import KENT, LARKMERE, MEDWAY, NOON, STAFF, Side, World, refused

BELL = Person(PersonId("o.bell"), Role.OPERATOR, KENT)
WHY = "They move house this weekend."


def pause(world: World, reason: str = WHY) -> Partner:
    return pausing.pause(world.kent.gateway, world.kent.store, BELL, MEDWAY, reason, world.clock())


def resume(world: World) -> Partner:
    return pausing.resume(world.kent.gateway, world.kent.store, BELL, MEDWAY, world.clock())


def waiting(side: Side) -> int:
    return side.store.counts().get(State.WAITING, 0)


def test_nothing_goes_to_a_paused_partner_and_all_of_it_when_it_goes_on(either: World) -> None:
    either.notice(seed=1)
    pause(either)
    either.notice(seed=2)
    assert dispatch.send_due(either.kent.gateway) == [] and waiting(either.kent) == 2
    assert not lines(either.kent, "AttemptStarted")
    resume(either)
    assert len(dispatch.send_due(either.kent.gateway)) == 2 and waiting(either.kent) == 0
    assert either.kent.store.counts()[State.DELIVERED] == 2


def test_what_was_claimed_before_the_pause_does_not_go_either(world: World) -> None:
    world.notice(seed=1)
    gateway = world.kent.gateway
    at = world.clock()
    (claimed,) = world.kent.store.claim(at, gateway.lease, 9, dispatch.judge(gateway, at), gateway.waits)
    pause(world)
    sent = dispatch.take_up(gateway, claimed, dispatch.send)
    assert isinstance(sent.fact, ParcelDeferred) and sent.fact.reason is Reason.PAUSED
    assert waiting(world.kent) == 1 and world.medway.store.counts() == {}
    resume(world)
    assert len(dispatch.send_due(gateway)) == 1


def test_who_pulls_what_is_for_it_finds_nothing_while_it_is_paused(world: World) -> None:
    directory = world.kent.store.register().directory
    world.kent.store.enlist([replace(directory.get(MEDWAY), channel=Channel.PULL)], Record(()))
    world.notice(seed=1)
    gateway, at = world.kent.gateway, world.clock()
    pause(world)
    asked = (MEDWAY, at, gateway.lease, dispatch.judge(gateway, at), gateway.waits)
    assert world.kent.store.claim_for(*asked) is None
    resume(world)
    assert world.kent.store.claim_for(*asked) is not None


def test_other_partners_have_their_turn_meanwhile(world: World) -> None:
    world.notice(seed=1)
    pause(world)
    (queue,) = [one for one in world.kent.store.queues() if one.partner == MEDWAY]
    assert queue.waiting == 1 and queue.oldest is not None
    assert partners.waits(world.kent.store.register().directory.get(MEDWAY), NOON) is Wait.PAUSED
    assert partners.waits(world.kent.store.register().directory.get(LARKMERE), NOON) is None


def test_the_log_says_who_did_it_to_whom_and_keeps_the_reason_beside_it(world: World) -> None:
    pause(world)
    resume(world)
    (paused,), (resumed,) = lines(world.kent, "QueuePaused"), lines(world.kent, "QueueResumed")
    assert {"by", "partner", "reason"} <= set(paused) and "reason" not in resumed
    told = b"".join(world.kent.store.lines())
    assert b"o.bell" not in told and WHY.encode() not in told


def test_a_record_that_comes_does_not_let_a_queue_go_on_and_ours_says_nothing_of_it(world: World) -> None:
    after = pause(world)
    came = replace(after, paused=None, name="Medway Council")
    assert partners.received(after, came, NOON, vouched=True).paused == after.paused
    assert partners.received(None, after, NOON, vouched=True).paused is None
    assert partners.from_toml(partners.to_toml((after,))) == (after,)


@pytest.mark.parametrize(
    ("person", "partner", "reason", "code"),
    [
        (STAFF[3], MEDWAY, WHY, Code.NOT_ALLOWED),
        (replace(BELL, organisation=LARKMERE), MEDWAY, WHY, Code.NOT_ALLOWED),
        (BELL, KENT, WHY, Code.NOT_ALLOWED),
        (BELL, LARKMERE, WHY, Code.NOT_ALLOWED),
        (BELL, PartnerId("council-999"), WHY, Code.NOT_FOUND),
        (BELL, MEDWAY, "  ", Code.REASON_WANTED),
        (BELL, MEDWAY, "x" * 301, Code.REASON_WANTED),
    ],
    ids=["an officer", "of a school", "a home", "an inbox", "nobody", "no reason", "a long reason"],
)
def test_only_an_operator_stops_the_queue_of_somebody_who_has_one_and_says_why(
    world: World, person: Person, partner: PartnerId, reason: str, code: Code
) -> None:
    with pytest.raises(Refusal) as refusal:
        pausing.pause(world.kent.gateway, world.kent.store, person, partner, reason, NOON)
    assert refusal.value.code is code and not lines(world.kent, "QueuePaused")


def test_it_is_done_once(world: World) -> None:
    with pytest.raises(Refusal) as nothing:
        resume(world)
    pause(world)
    with pytest.raises(Refusal) as twice:
        pause(world)
    assert nothing.value.code is twice.value.code is Code.SETTLED


def test_the_overview_tells_what_waits_who_paused_it_and_what_stopped_by_itself(world: World) -> None:
    store, gateway = world.kent.store, world.kent.gateway
    for seed in range(1, 5):
        world.notice(seed=seed)
    world.wire.faults = [refused] * 4
    dispatch.send_due(gateway)
    (queue, *others) = operating.look(gateway, store, BELL, world.clock()).queues
    assert (queue.partner, queue.waiting, queue.paused) == (MEDWAY, 4, None) and "failed 4 times" in queue.stopped
    assert not [one for one in others if one.waiting or one.partner == KENT]
    pause(world)
    (queue, *_) = operating.look(gateway, store, BELL, world.clock()).queues
    assert queue.paused is not None and (queue.paused.by, queue.paused.reason) == ("o.bell", WHY)


def test_all_that_was_given_up_for_one_is_sent_again_at_once(world: World) -> None:
    for seed in range(1, 4):
        world.notice(seed=seed)
    world.wire.faults = [refused] * 99
    for _ in range(12):
        dispatch.send_due(world.kent.gateway)
        world.clock.on(minutes=20)
    store, gateway = world.kent.store, world.kent.gateway
    assert store.counts() == {State.ABANDONED: 3}
    assert operating.look(gateway, store, BELL, world.clock()).dead == ((MEDWAY, "Medway"),)
    assert operating.resend_all(gateway, store, BELL, LARKMERE, world.clock()) == 0
    assert operating.resend_all(gateway, store, BELL, MEDWAY, world.clock()) == 3
    assert store.counts() == {State.WAITING: 3} and len(lines(world.kent, "ParcelResent")) == 3
