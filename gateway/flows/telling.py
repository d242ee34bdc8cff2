"""What is told or learnt by phone, e-mail, letter, at a meeting, in court or by school2school, about a case.

Telling is a disclosure: it is decided first, by the same law and agreements as a message, and stands in the log with
the way it took. What people would have to look at is not told by word: it is refused, and goes as a message.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from gateway.core import documents
from gateway.core.documents import Document
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Channel, EntryKind
from gateway.core.partners import Carrier
from gateway.core.recipients import Destination
from gateway.core.records import Person, Record
from gateway.core.terms import CaseId, DisclosureId, EntryId, Outcome, PartnerId, PurposeCode, UploadId
from gateway.flows import casebook, children, disclose, oneoff, questions, situations, wording
from gateway.flows.casebook import Casebook
from gateway.flows.disclose import Disclosure
from gateway.flows.ports import Gateway
from gateway.flows.questions import BARE
from gateway.flows.situations import Situation, Source, named, new_id

CARRIERS: Mapping[Channel, Carrier] = MappingProxyType(
    {
        Channel.PHONE: Carrier.PHONE,
        Channel.EMAIL: Carrier.EMAIL,
        Channel.LETTER: Carrier.LETTER,
        Channel.MEETING: Carrier.MEETING,
        Channel.COURT: Carrier.COURT,
        Channel.S2S: Carrier.S2S,
    }
)


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody said or wrote: with whom, how it was made sure that it was they, by which way and when."""

    text: str
    whom: str
    check: str
    channel: Channel
    at: datetime


def learnt(gateway: Gateway, store: Casebook, person: Person, case: CaseId, word: Word, at: datetime) -> EntryId:
    """Write down what somebody told us. Raises Refusal."""
    found = casebook.opened(gateway, store, person, case)
    _refuse_bare(word)
    return casebook.add(gateway, person, found, EntryKind.LEARNT, _said(word), at, word.at, word.channel)


def tell(
    gateway: Gateway,
    store: Casebook,
    person: Person,
    case: CaseId,
    to: PartnerId,
    purpose: PurposeCode,
    word: Word,
    at: datetime,
    form: str = "",
) -> Disclosure:
    """Decide whether this may be told, and where it may, write that it is. Raises Refusal.

    ``form`` is the decision form of a disclosure that no agreement covers. Who would have to be asked first is not
    asked here: then nothing is told, and the reasons stand in the log as a refusal.
    """
    found = casebook.opened(gateway, store, person, case)
    _refuse_bare(word)
    here = situations.of(gateway, found.home, at)
    theirs = here.register.directory.find(to)
    if theirs is None or theirs.id == found.home:
        raise Refusal(Code.NO_RECIPIENT)  # nobody tells themselves
    child = documents.rested(gateway.vault.open_kept(found.kept))
    made = wording.notice(child, found.id, here.home, theirs, at)
    document = _read(str(documents.file_name(made)), documents.write(made), here)
    kept = here.keep(named(document.name, document.content))
    flags = children.flags_on(children.handles(document, here.blind), here.flags)
    source = Source(UploadId(new_id("u", here.draw)), document, kept.id, flags)
    attached, brought = BARE, Record(())
    if form:
        attached, rests = oneoff.attach(gateway, here, form, person.id, purpose, to)
        brought = Record((), kept=(rests,))
    destination = Destination(purpose, found.home, to, (1,), by_word=CARRIERS[word.channel])
    decision = questions.decide(source, destination, here, attached)
    if decision.outcome is Outcome.HOLD:
        destination = replace(destination, refusal=decision.reasons[0])
    disclosure = DisclosureId(new_id("d", here.draw))
    decided = disclose.one(source, destination, here, disclosure, attached)
    record = decided.record + brought + Record((), kept=(kept,))
    if decided.decision.outcome is Outcome.RELEASE:
        record += casebook.added(
            gateway, person, found, EntryKind.TOLD, {**_said(word), "to": to}, at, word.at, word.channel, disclosure
        )
    gateway.store.record(record)
    return decided


def _said(word: Word) -> dict[str, str]:
    return {"text": word.text, "person": word.whom, "identity": word.check}


def _refuse_bare(word: Word) -> None:
    if not (word.text.strip() and word.whom.strip() and word.check.strip()):
        raise Refusal(Code.REASON_WANTED)


def _read(name: str, content: bytes, here: Situation) -> Document:
    document = documents.read(name, content, here.rulebook.schemas, here.rulebook.known.meanings()).document
    if document is None:
        raise Refusal(Code.FINDINGS)
    return document
