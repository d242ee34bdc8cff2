"""A list that people take away as a CSV file or a workbook: what it is on top, and no cell that a program would run."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from gateway.core.documents.sheets.separated import RUNS
from gateway.core.documents.sheets.templates import Form

_RUN = (*RUNS, "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula, or leaves out before one."""


def listed(
    notes: Sequence[tuple[str, str]],
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    form: Form,
    at: datetime,
) -> bytes:
    """``notes`` stand above the list as label and text, one a row; every cell is a text."""
    top = [*notes, (), headings]
    if form is Form.XLSX:
        return _workbook([*top, *rows], len(top), at)
    text = io.StringIO()
    csv.writer(text).writerows([still(cell) for cell in row] for row in [*top, *rows])
    return text.getvalue().encode("utf-8-sig")


def still(cell: str) -> str:
    """A cell that no spreadsheet program runs (OWASP: CSV injection)."""
    return f"'{cell}" if cell.startswith(_RUN) else cell


def _workbook(rows: Sequence[Sequence[str]], heading: int, at: datetime) -> bytes:
    import xlsxwriter  # slow to load, and most commands write no workbook

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(made, options)
    book.set_properties({"created": at.replace(tzinfo=None)})
    text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bottom": 1})
    sheet = book.add_worksheet("List")
    sheet.freeze_panes(heading, 0)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell, head if number == heading - 1 else text)
    book.close()
    return made.getvalue()
