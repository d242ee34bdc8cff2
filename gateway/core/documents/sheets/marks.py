"""How a row that is wrong tells so in the transfer file that it becomes: one element in the place of the whole record.

The record keeps what names the child in the office; the mark makes it invalid in every schema, so nothing of it is ever
kept or sent, and the finding is the sheet's own wherever the file is read. A mark says a rule and a column, no value.
"""

import re
from collections.abc import Iterator

from gateway.core.documents.catalogue import RULES
from gateway.core.documents.sheets.columns import COLUMNS
from gateway.core.documents.trees import Element

TAG = "SheetFinding"
SHEET = "urn:gateway:sheet"
"""What the root of a file that was a sheet names as its schema: its lines are rows. No document keeps it."""

SUPPLIER = "gateway sheet"

_TEXT = re.compile(r"(SHEET-[0-9]{3}) ([a-z0-9-]{0,40})")


def written(rule: str, key: str) -> str:
    return f"<{TAG}>{rule} {key}</{TAG}>"


def of(record: Element) -> Iterator[tuple[str, Element]]:
    """The rules that its row breaks, each with its mark. Whoever writes marks by hand has findings for it."""
    for mark in record.iterchildren(TAG):
        found = _TEXT.fullmatch(mark.text or "")
        if found and found[1] in RULES and (found[2] in COLUMNS or not found[2]):
            yield found[1], mark


def heading(mark: Element) -> str:
    """The heading of the column that a mark is about; empty where it is about the whole row."""
    key = (mark.text or "").partition(" ")[2]
    return COLUMNS[key].heading if key in COLUMNS else ""


def path(mark: Element) -> str:
    """Where the column stands in the file; the record itself where it stands in none."""
    key = (mark.text or "").partition(" ")[2]
    record = mark.getparent()
    assert record is not None, "a mark stands in a record"
    below = COLUMNS[key].plain_path if key in COLUMNS else ""
    return f"{record.tag}/{below}".removesuffix("/")
