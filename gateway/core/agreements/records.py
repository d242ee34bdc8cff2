"""One version of a data-sharing agreement. It never changes: what is agreed anew is a new version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gateway.core.agreements.parts import (
    Approver,
    Assessment,
    Change,
    Ending,
    Member,
    Party,
    Plain,
    Quality,
    Restrictions,
    Retention,
    Rights,
    Security,
    Signatory,
)
from gateway.core.agreements.words import Direction, Frequency, Proof, Status, Subject, Tier
from gateway.core.days import months_after
from gateway.core.law import Stated
from gateway.core.partners import Carrier, Partner, Scheme
from gateway.core.terms import AgreementRef, Kind, PartnerId, Period, PurposeCode

Patterns = tuple[tuple[Kind, tuple[str, ...]], ...]
"""Patterns of items for each kind of document: ``UPN`` is itself, ``Address/*`` all that stands under Address."""

FORBIDDEN = "!"
"""Stands before a pattern whose items do not go, whatever else names them."""

GRACE_MONTHS = 3

_SILENT_PLAIN, _SILENT_RESTRICTIONS, _SILENT_SECURITY, _SILENT_RIGHTS = Plain(), Restrictions(), Security(), Rights()
_SILENT_ASSESSMENT, _SILENT_QUALITY, _SILENT_ENDING = Assessment(), Quality(), Ending()


@dataclass(frozen=True, slots=True)
class Agreement:
    """What may go from ``senders`` to ``recipients``, for which purposes and on which basis each, until when.

    ``items`` are patterns for each kind of document; what they do not name does not go, nor what ``forbidden`` names;
    ``mandatory`` are those of them that a sender owes. No ``carriers`` means any, no ``max_messages`` (a day) means no
    limit. ``max_age`` is the most days old that a kind of document may be. ``bulk`` is whether one message may tell of
    more children than a class. ``assurance`` are schemes that each partner has to hold, as ``dspt``.
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
    items: Patterns
    max_children: int
    carriers: tuple[Carrier, ...] = ()
    number: int | None = None
    """Under which the public register lists it."""
    tier: Tier = Tier.SPECIFIC
    parent: AgreementRef | None = None
    lead: PartnerId | None = None
    frequency: Frequency = Frequency.EVENT
    subjects: tuple[Subject, ...] = (Subject.CHILD,)
    max_messages: int | None = None
    bulk: bool = False
    assurance: tuple[Scheme, ...] = ()
    deletion_proof: Proof = Proof.STATEMENT
    breach_hours: int = 24
    complaints: str = ""
    publishable: bool = False
    summary: str = ""
    signatories: tuple[Signatory, ...] = ()
    plain: Plain = _SILENT_PLAIN
    members: tuple[Member, ...] = ()
    mandatory: Patterns = ()
    forbidden: Patterns = ()
    max_age: tuple[tuple[Kind, int], ...] = ()
    restrictions: Restrictions = _SILENT_RESTRICTIONS
    security: Security = _SILENT_SECURITY
    retention: tuple[Retention, ...] = ()
    rights: Rights = _SILENT_RIGHTS
    assessment: Assessment = _SILENT_ASSESSMENT
    quality: Quality = _SILENT_QUALITY
    approvers: tuple[Approver, ...] = ()
    ending: Ending = _SILENT_ENDING
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        AgreementRef(f"{self.name}.v{self.version}")  # raises ValueError
        if len(dict(self.purposes)) != len(self.purposes):
            raise ValueError("a purpose is named twice")
        # one that never came so far may be withdrawn as well
        if self.status.adopted and self.status is not Status.WITHDRAWN and self.unsigned:
            raise ValueError("an adopted agreement is signed for every party")
        listed, forbidden = dict(self.items), dict(self.forbidden)
        for kind, owed in self.mandatory:
            if not set(owed) <= set(listed.get(kind, ())) - set(forbidden.get(kind, ())):
                raise ValueError("what is mandatory is listed among the items and not forbidden")

    @property
    def ref(self) -> AgreementRef:
        return AgreementRef(f"{self.name}.v{self.version}")

    @property
    def parties(self) -> tuple[Party, ...]:
        """Senders and recipients, each once."""
        return tuple(dict.fromkeys((*self.senders, *self.recipients)))

    @property
    def unsigned(self) -> tuple[Party, ...]:
        """The parties for which nobody has signed yet."""
        signed = {one.party for one in self.signatories}
        return tuple(party for party in self.parties if party not in signed)

    def stated(self, purpose: PurposeCode) -> Stated | None:
        """The basis on which this agreement puts one of its purposes."""
        return dict(self.purposes).get(purpose)

    def patterns(self, kind: Kind) -> tuple[str, ...]:
        """What may go of such a document, and behind ``!`` what may not: whoever reads them lets the latter win."""
        allowed = dict(self.items).get(kind, ())
        return (*allowed, *(FORBIDDEN + one for one in dict(self.forbidden).get(kind, ()))) if allowed else ()

    def stands(self, day: date) -> bool:
        """In force on ``day``: active, begun, not over, and not more than three months behind its review (WEISF)."""
        return self.status.current and self.in_force.covers(day) and day <= self.grace_ends

    @property
    def grace_ends(self) -> date:
        """The last day on which an overdue review does not yet suspend it."""
        return months_after(self.review, GRACE_MONTHS)

    def covers(self, purpose: PurposeCode, sender: Partner, recipient: Partner, kind: Kind) -> bool:
        """Whether its terms speak of this disclosure, in force or not."""
        return bool(self.patterns(kind)) and self.speaks_of(purpose, sender, recipient)

    def speaks_of(self, purpose: PurposeCode, sender: Partner, recipient: Partner) -> bool:
        """Whether it is about this purpose between these two, whatever the document."""
        if self.stated(purpose) is None:
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
