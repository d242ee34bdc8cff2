"""School days: the school's own terms, else its authority's, else a named usual year; never a bank holiday."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import days
from gateway.core.reference import calendars
from gateway.core.reference.calendars import Calendars, school_year
from gateway.core.terms import LaEstab

PARTNERS = Path(__file__).parents[3] / "partners"
SHIPPED = calendars.from_toml((PARTNERS / "terms.toml").read_text())
INVENTED = calendars.from_toml((PARTNERS / "invented" / "terms.toml").read_text())
HERE, SISTER, ELSEWHERE = LaEstab("8811234"), LaEstab("8812098"), LaEstab("8864321")
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
SCHOOLS = st.sampled_from((HERE, SISTER, ELSEWHERE))
USUAL = '[usual]\nname = "usual"\nclosed = [["07-22", "09-01"]]\n'


@given(DAYS, st.integers(1, 60), SCHOOLS)
def test_school_days_are_counted_one_by_one(start: date, count: int, school: LaEstab) -> None:
    end = INVENTED.school_days_after(start, count, school)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(INVENTED.school_day(day, school) for day in between) == count
    assert INVENTED.school_day(end, school)


@given(DAYS, st.integers(0, 20), st.integers(0, 20), SCHOOLS)
def test_counting_on_is_counting_more(start: date, some: int, more: int, school: LaEstab) -> None:
    there = INVENTED.school_days_after(start, some, school)
    assert INVENTED.school_days_after(there, more, school) == INVENTED.school_days_after(start, some + more, school)
    assert INVENTED.school_days_after(start, 0, school) == start


@given(DAYS, SCHOOLS)
def test_a_day_on_which_nobody_works_is_no_school_day(day: date, school: LaEstab) -> None:
    assert days.working(day) or not INVENTED.school_day(day, school)


@pytest.mark.parametrize(
    ("left", "count", "due"),
    [
        (date(2026, 9, 14), 15, date(2026, 10, 5)),
        (date(2026, 7, 21), 15, date(2026, 9, 22)),  # over the summer
        (date(2026, 10, 20), 15, date(2026, 11, 17)),  # over the half term of the usual year
        (date(2027, 4, 30), 1, date(2027, 5, 4)),  # over the early May bank holiday
    ],
)
def test_fifteen_school_days_leave_holidays_out(left: date, count: int, due: date) -> None:
    assert SHIPPED.school_days_after(left, count, ELSEWHERE) == due


@pytest.mark.parametrize(
    ("school", "open_on", "kept"),
    [(HERE, (True, False), "881"), (SISTER, (False, False), "8812098"), (ELSEWHERE, (True, False), "the usual school year")],
)  # fmt: skip
def test_a_schools_own_terms_stand_before_its_authoritys(
    school: LaEstab, open_on: tuple[bool, bool], kept: str
) -> None:
    found = tuple(INVENTED.school_day(day, school) for day in (date(2026, 10, 20), date(2026, 10, 26)))
    assert found == open_on
    assert INVENTED.kept(date(2026, 10, 20), school) == kept


def test_terms_are_those_of_their_own_year() -> None:
    assert INVENTED.kept(date(2027, 8, 31), HERE) == "881"
    assert INVENTED.kept(date(2027, 9, 1), HERE) == "the usual school year"
    assert (school_year(date(2027, 8, 31)), school_year(date(2027, 9, 1))) == (2026, 2027)


def test_the_usual_year_may_be_closed_over_new_year() -> None:
    assert not SHIPPED.school_day(date(2026, 12, 30), ELSEWHERE)
    assert not SHIPPED.school_day(date(2027, 1, 4), ELSEWHERE)
    assert SHIPPED.school_day(date(2027, 1, 5), ELSEWHERE)


def terms(row: str) -> Calendars:
    return calendars.from_toml(f"{USUAL}[[terms]]\n{row}")


GOOD = 'la = "886"\nyear = 2026\nterms = [[2026-09-02, 2026-10-23], [2026-11-02, 2026-12-18]]\nsource = "x"'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('la = "886"\n', ""),
        ('la = "886"', 'la = "886"\nschool = "8864321"'),
        ('la = "886"', 'la = "88"'),
        ("2026-09-02", "2026-08-31"),
        ("2026-12-18", "2027-09-01"),
        ("2026-11-02", "2026-10-23"),
        ("2026-11-02", "2026-12-19"),
        ("[2026-11-02, 2026-12-18]", "[2026-11-02]"),
        ('source = "x"', ""),
        ("year = 2026", 'year = "2026"'),
        ('source = "x"', 'source = "x"\ntown = "y"'),
        (GOOD, f"{GOOD}\n[[terms]]\n{GOOD}"),
    ],
)
def test_terms_are_read_strictly(old: str, new: str) -> None:
    assert terms(GOOD).kept(date(2026, 10, 1), ELSEWHERE) == "886"
    with pytest.raises(ValueError, match=r"term|year"):
        terms(GOOD.replace(old, new))


@pytest.mark.parametrize(
    "text", ["", "[usual]", USUAL.replace("07-22", "07-32"), USUAL.replace(', "09-01"', ""), "usual = 1"]
)
def test_a_file_without_a_usual_year_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="usual"):
        calendars.from_toml(text)
