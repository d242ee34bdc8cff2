"""How long a notice or an enquiry may take, which state it is in, and what is matched against an enquiry on watch.

The times are defaults; each has its row in the table of clocks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.core.terms import Kind

FOLLOWED = frozenset({Kind.NOTICE, Kind.ENQUIRY})
"""What its sender keeps sight of, and what its recipient acknowledges by itself."""

RECEIPT_WITHIN = timedelta(minutes=15)
OPENED_WITHIN = timedelta(hours=2)
"""From sending, for what is wanted the same day or at once: then the sender phones."""

PHONED_WITHIN = timedelta(minutes=30)
"""After somebody was told to phone; then it goes to the deputies."""

ACKNOWLEDGED_AFTER = timedelta(minutes=1)
"""After somebody opened it, always: looking for the child is no part of it, so no time tells what we know."""

WATCHED_MONTHS = 12
RENEWED_BEFORE = timedelta(days=28)
"""How long before the end of its watch the asker is reminded."""

_NOT_MATCHED = frozenset({
    Kind.ENQUIRY, Kind.REPLY, Kind.CLOSURE, Kind.ACKNOWLEDGEMENT, Kind.REFUSAL, Kind.RECALL, Kind.RECALL_ANSWER,
    Kind.BREACH, Kind.RIGHTS, Kind.CHECK, Kind.CHECK_ANSWER,
})  # fmt: skip


class Side(StrEnum):
    """On which side of it we are."""

    SENT = "sent"
    RECEIVED = "received"


class Chase(StrEnum):
    """What has not come in time: a receipt, a person, a renewal."""

    RECEIPT = "receipt"
    OPENING = "opening"
    RENEWAL = "renewal"


@dataclass(frozen=True, slots=True)
class States:
    """The four states of one notice for its sender, each with its time; none is guessed from another."""

    sent: datetime | None = None
    received: datetime | None = None
    opened: datetime | None = None
    answered: datetime | None = None

    @property
    def words(self) -> str:
        """The furthest that it has come."""
        if self.answered:
            return "answered"
        if self.opened:
            return "opened by a person"
        if self.received:
            return "received by their system"
        return "sent" if self.sent else "waiting to be sent"


def is_matched(kind: Kind) -> bool:
    """Whether a document of this kind may tell where a child is that somebody asks after."""
    return kind not in _NOT_MATCHED


def watched_until(at: datetime) -> datetime:
    """The end of a watch that begins ``at``: the same day of a later year, or the day before where there is none."""
    years, months = divmod(at.month - 1 + WATCHED_MONTHS, 12)
    month = months + 1
    for day in range(at.day, at.day - 4, -1):
        try:
            return at.replace(year=at.year + years, month=month, day=day)
        except ValueError:
            continue
    raise ValueError("a month has at least 28 days")
