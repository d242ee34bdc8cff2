"""What happens by itself: each job in a thread of its own, and none that waits or fails keeps another waiting."""

import threading

from gateway.edge.timetable import Timetable

PATIENCE = 60.0
MANY = 14
"""More than the threads that the library gives by itself."""


def test_jobs_that_wait_for_somebody_keep_no_other_waiting() -> None:
    stuck, go, ran = threading.Barrier(MANY + 1), threading.Event(), threading.Event()

    def wait() -> None:
        if not go.is_set():
            stuck.wait(PATIENCE)
            go.wait(PATIENCE)

    def run() -> None:
        if not stuck.n_waiting:
            ran.set()

    timetable = Timetable(lambda name, error: None)
    for number in range(MANY):
        timetable.every(0.05, f"stuck-{number}", wait)
    timetable.every(0.05, "free", run)
    timetable.start()
    try:
        stuck.wait(PATIENCE)  # all of them are at it at once
        ran.clear()
        assert ran.wait(PATIENCE)
    finally:
        go.set()
        timetable.stop()


def test_job_that_fails_is_told_and_comes_again() -> None:
    faults, twice = [], threading.Event()

    def fail() -> None:
        raise ValueError

    def told(name: str, error: BaseException) -> None:
        faults.append((name, type(error)))
        if len(faults) > 1:
            twice.set()

    timetable = Timetable(told)
    timetable.every(0.05, "failing", fail)
    timetable.start()
    assert twice.wait(PATIENCE)
    timetable.stop()
    assert set(faults) == {("failing", ValueError)}
