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


def day_of(at: datetime) -> date:
    """The day that it is in London at an instant. Raises ValueError for a time without its zone."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return at.astimezone(LONDON).date()


def noon(day: date) -> datetime:
    """Noon of a day in London: what is counted from a day is counted from no midnight of another's."""
    return datetime.combine(day, time(12), LONDON)


def begins(day: date) -> datetime:
    """The midnight in London with which a day begins, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def lasting(count: int) -> str:
    """What ends in so many days, or ended before today: ``ends in 3 days``, ``ended 1 day ago``."""
    many = f"{abs(count)} {'day' if abs(count) == 1 else 'days'}"
    return f"ended {many} ago" if count < 0 else f"ends in {many}"


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
