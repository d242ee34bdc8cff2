"""Which pupils of two files are one, told by number and label: no name, no date and no UPN of anybody is shown."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.commands.root import gateway
from gateway.core.matching import Rule
from tests.simulator import leavers


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Four leavers; and the same ones, of whom the last has the number of the first, so that nobody knows whose it is."""
    made = leavers(pupils=4)
    text = made.content.decode()
    first, *_, last = re.findall(r"<UPN>[^<]+", text)
    for folder, content in (("one", text), ("other", text.replace(last, first))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / made.name).write_text(content, encoding="utf-8")
    return tmp_path / "one" / made.name, tmp_path / "other" / made.name


def matched(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(gateway, ["match", *map(str, arguments)])
    return done.exit_code, done.output


def test_a_file_matches_itself_with_certainty(files: tuple[Path, Path]) -> None:
    status, shown = matched(files[0], files[0], "--format", "json")
    told = [json.loads(line) for line in shown.splitlines()]
    assert status == 0 and [one["pupil"] for one in told] == [1, 2, 3, 4]
    for one in told:
        (first, *rest) = one["matches"]
        assert (one["verdict"], first["rule"], first["certain"], first["pupil"]) == (
            "Matched",
            Rule.ALL,
            True,
            one["pupil"],
        )
        assert first["label"] == one["label"] and first["differs"] == [] and all(not each["certain"] for each in rest)


def test_a_changed_name_is_a_conflict_that_somebody_has_to_look_at(files: tuple[Path, Path], tmp_path: Path) -> None:
    text = files[0].read_text()
    changed = tmp_path / files[0].name
    changed.write_text(text.replace("<Surname>", "<Surname>Zz", 1))
    status, shown = matched(files[0], changed)
    assert status == 0
    first = shown.partition("pupil 2")[0]
    assert re.match(r"pupil 1 \(\w\.\w\., UPN ending \w{3}\): Matched with conflicts\n", first)
    assert "The same UPN, but something else differs" in first and "not given: surname. Somebody has to look." in first


def test_no_name_number_or_date_of_a_child_is_shown(files: tuple[Path, Path]) -> None:
    text = files[0].read_text()
    secret = re.findall(r"<(?:Surname|Forename|UPN|DOB)>([^<]{3,})<", text)
    for form in ("text", "json"):
        _, shown = matched(*files, "--format", form)
        assert len(secret) > 12 and not any(word in shown for word in secret)


def test_pupils_with_errors_are_left_out_and_that_is_said(files: tuple[Path, Path]) -> None:
    status, shown = matched(*files)
    assert status == 0 and ".xml: 2 of 4 have errors and are not looked at; see gateway check." in shown
    assert [re.findall(r": (Matched|Unmatched)", line) for line in shown.splitlines() if line.startswith("pupil")] == [
        ["Unmatched"], ["Matched"], ["Matched"], ["Unmatched"],
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text("<CTfile>")
    status, shown = matched(tmp_path / "x.xml", tmp_path / "x.xml")
    assert status == 1 and "(not-xml)" in shown
