"""What somebody has to do by a time, and when that is. What is not done by then goes to the deputies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from gateway.core.clocks import SOMEWHERE, ClockCode, Clocks
from gateway.core.facts import TaskKind
from gateway.core.terms import LaEstab, PartnerId, PersonId, PurposeCode, TaskId

_SAME_DAY = frozenset({PurposeCode("P08"), PurposeCode("P09"), PurposeCode("P13"), PurposeCode("P34")})
"""Where a child may come to harm while it waits: tracing, social care, police, an emergency."""


@dataclass(frozen=True, slots=True)
class Task:
    """``subject`` is the disclosure, parcel, message or agreement that it is about.

    ``owner`` does it; nobody means whoever of the home sees it first.
    """

    id: TaskId
    home: PartnerId
    kind: TaskKind
    subject: str
    opened_at: datetime
    due: datetime
    owner: PersonId | None = None
    escalated_at: datetime | None = None
    done_at: datetime | None = None
    clock: ClockCode | None = None
    """By which clock it is due; without one, by that of its kind."""

    @property
    def due_by(self) -> ClockCode:
        return self.clock or CLOCKS[self.kind]


CLOCKS: Mapping[TaskKind, ClockCode] = MappingProxyType(
    {
        TaskKind.HOLD: ClockCode("hold"),
        TaskKind.APPROVAL_AFTER: ClockCode("approval-after"),
        TaskKind.GLASS_REVIEW: ClockCode("retro-review"),
        TaskKind.UNAGREED: ClockCode("unagreed"),
        TaskKind.REQUEST: ClockCode("request"),
        TaskKind.AGREEMENT_REVIEW: ClockCode("agreement-task"),
        TaskKind.RIGHTS: ClockCode("rights-answer"),
        TaskKind.RIGHTS_NOTICE: ClockCode("rights-notice"),
        TaskKind.RIGHTS_CHASE: ClockCode("unacknowledged"),
        TaskKind.COMPLAINT: ClockCode("complaint-acknowledge"),
        TaskKind.REFERRAL: ClockCode("referral-read"),
        TaskKind.SAME_CHILD: ClockCode("same-child"),
        TaskKind.TRANSFER_OFFERED: ClockCode("transfer-answer"),
        TaskKind.DELETION_ALARM: ClockCode("deletion-alarm"),
        TaskKind.TRANSFER_UNANSWERED: ClockCode("transfer-answer"),
        TaskKind.LOG_TROUBLE: ClockCode("log-trouble"),
        TaskKind.NOTICE_UNRECEIPTED: ClockCode("notice-phone"),
        TaskKind.NOTICE_UNOPENED: ClockCode("notice-phone"),
        TaskKind.ENQUIRY_MATCH: ClockCode("enquiry-match"),
        TaskKind.ENQUIRY_RENEWAL: ClockCode("enquiry-watch"),
        TaskKind.ENQUIRY_COPY: ClockCode("enquiry-copy"),
        TaskKind.RECALL: ClockCode("recall"),
        TaskKind.NOT_FOR_US: ClockCode("not-for-us"),
        TaskKind.BREACH_NEWS: ClockCode("not-for-us"),
        TaskKind.BREACH_PARTNER: ClockCode("breach-parties"),
        TaskKind.BREACH_ICO: ClockCode("breach-ico"),
        TaskKind.HAND_OFF: ClockCode("hand-off"),
        TaskKind.UNCOLLECTED: ClockCode("uncollected-look"),
        TaskKind.LET_KNOW: ClockCode("let-know"),
    }
)
"""By which clock each kind of task is due, where nothing else is said of it."""


def clock_of(kind: TaskKind, purpose: PurposeCode | None = None) -> ClockCode:
    """The row of the table of clocks by which it is due."""
    return ClockCode("hold-tracing") if kind is TaskKind.HOLD and purpose in _SAME_DAY else CLOCKS[kind]


def due(
    kind: TaskKind, at: datetime, table: Clocks, purpose: PurposeCode | None = None, place: LaEstab = SOMEWHERE
) -> datetime:
    """By when something that came up ``at`` is to be done, in UTC; ``place`` is whose school days count."""
    return table.due(clock_of(kind, purpose), at, place)
