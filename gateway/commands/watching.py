"""Nobody falls between: who is watched until it starts at its next school, and whose file an error stopped."""

from collections.abc import Iterator
from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands.guarding import BY, listed, parsed
from gateway.commands.root import gateway, grid, out, told
from gateway.commands.who import person_of
from gateway.core.errors import HELP, Code
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
    out.print(f"Here: {here}. Left and not arrived: {gone}, as the council knows.")


@gateway.command(
    "blocked",
    epilog="""gateway blocked --by a.shah
    gateway blocked --by a.shah --done u-2v4dxyq7n5gwfa3mzk6tjbc2re#1""",
)
@click.option("--done", "row", help="Say that nothing is left to do about one: you called, or it came otherwise.")
@BY
@click.pass_obj
@told
def list_blocked(folder: Path, row: str | None, person: str) -> None:
    """Pupils whose return an error stopped more than a school day ago; at once, those of whom a team has to hear."""
    installed = wiring.assemble(folder)
    who, at = person_of(installed, person), wiring.now()
    if row is not None:
        watching.finish(installed.gateway, installed.store, who, row, at)
        out.print("Done. It stands on the list no more.")
        return
    table, found = grid("id", "school", "child", "ground", "why", "since"), []
    for one in watching.stopped(installed.gateway, installed.store, who, at):
        child = escape(one.label) if one.pupil else "[red]nobody could read the file[/]"
        table.add_row(one.id, one.sender, child, escape(one.ground), _why(one), stamp(one.since))
        found.append(one)
    listed(table)
    for one in found:  # outside the table, so that an id in it stays whole
        out.print(f"[bold]{one.id}[/] {' '.join(_to_do(one))}")


def _why(one: watching.Stop) -> str:
    """The rules that were broken; or, of a file that came through, why nothing could go to the team."""
    if one.waits:
        return one.finding or "an error elsewhere in the file"
    return " ".join(_UNSENT.get(code, HELP[code].sentence) for code in map(Code, one.finding.split(", ")))


def _to_do(one: watching.Stop) -> Iterator[str]:
    if one.task is not None:
        teams = " and ".join(watching.TEAMS[team] for team in one.teams)
        yield f"Call [bold red]{teams}[/] within the hour: the child leaves the roll. Then 'tasks done {one.task}'."
    if one.waits:
        yield "Call the school: it mends the file, or sends 'gateway deletion'."
    if one.alike:
        yield "A return with these initials and this ground has come: if it is this child, '--done' with its id."


_UNSENT = {Code.NO_RECIPIENT: "The council has no such team in its directory."}
