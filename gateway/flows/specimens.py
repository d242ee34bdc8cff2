"""Specimens marked test, which come from a partner that is being connected and from nobody else.

One is read, validated and held against what may be received, and ends there: a line that says so by its kind, a row of
how far the partner has come, and the receipt that answers a repeat. Nothing of its content is kept.
"""

from datetime import datetime

from gateway.core import documents
from gateway.core.as4 import UserMessage
from gateway.core.documents import Document, Marker
from gateway.core.errors import Code, Refusal
from gateway.core.facts import MessageRefused, SpecimenReceived, SpecimenRefused, Version
from gateway.core.partners import Partner, in_clear
from gateway.core.records import Answer, Came, Record, Rehearsal, Way
from gateway.core.terms import Outcome, PartnerId, digest
from gateway.flows import receiving
from gateway.flows.closing import TEST_SERVICE
from gateway.flows.situations import Situation

REAL = frozenset({Code.ONBOARDING, Code.UNMARKED})
"""Refusals of what may be about a real child: they are told as those of any other message."""


def refuse_mixed(message: UserMessage, sender: Partner) -> None:
    """What is real and what is test are never mixed. Raises Refusal: SPECIMEN or ONBOARDING, by the service alone."""
    test = message.service == TEST_SERVICE
    if test != sender.onboarding:
        raise Refusal(Code.SPECIMEN if test else Code.ONBOARDING)


def refuse_unmarked(document: Document, sender: Partner) -> None:
    """The same by its content: every child of a specimen bears the mark, and no other does.

    Raises Refusal: UNMARKED or SPECIMEN.
    """
    if sender.onboarding and not documents.is_specimen(document):
        raise Refusal(Code.UNMARKED)
    if not sender.onboarding and documents.holds_specimen(document):
        raise Refusal(Code.SPECIMEN)


def came(
    opened: Came, read: tuple[Document, Marker | None], sender: Partner, reader: PartnerId, answer: Answer,
    here: Situation,
) -> Record:  # fmt: skip
    """All that is written of a specimen: not what it says, but that it was taken, and whether a real one would be."""
    document, marker = read
    message, outcome, reasons = opened.message, Outcome.RELEASE, tuple[Code, ...]()
    try:
        receiving.take(document, sender, reader, dict(message.properties), marker, here)
    except Refusal as refusal:
        outcome, reasons = Outcome.REFUSE, (refusal.code,)
    fact = SpecimenReceived(
        here.at, here.home.id, message.message_id, in_clear(sender), document.kind, Version(document.version),
        opened.soap_digest, digest(answer.body), outcome, reasons or None,
    )  # fmt: skip
    row = Rehearsal(
        sender.id, Way.FROM, document.kind, document.version, here.at, message.message_id, True, outcome,
        ", ".join(reasons),
    )  # fmt: skip
    return Record((fact,), answer=answer, rehearsed=(row,))


def refusal(at: datetime, home: PartnerId, carrier: Partner | None, code: Code) -> MessageRefused | SpecimenRefused:
    """The line of a refusal. One of a partner that is being connected is no more than a test that did not pass."""
    named = in_clear(carrier) if carrier else None
    test = carrier is not None and carrier.onboarding and code not in REAL
    return (SpecimenRefused if test else MessageRefused)(at, home, named, code)
