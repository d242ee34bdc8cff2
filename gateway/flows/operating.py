"""How the gateway stands, for whoever runs the machine: what waits, what was given up and why, and sending it again.

Nothing here is about a child: an operator sees numbers, organisations and reasons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.core import roles
from gateway.core.as4 import certificates
from gateway.core.delivery import OPEN, State
from gateway.core.errors import Code, Refusal
from gateway.core.partners import Partner
from gateway.core.records import Person, Standing
from gateway.core.roles import Can
from gateway.core.terms import ParcelId
from gateway.flows import dispatch, enquiry
from gateway.flows.ports import Gateway

OPERATORS = roles.who(Can.OPERATE)
MOST = 200


class Parcels(Protocol):
    """What an overview asks of the store."""

    def counts(self) -> Mapping[State, int]: ...
    def parcels_in(self, states: Sequence[State], most: int) -> Sequence[Standing]: ...


@dataclass(frozen=True, slots=True)
class Row:
    """A parcel as an operator sees it: whose, to whom, how often it was tried, and what stopped it, in words."""

    parcel: ParcelId
    sender: str
    recipient: str
    state: State
    attempts: int
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Lasting:
    """A certificate of a partner or of a home, and for how many days it lasts: less than none when it is over."""

    whose: str
    role: str
    days: int


@dataclass(frozen=True, slots=True)
class Overview:
    counts: Mapping[State, int]
    waiting: tuple[Row, ...]
    given_up: tuple[Row, ...]
    certificates: tuple[Lasting, ...]


def look(gateway: Gateway, store: Parcels, person: Person, at: datetime) -> Overview:
    """Raises Refusal(NOT_ALLOWED) for whoever does not run the machine."""
    refuse_others(person)
    waiting = [_row(gateway, one) for one in store.parcels_in(list(OPEN), MOST)]
    given_up = [_row(gateway, one) for one in store.parcels_in([State.ABANDONED], MOST)]
    return Overview(store.counts(), tuple(waiting), tuple(given_up), tuple(_lasting(gateway, at)))


def resend(gateway: Gateway, person: Person, parcel: ParcelId, at: datetime) -> None:
    """Put a dead letter back in the queue; who did stands in the log. Raises Refusal."""
    refuse_others(person)
    dispatch.resend(gateway, parcel, person.id, at)


def refuse_others(person: Person) -> None:
    """Raises Refusal(NOT_ALLOWED) for whoever does not run the machine."""
    if person.role not in OPERATORS:
        raise Refusal(Code.NOT_ALLOWED)


def _row(gateway: Gateway, one: Standing) -> Row:
    sender, recipient = (enquiry.name_of(gateway, each) for each in (one.parcel.discloser, one.parcel.recipient))
    return Row(
        one.parcel.id, sender, recipient, one.state, one.attempts, one.moved_at, enquiry.reason_words(one.reason)
    )


def _lasting(gateway: Gateway, at: datetime) -> Sequence[Lasting]:
    """Every certificate in the register, the one that ends first before the others."""
    partners = gateway.store.register().directory.partners.values()
    found = [each for partner in partners for each in _of(partner, at)]
    return sorted(found, key=lambda one: one.days)


def _of(partner: Partner, at: datetime) -> Sequence[Lasting]:
    read = ((one.role, certificates.load(one.pem)) for one in partner.certificates)
    return [Lasting(partner.name, role, (found.not_valid_after_utc - at).days) for role, found in read]
