"""From an instant and a clock to the instant by which it is due, and to the words that say how that came about.

Days are those of London, whatever UTC says; the day on which it began does not count, and the last one counts to its
last minute.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from gateway.core import days
from gateway.core.clocks.clock import Clock, Unit
from gateway.core.days import LONDON, day_of
from gateway.core.reference.calendars import Calendars
from gateway.core.terms import LaEstab

SOMEWHERE = LaEstab("XXXXXXX")
"""No school or authority is known: school days are then those of the usual year."""

DAY, AUTHORITY = timedelta(days=1), 3


def place_of(authority: str) -> LaEstab:
    """An authority by its three digits, to count school days by its calendar. Raises ValueError."""
    return LaEstab(f"{authority}LLLL")


def due(clock: Clock, start: datetime, calendars: Calendars, place: LaEstab = SOMEWHERE) -> datetime:
    """By when, in UTC. Minutes and hours pass as they do, over a change of summer time too; all else ends with a day.

    ``start`` is an instant with its zone; raises ValueError for one without.
    """
    began = day_of(start)
    if clock.unit.exact:
        step = timedelta(minutes=clock.length) if clock.unit is Unit.MINUTES else timedelta(hours=clock.length)
        return start.astimezone(UTC) + step
    return _end_of(last_day(clock, began, calendars, place))


def last_day(clock: Clock, began: date, calendars: Calendars, place: LaEstab = SOMEWHERE) -> date:
    """The day in London with which a clock that began on the day ``began`` ends. Not for minutes or hours."""
    count = -clock.length if clock.before else clock.length
    if clock.unit is Unit.SCHOOL_DAYS:
        ends = calendars.school_days_after(began, count, place)
    else:
        ends = _COUNTED[clock.unit](began, count)
    while clock.rolls and not days.working(ends):
        ends += DAY
    return ends


def reckon(clock: Clock, start: datetime, calendars: Calendars, place: LaEstab = SOMEWHERE) -> str:
    """How the due time came about, in a sentence."""
    began, at = day_of(start), due(clock, start, calendars, place)
    if clock.unit.exact:
        first = f"{_long(began)} at {start.astimezone(LONDON):%H:%M}"
        return f"{ends(clock, at)}: {clock.words} after {first}, whatever the clocks do."
    counted = clock.words
    if clock.length:
        counted += f" {'' if clock.before else 'after '}{_long(began)}"
    counted += _left_out(clock, began, day_of(at), calendars, place) + _rolled(clock, began, day_of(at))
    return f"{ends(clock, at)}: {counted}."


def ends(clock: Clock, at: datetime) -> str:
    """When it ends, as a person says it: ``By the end of Friday 6 November 2026``, ``By Friday … at 12:00``."""
    by, kind = at.astimezone(LONDON), "From" if clock.earliest else "By"
    return f"{kind} {_long(by.date())} at {by:%H:%M}" if clock.unit.exact else f"{kind} the end of {_long(by.date())}"


def called(kept: str) -> str:
    """Whose calendar it is, as ``Calendars.kept`` says it, in words."""
    if not kept.isdigit():
        return kept
    return f"the calendar of {'authority' if len(kept) == AUTHORITY else 'school'} {kept}"


# -- counting ---------------------------------------------------------------------------------------------------------


_COUNTED: Mapping[Unit, Callable[[date, int], date]] = MappingProxyType(
    {
        Unit.DAYS: lambda day, count: day + count * DAY,
        Unit.WEEKS: lambda day, count: day + 7 * count * DAY,
        Unit.MONTHS: days.months_after,
        Unit.WORKING_DAYS: days.working_after,
    }
)


def _end_of(day: date) -> datetime:
    """The last minute of a day in London, as an instant in UTC."""
    return days.begins(day + DAY) - timedelta(minutes=1)


# -- in words ---------------------------------------------------------------------------------------------------------


def _long(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def _left_out(clock: Clock, began: date, ends: date, calendars: Calendars, place: LaEstab) -> str:
    """Which days did not count, and whose calendar says so."""
    if clock.unit not in {Unit.WORKING_DAYS, Unit.SCHOOL_DAYS} or not clock.length:
        return ""
    first, last = sorted((began, ends))
    between = [first + n * DAY for n in range(1, (last - first).days)]
    weekend = sum(day.weekday() >= days.SATURDAY for day in between)
    bank = sum(day.weekday() < days.SATURDAY and not days.working(day) for day in between)
    parts = [_many(weekend, "weekend day", "weekend days"), _many(bank, "bank holiday", "bank holidays")]
    if clock.unit is Unit.SCHOOL_DAYS:
        closed = sum(days.working(day) and not calendars.school_day(day, place) for day in between)
        parts.append(_many(closed, "day on which schools are closed", "days on which schools are closed"))
    out = [part for part in parts if part]
    said = f", which leaves out {_listed(out)}" if out else ""
    return f", by {_whose(began, ends, calendars, place)}{said}" if clock.unit is Unit.SCHOOL_DAYS else said


def _whose(began: date, ends: date, calendars: Calendars, place: LaEstab) -> str:
    return " and then ".join(dict.fromkeys(called(calendars.kept(day, place)) for day in (began, ends)))


def _rolled(clock: Clock, began: date, ends: date) -> str:
    if not clock.rolls:
        return ""
    bare = _COUNTED[clock.unit](began, clock.length)
    return "" if bare == ends else f", moved on from {_long(bare)}, on which no office is open"


def _many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}" if number else ""


def _listed(parts: list[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
