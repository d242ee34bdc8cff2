"""Hints of a stop flag (law.md §1.7) that stand in a file by the way: a court order, an address to be kept secret.

A hint says that an officer should look. It never holds what was found, and nothing of it is ever in an extract.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache

from gateway.core.documents.rules import Head, RuleHit
from gateway.core.documents.trees import Element, every


class Hint(StrEnum):
    """The stop flag that may be called for."""

    ADDRESS_CONFIDENTIAL = "address-confidential"
    RESPONSIBILITY_RESTRICTED = "parental-responsibility-restricted"


_BY_RULE = {"FLAG-001": Hint.RESPONSIBILITY_RESTRICTED, "FLAG-002": Hint.ADDRESS_CONFIDENTIAL}


def hints_of(rules: Iterable[str]) -> frozenset[Hint]:
    """The hints among the rules that a record breaks."""
    return frozenset(_BY_RULE[rule] for rule in rules if rule in _BY_RULE)


def hits(record: Element, head: Head) -> Iterator[RuleHit]:
    """One query for each place; it names the element and never what stands there."""
    words = head.known.formats.hints
    for order in every(record, words.court_order) if words.court_order else ():
        if (order.text or "").strip().lower() in words.court_order_values:
            yield "FLAG-001", order
    if not words.confidential:
        return
    suspicious = _pattern(words.confidential)
    for line in record.iter(*words.elements):
        if line.text and suspicious.search(line.text):
            yield "FLAG-002", line


@lru_cache(maxsize=4)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, whole, however they are spaced and in either case."""
    spaced = (r"[\s-]+".join(map(re.escape, word.split())) for word in words)
    return re.compile(rf"\b(?:{'|'.join(spaced)})\b", re.IGNORECASE)
