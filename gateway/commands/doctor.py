"""Look at everything that a gateway needs, and say what to do about what is not as it should be."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.markup import escape

from gateway.commands.root import gateway, grid, out, told
from gateway.core import checkup
from gateway.core.checkup import Health
from gateway.wiring.examining import examine

COLOURS = {Health.GOOD: "green", Health.WARN: "yellow", Health.WRONG: "bold red"}


@gateway.command(epilog="gateway --dir kent doctor\ngateway --dir kent doctor --format json")
@click.option("--offline", is_flag=True, help="Do not call partners.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
@told
def doctor(folder: Path, offline: bool, form: str) -> None:
    """Clock, database, disk, keys, partners, the log: what is wrong, and what to do. Status 1 if anything is."""
    checks = tuple(examine(folder, offline=offline))
    if form == "json":
        click.echo(json.dumps([asdict(check) for check in checks], indent=1))
    else:
        table = grid("", "what", "how it is", "what to do")
        for check in checks:
            mark = f"[{COLOURS[check.health]}]{check.health}[/]"
            table.add_row(mark, *map(escape, (check.name, check.words, check.fix)))
        out.print(table)
    if checkup.worst(checks) is Health.WRONG:
        raise SystemExit(1)
