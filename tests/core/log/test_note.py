"""Signed notes: Go's published one, frozen ones, and every form that must not open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.errors import Fault, Reason
from gateway.core.log import note
from gateway.core.log.note import Kind, Note, Signature, Verifier
from gateway.core.log.strict import from64, to64
from tests.core.log.keys import LOG, NOON, OTHER_WITNESS, STRANGER, WITNESS, Key

# The example in the documentation of golang.org/x/mod/sumdb/note, its signing seed included.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SEED = from64("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    GO_TEXT
    + "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

TEXT = "gateway.example/log\n3\nNmQuc8JUCrEh46a/lUWwokmCzYMOsT080Z3jzmwCHsE=\n"
SIGNED = "\u2014 gateway.example/log eG4Pt0WoVvaWtUESmN5d0uo1yJ9dK8tCGv2EdoMI+3jlEybEwxnQD6Hu/1sR6DK5M3wPIUR3/1+ASSgKy+uvP5o/JQI=\n"
COSIGNED = "\u2014 witness.example eQqKDQAAAABpZOJAvmbT0/OmCaKbSH42Oj4LxVbEt7TSPasc5+yuEjWZS+im5lw5iYHqd6EDvHupsvkR9zWIWPU49zA/SfqOBO5qCA==\n"
NOTE = f"{TEXT}\n{SIGNED}"
BOTH = f"{TEXT}\n{SIGNED}{COSIGNED}"
LOG_VKEY = "gateway.example/log+786e0fb7+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
WITNESS_VKEY = "witness.example+790a8a0d+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"

KNOWN = (LOG.verifier, WITNESS.verifier)


def test_the_note_that_go_publishes_opens() -> None:
    peter = note.parse_vkey(GO_VKEY)
    assert note.open_note(GO_NOTE, [peter]) == Note(GO_TEXT, (Signature(peter),))


def test_the_note_that_go_publishes_is_what_its_seed_signs() -> None:
    peter = Key("PeterNeumann", GO_SEED)
    assert peter.verifier.vkey == GO_VKEY
    assert note.sign_note(GO_TEXT, "PeterNeumann", peter.public, peter.sign) == GO_NOTE


@pytest.mark.parametrize(("verifier", "vkey"), [(LOG.verifier, LOG_VKEY), (WITNESS.verifier, WITNESS_VKEY)])
def test_vkey_is_frozen_and_prints_back(verifier: Verifier, vkey: str) -> None:
    assert verifier.vkey == vkey
    assert note.parse_vkey(vkey) == verifier


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "+",
        "++",
        "gateway.example/log",
        LOG_VKEY.replace("786e0fb7", "786e0fb8"),
        LOG_VKEY.replace("786e0fb7", "786E0FB7"),
        LOG_VKEY.replace("786e0fb7", "6e0fb7"),
        LOG_VKEY.replace("gateway", "gateway2"),
        LOG_VKEY.replace("gateway", "gate way"),
        LOG_VKEY + "\n",
        LOG_VKEY + "=",
        LOG_VKEY[:-1],
        Verifier("a", LOG.public).vkey.removeprefix("a"),
    ],
)
def test_any_other_vkey_is_refused(vkey: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (whichever part of it is wrong)
        note.parse_vkey(vkey)


@pytest.mark.parametrize("kind", [0, 2, 3, 5, 6, 255])
def test_another_kind_of_key_is_refused(kind: int) -> None:
    with pytest.raises(ValueError, match="kind of key"):
        note.parse_vkey("a+00000000+" + to64(bytes([kind]) + LOG.public))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\u2028b", "a\nb", "a\tb", "a\x01b", "a\ud800b"])
def test_a_name_has_no_spaces_and_no_plus(name: str) -> None:
    with pytest.raises(ValueError, match="not a verifier"):
        Verifier(name, LOG.public)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_public_key_has_32_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="not a verifier"):
        Verifier("a", b"x" * length)


def test_bytes_of_a_signed_note_are_frozen() -> None:
    assert note.sign_note(TEXT, LOG.name, LOG.public, LOG.sign) == NOTE


def test_bytes_of_a_cosignature_are_frozen() -> None:
    assert note.cosign(TEXT, WITNESS.name, WITNESS.public, NOON, WITNESS.sign) == COSIGNED


def test_opened_note_says_who_signed_and_when_a_witness_saw_it() -> None:
    log, witness = KNOWN
    assert note.open_note(BOTH, KNOWN) == Note(TEXT, (Signature(log), Signature(witness, NOON)))


def test_a_stranger_among_the_signers_is_passed_over() -> None:
    strange = note.sign_note(TEXT, STRANGER.name, STRANGER.public, STRANGER.sign).removeprefix(f"{TEXT}\n")
    opened = note.open_note(f"{TEXT}\n{strange}{SIGNED}", KNOWN)
    assert opened.signatures == (Signature(LOG.verifier),)


def test_a_note_that_only_strangers_signed_is_refused() -> None:
    with pytest.raises(ValueError, match="no known key"):
        note.open_note(NOTE, [STRANGER.verifier])


def test_the_same_name_with_another_key_is_a_stranger() -> None:
    with pytest.raises(ValueError, match="no known key"):
        note.open_note(NOTE, [Verifier(LOG.name, STRANGER.public)])


def test_the_same_key_under_another_name_is_a_stranger() -> None:
    with pytest.raises(ValueError, match="no known key"):
        note.open_note(NOTE, [Verifier("other.example", LOG.public)])


def test_the_same_key_as_another_kind_is_a_stranger() -> None:
    with pytest.raises(ValueError, match="no known key"):
        note.open_note(NOTE, [Verifier(LOG.name, LOG.public, Kind.COSIGNATURE)])


@pytest.mark.parametrize("at", range(0, len(TEXT), 7))
def test_one_altered_character_of_the_text_is_found(at: int) -> None:
    other = "x" if TEXT[at] != "x" else "y"
    with pytest.raises(ValueError, match=r"wrong|blank"):
        note.open_note(f"{TEXT[:at]}{other}{TEXT[at + 1 :]}\n{SIGNED}", KNOWN)


@pytest.mark.parametrize("at", range(64))
def test_one_altered_byte_of_a_signature_is_found(at: int) -> None:
    raw = bytearray(from64(SIGNED.split(" ")[2].strip()))
    raw[4 + at] ^= 1
    with pytest.raises(ValueError, match="wrong"):
        note.open_note(f"{TEXT}\n\u2014 {LOG.name} {to64(bytes(raw))}\n", KNOWN)


@pytest.mark.parametrize("at", range(72))
def test_one_altered_byte_of_a_cosignature_or_its_time_is_found(at: int) -> None:
    raw = bytearray(from64(COSIGNED.split(" ")[2].strip()))
    raw[4 + at] ^= 1
    with pytest.raises(ValueError, match=r"wrong|time"):
        note.open_note(f"{TEXT}\n{SIGNED}\u2014 {WITNESS.name} {to64(bytes(raw))}\n", KNOWN)


@pytest.mark.parametrize("length", [1, 7, 8, 63, 65, 71, 73])
def test_a_known_key_with_a_signature_of_another_length_refuses_the_note(length: int) -> None:
    line = f"\u2014 {WITNESS.name} {to64(WITNESS.verifier.key_id + bytes(length))}\n"
    with pytest.raises(ValueError, match="wrong"):
        note.open_note(f"{TEXT}\n{SIGNED}{line}", KNOWN)


def test_a_wrong_second_signature_by_one_key_is_found() -> None:
    wrong = f"\u2014 {LOG.name} {to64(LOG.verifier.key_id + bytes(64))}\n"
    with pytest.raises(ValueError, match="wrong"):
        note.open_note(f"{TEXT}\n{SIGNED}{wrong}", KNOWN)


def test_a_key_that_signed_twice_counts_once() -> None:
    later = note.cosign(TEXT, WITNESS.name, WITNESS.public, NOON + 1, WITNESS.sign)
    opened = note.open_note(f"{TEXT}\n{COSIGNED}{later}", KNOWN)
    assert opened.signatures == (Signature(WITNESS.verifier, NOON),)


def test_a_time_that_no_clock_shows_is_refused() -> None:
    raw = WITNESS.verifier.key_id + (2**63).to_bytes(8) + WITNESS.sign(f"cosignature/v1\ntime {2**63}\n{TEXT}".encode())
    with pytest.raises(ValueError, match="no such time"):
        note.open_note(f"{TEXT}\n\u2014 {WITNESS.name} {to64(raw)}\n", KNOWN)
    for at in (-1, 2**63):
        with pytest.raises(ValueError, match="no such time"):
            note.cosign(TEXT, WITNESS.name, WITNESS.public, at, WITNESS.sign)


def test_a_plain_signature_is_not_taken_for_a_cosignature() -> None:
    raw = WITNESS.verifier.key_id + NOON.to_bytes(8) + WITNESS.sign(TEXT.encode())
    with pytest.raises(ValueError, match="wrong"):
        note.open_note(f"{TEXT}\n\u2014 {WITNESS.name} {to64(raw)}\n", KNOWN)


STRANGE = "\u2014 s.example AAAAAAA=\n"
"""A line that is well formed, by nobody we know."""


def test_the_shortest_strange_line_is_passed_over() -> None:
    assert note.open_note(f"{NOTE}{STRANGE}", KNOWN).signatures == (Signature(LOG.verifier),)


@pytest.mark.parametrize(
    "line",
    [
        "\n",
        "s.example AAAAAAA=\n",
        "- s.example AAAAAAA=\n",
        "\u2014s.example AAAAAAA=\n",
        "\u2013 s.example AAAAAAA=\n",
        "\u2014  AAAAAAA=\n",
        "\u2014 s.example\n",
        "\u2014 s.example \n",
        "\u2014 s.example AAAAAA==\n",  # a key id and nothing signed
        "\u2014 s.example AAAAAAB=\n",
        "\u2014 s.example AAAAAAA\n",
        "\u2014 s.example AAAAAAA=\r\n",
        "\u2014 s.example  AAAAAAA=\n",
        "\u2014 s.example AAAAAAA= \n",
        "\u2014 s.example AAAAAAA= x\n",
        "\u2014 s+example AAAAAAA=\n",
        "\u2014 s\u00a0example AAAAAAA=\n",
        "\u2014 s\x00example AAAAAAA=\n",
        " \u2014 s.example AAAAAAA=\n",
        "\u2014 s.example AAAAAAA=",
    ],
)
def test_a_line_that_is_not_a_signature_refuses_the_note(line: str) -> None:
    for signatures in (SIGNED + line, line + SIGNED):
        with pytest.raises(ValueError):  # noqa: PT011  (each has a sentence of its own)
            note.open_note(f"{TEXT}\n{signatures}", KNOWN)


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "\n",
        TEXT,
        SIGNED,
        f"\n{SIGNED}",
        f"{TEXT}\n",
        f"{TEXT}{SIGNED}",
        f"{TEXT}\n\n{SIGNED}",
        f"{TEXT}\n{SIGNED}\n",
        f"\n{TEXT}\n{SIGNED}",
        f"{TEXT}\n{TEXT}\n{SIGNED}",
        NOTE.replace("\n", "\r\n"),
        NOTE[:-1],
        f"\ufeff{NOTE}",
    ],
)
def test_a_note_of_another_form_is_refused(broken: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (each has a sentence of its own)
        note.open_note(broken, KNOWN)


def test_more_than_a_hundred_signatures_are_refused() -> None:
    assert note.open_note(NOTE + STRANGE * 99, KNOWN).text == TEXT
    with pytest.raises(ValueError, match="not the signatures"):
        note.open_note(NOTE + STRANGE * 100, KNOWN)


BAD_TEXTS = ["", "a", "\n", "\na\n", "a\n\nb\n", "a\n\n", "a\r\n", "a\tb\n", "a\x00b\n", "a\ud800b\n"]


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_what_cannot_be_the_text_of_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="not the text"):
        note.sign_note(text, LOG.name, LOG.public, LOG.sign)
    with pytest.raises(ValueError, match="not the text"):
        note.cosign(text, WITNESS.name, WITNESS.public, NOON, WITNESS.sign)


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_what_cannot_be_the_text_of_a_note_does_not_open_even_when_signed(text: str) -> None:
    raw = LOG.verifier.key_id + LOG.sign(text.encode(errors="surrogatepass"))
    with pytest.raises(ValueError):  # noqa: PT011  (some have no blank line left)
        note.open_note(f"{text}\n\u2014 {LOG.name} {to64(raw)}\n", KNOWN)


def test_a_signature_that_does_not_fit_the_public_key_never_leaves() -> None:
    with pytest.raises(Fault) as caught:
        note.sign_note(TEXT, LOG.name, LOG.public, STRANGER.sign)
    assert (caught.value.reason, caught.value.lasting) == (Reason.VAULT, True)
    with pytest.raises(Fault):
        note.cosign(TEXT, WITNESS.name, WITNESS.public, NOON, STRANGER.sign)


def test_two_verifiers_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="two verifiers"):
        note.open_note(NOTE, [LOG.verifier, LOG.verifier])


def test_cosignatures_are_added_below_the_others() -> None:
    assert note.with_signatures(NOTE, COSIGNED) == BOTH


def test_a_newer_cosignature_takes_the_place_of_the_old_one() -> None:
    newer = note.cosign(TEXT, WITNESS.name, WITNESS.public, NOON + 60, WITNESS.sign)
    more = note.cosign(TEXT, OTHER_WITNESS.name, OTHER_WITNESS.public, NOON, OTHER_WITNESS.sign)
    assert note.with_signatures(BOTH, newer + more) == f"{NOTE}{newer}{more}"


@pytest.mark.parametrize("lines", ["", "\n", "no", STRANGE[:-1], f"\n{STRANGE}", f"{STRANGE}\n"])
def test_lines_that_are_not_signatures_are_not_added(lines: str) -> None:
    with pytest.raises(ValueError, match=r"signature|base64"):
        note.with_signatures(NOTE, lines)


def test_a_note_never_grows_past_a_hundred_signatures() -> None:
    lines = [f"\u2014 s{number}.example AAAAAAA=\n" for number in range(100)]
    assert note.with_signatures(NOTE, "".join(lines[:99])) == NOTE + "".join(lines[:99])
    with pytest.raises(ValueError, match="too many"):
        note.with_signatures(NOTE, "".join(lines))


TEXTS = st.lists(st.from_regex(r"[^\x00-\x1f\ud800-\udfff]+", fullmatch=True), min_size=1, max_size=5).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


@given(TEXTS)
def test_every_text_that_is_signed_opens_to_itself(text: str) -> None:
    signed = note.sign_note(text, LOG.name, LOG.public, LOG.sign)
    assert note.open_note(signed, KNOWN) == Note(text, (Signature(LOG.verifier),))


@given(st.text())
def test_no_other_text_opens(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (each has a sentence of its own)
        note.open_note(text, KNOWN)


@pytest.mark.parametrize(
    "broken",
    [
        "MARKER",
        f"MARKER\n\n{SIGNED}",
        f"MARKER\t\n\n{SIGNED}",
        f"MARKER\ud800\n\n{SIGNED}",
        f"{TEXT}\nMARKER\n",
        f"{TEXT}\n\u2014 MARKER AAAAAAA=\n",
        f"{TEXT}\n\u2014 s.example MARKER\n",
        f"{TEXT}\n\u2014 s.example MARKER\ud800\n",
    ],
)
def test_no_error_quotes_what_was_found(broken: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  (each has a sentence of its own)
        note.open_note(broken, KNOWN)
    assert "MARKER" not in "".join(map(str, (caught.value, caught.value.__cause__)))
