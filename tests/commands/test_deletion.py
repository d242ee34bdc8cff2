"""The deletion return by form at the operator's door: printed empty, filled in, sent by the school's office, and seen."""

import re
from pathlib import Path

import pytest

from gateway import wiring
from gateway.commands import stage
from gateway.core import partners, sample
from gateway.core.sample import Wish
from gateway.core.terms import Kind, LaEstab
from tests.commands.test_commands import run
from tests.simulator import KENT, LARKMERE, NUMBERS


@pytest.fixture(scope="module")
def kent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kent with its school, an officer, and two people of the school's office."""
    town = tmp_path_factory.mktemp("town")
    folder = town / "kent"
    assert run("--dir", folder, "init", KENT, "--address", "localhost", "--accept-as4").exit_code == 0
    school = stage.school_record(LARKMERE, KENT, wiring.now().date())
    (town / "all.toml").write_text(partners.to_toml((school,)))
    assert run("--dir", folder, "partners", "import", town / "all.toml").exit_code == 0
    people = (
        ("a.shah", "officer", KENT),
        ("l.office", "school-sender", LARKMERE),
        ("l.head", "school-reader", LARKMERE),
    )
    for person, role, of in people:
        assert run("--dir", folder, "users", "add", person, "--role", role, "--of", of).exit_code == 0
    return folder


def filled(folder: Path, **lines: str) -> Path:
    """The printed form with these lines filled in."""
    text = run("forms", "template", "deletion").output
    for key, said in lines.items():
        text, times = re.subn(rf"(?m)^(?:# )?{key} = .*$", f"{key} = {said}", text, count=1)
        assert times == 1, key
    path = folder / "deletion.toml"
    path.write_text(text)
    return path


def test_a_return_is_sent_by_form_while_the_file_is_stopped(kent: Path) -> None:
    at = wiring.now().replace(tzinfo=None, microsecond=0)
    made = sample.ctf(
        Wish(source=NUMBERS[LARKMERE], dest=LaEstab("886LLLL"), kind=Kind.CML, at=at, leaving=at.date(), ground="F")
    )
    (kent / made.name).write_bytes(made.content.replace(b"<UPN>", b"<UPN>x", 1))
    assert run("--dir", kent, "send", kent / made.name, "--by", "a.shah").exit_code == 1
    form = filled(
        kent, phone='"01632 960200"', surname='"Quillfeather"', forename='"Addie"', day=at.date().isoformat(),
        ground='"f"', goes_to='"Taught at home."',
    )  # fmt: skip
    assert run("forms", "check", form).output == "The deletion form is complete.\n"
    told = run("--dir", kent, "deletion", form, "--by", "l.office")
    assert told.exit_code == 0, told.output
    assert "8864321_DEL_886LLLL_001.xml" in told.output and "accepted" in told.output
    assert "release to Kent" in told.output and "statutory duty" in told.output
    assert "DEL-DEL-002" in told.output and "Quillfeather" not in told.output
    assert "ground-f" in run("--dir", kent, "cases", "list", "--by", "a.shah").output


def test_everything_wrong_with_the_form_is_said_at_once_and_nothing_is_sent(kent: Path) -> None:
    told = run("--dir", kent, "deletion", filled(kent, surname='"Quillfeather"', ground='"P"'), "--by", "l.office")
    assert told.exit_code == 1 and "(deletion-form)" in told.output
    for key in ("phone", "forename", "day", "ground"):
        assert f"‘{key}’ is not filled in" in told.output
    assert "accepted" not in told.output and "Quillfeather" not in told.output
    (kent / "deletion.toml").write_bytes(b"\xff")
    assert run("--dir", kent, "deletion", kent / "deletion.toml", "--by", "l.office").exit_code == 1


def test_nobody_but_the_schools_own_sender_sends_it(kent: Path) -> None:
    day = wiring.now().date().isoformat()
    form = filled(kent, phone='"1"', surname='"Q"', forename='"A"', day=day, ground='"A"')
    for person in ("l.head", "a.shah", "nobody"):
        told = run("--dir", kent, "deletion", form, "--by", person)
        assert (told.exit_code, "You may not do this." in told.output) == (1, True)
    assert run("--dir", kent, "deletion", form).exit_code == 2
