"""A CSV file as a table: in UTF-8, or in UTF-16 with its mark; separated by commas, semicolons or tabs.

Excel saves Windows-1252 unless told otherwise. Many of its bytes would decode as something, so it is never guessed.
"""

import csv
import io
import re
from itertools import islice

from gateway.core.documents.sheets.table import MOST_COLUMNS, MOST_ROWS, Row, Table, refuse, tidy, told

MOST_BYTES = 20_000_000
MOST_LINES = 100_000  # empty ones too
SEPARATORS = ",;\t"

_HINT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_FORMULA = re.compile(r"[=@]|[+-][A-Za-z(]")
RUNS = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""


def read(content: bytes) -> Table:
    """Raises Refusal(SHEET) for another character set, an open quotation mark, a formula, too much."""
    if len(content) > MOST_BYTES:
        refuse(told("SHEET-009"))
    text = _text(content)
    hint = _HINT.match(text)
    text = text[hint.end() :] if hint else text
    separator = hint[1] if hint and hint[1] in SEPARATORS else _separator(text)
    rows = list(_rows(text, separator))
    formulas = [number for number, cells in rows if any(map(_FORMULA.match, cells))]
    if formulas:
        refuse(*(told("SHEET-006", number) for number in formulas))
    return Table(tuple((number, tuple(map(_plain, cells))) for number, cells in rows))


def _text(content: bytes) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16") if wide else content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if wide:
            refuse(told("SHEET-012"))
        refuse(told("SHEET-011", content.count(b"\n", 0, error.start) + 1))
    if "\x00" in text:
        refuse(told("SHEET-012", text.count("\n", 0, text.index("\x00")) + 1))
    return text


def _separator(text: str) -> str:
    """Whichever stands most often in the first row that says something; a heading holds none of them."""
    lines = islice(io.StringIO(text, newline=""), MOST_LINES)
    first = next((line for line in lines if line.strip(f" {SEPARATORS}\r\n")), "")
    return max(SEPARATORS, key=first.count)


def _rows(text: str, separator: str) -> list[Row]:
    """A row of a CSV file may run over several lines, so rows are counted as a spreadsheet program counts them."""
    rows: list[Row] = []
    number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, raw in enumerate(reader, 1):
            cells = _trimmed(raw)
            if len(cells) > MOST_COLUMNS or len(rows) > MOST_ROWS or number > MOST_LINES:
                refuse(told("SHEET-009", number))
            if cells:
                rows.append((number, cells))
    except csv.Error:
        refuse(told("SHEET-012", number + 1))
    return rows


def _trimmed(raw: list[str]) -> tuple[str, ...]:
    cells = [tidy(cell) for cell in raw]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _plain(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running a cell: ours write it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(RUNS) else cell
