"""A notice is sent, received, opened and answered: four states, each from what says so; and somebody phones in time."""

from datetime import timedelta

from gateway.core import sample
from gateway.core.notices import States
from gateway.core.terms import Kind
from tests.flows.asked import NUMBERS, a_message, carry, open_all, sent, states, tick
from tests.flows.watch import THEIR_OFFICER, lines
from tests.simulator import KENT, MEDWAY, NOON, World

MINUTE = timedelta(minutes=1)


def test_a_notice_is_sent_received_opened_and_answered_each_at_its_own_time(either: World) -> None:
    told = sent(either, a_message(either, Kind.NOTICE))
    assert states(either.kent, told) == States()
    either.clock.on(minutes=3)
    carry(either, KENT)
    gone = NOON + 3 * MINUTE
    assert states(either.kent, told) == States(sent=gone, received=gone)
    assert states(either.kent, told).words == "received by their system"

    opened = either.clock.on(hours=1)
    ((_, name),) = open_all(either.medway, THEIR_OFFICER, opened)
    assert name.startswith("886LLLL_CME_")
    tick(either, seconds=59)
    assert states(either.kent, told).opened is None  # nobody has told Kent yet
    tick(either, seconds=1)
    assert states(either.kent, told) == States(gone, gone, opened)

    answered = either.clock.on(days=1)
    reply = sample.message(
        Kind.REPLY, 1, NUMBERS[MEDWAY], NUMBERS[KENT], answered.replace(tzinfo=None), disclosure=told
    )
    from gateway.flows import casework

    casework.send(either.medway.gateway, MEDWAY, reply.name, reply.content, answered)
    carry(either, MEDWAY)
    assert states(either.kent, told) == States(gone, gone, opened, answered)
    assert states(either.kent, told).words == "answered"
    said = [line["fact"] for line in lines(either.kent, "NoticeOpened", "NoticeAnswered")]
    assert said == ["NoticeOpened", "NoticeAnswered"]
