"""What may happen to a parcel, and what to do after one attempt to deliver it: two tables and two pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from gateway.core.errors import Reason
from gateway.core.facts import (
    AttemptStarted,
    Condition,
    Fact,
    ParcelAbandoned,
    ParcelCollected,
    ParcelDeferred,
    ParcelDelivered,
    ParcelDestroyed,
    ParcelExpired,
    ParcelFreed,
    ParcelFrozen,
    ParcelHanded,
    ParcelPacked,
    ParcelResent,
    ParcelSealed,
    ParcelShelved,
    ParcelTaken,
    ParcelWithdrawn,
    PartnerPaused,
    PartnerResumed,
)
from gateway.core.terms import (
    AgreementRef,
    CarrierReference,
    Digest,
    DisclosureId,
    Kind,
    MessageId,
    ParcelId,
    PartnerId,
    PurposeCode,
    UploadId,
)


class State(StrEnum):
    """Every parcel is in exactly one of these (invariant I8)."""

    WAITING = "waiting"
    SENDING = "sending"
    HANDED = "handed"
    """A carrier has it, whose evidence comes later: MESH, or a folder. Sent is not delivered."""
    DELIVERED = "delivered"
    """The recipient has signed for it."""
    TAKEN = "taken"
    """Somebody has it, as a person or a receipt says that bears no signature."""
    SHELVED = "shelved"
    COLLECTED = "collected"
    EXPIRED = "expired"
    """Nobody collected it in time: it is not handed out until its sender, or the council, lays it there again."""
    ABANDONED = "abandoned"
    WITHDRAWN = "withdrawn"
    FROZEN = "frozen"
    DESTROYED = "destroyed"


STEPS: Mapping[tuple[State | None, type[Fact]], State] = MappingProxyType(
    {
        (None, ParcelSealed): State.WAITING,
        (None, ParcelPacked): State.WAITING,
        (None, ParcelShelved): State.SHELVED,
        (State.WAITING, AttemptStarted): State.SENDING,
        # the lease of an attempt ran out: its worker died, or its answer is late
        (State.SENDING, AttemptStarted): State.SENDING,
        (State.SENDING, ParcelDelivered): State.DELIVERED,
        # a receipt proves delivery however late it comes
        (State.WAITING, ParcelDelivered): State.DELIVERED,
        (State.ABANDONED, ParcelDelivered): State.DELIVERED,
        (State.WITHDRAWN, ParcelDelivered): State.DELIVERED,
        (State.SENDING, ParcelHanded): State.HANDED,
        (State.HANDED, ParcelDelivered): State.DELIVERED,
        (State.HANDED, ParcelTaken): State.TAKEN,
        (State.HANDED, ParcelAbandoned): State.ABANDONED,
        (State.HANDED, ParcelWithdrawn): State.WITHDRAWN,
        # it was taken after all, however late that is known
        (State.WAITING, ParcelTaken): State.TAKEN,
        (State.SENDING, ParcelTaken): State.TAKEN,
        (State.ABANDONED, ParcelTaken): State.TAKEN,
        (State.WITHDRAWN, ParcelTaken): State.TAKEN,
        (State.SENDING, ParcelDeferred): State.WAITING,
        (State.SENDING, ParcelAbandoned): State.ABANDONED,
        (State.WAITING, ParcelAbandoned): State.ABANDONED,
        (State.ABANDONED, ParcelResent): State.WAITING,
        (State.WAITING, ParcelWithdrawn): State.WITHDRAWN,
        (State.SENDING, ParcelWithdrawn): State.WITHDRAWN,
        (State.SHELVED, ParcelCollected): State.COLLECTED,
        (State.SHELVED, ParcelWithdrawn): State.WITHDRAWN,
        (State.SHELVED, ParcelExpired): State.EXPIRED,
        (State.EXPIRED, ParcelFreed): State.SHELVED,
        (State.EXPIRED, ParcelWithdrawn): State.WITHDRAWN,
        (State.EXPIRED, ParcelFrozen): State.FROZEN,
        (State.EXPIRED, ParcelDestroyed): State.DESTROYED,
        # called back, or not for whoever has it: nobody opens it until a person says what becomes of it
        (State.SHELVED, ParcelFrozen): State.FROZEN,
        (State.COLLECTED, ParcelFrozen): State.FROZEN,
        (State.FROZEN, ParcelFreed): State.SHELVED,
        (State.SHELVED, ParcelDestroyed): State.DESTROYED,
        (State.COLLECTED, ParcelDestroyed): State.DESTROYED,
        (State.FROZEN, ParcelDestroyed): State.DESTROYED,
    }
)
"""What is not in this table is a bug, and the store refuses to record it."""

OPEN = (State.WAITING, State.SENDING)
"""States of which something must still come by itself."""

UNSETTLED = (*OPEN, State.HANDED)
"""States in which nobody has said yet that it arrived, and a recall may come in time."""

PROVABLE = frozenset({*UNSETTLED, State.ABANDONED, State.WITHDRAWN})
"""States in which a receipt settles a parcel, however late it comes."""

GOES_UNPROVEN: Mapping[Kind | PurposeCode, str] = MappingProxyType(
    {
        Kind.RECALL: "takes back what should not have gone; each hour that it waits somebody reads it",
        Kind.RECALL_ANSWER: "says that something is destroyed, and nothing of the child",
        Kind.BREACH: "UK GDPR Articles 33 and 34: who is harmed has to hear of it in time",
        Kind.RIGHTS: "UK GDPR Articles 16 to 19: it corrects, restricts or erases what its reader holds already",
        Kind.ACKNOWLEDGEMENT: "says that a person has opened something, and nothing of the child",
        Kind.REFUSAL: "says that something is not taken, and nothing of the child",
        PurposeCode("P09"): "Children Act 1989 s47: a child may come to harm",
        PurposeCode("P13"): "Children Act 1989 s47: a child may come to harm",
        PurposeCode("P15"): "a child with an EHC plan who is off a roll is known to its team in the same hour",
        PurposeCode("P34"): "UK GDPR Article 6(1)(d): a life is at risk",
    }
)
"""What goes on while new disclosures stop for want of countersignatures, by its kind or its purpose, and why.

The stop keeps our own log honest. It may delay what tells somebody something new of a child; it may not hold back what
undoes harm, or what a child's safety hangs on. Everything else waits, returns and transfer files too: their clocks are
days, and nobody but us is at fault for them.
"""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait after each failed attempt. The settings hold it; demo and tests pass seconds.

    ``steps`` in order, then ``then`` for ever, until ``give_up`` after the parcel was sealed. Each wait is spread by
    ``jitter`` (0.2 is plus or minus a fifth), so that partners which fell silent together are not called together.
    """

    steps: tuple[timedelta, ...] = tuple(timedelta(minutes=m) for m in (1, 2, 5, 15, 30))
    then: timedelta = timedelta(minutes=30)
    give_up: timedelta = timedelta(days=30)
    jitter: float = 0.2
    pause_after: int = 3
    """Faults in a row after which a partner is paused and one parcel probes for all."""
    tries: int = 100
    """Attempts after which a parcel is set aside that gets an answer each time, but never a receipt."""

    def after(self, failures: int, chance: int, asked: timedelta | None = None) -> timedelta:
        """The wait after the ``failures``-th fault (from 1); ``chance`` is a random byte.

        Who is busy may say for how long it wants to be left alone: no shorter than our shortest wait, nor longer than
        the longest.
        """
        if asked is not None:
            return min(max(asked, self.after(1, chance)), self.longest)
        wait = self.steps[failures - 1] if failures <= len(self.steps) else self.then
        return wait * (1 + self.jitter * (chance / 127.5 - 1))

    @property
    def longest(self) -> timedelta:
        """No wait can be longer; a due time beyond it comes from a clock that jumped."""
        return max((*self.steps, self.then)) * (1 + self.jitter)


@dataclass(frozen=True, slots=True)
class Parcel:
    """An extract closed for one recipient, and what to check before it goes. Its bytes never change.

    ``carrier`` takes it where it does not go from gateway to gateway, nor lie on a shelf of ours; without
    ``sealed_for`` as a plain file.
    """

    id: ParcelId
    home: PartnerId
    disclosure: DisclosureId
    source: UploadId
    discloser: PartnerId
    recipient: PartnerId
    reader: PartnerId
    purpose: PurposeCode
    agreement: AgreementRef | None
    agreement_content: Digest | None
    pupils: tuple[int, ...]
    document: str
    sealed_at: datetime
    message: MessageId | None = None
    content_type: str = ""
    sealed: str = ""
    sealed_for: Digest | None = None
    signed_by: Digest | None = None
    carrier: Condition | None = None
    mpc: str | None = None
    """The message partition channel that a sealed message names to be pulled on; nothing where it is pushed."""
    kind: Kind | None = None
    """What it was cut from; it is not known of what others sent us, nor of parcels of before."""

    @property
    def received(self) -> bool:
        """Whether another organisation sent it to us: nothing of what lies here was cut from a document of our own."""
        return self.document == self.sealed

    @property
    def goes_unproven(self) -> bool:
        """Whether it goes, or is opened, while too few have countersigned our log: what came to us is nothing new."""
        return self.received or self.kind in GOES_UNPROVEN or self.purpose in GOES_UNPROVEN


@dataclass(frozen=True, slots=True)
class Lane:
    """How a partner has answered lately: ``failures`` in a row, and no parcel goes to it before ``open_at``."""

    partner: PartnerId
    failures: int
    open_at: datetime

    def paused(self, waits: Waits) -> bool:
        return self.failures >= waits.pause_after


@dataclass(frozen=True, slots=True)
class Accepted:
    """The partner's verified, signed receipt, and the checkpoint of its own log that it showed."""

    receipt: bytes
    digest: Digest
    signed_by: Digest
    checkpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """A carrier took it; its receipt, if one ever comes, comes another way."""

    carrier: Condition
    reference: CarrierReference | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """``asked`` is how long the partner wants to be left alone (Retry-After)."""

    reason: Reason
    lasting: bool = False
    asked: timedelta | None = None


Result = Accepted | Handed | Failed


OURS = frozenset({
    Reason.VAULT, Reason.STORE, Reason.CARRIER, Reason.UNSEALABLE, Reason.TOO_OLD, Reason.UNEXPECTED,
    Reason.UNCONFIRMED, Reason.ONBOARDING,
})  # fmt: skip
"""What is up to us: it says nothing about whether the partner's machine is up."""

ANSWERED = frozenset({Reason.REFUSED_BY_PARTNER, Reason.REPEAT_REFUSED})
"""What a partner says in an answer of its own that holds: its machine is up."""

POISON = frozenset({Reason.HTTP_STATUS, Reason.RECEIPT_MISSING, Reason.RECEIPT_INVALID, Reason.UNEXPECTED})
"""What comes of the parcel itself, here or there, and comes again: patience is for partners that are away."""


def lane_after(
    lane: Lane | None, parcel: Parcel, result: Result, at: datetime, waits: Waits, chance: int
) -> tuple[Lane | None, tuple[Fact, ...]]:
    """What one attempt says about the partner as a whole. While paused, one parcel probes for all.

    Returns the partner's lane afterwards (None: nothing to remember) and what to log.
    """
    match result:
        case Failed(reason) if reason in OURS:
            return lane, ()
        case Failed(reason, _, asked) if reason not in ANSWERED:
            failures = 1 + (lane.failures if lane else 0)
            after_fault = Lane(parcel.recipient, failures, at + waits.after(failures, chance, asked))
            newly = failures == waits.pause_after
            return after_fault, (
                PartnerPaused(at, parcel.home, parcel.recipient, after_fault.open_at),
            ) if newly else ()
        case _ if lane is not None and lane.paused(waits):
            return None, (PartnerResumed(at, parcel.home, parcel.recipient),)
        case _:
            return None, ()


def after(parcel: Parcel, attempt: int, result: Result, at: datetime, waits: Waits, chance: int) -> Fact:
    """What one attempt means: delivered, with a carrier, tried again later, or given up and told."""
    match result:
        case Accepted(_, digest, signed_by, _):
            return ParcelDelivered(at, parcel.home, parcel.id, digest, signed_by)
        case Handed(carrier, reference):
            return ParcelHanded(at, parcel.home, parcel.id, carrier, reference)
        case Failed(reason, True):
            return ParcelAbandoned(at, parcel.home, parcel.id, reason)
        case Failed() if at - parcel.sealed_at >= waits.give_up:
            return ParcelAbandoned(at, parcel.home, parcel.id, Reason.TOO_OLD)
        case Failed(reason) if reason in POISON and attempt >= waits.tries:
            return ParcelAbandoned(at, parcel.home, parcel.id, reason)
        case Failed(reason, _, asked):
            return ParcelDeferred(at, parcel.home, parcel.id, attempt, at + waits.after(attempt, chance, asked), reason)
