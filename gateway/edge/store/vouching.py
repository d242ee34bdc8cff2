"""Which rows are evidence, and how the rows of a transaction come to stand behind its lines.

Every row of evidence goes through ``wrote`` when it is written or changed, and through ``removed`` when the gateway
itself takes it away; ``close`` puts their digests behind the first line of the transaction. What a transaction
without a line wrote waits for the next line.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from gateway.core.log import rows
from gateway.edge.store import tables as t

NO_EVIDENCE: Mapping[str, str] = {
    "logs": "the log itself: its head is held against its lines",
    "log_lines": "the log itself: hashed again, and held against its head, its tiles and every checkpoint",
    "log_nodes": "the log itself: its tiles are held against its lines",
    "mentions": "an index over lines, held against what they name",
    "vouched": "the digests themselves, held against what lines say",
    "register": "a counter by which processes see that the register has changed",
    "lanes": "when a partner is tried again",
    "links": "a sign-in that has not happened yet; that it was issued is a line",
    "sessions": "who is signed in at the moment; that somebody signed in is a line",
    "reports": "a page kept for a week; what it says stands in decisions and answers",
    "drafts": "a file that nobody has sent yet",
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

_WROTE = "rows of this transaction"
_WAITING = sa.select(t.vouched.c.id, t.vouched.c.content).where(t.vouched.c.line.is_(None)).order_by(t.vouched.c.id)
_HEAD = sa.select(t.logs.c.number).order_by(t.logs.c.number.desc()).limit(1).with_for_update()
_LAST = sa.select(sa.func.max(t.vouched.c.id))
_TAKEN = t.vouched.update().where(t.vouched.c.id.in_(sa.bindparam("of", expanding=True)))
_KEYS = {table.name: tuple(column.name for column in table.primary_key) for table in t.tables.sorted_tables}


def is_evidence(table: sa.Table) -> bool:
    return table.name not in NO_EVIDENCE


def forget(db: sa.Connection) -> None:
    """Begin a transaction: what another one left behind that failed is not its own."""
    db.info.pop(_WROTE, None)


def wrote(db: sa.Connection, table: sa.Table, written: Iterable[Mapping[Any, Any]]) -> None:
    """These rows stand in ``table`` now, as they are given whole."""
    if is_evidence(table):
        _noted(db).extend(entry(table, row) for row in written)


def removed(db: sa.Connection, table: sa.Table, keys: Iterable[Sequence[object]]) -> None:
    """The rows with these primary keys are no more, and that is as it should be."""
    if is_evidence(table):
        _noted(db).extend((rows.name_of(table.name, _plain_key(key)), rows.GONE) for key in keys)


def change(db: sa.Connection, statement: sa.Update, values: Mapping[str, object] | None = None) -> int:
    """Change rows of evidence, and vouch for what they are now; returns how many there were."""
    table = statement.table
    assert isinstance(table, sa.Table)
    found = db.execute(statement.returning(*table.c), values or {}).mappings().all()
    wrote(db, table, found)
    return len(found)


def remove(db: sa.Connection, statement: sa.Delete, values: Mapping[str, object] | None = None) -> int:
    """Take rows of evidence away, as retention and deliveries do; returns how many there were."""
    table = statement.table
    assert isinstance(table, sa.Table)
    found = db.execute(statement.returning(*table.primary_key), values or {}).all()
    removed(db, table, found)
    return len(found)


def entry(table: sa.Table, row: Mapping[Any, Any]) -> tuple[bytes, bytes]:
    """The name and the digest of one row."""
    left = NO_EVIDENCE_IN.get(table.name, {})
    key = _plain_key(row[name] for name in _KEYS.get(table.name) or table.primary_key.columns.keys())
    shown = {name: _plain(value) for name, value in row.items() if name not in left}
    return rows.name_of(table.name, key), rows.digest_of(shown)


def close(db: sa.Connection, line: int | None) -> str | None:
    """Put what was written behind the line at ``line``; what that line has to say of it, None for nothing.

    The head of the log is locked. Without a line it waits for one.
    """
    mine = db.info.pop(_WROTE, None)
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


def _noted(db: sa.Connection) -> list[tuple[bytes, bytes]]:
    noted: list[tuple[bytes, bytes]] = db.info.setdefault(_WROTE, [])
    return noted


def _plain_key(key: Iterable[object]) -> list[object]:
    return [_plain(one) for one in key]


def _plain(value: object) -> object:
    """As a database gives it back: true is one."""
    return int(value) if isinstance(value, bool) else value
