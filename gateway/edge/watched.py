"""Folders into which others put files: each is seen when it is whole, and left alone while somebody still writes it."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gateway.core.errors import Fault, Reason

RECEIPT, FINDINGS = ".receipt", ".findings.txt"
"""Beside a file, with one of these at the end of its name: whoever took it says so, or says what is wrong with it."""

MOST_BYTES = 40 << 20
QUIET_SECONDS = 10.0
"""A file that has not changed for so long is whole; a program that writes slower ends it with its last sign."""

STALE_SECONDS = 3600.0
LONGEST_NAME = 220
"""Bytes: a folder takes 255, and some of them are what we put at either end."""
UNFINISHED = (".part", ".tmp", ".temp", ".crdownload", ".filepart")


@dataclass(frozen=True, slots=True)
class Found:
    """A file that somebody put into a folder, whole as far as can be told. ``looks`` tells it from one written anew."""

    path: Path
    content: bytes
    looks: tuple[int, ...]

    @property
    def name(self) -> str:
        """As it can be shown; what cannot is no good name, and is refused as one."""
        return shown(self.path.name)

    def about(self, ending: str = "") -> str:
        """The name under which it is set aside, or of what is written about it: no longer than a folder takes."""
        return os.fsdecode(os.fsencode(self.path.name)[:LONGEST_NAME]) + ending


@dataclass(slots=True)
class Watched:
    """A folder into which others put files. What they are still writing is left alone.

    ``clock`` counts seconds. Names that begin with a dot, end like an unfinished download or mark a spreadsheet
    as open are nobody's files. ``unfinished`` are those that the last look left alone.
    """

    folder: Path
    quiet: float = QUIET_SECONDS
    clock: Callable[[], float] = time.monotonic
    unfinished: list[str] = field(default_factory=list)
    _seen: dict[str, tuple[tuple[int, ...], float]] = field(default_factory=dict)

    def whole(self, wanted: Callable[[Path], bool] = lambda _: True) -> Iterator[Found]:
        """The files that have not changed for a while, by name. Raises Fault where the folder cannot be read."""
        try:
            listed = sorted(one for one in self.folder.iterdir() if _is_theirs(one))
        except OSError as error:
            raise Fault(Reason.CARRIER) from error
        self._seen = {name: seen for name, seen in self._seen.items() if name in {one.name for one in listed}}
        self.unfinished = []
        for path in filter(wanted, listed):
            found = self._read(path)
            if found is None:
                self.unfinished.append(shown(path.name))
            else:
                yield found

    def _read(self, path: Path) -> Found | None:
        try:
            before = _looks(path)
            since = self._since(path.name, before)
            if since < self.quiet:
                return None
            with path.open("rb") as opened:
                content = opened.read(MOST_BYTES + 1)
            if _looks(path) != before:
                return None
        except OSError:
            return None  # gone, or locked by whoever writes it
        return Found(path, content, before) if _ended(path.name, content) or since >= STALE_SECONDS else None

    def _since(self, name: str, looks: tuple[int, ...]) -> float:
        """For how long a file has looked like this, as far as we saw."""
        now = self.clock()
        known, first = self._seen.get(name, (None, now))
        if known != looks:
            first = now
        self._seen[name] = (looks, first)
        return now - first


def shown(name: str) -> str:
    """A file's name as it may stand on a terminal: what is no UTF-8 in it, or commands, is a mark."""
    return "".join(one if one.isprintable() else "\ufffd" for one in os.fsencode(name).decode(errors="replace"))


def _is_theirs(path: Path) -> bool:
    nobodys = path.name.startswith((".", "~$")) or path.name.endswith((RECEIPT, FINDINGS))
    return not nobodys and not path.name.lower().endswith(UNFINISHED) and path.is_file() and not path.is_symlink()


def _looks(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def is_still(found: Found) -> bool:
    """Whether what lies there is what was read: a file written anew meanwhile has not been taken yet."""
    try:
        return _looks(found.path) == found.looks
    except FileNotFoundError:  # another process of ours was quicker
        return False


def _ended(name: str, content: bytes) -> bool:
    """Whether its last sign is there; of one that is too large to be taken nobody has to wait for it."""
    if len(content) > MOST_BYTES:
        return True
    if content.startswith(_ZIP):
        return _ZIP_END in content[-_ZIP_TAIL:]
    return bool(content) and (not name.lower().endswith(".xml") or content.rstrip(_BLANK).endswith(b">"))


_ZIP, _ZIP_END, _ZIP_TAIL = b"PK\x03\x04", b"PK\x05\x06", 22 + 0xFFFF
"""What a zip and a workbook begin with, and the record at their end, behind which a remark may stand."""
_BLANK = b"\0 \t\r\n"
"""With every other byte of UTF-16."""
