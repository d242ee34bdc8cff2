"""Keys of a home: list them, make the next pair, take an old one out of use."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import click

from gateway import wiring
from gateway.commands.guarding import BY
from gateway.commands.root import gateway, grid, out, told
from gateway.commands.setup import enlist, own_record
from gateway.commands.who import person_of
from gateway.core import partners
from gateway.core.as4 import Profile, certificates
from gateway.core.errors import Code, Refusal
from gateway.core.facts import KeyRecorded
from gateway.core.partners import Partner
from gateway.core.records import Record, Register, Under
from gateway.core.terms import Digest, PartnerId, Token, stamp
from gateway.edge import certificates as certificates_made
from gateway.edge import vault
from gateway.edge.vault import Pair
from gateway.flows import trusting
from gateway.wiring import Installation

T = TypeVar("T", bound=Token)


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
    record_pairs(installed, pairs, at)
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
    record_pairs(installed, (found,), wiring.now())
    out.print(f"{role} {number} of {whose} is retired. Hand the new record to partners: 'gateway partners export'.")


@keys_group.command(
    "revoke",
    epilog="gateway keys revoke seal --home council-886 --since 2026-11-01 --by a.shah\n"
    "gateway keys revoke 5f3a… --partner council-887 --since 2026-11-01 --by a.shah",
)
@click.argument("key")
@click.option("--home", help="Whose key of ours, by its role, where there are two homes.")
@click.option("--partner", help="Whose key, by its fingerprint, if it is not ours.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Since when somebody may have had it.")
@BY
@click.pass_obj
@told
def revoke(folder: Path, key: str, home: str | None, partner: str | None, since: datetime, person: str) -> None:
    """Stop all that is sealed to or signed by a key that somebody else may have, and list what went under it.

    KEY is a fingerprint, or of our own keys a role: those in use of each profile. Of our own, the next is made and used
    at once. What is queued is sealed anew; for a partner without another certificate it waits for one.
    """
    installed, at = wiring.assemble(folder), wiring.now()
    whom, begun = person_of(installed, person), since.replace(tzinfo=UTC)
    trusting.check_ours(installed.gateway, whom)
    under = list[Under]()
    for one in _in_use(installed, key, home) if partner is None else (key,):
        if partner is not None:
            register = installed.store.register()
            gone = trusting.of_partner(register, _parsed(PartnerId, partner), _parsed(Digest, one), begun)
        else:
            gone = _ours(installed, one, begun, at)
        under += trusting.revoke(installed.gateway, installed.store, gone, whom, at)
        out.print(f"{gone.role} {gone.certificate} counts for nothing from now on.")
    if partner is None:
        out.print("Hand the new record to partners, and call them: they must not take the old one any more.")
    else:
        out.print(f"Ask {partner} for its new record; two people confirm it by phone.")
    _say_under(tuple(dict.fromkeys(under)))


@keys_group.command("under", epilog="gateway keys under 5f3a… --partner council-887 --since 2026-11-01")
@click.argument("key")
@click.option("--partner", required=True, help="Whose key, by its fingerprint.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Since when somebody may have had it.")
@click.pass_obj
@told
def under(folder: Path, key: str, partner: str, since: datetime) -> None:
    """List what went and came under a partner's key since a day: what its authority took back is stopped already."""
    installed = wiring.assemble(folder)
    whose = _parsed(PartnerId, partner)
    _say_under(installed.store.went_under(_parsed(Digest, key), since.replace(tzinfo=UTC), [whose]))


def _in_use(installed: Installation, key: str, home: str | None) -> tuple[str, ...]:
    """The fingerprint itself, or those of the pairs of a role that are in use: the newest of each profile."""
    if key not in vault.ROLES:
        return (key,)
    whose = _whose(installed, key, home)
    newest = {pair.profile: pair for pair in installed.vault.pairs(whose) if pair.role == key}
    return tuple(certificates.fingerprint(pair.certificate) for pair in newest.values())


def _ours(installed: Installation, key: str, since: datetime, at: datetime) -> trusting.Gone:
    """A pair of our own, taken out of use with another in its place."""
    homes = installed.settings.homes
    known = [one for home in homes for one in installed.store.register().directory.get(home).certificates]
    shown = next((one for one in known if one.fingerprint == key), None)
    if shown is None:
        raise click.UsageError("no key of ours has that fingerprint: 'gateway keys list' shows them")
    pairs = [pair for one in homes for pair in installed.vault.pairs(one)]
    for pair in pairs:  # none, where this was cut short before: the rest is done now
        if certificates.fingerprint(pair.certificate) == key:
            names, profile = installed.settings.listen.names, pair.profile or Profile.EDELIVERY_1_15
            made = vault.add_pair(installed.settings.keys, pair.home, pair.role, names, at, profile)
            record_pairs(installed, (made,), at)
            vault.retire(pair)  # before it is written down: nothing may be signed by it in between

    def records(register: Register) -> list[Partner]:
        ours = [own_record(installed, register.directory.get(one)) for one in homes]
        return [partners.revoked(one, shown.fingerprint) for one in ours]

    return trusting.Gone(shown.fingerprint, shown.role, since, None, records)


def _say_under(under: Sequence[Under]) -> None:
    """For the information-governance officer: each is to be looked at as a possible breach."""
    if not under:
        out.print("Nothing went or came under it since that day.")
        return
    out.print(f"[bold red]{len(under)} went or came under it since that day.[/] Look at each as a possible breach:")
    table = grid("when", "", "partner", "purpose", "disclosure", "state")
    for one in under:
        way = "from" if one.came else "to"
        table.add_row(stamp(one.at), way, one.partner, one.purpose or "", one.disclosure or "", one.state or "")
    out.print(table)


def _parsed(kind: type[T], text: str) -> T:
    try:
        return kind(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None


def _whose(installed: Installation, role: str, home: str | None) -> PartnerId:
    homes = installed.settings.homes
    whose = PartnerId(home) if home and role != "tls" else homes[0]
    if whose not in homes:
        raise click.UsageError(f"{whose} is not a home of this gateway")
    return whose


def record_pairs(installed: Installation, pairs: tuple[Pair, ...], at: datetime) -> None:
    """Write into log and register that the pairs of a home have changed."""
    changed = tuple(KeyRecorded(at, pair.home, certificates.fingerprint(pair.certificate)) for pair in pairs)
    installed.store.record(Record(changed))
    directory = installed.store.register().directory
    enlist(installed, [own_record(installed, directory.get(one)) for one in installed.settings.homes], at)
