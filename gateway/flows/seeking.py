"""Enquiries on watch: what comes in is matched against them, a person looks at each match, and none is for ever.

Nothing is answered here. A match is a task for somebody, made after whatever came in has had its receipt.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from gateway.core import tasks
from gateway.core.facts import EnquiryMatched, Stopped, TaskKind
from gateway.core.notices import Side
from gateway.core.records import Notice, Record
from gateway.core.tasks import Task
from gateway.core.terms import CaseId, TaskId, UploadId
from gateway.flows import asking, notices, noting
from gateway.flows.asking import Asked
from gateway.flows.ports import Gateway
from gateway.flows.situations import new_id

Hit = tuple[Notice, UploadId | CaseId]
"""An enquiry on watch, and what came in, or was opened by hand, that may be about its child."""


class Watching(Asked, Protocol):
    """What looking out for children asks of the store."""

    def match_arrivals(self, most: int, told: Callable[[Sequence[Hit]], Record]) -> Sequence[Hit]: ...


def look(gateway: Gateway, watching: Watching, at: datetime, most: int = notices.MOST) -> Sequence[Hit]:
    """Match what came in since the last look, by keyed digest; a person is told of every match, once."""

    def told(hits: Sequence[Hit]) -> Record:
        return sum((_matched(gateway, notice, source, at) for notice, source in hits), Record(()))

    return watching.match_arrivals(most, told)


def sweep(gateway: Gateway, watching: Watching, at: datetime) -> None:
    """The asker is reminded, and what nobody renewed ends on both sides."""
    asking.remind(gateway, watching, at)
    asking.lapse(gateway, watching, at)
    lapse(gateway, watching, at)


def lapse(gateway: Gateway, watching: Watching, at: datetime, most: int = notices.MOST) -> Sequence[Notice]:
    """Destroy our copies of what nobody renewed in its year."""
    over = watching.lapsed(Side.RECEIVED, at, most)
    record = Record(())
    for one in over:
        record += noting.ended(one, Stopped.LAPSED, gateway.store.tasks_about(one.disclosure), at, gateway.draw)
    if over:
        gateway.store.record(record)
    return over


def _matched(gateway: Gateway, notice: Notice, source: UploadId | CaseId, at: datetime) -> Record:
    owner = next(iter(gateway.owners.get(notice.home, ())), None)
    task, due = TaskId(new_id("t", gateway.draw)), tasks.due(TaskKind.ENQUIRY_MATCH, at, gateway.rulebook.clocks)
    made = Task(task, notice.home, TaskKind.ENQUIRY_MATCH, notice.disclosure, at, due, owner)
    return Record((EnquiryMatched(at, notice.home, notice.disclosure, source, task),), tasks=(made,))
