"""Which consents are on record, by the keyed handle of each child."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from gateway.core.law import Consent
from gateway.core.terms import PartnerId, PersonId, PurposeCode
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, reading


class Consenting:
    """A part of the store."""

    engine: sa.Engine

    def consents(self, home: PartnerId) -> Sequence[Consent]:
        """Every one that was ever given to this home, withdrawn ones among them, the newest first."""
        c = t.consents.c
        with reading(self.engine) as db:
            query = sa.select(t.consents).where(c.home == home).order_by(c.at.desc(), c.child)
            return [_consent(row) for row in db.execute(query)]

    def consent(self, home: PartnerId, purpose: PurposeCode, child: str) -> Consent | None:
        """The one about this child, whether or not it was withdrawn."""
        c = t.consents.c
        query = sa.select(t.consents).where(c.home == home, c.purpose == purpose, c.child == child)
        with reading(self.engine) as db:
            row = db.execute(query).one_or_none()
            return _consent(row) if row else None

    def consented(self, home: PartnerId, purpose: PurposeCode, children: Collection[str]) -> frozenset[str]:
        """Those of these children for whom it stands today."""
        c = t.consents.c
        query = sa.select(c.child).where(
            c.home == home, c.purpose == purpose, c.withdrawn.is_(None), c.child.in_(children)
        )
        with reading(self.engine) as db:
            return frozenset(db.execute(query).scalars())


def _consent(row: sa.Row[Any]) -> Consent:
    return Consent(
        PartnerId(row.home),
        row.child,
        PurposeCode(row.purpose),
        row.evidence,
        PersonId(row.by),
        aware(row.at),
        aware(row.withdrawn) if row.withdrawn else None,
    )
