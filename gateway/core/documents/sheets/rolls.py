"""A list of pupils as an office has it, pasted or as a file: of each row the number, and a day and a school if it says.

Columns may stand in any order and under any heading: what is looked for is known by its form.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from gateway.core.documents import container, strangers
from gateway.core.documents.sheets import separated, workbooks
from gateway.core.documents.sheets.table import refuse, told
from gateway.core.terms import LaEstab, Upn

_UPN = re.compile(r"(?<![0-9A-Z])[A-Z][0-9]{11}[0-9A-Z](?![0-9A-Z])", re.IGNORECASE)
_SCHOOL = re.compile(r"(?<![0-9A-Z/])([0-9]{3})[ /]?([0-9]{4})(?![0-9A-Z/])", re.IGNORECASE)
_ISO = re.compile(r"(?<![0-9])([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
_ENGLISH = re.compile(r"(?<![0-9])([0-9]{1,2})[/. ]([0-9]{1,2})[/. ]([0-9]{4})(?![0-9])")


@dataclass(frozen=True, slots=True)
class Listed:
    """One row. ``day`` is when the pupil left or came, ``school`` the other school, where the row says so."""

    row: int
    upn: Upn = field(repr=False)
    day: date | None = None
    school: LaEstab | None = None


@dataclass(frozen=True, slots=True)
class Roll:
    """``unread`` are the rows in which no right number stands; a heading is none of them."""

    pupils: tuple[Listed, ...]
    unread: tuple[int, ...]


def roll(content: bytes) -> Roll:
    """Read a list. Raises Refusal(SHEET) for what is neither text nor a workbook of one list."""
    stranger = strangers.what(content)
    if stranger:
        refuse(told(stranger))
    binary = content.startswith(workbooks.OLE) or container.is_zip(content)
    table = workbooks.read(content) if binary else separated.read(content)
    pupils: dict[Upn, Listed] = {}
    unread = []
    for row, cells in table.rows:
        upn = _upn(cells)
        if upn is not None:
            pupils.setdefault(upn, Listed(row, upn, _day(cells), _school(cells)))
        elif any(char.isdigit() for cell in cells for char in cell) or row != table.rows[0][0]:
            unread.append(row)
    return Roll(tuple(pupils.values()), tuple(unread))


def _upn(cells: Sequence[str]) -> Upn | None:
    for found in (found for cell in cells for found in _UPN.findall(cell)):
        try:
            return Upn(found.upper())
        except ValueError:
            continue
    return None


def _day(cells: Sequence[str]) -> date | None:
    return next(_days(cells), None)


def _days(cells: Sequence[str]) -> Iterator[date]:
    for cell in cells:
        written = [tuple(map(int, one)) for one in _ISO.findall(cell)]
        written += [(int(year), int(month), int(on)) for on, month, year in _ENGLISH.findall(cell)]
        for year, month, on in written:
            try:
                yield date(year, month, on)
            except ValueError:
                continue


def _school(cells: Sequence[str]) -> LaEstab | None:
    found = (one for cell in cells for one in _SCHOOL.findall(_UPN.sub(" ", cell)))
    return next((LaEstab(la + number) for la, number in found), None)
