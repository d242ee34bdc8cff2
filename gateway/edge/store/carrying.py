"""Carry everything from one database into another, empty one, and check that it has come: counts and the log's head.

A backup is such a copy in an SQLite file. Documents go as they rest, closed under keys that are not in the database.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from gateway.core.errors import Fault, Reason
from gateway.core.log import tree
from gateway.core.log.mark import Height
from gateway.edge.store import logbook
from gateway.edge.store.engine import MACHINE_FAILED, connect
from gateway.edge.store.schema import is_current, upgrade
from gateway.edge.store.tables import tables

ROWS = 500
"""Rows that are on their way at a time; a row may hold a document."""


class NotEmpty(Exception):
    """The database to fill holds something."""


class NotWhole(Exception):
    """The copy is not what was copied; the message says what differs, and holds no data."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Rows by table, and how far the log goes."""

    counts: Mapping[str, int]
    height: Height


def carry(source: str, target: str) -> Carried:
    """Copy everything as it stands at one moment, all or nothing. Raises NotEmpty, NotWhole, Fault(STORE)."""
    try:
        if not is_current(source):
            raise NotWhole("it is of another release: run 'gateway db upgrade' where it came from")
        if not _is_empty(target):
            raise NotEmpty
        upgrade(target)
        return _carry(source, target)
    except MACHINE_FAILED as error:
        raise Fault(Reason.STORE) from error
    except (sa.exc.StatementError, ValueError) as error:
        raise NotWhole("it holds what no gateway wrote") from error


def back_up(source: str, path: Path) -> Carried:
    """Carry everything into a new file that only its owner reads; a file that is there is whole and durable."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        carried = carry(source, f"sqlite:///{part.absolute()}")
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.rename(path)
    finally:
        for left in (part, part.with_name(part.name + "-wal"), part.with_name(part.name + "-shm")):
            left.unlink(missing_ok=True)
    return carried


def _is_empty(url: str) -> bool:
    """Whether there is nothing, or no more than the bare schema."""
    engine = connect(url)
    try:
        if not sa.inspect(engine).get_table_names():
            return True
        if not is_current(url):
            return False
        with engine.connect() as db:
            return logbook.logs(db)[-1].height == Height(1, 0)
    finally:
        engine.dispose()


def _carry(source: str, target: str) -> Carried:
    old, new = connect(source), connect(target)
    try:
        with _snapshot(old) as before, new.begin() as after:
            for table in tables.sorted_tables:
                after.execute(table.delete())  # what the migrations put there
                for rows in before.execute(sa.select(table)).mappings().partitions(ROWS):
                    after.execute(table.insert(), [dict(row) for row in rows])
            wanted = _counts(before)
            _check(after, wanted)
            carried = Carried(wanted, logbook.current(after).height)
        if new.dialect.name == "sqlite":
            _close(new)
        return carried
    finally:
        old.dispose()
        new.dispose()


def _snapshot(engine: sa.Engine) -> sa.Connection:
    """One consistent look at everything, while others go on writing; rows come as they are needed."""
    options: dict[str, object] = {"reading": True, "yield_per": ROWS}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    return engine.connect().execution_options(**options)


def _counts(db: sa.Connection) -> dict[str, int]:
    return {
        table.name: db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in tables.sorted_tables
    }


def _check(db: sa.Connection, wanted: Mapping[str, int]) -> None:
    """Hold a copy against what was copied, and each log's lines against its head. Raises NotWhole."""
    found = _counts(db)
    if differing := sorted(name for name in wanted if found[name] != wanted[name]):
        raise NotWhole(f"rows differ in {', '.join(differing)}")
    for log in logbook.logs(db):
        if tree.Edge().grow_all(tree.leaf(line) for line, _ in logbook.leaves(db, log)) != log.edge:
            raise NotWhole(f"the lines of log {log.number} do not give its head")


def _close(engine: sa.Engine) -> None:
    """Leave one file: an SQLite copy that somebody carries away must not have half of itself in a second one."""
    with engine.connect() as db:
        db.exec_driver_sql("COMMIT")
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.exec_driver_sql("PRAGMA journal_mode=DELETE")
