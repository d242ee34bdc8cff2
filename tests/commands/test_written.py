"""What a command hands out is never lost: its folder is made before anything is logged, and nothing is written over."""

from pathlib import Path

from gateway.commands.written import laid
from tests.commands.test_commands import run


def test_two_messages_of_one_name_lie_side_by_side(tmp_path: Path) -> None:
    name = "886LLLL_CME_887LLLL_001.xml"
    first, second, third = (laid(tmp_path, name, content) for content in (b"one", b"two", b"three"))
    assert (first.name, second.name, third.name) == (name, f"{name[:-4]} (1).xml", f"{name[:-4]} (2).xml")
    assert (first.read_bytes(), second.read_bytes(), third.read_bytes()) == (b"one", b"two", b"three")
    assert laid(tmp_path, name, b"one") == first, "the same again lies there already"


def test_a_folder_that_is_not_there_is_made_before_anything_else(tmp_path: Path) -> None:
    form = tmp_path / "new" / "forms" / "deletion.toml"
    assert run("forms", "template", "deletion", "--out", form).exit_code == 0
    assert form.read_text().startswith("# Deletion return")


def test_a_place_where_nothing_can_be_written_is_said_first(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = run("forms", "template", "deletion", "--out", tmp_path / "file" / "deletion.toml")
    assert told.exit_code == 2 and "Name another place." in told.output
    told = run("--dir", tmp_path, "inbox", "collect", "p-x", "--by", "a.shah", "--out", tmp_path / "file" / "new")
    assert told.exit_code == 2 and "Name another place." in told.output
