"""Folders in which files wait for somebody's hand or another program: laid whole or not at all, and taken once.

A file is written beside its place, synced and renamed into it. Its parcel's own name, hidden in the same folder, says
which file is whose, so that an attempt that lost its answer lays nothing twice. What lies here is not encrypted: it is
readable by this account alone, and removed when it was taken or withdrawn.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from gateway.core.delivery import Parcel
from gateway.core.documents import FileName
from gateway.core.documents.names import LAST
from gateway.core.errors import Fault, Reason, Refusal
from gateway.core.facts import Condition
from gateway.core.partners import Carrier, Partner
from gateway.core.terms import CarrierReference, ParcelId, PartnerId

RECEIPT, FINDINGS = ".receipt", ".findings.txt"
"""Beside a file, with one of these at the end of its name: whoever took it says so, or says what is wrong with it."""

MOST_BYTES = 40 << 20
MOST_RECEIPT = 1 << 20
QUIET_SECONDS = 10.0
"""A file that has not changed for so long is whole; a program that writes slower ends it with its last sign."""

STALE_SECONDS = 3600.0
LONGEST_NAME = 220
"""Bytes: a folder takes 255, and some of them are what we put at either end."""
UNFINISHED = (".part", ".tmp", ".temp", ".crdownload", ".filepart")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where each home's files wait for school2school, and each partner's for its own program."""

    handoff: Path
    drops: Mapping[PartnerId, Path]
    otherwise: Path
    """In a folder below it waits what is for a partner of which the settings name none."""

    def hand(
        self, parcel: Parcel, recipient: Partner, name: str, content: bytes, *, again: bool
    ) -> CarrierReference | None:
        """Lay a file where it is fetched; ``laid`` says under which name. Raises Fault."""
        folder = self.handoff / parcel.home if parcel.carrier == Condition(Carrier.S2S) else self._drop(recipient)
        try:
            with _locked(folder):
                _lay(folder, parcel.id, name, content, again=again)
        except OSError as error:
            raise Fault(Reason.CARRIER) from error
        return None

    def laid(self) -> Mapping[ParcelId, Path]:
        """Every parcel that lies in a folder, and its file, which may be gone."""
        found: dict[ParcelId, Path] = {}
        for mark in self._marks():
            with suppress(OSError, ValueError):  # removed this moment, or nobody's mark
                found[ParcelId(mark.name[1:])] = mark.parent / mark.read_text(encoding="ascii")
        return found

    def receipt(self, file: Path) -> bytes | None:
        """What whoever took the file left beside it."""
        try:
            with file.with_name(file.name + RECEIPT).open("rb") as opened:
                return opened.read(MOST_RECEIPT)
        except FileNotFoundError:
            return None

    def remove(self, parcel: ParcelId, file: Path) -> None:
        """Take away what is left of a parcel, its mark last. It may be gone already."""
        for one in (file, file.with_name(file.name + RECEIPT), file.with_name(_mark(parcel))):
            one.unlink(missing_ok=True)
        _sync(file.parent)

    def _drop(self, partner: Partner) -> Path:
        return self.drops.get(partner.id, self.otherwise / partner.id)

    def _marks(self) -> Iterator[Path]:
        for folder in {*self.handoff.glob("*"), *self.drops.values(), *self.otherwise.glob("*")}:
            yield from sorted(folder.glob(".p-*"))


@dataclass(frozen=True, slots=True)
class Found:
    """A file that somebody put into a folder, whole as far as can be told. ``looks`` tells it from one written anew."""

    path: Path
    content: bytes
    looks: tuple[int, ...]

    @property
    def name(self) -> str:
        """As it can be shown: what is no UTF-8 in it is no good name, and is refused as one."""
        return os.fsencode(self.path.name).decode(errors="replace")

    def about(self, ending: str = "") -> str:
        """The name under which it is set aside, or of what is written about it: no longer than a folder takes."""
        return os.fsdecode(os.fsencode(self.path.name)[:LONGEST_NAME]) + ending


@dataclass(slots=True)
class Watched:
    """A folder into which others put files. What they are still writing is left alone.

    ``clock`` counts seconds. Names that begin with a dot or end like an unfinished download are nobody's files.
    ``unfinished`` are those that the last look left alone.
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
                self.unfinished.append(path.name)
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


@dataclass(frozen=True, slots=True)
class Tray:
    """A folder from which each file is taken once: its receipt goes to ``receipts``, a bad one to ``refused``."""

    watched: Watched

    def whole(self) -> Iterator[Found]:
        return self.watched.whole()

    def taken(self, found: Found, receipt: bytes) -> None:
        """It rests with us now: what lay here was not encrypted, and is removed."""
        put(self._under("receipts") / found.about(RECEIPT), receipt)
        if _is_still(found):
            found.path.unlink(missing_ok=True)
            _sync(found.path.parent)

    def refused(self, found: Found, findings: str) -> None:
        """Somebody has to mend it: it is set aside, with what is wrong in words."""
        folder = self._under("refused")
        with _locked(folder):
            if _is_still(found):
                name = next(one for one in _alike(found.about()) if not (folder / one).exists())
                put(folder / f"{name}{FINDINGS}", findings.encode())
                found.path.rename(folder / name)
                _sync(found.path.parent)

    def _under(self, name: str) -> Path:
        folder = self.watched.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder


@dataclass(slots=True)
class Drop:
    """Where a program of our own imports what lies on a shelf of ours. Whoever imports a file removes it."""

    folder: Path
    _left: set[ParcelId] = field(default_factory=set)

    def begin(self, parcel: ParcelId) -> None:
        """Say, before anything is collected, that it is; a machine that stops here begins again."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            put(self._mark(parcel), b"")
        except OSError as error:
            raise Fault(Reason.CARRIER) from error

    def begun(self) -> list[ParcelId]:
        return sorted(ParcelId(one.name[2:]) for one in self.folder.glob(".+p-*"))

    def lay(self, parcel: ParcelId, name: str, content: bytes) -> None:
        try:
            with _locked(self.folder):
                put(_free(self.folder, name), content)
            self._mark(parcel).unlink()
        except OSError as error:
            raise Fault(Reason.CARRIER) from error

    def leave(self, parcel: ParcelId) -> None:
        """It is for somebody's eyes, and not for this folder."""
        self._left.add(parcel)
        self._mark(parcel).unlink(missing_ok=True)

    def left(self, parcel: ParcelId) -> bool:
        return parcel in self._left

    def _mark(self, parcel: ParcelId) -> Path:
        return self.folder / f".+{parcel}"


def put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for this account alone, over one that was there."""
    beside = path.with_name(f".{path.name}.part")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    beside.rename(path)
    _sync(path.parent)


def _lay(folder: Path, parcel: ParcelId, name: str, content: bytes, *, again: bool) -> None:
    """The mark first: whoever finds it knows what the file is named, and whether it lies there.

    What was fetched and taken away before it was written down that it lay here is laid once more.
    """
    mark = folder / _mark(parcel)
    if again and mark.exists():
        chosen = folder / mark.read_text(encoding="ascii")
        if chosen.exists():
            return
    else:
        chosen = _free(folder, name)
        put(mark, chosen.name.encode("ascii"))
    put(chosen, content)


def _free(folder: Path, name: str) -> Path:
    """A name that no other file has or waits for: the number of a transfer file is raised (ctf.md §2)."""
    taken = {one.name for one in folder.iterdir() if not one.name.startswith(".")}
    taken |= {one.read_text(encoding="ascii") for one in folder.glob(".p-*")}
    return folder / next(one for one in _names(name) if one not in taken and one + RECEIPT not in taken)


def _names(name: str) -> Iterator[str]:
    stem, dot, ending = name.rpartition(".")
    yield name
    try:
        numbered = FileName.parse(f"{stem}.xml")
        for number in (*range(numbered.sequence + 1, LAST + 1), *range(1, numbered.sequence)):
            yield f"{stem[:-3]}{number:03d}{dot}{ending}"
    except Refusal:
        yield from _alike(name)
    raise Fault(Reason.CARRIER)


def _alike(name: str) -> Iterator[str]:
    stem, dot, ending = name.rpartition(".")
    yield name
    yield from (f"{stem}-{number}{dot}{ending}" for number in range(2, 1 + LAST))
    raise Fault(Reason.CARRIER)


def _mark(parcel: ParcelId) -> str:
    return f".{parcel}"


def _is_theirs(path: Path) -> bool:
    nobodys = path.name.startswith(".") or path.name.endswith((RECEIPT, FINDINGS))
    return not nobodys and not path.name.lower().endswith(UNFINISHED) and path.is_file() and not path.is_symlink()


def _looks(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def _is_still(found: Found) -> bool:
    """Whether what lies there is what was read: a file written anew meanwhile has not been taken yet."""
    try:
        return _looks(found.path) == found.looks
    except FileNotFoundError:  # another process of ours was quicker
        return False


def _ended(name: str, content: bytes) -> bool:
    return bool(content) and (not name.lower().endswith(".xml") or content.rstrip().endswith(b">"))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Nobody else of ours chooses a name in this folder meanwhile."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
