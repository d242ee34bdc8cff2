"""Reminders as rows: each is taken up by one machine at a time and told once; until it is, it is taken up again."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import sqlalchemy as sa

from gateway.core.reminders import Addresses, Reminder, Stage, Times
from gateway.edge.store import tables as t
from gateway.edge.store.engine import insert, naive
from gateway.edge.store.tasked import NOT_DONE, task_of


class Reminding:
    """A part of the store."""

    engine: sa.Engine

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def take_reminders(
        self, at: datetime, times: Times, to: Addresses, lease: timedelta, most: int
    ) -> Sequence[Reminder]:
        """Lease what is to be told to somebody who has an address, the most urgent first of each stage."""
        c, r = t.tasks.c, t.reminders.c
        as_of = times.as_of(at)
        told = sa.or_(c.home.in_(to.homes), c.owner.in_(to.people))
        free = sa.or_(r.task.is_(None), sa.and_(r.sent_at.is_(None), r.leased_until <= naive(at)))
        when = {
            Stage.OVERDUE: c.due < naive(as_of),
            Stage.SOON: sa.and_(c.due >= naive(at), c.due <= naive(as_of + times.ahead)),
        }
        found: list[Reminder] = []
        with self._change() as db:
            for stage, due in when.items():
                beside = t.tasks.outerjoin(t.reminders, sa.and_(r.task == c.id, r.stage == stage))
                query = sa.select(t.tasks).select_from(beside).where(NOT_DONE, due, told, free)
                rows = [task_of(row) for row in db.execute(query.order_by(c.due, c.id).limit(most))]
                found += [Reminder(task, stage) for task in rows if _leased(db, task.id, stage, at, at + lease)]
        return found

    def reminded(self, told: Collection[Reminder], at: datetime) -> None:
        """They went: they are never told again."""
        self._set(told, sent_at=naive(at))

    def not_reminded(self, told: Collection[Reminder], at: datetime) -> None:
        """They did not go: whoever looks next may tell them."""
        self._set(told, leased_until=naive(at))

    def _set(self, told: Collection[Reminder], **values: object) -> None:
        r = t.reminders.c
        with self._change() as db:
            for one in told:
                where = sa.and_(r.task == one.task.id, r.stage == one.stage)
                db.execute(t.reminders.update().where(where).values(**values))


def _leased(db: sa.Connection, task: str, stage: Stage, at: datetime, until: datetime) -> bool:
    """Whether it is ours now; another machine may have been quicker."""
    r = t.reminders.c
    made = insert(db.dialect.name, t.reminders).values(task=task, stage=stage, leased_until=naive(until))
    free = sa.and_(r.sent_at.is_(None), r.leased_until <= naive(at))
    over = made.on_conflict_do_update(
        index_elements=[r.task, r.stage], set_={"leased_until": naive(until)}, where=free
    ).returning(r.task)
    return db.execute(over).first() is not None
