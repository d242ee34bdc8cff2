"""What the database can be asked. Nothing here changes anything."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.delivery import Parcel, State
from gateway.core.errors import Code
from gateway.core.facts import Condition, Role, StandsOn
from gateway.core.records import Answer, Decided, Kept, Person, Standing, Under
from gateway.core.terms import (
    AgreementRef,
    Digest,
    DisclosureId,
    Kind,
    MessageId,
    Outcome,
    ParcelId,
    PartnerId,
    PersonId,
    PurposeCode,
    UploadId,
)
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, naive

Row = sa.Row[Any]

# what every message asks, built once: SQLAlchemy takes longer to build a statement than SQLite to run it
_A = t.answers.c
_ANSWER = sa.select(t.answers).where(*(_A[name] == sa.bindparam(name) for name in ("what", "sender", "key")))
_DELIVERED = sa.select(sa.literal(1)).where(*(_A[name] == sa.bindparam(name) for name in ("sender", "disclosure")))
_KEPT = sa.select(t.kept).where(t.kept.c.id == sa.bindparam("of"))


def went_under(db: sa.Connection, key: Digest, since: datetime, senders: Collection[PartnerId]) -> Sequence[Under]:
    """Parcels sealed for or signed under a certificate since an instant, and what came from ``senders``; oldest first.

    A message does not say under which of its sender's keys it came, so all of theirs are named.
    """
    p, a = t.parcels.c, t.answers.c
    out = sa.select(p.sealed_at, p.recipient, p.disclosure, p.purpose, p.state)
    out = out.where(sa.or_(p.sealed_for == key, p.signed_by == key), p.sealed_at >= naive(since))
    came = sa.select(a.at, a.sender, a.disclosure, p.purpose, p.state)
    came = came.select_from(
        t.answers.outerjoin(t.parcels, sa.and_(p.disclosure == a.disclosure, p.document == p.sealed))
    )
    came = came.where(a.what == "message", a.sender.in_(senders), a.at >= naive(since))
    found = [_under(*row, came=False) for row in db.execute(out)]
    found += [_under(*row, came=True) for row in db.execute(came)] if senders else []
    return sorted(found, key=lambda one: one.at)


def _under(
    at: datetime, partner: str, disclosure: str | None, purpose: str | None, state: str | None, *, came: bool
) -> Under:
    return Under(
        aware(at),
        PartnerId(partner),
        DisclosureId(disclosure) if disclosure else None,
        PurposeCode(purpose) if purpose else None,
        State(state) if state else None,
        came,
    )


def parcel_of(row: Row) -> Parcel:
    """A row of ``parcels`` as the value it was made from."""
    return Parcel(
        id=ParcelId(row.id),
        home=PartnerId(row.home),
        disclosure=DisclosureId(row.disclosure),
        source=UploadId(row.source),
        discloser=PartnerId(row.discloser),
        recipient=PartnerId(row.recipient),
        reader=PartnerId(row.reader),
        purpose=PurposeCode(row.purpose),
        agreement=AgreementRef(row.agreement) if row.agreement else None,
        agreement_content=Digest(row.agreement_content) if row.agreement_content else None,
        pupils=tuple(row.pupils),
        document=row.document,
        sealed_at=aware(row.sealed_at),
        message=MessageId(row.message) if row.message else None,
        content_type=row.content_type,
        sealed=row.sealed,
        sealed_for=Digest(row.sealed_for) if row.sealed_for else None,
        signed_by=Digest(row.signed_by) if row.signed_by else None,
        carrier=Condition(row.carrier) if row.carrier else None,
        mpc=row.mpc,
        kind=Kind(row.kind) if row.kind else None,
    )


def answer(db: sa.Connection, what: str, sender: str, key: str) -> Answer | None:
    row = db.execute(_ANSWER, {"what": what, "sender": sender, "key": key}).one_or_none()
    return answer_of(row) if row else None


def delivered(db: sa.Connection, sender: str, disclosure: str) -> bool:
    return db.execute(_DELIVERED, {"sender": sender, "disclosure": disclosure}).first() is not None


def kept(db: sa.Connection, kept_id: str) -> Kept | None:
    row = db.execute(_KEPT, {"of": kept_id}).one_or_none()
    return Kept(row.id, row.sealed, row.wrapped, row.wrapped_by) if row else None


def standings(db: sa.Connection, *where: sa.ColumnElement[bool], most: int = 1000) -> Sequence[Standing]:
    """Parcels, newest first."""
    query = sa.select(t.parcels).where(*where).order_by(t.parcels.c.sealed_at.desc(), t.parcels.c.id).limit(most)
    return [standing(row) for row in db.execute(query)]


def decided(db: sa.Connection, *where: sa.ColumnElement[bool], most: int = 1000) -> Sequence[Decided]:
    """Decisions, newest first."""
    query = sa.select(t.decisions).where(*where).order_by(t.decisions.c.at.desc(), t.decisions.c.disclosure).limit(most)
    return [_decided(row) for row in db.execute(query)]


def sent_under(db: sa.Connection, ref: str, since: datetime) -> int:
    """Disclosures under one agreement: one that was decided and sealed anew is still one message."""
    mine = (t.parcels.c.agreement == ref, t.parcels.c.sealed_at >= naive(since))
    return db.execute(sa.select(sa.func.count(t.parcels.c.disclosure.distinct())).where(*mine)).scalar_one()


def counts(db: sa.Connection) -> dict[State, int]:
    """How many parcels stand in each state; they always sum to all there are (invariant I8)."""
    query = sa.select(t.parcels.c.state, sa.func.count()).group_by(t.parcels.c.state)
    return {State(state): number for state, number in db.execute(query)}


def person(db: sa.Connection, person_id: str) -> Person | None:
    row = db.execute(sa.select(t.people).where(t.people.c.id == person_id)).one_or_none()
    return _person(row) if row else None


def people(db: sa.Connection) -> Sequence[Person]:
    return [_person(row) for row in db.execute(sa.select(t.people).order_by(t.people.c.id))]


def answer_of(row: Row) -> Answer:
    return Answer(
        row.what,
        row.sender,
        row.key,
        Digest(row.digest),
        row.body,
        aware(row.at),
        Digest(row.soap) if row.soap else None,
        DisclosureId(row.disclosure) if row.disclosure else None,
        UploadId(row.upload) if row.upload else None,
        PersonId(row.person) if row.person else None,
    )


def _person(row: Row) -> Person:
    return Person(PersonId(row.id), Role(row.role), PartnerId(row.organisation), tuple(map(PartnerId, row.also or ())))


def standing(row: Row) -> Standing:
    return Standing(parcel_of(row), State(row.state), row.attempts, aware(row.due), aware(row.moved_at), row.reason)


def _decided(row: Row) -> Decided:
    return Decided(
        DisclosureId(row.disclosure),
        UploadId(row.source),
        PartnerId(row.home),
        PartnerId(row.discloser),
        PartnerId(row.reader) if row.reader else None,
        PurposeCode(row.purpose) if row.purpose else None,
        Outcome(row.outcome),
        tuple(map(Code, row.reasons)),
        tuple(row.pupils),
        aware(row.at),
        row.document,
        row.form,
        ParcelId(row.origin) if row.origin else None,
        PartnerId(row.agent) if row.agent else None,
        StandsOn(row.stands_on) if row.stands_on else None,
    )


assert {field.name for field in fields(Parcel)} <= set(t.parcels.c.keys())
