"""On which days a school is open: its own terms, or its authority's, or a named usual year where none is known.

Duties count in school days ("15 school days after the pupil left"); bank holidays and weekends never are any.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from gateway.core import days, tables
from gateway.core.terms import LaEstab, Period

SEPTEMBER = 9
MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Usual:
    """A year of which nothing is known but that schools keep it: ``closed`` from one month and day to another."""

    name: str
    closed: tuple[tuple[MonthDay, MonthDay], ...]

    def open_on(self, day: date) -> bool:
        here = (day.month, day.day)
        return days.working(day) and not any(
            first <= here <= last if first <= last else here >= first or here <= last for first, last in self.closed
        )


Owner = tuple[str, int]
"""A local authority's three digits or a school's DfE number, and the year in which the school year begins."""


@dataclass(frozen=True, slots=True, eq=False)
class Calendars:
    """``terms`` are the known terms of a school year; in-service days are not in them."""

    usual: Usual
    terms: Mapping[Owner, tuple[Period, ...]] = field(default_factory=dict)

    def school_day(self, day: date, school: LaEstab) -> bool:
        """Whether ``school`` was open to pupils, as far as anybody said."""
        known = self._terms(day, school)
        if known is None:
            return self.usual.open_on(day)
        return days.working(day) and any(term.covers(day) for term in known)

    def school_days_after(self, day: date, count: int, school: LaEstab) -> date:
        """The ``count``-th school day after ``day``, which itself does not count; ``day`` itself for 0."""
        return _after(self, day, count, school)

    def kept(self, day: date, school: LaEstab) -> str:
        """Whose calendar was used for ``day``: the school's number, the authority's, or the name of the usual year."""
        year = school_year(day)
        return next((owner for owner in (school, school.la) if (owner, year) in self.terms), self.usual.name)

    def _terms(self, day: date, school: LaEstab) -> tuple[Period, ...] | None:
        year = school_year(day)
        return self.terms.get((school, year)) or self.terms.get((school.la, year))


@lru_cache(maxsize=1024)
def _after(calendars: Calendars, day: date, count: int, school: LaEstab) -> date:
    while count:
        day += timedelta(days=1)
        count -= calendars.school_day(day, school)
    return day


def school_year(day: date) -> int:
    """The year in which the school year of ``day`` began: on 1 September."""
    return day.year if day.month >= SEPTEMBER else day.year - 1


def from_toml(text: str) -> Calendars:
    """Strictly; raises ValueError for terms that overlap, leave their year, or are given twice."""
    raw = tables.take(tables.parse(text), "terms", {"usual": tables.anything}, {"terms": tables.anything})
    usual = tables.take(raw["usual"], "usual", {"name": tables.text, "closed": tables.many(_weeks)})
    need = {"year": tables.count, "terms": tables.many(_term), "source": tables.text}
    may = {"la": tables.word(_la), "school": tables.word(LaEstab)}
    found: dict[Owner, tuple[Period, ...]] = {}
    for row in tables.rows(raw.get("terms", []), "terms", need, may):
        owner = _owner(row.get("la"), row.get("school")), row["year"]
        if owner in found:
            raise ValueError("the terms of a year are given twice")
        found[owner] = _fitting(row["terms"], row["year"])
    return Calendars(Usual(usual["name"], usual["closed"]), MappingProxyType(found))


def _owner(la: str | None, school: LaEstab | None) -> str:
    if (la is None) == (school is None):
        raise ValueError("terms are an authority's or a school's")
    return la or str(school)


def _fitting(terms: tuple[Period, ...], year: int) -> tuple[Period, ...]:
    ends = date(year, SEPTEMBER, 1) - timedelta(days=1)
    for term in terms:
        if term.last is None or not (ends < term.first and term.last < date(year + 1, SEPTEMBER, 1)):
            raise ValueError("a term lies outside its school year")
        if term.first <= ends:
            raise ValueError("terms overlap or are not in order")
        ends = term.last
    return terms


def _term(raw: object) -> Period:
    if not isinstance(raw, list) or len(raw) != 2:  # noqa: PLR2004  (first and last day)
        raise ValueError("not a first and a last day")
    return Period(*map(tables.day, raw))


def _weeks(raw: object) -> tuple[MonthDay, MonthDay]:
    if not isinstance(raw, list) or len(raw) != 2:  # noqa: PLR2004
        raise ValueError("not a first and a last day")
    first, last = (date.fromisoformat(f"2024-{tables.text(part)}") for part in raw)
    return (first.month, first.day), (last.month, last.day)


def _la(text: str) -> str:
    if len(text) != 3 or not text.isdigit():  # noqa: PLR2004
        raise ValueError("not the number of a local authority")
    return text
