"""Days of the right kind. Working days follow the calendar of England, in local time, however long the day is."""

from datetime import UTC, date, datetime, timedelta
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
    while days:
        at += timedelta(days=1)
        days -= working(at.date())
    return at.astimezone(UTC)
