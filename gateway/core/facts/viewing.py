"""Facts about looking: who read, searched, printed or exported what the log and the cases hold."""

from dataclasses import dataclass

from gateway.core.facts.fact import Fact
from gateway.core.facts.words import Condition, SampleFinding
from gateway.core.terms import CaseId, Commitment, DisclosureId


@dataclass(frozen=True, slots=True)
class ChildLooked(Fact):
    """Somebody asked what was disclosed about one child. ``children``: each number and name that they asked by.

    ``reason`` commits to why, where it was no case of their own; ``count`` is how many lines they were shown.
    """

    by: Commitment
    children: tuple[Commitment, ...]
    count: int
    reason: Commitment | None = None


@dataclass(frozen=True, slots=True)
class LogSearched(Fact):
    """Somebody looked through the log by a filter that ``sought`` commits to."""

    by: Commitment
    sought: Commitment
    count: int


@dataclass(frozen=True, slots=True)
class LogExported(Fact):
    """Lines left the gateway as a file of ``format``, which ``payload`` commits to."""

    by: Commitment
    sought: Commitment
    format: Condition
    count: int
    payload: Commitment


@dataclass(frozen=True, slots=True)
class LogChecked(Fact):
    """Somebody had every line and every row checked, and the log was ``sound`` or not."""

    by: Commitment
    sound: bool


@dataclass(frozen=True, slots=True)
class SampleAudited(Fact):
    """Somebody looked at a line that was drawn for the sample audit, and found this."""

    disclosure: DisclosureId
    of: int
    found: tuple[SampleFinding, ...]
    by: Commitment


@dataclass(frozen=True, slots=True)
class CaseViewed(Fact):
    """Somebody opened a case; ``reason`` commits to why, where the child bears a flag that has to be given one."""

    case: CaseId
    by: Commitment
    reason: Commitment | None = None


@dataclass(frozen=True, slots=True)
class ReferrerViewed(Fact):
    """Somebody opened who told of the child of a case; ``reason`` commits to why."""

    case: CaseId
    by: Commitment
    reason: Commitment
