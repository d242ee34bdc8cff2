"""Others' products, each in an environment of its own: protecting, opening and answering what they are handed, and
saying how long each took.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from gateway.edge.vault import Pair
from tests.bench.measuring import Took, peak_mb

PINNED: Mapping[str, str] = {"as4": "0.2.0", "xmlsec": "1.3.17"}
HERE = Path(__file__).parent
PATIENCE = 240  # seconds for a package registry


class Unavailable(Exception):
    """A peer cannot be had on this machine; the message says why."""


class Peer(Protocol):
    """A process that keeps its library loaded and its keys parsed, as a gateway built on it would."""

    @property
    def version(self) -> str: ...

    @property
    def peak(self) -> float:
        """The most memory it has had, in MB."""

    def time(self, path: Path) -> Mapping[str, Took]:
        """Protect the bytes at ``path``, open what came of it and write the receipt: ``timed.STEPS``."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Library:
    """A Python library, asked for profile 1.15: neither knows another."""

    version: str
    running: "subprocess.Popen[str]"

    @property
    def peak(self) -> float:
        return peak_mb(self.running.pid)

    def time(self, path: Path) -> Mapping[str, Took]:
        assert self.running.stdin is not None and self.running.stdout is not None
        self.running.stdin.write(f"{path}\n")
        self.running.stdin.flush()
        return {step: Took(**took) for step, took in json.loads(self.running.stdout.readline()).items()}

    def close(self) -> None:
        assert self.running.stdin is not None and self.running.stdout is not None
        self.running.stdin.close()
        self.running.wait(timeout=30)
        self.running.stdout.close()


def libraries(folder: Path) -> Mapping[str, Callable[[Pair, Pair], Peer]]:
    """How to open each library, from our signing pair and the pair to seal for, with which it also opens."""
    return {name: partial(_open, folder, name) for name in PINNED}


def _open(folder: Path, name: str, ours: Pair, theirs: Pair) -> Library:
    """Raises Unavailable."""
    python = environment(folder / f"{name}-{PINNED[name]}", f"{name}=={PINNED[name]}")
    keys = (ours.certificate_file, ours.key_file, theirs.certificate_file, theirs.key_file)
    command = [python, HERE / f"{name}_timing.py", *keys]
    return Library(
        f"{name} {PINNED[name]}", subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    )


def environment(folder: Path, *wanted: str) -> Path:
    """The interpreter of a virtual environment that has all of ``wanted``, made when it is not there. Raises Unavailable."""
    python, ready = folder / "bin" / "python", folder / "ready"
    if not ready.exists():
        pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True, timeout=PATIENCE)
            subprocess.run(pip, check=True, timeout=PATIENCE, stderr=subprocess.DEVNULL)
        except (subprocess.SubprocessError, OSError) as error:
            raise Unavailable(f"{' and '.join(wanted)} could not be installed ({type(error).__name__})") from error
        ready.touch()
    return python
