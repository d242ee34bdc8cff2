"""Flags on children and what people have cleared: looked at when a parcel is claimed, and when a file is opened."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.decisions import Clearance
from gateway.core.delivery import Parcel
from gateway.core.errors import Code
from gateway.core.facts import Excuse
from gateway.core.records import Clearing, Flagged, Named, Record, Standing
from gateway.core.terms import Flag, FlagId, ParcelId, PartnerId, PersonId, UploadId
from gateway.edge.store import explained, questions, vouching
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, naive, parts

Row = sa.Row[Any]

_STANDING = t.flags.c.lifted_at.is_(None)
_JOINED = t.flag_handles.join(t.flags, t.flags.c.id == t.flag_handles.c.flag)
_ANY = sa.select(sa.literal(1)).select_from(t.flags).where(_STANDING).limit(1)
_OF: sa.BindParameter[str] = sa.bindparam("of", expanding=True)
_ON = sa.select(t.flag_handles.c.handle, t.flags.c.flag).select_from(_JOINED).where(_STANDING)
_ON_HANDLES = _ON.where(t.flag_handles.c.handle.in_(_OF))
_ON_SOURCES = (
    sa.select(t.named.c.source, t.named.c.pupil, t.flags.c.flag)
    .select_from(_JOINED.join(t.named, t.named.c.handle == t.flag_handles.c.handle))
    .where(_STANDING, t.named.c.source.in_(_OF))
)
SOURCES = (
    sa.select(t.named.c.source)
    .select_from(_JOINED.join(t.named, t.named.c.handle == t.flag_handles.c.handle))
    .where(_STANDING)
    .scalar_subquery()
)
"""Every upload and message in which a child stood on whom a flag stands."""

_DIED = (
    sa.select(t.case_handles.c.case)
    .select_from(_JOINED.join(t.case_handles, t.case_handles.c.handle == t.flag_handles.c.handle))
    .where(_STANDING, t.flags.c.flag == Flag.DIED)
)
DIED = t.cases.c.id.in_(_DIED)
"""A case about a child of whom a school says that it has died."""

_CLEARED = sa.select(t.clearances).where(t.clearances.c.disclosure.in_(_OF))


def on_handles(db: sa.Connection, handles: Sequence[str]) -> Mapping[str, frozenset[Flag]]:
    """The flags that stand on each of these; those without any are left out."""
    if db.execute(_ANY).first() is None:
        return {}
    found: dict[str, frozenset[Flag]] = {}
    for some in parts(handles):
        for row in db.execute(_ON_HANDLES, {"of": some}):
            found[row.handle] = found.get(row.handle, frozenset()) | {Flag(row.flag)}
    return found


def on_sources(db: sa.Connection, sources: Iterable[str]) -> Mapping[tuple[str, int], frozenset[Flag]]:
    """The flags that stand on each child of these uploads and messages, by source and number."""
    if db.execute(_ANY).first() is None:
        return {}
    found: dict[tuple[str, int], frozenset[Flag]] = {}
    for some in parts(sorted(set(sources))):
        for row in db.execute(_ON_SOURCES, {"of": some}):
            key = row.source, row.pupil
            found[key] = found.get(key, frozenset()) | {Flag(row.flag)}
    return found


def uncleared(db: sa.Connection, parcels: Sequence[Parcel]) -> Mapping[ParcelId, frozenset[Flag]]:
    """By parcel, the flags on its children that nobody knew of when it was decided; none where there are none."""
    marked = on_sources(db, (parcel.source for parcel in parcels))
    if not marked:
        return {}
    known = clearances(db, [parcel.disclosure for parcel in parcels])
    found = {}
    for parcel in parcels:
        here = frozenset[Flag]().union(*(marked.get((parcel.source, number), frozenset()) for number in parcel.pupils))
        cleared = known[parcel.disclosure].flags if parcel.disclosure in known else frozenset()
        if here - cleared:
            found[parcel.id] = here - cleared
    return found


def clearances(db: sa.Connection, disclosures: Sequence[str]) -> Mapping[str, Clearance]:
    return {
        row.disclosure: Clearance(
            frozenset(map(Code, row.reasons)),
            frozenset(map(Flag, row.flags)),
            tuple(map(PersonId, row.by)),
            frozenset(map(Excuse, row.excuses)),
            row.glass,
        )
        for some in parts(disclosures)
        for row in db.execute(_CLEARED, {"of": some})
    }


def clearing_row(one: Clearing) -> dict[str, object]:
    """The opposite of ``clearances``."""
    cleared = one.clearance
    return {
        "disclosure": one.disclosure,
        "reasons": sorted(cleared.reasons),
        "flags": sorted(cleared.flags),
        "by": list(cleared.by),
        "excuses": sorted(cleared.excuses),
        "glass": cleared.glass,
    }


def flag_rows(one: Flagged) -> tuple[dict[str, object], list[dict[str, object]]]:
    row = {
        "id": one.id,
        "home": one.home,
        "flag": one.flag,
        "at": naive(one.at),
        "by": one.by,
        "proposed_by": one.proposed_by,
        "lifted_at": naive(one.lifted_at) if one.lifted_at else None,
        **explained.closed_row(one.kept),
    }
    return row, [{"handle": handle, "flag": one.id} for handle in dict.fromkeys(one.handles)]


def named_rows(one: Named) -> Iterator[dict[str, object]]:
    for pupil, handle in dict.fromkeys(one.handles):
        yield {"source": one.source, "pupil": pupil, "handle": handle}


def listed(db: sa.Connection, homes: Sequence[PartnerId], most: int) -> Sequence[Flagged]:
    """Flags that stand, newest first."""
    f = t.flags.c
    rows = db.execute(sa.select(t.flags).where(_STANDING, f.home.in_(homes)).order_by(f.at.desc(), f.id).limit(most))
    return [_flagged(db, row) for row in rows]


def of_kind(db: sa.Connection, handles: Sequence[str], flag: Flag) -> Sequence[Flagged]:
    """The flags of this kind that stand on one of these."""
    mine = sa.select(t.flag_handles.c.flag).where(t.flag_handles.c.handle.in_(handles))
    f = t.flags.c
    rows = db.execute(sa.select(t.flags).where(_STANDING, f.flag == flag, f.id.in_(mine)).order_by(f.id))
    return [_flagged(db, row) for row in rows]


def one(db: sa.Connection, flag: FlagId) -> Flagged | None:
    row = db.execute(sa.select(t.flags).where(t.flags.c.id == flag)).one_or_none()
    return _flagged(db, row) if row else None


def propose(db: sa.Connection, flag: FlagId, by: PersonId) -> bool:
    """Remember who proposed to lift it; False where somebody did before, or it is lifted."""
    f = t.flags.c
    mine = (f.id == flag, f.proposed_by.is_(None), _STANDING)
    return vouching.change(db, t.flags.update().where(*mine).values(proposed_by=by)) == 1


def lift(db: sa.Connection, flag: FlagId, by: PersonId, at: datetime) -> bool:
    """Lift it; False unless somebody else proposed that, and it still stands."""
    f = t.flags.c
    mine = (f.id == flag, f.proposed_by.is_not(None), f.proposed_by != by, _STANDING)
    return vouching.change(db, t.flags.update().where(*mine).values(lifted_at=naive(at))) == 1


def sources_of(db: sa.Connection, handle: str, most: int = 1000) -> Sequence[tuple[UploadId, int]]:
    """Uploads and messages in which this child stood, and under which number."""
    n = t.named.c
    rows = db.execute(sa.select(n.source, n.pupil).where(n.handle == handle).order_by(n.source, n.pupil).limit(most))
    return [(UploadId(row.source), row.pupil) for row in rows]


def exchanged(db: sa.Connection, home: PartnerId, handles: Sequence[str], since: datetime) -> Sequence[Standing]:
    """Parcels of a home in which a child stood, sent and received, newest first."""
    n, p = t.named.c, t.parcels.c
    rows = db.execute(sa.select(n.source, n.pupil).where(n.handle.in_(handles)).distinct()).all()
    places = {(row.source, row.pupil) for row in rows}
    sources = sorted({row.source for row in rows})
    found = questions.standings(db, p.source.in_(sources), p.home == home, p.sealed_at >= naive(since))
    return [one for one in found if any((one.parcel.source, each) in places for each in one.parcel.pupils)]


def earlier_one_offs(db: sa.Connection, home: PartnerId, reader: PartnerId, since: datetime) -> int:
    """How many disclosures to this partner stood on a recorded decision since then."""
    d = t.decisions.c
    mine = (d.home == home, d.reader == reader, d.stands_on == "one-off", d.outcome == "release", d.at >= naive(since))
    return int(db.execute(sa.select(sa.func.count()).select_from(t.decisions).where(*mine)).scalar_one())


def write(db: sa.Connection, record: Record) -> None:
    """The part of a record that is about flags, and by what children are found again.

    A new flag turns the register over: claims hold its row, so that none that began before goes on after.
    """
    if record.flagged:
        db.execute(t.register.update().values(version=t.register.c.version + 1))
    for flagged in record.flagged:
        row, handles = flag_rows(flagged)
        db.execute(t.flags.insert(), row)
        db.execute(t.flag_handles.insert(), handles)
        _forget_clearances(db, flagged)
    rows = [row for named in record.named for row in named_rows(named)]
    if rows:
        db.execute(t.named.insert(), rows, execution_options=vouching.NOTED)
        vouching.wrote(db, t.named, rows)


def _forget_clearances(db: sa.Connection, flagged: Flagged) -> None:
    """What people cleared before knew another flag of this kind, since lifted; nobody has been asked about this one."""
    sources = sa.select(t.named.c.source).where(t.named.c.handle.in_(flagged.handles))
    disclosures = list(db.execute(sa.select(t.parcels.c.disclosure).where(t.parcels.c.source.in_(sources))).scalars())
    for disclosure, cleared in clearances(db, disclosures).items():
        known = sorted(cleared.flags - {flagged.flag})
        c = t.clearances.c
        db.execute(t.clearances.update().where(c.disclosure == disclosure).values(flags=known, by=[], reasons=[]))


def _flagged(db: sa.Connection, row: Row) -> Flagged:
    handles = db.execute(sa.select(t.flag_handles.c.handle).where(t.flag_handles.c.flag == row.id)).scalars()
    return Flagged(
        FlagId(row.id),
        PartnerId(row.home),
        Flag(row.flag),
        tuple(sorted(handles)),
        aware(row.at),
        explained.closed_of(row),
        PersonId(row.by) if row.by else None,
        PersonId(row.proposed_by) if row.proposed_by else None,
        aware(row.lifted_at) if row.lifted_at else None,
    )
