"""Forms as tables: what somebody filled in is read whole, and everything wrong with it is said at once."""

from datetime import UTC, date, datetime

import pytest

from gateway.core.errors import Code, Refusal
from gateway.web.forms import Field, Filled, Form, Shape, read

FORM = Form(
    "A form",
    "Send",
    (
        Field("text", "What is it?", Shape.AREA, wanted="Write what it is"),
        Field("day", "The day", Shape.DAY, wanted="Write the day"),
        Field("day-clock", "The time", Shape.CLOCK),
        Field("kind", "The kind", Shape.CHOICE, wanted="Choose a kind", choices=(("a", "One"), ("b", "Other"))),
        Field("more", "More", Shape.SEVERAL, choices=(("x", "X"), ("y", "Y"))),
    ),
    about={Code.REASON_WANTED: "text"},
)


def filled(**given: str | list[str]) -> Filled:
    return read(FORM, {name: value if isinstance(value, list) else [value] for name, value in given.items()})


WHOLE = {"text": " It is so.\r\n", "day-day": "3", "day-month": "11", "day-year": "2026", "kind": "b"}


def test_what_was_filled_in_is_read_by_field() -> None:
    found = filled(**WHOLE, more=["y", "x", "y"])
    assert found.wrong == {}
    assert found.answers == {"text": "It is so.", "day": "2026-11-03", "day-clock": "", "kind": "b"}
    assert found.several == {"more": ("y", "x")}
    assert found.day("day") == date(2026, 11, 3)


def test_a_moment_is_as_the_clock_on_the_wall_showed_it() -> None:
    summer = {**WHOLE, "day-month": "7", "day-clock": "9.05"}
    assert filled(**summer).moment("day") == datetime(2026, 7, 3, 8, 5, tzinfo=UTC)
    assert filled(**WHOLE).moment("day") == datetime(2026, 11, 3, 12, tzinfo=UTC)
    assert Filled().moment("day") is None


def test_everything_that_is_left_open_is_said_at_once() -> None:
    assert filled().wrong == {"text": "Write what it is", "day": "Write the day", "kind": "Choose a kind"}
    assert filled(**{**WHOLE, "text": "  \r\n"}).wrong == {"text": "Write what it is"}


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"day-year": ""}, {"day": "The day must have a day, a month and a year"}),
        ({"day-day": "31"}, {"day": "The day must be a real date, such as 27 3 2026"}),
        ({"day-month": "Nov"}, {"day": "The day must be a real date, such as 27 3 2026"}),
        ({"day-clock": "25:00"}, {"day-clock": "The time must be a time, such as 14:20"}),
        ({"kind": "c"}, {"kind": "Choose a kind"}),
        ({"more": "z"}, {"more": "Choose among these for “More”"}),
        ({"text": "x" * 4001}, {"text": "What is it? must be 4,000 characters or less"}),
    ],
)
def test_what_cannot_be_an_answer_is_refused_by_its_field(changed: dict[str, str], wrong: dict[str, str]) -> None:
    assert filled(**{**WHOLE, **changed}).wrong == wrong


def test_what_the_flow_refuses_stands_at_the_field_it_is_about() -> None:
    found = filled(**WHOLE).refused(FORM, Refusal(Code.REASON_WANTED))
    assert list(found.wrong) == ["text"]
    with pytest.raises(Refusal):
        filled(**WHOLE).refused(FORM, Refusal(Code.NOT_FOUND))


def test_nothing_that_was_written_is_in_what_a_fault_would_print() -> None:
    assert "It is so" not in repr(filled(**WHOLE))


def test_the_first_box_of_a_day_takes_the_focus() -> None:
    assert [one.first for one in FORM.fields] == ["text", "day-day", "day-clock", "kind", "more"]
