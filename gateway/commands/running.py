"""Run the gateway, help it dispatch, and see how it stands."""

import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click
from rich.table import Table

from gateway import settings, wiring
from gateway.commands.agreed import reminder_words
from gateway.commands.root import FAILED, gateway, grid, out, told
from gateway.core import partners
from gateway.core.days import day_of
from gateway.core.delivery import UNSETTLED, State
from gateway.core.errors import Fault
from gateway.core.measures import COUNTED
from gateway.core.partners import Checked, Directory, checked
from gateway.core.records import Standing
from gateway.core.terms import Digest, ParcelId, PersonId
from gateway.edge import journal
from gateway.edge.counters import Counters
from gateway.edge.family import Family, Life
from gateway.edge.notify import notify
from gateway.flows import agreements, countersigning, dispatch, doubting, enquiry, proving
from gateway.web import numbered

IDLE_SECONDS = 1.0


def wait_for_signal() -> threading.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    return stop


log_format = click.option(
    "--log-format",
    "form",
    type=click.Choice(settings.LOG_FORMATS),
    help="How to write the log on stderr; the setting [logs] format if not given.",
)


@gateway.command(
    epilog="""gateway --dir kent serve
    gateway --dir kent serve --processes 4 --log-format json"""
)
@click.option(
    "--processes",
    "children",
    type=click.IntRange(1, settings.MOST_CHILDREN),
    help="How many answer at the same doors; the setting [serve] processes if not given. Several are meant for "
    "PostgreSQL: on SQLite they work, and wait for each other.",
)
@log_format
@click.pass_obj
@told
def serve(folder: Path, children: int | None, form: str | None) -> None:
    """Run the doors for machines, people and the operator, and the timetable."""
    read = settings.load(folder)
    _write_log(form or read.log_format)
    number = children or read.children
    stopped = _serve_together(folder, number) if number > 1 else _serve_alone(folder)
    if not stopped:
        raise SystemExit(FAILED)


def _serve_alone(folder: Path) -> bool:
    stop = wait_for_signal()
    installed = wiring.assemble(folder)
    running = wiring.Running(installed, wiring.bind(installed.settings))
    running.start()
    _say_serving(running.server.ports)
    stop.wait()
    _tell_systemd("STOPPING=1")
    running.stop()
    return True


def _serve_together(folder: Path, number: int) -> bool:
    """One parent, which only binds the doors, and so many children that answer at them."""
    installed = wiring.assemble(folder)  # what cannot start is said here, once
    installed.store.engine.dispose()
    bound, counters = wiring.bind(installed.settings), Counters(COUNTED, number)
    ports = {name: one.getsockname()[1] for name, one in bound.items()}

    def live(life: Life) -> None:
        running = wiring.Running(wiring.assemble(folder), bound, counters.take(life.number))
        running.start()
        life.ready()
        life.wait()
        running.stop()

    family = Family(number, live, lambda: _say_serving(ports), wiring.child_ended, wiring.told)
    family.keep()
    _tell_systemd("STOPPING=1")
    for one in bound.values():
        one.close()  # else peers would wait in a queue that nobody serves any more
    return family.see_out()


def _say_serving(ports: Mapping[str, int]) -> None:
    doors = " ".join(f"{door} on {port}," for door, port in ports.items()).removesuffix(",")
    click.echo(f"serving {doors}")
    _tell_systemd("READY=1")


def _tell_systemd(state: str) -> None:
    notify(state, os.environ.get("NOTIFY_SOCKET"))


def _write_log(form: str) -> None:
    """From now on only the log is written; what nobody expected stands in it by kind and place."""
    journal.install(form, numbered.context)
    threading.excepthook = lambda failed: wiring.told("thread", failed.exc_value or failed.exc_type())
    sys.excepthook = lambda _kind, error, _trace: wiring.told("gateway", error)


@gateway.command(epilog="gateway --dir kent work")
@click.option("--once", is_flag=True, help="Send what is due now and stop.")
@log_format
@click.pass_obj
@told
def work(folder: Path, once: bool, form: str | None) -> None:
    """Another dispatch worker; start as many as you like, on any machine that reaches the database."""
    stop = wait_for_signal()
    installed = wiring.assemble(folder)
    _write_log(form or installed.settings.log_format)
    while not stop.is_set():
        try:
            sent = dispatch.send_due(installed.gateway, installed.settings.most)
        except Fault as fault:
            # a database that restarts is no reason to stop: the next look finds it
            wiring.told("work", fault)
            sent = []
        for one in sent:
            if one.broke is not None:
                wiring.told("work", one.broke)
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
    open_parcels = installed.store.parcels_in([*UNSETTLED, State.ABANDONED, State.SHELVED, State.EXPIRED], 1000)
    needing = [one for one in open_parcels if enquiry.is_overdue(one, at, installed.gateway.rulebook.clocks)]
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
    late = [one for one in installed.store.tasks(installed.settings.homes) if one.due < at]
    if late:
        out.print(f"[bold red]{len(late)} task(s) overdue:[/] gateway tasks list")
    for review in agreements.reminders(installed.store.register().agreements, day_of(at)):
        out.print(reminder_words(review))
    _say_unsettled(installed.store.register().directory, installed.store.checked(), at)
    for own in doubting.standing(installed.store.tasks(installed.settings.homes)):
        out.print(f"[bold red]{own.words}[/]")
    for doubt in installed.store.doubts():
        out.print(f"[bold red]{countersigning.told(installed.store.register().directory, doubt)}[/]")
    proven = installed.store.proven(at)
    if proven.stopped:
        out.print(f"[bold red]{proving.words(proven)}[/]")
    note = installed.store.newest_checkpoint()
    signed = note.split("\n")[1] if note else "0"
    out.print(f"log: {installed.store.edge().size} lines, {signed} of them under a signed checkpoint")


def _say_unsettled(directory: Directory, known: Mapping[Digest, Checked], at: datetime) -> None:
    """Whose keys wait for people and what waits for them, whose certificates end soon or may be taken back."""
    for partner in directory.partners.values():
        for one in partners.ending(partner, at) if partner.endpoint else ():
            out.print(f"{partner.id}: {one.words}.")
        if words := partners.unsettled(partner, at):
            out.print(f"[bold red]{partner.id}: {words}.[/] gateway partners show {partner.id}")
        for words in checked.doubted(partner, known, at):
            out.print(f"[bold red]{partner.id}: {words}.[/] gateway partners show {partner.id}")


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
