"""A full disk and a database that cannot be written: told with 503 and a time to come back, nothing lost, and over by itself.

The disk is a small tmpfs where this process may mount one, and always also SQLite's own limit on pages, which fails at
the same places.
"""

import base64
import contextlib
import gc
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from gateway.core.delivery import State
from gateway.core.errors import Fault, Reason
from gateway.core.facts import parse_line
from gateway.core.log import tiles, tree
from gateway.core.terms import PartnerId
from gateway.edge.store import engine
from gateway.flows import dispatch
from gateway.web import access, machines
from tests.databases import POSTGRES
from tests.needs import needs
from tests.simulator import KENT, MEDWAY, Side, World, a_world, leavers

MOST = 400
"""Uploads after which a disk that never fills is a bug of the test."""


class Disk(Protocol):
    """Where one council's database lies. ``url`` is there when the world is made, the rest acts on it."""

    def url(self, home: PartnerId) -> str: ...
    def watch(self, engine: sa.Engine) -> None: ...
    def fill(self) -> None: ...
    def lock(self) -> None: ...
    def give_back(self) -> None: ...


class Pages:
    """SQLite's own limit: a database that may not grow, or not change."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pragmas: tuple[str, ...] = ()

    def url(self, home: PartnerId) -> str:
        return f"sqlite:///{self._folder / home}.sqlite"

    def watch(self, engine: sa.Engine) -> None:
        self._engine = engine

        @sa.event.listens_for(self._engine, "connect")
        def limit(connection: Any, _record: object) -> None:
            for pragma in self._pragmas:
                connection.execute(pragma)

    def fill(self) -> None:
        """SQLite never cuts a file: one page is as much as there is now."""
        self._set("PRAGMA max_page_count=1")

    def lock(self) -> None:
        self._set("PRAGMA query_only=ON")

    def give_back(self) -> None:
        self._set("PRAGMA max_page_count=1073741823", "PRAGMA query_only=OFF")

    def _set(self, *pragmas: str) -> None:
        self._pragmas = pragmas
        self._engine.dispose()


class Tmpfs:
    """A file system of a few megabytes, with a ballast that takes what is free."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._door = threading.Lock()

    def url(self, home: PartnerId) -> str:
        return f"sqlite:///{self._folder / home}.sqlite"

    def watch(self, engine: sa.Engine) -> None:
        self._engine = engine

        @sa.event.listens_for(self._engine, "do_connect")
        def wait_for_the_door(*_: object) -> None:
            with self._door:
                pass

    def fill(self) -> None:
        with contextlib.suppress(OSError), (self._folder / "ballast").open("ab", buffering=0) as ballast:
            while True:
                ballast.write(bytes(4096))

    def lock(self) -> None:
        self._remount("ro")

    def give_back(self) -> None:
        self._remount("rw")
        (self._folder / "ballast").unlink(missing_ok=True)

    def _remount(self, how: str) -> None:
        """What is open for writing cannot be locked, and a gateway that serves would open its database again at once."""
        with self._door:
            for _ in range(100):
                self._engine.dispose()
                gc.collect()  # a connection that was out while its pool was left is closed with the pool
                command = ["mount", "-o", f"remount,{how}", str(self._folder)]
                done = subprocess.run(command, capture_output=True, check=False)
                if done.returncode == 0:
                    return
                time.sleep(0.05)
        raise AssertionError(done.stderr)


@pytest.fixture(params=["pages", "tmpfs"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    if request.param == "pages":
        yield Pages(tmp_path)
        return
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = os.geteuid() == 0 and shutil.which("mount") is not None
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    needs(mounted and subprocess.run(mount, check=False, capture_output=True).returncode == 0, "right to mount a tmpfs")
    yield Tmpfs(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def a_world_on(keys: Path, tmp_path: Path, home: PartnerId, disk: Disk) -> World:
    """Both councils, of which ``home`` keeps its database on the small disk."""
    made = a_world(
        keys, {one: disk.url(one) if one == home else f"sqlite:///{tmp_path / one}.db" for one in (KENT, MEDWAY)}
    )
    disk.watch(made.sides[home].store.engine)
    return made


class Door:
    """The machines' door of a council, as a peer with a certificate finds it."""

    def __init__(self, side: Side, certificate: bytes) -> None:
        self.told: list[BaseException] = []
        self._client = machines.create(side.gateway, lambda _name, fault: self.told.append(fault)).test_client()
        self._peer = {access.CERTIFICATE: certificate}

    def upload(self, number: int) -> TestResponse:
        made = leavers(seed=number, sequence=number % 999 + 1, pupils=1)
        sha256 = base64.b64encode(hashlib.sha256(made.content).digest()).decode()
        headers = {"Content-Digest": f"sha-256=:{sha256}:", "Gateway-File-Name": made.name}
        return self._client.post("/uploads", data=made.content, headers=headers, environ_overrides=self._peer)

    def message(self, content_type: str, body: bytes) -> TestResponse:
        return self._client.post("/as4", data=body, content_type=content_type, environ_overrides=self._peer)


def said_busy(answer: TestResponse) -> bool:
    return (answer.status_code, answer.headers.get("Retry-After"), answer.get_json()["code"]) == (503, "30", "busy")


def until_refused(door: Door, first: int) -> int:
    """Upload until one is not taken; returns its number."""
    for number in range(first, first + MOST):
        answer = door.upload(number)
        if answer.status_code != 200:
            assert said_busy(answer)
            return number
    raise AssertionError("the disk was never full")


def facts(side: Side, name: str) -> list[dict[str, object]]:
    lines = [parse_line(line) for line in side.store.lines()]
    return [line for line in lines if line["fact"] == name]


def sound(side: Side) -> bool:
    """Whether the database is whole and the lines of the log give its head."""
    edge = tree.Edge()
    for line in side.store.lines():
        edge, _ = tiles.grow(edge, [tree.leaf(line)])
    with side.store.engine.connect() as db:
        whole = side.store.engine.name != "sqlite" or db.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    return whole and edge == side.store.edge()


def test_full_disk_is_told_loses_nothing_and_is_over_when_space_returns(keys: Path, tmp_path: Path, disk: Disk) -> None:
    world = a_world_on(keys, tmp_path, KENT, disk)
    door = Door(world.kent, world.kent.tls)
    assert {door.upload(number).status_code for number in (1, 2, 3)} == {200}
    disk.fill()
    refused = until_refused(door, 4)
    assert all(said_busy(door.upload(refused)) for _ in range(3))
    assert len(facts(world.kent, "UploadAccepted")) == refused - 1
    disk.give_back()
    assert {door.upload(number).status_code for number in range(1, refused + 1)} == {200}
    assert len(facts(world.kent, "UploadAccepted")) == refused
    while dispatch.send_due(world.kent.gateway):
        pass
    assert world.kent.store.counts() == {State.DELIVERED: refused}
    assert world.medway.store.counts() == {State.SHELVED: refused}
    assert sound(world.kent)
    assert {type(one) for one in door.told} == {Fault}


def test_nothing_leaves_while_the_attempt_cannot_be_logged(keys: Path, tmp_path: Path, disk: Disk) -> None:
    world = a_world_on(keys, tmp_path, KENT, disk)
    door = Door(world.kent, world.kent.tls)
    assert door.upload(1).status_code == 200
    disk.lock()
    with pytest.raises(Fault) as fault:
        dispatch.send_due(world.kent.gateway)
    assert (fault.value.reason, world.wire.carried) == (Reason.STORE, [])
    disk.give_back()
    dispatch.send_due(world.kent.gateway)
    assert world.kent.store.counts() == {State.DELIVERED: 1}


def test_receiver_that_cannot_write_gives_no_receipt_and_takes_the_same_message_later(
    keys: Path, tmp_path: Path, disk: Disk
) -> None:
    world = a_world_on(keys, tmp_path, MEDWAY, disk)
    door = Door(world.medway, world.kent.tls)
    messages = [queued(world, number) for number in range(1, 4)]
    assert door.message(*messages[0]).status_code == 200
    disk.lock()
    assert all(said_busy(door.message(*one)) for one in messages[1:])
    disk.give_back()
    assert len(facts(world.medway, "MessageReceived")) == 1
    assert {door.message(*one).status_code for one in messages} == {200}
    assert len(facts(world.medway, "MessageReceived")) == 3
    assert world.medway.store.counts() == {State.SHELVED: 3} and sound(world.medway)


def queued(world: World, number: int) -> tuple[str, bytes]:
    made = leavers(seed=number, sequence=number, pupils=1)
    before = {one.parcel.id for one in world.kent.store.parcels_in([State.WAITING], 99)}
    world.upload(made.content, made.name)
    (new,) = [one for one in world.kent.store.parcels_in([State.WAITING], 99) if one.parcel.id not in before]
    return new.parcel.content_type, world.kent.vault.open_kept(world.kent.store.kept(new.parcel.sealed))


def test_database_that_may_not_be_written_is_told_and_taken_up_again(keys: Path, tmp_path: Path, disk: Disk) -> None:
    world = a_world_on(keys, tmp_path, KENT, disk)
    door = Door(world.kent, world.kent.tls)
    assert door.upload(1).status_code == 200
    disk.lock()
    assert said_busy(door.upload(2))
    assert said_busy(door.upload(2))
    disk.give_back()
    assert door.upload(2).status_code == 200
    assert len(facts(world.kent, "UploadAccepted")) == 2 and sound(world.kent)


KILLED = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode=WAL")
db.execute("CREATE TABLE left_behind (x)")
os._exit(0)
"""
"""Leaves the WAL and its index behind, so that the database can be read where nothing can be written."""


@pytest.mark.parametrize("disk", ["tmpfs"], indirect=True)
def test_connections_of_a_time_when_nothing_could_be_written_are_all_left(disk: Disk) -> None:
    """SQLite shares the index of the WAL in a process: one connection of before keeps it read-only for every new one."""
    url = disk.url(KENT)
    database = Path(sa.make_url(url).database or "")
    subprocess.run([sys.executable, "-c", KILLED, str(database)], check=True)
    store = engine.connect(url)
    disk.watch(store)
    disk.lock()
    with contextlib.ExitStack() as idle:
        for _ in range(3):
            looking = idle.enter_context(engine.reading(store))
            assert looking.execute(sa.text("SELECT count(*) FROM left_behind")).scalar() == 0
    with engine.reading(store) as held:
        held.execute(sa.text("SELECT 1"))
        assert refused(store)
        subprocess.run(["mount", "-o", "remount,rw", str(database.parent)], check=True)
        assert refused(store), "one who still reads has opened it before"
    assert not refused(store)
    store.dispose()


def refused(store: sa.Engine) -> bool:
    """Whether a row cannot be written."""
    with contextlib.suppress(Fault), engine.writing(store) as db:
        db.execute(sa.text("INSERT INTO left_behind VALUES (1)"))
        return False
    return True


# -- PostgreSQL: a standby that took over too early, a server that is gone ---------------------------------------------

CLOSED = {
    "read-only": ("ALTER DATABASE {} SET default_transaction_read_only = on", "ALTER DATABASE {} RESET ALL"),
    "gone": ("ALTER DATABASE {} ALLOW_CONNECTIONS false", "ALTER DATABASE {} ALLOW_CONNECTIONS true"),
}


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("way", list(CLOSED))
def test_server_that_takes_no_writes_is_told_and_taken_up_again(either: World, way: str) -> None:
    door = Door(either.kent, either.kent.tls)
    assert door.upload(1).status_code == 200
    closed, opened = CLOSED[way]
    administer(either.kent.store.engine, closed)
    assert said_busy(door.upload(2))
    assert said_busy(door.upload(2))
    with pytest.raises(Fault):
        dispatch.send_due(either.kent.gateway)
    assert either.wire.carried == []
    administer(either.kent.store.engine, opened)
    # within a second of its last use a connection is not asked whether it lives: the first may be told to come back
    assert 200 in {door.upload(2).status_code for _ in range(2)}
    while dispatch.send_due(either.kent.gateway):
        pass
    assert either.kent.store.counts() == {State.DELIVERED: 2} and sound(either.kent)


def administer(engine: sa.Engine, statement: str) -> None:
    """Change one database and end all sessions on it, so that the next ones meet the change."""
    name = engine.url.database
    admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with admin.connect() as db:
        db.exec_driver_sql(statement.format(f'"{name}"'))
        db.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
    admin.dispose()
