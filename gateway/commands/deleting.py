"""The deletion return by form, for an office whose leavers file is not ready or is stopped by an error."""

import json
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

import click

from gateway import wiring
from gateway.commands.root import gateway, told
from gateway.commands.school import STATUS, council_of, show_answer
from gateway.commands.who import person_of
from gateway.core.errors import Code, Refusal
from gateway.core.forms import NO_FORM, DeletionForm, deletion
from gateway.core.terms import LaEstab
from gateway.flows import deleting
from gateway.flows.situations import new_id


@gateway.command(
    "deletion",
    epilog="""gateway forms template deletion --out deletion.toml
    gateway deletion deletion.toml --by l.office
    gateway --dir school deletion deletion.toml""",
)
@click.argument("form", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "person", help="At a council: the person of the school's office who sends it.")
@click.pass_obj
@told
def send_deletion(folder: Path, form: Path, person: str | None) -> None:
    """Tell the council at once whom the school takes off its roll, from a filled-in form. No UPN is needed.

    What is missing or wrong in the form is said at once, and nothing is sent. Status 1 if the return was refused.
    """
    filled = _filled(form)
    name, answer = _from_school(folder, filled) or _at_council(folder, filled, person)
    show_answer(name, answer)
    sys.exit(STATUS[str(answer["outcome"])])


def _filled(path: Path) -> DeletionForm:
    try:
        return deletion.from_toml(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise Refusal(Code.DELETION_FORM, (NO_FORM,)) from None


def _from_school(folder: Path, form: DeletionForm) -> tuple[str, dict[str, Any]] | None:
    """Sent from the school's own machine; None where ``folder`` is a council's."""
    council = council_of(folder)
    if council is None:
        return None
    raw = tomllib.loads((folder / "config" / "school.toml").read_text(encoding="utf-8"))
    school = LaEstab(raw["school"].removeprefix("school-"))
    name, content = deleting.written(form, school, new_id("u", os.urandom), wiring.now())
    protect = {1: deleting.GUARDED} if form.guarded else {}
    return name, council.upload(name, content, protect=protect)


def _at_council(folder: Path, form: DeletionForm, person: str | None) -> tuple[str, dict[str, Any]]:
    if person is None:
        raise click.UsageError("say with --by who sends it")
    installed = wiring.assemble(folder)
    name, plan = deleting.send(installed.gateway, person_of(installed, person), form, wiring.now())
    return name, json.loads(plan.answer)
