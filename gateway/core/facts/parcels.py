"""Facts about what goes out, attempt by attempt."""

from dataclasses import dataclass
from datetime import datetime

from gateway.core.errors import Reason
from gateway.core.facts.fact import Fact
from gateway.core.facts.words import Condition, Stale
from gateway.core.terms import (
    CarrierReference,
    Commitment,
    Digest,
    DisclosureId,
    MessageId,
    ParcelId,
    PartnerId,
)


@dataclass(frozen=True, slots=True)
class ParcelSealed(Fact):
    """``soap`` is the digest of the message's SOAP part, which the recipient's receipt answers."""

    parcel: ParcelId
    disclosure: DisclosureId
    message: MessageId
    recipient: PartnerId | None
    soap: Digest
    sealed_for: Digest
    signed_by: Digest


@dataclass(frozen=True, slots=True)
class ParcelPacked(Fact):
    """An extract waits as a plain file for a carrier whose taker cannot open a sealed message."""

    parcel: ParcelId
    disclosure: DisclosureId
    carrier: Condition
    recipient: PartnerId | None


@dataclass(frozen=True, slots=True)
class ParcelShelved(Fact):
    """An extract lies in an inbox, waiting for a person to collect it."""

    parcel: ParcelId
    disclosure: DisclosureId
    reader: Commitment


@dataclass(frozen=True, slots=True)
class ParcelWithdrawn(Fact):
    parcel: ParcelId
    reason: Stale


@dataclass(frozen=True, slots=True)
class AttemptStarted(Fact):
    parcel: ParcelId
    attempt: int


@dataclass(frozen=True, slots=True)
class ParcelDelivered(Fact):
    parcel: ParcelId
    receipt: Digest
    receipt_signed_by: Digest


@dataclass(frozen=True, slots=True)
class ParcelHanded(Fact):
    """The carrier has it, and called it ``reference``. Whether anybody got it is not known yet."""

    parcel: ParcelId
    carrier: Condition
    reference: CarrierReference | None = None


@dataclass(frozen=True, slots=True)
class ParcelTaken(Fact):
    """Somebody has it: ``by`` says so, or a ``receipt`` that bears no signature."""

    parcel: ParcelId
    receipt: Digest | None = None
    by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class ParcelDeferred(Fact):
    parcel: ParcelId
    attempt: int
    until: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class ParcelAbandoned(Fact):
    parcel: ParcelId
    reason: Reason


@dataclass(frozen=True, slots=True)
class ParcelResent(Fact):
    parcel: ParcelId
    by: Commitment


@dataclass(frozen=True, slots=True)
class ParcelCollected(Fact):
    """Somebody of its reader took the file; ``carrier`` where they hand it on by that one (PIR05 reg 9(2))."""

    parcel: ParcelId
    by: Commitment
    carrier: Condition | None = None


@dataclass(frozen=True, slots=True)
class ParcelExpired(Fact):
    """Nobody of its reader collected it in the time that is set. It stays, and its sender says what becomes of it."""

    parcel: ParcelId


@dataclass(frozen=True, slots=True)
class PartnerPaused(Fact):
    """``partner`` is absent where it is a school."""

    partner: PartnerId | None
    until: datetime


@dataclass(frozen=True, slots=True)
class PartnerResumed(Fact):
    partner: PartnerId | None
