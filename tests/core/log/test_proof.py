"""The proof file: frozen bytes, one way to write it, and nothing but the line itself passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.log import checkpoint, note, proof, tree
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.log.proof import Proof
from gateway.core.log.strict import LARGEST
from tests.core.log.keys import LOG, STRANGER
from tests.core.log.test_note import NOTE

LINES = (b"a", b"b", b"c")
A, B, C = map(tree.leaf, LINES)
HEAD = Checkpoint("gateway.example/log", 3, tree.Edge().grow_all((A, B, C)).root)
PROOF = Proof(1, (A, C), NOTE)

TEXT = f"""\
c2sp.org/tlog-proof@v1
index 1
Aippeebat6pa5MPl5F9+l3ESp+Y1k4INvsHsc4ok+Tw=
WX/LMSgtNGVMIA00GPylcFxkjr8ybsc9jd7xGEH4dtg=

{NOTE}"""


def test_text_of_a_proof_is_frozen() -> None:
    assert PROOF.text() == TEXT


def test_text_of_a_proof_with_something_extra_is_frozen() -> None:
    assert Proof(1, (A, C), NOTE, b"hi").text() == TEXT.replace("index 1", "extra aGk=\nindex 1")


def test_spicy_form_is_the_proof_without_its_first_line() -> None:
    assert PROOF.spicy() == TEXT.removeprefix("c2sp.org/tlog-proof@v1\n")


@given(
    st.integers(0, LARGEST),
    st.lists(st.binary(min_size=32, max_size=32), max_size=4).map(tuple),
    st.text(),
    st.none() | st.binary(max_size=40),
)
def test_proof_prints_back(index: int, hashes: tuple[bytes, ...], signed: str, extra: bytes | None) -> None:
    made = Proof(index, hashes, signed, extra)
    assert proof.parse(made.text()) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        NOTE,
        PROOF.spicy(),
        TEXT.replace("@v1", "@v2"),
        TEXT.replace("index 1", "index 01"),
        TEXT.replace("index 1", "index -1"),
        TEXT.replace("index 1", "index"),
        TEXT.replace("index 1", "Index 1"),
        TEXT.replace("index 1\n", ""),
        TEXT.replace("index 1", "index 1\nindex 1"),
        TEXT.replace("index 1", "index 1\nextra aGk="),
        TEXT.replace("index 1", "extra aGl=\nindex 1"),
        TEXT.replace("index 1", "extra aGk=\nextra aGk=\nindex 1"),
        TEXT.replace("index 1", "extra\nindex 1"),
        TEXT.replace("+Tw=", "+Tx="),
        TEXT.replace("Aippeebat6pa5MPl5F9+l3ESp+Y1k4INvsHsc4ok+Tw=", "AAAA"),
        TEXT.replace("\n", "\r\n"),
        TEXT.partition("\n\n")[0],
        "c2sp.org/tlog-proof@v1\n\n" + NOTE,
    ],
)
def test_any_other_text_is_no_proof(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (each line has a sentence of its own)
        proof.parse(text)


@pytest.mark.parametrize(("index", "hashes"), [(-1, ()), (2**63, ()), (0, (A[:31],)), (0, (A, A + b"x"))])
def test_what_cannot_be_written_as_a_proof_is_not_one(index: int, hashes: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="not a proof"):
        Proof(index, hashes, NOTE)


@pytest.mark.parametrize(("index", "hashes"), [(0, (B, C)), (1, (A, C)), (2, (tree.node(A, B),))])
def test_each_line_is_proved_under_the_signed_checkpoint(index: int, hashes: tuple[bytes, ...]) -> None:
    assert proof.verify(LINES[index], Proof(index, hashes, NOTE, b"anything"), LOG.verifier) == HEAD


def test_one_line_alone_needs_no_hashes() -> None:
    signed = checkpoint.sign(Checkpoint(LOG.name, 1, A), LOG.public, LOG.sign)
    alone = proof.parse(Proof(0, (), signed).text())
    assert proof.verify(b"a", alone, LOG.verifier).size == 1


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (b"B", PROOF),
        (b"", PROOF),
        (b"b", Proof(0, (A, C), NOTE)),
        (b"b", Proof(2, (A, C), NOTE)),
        (b"b", Proof(3, (A, C), NOTE)),
        (b"b", Proof(1, (A,), NOTE)),
        (b"b", Proof(1, (C, A), NOTE)),
        (b"b", Proof(1, (A, C, C), NOTE)),
        (b"b", Proof(1, (), NOTE)),
        (A + B, Proof(0, (C,), NOTE)),  # the inside of the tree is not a line
    ],
)
def test_another_line_place_or_path_is_refused(line: bytes, wrong: Proof) -> None:
    with pytest.raises(ValueError, match="does not hold"):
        proof.verify(line, wrong, LOG.verifier)


def test_a_proof_under_a_checkpoint_that_a_stranger_signed_is_refused() -> None:
    head = Checkpoint(STRANGER.name, 3, HEAD.root)
    strange = Proof(1, (A, C), checkpoint.sign(head, STRANGER.public, STRANGER.sign))
    assert proof.verify(b"b", strange, STRANGER.verifier) == head
    with pytest.raises(ValueError, match="no known key"):
        proof.verify(b"b", strange, LOG.verifier)


def test_a_proof_under_another_log_s_checkpoint_is_refused() -> None:
    borrowed = Proof(1, (A, C), note.sign_note(HEAD.text(), STRANGER.name, STRANGER.public, STRANGER.sign))
    with pytest.raises(ValueError, match="not signed by the log"):
        proof.verify(b"b", borrowed, STRANGER.verifier)


def test_a_proof_for_a_size_that_was_never_signed_is_refused() -> None:
    with pytest.raises(ValueError, match="signature is wrong"):
        proof.verify(b"b", Proof(1, (A,), NOTE.replace("\n3\n", "\n2\n")), LOG.verifier)
