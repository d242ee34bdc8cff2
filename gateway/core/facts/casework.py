"""Facts about children missing education: cases, their timelines, and what is watched for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.core.facts.fact import Fact
from gateway.core.terms import CaseId, Commitment, DisclosureId, EntryId, WatchId


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
    """What an entry of a timeline is: a note marked fact or opinion, what was told or learnt, a step of enquiries."""

    FACT = "fact"
    OPINION = "opinion"
    SENT = "sent"
    RECEIVED = "received"
    TOLD = "told"
    LEARNT = "learnt"
    STEP = "step"


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
