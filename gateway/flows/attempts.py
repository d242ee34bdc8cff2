"""Many letters in a row: one that does not go keeps no other waiting, and is told of when all were tried."""

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
