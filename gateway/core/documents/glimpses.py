"""Who stands in a file that was refused: no more than who each child may be, and why it left, read from what is wrong
as well as from what is right. An error stops a file, never the alarm.
"""

import re
from dataclasses import dataclass, field

from gateway.core.documents import layouts, safe
from gateway.core.documents.identities import Identity, glimpsed
from gateway.core.documents.known import Known
from gateway.core.documents.labels import of_record
from gateway.core.documents.leavers import PLAN, SCHOOL
from gateway.core.documents.leaving import own_row
from gateway.core.documents.names import FileName, tidy
from gateway.core.documents.rules import text
from gateway.core.documents.specimens import bears_mark
from gateway.core.documents.trees import Element
from gateway.core.errors import Code, Refusal
from gateway.core.terms import Kind, LaEstab

UNKNOWN, NAMES = "XXX", ("Surname", "Forename")
_ROOT = re.compile(rb"<(?:%s)\b" % b"|".join(sorted({layouts.BY_KIND[one].root.encode() for one in layouts.REGISTERS})))
_LOOKED_AT = 4_096


@dataclass(frozen=True, slots=True)
class Glimpse:
    """``number`` is the child's place in the file, 0 a whole file in which nobody can be seen; ``ground`` the letter as
    it stands there.

    ``leaves``: it is taken off a roll, and not by a normal change of phase. ``waits``: until the file has come through,
    its council does not know.
    """

    number: int
    label: str
    ground: str
    who: Identity = field(repr=False)
    in_care: bool = False
    plan: bool = False
    leaves: bool = True
    waits: bool = True


WHOLE = (Glimpse(0, "", "", Identity(), leaves=False),)
"""Of a file in which nobody can be seen."""


def glimpses(name: str, content: bytes, known: Known) -> tuple[Glimpse, ...]:
    """The children of a school's return or of a transfer file but those marked test; of anything else, nobody.

    Of one that is too spoilt or too large to see anybody in it, the file itself.
    """
    try:
        root = _read(content)
        layout = layouts.of(root, name, known)
    except Refusal:
        return WHOLE if _meant(name, content) else ()
    if layout is None or layout.kind not in layouts.REGISTERS:
        return ()
    waits = layout.kind is not Kind.CTF or text(root, "Header/DestSchool/LEA") == UNKNOWN
    source = _school(root)
    records = list(root.iterfind(f"{layout.records}/{layout.record}"))[: layout.most_records]
    found = tuple(
        Glimpse(
            number,
            of_record(record),
            next((said for row in record.iterfind(SCHOOL) if (said := text(row, "RemovalGrounds"))), ""),
            glimpsed(record),
            text(record, "LookedAfter/InCare") in {"true", "1"},
            any(text(one, "SENprovision") == PLAN for one in record.iterfind("SENhistory/SEN")),
            layout.kind is not Kind.CMJ and not _ends_phase(record, source, known),
            waits,
        )
        for number, record in enumerate(records, 1)
        if not any(bears_mark(text(record, name)) for name in NAMES)
    )
    return found if records else WHOLE


def _meant(name: str, content: bytes) -> bool:
    """Whether it was to be a return or a transfer file, by its name or by its first element."""
    try:
        return FileName.parse(tidy(name)[0]).type.kind in layouts.REGISTERS
    except Refusal:
        return _ROOT.search(content, 0, _LOOKED_AT) is not None


def _ends_phase(record: Element, source: LaEstab | None, known: Known) -> bool:
    row = own_row(record, source)
    return row is not None and text(row, "LeavingReason") in known.codes.phase_ends


def _school(root: Element) -> LaEstab | None:
    try:
        return LaEstab(text(root, "Header/SourceSchool/LEA") + text(root, "Header/SourceSchool/Estab"))
    except ValueError:
        return None


def _read(content: bytes) -> Element:
    """A file that is not even well-formed, or in another encoding than it says, stops no alarm. Raises Refusal."""
    try:
        return safe.parse(content)[0]
    except Refusal as refusal:
        if refusal.code not in {Code.NOT_XML, Code.ENCODING}:
            raise
        return safe.salvage(content)
