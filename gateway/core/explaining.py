"""A school explains what the gateway asked about a file; what in its words could lead to a child's door is pointed out.

The words are read by the school's own council, and by others only when an officer releases them. They are the one
free text that a school's office writes here, so nothing of them is kept before somebody has confirmed what was found.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from gateway.core.errors import Code, Refusal
from gateway.core.terms import RuleCode

LONGEST = 500
CONFIDENTIAL = (
    "refuge", "safe house", "hostel", "witness protection", "injunction", "non-molestation", "domestic abuse",
    "women's aid", "in hiding", "do not disclose", "new identity", "adopted",
)  # fmt: skip
"""Words that say why an address must not be told, or where somebody hides (law.md §1.7)."""


class Hint(StrEnum):
    """What a text holds that should rarely stand in it, in words."""

    POSTCODE = "a postcode"
    PHONE = "a telephone number"
    ADDRESS = "a line of an address"
    EMAIL = "an e-mail address"
    NUMBER = "a pupil's number"
    CONFIDENTIAL = "a word about a place or a person that must stay secret"


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody wrote about one query; ``confirmed``: they know what it holds, and mean it."""

    text: str
    confirmed: bool = False


def hints(text: str) -> tuple[Hint, ...]:
    """What has to be confirmed or removed before ``text`` is kept."""
    return tuple(hint for hint, found in _FOUND.items() if found.search(text))


def settled(told: Mapping[RuleCode, Told]) -> Mapping[RuleCode, str]:
    """The texts that may be kept; blank ones say nothing.

    Raises Refusal with TEXT_TOO_LONG, or CONFIRM_TEXT while one of them holds what nobody confirmed.
    """
    kept = {rule: text for rule, one in told.items() if (text := _plain(one.text))}
    if any(len(text) > LONGEST for text in kept.values()):
        raise Refusal(Code.TEXT_TOO_LONG)
    if any(hints(text) and not told[rule].confirmed for rule, text in kept.items()):
        raise Refusal(Code.CONFIRM_TEXT)
    return kept


def _plain(text: str) -> str:
    """One line of what can be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _words(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in words)


_STREET = "street|road|lane|avenue|close|drive|way|court|crescent|place|terrace|gardens|grove|square|mews|walk|house"
_FOUND: Mapping[Hint, re.Pattern[str]] = MappingProxyType(
    {
        Hint.POSTCODE: re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\b", re.IGNORECASE),
        Hint.PHONE: re.compile(r"(?<![0-9A-Z])(?:\+44|0)(?:[ ()-]{0,2}[0-9]){9,10}(?![0-9])", re.IGNORECASE),
        Hint.ADDRESS: re.compile(
            r"(?i:\b(?:flat|apartment) ?[0-9]+)"
            rf"|(?i:\b[0-9]{{1,4}}[a-z]?,? (?:[a-z'-]+ ){{1,3}}(?:{_STREET}|st|rd|ave|ln)\b)"
            rf"|\b[A-Z][a-z'-]+ (?:{_STREET.title()})\b"
        ),
        Hint.EMAIL: re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE),
        Hint.NUMBER: re.compile(r"\b[A-HJ-NP-RT-Z][0-9]{11}[0-9A-Z]\b", re.IGNORECASE),
        Hint.CONFIDENTIAL: re.compile(rf"\b(?:{_words(CONFIDENTIAL)})", re.IGNORECASE),
    }
)
