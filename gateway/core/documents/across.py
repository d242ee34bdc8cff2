"""Rules about the pupils of a file together: twins, and what a system has written on all of them.

What is so on every pupil is said once, at the first of them: a finding for each would hide all others.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from gateway.core.documents.rules import Head, RuleHit, at, same_upns, text
from gateway.core.documents.trees import Element, every
from gateway.core.reference.limits import Sameness

Across = Iterator[tuple[int | None, RuleHit]]
"""Hits with the number of the pupil they are about; None is all of them."""

FEW_LETTERS = 4
_PHONES = ("Phones/Phone/PhoneNo", "Contacts/Contact/Phones/Phone/PhoneNo")


def hits(records: Mapping[int, Element], head: Head) -> Across:
    """What is wrong with schema-valid records, by their numbers in the file, beside one another."""
    yield from same_numbers(records, head)
    yield from _twins(records)
    if not head.partial:  # the Department's own tools write partial files in capitals (ctf.md §4.11)
        yield from _said_once(records, "CAP-001", _in_capitals)
    yield from _said_once(records, "TEL-001", _spaced)
    if len(records) >= head.known.limits.alike:
        for one in head.known.limits.same:
            yield from _same(records.values(), one)


def same_numbers(records: Mapping[int, Element], _: Head) -> Across:
    """The part of it that holds for every kind of document."""
    yield from same_upns(dict(records))


def _twins(records: Mapping[int, Element]) -> Across:
    """Records of one name and date of birth whose UPNs differ; those that share a UPN are another rule's."""
    seen: dict[tuple[str, ...], list[int]] = {}
    for number, record in records.items():
        key = tuple(" ".join(text(record, name).casefold().split()) for name in ("Surname", "Forename", "DOB"))
        if all(key):
            seen.setdefault(key, []).append(number)
    for numbers in seen.values():
        if len({text(records[number], "UPN") for number in numbers}) > 1:
            yield from ((number, ("DUP-001", at(records[number], "UPN"))) for number in numbers)


def _said_once(records: Mapping[int, Element], rule: str, find: Callable[[Element], Element | None]) -> Across:
    found = {number: element for number, record in records.items() if (element := find(record)) is not None}
    if len(found) > 1 and len(found) == len(records):
        yield None, (rule, next(iter(found.values())))
    else:
        yield from ((number, (rule, element)) for number, element in found.items())


def _in_capitals(record: Element) -> Element | None:
    """The surname, when it and the forename are in capitals throughout and long enough to be more than initials."""
    both = text(record, "Surname") + text(record, "Forename")
    long = sum(map(str.isalpha, both)) >= FEW_LETTERS
    return record.find("Surname") if both.isupper() and long else None


def _spaced(record: Element) -> Element | None:
    numbers = (phone for path in _PHONES for phone in every(record, path))
    return next((phone for phone in numbers if " " in (phone.text or "").strip()), None)


def _same(records: Iterable[Element], asked: Sameness) -> Across:
    """One hit where every pupil has the item, and with one and the same value that is not an ordinary one."""
    first, value = None, ""
    for record in records:
        found = every(record, asked.item)
        values = {(one.text or "").strip() for one in found}
        if len(values) != 1 or not values <= ({value} if first is not None else values - {"", *asked.ordinary}):
            return
        if first is None:
            first, value = found[0], next(iter(values))
    if first is not None:
        yield None, ("SAME-001", first)
