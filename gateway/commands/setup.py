"""First set-up, and the schema of the database."""

import ipaddress
import os
from collections.abc import Container, Iterable
from datetime import date, datetime
from pathlib import Path

import click

from gateway import settings, wiring
from gateway.commands.root import gateway, out, told
from gateway.core.as4 import certificates
from gateway.core.days import day_of
from gateway.core.facts import KeyRecorded, LogOpened
from gateway.core.partners import Certificate, CertificateRole, Channel, Partner, Template, VerifierKey
from gateway.core.records import Record
from gateway.core.terms import PartnerId, digest
from gateway.edge import registry, store, vault
from gateway.flows import trusting
from gateway.settings import Unusable
from gateway.wiring import Installation

TOLD = ("town", "ico", "ods", "domain", "verified", "contact", "safeguarding", "assurance")
"""What a home says of itself; the rest of its record comes from its keys and settings."""


@gateway.command(epilog="gateway --dir kent init council-886 --address kent.example.org")
@click.argument("homes", nargs=-1, required=True)
@click.option("--address", default="localhost", show_default=True, help="Host name by which partners reach this one.")
@click.option("--machines-port", type=int, default=8443, show_default=True)
@click.option("--pages-port", type=int, default=8080, show_default=True)
@click.option("--operator-port", type=int, default=8081, show_default=True)
@click.option("--database", default="sqlite:///gateway.sqlite", show_default=True)
@click.option(
    "--accept-as4", is_flag=True, help="The data-protection officer accepts AS4 as carrier of CTFs, from today."
)
@click.pass_obj
@told
def init(
    folder: Path, homes: tuple[str, ...], address: str, machines_port: int, pages_port: int, operator_port: int,
    database: str, accept_as4: bool,
) -> None:  # fmt: skip
    """Set up a council's gateway: settings, keys, database and directory.

    HOMES are the authorities it acts for, such as council-886; two that share a team are named together.
    """
    at = wiring.now()
    accepted = day_of(at) if accept_as4 else None
    text = settings_text(homes, address, machines_port, pages_port, database, accepted, operator_port)
    installed = found(folder, text, at)
    out.print(f"Set up for {', '.join(homes)} in [bold]{folder}[/].")
    out.print(f"The log's key, for anyone who wants to verify it:\n  {installed.vault.vkey}")
    out.print("Next: 'gateway partners export' gives the record to hand to partners; 'gateway serve' starts.")


def found(folder: Path, text: str, at: datetime) -> Installation:
    """Make an installation from the text of its settings. Raises Unusable for a folder that has one."""
    path = folder / "config" / "gateway.toml"
    if path.exists():
        raise Unusable(f"{folder} is set up already; its settings are in {path}")
    made = settings.parse(text, folder.absolute())
    shipped = registry.partner_directory(settings.shipped("partners"))
    known = {one.id: one for one in shipped}
    if missing := [home for home in made.homes if home not in known]:
        raise Unusable(f"{missing[0]} is not an authority in the directory")
    path.parent.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    vault.found(made.keys)
    for home in made.homes:
        for role in vault.ROLES if home == made.homes[0] else vault.ROLES_OF_A_HOME:
            vault.add_pairs(made.keys, home, role, made.listen.names, at)
    store.upgrade(made.database)
    installed = wiring.join(made)
    _open_log(installed, at)
    templates = registry.team_templates(settings.shipped("partners"))
    homes = [own_record(installed, known[home]) for home in made.homes]
    teams = [team for home in homes for team in _teams(home, templates, day_of(at))]
    others = [one for one in shipped if one.id not in made.homes]
    enlist(installed, [*others, *homes, *teams], at, release={one.id for one in (*others, *teams)})
    # last: a set-up that was cut short can be begun again
    path.write_text(text, encoding="utf-8")
    return installed


def own_record(installed: Installation, partner: Partner) -> Partner:
    """A home's own record: where it is reached and by which certificates, as partners need it."""
    listen = installed.settings.listen
    door = [pair for pair in installed.vault.pairs(installed.settings.homes[0]) if pair.role == "tls"]
    pairs = [*(pair for pair in installed.vault.pairs(partner.id) if pair.role != "tls"), *door]
    return Partner(
        **{name: getattr(partner, name) for name in ("id", "kind", "name", "la", "in_effect", "revoked", *TOLD)},
        channel=Channel.AS4,
        endpoint=f"https://{listen.names[0]}:{listen.machines_port}/as4",
        mailbox=installed.settings.mesh.mailbox if installed.settings.mesh else "",
        profile=max(pair.profile for pair in pairs if pair.profile),
        certificates=tuple(
            Certificate(CertificateRole(pair.role), pair.certificate_file.read_text(encoding="ascii")) for pair in pairs
        ),
        logs=tuple(VerifierKey(installed.vault.verifier(one).vkey) for one in range(1, installed.vault.newest_log + 1)),
        witnesses=(VerifierKey(installed.vault.witness.vkey),),
        private_address=_inside(listen.names[0]),
    )


def _inside(host: str) -> bool:
    """Whether the name that partners reach us by says itself that we are on this machine or in a closed network."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost"


def enlist(installed: Installation, listed: list[Partner], at: datetime, release: Container[PartnerId] = ()) -> None:
    """Put partners into the register and say so in the log, but for those that are part of the ``release`` as a whole.

    Raises ValueError for a certificate that is none, and for partners that do not hang together.
    """
    check_certificates(listed)
    told = [one for one in listed if one.id not in release]
    installed.store.enlist(listed, trusting.recorded(told, installed.settings.homes[0], at, os.urandom))


def check_certificates(listed: Iterable[Partner]) -> None:
    """Raises ValueError for a certificate that is none."""
    for partner in listed:
        for pem in (*(one.pem for one in partner.certificates), *(one.pem for one in partner.anchors)):
            certificates.load(pem)


def _open_log(installed: Installation, at: datetime) -> None:
    home = installed.settings.homes[0]
    opened = LogOpened(at, home, digest(installed.vault.vkey.encode()))
    keys = [
        KeyRecorded(at, one, certificates.fingerprint(pair.certificate))
        for one in installed.settings.homes
        for pair in installed.vault.pairs(one)
    ]
    installed.store.record(Record((opened, *keys)))


def _teams(home: Partner, templates: tuple[Template, ...], first: date) -> list[Partner]:
    return [one.of(home, date(first.year, 1, 1)) for one in templates if one.own]


def settings_text(
    homes: tuple[str, ...], address: str, machines_port: int, pages_port: int, database: str, accepted: date | None,
    operator_port: int = 0,
) -> str:  # fmt: skip
    """The shipped settings, filled in; the comments stay for whoever edits them later. Port 0 takes a free one."""
    try:
        named = [PartnerId(home) for home in homes]
    except ValueError as error:
        raise click.UsageError("a home is written like council-886") from error
    text = settings.shipped("config", "gateway.toml").read_text(encoding="utf-8")
    filled = {
        "homes = []": "homes = [" + ", ".join(f'"{home}"' for home in named) + "]",
        'origin = ""': f'origin = "{address}/log/{named[0]}"',
        'domain = ""': f'domain = "{named[0]}.{address}"',
        'database = "sqlite:///gateway.sqlite"': f'database = "{database}"',
        "machines_port = 8443": f"machines_port = {machines_port}",
        "pages_port = 8080": f"pages_port = {pages_port}",
        "operator_port = 8081": f"operator_port = {operator_port}",
        'names = ["localhost", "127.0.0.1"]': f'names = ["{address}", "127.0.0.1"]',
    }
    for given, ours in filled.items():
        text = text.replace(given, ours)
    before, here, after = text.partition("\n[carriers]\n")
    return before + here + "".join(f"{home} = {accepted}\n" for home in named if accepted) + after


@gateway.group()
def db() -> None:
    """The schema of the database."""


@db.command(epilog="gateway --dir kent db upgrade")
@click.pass_obj
@told
def upgrade(folder: Path) -> None:
    """Bring the database to this release's schema; do it while nothing runs."""
    made = settings.load(folder)
    store.upgrade(made.database)
    vault.found(made.keys)  # the keys that this release has and the one before had not
    out.print("The database has this release's schema.")
