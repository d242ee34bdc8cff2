"""Since when a school's duty runs over a file of its own: the first day on which one of its pupils left it, or came."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from gateway.core.documents import layouts, safe
from gateway.core.documents.known import Known
from gateway.core.documents.leaving import own_row
from gateway.core.documents.rules import day, text
from gateway.core.errors import Refusal
from gateway.core.terms import Kind, LaEstab

CLOCKS: Mapping[Kind, tuple[str, str]] = MappingProxyType(
    {
        Kind.CTF: ("ctf", "LeavingDate"),
        Kind.CML: ("deletion-return", "LeavingDate"),
        Kind.DELETION: ("deletion-return", "LeavingDate"),
        Kind.CMJ: ("new-pupil-return", "EntryDate"),
    }
)
"""By which clock a file of each kind is owed, and from which day of a pupil."""


def began(name: str, content: bytes, known: Known) -> tuple[str, date] | None:
    """The clock of a file, and the first of its pupils' days; None for what is owed by no clock or says no day.

    The file was checked before it came to rest, so its records are only looked through and not checked again.
    """
    try:
        root, _ = safe.parse(content)
        layout = layouts.of(root, name, known)
        source = LaEstab(text(root, "Header/SourceSchool/LEA") + text(root, "Header/SourceSchool/Estab"))
    except (Refusal, ValueError):
        return None
    if layout is None or layout.kind not in CLOCKS:
        return None
    clock, element = CLOCKS[layout.kind]
    rows = (own_row(one, source) for one in root.iterfind(f"{layout.records}/{layout.record}"))
    found = [on for row in rows if row is not None and (on := day(row, element)) is not None]
    return (clock, min(found)) if found else None
