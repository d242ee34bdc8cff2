"""What the specifications leave open, as values: read from ``schemas/formats.toml``, each with a named default.

An empty part keeps the rules that need it silent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from gateway.core import tables
from gateway.core.documents.grounds import Ground, Grounds, Regulations
from gateway.core.errors import Severity
from gateway.core.terms import Kind, Period


@dataclass(frozen=True, slots=True)
class Edition:
    """A version of the transfer file: from ``accepted`` on it is taken, from ``current`` on those before it age."""

    version: str
    accepted: date
    current: date


@dataclass(frozen=True, slots=True)
class Versions:
    """Every edition, oldest first; so many ``before`` the current are taken without remark, from ``old`` back none."""

    editions: tuple[Edition, ...] = ()
    before: int = 0
    old: str = ""


class Within(StrEnum):
    """Where a line is looked for: once in the record, in the sending school's row, or in each parent's contact."""

    RECORD = "record"
    OWN_SCHOOL = "own-school"
    PARENT = "parent"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a return (ctf.md §7): what it needs at ``path``, and what is said where that is missing."""

    path: str
    within: Within
    missing: Mapping[Kind, Severity]


@dataclass(frozen=True, slots=True)
class Span:
    """Days of every year, as (month, day), both included."""

    first: tuple[int, int]
    last: tuple[int, int]

    def covers(self, day: date) -> bool:
        return self.first <= (day.month, day.day) <= self.last


@dataclass(frozen=True, slots=True)
class Returns:
    """What the rules about leavers and joiners go by; paths are below the record."""

    names: tuple[str, ...]
    joiner_days: int
    ahead_days: int
    leaving_years: frozenset[str]
    leaving_span: Span
    joining_years: frozenset[str]
    joining_span: Span
    absence_days: int
    absence_codes: frozenset[str]
    closed_codes: frozenset[str]
    enquiry_note: tuple[str, ...]
    future_address: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HintWords:
    """Where a file hints at a stop flag (law.md §1.7): a path with its values in small letters, words in elements."""

    court_order: str = ""
    court_order_values: frozenset[str] = frozenset()
    confidential: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Formats:
    """All of it. ``told`` are the header's own words for a kind: path, text, kind; ``results`` are by component."""

    versions: Versions = Versions()
    told: tuple[tuple[str, str, Kind], ...] = ()
    grounds: Grounds = field(default_factory=Grounds)
    lines: tuple[Line, ...] = ()
    returns: Returns | None = None
    hints: HintWords = HintWords()
    results: Mapping[str, frozenset[str]] = field(default_factory=dict)


def from_toml(text: str) -> Formats:
    """Raises ValueError naming tables and keys for all that is wrong."""
    raw = tables.take(tables.parse(text), "file", dict.fromkeys(_TABLES, tables.anything))
    general = tables.take(raw["versions"], "versions", {"before": tables.count, "old": tables.text})
    return Formats(
        versions=Versions(tuple(Edition(**row) for row in tables.rows(raw["edition"], "edition", _EDITION)), **general),
        told=tuple((row["path"], row["text"], row["kind"]) for row in tables.rows(raw["told"], "told", _TOLD)),
        grounds=_grounds(raw["regulations"], raw["meaning"]),
        lines=tuple(_line(**row) for row in tables.rows(raw["line"], "line", {"path": tables.text}, _LINE)),
        returns=Returns(**tables.take(raw["returns"], "returns", _RETURNS)),
        hints=HintWords(**tables.take(raw["hints"], "hints", _HINTS)),
        results={row["component"]: row["results"] for row in tables.rows(raw["results"], "results", _RESULTS)},
    )


def _grounds(sets: object, meanings: object) -> Grounds:
    rows = tables.rows(sets, "regulations", {"name": _regulations, "letters": _letters}, _IN_FORCE)
    return Grounds(
        tuple((row["name"], Period(row.get("first", date.min), row.get("last")), row["letters"]) for row in rows),
        {
            Ground(row["letter"], row["of"]): row.get("means", frozenset())
            for row in tables.rows(
                meanings, "meaning", {"of": _regulations, "letter": tables.text}, {"means": _letters}
            )
        },
    )


def _line(path: str, within: Within = Within.RECORD, **missing: Severity) -> Line:
    return Line(path, within, MappingProxyType({Kind(kind): severity for kind, severity in missing.items()}))


def _letters(raw: object) -> frozenset[str]:
    letters = frozenset(tables.text(raw))
    if not all(letter.isascii() and letter.isupper() for letter in letters):
        raise ValueError("not capital letters")
    return letters


def _words(raw: object) -> frozenset[str]:
    return frozenset(tables.many(tables.text)(raw))


def _span(raw: object) -> Span:
    first, last = tables.many(_month_day)(raw)
    return Span(first, last)


def _month_day(raw: object) -> tuple[int, int]:
    day = date.fromisoformat(f"2024-{tables.text(raw)}")  # a leap year: 29 February may stand there
    return day.month, day.day


_regulations = tables.word(Regulations)
_severity = tables.word(Severity)
_paths = tables.many(tables.text)

_TABLES = ("versions", "edition", "told", "regulations", "meaning", "line", "returns", "hints", "results")
_EDITION: tables.Shape = {"version": tables.text, "accepted": tables.day, "current": tables.day}
_TOLD: tables.Shape = {"kind": tables.word(Kind), "path": tables.text, "text": tables.text}
_IN_FORCE: tables.Shape = {"first": tables.day, "last": tables.day}
_LINE: tables.Shape = {"within": tables.word(Within), "cml": _severity, "cmj": _severity}
_RETURNS: tables.Shape = {
    "names": _paths,
    "joiner_days": tables.count,
    "ahead_days": tables.count,
    "leaving_years": _words,
    "leaving_span": _span,
    "joining_years": _words,
    "joining_span": _span,
    "absence_days": tables.count,
    "absence_codes": _words,
    "closed_codes": _words,
    "enquiry_note": _paths,
    "future_address": _paths,
}
_HINTS: tables.Shape = {
    "court_order": tables.text,
    "court_order_values": lambda raw: frozenset(value.lower() for value in _words(raw)),
    "confidential": _paths,
    "elements": _paths,
}
_RESULTS: tables.Shape = {"component": tables.text, "results": _words}
