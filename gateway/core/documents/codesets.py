"""Rules about codes and numbers that change without a new schema: all of them queries, for a list may be late."""

from collections.abc import Iterator
from datetime import date, timedelta

from gateway.core.documents.rules import Head, RuleHit, at, text
from gateway.core.documents.trees import Element, every
from gateway.core.reference.codes import Codes
from gateway.core.reference.limits import Uci


def hits(record: Element, head: Head) -> Iterator[RuleHit]:
    """What a schema-valid record writes that no list knows."""
    codes, uci = head.known.codes, head.known.limits.uci
    for item, known in codes.sets.items():
        for given in every(record, item):
            if given.text and given.text.strip() not in known and given.text.strip():
                yield "CODE-001", given
    if codes.marks:
        yield from _marks(record, codes)
    given_uci = text(record, "UCI")
    if uci is not None and given_uci and not uci_fits(given_uci, uci):
        yield "UCI-001", at(record, "UCI")
    yield from _nhs_numbers(record)


def _nhs_numbers(record: Element) -> Iterator[RuleHit]:
    """No kind may carry one (ctf.md §8.3): what a supplier calls so and what checks as one does not belong there."""
    for extension in record.iter("SuppInfo"):
        for element in extension.iter():
            if "nhs" in str(element.tag).lower() and nhs_number_fits("".join((element.text or "").split())):
                yield "NHS-001", element


def _marks(record: Element, codes: Codes) -> Iterator[RuleHit]:
    """Two characters stand for each day from the first; a mark is looked at with the set of its own day."""
    for year in every(record, "Attendance/YearData/AttendSessions"):
        first, marks = text(year, "AttendanceStartDate"), year.findtext("AttendanceMarks") or ""
        if first and not marks_fit(date.fromisoformat(first), marks, codes):
            yield "CODE-002", at(year, "AttendanceMarks")


def marks_fit(first: date, marks: str, codes: Codes) -> bool:
    """Whether each of ``marks``, two a day from ``first``, could be made on its day."""
    last = first + timedelta(days=max(len(marks) - 1, 0) // 2)
    given = frozenset(marks)
    changes = [row for row in codes.marks if first < row.since <= last or first <= row.until < last]
    if not changes or given <= codes.marks_on(first) & codes.marks_on(last):
        return given <= codes.marks_on(first)
    return all(mark in codes.marks_on(first + timedelta(days=place // 2)) for place, mark in enumerate(marks))


def uci_fits(given: str, uci: Uci) -> bool:
    """Whether the last letter follows from the twelve digits before it; a board's letter is never looked at."""
    if not given[:12].isdigit():
        return True
    total = sum(int(digit) * weight for digit, weight in zip(given[:12], uci.weights, strict=True))
    return given[12] == uci.letters[total % len(uci.letters)]


def nhs_number_fits(given: str) -> bool:
    """Ten digits, of which the last is 11 less the sum of the others with weights 10 to 2, modulo 11 (ctf.md §8.3)."""
    if len(given) != 10 or not given.isascii() or not given.isdigit():  # noqa: PLR2004
        return False
    total = sum(int(digit) * weight for digit, weight in zip(given, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(given[9])
