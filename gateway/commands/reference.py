"""Commands on what is known beside the files: the rules, the directory of establishments, the table of postcodes."""

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click
from rich.markup import escape

from gateway.commands.files import known_in
from gateway.commands.root import err, gateway, grid, out, told
from gateway.core import forms, requests
from gateway.core.documents import RULES, Rule
from gateway.core.documents.catalogue import page
from gateway.core.errors import Severity
from gateway.core.reference.sheets import Wrong
from gateway.edge import shelves

_CODE = re.compile(r"(?:[A-Z]{3}-)?(?P<rule>[A-Z]{3,4}-[0-9]{3})")
EVERY: Mapping[str, Rule] = {
    **RULES,
    **{str(code): Rule(Severity.ERROR, *said, "law.md §9 rule 6") for code, said in requests.WORDS.items()},
    **{str(code): Rule(Severity.ERROR, *said, "law.md §1.5 and §3.1") for code, said in forms.WORDS.items()},
}
"""What is found in files, then what a request lacks, then what is wrong with a form."""


@gateway.group("rules")
def rules() -> None:
    """What the gateway looks for in a file, and how each finding is mended."""


@rules.command("list", epilog="gateway rules list --format md")
@click.option("--format", "form", type=click.Choice(["text", "json", "md"]), default="text", help="md: RULES.md.")
def list_rules(form: str) -> None:
    """Every rule: its code, whether it is an error or a query, and what it says."""
    if form == "md":
        click.echo(page.page(EVERY), nl=False)
        return
    table = grid("code", "", "what is wrong")
    for code, row in EVERY.items():
        if form == "json":
            click.echo(json.dumps({"code": code, **asdict(row)}, ensure_ascii=False))
        else:
            table.add_row(code, str(row.severity), escape(page.words(row.sentence)))
    if form == "text":
        out.print(table)


@rules.command("show", epilog="gateway rules show CTF-UPN-001")
@click.argument("code")
@click.pass_obj
@told
def show_rule(folder: Path, code: str) -> None:
    """Everything about one rule, with an example that breaks it and one that does not. CODE as a finding names it."""
    found = _CODE.fullmatch(code.upper())
    rule = code.upper() if code.upper() in EVERY else found["rule"] if found else ""
    if rule not in EVERY:
        raise click.UsageError("there is no rule of that code: 'gateway rules list' names all")
    row = EVERY[rule]
    out.print(f"[bold]{rule}[/] ({row.severity}): {escape(page.words(row.sentence))}")
    out.print(f"To mend it: {escape(row.fix)}")
    for one in known_in(folder / "reference").advice.about(rule):
        out.print(f"In {escape(one.supplier)}: {escape(one.sentence)} [dim]({escape(one.source)})[/]")
    out.print(f"From: {escape(row.source)}")
    if row.fires:
        out.print(f"Breaks:   {escape(row.fires)}")
        out.print(f"Does not: {escape(row.quiet)}")


@gateway.group("establishments")
def establishments() -> None:
    """The directory of schools by which destinations are checked."""


@establishments.command("import", epilog="gateway establishments import all.csv --links links.csv")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--links", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Who followed whom.")
@click.pass_obj
def import_establishments(folder: Path, file: Path, links: Path | None) -> None:
    """Take the CSV of all establishments that Get Information about Schools publishes. It replaces the last one."""
    try:
        made = shelves.keep_establishments(
            folder / "reference", file.read_bytes(), b"" if links is None else links.read_bytes()
        )
    except Wrong as wrong:
        _refuse(wrong)
    out.print(f"{len(made):,} establishments are in {escape(str(folder / 'reference'))}.")
    if links is None:
        out.print("Without the file of links, no closed school is known to have been followed by another.")
    out.print("A gateway that runs reads them when it starts again.")


@gateway.group("places")
def places() -> None:
    """The table of postcodes by which distances and areas are checked."""


@places.command("import", epilog="gateway places import ONSPD_NOV_2025_UK.csv")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_places(folder: Path, file: Path) -> None:
    """Take the ONS Postcode Directory, unzipped. It replaces the last one."""
    try:
        made = shelves.keep_places(folder / "reference", file)
    except (Wrong, UnicodeDecodeError) as wrong:
        _refuse(wrong if isinstance(wrong, Wrong) else Wrong("the file is not in UTF-8"))
    out.print(f"{len(made):,} postcodes are in {escape(str(folder / 'reference'))}.")
    out.print("A gateway that runs reads them when it starts again.")


def _refuse(wrong: Wrong) -> NoReturn:
    err.print(f"[bold]Nothing was imported:[/] {escape(str(wrong))}.")
    sys.exit(1)
