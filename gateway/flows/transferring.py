"""Handing a case over to another council: it is ours until a person there has accepted it and said so.

The message carries what the case knows of the child. Nobody's answer within five working days brings the case back to
the top of our list; it never left it.
"""

from datetime import date, datetime
from functools import partial

from gateway.core import cases, documents
from gateway.core.days import day_of
from gateway.core.documents import Document
from gateway.core.documents.messages.words import TransferOutcome, TransferReason
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    Because,
    CaseOffered,
    EntryKind,
    TaskDone,
    TaskKind,
    What,
    join,
)
from gateway.core.records import Case, Person, Record, Standing
from gateway.core.terms import CaseId, Outcome, ParcelId, PartnerId, UploadId
from gateway.flows import casebook, casework, children, missing, opening, situations, wording
from gateway.flows.casebook import OFFICERS, Casebook
from gateway.flows.intake import Plan
from gateway.flows.ports import Gateway
from gateway.flows.saying import organisation_join
from gateway.flows.situations import Extra, Situation, parse_named


def offer(
    gateway: Gateway,
    store: Casebook,
    person: Person,
    case: CaseId,
    to: PartnerId,
    effect: date,
    evidence: str,
    at: datetime,
) -> Plan:
    """Ask another council to take a case over. Raises Refusal; what was decided about it stands in the plan.

    SETTLED where this very council has been asked and has not answered: phone them.

    One that people have to look at first counts as offered: it goes under the same number when they let it go.
    """
    found = casebook.opened(gateway, store, person, case)
    cases.after(found.state, CaseOffered)
    here = situations.of(gateway, found.home, at)
    theirs = here.register.directory.find(to)
    if theirs is None or theirs.la is None or theirs.id == found.home:
        raise Refusal(Code.NO_RECIPIENT)
    if found.to == theirs.id and found.offered is not None and gateway.store.parcels_under(found.offered):
        raise Refusal(Code.SETTLED)  # it has been sent, and only an answer to the newest offer counts
    child = documents.rested(gateway.vault.open_kept(found.kept))
    made = wording.transfer(child, found.id, found.opened_at.date(), effect, evidence, here.home, theirs, at)
    beside = partial(_offered, gateway, person, found, to, here)
    name, content = str(documents.file_name(made)), documents.write(made)
    return casework.send(gateway, found.home, name, content, at, extra=Extra(person), beside=beside)


def _offered(gateway: Gateway, person: Person, case: Case, to: PartnerId, here: Situation, sent: Record) -> Record:
    """What offering writes beside the message: nothing where it may not go."""
    going = [one for one in sent.decided if one.outcome is not Outcome.REFUSE]
    if not going:
        return Record(())
    disclosure = going[0].disclosure
    whom, who = organisation_join(to, here.draw), join(here.draw, What.PERSON, person.id, person.id)
    fact = CaseOffered(here.at, case.home, case.id, whom.commitment, disclosure, who.commitment)
    after = missing.stepped(case, fact, to=to, offered=disclosure, offered_at=here.at)
    said = {"text": "Transfer offered.", "council": to}
    record = Record((fact,), (whom, who), cases=(after,))
    record += casebook.added(gateway, person, case, EntryKind.SENT, said, here.at, here.at, disclosure=disclosure)
    return record + Record((), tasks=(missing.task(TaskKind.TRANSFER_UNANSWERED, after, here),))


# -- on the other side ------------------------------------------------------------------------------------------------


def accept(gateway: Gateway, person: Person, parcel: ParcelId, responsible_from: date, at: datetime) -> Plan:
    """A person takes a case over: it opens here, and the other council is told. Raises Refusal."""
    return _answer(gateway, person, parcel, TransferOutcome.ACCEPTED, at, responsible_from=responsible_from)


def decline(gateway: Gateway, person: Person, parcel: ParcelId, reason: TransferReason, at: datetime) -> Plan:
    """A person says why the case is not ours to take. Raises Refusal."""
    return _answer(gateway, person, parcel, TransferOutcome.REFUSED, at, reason=reason)


def _answer(
    gateway: Gateway,
    person: Person,
    parcel: ParcelId,
    outcome: TransferOutcome,
    at: datetime,
    *,
    responsible_from: date | None = None,
    reason: TransferReason | None = None,
) -> Plan:
    home, source, asked = _read(gateway, person, parcel, at)
    here = situations.of(gateway, home, at)
    theirs = here.register.directory.by_laestab(asked.source, day_of(at))
    if theirs is None:
        raise Refusal(Code.NO_RECIPIENT)
    standing = gateway.store.parcel(parcel)
    assert standing is not None, "it was there a moment ago"
    disclosure = standing.parcel.disclosure
    made = wording.answer(
        asked, disclosure, outcome, here.home, theirs, at, responsible_from=responsible_from, reason=reason
    )
    beside = partial(_taken_up, person, parcel, source, asked, here, taken=outcome is TransferOutcome.ACCEPTED)
    name, content = str(documents.file_name(made)), documents.write(made)
    return casework.send(gateway, home, name, content, at, extra=Extra(person), beside=beside)


def refuse_unless_offered(gateway: Gateway, person: Person, parcel: ParcelId) -> tuple[PartnerId, Standing]:
    """The home of this person to which a transfer was offered. Raises Refusal, SETTLED where it was answered."""
    if person.role not in OFFICERS:
        raise Refusal(Code.NOT_ALLOWED)
    standing = gateway.store.parcel(parcel)
    if standing is None:
        raise Refusal(Code.NOT_FOUND)
    reader = gateway.store.register().directory.get(standing.parcel.reader)
    home = reader.team_of or reader.id
    if home not in gateway.homes or home not in person.homes:
        raise Refusal(Code.ANOTHER_HOME)
    if opening.closed_to(gateway, person, standing.parcel):
        raise Refusal(Code.SAFEGUARDING_ONLY)
    if not [one for one in gateway.store.tasks_about(parcel) if one.kind is TaskKind.TRANSFER_OFFERED]:
        raise Refusal(Code.SETTLED)
    return home, standing


def _read(gateway: Gateway, person: Person, parcel: ParcelId, at: datetime) -> tuple[PartnerId, UploadId, Document]:
    home, standing = refuse_unless_offered(gateway, person, parcel)
    here = situations.of(gateway, home, at)
    name, content = parse_named(gateway.vault.open_kept(gateway.store.kept(standing.parcel.sealed)))
    document = documents.read(name, content, here.rulebook.schemas, here.rulebook.known.meanings()).document
    if document is None:
        raise Refusal(Code.NOT_FOUND)
    return home, standing.parcel.source, document


def _taken_up(
    person: Person, parcel: ParcelId, source: UploadId, asked: Document, here: Situation, sent: Record, *, taken: bool
) -> Record:
    """What answering writes beside the message: the case where it was accepted, and that the task is done."""
    if all(one.outcome is Outcome.REFUSE for one in sent.decided):
        return Record(())
    record = Record(())
    for task in here.cases.tasks_about(parcel):
        if task.kind is TaskKind.TRANSFER_OFFERED:
            who = join(here.draw, What.PERSON, person.id, person.id)
            record += Record((TaskDone(here.at, task.home, task.id, task.kind, who.commitment),), (who,))
    wanted = [(pupil.number, Because.TRANSFER) for pupil in asked.pupils] if taken else []
    return record + missing.opened(
        asked, children.roll(asked, here.blind), here.home.id, source, wanted, here, person.id
    )
