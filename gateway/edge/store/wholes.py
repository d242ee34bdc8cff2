"""What of the tables belongs to each kind of source: a place for each, so that everything has one end and one alone."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import sqlalchemy as sa

from gateway.core.delivery import UNSETTLED
from gateway.core.facts import WHOLES, Source, What, Whole
from gateway.core.terms import PartnerId, YearId
from gateway.edge.store import tables as t
from gateway.edge.store.resting import Holding, Place, kept, lines_of, read, texts

_BUSY = frozenset({*UNSETTLED, "shelved", "frozen"})
_MERGES = 20
"""So many times in a row a case may have gone on in another one."""


def holding(db: sa.Connection, source: Source) -> Holding:
    return _OF[WHOLES[type(source)]](db, source)


def _of_papers(db: sa.Connection, source: str) -> Holding:
    p, d, w, b, n, r = t.parcels.c, t.decisions.c, t.watches.c, t.blocked.c, t.notices.c, t.recalls.c
    parcels = db.execute(sa.select(t.parcels).where(p.source == source)).all()
    decided = db.execute(sa.select(t.decisions).where(d.source == source)).all()
    watches = db.execute(sa.select(w.id, w.home, w.closed_at).where(w.source == source)).all()
    blocked = db.execute(sa.select(b.home, b.pupil, b.cleared_at).where(b.upload == source)).all()
    seeking = sa.select(n.disclosure).where(n.source == source, n.watched_until.is_not(None)).limit(1)
    documents = [one for row in parcels for one in (row.document, row.sealed)]
    documents += [one for row in decided for one in (row.document, row.form)]
    ids = [one for row in parcels for one in (row.id, row.disclosure, row.message) if one]
    ids += [row.disclosure for row in decided]
    c = t.rights_copies.c
    mended = sa.select(c.before, c.after).where(c.parcel.in_([source, *(row.id for row in parcels)]))
    documents += [one for row in db.execute(mended) for one in row]
    ids += [f"{source}#{row.pupil}" for row in blocked]  # as ``Blocked.id``
    watched = [row.id for row in watches]
    subjects = tuple(dict.fromkeys([source, *ids, *watched]))
    lines = tuple(index for index, _ in lines_of(db, Whole.PAPERS, subjects))
    places = (
        *kept(documents),
        *texts(db, lines),
        Place(t.explanations, t.explanations.c.upload == source, t.explanations.c.kept),
        Place(t.blocked, b.upload == source, b.kept),
        Place(t.watches, w.source == source, w.kept),
        Place(t.watch_handles, t.watch_handles.c.watch.in_(watched)),
        Place(t.named, t.named.c.source == source),
        Place(t.recalls, r.disclosure.in_([row.disclosure for row in decided])),
    )
    under_way = any(row.state in _BUSY for row in parcels) or any(row.outcome == "hold" for row in decided)
    watching = any(row.closed_at is None for row in watches) or any(row.cleared_at is None for row in blocked)
    homes = [PartnerId(row.home) for row in (*parcels, *decided, *watches, *blocked)]
    handles = sa.select(t.named.c.handle).where(t.named.c.source == source).distinct()
    return Holding(
        Whole.PAPERS,
        places,
        tuple(dict.fromkeys(homes)),
        subjects,
        tuple(db.execute(handles).scalars()),
        under_way,
        watching or db.execute(seeking).first() is not None,
        lines,
    )


def _of_case(db: sa.Connection, case: str) -> Holding:
    """A case and those that went on in it: one child, one clock."""
    c, h, e = t.cases.c, t.case_handles.c, t.case_entries.c
    found, last = [case], [case]
    for _ in range(_MERGES):
        last = list(db.execute(sa.select(c.id).where(c.into.in_(last), c.id.not_in(found))).scalars())
        found += last
    entries = db.execute(sa.select(e.id).where(e.case.in_(found))).scalars()
    handles = db.execute(sa.select(h.handle).where(h.case.in_(found)).distinct()).scalars()
    places = (
        Place(t.cases, c.id.in_(found), c.kept),
        Place(t.case_entries, e.case.in_(found), e.kept),
        Place(t.case_handles, h.case.in_(found)),
        Place(t.closures, t.closures.c.case.in_(found)),
    )
    return _of(db, Whole.CASE, (*found, *entries), places, _homes(db, c.home, c.id == case), tuple(handles))


def _of_request(db: sa.Connection, request: str) -> Holding:
    r, s = t.rights_requests.c, t.rights_steps.c
    handles = db.execute(sa.select(r.handles).where(r.id == request)).scalar_one_or_none() or ()
    places = (
        Place(t.rights_requests, r.id == request, r.kept),
        Place(t.rights_steps, s.request == request, s.kept),
    )
    homes = _homes(db, r.home, r.id == request)
    return _of(db, Whole.RIGHTS_REQUEST, (request,), places, homes, tuple(handles))


def _of_breach(db: sa.Connection, breach: str) -> Holding:
    b = t.breaches.c
    mine = b.id == breach
    return _of(db, Whole.BREACH, (breach,), (Place(t.breaches, mine),), _homes(db, b.home, mine))


def _of_flag(db: sa.Connection, flag: str) -> Holding:
    """A line about a flag names it nowhere: it is found by the salt of its text, which is kept under the flag's id."""
    f, h, j = t.flags.c, t.flag_handles.c, t.joins.c
    row = db.execute(sa.select(f.home, f.lifted_at).where(f.id == flag)).one_or_none()
    handles = tuple(db.execute(sa.select(h.handle).where(h.flag == flag)).scalars())
    mine = list(db.execute(sa.select(j.line).where(j.what == What.TEXT, j.handle == flag)).scalars())
    places = (Place(t.flags, f.id == flag, f.kept), Place(t.flag_handles, h.flag == flag))
    homes = (PartnerId(row.home),) if row else ()
    stands = row is not None and row.lifted_at is None
    return _of(db, Whole.FLAG, (flag,), places, homes, handles, under_way=stands, lines=mine)


def _of_consent(db: sa.Connection, consent: str) -> Holding:
    c, j = t.consents.c, t.joins.c
    row = db.execute(sa.select(c.home, c.child, c.purpose).where(c.id == consent)).one_or_none()
    if row is None:
        return _of(db, Whole.CONSENT, (consent,), (), ())
    child = sa.select(j.line).where(j.what == What.CHILD, j.handle == row.child)
    mine = [
        index
        for index, one in read(db, db.execute(child).scalars())
        if one["fact"] in _CONSENTS and (one["home"], one["purpose"]) == (row.home, row.purpose)
    ]
    place = Place(t.consents, c.id == consent)
    return _of(db, Whole.CONSENT, (consent,), (place,), (PartnerId(row.home),), (row.child,), lines=mine)


_CONSENTS = frozenset({"ConsentRecorded", "ConsentWithdrawn"})


def _of_year(db: sa.Connection, year: str) -> Holding:
    there = db.execute(sa.select(t.mentions.c.line).where(t.mentions.c.subject == year).limit(1)).first()
    return _of(db, Whole.YEAR, (year,), (), (YearId(year).home,) if there else ())


def _of(
    db: sa.Connection,
    whole: Whole,
    subjects: tuple[str, ...],
    places: tuple[Place, ...],
    homes: tuple[PartnerId, ...],
    handles: tuple[str, ...] = (),
    *,
    under_way: bool = False,
    lines: list[int] | None = None,
) -> Holding:
    """With the lines that its subjects lead to, beside those that are known otherwise, and the texts of both."""
    found = (*(lines or ()), *(index for index, _ in lines_of(db, whole, subjects)))
    all_of_it = tuple(dict.fromkeys(found))
    return Holding(
        whole, (*places, *texts(db, all_of_it)), homes, subjects, handles, under_way, lines=all_of_it
    )  # fmt: skip


def _homes(db: sa.Connection, home: sa.Column[str], mine: sa.ColumnElement[bool]) -> tuple[PartnerId, ...]:
    return tuple(map(PartnerId, db.execute(sa.select(home).where(mine)).scalars()))


_OF: Mapping[Whole, Callable[[sa.Connection, str], Holding]] = MappingProxyType(
    {
        Whole.PAPERS: _of_papers,
        Whole.CASE: _of_case,
        Whole.RIGHTS_REQUEST: _of_request,
        Whole.BREACH: _of_breach,
        Whole.FLAG: _of_flag,
        Whole.CONSENT: _of_consent,
        Whole.YEAR: _of_year,
    }
)
"""How the holding of each kind is gathered."""
