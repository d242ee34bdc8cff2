"""The enquiries that a school and its council make together: referred by the tenth school day, done by the twentieth.

Counted from the day the child was last seen, by the terms of its school or else its authority's (law.md §4.4).
"""

from dataclasses import dataclass
from datetime import date, datetime

from gateway.core import clocks
from gateway.core.clocks import Clocks
from gateway.core.days import noon
from gateway.core.terms import LaEstab

REFER, DONE = "joint-enquiry-first", "joint-enquiry"


@dataclass(frozen=True, slots=True)
class Joint:
    """By when the school has referred the child, by when both have enquired; ``kept`` is whose calendar it was."""

    refer_by: datetime
    done_by: datetime
    kept: str


def joint(since: date, school: LaEstab, table: Clocks) -> Joint:
    """What is due for a child who was last seen on ``since``."""
    start = noon(since)
    kept = clocks.called(table.calendars.kept(since, school))
    return Joint(table.due(REFER, start, school), table.due(DONE, start, school), kept)
