"""By when: the table of clocks, what is due and overdue, and the terms that school days are counted in."""

import sys
from datetime import datetime
from pathlib import Path

import click
from rich.markup import escape

from gateway import settings, wiring
from gateway.commands.files import known_in
from gateway.commands.root import err, gateway, grid, out, told
from gateway.commands.who import person_of
from gateway.core import clocks
from gateway.core.clocks import SOMEWHERE, Clock, Clocks, place_of
from gateway.core.days import LONDON, day_of
from gateway.core.errors import Code, Refusal
from gateway.core.reference.calendars import school_year
from gateway.core.terms import LaEstab, PartnerId, Period
from gateway.edge import registry, shelves
from gateway.flows import notices, reminding
from gateway.settings import Unusable, shipped
from gateway.wiring import letters

FORMS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


@gateway.command("clocks", epilog="gateway clocks\ngateway clocks --explain ctf --from 2026-03-03 --school 8864321")
@click.option("--explain", "code", help="Reckon one clock, and say how.")
@click.option("--from", "start", type=click.DateTime(FORMS), help="When it began, by London's time. Now, if left out.")
@click.option("--school", help="Whose school days count: a DfE number.")
@click.option("--authority", help="Whose school days count: an authority's three digits.")
@click.pass_obj
@told
def show_clocks(
    folder: Path, code: str | None, start: datetime | None, school: str | None, authority: str | None
) -> None:
    """Every clock: how long, in which kind of days, from what, and who says so."""
    table = clocks_in(folder)
    if code is None:
        rows = grid("code", "what", "how long", "after", "by", "source")
        for one in table.rows.values():
            rows.add_row(one.code, one.what, one.words, one.after, one.by, escape(one.source))
        out.print(rows)
        return
    clock = _clock(table, code)
    began = (start or wiring.now().astimezone(LONDON)).replace(tzinfo=LONDON)
    out.print(f"[bold]{clock.what}[/]")
    out.print(escape(table.reckon(clock.code, began, _place(school, authority))))
    out.print(f"It begins when: {escape(clock.after)}. From: {escape(clock.source)} ({clock.by}).")


@gateway.command("due", epilog="gateway due --by s.lead\ngateway due --by s.lead --overdue --home council-886")
@click.option("--by", "person", required=True, help="Who asks; they see what waits at their own homes.")
@click.option("--overdue", is_flag=True, help="Only what should have been done.")
@click.option("--home", help="Only one of them.")
@click.pass_obj
@told
def show_due(folder: Path, person: str, overdue: bool, home: str | None) -> None:
    """What is due, the most urgent first, and who says so."""
    installed, at = wiring.assemble(folder), wiring.now()
    who, wanted = person_of(installed, person), None if home is None else _home(home)
    table = grid("due", "what", "about", "task", "owner", "who says so")
    for one in reminding.listed(installed.gateway, installed.store, who, at, wanted):
        if one.overdue or not overdue:
            when = ("[bold red]overdue:[/] " if one.overdue else "") + clocks.ends(one.clock, one.task.due)
            shown = (one.task.subject, one.task.id, one.task.owner or "", one.clock.source)
            words = notices.to_ring(installed.gateway, one.task)
            table.add_row(when, " ".join(filter(None, (one.clock.what, escape(words)))), *map(escape, shown))
    out.print(table if table.row_count else "Nothing.")


@gateway.command("remind", epilog="gateway remind")
@click.pass_obj
@told
def remind(folder: Path) -> None:
    """Send now what 'gateway serve' sends by itself: what is due, reviews, certificates, accounts, files that wait."""
    installed = wiring.assemble(folder)
    if installed.settings.mail is None:
        err.print("No mail server is set up: see \\[mail] of config/gateway.toml.")
        sys.exit(1)
    sent = letters.tell_all(installed, wiring.now())
    went = "1 letter went." if sent == 1 else f"{sent} letters went."
    out.print(went if sent else "There was nothing to tell anybody.")


@gateway.group("terms")
def terms() -> None:
    """The terms of schools and authorities, in which school days are counted."""


@terms.command("import", epilog="gateway terms import terms.toml")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_terms(folder: Path, file: Path) -> None:
    """Take a file of terms in the form of partners/terms.toml. It replaces the last one."""
    try:
        made = shelves.keep_terms(folder / "reference", file.read_text(encoding="utf-8"))
    except ValueError as error:
        err.print(f"[bold]Nothing was imported:[/] {escape(str(error))}.")
        sys.exit(1)
    out.print(f"{len(made.terms):,} school years are in {escape(str(folder / 'reference'))}.")
    out.print("A gateway that runs reads them when it starts again.")


@terms.command("show", epilog="gateway terms show\ngateway terms show --school 8864321")
@click.option("--school", help="Whose terms count for this school: a DfE number.")
@click.pass_obj
@told
def show_terms(folder: Path, school: str | None) -> None:
    """The terms that are known; for one school, whose calendar counts for it this year."""
    calendars = known_in(folder / "reference").calendars
    assert calendars is not None
    if school is not None:
        today = day_of(wiring.now())
        kept = calendars.kept(today, _place(school, None))
        out.print(f"School {escape(school)} goes by {escape(clocks.called(kept))} in {_year(school_year(today))}.")
        return
    table = grid("whose", "school year", "terms")
    for (owner, year), known in sorted(calendars.terms.items()):
        table.add_row(owner, _year(year), ", ".join(map(_days, known)))
    if table.row_count:
        out.print(table)
    out.print(f"Everybody else goes by {escape(calendars.usual.name)}.")


def clocks_in(folder: Path) -> Clocks:
    """As this installation set them; as they are shipped, where there is none. Raises Unusable."""
    known = known_in(folder / "reference")
    set_up = (folder / "config" / "gateway.toml").is_file()
    try:
        return registry.clock_table(shipped("partners"), known, settings.load(folder).clocks if set_up else {})
    except ValueError as error:
        raise Unusable(str(error)) from error


def _year(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02d}"


def _days(term: Period) -> str:
    return f"{term.first:%d.%m.%Y} to {term.last:%d.%m.%Y}"


def _clock(table: Clocks, code: str) -> Clock:
    try:
        return table.get(code)
    except ValueError:
        raise click.UsageError("there is no such clock: 'gateway clocks' names all") from None


def _place(school: str | None, authority: str | None) -> LaEstab:
    try:
        if school is not None:
            return LaEstab(school)
        return SOMEWHERE if authority is None else place_of(authority)
    except ValueError:
        raise click.UsageError("a school has seven digits, and an authority three") from None


def _home(text: str) -> PartnerId:
    try:
        return PartnerId(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None
