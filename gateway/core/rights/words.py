"""Requests in plain words."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.core.facts import RightsKind
from gateway.core.rights.lifecycle import State

KIND_WORDS: Mapping[RightsKind, str] = MappingProxyType(
    {
        RightsKind.ACCESS: "a copy of what we keep, and who was told (Article 15)",
        RightsKind.RECTIFICATION: "put a wrong fact right (Article 16)",
        RightsKind.ADDENDUM: "put a statement beside an opinion (Article 16)",
        RightsKind.ERASURE: "delete (Article 17)",
        RightsKind.RESTRICTION: "store it and do nothing else with it (Article 18)",
        RightsKind.OBJECTION: "stop using it (Article 21)",
        RightsKind.NHS_OPT_OUT: "do not use the NHS number",
        RightsKind.NHS_NUMBER_REMOVAL: "take the NHS number out wherever it went",
        RightsKind.PORTABLE_COPY: "the record as a file to take elsewhere",
        RightsKind.COMPLAINT: "a complaint about data protection (DPA 2018 s164A)",
    }
)

STATE_WORDS: Mapping[State, str] = MappingProxyType(
    {
        State.RECEIVED: "came in; identity is not checked yet",
        State.IDENTITY_WANTED: "waits until we know who asks",
        State.RUNNING: "is being worked on",
        State.PAUSED: "paused: the clock stands still",
        State.EXTENDED: "is being worked on, with two more months",
        State.ANSWERED: "answered",
        State.REFUSED: "refused, with reasons",
        State.WITHDRAWN: "withdrawn by who asked",
    }
)

NOTICED = frozenset({
    RightsKind.RECTIFICATION, RightsKind.ADDENDUM, RightsKind.ERASURE, RightsKind.RESTRICTION,
    RightsKind.NHS_NUMBER_REMOVAL, RightsKind.NHS_OPT_OUT,
})  # fmt: skip
"""What every past recipient is told of (Article 19)."""
