"""One version of a data-sharing agreement. It never changes: what is agreed anew is a new version."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.core.law import Stated
from gateway.core.partners import Carrier, Partner
from gateway.core.terms import AgreementRef, Kind, PartnerId, Period, PurposeCode


class Status(StrEnum):
    """How far an agreement has come. Only ``active`` and ``review-due`` let anything out."""

    DRAFT = "draft"
    IN_CONSULTATION = "in-consultation"
    SIGNED = "signed"
    ACTIVE = "active"
    REVIEW_DUE = "review-due"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"

    @property
    def adopted(self) -> bool:
        return self not in {Status.DRAFT, Status.IN_CONSULTATION, Status.SIGNED}


class Direction(StrEnum):
    """Whether the recipients may also tell the senders, on the same terms."""

    ONE_WAY = "one-way"
    BOTH_WAYS = "both-ways"


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """One partner, or every school that a council serves. Written ``council-886`` or ``schools-of council-886``."""

    partner: PartnerId
    schools: bool = False

    @classmethod
    def parse(cls, text: str) -> "Party":
        """The opposite of ``str``; raises ValueError."""
        found = re.fullmatch(r"(schools-of )?([a-z0-9-]+)", text)
        if found is None:
            raise ValueError("not a party")
        return cls(PartnerId(found[2]), found[1] is not None)

    def __str__(self) -> str:
        return f"schools-of {self.partner}" if self.schools else self.partner

    def covers(self, partner: Partner) -> bool:
        """A team is part of its council, so what is agreed with the council covers it."""
        if self.schools:
            return partner.kind.school and partner.served_by == self.partner
        return self.partner in {partner.id, partner.team_of}


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signed for a party, by role and never by name, and when."""

    party: Party
    role: str
    day: date


@dataclass(frozen=True, slots=True)
class Agreement:
    """What may go from ``senders`` to ``recipients``, for which purposes and on which basis each, until when.

    ``items`` are patterns for each kind of document; what they do not name does not go. No ``carriers`` means any.
    """

    name: str
    version: int
    title: str
    status: Status
    direction: Direction
    senders: tuple[Party, ...]
    recipients: tuple[Party, ...]
    in_force: Period
    review: date
    purposes: tuple[tuple[PurposeCode, Stated], ...]
    items: tuple[tuple[Kind, tuple[str, ...]], ...]
    max_children: int
    carriers: tuple[Carrier, ...] = ()
    signatories: tuple[Signatory, ...] = ()

    def __post_init__(self) -> None:
        AgreementRef(f"{self.name}.v{self.version}")  # raises ValueError
        if len(dict(self.purposes)) != len(self.purposes):
            raise ValueError("a purpose is named twice")
        unsigned = {*self.senders, *self.recipients} - {one.party for one in self.signatories}
        if self.status.adopted and unsigned:
            raise ValueError("an adopted agreement is signed for every party")

    @property
    def ref(self) -> AgreementRef:
        return AgreementRef(f"{self.name}.v{self.version}")

    def stated(self, purpose: PurposeCode) -> Stated | None:
        """The basis on which this agreement puts one of its purposes."""
        return dict(self.purposes).get(purpose)

    def patterns(self, kind: Kind) -> tuple[str, ...]:
        return dict(self.items).get(kind, ())

    def stands(self, day: date) -> bool:
        """In force on ``day``: active, begun, not over, and not more than three months behind its review (WEISF)."""
        current = self.status in {Status.ACTIVE, Status.REVIEW_DUE}
        return current and self.in_force.covers(day) and day <= _three_months_after(self.review)

    def covers(self, purpose: PurposeCode, sender: Partner, recipient: Partner, kind: Kind) -> bool:
        """Whether its terms speak of this disclosure, in force or not."""
        if self.stated(purpose) is None or not self.patterns(kind):
            return False
        forth = _among(self.senders, sender) and _among(self.recipients, recipient)
        back = _among(self.recipients, sender) and _among(self.senders, recipient)
        return forth or (back and self.direction is Direction.BOTH_WAYS)


def in_force(agreements: Iterable[Agreement], day: date) -> tuple[Agreement, ...]:
    """Those that let something out on ``day``; of one name, only the newest version that does."""
    newest: dict[str, Agreement] = {}
    for one in sorted(agreements, key=lambda one: (one.name, one.version)):
        if one.stands(day):
            newest[one.name] = one
    return tuple(newest.values())


def covering(
    agreements: Iterable[Agreement], purpose: PurposeCode, sender: Partner, recipient: Partner, kind: Kind
) -> tuple[Agreement, ...]:
    """Those that were adopted for this disclosure, whether or not they are in force today."""
    return tuple(one for one in agreements if one.status.adopted and one.covers(purpose, sender, recipient, kind))


def _among(parties: tuple[Party, ...], partner: Partner) -> bool:
    return any(party.covers(partner) for party in parties)


def _three_months_after(day: date) -> date:
    year, month = divmod(day.month + 2, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
