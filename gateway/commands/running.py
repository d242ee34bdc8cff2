"""Run the gateway, help it dispatch, and see how it stands."""

import signal
import threading
import time
from pathlib import Path

import click
from rich.table import Table

from gateway import wiring
from gateway.commands.root import gateway, grid, out, told
from gateway.core.delivery import OPEN, State
from gateway.core.errors import Fault
from gateway.core.records import Standing
from gateway.core.terms import ParcelId, PersonId
from gateway.flows import dispatch, enquiry

IDLE_SECONDS = 1.0


def wait_for_signal() -> threading.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    return stop


@gateway.command(epilog="gateway --dir kent serve")
@click.pass_obj
@told
def serve(folder: Path) -> None:
    """Run the doors for machines and people, and the timetable, in one process."""
    stop = wait_for_signal()
    running = wiring.Running(wiring.assemble(folder))
    running.start()
    ports = running.server.ports
    click.echo(f"serving machines on {ports['machines']}, pages on {ports['pages']}")
    stop.wait()
    running.stop()


@gateway.command(epilog="gateway --dir kent work")
@click.option("--once", is_flag=True, help="Send what is due now and stop.")
@click.pass_obj
@told
def work(folder: Path, once: bool) -> None:
    """Another dispatch worker; start as many as you like, on any machine that reaches the database."""
    stop = wait_for_signal()
    installed = wiring.assemble(folder)
    while not stop.is_set():
        try:
            sent = dispatch.send_due(installed.gateway, installed.settings.most)
        except Fault as fault:
            # a database that restarts is no reason to stop: the next look finds it
            wiring.told("work", fault)
            sent = []
        wiring.tell_broken("work", sent)
        for one in sent:
            click.echo(f"{one.parcel.id} {type(one.fact).__name__}")
        if once and not sent:
            break
        if not sent:
            time.sleep(IDLE_SECONDS)


@gateway.command(epilog="gateway --dir kent status")
@click.pass_obj
@told
def status(folder: Path) -> None:
    """How many parcels stand where, what needs somebody, and how far the log has been signed."""
    installed = wiring.assemble(folder)
    counts = installed.store.counts()
    out.print(" · ".join(f"{state}: {counts.get(state, 0)}" for state in State))
    at = wiring.now()
    open_parcels = installed.store.parcels_in([*OPEN, State.ABANDONED, State.SHELVED], 1000)
    needing = [one for one in open_parcels if enquiry.is_overdue(one, at)]
    if needing:
        out.print(f"[bold red]{len(needing)} need somebody:[/]")
        out.print(_table(needing))
    held = installed.store.decided_not_released(20)
    if held:
        table = grid("disclosure", "outcome", "to", "purpose", "reasons")
        for one in held:
            table.add_row(one.disclosure, one.outcome, one.reader or "?", one.purpose or "", ", ".join(one.reasons))
        out.print("[bold]Not released, newest first:[/]")
        out.print(table)
    note = installed.store.newest_checkpoint()
    signed = note.split("\n")[1] if note else "0"
    out.print(f"log: {installed.store.edge().size} lines, {signed} of them under a signed checkpoint")


def _table(rows: list[Standing]) -> Table:
    table = grid("parcel", "sender", "to", "state", "attempts", "since", "reason")
    for one in rows:
        parcel = one.parcel
        since = f"{one.moved_at:%Y-%m-%d %H:%M}"
        table.add_row(
            parcel.id,
            parcel.discloser,
            parcel.reader,
            one.state,
            str(one.attempts),
            since,
            enquiry.reason_words(one.reason),
        )
    return table


@gateway.command(epilog="gateway --dir kent resend p-2v4dxyq7n5gwfa3mzk6tjbc2re --by a.shah")
@click.argument("parcel")
@click.option("--by", required=True, help="Who asks for it; it stands in the log.")
@click.pass_obj
@told
def resend(folder: Path, parcel: str, by: str) -> None:
    """Put a dead letter back in the queue: the same bytes under the same message id."""
    installed = wiring.assemble(folder)
    try:
        dispatch.resend(installed.gateway, ParcelId(parcel), PersonId(by), wiring.now())
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    out.print(f"{parcel} is due now.")
