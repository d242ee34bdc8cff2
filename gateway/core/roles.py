"""What each role may see and do: the one table. Of whose files and children it may, the flows see to.

An operator keeps the machine running and sees no child; information governance sees what was disclosed and edits no
case; an auditor reads. What somebody at a school may, they may for the one school for which they act at the moment.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from gateway.core.facts import Role


class Can(StrEnum):
    """One thing that a role may see or do, in the words of the page that shows the table."""

    SEND = "hand files in and send them"
    READ = "see what was sent, with reports and receipts"
    COLLECT = "collect files that came in"
    SEND_FILES = "send and open SEND files"
    PROTECTION_FILES = "send and open child-protection files"
    CONFIRM_STARTED = "say whether a pupil has started"
    OWN_DISCLOSURES = "see what was disclosed about pupils of their organisation"
    SPEAK = "answer and tell for a partner that has no machine"
    VOUCH = "confirm that colleagues still need to sign in"
    WORK_CASES = "work on cases of children missing education"
    MESSAGE = "read and answer notices and enquiries"
    EXPLANATIONS = "read what schools explained about queries, and release it"
    SET_FLAGS = "set stop flags, and deal with holds and requests"
    LIFT_FLAGS = "lift stop flags"
    OPEN_FLAGGED = "open files about children with a stop flag"
    SEE_FLAGGED = "see the cases of children with a stop flag"
    CLOSE_TO_OTHERS = "close a case to all but named people"
    LOOK = "search the disclosure log"
    BUNDLE = "take whole extracts and proofs from the disclosure log"
    COUNT = "see counts that name nobody"
    DECIDE_RIGHTS = "decide what people ask for about themselves"
    RELEASE_RIGHTS = "release answers about children with a stop flag"
    KEEP = "answer for breaches and for how long things are kept"
    ADMIT = "let people in and out"
    SEE_ACCOUNTS = "see who may sign in and who has"
    OPERATE = "keep the machine running"


_OFFICE = frozenset({Can.READ, Can.COLLECT, Can.CONFIRM_STARTED, Can.OWN_DISCLOSURES})
_OFFICER = frozenset({
    Can.SEND, Can.READ, Can.COLLECT, Can.WORK_CASES, Can.MESSAGE, Can.EXPLANATIONS, Can.SET_FLAGS, Can.LOOK, Can.COUNT,
})  # fmt: skip
_MANAGER = _OFFICER | {
    Can.LIFT_FLAGS, Can.SEE_FLAGGED, Can.CLOSE_TO_OTHERS, Can.DECIDE_RIGHTS, Can.RELEASE_RIGHTS, Can.KEEP, Can.ADMIT,
    Can.SEE_ACCOUNTS, Can.VOUCH,
}  # fmt: skip

MAY: Mapping[Role, frozenset[Can]] = MappingProxyType(
    {
        Role.SCHOOL_SENDER: _OFFICE | {Can.SEND, Can.VOUCH},
        Role.SCHOOL_READER: _OFFICE,
        Role.TRUST: _OFFICE | {Can.SEND, Can.VOUCH},
        Role.ATTENDANCE: frozenset({Can.READ, Can.CONFIRM_STARTED}),
        Role.DSL: _OFFICE | {Can.VOUCH, Can.PROTECTION_FILES},
        Role.SENCO: frozenset({Can.READ, Can.COLLECT, Can.SEND_FILES}),
        Role.ADMISSIONS: frozenset({Can.COLLECT, Can.CONFIRM_STARTED}),
        Role.TEAM: frozenset({Can.COLLECT, Can.SPEAK}),
        Role.OFFICER: _OFFICER,
        Role.SAFEGUARDING: frozenset({
            Can.READ, Can.COLLECT, Can.WORK_CASES, Can.MESSAGE, Can.SET_FLAGS, Can.LIFT_FLAGS, Can.OPEN_FLAGGED,
            Can.SEE_FLAGGED, Can.CLOSE_TO_OTHERS, Can.LOOK, Can.COUNT, Can.RELEASE_RIGHTS,
        }),
        Role.MANAGER: _MANAGER,
        Role.GOVERNANCE: frozenset({
            Can.SET_FLAGS, Can.LIFT_FLAGS, Can.LOOK, Can.BUNDLE, Can.COUNT, Can.DECIDE_RIGHTS, Can.KEEP,
        }),
        Role.OPERATOR: frozenset({Can.COUNT, Can.OPERATE, Can.SEE_ACCOUNTS}),
        Role.AUDITOR: frozenset({Can.LOOK, Can.BUNDLE, Can.COUNT}),
    }
)  # fmt: skip

SCHOOLS_OWN = frozenset({
    Can.CONFIRM_STARTED, Can.OWN_DISCLOSURES, Can.VOUCH, Can.SPEAK, Can.SEND_FILES, Can.PROTECTION_FILES,
})  # fmt: skip
"""What only somebody at a school, or of a partner without a machine, may; and no more than a manager may see."""

SEVERAL = frozenset({Role.TRUST, Role.ATTENDANCE})
"""Who may act for several schools, for one of them at a time."""


def who(*may: Can) -> frozenset[Role]:
    """The roles that may do at least one of these."""
    return frozenset(role for role, can in MAY.items() if can.intersection(may))


def may(role: Role, what: Can) -> bool:
    return what in MAY[role]


def may_admit(by: Role, whom: Role) -> bool:
    """Whether somebody may make a link by which another signs in: only for who may see no more than they do."""
    return may(by, Can.ADMIT) and by is not whom and MAY[whom] - SCHOOLS_OWN <= MAY[by]
