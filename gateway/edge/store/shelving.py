"""What lies ready for people and nobody has come for, and who collected what."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from gateway.core.delivery import State
from gateway.core.facts import ParcelCollected, What, parse_line
from gateway.core.records import Collection as Collected
from gateway.core.records import Standing
from gateway.core.terms import ParcelId, PartnerId, parse_stamp
from gateway.edge.store import questions
from gateway.edge.store import tables as t
from gateway.edge.store.engine import naive, reading


class Shelving:
    """A part of the store."""

    engine: sa.Engine

    def shelved_before(self, before: datetime, but: Collection[PartnerId], most: int) -> Sequence[Standing]:
        """What was laid ready before an instant, for anybody ``but`` these, and is still there; the oldest first."""
        p = t.parcels.c
        here = (p.state == State.SHELVED, p.moved_at <= naive(before), p.reader.not_in(but))
        query = sa.select(t.parcels).where(*here)
        with reading(self.engine) as db:
            return [questions.standing(row) for row in db.execute(query.order_by(p.moved_at, p.id).limit(most))]

    def uncollected_at(self, homes: Collection[PartnerId], most: int) -> Sequence[Standing]:
        """What lies ready at these homes, and what nobody collected in time, the oldest first."""
        p = t.parcels.c
        query = sa.select(t.parcels).where(p.home.in_(homes), p.state.in_((State.SHELVED, State.EXPIRED)))
        with reading(self.engine) as db:
            return [questions.standing(row) for row in db.execute(query.order_by(p.moved_at, p.id).limit(most))]

    def collections(self, parcels: Collection[ParcelId]) -> Mapping[ParcelId, Sequence[Collected]]:
        """When each of these was collected and by whom, first to last."""
        m, lines, j = t.mentions.c, t.log_lines.c, t.joins.c
        query = (
            sa.select(m.subject, lines.line, j.handle)
            .join(t.log_lines, lines.index == m.line)
            .outerjoin(t.joins, sa.and_(j.line == m.line, j.what == What.PERSON))
            .where(m.subject.in_(parcels))
            .order_by(m.line)
        )
        found: dict[ParcelId, list[Collected]] = {}
        with reading(self.engine) as db:
            for subject, line, handle in db.execute(query):
                fact = parse_line(line)
                if fact["fact"] == ParcelCollected.__name__:
                    taken = Collected(parse_stamp(str(fact["at"])), handle or "")
                    found.setdefault(ParcelId(subject), []).append(taken)
        return found
