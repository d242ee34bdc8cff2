"""The handling marker says before what to ask and whom to call, and nowhere why."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.documents import (
    Document,
    Handling,
    Marker,
    cover_part,
    covered,
    cut,
    layouts,
    marker_of,
    read,
    read_cover,
)
from gateway.core.documents.covering import REASON
from gateway.core.documents.messages.parts import Cover
from gateway.core.documents.messages.words import AskBefore, HandlingMarker
from gateway.core.documents.safe import laid_out
from gateway.core.errors import Refusal
from gateway.core.terms import Kind
from tests.core.documents import samples
from tests.core.documents.samples import ctf, pupil
from tests.core.documents.test_messages import one_of, reading

BOTH = (AskBefore.CONTACTING_THE_FAMILY, AskBefore.SHARING_ON)
MARKER = Marker(BOTH, "01632 960101")
PART = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Handling>\n<HandlingVersion>1.0</HandlingVersion>\n<Cover>\n'
    b"<AskBefore>contacting-the-family</AskBefore>\n<AskBefore>sharing-on</AskBefore>\n<PhoneNo>01632 960101</PhoneNo></Cover>\n"
    b"<Pupil>2</Pupil>\n<Pupil>17</Pupil></Handling>"
)
KINDS = [layout.kind for layout in layouts.MESSAGES]


def document(kind: Kind, seed: int = 1) -> Document:
    found = reading(one_of(kind, seed)).document
    assert found is not None
    return found


def specimen(kind: str) -> Document:
    found = read(samples.NAMES[kind], samples.specimen(kind, "1.0"), samples.schemas()).document
    assert found is not None
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(4))
def test_a_covered_message_of_every_kind_is_whole_and_says_the_marker_and_no_reason(kind: Kind, seed: int) -> None:
    made = covered(document(kind, seed), MARKER)
    again = read(made.name, made.content, samples.schemas())
    assert again.document == made and not again.findings
    assert marker_of(made) == MARKER
    assert not any(word.value.encode() in made.content for word in HandlingMarker) and REASON not in made.items


@pytest.mark.parametrize("kind", KINDS)
def test_the_specimen_of_every_kind_keeps_all_but_its_reasons(kind: Kind) -> None:
    before = specimen(kind)
    made = covered(before, MARKER)
    assert read(made.name, made.content, samples.schemas()).document == made
    assert made.items == before.items - {REASON} and len(made.pupils) == len(before.pupils)
    assert [one.upn for one in made.pupils] == [one.upn for one in before.pupils]
    assert made.content.count(b"<Cover>") == 1 and b"<HandlingMarker>" not in made.content
    assert laid_out(before.tree) == before.content  # the first one is untouched


def test_a_marker_takes_the_place_of_another_and_stands_before_what_a_later_version_adds() -> None:
    extended = (
        samples.specimen("notice", "1.0")
        .decode()
        .replace("</Header>", "<Extension><Origin>1.1</Origin></Extension></Header>")
    )
    found = read(samples.NOTICE_NAME, extended.encode(), samples.schemas()).document
    assert found is not None and marker_of(found) != Marker(BOTH[:1], "01632960199")
    made = covered(found, Marker(BOTH[:1], "01632960199"))
    assert marker_of(made) == Marker(BOTH[:1], "01632960199")
    assert b"01632960101" not in made.content
    assert (
        b"</Cover>\n<Extension>" in made.content and read(made.name, made.content, samples.schemas()).document == made
    )


def test_the_marker_outlives_every_cut() -> None:
    made = covered(specimen("notice"), MARKER)
    few = frozenset(
        {item for item in made.items if item in {"Surname", "Forename", "UPN", "UPNunknown", "DOB", "DOBabout"}}
    )
    left = cut(made, few, samples.schemas()).document
    assert marker_of(left) == MARKER and left.items == few & left.items != frozenset()


@pytest.mark.parametrize("kind", ["ctf", "cml", "cmj"])
def test_a_transfer_file_has_no_place_for_a_marker(kind: str) -> None:
    found = read(*samples.generated(kind, "26.0"), samples.schemas(), samples.known()).document
    assert found is not None and marker_of(found) is None
    with pytest.raises(ValueError, match="council message"):
        covered(found, MARKER)


def test_a_message_without_a_marker_has_none_and_is_not_covered_without_a_number() -> None:
    plain = document(Kind.REQUEST)
    assert marker_of(plain) is None
    with pytest.raises(ValueError, match="number"):
        covered(plain, Marker(BOTH, ""))


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("01632 960101", "01632 960101"), ("+44 (0)1632 960101", "+44 (0)1632 960101"), ("01632 960101 refuge", "01632 960101"),
        ("Ask for Ada", ""), ("ext 12", ""), ("-", ""),
    ],
)  # fmt: skip
def test_of_a_senders_number_only_the_number_is_kept_and_the_marker_never_lost(written: str, phone: str) -> None:
    message = replace(one_of(Kind.REQUEST), cover=Cover(ask_before=BOTH[1:], phone_no=written))
    found = reading(message).document
    assert found is not None and marker_of(found) == Marker(BOTH[1:], phone)


@pytest.mark.parametrize("phone", ["refuge", "01632 960101 refuge", "1", "٠١٢٣٤٥٦", "01632\n960101", " 01632 960101"])
def test_no_word_hides_in_a_number(phone: str) -> None:
    with pytest.raises(ValueError, match="telephone"):
        Marker(BOTH, phone)


@pytest.mark.parametrize("asked", [(), BOTH + BOTH])
def test_a_marker_asks_for_something_and_for_it_once(asked: tuple[AskBefore, ...]) -> None:
    with pytest.raises(ValueError, match="once"):
        Marker(asked, "01632 960101")


def test_the_part_beside_a_transfer_file_is_these_bytes() -> None:
    assert cover_part(MARKER, [17, 2, 17]) == PART
    assert read_cover(PART) == Handling(MARKER, (2, 17))


@given(
    st.lists(st.sampled_from(AskBefore), min_size=1, max_size=2, unique=True),
    st.from_regex(r"\+?[0-9][0-9 ()./-]{3,30}[0-9]", fullmatch=True),
    st.sets(st.integers(1, 5000), min_size=1, max_size=40),
)
def test_a_part_that_is_written_is_read_again(asked: list[AskBefore], phone: str, pupils: set[int]) -> None:
    assert read_cover(cover_part(Marker(tuple(asked), phone), pupils)) == Handling(
        Marker(tuple(asked), phone), tuple(sorted(pupils))
    )


def test_a_part_for_every_pupil_of_the_largest_file_can_be_read() -> None:
    assert len(read_cover(cover_part(MARKER, range(1, 5001))).pupils) == 5000


@pytest.mark.parametrize("pupils", [[], [0], [-1, 2]])
def test_a_part_is_about_somebody(pupils: list[int]) -> None:
    with pytest.raises(ValueError, match="about whom"):
        cover_part(MARKER, pupils)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"1.0</Handling", b"2.0</Handling"), (b"17", b"2"), (b"17", b"017"), (b"17", b"x"),
        (b"17", b""), (b"17", b"-1"), (b"</PhoneNo>", b"</PhoneNo><Reason>refuge</Reason>"), (b"960101", b"960101 refuge"),
        (b"sharing-on", b"contacting-the-family"), (b"sharing-on", b"refuge"), (b"<Handling>", b"<Handling why='refuge'>"),
        (b"<Cover>", b"<Cover><!-- refuge -->"), (b"<?xml", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><?xml"),
        (b"</Handling>", b"</Handling>\n"), (b"01632 960101", b""), (PART[40:], b""), (PART, b""), (b"Handling>", b"Other>"),
    ],
)  # fmt: skip
def test_a_part_that_differs_in_anything_is_refused(old: bytes, new: bytes) -> None:
    assert old in PART
    with pytest.raises(Refusal):
        read_cover(PART.replace(old, new))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_part_or_refused(content: bytes) -> None:
    with pytest.raises(Refusal):
        read_cover(content)


def test_a_part_too_large_is_not_parsed() -> None:
    with pytest.raises(Refusal, match="too-large"):
        read_cover(b" " * (1 << 18) + PART)


def test_the_numbers_of_the_part_are_the_pupils_own() -> None:
    found = samples.reading(ctf(pupil(1), pupil(2))).document
    assert found is not None
    assert read_cover(cover_part(MARKER, [one.number for one in found.pupils])).pupils == (1, 2)
