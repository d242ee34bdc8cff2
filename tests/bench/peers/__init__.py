"""Others' libraries, each in a virtual environment of its own, sealing what it is handed and saying how long it took."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gateway.edge.vault import Pair

PINNED: Mapping[str, str] = {"as4": "0.2.0", "xmlsec": "1.3.17"}
HERE = Path(__file__).parent
PATIENCE = 240  # seconds for a package registry


class Unavailable(Exception):
    """A peer cannot be had on this machine; the message says why."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A process that keeps its library loaded and its keys parsed, as a gateway built on it would."""

    version: str
    running: "subprocess.Popen[str]"

    def seal(self, path: Path) -> float:
        """Seconds to sign and encrypt the bytes at ``path``, reading them not included."""
        assert self.running.stdin is not None and self.running.stdout is not None
        self.running.stdin.write(f"{path}\n")
        self.running.stdin.flush()
        answer = json.loads(self.running.stdout.readline())
        assert answer["bytes"] > 0
        return float(answer["seconds"])

    def close(self) -> None:
        assert self.running.stdin is not None and self.running.stdout is not None
        self.running.stdin.close()
        self.running.wait(timeout=30)
        self.running.stdout.close()


def peers(folder: Path) -> Mapping[str, Callable[[Pair, Pair], Peer]]:
    """How to open each peer, from our signing pair and the pair to seal for."""
    return {name: partial(_open, folder, name) for name in PINNED}


def _open(folder: Path, name: str, ours: Pair, theirs: Pair) -> Peer:
    """Raises Unavailable."""
    python = environment(folder / f"{name}-{PINNED[name]}", f"{name}=={PINNED[name]}")
    command = [python, HERE / f"{name}_sealing.py", ours.certificate_file, ours.key_file, theirs.certificate_file]
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return Peer(f"{name} {PINNED[name]}, same keys and bytes", running)


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
