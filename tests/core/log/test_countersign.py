"""What a witness answers, head by head."""

import pytest

from gateway.core.facts import LogTrouble
from gateway.core.log import checkpoint, countersign, tree, witness
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.log.countersign import Question, Verdict
from gateway.core.log.tree import Edge
from tests.core.log.keys import LOG, WITNESS
from tests.core.log.oracle import Rows

ORIGIN = LOG.verifier.name


class Lines:
    """A log of so many lines; ``past`` tells one that was written otherwise."""

    def __init__(self, size: int, past: str = "") -> None:
        self.rows = Rows()
        self.rows.append([tree.leaf(f"{past}{number}".encode()) for number in range(size)])

    def head(self, size: int) -> Checkpoint:
        return Checkpoint(ORIGIN, size, Edge().grow_all(self.rows.leaves[:size]).root)

    def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        return self.rows.gathered(lambda hashes: tree.prove_consistency(old, size, hashes))

    def ask(self, old: int, size: int) -> tuple[Question, Checkpoint]:
        proof = self.consistency(min(old, size), size)
        return Question(old, proof, ""), self.head(size)


def signed(size: int) -> str:
    return checkpoint.sign(OURS.head(size), LOG.public, LOG.sign)


OURS, OTHER = Lines(20), Lines(20, "another past ")
CASES = [
    (None, OURS.ask(0, 5), Verdict(200)),
    (OURS.head(5), OURS.ask(5, 9), Verdict(200)),
    (OURS.head(5), OURS.ask(5, 5), Verdict(200)),
    (OURS.head(5), OURS.ask(3, 9), Verdict(409)),
    (None, OURS.ask(3, 9), Verdict(409)),
    (OURS.head(5), OURS.ask(9, 5), Verdict(400)),
    (OURS.head(5), OTHER.ask(5, 5), Verdict(409, LogTrouble.FORK)),
    (OURS.head(9), OURS.ask(5, 5), Verdict(409, LogTrouble.ROLLBACK)),
    (OURS.head(5), OTHER.ask(5, 9), Verdict(422, LogTrouble.REWRITE)),
    (OURS.head(5), (Question(5, (), ""), OURS.head(9)), Verdict(422, LogTrouble.REWRITE)),
]


@pytest.mark.parametrize(("seen", "asked", "verdict"), CASES)
def test_witness_countersigns_what_grew_and_names_what_did_not(
    seen: Checkpoint | None, asked: tuple[Question, Checkpoint], verdict: Verdict
) -> None:
    assert countersign.judge(seen, *asked) == verdict


def test_question_reads_back_as_it_was_asked() -> None:
    shown = signed(9)
    proof = OURS.consistency(5, 9)
    read = countersign.parse_question(witness.question(5, proof, shown))
    assert read == Question(5, proof, shown)
    assert read.origin == ORIGIN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "old 5",
        "old 05\n\n{}",
        "new 5\n\n{}",
        "old 5\nnot base64\n\n{}",
        "old 5\n\nnot a note",
        "old 5\n" + "AAAA\n" * 64 + "\n{}",
        "old -1\n\n{}",
    ],
)
def test_what_is_no_question_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        countersign.parse_question(text.replace("{}", signed(9)))


def test_old_and_new_keys_of_a_log_overlap_and_no_other_counts() -> None:
    shown = signed(3)
    stranger = type(LOG.verifier)(ORIGIN, WITNESS.verifier.public)
    assert countersign.signed_by_any(shown, [stranger, LOG.verifier]) == OURS.head(3)
    for keys in ([], [stranger]):
        with pytest.raises(ValueError):  # noqa: PT011
            countersign.signed_by_any(shown, keys)
