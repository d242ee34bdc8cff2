"""Ways to spoil a database behind the gateway's back: each alters, drops, inserts or swaps what somebody relies on."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from gateway.edge.store import tables as t
from gateway.edge.store import vouching

ITSELF = ("logs", "log_lines", "log_nodes", "mentions", "vouched")
"""No line vouches for these rows, for they are the log: a spoilt one is found all the same."""

TRIES = 20

ORDER_ONLY = {"vouched": {"id": "numbers that say in which order digests were written, and nothing else"}}

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tampering:
    """One way to spoil one table, or one of its columns."""

    how: str
    table: sa.Table
    column: str = ""

    def __str__(self) -> str:
        return f"{self.how} {self.table.name}{'.' if self.column else ''}{self.column}"


def evidence() -> list[sa.Table]:
    """Every table that must not change unseen."""
    return [one for one in t.tables.sorted_tables if vouching.is_evidence(one) or one.name in ITSELF]


def ways() -> Iterator[Tampering]:
    """Every way to spoil every table of evidence and every column that is not named as none."""
    for table in evidence():
        left = {**vouching.NO_EVIDENCE_IN.get(table.name, {}), **ORDER_ONLY.get(table.name, {})}
        for column in table.c:
            if column.name not in left:
                yield Tampering("alter", table, column.name)
                if not column.primary_key:
                    yield Tampering("swap", table, column.name)
        yield Tampering("drop", table)
        yield Tampering("insert", table)


def spoil(db: sa.Connection, way: Tampering, random: Random) -> bool:
    """Do it to a row drawn at random; False where that changes nothing, as when both rows have the same value."""
    rows = [dict(row) for row in db.execute(sa.select(way.table)).mappings()]
    for _ in range(TRIES):
        try:
            with db.begin_nested():
                if _HOW[way.how](db, way, rows, random):
                    return True
        except sa.exc.IntegrityError:  # a key that is there: the database itself says no
            continue
    return False


def _alter(db: sa.Connection, way: Tampering, rows: list[dict[str, Any]], random: Random) -> bool:
    row = random.choice(rows)
    return _write(db, way.table, row, {way.column: _other(way.table.c[way.column], row[way.column], random)})


def _swap(db: sa.Connection, way: Tampering, rows: list[dict[str, Any]], random: Random) -> bool:
    one, other = random.choice(rows), random.choice(rows)
    if one[way.column] == other[way.column]:
        return False
    _write(db, way.table, one, {way.column: other[way.column]})
    return _write(db, way.table, other, {way.column: one[way.column]})


def _drop(db: sa.Connection, way: Tampering, rows: list[dict[str, Any]], random: Random) -> bool:
    return bool(db.execute(way.table.delete().where(_is(way.table, random.choice(rows)))).rowcount)


def _insert(db: sa.Connection, way: Tampering, rows: list[dict[str, Any]], random: Random) -> bool:
    """A row like another, under a key that nobody has."""
    row = dict(random.choice(rows))
    alone = [one for one in way.table.constraints if isinstance(one, sa.UniqueConstraint)]
    for column in (random.choice(list(way.table.primary_key)), *(next(iter(one.columns)) for one in alone)):
        row[column.name] = _other(column, row[column.name], random)
    db.execute(way.table.insert(), [row])
    return True


_HOW: dict[str, Callable[[sa.Connection, Tampering, list[dict[str, Any]], Random], bool]] = {
    "alter": _alter,
    "swap": _swap,
    "drop": _drop,
    "insert": _insert,
}


def _write(db: sa.Connection, table: sa.Table, row: Row, changes: Row) -> bool:
    return bool(db.execute(table.update().where(_is(table, row)).values(**changes)).rowcount)


def _is(table: sa.Table, row: Row) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == row[column.name] for column in table.primary_key))


def _other(column: sa.Column[Any], value: Any, random: Random) -> Any:
    """Another value of the same kind, as near as can be."""
    match column.type:
        case sa.Boolean():
            return not value
        case sa.Integer():
            return (value or 0) + random.choice((-1, 1, 1000))
        case sa.DateTime() | sa.Date() as day:
            ever = datetime(2026, 1, 1) if isinstance(day, sa.DateTime) else date(2026, 1, 1)  # noqa: DTZ001
            least = timedelta(milliseconds=1) if isinstance(day, sa.DateTime) else timedelta(days=1)
            return (value or ever) + least * random.choice((1, 7, 365))
        case sa.LargeBinary():
            return _flipped(value or b"\0", random)
        case sa.JSON():
            return [*json.loads(json.dumps(value or [])), 9]
        case _:
            return _respelt(value or "", random)


def _flipped(value: bytes, random: Random) -> bytes:
    at = random.randrange(len(value))
    return value[:at] + bytes([value[at] ^ (1 << random.randrange(8))]) + value[at + 1 :]


def _respelt(value: str, random: Random) -> str:
    if not value:
        return "x"
    at = random.randrange(len(value))
    return value[:at] + ("y" if value[at] != "y" else "z") + value[at + 1 :]
