"""The mark beside the database: it rises, it is shared, and it is still there after a crash."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.core.errors import Fault, Reason
from gateway.core.log.mark import Height, Mark
from gateway.edge.store.marks import Marks

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def at(size: int, log: int = 1) -> Mark:
    return Mark(Height(log, size), AT, None)


@pytest.mark.parametrize("kept", [True, False])
def test_mark_only_rises(tmp_path: Path, *, kept: bool) -> None:
    marks = Marks(tmp_path / "mark" if kept else None)
    assert marks.known is None
    for made in (at(5), at(3), at(1, log=2), at(9)):
        marks.raise_to(made)
    assert marks.known == at(1, log=2)


def test_what_one_process_raised_another_sees(tmp_path: Path) -> None:
    ours, theirs = Marks(tmp_path / "mark"), Marks(tmp_path / "mark")
    for size in (5, 6):
        theirs.raise_to(at(size))
        assert ours.known == at(size)


def test_of_many_that_raise_at_once_the_highest_stays(tmp_path: Path) -> None:
    def raise_all(first: int) -> None:
        marks = Marks(tmp_path / "mark")
        for size in range(first, 60, 3):
            marks.raise_to(at(size))

    threads = [threading.Thread(target=raise_all, args=(first,)) for first in (2, 1, 0)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Marks(tmp_path / "mark").known == at(59)


def test_mark_that_somebody_spoiled_is_a_fault_and_not_no_mark(tmp_path: Path) -> None:
    (tmp_path / "mark").write_text("gateway-mark/v1\n1\n")
    with pytest.raises(Fault) as fault:
        _ = Marks(tmp_path / "mark").known
    assert (fault.value.reason, fault.value.lasting) == (Reason.STORE, True)


def test_mark_that_cannot_be_kept_is_a_fault(tmp_path: Path) -> None:
    marks = Marks(tmp_path / "nowhere" / "mark")
    with pytest.raises(Fault) as fault:
        marks.raise_to(at(5))
    assert fault.value.reason is Reason.STORE
