"""What a refusal says is frozen: partners' machines read the code, and people have learnt the sentence."""

import json
from pathlib import Path

import pytest

from gateway.core.errors import HELP, Code, Fault, Finding, Reason, Refusal, Severity

VECTORS = json.loads((Path(__file__).parent / "vectors" / "refusals.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", Code)
def test_what_a_refusal_says_is_frozen(code: Code) -> None:
    words = HELP[code]
    assert [words.status, words.sentence, words.fix] == VECTORS[code]


def test_no_vector_is_left_of_a_code_that_is_gone() -> None:
    assert set(VECTORS) == {code.value for code in Code}


def test_refusal_says_its_code_and_nothing_that_was_found() -> None:
    refusal = Refusal(Code.FINDINGS, (Finding("CTF-UPN-001", Severity.ERROR, "a sentence.", "a way.", 3, "UPN", 1),))
    assert str(refusal) == "findings"
    assert refusal.help is HELP[Code.FINDINGS]
    assert str(Fault(Reason.TIMEOUT)) == "timeout"
    assert not Fault(Reason.TIMEOUT).lasting
