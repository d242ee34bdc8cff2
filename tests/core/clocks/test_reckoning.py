"""A clock counts the right kind of days, by London's calendar, over both changes of summer time."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import clocks, days
from gateway.core.clocks import NO_TERMS, SOMEWHERE, Clock, Unit, place_of
from gateway.core.clocks.clock import Authority, ClockCode, Set
from gateway.core.days import LONDON
from gateway.core.reference import calendars
from gateway.core.terms import LaEstab

PARTNERS = Path(__file__).parents[3] / "partners"
TERMS = calendars.from_toml((PARTNERS / "invented" / "terms.toml").read_text())
SHIPPED = clocks.from_toml((PARTNERS / "clocks.toml").read_text(), TERMS)
HERE, SISTER = LaEstab("8811234"), LaEstab("8812098")

INSTANTS = st.datetimes(*(datetime(year, 1, 1) for year in (2025, 2031)), timezones=st.just(UTC))  # noqa: DTZ001
DAYWISE = st.sampled_from([unit for unit in Unit if not unit.exact])
ADDING = st.sampled_from([Unit.DAYS, Unit.WEEKS, Unit.WORKING_DAYS, Unit.SCHOOL_DAYS])
PLACES = st.sampled_from((HERE, SISTER, place_of("881"), SOMEWHERE))
LENGTHS = st.integers(0, 40)


def clock(unit: Unit, length: int, **more: bool) -> Clock:
    return Clock(ClockCode("x"), "x.", unit, length, "it", "here", Authority.SETTING, Set.FREE, **more)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local_day(at: datetime) -> date:
    return at.astimezone(LONDON).date()


# -- laws -------------------------------------------------------------------------------------------------------------


@given(st.sampled_from(list(Unit)), LENGTHS, INSTANTS, INSTANTS, PLACES)
def test_what_begins_later_is_never_due_earlier(
    unit: Unit, length: int, one: datetime, other: datetime, place: LaEstab
) -> None:
    first, second = sorted((one, other))
    found = [clocks.due(clock(unit, length), start, TERMS, place) for start in (first, second)]
    assert found == sorted(found)


@given(DAYWISE, LENGTHS, INSTANTS, PLACES)
def test_a_longer_clock_is_never_due_earlier(unit: Unit, length: int, start: datetime, place: LaEstab) -> None:
    shorter, longer = (clocks.due(clock(unit, n), start, TERMS, place) for n in (length, length + 1))
    assert start - timedelta(minutes=1) < shorter < longer


@given(INSTANTS, st.integers(1, 40), PLACES)
def test_a_clock_never_ends_on_a_day_of_the_wrong_kind(start: datetime, length: int, place: LaEstab) -> None:
    working = clocks.due(clock(Unit.WORKING_DAYS, length), start, TERMS, place)
    school = clocks.due(clock(Unit.SCHOOL_DAYS, length), start, TERMS, place)
    assert days.working(local_day(working)) and TERMS.school_day(local_day(school), place)
    for unit in (Unit.DAYS, Unit.WEEKS, Unit.MONTHS):
        assert days.working(local_day(clocks.due(clock(unit, length, rolls=True), start, TERMS, place)))


@given(ADDING, LENGTHS, LENGTHS, INSTANTS, PLACES)
def test_adding_days_at_once_is_adding_them_one_after_the_other(
    unit: Unit, some: int, more: int, start: datetime, place: LaEstab
) -> None:
    there = clocks.due(clock(unit, some), start, TERMS, place)
    assert clocks.due(clock(unit, more), there, TERMS, place) == clocks.due(
        clock(unit, some + more), start, TERMS, place
    )


@given(DAYWISE, LENGTHS, INSTANTS, PLACES)
def test_a_day_ends_with_its_last_minute_in_london(unit: Unit, length: int, start: datetime, place: LaEstab) -> None:
    found = clocks.due(clock(unit, length), start, TERMS, place)
    assert found.tzinfo is UTC
    assert found.astimezone(LONDON).strftime("%H:%M:%S") == "23:59:00"


@given(INSTANTS, st.integers(0, 3000))
def test_hours_and_minutes_are_time_that_passes(start: datetime, length: int) -> None:
    assert clocks.due(clock(Unit.HOURS, length), start, TERMS) - start == timedelta(hours=length)
    assert clocks.due(clock(Unit.MINUTES, length), start, TERMS) - start == timedelta(minutes=length)


@given(st.integers(1, 40), st.dates(date(2025, 6, 1), date(2030, 1, 1)))
def test_counting_backwards_undoes_counting(length: int, day: date) -> None:
    there = clocks.due(clock(Unit.WORKING_DAYS, length), datetime(day.year, day.month, day.day, 12, tzinfo=UTC), TERMS)
    back = clocks.due(clock(Unit.WORKING_DAYS, length, before=True), there, TERMS)
    assert local_day(back) == day if days.working(day) else local_day(back) < day


def test_an_instant_without_a_zone_is_none() -> None:
    for unit in (Unit.DAYS, Unit.HOURS):
        with pytest.raises(ValueError, match="zone"):
            clocks.due(clock(unit, 1), datetime(2026, 11, 3, 12), TERMS)  # noqa: DTZ001


# -- changes of summer time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "start", "due"),
    [
        # 29 March 2026 and 28 March 2027: an hour is left out; 25 October 2026 and 31 October 2027: one comes twice
        ("breach-ico", "2026-03-27T12:00", "2026-03-30T12:00"),
        ("breach-ico", "2026-10-24T12:00", "2026-10-27T12:00"),
        ("breach-ico", "2027-03-27T00:30", "2027-03-30T00:30"),
        ("breach-ico", "2027-10-30T12:00", "2027-11-02T12:00"),
        ("notice-receipt", "2026-03-29T00:50", "2026-03-29T01:05"),
        ("notice-receipt", "2026-10-25T00:50", "2026-10-25T01:05"),
        ("notice-opened", "2027-10-30T23:30", "2027-10-31T01:30"),
        ("new-pupil-return", "2026-03-25T12:00", "2026-03-30T22:59"),
        ("new-pupil-return", "2026-10-23T12:00", "2026-10-28T23:59"),
        ("new-pupil-return", "2027-03-24T12:00", "2027-03-29T22:59"),
        ("new-pupil-return", "2027-10-29T12:00", "2027-11-03T23:59"),
        ("council-acknowledge", "2026-03-27T12:00", "2026-03-30T22:59"),
        ("council-acknowledge", "2026-10-23T12:00", "2026-10-26T23:59"),
        # the very days of the change
        ("hold-tracing", "2026-03-29T00:30", "2026-03-29T22:59"),
        ("hold-tracing", "2026-10-24T23:30", "2026-10-25T23:59"),
        ("hold-tracing", "2027-03-28T12:00", "2027-03-28T22:59"),
        ("hold-tracing", "2027-10-31T00:30", "2027-10-31T23:59"),
        # half past midnight in London is the day before in UTC, all summer
        ("new-pupil-return", "2026-06-30T23:30", "2026-07-06T22:59"),
        ("new-pupil-return", "2026-06-30T22:30", "2026-07-05T22:59"),
    ],
)
def test_a_change_of_summer_time_moves_days_and_no_hours(code: str, start: str, due: str) -> None:
    assert SHIPPED.due(code, utc(start)) == utc(due)


# -- every row by hand ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "start", "due"),
    [
        ("new-pupil-return", "2026-11-02", "2026-11-07"),  # the fifth day, a Saturday: the regulation moves nothing on
        ("deletion-return", "2026-11-03", "2026-11-03"),
        ("ctf", "2026-10-09", "2026-11-06"),  # 5 weekdays of half term are left out
        ("leaver-referral", "2026-11-03", "2026-11-17"),
        ("safeguarding-file", "2026-12-17", "2027-01-07"),  # 18 December, then from 4 January on
        ("code-n", "2026-11-03", "2026-11-10"),
        ("absence-return", "2026-11-03", "2026-11-17"),
        ("sickness-return", "2026-11-03", "2026-11-24"),
        ("first-enquiries", "2026-11-03", "2026-11-06"),
        ("home-visit", "2026-11-03", "2026-11-10"),
        ("referral", "2026-11-03", "2026-11-17"),
        ("joint-enquiry-first", "2026-11-03", "2026-11-17"),
        ("joint-enquiry", "2026-11-03", "2026-12-01"),
        ("ground-h", "2026-11-03", "2026-11-17"),
        ("ground-i", "2026-11-20", "2026-12-18"),
        ("blocked-pupil", "2026-10-23", "2026-11-02"),  # the last day before half term
        ("excluded-education", "2026-11-03", "2026-11-11"),
        ("ehc-plan", "2026-12-14", "2027-01-07"),  # Christmas, Boxing Day moved on, New Year's Day
        ("ehc-parent", "2026-11-03", "2026-12-15"),
        ("welsh-notice", "2028-02-03", "2028-03-02"),  # a leap year
        ("council-acknowledge", "2026-11-06", "2026-11-09"),
        ("council-answer", "2026-04-01", "2026-04-10"),  # over Easter
        ("council-safeguarding", "2026-11-07", "2026-11-07"),
        ("transfer-answer", "2026-11-03", "2026-11-10"),
        ("left-not-arrived", "2026-11-02", "2026-11-16"),
        ("enquiry-watch", "2028-02-29", "2029-02-28"),
        ("sar", "2026-09-03", "2026-10-05"),  # 3 October is a Saturday
        ("sar", "2026-11-25", "2026-12-29"),  # Christmas, then Saturday, Sunday, Boxing Day's own Monday
        ("sar", "2027-01-31", "2027-03-01"),  # no 31 February; the 28th is a Sunday
        ("sar", "2028-01-31", "2028-02-29"),
        ("sar", "2026-03-31", "2026-04-30"),
        ("sar-extended", "2026-11-30", "2027-03-01"),
        ("rights-answer", "2026-10-13", "2026-11-13"),
        ("rights-extended", "2026-10-13", "2027-01-13"),
        ("rights-notice", "2026-11-06", "2026-11-10"),
        ("complaint-acknowledge", "2026-11-02", "2026-12-02"),
        ("complaint-acknowledge", "2026-11-27", "2026-12-29"),  # 27 December is a Sunday
        ("foi", "2026-11-03", "2026-12-01"),
        ("unacknowledged", "2026-11-03", "2026-11-10"),
        ("retro-review", "2026-11-06", "2026-11-09"),
        ("hold", "2026-12-24", "2026-12-29"),
        ("hold-tracing", "2026-11-07", "2026-11-07"),
        ("approval-after", "2026-11-06", "2026-11-09"),
        ("unagreed", "2026-11-03", "2026-11-03"),
        ("unagreed", "2026-11-07", "2026-11-09"),
        ("request", "2026-11-07", "2026-11-07"),
        ("agreement-task", "2026-11-03", "2026-11-04"),
        ("review-first", "2027-03-01", "2026-12-01"),
        ("review-second", "2027-03-01", "2027-01-30"),
        ("review-last", "2027-03-01", "2027-02-22"),
        ("review-overdue", "2026-11-30", "2027-02-28"),
        ("sample-audit", "2026-11-30", "2026-12-30"),
        ("refusals-register", "2026-11-30", "2026-12-30"),
        ("retention-run", "2026-11-30", "2026-12-30"),
        ("key-custody", "2026-11-30", "2027-02-28"),
        ("board-report", "2026-11-30", "2027-02-28"),
        ("processing-record", "2026-11-30", "2027-11-30"),
        ("assurance-review", "2026-11-30", "2027-11-30"),
    ],
)
def test_each_clock_ends_on_its_day(code: str, start: str, due: str) -> None:
    found = SHIPPED.due(code, utc(f"{start}T12:00"), HERE)
    assert local_day(found).isoformat() == due


@pytest.mark.parametrize(
    ("code", "due"),
    [
        ("deletion-alarm", "2026-11-03T13:00"),
        ("notice-receipt", "2026-11-03T12:15"),
        ("notice-opened", "2026-11-03T14:00"),
        ("breach-ico", "2026-11-06T12:00"),
        ("breach-parties", "2026-11-04T12:00"),
    ],
)
def test_each_clock_of_hours_ends_at_its_minute(code: str, due: str) -> None:
    assert SHIPPED.due(code, utc("2026-11-03T12:00")) == utc(due)


def test_school_days_are_those_of_the_school_of_its_authority_or_of_the_usual_year() -> None:
    start = utc("2026-10-16T12:00")
    found = {place: local_day(SHIPPED.due("left-not-arrived", start, place)).isoformat() for place in (HERE, SISTER)}
    assert found == {HERE: "2026-11-06", SISTER: "2026-11-13"}  # the sister has two weeks of autumn holiday
    assert SHIPPED.due("left-not-arrived", start, place_of("881")) == SHIPPED.due("left-not-arrived", start, HERE)
    christmas = utc("2026-12-18T12:00")
    assert local_day(SHIPPED.due("blocked-pupil", christmas, HERE)) == date(2027, 1, 4)
    assert local_day(SHIPPED.due("blocked-pupil", christmas)) == date(2027, 1, 5)
    nobody_closed = clocks.from_toml((PARTNERS / "clocks.toml").read_text(), NO_TERMS)
    assert local_day(nobody_closed.due("blocked-pupil", christmas)) == date(2026, 12, 21)


@pytest.mark.parametrize("text", ["88", "8814", "88a", ""])
def test_an_authority_has_three_digits(text: str) -> None:
    with pytest.raises(ValueError, match="LaEstab"):
        place_of(text)


# -- in words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "start", "place", "words"),
    [
        (
            "ctf",
            "2026-10-09T12:00",
            HERE,
            "By the end of Friday 6 November 2026: 15 school days after Friday 9 October 2026, by the calendar of authority 881, which leaves out 8 weekend days and 5 days on which schools are closed.",
        ),
        (
            "blocked-pupil",
            "2026-12-18T12:00",
            SOMEWHERE,
            "By the end of Tuesday 5 January 2027: 1 school day after Friday 18 December 2026, by the usual school year, which leaves out 6 weekend days, 3 bank holidays and 8 days on which schools are closed.",
        ),
        (
            "safeguarding-file",
            "2027-07-14T12:00",
            SISTER,
            "By the end of Monday 6 September 2027: 5 school days after Wednesday 14 July 2027, by the calendar of school 8812098 and then the usual school year, which leaves out 16 weekend days, 1 bank holiday and 32 days on which schools are closed.",
        ),
        ("council-acknowledge", "2026-11-03T12:00", HERE, "By the end of Wednesday 4 November 2026: 1 working day after Tuesday 3 November 2026."),
        ("council-acknowledge", "2026-11-06T12:00", HERE, "By the end of Monday 9 November 2026: 1 working day after Friday 6 November 2026, which leaves out 2 weekend days."),
        (
            "sar",
            "2026-09-03T12:00",
            HERE,
            "By the end of Monday 5 October 2026: 1 month after Thursday 3 September 2026, moved on from Saturday 3 October 2026, on which no office is open.",
        ),
        ("sar", "2026-03-31T12:00", HERE, "By the end of Thursday 30 April 2026: 1 month after Tuesday 31 March 2026."),
        ("breach-ico", "2026-03-27T12:00", HERE, "By Monday 30 March 2026 at 13:00: 72 hours after Friday 27 March 2026 at 12:00, whatever the clocks do."),
        ("hold-tracing", "2026-11-07T12:00", HERE, "By the end of Saturday 7 November 2026: on the same day."),
        ("unagreed", "2026-11-07T12:00", HERE, "By the end of Monday 9 November 2026: on the same day, or the next working day, moved on from Saturday 7 November 2026, on which no office is open."),
        ("review-last", "2027-03-01T12:00", HERE, "By the end of Monday 22 February 2027: 7 days before Monday 1 March 2027."),
        ("ground-i", "2026-11-20T12:00", HERE, "From the end of Friday 18 December 2026: 20 school days after Friday 20 November 2026, by the calendar of authority 881, which leaves out 8 weekend days."),
    ],
)  # fmt: skip
def test_a_due_day_says_how_it_came_about(code: str, start: str, place: LaEstab, words: str) -> None:
    assert SHIPPED.reckon(code, utc(start), place) == words
