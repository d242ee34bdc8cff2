"""The disclosure log as the database keeps it: lines, tiles, checkpoints. Reading, and putting a new checkpoint.

Lines have places that go on from log to log; in its own tree a log counts from 0.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa

from gateway.core.errors import Fault, Reason
from gateway.core.log import tiles, tree
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.log.mark import Height, Mark
from gateway.core.log.tiles import Place, Span
from gateway.core.log.tree import Edge
from gateway.core.records import LogKeys
from gateway.edge.store import tables as t
from gateway.edge.store.engine import FirstLine, naive

PAGE = 1024


@dataclass(frozen=True, slots=True)
class Log:
    """One log: its number, the place of its first line, and the right edge of its tree."""

    number: int
    first: int
    edge: Edge

    @property
    def end(self) -> int:
        """The place after its last line."""
        return self.first + self.edge.size

    @property
    def height(self) -> Height:
        return Height(self.number, self.edge.size)


class Hashes:
    """What is kept of one log's tree in ``log_lines`` and ``log_nodes`` (``core.log.tiles.Rows``)."""

    def __init__(self, db: sa.Connection, log: Log) -> None:
        self._db, self._log = db, log

    def hashes(self, spans: Sequence[Span]) -> Mapping[Place, bytes]:
        """Raises as the database does; what is not there is not in what it returns."""
        values: dict[str, int] = {"log": self._log.number, "origin": self._log.first}
        for at, span in enumerate(spans):
            start = 0 if span.level else self._log.first
            values |= {f"level{at}": span.level, f"first{at}": start + span.first, f"end{at}": start + span.end}
        found = self._db.execute(_spans(tuple(span.level > 0 for span in spans)), values)
        return {(level, index): one for level, index, one in found.all()}


@lru_cache(maxsize=64)
def _spans(inner: tuple[bool, ...]) -> sa.TextClause:
    """One question for spans, each of leaves or of inner nodes; in words, for SQLAlchemy would build it every time."""
    return sa.text(" UNION ALL ".join((_INNER if one else _OUTER).format(at=at) for at, one in enumerate(inner)))


_OUTER = 'SELECT 0, "index" - :origin, leaf FROM log_lines WHERE "index" >= :first{at} AND "index" < :end{at}'
_INNER = (
    'SELECT level, "index", hash FROM log_nodes '
    'WHERE log = :log AND level = :level{at} AND "index" >= :first{at} AND "index" < :end{at}'
)
# built once: SQLAlchemy takes longer to build a statement than a database to run it
_FIRST: sa.BindParameter[int] = sa.bindparam("first")
_END: sa.BindParameter[int] = sa.bindparam("end")
_L, _N = t.log_lines.c, t.log_nodes.c
_LINES = sa.select(_L.line).where(_L.index >= _FIRST, _L.index < _END).order_by(_L.index)
_NODES = (
    sa.select(_N.index, _N.hash)
    .where(_N.log == sa.bindparam("log"), _N.level == sa.bindparam("level"), _N.index >= _FIRST)
    .order_by(_N.index)
    .limit(PAGE)
)
_LOGS = sa.select(t.logs).order_by(t.logs.c.number)
_C = t.checkpoints.c
_NEWEST = sa.select(_C.note).order_by(_C.log.desc(), _C.size.desc()).limit(1)
_NEWEST_OF = _NEWEST.where(_C.log == sa.bindparam("log"))
_G = t.logs.c
_AT = (
    sa.select(
        t.logs,
        sa.select(_L.line).where(_L.index == sa.bindparam("place")).scalar_subquery().label("line"),
        sa.select(sa.func.max(_C.size)).where(_C.log == _G.number).scalar_subquery().label("size"),
    )
    .where(_G.first <= sa.bindparam("place"))
    .order_by(_G.number.desc())
    .limit(1)
    .subquery("at")
)
_S = t.cosignatures.c
_STANDING = (
    sa.select(_AT, _C.note, _S.line.label("cosigned"))
    .join(t.checkpoints, sa.and_(_C.log == _AT.c.number, _C.size == _AT.c.size))
    .outerjoin(t.cosignatures, sa.and_(_S.origin == FirstLine(_C.note), _S.size == _C.size))
    .order_by(_S.witness)
)
_CURRENT = sa.select(t.logs).order_by(t.logs.c.number.desc()).limit(1)
_CURRENT_LOCKED = _CURRENT.with_for_update()


def logs(db: sa.Connection) -> Sequence[Log]:
    """Every log, oldest first; the last is the one that grows."""
    rows = db.execute(_LOGS)
    return [Log(row.number, row.first, Edge.from_bytes(row.edge)) for row in rows]


def current(db: sa.Connection, *, lock: bool = False) -> Log:
    """The log that grows; with ``lock`` nobody else can grow it before this transaction ends."""
    row = db.execute(_CURRENT_LOCKED if lock else _CURRENT).one()
    return Log(row.number, row.first, Edge.from_bytes(row.edge))


def lines(db: sa.Connection, first: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Lines from the place ``first`` to before ``end``, in order, a page at a time."""
    at = first
    while True:
        upto = at + PAGE if end is None else min(at + PAGE, end)
        page = db.scalars(_LINES, {"first": at, "end": upto}).all()
        yield from page
        at += len(page)
        if not page or at == end:
            return


@dataclass(frozen=True, slots=True)
class Standing:
    """A line, the log that it stands in, and the newest checkpoint of that log, which may not cover it.

    ``cosigned`` are the countersignatures of that checkpoint, a line each.
    """

    log: Log
    line: bytes
    newest: str
    cosigned: str


def standing(db: sa.Connection, place: int) -> Standing | None:
    """What stands at a place, in one question; None where there is no line, or its log has no checkpoint."""
    rows = db.execute(_STANDING, {"place": place}).all()
    if not rows or rows[0].line is None:
        return None
    row, cosigned = rows[0], "".join(each.cosigned or "" for each in rows)
    return Standing(Log(row.number, row.first, Edge.from_bytes(row.edge)), row.line, row.note, cosigned)


def leaves(db: sa.Connection, log: Log) -> Iterator[tuple[bytes, bytes]]:
    """The lines of one log with their stored leaf hashes, a page at a time."""
    place = t.log_lines.c.index
    for first in range(log.first, log.end, PAGE):
        query = sa.select(t.log_lines.c.line, t.log_lines.c.leaf)
        query = query.where(place >= first, place < min(first + PAGE, log.end)).order_by(place)
        # SQLite keeps whatever type somebody wrote by hand; what is no longer bytes is no line of ours
        yield from ((row.line if isinstance(row.line, bytes) else b"", row.leaf) for row in db.execute(query))


def nodes(db: sa.Connection, log: int, level: int) -> Iterator[tuple[int, bytes]]:
    """The nodes of one level of one log by their index, in order, a page at a time."""
    at = 0
    while page := db.execute(_NODES, {"log": log, "level": level, "first": at}).all():
        yield from map(tuple, page)
        at = page[-1][0] + 1


def node_count(db: sa.Connection, log: int | None = None) -> int:
    """How many nodes one log has, or all of them."""
    query = sa.select(sa.func.count()).select_from(t.log_nodes)
    return db.execute(query if log is None else query.where(t.log_nodes.c.log == log)).scalar_one()


def line_count(db: sa.Connection) -> int:
    return db.execute(sa.select(sa.func.count()).select_from(t.log_lines)).scalar_one()


def checkpoints(db: sa.Connection, log: int) -> Sequence[tuple[int, str]]:
    c = t.checkpoints.c
    query = sa.select(c.size, c.note).where(c.log == log).order_by(c.size)
    return [(row.size, row.note) for row in db.execute(query)]


def numbers_of(db: sa.Connection, subject: str) -> Sequence[int]:
    """The places of the lines that are about an upload, a disclosure, a parcel or a message."""
    query = sa.select(t.mentions.c.line).where(t.mentions.c.subject == subject).order_by(t.mentions.c.line)
    return list(db.scalars(query))


def lines_about(db: sa.Connection, subject: str) -> Sequence[bytes]:
    """The lines that ``numbers_of`` finds."""
    found = t.log_lines.join(t.mentions, t.mentions.c.line == t.log_lines.c.index)
    query = sa.select(t.log_lines.c.line).select_from(found).where(t.mentions.c.subject == subject)
    return list(db.scalars(query.order_by(t.log_lines.c.index)))


def newest(db: sa.Connection, log: int | None = None) -> str | None:
    """The newest checkpoint of one log, or of the newest that has one."""
    found = db.execute(_NEWEST) if log is None else db.execute(_NEWEST_OF, {"log": log})
    return found.scalar_one_or_none()


def at_size(db: sa.Connection, log: int, size: int) -> str | None:
    c = t.checkpoints.c
    return db.execute(sa.select(c.note).where(c.log == log, c.size == size)).scalar_one_or_none()


def signed(db: sa.Connection, log: int) -> int:
    """How many lines of a log a checkpoint covers."""
    c = t.checkpoints.c
    return db.execute(sa.select(sa.func.max(c.size)).where(c.log == log)).scalar_one() or 0


def has_grown(db: sa.Connection) -> bool:
    """Whether there are lines that no checkpoint covers."""
    log = current(db)
    return log.edge.size > signed(db, log.number)


def publish(db: sa.Connection, at: datetime, keys: LogKeys, known: Mark | None) -> Mark | None:
    """Sign the head if the log has grown since the newest checkpoint; returns its mark, or None when it has not.

    The row's key is the size: a second process that signs the same head writes nothing. Raises Fault(BEHIND) for a log
    that does not begin with what is ``known`` to have been signed.
    """
    if not has_grown(db):
        return None
    log = current(db)
    if not holds(db, log, known):
        raise Fault(Reason.BEHIND)
    head = Checkpoint(keys.origin(log.number), log.edge.size, log.edge.root)
    note = keys.sign_log(log.number, head.text())
    db.execute(t.checkpoints.insert().values(log=log.number, size=log.edge.size, note=note, at=naive(at)))
    return Mark(log.height, at, note)


def holds(db: sa.Connection, log: Log, known: Mark | None) -> bool:
    """Whether the log that grows begins with what is known to have been signed."""
    if known is None or known.height.log < log.number:
        return True
    if known.height > log.height:
        return False
    head, size = known.checkpoint, known.height.size
    if head is None:
        return True
    return tiles.gathered(lambda hashes: tree.edge(size, hashes), log.edge, Hashes(db, log)).root == head.root


__all__ = ["Hashes", "Log", "current", "has_grown", "holds", "lines", "logs", "newest", "numbers_of", "publish"]
