"""The power goes at any moment: what the gateway told anybody is still there, and nothing else is half there.

``python -m tests.faults.powercut --states 100000`` looks at more states than the test does, and ``--synchronous NORMAL``
at what a weaker setting would lose.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

from gateway.core.facts import parse_line
from gateway.core.log import checkpoint, tiles, tree
from tests.faults.disks import ACK, Cut, Disk, Op, build, cuts, ops
from tests.simulator import KENT, make_keys

ROOT = Path(__file__).parents[2]
DATABASE = f"{KENT}.sqlite"
LOST, CORRUPT, HALF = "lost", "corrupt", "half"


@dataclass
class Workshop:
    """Our end of ``tests.faults.workshop``."""

    folder: Path
    keys: Path

    def __enter__(self) -> Self:
        shim = build(self.folder)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.workshop", str(self.folder), str(self.keys)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "LD_PRELOAD": str(shim)},
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def run(self, name: str, files: int, synchronous: str = "", fail_at: int = 0) -> "Recording":
        """A council's work, written down. ``synchronous`` is SQLite's, "" for what the gateway itself says."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{name},{synchronous},{files},{fail_at}\n")
        self._process.stdin.flush()
        ended = self._process.stdout.readline().strip()
        assert ended == "0", f"the work failed: {ended!r}"
        return Recording(self.folder / name)


@dataclass(frozen=True)
class Recording:
    """What a council did to its database, from how it was before to how it is now."""

    folder: Path

    @cached_property
    def stream(self) -> tuple[Op, ...]:
        return ops(self.folder / "journal")

    @property
    def before(self) -> dict[str, bytes]:
        return {DATABASE: (self.folder / "before").read_bytes()}

    @property
    def syncs(self) -> int:
        return sum(op.what in "SE" for op in self.stream)

    @cached_property
    def book(self) -> "Book":
        return Book.of(self.folder / DATABASE)

    def end(self) -> Cut:
        """The power goes after the last word was said, and takes everything that was not synced."""
        (last,) = self._at_end()
        return last

    def _at_end(self) -> Iterator[Cut]:
        disk = Disk({name: bytearray(content) for name, content in self.before.items()})
        for op in self.stream:
            disk.do(op)
        told = tuple(op.content.decode().strip() for op in self.stream if op.what == "W" and op.file.endswith(ACK))
        yield Cut(len(self.stream), "none", {name: bytes(image) for name, image in disk.synced.items()}, told)


@dataclass(frozen=True)
class Book:
    """The whole log as it became, by which every earlier state is judged: what it has must be its beginning."""

    lines: tuple[bytes, ...]
    edges: tuple[bytes, ...]
    roots: tuple[bytes, ...]
    nodes: tuple[frozenset[tuple[int, int, bytes]], ...]
    counts: list[Counter[str]] = field(default_factory=lambda: [Counter()])
    """How many lines of each kind are among so many."""
    places: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, path: Path) -> "Book":
        with sqlite3.connect(path) as db:
            lines = tuple(line for (line,) in db.execute('SELECT line FROM log_lines ORDER BY "index"'))
        edge, known = tree.Edge(), frozenset[tuple[int, int, bytes]]()
        edges, roots, nodes = [edge.to_bytes()], [edge.root], [known]
        for line in lines:
            edge, grown = tiles.grow(edge, [tree.leaf(line)])
            known |= {(node.level, node.index, node.hash) for node in grown}
            edges.append(edge.to_bytes())
            roots.append(edge.root)
            nodes.append(known)
        made = cls(lines, tuple(edges), tuple(roots), tuple(nodes))
        made._find_places()
        return made

    def _find_places(self) -> None:
        message = {}
        for at, line in enumerate(map(parse_line, self.lines)):
            self.counts.append(self.counts[-1] + Counter([str(line["fact"])]))
            match line["fact"]:
                case "UploadAccepted":
                    self.places[f"took {line['upload']}"].append(at)
                case "ParcelSealed":
                    message[line["parcel"]] = line["message"]
                case "AttemptStarted":
                    self.places[f"left {message[line['parcel']]}"].append(at)
                case "ParcelDelivered":
                    self.places[f"delivered {line['parcel']}"].append(at)

    def lost(self, told: tuple[str, ...], size: int) -> Iterator[str]:
        """What the world was told and a log of ``size`` lines does not know."""
        for words, times in Counter(told).items():
            if words.startswith("signed "):
                if int(words.split(" ")[1]) > size:
                    yield words
            elif sum(at < size for at in self.places[words]) < times:
                yield words


def judge(folder: Path, cut: Cut, book: Book) -> list[str]:
    """What is wrong with the state that one cut left; nothing, if all is well."""
    for old in folder.iterdir():
        old.unlink()
    for name, content in cut.files.items():
        (folder / name).write_bytes(content)
    db = sqlite3.connect(folder / DATABASE, isolation_level=None)
    try:
        db.execute("PRAGMA synchronous=OFF")  # this state is looked at and thrown away
        return list(_wrong(db, cut, book))
    except sqlite3.DatabaseError as error:
        return [f"{CORRUPT}: {error}"]
    finally:
        db.close()


def _wrong(db: sqlite3.Connection, cut: Cut, book: Book) -> Iterator[str]:
    (verdict,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        yield f"{CORRUPT}: {verdict}"
    lines = [line for (line,) in db.execute('SELECT line FROM log_lines ORDER BY "index"')]
    size = len(lines)
    if lines != list(book.lines[:size]):
        yield f"{CORRUPT}: the log is not a beginning of what it became"
        return
    yield from (f"{LOST}: {words}" for words in book.lost(cut.told, size))
    yield from (f"{HALF}: {words}" for words in _half(db, size, book))


def _half(db: sqlite3.Connection, size: int, book: Book) -> Iterator[str]:
    """What does not stand in one transaction with its line."""
    if db.execute("SELECT edge FROM logs").fetchone() != (book.edges[size],):
        yield "the head is not that of the lines"
    if set(db.execute('SELECT level, "index", hash FROM log_nodes')) != book.nodes[size]:
        yield "the tiles are not those of the lines"
    for (note,) in db.execute("SELECT note FROM checkpoints"):
        if not isinstance(note, str):
            yield "a checkpoint is not one any more"
            continue
        signed = checkpoint.parse(note.partition("\n\n")[0] + "\n")
        if signed.size > size or signed.root != book.roots[signed.size]:
            yield "a checkpoint is signed over what is not there"
    facts = book.counts[size]
    states: Counter[str] = Counter(dict(db.execute("SELECT state, count(*) FROM parcels GROUP BY state")))
    if states.total() != facts["ParcelSealed"] or states["delivered"] != facts["ParcelDelivered"]:
        yield "parcels and lines differ"
    (answers,) = db.execute("SELECT count(*) FROM answers WHERE what = 'upload'").fetchone()
    if answers != facts["UploadAccepted"]:
        yield "answers and lines differ"
    (receipts,) = db.execute("SELECT count(*) FROM evidence WHERE receipt IS NOT NULL").fetchone()
    if receipts != facts["ParcelDelivered"]:
        yield "receipts and lines differ"


def survey(recording: Recording, folder: Path, states: int, seed: int) -> Counter[str]:
    """How many of so many states lose, are corrupt, or hold something by half."""
    found: Counter[str] = Counter(states=0)
    for cut in cuts(recording.stream, recording.before, states, seed):
        wrong = judge(folder, cut, recording.book)
        found["states"] += 1
        found.update({one.partition(":")[0] for one in wrong})
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--states", type=int, default=2000)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--synchronous", default="")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in ("keys", "work", "disk"):
            (folder / name).mkdir()
        make_keys(folder / "keys")
        with Workshop(folder / "work", folder / "keys") as workshop:
            recording = workshop.run("one", asked.files, asked.synchronous)
        found = survey(recording, folder / "disk", asked.states, asked.seed)
        print(f"{len(recording.stream)} operations, {recording.syncs} syncs, seed {asked.seed}: {dict(found)}")
        sys.exit(bool(set(found) - {"states"}))


if __name__ == "__main__":
    main()
