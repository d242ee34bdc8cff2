"""Many letters or files in a row: what fails on one keeps no other waiting, and is told of when all were tried."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from gateway.core.errors import Fault


@contextmanager
def all_tried() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """What is done under each ``attempt()`` may fail by itself. Raises the last Fault when all were tried."""
    faults: list[Fault] = []

    @contextmanager
    def attempt() -> Iterator[None]:
        try:
            yield
        except Fault as failed:
            faults.append(failed)

    yield attempt
    if faults:
        raise faults[-1]


@contextmanager
def all_looked_at() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """What is done under each ``door()`` may break by itself, whatever it is. Raises the first when all were looked at.

    A Fault that is not lasting is raised at once: it is our own database, which breaks on all that follow, too.
    """
    broke: list[Exception] = []

    @contextmanager
    def door() -> Iterator[None]:
        try:
            yield
        except Exception as error:  # (each has a door of its own)
            if isinstance(error, Fault) and not error.lasting:
                raise
            broke.append(error)

    yield door
    if broke:
        raise broke[0]
