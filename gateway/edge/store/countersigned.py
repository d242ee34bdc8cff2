"""What we countersigned of partners' logs, and what did not hang together."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from gateway.core.facts import LogTrouble
from gateway.core.records import Before, Countersigning, Doubt, Record
from gateway.core.terms import PartnerId, TaskId
from gateway.edge.store import tables as t
from gateway.edge.store import writing
from gateway.edge.store.engine import aware, naive, reading

_STANDING = sa.select(t.doubts).join(t.tasks, t.tasks.c.id == t.doubts.c.task).where(t.tasks.c.done_at.is_(None))


class Countersigned:
    """A part of the store."""

    engine: sa.Engine

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def countersign(self, origin: str, before: Before) -> None:
        """Hold a partner's log to the head that was countersigned last, one question of it at a time.

        The row is locked between looking and writing: two questions never lead on from one head.
        """
        with self._change() as db:
            db.execute(sa.select(t.register.c.version).with_for_update())
            c = t.countersigned.c
            row = db.execute(sa.select(t.countersigned).where(c.origin == origin)).one_or_none()
            after, record = before(_countersigning(row) if row else None)
            if after is not None:
                writing.upsert(db, t.countersigned, {**asdict(after), "at": naive(after.at)}, c.origin)
            writing.write(db, self._new(db, record))

    def doubt(self, record: Record) -> None:
        """Write down a doubt, unless the same one stands."""
        with self._change() as db:
            writing.write(db, self._new(db, record))

    def countersignings(self) -> Sequence[Countersigning]:
        """The newest head of each partner's log that we countersigned."""
        with reading(self.engine) as db:
            query = sa.select(t.countersigned).order_by(t.countersigned.c.partner, t.countersigned.c.origin)
            return [_countersigning(row) for row in db.execute(query)]

    def heads_of(self, origin: str) -> Sequence[str]:
        """Every note of this log that we hold: the one we countersigned, and the largest that was shown."""
        p, c = t.peer_checkpoints.c, t.countersigned.c
        shown = sa.select(p.note).where(p.origin == origin)
        with reading(self.engine) as db:
            return list(db.scalars(shown.union_all(sa.select(c.note).where(c.origin == origin))))

    def doubts(self) -> Sequence[Doubt]:
        """Trouble with partners' logs that nobody has settled, the newest first."""
        with reading(self.engine) as db:
            return [_doubt(row) for row in db.execute(_STANDING.order_by(t.doubts.c.at.desc(), t.doubts.c.task))]

    def _new(self, db: sa.Connection, record: Record) -> Record:
        """Nothing of a record whose doubt stands already: a partner that asks every minute is one task."""
        for one in record.doubts:
            d = t.doubts.c
            if db.execute(_STANDING.where(d.origin == one.origin, d.trouble == one.trouble)).first():
                return Record(())
        return record


def _countersigning(row: sa.Row[Any]) -> Countersigning:
    return Countersigning(PartnerId(row.partner), row.origin, row.size, row.note, row.line, aware(row.at))


def _doubt(row: sa.Row[Any]) -> Doubt:
    trouble = LogTrouble(row.trouble)
    return Doubt(TaskId(row.task), PartnerId(row.partner), row.origin, trouble, row.note, row.held, aware(row.at))


__all__ = ["Countersigned"]
