"""What somebody has to do by a time, and when that is. What is not done by then goes to the deputies."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from gateway.core import days
from gateway.core.days import LONDON
from gateway.core.facts import TaskKind
from gateway.core.terms import PartnerId, PersonId, PurposeCode, TaskId

_SAME_DAY = frozenset({PurposeCode("P08"), PurposeCode("P09"), PurposeCode("P13")})
"""Where a child may come to harm while it waits: tracing, social care, police."""

_HOURS = {TaskKind.BREACH_PARTNER: timedelta(hours=24), TaskKind.BREACH_ICO: timedelta(hours=72)}
"""From awareness, nights and weekends among them (Article 33 UK GDPR; the agreements' own term for the other party)."""


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


def due(kind: TaskKind, at: datetime, purpose: PurposeCode | None = None) -> datetime:
    """By when something that came up ``at`` is to be done, in UTC.

    Same day: a hold of P08, P09 or P13, and a request that cannot wait. Same working day: what came without an
    agreement, was not for us, or tells of a
    breach. By real hours: what a breach asks of us. Everything else by the end of the next working day.
    """
    if kind is TaskKind.REQUEST or (kind is TaskKind.HOLD and purpose in _SAME_DAY):
        return _end(at)
    if kind in _HOURS:
        return at + _HOURS[kind]
    if kind in {TaskKind.UNAGREED, TaskKind.NOT_FOR_US, TaskKind.BREACH_NEWS}:
        open_today = days.working(at.astimezone(LONDON).date())
        return _end(at if open_today else days.after_working(at, 1))
    return _end(days.after_working(at, 1))


def _end(at: datetime) -> datetime:
    """The last minute of that day in London, as an instant in UTC."""
    day = at.astimezone(LONDON).date()
    midnight = datetime.combine(day + timedelta(days=1), time(0), LONDON)
    return (midnight - timedelta(minutes=1)).astimezone(UTC)
