"""What a store keeps of the tree, and the tiles of 256 hashes (c2sp.org/tlog-tiles) in which a reader finds it.

A store keeps the leaf hash beside each line, and one row for each ``Node``: the root of 16, 16², … finished leaves.
That is one row in 15 lines; every other hash is made from at most eight of these rows when somebody asks for a proof.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from gateway.core.errors import Fault, Reason
from gateway.core.log.strict import LARGEST
from gateway.core.log.tree import EMPTY, HASH, LONGEST, Edge, Hashes, node, subtrees

T = TypeVar("T")

STEP = 4
"""Levels of the tree from one that is kept to the next; 256 hashes, a published tile, are two of them."""

HEIGHT = 8
WIDTH = 1 << HEIGHT

ENTRIES = -1
"""The level of the tiles that hold the lines themselves."""

TOP = 63 // HEIGHT
"""The highest level that a tree of ``LARGEST`` leaves reaches."""


@dataclass(frozen=True, slots=True)
class Node:
    """The root of a finished subtree of ``1 << level`` leaves, on a level divisible by ``STEP``: the row of a store."""

    level: int
    index: int
    hash: bytes


Place = tuple[int, int]
"""Level and index of a hash in the tree."""


@dataclass(frozen=True, slots=True)
class Span:
    """Hashes that stand side by side in a store: those of ``level`` from ``first`` to before ``end``."""

    level: int
    first: int
    end: int


class Rows(Protocol):
    """What a proof needs from a store."""

    def hashes(self, spans: Sequence[Span]) -> Mapping[Place, bytes]:
        """Every hash that is kept in these spans. Level 0: the leaf hashes of lines; above it: the nodes."""
        ...


def grow(edge: Edge, leaves: Iterable[bytes]) -> tuple[Edge, tuple[Node, ...]]:
    """Append leaf hashes: the new edge, and the nodes to write beside them. Reads nothing but the edge."""
    grown, nodes = edge.extend(leaves, STEP)
    return grown, tuple(Node(level, index, root) for level, index, root in nodes)


def levels(size: int) -> range:
    """The levels on which a log of ``size`` lines has nodes."""
    return range(STEP, size.bit_length(), STEP)


def finished(old: int, new: int) -> Iterator[Place]:
    """Level and index of every node that a log has written when it has grown from ``old`` to ``new`` lines."""
    for level in levels(new):
        for index in range(old >> level, new >> level):
            yield level, index


def gathered(ask: Callable[[Hashes], T], edge: Edge, rows: Rows) -> T:
    """What ``ask``, which is ``tree.prove`` or its like, makes of the hashes of a log that has grown to ``edge``.

    It is asked twice: first which hashes it needs, so that the store is read once. Raises Fault(STORE) when one is not
    there or as long as it must be, ValueError for a subtree that the lines do not fill.
    """
    known = dict(zip(subtrees(edge.size), edge.roots, strict=True))
    wanted = dict[Place, range]()

    def noted(level: int, index: int) -> bytes:
        if (index + 1) << level > edge.size:
            raise ValueError("this subtree is not full")
        if (level, index) not in known:
            wanted[level, index] = range(index << level % STEP, (index + 1) << level % STEP)
        return EMPTY

    ask(noted)
    kept = rows.hashes(_spans(wanted)) if wanted else {}
    for (level, index), side in wanted.items():
        known[level, index] = _root([kept.get((level - level % STEP, one), b"") for one in side])
    return ask(lambda level, index: known[level, index])


@dataclass(frozen=True, slots=True)
class Tile:
    """The name of one tile; ``width`` is 256 for a full tile and less for the last one of a level."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not ENTRIES <= self.level <= TOP or not 1 <= self.width <= WIDTH or not 0 <= self.index <= LARGEST // WIDTH:
            raise ValueError("no such tile")

    @property
    def path(self) -> str:
        """``tile/0/x001/234``, with ``.p/W`` when the tile is not full (c2sp.org/tlog-tiles, Merkle Tree)."""
        *high, last = _thousands(self.index)
        level = "entries" if self.level == ENTRIES else str(self.level)
        number = "/".join([*(f"x{part:03}" for part in high), f"{last:03}"])
        return f"tile/{level}/{number}" + ("" if self.width == WIDTH else f".p/{self.width}")


def parse_path(text: str) -> Tile:
    """The opposite of ``Tile.path``; raises ValueError on any other text."""
    found = _PATH.fullmatch(text)
    if not found:
        raise ValueError("not the path of a tile")
    level, number, width = found.group("level", "number", "width")
    index = int(number.replace("/x", "").replace("/", "").removeprefix("x"))
    tile = Tile(ENTRIES if level == "entries" else int(level), index, int(width or WIDTH))
    if tile.path != text:
        raise ValueError("not the path of a tile as it is written")
    return tile


def width(level: int, index: int, size: int) -> int:
    """How many hashes (or lines) this tile has in a log of ``size`` lines: 0 to 256."""
    return max(0, min(WIDTH, (size >> (HEIGHT * max(level, 0))) - index * WIDTH))


def cover(size: int) -> Iterator[Tile]:
    """Every tile of a log of ``size`` lines, entry bundles first, the last of each level as wide as it is."""
    for level in range(ENTRIES, TOP + 1):
        for index in range(-(-(size >> (HEIGHT * max(level, 0))) // WIDTH)):
            yield Tile(level, index, width(level, index, size))


def bundle(lines: Sequence[bytes]) -> bytes:
    """Lines as an entry bundle: each with its length in two bytes before it (c2sp.org/tlog-tiles, Log Entries)."""
    if len(lines) > WIDTH or any(len(line) > LONGEST for line in lines):
        raise ValueError("too many lines, or a line too long, for an entry bundle")
    return b"".join(len(line).to_bytes(2) + line for line in lines)


def parse_bundle(content: bytes, width: int) -> tuple[bytes, ...]:
    """The opposite of ``bundle``: exactly ``width`` lines; raises ValueError when there are more, fewer or a part."""
    lines, at = [], 0
    while at < len(content):
        end = at + 2 + int.from_bytes(content[at : at + 2])
        lines.append(content[at + 2 : end])
        at = end
    if len(lines) != width or bundle(lines) != content:  # the second finds what was cut short
        raise ValueError("not an entry bundle of this width")
    return tuple(lines)


_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9])/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


def _thousands(number: int) -> tuple[int, ...]:
    above, last = divmod(number, 1000)
    return (*_thousands(above), last) if above else (last,)


def _spans(wanted: Mapping[Place, range]) -> Sequence[Span]:
    """One for all that lies near each other: what stands below one subtree of the next level that is kept."""
    near = dict[Place, list[range]]()
    for (level, _), side in wanted.items():
        near.setdefault((level - level % STEP, side.start >> STEP), []).append(side)
    return [
        Span(level, min(side.start for side in sides), max(side.stop for side in sides))
        for (level, _), sides in near.items()
    ]


def _root(side: Sequence[bytes]) -> bytes:
    """The hash over a power of two of hashes."""
    if {*map(len, side)} != {HASH}:
        raise Fault(Reason.STORE, lasting=True)
    while len(side) > 1:
        side = list(map(node, side[::2], side[1::2]))
    return side[0]
