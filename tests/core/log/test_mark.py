"""How far a log was signed, as a file beside the database says it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.core.log import mark
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.log.checkpoint import sign as sign_head
from gateway.core.log.mark import Height, Mark
from tests.core.log.keys import LOG

AT = datetime(2026, 11, 22, 9, 8, 27, 490_000, tzinfo=UTC)
NOTE = sign_head(Checkpoint(LOG.name, 10, b"r" * 32), LOG.public, LOG.sign)
FROZEN = "gateway-mark/v1\n1\n10\n2026-11-22T09:08:27.490Z\n\n"


def test_mark_is_written_as_it_always_was_and_read_back() -> None:
    made = Mark(Height(1, 10), AT, NOTE)
    assert made.text() == FROZEN + NOTE
    assert mark.parse(made.text()) == made
    assert made.checkpoint == Checkpoint(LOG.name, 10, b"r" * 32)


def test_mark_that_only_a_witness_named_has_no_note() -> None:
    made = Mark(Height(1, 10), AT, None)
    assert made.text() == FROZEN
    assert mark.parse(FROZEN) == made
    assert made.checkpoint is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        FROZEN.replace("v1", "v2"),
        FROZEN.replace("\n10\n", "\n010\n"),
        FROZEN.replace("\n1\n", "\n-1\n", 1),
        FROZEN.replace("Z\n\n", "Z\n"),
        FROZEN.replace(".490Z", "Z"),
        FROZEN.replace("\n10\n", "\n10\n10\n"),
        FROZEN.replace("\n10\n", "\n11\n") + NOTE,
        FROZEN + "not a note",
    ],
)
def test_any_other_text_is_no_mark(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        mark.parse(text)


def test_a_later_log_is_higher_than_any_earlier_one() -> None:
    assert Height(1, 5) < Height(1, 6) < Height(2, 0) < Height(2, 1)


@pytest.mark.parametrize(("number", "origin"), [(1, "kent/log"), (2, "kent/log/2"), (11, "kent/log/11")])
def test_logs_have_names_that_lead_back_to_their_numbers(number: int, origin: str) -> None:
    assert mark.origin_of("kent/log", number) == origin
    assert mark.number_of("kent/log", origin) == number


@pytest.mark.parametrize(
    "origin", ["kent/log/1", "kent/log/02", "kent/log/0", "kent/log/x", "kent/log/²", "medway/log", ""]
)
def test_name_of_somebody_elses_log_has_no_number(origin: str) -> None:
    assert mark.number_of("kent/log", origin) is None


def test_mark_of_another_size_than_its_note_is_not_written_unseen() -> None:
    with pytest.raises(ValueError, match="as it is written"):
        mark.parse(replace(Mark(Height(1, 10), AT, NOTE), height=Height(1, 9)).text())
