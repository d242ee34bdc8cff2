"""Asking several councils after one child: one enquiry to each, renewed before its year is over, and closed at all.

What one council asks under one reference of a case is one enquiry, however many were asked.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from gateway.core import documents, tasks
from gateway.core.documents import Document
from gateway.core.documents.messages.handover import Closed, Closure, Evidence
from gateway.core.documents.messages.parts import Identity, Reader
from gateway.core.documents.messages.tracing import Enquiry
from gateway.core.documents.messages.words import ClosureEvidence, ClosureOutcome
from gateway.core.errors import Code, Refusal
from gateway.core.facts import EnquiryClosed, Stopped, TaskKind, commitment_of, join_person
from gateway.core.notices import Chase, Side
from gateway.core.records import Notice, Person, Record
from gateway.core.tasks import Task
from gateway.core.terms import DisclosureId, Kind, LaEstab, PartnerId, TaskId, UploadId
from gateway.flows import intake, notices, noting, renewing, saying, sending, situations
from gateway.flows.intake import Plan
from gateway.flows.ports import Gateway
from gateway.flows.situations import Upload, new_id

MOST_COUNCILS = 152
NAMELESS = "not given"


class Asked(Protocol):
    """What the asker's side asks of the store."""

    def chase(self, what: Chase, at: datetime, most: int, told: Callable[[Notice], Record]) -> Sequence[Notice]: ...
    def lapsed(self, side: Side, at: datetime, most: int) -> Sequence[Notice]: ...


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one message of several, by the council that it is for."""

    council: PartnerId
    plan: Plan


def ask(
    gateway: Gateway, person: Person, home: PartnerId, name: str, content: bytes, councils: Iterable[PartnerId],
    at: datetime,
) -> Sequence[Sent]:  # fmt: skip
    """Send one enquiry to each of these councils. Raises Refusal, with WRONG_KIND for what is no enquiry."""
    here = situations.of(gateway, home, at)
    reading = documents.read(name, content, here.rulebook.schemas, here.rulebook.known)
    if reading.document is None:
        raise Refusal(Code.FINDINGS, reading.findings)
    message = documents.value(reading.document) if reading.document.kind is Kind.ENQUIRY else None
    if not isinstance(message, Enquiry):
        raise Refusal(Code.WRONG_KIND)
    wanted = tuple(dict.fromkeys(councils))
    areas = [here.register.directory.get(one).la if here.register.directory.find(one) else None for one in wanted]
    if not wanted or None in areas or len(wanted) > MOST_COUNCILS:
        raise Refusal(Code.NO_RECIPIENT)
    return [
        Sent(council, sending.by_hand(gateway, person, home, _to(message, LaEstab(f"{area}LLLL")), at))
        for council, area in zip(wanted, areas, strict=True)
    ]


def renew(gateway: Gateway, person: Person, disclosure: DisclosureId, at: datetime) -> Sequence[Sent]:
    """Ask everybody again who was asked, for another year; each then holds the new copy alone. Raises Refusal."""
    standing = _standing(gateway, person, disclosure)
    sent = [_again(gateway, person, one, at) for one in standing]
    _over(gateway, _went(standing, sent), Stopped.RENEWED, person, at)
    return sent


def close(
    gateway: Gateway,
    person: Person,
    disclosure: DisclosureId,
    outcome: ClosureOutcome,
    evidence: ClosureEvidence,
    at: datetime,
) -> Sequence[Sent]:
    """Tell everybody who was asked that nobody looks for the child any more; they destroy their copies.

    It says how the case ended and never where the child is. Raises Refusal, with WRONG_KIND for ``in-education``,
    which names a school. A council to which nothing may go now, say for want of an agreement, is phoned: it tells
    nothing new of the child that they destroy what they have.
    """
    if outcome is ClosureOutcome.IN_EDUCATION:
        raise Refusal(Code.WRONG_KIND)
    standing = _standing(gateway, person, disclosure)
    sent = [
        Sent(one.partner, sending.by_hand(gateway, person, one.home, _closure(gateway, one, outcome, evidence, at), at))
        for one in standing
    ]
    heard = _went(standing, sent)
    rung = [one for one in standing if one not in heard and _may_be_there(gateway, one)]
    _over(gateway, [*heard, *rung], Stopped.CLOSED, person, at)
    return sent


def remind(gateway: Gateway, asked: Asked, at: datetime, most: int = notices.MOST) -> Sequence[Notice]:
    """Tell whoever answers for it that an enquiry ends soon unless it is renewed; once for all who were asked."""
    told: set[str] = set()

    def soon(notice: Notice) -> Record:
        if notice.matter in told:
            return Record(())
        told.add(notice.matter)
        return notices.task_about(gateway, notice, TaskKind.ENQUIRY_RENEWAL, at, None, notice.watched_until)

    return asked.chase(Chase.RENEWAL, at, most, soon)


def lapse(gateway: Gateway, asked: Asked, at: datetime, most: int = notices.MOST) -> Sequence[Notice]:
    """Close what nobody renewed, and tell everybody who was asked."""
    over = asked.lapsed(Side.SENT, at, most)
    for one in over:
        closure = _closure(gateway, one, ClosureOutcome.ENQUIRIES_EXHAUSTED, ClosureEvidence.RECORDS_SEARCHED, at)
        name, content = str(documents.file_name(closure)), documents.write(closure)
        intake.accept(gateway, Upload(UploadId(new_id("u", gateway.draw)), at, one.home, name, content))
    _over(gateway, over, Stopped.LAPSED, None, at)
    return over


def all_of(gateway: Gateway, notice: Notice) -> Sequence[Notice]:
    """Everybody who was asked the same, whether or not it is over, newest first; what they were only told is not it."""
    same = gateway.store.notices_of(notice.home, Side.SENT, notice.matter)
    return [one for one in same if one.kind is Kind.ENQUIRY]


# -- what is written --------------------------------------------------------------------------------------------------


def _standing(gateway: Gateway, person: Person, disclosure: DisclosureId) -> Sequence[Notice]:
    """The enquiry, at everybody who still looks out for the child. Raises Refusal(SETTLED) where nobody does."""
    notice = notices.of(gateway, person, disclosure, Side.SENT)
    if notice.kind is not Kind.ENQUIRY:
        raise Refusal(Code.WRONG_KIND)
    standing = [one for one in all_of(gateway, notice) if one.ended_at is None]
    if not standing:
        raise Refusal(Code.SETTLED)
    return standing


def _went(standing: Sequence[Notice], sent: Sequence[Sent]) -> Sequence[Notice]:
    """Those whose council will hear of it; where it was refused, it stands, unless somebody phones them instead."""
    refused = {
        one.council
        for one in sent
        if one.plan.refusal or any(each["outcome"] == "refuse" for each in sending.decisions_of(one.plan))
    }
    return [one for one in standing if one.partner not in refused]


def _over(gateway: Gateway, standing: Sequence[Notice], why: Stopped, person: Person | None, at: datetime) -> None:
    record = Record(())
    for one in standing:
        by = join_person(gateway.draw, person.id if person else None)
        record += Record((EnquiryClosed(at, one.home, one.disclosure, why, commitment_of(by)),), by)
        record += _awaited(gateway, one, at)
        about = gateway.store.tasks_about(one.disclosure)
        record += saying.tasks_over(about, {*noting.TO_PHONE, TaskKind.ENQUIRY_RENEWAL}, one.home, at, gateway.draw)
    if record.facts:
        gateway.store.record(record)


def _awaited(gateway: Gateway, notice: Notice, at: datetime) -> Record:
    """Whoever may have a copy says that it is destroyed, or somebody phones them when its time is over."""
    if not _may_be_there(gateway, notice):
        return Record(())
    task, owner = TaskId(new_id("t", gateway.draw)), next(iter(gateway.owners.get(notice.home, ())), None)
    due = tasks.due(TaskKind.ENQUIRY_COPY, at, gateway.rulebook.clocks)
    made = Task(task, notice.home, TaskKind.ENQUIRY_COPY, notice.disclosure, at, due, owner)
    return Record((), tasks=(made,))


def _may_be_there(gateway: Gateway, notice: Notice) -> bool:
    return any(one.attempts for one in gateway.store.parcels_under(notice.disclosure))


def _to(message: Enquiry, number: LaEstab) -> Enquiry:
    return replace(message, heading=replace(message.heading, dest=Reader(number=number)))


def _again(gateway: Gateway, person: Person, notice: Notice, at: datetime) -> Sent:
    """The same enquiry, of today."""
    message = documents.value(_own(gateway, notice, at))
    anew = replace(message, heading=replace(message.heading, date_time=notices.plain(at)))
    return Sent(notice.partner, sending.by_hand(gateway, person, notice.home, anew, at))


def _closure(
    gateway: Gateway, notice: Notice, outcome: ClosureOutcome, evidence: ClosureEvidence, at: datetime
) -> Closure:
    """It repeats no number and no birth: the other side finds its copy by our reference of the case."""
    message = documents.value(_own(gateway, notice, at))
    assert isinstance(message, Enquiry)
    today = notices.plain(at)
    heading = replace(message.heading, date_time=today)
    shown = (Evidence(shown=evidence, day=today.date()),)
    records = tuple(
        Closed(
            who=Identity(surname=one.who.surname or NAMELESS, forename=one.who.forename or NAMELESS),
            outcome=outcome,
            closed=today.date(),
            evidence=shown,
        )
        for one in message.records
    )
    return Closure(heading=heading, records=records)


def _own(gateway: Gateway, notice: Notice, at: datetime) -> Document:
    """What we asked, as it was decided about."""
    found = gateway.store.decided(notice.disclosure)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return renewing.of_decided(gateway, found, at).source.document
