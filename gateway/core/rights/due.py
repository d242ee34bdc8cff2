"""By when a request is answered, as the ICO counts: to the corresponding day of a later month, or the next working day.

The codes are rows of the table of clocks: ``sar``, ``sar-extended``, ``complaint-acknowledge`` and ``rights-notice``.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta

from gateway.core import days
from gateway.core.days import LONDON

MONTHS, EXTENDED_MONTHS = 1, 3
"""Article 12(3) UK GDPR: one month, and two more for what is complex."""

COMPLAINT_DAYS = 30
"""Section 164A of the 2018 Act: acknowledged within 30 days of the day after it came."""

NOTICE_DAYS = 2
"""Working days within which a person acknowledges a rights notice from another organisation."""

ANSWER_DAYS = 5
"""Working days after which a recipient who has not answered a rights notice is chased."""

DAY = timedelta(days=1)


def answer(start: datetime, paused: timedelta, *, extended: bool) -> datetime:
    """By the end of which day in London it is answered; the days for which it was paused are added."""
    day = start.astimezone(LONDON).date()
    return _end(_open(_months_after(day, EXTENDED_MONTHS if extended else MONTHS) + _whole_days(paused)))


def complaint(start: datetime) -> datetime:
    """By when a complaint is acknowledged."""
    return _end(_open(start.astimezone(LONDON).date() + COMPLAINT_DAYS * DAY))


def working(start: datetime, count: int) -> datetime:
    """The end of the day so many working days after ``start``."""
    return _end(days.after_working(start, count).astimezone(LONDON).date())


def _months_after(day: date, months: int) -> date:
    """The corresponding day, or the last one of a month that has none."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _open(day: date) -> date:
    """The day itself, or the next one on which offices are open."""
    while not days.working(day):
        day += DAY
    return day


def _whole_days(paused: timedelta) -> timedelta:
    """A day that was begun counts: the clock stands still on it."""
    return -(-paused // DAY) * DAY


def _end(day: date) -> datetime:
    """The last minute of that day in London, as an instant in UTC."""
    return datetime.combine(day + DAY, time(0), LONDON).astimezone(UTC) - timedelta(minutes=1)
