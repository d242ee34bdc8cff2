"""Small numbers are not published, nor anything from which they can be computed.

A cell from 1 to below ``least`` is left out. Where the total would give it away, the next smallest cell is left out too
(secondary suppression), and where that is not enough the total and every other number of these tables goes with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LEAST = 6
"""The smallest number that is published, unless a setting says otherwise."""

Cells = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Published:
    """Tables of one population, each by its own heading; None stands for a number that is left out."""

    tables: Mapping[str, Mapping[str, int | None]]
    total: int | None


def published(tables: Mapping[str, Cells], least: int = LEAST) -> Published:
    """Each table divides the same population. Raises ValueError where their sums differ, or for a negative number."""
    sums = {sum(cells.values()) for cells in tables.values()}
    if len(sums) > 1:
        raise ValueError("these tables do not divide one population")
    if any(number < 0 for cells in tables.values() for number in cells.values()):
        raise ValueError("a count is never negative")
    hidden = {name: _hidden(cells, least) for name, cells in tables.items()}
    safe = all(_safe(cells, hidden[name], least) for name, cells in tables.items())
    shown = {
        name: {key: None if key in hidden[name] or (number and not safe) else number for key, number in cells.items()}
        for name, cells in tables.items()
    }
    return Published(shown, next(iter(sums), 0) if safe else None)


def _hidden(cells: Cells, least: int) -> frozenset[str]:
    """The small cells, and as many of the next smallest as keep the sum of all that are left out from telling."""
    ranked = sorted((number, key) for key, number in cells.items() if number)
    hidden = {key for number, key in ranked if number < least}
    for _, key in ranked:
        if not hidden or _safe(cells, hidden, least):
            break
        hidden.add(key)
    return frozenset(hidden)


def _safe(cells: Cells, hidden: frozenset[str] | set[str], least: int) -> bool:
    """Whether each cell that is left out could, by the sum of them, still be any number from 1 to below ``least``."""
    left_out = sum(cells[key] for key in hidden)
    return not hidden or (len(hidden) > 1 and left_out >= len(hidden) + least - 2)
