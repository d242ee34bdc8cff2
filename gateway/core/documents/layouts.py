"""What each kind of document looks like from outside: which element holds what, and how many records."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from gateway.core.documents.known import Known
from gateway.core.documents.names import FileName, tidy
from gateway.core.documents.trees import Element
from gateway.core.errors import Refusal
from gateway.core.terms import Kind


@dataclass(frozen=True, slots=True)
class Layout:
    """The frame of one kind. ``record`` is the element that stands for one child."""

    kind: Kind
    prefix: str
    root: str
    header: str
    version: str
    records: str
    record: str
    most_records: int


CTF = Layout(Kind.CTF, "CTF", "CTfile", "Header", "CTFversion", "CTFpupilData", "Pupil", 5_000)
CML, CMJ = replace(CTF, kind=Kind.CML, prefix="CML"), replace(CTF, kind=Kind.CMJ, prefix="CMJ")
NOTICE = Layout(Kind.NOTICE, "CME", "CMEnotice", "Header", "NoticeVersion", "Children", "Child", 20)

BY_ROOT: Mapping[str, Layout] = MappingProxyType({layout.root: layout for layout in (CTF, NOTICE)})
"""The returns of leavers and joiners have the root of a transfer file: ``of`` tells them apart."""

TRANSFERS = frozenset({Kind.CTF, Kind.CML, Kind.CMJ})
"""The kinds whose record is that of a transfer file."""

BY_KIND: Mapping[Kind, Layout] = MappingProxyType({layout.kind: layout for layout in (CTF, CML, CMJ, NOTICE)})


def of(root: Element, name: str | None, known: Known) -> Layout | None:
    """The layout of a file, or None when no kind has such a root. Its name says which return it is, or its header."""
    layout = BY_ROOT.get(str(root.tag))
    if layout is not CTF:
        return layout
    named = _named(name)
    if named is not None:
        return named if named.root == layout.root else layout
    told = (kind for path, text, kind in known.formats.told if (root.findtext(f"Header/{path}") or "").strip() == text)
    return BY_KIND[next(told, Kind.CTF)]


def _named(name: str | None) -> Layout | None:
    try:
        return BY_KIND[FileName.parse(tidy(name)[0]).type.kind] if name else None
    except Refusal:
        return None
