"""Commands on sheets: the empty templates, and turning a file into a sheet or into another version."""

from pathlib import Path

import click

from gateway.commands.root import gateway
from gateway.core.documents import sheets

FORMS = click.Choice([str(form) for form in sheets.Form])


@gateway.command(
    "template",
    epilog="""gateway template leavers --format xlsx --out leavers.xlsx
    gateway template joiners --format csv --out joiners.csv""",
)
@click.argument("name", type=click.Choice(list(sheets.TEMPLATES)))
@click.option("--format", "form", type=FORMS, default="xlsx", show_default=True)
@click.option("--out", "target", type=click.Path(dir_okay=False, path_type=Path), required=True)
def write_template(name: str, form: str, target: Path) -> None:
    """Write an empty sheet for a school without a system to fill in, check and send as any other file."""
    target.write_bytes(sheets.template(name, sheets.Form(form)))
    click.echo(target)
