"""How a rights request runs: a table of what may follow what. A step that is not in it is refused.

A request is what was asked and the steps since; where it stands follows from them, and nothing is ever overwritten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from types import MappingProxyType

from gateway.core.clocks import Clocks
from gateway.core.facts import Asker, RightsKind, RightsStep
from gateway.core.rights import due
from gateway.core.terms import PersonId


class State(StrEnum):
    """Where a rights request stands."""

    RECEIVED = "received"
    IDENTITY_WANTED = "identity-wanted"
    RUNNING = "running"
    PAUSED = "paused"
    EXTENDED = "extended"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def over(self) -> bool:
        return self in {State.ANSWERED, State.REFUSED, State.WITHDRAWN}


_BESIDE = (
    RightsStep.ACKNOWLEDGED,
    RightsStep.CHILD_AGREED,
    RightsStep.COMPETENCE_JUDGED,
    RightsStep.MEANING_SAID,
    RightsStep.RELEASE_SIGNED,
)
"""What is recorded while a request runs, and leads nowhere else."""


def _table() -> dict[tuple[State, RightsStep], State]:
    """Whatever is not over may be withdrawn or refused; only what runs may be granted."""
    table: dict[tuple[State, RightsStep], State] = {}
    for state in (one for one in State if not one.over):
        table[state, RightsStep.WITHDRAWN] = State.WITHDRAWN
        table[state, RightsStep.REFUSED] = State.REFUSED
        for step in _BESIDE:
            table[state, step] = state
    for state in (State.RECEIVED, State.IDENTITY_WANTED):
        for step in (RightsStep.IDENTITY_ASKED, RightsStep.RESPONSIBILITY_ASKED):
            table[state, step] = State.IDENTITY_WANTED
        table[state, RightsStep.IDENTITY_SHOWN] = State.RUNNING
        table[state, RightsStep.RESPONSIBILITY_SHOWN] = state
    for state in (State.RUNNING, State.EXTENDED):
        table[state, RightsStep.RESPONSIBILITY_ASKED] = State.PAUSED
        table[state, RightsStep.RESPONSIBILITY_SHOWN] = state
        table[state, RightsStep.PAUSED] = State.PAUSED
        table[state, RightsStep.GRANTED] = State.ANSWERED
    table[State.RUNNING, RightsStep.EXTENDED] = State.EXTENDED
    table[State.PAUSED, RightsStep.RESUMED] = State.RUNNING
    table[State.PAUSED, RightsStep.RESPONSIBILITY_SHOWN] = State.RUNNING
    for state in (State.ANSWERED, State.REFUSED):
        table[state, RightsStep.TOLD] = state
    table[State.ANSWERED, RightsStep.RELEASE_SIGNED] = State.ANSWERED
    return table


STEPS: Mapping[tuple[State, RightsStep], State] = MappingProxyType(_table())
"""Where each step leads. ``TOLD``: the person was told before a restriction is lifted (Article 18(3))."""


ENDS = frozenset(step for (state, step), after in STEPS.items() if after.over and not state.over)
"""The steps with which a request is over; none leads back."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One step that was taken."""

    step: RightsStep
    at: datetime
    by: PersonId


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands. ``due``: by when it is answered, or a complaint acknowledged; none while it is paused."""

    state: State
    due: datetime | None
    responsibility: bool
    child_agreed: bool
    signed: tuple[PersonId, ...]
    told: bool
    competent: bool
    """Somebody judged that a child who asks itself understands what it asks; who, how and when stands in the step."""


def standing(clocks: Clocks, kind: RightsKind, asker: Asker, opened: datetime, steps: Sequence[Taken]) -> Standing:
    """What the steps come to. Raises ValueError for steps that the table does not know.

    The clock begins when the request came, or when identity was shown if that was asked for; it stands still while the
    request is paused. A complaint is due its acknowledgement.
    """
    state, start, paused, since, extended = State.RECEIVED, opened, timedelta(0), None, False
    for one in steps:
        if (state, one.step) not in STEPS:
            raise ValueError("no such step from there")
        after = STEPS[state, one.step]
        extended = extended or after is State.EXTENDED
        after = State.EXTENDED if extended and after is State.RUNNING else after
        if state is State.IDENTITY_WANTED and after is State.RUNNING:
            start = one.at
        if after is State.PAUSED and state is not State.PAUSED:
            since = one.at
        if state is State.PAUSED and after is not State.PAUSED and since is not None:
            paused, since = paused + (one.at - since), None
        state = after
    taken = [one.step for one in steps]
    waits = state.over or since is not None
    by = None if waits else due.answer(clocks, kind, start, paused, extended=extended)
    if kind is RightsKind.COMPLAINT and not state.over:
        by = None if RightsStep.ACKNOWLEDGED in taken else clocks.due(due.clock_of(kind), opened)
    return Standing(
        state,
        by,
        asker is not Asker.PARENT or RightsStep.RESPONSIBILITY_SHOWN in taken,
        RightsStep.CHILD_AGREED in taken,
        tuple(dict.fromkeys(one.by for one in steps if one.step is RightsStep.RELEASE_SIGNED)),
        RightsStep.TOLD in taken,
        RightsStep.COMPETENCE_JUDGED in taken,
    )


def in_time(
    clocks: Clocks, kind: RightsKind, asker: Asker, opened: datetime, steps: Sequence[Taken], at: datetime
) -> bool | None:
    """Whether it was answered, or a complaint acknowledged, by its day; None while there is time, and if withdrawn."""
    ends = ENDS | {RightsStep.ACKNOWLEDGED} if kind is RightsKind.COMPLAINT else ENDS
    before = tuple(takewhile(lambda one: one.step not in ends, steps))
    end = steps[len(before)] if len(before) < len(steps) else None
    if end is not None and end.step is RightsStep.WITHDRAWN:
        return None
    due = standing(clocks, kind, asker, opened, before).due
    if due is not None and due < (end.at if end else at):
        return False
    return True if end else None
