"""Facts about children missing education: cases, their timelines, and what is watched for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.core.facts.fact import Fact
from gateway.core.facts.words import Stopped, TaskKind
from gateway.core.terms import CaseId, Commitment, DisclosureId, EntryId, TaskId, UploadId, WatchId


class Because(StrEnum):
    """What opened a case."""

    NO_DESTINATION = "no-destination"
    GROUND_F = "ground-f"
    GROUND_G = "ground-g"
    GROUND_H = "ground-h"
    GROUND_I = "ground-i"
    UNSUITABLE_HOME_EDUCATION = "unsuitable-home-education"
    REFERRAL = "referral"
    NOTICE = "notice"
    TRANSFER = "transfer"
    LEFT_NOT_ARRIVED = "left-not-arrived"
    BLOCKED_FILE = "blocked-file"
    BY_HAND = "by-hand"


class EntryKind(StrEnum):
    """What an entry of a timeline is: a note marked fact or opinion, what was told or learnt, a step of enquiries.

    ``referrer``: who told of the child. It stands in no timeline, and is opened by itself.
    """

    FACT = "fact"
    OPINION = "opinion"
    SENT = "sent"
    RECEIVED = "received"
    TOLD = "told"
    LEARNT = "learnt"
    STEP = "step"
    REFERRER = "referrer"


class Channel(StrEnum):
    """The way by which something was told or learnt, where no message carried it."""

    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"
    MEETING = "meeting"
    COURT = "court"
    S2S = "s2s"


class Ending(StrEnum):
    """On what a case is closed: evidence, or a manager's word that every enquiry was made."""

    ENROLLED_AND_STARTED = "enrolled-and-started"
    SUITABLE_HOME_EDUCATION = "suitable-home-education"
    ABROAD_CONFIRMED = "abroad-confirmed"
    DIED = "died"
    OVER_AGE = "over-age"
    ENQUIRIES_EXHAUSTED = "enquiries-exhausted"


class WatchEnd(StrEnum):
    """Why a child is watched no more."""

    RETURN = "return"
    COUNCIL = "council"
    PERSON = "person"
    LIST_CONFIRMED = "list-confirmed"
    DIED = "died"


@dataclass(frozen=True, slots=True)
class CaseOpened(Fact):
    """``by`` is absent where a file or a message opened it; ``officer`` where the home has named nobody yet."""

    case: CaseId
    because: Because
    child: Commitment
    officer: Commitment | None = None
    by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class CaseAssigned(Fact):
    case: CaseId
    officer: Commitment
    by: Commitment


@dataclass(frozen=True, slots=True)
class EntryAdded(Fact):
    """``told_at`` is when it was said, sent or seen; ``at`` when it was entered. ``text`` commits to what rests."""

    case: CaseId
    entry: EntryId
    kind: EntryKind
    told_at: datetime
    text: Commitment
    by: Commitment | None = None
    channel: Channel | None = None
    disclosure: DisclosureId | None = None


@dataclass(frozen=True, slots=True)
class CaseOffered(Fact):
    """Another council is asked to take it over: by the message of ``disclosure``."""

    case: CaseId
    to: Commitment
    disclosure: DisclosureId
    by: Commitment


@dataclass(frozen=True, slots=True)
class CaseTransferred(Fact):
    """A person at the other council accepted it, as its answer ``disclosure`` says."""

    case: CaseId
    to: Commitment
    disclosure: DisclosureId


@dataclass(frozen=True, slots=True)
class CaseDeclined(Fact):
    """The other council does not take it: it stays ours."""

    case: CaseId
    to: Commitment
    disclosure: DisclosureId


@dataclass(frozen=True, slots=True)
class CaseClosed(Fact):
    case: CaseId
    ending: Ending
    by: Commitment
    evidence: Commitment


@dataclass(frozen=True, slots=True)
class CaseReopened(Fact):
    case: CaseId
    by: Commitment
    reason: Commitment


@dataclass(frozen=True, slots=True)
class CaseMerged(Fact):
    """Two cases were about one child: this one goes on as ``into``, and keeps its history."""

    case: CaseId
    into: CaseId
    by: Commitment
    reason: Commitment


@dataclass(frozen=True, slots=True)
class WatchOpened(Fact):
    """A leaver is on its way to a school that can answer, and is expected there on the day of ``expected``."""

    watch: WatchId
    child: Commitment
    school: Commitment
    expected: datetime


@dataclass(frozen=True, slots=True)
class WatchOverdue(Fact):
    """Left, not arrived: nobody has said that the child started."""

    watch: WatchId
    child: Commitment


@dataclass(frozen=True, slots=True)
class WatchClosed(Fact):
    watch: WatchId
    end: WatchEnd
    by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class BlockedCleared(Fact):
    """A person says that of one pupil of a stopped ``upload`` nothing is left to do."""

    upload: UploadId
    by: Commitment


# -- notices and enquiries --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoticeOpened(Fact):
    """Its recipient says that a person ``opened`` it; ``acknowledgement`` is the message that says so."""

    disclosure: DisclosureId
    acknowledgement: DisclosureId
    opened: datetime


@dataclass(frozen=True, slots=True)
class NoticeAnswered(Fact):
    disclosure: DisclosureId
    answer: DisclosureId


@dataclass(frozen=True, slots=True)
class NoticeAcknowledged(Fact):
    """We told its sender, by ourselves, that a person of ours has opened it."""

    disclosure: DisclosureId
    acknowledgement: DisclosureId


@dataclass(frozen=True, slots=True)
class NoticeChased(Fact):
    """What should have come has not; somebody is told what to do."""

    disclosure: DisclosureId
    task: TaskId
    kind: TaskKind


@dataclass(frozen=True, slots=True)
class NoticePhoned(Fact):
    """Somebody has phoned its recipient, ``called`` at that time."""

    disclosure: DisclosureId
    called: datetime
    by: Commitment


@dataclass(frozen=True, slots=True)
class EnquiryMatched(Fact):
    """What came in as ``source``, or the case that a person opened, may be about the child of an enquiry on watch; a
    person looks at it.
    """

    disclosure: DisclosureId
    source: UploadId | CaseId
    task: TaskId


@dataclass(frozen=True, slots=True)
class EnquiryClosed(Fact):
    """The asker's own: it was closed or renewed by a person, or lapsed, and whoever was asked is told."""

    disclosure: DisclosureId
    why: Stopped
    by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class EnquiryEnded(Fact):
    """At a council that was asked: the watch is over and our copy destroyed. ``payload`` is as its line of receipt."""

    disclosure: DisclosureId
    why: Stopped
    payload: Commitment


@dataclass(frozen=True, slots=True)
class DestructionTold(Fact):
    """We told the asker, by ourselves and whatever we knew, that our copy of its enquiry is destroyed."""

    disclosure: DisclosureId
    word: DisclosureId


@dataclass(frozen=True, slots=True)
class EnquiryDestroyed(Fact):
    """The asker's own: a council that was asked says by ``word`` that it destroyed its copy."""

    disclosure: DisclosureId
    word: DisclosureId
