"""Working days follow the calendar of England and the clock of London."""

from datetime import UTC, date, datetime

import pytest

from gateway.core import days


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((2026, 11, 3, 12), (2026, 11, 4, 12)),  # Tuesday
        ((2026, 11, 6, 12), (2026, 11, 9, 12)),  # over a weekend
        ((2026, 12, 24, 12), (2026, 12, 29, 12)),  # over Christmas; Boxing Day falls on a Saturday
        ((2026, 4, 2, 9), (2026, 4, 7, 9)),  # over Easter
        ((2026, 3, 27, 12), (2026, 3, 30, 11)),  # summer time begins: noon in London is an hour earlier in UTC
        ((2026, 10, 23, 11), (2026, 10, 26, 12)),  # and ends
    ],
)
def test_one_working_day_later_is_the_same_time_in_london(start: tuple[int, ...], end: tuple[int, ...]) -> None:
    assert days.after_working(datetime(*start, tzinfo=UTC), 1) == datetime(*end, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_bank_holidays_are_not_working_days() -> None:
    assert not days.working(date(2026, 12, 25))
    assert not days.working(date(2026, 11, 7))
    assert days.working(date(2026, 11, 3))


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ((2026, 3, 29, 0, 59), (2026, 3, 29)),  # the hour before summer time begins
        ((2026, 7, 3, 22, 59), (2026, 7, 3)),
        ((2026, 7, 3, 23, 0), (2026, 7, 4)),  # London is already in tomorrow
        ((2026, 12, 31, 23, 59), (2026, 12, 31)),
    ],
)
def test_a_day_is_the_one_that_it_is_in_london(at: tuple[int, ...], day: tuple[int, ...]) -> None:
    assert days.day_of(datetime(*at, tzinfo=UTC)) == date(*day)  # type: ignore[misc,arg-type]


def test_a_time_without_its_zone_is_on_no_day() -> None:
    with pytest.raises(ValueError, match="zone"):
        days.day_of(datetime(2026, 7, 3, 23))  # noqa: DTZ001  (which is what is refused)


def test_noon_is_noon_in_london() -> None:
    assert days.noon(date(2026, 7, 3)) == datetime(2026, 7, 3, 11, tzinfo=UTC)
    assert days.noon(date(2026, 12, 3)) == datetime(2026, 12, 3, 12, tzinfo=UTC)
