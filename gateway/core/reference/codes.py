"""The code sets that the Department changes every year, as rows of a file: a new code needs no new gateway.

What a schema already lists is not repeated here. A code that no row knows is a query: the row may be late.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from gateway.core import tables
from gateway.core.terms import Item


@dataclass(frozen=True, slots=True)
class Marks:
    """Attendance marks, one character each, in use from ``since`` to ``until`` (both included)."""

    letters: frozenset[str]
    since: date = date.min
    until: date = date.max


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """``sets`` holds the codes of each item that has any; ``phase_ends`` the reasons of those who left at its end."""

    sets: Mapping[Item, frozenset[str]] = field(default_factory=dict)
    marks: tuple[Marks, ...] = ()
    phase_ends: frozenset[str] = frozenset()

    def marks_on(self, day: date) -> frozenset[str]:
        """Every mark that a register could hold on ``day``."""
        return frozenset().union(*(row.letters for row in self.marks if row.since <= day <= row.until))


def from_toml(text: str) -> Codes:
    """Strictly; raises ValueError for an unknown key, an item with two sets, a code that stands twice."""
    raw = tables.take(
        tables.parse(text), "codes", {"set": tables.anything, "marks": tables.anything}, {"leaving": tables.anything}
    )
    need = {"items": tables.many(tables.word(Item)), "codes": tables.many(tables.text), "source": tables.text}
    sets: dict[Item, frozenset[str]] = {}
    for row in tables.rows(raw["set"], "set", need):
        for item in row["items"]:
            if item in sets:
                raise ValueError("an item has two sets of codes")
            sets[item] = frozenset(row["codes"])
    need = {"letters": _letters, "source": tables.text}
    marks = tables.rows(raw["marks"], "marks", need, {"since": tables.day, "until": tables.day})
    ends = tables.take(
        raw.get("leaving", {}), "leaving", {}, {"phase-ends": tables.many(tables.text), "source": tables.text}
    )
    return Codes(
        MappingProxyType(sets),
        tuple(Marks(row["letters"], row.get("since", date.min), row.get("until", date.max)) for row in marks),
        frozenset(ends.get("phase-ends", ())),
    )


def _letters(raw: object) -> frozenset[str]:
    found = tables.text(raw)
    if len(set(found)) != len(found):
        raise ValueError("a mark stands twice")
    return frozenset(found)
