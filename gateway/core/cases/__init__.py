"""Children missing education: what opens a case, what may happen to one, what closes it. A table each.

A case always has one home and one officer, and belongs to us until a person at another council has accepted it.
"""

from gateway.core.cases.closing import NEEDS, lacking, may_close
from gateway.core.cases.joint import Joint, joint
from gateway.core.cases.openings import BY_PEOPLE, OPENED_BY, openings
from gateway.core.cases.states import LIVE, STEPS, CaseState, after

__all__ = [
    "BY_PEOPLE",
    "LIVE",
    "NEEDS",
    "OPENED_BY",
    "STEPS",
    "CaseState",
    "Joint",
    "after",
    "joint",
    "lacking",
    "may_close",
    "openings",
]
