"""Two councils for a bench: set up as an operator would, on SQLite or PostgreSQL, with processes that really serve."""

import contextlib
import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from gateway import wiring
from gateway.commands import agreed, stage
from gateway.core.terms import PartnerId
from gateway.edge.store import Store
from gateway.wiring import Installation
from tests.bench.measuring import Scene, cpu_seconds_of, peak_mb, serving_seconds_of
from tests.databases import on_postgresql
from tests.faults.pair import FOLDERS, set_up
from tests.simulator import KENT, MEDWAY

LEFT_OUT = "left out: GATEWAY_TEST_POSTGRES names no server"
PORTS = re.compile(r"^(machines_port|pages_port) = \d+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Serving:
    """A process that serves the machines' door at ``port``."""

    process_id: int
    port: int

    @property
    def cpu_seconds(self) -> float:
        return cpu_seconds_of(self.process_id)

    @property
    def peak(self) -> float:
        return peak_mb(self.process_id)


@dataclass(frozen=True, slots=True)
class Councils:
    folder: Path
    kent: Installation
    medway: Installation


@contextlib.contextmanager
def councils(scene: Scene, database: str) -> Iterator[Councils]:
    """Kent and Medway with fresh databases that are gone afterwards, and their agreement."""
    folder = scene.folder / f"councils-{uuid.uuid4().hex[:8]}"
    with _databases(folder, scene.postgres if database == "PostgreSQL" else "") as urls:
        pair = set_up(folder, urls)
        for one in (pair.kent, pair.medway):
            agreed.adopt(one, stage.agreement(wiring.now().date()))
        yield Councils(folder, pair.kent, pair.medway)
        for one in (pair.kent, pair.medway):
            one.store.engine.dispose()


@contextlib.contextmanager
def serving(folder: Path, *command: str) -> Iterator[Serving]:
    """``gateway serve`` for an installation, or another program that says the same when it is ready."""
    with (folder / "serving.log").open("a", encoding="utf-8") as log:
        run = [sys.executable, *(command or ("-m", "gateway", "--dir", str(folder), "serve"))]
        process = subprocess.Popen(run, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        found = re.search(r"machines on (\d+)", said)
        assert found is not None, f"{said!r}; see {folder / 'serving.log'}"
        yield Serving(process.pid, int(found[1]))
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


def another(folder: Path) -> Path:
    """A second process of the same installation: its keys and its database, and ports of its own."""
    made = folder.with_name(folder.name + "-2")
    (made / "config").mkdir(parents=True)
    (made / "keys").symlink_to(folder / "keys")
    ports = iter(wiring.free_ports(2))
    text = (folder / "config" / "gateway.toml").read_text(encoding="utf-8")
    moved = PORTS.sub(lambda found: f"{found[1]} = {next(ports)}", text)
    (made / "config" / "gateway.toml").write_text(moved, encoding="utf-8")
    return made


@contextlib.contextmanager
def _databases(folder: Path, server: str) -> Iterator[dict[PartnerId, str]]:
    if not server:
        yield {home: f"sqlite:///{folder / FOLDERS[home]}/gateway.sqlite" for home in (KENT, MEDWAY)}
        return
    with ExitStack() as stack:
        yield {home: stack.enter_context(on_postgresql(server)) for home in (KENT, MEDWAY)}


def database_seconds(opened: Store) -> Callable[[], float]:
    """What the process behind our one connection has computed; nothing where there is none, or not on this machine."""
    if opened.engine.dialect.name != "postgresql":
        return float
    with opened.engine.connect() as db:
        served_by = int(db.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())
    named = Path(f"/proc/{served_by}/comm")
    here = named.exists() and named.read_text(encoding="ascii").startswith("postgres")
    return serving_seconds_of(served_by) if here else float
