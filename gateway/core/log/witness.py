"""Asking a witness to countersign a checkpoint: the question, and what its answer means (c2sp.org/tlog-witness).

A witness remembers one head of each log and countersigns only what grew from it, so that nobody can show one past to
some and another past to others. What it says is believed only as far as it is signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.core.log import checkpoint, note
from gateway.core.log.note import Verifier
from gateway.core.log.strict import decimal, to64

MOST_HASHES = 63


class Trouble(StrEnum):
    """Why a witness does not countersign."""

    UNKNOWN_LOG = "unknown-log"
    KEY_REFUSED = "key-refused"
    NOT_CONSISTENT = "not-consistent"
    AHEAD = "ahead"
    BAD_ANSWER = "bad-answer"
    UNREACHABLE = "unreachable"


WORDS = {
    Trouble.UNKNOWN_LOG: "it does not know our log: its operator has to add our origin and key",
    Trouble.KEY_REFUSED: "it does not take our signature: its operator holds another key of ours",
    Trouble.NOT_CONSISTENT: "it has seen other lines than we hold: our log was rewritten",
    Trouble.AHEAD: "it has seen more lines than we hold: our database was set back",
    Trouble.BAD_ANSWER: "its answer is not one that a witness gives",
    Trouble.UNREACHABLE: "it cannot be reached",
}

GRAVE = frozenset({Trouble.NOT_CONSISTENT, Trouble.AHEAD})
"""What no witness says of a log that only ever grew."""


@dataclass(frozen=True, slots=True)
class Countersigned:
    """The witness's verified line, to stand below the checkpoint, and when it saw it (seconds since 1970, UTC)."""

    line: str
    at: int


@dataclass(frozen=True, slots=True)
class Holds:
    """It remembers our log at ``size``, which is not the size that the question began with. Nobody signed this."""

    size: int


def question(old: int, proof: Sequence[bytes], signed: str) -> str:
    """The body of ``add-checkpoint``: from ``old`` lines, by ``proof``, to the checkpoint ``signed``.

    Raises ValueError for a proof that no witness would read.
    """
    if len(proof) > MOST_HASHES:
        raise ValueError("too many hashes for a witness")
    return f"old {old}\n" + "".join(f"{to64(one)}\n" for one in proof) + f"\n{signed}"


def read(status: int, body: bytes, signed: str, log: Verifier, *witness: Verifier) -> Countersigned | Holds | Trouble:
    """What the answer to a question about the checkpoint ``signed`` means; any key of the witness may have made it."""
    try:
        match status:
            case 200:
                return _by_any(body.decode(), signed, log, witness)
            case 409:
                return Holds(decimal(body.decode().removesuffix("\n")))
            case _:
                return _REFUSALS.get(status, Trouble.BAD_ANSWER)
    except ValueError:
        return Trouble.BAD_ANSWER


_REFUSALS = {
    403: Trouble.KEY_REFUSED,
    404: Trouble.UNKNOWN_LOG,
    422: Trouble.NOT_CONSISTENT,
    429: Trouble.UNREACHABLE,
    500: Trouble.UNREACHABLE,
    502: Trouble.UNREACHABLE,
    503: Trouble.UNREACHABLE,
    504: Trouble.UNREACHABLE,
}


def _by_any(lines: str, signed: str, log: Verifier, keys: Sequence[Verifier]) -> Countersigned:
    """Old and new keys overlap: the answer is by one of them."""
    for key in keys[:-1]:
        if note.only(lines, key):
            return _countersigned(lines, signed, log, key)
    return _countersigned(lines, signed, log, keys[-1])


def _countersigned(lines: str, signed: str, log: Verifier, witness: Verifier) -> Countersigned:
    mine = note.only(lines, witness)  # a line under another name could take the place of our own signature
    opened = checkpoint.open_cosigned(note.with_signatures(signed, mine), log, (witness,))
    (made,) = (one.at for one in opened.witnesses)
    if not made:
        raise ValueError("a cosignature without a time")
    return Countersigned(mine, made)
