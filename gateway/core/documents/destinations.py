"""Rules about where a file goes, asked of the directory of establishments and the table of postcodes.

All are queries, since a directory may be old, and silent where there is none. ``addressed`` says in words where a
document goes, for somebody to look at before it does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from gateway.core.documents.known import Known
from gateway.core.documents.leaving import own_row
from gateway.core.documents.rules import Head, RuleHit, at, day, text
from gateway.core.documents.trees import Element
from gateway.core.documents.values import Document
from gateway.core.reference.calendars import school_year
from gateway.core.reference.establishments import Establishment
from gateway.core.terms import LaEstab

JULY, AUGUST = 7, 8
SIXTEEN = 16
BY_PHASE: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"Nursery": (2, 5), "Primary": (2, 11), "Secondary": (11, 19), "16 plus": (16, 19)}
)
"""Ages of a phase, where the directory gives none for the school itself."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a document goes, as somebody reads it: ``name`` and ``town`` are empty where the directory has none."""

    laestab: LaEstab
    name: str
    town: str
    pupils: int


def addressed(document: Document, known: Known) -> tuple[Destination, ...]:
    """Each destination that the document names, with how many pupils go there."""
    found = known.establishments.find(document.dest) if document.dest.isdigit() else None
    name, town = ("", "") if found is None else (found.name, found.town)
    return (Destination(document.dest, name, town, len(document.pupils)),)


def head_hits(header: Element, head: Head) -> Iterator[RuleHit]:
    """What the directory says about the schools of a header."""
    known = head.known.establishments
    if not known or head.day is None:
        return
    for place, number in (("SourceSchool", head.source), ("DestSchool", head.dest)):
        if number is None or not number.isdigit() or header.find(place) is None:
            continue
        found = known.find(number)
        if place == "DestSchool":
            yield from _dest_hits(header, found, head.day)
        elif known.covers(number.la) and (found is None or not found.open_on(head.day)):
            yield "EST-005", at(header, place)
        urn = text(header, f"{place}/URN")
        if found is not None and urn.isdigit() and not known.has(number, urn):
            yield "EST-004", at(header, f"{place}/URN")


def _dest_hits(header: Element, found: Establishment | None, today: date) -> Iterator[RuleHit]:
    if found is None:
        yield "EST-001", at(header, "DestSchool")
    elif not found.open_on(today):
        yield ("EST-003" if found.successors else "EST-002"), at(header, "DestSchool")


def pupil_hits(pupil: Element, head: Head) -> Iterator[RuleHit]:
    """Whether the destination suits this pupil, and the reason for leaving suits the school that was left."""
    dest, source = _school(head, head.dest), _school(head, head.source)
    if dest is None and source is None:
        return
    row = own_row(pupil, head.source)
    born, left = day(pupil, "DOB"), day(row, "LeavingDate") if row is not None else None
    if dest is not None and born is not None and head.day is not None and born <= head.day:
        if not _ages_fit(dest, age_on_entry(born, left or head.day)):
            yield "DST-001", at(pupil, "DOB")
        yield from _far(pupil, dest, head.known)
    if row is not None and source is not None and source.high is not None and born is not None and left is not None:
        reason = at(row, "LeavingReason")
        age = _age(born, date(school_year(left), AUGUST, 31))
        if (reason.text or "").strip() in head.known.codes.phase_ends and age < min(source.high, SIXTEEN) - 1:
            yield "FIN-001", reason


def notice_hits(child: Element, head: Head) -> Iterator[RuleHit]:
    """A notice says that a child may be in an area: the postcode believed in should be in it."""
    where = child.find("BelievedAddress/PostCode")
    if where is not None and head.dest is not None and where.text:
        authority = head.known.places.authority(where.text)
        if authority is not None and authority != head.dest.la:
            yield "DST-003", where


def word(rule: str, element: Element, head: Head) -> str:
    """What the sentence of ``rule`` says of our own reference at ``element``: never anything that stood in the file."""
    if rule == "EST-003":
        school = _school(head, head.dest)
        return " and ".join(school.successors) if school is not None else ""
    if rule == "LATE-003" and head.known.calendars is not None and head.source is not None:
        left = date.fromisoformat((element.text or "").strip())
        kept = head.known.calendars.kept(left, head.source)
        return f"the terms of {kept}" if kept.isdigit() else kept
    return ""


def age_on_entry(born: date, left: date) -> int:
    """The age on 31 August before the school year in which somebody who left on ``left`` begins elsewhere."""
    year = left.year if left.month in {JULY, AUGUST} else school_year(left)
    return _age(born, date(year, AUGUST, 31))


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _ages_fit(school: Establishment, age: int) -> bool:
    """A pupil of statutory age 4 to 11 is 4 to 10 on the day before the school year; many begin a year younger."""
    low, high = BY_PHASE.get(school.phase, (None, None))
    low, high = school.low if school.low is not None else low, school.high if school.high is not None else high
    return (low is None or age >= low - 1) and (high is None or age < high)


def _far(pupil: Element, dest: Establishment, known: Known) -> Iterator[RuleHit]:
    home = pupil.find("Address/PostCode")
    place = known.places.find(home.text) if home is not None and home.text else None
    if home is None or place is None or place.at is None or dest.at is None:
        return
    if place.at.metres(dest.at) > known.limits.far:
        yield "DST-002", home


def _school(head: Head, number: LaEstab | None) -> Establishment | None:
    if number is None or not number.isdigit():
        return None
    return head.known.establishments.find(number)
