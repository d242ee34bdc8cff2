"""Rules that all kinds of document share: identifiers, dates, names. Each gives hits, never a value it found.

Dates compare with the file's own header: the core has no clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from gateway.core.documents import names
from gateway.core.documents.known import NOTHING, Known
from gateway.core.documents.names import FileName, FileType
from gateway.core.documents.trees import Element
from gateway.core.errors import Refusal
from gateway.core.terms import Kind, LaEstab, Upn

RuleHit = tuple[str, Element] | tuple[str, Element, str]
"""A rule of the catalogue, the element it stands at, and the path below it of what is missing, if something is."""

OLDEST = 25  # years


@dataclass(frozen=True, slots=True)
class Head:
    """What the rules need of a header. None where the header does not say it well; a hit has told why.

    ``header`` is there for the rules of records that depend on what a message's header asks or answers.
    """

    name: FileName | None
    source: LaEstab | None
    dest: LaEstab | None
    at: datetime | None
    partial: bool
    urgent: bool = False
    known: Known = NOTHING
    header: Element | None = None

    @property
    def day(self) -> date | None:
        return None if self.at is None else self.at.date()


def text(element: Element, path: str) -> str:
    """The text at ``path``, trimmed as SIMS needs it; empty when there is none."""
    found = first(element, path)
    return ("" if found is None else found.text or "").strip()


def first(element: Element, path: str) -> Element | None:
    """The first element at ``path``; most paths are one step, and libxml2 finds a child faster than lxml a path."""
    return element.find(path) if "/" in path else next(element.iterchildren(path), None)


def day(element: Element, path: str) -> date | None:
    """The date at ``path`` of a valid record, or None when it is blank or missing."""
    found = text(element, path)
    return date.fromisoformat(found) if found else None


def at(element: Element, path: str) -> Element:
    """The element at ``path``, to point at; ``element`` itself when there is none."""
    found = first(element, path)
    return element if found is None else found


def file_name(given: str | None, kind: Kind) -> tuple[FileName | None, tuple[str, ...]]:
    """The parsed name and the rules it breaks. None, a file that came without a name, breaks none."""
    if given is None:
        return None, ()
    plain, rules = names.tidy(given)
    try:
        name = FileName.parse(plain)
    except Refusal:
        return None, ("NAME-001",)
    return (name, rules) if name.type.kind is kind else (None, ("NAME-001",))


def instant(header: Element) -> tuple[datetime | None, Iterator[RuleHit]]:
    """The header's DateTime without its zone; XSD allows a few that no clock shows, such as 24:00:00."""
    try:
        at = datetime.fromisoformat(text(header, "DateTime"))
    except ValueError:
        return None, iter([("HEAD-002", header)])
    return at.replace(tzinfo=None), iter([("HEAD-003", header)] if at.tzinfo is not None else [])


def name_of(head: Head, kind: Kind) -> FileName | None:
    """The name that a file of this header would have, or None when no file can come from its source."""
    if head.source is None or head.dest is None or head.source.unknown or head.source.outside:
        return None
    return FileName(head.source, FileType.of(kind), head.dest, 1)


def names_agree(header: Element, head: Head) -> Iterator[RuleHit]:
    if head.name is not None and head.source is not None and head.name.source != head.source:
        yield "NAME-004", header
    if head.name is not None and head.dest is not None and head.name.dest != head.dest:
        yield "NAME-005", header


def upn(record: Element) -> Upn | None:
    try:
        return Upn(text(record, "UPN"))
    except ValueError:
        return None


def upn_hits(record: Element, _: Head) -> Iterator[RuleHit]:
    given = first(record, "UPN")
    if given is None:
        return
    number = upn(record)
    if number is None:
        yield "UPN-001", given
    elif number.temporary:
        yield "UPN-002", given


def birth_hits(record: Element, head: Head) -> Iterator[RuleHit]:
    for given in (first(record, "DOB"), first(record, "DOBabout")):
        if given is None or head.day is None:
            continue
        born = date.fromisoformat((given.text or "").strip())
        if born > head.day:
            yield "DOB-001", given
        elif (head.day.year - born.year) - ((head.day.month, head.day.day) < (born.month, born.day)) > OLDEST:
            yield "DOB-002", given


def same_upns(records: dict[int, Element]) -> Iterator[tuple[int, RuleHit]]:
    """A hit for every record whose UPN another record of the file has too: nobody knows whose it is."""
    numbers: dict[str, list[int]] = {}
    for number, record in records.items():
        if given := text(record, "UPN"):
            numbers.setdefault(given, []).append(number)
    for sharing in numbers.values():
        if len(sharing) > 1:
            yield from ((number, ("UPN-003", at(records[number], "UPN"))) for number in sharing)
