"""A sheet as rows of plain texts, however it came; and how a sheet is refused as a whole."""

from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from gateway.core.documents.catalogue import finding
from gateway.core.errors import Code, Finding, Refusal

SEPTEMBER = 9
MOST_ROWS = 5_000
MOST_COLUMNS = 200

Row = tuple[int, tuple[str, ...]]
"""The number that the spreadsheet program shows beside a row, and its cells without blanks around them."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that have something in them, in order. ``merged``: those in which a cell with a text spans others."""

    rows: tuple[Row, ...]
    merged: tuple[int, ...] = ()


def academic_year(day: date) -> int:
    """The year in which the school year of ``day`` began."""
    return day.year if day.month >= SEPTEMBER else day.year - 1


def tidy(text: str) -> str:
    """One line, without what a person cannot see."""
    return " ".join(text.replace("\u200b", "").replace("\ufeff", "").split())


def told(rule: str, row: int = 0, name: str = "", pupil: int | None = None) -> Finding:
    """``rule`` about a row and the column headed ``name``; never about what stands there."""
    return finding("DOC", rule, line=row, name=name, pupil=pupil)


def refuse(*findings: Finding) -> NoReturn:
    raise Refusal(Code.SHEET, findings) from None
