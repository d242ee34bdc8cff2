"""What a record says about the sending school: its row in the school history, and the ground of leaving it."""

from typing import Any

from lxml import etree

from gateway.core.documents.grounds import Ground
from gateway.core.documents.rules import Head, day, text
from gateway.core.documents.trees import Element
from gateway.core.terms import LaEstab

_ROWS = etree.XPath("SchoolHistory/School[normalize-space(LEA) = $la][normalize-space(Estab) = $estab]")


def own_row(pupil: Element, source: LaEstab | None) -> Element | None:
    """The latest row of the school ``source``: a pupil may have come back."""
    if source is None:
        return None
    found: Any = _ROWS(pupil, la=source.la, estab=source.estab)
    rows: list[Element] = list(found)
    return max(rows, key=lambda row: text(row, "EntryDate"), default=None) if len(rows) != 1 else rows[0]


def ground_of(pupil: Element, head: Head) -> Ground | None:
    """The ground on which the sending school took the pupil off its roll, by the Regulations of the leaving day."""
    grounds = head.known.formats.grounds
    row = own_row(pupil, head.source) if grounds.sets else None
    written = "" if row is None else text(row, "RemovalGrounds")
    on = None if row is None else day(row, "LeavingDate") or head.day
    return grounds.ground(written, on) if written and on else None
