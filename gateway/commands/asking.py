"""The log's questions: everything about one child, the log by any filter, as a file, and its counts."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.markup import escape
from rich.table import Table

from gateway import wiring
from gateway.commands.logged import log_group
from gateway.commands.root import grid, out, told
from gateway.commands.who import person_of
from gateway.commands.written import NEW_FILE
from gateway.core import days, law
from gateway.core.documents.sheets import Form
from gateway.core.law import Class
from gateway.core.records import Act, After, Person, Sought
from gateway.core.terms import (
    AgreementRef,
    Basis,
    Item,
    Kind,
    PartnerId,
    PersonId,
    PurposeCode,
    Token,
    Upn,
    parse_stamp,
    stamp,
)
from gateway.flows import enquiry
from gateway.flows.enquiry import Between, Child, Shown
from gateway.wiring import Installation

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T", bound=Token)
DAY = click.DateTime(["%Y-%m-%d"])
BY = click.option("--by", "person", required=True, help="Who asks; it stands in the log.")

_FILTERS = (
    click.option("--partner", help="To whom it went, or from whom it came."),
    click.option("--purpose", help="A code like P06."),
    click.option("--basis", type=click.Choice([str(one) for one in Basis]), help="The Article 6 basis."),
    click.option("--class", "class_", type=click.Choice([str(one) for one in Class]), help="Holds such items."),
    click.option("--agreement", help="One version of an agreement."),
    click.option("--officer", help="Who sent it by hand, or released it."),
    click.option("--what", type=click.Choice([str(one) for one in Act]), help="What was done."),
    click.option("--unacknowledged", is_flag=True, help="Nobody has signed for it after five working days."),
    click.option("--since", type=DAY, help="From this day on."),
    click.option("--until", type=DAY, help="To this day, itself included."),
    click.option("--oldest", is_flag=True, help="The oldest first."),
)


def filtered(command: F) -> F:
    """With every filter that the log can be asked by."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


@log_group.command(
    "search",
    epilog="""gateway log search --upn A123456789012 --by a.shah --reason 'Her mother asks to whom we gave it.'
    gateway log search --partner council-887 --purpose P06 --since 2026-09-01 --by g.lowe
    gateway log search --unacknowledged --by g.lowe""",
)
@click.option("--upn", "upns", multiple=True, help="A child's number; may be repeated.")
@click.option("--child", "children", multiple=True, help="'SURNAME, Forename, 2014-05-06'; may be repeated.")
@click.option("--reason", default="", help="Why you look up a child who is no case of yours.")
@click.option("--after", help="Where the page before ended, as it said.")
@filtered
@BY
@click.pass_obj
@told
def search(
    folder: Path,
    /,
    person: str,
    upns: tuple[str, ...],
    children: tuple[str, ...],
    reason: str,
    after: str | None,
    **filters: Any,
) -> None:
    """What was disclosed, held, refused and received: about one child, or by any filter. Looking is logged."""
    installed, at = wiring.assemble(folder), wiring.now()
    gateway, store, who = installed.gateway, installed.store, person_of(installed, person)
    if upns or children:
        if any(filters.values()):
            raise click.UsageError("a child is asked about whole: leave the filters out")
        child, mine = child_named(upns, children), enquiry.own_case(store)
        _print(enquiry.about_child(gateway, store, who, child, reason, at, mine))
        return
    page = enquiry.search(gateway, store, who, sought_by(installed, who, at, **filters), at, after=_after(after))
    _print(page.rows)
    if page.after is not None:
        out.print(f"There is more: --after {stamp(page.after.at)}/{page.after.line}")


@log_group.command("export", epilog="gateway log export --purpose P06 --by g.lowe --out p06.csv")
@click.option("--out", "path", type=NEW_FILE, required=True, help="….csv or ….xlsx")
@filtered
@BY
@click.pass_obj
@told
def export(folder: Path, /, person: str, path: Path, **filters: Any) -> None:
    """Write what a filter finds into a file that says by which filter. That it left is logged."""
    try:
        form = Form(path.suffix.removeprefix("."))
    except ValueError as error:
        raise click.UsageError("--out names a .csv or a .xlsx") from error
    installed, at = wiring.assemble(folder), wiring.now()
    who = person_of(installed, person)
    sought = sought_by(installed, who, at, **filters)
    try:
        content = enquiry.export(installed.gateway, installed.store, who, sought, form, at)
    except enquiry.TooMany as error:
        raise click.UsageError(str(error)) from error
    path.write_bytes(content)
    out.print(f"{path}: the filter stands above the list.")


@log_group.command(
    "counts",
    epilog="""gateway log counts ropa --since 2026-09-01 --by g.lowe
    gateway log counts board --by g.lowe""",
)
@click.argument("which", type=click.Choice(["ropa", "dfe", "board"]))
@click.option("--since", type=DAY, help="From this day on; if not given, a year before the last.")
@click.option("--until", type=DAY, help="To this day, itself included.")
@click.option("--least", type=click.IntRange(2), help="The smallest number shown; if not given, as in [counts].")
@BY
@click.pass_obj
@told
def counts(
    folder: Path, which: str, since: datetime | None, until: datetime | None, least: int | None, person: str
) -> None:
    """Numbers for the record of processing, for the DfE's termly return, or for the board."""
    installed, at = wiring.assemble(folder), wiring.now()
    who, gateway, store = person_of(installed, person), installed.gateway, installed.store
    upto = min(_ends(until) or at, at)
    between = Between(_begins(since) or upto - timedelta(days=365), upto)
    if which == "ropa":
        table = grid("purpose", "basis", "schedule 1", "recipients", "disclosures", "children")
        for one in enquiry.processing(gateway, store, who, between):
            sort = (one.purpose, one.basis, one.schedule1, one.recipients)
            table.add_row(*sort, str(one.disclosures), str(one.children))
        for (purpose, class_), number in enquiry.classes(gateway, store, who, between).items():
            table.add_row(purpose, "", "", f"holds {class_.words}", str(number), "")
    elif which == "board":
        table = grid("what", "number", "of", "share")
        for line in enquiry.board(gateway, store, who, between):
            table.add_row(line.heading, str(line.number), str(line.of) if line.of else "", line.share)
    else:
        smallest = least or installed.settings.smallest
        table = _returned(enquiry.dfe(gateway, store, who, between, smallest), smallest)
    out.print(table, markup=False)


def _returned(found: enquiry.Return, smallest: int) -> Table:
    table = grid("children missing education", "number")
    for when, published in (("on the last day", found.on_the_day), ("at any time since", found.in_the_period)):
        table.add_row(f"{when}: all", _shown(published.total))
        for name, cells in published.tables.items():
            for key, number in sorted(cells.items()):
                table.add_row(f"{when}, {name}: {key}", _shown(number))
    table.caption = f"Numbers below {smallest} are left out, and what would give them away."
    return table


def _shown(number: int | None) -> str:
    return "left out" if number is None else str(number)


@log_group.command("index", epilog="gateway log index")
@click.pass_obj
@told
def index(folder: Path) -> None:
    """Make the index of the log's questions again from its lines, once after the release that brought it."""
    installed = wiring.assemble(folder)
    classes = installed.gateway.rulebook.classes

    def classify(kind: Kind, items: Sequence[Item]) -> tuple[Class, ...]:
        return tuple(sorted(law.classes_of(items, classes, kind)))

    out.print(f"{installed.store.index_again(classify)} lines about disclosures can be asked for.")


def child_named(upns: Sequence[str], children: Sequence[str]) -> Child:
    """The child that somebody asks about, as they wrote it. Raises UsageError, which never quotes it."""
    try:
        names = tuple(tuple(part.strip() for part in one.split(",")) for one in children)
        named = tuple((surname, forename, datetime.fromisoformat(born).date()) for surname, forename, born in names)
        return Child(tuple(map(Upn, upns)), named)
    except ValueError:
        raise click.UsageError("a child is --upn NUMBER or --child 'SURNAME, Forename, 2014-05-06'") from None


def _print(rows: Sequence[Shown]) -> None:
    for one in rows:
        out.print(f"[bold]{one.at}  {one.act}  {one.purpose}  {one.disclosure}[/]")
        table = grid("", "")
        table.show_header = False
        more = (
            ("from, to", f"{one.discloser}, {one.recipient}"),
            ("why", "; ".join(said for said in (one.why, one.power, one.basis) if said)),
            ("under", one.agreement),
            ("items", ", ".join(one.items)),
            ("released by", ", ".join(one.released_by)),
            ("because", " ".join(one.reasons)),
            ("outcome", f"{one.outcome} {one.settled}".strip()),
        )
        for label, said in more:
            if said:
                table.add_row(f"  {label}", escape(said))
        out.print(table)
    if not rows:
        out.print("Nothing.")


def sought_by(installed: Installation, who: Person, at: datetime, **said: Any) -> Sought:
    """Everything that is asked for at once. Raises UsageError for what contradicts itself."""
    basis, class_, act = said["basis"], said["class_"], said["what"]
    asked = Sought(
        (),
        partner=_parsed(PartnerId, said["partner"]),
        purpose=_parsed(PurposeCode, said["purpose"]),
        basis=Basis(basis) if basis else None,
        class_=Class(class_) if class_ else None,
        agreement=_parsed(AgreementRef, said["agreement"]),
        officer=_parsed(PersonId, said["officer"]),
        act=Act(act) if act else None,
        since=_begins(said["since"]),
        until=_ends(said["until"]),
        oldest=said["oldest"],
    )
    if not said["unacknowledged"]:
        return asked
    if act not in {None, str(Act.RELEASE)}:
        raise click.UsageError("only what was released is signed for: leave --what out")
    return enquiry.unacknowledged(tuple(sorted(who.homes & set(installed.settings.homes))), at, asked)


def _parsed(kind: type[T], text: str | None) -> T | None:
    try:
        return kind(text) if text else None
    except ValueError as error:
        raise click.UsageError(f"{text} is no {kind.__name__}") from error


def _begins(day: datetime | None) -> datetime | None:
    return days.begins(day.date()) if day else None


def _ends(day: datetime | None) -> datetime | None:
    return _begins(day + timedelta(days=1)) if day else None


def _after(text: str | None) -> After | None:
    try:
        at, line = text.split("/") if text else ("", "")
        return After(parse_stamp(at), int(line)) if text else None
    except ValueError as error:
        raise click.UsageError("--after is what the page before ended with") from error
