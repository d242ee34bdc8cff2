"""Letting a partner's team in that has no machine: once, at the address of its record."""

from pathlib import Path

import click

from gateway import wiring
from gateway.commands.partnered import find, partner_group
from gateway.commands.root import out, told
from gateway.flows import inviting
from gateway.wiring.letters import teams_post


@partner_group.command("invite", epilog="gateway partners invite police-kent")
@click.argument("partner")
@click.pass_obj
@told
def invite_team(folder: Path, partner: str) -> None:
    """Let PARTNER's team read and answer in the browser. A link goes to the address of its record, and to no other.

    Its record says channel = "inbox", served_by one of our homes and endpoint = "mailto:…", which counts when two
    people have confirmed it as every address. Whoever reads that mailbox acts for the team: no accounts, no passwords.
    """
    installed = wiring.assemble(folder)
    found = find(installed, partner)
    link = inviting.invite(installed.gateway, installed.store, found.id, teams_post(installed), wiring.now())
    if link:
        out.print(f"No mail is set up, so send this link to {found.mail} yourself; it works once, within a day:")
        click.echo(link)
    else:
        out.print(f"{found.id} is invited at {found.mail}.")
