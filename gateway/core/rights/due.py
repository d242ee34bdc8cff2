"""By when a request is answered: by the table of clocks, with the days added for which it was paused."""

from datetime import date, datetime, timedelta

from gateway.core import days
from gateway.core.clocks import ClockCode, Clocks
from gateway.core.days import day_of
from gateway.core.facts import RightsKind

_COPY = frozenset({RightsKind.ACCESS, RightsKind.PORTABLE_COPY})
_DAY = timedelta(days=1)

NOTICE = ClockCode("rights-notice")
"""A person acknowledges a rights notice from another organisation."""

CHASED = ClockCode("unacknowledged")
"""A recipient who has not answered a rights notice is chased."""


def clock_of(kind: RightsKind, *, extended: bool = False) -> ClockCode:
    """The row of the table: of a complaint its acknowledgement is due."""
    if kind is RightsKind.COMPLAINT:
        return ClockCode("complaint-acknowledge")
    if kind in _COPY:
        return ClockCode("sar-extended" if extended else "sar")
    return ClockCode("rights-extended" if extended else "rights-answer")


def answer(clocks: Clocks, kind: RightsKind, start: datetime, paused: timedelta, *, extended: bool) -> datetime:
    """By the end of which day in London; a day on which the pause was begun or ended does not count."""
    by = clocks.due(clock_of(kind, extended=extended), start)
    if not paused:
        return by
    day = day_of(by) - (-paused // _DAY) * _DAY
    while not days.working(day):
        day += _DAY
    return _end(day)


def _end(day: date) -> datetime:
    """The last minute of that day in London, as an instant in UTC."""
    return days.begins(day + _DAY) - timedelta(minutes=1)
