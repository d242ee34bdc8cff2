"""Commands on what the law allows here: the purposes, since when what is in force, and who consented to research."""

from datetime import date
from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands.root import gateway, grid, out, told
from gateway.core.days import day_of
from gateway.core.errors import Code, Refusal
from gateway.core.law import Purpose, plainly, standing
from gateway.core.terms import PartnerId, PersonId, PurposeCode, Upn
from gateway.flows import consents
from gateway.flows.consents import Given
from gateway.wiring import Installation


@gateway.group("purposes")
def purposes() -> None:
    """Why anything may leave: the purposes, with all that the law says of each."""


@purposes.command("list", epilog="gateway purposes list")
@click.pass_obj
@told
def list_purposes(folder: Path) -> None:
    """Every purpose, and whether it is on here today."""
    table = grid("code", "name", "verdict", "today")
    for code, one in wiring.assemble(folder).gateway.rulebook.purposes.items():
        table.add_row(code, one.name, one.verdict, escape(standing(one, _today())))
    out.print(table)


@purposes.command("show", epilog="gateway purposes show P06 --home council-886")
@click.argument("code")
@click.option("--home", help="For which home, where this gateway has several.")
@click.pass_obj
@told
def show_purpose(folder: Path, code: str, home: str | None) -> None:
    """One purpose in plain words: who may tell whom and why, on what conditions, and whether it is on today."""
    installed = wiring.assemble(folder)
    purpose = installed.gateway.rulebook.purposes.get(_purpose(code))
    if purpose is None:
        raise click.UsageError("there is no purpose of that code: 'gateway purposes list' names all")
    out.print(f"[bold]{purpose.code}[/] {escape(purpose.name)}")
    table = grid("", "")
    for label, words in plainly(purpose, _today(), _area(installed, home)):
        table.add_row(label, escape(words))
    out.print(table)


@purposes.command("dates", epilog="gateway purposes dates --home council-886")
@click.option("--home", help="For which home, where this gateway has several.")
@click.pass_obj
@told
def list_dates(folder: Path, home: str | None) -> None:
    """Since when, and whether here and today, each provision is in force that a purpose depends on."""
    installed = wiring.assemble(folder)
    area, book = _area(installed, home), installed.gateway.rulebook
    table = grid("provision", "here today", "what it does", "source", "purposes")
    for one in book.commencement.provisions.values():
        depending = [purpose.code for purpose in book.purposes.values() if _depends(purpose, one.id)]
        mark = "in force" if one.in_force(_today(), area) else "not yet"
        table.add_row(one.id, mark, escape(one.what), escape(one.source), ", ".join(depending))
    out.print(table)


@gateway.group("consents")
def consent_group() -> None:
    """Consent to research that is not anonymous: without it, no child's record goes to a researcher."""


@consent_group.command("record", epilog="gateway consents record --evidence CONSENT/2026/17 --by a.shah < upn.txt")
@click.option("--evidence", required=True, help="The reference of the paper, such as CONSENT/2026/17.")
@click.option("--by", required=True, help="Who records it, as 'gateway users list' names them.")
@click.option("--purpose", default="P24", show_default=True)
@click.option("--home", help="Which home was told, where this gateway has several.")
@click.pass_obj
@told
def record_consent(folder: Path, evidence: str, by: str, purpose: str, home: str | None) -> None:
    """Record one child's consent. The pupil number is asked for, so that it stands in no list of commands."""
    installed = wiring.assemble(folder)
    given = _given(installed, by, purpose, home)
    try:
        consents.record(installed.gateway, given, evidence, wiring.now())
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    out.print(f"Recorded under {escape(evidence)}. It stands until it is withdrawn: 'gateway consents withdraw'.")


@consent_group.command("withdraw", epilog="gateway consents withdraw --by a.shah < upn.txt")
@click.option("--by", required=True, help="Who records it, as 'gateway users list' names them.")
@click.option("--purpose", default="P24", show_default=True)
@click.option("--home", help="Which home was told, where this gateway has several.")
@click.pass_obj
@told
def withdraw_consent(folder: Path, by: str, purpose: str, home: str | None) -> None:
    """Withdraw one child's consent: from now on nothing goes under it. The pupil number is asked for."""
    installed = wiring.assemble(folder)
    over = consents.withdraw(installed.gateway, installed.store, _given(installed, by, purpose, home), wiring.now())
    out.print(f"Withdrawn: {escape(over.evidence)}. What went before stays in the log.")


@consent_group.command("list", epilog="gateway consents list --home council-886")
@click.option("--home", help="Of which home, where this gateway has several.")
@click.pass_obj
@told
def list_consents(folder: Path, home: str | None) -> None:
    """Every consent by the reference of its paper; it names no child."""
    installed = wiring.assemble(folder)
    table = grid("paper", "purpose", "recorded", "by", "withdrawn")
    for one in installed.store.consents(_home(installed, home)):
        over = f"{one.withdrawn:%Y-%m-%d}" if one.withdrawn else "-"
        table.add_row(escape(one.evidence), one.purpose, f"{one.at:%Y-%m-%d}", one.by, over)
    out.print(table)


def _given(installed: Installation, by: str, purpose: str, home: str | None) -> Given:
    try:
        person = PersonId(by)
        upn = Upn(click.prompt("Unique pupil number", err=True).strip())
    except ValueError as error:
        raise click.UsageError("that is no pupil number, or no name of a person who may sign in") from error
    if installed.store.person(person) is None:
        raise Refusal(Code.NOT_ALLOWED)
    return Given(_home(installed, home), upn, _purpose(purpose), person)


def _home(installed: Installation, named: str | None) -> PartnerId:
    homes = installed.settings.homes
    if named is None and len(homes) == 1:
        return homes[0]
    if named not in homes:
        raise click.UsageError(f"name the home: {', '.join(homes)}")
    return PartnerId(named)


def _area(installed: Installation, named: str | None) -> str | None:
    home = _home(installed, named or installed.settings.homes[0])
    return installed.store.register().directory.get(home).area


def _purpose(code: str) -> PurposeCode:
    try:
        return PurposeCode(code.upper())
    except ValueError as error:
        raise click.UsageError("a purpose is like P06: 'gateway purposes list' names all") from error


def _depends(purpose: Purpose, provision: str) -> bool:
    return any(power.under is not None and power.under.id == provision for power in purpose.powers)


def _today() -> date:
    return day_of(wiring.now())
