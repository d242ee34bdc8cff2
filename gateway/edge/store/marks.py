"""The mark beside the database: a file that only rises, and that a restored backup does not bring back.

Each machine keeps its own. Several processes share it; a lock keeps a higher mark from being written over.
"""

import fcntl
import os
from pathlib import Path

from gateway.core.errors import Fault, Reason
from gateway.core.log import mark
from gateway.core.log.mark import Mark


class Marks:
    """The highest mark that this machine knows; without a ``path`` it is forgotten with the process."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._known: Mark | None = None
        self._claimed: Mark | None = None

    @property
    def known(self) -> Mark | None:
        """The highest mark, read again when another process has raised it. Raises Fault(STORE)."""
        if self._path is not None and self._path.exists():
            state = self._path.stat()
            if (state.st_mtime_ns, state.st_ino) != self._seen:
                self._known = _read(self._path)
                self._seen = (state.st_mtime_ns, state.st_ino)
        both = [one for one in (self._known, self._claimed) if one is not None]
        return max(both, key=lambda one: one.height, default=None)

    def claim(self, said: Mark | None) -> None:
        """Hold to what others say while they say it; nobody signed it, so it is not kept."""
        self._claimed = said

    def raise_to(self, made: Mark) -> None:
        """Keep a mark durably if it is higher than the one that is known. Raises Fault(STORE)."""
        if self._path is None:
            self._known = max(self._known or made, made, key=lambda one: one.height)
            return
        try:
            with self._path.with_suffix(".lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                before = self.known
                if before is None or made.height > before.height:
                    _write(self._path, made.text())
        except OSError as error:
            raise Fault(Reason.STORE) from error


def _read(path: Path) -> Mark:
    try:
        return mark.parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Fault(Reason.STORE, lasting=True) from error


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and still there after a power cut."""
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


__all__ = ["Marks"]
