"""Hold every row of evidence against the line that vouches for it, every line against its index, and open commitments.

Finds what was altered, dropped, inserted or swapped behind the gateway's back. What it says names tables and counts,
never what a row holds.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args, get_type_hints

import sqlalchemy as sa

from gateway.core.facts import FACTS, What, year_of
from gateway.core.facts.lines import FOUND_BY
from gateway.core.log import rows
from gateway.core.terms import commit
from gateway.edge.store import logbook, vouching
from gateway.edge.store import tables as t

MANY = 2000
"""Rows that are read at a time; one may hold a document, so those come one by one."""

LINES = 1024
"""Lines that are looked at together, with what stands beside them."""

NEVER = 1 << 62
"""No log has so many lines."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What was looked at, and each thing that does not hold, in a sentence."""

    lines: int
    rows: int
    wrong: tuple[str, ...]


@dataclass
class _Found:
    wrong: list[str] = field(default_factory=list)
    latest: dict[bytes, bytes] = field(default_factory=dict)
    unlike: Counter[str] = field(default_factory=Counter)
    rows: int = 0


def audit(db: sa.Connection) -> Audit:
    """Look at all of it. The tree, its tiles and its checkpoints are another check."""
    found = _Found()
    stated = _contents(db, found)
    lines = _lines(db, found, stated)
    for table in t.tables.sorted_tables:
        if vouching.is_evidence(table) and table is not t.joins:
            _table(table, _rows(db, table), found)
    tables = {rows.tag(table.name): table.name for table in t.tables.sorted_tables}
    missing = Counter(tables.get(name[: rows.TABLE]) for name, one in found.latest.items() if one != rows.GONE)
    found.wrong += [f"{many} rows are missing in {name or 'a table that is no more'}" for name, many in missing.items()]
    found.wrong += [
        f"{many} rows of {name} are not as they were written, or were put there" for name, many in found.unlike.items()
    ]
    return Audit(lines, found.rows, tuple(found.wrong))


def _contents(db: sa.Connection, found: _Found) -> dict[int, str]:
    """What is kept of digests, by the line that vouches for them; fills the latest digest of each row."""
    kept: dict[int, list[bytes]] = {}
    spoilt = 0
    for number, line, content in db.execute(sa.select(t.vouched).order_by(t.vouched.c.id)):
        try:
            found.latest.update(rows.entries_of(content))
        except (ValueError, TypeError):
            spoilt += 1
            continue
        if line is not None:
            kept.setdefault(line, []).append(content)
        spoilt += not isinstance(number, int)
    if spoilt:
        found.wrong.append(f"{spoilt} digests of rows are no digests")
    return {line: rows.digest_over(contents) for line, contents in kept.items()}


def _lines(db: sa.Connection, found: _Found, stated: dict[int, str]) -> int:
    """Every line against what it vouches for, the index over it, and what opens it. Returns how many there are."""
    end = logbook.current(db).end
    unlike = indexed = shut = 0
    listed = _Listed(db)
    for first in range(0, end or 1, LINES):
        upto = min(first + LINES, end)
        known = dict(map(tuple, db.execute(_LINES, {"first": first, "end": upto}).all()))
        wanted = set[tuple[int, str]]()
        for index, line in known.items():
            try:
                said = _SAID(line.decode())[0]  # that it is as it was written, its hash says
                unlike += said.get("rows") != stated.pop(index, None)
                wanted.update([(index, said[name]) for name in _found_by(said["fact"]) if name in said])
                year = year_of(said["fact"], said["home"], said["at"])
                wanted.update([(index, year)] if year else [])
            except (ValueError, TypeError, KeyError, AttributeError):
                unlike += 1
        indexed += len(wanted ^ listed.before(upto if upto < end else NEVER))
        joined = {"first": first or -NEVER, "end": upto if upto < end else NEVER}
        shut += _joins(db.execute(_JOINS, joined).all(), known, found)
    if unlike or stated:
        found.wrong.append(f"{unlike + len(stated)} lines do not vouch for the digests that are kept under them")
    if indexed:
        found.wrong.append(f"{indexed} entries of the index over the lines are missing or too many")
    if shut:
        found.wrong.append(f"{shut} salts or handles do not open what their lines committed to")
    return end


_SAID = json.JSONDecoder().raw_decode


class _Listed:
    """The index over the lines, which stands by subject, gone through once in the order of the lines."""

    def __init__(self, db: sa.Connection) -> None:
        pages = db.execution_options(yield_per=MANY).execute(_MENTIONS).partitions()
        self._rows = (row for page in pages for row in map(tuple, page))
        self._next = next(self._rows, None)

    def before(self, end: int) -> set[tuple[int, str]]:
        """What is listed of lines before ``end`` and was not asked for yet."""
        some, row = set[tuple[int, str]](), self._next
        while row is not None and row[0] < end:
            some.add(row)
            row = next(self._rows, None)
        self._next = row
        return some


def _joins(joined: Sequence[Sequence[Any]], lines: Mapping[int, bytes], found: _Found) -> int:
    """Salts and handles against their digests; how many do not lead to their line.

    Those lead nowhere whose commitment is not in it, or does not open. Where the handle is the very value (an officer,
    a flag), it is opened; of a child, a text or a document the value rests closed elsewhere.
    """
    shut = 0
    for commitment, handle, line, salt, what in joined:
        try:
            stands = commitment.encode() in lines[line]
            shut += not stands or (what in _OPEN and commit(salt, handle) != commitment)
        except (ValueError, TypeError, KeyError, AttributeError):
            shut += 1
    _table(t.joins, joined, found)
    return shut


_OPEN = frozenset({What.PERSON, What.FLAG})


def _table(table: sa.Table, some: Iterable[Sequence[object]], found: _Found) -> None:
    """Rows of one table against their latest digests, which are used up."""
    entry, latest = vouching.shape_of(table).entry, found.latest
    try:
        for row in some:
            found.rows += 1
            name, made = entry(row)
            if latest.pop(name, None) != made:
                found.unlike[table.name] += 1
    except (ValueError, TypeError, sa.exc.SQLAlchemyError):
        found.wrong.append(f"{table.name} holds what no gateway wrote")


def _rows(db: sa.Connection, table: sa.Table) -> Iterator[sa.Row[Any]]:
    large = any(isinstance(column.type, sa.LargeBinary) and column.type.length is None for column in table.c)
    for page in db.execution_options(yield_per=50 if large else MANY).execute(_shaped(table)).partitions():
        yield from page


def _shaped(table: sa.Table) -> sa.Select[Any]:
    """Every row, as its digest is made."""
    return sa.select(*(table.c[name] for name in vouching.shape_of(table).names))


@cache
def _found_by(kind: str) -> tuple[str, ...]:
    """The fields of a kind of fact that hold the id of what it is about."""
    hints = get_type_hints(FACTS[kind])
    return tuple(name for name, hint in hints.items() if {hint, *get_args(hint)} & set(FOUND_BY))


_FIRST: sa.BindParameter[int] = sa.bindparam("first")
_END: sa.BindParameter[int] = sa.bindparam("end")
_L, _J, _M = t.log_lines.c, t.joins.c, t.mentions.c
_LINES = sa.select(_L.index, _L.line).where(_L.index >= _FIRST, _L.index < _END)
_JOINS = _shaped(t.joins).where(_J.line >= _FIRST, _J.line < _END)
_MENTIONS = sa.select(_M.line, _M.subject).order_by(_M.line)
