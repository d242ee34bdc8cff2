"""People who sign in, and what the pages keep for them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.core.facts import How, Role
from gateway.core.records.kept import Kept
from gateway.core.terms import Digest, PartnerId, PasskeyId, PersonId, ReportId, SessionId, UploadId


@dataclass(frozen=True, slots=True)
class Person:
    id: PersonId
    role: Role
    organisation: PartnerId
    also: tuple[PartnerId, ...] = ()
    """Other homes for which one of a shared team may act; which one acts is chosen for each case."""

    @property
    def homes(self) -> frozenset[PartnerId]:
        return frozenset({self.organisation, *self.also})


@dataclass(frozen=True, slots=True)
class Lasts:
    """How long a link waits, a session goes on without a page and at most, and an account stands unconfirmed.

    For ``labels`` an office sees by initials which pupil a report means: one sitting, to mend a file by it.

    ``tries`` may fail within ``wait`` from one address or for one account before nobody is listened to there.
    """

    link: timedelta = timedelta(hours=24)
    idle: timedelta = timedelta(hours=1)
    session: timedelta = timedelta(hours=8)
    at_school: timedelta = timedelta(days=365)
    at_council: timedelta = timedelta(days=125)
    tries: int = 10
    wait: timedelta = timedelta(minutes=15)
    labels: timedelta = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Account:
    """Until when somebody may sign in, unless somebody confirms it again; ``stopped_at``: from then on they may not."""

    person: PersonId
    confirmed_at: datetime
    ends: datetime
    stopped_at: datetime | None = None

    def stands(self, at: datetime) -> bool:
        return self.stopped_at is None and self.ends > at


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in on one machine until ``expires``. ``digest`` is of what their browser holds.

    ``machine`` says in a few words what browser it was; ``organisation`` for whom they act, where it is not their own.
    """

    digest: Digest = field(repr=False)
    id: SessionId
    person: PersonId
    how: How
    machine: str
    started_at: datetime
    seen_at: datetime
    expires: datetime
    organisation: PartnerId | None = None


@dataclass(frozen=True, slots=True)
class KeyMade:
    """What a device tells of a key that it made: by what it is asked for, and what its signatures are checked by."""

    handle: str
    public: bytes
    count: int


@dataclass(frozen=True, slots=True)
class Passkey:
    """A key that never leaves somebody's own device; ``count`` is how often the device says that it was used."""

    id: PasskeyId
    person: PersonId
    handle: str
    public: bytes
    count: int
    name: str
    added_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """By which labels an office knows the pupils of a report, under a key of their own: gone long before the report."""

    expires: datetime
    kept: Kept


@dataclass(frozen=True, slots=True)
class Report:
    """What a person reads about the files they handed in at once, closed at rest and gone after ``expires``."""

    id: ReportId
    organisation: PartnerId
    person: PersonId
    at: datetime
    expires: datetime
    kept: Kept
    labels: Labels | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that was checked and waits for somebody to send it, closed at rest; sent or not, it is soon gone."""

    upload: UploadId
    report: ReportId
    expires: datetime
    kept: Kept
