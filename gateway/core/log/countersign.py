"""What a witness answers: it countersigns only what grew from the head it saw last (c2sp.org/tlog-witness).

The other side of ``witness``. A head that the log itself signed and that cannot stand beside the one seen before is
trouble, whoever shows it first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.core.facts import LogTrouble
from gateway.core.log import checkpoint, tree
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.log.note import Verifier
from gateway.core.log.strict import decimal, from64
from gateway.core.log.tree import EMPTY
from gateway.core.log.witness import MOST_HASHES

BAD_QUESTION, NOT_SIGNED, UNKNOWN, CONFLICT, NOT_CONSISTENT = 400, 403, 404, 409, 422


@dataclass(frozen=True, slots=True)
class Question:
    """A log asks to be countersigned at ``note``: its first ``old`` lines were seen, and ``proof`` leads on."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    @property
    def origin(self) -> str:
        return checkpoint.shown(self.note).origin


@dataclass(frozen=True, slots=True)
class Verdict:
    """The status to answer with; 200 means: countersign. ``trouble`` is what the two heads say together."""

    status: int
    trouble: LogTrouble | None = None


def parse_question(text: str) -> Question:
    """The opposite of ``witness.question``; raises ValueError on any other text."""
    head, blank, note = text.partition("\n\n")
    first, *hashes = head.split("\n")
    if not blank or not first.startswith("old ") or len(hashes) > MOST_HASHES:
        raise ValueError("not a question to a witness")
    made = Question(decimal(first.removeprefix("old ")), tuple(map(from64, hashes)), note)
    checkpoint.shown(note)
    return made


def signed_by_any(note: str, keys: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint, if one of its log's keys, old or new, signed it. Raises ValueError."""
    for key in keys:
        try:
            return checkpoint.open_signed(note, key)
        except ValueError:
            continue
    raise ValueError("no key of this log signed it")


def judge(seen: Checkpoint | None, question: Question, head: Checkpoint) -> Verdict:
    """What to answer to a ``head`` that its log signed, after the one that was ``seen`` last."""
    size, root = (seen.size, seen.root) if seen else (0, EMPTY)
    if question.old > head.size:
        return Verdict(BAD_QUESTION)
    if seen is not None and (trouble := beside(seen, head)):
        return Verdict(CONFLICT, trouble)
    if question.old != size:
        return Verdict(CONFLICT, LogTrouble.ROLLBACK if head.size < size else None)
    if not tree.verify_consistency(size, root, head.size, head.root, question.proof):
        return Verdict(NOT_CONSISTENT, LogTrouble.REWRITE)
    return Verdict(200)


def beside(one: Checkpoint, other: Checkpoint) -> LogTrouble | None:
    """What two signed heads of one log say without any proof."""
    return LogTrouble.FORK if one.size == other.size and one.root != other.root else None
