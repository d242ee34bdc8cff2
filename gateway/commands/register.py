"""The register of agreements, in and out as TOML."""

import sys
from dataclasses import replace
from pathlib import Path

import click
from rich.markup import escape

from gateway import settings, wiring
from gateway.commands.root import gateway, grid, out, told
from gateway.core import agreements, documents
from gateway.core.agreements import Agreement, Report, Status
from gateway.core.documents import Schemas
from gateway.core.errors import Code, Refusal
from gateway.core.facts import AgreementRecorded
from gateway.core.records import Record
from gateway.core.terms import AgreementRef, digest
from gateway.edge import registry
from gateway.wiring import Installation


@gateway.group("agreements")
def agreement_group() -> None:
    """What may be shared with whom, why and until when."""


@agreement_group.command("list", epilog="gateway agreements list")
@click.pass_obj
@told
def list_agreements(folder: Path) -> None:
    """Agreements in the register and whether each is in force today."""
    today = wiring.now().date()
    table = grid("agreement", "title", "purposes", "from", "to", "in force today")
    for one in wiring.assemble(folder).store.register().agreements:
        purposes = ", ".join(purpose for purpose, _ in one.purposes)
        period = (str(one.in_force.first), str(one.in_force.last or "open"))
        state = "[green]yes[/]" if one.stands(today) else f"[red]no[/] ({one.status})"
        table.add_row(one.ref, escape(one.title), purposes, *period, state)
    out.print(table)


@agreement_group.command("show", epilog="gateway agreements show kent-medway-cme.v1")
@click.argument("ref")
@click.pass_obj
@told
def show_agreement(folder: Path, ref: str) -> None:
    """Print one version as TOML."""
    click.echo(agreements.to_toml(_find(wiring.assemble(folder), ref)), nl=False)


@agreement_group.command("adopt", epilog="gateway agreements adopt kent-medway-cme.toml")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
@told
def adopt_agreement(folder: Path, file: Path) -> None:
    """Put a version into the register. A version is never changed: what is agreed anew has a new number."""
    try:
        made = agreements.from_toml(file.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{file.name}: {error}") from error
    adopt(wiring.assemble(folder), made)
    out.print(f"{made.ref} is in the register.")


def adopt(installed: Installation, made: Agreement) -> None:
    """Record one version. Raises UsageError when the register has other terms under the same number."""
    held = {one.ref: one for one in installed.store.register().agreements}.get(made.ref)
    if held is not None and replace(held, status=made.status) != made:
        raise click.UsageError(f"{made.ref} is in the register with other terms; give the new ones a new version")
    content = digest(agreements.to_toml(made).encode())
    fact = AgreementRecorded(wiring.now(), installed.settings.homes[0], made.ref, content)
    installed.store.adopt(made, Record((fact,)))


@agreement_group.command("end", epilog="gateway agreements end kent-medway-cme.v1")
@click.argument("ref")
@click.option("--suspend", is_flag=True, help="Suspend it instead of withdrawing it.")
@click.pass_obj
@told
def end_agreement(folder: Path, ref: str, suspend: bool) -> None:
    """End an agreement: nothing more leaves under it, not even what is queued."""
    installed = wiring.assemble(folder)
    status = Status.SUSPENDED if suspend else Status.WITHDRAWN
    adopt(installed, with_status(installed, ref, status))
    out.print(f"{ref} is {status}. What was queued under it will be decided again.")


@agreement_group.command("check", epilog="gateway agreements check")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@told
def check_agreements(files: tuple[Path, ...]) -> None:
    """Prove that agreements yield valid extracts: the files named, or all that are shipped. Needs no set-up."""
    rules = registry.rulebook(settings.shipped("schemas"), settings.shipped("partners"))
    specimens = registry.specimens(settings.shipped("schemas"))
    made = [agreements.from_toml(path.read_text(encoding="utf-8")) for path in files]
    sound = True
    for one in made or registry.agreement_templates(settings.shipped("partners")).values():
        report = agreements.check(one, rules.purposes, rules.schemas, specimens)
        sound &= report.sound
        _show_report(one, report, rules.schemas)
    sys.exit(0 if sound else 1)


def _show_report(agreement: Agreement, report: Report, schemas: Schemas) -> None:
    verdict = "[green]fits[/]" if report.sound else "[red]does not fit[/]"
    out.print(f"[bold]{agreement.ref}[/] {escape(agreement.title)}: {verdict}")
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
    for (kind, version), schema in schemas.items():
        if agreement.patterns(kind):
            out.print(f"  {kind} {version} requires: {', '.join(sorted(documents.required(schema)))}")


def with_status(installed: Installation, ref: str, status: Status) -> Agreement:
    """A version in the register as it stands from now on. Raises Refusal(NOT_FOUND)."""
    return replace(_find(installed, ref), status=status)


def _find(installed: Installation, text: str) -> Agreement:
    try:
        ref = AgreementRef(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None
    for one in installed.store.register().agreements:
        if one.ref == ref:
            return one
    raise Refusal(Code.NOT_FOUND)
