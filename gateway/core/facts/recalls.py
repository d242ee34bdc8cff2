"""Facts about what went wrong: recalls, files that were not for us, breaches."""

from dataclasses import dataclass
from datetime import datetime

from gateway.core.facts.fact import Fact
from gateway.core.facts.words import BreachNature, BreachRisk, KeptReason, RecallOutcome, RecallReason
from gateway.core.terms import BreachId, Commitment, DisclosureId, Item, ParcelId, PartnerId


@dataclass(frozen=True, slots=True)
class DisclosureRecalled(Fact):
    """Somebody called back all that went under one disclosure.

    ``withdrawn`` parcels had not gone; ``gone`` had, or may have.
    """

    disclosure: DisclosureId
    breach: BreachId
    reason: RecallReason
    text: Commitment
    by: Commitment
    withdrawn: int
    gone: int


@dataclass(frozen=True, slots=True)
class RecallReceived(Fact):
    """A partner called back what it had told us; ``held`` of its parcels lay here unopened and open to nobody now."""

    sender: PartnerId
    disclosure: DisclosureId
    reason: RecallReason | None
    held: int


@dataclass(frozen=True, slots=True)
class RecallAnswered(Fact):
    """A person here said what became of what ``sender`` had called back, ``opened`` by so many people before."""

    sender: PartnerId
    disclosure: DisclosureId
    outcome: RecallOutcome
    opened: int
    by: Commitment
    reason: KeptReason | None = None
    passed_on: tuple[Commitment, ...] | None = None


@dataclass(frozen=True, slots=True)
class RecallHeard(Fact):
    """The partner that had it answered our recall; ``by`` is who wrote it down, where no machine told us.

    Where it is said to be deleted, this line is the proof that the recipient said so.
    """

    disclosure: DisclosureId
    partner: PartnerId
    outcome: RecallOutcome
    opened: int | None = None
    reason: KeptReason | None = None
    passed_on: tuple[Commitment, ...] | None = None
    by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class ParcelFrozen(Fact):
    """Nobody opens it from now on. ``by`` is absent where its sender called it back."""

    parcel: ParcelId
    by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class ParcelFreed(Fact):
    """It is kept after all, and may be opened again."""

    parcel: ParcelId
    by: Commitment


@dataclass(frozen=True, slots=True)
class ParcelDestroyed(Fact):
    """The keys of all that was kept of it are gone, and so is what they closed."""

    parcel: ParcelId
    by: Commitment


@dataclass(frozen=True, slots=True)
class NotForUs(Fact):
    """Somebody said of a parcel in our inbox that it was not meant for us; ``opened`` by so many people before."""

    parcel: ParcelId
    disclosure: DisclosureId
    text: Commitment
    by: Commitment
    opened: int


@dataclass(frozen=True, slots=True)
class BreachOpened(Fact):
    """We became aware of a personal data breach at ``aware``: 72 hours to the ICO run from there (Article 33)."""

    breach: BreachId
    nature: BreachNature
    aware: datetime
    children: int
    items: tuple[Item, ...]
    disclosure: DisclosureId | None = None
    by: Commitment | None = None
    """Absent where a partner told us."""


@dataclass(frozen=True, slots=True)
class BreachUpdated(Fact):
    """What is known or done about a breach by now; ``text`` commits to why somebody is not told."""

    breach: BreachId
    by: Commitment
    contained: bool | None = None
    risk: BreachRisk | None = None
    told_ico: datetime | None = None
    told_people: datetime | None = None
    told_partner: datetime | None = None
    text: Commitment | None = None
