"""Reasons that people may clear: how many people it takes, who they are, and what they have to say for it.

A hold is no refusal: nothing has to be mended, somebody has to look.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.core import roles
from gateway.core.errors import Code
from gateway.core.facts import Excuse, Role
from gateway.core.partners import PartnerKind
from gateway.core.roles import Can
from gateway.core.terms import Flag, PersonId

_OFFICERS = roles.who(Can.SET_FLAGS)
_SAFEGUARDING = frozenset({Role.SAFEGUARDING, Role.MANAGER})
_GOVERNANCE = frozenset({Role.GOVERNANCE, Role.MANAGER})

WHO_CLEARS: Mapping[Code, frozenset[Role]] = MappingProxyType(
    {
        Code.CARRIER: _OFFICERS,
        Code.TOO_MANY_CHILDREN: _OFFICERS,
        Code.BULK: _OFFICERS,
        Code.TOO_MANY_MESSAGES: _OFFICERS,
        Code.SECOND_PERSON: _OFFICERS,
        Code.APPROVAL: _GOVERNANCE,
        Code.FLAGGED: _SAFEGUARDING,
        Code.GRADE_CAPPED: _SAFEGUARDING,
        Code.CONSENT_TO_LEAVE: _OFFICERS,
        Code.RESTRICTED: _GOVERNANCE,
        Code.OBJECTED: _GOVERNANCE,
        Code.ONWARD: _GOVERNANCE,
    }
)
"""Reasons that hold a disclosure, and whose signature clears each. What is not here refuses."""

HOLDS = frozenset(WHO_CLEARS)

TWO_PEOPLE = frozenset({Code.FLAGGED, Code.GRADE_CAPPED})
"""What takes two signatures (law.md §1.7); a one-off has its second person in the approval itself."""

EXCUSES: Mapping[Code, frozenset[Excuse]] = MappingProxyType(
    {
        Code.ONWARD: frozenset({
            Excuse.FAMILY_ASKED, Excuse.LEGAL_DUTY, Excuse.COMPLETE_SERVICE, Excuse.FRAUD, Excuse.SERIOUS_HARM,
        }),
        Code.RESTRICTED: frozenset({Excuse.LEGAL_CLAIM, Excuse.PROTECT_ANOTHER, Excuse.PUBLIC_INTEREST}),
        Code.OBJECTED: frozenset({Excuse.COMPELLING_GROUND, Excuse.LEGAL_CLAIM}),
    }
)  # fmt: skip
"""What has to be said for it: Article 18(2) and 21(1) UK GDPR; the terms of the organisation it came from."""

GLASS = frozenset({PartnerKind.POLICE, PartnerKind.SOCIAL_CARE, PartnerKind.NHS_BODY})
"""To whom one person alone may let a hold go, and is looked at afterwards: never to a school or a parent."""


@dataclass(frozen=True, slots=True)
class Clearance:
    """What people have cleared of one disclosure: which reasons, knowing of which flags, and what they said for it.

    ``flags`` is all that stood on the children when it was decided, whether or not it held anything: a parcel goes
    only as long as no other has been set. ``glass``: one person broke it.
    """

    reasons: frozenset[Code] = frozenset()
    flags: frozenset[Flag] = frozenset()
    by: tuple[PersonId, ...] = ()
    excuses: frozenset[Excuse] = frozenset()
    glass: bool = False

    def clears(self, reason: Code, flags: frozenset[Flag]) -> bool:
        """Whether ``reason`` is out of the way while ``flags`` stand; a flag that nobody had seen is not."""
        if reason not in HOLDS or not flags <= self.flags:
            return False
        if self.glass:
            return True
        said = reason not in EXCUSES or bool(EXCUSES[reason] & self.excuses)
        enough = len(set(self.by)) > 1 or reason not in TWO_PEOPLE
        return reason in self.reasons and said and enough


NOTHING_CLEARED = Clearance()


def people(reasons: Iterable[Code], signed: Iterable[Role] = ()) -> int:
    """How many signatures a hold for these reasons takes at least, beside those of people with the roles ``signed``."""
    roles = tuple(signed)
    return max((_wanted(reason) - _signing(reason, roles) for reason in reasons), default=0)


def covered(role: Role, reasons: Iterable[Code]) -> frozenset[Code]:
    """The reasons among these under which one of this role may put a signature."""
    return frozenset(reason for reason in reasons if _signing(reason, (role,)))


def cleared(reasons: Iterable[Code], signed: Iterable[Role]) -> frozenset[Code]:
    """The reasons that have every signature they need, when people with the roles ``signed`` each put one."""
    roles = tuple(signed)
    return frozenset(reason for reason in reasons if _signing(reason, roles) >= _wanted(reason))


def _wanted(reason: Code) -> int:
    return 2 if reason in TWO_PEOPLE else 1


def _signing(reason: Code, roles: Iterable[Role]) -> int:
    return sum(role in WHO_CLEARS.get(reason, frozenset()) for role in roles)


def wanting(reasons: Iterable[Code], excuses: Iterable[Excuse]) -> tuple[Code, ...]:
    """The reasons for which nothing was said that would excuse them."""
    said = frozenset(excuses)
    return tuple(reason for reason in reasons if reason in EXCUSES and not EXCUSES[reason] & said)
