"""What a record says about the sending school: its row in the school history, and the ground of leaving it."""

from gateway.core.documents.grounds import Ground
from gateway.core.documents.rules import Head, day, text
from gateway.core.documents.trees import Element, every
from gateway.core.terms import LaEstab


def own_row(pupil: Element, source: LaEstab | None) -> Element | None:
    """The latest row of the school ``source``: a pupil may have come back."""
    rows = [row for row in every(pupil, "SchoolHistory/School") if text(row, "LEA") + text(row, "Estab") == source]
    return max(rows, key=lambda row: text(row, "EntryDate"), default=None)


def ground_of(pupil: Element, head: Head) -> Ground | None:
    """The ground on which the sending school took the pupil off its roll, by the Regulations of the leaving day."""
    grounds = head.known.formats.grounds
    row = own_row(pupil, head.source) if grounds.sets else None
    written = "" if row is None else text(row, "RemovalGrounds")
    on = None if row is None else day(row, "LeavingDate") or head.day
    return grounds.ground(written, on) if written and on else None
