"""Specimens exchanged with a partner that is being connected, as rows."""

from collections.abc import Sequence

import sqlalchemy as sa

from gateway.core.records import Rehearsal, Way
from gateway.core.terms import Kind, MessageId, Outcome, PartnerId
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, reading


class Rehearsing:
    """A part of the store."""

    engine: sa.Engine

    def rehearsals(self, partner: PartnerId) -> Sequence[Rehearsal]:
        """What was exchanged with it, kind by kind."""
        c = t.rehearsals.c
        order = (c.kind, c.version, c.way)
        with reading(self.engine) as db:
            rows = db.execute(sa.select(t.rehearsals).where(c.partner == partner).order_by(*order)).all()
        return [
            Rehearsal(
                PartnerId(row.partner), Way(row.way), Kind(row.kind), row.version, aware(row.at),
                MessageId(row.message), row.passed, Outcome(row.outcome), row.said, row.soap,
            )
            for row in rows
        ]  # fmt: skip
