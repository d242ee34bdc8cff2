"""The two tables of delivery, and what one attempt means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.core import delivery
from gateway.core.delivery import STEPS, Accepted, Failed, Handed, Lane, Parcel, State, Waits
from gateway.core.errors import Reason
from gateway.core.facts import (
    Condition,
    ParcelAbandoned,
    ParcelDeferred,
    ParcelDelivered,
    ParcelDestroyed,
    ParcelFrozen,
    ParcelHanded,
    ParcelResent,
    ParcelTaken,
    PartnerPaused,
    PartnerResumed,
)
from gateway.core.terms import CarrierReference, DisclosureId, ParcelId, PartnerId, PurposeCode, UploadId, digest

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
MEDWAY = PartnerId("council-887")
PARCEL = Parcel(
    ParcelId("p-" + "a" * 26), PartnerId("council-886"), DisclosureId("d-" + "a" * 26), UploadId("u-" + "a" * 26),
    PartnerId("s"), MEDWAY, MEDWAY, PurposeCode("P04"), None, None, (1,), "k", NOON,
)  # fmt: skip
MIDDLE = 127  # a random byte that leaves a wait as it is, within half a per cent


def test_waits_are_those_of_the_table_and_then_every_half_hour() -> None:
    minutes = [round(Waits().after(failures, MIDDLE).total_seconds() / 60) for failures in range(1, 9)]
    assert minutes == [1, 2, 5, 15, 30, 30, 30, 30]


@pytest.mark.parametrize(("chance", "part"), [(0, 0.8), (255, 1.2)])
def test_jitter_spreads_by_a_fifth_and_no_wait_is_longer_than_the_longest(chance: int, part: float) -> None:
    waits = Waits()
    assert waits.after(5, chance) == timedelta(minutes=30) * part
    assert all(waits.after(failures, chance) <= waits.longest for failures in range(1, 99))


@pytest.mark.parametrize(("asked", "minutes"), [(0, 1), (7, 7), (600, 36)])
def test_partner_says_how_long_it_wants_to_be_left_alone_within_our_own_waits(asked: int, minutes: int) -> None:
    busy = Failed(Reason.BUSY, asked=timedelta(minutes=asked))
    fact = delivery.after(PARCEL, 9, busy, NOON, Waits(), MIDDLE)
    found, _ = delivery.lane_after(None, PARCEL, busy, NOON, Waits(), MIDDLE)
    assert isinstance(fact, ParcelDeferred) and found is not None
    assert round((fact.until - NOON).total_seconds() / 60) == minutes and found.open_at == fact.until


def test_receipt_means_delivered() -> None:
    fact = delivery.after(PARCEL, 1, Accepted(b"r", digest(b"r"), digest(b"c")), NOON, Waits(), MIDDLE)
    assert isinstance(fact, ParcelDelivered)
    assert fact.receipt == digest(b"r")


def test_fault_means_later_until_the_time_is_up() -> None:
    month = Waits().give_up
    soon = delivery.after(PARCEL, 2, Failed(Reason.TIMEOUT), NOON + month - timedelta(seconds=1), Waits(), 0)
    assert isinstance(soon, ParcelDeferred)
    assert (soon.attempt, soon.reason) == (2, Reason.TIMEOUT)
    over = delivery.after(PARCEL, 2, Failed(Reason.TIMEOUT), NOON + month, Waits(), 0)
    assert isinstance(over, ParcelAbandoned)
    assert over.reason is Reason.TOO_OLD


def test_lasting_fault_means_given_up_at_once_and_why() -> None:
    fact = delivery.after(PARCEL, 1, Failed(Reason.REFUSED_BY_PARTNER, lasting=True), NOON, Waits(), 0)
    assert isinstance(fact, ParcelAbandoned)
    assert fact.reason is Reason.REFUSED_BY_PARTNER


@pytest.mark.parametrize("reason", sorted(delivery.POISON))
def test_what_is_answered_each_time_and_never_receipted_is_set_aside_for_that_reason(reason: Reason) -> None:
    few = Waits(tries=7)
    assert isinstance(delivery.after(PARCEL, 6, Failed(reason), NOON, few, 0), ParcelDeferred)
    fact = delivery.after(PARCEL, 7, Failed(reason), NOON, few, 0)
    assert isinstance(fact, ParcelAbandoned)
    assert fact.reason is reason


@pytest.mark.parametrize("reason", [Reason.UNREACHABLE, Reason.TIMEOUT, Reason.TLS, Reason.CUT_OFF, Reason.BUSY])
def test_partner_that_is_away_has_all_the_time_that_is_set(reason: Reason) -> None:
    assert isinstance(delivery.after(PARCEL, 10**6, Failed(reason), NOON, Waits(), 0), ParcelDeferred)


def test_every_end_is_an_end_but_a_dead_letter_may_be_resent_or_found_delivered() -> None:
    leaving = {(now, step) for now, step in STEPS if now in {State.DELIVERED, State.TAKEN, State.DESTROYED}}
    assert leaving == set()
    assert {step for now, step in STEPS if now is State.COLLECTED} == {ParcelFrozen, ParcelDestroyed}
    assert {step for now, step in STEPS if now is State.WITHDRAWN} == {ParcelDelivered, ParcelTaken}
    assert {step for now, step in STEPS if now is State.ABANDONED} == {ParcelResent, ParcelDelivered, ParcelTaken}


def test_every_state_can_be_reached_and_every_open_one_left() -> None:
    assert set(STEPS.values()) == set(State)
    assert {now for now, _ in STEPS if now} >= {*delivery.UNSETTLED, State.SHELVED}


def test_what_a_carrier_has_is_neither_delivered_nor_tried_again() -> None:
    handed = delivery.after(PARCEL, 1, Handed(Condition("mesh"), CarrierReference("20261103_1A")), NOON, Waits(), 0)
    assert handed == ParcelHanded(NOON, PARCEL.home, PARCEL.id, Condition("mesh"), CarrierReference("20261103_1A"))
    assert State.HANDED not in delivery.OPEN and State.HANDED in delivery.PROVABLE


def test_receipt_settles_from_every_state_in_which_it_may_come() -> None:
    for step in (ParcelDelivered, ParcelTaken):
        assert {now for now, kind in STEPS if kind is step} == delivery.PROVABLE


def lane(failures: int) -> Lane:
    return Lane(MEDWAY, failures, NOON)


def after(before: Lane | None, result: delivery.Result) -> tuple[Lane | None, list[str]]:
    found, told = delivery.lane_after(before, PARCEL, result, NOON, Waits(), MIDDLE)
    return found, [type(fact).__name__ for fact in told]


def test_third_fault_in_a_row_pauses_a_partner_and_says_so_once() -> None:
    found: Lane | None = None
    told: list[str] = []
    for _ in range(5):
        found, more = after(found, Failed(Reason.TIMEOUT))
        told += more
    assert found is not None
    assert (found.failures, found.paused(Waits()), told) == (5, True, [PartnerPaused.__name__])


def test_any_answer_of_the_partner_ends_the_pause() -> None:
    for answer in (Accepted(b"", digest(b""), digest(b"")), Failed(Reason.REFUSED_BY_PARTNER, lasting=True)):
        assert after(lane(4), answer) == (None, [PartnerResumed.__name__])
        assert after(lane(1), answer) == (None, [])


@pytest.mark.parametrize("reason", [Reason.VAULT, Reason.STORE, Reason.UNSEALABLE])
def test_our_own_fault_says_nothing_about_the_partner(reason: Reason) -> None:
    assert after(lane(2), Failed(reason)) == (lane(2), [])
    assert after(None, Failed(reason)) == (None, [])


def test_waits_are_settings_and_not_constants() -> None:
    seconds = replace(Waits(), steps=(timedelta(seconds=1),), then=timedelta(seconds=2), jitter=0.0)
    assert [seconds.after(n, 255) for n in (1, 2)] == [timedelta(seconds=1), timedelta(seconds=2)]
