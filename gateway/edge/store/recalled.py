"""What was called back, and breaches: rows, and what a claim asks of them."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.delivery import State
from gateway.core.facts import (
    BreachNature,
    BreachRisk,
    ParcelCollected,
    RecallOutcome,
    RecallReason,
    What,
    parse_line,
)
from gateway.core.records import Breach, CalledBack, Recalled, Record
from gateway.core.terms import BreachId, DisclosureId, Flag, ParcelId, PartnerId, PersonId, PurposeCode
from gateway.edge.store import logbook, writing
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, naive, reading

Row = sa.Row[Any]


class Recalling:
    """A part of the store."""

    engine: sa.Engine

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def recall_of(self, disclosure: DisclosureId) -> Recalled | None:
        return next(iter(self._recalls(t.recalls.c.disclosure == disclosure)), None)

    def recalls(self, homes: Sequence[PartnerId]) -> Sequence[Recalled]:
        """What we called back, newest first."""
        return self._recalls(t.recalls.c.home.in_(homes))

    def called_back(self, sender: PartnerId, disclosure: DisclosureId) -> CalledBack | None:
        c = t.called_back.c
        return next(iter(self._called_back(c.sender == sender, c.disclosure == disclosure)), None)

    def calls(self, homes: Sequence[PartnerId]) -> Sequence[CalledBack]:
        """What was called back from us, newest first."""
        return self._called_back(t.called_back.c.home.in_(homes))

    def breach(self, breach: BreachId) -> Breach | None:
        return next(iter(self._breaches(t.breaches.c.id == breach)), None)

    def breach_about(self, disclosure: DisclosureId) -> Breach | None:
        return next(iter(self._breaches(t.breaches.c.disclosure == disclosure)), None)

    def breaches(self, homes: Sequence[PartnerId]) -> Sequence[Breach]:
        """Newest first."""
        return self._breaches(t.breaches.c.home.in_(homes))

    def breaches_of(self, homes: Sequence[PartnerId], since: datetime, until: datetime) -> Sequence[Breach]:
        """Those of which we became aware in a period, newest first."""
        b = t.breaches.c
        return self._breaches(b.home.in_(homes), b.aware >= naive(since), b.aware < naive(until))

    def openers(self, parcel: ParcelId) -> int:
        """How many people collected it."""
        j = t.joins.c
        with reading(self.engine) as db:
            numbers = [
                number
                for number in logbook.numbers_of(db, parcel)
                for line in logbook.lines(db, number, number + 1)
                if parse_line(line)["fact"] == ParcelCollected.__name__
            ]
            mine = sa.select(sa.func.count(j.handle.distinct())).where(j.line.in_(numbers), j.what == What.PERSON)
            return int(db.execute(mine).scalar_one())

    def settle_parcels(self, disclosure: DisclosureId, seen: Mapping[ParcelId, State], record: Record) -> bool:
        """Write what becomes of all parcels of a disclosure; False, and nothing written, when they are not as ``seen``.

        The register turns over: claims hold its row, so that none that began before goes on after.
        """
        p = t.parcels.c
        try:
            with self._change() as db:
                db.execute(t.register.update().values(version=t.register.c.version + 1))
                query = sa.select(p.id, p.state).where(p.disclosure == disclosure).order_by(p.id).with_for_update()
                if {row.id: row.state for row in db.execute(query)} != dict(seen):
                    return False
                writing.write(db, record)
                return True
        except sa.exc.IntegrityError:
            return False  # somebody else called it back first

    def update_breach(self, before: Breach, record: Record) -> bool:
        """Write what is known of a breach now; False, and nothing written, when it is not as it was ``before``."""
        with self._change() as db:
            query = sa.select(t.breaches).where(t.breaches.c.id == before.id).with_for_update()
            row = db.execute(query).one_or_none()
            if row is None or _breach(row) != before:
                return False
            writing.write(db, record)
            return True

    def _recalls(self, *where: sa.ColumnElement[bool]) -> Sequence[Recalled]:
        r = t.recalls.c
        with reading(self.engine) as db:
            return [
                _recalled(row)
                for row in db.execute(sa.select(t.recalls).where(*where).order_by(r.at.desc(), r.disclosure))
            ]

    def _called_back(self, *where: sa.ColumnElement[bool]) -> Sequence[CalledBack]:
        c = t.called_back.c
        with reading(self.engine) as db:
            rows = db.execute(sa.select(t.called_back).where(*where).order_by(c.at.desc(), c.disclosure))
            return [_call(row) for row in rows]

    def _breaches(self, *where: sa.ColumnElement[bool]) -> Sequence[Breach]:
        b = t.breaches.c
        with reading(self.engine) as db:
            return [_breach(row) for row in db.execute(sa.select(t.breaches).where(*where).order_by(b.aware.desc()))]


def _recalled(row: Row) -> Recalled:
    return Recalled(
        DisclosureId(row.disclosure),
        PartnerId(row.home),
        PartnerId(row.partner),
        BreachId(row.breach),
        RecallReason(row.reason),
        row.text,
        PersonId(row.by),
        aware(row.at),
        row.due,
        row.gone,
        _instant(row.answered_at),
        RecallOutcome(row.outcome) if row.outcome else None,
        row.opened,
        row.answer,
    )


def _call(row: Row) -> CalledBack:
    return CalledBack(
        PartnerId(row.sender),
        DisclosureId(row.disclosure),
        PartnerId(row.home),
        aware(row.at),
        row.due,
        PurposeCode(row.purpose),
        RecallReason(row.reason) if row.reason else None,
        _instant(row.answered_at),
        RecallOutcome(row.outcome) if row.outcome else None,
    )


def _breach(row: Row) -> Breach:
    return Breach(
        BreachId(row.id),
        PartnerId(row.home),
        BreachNature(row.nature),
        aware(row.aware),
        row.children,
        tuple(row.classes),
        tuple(map(Flag, row.flags)),
        DisclosureId(row.disclosure) if row.disclosure else None,
        PartnerId(row.partner) if row.partner else None,
        row.contained,
        BreachRisk(row.risk) if row.risk else None,
        _instant(row.told_ico),
        _instant(row.told_people),
        _instant(row.told_partner),
        row.text,
    )


def _instant(at: datetime | None) -> datetime | None:
    return aware(at) if at is not None else None
