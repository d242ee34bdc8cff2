"""What was sent, parcel by parcel, as its sender sees it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from gateway.core import days, partners
from gateway.core.clocks import Clocks
from gateway.core.delivery import State
from gateway.core.errors import WORDS as FAULT_WORDS
from gateway.core.errors import Reason
from gateway.core.facts import Condition, Stale, TaskKind
from gateway.core.partners import Carrier, Partner
from gateway.core.records import Register, Standing
from gateway.core.tasks import CLOCKS
from gateway.core.terms import PartnerId, stamp
from gateway.flows import discretion
from gateway.flows.ports import Gateway

MOST_ROWS = 500
SETTLED = frozenset({State.DELIVERED, State.TAKEN, State.COLLECTED})

WITHDRAWN = {
    Stale.AGREEMENT: "the agreement under which it was decided has changed",
    Stale.RECIPIENT_CERTIFICATE: "the recipient's certificate has changed",
    Stale.OWN_CERTIFICATE: "our signing certificate has changed",
    Stale.CHANNEL: "the recipient now gets its messages in another way",
    Stale.FLAG: "somebody has to look at it before it goes",
    Stale.RECALLED: "it was called back",
}

WORDS = {
    State.WAITING: "waiting to be sent",
    State.SENDING: "being sent",
    State.HANDED: "on its way: no receipt has come yet",
    State.DELIVERED: "delivered: the recipient's gateway has signed for it",
    State.TAKEN: "taken: a person or an unsigned receipt says so",
    State.SHELVED: "waiting to be collected",
    State.COLLECTED: "collected by a person",
    State.EXPIRED: "not collected in time, and not handed out any more",
    State.ABANDONED: "could not be delivered and was given up",
    State.WITHDRAWN: "withdrawn and decided anew",
    State.FROZEN: "called back or not for its reader: nobody can open it",
    State.DESTROYED: "deleted",
}

BY_CARRIER = {
    (State.HANDED, Carrier.S2S): "waiting for upload to school2school",
    (State.HANDED, Carrier.FOLDER): "waiting to be picked up from its folder",
    (State.HANDED, Carrier.MESH): "sent by MESH: no receipt has come yet",
    (State.TAKEN, Carrier.S2S): "sent by school2school, as a person or its receipt says",
    (State.TAKEN, Carrier.FOLDER): "picked up, as a person or its receipt says",
}
"""What a state means with one carrier, where that says more."""


@dataclass(frozen=True, slots=True)
class Row:
    """One parcel as its sender sees it: where it stands, and whether somebody must do something."""

    parcel: str
    upload: str
    disclosure: str
    recipient: str
    purpose: str
    state: State
    words: str
    since: str
    attempts: int
    overdue: bool
    reason: str
    """Why the last attempt failed, in words; empty when none did."""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def name_of(gateway: Gateway, *organisations: PartnerId) -> str:
    """What people call these organisations; one that is not in the directory by its number."""
    directory = gateway.store.register().directory
    found = [(directory.find(one), one) for one in organisations]
    return " and ".join(partner.name if partner else number for partner, number in found)


def sent(gateway: Gateway, sender: PartnerId, at: datetime) -> Sequence[Row]:
    """What a school or a home has sent, newest first; overdue is what one working day has not brought there."""
    register = gateway.store.register()
    home = register.directory.receiver(register.directory.get(sender)).id
    found = gateway.store.sent_by(sender, home, MOST_ROWS)
    hidden = discretion.hidden(gateway.store, (one.parcel.source for one in found), sender, gateway.homes)
    clocks = gateway.rulebook.clocks
    rows = (
        (one, row_of(one, register.directory.find(one.parcel.reader), at, clocks, _waiting(one, register, at)))
        for one in found
    )
    return [without_whereabouts(row) if one.parcel.source in hidden else row for one, row in rows]


def without_whereabouts(row: Row) -> Row:
    """A row of a file about a child whom somebody must not find: it says neither who has it nor how far it came."""
    return replace(
        row,
        recipient=discretion.YOUR_COUNCIL,
        state=State.WAITING,
        words=discretion.WITH_YOUR_COUNCIL,
        attempts=0,
        overdue=False,
        reason="",
    )


def _waiting(standing: Standing, register: Register, at: datetime) -> str:
    """Why a parcel waits that nobody has tried to send, in words."""
    recipient = register.directory.find(standing.parcel.recipient)
    wait = partners.waits(recipient, at) if recipient and standing.state is State.WAITING else None
    return FAULT_WORDS[partners.REASONS[wait]] if wait else ""


def row_of(standing: Standing, reader: Partner | None, at: datetime, clocks: Clocks, waiting: str) -> Row:
    """One parcel in words."""
    parcel = standing.parcel
    return Row(
        parcel.id,
        parcel.source,
        parcel.disclosure,
        reader.name if reader else parcel.reader,
        parcel.purpose,
        standing.state,
        words_of(standing),
        stamp(standing.moved_at),
        standing.attempts,
        is_overdue(standing, at, clocks),
        waiting or reason_words(standing.reason),
    )


def words_of(standing: Standing) -> str:
    """Where it stands, as people say it."""
    usual, carrier = WORDS[standing.state], standing.parcel.carrier
    return BY_CARRIER.get((standing.state, Carrier(carrier)), usual) if carrier else usual


def reason_words(reason: str | None) -> str:
    """A reason as a person reads it: of a fault, or of a parcel that was withdrawn."""
    if reason is None:
        return ""
    return WITHDRAWN[Stale(reason)] if reason in set(Stale) else FAULT_WORDS[Reason(reason)]


def is_overdue(standing: Standing, at: datetime, clocks: Clocks) -> bool:
    """Whether one working day has passed without delivery; a dead letter and what expired are overdue at once.

    A person who uploads a file has as long as the clock of that says.
    """
    if standing.state in {State.ABANDONED, State.EXPIRED}:
        return True
    if standing.state in SETTLED or standing.state is State.WITHDRAWN:
        return False
    if standing.state is State.HANDED and standing.parcel.carrier == Condition(Carrier.S2S):
        return at >= clocks.due(CLOCKS[TaskKind.HAND_OFF], standing.moved_at)
    return at >= days.after_working(standing.parcel.sealed_at, 1)
