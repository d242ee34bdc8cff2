"""Open a database so that what is committed stays committed: SQLite in WAL with synchronous=FULL, or PostgreSQL.

Every write transaction on SQLite begins with BEGIN IMMEDIATE, so no two of them ever work from the same state, and
the writers of one process share commits (``turns``).
"""

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from gateway.core.errors import Fault, Reason
from gateway.edge.store import vouching
from gateway.edge.store.turns import Turns

T = TypeVar("T")

BUSY_MS = 30_000
SOME = 400
"""So many values stand in one statement at most: SQLite and PostgreSQL both take them."""
PRIMARY = 0xFF
"""The part of SQLite's error codes that says the kind; the rest says where (sqlite.org/rescode.html)."""

FRESH = 1.0
"""Seconds for which a connection to PostgreSQL that has answered is taken to be there."""

MACHINE_FAILED = (sa.exc.OperationalError, sa.exc.InternalError, sa.exc.TimeoutError)
"""Full, locked, gone; a PostgreSQL standby that takes no writes (25006 is an internal error); no free connection."""


def connect(url: str) -> sa.Engine:
    """Make an engine for ``sqlite:///…`` or ``postgresql+psycopg://…``; nothing is opened yet."""
    parsed = sa.make_url(url)
    engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
    vouching.listen(engine)
    return engine


def _postgresql(parsed: sa.URL) -> sa.Engine:
    engine = _pooled(parsed, pool_size=16, isolation_level="READ COMMITTED")
    # one plan for good: for a few rows by their key a server thinks longer about the way than it walks
    options = " ".join((str(parsed.query.get("options", "")), "-c plan_cache_mode=force_generic_plan")).strip()
    glances = _pooled(parsed, pool_size=1, isolation_level="AUTOCOMMIT", connect_args={"options": options})

    @sa.event.listens_for(engine, "engine_disposed")
    def dispose(_engine: sa.Engine) -> None:
        glances.dispose()

    engine.update_execution_options(glances=glances)
    return engine


def _pooled(parsed: sa.URL, **options: Any) -> sa.Engine:
    # what a statement carries has no place in an error message
    engine = sa.create_engine(parsed, hide_parameters=True, max_overflow=16, **options)

    @sa.event.listens_for(engine, "checkin")
    def answered(_connection: object, record: sa.pool.ConnectionPoolEntry) -> None:
        record.info["answered"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def ask(connection: Any, record: sa.pool.ConnectionPoolEntry, _borrowed: object) -> None:
        # whether the server is still there: not before every look, which would double the way of most
        if time.monotonic() - record.info.get("answered", time.monotonic()) > FRESH:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise sa.exc.InvalidatePoolError from error

    return engine


@contextlib.contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that may change things; a database that fails becomes a Fault and changes nothing."""
    turns: Turns | None = engine.get_execution_options().get("turns")
    try:
        with engine.begin() if turns is None else turns.writing() as db:
            vouching.forget(db)
            yield db
            vouching.finish(db)
    except MACHINE_FAILED as error:
        raise Fault(Reason.STORE) from error


@contextlib.contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One consistent look; never waits for a writer."""
    try:
        with engine.connect().execution_options(reading=True) as db:
            yield db
    except MACHINE_FAILED as error:
        raise Fault(Reason.STORE) from error


def glancing(engine: sa.Engine) -> contextlib.AbstractContextManager[sa.Connection]:
    """A look, by their keys, at rows that are only ever added to, so that no two questions need one moment.

    On PostgreSQL it has no transaction, whose begin and end would each be asked for over the network.
    """
    return reading(engine.get_execution_options().get("glances", engine))


def insert(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what to do about a row that is there (``on_conflict_…``), in the database's own words."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


class FirstLine(FunctionElement[str]):
    """A text up to its first line end, in the database's own words."""

    inherit_cache = True


@compiles(FirstLine, "sqlite")
def _cut(element: FirstLine, compiler: SQLCompiler, **how: Any) -> str:
    text = compiler.process(element.clauses, **how)
    return f"substr({text}, 1, instr({text}, char(10)) - 1)"


@compiles(FirstLine, "postgresql")
def _split(element: FirstLine, compiler: SQLCompiler, **how: Any) -> str:
    return f"split_part({compiler.process(element.clauses, **how)}, chr(10), 1)"


def parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Values in as many parts as it needs that one statement may carry each."""
    for start in range(0, len(values), SOME):
        yield values[start : start + SOME]


def naive(at: datetime) -> datetime:
    """An instant as the tables keep it."""
    return at.astimezone(UTC).replace(tzinfo=None)


def aware(at: datetime) -> datetime:
    """The opposite of ``naive``."""
    return at.replace(tzinfo=UTC)


def _sqlite(url: sa.URL) -> sa.Engine:
    told = {"timeout": BUSY_MS / 1000, "check_same_thread": False}
    engine = sa.create_engine(url, connect_args=told, hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def settle(connection: Any, record: sa.pool.ConnectionPoolEntry) -> None:
        record.info["pool"] = engine.pool
        # the driver must not begin transactions of its own: see "begin" below
        connection.isolation_level = None
        try:
            with contextlib.closing(connection.cursor()) as cursor:
                for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
                    cursor.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()  # nobody else would
            raise

    @sa.event.listens_for(engine, "handle_error")
    def distrust(failed: sa.engine.ExceptionContext) -> None:
        # a disk that failed once is asked again by a connection that knows nothing of before, never by a second sync
        code = getattr(failed.original_exception, "sqlite_errorcode", sqlite3.SQLITE_OK)
        if code & PRIMARY in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}:
            failed.is_disconnect = True
            cursor = getattr(failed.execution_context, "cursor", None)
            if cursor is not None:
                cursor.close()  # it would keep its connection open for as long as the error is remembered
            # Connections of one process share the index of the WAL; opened while nothing could be written it stays
            # read-only for every new one until the last of the old is closed: the idle ones now, the others below.
            engine.dispose()

    @sa.event.listens_for(engine, "checkin")
    def part(_connection: object, record: sa.pool.ConnectionPoolEntry) -> None:
        if record.info.get("pool") is not engine.pool:
            record.invalidate()

    @sa.event.listens_for(engine, "begin")
    def begin(db: sa.Connection) -> None:
        db.exec_driver_sql("BEGIN" if db.get_execution_options().get("reading") else "BEGIN IMMEDIATE")

    engine.update_execution_options(turns=Turns(engine))
    return engine
