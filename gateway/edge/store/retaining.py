"""Until when what is kept: the clocks of sources, and how one is destroyed: what rests, its salts, never a line."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.facts import RetentionClass, Source, source_of
from gateway.core.records import Destruction, Kept, Record, Retained
from gateway.core.retention import Live
from gateway.core.terms import Flag, PartnerId, PersonId
from gateway.edge.store import flagged, logbook, resting, unclocked, wholes, writing
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, reading
from gateway.edge.store.living import living
from gateway.edge.store.resting import Holding

Row = sa.Row[Any]


class Retaining:
    """A part of the store."""

    engine: sa.Engine

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def _hold_register(self, db: sa.Connection) -> None:
        raise NotImplementedError

    def retained(self, homes: Sequence[PartnerId]) -> Sequence[Retained]:
        """What has a clock and is not destroyed, what ends first at the top."""
        r = t.retained.c
        query = sa.select(t.retained).where(r.home.in_(homes), r.destroyed_at.is_(None)).order_by(r.year, r.source)
        with reading(self.engine) as db:
            return [_retained(row) for row in db.execute(query)]

    def retained_one(self, source: Source) -> Retained | None:
        with reading(self.engine) as db:
            row = db.execute(sa.select(t.retained).where(t.retained.c.source == source)).one_or_none()
            return _retained(row) if row else None

    def destructions(self, homes: Sequence[PartnerId]) -> Sequence[Destruction]:
        """What was destroyed, newest first."""
        d = t.destructions.c
        query = sa.select(t.destructions).where(d.home.in_(homes)).order_by(d.at.desc(), d.source)
        with reading(self.engine) as db:
            return [_destruction(row) for row in db.execute(query)]

    def holding(self, source: Source) -> Holding:
        with reading(self.engine) as db:
            return wholes.holding(db, source)

    def resting_of(self, source: Source) -> Sequence[Kept]:
        """Everything that rests of one source."""
        with reading(self.engine) as db:
            return resting.resting(db, wholes.holding(db, source))

    def without_clock(self, homes: Sequence[PartnerId], before: datetime) -> Sequence[Source]:
        """What ended or came before that instant, still rests and has no clock."""
        with reading(self.engine) as db:
            return unclocked.found(db, homes, before)

    def keep_until(self, before: Retained | None, source: Source, wrapped: Sequence[Kept], record: Record) -> bool:
        """Write its clock and wrap its documents' keys anew; False, and nothing written, when it is not as ``before``.

        ``wrapped`` are all its documents: one that came meanwhile is no less kept than they.
        """
        with self._change() as db:
            if not _is(db, source, before):
                return False
            held = wholes.holding(db, source)
            if {one.id for one in resting.resting(db, held, lock=True)} != {one.id for one in wrapped}:
                return False
            resting.wrap(db, held, wrapped)
            writing.write(db, record)
            return True

    def mark_retained(self, before: Retained, record: Record) -> bool:
        """Write a hold or its end; False when it is not as ``before``."""
        with self._change() as db:
            if not _is(db, before.source, before):
                return False
            writing.write(db, record)
            return True

    def salts_of(self, source: Source) -> int:
        with reading(self.engine) as db:
            return resting.salts(db, wholes.holding(db, source))

    def living(self, source: Source) -> frozenset[Live]:
        """The case and the rights request that run about a child of it."""
        with reading(self.engine) as db:
            return living(db, source, wholes.holding(db, source))

    def destroy(self, before: Retained, record: Record) -> bool:
        """Delete all that rests of a source and every salt of its lines, with ``record``, or nothing.

        False when it is not as ``before``, when something of it is under way again, or when a restriction was set, a
        case opened or a right claimed for one of its children meanwhile: each takes a lock that this holds.
        """
        with self._change() as db:
            self._hold_register(db)
            if not _is(db, before.source, before):
                return False
            resting.resting(db, wholes.holding(db, before.source), lock=True)
            logbook.current(db, lock=True)  # a case, a watch or a request comes with a line: none comes from here on
            held = wholes.holding(db, before.source)
            restricted = any(Flag.RESTRICTION in one for one in flagged.on_handles(db, held.handles).values())
            if held.under_way or held.watched or restricted or living(db, before.source, held):
                return False
            if db.dialect.name == "sqlite":
                db.exec_driver_sql("PRAGMA secure_delete=ON")  # or a salt would lie on in a page that is free
            resting.destroy(db, held)
            writing.write(db, record)
            return True


def _is(db: sa.Connection, source: Source, before: Retained | None) -> bool:
    query = sa.select(t.retained).where(t.retained.c.source == source).with_for_update()
    row = db.execute(query).one_or_none()
    return (_retained(row) if row else None) == before


def _retained(row: Row) -> Retained:
    return Retained(
        source_of(row.source),
        PartnerId(row.home),
        RetentionClass(row.retention),
        row.year,
        aware(row.started_at),
        PersonId(row.by),
        aware(row.wrapped_at),
        row.held,
        PersonId(row.held_by) if row.held_by else None,
        aware(row.destroyed_at) if row.destroyed_at else None,
    )


def _destruction(row: Row) -> Destruction:
    return Destruction(
        source_of(row.source),
        PartnerId(row.home),
        RetentionClass(row.retention),
        row.year,
        aware(row.at),
        PersonId(row.by),
        row.documents,
        row.salts,
        row.documents_until,
        row.salts_until,
    )
