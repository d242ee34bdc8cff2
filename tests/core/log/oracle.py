"""The tree as RFC 9162 §2.1 writes it down, slowly, to hold the quick one against; and a store that is two lists."""

from collections.abc import Sequence
from hashlib import sha256

from gateway.core.log import tiles
from gateway.core.log.tree import Edge

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
    """A log kept as a store keeps it: leaf hashes, nodes of level 1 and up, and the edge."""

    def __init__(self) -> None:
        self.edge = Edge()
        self.leaves: list[bytes] = []
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.reads: list[tuple[int, int, int]] = []

    def append(self, leaves: Sequence[bytes]) -> None:
        self.edge, nodes = tiles.grow(self.edge, leaves)
        self.leaves.extend(leaves)
        self.nodes.update({(one.level, one.index): one.hash for one in nodes})

    def tile(self, level: int, index: int, width: int) -> bytes:
        self.reads.append((level, index, width))
        first = index * 256
        if level == 0:
            return b"".join(self.leaves[first : first + width])
        return b"".join(self.nodes[level, number] for number in range(first, first + width))
