"""From a sheet to the file and back again nothing changes, and a file that says more than a sheet can is told so."""

import pytest

from gateway.core import sample
from gateway.core.documents import Document, members, read, sheets
from gateway.core.documents.sheets import TEMPLATES, Form, cells, filled, written
from gateway.core.terms import Item, LaEstab, Upn
from tests.core.documents.samples import known, schemas, specimen
from tests.core.documents.sheeted import row, separated, upn


def document(name: str | None, content: bytes) -> Document:
    made = read(name, content, schemas(), known()).document
    assert made is not None
    return made


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("kind", ["leavers", "leavers-cme", "joiners"])
def test_from_a_sheet_to_the_file_and_back_nothing_changes(kind: str, form: Form) -> None:
    example = {column.key: column.example for column in TEMPLATES[kind].columns if column.example}
    extra = {"leavers": {"next": "8874123"}, "leavers-cme": {"next": "8874123"}, "joiners": {"last": "8874123"}}[kind]
    rows = [{**row(1, kind), **example, **extra, "upn": upn(1), "dest": "8874123"}, {**row(2, kind), "dest": "8874123"}]
    (file,) = members("a.csv", separated(*rows, kind=kind).encode())
    back = filled(document(file.name, file.content))
    assert back.template is TEMPLATES[kind] and not back.lost
    assert members(f"a.{form}", written(back.template, back.rows, form)) == (file,)


@pytest.mark.parametrize("kind", TEMPLATES)
def test_the_examples_that_a_template_shows_are_right(kind: str) -> None:
    shown = {column.key: cells.value(column, column.example) for column in TEMPLATES[kind].columns if column.example}
    assert Upn(shown["upn"]) == shown["upn"]


@pytest.mark.parametrize("dest", ["8874123", "886LLLL", "XXXXXXX", "MMMMMMM"])
def test_where_a_pupil_goes_comes_back(dest: str) -> None:
    made = sample.ctf(sample.Wish(dest=LaEstab(dest), source=LaEstab("8864321")))
    back = filled(document(made.name, made.content))
    (again,) = members("a.csv", written(back.template, back.rows, Form.CSV))
    assert document(again.name, again.content).dest == dest


@pytest.mark.parametrize("mis", sample.Mis)
def test_every_text_of_a_file_stands_in_a_cell_or_is_told_as_lost(mis: sample.Mis) -> None:
    made = sample.ctf(sample.Wish(pupils=5, seed=3, mis=mis))
    came = document(made.name, made.content)
    back = filled(came)
    (again,) = members("a.csv", written(back.template, back.rows, Form.CSV))
    after = document(again.name, again.content)
    assert [pupil.upn for pupil in after.pupils] == [pupil.upn for pupil in came.pupils]
    plain = {item for item in came.items if "BS7666" not in item and "SuppInfo" not in item}
    assert plain <= after.items | back.lost.keys()
    assert Item("UPN") not in back.lost


def test_what_has_no_cell_is_counted_by_its_item() -> None:
    back = filled(document(None, specimen()))
    assert back.lost[Item("BasicDetails/MedicalFlag")] == 1
    assert Item("Surname") not in back.lost


def test_no_cell_of_a_sheet_of_ours_runs() -> None:
    (file,) = members("a.csv", separated(row(1, known_surname="'-Test")).encode())
    text = written(TEMPLATES["leavers"], filled(document(file.name, file.content)).rows, Form.CSV).decode("utf-8-sig")
    assert ",'-Test," in text
    assert sheets.files("a.csv", text.encode())[0][1] == file.content
