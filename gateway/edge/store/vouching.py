"""Which rows are evidence, and how the rows of a transaction come to stand behind its lines.

Every statement of a writing transaction that touches a table of evidence is noted: what a row is now, or that it is no
more. ``close`` puts the digests behind the first line of the transaction; without a line they wait for the next one.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from gateway.core.log import rows
from gateway.edge.store import tables as t

NO_EVIDENCE: Mapping[str, str] = {
    "logs": "the log itself: its head is held against its lines",
    "log_lines": "the log itself: hashed again, and held against its head, its tiles and every checkpoint",
    "log_nodes": "the log itself: its tiles are held against its lines",
    "mentions": "an index over lines, held against what they name",
    "disclosed": "an index over lines, rebuilt from them",
    "disclosed_classes": "an index over lines, rebuilt from them",
    "vouched": "the digests themselves, held against what lines say",
    "register": "a counter by which processes see that the register has changed",
    "arrivals": "what waits a minute to be matched against enquiries; a match is a line",
    "lanes": "when a partner is tried again",
    "pulls": "which requests to pull were answered in the last days; what was handed out is a line",
    "reminders": "which letter has gone out; what is to be done, and by when, stands in tasks",
    "unmailed": "to which addresses letters do not go at the moment",
    "links": "a sign-in that has not happened yet; that it was issued is a line",
    "sessions": "who is signed in at the moment; that somebody signed in, and when that ended, are lines",
    "knocks": "how often somebody tried to sign in lately",
    "ceremonies": "a sign-in that has begun and not ended; that somebody signed in is a line",
    "reports": "a page kept for a week; what it says stands in decisions and answers",
    "drafts": "a file that nobody has sent yet",
    "labels": "initials beside a report for one sitting; whoever hands the file in again has them again",
    "witnesses": "when a witness is asked again",
}
"""Tables whose rows no line vouches for, and why."""

NO_EVIDENCE_IN: Mapping[str, Mapping[str, str]] = {
    "parcels": {
        "due": "when it is tried next",
        "leased_until": "which worker has it for the moment",
    },
}
"""Columns that change without a line, and why they may."""

_WROTE, _TOUCHED = "rows of this transaction", "rows that a statement is about to touch"
_WAITING = sa.select(t.vouched.c.id, t.vouched.c.content).where(t.vouched.c.line.is_(None)).order_by(t.vouched.c.id)
_HEAD = sa.select(t.logs.c.number).order_by(t.logs.c.number.desc()).limit(1).with_for_update()
_LAST = sa.select(sa.func.max(t.vouched.c.id))
_TAKEN = t.vouched.update().where(t.vouched.c.id.in_(sa.bindparam("of", expanding=True)))
_KEYS = {table.name: tuple(column.name for column in table.primary_key) for table in t.tables.sorted_tables}


NOTED: Mapping[str, bool] = {"noted": True}
"""Execution options of a statement whose rows are noted by whoever executes it, which is quicker."""


def listen(engine: sa.Engine) -> None:
    """Note what statements change that nobody notes by hand: the rows are looked up before and read again after."""

    @sa.event.listens_for(engine, "before_execute")
    def before(db: sa.Connection, statement: Any, many: Any, one: Any, options: Mapping[str, Any]) -> None:
        if isinstance(statement, sa.Update | sa.Delete) and _is_ours(db, statement, options):
            where = () if statement.whereclause is None else (statement.whereclause,)
            found = sa.select(*statement.table.primary_key).where(*where)
            given = [dict(values) for values in many] or [dict(one)]
            db.info[_TOUCHED] = [tuple(row) for values in given for row in db.execute(found, values)]

    @sa.event.listens_for(engine, "after_execute")
    def after(
        db: sa.Connection, statement: Any, many: Any, one: Any, options: Mapping[str, Any], _result: object
    ) -> None:
        if not isinstance(statement, sa.Update | sa.Delete | sa.Insert) or not _is_ours(db, statement, options):
            return
        table = statement.table
        assert isinstance(table, sa.Table)
        if isinstance(statement, sa.Insert):
            given = [dict(values) for values in many] or [{**statement.compile().params, **one}]
            keys = [tuple(values[name] for name in _KEYS[table.name]) for values in given]
        else:
            keys = db.info.pop(_TOUCHED)
        for key in keys:
            _look_again(db, table, key)


def _is_ours(db: sa.Connection, statement: Any, options: Mapping[str, Any]) -> bool:
    table = statement.table
    return _WROTE in db.info and "noted" not in options and isinstance(table, sa.Table) and is_evidence(table)


def _look_again(db: sa.Connection, table: sa.Table, key: Sequence[object]) -> None:
    """What became of one row."""
    mine = (column == value for column, value in zip(table.primary_key, key, strict=True))
    rows_now = db.execute(sa.select(table).where(*mine)).mappings().all()
    wrote(db, table, rows_now) if rows_now else removed(db, table, [key])


def is_evidence(table: sa.Table) -> bool:
    return table.name not in NO_EVIDENCE


def forget(db: sa.Connection) -> None:
    """Begin a transaction: what another one left behind that failed is not its own."""
    db.info[_WROTE] = []


def wrote(db: sa.Connection, table: sa.Table, written: Iterable[Mapping[Any, Any]]) -> None:
    """These rows stand in ``table`` now, as they are given whole."""
    if is_evidence(table):
        _noted(db).extend(entry(table, row) for row in written)


def removed(db: sa.Connection, table: sa.Table, keys: Iterable[Sequence[object]]) -> None:
    """The rows with these primary keys are no more, and that is as it should be."""
    if is_evidence(table):
        _noted(db).extend((rows.name_of(table.name, key), rows.GONE) for key in keys)


def change(db: sa.Connection, statement: sa.Update, values: Mapping[str, object] | None = None) -> int:
    """Change rows of evidence, and vouch for what they are now; returns how many there were."""
    table = statement.table
    assert isinstance(table, sa.Table)
    found = db.execute(statement.returning(*table.c), values or {}, execution_options=NOTED).mappings().all()
    wrote(db, table, found)
    return len(found)


def remove(db: sa.Connection, statement: sa.Delete, values: Mapping[str, object] | None = None) -> int:
    """Take rows of evidence away, as retention and deliveries do; returns how many there were."""
    table = statement.table
    assert isinstance(table, sa.Table)
    found = db.execute(statement.returning(*table.primary_key), values or {}, execution_options=NOTED).all()
    removed(db, table, found)
    return len(found)


def entry(table: sa.Table, row: Mapping[Any, Any]) -> tuple[bytes, bytes]:
    """The name and the digest of one row."""
    shape = shape_of(table)
    return shape.entry([row.get(name) for name in shape.names])


@cache
def shape_of(table: sa.Table) -> rows.Shape:
    """What of a row of this table is digested."""
    left = NO_EVIDENCE_IN.get(table.name, {})
    key = _KEYS.get(table.name) or table.primary_key.columns.keys()
    return rows.Shape(table.name, {column.name for column in table.c} - set(left), key)


def close(db: sa.Connection, line: int | None) -> str | None:
    """Put what was written behind the line at ``line``; what that line has to say of it, None for nothing.

    The head of the log is locked. Without a line it waits for one.
    """
    mine = _noted(db)
    if mine:
        db.info[_WROTE] = []
    waiting = db.execute(_WAITING).all() if line is not None else []
    if waiting:
        db.execute(_TAKEN, {"of": [row.id for row in waiting], "line": line})
    contents = [row.content for row in waiting]
    if mine:
        last = db.execute(_LAST).scalar_one() or 0
        content = rows.content_of(os.urandom(rows.NONCE), mine)
        db.execute(t.vouched.insert(), {"id": last + 1, "line": line, "content": content})
        contents.append(content)
    return rows.digest_over(contents) if contents else None


def finish(db: sa.Connection) -> None:
    """End a transaction: what it wrote after its last line waits for the next one."""
    if db.info.get(_WROTE):
        db.execute(_HEAD).all()  # locked as for a line
        close(db, None)
    db.info.pop(_WROTE, None)


def _noted(db: sa.Connection) -> list[tuple[bytes, bytes]]:
    noted: list[tuple[bytes, bytes]] = db.info.get(_WROTE, [])
    return noted
