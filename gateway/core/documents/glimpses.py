"""Who stands in a file that was refused: no more than who each child may be, and why it left, read from what is wrong
as well as from what is right. An error stops a file, never the alarm.
"""

from dataclasses import dataclass, field

from gateway.core.documents import layouts, safe
from gateway.core.documents.identities import Identity, glimpsed
from gateway.core.documents.known import Known
from gateway.core.documents.labels import labels
from gateway.core.documents.leavers import PLAN, SCHOOL
from gateway.core.documents.rules import text
from gateway.core.errors import Refusal
from gateway.core.terms import Kind

UNKNOWN = "XXX"


@dataclass(frozen=True, slots=True)
class Glimpse:
    """``number`` is the child's place in the file, ``ground`` the letter as it stands there."""

    number: int
    label: str
    ground: str
    who: Identity = field(repr=False)
    in_care: bool = False
    plan: bool = False


def glimpses(name: str, content: bytes, known: Known) -> tuple[Glimpse, ...]:
    """The children of a school's return, or of a transfer file to nobody knows where; of anything else, nobody."""
    try:
        root, _ = safe.parse(content)
        layout = layouts.of(root, name, known)
    except Refusal:
        return ()
    lost = text(root, "Header/DestSchool/LEA") == UNKNOWN
    if layout is None or not (layout.kind in {Kind.CML, Kind.CMJ, Kind.DELETION} or (layout.kind is Kind.CTF and lost)):
        return ()
    named = labels(content)
    records = list(root.iterfind(f"{layout.records}/{layout.record}"))[: layout.most_records]
    return tuple(
        Glimpse(
            number,
            named.get(number, ""),
            next((said for row in record.iterfind(SCHOOL) if (said := text(row, "RemovalGrounds"))), ""),
            glimpsed(record),
            text(record, "LookedAfter/InCare") in {"true", "1"},
            any(text(one, "SENprovision") == PLAN for one in record.iterfind("SENhistory/SEN")),
        )
        for number, record in enumerate(records, 1)
    )
