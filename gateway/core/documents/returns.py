"""The rules of a school's returns: of leavers (CML), of joiners (CMJ), and the deletion return in its least form.

What a return must hold stands in the Regulations (SI 2024/208 regs 8, 9 and 13; law.md §4.2, §4.3); which elements say
it is a reconstruction (ctf.md §7), so each line of it and every number comes from ``schemas/formats.toml``.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from gateway.core.documents import ctf
from gateway.core.documents.formats import Line, Returns, Within
from gateway.core.documents.leaving import ground_of, own_row
from gateway.core.documents.names import FileName
from gateway.core.documents.rules import Head, RuleHit, at, day, text
from gateway.core.documents.trees import Element
from gateway.core.errors import Severity
from gateway.core.terms import Kind

SCHOOL = "SchoolHistory/School"
TRUE = frozenset({"true", "1"})
NOT_KNOWN = "XXX"
_MISSING = {Severity.ERROR: "RET-001", Severity.QUERY: "RET-002"}


def head(header: Element, name: FileName | None, pupils: int) -> tuple[Head, list[RuleHit]]:
    """What a schema-valid header says, and the rules it breaks. Reg 13 knows no other receiver than a council."""
    made, found = ctf.frame(header, name, pupils)
    if made.dest is not None and not made.dest.authority:
        found.append(("HEAD-009", at(header, "DestSchool")))
    return made, found


def header_hits(header: Element, head: Head) -> Iterator[RuleHit]:
    returns = head.known.formats.returns
    if returns is not None and text(header, "DocumentName") not in returns.names:
        yield "HEAD-010", at(header, "DocumentName")
    if head.source is not None and head.dest is not None and head.dest.authority and head.dest.la != head.source.la:
        yield "HEAD-011", at(header, "DestSchool")


def leaver_hits(pupil: Element, head: Head) -> Iterator[RuleHit]:
    """The rules that a schema-valid leaver breaks."""
    yield from ctf.shared_hits(pupil, head)
    yield from ctf.parent_hits(pupil)
    yield from _lines(pupil, head, Kind.CML)
    returns, row = head.known.formats.returns, own_row(pupil, head.source)
    if returns is None or row is None:
        return
    for rule in _LEAVER_RULES:
        yield from rule(pupil, row, head, returns)


def deletion_hits(child: Element, head: Head) -> Iterator[RuleHit]:
    """The rules that a schema-valid deletion return breaks: day and ground are all that it cannot go without."""
    row = own_row(child, head.source)
    if row is None or not text(row, "LeavingDate") or not text(row, "RemovalGrounds"):
        yield "DEL-001", child if row is None else row
        return
    if not _said(child, "Address") or not _said(child, "Contacts"):
        yield "DEL-002", child
    if child.find("DOB") is None and child.find("DOBabout") is None:
        yield "DOB-003", child
    returns = head.known.formats.returns
    if returns is not None:
        yield from _days(child, row, head, returns)
        yield from _bound_for(child, row, head)


def _bound_for(child: Element, row: Element, head: Head) -> Iterator[RuleHit]:
    """Where the child goes, by the meaning of the ground in the Regulations of 2024."""
    ground = ground_of(child, head)
    if ground is None:
        yield "GRD-001", at(row, "RemovalGrounds")
        return
    means = head.known.formats.grounds.meaning(ground)
    if "A" in means and all(other is row for other in child.iterfind(SCHOOL)):
        yield "GRD-004", at(row, "RemovalGrounds")
    if means & {"F", "G"} and not _said(child, "BelievedAddress") and not _said(child, "DestinationEvidence"):
        yield "GRD-005", at(row, "RemovalGrounds")


def joiner_hits(pupil: Element, head: Head) -> Iterator[RuleHit]:
    """The rules that a schema-valid joiner breaks."""
    yield from ctf.shared_hits(pupil, head)
    yield from ctf.parent_hits(pupil)
    yield from _lines(pupil, head, Kind.CMJ)
    returns, row = head.known.formats.returns, own_row(pupil, head.source)
    entered = None if row is None else day(row, "EntryDate")
    if returns is None or row is None or entered is None or head.day is None:
        return
    if head.day < entered:
        yield "DATE-005", at(row, "EntryDate")
    elif head.day > entered + timedelta(days=returns.joiner_days):
        yield "LATE-001", at(row, "EntryDate")
    if text(pupil, "BasicDetails/NCyearActual") in returns.joining_years and returns.joining_span.covers(entered):
        yield "YEAR-002", at(pupil, "BasicDetails/NCyearActual")


# -- what must be there -----------------------------------------------------------------------------------------------


def _lines(pupil: Element, head: Head, kind: Kind) -> Iterator[RuleHit]:
    for line in head.known.formats.lines:
        if kind in line.missing:
            for where, path in _missing(pupil, head, line):
                yield _MISSING[line.missing[kind]], where, path


def _missing(pupil: Element, head: Head, line: Line) -> Iterator[tuple[Element, str]]:
    """Each element in which the line is wanted and says nothing, and the path below it."""
    places = [pupil]
    if line.within is Within.OWN_SCHOOL:
        row = own_row(pupil, head.source)
        if row is None:
            yield pupil, f"{SCHOOL}/{line.path}"
            return
        places = [row]
    elif line.within is Within.PARENT:
        places = [one for one in pupil.iterfind("Contacts/Contact") if text(one, "Responsibility") in TRUE]
    yield from ((place, line.path) for place in places if not _said(place, line.path))


def _said(where: Element, path: str) -> bool:
    """Whether something stands there that is not blank."""
    return any("".join(map(str, found.itertext())).strip() for found in where.iterfind(path))


# -- leavers ----------------------------------------------------------------------------------------------------------


def _days(pupil: Element, row: Element, head: Head, returns: Returns) -> Iterator[RuleHit]:
    """The return is made when the ground is met and no later than the deletion, and not in place of a year's end."""
    left = day(row, "LeavingDate")
    if left is None or head.day is None:
        return
    if head.day > left:
        yield "LATE-002", at(row, "LeavingDate")
    elif left > head.day + timedelta(days=returns.ahead_days):
        yield "DATE-006", at(row, "LeavingDate")
    if text(pupil, "BasicDetails/NCyearActual") in returns.leaving_years and returns.leaving_span.covers(left):
        yield "YEAR-001", at(pupil, "BasicDetails/NCyearActual")


def _ground(pupil: Element, row: Element, head: Head, returns: Returns) -> Iterator[RuleHit]:
    """What each ground asks for, by its meaning in the Regulations of 2024."""
    written = row.find("RemovalGrounds")
    if written is None or not text(row, "RemovalGrounds"):
        return
    ground = ground_of(pupil, head)
    if ground is None:
        yield "GRD-001", written
        return
    means = head.known.formats.grounds.meaning(ground)
    for letters, rule, holds in _OF_GROUNDS:
        if letters & means and not holds(pupil, row, returns):
            yield rule, written


def _enquired(pupil: Element, row: Element, returns: Returns) -> bool:
    """Whether there is a note of the enquiries that school and council make together."""
    places = ((row if path.startswith(f"{SCHOOL}/") else pupil, path) for path in returns.enquiry_note)
    return any(_said(where, path.removeprefix(f"{SCHOOL}/")) for where, path in places)


def _destined(pupil: Element, row: Element, _: Returns) -> bool:
    """Whether a further school is named that was not left before this one was."""
    left = text(row, "LeavingDate")
    others = (other for other in pupil.iterfind(SCHOOL) if other is not row and text(other, "LEA") != NOT_KNOWN)
    return any(not text(other, "LeavingDate") and text(other, "EntryDate") >= left for other in others)


def _moved(pupil: Element, _: Element, returns: Returns) -> bool:
    """Whether there is an address that may be the future one."""
    return any(_said(pupil, path) for path in returns.future_address)


def _absent(pupil: Element, row: Element, returns: Returns) -> bool:
    """Whether the marks of the last school days are those of ground I, or there are none to tell by."""
    left = day(row, "LeavingDate") or date.max
    marks = dict(sorted((on, mark) for on, mark in _marks(pupil, row) if on <= left and mark not in _closed(returns)))
    last = list(marks.values())[-returns.absence_days :]
    return not marks or (len(last) == returns.absence_days and set("".join(last)) <= returns.absence_codes)


def _marks(pupil: Element, row: Element) -> Iterator[tuple[date, str]]:
    """Each day of the sending school that has marks, with its two: morning and afternoon."""
    school = text(row, "LEA"), text(row, "Estab")
    for year in pupil.iterfind("Attendance/YearData"):
        first = day(year, "AttendSessions/AttendanceStartDate")
        if first is not None and (text(year, "LEA"), text(year, "Estab")) == school:
            marks = year.findtext("AttendSessions/AttendanceMarks") or ""
            pairs = (marks[place : place + 2] for place in range(0, len(marks), 2))
            yield from ((first + timedelta(days=number), pair) for number, pair in enumerate(pairs))


def _closed(returns: Returns) -> frozenset[str]:
    return frozenset(2 * code for code in returns.closed_codes)


_Holds = Callable[[Element, Element, Returns], bool]
_OF_GROUNDS: tuple[tuple[frozenset[str], str, _Holds], ...] = (
    (frozenset("HI"), "GRD-002", _enquired),
    (frozenset("I"), "GRD-003", _absent),
    (frozenset("A"), "GRD-004", _destined),
    (frozenset("FG"), "GRD-005", _moved),
)
_LEAVER_RULES = (_days, _ground)
