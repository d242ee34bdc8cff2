"""Every kind of fact. Their types are the promise: a fact has no place for a name, a number or a sentence."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from gateway.core.errors import Code, Reason
from gateway.core.facts.words import Citation, Condition, LogName, NoteSignature, Role, Stale, Version
from gateway.core.terms import (
    AgreementRef,
    Basis,
    Commitment,
    Digest,
    DisclosureId,
    Item,
    Kind,
    MessageId,
    ParcelId,
    PartnerId,
    PurposeCode,
    RuleCode,
    UploadId,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened at ``at``, for which the controller ``home`` answers."""

    at: datetime
    home: PartnerId


@dataclass(frozen=True, slots=True)
class LogOpened(Fact):
    vkey: Digest


@dataclass(frozen=True, slots=True)
class LogContinued(Fact):
    """The first line of a log that goes on after a loss: how far the one before it was signed, and what is left of it.

    ``origin``, ``size``, ``root`` and ``signature`` are its highest known checkpoint; ``root`` and ``signature`` are
    absent where only a witness named the size. ``held`` lines with the root ``held_root`` are still there.
    """

    vkey: Digest
    origin: LogName
    size: int
    root: Digest | None
    signature: NoteSignature | None
    held: int
    held_root: Digest


@dataclass(frozen=True, slots=True)
class UploadAccepted(Fact):
    upload: UploadId
    sender: Commitment
    content: Commitment
    kind: Kind
    version: Version
    pupils: int
    left_out: int
    errors: int
    queries: int
    by: Commitment | None = None
    """Who sent it, where a person did and not a machine."""


@dataclass(frozen=True, slots=True)
class UploadRefused(Fact):
    upload: UploadId
    sender: Commitment
    code: Code
    errors: int
    queries: int
    by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class QueryExplained(Fact):
    """A school explained what was asked about ``pupils`` of its file, in words that ``text`` commits to."""

    upload: UploadId
    rule: RuleCode
    pupils: int
    text: Commitment
    by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class ExplanationRead(Fact):
    """An officer of the school's council read the explanation that ``text`` commits to."""

    upload: UploadId
    rule: RuleCode
    by: Commitment


@dataclass(frozen=True, slots=True)
class ExplanationReleased(Fact):
    """An officer let an explanation go to the councils that received something of the upload."""

    upload: UploadId
    rule: RuleCode
    by: Commitment


@dataclass(frozen=True, slots=True)
class DisclosureReleased(Fact):
    """A lawful decision to disclose: what goes, to whom, why, and on which legal ground.

    ``recipient`` is the partner whose gateway receives, ``reader`` commits to the organisation that will read it.
    """

    disclosure: DisclosureId
    source: Commitment
    discloser: Commitment
    recipient: PartnerId
    reader: Commitment
    purpose: PurposeCode
    power: Citation
    duty: bool
    article6: Basis
    article9: Condition | None
    schedule1: Condition | None
    article10: Condition | None
    policy: Condition | None
    exemption: Condition | None
    agreement: AgreementRef | None
    carrier: Condition
    kind: Kind
    version: Version
    shared: tuple[Item, ...]
    withheld: tuple[Item, ...]
    unknown: int
    children: tuple[Commitment, ...]
    payload: Commitment


@dataclass(frozen=True, slots=True)
class DisclosureHeld(Fact):
    disclosure: DisclosureId
    source: Commitment
    discloser: Commitment
    reader: Commitment
    purpose: PurposeCode
    reasons: tuple[Code, ...]
    children: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class DisclosureRefused(Fact):
    disclosure: DisclosureId
    source: Commitment
    discloser: Commitment
    reader: Commitment
    purpose: PurposeCode | None
    reasons: tuple[Code, ...]
    children: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class ParcelSealed(Fact):
    """``soap`` is the digest of the message's SOAP part, which the recipient's receipt answers."""

    parcel: ParcelId
    disclosure: DisclosureId
    message: MessageId
    recipient: PartnerId
    soap: Digest
    sealed_for: Digest
    signed_by: Digest


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
class PartnerPaused(Fact):
    partner: PartnerId
    until: datetime


@dataclass(frozen=True, slots=True)
class PartnerResumed(Fact):
    partner: PartnerId


@dataclass(frozen=True, slots=True)
class MessageReceived(Fact):
    sender: PartnerId
    message: MessageId
    disclosure: DisclosureId | None
    soap: Digest
    kind: Kind
    version: Version
    purpose: PurposeCode | None
    agreement: AgreementRef | None
    children: tuple[Commitment, ...]
    payload: Commitment
    receipt: Digest


@dataclass(frozen=True, slots=True)
class MessageRepeated(Fact):
    """The same disclosure came again under another message id; it was receipted and not delivered twice."""

    sender: PartnerId
    message: MessageId
    disclosure: DisclosureId
    receipt: Digest


@dataclass(frozen=True, slots=True)
class MessageRefused(Fact):
    sender: PartnerId | None
    code: Code


@dataclass(frozen=True, slots=True)
class AgreementRecorded(Fact):
    agreement: AgreementRef
    content: Digest


@dataclass(frozen=True, slots=True)
class PartnerRecorded(Fact):
    partner: Commitment
    content: Digest


@dataclass(frozen=True, slots=True)
class KeyRecorded(Fact):
    certificate: Digest


@dataclass(frozen=True, slots=True)
class PersonAdded(Fact):
    person: Commitment
    role: Role


@dataclass(frozen=True, slots=True)
class LinkIssued(Fact):
    person: Commitment


@dataclass(frozen=True, slots=True)
class SignedIn(Fact):
    person: Commitment


FACTS = MappingProxyType({kind.__name__: kind for kind in Fact.__subclasses__()})
"""Every kind of fact by the name that its line carries."""
