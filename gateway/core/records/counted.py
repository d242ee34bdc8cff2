"""What the counts of a period are made from: tasks by their clocks, rights requests with their steps, cases."""

from dataclasses import dataclass, field
from datetime import datetime

from gateway.core.clocks import ClockCode
from gateway.core.facts import Asker, Because, RightsKind
from gateway.core.records.kept import Kept
from gateway.core.rights import Taken
from gateway.core.terms import CaseId


@dataclass(frozen=True, slots=True)
class Timed:
    """How many tasks of one clock came due, and how many of these were done by then."""

    clock: ClockCode
    due: int
    in_time: int


@dataclass(frozen=True, slots=True)
class RightsRun:
    """A rights request that came in, and every step since; nothing of what was asked."""

    kind: RightsKind
    asker: Asker
    at: datetime
    steps: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class CaseRun:
    """A case from its opening until it was closed or taken over elsewhere; ``kept`` says who the child is."""

    id: CaseId
    because: Because
    opened_at: datetime
    kept: Kept = field(repr=False)
    over: datetime | None = None
