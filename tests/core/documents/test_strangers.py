"""Whoever chose the wrong file is told which kind they chose, whatever it is called."""

import io
from collections.abc import Mapping

import openpyxl
import pytest

from gateway.core.documents import members
from gateway.core.documents.catalogue.strangers import FILE
from gateway.core.errors import Code, Refusal
from tests.core.documents.test_archive import zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
TYPES = ("[Content_Types].xml", b"<Types/>")


def old(*streams: str) -> bytes:
    return OLE + b"".join(one.encode("utf-16-le") for one in streams)


STRANGERS: Mapping[str, tuple[bytes, str]] = {
    "leavers.docx": (zipped(TYPES, ("word/document.xml", b"<document/>")), "FILE-001"),
    "with macros.docm": (zipped(TYPES, ("word/document2.xml", b"<a/>"), ("word/vbaProject.bin", b"x")), "FILE-001"),
    "meeting.pptx": (zipped(TYPES, ("ppt/presentation.xml", b"<presentation/>")), "FILE-001"),
    "letter.doc": (old("WordDocument"), "FILE-001"),
    "talk.ppt": (old("PowerPoint Document"), "FILE-001"),
    "letter.rtf": (b"{\\rtf1 Dear all}", "FILE-001"),
    "leavers.xlsx": (zipped(TYPES, ("word/document.xml", b"<document/>")), "FILE-001"),
    "leavers.pdf": (b"%PDF-1.7\n", "FILE-002"),
    "leavers.csv": (b"%PDF-1.7\n", "FILE-002"),
    "leavers.jpg": (b"\xff\xd8\xff\xe0", "FILE-003"),
    "screen.png": (b"\x89PNG\r\n\x1a\n", "FILE-003"),
    "photo.heic": (b"\x00\x00\x00\x18ftypheic", "FILE-003"),
    "leavers.eml": (b"Received: from mail.example.org\r\n", "FILE-004"),
    "leavers.msg": (old("__substg1.0_37010102"), "FILE-004"),
    "leavers.7z": (b"7z\xbc\xaf\x27\x1c", "FILE-005"),
    "leavers.rar": (b"Rar!\x1a\x07", "FILE-005"),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_file_that_nobody_reads_is_called_what_it_is(name: str) -> None:
    content, rule = STRANGERS[name]
    with pytest.raises(Refusal) as refused:
        members(name, content)
    assert refused.value.code is Code.NOT_A_FILE_WE_KNOW
    assert [one.code for one in refused.value.findings] == [f"DOC-{rule}"]


def test_every_kind_of_stranger_is_met() -> None:
    assert {rule for _, rule in STRANGERS.values()} == set(FILE)


def test_old_workbook_with_a_letter_inside_is_a_workbook() -> None:
    with pytest.raises(Refusal) as refused:
        members("leavers.xls", old("Workbook", "WordDocument"))
    assert [one.code for one in refused.value.findings] == ["DOC-SHEET-003"]


def test_workbook_is_no_stranger_and_a_broken_zip_has_its_own_words() -> None:
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    for content, rule in ((made.getvalue(), "DOC-SHEET-024"), (zipped(TYPES)[:-30], "DOC-ZIP-001")):
        with pytest.raises(Refusal) as refused:
            members("leavers.zip", content)
        assert [one.code for one in refused.value.findings] == [rule]


def test_letter_in_a_zip_stops_no_other_file() -> None:
    letter, file = members("all.zip", zipped(("a.docx", STRANGERS["leavers.docx"][0]), ("b.xml", b"<CTfile/>")))
    assert letter.refusal is not None
    assert [one.code for one in letter.refusal.findings] == ["DOC-ZIP-011"]
    assert file.refusal is None
