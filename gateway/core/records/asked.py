"""What a question to the store brings, and what the flows hand it to look at while it holds a lock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from gateway.core.agreements import Agreement
from gateway.core.clocks import Clocks
from gateway.core.delivery import Lane, Parcel, State
from gateway.core.documents import NOTHING, Known, Schemas
from gateway.core.facts import Fact, Stale
from gateway.core.law import Classes, Commencement, Purposes, Sensitive
from gateway.core.log.note import Verifier
from gateway.core.log.witness import Trouble
from gateway.core.partners import Directory, Template
from gateway.core.terms import (
    AgreementRef,
    Digest,
    DisclosureId,
    Flag,
    PartnerId,
    PurposeCode,
)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What stays the same until the next start: schemas, purposes, classes of items, clocks, since when what is law.

    ``teams`` are what every council's teams and partners do, before anybody registers more of them.
    """

    schemas: Schemas
    purposes: Purposes
    classes: Classes
    clocks: Clocks
    known: Known = NOTHING
    sensitive: Sensitive = field(default_factory=Sensitive)
    commencement: Commencement = field(default_factory=Commencement)
    teams: tuple[Template, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """Partners and agreements as the database has them at ``version``; ``contents`` digests the terms of each."""

    version: int
    directory: Directory
    agreements: tuple[Agreement, ...]
    contents: Mapping[AgreementRef, Digest]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A parcel under lease to one worker: to be sent, or stale and to be decided anew.

    ``begun``: the log says that the attempt was started.
    """

    parcel: Parcel
    attempt: int
    stale: Stale | None = None
    begun: bool = True


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
class Acted:
    """A line about something that a person did, and whom its commitments lead back to while anybody may know."""

    line: int
    body: Mapping[str, object]
    handles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Queued:
    """How much waits for one partner, the oldest since when; ``failures`` in a row, and until when it is left alone."""

    partner: PartnerId
    waiting: int = 0
    oldest: datetime | None = None
    failures: int = 0
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a partner's machine answered."""

    status: int
    content_type: str
    body: bytes
    date: str = ""
    """By its own clock, as the HTTP header says it (RFC 9110 §6.6.1)."""
    retry_after: timedelta | None = None
    """For how long it wants to be left alone (RFC 9110 §10.2.3)."""


@dataclass(frozen=True, slots=True)
class Under:
    """One disclosure that went, or one message that came, under a key: with whom, why, when, and what became of it."""

    at: datetime
    partner: PartnerId
    disclosure: DisclosureId | None
    purpose: PurposeCode | None
    state: State | None
    came: bool


class LogKeys(Protocol):
    """The name and key of each of our logs, by its number."""

    def origin(self, log: int) -> str: ...
    def sign_log(self, log: int, text: str) -> str: ...
    def verifier(self, log: int) -> Verifier: ...
    def number_of(self, origin: str) -> int | None: ...


Judge = Callable[[Parcel, Register, frozenset[Flag]], Stale | None]
"""Whether a parcel may still go as it is, looked at inside the claim transaction (invariant I6).

The flags are those that were set on one of its children since it was decided, and nobody has cleared.
"""

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
