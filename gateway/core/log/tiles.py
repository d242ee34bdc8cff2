"""The tree cut into tiles of 256 hashes (c2sp.org/tlog-tiles): what a store keeps, and where a reader finds it.

A store keeps the leaf hash beside each line, and one row for each ``Node``: the root of 256, 256², … finished leaves.
That is one row in 255 lines; every other hash is made from a tile when somebody asks for a proof.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

from gateway.core.errors import Fault, Reason
from gateway.core.log.strict import LARGEST
from gateway.core.log.tree import HASH, LONGEST, Edge, Hashes

HEIGHT = 8
WIDTH = 1 << HEIGHT

ENTRIES = -1
"""The level of the tiles that hold the lines themselves."""

REMEMBERED = 1024
"""Rows of tiles that are not hashed again: about 2 MB."""

TOP = 63 // HEIGHT
"""The highest level that a tree of ``LARGEST`` leaves reaches."""


@dataclass(frozen=True, slots=True)
class Node:
    """The root of a finished subtree of ``256 ** level`` leaves, level 1 and up: the row that a store writes."""

    level: int
    index: int
    hash: bytes


class Tiles(Protocol):
    """What a proof needs from a store."""

    def tile(self, level: int, index: int, width: int) -> bytes:
        """The first ``width`` hashes of a tile, 32 bytes each.

        Level 0: the leaf hashes of lines ``256 * index`` and on. Level 1 and up: the nodes of that level from
        ``256 * index`` on.
        """
        ...


def grow(edge: Edge, leaves: Iterable[bytes]) -> tuple[Edge, tuple[Node, ...]]:
    """Append leaf hashes: the new edge, and the nodes to write beside them. Reads nothing but the edge."""
    grown, subtrees = edge.extend(leaves, HEIGHT)
    return grown, tuple(Node(level // HEIGHT, index, root) for level, index, root in subtrees)


def finished(old: int, new: int) -> Iterator[tuple[int, int]]:
    """Level and index of every node that a log has written when it has grown from ``old`` to ``new`` lines."""
    for level in range(1, TOP + 1):
        for index in range(old >> (HEIGHT * level), new >> (HEIGHT * level)):
            yield level, index


def hashes(size: int, tiles: Tiles) -> Hashes:
    """What ``tree.prove`` and its like ask, answered from the tiles of a log of ``size`` lines.

    Each tile is read and hashed once: keep the answer for several proofs of one checkpoint, at 16 kB a tile. Raises
    Fault(STORE) when a tile is not as long as it must be, ValueError for a subtree that ``size`` lines do not fill.
    """
    read: dict[tuple[int, int], list[bytes]] = {}

    def answer(level: int, index: int) -> bytes:
        if (index + 1) << level > size:
            raise ValueError("this subtree is not full")
        tile_level, height = divmod(level, HEIGHT)
        number = index >> (HEIGHT - height)
        if (tile_level, number) not in read:
            read[tile_level, number] = [_read(tiles, tile_level, number, size)]
        rows = read[tile_level, number]
        while len(rows) <= height:
            rows.append(_paired(rows[-1]))
        place = (index - (number << (HEIGHT - height))) * HASH
        return rows[height][place : place + HASH]

    return answer


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


def _read(tiles: Tiles, level: int, index: int, size: int) -> bytes:
    wide = width(level, index, size)
    content = tiles.tile(level, index, wide)
    if len(content) != wide * HASH:
        raise Fault(Reason.STORE, lasting=True)
    return content


@lru_cache(maxsize=REMEMBERED)
def _paired(row: bytes) -> bytes:
    """The row above: one hash for each two that lie side by side; a last one without a neighbour has none yet.

    The same for ever for the same row, and most proofs go through the same few tiles above the leaves.
    """
    pairs = range(0, len(row) - HASH, 2 * HASH)
    return b"".join([sha256(b"\x01" + row[at : at + 2 * HASH]).digest() for at in pairs])
