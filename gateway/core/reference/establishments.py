"""The directory of establishments: every school by its DfE number, with what became of it.

Kept as one sorted text, a line for each, in which a number is looked for without reading the rest: a check of one
file needs two lines of fifty thousand. Filled from the CSVs that Get Information about Schools publishes.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from gateway.core.reference.places import Point, postcode
from gateway.core.reference.sheets import Wrong, columns
from gateway.core.terms import LaEstab

MARK = "gateway-establishments/1"

COLUMNS = (
    ("URN",),
    ("LA (code)",),
    ("EstablishmentNumber",),
    ("EstablishmentName",),
    ("EstablishmentStatus (name)",),
    ("OpenDate",),
    ("CloseDate",),
    ("PhaseOfEducation (name)",),
    ("StatutoryLowAge",),
    ("StatutoryHighAge",),
    ("Town",),
    ("Postcode",),
    ("Easting",),
    ("Northing",),
)
LINK_COLUMNS = (("URN",), ("LinkURN",), ("LinkType",))
SUCCESSOR = "successor"  # also "Successor - merged" and the like
CLOSED = "closed"
_URN = re.compile(r"[0-9]{6}")
_OLDEST = 120


@dataclass(frozen=True, slots=True)
class Establishment:
    """``low`` and ``high`` are the statutory ages of its pupils; ``successors`` the numbers of those that followed."""

    laestab: LaEstab
    urn: str
    name: str
    town: str
    phase: str
    low: int | None
    high: int | None
    closed: bool
    opened_on: date | None
    closed_on: date | None
    postcode: str
    at: Point | None
    successors: tuple[LaEstab, ...]

    def open_on(self, day: date) -> bool:
        """Whether it was open; one that is closed without a day has been closed for ever."""
        return not self.closed if self.closed_on is None else day <= self.closed_on


@dataclass(frozen=True, slots=True, eq=False)
class Establishments:
    """The whole directory. Empty, it knows no school and nothing about any."""

    table: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        if self.table:
            heading, _, body = self.table.partition(b"\n")
            if heading.decode("ascii", "replace") != _heading(body):
                raise ValueError("not a table of establishments, or not a whole one")

    def __len__(self) -> int:
        return max(self.table.count(b"\n") - 1, 0)

    def __iter__(self) -> Iterator[Establishment]:
        return map(_read, self.table.splitlines()[1:])

    def find(self, laestab: LaEstab) -> Establishment | None:
        """The one that has the number; of several that had it in turn, the one that is open, or was last."""
        return max(_bearing(self, laestab), key=lambda one: (not one.closed, one.closed_on or date.min), default=None)

    def has(self, laestab: LaEstab, urn: str) -> bool:
        """Whether an establishment of that number has or had that URN."""
        return any(one.urn == urn for one in _bearing(self, laestab))

    def covers(self, la: str) -> bool:
        """Whether the directory knows any establishment of the authority ``la``."""
        return self.table.startswith(la.encode(), _first(self.table, la.encode()))


@lru_cache(maxsize=512)
def _bearing(known: Establishments, laestab: LaEstab) -> tuple[Establishment, ...]:
    """All that have or had the number."""
    table, key, found = known.table, laestab.encode(), []
    at = _first(table, key)
    while table.startswith(key, at):
        end = table.find(b"\n", at)
        found.append(_read(table[at:end]))
        at = end + 1
    return tuple(found)


def _first(table: bytes, key: bytes) -> int:
    """Where the first line begins that is not before ``key``; the end when all are."""
    low, high = table.find(b"\n") + 1, len(table)
    while low < high:
        middle = (low + high) // 2
        start = max(table.rfind(b"\n", 0, middle) + 1, low)
        if table[start : start + len(key)] < key:
            low = table.find(b"\n", middle) + 1
        else:
            high = start
    return low


# -- the table --------------------------------------------------------------------------------------------------------


def table(every: Iterable[Establishment]) -> bytes:
    """The directory as it is kept; ``Establishments`` reads it."""
    body = b"".join(sorted(_line(one) for one in every))
    return _heading(body).encode() + b"\n" + body


def _heading(body: bytes) -> str:
    return f"{MARK} {hashlib.sha256(body).hexdigest()}"


def _line(one: Establishment) -> bytes:
    cells = (
        one.laestab,
        one.urn,
        one.name,
        one.town,
        one.phase,
        one.low,
        one.high,
        "closed" if one.closed else "",
        one.opened_on,
        one.closed_on,
        one.postcode,
        "" if one.at is None else f"{one.at.easting} {one.at.northing}",
        " ".join(one.successors),
    )
    return "\t".join("" if cell is None else str(cell) for cell in cells).encode() + b"\n"


def _read(line: bytes) -> Establishment:
    number, urn, name, town, phase, low, high, closed, opened, left, code, at, after = line.decode().split("\t")
    return Establishment(
        laestab=LaEstab(number),
        urn=urn,
        name=name,
        town=town,
        phase=phase,
        low=int(low) if low else None,
        high=int(high) if high else None,
        closed=bool(closed),
        opened_on=date.fromisoformat(opened) if opened else None,
        closed_on=date.fromisoformat(left) if left else None,
        postcode=code,
        at=Point(*map(int, at.split())) if at else None,
        successors=tuple(map(LaEstab, after.split())),
    )


# -- the published files ----------------------------------------------------------------------------------------------


def published(lines: Iterable[str], links: Iterable[str] = ()) -> Iterator[Establishment]:
    """Every establishment with a DfE number, from the lines of the CSV of all establishments and that of their links.

    Raises Wrong with the line that cannot be read. A successor that has no number itself is left out.
    """
    rows = list(columns(lines, COLUMNS))
    numbers: dict[str, LaEstab] = {}
    for line, (urn, la, number, *_) in rows:
        if not _URN.fullmatch(urn) or urn in numbers:
            raise Wrong(f"line {line}: the URN is not six digits, or stands twice")
        if la.isdigit() and number.isdigit():
            numbers[urn] = _number(line, la, number)
    after = _successors(links, numbers)
    for line, cells in rows:
        if cells[0] in numbers:
            yield _establishment(line, cells, numbers[cells[0]], after.get(cells[0], ()))


def _number(line: int, la: str, number: str) -> LaEstab:
    try:
        return LaEstab(f"{la:0>3}{number:0>4}")
    except ValueError:
        raise Wrong(f"line {line}: the LA code and the establishment number make no DfE number") from None


def _successors(links: Iterable[str], numbers: dict[str, LaEstab]) -> dict[str, tuple[LaEstab, ...]]:
    found: dict[str, tuple[LaEstab, ...]] = {}
    for _, (urn, linked, kind) in columns(links, LINK_COLUMNS) if links else ():
        if kind.lower().startswith(SUCCESSOR) and linked in numbers and numbers[linked] not in found.get(urn, ()):
            found[urn] = (*found.get(urn, ()), numbers[linked])
    return found


def _establishment(line: int, cells: list[str], number: LaEstab, after: tuple[LaEstab, ...]) -> Establishment:
    urn, _, _, name, status, opened, left, phase, low, high, town, code, easting, northing = cells
    if not name:
        raise Wrong(f"line {line}: the name is missing")
    return Establishment(
        laestab=number,
        urn=urn,
        name=_words(name),
        town=_words(town),
        phase=_words(phase),
        low=_age(line, low),
        high=_age(line, high),
        closed=status.lower() == CLOSED,
        opened_on=_day(line, opened),
        closed_on=_day(line, left),
        postcode=postcode(code) or "",
        at=_point(line, easting, northing),
        successors=after,
    )


def _words(cell: str) -> str:
    return " ".join(cell.split())


def _age(line: int, cell: str) -> int | None:
    if not cell:
        return None
    if not cell.isascii() or not cell.isdigit() or int(cell) > _OLDEST:
        raise Wrong(f"line {line}: an age is not a number of years")
    return int(cell)


def _day(line: int, cell: str) -> date | None:
    if not cell:
        return None
    for form in ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(cell, form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    raise Wrong(f"line {line}: a day is not written as day-month-year")


def _point(line: int, easting: str, northing: str) -> Point | None:
    if easting in {"", "0"} or northing in {"", "0"}:
        return None
    try:
        return Point(int(easting), int(northing))
    except ValueError:
        raise Wrong(f"line {line}: easting and northing are not a place in Great Britain") from None
