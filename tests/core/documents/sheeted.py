"""Sheets of invented children as a school fills them in: by our template, as CSV or as a workbook of another program."""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import openpyxl

from gateway.core.documents import Reading, members, read, sheets
from gateway.core.documents.sheets import TEMPLATES
from gateway.core.terms import Upn
from tests.core.documents.samples import schemas

SHARED = {
    "made": "05/10/2026", "own": "8864321", "own-name": "Larkmere Primary School", "surname": "Example",
    "forename": "Ada", "dob": "02/03/2015", "sex": "F", "line-1": "1 Example Road", "postcode": "ZZ1 1ZZ",
    "entry": "07/09/2021",
}  # fmt: skip
PARENT = {
    "parent-1-surname": "Example", "parent-1-relation": "Mother", "parent-1-responsible": "Yes",
    "parent-1-lives-with": "Yes", "parent-1-phone": "07700 900001",
}  # fmt: skip
FILLED: Mapping[str, Mapping[str, str]] = {
    "leavers": {**SHARED, "dest": "8874123", "leaving": "02/10/2026"},
    "leavers-cme": {**SHARED, **PARENT, "leaving": "02/10/2026", "must-ground": "G"},
    "joiners": {**SHARED, **PARENT},
}
"""What each template needs, and no more; the UPN is numbered by row."""


def upn(serial: int) -> str:
    tail = f"8864321{25 + serial // 1000:02d}{serial % 1000:03d}"
    return Upn.check_letter(tail) + tail


NAMES = ("Ada", "Bea", "Cleo", "Dara", "Edda", "Fenn", "Gwen", "Hope", "Iris")


def row(serial: int = 1, kind: str = "leavers", **cells: str) -> dict[str, str]:
    """One filled row by the keys of the columns; ``cells`` are changed, with _ for - in their keys."""
    own = {"upn": upn(serial), "forename": NAMES[(serial - 1) % len(NAMES)]}
    return {**FILLED[kind], **own, **{key.replace("_", "-"): text for key, text in cells.items()}}


def headings(kind: str = "leavers") -> list[str]:
    return [column.heading for column in TEMPLATES[kind].columns]


def texts(filled: Mapping[str, str], kind: str = "leavers") -> list[str]:
    return [filled.get(column.key, "") for column in TEMPLATES[kind].columns]


def separated(*rows: Mapping[str, str], kind: str = "leavers", delimiter: str = ",") -> str:
    text = io.StringIO()
    out = csv.writer(text, delimiter=delimiter)
    out.writerow(headings(kind))
    out.writerows(texts(each, kind) for each in rows)
    return text.getvalue()


def workbook(
    *rows: Mapping[str, Any], kind: str = "leavers", change: Callable[[Any], None] = lambda _book: None
) -> bytes:
    """A workbook by openpyxl, in which days are days and numbers numbers where a row says so."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(headings(kind))
    for each in rows:
        sheet.append([each.get(column.key) for column in TEMPLATES[kind].columns])
    change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def typed(serial: int = 1) -> dict[str, Any]:
    """A row whose days are Excel's own and whose number of the school is a number."""
    days = {"made": date(2026, 10, 5), "dob": date(2015, 3, 2), "entry": date(2021, 9, 7), "leaving": date(2026, 10, 2)}
    return {**row(serial), **days, "own": 8864321, "dest": 8874123}


def repacked(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """A workbook with its parts changed by hand."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    change(parts)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return made.getvalue()


def readings(name: str, content: bytes) -> list[Reading]:
    return [read(one.name, one.content, schemas()) for one in members(name, content)]


def told(name: str, content: bytes) -> list[tuple[str, int]]:
    """The rules that the files of a sheet break, and their rows."""
    return [(finding.code[4:], finding.line) for each in readings(name, content) for finding in each.findings]


def template(kind: str, form: str) -> bytes:
    return sheets.template(kind, sheets.Form(form))
