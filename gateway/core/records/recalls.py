"""What was called back, by us or from us, and what is known of each breach. Texts rest closed, under the id named."""

from dataclasses import dataclass
from datetime import date, datetime

from gateway.core.facts import BreachNature, BreachRisk, RecallOutcome, RecallReason
from gateway.core.terms import BreachId, DisclosureId, Flag, PartnerId, PersonId, PurposeCode


@dataclass(frozen=True, slots=True)
class Recalled:
    """A disclosure of ours that somebody called back, and what ``partner`` answered, if it had it already.

    ``text`` is why, and ``answer`` what they said beside the outcome: to whom it was passed on.
    """

    disclosure: DisclosureId
    home: PartnerId
    partner: PartnerId
    breach: BreachId
    reason: RecallReason
    text: str
    by: PersonId
    at: datetime
    due: date
    gone: int
    answered_at: datetime | None = None
    outcome: RecallOutcome | None = None
    opened: int | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class CalledBack:
    """What ``sender`` called back from us, and what we answered."""

    sender: PartnerId
    disclosure: DisclosureId
    home: PartnerId
    at: datetime
    due: date
    purpose: PurposeCode
    reason: RecallReason | None = None
    answered_at: datetime | None = None
    outcome: RecallOutcome | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """One personal data breach: what, how many, contained or not, and who was told when.

    ``text`` is where the latest reason rests for which somebody is not told. ``flags`` stood on one of the children.
    """

    id: BreachId
    home: PartnerId
    nature: BreachNature
    aware: datetime
    children: int
    classes: tuple[str, ...]
    flags: tuple[Flag, ...] = ()
    disclosure: DisclosureId | None = None
    partner: PartnerId | None = None
    contained: bool = False
    risk: BreachRisk | None = None
    told_ico: datetime | None = None
    told_people: datetime | None = None
    told_partner: datetime | None = None
    text: str | None = None
