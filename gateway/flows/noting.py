"""What is noted of a notice or an enquiry when it goes, and of every message about one when it comes.

Nothing here asks whether a child is known: what is written of an enquiry, and how long that takes, is the same for all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from gateway.core import documents, notices
from gateway.core.delivery import Parcel
from gateway.core.documents import Document
from gateway.core.documents.messages.about import Acknowledgement, Opened, RecallAnswer, RefusalMessage
from gateway.core.documents.messages.parts import Heading, Reference
from gateway.core.documents.messages.tracing import Reply
from gateway.core.documents.messages.words import Urgency
from gateway.core.facts import (
    EnquiryDestroyed,
    EnquiryEnded,
    Fact,
    NoticeAnswered,
    NoticeOpened,
    ParcelDelivered,
    ParcelTaken,
    RecallOutcome,
    Stopped,
    TaskKind,
)
from gateway.core.notices import OPENED, RECEIPT, RENEWED_BEFORE, WATCH, Side
from gateway.core.records import Arrival, Notice, Record
from gateway.core.tasks import Task
from gateway.core.terms import Commitment, DisclosureId, Draw, Kind, PartnerId, UploadId
from gateway.flows.children import Blind, Handles
from gateway.flows.saying import tasks_over
from gateway.flows.situations import Situation

ABOUT_NOTICES = frozenset({Kind.ACKNOWLEDGEMENT, Kind.REPLY, Kind.REFUSAL, Kind.RECALL_ANSWER})


class Noted(Protocol):
    """What coming messages ask of the store."""

    def notice(self, disclosure: DisclosureId, side: Side) -> Notice | None: ...
    def notices_of(self, home: PartnerId, side: Side, matter: str) -> Sequence[Notice]: ...


class Waiting(Protocol):
    def tasks_about(self, subject: str) -> Sequence[Task]: ...


def matter(partner: PartnerId, case: str, blind: Blind) -> str:
    """By what all that one council writes under one reference of a case is found again."""
    return blind(f"case:{partner}|{case}")


def sent(document: Document, parcel: Parcel, here: Situation) -> Record:
    """What we keep sight of once it goes. ``parcel`` names whom it is for."""
    reached = _reached(document, parcel, here)
    if document.kind is Kind.REPLY:
        return reached + _answered(document, parcel, here)
    if document.kind not in notices.FOLLOWED:
        return reached
    heading = _heading(document)
    hurry = heading.urgency is not Urgency.ROUTINE
    clocks = here.rulebook.clocks
    until = clocks.due(WATCH, here.at) if document.kind is Kind.ENQUIRY else None
    made = Notice(
        disclosure=parcel.disclosure,
        side=Side.SENT,
        home=here.home.id,
        partner=parcel.reader,
        parcel=parcel.id,
        source=parcel.source,
        kind=document.kind,
        purpose=parcel.purpose,
        urgency=heading.urgency,
        matter=matter(here.home.id, heading.case, here.blind),
        at=here.at,
        receipt_due=clocks.due(RECEIPT, here.at) if hurry else None,
        opening_due=clocks.due(OPENED, here.at) if hurry else None,
        renewal_due=until - RENEWED_BEFORE if until else None,
        watched_until=until,
    )
    return reached + Record((), noticed=(made,))


def _reached(document: Document, parcel: Parcel, here: Situation) -> Record:
    """Another home of this gateway has what lies on its shelf: of whom it was told, it looks out for them too."""
    there = parcel.recipient
    if there == here.home.id or there not in here.homes or not notices.is_matched(document.kind):
        return Record(())
    return Record((), arrived=tuple(Arrival(parcel.source, there, number) for number in parcel.pupils))


def came(
    noted: Noted,
    document: Document,
    parcel: Parcel,
    sender: PartnerId,
    payload: Commitment,
    handles: Handles,
    here: Situation,
) -> Record:
    """What a message writes beside itself: a notice to acknowledge, an enquiry on watch, a state of one of ours."""
    if document.kind in ABOUT_NOTICES:
        said = tuple(_states(noted, document, parcel, sender, here))
        return Record(said) + _not_awaited(said, sender, here)
    record = arrived(document, parcel.source, here)
    if document.kind in notices.FOLLOWED:
        record += Record((), noticed=(_received(document, parcel, sender, payload, handles, here),))
    if document.kind in {Kind.ENQUIRY, Kind.CLOSURE}:
        why = Stopped.RENEWED if document.kind is Kind.ENQUIRY else Stopped.CLOSED
        of = matter(sender, _heading(document).case, here.blind)
        standing = (one for one in noted.notices_of(here.home.id, Side.RECEIVED, of) if one.watched_until)
        for one in standing:
            record += ended(one, why, here.cases.tasks_about(one.disclosure), here.at, here.draw)
    return record


def has_come(waiting: Waiting, parcel: Parcel, fact: Fact, draw: Draw) -> Record:
    """With the receipt of a notice nobody phones for want of one any more; whether it is opened is asked apart."""
    if parcel.kind not in notices.FOLLOWED or not isinstance(fact, ParcelDelivered | ParcelTaken):
        return Record(())
    about = waiting.tasks_about(parcel.disclosure)
    return tasks_over(about, {TaskKind.NOTICE_UNRECEIPTED}, parcel.recipient, fact.at, draw)


def arrived(document: Document, source: UploadId, here: Situation) -> Record:
    """What came in is matched against what is on watch, later: nobody who sends it waits for that."""
    if not notices.is_matched(document.kind):
        return Record(())
    return Record((), arrived=(Arrival(source, here.home.id),))


def ended(notice: Notice, why: Stopped, about: Iterable[Task], at: datetime, draw: Draw) -> Record:
    """With which our copy of an enquiry is destroyed, and nobody looks at a match of it any more."""
    assert notice.payload is not None, "an enquiry that came in has a line of receipt"
    fact = EnquiryEnded(at, notice.home, notice.disclosure, why, notice.payload)
    return Record((fact,)) + tasks_over(about, MATCHED, notice.partner, at, draw)


def _received(
    document: Document, parcel: Parcel, sender: PartnerId, payload: Commitment, handles: Handles, here: Situation
) -> Notice:
    heading, asked = _heading(document), document.kind is Kind.ENQUIRY
    return Notice(
        disclosure=parcel.disclosure,
        side=Side.RECEIVED,
        home=here.home.id,
        partner=sender,
        parcel=parcel.id,
        source=parcel.source,
        kind=document.kind,
        purpose=parcel.purpose,
        urgency=heading.urgency,
        matter=matter(sender, heading.case, here.blind),
        at=here.at,
        payload=payload,
        watched_until=here.rulebook.clocks.due(WATCH, here.at) if asked else None,
        handles=tuple(one for some in handles.values() for one in some) if asked else (),
    )


def _states(noted: Noted, document: Document, parcel: Parcel, sender: PartnerId, here: Situation) -> Iterator[Fact]:
    """What a message says of those of ours that it names; of what we did not send to its sender it says nothing."""
    message = documents.value(document)
    if isinstance(message, RecallAnswer):
        yield from _destroyed(noted, message, parcel, sender, here)
    for reference, opened in _named(message):
        ours = noted.notice(reference.disclosure_id, Side.SENT) if reference.disclosure_id else None
        if ours is None or ours.partner not in {sender, parcel.discloser}:
            continue
        if opened is None:
            yield NoticeAnswered(here.at, ours.home, ours.disclosure, parcel.disclosure)
        elif opened.opened_at is not None:
            said = opened.opened_at.replace(tzinfo=here.at.tzinfo)
            yield NoticeOpened(here.at, ours.home, ours.disclosure, parcel.disclosure, min(said, here.at))


def _destroyed(
    noted: Noted, message: RecallAnswer, parcel: Parcel, sender: PartnerId, here: Situation
) -> Iterator[Fact]:
    """That an enquiry of ours rests no more at who was asked, on its own word alone."""
    for one in message.records:
        meant = one.message.disclosure_id
        ours = noted.notice(meant, Side.SENT) if meant and one.outcome is RecallOutcome.DELETED else None
        if ours is not None and ours.kind is Kind.ENQUIRY and ours.partner in {sender, parcel.discloser}:
            yield EnquiryDestroyed(here.at, ours.home, ours.disclosure, parcel.disclosure)


def _not_awaited(said: Sequence[Fact], sender: PartnerId, here: Situation) -> Record:
    """Nobody has to phone any more about what was opened or answered, or to ask about a copy that is destroyed."""
    record = Record(())
    for one in said:
        if isinstance(one, EnquiryDestroyed | NoticeOpened | NoticeAnswered):
            standing = here.cases.tasks_about(one.disclosure)
            record += tasks_over(standing, _ENDS[type(one)], sender, here.at, here.draw)
    return record


TO_PHONE = frozenset({TaskKind.NOTICE_UNRECEIPTED, TaskKind.NOTICE_UNOPENED})
MATCHED = frozenset({TaskKind.ENQUIRY_MATCH})
_ENDS: Mapping[type[Fact], frozenset[TaskKind]] = MappingProxyType(
    {EnquiryDestroyed: frozenset({TaskKind.ENQUIRY_COPY}), NoticeOpened: TO_PHONE, NoticeAnswered: TO_PHONE}
)
"""Which tasks about a notice are over by what was said of it."""


def _answered(document: Document, parcel: Parcel, here: Situation) -> Record:
    """Our own answer to what somebody asked us: whoever was to look at a match has looked."""
    asked = documents.value(document).in_reply_to.disclosure_id  # type: ignore[union-attr]
    if asked is None:
        return Record(())
    fact = NoticeAnswered(here.at, here.home.id, asked, parcel.disclosure)
    return Record((fact,)) + tasks_over(here.cases.tasks_about(asked), MATCHED, here.home.id, here.at, here.draw)


def _named(message: documents.Message) -> Iterator[tuple[Reference, Opened | None]]:
    """Which messages it names, and what it says of each being opened."""
    match message:
        case Acknowledgement():
            yield from ((one.message, one) for one in message.records)
        case Reply():
            yield message.in_reply_to, None
        case RefusalMessage():
            yield from ((one.message, None) for one in message.records)
        case _:
            pass


def _heading(document: Document) -> Heading:
    return documents.value(document).heading
