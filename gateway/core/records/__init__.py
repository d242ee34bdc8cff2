"""The values that cross between the flows and the store: what one transaction writes, and what a question brings.

Rules need none of them; they stand in the core because both sides may know it and neither may know the other.
"""

from gateway.core.records.asked import (
    Claimed,
    Judge,
    LaneRule,
    LogKeys,
    Register,
    Reply,
    Rulebook,
    Standing,
    Turn,
    WitnessState,
)
from gateway.core.records.people import Draft, Person, Report
from gateway.core.records.recalls import Breach, CalledBack, Recalled
from gateway.core.records.written import (
    Answer,
    Clearing,
    Decided,
    Evidence,
    Explanation,
    Flagged,
    Kept,
    Named,
    PeerCheckpoint,
    Record,
    Repeated,
)

__all__ = [
    "Answer",
    "Breach",
    "CalledBack",
    "Claimed",
    "Clearing",
    "Decided",
    "Draft",
    "Evidence",
    "Explanation",
    "Flagged",
    "Judge",
    "Kept",
    "LaneRule",
    "LogKeys",
    "Named",
    "PeerCheckpoint",
    "Person",
    "Recalled",
    "Record",
    "Register",
    "Repeated",
    "Reply",
    "Report",
    "Rulebook",
    "Standing",
    "Turn",
    "WitnessState",
]
