"""The values that cross between the flows and the store: what one transaction writes, and what a question brings.

Rules need none of them; they stand in the core because both sides may know it and neither may know the other.
"""

from gateway.core.records.asked import (
    Acted,
    Claimed,
    Judge,
    LaneRule,
    LogKeys,
    Queued,
    Register,
    Reply,
    Rulebook,
    Standing,
    Turn,
    Under,
    WitnessState,
)
from gateway.core.records.carried import Came, Carried, CarriedAs, Plain
from gateway.core.records.cased import NEVER, Blocked, Case, CaseHead, Entry, Watch
from gateway.core.records.counted import CaseRun, RightsRun, Timed
from gateway.core.records.kept import Kept
from gateway.core.records.notices import Arrival, Notice
from gateway.core.records.people import Account, Draft, KeyMade, Labels, Lasts, Passkey, Person, Report, Session
from gateway.core.records.recalls import Breach, CalledBack, Recalled
from gateway.core.records.rehearsed import NO_RECEIPT_YET, Progress, Rehearsal, Way, progress
from gateway.core.records.retained import Destruction, Retained
from gateway.core.records.rights import RightsCopy, RightsNotice, RightsRequest, RightsTaken, latest
from gateway.core.records.told import Act, After, ClassesOf, Collection, Sought, Tally, Told
from gateway.core.records.witnessed import Countersigning, Doubt, Proven
from gateway.core.records.written import (
    Answer,
    Before,
    Clearing,
    Decided,
    Evidence,
    Explanation,
    Flagged,
    Named,
    Overtaken,
    PeerCheckpoint,
    Record,
    Repeated,
)

__all__ = [
    "NEVER",
    "NO_RECEIPT_YET",
    "Account",
    "Act",
    "Acted",
    "After",
    "Answer",
    "Arrival",
    "Before",
    "Blocked",
    "Breach",
    "CalledBack",
    "Came",
    "Carried",
    "CarriedAs",
    "Case",
    "CaseHead",
    "CaseRun",
    "Claimed",
    "ClassesOf",
    "Clearing",
    "Collection",
    "Countersigning",
    "Decided",
    "Destruction",
    "Doubt",
    "Draft",
    "Entry",
    "Evidence",
    "Explanation",
    "Flagged",
    "Judge",
    "Kept",
    "KeyMade",
    "Labels",
    "LaneRule",
    "Lasts",
    "LogKeys",
    "Named",
    "Notice",
    "Overtaken",
    "Passkey",
    "PeerCheckpoint",
    "Person",
    "Plain",
    "Progress",
    "Proven",
    "Queued",
    "Recalled",
    "Record",
    "Register",
    "Rehearsal",
    "Repeated",
    "Reply",
    "Report",
    "Retained",
    "RightsCopy",
    "RightsNotice",
    "RightsRequest",
    "RightsRun",
    "RightsTaken",
    "Rulebook",
    "Session",
    "Sought",
    "Standing",
    "Tally",
    "Timed",
    "Told",
    "Turn",
    "Under",
    "Watch",
    "Way",
    "WitnessState",
    "latest",
    "progress",
]
