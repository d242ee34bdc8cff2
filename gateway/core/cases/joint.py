"""The enquiries that a school and its council make together: referred by the tenth school day, done by the twentieth.

Counted from the day the child was last seen, by the terms of its school or else its authority's (law.md §4.4).
"""

from dataclasses import dataclass
from datetime import date

from gateway.core.reference.calendars import Calendars
from gateway.core.terms import LaEstab

REFERRED_BY, DONE_BY = 10, 20
"""School days."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """``kept`` says whose calendar was counted by: the school's, the authority's, or the usual year's name."""

    refer_by: date
    done_by: date
    kept: str


def clocks(since: date, school: LaEstab, calendars: Calendars) -> Clocks:
    """The two days by which something is due for a child who was last seen on ``since``."""
    return Clocks(
        calendars.school_days_after(since, REFERRED_BY, school),
        calendars.school_days_after(since, DONE_BY, school),
        calendars.kept(since, school),
    )
