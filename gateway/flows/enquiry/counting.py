"""Counts: for the record of processing (Article 30), for the DfE's termly return, and for the board.

What other parts of the gateway count (clocks, breaches, rights requests, children missing education) they hand in as
rows; what the log itself says is counted here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.core import suppression
from gateway.core.delivery import State
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Role
from gateway.core.law import Class
from gateway.core.records import Act, Person, Tally
from gateway.core.suppression import LEAST, Published
from gateway.core.terms import Outcome, PartnerId, PurposeCode
from gateway.flows.enquiry.rows import SETTLED
from gateway.flows.enquiry.viewing import LOOKERS
from gateway.flows.ports import Gateway

COUNTERS = LOOKERS | {Role.OPERATOR}
"""Counts name nobody: whoever keeps the machine running may read them too."""


class Counts(Protocol):
    """What counting asks of the store."""

    def tallies(self, homes: Sequence[PartnerId], since: datetime, until: datetime) -> Sequence[Tally]: ...
    def classes(
        self, homes: Sequence[PartnerId], since: datetime, until: datetime
    ) -> Mapping[tuple[PurposeCode, Class], int]: ...


@dataclass(frozen=True, slots=True)
class Between:
    """A period: ``since`` is included, ``until`` is not."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Processing:
    """One row of the record of processing: what was disclosed for one purpose to one kind of recipient."""

    purpose: str
    basis: str
    schedule1: str
    recipients: str
    disclosures: int
    children: int


@dataclass(frozen=True, slots=True)
class Line:
    """One number that the board reads. ``of`` is out of how many; 0 where it is no share."""

    heading: str
    number: int
    of: int = 0

    @property
    def share(self) -> str:
        return f"{100 * self.number / self.of:.0f} %" if self.of else ""


def processing(gateway: Gateway, store: Counts, person: Person, period: Between) -> Sequence[Processing]:
    """Releases by purpose, basis, Schedule 1 paragraph and kind of recipient, the largest first."""
    directory = gateway.store.register().directory
    lines, children = Counter[tuple[str, str, str, str]](), Counter[tuple[str, str, str, str]]()
    for one in store.tallies(_homes(gateway, person), period.since, period.until):
        if one.act is Act.RELEASE:
            partner = directory.find(one.partner) if one.partner else None
            sort = (one.purpose or "", one.basis or "", one.schedule1 or "", partner.kind if partner else "unknown")
            lines[sort] += one.lines
            children[sort] += one.children
    return [Processing(*sort, number, children[sort]) for sort, number in sorted(lines.items(), key=_largest)]


def classes(
    gateway: Gateway, store: Counts, person: Person, period: Between
) -> Mapping[tuple[PurposeCode, Class], int]:
    """How many releases hold anything of each class, by purpose."""
    found = store.classes(_homes(gateway, person), period.since, period.until)
    return dict(sorted(found.items()))


def board(
    gateway: Gateway, store: Counts, person: Person, period: Between, others: Iterable[Line] = ()
) -> Sequence[Line]:
    """What went, what is on its way, what waits for people; then ``others``: clocks, breaches, rights requests."""
    found = store.tallies(_homes(gateway, person), period.since, period.until)
    released = [one for one in found if one.act is Act.RELEASE]
    out = sum(one.lines for one in released)
    waiting = [one for one in found if one.act is Act.HOLD and one.state is None]
    refused = [one for one in found if one.act is Act.REFUSE or one.state is Outcome.REFUSE]
    return [
        Line("Disclosures released", out),
        Line("Delivered or collected", sum(one.lines for one in released if one.state in SETTLED), out),
        Line("Given up", sum(one.lines for one in released if one.state is State.ABANDONED), out),
        Line("Held, and waiting for people", sum(one.lines for one in waiting)),
        Line("Refused", sum(one.lines for one in refused)),
        Line("Received from partners", sum(one.lines for one in found if one.act is Act.RECEIVE)),
        *others,
    ]


def termly(tables: Mapping[str, suppression.Cells], least: int = LEAST) -> Published:
    """The DfE's return of children missing education: each table divides the same children; small numbers stay out."""
    return suppression.published(tables, least)


def dfe(gateway: Gateway, store: Counts, person: Person, period: Between, least: int = LEAST) -> Published:
    """What the log itself knows for the return: children told of, by purpose and by kind of recipient."""
    rows = processing(gateway, store, person, period)
    tables: dict[str, Counter[str]] = {"purpose": Counter(), "recipients": Counter()}
    for one in rows:
        tables["purpose"][one.purpose] += one.children
        tables["recipients"][one.recipients] += one.children
    return termly(tables, least)


def _homes(gateway: Gateway, person: Person) -> tuple[PartnerId, ...]:
    homes = tuple(sorted(person.homes & set(gateway.homes)))
    if person.role not in COUNTERS or not homes:
        raise Refusal(Code.NOT_ALLOWED)
    return homes


def _largest(one: tuple[tuple[str, ...], int]) -> tuple[int, tuple[str, ...]]:
    return -one[1], one[0]
