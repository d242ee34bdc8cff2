"""Hold every row of evidence against the line that vouches for it, every line against its index, and open commitments.

Finds what was altered, dropped, inserted or swapped behind the gateway's back. What it says names tables and counts,
never what a row holds.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args, get_type_hints

import sqlalchemy as sa

from gateway.core.facts import FACTS, What
from gateway.core.facts.lines import FOUND_BY
from gateway.core.log import rows
from gateway.core.terms import commit
from gateway.edge.store import logbook, vouching
from gateway.edge.store import tables as t

MANY = 2000
"""Rows that are read at a time; one may hold a document, so those come one by one."""

LINES = 1 << 15
"""Lines that are looked at together: for each such part the whole index is gone through, which stands by subject."""


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
    rows: int = 0


def audit(db: sa.Connection) -> Audit:
    """Look at all of it. The tree, its tiles and its checkpoints are another check."""
    found = _Found()
    stated = _contents(db, found)
    lines = _lines(db, found, stated)
    for table in t.tables.sorted_tables:
        if vouching.is_evidence(table):
            _table(db, table, found)
    tables = {rows.tag(table.name): table.name for table in t.tables.sorted_tables}
    missing = Counter(tables.get(name[: rows.TABLE]) for name, one in found.latest.items() if one != rows.GONE)
    found.wrong += [f"{many} rows are missing in {name or 'a table that is no more'}" for name, many in missing.items()]
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
    """Every line against what it vouches for, and against the index over it. Returns how many there are."""
    end = logbook.current(db).end
    unlike = indexed = shut = 0
    for first in range(0, end, LINES):
        place, upto = t.log_lines.c.index, min(first + LINES, end)
        page = db.execute(sa.select(place, t.log_lines.c.line).where(place >= first, place < upto)).all()
        m = t.mentions.c
        listed = set(map(tuple, db.execute(sa.select(m.line, m.subject).where(m.line >= first, m.line < upto)).all()))
        wanted, known = set[tuple[int, str]](), dict[int, bytes]()
        for index, line in page:
            known[index] = line
            try:
                unlike += rows.stated_in(line) != stated.pop(index, None)
                wanted.update([(index, subject) for subject in _subjects(line)])
            except (ValueError, TypeError, KeyError):
                unlike += 1
        indexed += len(wanted ^ listed)
        shut += _shut(db, known, first, upto)
    indexed += _beyond(db, t.mentions, end)
    shut += _beyond(db, t.joins, end)
    if unlike or stated:
        found.wrong.append(f"{unlike + len(stated)} lines do not vouch for the digests that are kept under them")
    if indexed:
        found.wrong.append(f"{indexed} entries of the index over the lines are missing or too many")
    if shut:
        found.wrong.append(f"{shut} salts or handles do not open what their lines committed to")
    return end


def _beyond(db: sa.Connection, table: sa.Table, end: int) -> int:
    """How many rows say that they belong to a line that is not there."""
    outside = sa.or_(table.c.line >= end, table.c.line < 0)
    return int(db.execute(sa.select(sa.func.count()).select_from(table).where(outside)).scalar_one())


def _shut(db: sa.Connection, lines: Mapping[int, bytes], first: int, upto: int) -> int:
    """How many joins of some lines do not lead to them: a commitment that is not there, or that does not open.

    Where the handle is the very value (an officer, a flag), it is opened; of a child, a text or a document the value
    rests closed elsewhere.
    """
    j = t.joins.c
    shut = 0
    joined = sa.select(j.line, j.commitment, j.what, j.handle, j.salt).where(j.line >= first, j.line < upto)
    for line, commitment, what, handle, salt in db.execute(joined):
        try:
            stands = commitment.encode() in lines[line]
            shut += not stands or (what in _OPEN and commit(salt, handle) != commitment)
        except (ValueError, TypeError, KeyError, AttributeError):
            shut += 1
    return shut


_OPEN = frozenset({What.PERSON, What.FLAG})


def _table(db: sa.Connection, table: sa.Table, found: _Found) -> None:
    """Every row of one table against its latest digest, which is used up."""
    unlike = 0
    try:
        for row in _rows(db, table):
            found.rows += 1
            name, made = vouching.entry(table, row)
            if found.latest.pop(name, None) != made:
                unlike += 1
    except (ValueError, TypeError, sa.exc.SQLAlchemyError):
        found.wrong.append(f"{table.name} holds what no gateway wrote")
        return
    if unlike:
        found.wrong.append(f"{unlike} rows of {table.name} are not as they were written, or were put there")


def _rows(db: sa.Connection, table: sa.Table) -> Iterator[Mapping[str, Any]]:
    large = any(isinstance(column.type, sa.LargeBinary) and column.type.length is None for column in table.c)
    names = table.c.keys()
    # plain values by name: a mapping of SQLAlchemy's looks each up anew
    for page in db.execution_options(yield_per=50 if large else MANY).execute(sa.select(table)).partitions():
        yield from (dict(zip(names, row, strict=True)) for row in page)


def _subjects(line: bytes) -> Sequence[str]:
    """What the index must find a line by."""
    body = json.loads(line)  # that it is as it was written, its hash says
    return [str(body[name]) for name in _found_by(str(body["fact"])) if name in body]


@cache
def _found_by(kind: str) -> tuple[str, ...]:
    """The fields of a kind of fact that hold the id of what it is about."""
    hints = get_type_hints(FACTS[kind])
    return tuple(name for name, hint in hints.items() if {hint, *get_args(hint)} & set(FOUND_BY))
