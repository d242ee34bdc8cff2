"""Postcodes: where each lies, and in which authority.

Kept as one table of 13 bytes a postcode, sorted, in which one is found in some twenty looks: nobody loads 2.7
million rows to check a file. Filled from the ONS Postcode Directory.
"""

import re
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import hypot

from gateway.core import tables
from gateway.core.reference.sheets import Wrong, columns

MARK = "gateway-places/1"
WIDTH = 13
"""Postcode 5 bytes, easting 3, northing 3, place in the list of areas 2; all with the highest byte first."""

COLUMNS = (
    ("pcds", "pcd", "pcd7", "pcd8"),
    ("oslaua", "lad25cd", "lad24cd", "lad23cd"),
    ("oscty", "cty25cd", "cty24cd", "cty23cd", ""),
    ("oseast1m", "east1m"),
    ("osnrth1m", "north1m"),
)
MOST_EASTING, MOST_NORTHING = 800_000, 1_400_000
MOST_AREAS = 5_000
LONGEST_HEADING = 30 * MOST_AREAS
_HEADING = re.compile(rb"gateway-places/1 (?P<rows>[0-9]{1,9}) (?P<areas>[A-Z0-9/,]*)")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_PLACES = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_AREA = re.compile(r"[A-Z][0-9]{8}")


@dataclass(frozen=True, slots=True)
class Point:
    """Metres east and north on the National Grid."""

    easting: int
    northing: int

    def __post_init__(self) -> None:
        if not (0 <= self.easting <= MOST_EASTING and 0 <= self.northing <= MOST_NORTHING):
            raise ValueError("not on the National Grid")

    def metres(self, other: "Point") -> float:
        """As the crow flies, on the grid."""
        return hypot(self.easting - other.easting, self.northing - other.northing)


@dataclass(frozen=True, slots=True)
class Place:
    """``areas`` are the ONS codes of the district and, where there is one, of the county that a postcode is in."""

    at: Point | None
    areas: tuple[str, ...]


def postcode(text: str) -> str | None:
    """A postcode as the table writes it, without blank; None for what is none."""
    tight = text.replace(" ", "").upper()
    return tight if _POSTCODE.fullmatch(tight) else None


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """All postcodes, and of which local authority the ONS areas are that a council has named."""

    table: bytes | memoryview = field(default=b"", repr=False)
    authorities: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.table:
            start, rows, _ = _heading(self)
            if len(self.table) != start + WIDTH * rows:
                raise ValueError("not a whole table of places")

    def __len__(self) -> int:
        return _heading(self)[1] if self.table else 0

    def find(self, code: str) -> Place | None:
        """Where the postcode ``code`` is; None when it is not known, or is none."""
        tight = postcode(code)
        return _find(self, tight) if self.table and tight else None

    def authority(self, code: str) -> str | None:
        """The three digits of the council in whose area the postcode is; None when nobody has said so."""
        place = self.find(code)
        areas = () if place is None else place.areas
        return next((self.authorities[area] for area in areas if area in self.authorities), None)


@lru_cache(maxsize=4096)
def _find(known: Places, tight: str) -> Place | None:
    start, high, areas = _heading(known)
    key, low = _key(tight), 0
    while low < high:
        middle = (low + high) // 2
        at = start + middle * WIDTH
        if bytes(known.table[at : at + 5]) < key:
            low = middle + 1
        else:
            high = middle
    at = start + low * WIDTH
    row = bytes(known.table[at : at + WIDTH])
    if row[:5] != key:
        return None
    easting, northing = int.from_bytes(row[5:8], "big"), int.from_bytes(row[8:11], "big")
    return Place(Point(easting, northing) if easting else None, areas[int.from_bytes(row[11:], "big")])


@lru_cache(maxsize=8)
def _heading(known: Places) -> tuple[int, int, tuple[tuple[str, ...], ...]]:
    """Where the rows begin, how many there are, and the areas that they point to."""
    heading, end, _ = bytes(known.table[:LONGEST_HEADING]).partition(b"\n")
    found = _HEADING.fullmatch(heading)
    if found is None or not end:
        raise ValueError("not a table of places")
    areas = found["areas"].decode().split(",")
    return len(heading) + 1, int(found["rows"]), tuple(tuple(filter(None, area.split("/"))) for area in areas)


def _key(tight: str) -> bytes:
    """A postcode as a number of seven places to the base of 37, with its outward part filled to four."""
    return (_number(f"{tight[:-3]:<4}") * len(_PLACES) ** 3 + _number(tight[-3:])).to_bytes(5, "big")


@lru_cache(maxsize=1 << 14)
def _number(part: str) -> int:
    """Half a postcode: there are some three thousand of the first and of the second."""
    number = 0
    for letter in part:
        number = number * len(_PLACES) + _PLACES.index(letter)
    return number


# -- the published file -----------------------------------------------------------------------------------------------


def published(lines: Iterable[str]) -> bytes:
    """The table of every postcode in the lines of the ONS Postcode Directory's CSV. Raises Wrong.

    Postcodes that Royal Mail has ended stay: an old address still was somewhere.
    """
    areas: dict[str, int] = {}
    rows, keys = bytearray(), array("Q")
    for line, (code, district, county, east, north) in columns(lines, COLUMNS):
        tight = postcode(code)
        if tight is None:
            raise Wrong(f"line {line}: the postcode is none")
        key, area = _key(tight), areas.setdefault(_codes(county, district), len(areas))
        rows += key + _metres(line, east, MOST_EASTING) + _metres(line, north, MOST_NORTHING) + area.to_bytes(2, "big")
        keys.append(int.from_bytes(key, "big"))
        if len(areas) > MOST_AREAS:
            raise Wrong("the file names too many areas")
    return b"".join((f"{MARK} {len(keys)} {','.join(areas)}\n".encode(), _sorted(rows, keys)))


@lru_cache(maxsize=1 << 10)
def _codes(*given: str) -> str:
    """Those of ``given`` that are ONS codes, as the heading of a table lists them."""
    return "/".join(filter(_AREA.fullmatch, given))


def _metres(line: int, cell: str, most: int) -> bytes:
    if not cell:
        return bytes(3)
    if not cell.isascii() or not cell.isdigit() or int(cell) > most:
        raise Wrong(f"line {line}: easting and northing are not a place in Great Britain")
    return int(cell).to_bytes(3, "big")


def _sorted(rows: bytearray, keys: "array[int]") -> bytes | bytearray:
    """The rows in the order of their keys, as the directory has them already; each postcode once."""
    if all(one < other for one, other in pairwise(keys)):
        return rows
    order = sorted(range(len(keys)), key=keys.__getitem__)
    if any(keys[one] == keys[other] for one, other in pairwise(order)):
        raise Wrong("a postcode stands twice in the file")
    return b"".join(rows[at * WIDTH : (at + 1) * WIDTH] for at in order)


def authorities_from_toml(text: str) -> Mapping[str, str]:
    """``[[area]]`` tables: which ONS areas are whose. Raises ValueError."""
    raw = tables.take(tables.parse(text), "areas", {"area": tables.anything})
    need = {"la": tables.word(_la), "codes": tables.many(tables.word(_area)), "source": tables.text}
    found: dict[str, str] = {}
    for row in tables.rows(raw["area"], "area", need):
        for code in row["codes"]:
            if code in found:
                raise ValueError("an area is named twice")
            found[code] = row["la"]
    return found


def _la(text: str) -> str:
    if not re.fullmatch(r"[0-9]{3}", text):
        raise ValueError("not the number of a local authority")
    return text


def _area(text: str) -> str:
    if not _AREA.fullmatch(text):
        raise ValueError("not an ONS code")
    return text
