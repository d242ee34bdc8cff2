"""Hints of a stop flag (law.md §1.7) that stand in a file by the way: a court order, an address to be kept secret.

A hint says that an officer should look. It never holds what was found, and nothing of it is ever in an extract.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

from gateway.core.documents.formats import HintWords
from gateway.core.documents.rules import Head, RuleHit
from gateway.core.documents.trees import Element


class Hint(StrEnum):
    """The stop flag that may be called for."""

    ADDRESS_CONFIDENTIAL = "address-confidential"
    RESPONSIBILITY_RESTRICTED = "parental-responsibility-restricted"


_RULES = {Hint.RESPONSIBILITY_RESTRICTED: "FLAG-001", Hint.ADDRESS_CONFIDENTIAL: "FLAG-002"}


def hints_of(record: Element, words: HintWords) -> frozenset[Hint]:
    return frozenset(hint for hint, _ in _found(record, words))


def hits(record: Element, head: Head) -> Iterator[RuleHit]:
    """One query for each place; it names the element and never what stands there."""
    yield from ((_RULES[hint], element) for hint, element in _found(record, head.known.formats.hints))


def _found(record: Element, words: HintWords) -> Iterator[tuple[Hint, Element]]:
    for order in record.iterfind(words.court_order) if words.court_order else ():
        if (order.text or "").strip().lower() in {value.lower() for value in words.court_order_values}:
            yield Hint.RESPONSIBILITY_RESTRICTED, order
    if not words.confidential:
        return
    suspicious = _pattern(words.confidential)
    for line in record.iter(*words.elements):
        if line.text and suspicious.search(line.text):
            yield Hint.ADDRESS_CONFIDENTIAL, line


@lru_cache(maxsize=4)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, whole, however they are spaced and in either case."""
    spaced = (r"[\s-]+".join(map(re.escape, word.split())) for word in words)
    return re.compile(rf"\b(?:{'|'.join(spaced)})\b", re.IGNORECASE)
