"""In which state a notice or an enquiry is, and what is matched against an enquiry on watch."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.core.terms import Kind

FOLLOWED = frozenset({Kind.NOTICE, Kind.ENQUIRY})
"""What its sender keeps sight of, and what its recipient acknowledges by itself."""

RECEIPT, OPENED, WATCH = "notice-receipt", "notice-opened", "enquiry-watch"
"""The clocks of these, as the table of clocks has them."""

ACKNOWLEDGED_AFTER = timedelta(minutes=1)
"""After somebody opened it, always: looking for the child is no part of it, so no time tells what we know."""

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


class Reached(StrEnum):
    """Where it is once it is received, as whoever reads of it says it."""

    THEIRS = "received by their system"
    INBOX = "laid in their inbox"
    OURS = "received by our system"


@dataclass(frozen=True, slots=True)
class States:
    """The four states of one notice, each with its time; none is guessed from another."""

    sent: datetime | None = None
    received: datetime | None = None
    opened: datetime | None = None
    answered: datetime | None = None
    reached: Reached = Reached.THEIRS

    @property
    def words(self) -> str:
        """The furthest that it has come."""
        if self.answered:
            return "answered"
        if self.opened:
            return "opened by a person"
        if self.received:
            return "not opened yet" if self.reached is Reached.OURS else self.reached
        return "sent" if self.sent else "waiting to be sent"


def is_matched(kind: Kind) -> bool:
    """Whether a document of this kind may tell where a child is that somebody asks after."""
    return kind not in _NOT_MATCHED
