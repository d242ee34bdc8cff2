"""An append-only Merkle tree (RFC 6962 §2.1, RFC 9162 §2.1) over log lines.

Growing needs only the right edge. Proving needs some roots of perfect subtrees, asked for one by one, so a store need
not hold the tree. Checking needs nothing but the proof, and a proof with a hash altered, missing or over is refused.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from gateway.core.log.strict import LARGEST

HASH = 32
"""The bytes of one SHA-256."""

LONGEST = 0xFFFF
"""The bytes of the longest line that a reader can be handed (c2sp.org/tlog-tiles, Log Entries)."""

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162 §2.1.1)."""

Hashes = Callable[[int, int], bytes]
"""``hashes(level, index)``: the root over the ``1 << level`` leaves from ``index << level`` on, all in the tree."""

Subtree = tuple[int, int, bytes]
"""Level, index and root of one perfect subtree."""


def leaf(line: bytes) -> bytes:
    """The 32-byte leaf hash of one log line (RFC 9162 §2.1.1); raises ValueError for one longer than ``LONGEST``."""
    if len(line) > LONGEST:
        raise ValueError("a line is too long for the log")
    return sha256(b"\x00" + line).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The 32-byte hash of two hashes that stand side by side (RFC 9162 §2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree of ``size`` leaves: the roots of its perfect subtrees, largest first.

    It is all that appending needs, and fits in a row: 8 bytes and 32 for each bit set in ``size``.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= LARGEST:
            raise ValueError("no tree has this size")
        if len(self.roots) != self.size.bit_count() or any(len(root) != HASH for root in self.roots):
            raise ValueError("the roots do not fit the size")

    def grow(self, leaf: bytes) -> "Edge":
        return self.grow_all((leaf,))

    def grow_all(self, leaves: Iterable[bytes]) -> "Edge":
        """The edge after these leaf hashes, in order."""
        return self.extend(leaves)[0]

    def extend(self, leaves: Iterable[bytes], step: int = LARGEST) -> tuple["Edge", tuple[Subtree, ...]]:
        """The edge after these leaf hashes, and every subtree that they complete on a level divisible by ``step``.

        A perfect subtree is finished exactly once, on the way of its last leaf up the edge, so a store that writes
        down what it is given here never has to read a hash in order to append.
        """
        size, roots, finished = self.size, list(self.roots), []
        for leaf in leaves:
            above, level, index = leaf, 0, size
            while index & 1:
                above, level, index = node(roots.pop(), above), level + 1, index >> 1
                if level % step == 0:
                    finished.append((level, index, above))
            roots.append(above)
            size += 1
        return Edge(size, tuple(roots)), tuple(finished)

    @property
    def root(self) -> bytes:
        """The tree's root hash (RFC 9162 §2.1.1)."""
        return _joined(self.roots)

    def to_bytes(self) -> bytes:
        return self.size.to_bytes(8) + b"".join(self.roots)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Edge":
        """The opposite of ``to_bytes``; raises ValueError on anything it did not write."""
        size, roots = int.from_bytes(content[:8]), content[8:]
        edge = cls(size, tuple(roots[at : at + HASH] for at in range(0, len(roots), HASH)))
        if edge.to_bytes() != content:
            raise ValueError("not the bytes of an edge")
        return edge


def subtrees(size: int) -> tuple[tuple[int, int], ...]:
    """Level and index of each perfect subtree whose root stands in the edge of so many leaves, in that order."""
    return tuple(_places(0, size))


def edge(size: int, hashes: Hashes) -> Edge:
    """The right edge of the first ``size`` leaves, from what a store holds; its ``root`` is that of the older tree."""
    return Edge(size, _perfect(0, size, hashes))


def prove(index: int, size: int, hashes: Hashes) -> tuple[bytes, ...]:
    """The hashes that lead from one leaf to the root of the first ``size`` leaves (RFC 9162 §2.1.3.1).

    Raises ValueError for a leaf that is not among them.
    """
    if not 0 <= index < size:
        raise ValueError("this leaf is not in the tree")
    return tuple(reversed([_root(*beside, hashes) for beside, _ in _down(index, size)]))


def prove_consistency(old: int, new: int, hashes: Hashes) -> tuple[bytes, ...]:
    """The hashes that show the first ``old`` leaves to be the beginning of the first ``new`` (RFC 9162 §2.1.4.1).

    Empty when nothing came before or nothing was added. Raises ValueError when ``old`` is larger than ``new``.
    """
    if not 0 <= old <= new:
        raise ValueError("a tree only grows")
    if old in {0, new}:
        return ()
    way = list(_down(old - 1, new, until=old))
    path = [_root(*beside, hashes) for beside, _ in way]
    low = way[-1][1]
    if low:  # else what is left is the old tree itself, whose root a verifier has
        path.append(_root(low, old, hashes))
    return tuple(reversed(path))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``leaf`` (a leaf hash) stands at ``index`` in the tree of ``size`` and ``root`` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or any(len(one) != HASH for one in (leaf, *proof)):
        return False
    at, last, above = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            above = node(beside, above)
            at, last = _past_the_edge(at, last)
        else:
            above = node(above, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and above == root


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of ``new`` leaves begins with the tree of ``old`` (RFC 9162 §2.1.4.2).

    Every tree begins with the empty one, and with itself, and both need an empty proof.
    """
    if not 0 <= old <= new or any(len(one) != HASH for one in proof):
        return False
    if old == 0:
        return not proof and old_root == EMPTY and (new > 0 or new_root == EMPTY)
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    was = now = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            was, now = node(beside, was), node(beside, now)
            at, last = _past_the_edge(at, last)
        else:
            now = node(now, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root


def _past_the_edge(at: int, last: int) -> tuple[int, int]:
    # On the right edge, levels without a neighbour have no hash in the proof.
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _down(index: int, size: int, until: int = 0) -> Iterator[tuple[tuple[int, int], int]]:
    """The way from the root to one leaf, or to the first range that ends at ``until``.

    At each step: the range that is left beside the way, and where the range begins that is entered.
    """
    low, high = 0, size
    while high - low > 1 and high != until:
        middle = low + (1 << ((high - low - 1).bit_length() - 1))
        beside = (middle, high) if index < middle else (low, middle)
        low, high = (low, middle) if index < middle else (middle, high)
        yield beside, low


def _root(low: int, high: int, hashes: Hashes) -> bytes:
    width = high - low
    if not width & (width - 1):  # as nearly all are beside a way
        return hashes(width.bit_length() - 1, low // width)
    return _joined(_perfect(low, high, hashes))


def _perfect(low: int, high: int, hashes: Hashes) -> tuple[bytes, ...]:
    """The roots of the perfect subtrees that lie side by side from leaf ``low`` to ``high``, largest first.

    ``low`` must be where a subtree of that width may begin, which holds for every range a proof asks for.
    """
    return tuple(hashes(level, index) for level, index in _places(low, high))


def _places(low: int, high: int) -> Iterator[tuple[int, int]]:
    while low < high:
        level = (high - low).bit_length() - 1
        yield level, low >> level
        low += 1 << level


def _joined(roots: Sequence[bytes]) -> bytes:
    if not roots:
        return EMPTY
    above = roots[-1]
    for left in reversed(roots[:-1]):
        above = node(left, above)
    return above
