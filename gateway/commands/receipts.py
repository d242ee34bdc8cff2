"""What somebody outside does with a receipt: check that a gateway signed it, and that it is about a file they hold."""

from pathlib import Path

import click

from gateway.commands.root import gateway, told
from gateway.core.log import note
from gateway.core.terms import digest
from gateway.flows import genuine


@gateway.group("receipt")
def receipt_group() -> None:
    """Receipts that a gateway signed for a school's file."""


@receipt_group.command(
    "verify",
    epilog="""gateway receipt verify receipt.txt --key kent.example.org/log/council-886+c74f20a3+AR...
    gateway receipt verify receipt.txt --key KEY --of 8864321_CTF_8874123_001.xml""",
)
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "vkey", required=True, help="The public key of the gateway's log, which the council publishes.")
@click.option(
    "--of", "sent", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The file it should be about."
)
@told
def verify(path: Path, vkey: str, sent: Path | None) -> None:
    """Check a signed receipt on any machine, without any installation. Status 1 if it does not hold."""
    try:
        signer = note.parse_vkey(vkey)
    except ValueError as error:
        raise click.UsageError("--key is not the public key of a log") from error
    lines = genuine.signed_lines(path.read_bytes(), [signer])
    if not lines:
        raise click.ClickException("This is not a receipt that this gateway signed, or it was altered.")
    if sent is not None and f"sha256 {digest(sent.read_bytes())}" not in lines:
        raise click.ClickException("The receipt is sound, but it is about another file.")
    click.echo("\n".join(["The receipt is sound.", *lines]))
