"""Empty sheets for a school to fill in, with drop-downs and a page that explains; and a document as such a sheet.

No example row stands in the list itself: somebody would send it. Nothing in a workbook of ours is a formula.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from gateway.core.documents.sheets.columns import TEMPLATES, Cell, Column, Template
from gateway.core.documents.sheets.separated import RUNS
from gateway.core.documents.sheets.table import MOST_ROWS

MADE = datetime(2026, 9, 1, tzinfo=UTC)
"""Stands in every workbook as the day it was made: the same list gives the same bytes."""

ROWS = "One row for each pupil on the sheet “List”. Leave a cell empty where there is nothing to say."
_LONGEST_HINT = 255  # Excel's own limit
_LONGEST_TITLE = 32


class Form(StrEnum):
    """What a sheet is written as."""

    CSV = "csv"
    XLSX = "xlsx"


def template(name: str, form: Form) -> bytes:
    """The empty template called ``name``. Raises KeyError for a name that no template has."""
    return written(TEMPLATES[name], (), form)


def written(chosen: Template, rows: Sequence[Sequence[str]], form: Form) -> bytes:
    """A sheet with the headings of ``chosen`` and ``rows`` under them."""
    if form is Form.XLSX:
        return _workbook(chosen, rows)
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow([column.heading for column in chosen.columns])
    out.writerows([_still(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _still(cell: str) -> str:
    """A cell that no spreadsheet program runs."""
    return f"'{cell}" if cell.startswith(RUNS) else cell


def _workbook(chosen: Template, rows: Sequence[Sequence[str]]) -> bytes:
    import xlsxwriter  # slow to load, and most commands write no workbook

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(made, options)
    book.set_properties({"title": chosen.title, "created": MADE.replace(tzinfo=None)})
    text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    must = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#FFF2CC"})
    sheet = book.add_worksheet("List")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(chosen.columns):
        sheet.set_column(place, place, max(12, min(30, len(column.heading) + 2)), text)
        sheet.write_string(0, place, column.heading, must if column.needed else head)
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row):
            if cell:
                sheet.write_string(number, place, cell, text)
    _add_answers(book, sheet, chosen)
    _add_help(book, chosen, head)
    book.close()
    return made.getvalue()


def _add_answers(book: Any, sheet: Any, chosen: Template) -> None:
    """What each column offers stands on a sheet of its own, which the drop-downs read; other cells have a hint."""
    from xlsxwriter.utility import xl_col_to_name

    page = book.add_worksheet("Answers")
    offering = [(place, column) for place, column in enumerate(chosen.columns) if column.answers.words]
    for at, (place, column) in enumerate(offering):
        shown = column.answers.shown()
        page.set_column(at, at, 30)
        for number, answer in enumerate((column.heading, *shown)):
            page.write_string(number, at, answer)
        letters = xl_col_to_name(at)
        rule = {
            "validate": "list",
            "source": f"=Answers!${letters}$2:${letters}${len(shown) + 1}",
            "error_type": "warning" if column.answers.open else "stop",
            **_hint(column),
        }
        sheet.data_validation(1, place, MOST_ROWS, place, rule)
    for place, column in enumerate(chosen.columns):
        if not column.answers.words:
            sheet.data_validation(1, place, MOST_ROWS, place, {"validate": "any", **_hint(column)})


def _hint(column: Column) -> dict[str, str]:
    """What Excel shows beside a cell that is chosen."""
    return {"input_title": column.heading[:_LONGEST_TITLE], "input_message": explained(column)[:_LONGEST_HINT]}


def _add_help(book: Any, chosen: Template, head: Any) -> None:
    page = book.add_worksheet("How to fill it in")
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 100)
    page.write_string(0, 0, chosen.title, head)
    page.write_string(
        0, 1, "One row for each pupil on the sheet “List”. Leave a cell empty where there is nothing to say."
    )
    for number, column in enumerate(chosen.columns, 1):
        page.write_string(number, 0, column.heading)
        page.write_string(number, 1, explained(column))


def explained(column: Column) -> str:
    """What belongs into a column, in a line."""
    return " ".join(_explained(column))


def _explained(column: Column) -> Iterator[str]:
    if column.needed:
        yield "Needed."
    elif column.needed_with:
        yield "Needed if you fill in the others of its kind."
    if column.help:
        yield column.help
    if column.answers.words:
        yield "Choose from the list."
    elif column.cell is Cell.DAY:
        yield "A date like 03/09/2026."
    if column.example and not column.answers.words:
        yield f"Example: {column.example}"
