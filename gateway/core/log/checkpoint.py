"""The signed head of a log (c2sp.org/tlog-checkpoint): three lines that fix every line before them."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.core.log.note import Kind, Sign, Signature, Verifier, open_note, sign_note
from gateway.core.log.strict import LARGEST, decimal, from64, to64
from gateway.core.log.tree import HASH


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Which log (``origin``, the name of its key), how many lines, and the 32-byte root over them."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin or not 0 <= self.size <= LARGEST or len(self.root) != HASH:
            raise ValueError("not a checkpoint")

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{to64(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint that its log signed, and the witnesses who countersigned it, each once."""

    checkpoint: Checkpoint
    witnesses: tuple[Signature, ...]


def parse(text: str) -> Checkpoint:
    """The opposite of ``Checkpoint.text``; raises ValueError on any other text.

    Extension lines, which the specification lets a log add and advises against, are refused.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:  # noqa: PLR2004  (three lines, each ended)
        raise ValueError("a checkpoint has three lines")
    return Checkpoint(lines[0], decimal(lines[1]), from64(lines[2]))


def shown(note: str) -> Checkpoint:
    """What a note says, whoever signed it or did not: only for a note of our own store. Raises ValueError."""
    return parse(note.partition("\n\n")[0] + "\n")


def uncosigned(note: str) -> str:
    """The same note with the log's own signatures alone: partners countersign, and here nobody's name may stand."""
    text, _, lines = note.partition("\n\n")
    own = f"— {shown(note).origin} "
    return f"{text}\n\n" + "".join(line for line in lines.splitlines(keepends=True) if line.startswith(own))


def sign(checkpoint: Checkpoint, public: bytes, sign: Sign) -> str:
    """The checkpoint as a signed note under the log's own name. Raises as ``note.sign_note`` does."""
    return sign_note(checkpoint.text(), checkpoint.origin, public, sign)


def open_signed(note: str, log: Verifier) -> Checkpoint:
    """The opposite of ``sign``; raises ValueError unless ``log`` signed the note and the note is about that log."""
    return open_cosigned(note, log, ()).checkpoint


def open_cosigned(note: str, log: Verifier, witnesses: Sequence[Verifier]) -> Cosigned:
    """The checkpoint that ``log`` signed, with those of ``witnesses`` who countersigned it.

    How many are enough is for the caller to say. Raises as ``open_signed`` does, and also when a key is of the wrong
    kind or a known witness's line is wrong.
    """
    check_kinds(log, witnesses)
    opened = open_note(note, (log, *witnesses))
    checkpoint = parse(opened.text)
    if checkpoint.origin != log.name or Signature(log) not in opened.signatures:
        raise ValueError("not signed by the log that it names")
    return Cosigned(checkpoint, tuple(one for one in opened.signatures if one.verifier != log))


def check_kinds(log: Verifier, witnesses: Sequence[Verifier]) -> None:
    """Raise ValueError for a log's key that is a witness's, or the other way round."""
    if log.kind is not Kind.SIGNATURE or any(one.kind is not Kind.COSIGNATURE for one in witnesses):
        raise ValueError("a log signs and a witness cosigns")
