"""The answer to a rights request as a file, and what is done about a notice that a partner sent."""

from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands.claims import exempted, parcel_of, request_of, rights_group
from gateway.commands.guarding import BY
from gateway.commands.root import out, told
from gateway.commands.who import person_of
from gateway.commands.written import NEW_FILE, NEW_FOLDER, laid
from gateway.core import law, rights
from gateway.core.documents.messages.words import RefusalReason
from gateway.flows.rights import answering, settling

# -- the answer -------------------------------------------------------------------------------------------------------


@rights_group.command(
    "report", epilog="gateway rights report q-2v4dxyq7n5gwfa3mzk6tjbc2re answer.html --leave-out Email=X5 --by g.lowe"
)
@click.argument("request")
@click.argument("file", type=NEW_FILE)
@click.option(
    "--leave-out", "exempt", multiple=True, help="An item by its path, and the exemption: Referrer=X16. Never X4."
)
@click.option("--without-child", is_flag=True, help="The child was not asked; a step says why not.")
@BY
@click.pass_obj
@told
def report(
    folder: Path, request: str, file: Path, exempt: tuple[str, ...], *, without_child: bool, person: str
) -> None:
    """Put the answer together: the copy beside the actual recipients. The file ends with .html, .json or .txt."""
    installed = wiring.assemble(folder)
    made = answering.answer(
        installed.gateway,
        installed.store,
        person_of(installed, person),
        request_of(request),
        wiring.now(),
        exempted(exempt),
        without_child=without_child,
    )
    called = law.names(installed.gateway.rulebook.classes)
    pages = {".json": rights.as_json(made).decode(), ".html": rights.as_page(made, called)}
    file.write_text(pages.get(file.suffix, rights.as_text(made, called)), encoding="utf-8")
    out.print(
        f"{len(made.documents)} documents, {len(made.lines)} disclosures: {escape(str(file))}. Read it before it goes."
    )
    if made.masked:
        out.print('It says "your council" and holds no place. Two named people may let more go: release-signed.')


@rights_group.command("copy", epilog="gateway rights copy q-2v4dxyq7n5gwfa3mzk6tjbc2re . --by g.lowe")
@click.argument("request")
@click.argument("into", type=NEW_FOLDER)
@BY
@click.pass_obj
@told
def portable(folder: Path, request: str, into: Path, person: str) -> None:
    """The child's record to take elsewhere: a transfer file, where one is kept, with nobody else's data."""
    installed = wiring.assemble(folder)
    who = person_of(installed, person)
    found = answering.portable(installed.gateway, installed.store, who, request_of(request), wiring.now())
    if found is None:
        out.print("No transfer file is kept. Give the answer as JSON: gateway rights report … answer.json")
        return
    out.print(escape(str(laid(into, *found))))


# -- notices of partners ----------------------------------------------------------------------------------------------


@rights_group.command("acknowledge", epilog="gateway rights acknowledge p-2v4dxyq7n5gwfa3mzk6tjbc2re --by a.shah")
@click.argument("parcel")
@BY
@click.pass_obj
@told
def acknowledge(folder: Path, parcel: str, person: str) -> None:
    """Tell the sender of a rights notice that a person has it."""
    installed = wiring.assemble(folder)
    who = person_of(installed, person)
    outcome = settling.acknowledge(installed.gateway, installed.store, who, parcel_of(parcel), wiring.now())
    out.print(f"Acknowledged ({outcome}). Apply it, or decline it, within a month.")


@rights_group.command("apply", epilog="gateway rights apply p-2v4dxyq7n5gwfa3mzk6tjbc2re --by a.shah")
@click.argument("parcel")
@BY
@click.pass_obj
@told
def apply(folder: Path, parcel: str, person: str) -> None:
    """Apply a rights notice to our copies, acknowledge it, and pass it on to whoever had them from us."""
    installed = wiring.assemble(folder)
    who = person_of(installed, person)
    made = settling.apply(installed.gateway, installed.store, who, parcel_of(parcel), wiring.now())
    out.print(f"{made.copies} of our copies; passed on to {made.told} recipients.")
    for request in made.passed_on:
        out.print(f"  gateway rights show {request}")


@rights_group.command(
    "decline", epilog="gateway rights decline p-2v4dxyq7n5gwfa3mzk6tjbc2re --because unknown-child --by a.shah"
)
@click.argument("parcel")
@click.option("--because", type=click.Choice([str(one) for one in RefusalReason]), required=True)
@BY
@click.pass_obj
@told
def decline(folder: Path, parcel: str, because: str, person: str) -> None:
    """Tell the sender of a rights notice why it is not done here."""
    installed = wiring.assemble(folder)
    who, reason = person_of(installed, person), RefusalReason(because)
    outcome = settling.decline(installed.gateway, installed.store, who, parcel_of(parcel), reason, wiring.now())
    out.print(f"Declined ({outcome}).")
