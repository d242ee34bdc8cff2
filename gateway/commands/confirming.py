"""What two people say of a partner after they rang it: that it read out the same as stands here, or something else."""

from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands.guarding import BY
from gateway.commands.partnered import find, partner_group
from gateway.commands.root import out, told
from gateway.commands.who import person_of
from gateway.core import partners
from gateway.core.partners import Partner, Phone
from gateway.flows import trusting


@partner_group.command("confirm", epilog="gateway partners confirm council-887 --by a.shah --number '01632 960000'")
@click.argument("partner")
@BY
@click.option("--number", required=True, help="The number that you called, from a directory and not from the record.")
@click.option("--differs", is_flag=True, help="They read out something else, or sent none: what waits is taken away.")
@click.pass_obj
@told
def confirm(folder: Path, partner: str, person: str, number: str, differs: bool) -> None:
    """Say that PARTNER read out its address and fingerprints to you by phone, and that they are those shown here.

    It takes two people. Until then nothing is sent to what is new, and what is for them waits.
    """
    installed = wiring.assemble(folder)
    before = find(installed, partner)
    try:
        called = Phone(number)
    except ValueError:
        raise click.UsageError("a number is written like 01632 960000") from None
    say_awaiting(before)
    say = trusting.deny if differs else trusting.confirm
    whom, heard = person_of(installed, person), trusting.read_out(before)
    after = say(installed.gateway, installed.store, before.id, whom, called, heard, wiring.now())
    if differs:
        out.print(f"It counts for nothing and waits no more. Tell {after.id} that somebody sent a record in its name.")
    elif after.awaiting is None:
        out.print(f"Two people have confirmed it. What waits for {after.id} goes now.")
    else:
        out.print("You are the first of two. Now somebody else calls them and confirms it too.")


def say_awaiting(partner: Partner) -> None:
    """What of a partner waits to be confirmed, to be read out over the phone."""
    if partner.awaiting is None:
        return
    out.print(
        f"  {partner.id}: {partners.standing(partner)}. Nothing is sent to what is new until two people have called"
    )
    out.print("  a number that you had before and run 'gateway partners confirm'. They read out to you:")
    out.print(f"    address: {escape(partner.awaiting.address or 'none')}")
    for one in partner.awaiting.certificates:
        out.print(f"    {one.role}: {one.fingerprint}")
    for authority in partner.awaiting.anchors:
        out.print(f"    authority for {escape(authority.name)}: {authority.fingerprint}")
    for number in partner.awaiting.numbers:
        out.print(f"    telephone number: {number}")
