"""Nobody falls between: who is watched until it starts at its next school, and whose file an error stopped."""

from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands.guarding import BY, listed, parsed
from gateway.commands.root import gateway, grid, out, told
from gateway.commands.who import person_of
from gateway.core.terms import LaEstab, WatchId, stamp
from gateway.flows import watching


@gateway.group("watches")
def watch_group() -> None:
    """Leavers who are watched until somebody says that they have started at their next school."""


@watch_group.command("list", epilog="gateway watches list --by a.shah")
@BY
@click.pass_obj
@told
def list_watches(folder: Path, person: str) -> None:
    """Who is watched, the first to be overdue first."""
    installed = wiring.assemble(folder)
    table = grid("id", "home", "school", "child", "expected", "")
    for one in watching.listed(installed.gateway, installed.store, person_of(installed, person)):
        label = escape(one.label) or "[red]safeguarding officers only[/]"
        late = "[bold red]left, not arrived[/]" if one.overdue else ""
        table.add_row(one.id, one.home, one.school, label, one.expected.isoformat(), late)
    listed(table)


@watch_group.command("started", epilog="gateway watches started w-2v4dxyq7n5gwfa3mzk6tjbc2re --by a.shah")
@click.argument("watch")
@BY
@click.pass_obj
@told
def end_watch(folder: Path, watch: str, person: str) -> None:
    """Say that the child has started: enrolled is not enough."""
    installed = wiring.assemble(folder)
    who, wanted = person_of(installed, person), parsed(WatchId, watch)
    watching.started(installed.gateway, installed.store, who, wanted, wiring.now())
    out.print("Started. Nobody watches any longer.")


@watch_group.command(
    "confirm", epilog="gateway watches confirm 8864321 --but w-2v4dxyq7n5gwfa3mzk6tjbc2re --by l.office"
)
@click.argument("school")
@click.option("--but", multiple=True, help="Somebody who is not here; as often as needed.")
@BY
@click.pass_obj
@told
def confirm_list(folder: Path, school: str, but: tuple[str, ...], person: str) -> None:
    """The September intake, once: all on the list are here, but these."""
    installed = wiring.assemble(folder)
    who, missing = person_of(installed, person), frozenset(parsed(WatchId, one) for one in but)
    here, gone = watching.confirm(
        installed.gateway, installed.store, who, parsed(LaEstab, school), missing, wiring.now()
    )
    out.print(f"{here} are here. {gone} left and have not arrived: the council knows.")


@gateway.command("blocked", epilog="gateway blocked --by a.shah")
@BY
@click.pass_obj
@told
def list_blocked(folder: Path, person: str) -> None:
    """Pupils whose return an error stopped more than a school day ago; at once, those of whom a team has to be told."""
    installed = wiring.assemble(folder)
    table = grid("school", "child", "ground", "finding", "since", "upload")
    for one in watching.stopped(installed.gateway, installed.store, person_of(installed, person), wiring.now()):
        table.add_row(one.sender, escape(one.label), escape(one.ground), one.finding, stamp(one.since), one.upload)
    listed(table)
