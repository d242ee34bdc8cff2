"""What one transaction writes: facts become lines of the log, the rest follows from them."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime

from gateway.core.decisions import Clearance
from gateway.core.delivery import Parcel
from gateway.core.errors import Code
from gateway.core.facts import Fact, Join, StandsOn
from gateway.core.law import Consent
from gateway.core.partners import Checked
from gateway.core.records.cased import Blocked, Case, Entry, Watch
from gateway.core.records.kept import Kept
from gateway.core.records.notices import Arrival, Notice
from gateway.core.records.recalls import Breach, CalledBack, Recalled
from gateway.core.records.rehearsed import Rehearsal
from gateway.core.records.retained import Destruction, Retained
from gateway.core.records.rights import RightsCopy, RightsNotice, RightsRequest, RightsTaken
from gateway.core.records.told import ClassesOf
from gateway.core.records.witnessed import Countersigning, Doubt
from gateway.core.tasks import Task
from gateway.core.terms import (
    Digest,
    DisclosureId,
    Flag,
    FlagId,
    Outcome,
    ParcelId,
    PartnerId,
    PersonId,
    PurposeCode,
    RuleCode,
    UploadId,
)


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
    """One decision as the register of refusals and holds shows it to an officer.

    ``document`` is where what was decided about is kept, so that people may still release it; ``form`` the decision
    form, if it stands on one; ``origin`` the received parcel that its content was drawn from.
    """

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
    document: str | None = None
    form: str | None = None
    origin: ParcelId | None = None
    agent: PartnerId | None = None
    stands_on: StandsOn | None = None


@dataclass(frozen=True, slots=True)
class Clearing:
    """What people have cleared of one disclosure; the latest stands in place of the one before."""

    disclosure: DisclosureId
    clearance: Clearance


@dataclass(frozen=True, slots=True)
class Flagged:
    """One flag on one child, known by keyed digests of its numbers and of its name with the day of birth.

    ``kept`` holds, closed, by which label an officer knows the child, and why the flag was set. ``proposed_by`` is who
    proposed to lift it: somebody else has to agree.
    """

    id: FlagId
    home: PartnerId
    flag: Flag
    handles: tuple[str, ...]
    at: datetime
    kept: Kept
    by: PersonId | None = None
    proposed_by: PersonId | None = None
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """By which keyed digests each child of an upload or a received message can be found again."""

    source: UploadId
    handles: tuple[tuple[int, str], ...]


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
    named: tuple[Named, ...] = ()
    flagged: tuple[Flagged, ...] = ()
    tasks: tuple[Task, ...] = ()
    cleared: tuple[Clearing, ...] = ()
    rights_requests: tuple[RightsRequest, ...] = ()
    rights_steps: tuple[RightsTaken, ...] = ()
    rights_notices: tuple[RightsNotice, ...] = ()
    rights_copies: tuple[RightsCopy, ...] = ()
    cases: tuple[Case, ...] = ()
    entries: tuple[Entry, ...] = ()
    watches: tuple[Watch, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    classed: tuple[ClassesOf, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    noticed: tuple[Notice, ...] = ()
    arrived: tuple[Arrival, ...] = ()
    recalled: tuple[Recalled, ...] = ()
    heard: tuple[Recalled, ...] = ()
    called_back: tuple[CalledBack, ...] = ()
    breaches: tuple[Breach, ...] = ()
    retained: tuple[Retained, ...] = ()
    destructions: tuple[Destruction, ...] = ()
    checked: tuple[Checked, ...] = ()
    rehearsed: tuple[Rehearsal, ...] = ()

    def __add__(self, other: "Record") -> "Record":
        """Both together; of two answers the later stands."""
        rows = {name: getattr(self, name) + getattr(other, name) for name in _ROWS}
        return Record(answer=other.answer or self.answer, **rows)


_ROWS = tuple(field.name for field in fields(Record) if field.name != "answer")
"""What a record has any number of."""


Before = Callable[[Countersigning | None], tuple[Countersigning | None, Record]]
"""What the head that was countersigned last makes of a question: the new head, if any, and what else to write."""


class Repeated(Exception):
    """The same upload, message or disclosure was answered first by somebody else; nothing was written."""


class Overtaken(Repeated):
    """A case of the same child was opened at the same moment; nothing was written, and it has to be planned anew."""
