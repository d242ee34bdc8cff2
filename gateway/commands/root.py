"""The group that all commands join, where an installation lies, and how what goes wrong is told."""

import functools
import importlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gateway.core.errors import WORDS, Fault, Refusal
from gateway.edge import journal
from gateway.settings import Unusable

WIDTH = max(shutil.get_terminal_size((140, 24)).columns, 120)
"""Never so narrow that an id does not fit."""

P = ParamSpec("P")
R = TypeVar("R")

out = Console(highlight=False, soft_wrap=True, width=WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)

FAILED = 1

WHOLE = frozenset(
    {"outcome", "parcel", "disclosure", "id", "about", "task", "agreement", "fingerprint", "in law", "file"}
)
"""Columns that are copied or searched for: a terminal that is too narrow scrolls rather than break them."""


class Examples(click.Command):
    """A command whose help ends with examples, kept as they were written."""

    def format_epilog(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.epilog:
            formatter.write_paragraph()
            formatter.write_text("Examples:")
            with formatter.indentation():
                for example in self.epilog.strip().splitlines():
                    formatter.write_text(example.strip())


class Commands(click.Group):
    command_class = Examples
    group_class: type[click.Group] | type[type] | None = type  # a group in this group is of the same kind


PLACES = {
    "agreements": "agreements",
    "backup": "keeping",
    "blocked": "watching",
    "cases": "handovers",
    "breaches": "recalls",
    "check": "files",
    "clocks": "timing",
    "complaints": "rights",
    "consents": "promises",
    "convert": "sheets",
    "db": "keeping",
    "decide": "deciding",
    "deletion": "deleting",
    "demo": "demo",
    "doctor": "doctor",
    "due": "timing",
    "enquiries": "enquiries",
    "establishments": "reference",
    "flags": "guarding",
    "forms": "forms",
    "handoff": "handoff",
    "holds": "guarding",
    "inbox": "inbox",
    "init": "setup",
    "keys": "keys",
    "log": "logs",
    "match": "matching",
    "notices": "notices",
    "partners": "partners",
    "places": "reference",
    "purposes": "promises",
    "recall": "recalls",
    "recalls": "recalls",
    "receipt": "receipts",
    "recover": "keeping",
    "remind": "timing",
    "resend": "running",
    "restore": "keeping",
    "retention": "retention",
    "rights": "rights",
    "rules": "reference",
    "sample": "samples",
    "school": "school",
    "send": "school",
    "sent": "school",
    "serve": "running",
    "status": "running",
    "tasks": "guarding",
    "template": "sheets",
    "terms": "timing",
    "users": "people",
    "watch": "handoff",
    "watches": "watching",
    "work": "running",
}
"""In which room of ``commands`` each command stands: only that room is loaded when it is called."""


class Rooms(Commands):
    """All commands, of which each is loaded when somebody names it, so that a gateway starts in a second."""

    group_class = Commands  # a group in it has its own commands, which its room brings with it

    def list_commands(self, ctx: click.Context) -> list[str]:
        _ = ctx
        return sorted(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in PLACES:
            importlib.import_module(f"gateway.commands.{PLACES[cmd_name]}")
        return super().get_command(ctx, cmd_name)


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cme-gateway")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    envvar="GATEWAY_DIR",
    help="The installation: its config/, keys/ and database. The current folder if not given.",
)
@click.pass_context
def gateway(ctx: click.Context, folder: Path) -> None:
    """Exchange children's records between schools, councils and the services around them: lawful, sealed, provable.

    Start with 'gateway demo'. Completion: eval "$(_GATEWAY_COMPLETE=bash_source gateway)".
    """
    ctx.obj = folder
    journal.install("text")


def grid(*headings: str) -> Table:
    """A table in which nothing is cut off: ids and fingerprints are there to be copied."""
    made = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in headings:
        made.add_column(heading, overflow="fold", no_wrap=heading in WHOLE)
    return made


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Tell a refusal or a fault in a sentence and with status 1, never as a trace."""

    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except Unusable as error:
            err.print(f"[bold]Cannot start.[/] {escape(str(error))}", markup=True)
        except Refusal as refusal:
            err.print(f"[bold]{refusal.help.sentence}[/]\n{refusal.help.fix}\n({refusal.code})")
            for one in refusal.findings:
                place = f"line {one.line}: " if one.line else ""
                err.print(f"  {place}{escape(f'{one.message} {one.fix} ({one.code} {one.path})')}")
        except Fault as fault:
            err.print(f"[bold]A machine failed:[/] {WORDS[fault.reason]}. Nothing was half-done; try again.")
        sys.exit(FAILED)

    return run
