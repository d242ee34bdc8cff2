"""What has to be shown before a case is closed: a table of endings, and what each asks for.

Enrolled is not enough: the child has to have started. "Every enquiry was made" is a manager's to say.
"""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.core import roles
from gateway.core.facts import Ending, Role
from gateway.core.roles import Can

SHOWN_BY_EVIDENCE = roles.who(Can.WORK_CASES)

NEEDS: Mapping[Ending, tuple[str, ...]] = MappingProxyType(
    {
        Ending.ENROLLED_AND_STARTED: ("school", "day"),
        Ending.SUITABLE_HOME_EDUCATION: ("who", "day"),
        Ending.ABROAD_CONFIRMED: ("how", "day"),
        Ending.DIED: ("how",),
        Ending.OVER_AGE: ("day",),
        Ending.ENQUIRIES_EXHAUSTED: ("reason",),
    }
)
"""The parts of the evidence: which school and the day the child started there, who found the home education suitable
and when, how it was confirmed, and the day on which compulsory school age ended."""


def lacking(ending: Ending, given: Mapping[str, str]) -> tuple[str, ...]:
    """The parts of the evidence that are not given."""
    return tuple(name for name in NEEDS[ending] if not given.get(name, "").strip())


def may_close(ending: Ending, role: Role) -> bool:
    """Whether somebody of this role may close a case so."""
    return role is Role.MANAGER if ending is Ending.ENQUIRIES_EXHAUSTED else role in SHOWN_BY_EVIDENCE
