"""Reads the columns that are wanted of a published CSV, strictly, however many columns and rows it has."""

import csv
from collections.abc import Iterable, Iterator, Sequence


class Wrong(ValueError):
    """What is wrong with a published file, with the line, and never with what stood there."""


def text(content: bytes) -> str:
    """``content`` as UTF-8, or as Windows-1252, in which some departments publish. Raises Wrong."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise Wrong("the file is neither in UTF-8 nor in Windows-1252") from None


def columns(lines: Iterable[str], names: Sequence[Sequence[str]]) -> Iterator[tuple[int, list[str]]]:
    """The number of each row's line and its trimmed cells under ``names``, in their order.

    A column may have one of several names, since publishers rename them; one of them empty lets it be missing. Raises
    Wrong for a column that is not there, and for a row that has fewer cells than the heading.
    """
    rows = csv.reader(lines)
    try:
        heading = [cell.strip().lstrip("\ufeff").lower() for cell in next(rows, [])]
        places = [_place(heading, choice) for choice in names]
        width = len(heading)
        for row in rows:
            if len(row) >= width:
                yield rows.line_num, [row[place].strip() if place >= 0 else "" for place in places]
            elif row:
                raise Wrong(f"line {rows.line_num} has fewer cells than the heading")
    except csv.Error:
        raise Wrong(f"line {rows.line_num} is not CSV") from None


def _place(heading: list[str], choice: Sequence[str]) -> int:
    for name in filter(None, choice):
        if name.lower() in heading:
            return heading.index(name.lower())
    if "" in choice:
        return -1
    raise Wrong(f"the file has no column {choice[0]}")
