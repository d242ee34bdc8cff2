"""Connecting a partner's system: into onboarding, a rehearsal of every kind with specimens, and live."""

from collections.abc import Sequence
from pathlib import Path

import click

from gateway import settings, wiring
from gateway.commands.guarding import BY
from gateway.commands.partnered import find, partner_group
from gateway.commands.root import grid, out, told
from gateway.commands.who import person_of
from gateway.commands.written import NEW_FILE
from gateway.core import kit
from gateway.core.partners import Channel, Partner
from gateway.core.records import NO_RECEIPT_YET, Progress, Rehearsal
from gateway.edge import xsds
from gateway.flows import connecting
from gateway.wiring import Installation


@partner_group.command("onboard", epilog="gateway partners onboard council-887 --by a.shah")
@click.argument("partner")
@BY
@click.pass_obj
@told
def onboard(folder: Path, partner: str, person: str) -> None:
    """Begin to connect the system of PARTNER: only specimens marked test go there and come from it.

    What is real is refused from now on, with a code that says why; what waited for it goes on waiting.
    """
    installed = wiring.assemble(folder)
    found = find(installed, partner)
    connecting.begin(installed.gateway, installed.store, found.id, person_of(installed, person), wiring.now())
    out.print(f"{found.id} is being connected. Hand it the kit: 'gateway partners kit {found.id} --out kit.zip'.")


@partner_group.command("rehearse", epilog="gateway partners rehearse council-887")
@click.argument("partner")
@click.option("--show", is_flag=True, help="Send nothing; only say how far it has come.")
@click.pass_obj
@told
def rehearse(folder: Path, partner: str, *, show: bool) -> None:
    """Send PARTNER a specimen of every kind and version, and say what passed both ways and what is left.

    Each goes the whole way, up to the signed receipt, and reaches no case, no count and nobody. What comes from there
    is added by itself, and so is a receipt that MESH brings. It ends when three in a row got no answer that holds.
    """
    installed = wiring.assemble(folder)
    found = find(installed, partner)
    if not show:
        for one in connecting.rehearse(installed.gateway, installed.store, found.id):
            out.print(f"  {one.kind} {one.version}: {_came(one)}")
        if found.channel is Channel.PULL:
            out.print(f"{found.id} has the next specimen whenever it pulls; nothing is sent.")
    _say_far(installed, found)


@partner_group.command("live", epilog="gateway partners live council-887 --by a.shah")
@click.argument("partner")
@BY
@click.pass_obj
@told
def go_live(folder: Path, partner: str, person: str) -> None:
    """Say that PARTNER may go live, with what has passed so far before you. It takes two people.

    Its keys and its address must have been confirmed before. From then on specimens are refused.
    """
    installed = wiring.assemble(folder)
    found, whom = find(installed, partner), person_of(installed, person)
    _say_far(installed, found)
    after = connecting.go_live(installed.gateway, installed.store, found.id, whom, wiring.now())
    if after.onboarding:
        out.print("You are the first of two. Now somebody else looks at it and says so too.")
    else:
        out.print(f"{found.id} is live. What waits for it goes now.")


def _say_far(installed: Installation, partner: Partner) -> None:
    kinds = connecting.far(installed.gateway, installed.store, partner)
    table = grid("kind", "to it", "from it", "what was said")
    for one in kinds:
        table.add_row(one.kind, _to(one), "passed" if one.came else "left", "; ".join(one.said))
    out.print(table)
    left = [one.kind for one in kinds if not one.passed]
    out.print(f"{len(kinds) - len(left)} of {len(kinds)} kinds passed both ways." + _left(left))


def _came(one: Rehearsal) -> str:
    return "receipt" if one.passed else NO_RECEIPT_YET if one.went else one.said


def _to(one: Progress) -> str:
    if not one.sent:
        return "not sent"
    return "passed" if one.to == one.sent else f"{one.to} of {one.sent} versions" if one.to else "left"


def _left(kinds: Sequence[str]) -> str:
    return f" Left: {', '.join(kinds)}." if kinds else ""


@partner_group.command("kit", epilog="gateway partners kit council-887 --out kit.zip")
@click.argument("partner")
@click.option("--out", "file", type=NEW_FILE, default=Path("kit.zip"), show_default=True)
@click.pass_obj
@told
def write_kit(folder: Path, partner: str, file: Path) -> None:
    """Write one ZIP for whoever connects PARTNER's system: addresses, P-Modes, certificates, schemas, specimens.

    It holds no private key and nothing about a person. README.md in it leads to a first message and its receipt.
    """
    installed = wiring.assemble(folder)
    found, at = find(installed, partner), wiring.now()
    if found.id in installed.settings.homes:
        raise click.UsageError(f"{found.id} is a home of this gateway; a kit is for somebody else")
    content = kit.pack(connecting.kit_for(installed.gateway, found, xsds.texts(settings.shipped("schemas")), at))
    file.write_bytes(content)
    out.print(f"{file}: {len(content) // 1024} KiB. Hand it to {found.name}; the page to begin with is README.md.")
