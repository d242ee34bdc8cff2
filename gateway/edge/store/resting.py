"""Where what is kept of one upload, case or request lies, by what its lines are found, and what still needs it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gateway.core.delivery import UNSETTLED
from gateway.core.facts import Source
from gateway.core.records import Kept
from gateway.core.terms import CaseId, PartnerId, RequestId
from gateway.edge.store import tables as t

_BUSY = frozenset({*UNSETTLED, "shelved", "frozen"})
_MERGES = 20
"""So many times in a row a case may have gone on in another one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Rows of one table that go with a source. ``name`` is of what rests closed in them, None where nothing does."""

    table: sa.Table
    where: sa.ColumnElement[bool]
    name: sa.Column[Any] | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What the database holds of one source, whose it is, by what its lines and its children are found."""

    places: tuple[Place, ...]
    homes: tuple[PartnerId, ...]
    subjects: tuple[str, ...]
    handles: tuple[str, ...]
    under_way: bool = False
    """Something of it is still on its way, or waits to be collected."""
    watched: bool = False
    """By it a child is watched until it starts, looked out for, or on the list of those whose file was stopped."""
    spared: tuple[str, ...] = ()
    """Subjects that keep their lines, though these name something of this source too: a case has its own clock."""


def holding(db: sa.Connection, source: Source) -> Holding:
    match source:
        case CaseId():
            return _of_case(db, source)
        case RequestId():
            return _of_request(db, source)
        case _:
            return _of_upload(db, source)


def resting(db: sa.Connection, held: Holding, *, lock: bool = False) -> Sequence[Kept]:
    """Everything that rests closed, each under a key of its own."""
    found = []
    for place in held.places:
        if place.name is not None:
            c = place.table.c
            query = sa.select(place.name, c.sealed, c.wrapped, c.wrapped_by).where(place.where).order_by(place.name)
            found += [Kept(*row) for row in db.execute(query.with_for_update() if lock else query)]
    return found


def wrap(db: sa.Connection, held: Holding, wrapped: Sequence[Kept]) -> None:
    """Write down the keys as they are wrapped anew."""
    for place in held.places:
        name = place.name
        if name is not None:
            for one in wrapped:
                change = place.table.update().where(sa.and_(place.where, name == one.id))
                db.execute(change.values(wrapped=one.wrapped, wrapped_by=one.wrapped_by))


def lines(held: Holding) -> sa.ColumnElement[bool]:
    """Which joins lead from lines of this source and of nothing else that has a clock of its own."""
    m = t.mentions.c
    mine = t.joins.c.line.in_(sa.select(m.line).where(m.subject.in_(held.subjects)))
    return sa.and_(mine, t.joins.c.line.not_in(sa.select(m.line).where(m.subject.in_(held.spared))))


def destroy(db: sa.Connection, held: Holding) -> None:
    """Delete all of it and every salt of its lines."""
    db.execute(t.joins.delete().where(lines(held)))
    for place in held.places:
        db.execute(place.table.delete().where(place.where))


def _of_upload(db: sa.Connection, source: str) -> Holding:
    p, d, w, b, n = t.parcels.c, t.decisions.c, t.watches.c, t.blocked.c, t.notices.c
    parcels = db.execute(sa.select(t.parcels).where(p.source == source)).all()
    decided = db.execute(sa.select(t.decisions).where(d.source == source)).all()
    watches = db.execute(sa.select(w.id, w.home, w.closed_at).where(w.source == source)).all()
    blocked = db.execute(sa.select(b.home, b.pupil, b.cleared_at).where(b.upload == source)).all()
    seeking = sa.select(n.disclosure).where(n.source == source, n.watched_until.is_not(None)).limit(1)
    documents = [one for row in parcels for one in (row.document, row.sealed)]
    documents += [one for row in decided for one in (row.document, row.form) if one]
    mended = sa.select(t.rights_copies.c.after).where(
        t.rights_copies.c.parcel.in_([source, *(row.id for row in parcels)])
    )
    documents += [one for one in db.execute(mended).scalars() if one]
    ids = [one for row in parcels for one in (row.id, row.disclosure, row.message) if one]
    ids += [row.disclosure for row in decided]
    ids += [f"{source}#{row.pupil}" for row in blocked]  # as ``Blocked.id``
    watched = [row.id for row in watches]
    places = (
        Place(t.kept, t.kept.c.id.in_(documents), t.kept.c.id),
        Place(t.explanations, t.explanations.c.upload == source, t.explanations.c.kept),
        Place(t.blocked, b.upload == source, b.kept),
        Place(t.watches, w.source == source, w.kept),
        Place(t.watch_handles, t.watch_handles.c.watch.in_(watched)),
        Place(t.named, t.named.c.source == source),
    )
    under_way = any(row.state in _BUSY for row in parcels) or any(row.outcome == "hold" for row in decided)
    watching = any(row.closed_at is None for row in watches) or any(row.cleared_at is None for row in blocked)
    homes = [PartnerId(row.home) for row in (*parcels, *decided, *watches, *blocked)]
    handles = sa.select(t.named.c.handle).where(t.named.c.source == source).distinct()
    return Holding(
        places,
        tuple(dict.fromkeys(homes)),
        tuple(dict.fromkeys([source, *ids, *watched])),
        tuple(db.execute(handles).scalars()),
        under_way,
        watching or db.execute(seeking).first() is not None,
        tuple(_cases_with(db, source, ids)),
    )


def _cases_with(db: sa.Connection, source: str, ids: Sequence[str]) -> Iterator[str]:
    """The cases in whose timeline papers of a source stand."""
    e, c = t.case_entries.c, t.cases.c
    yield from db.execute(sa.select(e.case).where(sa.or_(e.source == source, e.disclosure.in_(ids)))).scalars()
    yield from db.execute(sa.select(c.id).where(c.offered.in_(ids))).scalars()


def _of_case(db: sa.Connection, case: CaseId) -> Holding:
    """A case and those that went on in it: one child, one clock."""
    c, h, e = t.cases.c, t.case_handles.c, t.case_entries.c
    found, last = [str(case)], [str(case)]
    for _ in range(_MERGES):
        last = list(db.execute(sa.select(c.id).where(c.into.in_(last), c.id.not_in(found))).scalars())
        found += last
    homes = db.execute(sa.select(c.home).where(c.id == case)).scalars()
    entries = db.execute(sa.select(e.id).where(e.case.in_(found))).scalars()
    handles = db.execute(sa.select(h.handle).where(h.case.in_(found)).distinct()).scalars()
    places = (
        Place(t.cases, c.id.in_(found), c.kept),
        Place(t.case_entries, e.case.in_(found), e.kept),
        Place(t.case_handles, h.case.in_(found)),
    )
    return Holding(places, tuple(map(PartnerId, homes)), (*found, *entries), tuple(handles))


def _of_request(db: sa.Connection, request: RequestId) -> Holding:
    r, s = t.rights_requests.c, t.rights_steps.c
    row = db.execute(sa.select(r.home, r.handles).where(r.id == request)).one_or_none()
    places = (
        Place(t.rights_requests, r.id == request, r.kept),
        Place(t.rights_steps, s.request == request, s.kept),
    )
    return Holding(places, (PartnerId(row.home),) if row else (), (request,), tuple(row.handles) if row else ())
