"""Have our checkpoints countersigned: ask each witness when its turn has come, and write down what came of it.

No witness is waited for: a checkpoint stands by our own signature, and its countersignatures follow when they come.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from gateway.core.errors import Fault
from gateway.core.log import checkpoint, witness
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.log.note import Verifier
from gateway.core.log.witness import Countersigned, Holds, Trouble
from gateway.core.records import Reply, Turn
from gateway.core.terms import PartnerId

PARTNER = "partner:"

LEASE = timedelta(minutes=1)
"""Longer than two questions to a witness that answers as slowly as it may."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(minutes=10)


class Witnesses(Protocol):
    """What asking witnesses needs of the database."""

    def signed(self) -> str | None: ...
    def consistency(self, old: int, new: int) -> tuple[bytes, ...]: ...
    def take(self, witness: str, at: datetime, until: datetime, *, hurry: bool) -> Turn | None: ...
    def settle(
        self, witness: str, turn: Turn, due: datetime, size: int, made: Countersigned | Trouble | None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Hands:
    """The database, the network, the clock, and the key of our log."""

    witnesses: Witnesses
    post: Callable[[str, str], Reply]
    clock: Callable[[], datetime]
    log: Verifier
    every: timedelta


@dataclass(frozen=True, slots=True)
class Asked:
    """What the witness now holds of our log, and its answer; None when there was nothing to ask or to say."""

    holds: int
    made: Countersigned | Trouble | None


@dataclass(frozen=True, slots=True)
class Witness:
    """Who countersigns: what it is called in tables, its keys, and where it is asked."""

    name: str
    keys: tuple[Verifier, ...]
    address: str


def ask(hands: Hands, verifier: Verifier, address: str, *, hurry: bool = False) -> Trouble | None:
    """Ask a witness that has one key; see ``ask_witness``."""
    return ask_witness(hands, Witness(name_of(verifier), (verifier,), address), hurry=hurry)


def ask_witness(hands: Hands, whom: Witness, *, hurry: bool = False) -> Trouble | None:
    """Ask one witness, if its turn has come; what is wrong with it, if anything is.

    In a ``hurry`` it is asked even when there is nothing new: it may hold more than we think.
    """
    at = hands.clock()
    turn = hands.witnesses.take(whom.name, at, at + LEASE, hurry=hurry)
    if turn is None:
        return None
    asked = _asked(hands, whom, turn, even_if_same=hurry)
    trouble = asked.made if isinstance(asked.made, Trouble) else None
    after = replace(turn, holds=asked.holds, failures=turn.failures + 1 if trouble else 0)
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(turn.failures, 10)) if trouble else hands.every
    hands.witnesses.settle(whom.name, after, hands.clock() + wait, asked.holds, asked.made)
    return trouble


def name_of(verifier: Verifier) -> str:
    """What a witness is called in tables: its name and the hash of its key, as its vkey begins."""
    return f"{verifier.name}+{verifier.key_id.hex()}"


def of_partner(partner: PartnerId) -> str:
    """What a partner is called among witnesses: one, whatever keys it has."""
    return f"{PARTNER}{partner}"


def _asked(hands: Hands, whom: Witness, turn: Turn, *, even_if_same: bool) -> Asked:
    """Ask from what it is known to hold; when it holds something else, once more from there.

    One that says it holds more than we do is asked all the same: nobody signed that, and it may have been wrong.
    """
    holds = turn.holds
    for again in range(2):
        signed = hands.witnesses.signed()  # read again: another process may have published, and asked, meanwhile
        if signed is None:
            break
        head = checkpoint.open_signed(signed, hands.log)
        if holds == head.size == turn.cosigned and (again or not even_if_same):
            return Asked(holds, None)
        old = min(holds, head.size)
        answer = _answer(hands, whom, old, head, signed)
        if isinstance(answer, Countersigned):
            return Asked(head.size, answer)
        if isinstance(answer, Trouble):
            return Asked(holds, answer)
        if answer.size == old:  # it holds as many lines and yet refuses: they are not these
            return Asked(holds, Trouble.NOT_CONSISTENT if old == head.size else Trouble.BAD_ANSWER)
        holds = answer.size
    return Asked(holds, Trouble.AHEAD if holds > _size(hands) else None)


def _size(hands: Hands) -> int:
    signed = hands.witnesses.signed()
    return checkpoint.open_signed(signed, hands.log).size if signed else 0


def _answer(hands: Hands, whom: Witness, holds: int, head: Checkpoint, signed: str) -> Countersigned | Holds | Trouble:
    question = witness.question(holds, hands.witnesses.consistency(holds, head.size), signed)
    try:
        reply = hands.post(whom.address, question)
    except Fault:
        return Trouble.UNREACHABLE
    return witness.read(reply.status, reply.body, signed, hands.log, *whom.keys)
