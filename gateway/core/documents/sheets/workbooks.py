"""An Excel workbook as a table: the texts of its one sheet, and a finding for whatever is more than texts.

Read here and not by a library, because the libraries at hand hide what must be refused: openpyxl and calamine drop
hidden rows' flags or formulas and fill gaps that a stranger claims, and raise anything for a damaged part. The
container is ours already, lxml too, and a sheet is a small part of ECMA-376 (part 1, §18.2 to §18.8).
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lxml import etree

from gateway.core.documents import container
from gateway.core.documents.container import Entry
from gateway.core.documents.sheets.table import MOST_COLUMNS, MOST_ROWS, Row, Table, refuse, tidy, told
from gateway.core.documents.trees import Element
from gateway.core.errors import Refusal

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TYPES = "[Content_Types].xml"
OURS = frozenset({"answers", "how to fill it in"})
"""Sheets of our own templates beside the list."""

MOST_UNPACKED = 40_000_000
MOST_CELLS = 400_000

_MACROS = re.compile(r"vbaproject|macrosheets/|dialogsheets/|activex", re.IGNORECASE)
_LINKED = re.compile(r"xl/(externallinks/|connections\.xml|querytables/|embeddings/|model/)", re.IGNORECASE)
_NEVER = re.compile(rb"<!|\x00|<[^<>]{16384}")  # no DTD or comment, one tag of endless attributes, or UTF-16
_INSTRUCTION = re.compile(rb"<\?(?!xml\s)")
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATE_FORMAT = re.compile(r"[dmy]", re.IGNORECASE)
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_BUILT_IN_DAYS = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
_FIRST_DAY, _LEAP_BUG, _LAST_DAY = date(1899, 12, 30), 60, 110_000  # Excel thinks that 1900 was a leap year
_DAYS_TO_1904 = 1_462
_EXACT = 10**15


def is_workbook(content: bytes) -> bool:
    """Whether a zip is an office document rather than a zip of files."""
    try:
        return any(entry.name in {TYPES, "mimetype"} for entry in container.entries(content))
    except Refusal:
        return False


def read(content: bytes) -> Table:
    """Raises Refusal(SHEET) for anything but one visible list of texts, numbers and days."""
    if content.startswith(OLE):
        refuse(told("SHEET-002" if "EncryptedPackage".encode("utf-16-le") in content else "SHEET-003"))
    book = _Book.open(content)
    lists = [(sheet, rows) for sheet in book.sheets() if (rows := _rows(sheet))]
    if len(lists) > 1:
        refuse(told("SHEET-008"))
    if not lists:
        refuse(told("SHEET-024"))
    _, cells = lists[0]
    sheet = lists[0][0]
    findings = [told("SHEET-006", number) for number, row in cells if any(_is_formula(cell) for _, cell in row)]
    findings += [told("SHEET-010", number) for number in _hidden(sheet, cells)]
    if findings:
        refuse(*findings)
    return Table(tuple(row for each in cells if (row := book.texts(each))[1]), tuple(_merged(sheet, cells)))


Cells = tuple[tuple[int, Element], ...]
"""The cells of a row that hold something, each with the number of its column, from 0."""


@dataclass(frozen=True, slots=True)
class _Book:
    """The parts of a workbook that a table needs."""

    parts: Mapping[str, Entry]
    place: str
    root: Element
    related: Mapping[str, str]
    strings: tuple[str, ...]
    days: frozenset[int]
    from_1904: bool

    @classmethod
    def open(cls, content: bytes) -> "_Book":
        parts = _parts(content)
        starts = _related(parts, "_rels/.rels", "")
        place = next((to for kind, _, to in starts if kind == "officeDocument"), "")
        root = _tree(parts, place)
        folder, _, name = place.rpartition("/")
        related = _related(parts, f"{folder}/_rels/{name}.rels", folder)
        kinds = {kind: to for kind, _, to in related}
        if root.tag.rpartition("}")[2] != "workbook":
            refuse(told("SHEET-001"))
        strings = tuple(_strings(_tree(parts, kinds["sharedStrings"]))) if "sharedStrings" in kinds else ()
        days = _day_styles(_tree(parts, kinds["styles"])) if "styles" in kinds else frozenset()
        properties = root.find("{*}workbookPr")
        since = properties is not None and properties.get("date1904") in {"1", "true"}
        return cls(parts, place, root, {id_: to for _, id_, to in related}, strings, days, since)

    def sheets(self) -> Iterator[Element]:
        """Every sheet, also one that is hidden, but our own two beside the list."""
        for sheet in self.root.iterfind("{*}sheets/{*}sheet"):
            if sheet.get("name", "").casefold() not in OURS:
                ids = (value for name, value in sheet.attrib.items() if str(name).endswith("}id"))
                yield _tree(self.parts, self.related.get(str(next(ids, "")), ""))

    def texts(self, row: tuple[int, Cells]) -> Row:
        number, cells = row
        found = [""] * (cells[-1][0] + 1)
        for place, cell in cells:
            found[place] = tidy(self._text(cell))
        while found and not found[-1]:
            found.pop()
        return number, tuple(found)

    def _text(self, cell: Element) -> str:
        kind, given = cell.get("t", "n"), (cell.findtext("{*}v") or "").strip()
        if kind == "s":
            return self.strings[int(given)] if _is_count(given) and int(given) < len(self.strings) else ""
        if kind == "inlineStr":
            return "".join(_string(inline) for inline in cell.iterfind("{*}is"))
        if kind == "b":
            return "Yes" if given == "1" else "No"
        if kind in {"str", "e", "d"}:
            return _unescaped(given)
        style = cell.get("s", "0")
        return _number(given, self.from_1904) if _is_count(style) and int(style) in self.days else _plain(given)


def _parts(content: bytes) -> dict[str, Entry]:
    try:
        found = {entry.name: entry for entry in container.entries(content)}
    except Refusal:
        refuse(told("SHEET-001"))
    if TYPES not in found:
        refuse(told("SHEET-004"))
    if any(entry.encrypted for entry in found.values()):
        refuse(told("SHEET-002"))
    types = _unpack(found[TYPES])
    if any(map(_MACROS.search, found)) or b"macroenabled" in types.lower():
        refuse(told("SHEET-005"))
    if any(map(_LINKED.match, found)):
        refuse(told("SHEET-007"))
    if sum(entry.size for entry in found.values() if entry.name.endswith((".xml", ".rels"))) > MOST_UNPACKED:
        refuse(told("SHEET-009"))
    return found


def _unpack(entry: Entry) -> bytes:
    try:
        return entry.unpack()
    except Refusal as refusal:
        too_much = any(one.code.endswith("ZIP-006") for one in refusal.findings)
        refuse(*(refusal.findings if too_much else (told("SHEET-001"),)))


def _tree(parts: Mapping[str, Entry], place: str) -> Element:
    """One part. It is parsed as everything that comes in: no DTD, no entity, nothing fetched."""
    if place not in parts:
        refuse(told("SHEET-001"))
    text = _unpack(parts[place]).removeprefix(b"\xef\xbb\xbf")
    if _NEVER.search(text) or _INSTRUCTION.search(text):
        refuse(told("SHEET-001"))
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError):
        refuse(told("SHEET-001"))


def _related(parts: Mapping[str, Entry], place: str, folder: str) -> list[tuple[str, str, str]]:
    """Kind, id and place of each part that one part is related to."""
    if place not in parts:
        return []
    found = []
    for one in _tree(parts, place).iterfind("{*}Relationship"):
        if one.get("TargetMode") != "External":
            target = one.get("Target", "")
            to = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found.append((one.get("Type", "").rpartition("/")[2], one.get("Id", ""), to))
    return found


def _strings(root: Element) -> Iterator[str]:
    return (_string(one) for one in root.iterfind("{*}si"))


def _string(one: Element) -> str:
    """Its text and that of its runs; how it is spoken (rPh) is not part of it."""
    return _unescaped("".join(each.text or "" for path in ("{*}t", "{*}r/{*}t") for each in one.iterfind(path)))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _day_styles(root: Element) -> frozenset[int]:
    """The numbers of the cell formats that show a day."""
    own = {one.get("numFmtId"): one.get("formatCode", "") for one in root.iterfind("{*}numFmts/{*}numFmt")}
    shows = {id_ for id_, code in own.items() if _DATE_FORMAT.search(_NOT_FORMAT.sub("", code))}
    shows |= {str(id_) for id_ in _BUILT_IN_DAYS if str(id_) not in own}
    formats = root.iterfind("{*}cellXfs/{*}xf")
    return frozenset(number for number, one in enumerate(formats) if one.get("numFmtId") in shows)


def _rows(sheet: Element) -> list[tuple[int, Cells]]:
    """The rows in which some cell holds something."""
    rows: list[tuple[int, Cells]] = []
    number = held = 0
    for row in sheet.iterfind("{*}sheetData/{*}row"):
        claimed = row.get("r", "")
        number = int(claimed) if _is_count(claimed) else number + 1
        cells = _cells(row)
        held += len(cells)
        if cells and (number > MOST_ROWS + 1 or cells[-1][0] >= MOST_COLUMNS or held > MOST_CELLS):
            refuse(told("SHEET-009", number))
        if cells and rows and number <= rows[-1][0]:
            refuse(told("SHEET-001"))
        if cells:
            rows.append((number, cells))
    return rows


def _cells(row: Element) -> Cells:
    cells: dict[int, Element] = {}
    place = -1
    for cell in row.iterfind("{*}c"):
        named = _PLACE.fullmatch(cell.get("r", ""))
        place = _column(named[1]) if named else place + 1
        if len(cell):
            cells[place] = cell
    return tuple(sorted(cells.items(), key=lambda one: one[0]))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _is_formula(cell: Element) -> bool:
    return cell.find("{*}f") is not None or (cell.get("t") == "str")


def _hidden(sheet: Element, rows: list[tuple[int, Cells]]) -> Iterator[int]:
    """The rows that hold something and are hidden, or hold something in a hidden column."""
    hidden_rows = {row.get("r") for row in sheet.iterfind("{*}sheetData/{*}row") if row.get("hidden") in {"1", "true"}}
    columns = _hidden_columns(sheet)
    for number, cells in rows:
        if str(number) in hidden_rows or not columns.isdisjoint(place for place, _ in cells):
            yield number


def _merged(sheet: Element, rows: list[tuple[int, Cells]]) -> Iterator[int]:
    """The rows in which a cell with a text is merged with others: its text stands in its first cell alone."""
    filled = {(number, place) for number, cells in rows for place, _ in cells}
    begin = (_PLACE.match(one.get("ref", "")) for one in sheet.iterfind("{*}mergeCells/{*}mergeCell"))
    yield from sorted({int(one[2]) for one in begin if one and (int(one[2]), _column(one[1])) in filled})


def _hidden_columns(sheet: Element) -> frozenset[int]:
    spans = [one for one in sheet.iterfind("{*}cols/{*}col") if one.get("hidden") in {"1", "true"}]
    if len(spans) > MOST_COLUMNS:
        refuse(told("SHEET-009"))
    ends = [(one.get("min", ""), one.get("max", "")) for one in spans]
    known = [(int(first), int(last)) for first, last in ends if _is_count(first) and _is_count(last)]
    return frozenset(place for first, last in known for place in range(first - 1, min(last, MOST_COLUMNS)))


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 8  # noqa: PLR2004  (as many as a row has)


def _plain(given: str) -> str:
    """A number as a person wrote it, where that can still be told; Excel keeps 15 figures."""
    try:
        value = float(given)
    except ValueError:
        return _unescaped(given)
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else given


def _number(given: str, from_1904: bool) -> str:  # noqa: FBT001  (a property of the workbook, not a switch)
    """The day that a number is formatted as, in ISO 8601; the number itself where there is no such day."""
    try:
        serial = int(float(given)) + (_DAYS_TO_1904 if from_1904 else 0)
    except (ValueError, OverflowError):
        return given
    if not 0 < serial < _LAST_DAY or serial == _LEAP_BUG:
        return _plain(given)
    return (_FIRST_DAY + timedelta(serial + (serial < _LEAP_BUG))).isoformat()
