"""Facts about looking: who read, searched, printed or exported what the log and the cases hold."""

from dataclasses import dataclass

from gateway.core.facts.fact import Fact
from gateway.core.terms import CaseId, Commitment


@dataclass(frozen=True, slots=True)
class CaseViewed(Fact):
    """Somebody opened a case; ``reason`` commits to why, where the child bears a flag that has to be given one."""

    case: CaseId
    by: Commitment
    reason: Commitment | None = None
