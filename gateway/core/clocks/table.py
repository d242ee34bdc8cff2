"""The table of all clocks, ``partners/clocks.toml``, with the lengths that an installation set by their codes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from gateway.core import tables
from gateway.core.clocks import reckoning
from gateway.core.clocks.clock import Authority, Clock, ClockCode, Set, Unit
from gateway.core.clocks.reckoning import SOMEWHERE
from gateway.core.reference.calendars import Calendars, Usual
from gateway.core.terms import LaEstab

NO_TERMS = Calendars(Usual("every working day", ()))
"""Of no school is known when it is closed."""

LONGEST = 10_000
"""No unit is counted further than this: a slip of the pen would count for years."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """All clocks by their codes, and the calendars that their school days are counted in."""

    rows: Mapping[ClockCode, Clock]
    calendars: Calendars = NO_TERMS

    def get(self, code: str) -> Clock:
        """Raises ValueError for a code that is not in the table: a slip of the pen, and no deadline."""
        found = self.rows.get(ClockCode(code))
        if found is None:
            raise ValueError(f"{code} is not in clocks.toml")
        return found

    def due(self, code: str, start: datetime, place: LaEstab = SOMEWHERE) -> datetime:
        """By when, in UTC: ``clocks.due(…)`` by the calendar of the school or authority ``place``."""
        return reckoning.due(self.get(code), start, self.calendars, place)

    def reckon(self, code: str, start: datetime, place: LaEstab = SOMEWHERE) -> str:
        """How that came about, in a sentence."""
        return reckoning.reckon(self.get(code), start, self.calendars, place)


def from_toml(text: str, calendars: Calendars, lengths: Mapping[str, int] | None = None) -> Clocks:
    """Read ``[[clock]]`` rows strictly; ``lengths`` are an installation's own, by code.

    Raises ValueError: also for a length of a clock that there is not, that is fixed, or that would be lengthened.
    """
    raw = tables.take(tables.parse(text), "file", {"clock": tables.anything})
    found = [_clock(row) for row in tables.rows(raw["clock"], "clock", _NEED, _MAY)]
    rows = {one.code: one for one in found}
    if len(rows) != len(found):
        raise ValueError("two clocks have one code")
    for code, length in (lengths or {}).items():
        if code not in rows:
            raise ValueError(f"[clocks] {code}: there is no such clock: 'gateway clocks' names all")
        rows[ClockCode(code)] = _set(rows[ClockCode(code)], length)
    return Clocks(MappingProxyType(rows), calendars)


def _set(clock: Clock, length: int) -> Clock:
    if clock.set is Set.FIXED:
        raise ValueError(f"[clocks] {clock.code} stands as it is: {clock.source}")
    if not isinstance(length, int) or isinstance(length, bool) or not 0 < length <= LONGEST:
        raise ValueError(f"[clocks] {clock.code} is a whole number of {clock.unit}")
    if clock.set is Set.SHORTER and length > clock.length:
        raise ValueError(f"[clocks] {clock.code} is {clock.words} at most: {clock.source}")
    return replace(clock, length=length)


def _clock(row: dict[str, object]) -> Clock:
    try:
        return Clock(**row)  # type: ignore[arg-type]
    except ValueError as error:
        raise ValueError(f"{row['code']}: {error}") from None


def _length(raw: object) -> int:
    if raw == 0 and not isinstance(raw, bool):
        return 0
    found = tables.count(raw)
    if found > LONGEST:
        raise ValueError("too long")
    return found


_NEED: tables.Shape = {
    "code": tables.word(ClockCode),
    "what": tables.text,
    "unit": tables.word(Unit),
    "length": _length,
    "after": tables.text,
    "source": tables.text,
    "by": tables.word(Authority),
    "set": tables.word(Set),
}
_MAY: tables.Shape = {"rolls": tables.flag, "before": tables.flag, "earliest": tables.flag}
