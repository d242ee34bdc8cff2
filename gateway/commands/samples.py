"""The command that makes samples: files of invented children."""

from datetime import date
from pathlib import Path

import click

from gateway.commands.root import gateway
from gateway.core import sample
from gateway.core.terms import Kind, LaEstab

LEAVING = {"ctf": date(2026, 10, 2), "cml": date(2026, 10, 9), "cmj": date(2026, 10, 2)}
"""A sample is made on 6 October: a transfer file after the last day, a return of leavers before it."""


@gateway.command("sample", epilog="gateway sample --pupils 30 --seed 7 --mis arbor --to 8871234 --out samples")
@click.option("--pupils", type=click.IntRange(1, 100_000), default=1, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--mis", type=click.Choice([str(one) for one in sample.Mis]), default="sims", show_default=True)
@click.option("--kind", type=click.Choice(["ctf", "cml", "cmj"]), default="ctf", help="cml: leavers. cmj: joiners.")
@click.option("--version", default="26.0", show_default=True, help="12.0 to 26.0; of returns 24.0 to 26.0.")
@click.option("--ground", default="A", show_default=True, help="Why the leavers of a return are taken off the roll.")
@click.option("--from", "source", default="8864321", show_default=True, help="DfE number of the sending school.")
@click.option("--to", "dest", help="DfE number, XXXXXXX or LLLL form; 8871234, of a return the own council.")
@click.option("--partial", is_flag=True, help="A partial file.")
@click.option("--sessions", is_flag=True, help="With attendance marks.")
@click.option("--court-orders", is_flag=True, help="Some fathers under a court order: a flag on their children.")
@click.option("--fault", "faults", multiple=True, help="A deliberate mistake, such as upn-check-letter.")
@click.option("--out", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), show_default=True)
def make_sample(
    pupils: int, seed: int, mis: str, kind: str, version: str, ground: str, source: str, dest: str | None,
    partial: bool, sessions: bool, court_orders: bool, faults: tuple[str, ...], folder: Path,
) -> None:  # fmt: skip
    """Write a Common Transfer File, or a return, of invented children: the same for the same seed."""
    try:
        wish = sample.Wish(
            pupils=pupils,
            seed=seed,
            mis=sample.Mis(mis),
            kind=Kind(kind),
            version=version,
            ground=ground,
            source=LaEstab(source),
            dest=LaEstab(dest or ("8871234" if kind == "ctf" else f"{source[:3]}LLLL")),
            leaving=LEAVING[kind],
            partial=partial,
            sessions=sessions,
            court_orders=court_orders,
            faults=tuple(map(sample.Mistake, faults)),
        )
        made = sample.ctf(wish)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / made.name
    path.write_bytes(made.content)
    click.echo(path)
