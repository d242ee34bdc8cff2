"""The figures as a table for people and as JSON for machines."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.measuring import Figure

MET = {True: "[green]met[/]", False: "[bold red]missed[/]", None: ""}


def table(figures: Sequence[Figure]) -> Table:
    made = Table(title="What the gateway costs on this machine", expand=False)
    made.add_column("figure")
    made.add_column("", justify="right", no_wrap=True)
    made.add_column("fsync", justify="right", no_wrap=True)
    made.add_column("aim")
    made.add_column("", no_wrap=True)
    made.add_column("note")
    group = ""
    for one in figures:
        if one.group != group:
            group = one.group
            made.add_section()
            made.add_row(f"[bold]{group}[/]")
        aim = one.aim.words if one.aim else ""
        made.add_row(f"  {one.name}", number(one), f"{one.fsync_ms:.2f} ms", aim, MET[one.met], one.note)
    return made


def number(one: Figure) -> str:
    if one.value is None:
        return "left out"
    digits = 0 if one.value >= 100 else 1 if one.value >= 10 else 2 if one.value >= 0.1 else 4
    return f"{one.value:,.{digits}f} {one.unit}"


def as_json(figures: Sequence[Figure], *, quick: bool) -> str:
    body = {
        "format": "gateway-bench/v1",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "machine": {
            "cpus": os.cpu_count(),
            "load": os.getloadavg(),
            "python": platform.python_version(),
            "system": platform.platform(),
        },
        "figures": [asdict(one) | {"met": one.met} for one in figures],
    }
    return json.dumps(body, indent=1) + "\n"


def show(figures: Sequence[Figure], path: Path, *, quick: bool) -> None:
    console = Console(width=None if Console().is_terminal else 170)
    console.print(table(figures))
    aimed = [one for one in figures if one.met is not None]
    missed = [one for one in aimed if not one.met]
    console.print(f"{len(aimed) - len(missed)} of {len(aimed)} aims met; load {os.getloadavg()[0]:.1f}")
    for one in missed:
        console.print(
            f"[bold red]missed[/] {one.group}: {one.name}: {number(one)} ({one.aim.words if one.aim else ''})"
        )
    path.write_text(as_json(figures, quick=quick), encoding="utf-8")
    console.print(f"Every figure is in {path}.")
