"""``gateway demo``: two councils, one school, real processes, real files of invented children, one story."""

import contextlib
import signal
import sys
import tempfile
import time
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import click
from rich.markup import escape

from gateway.commands import story
from gateway.commands.root import err, gateway, out, told
from gateway.commands.stage import Broken, Stage


@gateway.command(epilog="gateway demo --once --seed 7")
@click.option("--once", is_flag=True, help="End when the story is told; status 0 if every step held, else 1.")
@click.option("--seed", type=int, default=1, show_default=True, help="Other children for another number.")
@click.option("--dir", "keep", type=click.Path(file_okay=False, path_type=Path), help="Keep what it makes here.")
@click.option("--open", "browse", is_flag=True, help="Open the first way in, the school's office, in the browser.")
@told
def demo(once: bool, seed: int, keep: Path | None, browse: bool) -> None:
    """Show the main job: a leaver file from a school to another council, lawful, sealed, receipted and provable."""
    for one in (signal.SIGINT, signal.SIGTERM):  # a shell that starts it in the background has it ignore the first
        signal.signal(one, signal.default_int_handler)
    started = time.monotonic()
    try:
        with _folder(keep) as folder, Stage.set_up(folder, seed) as stage:
            story.tell(stage)
            out.print(f"\n[bold green]Every step held[/] in {time.monotonic() - started:.0f} s.")
            if not once:
                _stay(stage, browse=browse)
    except Broken as broken:
        err.print(f"\n[bold red]A step did not hold:[/] {broken}")
        sys.exit(1)
    except KeyboardInterrupt:
        err.print("\nStopped.")
        sys.exit(130)


def _stay(stage: Stage, *, browse: bool) -> None:
    """Leave both councils running, with a way in and something to send, until Ctrl-C."""
    out.print("\n[bold]Now you.[/] Both councils stay up until Ctrl-C. Each link signs in once:")
    links = list(stage.links())
    for who, link in links:
        out.print(f"  {who}\n    {link}")
    out.print("Files to send as the office of Larkmere Primary School, the first with mistakes:")
    for path in story.files_to_try(stage):
        out.print(f"  {escape(str(path))}")
    if browse and not webbrowser.open(links[0][1]):
        out.print("There is no browser here: open the first link above by hand.")
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="gateway-demo-", ignore_cleanup_errors=True) as made:
        yield Path(made)
