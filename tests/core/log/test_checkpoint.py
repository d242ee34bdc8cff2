"""The signed head: frozen bytes, one way to write it, and only the log that it names may sign it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.log import checkpoint, note, tree
from gateway.core.log.checkpoint import Checkpoint, Cosigned
from gateway.core.log.note import Kind, Signature, Verifier
from gateway.core.log.strict import LARGEST
from tests.core.log.keys import LOG, NOON, OTHER_WITNESS, STRANGER, WITNESS
from tests.core.log.test_note import BOTH, NOTE, TEXT

ROOT = tree.Edge().grow_all(map(tree.leaf, (b"a", b"b", b"c"))).root
HEAD = Checkpoint("gateway.example/log", 3, ROOT)


def test_text_of_a_checkpoint_is_frozen() -> None:
    assert HEAD.text() == TEXT


def test_bytes_of_a_signed_checkpoint_are_frozen() -> None:
    assert checkpoint.sign(HEAD, LOG.public, LOG.sign) == NOTE


def test_signed_checkpoint_opens_to_itself() -> None:
    assert checkpoint.open_signed(NOTE, LOG.verifier) == HEAD


@given(st.from_regex(r"[^\n]+", fullmatch=True), st.integers(0, LARGEST), st.binary(min_size=32, max_size=32))
def test_checkpoint_prints_back(origin: str, size: int, root: bytes) -> None:
    head = Checkpoint(origin, size, root)
    assert checkpoint.parse(head.text()) == head


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        TEXT[:-1],
        TEXT + "\n",
        TEXT + "extension\n",
        TEXT + "extension",
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n3\n", "\n03\n"),
        TEXT.replace("\n3\n", "\n+3\n"),
        TEXT.replace("\n3\n", "\n-3\n"),
        TEXT.replace("\n3\n", "\n\n"),
        TEXT.replace("\n3\n", f"\n{2**63}\n"),
        TEXT.replace("HsE=", "HsF="),
        TEXT.replace("HsE=", "HsE"),
        TEXT.replace("NmQuc8JU", ""),
        TEXT.removeprefix("gateway.example/log"),
    ],
)
def test_any_other_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (each line has a sentence of its own)
        checkpoint.parse(text)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [("", 3, ROOT), ("a\nb", 3, ROOT), ("a", -1, ROOT), ("a", 2**63, ROOT), ("a", 3, ROOT[1:])],
)
def test_what_cannot_be_written_as_a_checkpoint_is_not_one(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(ValueError, match="not a checkpoint"):
        Checkpoint(origin, size, root)


def test_a_checkpoint_signed_by_another_log_is_refused() -> None:
    foreign = note.sign_note(TEXT, STRANGER.name, STRANGER.public, STRANGER.sign)
    with pytest.raises(ValueError, match="not signed by the log"):
        checkpoint.open_signed(foreign, STRANGER.verifier)


def test_a_signed_note_that_is_no_checkpoint_is_refused() -> None:
    other = note.sign_note("gateway.example/log\nhello\n", LOG.name, LOG.public, LOG.sign)
    with pytest.raises(ValueError, match="three lines"):
        checkpoint.open_signed(other, LOG.verifier)


def test_witnesses_of_a_checkpoint_are_told_with_their_time() -> None:
    opened = checkpoint.open_cosigned(BOTH, LOG.verifier, [WITNESS.verifier, OTHER_WITNESS.verifier])
    assert opened == Cosigned(HEAD, (Signature(WITNESS.verifier, NOON),))


def test_witnesses_alone_do_not_make_a_checkpoint() -> None:
    cosigned = f"{TEXT}\n{note.cosign(TEXT, WITNESS.name, WITNESS.public, NOON, WITNESS.sign)}"
    with pytest.raises(ValueError, match="not signed by the log"):
        checkpoint.open_cosigned(cosigned, LOG.verifier, [WITNESS.verifier])


def test_the_key_of_a_log_is_no_witness_and_that_of_a_witness_no_log() -> None:
    with pytest.raises(ValueError, match="witness cosigns"):
        checkpoint.open_cosigned(NOTE, LOG.verifier, [STRANGER.verifier])
    as_witness = Verifier(LOG.name, LOG.public, Kind.COSIGNATURE)
    line = note.cosign(TEXT, LOG.name, LOG.public, NOON, LOG.sign)
    with pytest.raises(ValueError, match="witness cosigns"):
        checkpoint.open_signed(f"{TEXT}\n{line}", as_witness)
