"""What may happen to a case: a table. What is not in it is refused, and nothing is written."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    CaseAssigned,
    CaseClosed,
    CaseDeclined,
    CaseMerged,
    CaseOffered,
    CaseOpened,
    CaseReopened,
    CaseTransferred,
    EntryAdded,
    Fact,
)


class CaseState(StrEnum):
    """Every case is in exactly one. ``offered`` is still ours: it waits for a person at the other council."""

    OPEN = "open"
    OFFERED = "offered"
    TRANSFERRED = "transferred"
    CLOSED = "closed"
    MERGED = "merged"


LIVE = frozenset({CaseState.OPEN, CaseState.OFFERED})
"""States in which the duty towards the child is ours."""

_LATER = (CaseState.OPEN, CaseState.OFFERED, CaseState.TRANSFERRED, CaseState.CLOSED)
"""A letter may come when the case has long been closed, and is entered all the same."""

STEPS: Mapping[tuple[CaseState | None, type[Fact]], CaseState] = MappingProxyType(
    {
        (None, CaseOpened): CaseState.OPEN,
        (CaseState.OPEN, CaseAssigned): CaseState.OPEN,
        (CaseState.OFFERED, CaseAssigned): CaseState.OFFERED,
        **{(state, EntryAdded): state for state in _LATER},
        (CaseState.OPEN, CaseOffered): CaseState.OFFERED,
        # nobody answered, and it is asked again
        (CaseState.OFFERED, CaseOffered): CaseState.OFFERED,
        (CaseState.OFFERED, CaseTransferred): CaseState.TRANSFERRED,
        (CaseState.OFFERED, CaseDeclined): CaseState.OPEN,
        (CaseState.OPEN, CaseClosed): CaseState.CLOSED,
        (CaseState.OFFERED, CaseClosed): CaseState.CLOSED,
        (CaseState.OPEN, CaseMerged): CaseState.MERGED,
        (CaseState.CLOSED, CaseMerged): CaseState.MERGED,
        (CaseState.CLOSED, CaseReopened): CaseState.OPEN,
        (CaseState.TRANSFERRED, CaseReopened): CaseState.OPEN,
        # they were two children after all
        (CaseState.MERGED, CaseReopened): CaseState.OPEN,
    }
)


def after(state: CaseState | None, step: type[Fact]) -> CaseState:
    """The state after this step. Raises Refusal(CASE_STEP) where it cannot be taken from here."""
    found = STEPS.get((state, step))
    if found is None:
        raise Refusal(Code.CASE_STEP)
    return found
