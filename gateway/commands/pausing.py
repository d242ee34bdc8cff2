"""A partner's queue stopped by somebody who runs the machine, and let go on; who and why stands in the log."""

from pathlib import Path

import click

from gateway import wiring
from gateway.commands.guarding import BY
from gateway.commands.partnered import find, partner_group
from gateway.commands.root import out, told
from gateway.commands.who import person_of
from gateway.flows import pausing

WHY = click.option("--reason", required=True, help="Why, in a sentence. No child's name.")


@partner_group.command("pause", epilog="gateway partners pause council-887 --by o.bell --reason 'They move house.'")
@click.argument("partner")
@BY
@WHY
@click.pass_obj
@told
def pause(folder: Path, partner: str, person: str, reason: str) -> None:
    """Let nothing go to PARTNER until somebody lets it go on; what is for it waits, and nothing is given up."""
    installed = wiring.assemble(folder)
    found = find(installed, partner)
    whom = person_of(installed, person)
    pausing.pause(installed.gateway, installed.store, whom, found.id, reason, wiring.now())
    out.print(f"Nothing goes to {found.id} until you say 'gateway partners resume {found.id}'.")


@partner_group.command("resume", epilog="gateway partners resume council-887 --by o.bell")
@click.argument("partner")
@BY
@click.pass_obj
@told
def resume(folder: Path, partner: str, person: str) -> None:
    """Let PARTNER's queue go on, the oldest first."""
    installed = wiring.assemble(folder)
    found = find(installed, partner)
    pausing.resume(installed.gateway, installed.store, person_of(installed, person), found.id, wiring.now())
    out.print(f"What waits for {found.id} goes now.")
