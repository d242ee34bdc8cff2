"""A notice is sent, received, opened and answered: four states, each from what says so; and somebody phones in time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.core import sample
from gateway.core.documents.messages.words import Urgency
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Role
from gateway.core.notices import Side, States
from gateway.core.records import Notice, Person
from gateway.core.terms import Kind
from gateway.edge.store import Store
from gateway.edge.store import tables as t
from gateway.flows import casework, notices
from tests.flows.asked import NUMBERS, a_message, carry, open_all, sent, states, tasks, tick
from tests.flows.watch import OFFICER, THEIR_OFFICER, lines
from tests.simulator import KENT, MEDWAY, NOON, World, refused

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
    casework.send(either.medway.gateway, MEDWAY, reply.name, reply.content, answered)
    carry(either, MEDWAY)
    assert states(either.kent, told) == States(gone, gone, opened, answered)
    assert states(either.kent, told).words == "answered"
    said = [line["fact"] for line in lines(either.kent, "NoticeOpened", "NoticeAnswered")]
    assert said == ["NoticeOpened", "NoticeAnswered"]


@pytest.mark.parametrize("urgency", [Urgency.SAME_DAY, Urgency.IMMEDIATE])
def test_a_sender_is_told_once_to_phone_when_no_receipt_comes_and_when_nobody_opens_it(
    either: World, urgency: Urgency
) -> None:
    told = sent(either, a_message(either, Kind.NOTICE, urgency=urgency))
    either.wire.faults[:] = [refused] * 99
    tick(either, minutes=14, seconds=59)
    assert tasks(either.kent) == []
    tick(either, seconds=1)
    assert tasks(either.kent) == [("notice-unreceipted", told)]
    tick(either, minutes=5)
    assert tasks(either.kent) == [("notice-unreceipted", told)]
    either.wire.faults.clear()
    tick(either, minutes=99)
    assert states(either.kent, told).words == "received by their system"
    tick(either, minutes=1)
    assert tasks(either.kent) == [("notice-unopened", told)], "with its receipt nobody phones for want of one"
    (line,) = lines(either.kent, "NoticeChased")[1:]
    assert (line["disclosure"], line["kind"]) == (told, "notice-unopened")


@pytest.mark.parametrize("says", ["opens", "answers"])
def test_nobody_has_to_phone_any_more_about_what_was_opened_or_answered(either: World, says: str) -> None:
    told = sent(either, a_message(either, Kind.NOTICE, urgency=Urgency.SAME_DAY))
    sent(either, a_message(either, Kind.NOTICE, 2, urgency=Urgency.SAME_DAY))
    either.wire.faults[:] = [refused] * 99
    tick(either, minutes=16)
    either.wire.faults.clear()
    at = either.clock.on(hours=2)
    tick(either)
    assert len(tasks(either.kent)) == 2
    if says == "opens":
        lying = either.medway.store.shelved_for([MEDWAY])
        (first,) = (one.parcel.id for one in lying if one.parcel.disclosure == told)
        casework.collect(either.medway.gateway, THEIR_OFFICER, first, at)
        tick(either, minutes=1)
    else:
        reply = sample.message(Kind.REPLY, 1, NUMBERS[MEDWAY], NUMBERS[KENT], at.replace(tzinfo=None), disclosure=told)
        casework.send(either.medway.gateway, MEDWAY, reply.name, reply.content, at)
    carry(either, MEDWAY)
    left = [about for _, about in tasks(either.kent)]
    assert told not in left and len(left) == 1, "the other is still to be phoned about"


def test_what_is_received_and_opened_in_time_or_is_routine_is_nothing_to_phone_about(world: World) -> None:
    sent(world, a_message(world, Kind.NOTICE))
    world.wire.faults[:] = [refused] * 3
    tick(world, days=1)
    assert tasks(world.kent) == []
    world.wire.faults.clear()
    tick(world, hours=1)

    sent(world, a_message(world, Kind.NOTICE, 2, Urgency.SAME_DAY))
    tick(world, minutes=1)
    open_all(world.medway, THEIR_OFFICER, world.clock())
    tick(world, minutes=1)
    tick(world, hours=3)
    assert tasks(world.kent) == []


def test_whoever_phoned_says_so_and_is_asked_no_more(world: World) -> None:
    told = sent(world, a_message(world, Kind.NOTICE, urgency=Urgency.IMMEDIATE))
    world.wire.faults[:] = [refused] * 99
    tick(world, hours=2)
    assert len(tasks(world.kent)) == 2
    row = notices.shown(world.kent.gateway, world.kent.store, OFFICER, told)
    assert row.phone == "01632960101" and set(row.tasks) == {"notice-unreceipted", "notice-unopened"}
    notices.phoned(world.kent.gateway, OFFICER, told, world.clock() - 5 * MINUTE, world.clock())
    assert tasks(world.kent) == []
    (line,) = lines(world.kent, "NoticePhoned")
    assert (line["called"], line["at"]) == ("2026-11-03T13:55:00.000Z", "2026-11-03T14:00:00.000Z")
    assert OFFICER.id.encode() not in b"".join(world.kent.store.lines())


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (replace(OFFICER, role=Role.AUDITOR), Code.NOT_ALLOWED),
        (THEIR_OFFICER, Code.ANOTHER_HOME),
    ],
)
def test_only_officers_of_the_home_see_and_phone(world: World, person: Person, code: Code) -> None:
    told = sent(world, a_message(world, Kind.NOTICE))
    for act in (
        lambda: notices.shown(world.kent.gateway, world.kent.store, person, told),
        lambda: notices.phoned(world.kent.gateway, person, told, NOON, NOON),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.code is code


def test_an_acknowledgement_of_somebody_whom_it_did_not_go_to_says_nothing(world: World) -> None:
    told = sent(world, a_message(world, Kind.NOTICE))
    notice = world.kent.store.notice(told, Side.SENT)
    assert notice is not None
    with world.kent.store.engine.begin() as db:
        db.execute(t.notices.update().values(partner="council-201"))
    file = sample.message(
        Kind.ACKNOWLEDGEMENT, 1, NUMBERS[MEDWAY], NUMBERS[KENT], NOON.replace(tzinfo=None), disclosure=told
    )
    casework.send(world.medway.gateway, MEDWAY, file.name, file.content, NOON)
    carry(world, MEDWAY)
    assert len(lines(world.kent, "MessageReceived")) == 1
    assert states(world.kent, told).opened is None


def test_the_acknowledgement_is_one_message_however_often_it_is_looked_for(world: World) -> None:
    sent(world, a_message(world, Kind.NOTICE))
    carry(world, KENT)
    open_all(world.medway, THEIR_OFFICER, world.clock())
    at = world.clock.on(minutes=1)
    (due,) = world.medway.store.unacknowledged(at, 9)
    late = Forgetful(world.medway.store, [due])
    first = notices.acknowledge(world.medway.gateway, world.medway.store, at)
    again = notices.acknowledge(world.medway.gateway, late, at)
    assert first == again and len(first) == 1
    assert len(lines(world.medway, "NoticeAcknowledged")) == 1
    assert [line["purpose"] for line in lines(world.medway, "DisclosureReleased")] == ["P06"]


@dataclass
class Forgetful:
    """Another machine, which looked before the first had written what it did."""

    store: Store
    due: Sequence[Notice]

    def unacknowledged(self, _at: datetime, _most: int) -> Sequence[Notice]:
        return self.due

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)
