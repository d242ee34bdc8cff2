"""Folders in which files wait for somebody's hand or another program: laid whole or not at all, and taken once.

A file is written beside its place, synced and renamed into it. Its parcel's own name, hidden in the same folder, says
which file is whose, so that an attempt that lost its answer lays nothing twice. What lies here is not encrypted: it is
readable by this account alone, and removed when it was taken or withdrawn.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
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
from gateway.edge.watched import FINDINGS, RECEIPT, Found, Watched, is_still

MOST_RECEIPT = 1 << 20


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
        for one in (file, _beside(file), file.with_name(file.name + RECEIPT), file.with_name(_mark(parcel))):
            one.unlink(missing_ok=True)
        _sync(file.parent)

    def _drop(self, partner: Partner) -> Path:
        return self.drops.get(partner.id, self.otherwise / partner.id)

    def _marks(self) -> Iterator[Path]:
        for folder in {*self.handoff.glob("*"), *self.drops.values(), *self.otherwise.glob("*")}:
            yield from sorted(folder.glob(".p-*"))


@dataclass(frozen=True, slots=True)
class Tray:
    """A folder from which each file is taken once: its receipt goes to ``receipts``, a bad one to ``refused``."""

    watched: Watched

    def whole(self) -> Iterator[Found]:
        return self.watched.whole()

    def taken(self, found: Found, receipt: bytes) -> None:
        """It rests with us now: what lay here was not encrypted, and is removed."""
        put(self._under("receipts") / found.about(RECEIPT), receipt)
        if is_still(found):
            found.path.unlink(missing_ok=True)
            _sync(found.path.parent)

    def refused(self, found: Found, findings: str) -> None:
        """Somebody has to mend it: it is set aside, with what is wrong in words."""
        folder = self._under("refused")
        with _locked(folder):
            if is_still(found):
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
    beside = _beside(path)
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        beside.rename(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
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


def _beside(path: Path) -> Path:
    """Where a file is written until it is whole."""
    return path.with_name(f".{path.name}.part")


def _mark(parcel: ParcelId) -> str:
    return f".{parcel}"


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
