"""Who is watched until it starts at another school, and whose file an error stopped."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.facts import WatchEnd
from gateway.core.records import Blocked, Record, Watch
from gateway.core.terms import LaEstab, PartnerId, WatchId
from gateway.edge.store import tables as t
from gateway.edge.store import watched, writing
from gateway.edge.store.engine import naive, parts, reading

MOST = 1000
MOST_BLOCKED = 20_000  # one file that nobody mends must not push another school's child off the list
W, H = t.watches.c, t.watch_handles.c
_HANDLES = sa.select(t.watch_handles).where(H.watch.in_(sa.bindparam("of", expanding=True))).order_by(H.handle)
_FOUND = sa.select(H.watch).where(H.handle.in_(sa.bindparam("of", expanding=True)))
_ON = sa.select(t.watches).where(W.home == sa.bindparam("home"), W.closed_at.is_(None), W.id.in_(_FOUND))


class Watching:
    """A part of the store."""

    engine: sa.Engine

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def watch(self, watch: WatchId) -> Watch | None:
        with reading(self.engine) as db:
            return next(iter(_watches(db, W.id == watch)), None)

    def watches(self, homes: Sequence[PartnerId], school: LaEstab | None = None) -> Sequence[Watch]:
        """Who is watched at these homes, or on the way to one school, the first to be overdue first."""
        only = () if school is None else (W.school == school,)
        with reading(self.engine) as db:
            return _watches(db, W.home.in_(homes), W.closed_at.is_(None), *only)

    def watches_on(self, home: PartnerId, handles: Sequence[str]) -> Sequence[Watch]:
        """Who is watched at this home and is found by one of these handles."""
        with reading(self.engine) as db:
            found = {row.id: row for some in parts(handles) for row in db.execute(_ON, {"home": home, "of": some})}
            return _with_handles(db, sorted(found.values(), key=lambda row: (row.due, row.id)))

    def watches_due(self, at: datetime, most: int) -> Sequence[Watch]:
        """Who has left and not arrived, and of whom nobody has been told so."""
        with reading(self.engine) as db:
            return _watches(db, W.closed_at.is_(None), W.told_at.is_(None), W.due < naive(at), most=most)

    def watches_ended(self, most: int) -> Sequence[Watch]:
        """Who has started here and came from another council that has not been told, or was told of an alarm before."""
        said = (WatchEnd.RETURN, WatchEnd.PERSON, WatchEnd.LIST_CONFIRMED)
        untold = sa.or_(W.told_at.is_(None), W.told_at < W.closed_at)
        ended = (W.end.in_(said), untold, W.other.is_not(None))
        with reading(self.engine) as db:
            return _watches(db, *ended, most=most)

    def change_watch(self, seen: Watch, record: Record) -> bool:
        """Write what changes it; False, and nothing written, where it was closed or told of meanwhile."""
        with self._change() as db:
            query = sa.select(W.closed_at, W.told_at).where(W.id == seen.id).with_for_update()
            row = db.execute(query).one_or_none()
            if row is None or (row.closed_at is None, row.told_at is None) != (
                seen.closed_at is None,
                seen.told_at is None,
            ):
                return False
            writing.write(db, record)
            return True

    def blocked_at(self, home: PartnerId, before: datetime | None = None) -> Sequence[Blocked]:
        """Whose file was refused and has not come through, the oldest first; of those due before an instant."""
        b = t.blocked.c
        query = sa.select(t.blocked).where(b.home == home, b.cleared_at.is_(None))
        query = query if before is None else query.where(b.due < naive(before))
        with reading(self.engine) as db:
            rows = db.execute(query.order_by(b.at, b.upload, b.pupil).limit(MOST_BLOCKED))
            return [watched.blocked_of(row) for row in rows]


def _watches(db: sa.Connection, *where: sa.ColumnElement[bool], most: int = MOST) -> Sequence[Watch]:
    return _with_handles(db, db.execute(sa.select(t.watches).where(*where).order_by(W.due, W.id).limit(most)).all())


def _with_handles(db: sa.Connection, rows: Sequence[sa.Row[Any]]) -> Sequence[Watch]:
    found: dict[str, list[sa.Row[Any]]] = {}
    for some in parts([row.id for row in rows]):
        for row in db.execute(_HANDLES, {"of": some}):
            found.setdefault(row.watch, []).append(row)
    return [watched.watch_of(row, found.get(row.id, [])) for row in rows]
