"""How the gateway stands, for whoever runs the machine: what waits, what was given up and why, and sending it again.

Nothing here is about a child: an operator sees numbers, organisations and reasons.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.core import partners, roles
from gateway.core.as4 import certificates
from gateway.core.days import day_of
from gateway.core.delivery import OPEN, State
from gateway.core.errors import WORDS, Code, Refusal
from gateway.core.facts import ParcelResent, parse_line
from gateway.core.partners import Partner, Paused
from gateway.core.records import Person, Queued, Standing
from gateway.core.roles import Can
from gateway.core.terms import ParcelId, PartnerId
from gateway.flows import dispatch, enquiry
from gateway.flows.ports import Gateway

OPERATORS = roles.who(Can.OPERATE)
MOST = 200


class Parcels(Protocol):
    """What an overview asks of the store."""

    def counts(self) -> Mapping[State, int]: ...
    def parcels_in(self, states: Sequence[State], most: int) -> Sequence[Standing]: ...
    def queues(self) -> Sequence[Queued]: ...


@dataclass(frozen=True, slots=True)
class Row:
    """A parcel as an operator sees it: whose, to whom, how often it was tried, and what stopped it, in words.

    ``due`` is when it is tried next; None where nobody will.
    """

    parcel: ParcelId
    sender: str
    recipient: str
    state: State
    attempts: int
    since: datetime
    reason: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Lasting:
    """A certificate of a partner or of a home, and for how many days it lasts: less than none when it is over.

    Of two for one thing the old one still counts while the new one is taken up; ``fingerprint`` tells them apart.
    """

    whose: str
    role: str
    days: int
    until: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for one partner, since when, and what stops it, in words; ``paused`` where somebody of ours did."""

    partner: PartnerId
    name: str
    waiting: int
    oldest: datetime | None
    stopped: str
    paused: Paused | None


@dataclass(frozen=True, slots=True)
class Overview:
    """``dead``: for whom more than one was given up."""

    queues: tuple[Queue, ...]
    dead: tuple[tuple[PartnerId, str], ...]
    counts: Mapping[State, int]
    waiting: tuple[Row, ...]
    given_up: tuple[Row, ...]
    certificates: tuple[Lasting, ...]


def look(gateway: Gateway, store: Parcels, person: Person, at: datetime) -> Overview:
    """Raises Refusal(NOT_ALLOWED) for whoever does not run the machine."""
    refuse_others(gateway, person)
    waiting = tuple(_row(gateway, one) for one in store.parcels_in(list(OPEN), MOST))
    abandoned = store.parcels_in([State.ABANDONED], MOST)
    given_up = tuple(_row(gateway, one) for one in abandoned)
    many = Counter(one.parcel.recipient for one in abandoned)
    dead = tuple((one, enquiry.name_of(gateway, one)) for one, count in many.items() if count > 1)
    queues = _queues(gateway, store, at)
    return Overview(queues, dead, store.counts(), waiting, given_up, tuple(_lasting(gateway, at)))


def resend(gateway: Gateway, person: Person, parcel: ParcelId, at: datetime) -> None:
    """Put a dead letter back in the queue; who did stands in the log. Raises Refusal, SETTLED for who comes second."""
    refuse_others(gateway, person)
    found = gateway.store.parcel(parcel)
    said = [parse_line(one)["fact"] for one in gateway.store.lines_about(parcel)]
    if found and found.state is not State.ABANDONED and ParcelResent.__name__ in said:
        raise Refusal(Code.SETTLED)
    dispatch.resend(gateway, parcel, person.id, at)


def resend_all(gateway: Gateway, store: Parcels, person: Person, partner: PartnerId, at: datetime) -> int:
    """Put back every dead letter for one partner; returns how many."""
    refuse_others(gateway, person)
    dead = [one for one in store.parcels_in([State.ABANDONED], MOST) if one.parcel.recipient == partner]
    for one in dead:
        dispatch.resend(gateway, one.parcel.id, person.id, at)
    return len(dead)


def refuse_others(gateway: Gateway, person: Person) -> None:
    """Raises Refusal(NOT_ALLOWED) for whoever does not run the machine."""
    if person.role not in OPERATORS or person.organisation not in gateway.homes:
        raise Refusal(Code.NOT_ALLOWED)


def _queues(gateway: Gateway, store: Parcels, at: datetime) -> tuple[Queue, ...]:
    """Everybody to whom something may be sent: those for whom something waits before the others."""
    found = {one.partner: one for one in store.queues()}
    homes, day = gateway.homes, day_of(at)
    listed = [
        _queue(partner, found.get(partner.id, Queued(partner.id)), gateway, at)
        for partner in gateway.store.register().directory.partners.values()
        if partner.id in found
        or partner.paused
        or (partners.has_queue(partner) and partner.introduced and partner.in_effect.covers(day))
        if partner.id not in homes
    ]
    return tuple(sorted(listed, key=lambda one: (not one.waiting, not one.stopped, one.name)))


def _queue(partner: Partner, queued: Queued, gateway: Gateway, at: datetime) -> Queue:
    wait = partners.waits(partner, at)
    stopped = WORDS[partners.REASONS[wait]] if wait and not partner.paused else ""
    if not wait and queued.failures >= gateway.waits.pause_after:
        stopped = f"it failed {queued.failures} times in a row, and is tried with one file at a time"
    return Queue(partner.id, partner.name, queued.waiting, queued.oldest, stopped, partner.paused)


def _row(gateway: Gateway, one: Standing) -> Row:
    sender, recipient = (enquiry.name_of(gateway, each) for each in (one.parcel.discloser, one.parcel.recipient))
    due = one.due if one.state is State.WAITING else None
    reason = enquiry.reason_words(one.reason)
    return Row(one.parcel.id, sender, recipient, one.state, one.attempts, one.moved_at, reason, due)


def _lasting(gateway: Gateway, at: datetime) -> Sequence[Lasting]:
    """Every certificate in the register, the one that ends first before the others."""
    partners = gateway.store.register().directory.partners.values()
    found = [each for partner in partners for each in _of(partner, at)]
    return sorted(found, key=lambda one: one.days)


def _of(partner: Partner, at: datetime) -> Sequence[Lasting]:
    ends = ((one, certificates.load(one.pem).not_valid_after_utc) for one in partner.certificates)
    return [Lasting(partner.name, one.role, (end - at).days, end, one.fingerprint) for one, end in ends]
