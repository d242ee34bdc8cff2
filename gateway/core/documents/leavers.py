"""The pupils whom a school's file tells it has lost: when, why, and to which school they went, if anybody knows.

One reading for all who ask: what opens a case, who is watched until it starts elsewhere, whom social care is told of.
"""

from dataclasses import dataclass, field
from datetime import date

from gateway.core.documents import layouts
from gateway.core.documents.known import Known
from gateway.core.documents.leaving import own_row
from gateway.core.documents.rules import day, text
from gateway.core.documents.trees import Element
from gateway.core.documents.values import Document, Pupil
from gateway.core.terms import Kind, LaEstab

SCHOOL = "SchoolHistory/School"
PLAN = "E"
"""SENprovision: an education, health and care plan (CS011)."""

_OF_LEAVERS = frozenset({Kind.CML, Kind.CTF, Kind.DELETION})


@dataclass(frozen=True, slots=True)
class Leaver:
    """``grounds`` are the letters of 2024 that the file's ground means; ``to`` is the school that can answer for it.

    ``starts`` is the day on which it is expected there, where the file says one. ``outside``: it goes to a school that
    cannot answer, outside the maintained sector. ``ends_phase``: a normal change. ``plan``: it has an EHC plan.
    """

    number: int
    born: date | None = field(repr=False)
    left: date | None
    grounds: frozenset[str] = frozenset()
    ends_phase: bool = False
    to: LaEstab | None = None
    starts: date | None = None
    outside: bool = False
    in_care: bool = False
    plan: bool = False


def leavers(document: Document, known: Known) -> tuple[Leaver, ...]:
    """Each pupil of a return of leavers, a deletion return or a transfer file; of any other kind, nobody."""
    if document.kind not in _OF_LEAVERS:
        return ()
    records = document.tree.find(layouts.BY_KIND[document.kind].records)
    if records is None:
        return ()
    listed = list(records.iterchildren(layouts.BY_KIND[document.kind].record))
    return tuple(_leaver(document, pupil, listed[pupil.number - 1], known) for pupil in document.pupils)


def started(document: Document) -> tuple[tuple[int, date], ...]:
    """Each pupil of a return of joiners, with the day it entered the sending school."""
    if document.kind is not Kind.CMJ:
        return ()
    records = document.tree.find(layouts.BY_KIND[document.kind].records)
    found = []
    for number, record in enumerate(() if records is None else records, 1):
        row = own_row(record, document.source)
        entered = None if row is None else day(row, "EntryDate")
        if entered is not None:
            found.append((number, entered))
    return tuple(found)


def _leaver(document: Document, pupil: Pupil, record: Element, known: Known) -> Leaver:
    row = own_row(record, document.source)
    left = None if row is None else day(row, "LeavingDate")
    to, starts = _next(document, record, row, left)
    return Leaver(
        pupil.number,
        day(record, "DOB"),
        left,
        known.formats.grounds.meaning(pupil.ground) if pupil.ground else frozenset(),
        row is not None and text(row, "LeavingReason") in known.codes.phase_ends,
        to,
        starts,
        document.dest.outside,
        text(record, "LookedAfter/InCare") in {"true", "1"},
        any(
            text(one, "SENprovision") == PLAN and not text(one, "EndDate") for one in record.iterfind("SENhistory/SEN")
        ),
    )


def _next(
    document: Document, record: Element, row: Element | None, left: date | None
) -> tuple[LaEstab | None, date | None]:
    """A further school that was not left before this one was; a transfer file goes to it."""
    for other in record.iterfind(SCHOOL):
        entered = day(other, "EntryDate")
        dated = entered is not None or document.kind is Kind.DELETION  # by form, the first day there may be unknown
        before = entered is not None and left is not None and entered < left
        if other is row or not dated or before or text(other, "LeavingDate"):
            continue
        try:
            return LaEstab(text(other, "LEA") + text(other, "Estab")), entered
        except ValueError:
            continue
    if document.kind is Kind.CTF and document.dest.isdigit():
        return document.dest, None
    return None, None
