"""Commands on forms: the empty forms to fill in, and what a filled-in one lacks."""

import sys
from pathlib import Path

import click

from gateway.commands.root import FAILED, err, gateway, out
from gateway.commands.written import NEW_FILE
from gateway.core import forms, tables
from gateway.core.errors import Code, Refusal

MOST_BYTES = 1 << 20


@gateway.group("forms")
def forms_group() -> None:
    """The decision form and the police form, where no agreement covers a disclosure; and the deletion return."""


@forms_group.command(
    "template",
    epilog="""gateway forms template decision > decision.toml
    gateway forms template police --out request.toml""",
)
@click.argument("kind", type=click.Choice(list(forms.KINDS)))
@click.option("--out", "target", type=NEW_FILE, help="A file; else the screen.")
def print_template(kind: str, target: Path | None) -> None:
    """Print an empty form, with a sentence before each line."""
    if target is None:
        click.echo(forms.KINDS[kind].empty(), nl=False)
    else:
        target.write_text(forms.KINDS[kind].empty(), encoding="utf-8")
        click.echo(target)


@forms_group.command("check", epilog="gateway forms check decision.toml")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_form(file: Path) -> None:
    """Say everything that a filled-in form lacks. Keeps nothing. Status 1: something is missing or wrong."""
    with file.open("rb") as opened:
        content = opened.read(MOST_BYTES)
    try:
        kind = checked(content)
    except Refusal as refusal:
        err.print(f"[bold]{refusal.help.sentence}[/] ({refusal.code})")
        for finding in refusal.findings:
            err.print(f"  {finding.message} {finding.fix} ({finding.code})", markup=False)
        sys.exit(FAILED)
    out.print(f"The {kind} form is complete.")


def checked(content: bytes) -> str:
    """Which form it is. Raises Refusal with all that is wrong; of what is no form, that of a decision form."""
    try:
        text = content.decode()
        kind = str(tables.parse(text).get("form"))
        forms.KINDS[kind].from_toml(text)
    except (ValueError, KeyError):
        raise Refusal(Code.DECISION_FORM, (forms.NO_FORM,)) from None
    return kind
