"""A rights notice, or the answer to one, comes in with a partner's message, in the transaction that receives it.

A notice waits for a person, two working days; an answer is written down at the notice that it answers.
"""

from collections.abc import Sequence
from typing import Protocol

from gateway.core import documents
from gateway.core.delivery import Parcel
from gateway.core.documents import Document
from gateway.core.documents.messages.about import Acknowledgement, RefusalMessage, Rights
from gateway.core.documents.messages.words import RefusalReason
from gateway.core.facts import NoticeAnswer, RightsKind, RightsNoticeAnswered, RightsNoticeReceived, TaskKind
from gateway.core.partners import Partner
from gateway.core.records import Record, RightsNotice
from gateway.core.rights import due
from gateway.core.tasks import Task
from gateway.core.terms import DisclosureId, Kind, TaskId
from gateway.flows.rights import telling
from gateway.flows.situations import Situation, new_id


class Sent(Protocol):
    """The notices that we sent."""

    def rights_notices_by(self, notice: DisclosureId) -> Sequence[RightsNotice]: ...


IMPOSSIBLE = frozenset({RefusalReason.UNKNOWN_CHILD, RefusalReason.CANNOT_BE_READ, RefusalReason.NOT_FOR_US})
"""What says that there is nothing there to put right; every other reason is a refusal."""


def record(store: Sent, document: Document, parcel: Parcel, sender: Partner, here: Situation) -> Record:
    """What a message writes beside itself, if it is about rights; nothing otherwise."""
    if document.kind is Kind.RIGHTS:
        return _notice(document, parcel, here)
    if document.kind in {Kind.ACKNOWLEDGEMENT, Kind.REFUSAL}:
        return _answers(store, document, sender, here)
    return Record(())


def _notice(document: Document, parcel: Parcel, here: Situation) -> Record:
    said = documents.value(document)
    assert isinstance(said, Rights)
    fact = RightsNoticeReceived(here.at, here.home.id, parcel.id, RightsKind(said.right.value))
    owner = next(iter(here.owners), None)
    by = here.rulebook.clocks.due(due.NOTICE, here.at)
    task = Task(TaskId(new_id("t", here.draw)), here.home.id, TaskKind.RIGHTS_NOTICE, parcel.id, here.at, by, owner)
    return Record((fact,), tasks=(task,))


def _answers(store: Sent, document: Document, sender: Partner, here: Situation) -> Record:
    """Who answers for somebody else answers nothing."""
    made, said = Record(()), documents.value(document)
    assert isinstance(said, Acknowledgement | RefusalMessage)
    for one in said.records:
        meant = one.message.disclosure_id
        reason = getattr(one, "reason", None)
        answer = _answer(reason, acknowledged=isinstance(said, Acknowledgement))
        made += _answered(store, meant, answer, str(reason or ""), sender, here) if meant else Record(())
    return made


def _answered(
    store: Sent, meant: DisclosureId, answer: NoticeAnswer, reason: str, sender: Partner, here: Situation
) -> Record:
    made = Record(())
    for notice in store.rights_notices_by(meant):
        reads = here.register.directory.find(notice.reader)
        theirs = reads is not None and sender.id in {reads.id, here.register.directory.receiver(reads).id}
        if theirs and notice.answer in {None, NoticeAnswer.ACKNOWLEDGED} and notice.answer is not answer:
            fact = RightsNoticeAnswered(here.at, here.home.id, notice.request, notice.about, answer)
            made += Record((fact,), rights_notices=(telling.answered(notice, answer, here.at, reason),))
    return made


def _answer(reason: RefusalReason | None, *, acknowledged: bool) -> NoticeAnswer:
    if acknowledged:
        return NoticeAnswer.ACKNOWLEDGED
    return NoticeAnswer.IMPOSSIBLE if reason in IMPOSSIBLE else NoticeAnswer.REFUSED
