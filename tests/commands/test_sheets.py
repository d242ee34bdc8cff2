"""The commands on sheets: empty templates, sheets to files, files to sheets and to other versions."""

from pathlib import Path

from click.testing import CliRunner, Result

from gateway.commands import gateway
from gateway.core import sample
from gateway.core.documents import sheets
from gateway.core.terms import LaEstab
from tests.core.documents.sheeted import row, separated


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(gateway, [str(word) for word in words], catch_exceptions=False)


def test_every_template_is_written_as_csv_and_as_a_workbook(tmp_path: Path) -> None:
    for name in sheets.TEMPLATES:
        for form in sheets.Form:
            target = tmp_path / f"{name}.{form}"
            assert run("template", name, "--format", form, "--out", target).exit_code == 0
            assert target.read_bytes() == sheets.template(name, form)
    assert run("template", "others", "--out", tmp_path / "x").exit_code == 2


def test_sheet_is_checked_by_rows_and_becomes_a_file_for_each_destination(tmp_path: Path) -> None:
    sheet = tmp_path / "leavers.csv"
    sheet.write_text(separated(row(1), row(2, dest="council"), row(3, dob="soon")), encoding="utf-8", newline="")
    told = run("check", sheet)
    assert told.exit_code == 1
    assert "row" in told.output and "“Date of birth” is not a date." in told.output
    done = run("convert", sheet, "--to", "ctf", "--out", tmp_path / "files")
    assert done.exit_code == 1
    made = sorted(path.name for path in (tmp_path / "files").iterdir())
    assert made == ["8864321_CTF_886LLLL_001.xml", "8864321_CTF_8874123_001.xml"]
    assert all(run("check", path).exit_code == 0 for path in (tmp_path / "files").iterdir())


def test_file_becomes_a_sheet_and_names_what_it_has_no_cell_for(tmp_path: Path) -> None:
    made = sample.ctf(sample.Wish(pupils=2, source=LaEstab("8864321"), dest=LaEstab("8874123")))
    (tmp_path / made.name).write_bytes(made.content)
    for form in ("csv", "xlsx"):
        done = run("convert", tmp_path / made.name, "--to", form, "--out", tmp_path)
        assert done.exit_code == 0
        assert "not carried over, or not all of it:" in done.output and "BasicDetails/MedicalFlag" in done.output
        assert run("check", tmp_path / made.name.replace(".xml", f".{form}")).exit_code == 0


def test_file_becomes_another_version_or_is_refused(tmp_path: Path) -> None:
    made = sample.ctf(sample.Wish(pupils=2))
    (tmp_path / made.name).write_bytes(made.content)
    done = run("convert", tmp_path / made.name, "--to", "ctf", "--version", "19.0", "--out", tmp_path / "old")
    assert done.exit_code == 0
    assert b"<CTFversion>19.0</CTFversion>" in (tmp_path / "old" / made.name).read_bytes()
    assert run("convert", tmp_path / made.name, "--to", "ctf", "--version", "1.0").exit_code == 3


def test_what_cannot_be_read_is_refused_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.xlsm").write_bytes(b"PK\x03\x04")
    done = run("convert", tmp_path / "a.xlsm", "--to", "ctf", "--out", tmp_path / "files")
    assert done.exit_code == 3
    assert not (tmp_path / "files").exists()
