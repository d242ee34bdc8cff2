"""One line's proof as a text file (c2sp.org/tlog-proof@v1): checked years later without a network and without us."""

from dataclasses import dataclass

from gateway.core.log import checkpoint, tree
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.log.note import Verifier
from gateway.core.log.strict import LARGEST, decimal, from64, to64

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Proof:
    """A line's place, the hashes from ``tree.prove``, and the signed checkpoint they lead to.

    ``extra`` is carried and proved by nothing.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index <= LARGEST or any(len(one) != tree.HASH for one in self.hashes):
            raise ValueError("not a proof")

    def text(self) -> str:
        extra = "" if self.extra is None else f"extra {to64(self.extra)}\n"
        return f"{HEADER}\n{extra}{self.spicy()}"

    def spicy(self) -> str:
        """The same proof in the older form that ``spicy -verify`` of torchwood reads: no header, nothing extra."""
        hashes = "".join(f"{to64(one)}\n" for one in self.hashes)
        return f"index {self.index}\n{hashes}\n{self.checkpoint}"


def parse(text: str) -> Proof:
    """The opposite of ``Proof.text``; raises ValueError on any other text. Nothing is verified here."""
    head, blank, note = text.partition("\n\n")
    header, *lines = head.split("\n")
    if header != HEADER or not blank:
        raise ValueError("not a tlog-proof")
    extra = from64(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise ValueError("a tlog-proof names an index")
    return Proof(decimal(lines[0].removeprefix("index ")), tuple(map(from64, lines[1:])), note, extra)


def verify(line: bytes, proof: Proof, log: Verifier) -> Checkpoint:
    """The checkpoint under which ``log`` holds ``line`` at ``proof.index``.

    Raises ValueError unless the log signed the checkpoint and the hashes lead from the line to its root.
    """
    return verify_leaf(tree.leaf(line), proof, log)


def verify_leaf(leaf: bytes, proof: Proof, log: Verifier) -> Checkpoint:
    """The same for whoever has the leaf hash of a line and not the line itself."""
    head = checkpoint.open_signed(proof.checkpoint, log)
    if not tree.verify_inclusion(leaf, proof.index, head.size, proof.hashes, head.root):
        raise ValueError("the log does not hold this line at this place")
    return head
