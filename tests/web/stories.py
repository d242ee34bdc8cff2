"""In which windows a story runs, and in which world: the phone without scripts is that of the first day, on which no
other council has a gateway. A story is told once for each row, so this costs no run more.
"""

import pytest

from tests.web.browser import NARROW, WIDE

ALONE = "one gateway alone"
"""A ``world`` in which every other council, school and team has a mailbox, or no machine at all."""

_DESK, _PHONE = ("two gateways", WIDE, True), ("two gateways", NARROW, True)
_PLAIN_DESK, _PLAIN_PHONE = ("two gateways", WIDE, False), (ALONE, NARROW, False)

FOUR = pytest.mark.parametrize(
    ("world", "size", "scripts"),
    [_DESK, _PHONE, _PLAIN_DESK, _PLAIN_PHONE],
    ids=["desk", "phone", "desk without scripts", "phone without scripts, one gateway"],
    indirect=["world"],
)
THREE = pytest.mark.parametrize(
    ("world", "size", "scripts"),
    [_DESK, _PHONE, _PLAIN_PHONE],
    ids=["desk", "phone", "phone without scripts, one gateway"],
    indirect=["world"],
)
