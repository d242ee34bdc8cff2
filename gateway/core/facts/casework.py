"""Facts about children missing education: cases, what is watched for, who opened a notice."""

from dataclasses import dataclass
from datetime import datetime

from gateway.core.facts.fact import Fact
from gateway.core.facts.words import Stopped, TaskKind
from gateway.core.terms import Commitment, DisclosureId, TaskId, UploadId

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
    """What came in as ``source`` may be about the child of an enquiry on watch; a person looks at it."""

    disclosure: DisclosureId
    source: UploadId
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
