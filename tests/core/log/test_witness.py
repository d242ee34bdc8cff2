"""What is asked of a witness, byte for byte, and what each of its answers means."""

import pytest

from gateway.core.log import checkpoint, note, tree, witness
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.log.strict import to64
from gateway.core.log.witness import WORDS, Countersigned, Holds, Trouble
from tests.core.log.keys import LOG, NOON, OTHER_WITNESS, STRANGER, WITNESS, Key

LEAVES = [tree.leaf(bytes([number])) for number in range(7)]
HEAD = Checkpoint(LOG.name, 7, tree.Edge().grow_all(LEAVES).root)
SIGNED = checkpoint.sign(HEAD, LOG.public, LOG.sign)


def line(key: Key = WITNESS, text: str = HEAD.text(), at: int = NOON) -> str:
    return note.cosign(text, key.name, key.public, at, key.sign)


def read(status: int, body: str | bytes) -> Countersigned | Holds | Trouble:
    content = body.encode() if isinstance(body, str) else body
    return witness.read(status, content, SIGNED, LOG.verifier, WITNESS.verifier)


def test_question_is_frozen() -> None:
    assert witness.question(0, (), SIGNED) == f"old 0\n\n{SIGNED}"
    made = witness.question(5, (b"\0" * 32, b"\1" * 32), SIGNED)
    assert made == f"old 5\n{'A' * 43}=\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n\n{SIGNED}"


def test_question_that_no_witness_would_read_is_not_asked() -> None:
    witness.question(1, (b"\0" * 32,) * 63, SIGNED)
    with pytest.raises(ValueError, match="too many"):
        witness.question(1, (b"\0" * 32,) * 64, SIGNED)


def test_countersignature_that_holds_is_taken_with_its_time() -> None:
    assert read(200, line()) == Countersigned(line(), NOON)


def test_line_of_somebody_else_beside_it_is_left_out() -> None:
    others = line(OTHER_WITNESS) + line() + line(STRANGER)
    assert read(200, others) == Countersigned(line(), NOON)


def test_line_under_our_own_name_cannot_take_the_place_of_our_signature() -> None:
    forged = f"\u2014 {LOG.name} {to64(LOG.verifier.key_id + bytes(64))}\n"
    found = read(200, forged + line())
    assert found == Countersigned(line(), NOON)
    joined = note.with_signatures(SIGNED, found.line) if isinstance(found, Countersigned) else ""
    assert checkpoint.open_cosigned(joined, LOG.verifier, [WITNESS.verifier]).checkpoint == HEAD


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n",
        "thank you\n",
        b"\xff\xfe",
        line(OTHER_WITNESS),  # good, and not the one that was asked
        line(text=Checkpoint(LOG.name, 6, HEAD.root).text()),  # of another head
        line(Key(WITNESS.name, bytes(range(1, 33)))),  # another key under its name
        line(at=0),  # seen at no time
        line().rstrip("\n"),
        line().replace(" ", "  "),
        line()[:-6] + "AAAA=\n",
        line() * 101,
    ],
)
def test_countersignature_that_does_not_hold_is_none(body: str | bytes) -> None:
    assert read(200, body) is Trouble.BAD_ANSWER


@pytest.mark.parametrize(
    ("status", "body", "meaning"),
    [
        (409, "5\n", Holds(5)),
        (409, "0\n", Holds(0)),
        (409, "12", Holds(12)),
        (409, "-1\n", Trouble.BAD_ANSWER),
        (409, "05\n", Trouble.BAD_ANSWER),
        (409, "99999999999999999999\n", Trouble.BAD_ANSWER),
        (409, "", Trouble.BAD_ANSWER),
        (409, "<html>", Trouble.BAD_ANSWER),
        (404, "unknown log\n", Trouble.UNKNOWN_LOG),
        (403, "", Trouble.KEY_REFUSED),
        (422, "", Trouble.NOT_CONSISTENT),
        (503, "", Trouble.UNREACHABLE),
        (429, "", Trouble.UNREACHABLE),
        (400, "", Trouble.BAD_ANSWER),
        (301, line(), Trouble.BAD_ANSWER),
        (201, line(), Trouble.BAD_ANSWER),
    ],
)
def test_every_other_answer_means_one_thing(status: int, body: str, meaning: object) -> None:
    assert read(status, body) == meaning


def test_every_trouble_is_told_in_words() -> None:
    assert set(WORDS) == set(Trouble)
    assert len(set(WORDS.values())) == len(WORDS)


def test_lines_of_one_key_are_found_among_others() -> None:
    both = line(OTHER_WITNESS) + line()
    assert note.only(both, WITNESS.verifier) == line()
    assert note.only(both, STRANGER.verifier) == ""
    with pytest.raises(ValueError, match="signatures"):
        note.only("", WITNESS.verifier)


def test_keys_of_log_and_witness_are_not_taken_for_each_other() -> None:
    checkpoint.check_kinds(LOG.verifier, [WITNESS.verifier])
    for log, others in ((WITNESS.verifier, []), (LOG.verifier, [LOG.verifier])):
        with pytest.raises(ValueError, match="a log signs and a witness cosigns"):
            checkpoint.check_kinds(log, others)
