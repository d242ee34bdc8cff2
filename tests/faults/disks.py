"""What a disk may hold after the power went: every write that was synced, and any part of the others.

``shim.c`` writes down what a process did; an acknowledgement is a write to a file of its own in the same stream, so it
is known what the world had been told at every moment.
"""

import random
import shutil
import struct
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.needs import needs

SOURCE = Path(__file__).with_name("shim.c")
ACK = ".ack"
SHARED_MEMORY = "-shm"
SECTOR = 512
HEAD = struct.Struct("<HQQ")

WAYS = ("none", "none", "prefix", "subset", "torn", "all")
"""What becomes of writes that nobody had synced."""


def build(folder: Path) -> Path:
    """The shim as a library. Skips where there is no C compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    needs(compiler is not None, "C compiler (gcc)")
    made = folder / "shim.so"
    subprocess.run([str(compiler), "-shared", "-fPIC", "-O2", "-o", str(made), str(SOURCE), "-ldl"], check=True)
    return made


@dataclass(frozen=True, slots=True)
class Op:
    """One thing that was done to one file: O(pen), W(rite), T(runcate), S(ync), E (sync failed), U(nlink)."""

    what: str
    file: str
    offset: int
    content: bytes = b""


def ops(path: Path) -> tuple[Op, ...]:
    """What the shim wrote down, in order."""
    raw, at, found = path.read_bytes(), 0, []
    while at < len(raw):
        what = chr(raw[at])
        named, offset, length = HEAD.unpack_from(raw, at + 1)
        at += 1 + HEAD.size
        file = Path(raw[at : at + named].decode()).name
        at += named
        content = raw[at : at + length] if what == "W" else b""
        at += len(content)
        found.append(Op(what, file, offset, content))
    return tuple(found)


@dataclass
class Disk:
    """Files as they lie on the platter, and the writes that only the machine's memory has."""

    synced: dict[str, bytearray]
    waiting: dict[str, list[Op]] = field(default_factory=dict)

    def do(self, op: Op) -> None:
        if op.what == "O" or op.file.endswith((ACK, SHARED_MEMORY)):
            return
        if op.what == "U":
            self.synced.pop(op.file, None)
            self.waiting.pop(op.file, None)
            return
        image = self.synced.setdefault(op.file, bytearray())
        if op.what == "S":
            for one in self.waiting.pop(op.file, ()):
                change(image, one)
        elif op.what == "E":
            self.waiting.pop(op.file, None)  # Linux forgets that these pages were never written
        else:
            self.waiting.setdefault(op.file, []).append(op)

    def after_the_cut(self, way: str, chance: random.Random) -> dict[str, bytes]:
        """What is there when the power comes back."""
        files = {}
        for name, image in self.synced.items():
            left = bytearray(image)
            for one in survivors(self.waiting.get(name, ()), way, chance):
                change(left, one)
            files[name] = bytes(left)
        return files


def survivors(waiting: Sequence[Op], way: str, chance: random.Random) -> Iterator[Op]:
    """Those of the unsynced writes that reached the platter all the same."""
    if way == "all":
        yield from waiting
    elif way == "prefix":
        yield from waiting[: chance.randint(0, len(waiting))]
    elif way == "subset":
        yield from (one for one in waiting if chance.random() < 0.5)
    elif way == "torn":
        for one in waiting:
            if chance.random() < 0.7:
                sectors = len(one.content) // SECTOR
                torn = sectors > 1 and chance.random() < 0.5
                end = SECTOR * chance.randrange(1, sectors) if torn else len(one.content)
                yield Op(one.what, one.file, one.offset, one.content[:end])


def change(image: bytearray, op: Op) -> None:
    end = op.offset + len(op.content)
    if len(image) < end or (op.what == "T" and len(image) < op.offset):
        image.extend(bytes(end - len(image)))
    if op.what == "W":
        image[op.offset : end] = op.content
    else:
        del image[op.offset :]


@dataclass(frozen=True, slots=True)
class Cut:
    """One moment at which the power went: the files that are left, and what the world had been told by then."""

    at: int
    way: str
    files: dict[str, bytes]
    told: tuple[str, ...]


def cuts(stream: Sequence[Op], before: dict[str, bytes], states: int, seed: int) -> Iterator[Cut]:
    """``states`` cuts at random moments of a stream, in its order."""
    chance = random.Random(seed)
    disk = Disk({name: bytearray(content) for name, content in before.items()})
    done, told = 0, list[str]()
    for moment in sorted(chance.randrange(len(stream)) for _ in range(states)):
        while done <= moment:
            op = stream[done]
            if op.what == "W" and op.file.endswith(ACK):
                told.append(op.content.decode().strip())
            disk.do(op)
            done += 1
        way = chance.choice(WAYS)
        yield Cut(moment, way, disk.after_the_cut(way, chance), tuple(told))
