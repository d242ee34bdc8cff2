"""A transfer file in another version says the same, and what has no place there is named."""

from datetime import date

import pytest

from gateway.core.documents import Document, read
from gateway.core.documents.converting import accepted, convert, for_one
from gateway.core.errors import Code, Refusal
from gateway.core.terms import Item, Kind, LaEstab
from tests.core.documents.samples import CTF_NAME, NOTICE_NAME, ctf, known, pupil, schemas, specimen

VERSIONS = sorted(version for kind, version in schemas() if kind is Kind.CTF)


def document(content: bytes, name: str | None = CTF_NAME) -> Document:
    made = read(name, content, schemas(), known()).document
    assert made is not None
    return made


def one_name(items: frozenset[Item]) -> set[str]:
    return {item.replace("Gender", "Sex") for item in items}


@pytest.mark.parametrize("version", VERSIONS)
def test_small_file_says_the_same_in_every_version(version: str) -> None:
    made = convert(document(ctf(pupil(1), pupil(2))), version, schemas(), known())
    assert made.document.version == version and made.lost == frozenset()
    back = convert(made.document, "26.0", schemas(), known())
    urn = b"\n<URN>100000</URN>"  # of the header: since 18.0 (ctf §1.1)
    assert back.document.content.replace(urn, b"") == document(ctf(pupil(1), pupil(2))).content.replace(urn, b"")


@pytest.mark.parametrize("version", VERSIONS)
def test_full_file_loses_what_the_version_has_no_place_for_and_says_so(version: str) -> None:
    whole = document(specimen(), None)
    made = convert(whole, version, schemas(), known())
    assert one_name(made.document.items | made.lost) == one_name(whole.items)
    assert not made.lost & made.document.items
    assert (Item("FSMhistory/FSMinstance/FSMCategory") in made.lost) == (version != "26.0")
    assert b"SuppInfo" not in made.document.content or version == "26.0"


@pytest.mark.parametrize("version", ["11.0", "27.0", "", "../26.0"])
def test_version_that_there_is_not_is_refused(version: str) -> None:
    with pytest.raises(Refusal) as refused:
        convert(document(ctf()), version, schemas(), known())
    assert refused.value.code is Code.WRONG_VERSION


def test_one_takes_the_current_version_and_the_one_before() -> None:
    versions = known().formats.versions
    assert accepted(versions, date(2026, 10, 6)) == ("26.0", "25.0")
    assert accepted(versions, date(2026, 8, 31)) == ("25.0", "24.0")
    for version, written in (("26.0", "26.0"), ("25.0", "25.0"), ("24.0", "26.0")):
        content = convert(document(ctf()), version, schemas(), known()).document
        made = for_one(content, LaEstab("886LLLL"), date(2026, 10, 6), 7, schemas(), known()).document
        assert (made.version, made.name, made.dest) == (written, "8811234_CTF_886LLLL_007.xml", "886LLLL")
    newer = for_one(document(ctf()), LaEstab("886LLLL"), date(2026, 3, 1), 1, schemas(), known()).document
    assert newer.version == "25.0"
    assert b"<URN>XXX" not in newer.content


def test_a_notice_is_no_transfer_file() -> None:
    notice = document(specimen("notice", "1.0"), NOTICE_NAME)
    with pytest.raises(Refusal):
        convert(notice, "26.0", schemas(), known())
    with pytest.raises(Refusal):
        for_one(notice, LaEstab("886LLLL"), date(2026, 3, 1), 1, schemas(), known())
