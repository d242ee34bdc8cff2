"""What a review of agreements looks at, and what the public reads of them."""

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click
from rich.markup import escape

from gateway import settings, wiring
from gateway.commands.agreed import DAY, FILE, agreement_group, find, read_file, reminder_words
from gateway.commands.root import grid, out, told
from gateway.commands.written import NEW_FILE
from gateway.core import agreements, days, documents
from gateway.core.agreements import Agreement, Report
from gateway.core.agreements.pages import Page, html, markdown
from gateway.core.agreements.publishing import printed, register
from gateway.core.documents import Schemas
from gateway.core.terms import PartnerId, PurposeCode
from gateway.edge import registry
from gateway.flows import agreements as life
from gateway.wiring import Installation


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
    _write(register(listed, _themes(installed), _Names(installed).of, wiring.now().date()), target)


@agreement_group.command("print", epilog="gateway agreements print kent-medway-cme.v1 --out kent-medway-cme.html")
@click.argument("ref")
@click.option("--out", "target", type=NEW_FILE, required=True, help="A .html or .md file.")
@click.pass_obj
@told
def print_agreement(folder: Path, ref: str, target: Path) -> None:
    """Write one version as a dated print, with all its terms, approvals and signatures."""
    installed = wiring.assemble(folder)
    found = find(installed, ref)
    _write(printed(found, _themes(installed), _Names(installed).of, wiring.now().date()), target)


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
