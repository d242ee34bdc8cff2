"""What may stand in the one free text that a school writes: found out before it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import explaining
from gateway.core.errors import Code, Refusal
from gateway.core.explaining import LONGEST, Hint, Told, hints
from gateway.core.terms import RuleCode

RULE, OTHER = RuleCode("CTF-UPN-002"), RuleCode("CTF-ATT-001")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The permanent number is expected next week.", ()),
        ("Left on 12 October 2026; sessions 380 of 390, register 0041.", ()),
        ("Registered at 2 schools until the end of term", ()),
        ("they moved to ME4 4QF", (Hint.POSTCODE,)),
        ("now in sw1a1aa", (Hint.POSTCODE,)),
        ("ring 01632 960 001", (Hint.PHONE,)),
        ("mother: +44 7700 900123", (Hint.PHONE,)),
        ("07700900123", (Hint.PHONE,)),
        ("at 12 Saltmarsh Close", (Hint.ADDRESS,)),
        ("14b, Old Mill Lane now", (Hint.ADDRESS,)),
        ("flat 3 of the block", (Hint.ADDRESS,)),
        ("moved to twelve Church Lane", (Hint.ADDRESS,)),
        ("stays at this school by the way", ()),
        ("write to mum@example.org", (Hint.EMAIL,)),
        ("it was B881123424001 before", (Hint.NUMBER,)),
        ("the family is in a Refuge", (Hint.CONFIDENTIAL,)),
        ("moved for safety: do not disclose", (Hint.CONFIDENTIAL,)),
        ("Refuge at 3 High Street, ME4 4QF", (Hint.POSTCODE, Hint.ADDRESS, Hint.CONFIDENTIAL)),
    ],
)
def test_text_is_searched_for_what_leads_to_a_door(text: str, found: tuple[Hint, ...]) -> None:
    assert hints(text) == found


@pytest.mark.parametrize("text", ["in a refuge", "ME4 4QF"])
def test_text_that_leads_somewhere_is_kept_only_when_it_was_confirmed(text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        explaining.settled({RULE: Told("fine"), OTHER: Told(text)})
    assert refusal.value.code is Code.CONFIRM_TEXT
    assert explaining.settled({OTHER: Told(text, confirmed=True)}) == {OTHER: text}


def test_text_has_an_end_and_one_line_and_a_blank_one_says_nothing() -> None:
    with pytest.raises(Refusal) as refusal:
        explaining.settled({RULE: Told("x" * (LONGEST + 1), confirmed=True)})
    assert refusal.value.code is Code.TEXT_TOO_LONG
    assert explaining.settled({RULE: Told(" \r\n \t")}) == {}
    assert explaining.settled({RULE: Told("a\r\nb\x00\u202ec ")}) == {RULE: "a b c"}


@given(st.text(max_size=60))
def test_what_is_kept_is_plain_and_would_be_kept_as_it_is_again(text: str) -> None:
    kept = explaining.settled({RULE: Told(text, confirmed=True)})
    assert all(one.isprintable() and one == one.strip() for one in kept.values())
    assert explaining.settled({rule: Told(one, confirmed=True) for rule, one in kept.items()}) == kept
