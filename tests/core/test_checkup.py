"""What a reading of a gateway means."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.core import checkup
from gateway.core.checkup import Check, Health, worst

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GOOD, WARN, WRONG = Health.GOOD, Health.WARN, Health.WRONG


@pytest.mark.parametrize(
    ("days", "health"),
    [(61, GOOD), (60, WARN), (30, WARN), (15, WARN), (14, WRONG), (1, WRONG), (0, WRONG), (-1, WRONG)],
)
def test_certificate_is_spoken_of_the_louder_the_nearer_its_end(days: int, health: Health) -> None:
    check = checkup.certificate("sign", days, "rotate it")
    assert check.health is health
    assert (check.fix == "rotate it") is (health is not GOOD)
    assert str(abs(days)) in check.words


@pytest.mark.parametrize(("free", "health"), [(3 << 30, GOOD), (1 << 30, WARN), (100 << 20, WRONG), (0, WRONG)])
def test_disk_that_fills_is_told_before_it_is_full(free: int, health: Health) -> None:
    assert checkup.disk(free).health is health


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("seconds", "health"), [(0, GOOD), (29, GOOD), (30, WARN), (299, WARN), (300, WRONG)])
def test_clock_may_be_apart_a_little_in_either_direction(sign: int, seconds: int, health: Health) -> None:
    assert checkup.clock("clock", NOON, NOON + sign * timedelta(seconds=seconds)).health is health


@pytest.mark.parametrize(
    ("lines", "minutes", "health"), [(0, 60, GOOD), (5, 0, GOOD), (5, 1, WARN), (5, 9, WARN), (5, 10, WRONG)]
)
def test_lines_that_nobody_signs_are_told(lines: int, minutes: int, health: Health) -> None:
    assert checkup.lag(lines, timedelta(minutes=minutes)).health is health


def test_the_worst_of_all_is_what_counts() -> None:
    checks = [checkup.good("a", ""), Check("b", WARN, ""), checkup.wrong("c", "", "mend")]
    assert [worst(tuple(checks[:number])) for number in range(4)] == [GOOD, GOOD, WARN, WRONG]
