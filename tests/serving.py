"""A council that serves in processes of its own, as an operator starts it, and a school that is enrolled there."""

import contextlib
import io
import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gateway import wiring
from gateway.commands import school, setup, stage
from gateway.commands.stage import FAST, KENT, LARKMERE
from gateway.core.partners import Certificate, CertificateRole
from gateway.edge import journal
from gateway.edge.transport import Council
from gateway.web import numbered

PATIENCE = 90.0


def found(folder: Path, url: str, **changes: str) -> Path:
    """Set a council up under ``folder`` with an enrolled school beside it; ``changes`` replace words of its settings."""
    text = setup.settings_text((KENT,), "localhost", 0, 0, url, None)
    for before, after in {**FAST, '"0.0.0.0"': '"127.0.0.1"', **changes}.items():
        assert before in text
        text = text.replace(before, after)
    at = wiring.now()
    installed = setup.found(folder / "kent", text, at)
    pem = installed.vault.current(KENT, "tls").certificate_file.read_text()
    stem = school.found(folder / "school", LARKMERE, "https://localhost:0", pem)
    record = stage.school_record(LARKMERE, KENT, at.date())
    shown = Certificate(CertificateRole.TLS, stem.with_name(stem.name + ".crt.pem").read_text())
    setup.enlist(installed, [replace(record, certificates=(shown,))], at)
    installed.store.engine.dispose()
    return folder / "kent"


@dataclass
class Served:
    """``gateway serve`` as it runs, its doors, and the file that its log goes to."""

    folder: Path
    started: "subprocess.Popen[str]"
    ports: dict[str, int]
    log: Path

    @property
    def council(self) -> Council:
        way = school.council_of(self.folder.parent / "school")
        assert way is not None
        return replace(way, address=f"https://localhost:{self.ports['machines']}")

    def lines(self, event: str = "answered") -> list[dict[str, Any]]:
        told = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [one for one in told if one["event"] == event]

    def children(self) -> list[int]:
        running = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
        return sorted(pid for pid in running if born_of(pid) == self.started.pid)

    def ask(self, raw: bytes, door: str = "pages") -> bytes:
        """Send bytes on a connection of their own, say that nothing more comes, and read to the end."""
        with socket.create_connection(("127.0.0.1", self.ports[door]), timeout=PATIENCE) as sock:
            with contextlib.suppress(OSError):
                sock.sendall(raw)
                sock.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: sock.recv(65536), b""))

    def get(self, path: str, door: str = "pages") -> bytes:
        return self.ask(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode(), door)

    def measured(self) -> str:
        return self.get("/metrics", "operator").decode()

    def stop(self) -> int:
        self.started.terminate()
        return self.started.wait(PATIENCE)


@contextlib.contextmanager
def serving(folder: Path, *words: str, environ: dict[str, str] | None = None) -> Iterator[Served]:
    """Start ``gateway serve`` for an installation and wait until it says that it serves."""
    log = folder / "serve.log"
    with log.open("a") as written:
        started = subprocess.Popen(
            [sys.executable, "-m", "gateway", "--dir", str(folder), "serve", *words],
            stdout=subprocess.PIPE,
            stderr=written,
            stdin=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **(environ or {})},
        )
    try:
        assert started.stdout is not None
        said = started.stdout.readline()
        assert said.startswith("serving "), log.read_text()
        doors = [one.split() for one in said.removeprefix("serving ").split(",")]
        yield Served(folder, started, {door[0]: int(door[2]) for door in doors}, log)
    finally:
        started.kill()
        started.wait(PATIENCE)
        if started.stdout is not None:
            started.stdout.close()


@contextlib.contextmanager
def written() -> Iterator[io.StringIO]:
    """What a program that writes JSON would have on its stderr."""
    stream, top = io.StringIO(), logging.getLogger()
    writer = logging.StreamHandler(stream)
    writer.setFormatter(journal.Lines(numbered.context))
    before = top.level
    top.addHandler(writer)
    top.setLevel(logging.INFO)
    yield stream
    top.removeHandler(writer)
    top.setLevel(before)


def until(look: Callable[[], object], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether it runs: one that ended and that nobody has asked after does not."""
    return _standing(pid)[0] != "Z"


def born_of(pid: int) -> int:
    """The parent of a process that runs."""
    state, parent = _standing(pid)[:2]
    return 0 if state == "Z" else int(parent)


def _standing(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ["Z", "0"]
