"""The register of partners, in and out as TOML."""

from dataclasses import replace
from pathlib import Path

import click
from rich.markup import escape

from gateway import wiring
from gateway.commands.root import gateway, grid, out, told
from gateway.commands.setup import enlist
from gateway.core import partners
from gateway.core.errors import Code, Refusal
from gateway.core.partners import Certificate, CertificateRole, Partner
from gateway.wiring import Installation


@gateway.group("partners")
def partner_group() -> None:
    """Who there is to exchange with."""


@partner_group.command("list", epilog="gateway partners list --all")
@click.option("--all", "everybody", is_flag=True, help="Also those without a gateway, school or team here.")
@click.pass_obj
@told
def list_partners(folder: Path, everybody: bool) -> None:
    """Partners, their channel and how many certificates each has."""
    table = grid("id", "name", "kind", "channel", "certificates")
    for one in wiring.assemble(folder).store.register().directory.partners.values():
        if everybody or one.certificates or one.kind.school or one.served_by:
            table.add_row(one.id, escape(one.name), one.kind, one.channel, str(len(one.certificates)))
    out.print(table)


@partner_group.command("import", epilog="gateway partners import medway.toml")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
@told
def import_partners(folder: Path, file: Path) -> None:
    """Put partner records into the register, over those of the same id."""
    try:
        listed = partners.from_toml(file.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{file.name}: {error}") from error
    installed = wiring.assemble(folder)
    taken = [one.id for one in listed if one.id in installed.settings.homes]
    if taken:
        raise click.UsageError(f"{taken[0]} is a home of this gateway; its record comes from its own keys")
    _enlist(installed, list(listed), file)
    out.print(f"{len(listed)} partner(s) in the register. Confirm fingerprints by phone before the first file:")
    for one in listed:
        for certificate in one.certificates:
            (fingerprint,) = replace(one, certificates=(certificate,)).fingerprints(certificate.role)
            out.print(f"  {one.id} {certificate.role}: {fingerprint}")


@partner_group.command("export", epilog="gateway --dir kent partners export > kent.toml")
@click.argument("ids", nargs=-1)
@click.pass_obj
@told
def export_partners(folder: Path, ids: tuple[str, ...]) -> None:
    """Print partner records as TOML; without IDS, this gateway's own homes, to hand to partners."""
    installed = wiring.assemble(folder)
    directory = installed.store.register().directory
    found = [directory.find_text(text) for text in ids or installed.settings.homes]
    if None in found:
        raise Refusal(Code.NOT_FOUND)
    click.echo(partners.to_toml(tuple(one for one in found if one)), nl=False)


@partner_group.command(epilog="gateway partners enrol school-8864321 school.crt.pem")
@click.argument("partner")
@click.argument("certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
@told
def enrol(folder: Path, partner: str, certificate: Path) -> None:
    """Enrol a TLS client certificate for a partner, such as a school that sends files from its own machine."""
    installed = wiring.assemble(folder)
    found = installed.store.register().directory.find_text(partner)
    if found is None or found.id in installed.settings.homes:
        raise Refusal(Code.NOT_FOUND)
    try:
        shown = Certificate(CertificateRole.TLS, certificate.read_text(encoding="ascii"))
    except ValueError as error:
        raise click.UsageError(f"{certificate.name}: {error}") from error
    _enlist(installed, [replace(found, certificates=(*found.certificates, shown))], certificate)
    out.print(f"Enrolled for {found.id}. It is let in within a few seconds.")


def _enlist(installed: Installation, listed: list[Partner], file: Path) -> None:
    """As ``enlist``; what cannot be is said and nothing is written."""
    try:
        enlist(installed, listed, wiring.now())
    except ValueError as error:
        raise click.UsageError(f"{file.name}: {error}") from error
