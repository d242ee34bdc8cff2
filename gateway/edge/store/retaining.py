"""Until when what is kept: the clocks of sources, and how one is destroyed: documents, keys and salts, never a line."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gateway.core.delivery import UNSETTLED
from gateway.core.facts import RetentionClass
from gateway.core.records import Destruction, Kept, Record, Retained
from gateway.core.retention import Live
from gateway.core.terms import Flag, PartnerId, PersonId, UploadId
from gateway.edge.store import flagged, logbook, questions, writing
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, reading
from gateway.edge.store.living import living

Row = sa.Row[Any]


@dataclass(frozen=True, slots=True)
class Holding:
    """What the database holds of one source: documents, and by what its lines are found."""

    kept: tuple[str, ...]
    subjects: tuple[str, ...]
    under_way: bool
    """Something of it is still on its way, or waits to be collected."""


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

    def retained_one(self, source: UploadId) -> Retained | None:
        with reading(self.engine) as db:
            row = db.execute(sa.select(t.retained).where(t.retained.c.source == source)).one_or_none()
            return _retained(row) if row else None

    def destructions(self, homes: Sequence[PartnerId]) -> Sequence[Destruction]:
        """What was destroyed, newest first."""
        d = t.destructions.c
        query = sa.select(t.destructions).where(d.home.in_(homes)).order_by(d.at.desc(), d.source)
        with reading(self.engine) as db:
            return [_destruction(row) for row in db.execute(query)]

    def holding(self, source: UploadId) -> Holding:
        with reading(self.engine) as db:
            return _holding(db, source)

    def resting_of(self, source: UploadId) -> Sequence[Kept]:
        """Every document that rests of one source."""
        with reading(self.engine) as db:
            found = (questions.kept(db, one) for one in _holding(db, source).kept)
            return [one for one in found if one is not None]

    def keep_until(self, before: Retained | None, source: UploadId, wrapped: Sequence[Kept], record: Record) -> bool:
        """Write its clock and wrap its documents' keys anew; False, and nothing written, when it is not as ``before``.

        ``wrapped`` are all its documents: one that came meanwhile is no less kept than they.
        """
        with self._change() as db:
            if not _is(db, source, before) or set(_resting(db, source)) != {one.id for one in wrapped}:
                return False
            for one in wrapped:
                change = t.kept.update().where(t.kept.c.id == one.id)
                db.execute(change.values(wrapped=one.wrapped, wrapped_by=one.wrapped_by))
            writing.write(db, record)
            return True

    def mark_retained(self, before: Retained, record: Record) -> bool:
        """Write a hold or its end; False when it is not as ``before``."""
        with self._change() as db:
            if not _is(db, before.source, before):
                return False
            writing.write(db, record)
            return True

    def salts_of(self, source: UploadId) -> int:
        with reading(self.engine) as db:
            mine = _lines(_holding(db, source).subjects)
            counted = sa.select(sa.func.count()).select_from(t.joins).where(t.joins.c.line.in_(mine))
            return int(db.execute(counted).scalar_one())

    def living(self, source: UploadId) -> frozenset[Live]:
        """The case and the rights request that run about a child of it."""
        with reading(self.engine) as db:
            return living(db, source, _holding(db, source).subjects)

    def destroy(self, before: Retained, record: Record) -> bool:
        """Delete all that rests of a source and every salt of its lines, with ``record``, or nothing.

        False when it is not as ``before``, when something of it is under way again, or when a restriction was set, a
        case opened or a right claimed for one of its children meanwhile: each takes a lock that this holds.
        """
        with self._change() as db:
            self._hold_register(db)
            holding = _holding(db, before.source)
            marked = flagged.on_sources(db, [before.source]).values()
            if holding.under_way or any(Flag.RESTRICTION in one for one in marked):
                return False
            if not _is(db, before.source, before):
                return False
            logbook.current(db, lock=True)  # a case or a request comes with a line, so none comes from here on
            if living(db, before.source, holding.subjects):
                return False
            if db.dialect.name == "sqlite":
                db.exec_driver_sql("PRAGMA secure_delete=ON")  # or a salt would lie on in a page that is free
            db.execute(t.joins.delete().where(t.joins.c.line.in_(_lines(holding.subjects))))
            db.execute(t.kept.delete().where(t.kept.c.id.in_(holding.kept)))
            db.execute(t.named.delete().where(t.named.c.source == before.source))
            db.execute(t.explanations.delete().where(t.explanations.c.upload == before.source))
            writing.write(db, record)
            return True


def _holding(db: sa.Connection, source: UploadId) -> Holding:
    p, d = t.parcels.c, t.decisions.c
    parcels = db.execute(sa.select(t.parcels).where(p.source == source)).all()
    decided = db.execute(sa.select(t.decisions).where(d.source == source)).all()
    documents = [one for row in parcels for one in (row.document, row.sealed)]
    documents += [one for row in decided for one in (row.document, row.form) if one]
    mended = sa.select(t.rights_copies.c.after).where(
        t.rights_copies.c.parcel.in_([source, *(row.id for row in parcels)])
    )
    documents += [one for one in db.execute(mended).scalars() if one]
    ids = [one for row in parcels for one in (row.id, row.disclosure, row.message) if one]
    ids += [row.disclosure for row in decided]
    called = sa.select(t.blocked.c.pupil).where(t.blocked.c.upload == source)
    ids += [f"{source}#{pupil}" for pupil in db.execute(called).scalars()]  # as ``Blocked.id``
    busy = {*UNSETTLED, "shelved", "frozen"}
    under_way = any(row.state in busy for row in parcels) or any(row.outcome == "hold" for row in decided)
    return Holding(tuple(dict.fromkeys(documents)), tuple(dict.fromkeys([source, *ids])), under_way)


def _resting(db: sa.Connection, source: UploadId) -> Sequence[str]:
    query = sa.select(t.kept.c.id).where(t.kept.c.id.in_(_holding(db, source).kept)).with_for_update()
    return list(db.execute(query).scalars())


def _lines(subjects: Sequence[str]) -> sa.Select[tuple[Any]]:
    return sa.select(t.mentions.c.line).where(t.mentions.c.subject.in_(subjects))


def _is(db: sa.Connection, source: UploadId, before: Retained | None) -> bool:
    query = sa.select(t.retained).where(t.retained.c.source == source).with_for_update()
    row = db.execute(query).one_or_none()
    return (_retained(row) if row else None) == before


def _retained(row: Row) -> Retained:
    return Retained(
        UploadId(row.source),
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
        UploadId(row.source),
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
