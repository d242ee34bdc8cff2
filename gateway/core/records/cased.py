"""Cases, their timelines, who is watched and whose file was blocked, as they are written and found again.

Who the child is, and every text, rests closed; in clear stand ids, codes, days and keyed digests.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from gateway.core.cases import CaseState
from gateway.core.facts import Because, Channel, Ending, EntryKind, WatchEnd
from gateway.core.records.kept import Kept
from gateway.core.terms import CaseId, DisclosureId, EntryId, LaEstab, PartnerId, PersonId, UploadId, WatchId

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""When it is due of which only a task can remind."""


@dataclass(frozen=True, slots=True)
class Case:
    """A child missing education, at one home and with one officer.

    ``handles`` are keyed digests by which the child is found again; those of ``strong`` are of its numbers, the others
    of its names with the day of birth. ``kept`` says who the child is. ``to`` is the council that was asked to take it
    over, by ``offered``; ``into`` the case in which it goes on; ``version`` counts its changes.
    """

    id: CaseId
    home: PartnerId
    because: Because
    opened_at: datetime
    handles: tuple[str, ...]
    strong: frozenset[str]
    kept: Kept = field(repr=False)
    state: CaseState = CaseState.OPEN
    officer: PersonId | None = None
    moved_at: datetime | None = None
    to: PartnerId | None = None
    offered: DisclosureId | None = None
    offered_at: datetime | None = None
    into: CaseId | None = None
    closed_at: datetime | None = None
    ending: Ending | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What a list of cases is sorted by, which is not closed. ``died``: so a school says."""

    id: CaseId
    state: CaseState
    opened_at: datetime
    officer: PersonId | None = None
    offered_at: datetime | None = None
    died: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a case's timeline, never changed: said, sent or seen at ``told_at``, written at ``entered_at``.

    ``kept`` holds the text, and with whom and how their identity was checked. ``source`` is the upload or message that
    it came from, ``disclosure`` the decision under which something was sent or told.
    """

    id: EntryId
    case: CaseId
    kind: EntryKind
    entered_at: datetime
    told_at: datetime
    kept: Kept = field(repr=False)
    by: PersonId | None = None
    channel: Channel | None = None
    disclosure: DisclosureId | None = None
    source: UploadId | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """A leaver on the way to ``school``, watched from ``opened_at`` until somebody says that it has started.

    After ``due`` it has left and not arrived, unless somebody has; ``told_at`` is when that was said, or, of one that
    has started, when the other council was told so. ``other`` is the council of the other school, if it is not ours.
    """

    id: WatchId
    home: PartnerId
    school: LaEstab
    expected: date
    due: datetime
    opened_at: datetime
    handles: tuple[str, ...]
    strong: frozenset[str]
    kept: Kept = field(repr=False)
    source: UploadId
    other: PartnerId | None = None
    told_at: datetime | None = None
    closed_at: datetime | None = None
    end: WatchEnd | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """A pupil whose file an error stopped, or of whom a team could not be told: a row of the council's list.

    It stands there from ``due`` until the pupil comes through, and while a task is about it; of a pupil whose file came
    through, ``due`` is ``NEVER``. Place 0 is a whole file that nobody could read. ``kept`` holds the initials, the
    ground, what was found and which teams must hear of it.
    """

    upload: UploadId
    pupil: int
    home: PartnerId
    sender: PartnerId
    at: datetime
    due: datetime
    handles: tuple[str, ...]
    kept: Kept = field(repr=False)
    cleared_at: datetime | None = None

    @property
    def id(self) -> str:
        """What a task is about, and by what a person names it."""
        return f"{self.upload}#{self.pupil}"
