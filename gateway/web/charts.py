"""Bars as inline SVG: a title and a description, no style and no script inside, and the same numbers as a table beside.

Values grow to the right from one line, so that long names have room above their bars on the smallest screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDE, HIGH, BAR = 600, 46, 16
"""A chart is so wide; each row is so high, and its bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart. ``wide`` of ``WIDE`` units; a value above nought is never a bar of none."""

    name: str
    value: int
    top: int
    wide: int


@dataclass(frozen=True, slots=True)
class Chart:
    """``title`` says what is counted, ``heads`` what the two columns of its table are."""

    id: str
    title: str
    heads: tuple[str, str]
    bars: tuple[Bar, ...]

    @property
    def high(self) -> int:
        return HIGH * len(self.bars)

    @property
    def description(self) -> str:
        """What a screen reader says of the picture; the table says it all."""
        if not self.bars:
            return "There is nothing to show."
        most = max(self.bars, key=lambda one: one.value)
        total = sum(one.value for one in self.bars)
        return f"{len(self.bars)} bars, {total:,} in all; the longest is {most.name} with {most.value:,}."


def bars(ident: str, title: str, heads: tuple[str, str], rows: Sequence[tuple[str, int]]) -> Chart:
    """A chart of named numbers, in the order given."""
    most = max((value for _, value in rows), default=0) or 1
    made = tuple(
        Bar(name, value, HIGH * at, max(WIDE * value // most, 2 if value else 0))
        for at, (name, value) in enumerate(rows)
    )
    return Chart(ident, title, heads, made)
