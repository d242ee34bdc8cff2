"""A witness that really is one: it remembers one head of each log, checks what grows from it, and countersigns that."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.core.errors import Fault, Reason
from gateway.core.log import checkpoint, note, tree
from gateway.core.log.note import Verifier
from gateway.core.log.strict import decimal, from64
from gateway.core.records import Reply
from tests.core.log.keys import NOON, WITNESS, Key

Answering = Callable[[Callable[[], Reply]], Reply]


@dataclass
class Witness:
    """Knows one log. ``faults`` are used up in order; then all goes well."""

    log: Verifier
    key: Key = WITNESS
    size: int = 0
    root: bytes = tree.EMPTY
    faults: list[Answering] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __call__(self, address: str, question: str) -> Reply:
        self.asked.append(question)
        return self.faults.pop(0)(lambda: self.answer(question)) if self.faults else self.answer(question)

    def answer(self, question: str) -> Reply:
        """As c2sp.org/tlog-witness says."""
        head, _, signed = question.partition("\n\n")
        old, *proof = head.split("\n")
        size = decimal(old.removeprefix("old "))
        try:
            shown = checkpoint.open_signed(signed, self.log)
        except ValueError:
            return reply(403)
        if size > shown.size:
            return reply(400)
        if size != self.size:
            return reply(409, f"{self.size}\n")
        if not tree.verify_consistency(self.size, self.root, shown.size, shown.root, [from64(one) for one in proof]):
            return reply(422)
        self.size, self.root = shown.size, shown.root
        return reply(
            200, note.cosign(shown.text(), self.key.name, self.key.public, NOON + len(self.asked), self.key.sign)
        )


def reply(status: int, body: str = "") -> Reply:
    return Reply(status, "text/plain", body.encode())


def down(_answer: Callable[[], Reply]) -> Reply:
    raise Fault(Reason.UNREACHABLE)


def lost(answer: Callable[[], Reply]) -> Reply:
    """It has countersigned, and nobody here will know."""
    answer()
    raise Fault(Reason.CUT_OFF)


def boasting(_answer: Callable[[], Reply]) -> Reply:
    """It says that it holds more than there is; nobody signed that."""
    return reply(409, "1000000\n")
