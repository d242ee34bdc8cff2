"""A peer's program in an interpreter of its own: a question a line goes in, an answer a line comes out, both in JSON."""

import contextlib
import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

Running = subprocess.Popen[str]


@contextlib.contextmanager
def started(command: Sequence[str | Path], log: Path) -> Iterator[Running]:
    """What it says beside its answers stands in ``log``; it ends when nobody asks any more."""
    with log.open("a", encoding="utf-8") as written:
        running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=written, text=True)
    assert running.stdin is not None and running.stdout is not None
    try:
        yield running
    finally:
        running.stdin.close()
        running.wait(30)
        running.stdout.close()


def ask(running: Running, asked: dict[str, str]) -> Any:
    assert running.stdin is not None and running.stdout is not None
    running.stdin.write(json.dumps(asked) + "\n")
    running.stdin.flush()
    return json.loads(running.stdout.readline())
