"""Counts that several processes keep together: each adds in its own row of shared memory, and whoever asks sums them.

A child that takes a dead one's place counts on in its row, so no count ever goes back while the parent lives.
"""

import mmap
import threading
from collections.abc import Mapping, Sequence

WIDTH = 8


class Counters:
    """``kinds`` are what is counted; the memory is made here and shared by everything that is forked afterwards."""

    def __init__(self, kinds: Sequence[tuple[str, str]], rows: int = 1) -> None:
        self._places = {kind: at for at, kind in enumerate(kinds)}
        self._rows = rows
        self._memory = mmap.mmap(-1, max(1, WIDTH * len(kinds) * rows))
        self._row = 0
        self._lock = threading.Lock()

    def take(self, row: int) -> "Counters":
        """Add in this row from now on: a child calls it once."""
        self._row = row
        return self

    def add(self, what: str, label: str) -> None:
        """One more. Raises KeyError for what is not counted here."""
        at = self._at(self._row, self._places[what, label])
        with self._lock:
            self._memory[at : at + WIDTH] = (self._read(at) + 1).to_bytes(WIDTH)

    def totals(self) -> Mapping[tuple[str, str], int]:
        """Over all rows."""
        return {
            kind: sum(self._read(self._at(row, place)) for row in range(self._rows))
            for kind, place in self._places.items()
        }

    def _at(self, row: int, place: int) -> int:
        return (row * len(self._places) + place) * WIDTH

    def _read(self, at: int) -> int:
        return int.from_bytes(self._memory[at : at + WIDTH])
