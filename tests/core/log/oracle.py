"""The tree as RFC 9162 §2.1 writes it down, slowly, to hold the quick one against; and a store that is two lists."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import TypeVar

from gateway.core.log import tiles
from gateway.core.log.tiles import Place, Span
from gateway.core.log.tree import Edge, Hashes

T = TypeVar("T")

LINES = [f"line {number}".encode() for number in range(70)]


def root(lines: Sequence[bytes]) -> bytes:
    if not lines:
        return sha256(b"").digest()
    if len(lines) == 1:
        return sha256(b"\x00" + lines[0]).digest()
    k = largest_below(len(lines))
    return sha256(b"\x01" + root(lines[:k]) + root(lines[k:])).digest()


def path(m: int, lines: Sequence[bytes]) -> list[bytes]:
    if len(lines) == 1:
        return []
    k = largest_below(len(lines))
    if m < k:
        return [*path(m, lines[:k]), root(lines[k:])]
    return [*path(m - k, lines[k:]), root(lines[:k])]


def consistency(m: int, lines: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    if m == len(lines):
        return [] if whole else [root(lines)]
    k = largest_below(len(lines))
    if m <= k:
        return [*consistency(m, lines[:k], whole=whole), root(lines[k:])]
    return [*consistency(m - k, lines[k:], whole=False), root(lines[:k])]


def largest_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def hashes(level: int, index: int) -> bytes:
    """What a store answers that holds ``LINES`` and nothing else."""
    inside = LINES[index << level : (index + 1) << level]
    assert len(inside) == 1 << level, "a proof asks for full subtrees only"
    return root(inside)


class Rows:
    """A log kept as a store keeps it: leaf hashes, the nodes above them, and the edge."""

    def __init__(self) -> None:
        self.edge = Edge()
        self.leaves: list[bytes] = []
        self.nodes: dict[Place, bytes] = {}
        self.reads: list[tuple[int, int, int]] = []

    def append(self, leaves: Sequence[bytes]) -> None:
        self.edge, nodes = tiles.grow(self.edge, leaves)
        self.leaves.extend(leaves)
        self.nodes.update({(one.level, one.index): one.hash for one in nodes})

    def hashes(self, spans: Sequence[Span]) -> Mapping[Place, bytes]:
        self.reads += [(span.level, span.first, span.end) for span in spans]
        inside = [(span.level, index) for span in spans for index in range(span.first, span.end)]
        return {place: self._kept(*place) for place in inside}

    def tile(self, level: int, index: int, width: int) -> bytes:
        """A tile as it is published: 256 hashes side by side, of every eighth level of the tree."""
        return b"".join(self._kept(level * tiles.HEIGHT, number) for number in range(index * 256, index * 256 + width))

    def gathered(self, ask: Callable[[Hashes], T]) -> T:
        return tiles.gathered(ask, self.edge, self)

    def _kept(self, level: int, index: int) -> bytes:
        return self.nodes[level, index] if level else self.leaves[index]
