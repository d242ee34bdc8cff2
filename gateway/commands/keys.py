"""Keys of a home: list them, make the next pair, take an old one out of use."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from gateway import wiring
from gateway.commands.root import gateway, grid, out, told
from gateway.commands.setup import enlist, own_record
from gateway.core.as4 import certificates
from gateway.core.facts import KeyRecorded
from gateway.core.records import Record
from gateway.core.terms import PartnerId
from gateway.edge import certificates as certificates_made
from gateway.edge import vault
from gateway.edge.vault import Pair
from gateway.wiring import Installation


@gateway.group("keys")
def keys_group() -> None:
    """Signing, sealing and TLS keys."""


@keys_group.command("list", epilog="gateway keys list")
@click.pass_obj
@told
def list_keys(folder: Path) -> None:
    """Every key pair, its fingerprint and the days it has left."""
    installed = wiring.assemble(folder)
    table = grid("home", "role", "no.", "for", "used from", "valid to", "days left", "fingerprint")
    for home in installed.settings.homes:
        for pair in installed.vault.pairs(home):
            last = pair.certificate.not_valid_after_utc
            left = (last - wiring.now().astimezone(UTC)).days
            colour = "red" if left < 30 else "green"  # noqa: PLR2004  (the first warning that cannot be missed)
            fingerprint = certificates.fingerprint(pair.certificate)
            begins = (pair.certificate.not_valid_before_utc + certificates_made.EARLY).date()
            days = (str(begins), str(last.date()), f"[{colour}]{left}[/]")
            profile = "TLS" if pair.role == "tls" else str(pair.profile)
            table.add_row(home, pair.role, str(pair.number), profile, *days, fingerprint)
    out.print(table)
    out.print(f"log: {installed.vault.vkey}")


@keys_group.command("rotate", epilog="gateway keys rotate sign\ngateway keys rotate seal --days 0")
@click.argument("role", type=click.Choice(vault.ROLES))
@click.option("--home", help="Which home, where there are two.")
@click.option("--days", type=click.IntRange(0, 365), default=14, show_default=True, help="Days until it is used.")
@click.pass_obj
@told
def rotate(folder: Path, role: str, home: str | None, days: int) -> None:
    """Make the next key pair of each profile now and use it in some days, so that partners have them before.

    Until then the old ones are used, and all stand in the record that partners import. On that day the gateway changes
    over by itself and seals anew what is still queued. With --days 0 it does so at once: for a key that somebody stole.
    """
    installed = wiring.assemble(folder)
    whose, at = _whose(installed, role, home), wiring.now()
    begins = at + timedelta(days=days)
    pairs = vault.add_pairs(installed.settings.keys, whose, role, installed.settings.listen.names, begins)
    _record(installed, pairs, at)
    for pair in pairs:
        out.print(f"{pair.certificate_file}\n{certificates.fingerprint(pair.certificate)}")
    out.print(f"Used from {begins:%d %b %Y %H:%M} UTC." if days else "Used from now on.")
    out.print("Hand the new record to partners: 'gateway partners export'.")


@keys_group.command("retire", epilog="gateway keys retire sign 1")
@click.argument("role", type=click.Choice(vault.ROLES))
@click.argument("number", type=int)
@click.option("--home", help="Which home, where there are two.")
@click.pass_obj
@told
def retire(folder: Path, role: str, number: int, home: str | None) -> None:
    """Take an old key pair out of use. Sealing keys: only once nobody seals to it any more, for it opens nothing then.

    What was signed by it and is still queued is sealed anew.
    """
    installed = wiring.assemble(folder)
    whose = _whose(installed, role, home)
    pairs = [pair for pair in installed.vault.pairs(whose) if pair.role == role]
    found = next((pair for pair in pairs if pair.number == number), None)
    if found is None:
        raise click.UsageError(f"there is no {role} pair {number} of {whose}: 'gateway keys list' shows them")
    if [pair for pair in pairs if pair.profile is found.profile] == [found]:
        raise click.UsageError("it is the only one of its kind: make the next one first, with 'gateway keys rotate'")
    vault.retire(found)
    _record(installed, (found,), wiring.now())
    out.print(f"{role} {number} of {whose} is retired. Hand the new record to partners: 'gateway partners export'.")


def _whose(installed: Installation, role: str, home: str | None) -> PartnerId:
    homes = installed.settings.homes
    whose = PartnerId(home) if home and role != "tls" else homes[0]
    if whose not in homes:
        raise click.UsageError(f"{whose} is not a home of this gateway")
    return whose


def _record(installed: Installation, pairs: tuple[Pair, ...], at: datetime) -> None:
    """Write into log and register that the pairs of a home have changed."""
    changed = tuple(KeyRecorded(at, pair.home, certificates.fingerprint(pair.certificate)) for pair in pairs)
    installed.store.record(Record(changed))
    directory = installed.store.register().directory
    enlist(installed, [own_record(installed, directory.get(one)) for one in installed.settings.homes], at)
