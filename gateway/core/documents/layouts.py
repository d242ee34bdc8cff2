"""What the two kinds of document look like from outside: which element holds what, and how many records."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

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
NOTICE = Layout(Kind.NOTICE, "CME", "CMEnotice", "Header", "NoticeVersion", "Children", "Child", 20)

BY_ROOT: Mapping[str, Layout] = MappingProxyType({layout.root: layout for layout in (CTF, NOTICE)})
BY_KIND: Mapping[Kind, Layout] = MappingProxyType({layout.kind: layout for layout in (CTF, NOTICE)})
