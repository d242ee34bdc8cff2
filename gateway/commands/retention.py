"""The end of what is kept: start a clock, see what will go, hold it, destroy it, and print the certificate."""

from datetime import datetime, timedelta
from pathlib import Path

import click
from rich.markup import escape

from gateway import settings, wiring
from gateway.commands.guarding import BY, WHY
from gateway.commands.root import gateway, grid, out, told
from gateway.commands.who import person_of
from gateway.core import retention
from gateway.core.days import LONDON, day_of
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Source, source_of
from gateway.core.retention import Rules
from gateway.core.terms import DisclosureId, ParcelId, UploadId, stamp
from gateway.edge import registry
from gateway.flows import copies, destroying, retaining
from gateway.flows.copies import Copy
from gateway.flows.retaining import Hands
from gateway.settings import Unusable
from gateway.wiring import Installation

DAY = click.DateTime(["%Y-%m-%d"])
BACKUPS = click.option(
    "--backups-kept", "days", type=click.IntRange(0, settings.MOST_BACKUPS.days),
    help="For how many days you keep a backup of the database, where it is not as config/gateway.toml says.",
)  # fmt: skip
SOURCE = click.argument("source")


@gateway.group("retention")
def retention_group() -> None:
    """For how long what is kept stays, and its end. SOURCE is a case, a rights request, an upload, a disclosure or a
    parcel.
    """


@retention_group.command("classes", epilog="gateway retention classes")
@click.pass_obj
@told
def list_classes(folder: Path) -> None:
    """Every class, its length, the event that starts its clock, and where that is written."""
    table = grid("class", "for", "what", "length", "from", "source")
    for one in _rules(folder):
        length = f"{one.years} years" if one.years else f"age {one.age}" if one.age else f"{one.months} months"
        whom = ", ".join(filter(None, (one.home, one.kind))) or "all"
        table.add_row(one.code, whom, one.what, length, one.event, escape(one.source))
    out.print(table)


@retention_group.command("waiting", epilog="gateway retention waiting --before 2026-08-31 --by g.lowe")
@click.option("--before", type=DAY, help="What ended or came before this day; today if not given.")
@BY
@click.pass_obj
@told
def waiting(folder: Path, before: datetime | None, person: str) -> None:
    """What is over and has no clock yet, so that it would stay for ever, and under which class it may be kept."""
    installed = wiring.assemble(folder)
    day = before.replace(tzinfo=LONDON) if before else wiring.now()
    found = retaining.waiting(installed.gateway, installed.store, person_of(installed, person), day)
    rules = _rules(folder)
    for one in found:
        codes = retention.choices(rules, one)
        meant = f"--class {codes[0]}" if len(codes) == 1 else "choose a class"
        out.print(f"{one}  {retention.whole_of(one)}: {meant}", soft_wrap=True)
    if not found:
        out.print("Nothing.")


@retention_group.command(
    "start",
    epilog="gateway retention start c-2v4dxyq7n5gwfa3mzk6tjbc2re --class cme-35 --event 2026-11-20 --by g.lowe",
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--class", "code", help="One of 'gateway retention classes'; not needed where there is one alone.")
@click.option("--event", type=DAY, required=True, help="The day from which the class counts.")
@click.option(
    "--born", type=DAY, help="The child's day of birth, for a class by age; only the year of the end is kept."
)
@BY
@click.pass_obj
@told
def start_clock(
    folder: Path, sources: tuple[str, ...], code: str | None, event: datetime, born: datetime | None, person: str
) -> None:
    """Say that the case is closed and its duties are met: from now it rests under the key of its class and year.

    The papers of a case have clocks of their own, for a file may be about many children: 'waiting' names them.
    """
    installed = wiring.assemble(folder)
    hands, who = _hands(installed), person_of(installed, person)
    day = born.date() if born else None
    for source in sources:
        found = _source(installed, source)
        chosen = _class(hands.rules, found, code)
        made = retaining.start(installed.gateway, hands, who, found, chosen, event.date(), wiring.now(), day)
        out.print(f"{found} is kept until 31 December {made.year} ({made.retention}).")


@retention_group.command("preview", epilog="gateway retention preview --until 2062-01-31 --by g.lowe")
@click.option("--until", type=DAY, help="Up to which day; today if not given.")
@BY
@click.pass_obj
@told
def preview(folder: Path, until: datetime | None, person: str) -> None:
    """What a run would destroy by then, and what would stop it. Nothing changes."""
    installed = wiring.assemble(folder)
    who = person_of(installed, person)
    day = until.date() if until else day_of(wiring.now())
    table = grid("id", "class", "ends after", "documents", "salts", "will go on because of")
    for one in retaining.preview(installed.gateway, _hands(installed), who, day):
        kept = one.retained
        stops = ", ".join(sorted(one.stops)) or "nothing: it goes"
        table.add_row(kept.source, kept.retention, str(one.ends), str(one.documents), str(one.salts), stops)
    out.print(table if table.row_count else "Nothing ends by then.")


@retention_group.command("run", epilog="gateway retention run --by g.lowe")
@BACKUPS
@click.option("--yes", is_flag=True, help="Do not ask.")
@BY
@click.pass_obj
@told
def run(folder: Path, days: int | None, yes: bool, person: str) -> None:
    """Destroy what is over: what rests, its keys and salts. The log and every proof stay as they are."""
    installed = wiring.assemble(folder)
    who = person_of(installed, person)
    if not yes:
        click.confirm("What is destroyed cannot be brought back. Have you looked at the preview?", abort=True)
    done = destroying.run(installed.gateway, _hands(installed, days), who, wiring.now())
    out.print(f"Destroyed: {len(done.destroyed)}. Left: {len(done.left)}. Keys ended: {len(done.keys)}.")
    for source, stops in done.left:
        out.print(f"  {source} stays: {', '.join(sorted(stops))}")
    if done.keys:
        out.print("Remove these from your copy of keys/ too: " + ", ".join(f"ends/{one}.key" for one in done.keys))


@retention_group.command("hold", epilog="gateway retention hold u-2v4dxyq7n5gwfa3mzk6tjbc2re --by g.lowe --reason '…'")
@SOURCE
@BY
@WHY
@click.pass_obj
@told
def hold(folder: Path, source: str, person: str, reason: str) -> None:
    """For a legal claim or an inquiry: nothing of it is destroyed until somebody lets it go."""
    installed = wiring.assemble(folder)
    who, found = person_of(installed, person), _source(installed, source)
    retaining.hold(installed.gateway, _hands(installed), who, found, reason, wiring.now())
    out.print("Held.")


@retention_group.command("free", epilog="gateway retention free u-2v4dxyq7n5gwfa3mzk6tjbc2re --by g.lowe --reason '…'")
@SOURCE
@BY
@WHY
@click.pass_obj
@told
def free(folder: Path, source: str, person: str, reason: str) -> None:
    """Let go what was held."""
    installed = wiring.assemble(folder)
    who, found = person_of(installed, person), _source(installed, source)
    retaining.free(installed.gateway, _hands(installed), who, found, reason, wiring.now())
    out.print("Free. It goes when its year is over.")


@retention_group.command("certificate", epilog="gateway retention certificate --by g.lowe")
@click.argument("source", required=False)
@BY
@click.pass_obj
@told
def certificate(folder: Path, source: str | None, person: str) -> None:
    """What was destroyed, by whom, when, when the last backup ends, and what each recipient said of its own copy."""
    installed = wiring.assemble(folder)
    rows = retaining.certified(installed.gateway, installed.store, person_of(installed, person))
    wanted = [one for one in rows if source in {None, one.source}]
    for one in wanted:
        out.print(f"[bold]{one.source}[/] of {one.home}: {one.retention}, ended with {one.year}")
        out.print(
            f"  destroyed {stamp(one.at)} by {one.by}: {one.documents} documents with their keys, {one.salts} salts"
        )
        out.print(f"  the last backup that could open a document ends on {one.documents_until}")
        out.print(f"  the last backup that holds a salt ends on {one.salts_until}")
        for copy in copies.elsewhere(installed.store, one.source):
            out.print(escape(f"  {_told_of(installed, copy)}"))
    if not wanted:
        out.print("Nothing.")


def _class(rules: Rules, source: Source, code: str | None) -> str:
    """The class that was chosen, if it is one for such a thing, or the one that there is."""
    may = retention.choices(rules, source)
    if code in may or (code is None and len(may) == 1):
        return code or may[0]
    what = retention.whole_of(source)
    raise click.UsageError(f"{source} ({what}) is kept under one of these: --class {', '.join(may)}")


def _told_of(installed: Installation, copy: Copy) -> str:
    """A copy elsewhere, and all that was said of it."""
    partner = installed.store.register().directory.find(copy.reader)
    said = [
        f"{one.words} ({'written down here' if one.noted else 'said'} {stamp(one.at)}, line {one.line} of the log)"
        for one in copy.said
    ]
    became = "; ".join(said) or "nobody has said that it is deleted"
    return f"{partner.name if partner else copy.reader} ({copy.reader}) got {copy.disclosure}: {became}"


def _hands(installed: Installation, days: int | None = None) -> Hands:
    store, rules = installed.store, _rules(installed.settings.folder)
    kept = installed.settings.backups if days is None else timedelta(days=days)
    return Hands(store, installed.vault, rules, kept, (store.living,))


def _rules(folder: Path) -> Rules:
    try:
        return registry.retention_rules(settings.shipped("partners"), folder / "reference")
    except ValueError as error:
        raise Unusable(f"reference/retention.toml: {error}") from error


def _source(installed: Installation, text: str) -> Source:
    """The case, the request, or the upload or message from which it all came. Raises Refusal(NOT_FOUND)."""
    try:
        if text.startswith("p-"):
            standing = installed.store.parcel(ParcelId(text))
            return UploadId(standing.parcel.source if standing else "")
        if text.startswith("d-"):
            decided = installed.store.decided(DisclosureId(text))
            return UploadId(decided.source if decided else "")
        return source_of(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None
