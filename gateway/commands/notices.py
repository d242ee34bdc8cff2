"""Notices and enquiries on their way: how far each has come, whom to phone, and that somebody did."""

from datetime import datetime
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from gateway import wiring
from gateway.commands.root import gateway, grid, out, told
from gateway.commands.who import person_of
from gateway.core.documents.messages.words import Urgency
from gateway.core.errors import Code, Refusal
from gateway.core.notices import FOLLOWED, Side
from gateway.core.terms import DisclosureId, stamp
from gateway.flows import notices
from gateway.flows.notices import Row

BY = click.option("--by", "person", required=True, help="Who asks, or did it; what is done stands in the log.")
NOT_YET = "not yet"


@gateway.group("notices")
def notice_group() -> None:
    """Notices and enquiries between councils, sent and received, and how far each has come."""


@notice_group.command("list", epilog="gateway notices list --by a.shah\ngateway notices list --received --by a.shah")
@click.option("--received", is_flag=True, help="Those that came to us, in place of those that we sent.")
@BY
@click.pass_obj
@told
def list_notices(folder: Path, received: bool, person: str) -> None:
    """Newest first: sent, received by their system, opened by a person, answered."""
    installed = wiring.assemble(folder)
    side = Side.RECEIVED if received else Side.SENT
    table = grid("disclosure", "kind", "urgency", "from" if received else "to", "state", "since")
    for row in notices.listed(installed.gateway, installed.store, person_of(installed, person), side, sorted(FOLLOWED)):
        table.add_row(*map(escape, line_of(row)))
    show(table)


@notice_group.command("show", epilog="gateway notices show d-2v4dxyq7n5gwfa3mzk6tjbc2re --by a.shah")
@click.argument("disclosure")
@BY
@click.pass_obj
@told
def show_notice(folder: Path, disclosure: str, person: str) -> None:
    """Its four states with their times, and the number to phone."""
    installed = wiring.assemble(folder)
    who = person_of(installed, person)
    show_row(notices.shown(installed.gateway, installed.store, who, parsed(disclosure)))


@notice_group.command(
    "phoned", epilog="gateway notices phoned d-2v4dxyq7n5gwfa3mzk6tjbc2re --at 2026-11-03T14:20 --by a.shah"
)
@click.argument("disclosure")
@click.option("--at", "called", type=click.DateTime(["%Y-%m-%dT%H:%M"]), help="When; now if not given.")
@BY
@click.pass_obj
@told
def record_call(folder: Path, disclosure: str, called: datetime | None, person: str) -> None:
    """Say that you have phoned the other side; what asked you to is done."""
    installed, at = wiring.assemble(folder), wiring.now()
    when = called.astimezone(at.tzinfo) if called else at
    notices.phoned(installed.gateway, person_of(installed, person), parsed(disclosure), when, at)
    out.print("The call stands in the log.")


def show_row(row: Row) -> None:
    notice = row.notice
    away = "from" if notice.side is Side.RECEIVED else "to"
    out.print(f"[bold]{notice.kind} {away} {escape(row.partner)}[/] · {notice.urgency} · {notice.purpose}")
    states = row.states
    four = {
        "sent": states.sent,
        states.reached: states.received,
        "opened by a person": states.opened,
        "answered": states.answered,
    }
    for words, at in four.items():
        if words != "sent" or notice.side is Side.SENT:
            out.print(f"  {words}: {stamp(at) if at else NOT_YET}")
    if notice.ended_at:
        out.print(f"  over since {stamp(notice.ended_at)}")
        if notice.side is Side.SENT:
            out.print(f"  their copy destroyed: {stamp(row.destroyed) if row.destroyed else NOT_YET}")
    elif notice.watched_until:
        out.print(f"  looked out for until {stamp(notice.watched_until)}")
    if notice.urgency is not Urgency.ROUTINE or row.tasks:
        out.print(f"  they answer day and night: {escape(row.phone)}")
    for task in row.tasks:
        out.print(f"  [red]to be done:[/] {task}")


def line_of(row: Row) -> tuple[str, ...]:
    notice, states = row.notice, row.states
    last = states.answered or states.opened or states.received or states.sent or notice.at
    words = "over" if notice.ended_at else states.words
    late = " · phone" if set(row.tasks) & set(notices.TO_PHONE.values()) else ""
    return notice.disclosure, notice.kind, notice.urgency, row.partner, words + late, stamp(last)


def show(table: Table) -> None:
    out.print(table if table.row_count else "Nothing.")


def parsed(text: str) -> DisclosureId:
    try:
        return DisclosureId(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None
