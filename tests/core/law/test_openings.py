"""A purpose that is off is opened by a named approval and a legal opinion, for a time, and by nothing less."""

from datetime import date, timedelta

import pytest

from gateway.core import law
from gateway.core.errors import Code
from gateway.core.law import Paper
from gateway.core.partners import PartnerKind
from gateway.core.terms import PurposeCode
from tests.core.law.made import KENT, opening, partner, purposes

CLOSED = tuple(map(PurposeCode, ("P27", "P28", "P29", "P30")))
ONE = """
[[opening]]
purpose = "P29"
first = 2026-11-01
until = 2027-04-30
approved_by = "data-protection officer"
approval = "DPO-41"
legal_opinion = "LEG-17"
opinion = "opinion.pdf"
"""
REVENUE = partner(PartnerKind.GOVERNMENT_DEPARTMENT, "revenue")


def test_a_full_row_is_an_opening() -> None:
    assert law.openings_from_toml(ONE, CLOSED) == (opening("P29"),)


@pytest.mark.parametrize(
    ("left_out", "says"),
    [
        ('approved_by = "data-protection officer"\n', "P29 is opened only with the role that approved it"),
        ('approval = "DPO-41"\n', "P29 is opened only with the reference of its approval"),
        ('legal_opinion = "LEG-17"\n', "P29 is opened only with the reference of a legal opinion"),
        ('opinion = "opinion.pdf"\n', "P29 is opened only with the file of that opinion"),
        ("until = 2027-04-30\n", "P29 is opened only with a last day"),
        ("first = 2026-11-01\n", "opening 1: missing key first"),
    ],
)
def test_an_opening_that_lacks_anything_is_refused_in_plain_words(left_out: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        law.openings_from_toml(ONE.replace(left_out, ""), CLOSED)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("P29", "P06", "opening 1: P06 is not one of the purposes that are off"),
        ("opinion.pdf", "../opinion.pdf", "opinion is not as it should be"),
        ("2027-04-30", "2026-04-30", "ends before it begins"),
        ('"LEG-17"', '" "', "legal_opinion is not as it should be"),
    ],
)
def test_an_opening_is_read_strictly(old: str, new: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        law.openings_from_toml(ONE.replace(old, new), CLOSED)


def test_it_is_open_from_its_first_day_to_its_last_and_the_decision_looks() -> None:
    purpose = law.opened(purposes(), [opening("P30")])[PurposeCode("P30")]
    first, last, a_day = date(2026, 11, 1), date(2027, 4, 30), timedelta(days=1)
    stated = purpose.usual(purpose.powers[0])
    for day, closed in ((first - a_day, True), (first, False), (last, False), (last + a_day, True)):
        reasons = law.judge(purpose, KENT, REVENUE, frozenset(), stated, day).reasons
        assert (Code.PURPOSE_OFF in reasons) is closed, day
        assert Code.BARRED in reasons, "its papers are asked for all the same"


def test_what_is_doubtful_or_off_is_for_people_and_so_is_prevent() -> None:
    assert [code for code, one in purposes().items() if one.person] == ["P22", *CLOSED, "P33"]


def test_doubtful_checks_ask_for_an_opinion_and_those_that_are_off_are_opened_with_one() -> None:
    for code in ("P25", "P26", "P33"):
        assert Paper.LEGAL_OPINION in purposes()[PurposeCode(code)].papers
    assert all(not purposes()[code].on for code in CLOSED)
