"""A parent and its children, in a process of their own, because they take the signals."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.serving import is_alive, until

START = """
import os, signal, sys, time
from pathlib import Path
from gateway.edge.family import Family
folder = Path(sys.argv[1])
def ended(one): (folder / "ended").open("a").write(f"{one.number} {one.status} {time.monotonic()}\\n")
def fault(name, error): (folder / "faults").open("a").write(f"{name} {error!r}\\n")
def ready(): (folder / "ready").touch()
"""
END = """
family = Family(2, live, ready, ended, fault)
family.keep()
sys.exit(0 if family.see_out(patience=float(sys.argv[2])) else 3)
"""


def begin(folder: Path, live: str, patience: float = 60) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", START + live + END, str(folder), str(patience)])


def test_child_that_dies_at_birth_is_borne_again_and_each_time_later(tmp_path: Path) -> None:
    parent = begin(tmp_path, "def live(life): raise ValueError('no')")
    until(lambda: len(deaths(tmp_path, "0")) >= 4)
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(60) == 0  # nobody was left
    times = deaths(tmp_path, "0")
    for before, after, waited in zip(times, times[1:], (0.4, 0.8, 1.6), strict=False):
        assert after - before >= waited
    assert len(deaths(tmp_path, "1")) >= 1
    assert "child ValueError('no')" in (tmp_path / "faults").read_text()
    assert not (tmp_path / "ready").exists()


def deaths(folder: Path, number: str) -> list[float]:
    """When each child that had this place died; all of them with status 1."""
    path = folder / "ended"
    rows = [line.split(" ") for line in path.read_text().splitlines()] if path.is_file() else []
    assert all(status == "1" for _, status, _ in rows)
    return [float(at) for one, _, at in rows if one == number]


def test_all_must_be_ready_before_the_parent_says_so(tmp_path: Path) -> None:
    live = "def live(life):\n  if life.number: (folder / 'one').exists() or sys.exit(0)\n  life.ready(); life.wait()"
    parent = begin(tmp_path, live)
    until((tmp_path / "ended").exists)
    assert not (tmp_path / "ready").exists()
    (tmp_path / "one").touch()
    until((tmp_path / "ready").exists)
    parent.send_signal(signal.SIGINT)
    assert parent.wait(60) == 0


def test_child_that_will_not_end_is_killed_and_the_status_says_so(tmp_path: Path) -> None:
    live = """def live(life):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (folder / str(os.getpid())).touch()
    life.ready()
    time.sleep(1000)"""
    parent = begin(tmp_path, live, patience=1)
    until((tmp_path / "ready").exists)
    children = [int(path.name) for path in tmp_path.iterdir() if path.name.isdigit()]
    assert len(children) == 2
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(60) == 3
    assert not any(map(is_alive, children))


def test_child_that_failed_on_its_way_out_makes_the_status_say_so(tmp_path: Path) -> None:
    parent = begin(tmp_path, "def live(life):\n  life.ready(); life.wait(); sys.exit(1)")
    until((tmp_path / "ready").exists)
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(60) == 3
    assert not (tmp_path / "ended").exists(), "nobody died before it was told to"
