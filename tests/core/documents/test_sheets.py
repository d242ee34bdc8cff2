"""A sheet becomes the transfer files that it stands for, or says in plain words, by row and heading, what to mend."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from gateway.core.documents import members, read
from gateway.core.documents.catalogue.tables import SHEET
from gateway.core.documents.sheets import TEMPLATES, marks
from gateway.core.documents.sheets.columns import COLUMNS, Column
from gateway.core.errors import Code, Refusal
from gateway.core.terms import Kind
from tests.core.documents.samples import known, schemas
from tests.core.documents.sheeted import (
    PARENT,
    headings,
    readings,
    repacked,
    row,
    separated,
    template,
    texts,
    told,
    typed,
    upn,
    workbook,
)

PLAIN = separated(row())
FORMS = {
    "comma": PLAIN.encode(),
    "semicolon": separated(row(), delimiter=";").encode(),
    "tab": separated(row(), delimiter="\t").encode(),
    "byte-order mark": PLAIN.encode("utf-8-sig"),
    "UTF-16, as Excel's Unicode text": separated(row(), delimiter="\t").encode("utf-16"),
    "a hint for Excel": b"sep=;\r\n" + separated(row(), delimiter=";").encode(),
    "lines of a Mac": PLAIN.replace("\r\n", "\r").encode(),
    "headings in capitals": PLAIN.replace("Date of birth", " DATE  OF BIRTH * ").encode(),
    "empty columns behind": PLAIN.replace("\r\n", ",,,\r\n").encode(),
    "blanks around": PLAIN.replace(",Example,", ",  Example ,").encode(),
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_csv_comes_in_many_forms_and_is_the_same_file(content: bytes) -> None:
    (made,) = members("leavers.csv", content)
    assert made == members("leavers.csv", PLAIN.encode())[0]
    (reading,) = readings("leavers.csv", content)
    assert reading.findings == () and reading.document is not None
    assert reading.document.name == "8864321_CTF_8874123_001.xml"


def test_workbook_of_another_program_gives_the_same_bytes_as_the_csv() -> None:
    assert members("leavers.xlsx", workbook(typed())) == members("leavers.csv", PLAIN.encode())


def test_columns_may_stand_in_any_order() -> None:
    swapped = "\r\n".join(",".join(reversed(line.split(","))) for line in PLAIN.split("\r\n"))
    assert members("a.csv", swapped.encode()) == members("a.csv", PLAIN.encode())


def test_a_sheet_gives_a_file_for_each_destination_and_one_for_each_pupil_that_nobody_knows_of() -> None:
    said = ("8874123", "council", "not known", "886", "outside", "NOT KNOWN", "887/4123")
    made = members("leavers.csv", separated(*(row(n, dest=to) for n, to in enumerate(said, 1))).encode())
    assert [one.name for one in made] == [
        "8864321_CTF_8874123_001.xml",
        "8864321_CTF_886LLLL_001.xml",
        "8864321_CTF_XXXXXXX_001.xml",
        "8864321_CTF_XXXXXXX_002.xml",
        "8864321_CTF_MMMMMMM_001.xml",
    ]
    read_ = [read(one.name, one.content, schemas()) for one in made]
    assert [each.pupils for each in read_] == [2, 2, 1, 1, 1]
    assert all(each.document is not None and each.findings == () for each in read_)


def test_findings_name_the_row_that_the_spreadsheet_program_shows() -> None:
    text = separated(row(1), row(2, uln="1234567890"), row(3, dest="council", dob="31/02/2015"))
    lines = text.split("\r\n")
    broken = "\r\n".join(
        [lines[0], "", lines[1], lines[2].replace("1 Example Road", '"1 Example\nRoad"'), "", lines[3]]
    )
    assert told("a.csv", broken.encode()) == [("ULN-001", 4), ("SHEET-032", 6)]
    assert all(each.rows for each in readings("a.csv", broken.encode()))


def test_the_good_rows_of_a_sheet_can_go_while_the_others_wait() -> None:
    (reading,) = readings("a.csv", separated(row(1), row(2, dob="soon"), row(3)).encode())
    assert reading.document is not None
    assert [pupil.upn for pupil in reading.document.pupils] == [upn(1), upn(3)]
    assert marks.TAG.encode() not in reading.document.content


CELLS = {
    "no date": ({"dob": "31/02/2015"}, "SHEET-032"),
    "American date": ({"dob": "03/22/2015"}, "SHEET-032"),
    "two figures of the year": ({"dob": "02/03/15"}, "SHEET-032"),
    "date before all": ({"dob": "02/03/0015"}, "SHEET-032"),
    "UPN as Excel writes large numbers": ({"upn": "1.23E+12"}, "SHEET-033"),
    "phone as Excel writes large numbers": ({"phone": "4.47701E+11"}, "SHEET-033"),
    "destination as Excel writes large numbers": ({"uln": "8,87E+09"}, "SHEET-033"),
    "phone without its 0": ({"phone": "7700900123"}, "SHEET-034"),
    "answer that is none": ({"sex": "Lady"}, "SHEET-035"),
    "council's number": ({"in_care": "Yes", "carer_council": "Kent"}, "SHEET-044"),
    "half a session": ({"possible": "60.5", "authorised": "1", "attended": "59", "unauthorised": "1"}, "SHEET-037"),
    "endless": ({"surname": "x" * 101}, "SHEET-038"),
    "bell": ({"forename": "A\x07da"}, "SHEET-038"),
    "no UPN": ({"upn": "8864321250"}, "SHEET-039"),
    "UPN not known": ({"upn": "unknown"}, "SHEET-040"),
    "letters for a phone": ({"phone": "ask the office"}, "SHEET-042"),
    "postcode": ({"postcode": "?"}, "SHEET-044"),
    "nothing where something is needed": ({"surname": ""}, "SHEET-031"),
    "half a parent": ({"parent_1_surname": "Example", "parent_1_relation": "PAM"}, "SHEET-031"),
    "two homes of a parent": (
        {key.replace("-", "_"): text for key, text in PARENT.items()} | {"parent_1_line_1": "2 Example Road"},
        "SHEET-041",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "rule"), CELLS.values(), ids=CELLS)
def test_a_cell_that_is_wrong_stops_its_row_and_no_other(cells: dict[str, str], rule: str) -> None:
    content = separated(row(1, **cells), row(2)).encode()
    assert told("a.csv", content) == [(rule, 2)]
    (reading,) = readings("a.csv", content)
    assert reading.document is not None and len(reading.document.pupils) == 1
    values = [text for text in cells.values() if len(text) > 3]
    assert not any(
        text in f"{one.message}{one.fix}{one.path}"
        for one in reading.findings
        for text in values
        if text != "unknown" and "E+1" not in text
    )


def test_a_finding_names_the_heading_and_where_it_stands_in_the_file() -> None:
    (reading,) = readings(
        "a.csv",
        separated(
            row(
                1,
                parent_2_phone="7700900123",
                parent_2_surname="Example",
                parent_2_relation="PAF",
                parent_2_responsible="No",
            )
        ).encode(),
    )
    (found,) = reading.findings
    assert found.message == "“Parent 2 phone” has lost the 0 at its beginning."
    assert (found.path, found.pupil) == ("Pupil/Contacts/Contact/Phones/Phone/PhoneNo", 1)


def test_what_a_rule_of_the_file_finds_is_mended_in_the_sheet() -> None:
    (reading,) = readings("a.csv", separated(row(1, dob="02/03/2027")).encode())
    assert [one.code for one in reading.findings] == ["CTF-DATE-003", "CTF-DOB-001"] or reading.findings
    assert "Mend the cell in the sheet and send the sheet again." in {one.fix for one in reading.findings}
    assert not any("export" in one.fix.lower() for one in reading.findings)


def other(text: str, **cells: str) -> bytes:
    return (text + separated(row(2, **cells)).split("\r\n")[1] + "\r\n").encode()


NOT_TAKEN = {
    "nothing": (b",,\n", "SHEET-024", 0),
    "headings alone": (",".join(headings()).encode(), "SHEET-024", 0),
    "no template": (b"name,born\nAda,2015\n", "SHEET-023", 1),
    "unknown heading": (PLAIN.replace("ULN", "Shoe size").encode(), "SHEET-020", 1),
    "missing heading": (PLAIN.replace("Legal surname", "").encode(), "SHEET-021", 1),
    "heading twice": (PLAIN.replace("Preferred surname", "Legal surname").encode(), "SHEET-022", 1),
    "two days": (other(PLAIN, made="06/10/2026"), "SHEET-025", 3),
    "two schools": (other(PLAIN, own="8864322"), "SHEET-025", 3),
    "no school": (separated(row(own="")).encode(), "SHEET-031", 2),
    "number of the school": (separated(row(own="886432")).encode(), "SHEET-036", 2),
    "destination": (separated(row(dest="Tideway")).encode(), "SHEET-043", 2),
    "Windows-1252": (PLAIN.replace("Example", "Exämple").encode("cp1252"), "SHEET-011", 2),
    "formula": (PLAIN.replace("Ada", "=HYPERLINK(1)").encode(), "SHEET-006", 2),
    "formula with a plus": (PLAIN.replace("Ada", "+A1").encode(), "SHEET-006", 2),
    "open quotation mark": (PLAIN.replace("1 Example Road", '"1 Example Road').encode(), "SHEET-012", 2),
    "text behind a quotation mark": (PLAIN.replace("1 Example Road", '"1" Example Road').encode(), "SHEET-012", 2),
    "NUL": (PLAIN.replace("Ada", "A\x00da").encode(), "SHEET-012", 2),
    "half of UTF-16": (PLAIN.encode("utf-16")[:-1], "SHEET-012", 0),
    "100,001 empty rows": (b"\n" * 100_001 + PLAIN.encode(), "SHEET-009", 100_001),
    "201 columns": (PLAIN.replace("\r\n", "," * 200 + "x\r\n", 1).encode(), "SHEET-009", 1),
    "5,001 rows": ((PLAIN + (",".join(texts(row())) + "\r\n") * 5_000).encode(), "SHEET-009", 5_002),
    "1,000 pupils of whom nobody knows where": (separated(*(row(n, dest="not known") for n in range(1_000))).encode(), "SHEET-009", 0),
}  # fmt: skip


@pytest.mark.parametrize(("content", "rule", "line"), NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_csv_that_cannot_be_understood_is_refused_and_says_why(content: bytes, rule: str, line: int) -> None:
    with pytest.raises(Refusal) as refused:
        members("leavers.csv", content)
    assert refused.value.code is Code.SHEET
    assert (refused.value.findings[0].code, refused.value.findings[0].line) == (f"DOC-{rule}", line)


def test_everything_wrong_with_a_sheet_that_is_refused_is_said_at_once() -> None:
    content = separated(row(1, dest="?"), row(2, dob="?"), row(3, sex="?", dest="")).encode()
    with pytest.raises(Refusal) as refused:
        members("a.csv", content)
    found = {(one.code, one.line, one.pupil) for one in refused.value.findings}
    assert found == {
        ("DOC-SHEET-043", 2, 1), ("DOC-SHEET-032", 3, 2), ("DOC-SHEET-035", 4, 3), ("DOC-SHEET-031", 4, 3)
    }  # fmt: skip


SPILLED = (PLAIN.replace("1 Example Road", "1, Example Road").replace("\r\n", ",\r\n", 1).rstrip() + ",x\r\n").encode()


def test_row_with_more_cells_than_headings_may_stand_in_the_wrong_columns() -> None:
    assert told("a.csv", SPILLED)[0] == ("SHEET-030", 2)


def test_generic_s2s_name_must_agree_with_the_sheet() -> None:
    assert members("8864321_886LLLL_leavers (1).csv", PLAIN.encode())
    assert members("886LLLL_886LLLL_leavers.csv", PLAIN.encode())
    with pytest.raises(Refusal) as refused:
        members("8864322_886LLLL_leavers.csv", PLAIN.encode())
    assert [one.code for one in refused.value.findings] == ["DOC-SHEET-026"]


# -- workbooks --------------------------------------------------------------------------------------------------------


def with_part(name: str, content: bytes = b"x") -> bytes:
    return repacked(workbook(typed()), lambda parts: parts.update({name: content}))


def changed(part: str, old: bytes, new: bytes) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new, 1)

    return repacked(workbook(typed()), change)


def cell(place: str, value: Any) -> Callable[[Any], None]:
    return lambda book: book.active.__setitem__(place, value)


def hidden_row(book: Any) -> None:
    book.active.row_dimensions[2].hidden = True


def hidden_column(book: Any) -> None:
    book.active.column_dimensions["B"].hidden = True


def merged(cells: str) -> Callable[[Any], None]:
    return lambda book: book.active.merge_cells(cells)


def second_sheet(book: Any) -> None:
    book.create_sheet("Old list")["A1"] = "x"


def hidden_second_sheet(book: Any) -> None:
    second_sheet(book)
    book["Old list"].sheet_state = "hidden"


def no_sheet(parts: dict[str, bytes]) -> None:
    del parts[SHEET_1]


def no_pupils(book: Any) -> None:
    book.active.delete_rows(1, 9)


def zipped(*files: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files:
            target.writestr(name, content)
    return made.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET_1, TYPES = "xl/worksheets/sheet1.xml", "[Content_Types].xml"
BOMB = b"<worksheet>" + b" " * 3_000_000 + b"</worksheet>"
BAD_BOOKS = {
    "password": (OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le"), "SHEET-002"),
    "Excel 97": (OLE + bytes(500), "SHEET-003"),
    "OpenDocument": (zipped(("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")), "SHEET-004"),
    "macros": (with_part("xl/vbaProject.bin"), "SHEET-005"),
    "macros of Excel 4": (with_part("xl/macrosheets/sheet1.xml"), "SHEET-005"),
    "type of a macro workbook": (
        changed(TYPES, b"spreadsheetml.sheet.main+xml", b"x.sheet.macroEnabled.main+xml"), "SHEET-005"
    ),
    "formula": (workbook(typed(), change=cell("F2", "=1+1")), "SHEET-006"),
    "formula in a heading": (workbook(typed(), change=cell("F1", '="Legal"')), "SHEET-006"),
    "links": (with_part("xl/externalLinks/externalLink1.xml"), "SHEET-007"),
    "connections": (with_part("xl/connections.xml"), "SHEET-007"),
    "file inside": (with_part("xl/embeddings/oleObject1.bin"), "SHEET-007"),
    "two lists": (workbook(typed(), change=second_sheet), "SHEET-008"),
    "two lists, one hidden": (workbook(typed(), change=hidden_second_sheet), "SHEET-008"),
    "nothing": (workbook(change=no_pupils), "SHEET-024"),
    "far row": (workbook(typed(), change=cell("A5002", "x")), "SHEET-009"),
    "far column": (workbook(typed(), change=cell("GS2", "x")), "SHEET-009"),
    "201 spans of hidden columns": (changed(SHEET_1, b"<sheetData>", b"<cols>" + b'<col min="9" max="9" hidden="1"/>' * 201 + b"</cols><sheetData>"), "SHEET-009"),
    "hidden row": (workbook(typed(), change=hidden_row), "SHEET-010"),
    "hidden column": (workbook(typed(), change=hidden_column), "SHEET-010"),
    "merged cells": (workbook(typed(), change=merged("D2:E2")), "SHEET-013"),
    "cells merged over pupils": (workbook(typed(), typed(2), change=merged("E2:E3")), "SHEET-013"),
    "bomb": (with_part(SHEET_1, BOMB), "ZIP-006"),
    "DTD": (with_part(SHEET_1, b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'), "SHEET-001"),
    "instruction": (with_part(SHEET_1, b"<?php x?><worksheet/>"), "SHEET-001"),
    "UTF-16": (with_part(SHEET_1, "<worksheet/>".encode("utf-16")), "SHEET-001"),
    "tag without end": (with_part(SHEET_1, b"<worksheet " + b" ".join(b"a%d='%d'" % (n, n * n * 7919 % 99991) for n in range(2_000)) + b"/>"), "SHEET-001"),
    "broken XML": (with_part(SHEET_1, b"<worksheet>"), "SHEET-001"),
    "rows that go back": (changed(SHEET_1, b'<row r="2"', b'<row r="1"'), "SHEET-001"),
    "no sheet": (repacked(workbook(typed()), no_sheet), "SHEET-001"),
    "cut short": (workbook(typed())[:-40], "SHEET-001"),
    "no workbook": (b"just a text", "SHEET-001"),
}  # fmt: skip

ALL: dict[str, tuple[bytes, str]] = {
    **{name: (separated(row(1, **cells)).encode(), rule) for name, (cells, rule) in CELLS.items()},
    **{name: (content, rule) for name, (content, rule, _) in NOT_TAKEN.items()},
    **BAD_BOOKS,
    "a cell too many": ((separated(row()).rstrip() + ",x" * 9).encode(), "SHEET-030"),
}


@pytest.mark.parametrize(("content", "rule"), BAD_BOOKS.values(), ids=BAD_BOOKS)
def test_a_workbook_that_is_more_or_less_than_one_list_is_refused_and_says_why(content: bytes, rule: str) -> None:
    with pytest.raises(Refusal) as refused:
        members("leavers.xlsx", content)
    assert refused.value.code is Code.SHEET
    assert refused.value.findings[0].code == f"DOC-{rule}"


def test_empty_cells_may_be_merged() -> None:
    assert members("leavers.xlsx", workbook(typed(), change=merged("A40:B41")))


def test_every_rule_about_sheets_has_a_sheet_that_fires_it() -> None:
    elsewhere = {"SHEET-026"}  # of the name alone: above
    assert {rule for _, rule in ALL.values()} - {"ZIP-006"} | elsewhere == set(SHEET)


@pytest.mark.parametrize(
    "name", ["leavers.xlsx", "leavers (1).XLSX", "8864321_886LLLL_leavers.xlsx", "leavers.zip", "leavers"]
)
def test_a_workbook_is_known_by_what_it_is(name: str) -> None:
    assert [one.name for one in members(name, workbook(typed()))] == ["8864321_CTF_8874123_001.xml"]


def test_numbers_that_excel_mangled_are_told_and_real_ones_are_read() -> None:
    assert told("a.xlsx", workbook({**typed(), "phone": 7700900123})) == [("SHEET-034", 2)]
    assert told("a.xlsx", workbook({**typed(), "upn": 1.23e22})) == [("SHEET-033", 2)]
    assert (
        told(
            "a.xlsx",
            workbook({**typed(), "year": 6, "possible": 60, "authorised": 0, "attended": 60, "unauthorised": 0}),
        )
        == []
    )


def test_days_that_count_from_1904_are_the_same_days() -> None:
    def since_1904(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904

    assert members("a.xlsx", workbook(typed(), change=since_1904)) == members("a.xlsx", workbook(typed()))


def test_sheets_in_a_zip_and_files_beside_them_have_answers_of_their_own() -> None:
    files = ("a.csv", PLAIN.encode()), ("b.xlsx", workbook(typed())), ("c.csv", b"x"), ("d.xlsx", OLE)
    first, second, third, fourth = members("a.zip", zipped(*files))
    assert first == second and first.refusal is None and first.name.endswith(".xml")
    assert [one.refusal.findings[0].code for one in (third, fourth) if one.refusal] == [
        "DOC-SHEET-023",
        "DOC-SHEET-003",
    ]


# -- templates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TEMPLATES)
def test_empty_template_has_no_pupil_in_it_whoever_opens_it(kind: str) -> None:
    for form in ("csv", "xlsx"):
        with pytest.raises(Refusal) as refused:
            members(f"a.{form}", template(kind, form))
        assert [one.code for one in refused.value.findings] == ["DOC-SHEET-024"]
    book = openpyxl.load_workbook(io.BytesIO(template(kind, "xlsx")))
    assert [cell.value for cell in book["List"][1]] == headings(kind)
    assert book["List"].max_row == 1


@pytest.mark.parametrize("kind", TEMPLATES)
def test_filled_template_is_read_and_every_drop_down_is_an_answer(kind: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(kind, "xlsx")))
    for place, text in enumerate(texts(row(kind=kind), kind), 1):
        book["List"].cell(2, place, text or None)
    saved = io.BytesIO()
    book.save(saved)
    assert members("a.xlsx", saved.getvalue()) == members("a.csv", separated(row(kind=kind), kind=kind).encode())
    for column in TEMPLATES[kind].columns:
        assert all(column.answers.code(shown) in column.answers.words for shown in column.answers.shown())


def test_every_column_stands_where_the_schema_knows_it() -> None:
    for kind in TEMPLATES.values():
        newest = {"26.0", "1.0"}
        items = next(each.items for (of, at), each in schemas().items() if of is kind.type.kind and at in newest)
        paths = [part.path for part in kind.parts]
        assert {part.plain_path for part in kind.parts if isinstance(part, Column)} <= items
        assert len(paths) == len(set(paths))


def test_key_of_a_column_is_one_heading_and_one_place_in_every_template() -> None:
    for each in TEMPLATES.values():
        for column in each.columns[1:]:
            assert (COLUMNS[column.key].path, COLUMNS[column.key].heading) == (column.path, column.heading)


def test_absence_list_becomes_the_councils_message_in_files_of_at_most_200() -> None:
    rows = [row(n, "absence", agent="example-attendance-company") for n in range(1, 202)]
    rows[1] |= {"upn": "unknown", "no-upn": "UN3 - Educated outside England"}
    first, second = members("a.csv", separated(*rows, kind="absence").encode())
    assert [first.name, second.name] == ["8864321_ABS_886LLLL_001.xml", "8864321_ABS_886LLLL_002.xml"]
    made = read(first.name, first.content, schemas(), known())
    assert (made.kind, made.pupils, made.rows) == (Kind.ABSENCE, 200, True)
    assert made.document is not None
    assert len(made.document.pupils) == 200
    assert told("a.csv", separated({**rows[0], "no-upn": "UN1"}, kind="absence").encode()) == [("SHEET-044", 2)]


def test_example_of_every_column_is_right() -> None:
    for kind in TEMPLATES:
        example = {column.key: column.example for column in TEMPLATES[kind].columns}
        filled = {**example, "dest": "8874123", "upn": upn(1)}
        (made,) = members("a.csv", separated(filled, kind=kind).encode())
        assert marks.TAG.encode() not in made.content
