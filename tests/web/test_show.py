"""How values are written for people."""

import csv
import io
from datetime import UTC, date, datetime

import pytest

from gateway.core.delivery import State
from gateway.web import show


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (datetime(2026, 1, 5, 0, 5, tzinfo=UTC), "5 January 2026 at 12:05am"),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "1 July 2026 at 12:30am"),
        (datetime(2026, 11, 3, 12, tzinfo=UTC), "3 November 2026 at 12:00pm"),
        ("2026-07-01T15:09:00.000Z", "1 July 2026 at 4:09pm"),
    ],
)
def test_moment_is_told_as_a_clock_in_london_shows_it(at: datetime | str, told: str) -> None:
    assert show.moment(at) == told


def test_numbers_are_counted_in_english() -> None:
    assert [show.count(0, "pupil"), show.count(1, "pupil"), show.count(1200, "query", "queries")] == [
        "0 pupils",
        "1 pupil",
        "1,200 queries",
    ]


def test_items_are_called_by_the_longest_path_that_is_known() -> None:
    known = {"Address": "home address", "UPN": "unique pupil number", "Contacts/Contact/Email": "contacts' e-mail"}
    found = show.named(["Address/PostCode", "Address/*", "UPN", "Contacts/Contact/Email", "Contacts/Name"], known)
    assert found == ["Contacts/Name", "contacts' e-mail", "home address", "unique pupil number"]


def test_a_day_is_told_in_words() -> None:
    assert show.date_of("2026-11-03") == show.date_of(date(2026, 11, 3)) == "3 November 2026"


def test_every_state_has_a_word_and_a_colour() -> None:
    assert set(show.TAGS) == set(State)


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_table_is_run_by_a_spreadsheet(first: str) -> None:
    table = show.table([[f"{first}cmd|' /C calc'!A0", 'a "quoted", cell', "é"]])
    assert table.startswith(b"\xef\xbb\xbf")
    (row,) = csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    assert row == [f"'{first}cmd|' /C calc'!A0", 'a "quoted", cell', "é"]


@pytest.mark.parametrize("text", ["2012-06-31", "2026-11-03T25:00:00", "0000-01-01"])
def test_what_only_looks_like_a_day_stands_as_it_was_written(text: str) -> None:
    assert show.plainly(text) == text
