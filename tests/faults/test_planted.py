"""The planted faults still fit the code; ``make planted`` plants them all."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.planted import FAULTS, ROOT, Fault, noticed


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_can_still_be_planted(fault: Fault) -> None:
    assert fault.fits, f"{fault.file} has changed: the fault is to be planted elsewhere"
    assert fault.before != fault.after
    assert (ROOT / fault.tests[0]).is_file()


def test_there_are_a_dozen_and_no_two_alike() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 12


def test_planted_fault_is_noticed_and_an_edit_that_changes_nothing_is_not() -> None:
    (fault,) = (one for one in FAULTS if one.name == "receipt for another message taken")
    quick = replace(fault, tests=(*fault.tests, "-k", "another"))
    assert noticed(quick)
    assert not noticed(replace(quick, after=fault.before + "    # as it was\n"))


def test_text_that_is_not_there_does_not_fit() -> None:
    assert not Fault("none", str(Path("gateway/settings/__init__.py")), "no such text", "", ()).fits
