"""The numbers in the rules that no law fixes, each with its name: a council sets them in a file.

The fields' own values are the named defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from gateway.core import tables
from gateway.core.terms import Item


@dataclass(frozen=True, slots=True)
class Sameness:
    """An item whose value on every pupil of a file may have come from a default that nobody chose."""

    item: Item
    ordinary: frozenset[str] = frozenset()
    """Values that are no wonder on everybody."""


@dataclass(frozen=True, slots=True)
class Uci:
    """How the last letter of a UCI follows from its twelve digits: not found in a source, so off until it is set."""

    letters: str
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """``far`` is in metres from the home to the school, ``late`` in school days, ``ahead`` in days."""

    far: int = 40_000
    late: int = 15
    ahead: int = 100
    alike: int = 5
    """From so many pupils on, a file is asked about what is the same on every one of them."""
    same: tuple[Sameness, ...] = ()
    uci: Uci | None = None


def from_toml(text: str) -> Limits:
    """Strictly; what is left out keeps its default. Raises ValueError."""
    numbers = {one.name: tables.count for one in fields(Limits) if one.type is int or one.type == "int"}
    raw = tables.take(tables.parse(text), "limits", {}, {**numbers, "same": tables.anything, "uci": _uci})
    return Limits(**{**raw, "same": tuple(map(_same, tables.rows(raw.get("same", []), "same", *_SAME)))})


_SAME: tuple[tables.Shape, tables.Shape] = (
    {"item": tables.word(Item), "source": tables.text},
    {"ordinary": tables.many(tables.text)},
)


def _same(row: Mapping[str, Any]) -> Sameness:
    return Sameness(row["item"], frozenset(row.get("ordinary", ())))


def _uci(raw: object) -> Uci:
    row = tables.take(raw, "uci", {"letters": tables.text, "weights": tables.anything, "source": tables.text})
    weights = tuple(map(tables.count, row["weights"])) if isinstance(row["weights"], list) else ()
    if len(weights) != 12:  # noqa: PLR2004  (the digits before the letter)
        raise ValueError("a UCI has twelve digits before its letter")
    return Uci(row["letters"], weights)
