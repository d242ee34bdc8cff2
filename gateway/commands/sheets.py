"""Commands on sheets: the empty templates, and turning a file into a sheet or into another version."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from gateway.commands.files import MOST_BYTES, STATUS, checked, reference, show
from gateway.commands.root import err, gateway, out
from gateway.commands.written import NEW_FILE
from gateway.core import documents
from gateway.core.documents import Known, Member, Schemas, converting, layouts, sheets
from gateway.core.errors import Code, Refusal

REFUSED = 3
FORMS = click.Choice([str(form) for form in sheets.Form])


@gateway.command(
    "template",
    epilog="""gateway template leavers --format xlsx --out leavers.xlsx
    gateway template joiners --format csv --out joiners.csv""",
)
@click.argument("name", type=click.Choice(list(sheets.TEMPLATES)))
@click.option("--format", "form", type=FORMS, default="xlsx", show_default=True)
@click.option("--out", "target", type=NEW_FILE, required=True)
def write_template(name: str, form: str, target: Path) -> None:
    """Write an empty sheet for a school without a system to fill in, check and send as any other file."""
    target.write_bytes(sheets.template(name, sheets.Form(form)))
    click.echo(target)


@gateway.command(
    epilog="""gateway convert leavers.xlsx --to ctf --out files
    gateway convert 8864321_CTF_8874123_001.xml --to xlsx
    gateway convert 8864321_CTF_8874123_001.xml --to ctf --version 25.0 --out older"""
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "form", type=click.Choice(["ctf", "csv", "xlsx"]), required=True)
@click.option("--version", help="Of the transfer file; its own if not given.")
@click.option("--out", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), show_default=True)
@click.pass_obj
def convert(place: Path, file: Path, form: str, version: str | None, folder: Path) -> None:
    """Turn a sheet into transfer files, a transfer file into a sheet, or into another version. Sends nothing.

    What does not fit is named. Status 1: something has errors, and what is right of it was written. 3: refused.
    """
    schemas, known = reference(place / "reference")
    with file.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    worst = max(STATUS[str(report["outcome"])] for report in _shown(file.name, content, schemas, known))
    try:
        members = documents.members(file.name, content)
        made = [one for each in members for one in converted(each, form, version, schemas, known)]
    except Refusal as refusal:
        err.print(f"[bold]{refusal.help.sentence}[/] {refusal.help.fix} ({refusal.code})")
        sys.exit(REFUSED)
    folder.mkdir(parents=True, exist_ok=True)
    for name, written, lost in made:
        (folder / name).write_bytes(written)
        click.echo(folder / name)
        if lost:
            out.print(f"  [yellow]not carried over, or not all of it:[/] {', '.join(lost)}")
    sys.exit(worst)


def _shown(name: str, content: bytes, schemas: Schemas, known: Known) -> list[dict[str, object]]:
    """Every report that says something, shown."""
    reports = checked(name, content, schemas, known)
    for report in reports:
        if report["findings"]:
            show(report)
    return reports


def converted(
    member: Member, form: str, version: str | None, schemas: Schemas, known: Known
) -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
    """Name and bytes of what one file becomes, and the items that do not fit; nothing for a file that is not right."""
    if member.refusal is not None:
        return
    document = documents.read(member.name, member.content, schemas, known).document
    if document is None:
        return
    if form == "ctf":
        made = converting.convert(document, version or document.version, schemas, known)
        yield made.document.name, made.document.content, tuple(sorted(made.lost))
        return
    if document.kind not in layouts.TRANSFERS:
        raise Refusal(Code.WRONG_KIND)
    back = sheets.filled(document)
    name = f"{document.name.removesuffix('.xml')}.{form}"
    yield name, sheets.written(back.template, back.rows, sheets.Form(form)), tuple(sorted(back.lost))
