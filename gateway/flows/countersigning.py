"""Countersign the logs of partners, and notice when one shows two pasts: the first gateway that sees it says so.

What a partner's log says with its own signature is enough to doubt it; what it sends is received all the same, children
first, and the doubt stands until a person has looked at it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.core import tasks
from gateway.core.facts import LogName, LogTrouble, PartnerLogDoubted, TaskKind
from gateway.core.log import checkpoint, countersign
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.log.countersign import Question, Verdict
from gateway.core.log.note import Verifier
from gateway.core.partners import Directory, Partner
from gateway.core.records import Countersigning, Doubt, Record
from gateway.core.tasks import Task
from gateway.core.terms import Digest, TaskId
from gateway.flows.ports import Gateway, Vault
from gateway.flows.situations import new_id

OK = 200

WORDS = {
    LogTrouble.FORK: "it has signed two different logs of one length",
    LogTrouble.ROLLBACK: "it has signed fewer lines than it had before",
    LogTrouble.REWRITE: "it has signed lines that do not begin with those it had signed before",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answers: our line below the checkpoint, the size that we hold, or nothing but the status."""

    status: int
    body: str = ""


def answer(gateway: Gateway, askers: Sequence[Partner], text: str) -> Answer:
    """Answer a log that asks to be countersigned (c2sp.org/tlog-witness, add-checkpoint).

    ``askers`` are those whose certificate carried the question: a partner asks for its own log alone.
    """
    try:
        question = countersign.parse_question(text)
    except ValueError:
        return Answer(countersign.BAD_QUESTION)
    known = [(one, key) for one in askers for key in keys_of(one, question.origin)]
    if not known:
        return Answer(countersign.UNKNOWN)
    try:
        head = countersign.signed_by_any(question.note, [key for _, key in known])
    except ValueError:
        return Answer(countersign.NOT_SIGNED)
    return _countersigned(gateway, known[0][0], question, head)


def keys_of(partner: Partner, origin: str) -> list[Verifier]:
    """The keys that a partner has registered for one of its logs, old and new."""
    return [key.verifier for key in partner.logs if key.verifier.name == origin]


def _countersigned(gateway: Gateway, partner: Partner, question: Question, head: Checkpoint) -> Answer:
    at = gateway.clock()
    given: list[Answer] = []

    def before(seen: Countersigning | None) -> tuple[Countersigning | None, Record]:
        verdict = countersign.judge(checkpoint.shown(seen.note) if seen else None, question, head)
        given.append(_said(verdict, seen, gateway.vault, head, at))
        if verdict.trouble and seen:
            return None, doubted(gateway, partner, verdict.trouble, question.note, seen.note, at)
        if given[0].status != OK:
            return None, Record(())
        return Countersigning(partner.id, head.origin, head.size, question.note, given[0].body, at), Record(())

    gateway.store.countersign(head.origin, before)
    return given[0]


def _said(verdict: Verdict, seen: Countersigning | None, vault: Vault, head: Checkpoint, at: datetime) -> Answer:
    if verdict.status == OK:
        return Answer(OK, vault.cosign(head.text(), int(at.timestamp())))
    size = seen.size if seen else 0
    return Answer(verdict.status, f"{size}\n" if verdict.status == countersign.CONFLICT else "")


def doubted(gateway: Gateway, partner: Partner, trouble: LogTrouble, note: str, held: str, at: datetime) -> Record:
    """What a doubt writes: the line, both notes as evidence, and a task for whoever answers at the first home."""
    home = gateway.homes[0]
    task = TaskId(new_id("t", gateway.draw))
    due = tasks.due(TaskKind.LOG_TROUBLE, at, gateway.rulebook.clocks)
    owner = next(iter(gateway.owners.get(home, ())), None)
    head, before = checkpoint.shown(note), checkpoint.shown(held)
    fact = PartnerLogDoubted(
        at=at,
        home=home,
        partner=partner.id,
        origin=LogName(head.origin),
        trouble=trouble,
        size=head.size,
        root=Digest(head.root.hex()),
        held=before.size,
        held_root=Digest(before.root.hex()),
        task=task,
    )
    wanted = Task(task, home, TaskKind.LOG_TROUBLE, head.origin, at, due, owner)
    return Record((fact,), tasks=(wanted,), doubts=(Doubt(task, partner.id, head.origin, trouble, note, held, at),))


def look(gateway: Gateway, partner: Partner, note: str, at: datetime) -> None:
    """Hold the checkpoint that came with a message or a receipt against those that we hold; a doubt is written down.

    Its signature was verified if we have keys of this log; of a log without keys nothing can be said.
    """
    head = checkpoint.shown(note)
    for held in gateway.store.heads_of(head.origin) if keys_of(partner, head.origin) else ():
        if trouble := countersign.beside(checkpoint.shown(held), head):
            gateway.store.doubt(doubted(gateway, partner, trouble, note, held, at))


def told(directory: Directory, doubt: Doubt) -> str:
    """A doubt in words, with what to do about it."""
    partner = directory.find(doubt.partner)
    name = partner.name if partner else doubt.partner
    return (
        f"The log {doubt.origin} of {name}: {WORDS[doubt.trouble]}. Call them and find out why; what they send "
        f"is still received. Both signed heads are kept. When it is settled: gateway tasks done {doubt.task}"
    )
