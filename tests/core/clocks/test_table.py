"""One table of all clocks: every row says who says so, an installation shortens what the law gives and never more."""

import re
import tomllib
from pathlib import Path

import pytest

from gateway.core import clocks, tasks
from gateway.core.agreements import lifecycle
from gateway.core.clocks import NO_TERMS, Authority, Clocks, Set, Unit
from gateway.core.clocks.clock import TAG
from gateway.core.facts import TaskKind
from gateway.core.terms import PurposeCode

TEXT = (Path(__file__).parents[3] / "partners" / "clocks.toml").read_text()
SHIPPED = clocks.from_toml(TEXT, NO_TERMS)

NAMED = {
    "new-pupil-return": (Unit.DAYS, 5),
    "ctf": (Unit.SCHOOL_DAYS, 15),
    "joint-enquiry-first": (Unit.SCHOOL_DAYS, 10),
    "joint-enquiry": (Unit.SCHOOL_DAYS, 20),
    "ehc-plan": (Unit.WORKING_DAYS, 15),
    "ehc-parent": (Unit.WEEKS, 6),
    "welsh-notice": (Unit.DAYS, 28),
    "sar": (Unit.MONTHS, 1),
    "sar-extended": (Unit.MONTHS, 3),
    "complaint-acknowledge": (Unit.DAYS, 30),
    "breach-ico": (Unit.HOURS, 72),
    "breach-parties": (Unit.HOURS, 24),
    "rights-notice": (Unit.WORKING_DAYS, 2),
    "unacknowledged": (Unit.WORKING_DAYS, 5),
    "transfer-answer": (Unit.WORKING_DAYS, 5),
    "notice-receipt": (Unit.MINUTES, 15),
    "notice-opened": (Unit.HOURS, 2),
    "left-not-arrived": (Unit.SCHOOL_DAYS, 10),
    "blocked-pupil": (Unit.SCHOOL_DAYS, 1),
    "enquiry-watch": (Unit.MONTHS, 12),
    "council-acknowledge": (Unit.WORKING_DAYS, 1),
    "council-answer": (Unit.WORKING_DAYS, 5),
    "foi": (Unit.WORKING_DAYS, 20),
    "retro-review": (Unit.WORKING_DAYS, 1),
    "safeguarding-file": (Unit.SCHOOL_DAYS, 5),
    "code-n": (Unit.SCHOOL_DAYS, 5),
}


@pytest.mark.parametrize("code", NAMED)
def test_every_clock_of_the_law_and_of_the_issue_has_its_row(code: str) -> None:
    found = SHIPPED.get(code)
    assert (found.unit, found.length) == NAMED[code]


def test_every_row_says_who_says_so_and_how_sure_that_is() -> None:
    for row in SHIPPED.rows.values():
        assert row.what.endswith(".") and row.source, row.code
        assert bool(TAG.search(row.source)) is (row.by is not Authority.SETTING), row.code
        assert row.by is not Authority.LAW or row.set is not Set.FREE, row.code


def test_a_code_that_no_row_has_is_no_deadline() -> None:
    with pytest.raises(ValueError, match=r"breach is not in clocks\.toml"):
        SHIPPED.get("breach")


def test_every_task_has_its_clock() -> None:
    assert set(tasks.CLOCKS) == set(TaskKind)
    for kind in TaskKind:
        for purpose in (None, PurposeCode("P08")):
            assert SHIPPED.get(tasks.clock_of(kind, purpose))


def test_the_reminders_of_agreements_are_those_of_their_life() -> None:
    rows = [row for row in SHIPPED.rows.values() if row.before]
    assert {row.length for row in rows} == set(lifecycle.REMINDED)
    assert SHIPPED.get("review-overdue").length == 3


@pytest.mark.parametrize(
    ("code", "length", "said"),
    [
        ("sar", 2, r"sar is 1 month at most: Article 12"),
        ("ctf", 16, r"ctf is 15 school days at most: PIR05"),
        ("breach-ico", 73, "72 hours at most"),
        ("safeguarding-file", 6, "5 school days at most"),
        ("ground-i", 10, "ground-i stands as it is: PRR24"),
        ("hold-tracing", 1, "stands as it is"),
        ("left-not-arrived", 0, "a whole number of school days"),
        ("left-not-arrived", -1, "a whole number"),
        ("left-not-arrived", True, "a whole number"),
        ("left-not-arrived", "10", "a whole number"),
        ("left-not-arrived", 10_001, "a whole number"),
        ("subject-access", 1, "there is no such clock"),
        ("A name", 1, "there is no such clock"),
    ],
)
def test_what_the_law_says_is_never_lengthened(code: str, length: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        clocks.from_toml(TEXT, NO_TERMS, {code: length})


def test_an_installation_sets_its_own_lengths_by_their_codes() -> None:
    made = clocks.from_toml(TEXT, NO_TERMS, {"ctf": 10, "left-not-arrived": 20, "breach-ico": 72})
    assert [made.get(code).length for code in ("ctf", "left-not-arrived", "breach-ico", "foi")] == [10, 20, 72, 20]


ROW = next(row for row in TEXT.split("\n\n") if 'code = "left-not-arrived"' in row) + "\n"


def read(text: str) -> Clocks:
    return clocks.from_toml(text, NO_TERMS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('code = "left-not-arrived"', 'code = "Left"'),
        ("length = 10", "length = -1"),
        ("length = 10", "length = 10001"),
        ("length = 10", "length = true"),
        ('unit = "school days"', 'unit = "fortnights"'),
        ('by = "setting"', 'by = "law"'),
        ('by = "setting"', 'by = "guidance"'),
        ('set = "free"', 'set = "any"'),
        ('set = "free"', 'set = "free"\nrolls = true'),
        ('set = "free"', 'set = "free"\nbefore = true'),
        ('set = "free"', 'set = "free"\nrolls = 1'),
        ('set = "free"', 'set = "free"\ntown = "x"'),
        ("after = ", "before = "),
        (ROW, ROW + ROW),
    ],
)  # fmt: skip
def test_the_table_is_read_strictly(old: str, new: str) -> None:
    assert read(ROW).get("left-not-arrived").words == "10 school days"
    with pytest.raises(ValueError, match=r"clock|left-not-arrived"):
        read(ROW.replace(old, new))


def test_no_row_of_the_law_is_free() -> None:
    row = re.sub("source = .*", 'source = "an Act [V]"', ROW).replace('by = "setting"', 'by = "law"')
    assert read(row.replace('"free"', '"shorter"')).get("left-not-arrived").by is Authority.LAW
    with pytest.raises(ValueError, match="left-not-arrived: what the law says"):
        read(row)


def test_what_counts_backwards_does_not_roll_on() -> None:
    row = ROW.replace("school days", "days")
    assert read(row + "rolls = true").get("left-not-arrived").rolls
    with pytest.raises(ValueError, match="left-not-arrived"):
        read(row + "rolls = true\nbefore = true")


def test_a_source_that_is_not_sure_says_so() -> None:
    assert re.search(r"\[V\] the text was seen", TEXT)
    assert all("[?]" not in one["source"] for one in tomllib.loads(TEXT)["clock"])
