"""How often one address may come, counted in memory alone: under a key that nobody knows and that ends with the window.

What a stranger may do without being known must not be counted by writing down from where they came.
"""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

from gateway.core.errors import Code, Refusal
from gateway.core.terms import Draw, digest

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Turns:
    """``most`` turns of one address, and ``in_all`` of everybody, in each ``window``; each process counts its own."""

    def __init__(self, draw: Draw, most: int, in_all: int, window: timedelta) -> None:
        self._draw, self._most, self._in_all, self._window = draw, most, in_all, window
        self._lock, self._taken = threading.Lock(), Counter[str]()
        self._key, self._ends = b"", LONG_AGO

    def take(self, address: str, at: datetime) -> None:
        """Take one turn. Raises Refusal(TOO_MANY_TRIES) where none is left."""
        with self._lock:
            if self._ends <= at:
                self._key, self._ends = self._draw(32), at + self._window
                self._taken.clear()
            who = digest(self._key + address.encode())
            if self._taken[who] >= self._most or self._taken.total() >= self._in_all:
                raise Refusal(Code.TOO_MANY_TRIES)
            self._taken[who] += 1
