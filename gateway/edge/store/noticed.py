"""Notices and enquiries as rows: what each fact changes of them, what is due, what has come in about whom."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.delivery import State
from gateway.core.documents.messages.words import Urgency
from gateway.core.facts import (
    DestructionTold,
    EnquiryClosed,
    EnquiryEnded,
    Fact,
    NoticeAcknowledged,
    NoticeAnswered,
    NoticeOpened,
    ParcelCollected,
    RightsKind,
)
from gateway.core.notices import ACKNOWLEDGED_AFTER, Side
from gateway.core.records import Arrival, Notice
from gateway.core.terms import CaseId, Commitment, DisclosureId, Kind, ParcelId, PartnerId, PurposeCode, UploadId
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, insert, naive

Row = sa.Row[Any]
N = t.notices.c
SOME = 400
CAME = (State.DELIVERED, State.TAKEN, State.SHELVED, State.COLLECTED)
"""States of a parcel that the other side has signed for, or that lies on a shelf of our own."""

_OPENED = t.notices.select().where(N.parcel == sa.bindparam("of"), N.opened_at.is_(None))
_CHANGED = t.notices.update().where(N.disclosure == sa.bindparam("of"), N.side == sa.bindparam("on"))


def row_of(one: Notice) -> dict[str, object]:
    given = {field.name: getattr(one, field.name) for field in fields(one) if field.name != "handles"}
    return {name: naive(value) if isinstance(value, datetime) else value for name, value in given.items()}


def notice_of(row: Row) -> Notice:
    """The opposite of ``row_of``. By what the child is matched is not read back."""
    instants: dict[str, Any] = {
        field.name: aware(getattr(row, field.name)) if getattr(row, field.name) is not None else None
        for field in fields(Notice)
        if field.name.endswith(("_at", "_due", "_until"))
    }
    return Notice(
        DisclosureId(row.disclosure),
        Side(row.side),
        PartnerId(row.home),
        PartnerId(row.partner),
        ParcelId(row.parcel),
        UploadId(row.source),
        Kind(row.kind),
        PurposeCode(row.purpose),
        Urgency(row.urgency),
        row.matter,
        aware(row.at),
        Commitment(row.payload) if row.payload else None,
        **instants,
    )


def write(db: sa.Connection, noticed: Iterable[Notice], arrived: Sequence[Arrival]) -> None:
    """The part of a record that is about notices. What is sealed anew keeps what has become of it so far."""
    for one in noticed:
        same = (N.disclosure == one.disclosure, N.side == one.side)
        if db.execute(t.notices.update().where(*same).values(parcel=one.parcel)).rowcount:
            continue
        db.execute(t.notices.insert(), row_of(one))
        watched = [{"handle": handle, "disclosure": one.disclosure} for handle in dict.fromkeys(one.handles)]
        if watched:
            db.execute(t.watched.insert(), watched)
    if arrived:
        rows = [{"source": one.source, "home": one.home, "pupil": one.pupil} for one in arrived]
        db.execute(insert(db.dialect.name, t.arrivals).on_conflict_do_nothing(), rows)


def follow(db: sa.Connection, fact: Fact) -> None:
    """Change what a fact changes."""
    match fact:
        case NoticeOpened():
            _change(db, fact.disclosure, Side.SENT, opened_at=sa.func.coalesce(N.opened_at, naive(fact.opened)))
            _change(db, fact.disclosure, Side.SENT, opening_due=None)
        case NoticeAnswered():
            answered = sa.func.coalesce(N.answered_at, naive(fact.at))
            for side in Side:  # we answered it, or were answered
                _change(db, fact.disclosure, side, answered_at=answered, receipt_due=None, opening_due=None)
        case NoticeAcknowledged() | DestructionTold():
            _change(db, fact.disclosure, Side.RECEIVED, acknowledgement_due=None)
        case EnquiryClosed():
            over = {"ended_at": naive(fact.at), "watched_until": None, "renewal_due": None}
            _change(db, fact.disclosure, Side.SENT, **over)
        case EnquiryEnded():
            _destroy(db, fact)
        case _:
            pass


def opened(db: sa.Connection, fact: ParcelCollected) -> None:
    """A person has opened a parcel for the first time: if it is a notice, its sender will be told after a fixed time.

    What lies on a shelf of our own for somebody else is seen to be opened without being told.
    """
    for row in db.execute(_OPENED, {"of": fact.parcel}):
        told = row.side == Side.RECEIVED and row.ended_at is None
        due = naive(fact.at + ACKNOWLEDGED_AFTER) if told else None
        _change(db, row.disclosure, row.side, opened_at=naive(fact.at), opening_due=None, acknowledgement_due=due)


def _change(db: sa.Connection, disclosure: str, side: str, **values: object) -> None:
    db.execute(_CHANGED.values(**values), {"of": disclosure, "on": side})


def _destroy(db: sa.Connection, fact: EnquiryEnded) -> None:
    """Destroy our copy of an enquiry: the bytes with the key they are under, and by what its child could be found.

    The asker is then told of that; that somebody had opened it is told no more.
    """
    over = {"ended_at": naive(fact.at), "watched_until": None, "acknowledgement_due": naive(fact.at)}
    _change(db, fact.disclosure, Side.RECEIVED, **over)
    query = sa.select(t.notices).where(N.disclosure == fact.disclosure, N.side == Side.RECEIVED)
    for row in db.execute(query).all():
        p = t.parcels.c
        kept = db.execute(sa.select(p.document, p.sealed).where(p.id == row.parcel)).all()
        db.execute(t.kept.delete().where(t.kept.c.id.in_({one for pair in kept for one in pair})))
        db.execute(t.named.delete().where(t.named.c.source == row.source))
    db.execute(t.watched.delete().where(t.watched.c.disclosure == fact.disclosure))


# -- questions --------------------------------------------------------------------------------------------------------


def notices(db: sa.Connection, *where: sa.ColumnElement[bool], most: int = 1000) -> Sequence[Notice]:
    """Newest first."""
    query = sa.select(t.notices).where(*where).order_by(N.at.desc(), N.disclosure).limit(most)
    return [notice_of(row) for row in db.execute(query)]


def in_parcels(db: sa.Connection, parcels: Sequence[str]) -> Iterator[Notice]:
    """What came in as one of these."""
    for start in range(0, len(parcels), SOME):
        yield from notices(db, N.parcel.in_(parcels[start : start + SOME]), N.side == Side.RECEIVED)


def has_come(db: sa.Connection, disclosure: str) -> bool:
    """Whether any parcel of it has been signed for."""
    p = t.parcels.c
    query = sa.select(sa.literal(1)).where(p.disclosure == disclosure, p.state.in_(CAME)).limit(1)
    return db.execute(query).first() is not None


def due(db: sa.Connection, column: sa.Column[Any], at: datetime, most: int) -> Sequence[Notice]:
    """What is due by one of the columns, locked, so that two machines do not do it twice."""
    query = sa.select(t.notices).where(column.is_not(None), column <= naive(at)).order_by(column).limit(most)
    return [notice_of(row) for row in db.execute(query.with_for_update(skip_locked=True))]


def settle(db: sa.Connection, column: sa.Column[Any], found: Iterable[Notice]) -> None:
    """None of these is due by that column any more."""
    for one in found:
        _change(db, one.disclosure, one.side, **{column.name: None})


def take_arrivals(db: sa.Connection, most: int) -> Sequence[tuple[Notice, UploadId | CaseId]]:
    """Which enquiries on watch may be about somebody in what came in, or in a case that a person opened; what was
    looked through is not looked at again.

    A home's enquiries are matched against what came in at that home alone, or another of our homes told it.
    """
    a = t.arrivals.c
    query = sa.select(a.source).order_by(a.source).limit(most).with_for_update(skip_locked=True)
    sources = list(dict.fromkeys(db.execute(query).scalars()))
    if not sources:
        return []
    hits = [hit for names, of in ((t.named, t.named.c.source), _OF_CASES) for hit in _hits(db, names, of, sources)]
    db.execute(t.arrivals.delete().where(a.source.in_(sources)))
    return sorted(hits, key=lambda hit: (hit[0].disclosure, hit[1]))


_OF_CASES = (t.case_handles, t.case_handles.c.case)


def _hits(
    db: sa.Connection, names: sa.Table, of: sa.Column[Any], sources: Sequence[str]
) -> Iterator[tuple[Notice, UploadId | CaseId]]:
    a = t.arrivals.c
    whom = a.pupil == 0 if names is t.case_handles else a.pupil.in_([0, t.named.c.pupil])
    joined = (
        t.arrivals.join(names, sa.and_(of == a.source, whom))
        .join(t.watched, t.watched.c.handle == names.c.handle)
        .join(t.notices, sa.and_(N.disclosure == t.watched.c.disclosure, N.home == a.home, N.side == Side.RECEIVED))
    )
    found = sa.select(t.notices, a.source.label("arrival")).select_from(joined).where(a.source.in_(sources)).distinct()
    for row in db.execute(found):
        yield notice_of(row), CaseId(row.arrival) if names is t.case_handles else UploadId(row.arrival)


def kept_of(db: sa.Connection, source: str, home: str) -> str | None:
    """Where the document of an upload or a message of this home rests by now; None where it is destroyed."""
    d, p, c = t.decisions.c, t.parcels.c, t.rights_copies.c
    sent = sa.select(d.document).where(d.source == source, d.home == home, d.document.is_not(None)).limit(1)
    came = sa.select(p.document).where(p.source == source, p.home == home).limit(1)
    # what another of our homes told this one is what lies on the shelf, cut down to that
    told = sa.select(p.sealed).where(p.source == source, p.recipient == home, p.home != home).limit(1)
    found = next((one for query in (sent, came, told) if (one := db.execute(query).scalar_one_or_none())), None)
    parcels = sa.select(p.id).where(p.source == source, p.home == home)
    mended = sa.select(t.rights_copies).where(sa.or_(c.parcel == source, c.parcel.in_(parcels)))
    for row in db.execute(mended.order_by(c.number)):
        found = row.after if row.before == found and row.right != RightsKind.ADDENDUM else found
    rests = db.execute(sa.select(t.kept.c.id).where(t.kept.c.id == (found or ""))).scalar_one_or_none()
    return str(rests) if rests else None
