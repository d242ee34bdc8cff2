"""Whether one recipient may have one document, and how much of it. A pure function: gather first, record afterwards."""

from gateway.core.decisions.deciding import MANY_ONE_OFFS, ONE_OFF, decide, refused
from gateway.core.decisions.holding import (
    EXCUSES,
    GLASS,
    HOLDS,
    NOTHING_CLEARED,
    Clearance,
    cleared,
    covered,
    people,
    wanting,
)
from gateway.core.decisions.origins import origin_of
from gateway.core.decisions.question import Decision, OneOff, Origin, Question
from gateway.core.decisions.stops import ANSWERABLE, RETURNS

__all__ = [
    "ANSWERABLE",
    "EXCUSES",
    "GLASS",
    "HOLDS",
    "MANY_ONE_OFFS",
    "NOTHING_CLEARED",
    "ONE_OFF",
    "RETURNS",
    "Clearance",
    "Decision",
    "OneOff",
    "Origin",
    "Question",
    "cleared",
    "covered",
    "decide",
    "origin_of",
    "people",
    "refused",
    "wanting",
]
