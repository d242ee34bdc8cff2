"""PostgreSQL itself is killed, postmaster and all back ends, twenty times while two councils exchange: nothing that was
answered is lost, nothing is stuck, and both go on by themselves as soon as it is back.
"""

import os
import pwd
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.core.delivery import OPEN, State
from gateway.core.facts import parse_line
from gateway.core.terms import PartnerId
from gateway.edge.verifying import verify_whole
from gateway.wiring import free_ports
from tests.faults.killing import Feed, Nursery
from tests.faults.pair import Pair, set_up
from tests.needs import needs
from tests.serving import until
from tests.simulator import KENT, MEDWAY

KILLS = 20
BETWEEN = (0.3, 1.2)
"""Seconds of work between two kills: some fall into the recovery from the one before."""

PATIENCE = 120.0
OWNER = "postgres"


def programs() -> Path | None:
    """Where the server's programs lie, the newest release."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    return found[-1] if found else None


def may_start() -> bool:
    return os.geteuid() == 0 and OWNER in {one.pw_name for one in pwd.getpwall()} and programs() is not None


@dataclass
class Postmaster:
    """A server of our own: a direct child, so that it can be waited for and leaves no zombie that holds its files."""

    folder: Path
    port: int
    back: list[float] = field(default_factory=list)

    def make(self) -> None:
        shutil.chown(self.folder, OWNER)
        self._as_owner(["initdb", "-D", str(self.folder / "data"), "-A", "trust", "-U", OWNER])

    def start(self) -> None:
        command = [
            f"{programs()}/postgres",
            "-D",
            str(self.folder / "data"),
            "-k",
            str(self.folder),
            "-p",
            str(self.port),
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", user=OWNER, start_new_session=True,
            )  # fmt: skip

    def answers(self) -> None:
        """Wait until it takes connections."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                with sa.create_engine(self.url("postgres")).connect() as db:
                    db.execute(sa.text("SELECT 1"))
                    return
            except sa.exc.OperationalError:
                time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def kill(self) -> None:
        """SIGKILL for the postmaster and everything that it started, as when the machine's memory is full."""
        os.killpg(self._process.pid, signal.SIGKILL)
        for one in self._children():
            os.kill(one, signal.SIGKILL)
        assert self._process.wait(timeout=60) == -signal.SIGKILL
        while self._children():
            time.sleep(0.1)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(timeout=60)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{database}"

    def _children(self) -> list[int]:
        """Back ends have sessions of their own; all of them work in the folder of this server, and in no other."""
        found = []
        for one in Path("/proc").glob("[0-9]*"):
            try:
                if (one / "cwd").resolve() == self.folder / "data" and "State:\tZ" not in (one / "status").read_text():
                    found.append(int(one.name))
            except OSError:
                continue  # it has ended meanwhile
        return found

    def _as_owner(self, command: list[str]) -> None:
        subprocess.run(
            [f"{programs()}/{command[0]}", *command[1:]], check=True, capture_output=True, cwd="/", user=OWNER
        )


@pytest.fixture
def server() -> Iterator[Postmaster]:
    needs(may_start(), "PostgreSQL that this user may start")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # pytest's own folders are closed to the server's user
    made = Postmaster(folder, free_ports(1)[0])
    made.make()
    made.start()
    try:
        made.answers()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)


def databases(server: Postmaster) -> dict[PartnerId, str]:
    names = {KENT: "kent", MEDWAY: "medway"}
    admin = sa.create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as db:
        for name in names.values():
            db.exec_driver_sql(f"CREATE DATABASE {name}")
    admin.dispose()
    return {home: server.url(name) for home, name in names.items()}


def taken(feed: Feed) -> int:
    return len(feed.answers)


def kill_and_wait(server: Postmaster, feed: Feed, chance: random.Random) -> None:
    """Kill it, start it again, and see how long it takes until the school has another answer."""
    time.sleep(chance.uniform(*BETWEEN))
    server.kill()
    began, before = time.monotonic(), taken(feed)
    server.start()
    while taken(feed) == before:
        assert time.monotonic() - began < PATIENCE, "it did not serve again"
        time.sleep(0.02)
    server.back.append(time.monotonic() - began)


def test_server_that_is_killed_twenty_times_under_load_loses_nothing_answered_and_is_used_again_by_itself(
    server: Postmaster, tmp_path: Path
) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    pair = set_up(tmp_path, databases(server))
    feed = Feed(pair, 10**6, lambda: 10**6, pause=0.2)
    with Nursery(tmp_path) as nursery:
        for role in ("sender", "receiver", "worker-1"):
            nursery.start(role)
        clients = [threading.Thread(target=feed.work_until_over) for _ in range(2)]
        for one in clients:
            one.start()
        try:
            until(lambda: pair.kent.store.counts().get(State.DELIVERED))  # who finds no server when it is born ends
            for _ in range(KILLS):
                kill_and_wait(server, feed, chance)
        finally:
            feed.over.set()
        for one in clients:
            one.join()
        drained(pair)
    server.back.sort()
    print(
        f"PostgreSQL killed {KILLS} times under {taken(feed)} files, used again after {server.back[KILLS // 2]:.2f} s"
    )
    judge(pair, feed)


def drained(pair: Pair) -> None:
    end = time.monotonic() + PATIENCE
    while any(pair.kent.store.counts().get(state) for state in OPEN):
        assert time.monotonic() < end, pair.kent.store.counts()
        time.sleep(0.2)


def judge(pair: Pair, feed: Feed) -> None:
    lines = [parse_line(line) for line in pair.kent.store.lines()]
    logged = {line["upload"] for line in lines if line["fact"] == "UploadAccepted"}
    assert {answer["upload"] for answer in feed.answers.values()} <= logged
    assert pair.kent.store.counts() == {State.DELIVERED: len(logged)}
    assert pair.medway.store.counts() == {State.SHELVED: len(logged)}
    for one in (pair.kent, pair.medway):
        assert verify_whole(one).startswith("sound: ")
        one.store.engine.dispose()
