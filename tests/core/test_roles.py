"""One table says what each role may: nobody who watches edits, and whoever keeps the machine sees no child."""

import pytest

from gateway.core import roles
from gateway.core.facts import Role
from gateway.core.roles import MAY, Can

ABOUT_CHILDREN = frozenset(Can) - {Can.COUNT, Can.OPERATE, Can.SEE_ACCOUNTS, Can.VOUCH, Can.ADMIT}


def test_every_role_has_its_row_and_nothing_is_nobodys() -> None:
    assert set(MAY) == set(Role)
    assert frozenset().union(*MAY.values()) == set(Can)


def test_an_operator_sees_no_child() -> None:
    assert not MAY[Role.OPERATOR] & ABOUT_CHILDREN


def test_governance_edits_no_case_and_an_auditor_only_reads() -> None:
    assert not MAY[Role.GOVERNANCE] & {Can.WORK_CASES, Can.MESSAGE, Can.SEND, Can.COLLECT}
    assert MAY[Role.AUDITOR] == {Can.LOOK, Can.BUNDLE, Can.COUNT}


def test_whoever_may_do_one_of_several_is_named() -> None:
    assert roles.who(Can.OPERATE, Can.ADMIT) == {Role.OPERATOR, Role.MANAGER}
    assert roles.may(Role.TEAM, Can.COLLECT) and not roles.may(Role.TEAM, Can.READ)


@pytest.mark.parametrize("whom", Role)
def test_nobody_lets_in_somebody_who_may_see_more_than_they_do(whom: Role) -> None:
    """A link signs in whoever holds it, so whoever made it could use it."""
    schools = {
        Role.SCHOOL_SENDER, Role.SCHOOL_READER, Role.TRUST, Role.ATTENDANCE, Role.DSL, Role.SENCO, Role.ADMISSIONS,
        Role.TEAM,
    }  # fmt: skip
    assert roles.may_admit(Role.MANAGER, whom) == (whom in schools | {Role.OFFICER})
    assert not any(roles.may_admit(by, whom) for by in Role if by is not Role.MANAGER)
