"""Days of the right kind. Working days follow the calendar of England, in local time, however long the day is."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")
SATURDAY = 5


def working(day: date) -> bool:
    """Whether offices are open: no Saturday, Sunday or bank holiday of England."""
    return day.weekday() < SATURDAY and day not in _bank_holidays(day.year)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def after_working(start: datetime, days: int) -> datetime:
    """The same time of day in London so many working days after ``start``, in UTC."""
    at = start.astimezone(LONDON)
    return (at + (working_after(at.date(), days) - at.date())).astimezone(UTC)


def working_after(day: date, count: int) -> date:
    """The ``count``-th working day after ``day``, which itself does not count; before it for a number below nought."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= working(day)
    return day


def begins(day: date) -> datetime:
    """The midnight in London with which a day begins, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
