"""People who may sign in."""

from pathlib import Path

import click

from gateway import wiring
from gateway.commands.root import gateway, grid, out, told
from gateway.commands.who import anybody_of
from gateway.core.facts import Role, Stop
from gateway.core.records import Person
from gateway.core.terms import PartnerId, PersonId
from gateway.flows import accounts, people


@gateway.group()
def users() -> None:
    """People who may sign in."""


@users.command("add", epilog="gateway users add a.shah --role officer --of council-886")
@click.argument("person")
@click.option("--role", type=click.Choice([str(one) for one in Role]), required=True)
@click.option("--of", "organisation", required=True, help="The partner for whom this person acts.")
@click.option("--also", multiple=True, help="Another home for which one of a shared team acts as well.")
@click.pass_obj
@told
def add_user(folder: Path, person: str, role: str, organisation: str, also: tuple[str, ...]) -> None:
    """Let somebody sign in; give them a link with 'users link'."""
    installed = wiring.assemble(folder)
    try:
        made = Person(PersonId(person), Role(role), PartnerId(organisation), tuple(map(PartnerId, also)))
    except ValueError as error:
        raise click.UsageError("a name is like a.shah, an organisation like council-886") from error
    people.add(installed.gateway, installed.store, made, installed.settings.homes[0], wiring.now())
    out.print(f"{person} may sign in as {role} of {organisation}.")


@users.command("list", epilog="gateway users list")
@click.pass_obj
@told
def list_users(folder: Path) -> None:
    """Who may sign in, for whom and as what, and until when unless somebody confirms it."""
    table = grid("name", "role", "organisation", "acts also for", "account")
    for one, account in wiring.assemble(folder).store.accounts():
        stands = account is None or account.stands(wiring.now())
        until = f"until {account.ends:%Y-%m-%d}" if account and stands else "stands" if stands else "stopped"
        table.add_row(one.id, one.role, one.organisation, ", ".join(one.also), until)
    out.print(table)


@users.command("confirm", epilog="gateway users confirm a.shah")
@click.argument("person")
@click.pass_obj
@told
def confirm_user(folder: Path, person: str) -> None:
    """Say that somebody still needs to sign in; an account that had stopped stands again."""
    installed = wiring.assemble(folder)
    accounts.confirmed(installed.gateway, installed.store, anybody_of(installed, person), wiring.now(), None)
    out.print(f"{person} may go on signing in.")


@users.command("stop", epilog="gateway users stop a.shah")
@click.argument("person")
@click.pass_obj
@told
def stop_user(folder: Path, person: str) -> None:
    """Let somebody sign in no more, and sign them out everywhere."""
    installed = wiring.assemble(folder)
    found = anybody_of(installed, person)
    account = next(kept for one, kept in installed.store.accounts() if one.id == found.id)
    accounts.stopped(installed.gateway, installed.store, found, account, Stop.BY_PERSON, wiring.now())
    out.print(f"{person} may not sign in any more.")


@users.command("link", epilog="gateway users link a.shah")
@click.argument("person")
@click.option("--address", help="The pages' address, if it is not that of the settings.")
@click.pass_obj
@told
def link_user(folder: Path, person: str, address: str | None) -> None:
    """Print a link that signs this person in once, within a day."""
    installed = wiring.assemble(folder)
    try:
        named = PersonId(person)
    except ValueError as error:
        raise click.UsageError("a name is like a.shah") from error
    home = installed.settings.homes[0]
    token = people.issue_link(installed.gateway, installed.store, named, home, wiring.now())
    listen = installed.settings.listen
    click.echo(f"{address or f'http://{listen.pages_host}:{listen.pages_port}'}/link/{token}")
