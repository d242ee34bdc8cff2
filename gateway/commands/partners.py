"""The directory of partners: who there is, what they are for, what is wanting, and who came after whom."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import click
from rich.markup import escape

from gateway import settings, wiring
from gateway.commands import connecting, pausing, teams  # noqa: F401  (their commands stand in the same group)
from gateway.commands.confirming import say_awaiting
from gateway.commands.partnered import find, partner_group
from gateway.commands.root import grid, out, told
from gateway.commands.setup import TOLD, check_certificates, enlist
from gateway.core import partners
from gateway.core.as4 import Option, certificates
from gateway.core.days import day_of
from gateway.core.partners import WARN_DAYS, Certificate, CertificateRole, Partner, PartnerKind, Proof, Verified
from gateway.edge import registry
from gateway.flows import trusting
from gateway.wiring import Installation

HOME = "home"
KINDS = click.Choice([HOME, *(str(one) for one in PartnerKind)])
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@partner_group.command("list", epilog="gateway partners list --kind police --expiring\ngateway partners list --all")
@click.option("--all", "everybody", is_flag=True, help="Also those without a gateway, school or team here.")
@click.option("--kind", type=KINDS, help="Of this kind only; 'home' for those that this gateway acts for.")
@click.option("--expiring", is_flag=True, help="Only those of whom something is wanting, or ends within 90 days.")
@click.pass_obj
@told
def list_partners(folder: Path, everybody: bool, kind: str | None, expiring: bool) -> None:
    """Partners, how each is reached, what of theirs ends first and what is wanting."""
    installed = wiring.assemble(folder)
    today = day_of(wiring.now())
    table = grid("id", "name", "kind", "channel", "certificates", "ends first", "wanting")
    for one in installed.store.register().directory.partners.values():
        home = one.id in installed.settings.homes
        here = everybody or kind or one.introduced or one.kind.school or one.served_by
        if not here or kind not in {None, HOME if home else "", str(one.kind)}:
            continue
        ends, wanting = partners.ends(one), _wanting(one, today) if one.introduced or home else ()
        if expiring and not (wanting or (ends and ends - today <= timedelta(days=WARN_DAYS[0]))):
            continue
        sort = f"{one.kind} (own home)" if home else str(one.kind)
        last = (one.channel, str(len(one.certificates)), str(ends or ""), "; ".join(wanting))
        table.add_row(one.id, escape(one.name), sort, *last)
    out.print(table)


@partner_group.command("show", epilog="gateway partners show police-kent")
@click.argument("partner")
@click.pass_obj
@told
def show_partner(folder: Path, partner: str) -> None:
    """One partner in plain words: numbers, dates, successors, keys, assurance, contacts, what is wanting."""
    installed = wiring.assemble(folder)
    directory, known = installed.store.register().directory, installed.store.checked()
    found = find(installed, partner)
    if found.id in installed.settings.homes:
        out.print("One of the homes that this gateway acts for.")
    templates = registry.team_templates(settings.shipped("partners"))
    for what, how in partners.told(found, directory, templates, day_of(wiring.now()), known):
        out.print(f"[bold]{what:>18}[/]  {escape(how)}")


@partner_group.command("kinds", epilog="gateway partners kinds")
@click.pass_obj
@told
def list_kinds(folder: Path) -> None:
    """Every kind of partner and team that the gateway ships with, what it is usually for and how it is reached."""
    shipped = settings.shipped("partners")
    purposes = registry.purpose_table(shipped, folder / "reference")
    table = grid("kind or team", "what it is", "in law", "channel", "purposes (off: until it is opened by name)")
    for one in registry.team_templates(shipped):
        named = ", ".join(code if purposes[code].on else f"{code} off" for code in one.purposes)
        law = f"{one.kind} of the council" if one.own else str(one.kind)
        table.add_row(one.name, escape(one.title), law, one.channel, named or "none of its own")
    for other in registry.destinations(shipped):
        table.add_row(other.id, escape(other.name), other.kind, other.channel, "a destination")
    out.print(table)


@partner_group.command("import", epilog="gateway partners import medway.toml")
@click.argument("file", type=A_FILE)
@click.option("--private", is_flag=True, help="They are reached inside a closed network or on this machine.")
@click.pass_obj
@told
def import_partners(folder: Path, file: Path, private: bool) -> None:
    """Put partner records into the register, over those of the same id.

    A certificate, address or telephone number that no signing key in force vouches for waits until two people have
    confirmed it.
    """
    listed = _read(file)
    installed = wiring.assemble(folder)
    taken = [one.id for one in listed if one.id in installed.settings.homes]
    if taken:
        raise click.UsageError(
            f"{taken[0]} is a home of this gateway; its keys are here, and 'partners amend' takes the rest"
        )
    standing = _take_in(installed, listed, file.name, partners.signatures_in(_text(file)), private=private)
    out.print(f"{len(standing)} partner(s) in the register.")
    for one in standing:
        say_awaiting(one)
        for agency in one.agent_of:
            out.print(f"  {one.id} acts for {agency.school}: see contract {escape(agency.contract)} at the school")
    _say_wanting(standing)


@partner_group.command("verify", epilog="gateway partners verify police-kent --how called-back")
@click.argument("partner")
@click.option("--how", type=click.Choice([str(one) for one in Proof]), required=True)
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="When, if not today.")
@click.pass_obj
@told
def verify(folder: Path, partner: str, how: str, day: datetime | None) -> None:
    """Say that somebody here made sure that a partner's domain is theirs. What they say of it themselves counts not."""
    installed = wiring.assemble(folder)
    found = find(installed, partner)
    try:
        sure = replace(found, verified=Verified(day.date() if day else day_of(wiring.now()), Proof(how)))
    except ValueError as error:
        raise click.UsageError(f"{found.id}: {error}") from error
    _enlist(installed, [sure], found.id)
    out.print(f"{sure.domain} is the domain of {found.id}.")


@partner_group.command("grant", epilog="gateway partners grant council-887 mgf1-sha1 base64-parts")
@click.argument("partner")
@click.argument("options", nargs=-1, type=click.Choice([str(one) for one in Option]))
@click.pass_obj
@told
def grant(folder: Path, partner: str, options: tuple[str, ...]) -> None:
    """Take messages of a partner whose product can only write them so; without OPTIONS nothing is granted any more.

    longer-hashes: signatures by rsa-sha384 and rsa-sha512. mgf1-sha1: session keys under RSA-OAEP with a mask by SHA-1.
    base64-parts: attachments in base64.
    """
    installed = wiring.assemble(folder)
    found = find(installed, partner)
    _enlist(installed, [replace(found, accepts=tuple(map(Option, dict.fromkeys(options))))], found.id)
    out.print(f"Granted to {found.id}: {', '.join(dict.fromkeys(options)) or 'nothing'}.")


@partner_group.command("amend", epilog="gateway partners amend kent.toml")
@click.argument("file", type=A_FILE)
@click.pass_obj
@told
def amend_home(folder: Path, file: Path) -> None:
    """Take what a home says of itself from its record: numbers, domain, contacts, assurance. Its keys stay."""
    installed = wiring.assemble(folder)
    listed = _read(file)
    if strange := [one.id for one in listed if one.id not in installed.settings.homes]:
        raise click.UsageError(f"{strange[0]} is no home of this gateway; 'partners import' takes its record")
    directory = installed.store.register().directory
    amended = [replace(directory.get(one.id), **{name: getattr(one, name) for name in TOLD}) for one in listed]
    _enlist(installed, amended, file.name)
    out.print("Taken. Hand the new record to partners: 'gateway partners export'.")
    _say_wanting(amended)


@partner_group.command("export", epilog="gateway --dir kent partners export > kent.toml")
@click.argument("ids", nargs=-1)
@click.pass_obj
@told
def export_partners(folder: Path, ids: tuple[str, ...]) -> None:
    """Print partner records as TOML; without IDS, this gateway's own homes, to hand to partners.

    Our own are signed with our signing keys, so that partners who know them take a change without a phone call.
    """
    installed = wiring.assemble(folder)
    listed = [find(installed, text) for text in ids or installed.settings.homes]
    text = partners.to_toml(
        [replace(one, awaiting=None, onboarding=False, live_by=None, paused=None) for one in listed]
    )
    ours = [one.id for one in listed if one.id in installed.settings.homes]
    signatures = [signer.sign(text.encode()) for home in ours for signer in installed.vault.every_signer(home)]
    click.echo(partners.with_signatures(text, signatures), nl=False)


@partner_group.command(epilog="gateway partners enrol school-8864321 school.crt.pem")
@click.argument("partner")
@click.argument("certificate", type=A_FILE)
@click.pass_obj
@told
def enrol(folder: Path, partner: str, certificate: Path) -> None:
    """Enrol a TLS client certificate for a partner, such as a school that sends files from its own machine."""
    installed = wiring.assemble(folder)
    found = find(installed, partner)
    try:
        shown = Certificate(CertificateRole.TLS, certificate.read_text(encoding="ascii"))
        certificates.load(shown.pem)
        standing = trusting.add(installed.gateway, installed.store, found.id, shown, wiring.now())
    except ValueError as error:
        raise click.UsageError(f"{certificate.name}: {error}") from error
    if standing.awaiting is None:
        out.print(f"Enrolled for {found.id}. It is let in within a few seconds.")
    say_awaiting(standing)


@partner_group.command("succeed", epilog="gateway partners succeed school-8864321 school-8864000 --on 2027-09-01")
@click.argument("old")
@click.argument("new")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day of the new one.")
@click.option("--record", type=A_FILE, help="The new one's record, if it is not in the register yet.")
@click.pass_obj
@told
def succeed(folder: Path, old: str, new: str, day: datetime, record: Path | None) -> None:
    """End the record of OLD the day before and name NEW as its successor. Nothing that was logged changes."""
    installed = wiring.assemble(folder)
    before = find(installed, old)
    if before.id in installed.settings.homes:
        raise click.UsageError(f"{before.id} is a home of this gateway; a council that ends hands its work over first")
    listed = _read(record) if record else []
    after = next((one for one in listed if one.id == new), None) or find(installed, new)
    try:
        ended = partners.succession(before, after, day.date())
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    came = [one for one in listed if one.id == new]
    signed = partners.signatures_in(_text(record)) if record else (b"", ())
    for one in _take_in(installed, came, new, signed, beside=[ended]):
        say_awaiting(one)
    out.print(f"{before.id} ends on {ended.in_effect.last}; {after.id} comes after it.")
    _say_leaning(installed, ended, day.date())


def _say_leaning(installed: Installation, ended: Partner, day: date) -> None:
    """What still names the one that ended: nobody is moved by guessing."""
    register = installed.store.register()
    for one in partners.leaning(ended, register.directory, day):
        out.print(f"  The record of {one.id} still names {ended.id}: import a new one.")
    for made in register.agreements:
        if made.stands(day) and ended.id in {party.partner for party in (*made.senders, *made.recipients)}:
            out.print(f"  {made.ref} names {ended.id} and carries nothing from {day}: agree a new version.")


def _text(file: Path) -> str:
    """With its ends of line as they are: it may be signed."""
    return file.read_bytes().decode()


def _read(file: Path) -> list[Partner]:
    try:
        return list(partners.from_toml(_text(file)))
    except (ValueError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{file.name}: {error}") from error


def _take_in(
    installed: Installation,
    came: Sequence[Partner],
    name: str,
    signed: tuple[bytes, Sequence[bytes]],
    *,
    private: bool = False,
    beside: Sequence[Partner] = (),
) -> Sequence[Partner]:
    """Records that came from outside, as far as they count; what cannot be is said and nothing is written."""
    try:
        check_certificates(came)
        return trusting.take_in(
            installed.gateway, installed.store, came, signed, wiring.now(), private=private, beside=beside
        )
    except ValueError as error:
        raise click.UsageError(f"{name}: {error}") from error


def _enlist(installed: Installation, listed: list[Partner], name: str) -> None:
    """As ``enlist``; what cannot be is said and nothing is written."""
    try:
        enlist(installed, listed, wiring.now())
    except ValueError as error:
        raise click.UsageError(f"{name}: {error}") from error


def _wanting(partner: Partner, today: date) -> tuple[str, ...]:
    return tuple(one.words for one in partners.lapsed(partner, today))


def _say_wanting(listed: Sequence[Partner]) -> None:
    for one in listed:
        if wanting := _wanting(one, day_of(wiring.now())):
            out.print(f"  {one.id}: {'; '.join(wanting)}")
