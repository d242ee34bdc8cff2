"""The forms at the operator's door: an empty one to fill in, and a filled-in one that is complete or says what it lacks."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.commands.root import gateway
from gateway.core import forms

FIRST = {"decision": "‘power’ is not filled in.", "police": "‘power’ is not filled in.", "deletion": "‘day’ is not"}
VECTORS = Path(__file__).parents[1] / "core" / "forms" / "vectors"


@pytest.mark.parametrize("kind", forms.KINDS)
def test_a_complete_form_is_called_complete_and_none_of_its_names_is_shown(kind: str) -> None:
    done = CliRunner().invoke(gateway, ["forms", "check", str(VECTORS / f"{kind}.toml")])
    assert (done.exit_code, done.output) == (0, f"The {kind} form is complete.\n")


@pytest.mark.parametrize("kind", forms.KINDS)
def test_the_empty_form_that_is_printed_is_checked_line_by_line(kind: str, tmp_path: Path) -> None:
    target = tmp_path / "form.toml"
    assert CliRunner().invoke(gateway, ["forms", "template", kind, "--out", str(target)]).exit_code == 0
    shown = CliRunner().invoke(gateway, ["forms", "template", kind]).output
    assert shown == target.read_text() == forms.KINDS[kind].empty()
    done = CliRunner().invoke(gateway, ["forms", "check", str(target)])
    assert done.exit_code == 1 and f"({kind}-form)" in done.output and FIRST[kind] in done.output


@pytest.mark.parametrize("content", [b"", b"\xff", b"form = 3", b"form = 'x'", b"not a form"])
def test_what_is_no_form_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(content)
    done = CliRunner().invoke(gateway, ["forms", "check", str(tmp_path / "x")])
    assert done.exit_code == 1 and "cannot be read" in done.output and done.exception.__class__ is SystemExit
