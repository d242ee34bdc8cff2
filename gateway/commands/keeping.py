"""Keep the gateway over the years: back it up, restore it, move it to another database, and go on after a loss."""

from collections.abc import Callable
from pathlib import Path

import click

from gateway import settings, wiring
from gateway.commands.root import err, gateway, out, told
from gateway.commands.setup import db
from gateway.core.log.mark import Mark
from gateway.edge import vault
from gateway.edge.store import carrying
from gateway.edge.store.carrying import Carried, NotEmpty, NotWhole
from gateway.edge.verifying import verify_whole
from gateway.flows import recovery
from gateway.settings import Unusable
from gateway.wiring import Installation, machine


@gateway.command(epilog="gateway --dir kent backup /media/safe/kent-2026-11-22.backup")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
@told
def backup(folder: Path, path: Path) -> None:
    """Write the whole database into one file, while the gateway runs. Keys are not in it: keep keys/ elsewhere.

    Without keys/ nobody can read the documents in a backup; with both, everybody can. So keep them apart.
    """
    if path.exists():
        raise Unusable(f"{path} exists; a backup is never written over another")
    installed = wiring.assemble(folder)
    wiring.publish(installed)
    carried = _told(lambda: carrying.back_up(installed.settings.database, path))
    machine.note_backup(folder, wiring.now())
    out.print(f"{path}: {_sums(carried)}.")
    out.print("The keys are not in it. Keep a copy of keys/ in another place: without it the documents stay closed.")


@gateway.command(epilog="gateway --dir kent restore /media/safe/kent-2026-11-22.backup")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
@told
def restore(folder: Path, path: Path) -> None:
    """Fill the empty database of this installation from a backup, and check that all of it has come.

    config/ and keys/ must be in place. What happened after the backup is not in it: 'gateway serve' will say what is
    missing and refuse to work until 'gateway recover'.
    """
    made = settings.load(folder)
    if not (made.keys / "blind.key").exists():
        raise Unusable(f"there are no keys in {made.keys}: put your copy of them back first, a backup holds none")
    carried = _told(lambda: carrying.carry(f"sqlite:///{path.absolute()}", made.database))
    _report(folder, carried)


@db.command("copy", epilog="gateway --dir kent db copy postgresql+psycopg://gateway@db.example.org/gateway")
@click.argument("url")
@click.pass_obj
@told
def copy(folder: Path, url: str) -> None:
    """Copy everything into another, empty database, such as from SQLite to PostgreSQL. Stop the gateway first.

    Then name the new database in config/gateway.toml. What the old one takes after this is missed by the new one, and
    'gateway serve' will say so.
    """
    made = settings.load(folder)
    carried = _told(lambda: carrying.carry(made.database, url))
    out.print(f"Copied: {_sums(carried)}.")
    out.print(f"Now write it into {folder / 'config' / 'gateway.toml'} as database, and start the gateway again.")


@gateway.command(epilog="gateway --dir kent recover")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--offline", is_flag=True, help="Do not ask partners how far the log had come.")
@click.pass_obj
@told
def recover(folder: Path, yes: bool, offline: bool) -> None:
    """Go on after a loss, under a new log whose first line says how far the old one had been signed.

    Only for a database that is behind its own log and will not be found again. What the lost hours held is not undone:
    partners and schools keep their receipts, and this command says whom to ask.
    """
    installed = wiring.assemble(folder)
    if not offline:
        out.print(f"{wiring.ask_partners(installed)} partners answered how far our log had come.")
        wiring.ask_witnesses(installed)
    lost, known = wiring.missing(installed), installed.store.marks.known
    if lost is None or known is None:
        out.print("Nothing is missing: the database holds every line that is known to have been signed.")
        return
    err.print(f"[bold]{lost.words}[/]")
    if not yes:
        click.confirm("Go on without them, under a new log? The old one can then never be continued.", abort=True)
    _go_on(installed, known)
    since = f"{lost.since:{recovery.HOURS}} UTC" if lost.since else "the beginning"
    out.print(f"The log goes on as [bold]{installed.vault.origin(installed.vault.newest_log)}[/]. Hand out its key:")
    out.print(f"  {installed.vault.vkey}")
    out.print(f"Ask your schools to send again what they sent after {since}: the same files get new receipts.")
    out.print("Ask partners to send again what they sent in those hours: they hold receipts that this database lost.")
    out.print("What had been sent by us is sent again by itself, under the same message ids; nobody gets it twice.")


def _go_on(installed: Installation, known: Mark) -> None:
    vault.add_log(installed.settings.keys, recovery.next_log(installed.store, known))
    recovery.go_on(installed.gateway, installed.store, installed.vault, known, wiring.now())
    wiring.publish(installed)


def _told(carry: Callable[[], Carried]) -> Carried:
    """Carry, and say in words why it cannot be done."""
    try:
        return carry()
    except NotEmpty:
        raise Unusable("the database to fill is not empty: move it away, with its -wal and -shm") from None
    except NotWhole as error:
        raise Unusable(f"the copy would not be whole ({error}); nothing was kept of it") from None


def _report(folder: Path, carried: Carried) -> None:
    installed = wiring.assemble(folder)
    result = verify_whole(installed)
    out.print(f"Restored: {_sums(carried)}.")
    lost = wiring.missing(installed)
    if lost is not None:
        err.print(f"[bold]{lost.words}[/]\n{wiring.MEND_BEHIND}")
    else:
        out.print(f"The log is {result}.")


def _sums(carried: Carried) -> str:
    rows = carried.counts
    return (
        f"{carried.height.size} lines of log {carried.height.log}, {rows['parcels']} parcels, "
        f"{rows['kept']} documents and sealed parcels, {sum(rows.values())} rows in all"
    )
