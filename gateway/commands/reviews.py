"""What a review of agreements looks at, and what the public reads of them."""

import re
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click
from rich.markup import escape

from gateway import settings, wiring
from gateway.commands.agreed import DAY, FILE, agreement_group, find, read_file, reminder_words
from gateway.commands.claims import home_of
from gateway.commands.root import grid, out, told
from gateway.commands.written import NEW_FILE
from gateway.core import agreements, days, documents
from gateway.core.agreements import Agreement, Report
from gateway.core.agreements.pages import Page, html, markdown
from gateway.core.agreements.publishing import printed, register
from gateway.core.days import day_of
from gateway.core.documents import Schemas
from gateway.core.terms import PartnerId, PurposeCode
from gateway.edge import registry
from gateway.flows import agreements as life
from gateway.wiring import Installation

EXAMPLE = PartnerId("council-886")
"""The council in whose name the starters are written."""

_EXAMPLES = re.compile(r"\b(?:council-88[67]|[a-z]+-invented)\b")
_NUMBER = re.compile(r'number = "(88[67])"')


@agreement_group.command("check", epilog="gateway agreements check")
@click.argument("files", nargs=-1, type=FILE)
@told
def check_agreements(files: tuple[Path, ...]) -> None:
    """Prove that agreements yield valid extracts and say all that they should: the files named, or all shipped ones."""
    rules = registry.rulebook(settings.shipped("schemas"), settings.shipped("partners"))
    specimens = registry.specimens(settings.shipped("schemas"))
    sound = True
    made = [read_file(path) for path in files]
    for one in made or registry.agreement_templates(settings.shipped("partners")).values():
        report = agreements.check(one, rules.purposes, rules.schemas, specimens)
        sound &= report.sound and not report.wanting
        _show_report(one, report, rules.schemas)
    sys.exit(0 if sound else 1)


@agreement_group.command(
    "starter",
    epilog="""gateway agreements starter
    gateway agreements starter own-special-needs --out own-special-needs.toml
    gateway agreements starter council-council-cme --with council-891 --out kent-notts.toml""",
)
@click.argument("name", required=False)
@click.option("--home", help="Whose it will be, where this gateway has several homes.")
@click.option("--with", "other", help="The other organisation, where it is with one that is no team of yours.")
@click.option("--out", "target", type=NEW_FILE, help="A file; else the screen.")
@click.pass_obj
@told
def print_starter(
    folder: Path, name: str | None, home: str | None, other: str | None, target: Path | None
) -> None:  # fmt: skip
    """Print a starter agreement with your own council in it, to fill in and adopt; without a name, which there are."""
    known = registry.agreement_templates(settings.shipped("partners"))
    if name is None:
        table = grid("name", "title", "purposes")
        for stem, one in known.items():
            table.add_row(stem, escape(one.title), ", ".join(code for code, _ in one.purposes))
        out.print(table)
        return
    if name not in known:
        raise click.UsageError("there is no such starter: 'gateway agreements starter' names all")
    installed = wiring.assemble(folder)
    text = agreements.to_toml(_taken_up(known[name], installed, home_of(installed, home), other))
    if target is None:
        click.echo(text, nl=False)
        return
    target.write_text(text, encoding="utf-8")
    out.print(f"{target}: read it, fill in what 'gateway agreements check' names, and 'gateway agreements adopt' it.")


@agreement_group.command("due", epilog="gateway agreements due")
@click.pass_obj
@told
def due_agreements(folder: Path) -> None:
    """Move what today moves by itself, as the timetable does every hour, and list the reviews that are near or over."""
    installed = wiring.assemble(folder)
    swept = life.sweep(installed.gateway, wiring.now())
    for one in swept.moved:
        out.print(f"{one.ref} is {one.status} from today.")
    for line in map(reminder_words, swept.reminders):
        out.print(line)
    if not swept.moved and not swept.reminders:
        out.print("Nothing is due.")


@agreement_group.command("usage", epilog="gateway agreements usage kent-medway-cme.v1 --since 2026-09-01")
@click.argument("ref")
@click.option("--since", type=DAY, help="From this day on; the agreement's first day if not given.")
@click.pass_obj
@told
def use_of_agreement(folder: Path, ref: str, since: datetime | None) -> None:
    """What an agreement was used for, and which of its items never went: what its review looks at."""
    installed = wiring.assemble(folder)
    found = find(installed, ref)
    first = since.date() if since else found.in_force.first
    used = life.usage(installed.gateway, found.ref, days.begins(first))
    table = grid("since", "messages", "children", "without a mandatory item", "held", "refused")
    table.add_row(str(first), *map(str, (used.messages, used.children, used.short, used.held, used.refused)))
    out.print(table)
    for kind, number in used.used:
        out.print(f"  {kind}: {number}")
    for kind, patterns in used.unused:
        out.print(f"  [yellow]{kind}: never used[/] {', '.join(patterns)}")


@agreement_group.command("publish", epilog="gateway agreements publish --out register.html")
@click.option("--out", "target", type=NEW_FILE, required=True, help="A .html or .md file.")
@click.pass_obj
@told
def publish_agreements(folder: Path, target: Path) -> None:
    """Write the public register: the agreements in force today that may be published, by theme."""
    installed = wiring.assemble(folder)
    listed = installed.store.register().agreements
    _write(register(listed, _themes(installed), _Names(installed).of, day_of(wiring.now())), target)


@agreement_group.command("print", epilog="gateway agreements print kent-medway-cme.v1 --out kent-medway-cme.html")
@click.argument("ref")
@click.option("--out", "target", type=NEW_FILE, required=True, help="A .html or .md file.")
@click.pass_obj
@told
def print_agreement(folder: Path, ref: str, target: Path) -> None:
    """Write one version as a dated print, with all its terms, approvals and signatures."""
    installed = wiring.assemble(folder)
    found = find(installed, ref)
    _write(printed(found, _themes(installed), _Names(installed).of, day_of(wiring.now())), target)


def _themes(installed: Installation) -> Mapping[PurposeCode, str]:
    return {code: one.sentence for code, one in installed.gateway.rulebook.purposes.items()}


class _Names:
    """What people call the partners of one register."""

    def __init__(self, installed: Installation) -> None:
        self._directory = installed.store.register().directory

    def of(self, partner: PartnerId) -> str:
        found = self._directory.find(partner)
        return found.name if found else partner


def _write(page: Page, target: Path) -> None:
    forms = {".html": html, ".md": markdown}
    if target.suffix not in forms:
        raise click.UsageError("the file's name ends in .html or .md")
    target.write_text(forms[target.suffix](page), encoding="utf-8")
    out.print(f"Written to {target}.")


def _taken_up(starter: Agreement, installed: Installation, home: PartnerId, other: str | None) -> Agreement:
    """A starter of the shipped examples' parties as one of this home and ``other``. Raises UsageError."""
    directory = installed.store.register().directory
    text, theirs = agreements.to_toml(starter), directory.find_text(other or "")
    if other is not None and theirs is None:
        raise click.UsageError(f"{other} is not in the directory: 'gateway partners list' names all")
    named = set(_EXAMPLES.findall(text)) - {EXAMPLE}
    if bool(named) is not (theirs is not None):
        raise click.UsageError("say with whom it is: --with council-887" if named else "it is with your own teams")
    put = {EXAMPLE: home, **{one: theirs.id for one in named if theirs is not None}}
    numbers = {one.removeprefix("council-"): (directory.get(each).la or "") for one, each in put.items()}
    made = _EXAMPLES.sub(lambda found: put[found[0]], text)
    made = _NUMBER.sub(lambda found: f'number = "{numbers.get(found[1], found[1])}"', made)
    return agreements.from_toml(made)


def _show_report(agreement: Agreement, report: Report, schemas: Schemas) -> None:
    fits = "[green]fits[/]" if report.sound else "[red]does not fit[/]"
    whole = "[red], but does not say all that it should[/]" if report.wanting else ""
    out.print(f"[bold]{agreement.ref}[/] {escape(agreement.title)}: {fits}{whole}")
    for fit in report.fits:
        words = (
            f"{len(fit.shared)} items shared, {len(fit.withheld)} withheld"
            if fit.valid
            else "[red]gives no valid extract[/]"
        )
        out.print(f"  {fit.purpose} on {fit.kind} {fit.version}: {words}")
    for kind, version, item in report.missing:
        out.print(f"  [red]{kind} {version} requires {item}, which is not listed[/]")
    for kind, pattern in report.idle:
        out.print(f"  [red]{kind}: {pattern} has no effect under any of its purposes[/]")
    for code in report.unknown:
        out.print(f"  [red]{code} is not a purpose[/]")
    for words in report.wanting:
        out.print(f"  [red]not said:[/] {words}")
    for words in report.blank:
        out.print(f"  [yellow]to be filled in:[/] {words}")
    for (kind, version), schema in schemas.items():
        if agreement.patterns(kind):
            out.print(f"  {kind} {version} requires: {', '.join(sorted(documents.required(schema)))}")
