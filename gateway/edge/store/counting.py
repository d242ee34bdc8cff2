"""What the counts of a period are made from: each is one indexed query, and none brings what is not counted."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from gateway.core.cases import LIVE, CaseState
from gateway.core.clocks import ClockCode
from gateway.core.facts import Asker, Because, RightsKind, RightsStep, TaskKind
from gateway.core.records import CaseRun, RightsRun, Timed
from gateway.core.rights import Taken
from gateway.core.tasks import CLOCKS
from gateway.core.terms import CaseId, PartnerId, PersonId
from gateway.edge.store import explained
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, naive, reading

Row = sa.Row[Any]

OVER = (CaseState.CLOSED, CaseState.TRANSFERRED)
"""Of a case that was merged, the one counts in which it goes on."""


class Counted:
    """A part of the store."""

    engine: sa.Engine

    def timed(self, homes: Sequence[PartnerId], since: datetime, until: datetime) -> Sequence[Timed]:
        """The tasks that came due in a period, by their clocks; those of rights requests are counted by their steps."""
        due, done = Counter[ClockCode](), Counter[ClockCode]()
        with reading(self.engine) as db:
            for row in db.execute(by_clock(homes, since, until)):
                clock = ClockCode(row.clock) if row.clock else CLOCKS[TaskKind(row.kind)]
                due[clock] += row.due
                done[clock] += int(row.in_time)
        return [Timed(clock, number, done[clock]) for clock, number in sorted(due.items())]

    def rights_runs(self, homes: Sequence[PartnerId], since: datetime, until: datetime) -> Sequence[RightsRun]:
        """The rights requests that came in a period, the oldest first."""
        with reading(self.engine) as db:
            rows = groupby(db.execute(with_steps(homes, since, until)), key=lambda row: row.id)
            return [_rights_run(list(some)) for _, some in rows]

    def case_runs(self, homes: Sequence[PartnerId], since: datetime, until: datetime) -> Sequence[CaseRun]:
        """The cases that were live at some time of a period, the longest open first."""
        with reading(self.engine) as db:
            return [_case_run(row) for row in db.execute(ever_live(homes, since, until))]


def by_clock(homes: Sequence[PartnerId], since: datetime, until: datetime) -> sa.Select[Any]:
    c = t.tasks.c
    in_time = sa.func.sum(sa.case((c.done_at <= c.due, 1), else_=0)).label("in_time")
    counted = sa.select(c.kind, c.clock, sa.func.count().label("due"), in_time)
    ours = (c.home.in_(homes), c.due >= naive(since), c.due < naive(until))
    request = sa.exists().where(t.rights_requests.c.id == c.subject)
    return counted.where(*ours, ~request).group_by(c.kind, c.clock)


def with_steps(homes: Sequence[PartnerId], since: datetime, until: datetime) -> sa.Select[Any]:
    r, s = t.rights_requests.c, t.rights_steps.c
    steps = (s.step, s.at.label("taken_at"), s.by.label("taken_by"))
    query = sa.select(r.id, r.kind, r.asker, r.at, *steps).select_from(
        t.rights_requests.outerjoin(t.rights_steps, s.request == r.id)
    )
    ours = (r.home.in_(homes), r.at >= naive(since), r.at < naive(until))
    return query.where(*ours).order_by(r.at, r.id, s.number)


def ever_live(homes: Sequence[PartnerId], since: datetime, until: datetime) -> sa.CompoundSelect[Any]:
    c = t.cases.c
    shown = (c.id, c.because, c.opened_at, c.kept, c.sealed, c.wrapped, c.wrapped_by)
    ours = (c.home.in_(homes), c.opened_at < naive(until))
    live = sa.select(*shown, sa.null().cast(c.moved_at.type).label("over")).where(*ours, c.state.in_(LIVE))
    over = sa.select(*shown, c.moved_at.label("over")).where(*ours, c.state.in_(OVER), c.moved_at >= naive(since))
    return sa.union_all(live, over).order_by("opened_at", "id")


def _rights_run(rows: Sequence[Row]) -> RightsRun:
    first = rows[0]
    steps = tuple(
        Taken(RightsStep(row.step), aware(row.taken_at), PersonId(row.taken_by)) for row in rows if row.step is not None
    )
    return RightsRun(RightsKind(first.kind), Asker(first.asker), aware(first.at), steps)


def _case_run(row: Row) -> CaseRun:
    over = aware(row.over) if row.over is not None else None
    return CaseRun(CaseId(row.id), Because(row.because), aware(row.opened_at), explained.closed_of(row), over)
