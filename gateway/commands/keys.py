"""Keys of a home: make the next pair, list what there is."""

from datetime import UTC
from pathlib import Path

import click

from gateway import wiring
from gateway.commands.root import gateway, grid, out, told
from gateway.commands.setup import enlist, own_record
from gateway.core.as4 import certificates
from gateway.core.facts import KeyRecorded
from gateway.core.records import Record
from gateway.core.terms import PartnerId
from gateway.edge import vault


@gateway.group("keys")
def keys_group() -> None:
    """Signing, sealing and TLS keys."""


@keys_group.command("list", epilog="gateway keys list")
@click.pass_obj
@told
def list_keys(folder: Path) -> None:
    """Every key pair, its fingerprint and the days it has left."""
    installed = wiring.assemble(folder)
    table = grid("home", "role", "no.", "valid to", "days left", "fingerprint")
    for home in installed.settings.homes:
        for pair in installed.vault.pairs(home):
            last = pair.certificate.not_valid_after_utc
            left = (last - wiring.now().astimezone(UTC)).days
            colour = "red" if left < 30 else "green"  # noqa: PLR2004  (the first warning that cannot be missed)
            fingerprint = certificates.fingerprint(pair.certificate)
            table.add_row(home, pair.role, str(pair.number), str(last.date()), f"[{colour}]{left}[/]", fingerprint)
    out.print(table)
    out.print(f"log: {installed.vault.vkey}")


@keys_group.command("new", epilog="gateway keys new sign")
@click.argument("role", type=click.Choice(vault.ROLES))
@click.option("--home", help="Which home, where there are two.")
@click.pass_obj
@told
def new_key(folder: Path, role: str, home: str | None) -> None:
    """Make the next key pair of a role and use it from now on; what is queued is sealed anew.

    The old one still opens what was sealed to it. Partners take our messages again once they have the new record.
    """
    installed = wiring.assemble(folder)
    homes = installed.settings.homes
    whose = PartnerId(home) if home and role != "tls" else homes[0]
    if whose not in homes:
        raise click.UsageError(f"{whose} is not a home of this gateway")
    at = wiring.now()
    pair = vault.add_pair(installed.settings.keys, whose, role, installed.settings.listen.names, at)
    fact = KeyRecorded(at, whose, certificates.fingerprint(pair.certificate))
    installed.store.record(Record((fact,)))
    directory = installed.store.register().directory
    enlist(installed, [own_record(installed, directory.get(one)) for one in homes], at)
    out.print(f"{pair.certificate_file}\nHand the new record to partners: 'gateway partners export'.")
