"""Writes an invented Common Transfer File as one management information system would, from CTF 12 to 26.

A return of leavers or joiners is the same file with fewer blocks (ctf.md §7).

Element order is that of ctf.md §3.3 and §4; what a version does not know is not written.
"""

from collections.abc import Iterator
from datetime import date

from gateway.core.sample import blocks, markup, mistakes, returns
from gateway.core.sample.blocks import Pen
from gateway.core.sample.children import PRIMARY, SECONDARY, Child, academic_year, child, year_groups
from gateway.core.sample.markup import Node, Style, branch, leaf
from gateway.core.sample.mistakes import Around
from gateway.core.sample.places import School, urn
from gateway.core.sample.quirks import QUIRKS
from gateway.core.sample.schooling import Stay, stays
from gateway.core.sample.wishes import SampleFile, Wish
from gateway.core.terms import Kind, LaEstab

_SUMMER, _YEAR_6 = {7, 8}, range(6, 7)


def ctf(wish: Wish) -> SampleFile:
    """The whole file in memory: about 8 kB a pupil at most, 9 kB more with marks."""
    return SampleFile(wish.name, b"".join(pieces(wish)))


def pieces(wish: Wish) -> Iterator[bytes]:
    """The file bit by bit, one pupil at a time, for a file that need not fit in memory."""
    quirks = QUIRKS[wish.mis]
    style = Style(quirks.newline, quirks.indent, quirks.empty_elements)
    pen = Pen(quirks, wish.major, wish.court_orders)
    newline = quirks.newline
    opening = "\ufeff" if quirks.byte_order_mark else ""
    opening += f'<?xml version="1.0" encoding="UTF-8"?>{newline}<CTfile>{markup.text(_header(wish, pen), style, 1)}'
    yield f"{opening}{newline}{quirks.indent}<CTFpupilData>".encode()
    for n in range(1, wish.pupils + 1):
        yield markup.text(_pupil(wish, pen, n), style, 2).encode()
    yield f"{newline}{quirks.indent}</CTFpupilData>{newline}</CTfile>{newline}".encode()


def _header(wish: Wish, pen: Pen) -> Node:
    made = branch(
        "Header",
        (
            leaf("DocumentName", "Common Transfer File"),
            leaf("CTFversion", wish.version),
            leaf("DateTime", wish.at.replace(tzinfo=None, microsecond=0).isoformat()),
            leaf("DocumentQualifier", "full" if _full(wish) else "partial"),
            leaf("DataDescriptor", "" if wish.kind is Kind.CTF else wish.kind.upper()),
            leaf("SupplierID", pen.quirks.supplier),
            branch(
                "SourceSchool",
                (
                    *pen.school(wish.source, urn(wish.source)),
                    leaf("SchoolName", wish.source_name),
                    leaf("AcademicYear", academic_year(wish.at.date())),
                ),
            ),
            branch("DestSchool", pen.school(wish.dest, _known_urn(wish.dest))),
        ),
    )
    assert made is not None
    return made


def _known_urn(laestab: LaEstab) -> str:
    return urn(laestab) if laestab.isdigit() else ""


def _full(wish: Wish) -> bool:
    return wish.kind is Kind.CTF and not wish.partial


def _pupil(wish: Wish, pen: Pen, n: int) -> Node:
    one = _child(wish, n)
    past = stays(one, School(wish.source, wish.source_name), wish.dest, wish.at.date(), wish.leaving)
    today = wish.at.date()
    in_care = wish.care_authority if n == 1 else None
    full = _full(wish)
    made = branch(
        "Pupil",
        (
            *blocks.identity(one, pen, today),
            blocks.basic_details(one, pen),
            blocks.meals_history(one, past, pen) if full else None,
            blocks.looked_after(in_care, pen) if full or in_care else None,
            blocks.sen_history(one, past, pen) if full else None,
            pen.address(one.home),
            blocks.phones(one, pen) if full or wish.kind is not Kind.CTF else None,
            leaf("Email", one.email) if full else None,
            blocks.contacts(one, pen) if full or wish.kind is not Kind.CTF else None,
            blocks.attendance(one, past, pen, marks=wish.sessions) if wish.kind is Kind.CTF else None,
            blocks.assessments(one, today) if full else None,
            _history(wish, one, past, pen),
            blocks.pupil_extras(one, pen) if full else None,
        ),
    )
    assert made is not None
    if n == min(2, wish.pupils):
        around = Around(_child(wish, 1).upn, today)
        for mistake in wish.faults:
            made = mistakes.spoil(made, mistake, around)
    return made


def _history(wish: Wish, one: Child, past: tuple[Stay, ...], pen: Pen) -> Node | None:
    if wish.kind is Kind.CML:
        return returns.leaver(one, past[0], wish.dest, wish.ground, pen)
    if wish.kind is Kind.CMJ:
        return returns.joiner(past[0], past[1], wish.leaving, pen)
    return blocks.school_history(past, pen)


def _child(wish: Wish, n: int) -> Child:
    every = QUIRKS[wish.mis].temporary_upn_every
    return child(wish.seed, n, wish.source, wish.at.date(), _years(wish), temporary_upn=bool(every) and n % every == 0)


def _years(wish: Wish) -> range | None:
    """The whole of year 6 moves on in summer to a secondary school; at any other time anybody may."""
    if wish.leaving.month not in _SUMMER or not _same_year(wish.at.date(), wish.leaving):
        return None
    moves_up = wish.dest.isdigit() and year_groups(wish.dest) == SECONDARY and year_groups(wish.source) == PRIMARY
    return _YEAR_6 if moves_up else None


def _same_year(one: date, other: date) -> bool:
    return academic_year(one) == academic_year(other)
