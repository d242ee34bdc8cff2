"""The table of who exchanged what: what failed or was left out can neither hide nor be counted as passed."""

import pytest

from tests.interop import __main__ as told
from tests.interop.matrix import Cell, Exchanged, counted, notes, table

GOOD = Cell("ours", "theirs", (Exchanged("5 kB", 20.0), Exchanged("5 kB", 40.0), Exchanged("20 MB", 2_500.0)))
BAD = Cell("theirs", "ours", (Exchanged("5 kB", 30.0), Exchanged("20 MB", 1.0, "digest")))
NONE = Cell("ours", "others", left_out="there is no mvn")


def test_rows_send_and_columns_receive() -> None:
    assert [*table("2.0", [GOOD, BAD, NONE], ("5 kB", "20 MB"))] == [
        "2.0     ours                theirs                           others",
        "------  ------------------  -------------------------------  --------",
        "ours    –                   3 of 3, 5 kB 30 ms, 20 MB 2.5 s  left out",
        "theirs  1 of 2, 5 kB 30 ms  –                                –",
    ]


def test_what_failed_and_what_was_left_out_is_said_and_counted() -> None:
    assert [*notes([GOOD, BAD, NONE])] == [
        "FAILED: theirs to ours: 20 MB: digest",
        "left out: ours to others: there is no mvn",
    ]
    assert counted([GOOD, BAD, NONE]) == "4 passed, 1 failed, 1 skipped"


@pytest.mark.parametrize(
    ("cells", "nothing_skipped", "status"),
    [([GOOD], "1", 0), ([GOOD, NONE], "", 0), ([GOOD, NONE], "1", 1), ([GOOD, BAD], "", 1), ([], "", 1)],
)
def test_a_failure_is_a_failure_and_so_is_a_gap_where_none_may_be(
    cells: list[Cell], nothing_skipped: str, status: int
) -> None:
    assert told.status(cells, nothing_skipped) == status
