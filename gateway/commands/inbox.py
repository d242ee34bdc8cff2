"""What has come for a person of this council: listed, collected, passed on."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands.root import gateway, grid, out, told
from gateway.commands.school import STATUS, said, show_answer
from gateway.commands.who import person_of
from gateway.commands.written import NEW_FOLDER, laid
from gateway.core.errors import Code, Refusal
from gateway.core.terms import Outcome, ParcelId, PartnerId
from gateway.flows import casework, returning
from gateway.web import show


@gateway.group()
def inbox() -> None:
    """What has come for a person of this council to collect."""


@inbox.command(
    "list",
    epilog="""gateway --dir medway inbox list --by b.jones
    gateway --dir medway inbox list --by b.jones --format csv""",
)
@click.option("--by", "person", required=True, help="Who asks.")
@click.option("--format", "form", type=click.Choice(["text", "csv"]), default="text", help="csv: for a spreadsheet.")
@click.pass_obj
@told
def list_inbox(folder: Path, person: str, form: str) -> None:
    """What waits for somebody's organisation and its teams."""
    installed = wiring.assemble(folder)
    who = person_of(installed, person)
    headings, *rows = casework.listed(casework.shelf(installed.gateway, who))
    if form == "csv":
        click.echo(show.table([headings, *rows]), nl=False)
        return
    table = grid(*headings)
    for row in rows:
        table.add_row(*map(escape, row))
    out.print(table)


@inbox.command("collect", epilog="gateway --dir medway inbox collect p-2v4dxyq7n5gwfa3mzk6tjbc2re --by b.jones --out .")
@click.argument("parcel")
@click.option("--by", "person", required=True, help="Who collects; it stands in the log.")
@click.option("--out", "target", type=NEW_FOLDER, default=Path())
@click.option(
    "--for",
    "use",
    type=click.Choice([str(one) for one in casework.Use]),
    default="xml",
    show_default=True,
    help="xml: as it came. one: as Capita One imports it. s2s: zipped and named to be handed to school2school.",
)
@click.pass_obj
@told
def collect(folder: Path, parcel: str, person: str, target: Path, use: str) -> None:
    """Write one file to a folder; the collection is logged before the file is opened."""
    installed = wiring.assemble(folder)
    try:
        wanted = ParcelId(parcel)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None
    who, at = person_of(installed, person), wiring.now()
    name, content = casework.collect(installed.gateway, who, wanted, at, casework.Use(use))
    click.echo(laid(target, name, content))


@inbox.command("not-ours", epilog="gateway inbox not-ours p-2v4dxyq7n5gwfa3mzk6tjbc2re --by b.jones --reason '…'")
@click.argument("parcel")
@click.option("--by", "person", required=True, help="Who says so; it stands in the log.")
@click.option("--reason", required=True, help="How you can tell, in a sentence. No child's name.")
@click.pass_obj
@told
def not_ours(folder: Path, parcel: str, person: str, reason: str) -> None:
    """Say that it is not for us: nobody opens it any more; its sender and both governance teams are told."""
    installed = wiring.assemble(folder)
    try:
        wanted = ParcelId(parcel)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None
    who, at = person_of(installed, person), wiring.now()
    went = returning.not_ours(installed.gateway, installed.store, who, wanted, reason, at)
    out.print("Closed to all. Your information-governance team has a task about it.")
    if went is Outcome.RELEASE:
        out.print("Its sender is told.")
    elif went is not None:
        out.print(f"No message goes to its sender ({went}): phone them.")


@inbox.command(
    "forward",
    epilog="gateway inbox forward p-2v4dxyq7n5gwfa3mzk6tjbc2re --to council-887-mash --purpose P09 --by b.jones",
)
@click.argument("parcel")
@click.option("--to", required=True, help="The partner or team that needs it.")
@click.option("--purpose", required=True, help="Why, such as P09.")
@click.option("--by", "person", required=True, help="Who passes it on; it stands in the log.")
@click.option("--home", help="At a gateway with two homes: which of them acts.")
@click.option("--decision-form", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
@told
def forward(
    folder: Path, parcel: str, to: str, purpose: str, person: str, home: str | None, decision_form: Path | None
) -> None:
    """Pass on what another organisation told us; whether its terms let it go stands in the decision."""
    installed = wiring.assemble(folder)
    extra = replace(said(to, purpose, decision_form, ()), person=person_of(installed, person))
    acting = PartnerId(home) if home else installed.settings.homes[0]
    try:
        wanted = ParcelId(parcel)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None
    answer = dict(json.loads(casework.forward(installed.gateway, acting, wanted, wiring.now(), extra).answer))
    show_answer(parcel, answer)
    sys.exit(STATUS[str(answer["outcome"])])
