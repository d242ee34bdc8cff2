"""Two opinions on every case that is drawn: the gateway's, and one written from law.md and the issue alone."""

import ast
import os
from collections import Counter
from pathlib import Path

import pytest

from gateway.core.errors import Code
from gateway.core.terms import Outcome
from tests.core.law import drawn, oracle
from tests.core.law.made import purposes
from tests.core.law.oracle_cases import Case

NUMBER = int(os.environ.get("GATEWAY_CASES", "5000"))
SEED, BATCHES = 5, 10
SHOWN = 3

Said = tuple[str, frozenset[str]]


def _ours(case: Case) -> Said:
    decision = drawn.decide(case)
    return decision.outcome.value, frozenset(map(str, decision.reasons))


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_second_opinion_agrees_with_every_decision(batch: int) -> None:
    told = ((case, _ours(case), oracle.answer(case)) for case in drawn.cases(SEED + batch, NUMBER // BATCHES))
    apart = [one for one in told if one[1] != one[2]]
    assert apart[:SHOWN] == [], f"{len(apart)} of {NUMBER // BATCHES}"


def test_the_cases_meet_every_outcome_and_every_reason_that_a_decision_can_have() -> None:
    """Where nothing is ever released or held, both would agree about nothing."""
    said = [oracle.answer(case) for case in drawn.cases(SEED, 2_500)]
    outcomes = Counter(map(str, (outcome for outcome, _ in said)))
    assert min(outcomes[one] for one in Outcome) > len(said) / 10, outcomes
    met = {reason for _, reasons in said for reason in reasons}
    assert met == {*map(str, _REASONS)}
    assert {case.purpose for case in drawn.cases(SEED, 2_500)} == {*purposes(), "P99"}


_REASONS = {
    Code.NO_RECIPIENT, Code.NO_PURPOSE, Code.PURPOSE_OFF, Code.NO_AGREEMENT, Code.AGREEMENT_NOT_IN_FORCE,
    Code.BASIS_NOT_OPEN, Code.NO_ARTICLE_9, Code.NO_ARTICLE_10, Code.BARRED, Code.EXEMPTION_NOT_OPEN,
    Code.BULK, Code.TOO_OLD, Code.MINIMUM_ITEMS, Code.TOO_MANY_CHILDREN, Code.TOO_MANY_MESSAGES, Code.NOTHING_TO_SHARE, Code.NO_CERTIFICATE, Code.CARRIER,
    Code.ASSURANCE_EXPIRED, Code.NO_CONSENT, Code.REFUSED_ITEM, Code.APPROVAL, Code.FLAGGED,
    Code.GRADE_CAPPED, Code.RESTRICTED, Code.OBJECTED, Code.ONWARD, Code.SECOND_PERSON, Code.REQUEST_INCOMPLETE,
    Code.FORM_USED,
}  # fmt: skip


@pytest.mark.parametrize("name", ["oracle", "oracle_cases", "oracle_tables"])
def test_the_second_opinion_looks_at_nothing_of_ours(name: str) -> None:
    tree = ast.parse((Path(__file__).parent / f"{name}.py").read_text())
    asked = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    asked |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not [one for one in asked if one.startswith(("gateway", "tests")) and "oracle" not in one]


def test_the_same_seed_draws_the_same_cases() -> None:
    assert drawn.cases(SEED, 50) == drawn.cases(SEED, 50) != drawn.cases(SEED + 1, 50)
