"""The disclosure log as the database keeps it: lines, tiles, checkpoints. Reading, and putting a new checkpoint."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from gateway.core.log import tree
from gateway.core.log.checkpoint import Checkpoint
from gateway.edge.store import tables as t
from gateway.edge.store.engine import naive

PAGE = 1024


class Tiles:
    """Tiles made from the rows of ``log_lines`` and ``log_nodes`` (``core.log.tiles.Tiles``)."""

    def __init__(self, db: sa.Connection) -> None:
        self._db = db

    def tile(self, level: int, index: int, width: int) -> bytes:
        first = index * 256
        if level == 0:
            column, place = t.log_lines.c.leaf, t.log_lines.c.index
            query = sa.select(column).where(place >= first, place < first + width).order_by(place)
        else:
            column, place = t.log_nodes.c.hash, t.log_nodes.c.index
            at_level = t.log_nodes.c.level == level
            query = sa.select(column).where(at_level, place >= first, place < first + width).order_by(place)
        return b"".join(self._db.scalars(query))


def edge(db: sa.Connection) -> tree.Edge:
    return tree.Edge.from_bytes(db.execute(sa.select(t.log_head.c.edge).where(t.log_head.c.id == 1)).scalar_one())


def lines(db: sa.Connection, first: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Lines from ``first`` to before ``end``, in order, a page at a time."""
    at = first
    while True:
        upto = at + PAGE if end is None else min(at + PAGE, end)
        place = t.log_lines.c.index
        query = sa.select(t.log_lines.c.line).where(place >= at, place < upto).order_by(place)
        page = list(db.scalars(query))
        yield from page
        at += len(page)
        if not page or at == end:
            return


def leaves(db: sa.Connection, size: int) -> Iterator[tuple[bytes, bytes]]:
    """The first ``size`` lines with their stored leaf hashes, a page at a time."""
    place = t.log_lines.c.index
    for first in range(0, size, PAGE):
        query = sa.select(t.log_lines.c.line, t.log_lines.c.leaf)
        query = query.where(place >= first, place < min(first + PAGE, size)).order_by(place)
        # SQLite keeps whatever type somebody wrote by hand; what is no longer bytes is no line of ours
        yield from ((row.line if isinstance(row.line, bytes) else b"", row.leaf) for row in db.execute(query))


def node(db: sa.Connection, level: int, index: int) -> bytes | None:
    at = (t.log_nodes.c.level == level, t.log_nodes.c.index == index)
    return db.execute(sa.select(t.log_nodes.c.hash).where(*at)).scalar_one_or_none()


def node_count(db: sa.Connection) -> int:
    return db.execute(sa.select(sa.func.count()).select_from(t.log_nodes)).scalar_one()


def numbers_of(db: sa.Connection, subject: str) -> Sequence[int]:
    """The lines that are about an upload, a disclosure, a parcel or a message."""
    query = sa.select(t.mentions.c.line).where(t.mentions.c.subject == subject).order_by(t.mentions.c.line)
    return list(db.scalars(query))


def newest(db: sa.Connection) -> str | None:
    query = sa.select(t.checkpoints.c.note).order_by(t.checkpoints.c.size.desc()).limit(1)
    return db.execute(query).scalar_one_or_none()


def at_size(db: sa.Connection, size: int) -> str | None:
    return db.execute(sa.select(t.checkpoints.c.note).where(t.checkpoints.c.size == size)).scalar_one_or_none()


def has_grown(db: sa.Connection) -> bool:
    """Whether there are lines that no checkpoint covers."""
    return edge(db).size > (db.execute(sa.select(sa.func.max(t.checkpoints.c.size))).scalar_one() or 0)


def publish(db: sa.Connection, origin: str, at: datetime, sign: Callable[[str], str]) -> str | None:
    """Sign the head if the log has grown since the newest checkpoint; returns the note, or None when it has not.

    The row's key is the size: a second process that signs the same head writes nothing.
    """
    if not has_grown(db):
        return None
    grown = edge(db)
    note = sign(Checkpoint(origin, grown.size, grown.root).text())
    row = {"size": grown.size, "note": note, "at": naive(at)}
    db.execute(t.checkpoints.insert().values(**row))
    return note


__all__ = ["Tiles", "at_size", "edge", "has_grown", "lines", "newest", "numbers_of", "publish"]
