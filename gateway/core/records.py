"""The values that cross between the flows and the store: what one transaction writes, and what a question brings.

Rules need none of them; they stand in the core because both sides may know it and neither may know the other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.core.agreements import Agreement
from gateway.core.delivery import Lane, Parcel, State
from gateway.core.documents import NOTHING, Known, Schemas
from gateway.core.errors import Code
from gateway.core.facts import Fact, Join, Role, Stale
from gateway.core.law import Classes, Commencement, Consent, Purposes, Sensitive
from gateway.core.log.note import Verifier
from gateway.core.log.witness import Trouble
from gateway.core.partners import Directory
from gateway.core.terms import (
    AgreementRef,
    Digest,
    DisclosureId,
    Outcome,
    ParcelId,
    PartnerId,
    PersonId,
    PurposeCode,
    ReportId,
    RuleCode,
    UploadId,
)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What stays the same until the next start: schemas, purposes, classes of items, since when what is law."""

    schemas: Schemas
    purposes: Purposes
    classes: Classes
    known: Known = NOTHING
    sensitive: Sensitive = field(default_factory=Sensitive)
    commencement: Commencement = field(default_factory=Commencement)


@dataclass(frozen=True, slots=True)
class Register:
    """Partners and agreements as the database has them at ``version``; ``contents`` digests each agreement."""

    version: int
    directory: Directory
    agreements: tuple[Agreement, ...]
    contents: Mapping[AgreementRef, Digest]


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes at rest: AES-256-GCM under a key of their own, which is wrapped by ``wrapped_by``."""

    id: str
    sealed: bytes
    wrapped: bytes
    wrapped_by: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to ``sender`` for ``key``, and will be again, for ever (invariant I3).

    ``key`` is a file's digest for an upload and the message id for a message; ``digest`` is of the content, ``soap``
    of the SOAP part that the receipt answers; ``disclosure`` stands only where the message was delivered. ``upload``
    names an upload's receipt, and ``person`` who sent it, where a person did.
    """

    what: str
    sender: str
    key: str
    digest: Digest
    body: bytes
    at: datetime
    soap: Digest | None = None
    disclosure: DisclosureId | None = None
    upload: UploadId | None = None
    person: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision as the register of refusals and holds shows it to an officer."""

    disclosure: DisclosureId
    source: UploadId
    home: PartnerId
    discloser: PartnerId
    reader: PartnerId | None
    purpose: PurposeCode | None
    outcome: Outcome
    reasons: tuple[Code, ...]
    pupils: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a school wrote about all findings of ``rule`` in one upload, closed at rest.

    ``reader`` is the council that reads it; ``released_by`` the officer who let it go further, and to whom.
    """

    upload: UploadId
    rule: RuleCode
    sender: PartnerId
    reader: PartnerId
    pupils: tuple[int, ...]
    at: datetime
    kept: Kept
    by: PersonId | None = None
    released_at: datetime | None = None
    released_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The SOAP part that left, beside its parcel: it holds no payload."""

    parcel: ParcelId
    soap: bytes


@dataclass(frozen=True, slots=True)
class PeerCheckpoint:
    """How far a partner showed one of its logs to have come."""

    partner: PartnerId
    origin: str
    size: int
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """All that one transaction writes: facts become log lines, the rest follows from them."""

    facts: tuple[Fact, ...]
    joins: tuple[Join, ...] = ()
    kept: tuple[Kept, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    decided: tuple[Decided, ...] = ()
    answer: Answer | None = None
    shown: tuple[PeerCheckpoint, ...] = ()
    explained: tuple[Explanation, ...] = ()
    consents: tuple[Consent, ...] = ()

    def __add__(self, other: "Record") -> "Record":
        return Record(
            self.facts + other.facts,
            self.joins + other.joins,
            self.kept + other.kept,
            self.parcels + other.parcels,
            self.evidence + other.evidence,
            self.decided + other.decided,
            other.answer or self.answer,
            self.shown + other.shown,
            self.explained + other.explained,
            self.consents + other.consents,
        )


class LogKeys(Protocol):
    """The name and key of each of our logs, by its number."""

    def origin(self, log: int) -> str: ...
    def sign_log(self, log: int, text: str) -> str: ...
    def verifier(self, log: int) -> Verifier: ...
    def number_of(self, origin: str) -> int | None: ...


class Repeated(Exception):
    """The same upload, message or disclosure was answered first by somebody else; nothing was written."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A parcel under lease to one worker: to be sent, or stale and to be decided anew."""

    parcel: Parcel
    attempt: int
    stale: Stale | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One parcel as a list shows it."""

    parcel: Parcel
    state: State
    attempts: int
    due: datetime
    moved_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a partner's machine answered."""

    status: int
    content_type: str
    body: bytes
    date: str = ""
    """By its own clock, as the HTTP header says it (RFC 9110 §6.6.1)."""


@dataclass(frozen=True, slots=True)
class Person:
    id: PersonId
    role: Role
    organisation: PartnerId


@dataclass(frozen=True, slots=True)
class Report:
    """What a person reads about the files they handed in at once, closed at rest and gone after ``expires``."""

    id: ReportId
    organisation: PartnerId
    person: PersonId
    at: datetime
    expires: datetime
    kept: Kept


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that was checked and waits for somebody to send it, closed at rest; sent or not, it is soon gone."""

    upload: UploadId
    report: ReportId
    expires: datetime
    kept: Kept


Judge = Callable[[Parcel, Register], Stale | None]
"""Whether a parcel may still go as it is, looked at inside the claim transaction (invariant I6)."""

LaneRule = Callable[[Lane | None], tuple[Lane | None, tuple[Fact, ...]]]
"""What an attempt's outcome makes of a partner's lane, applied where the lane is locked."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One asking of a witness: what it is known to hold of our log and to have countersigned, and its failures."""

    holds: int
    cosigned: int
    failures: int


@dataclass(frozen=True, slots=True)
class WitnessState:
    """How a witness stands: the last size it countersigned, what it says it holds, when it saw us, what is wrong."""

    witness: str
    cosigned: int
    holds: int
    seen_at: datetime | None
    trouble: Trouble | None
