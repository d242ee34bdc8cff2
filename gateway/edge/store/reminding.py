"""Reminders and other news as rows: each is taken up by one machine at a time, again and again until it was told."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import sqlalchemy as sa

from gateway.core.errors import Reason
from gateway.core.reminders import Addresses, News, Reminder, Stage, Times, Unmailed
from gateway.core.terms import digest
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, insert, naive, reading
from gateway.edge.store.tasked import NOT_DONE, task_of

FEW = 500
"""As many keys go into one question."""


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

    def take_news(self, news: Collection[News], at: datetime, lease: timedelta) -> Sequence[News]:
        """Lease what of this an address has not heard yet and no other machine is telling it."""
        r = t.reminders.c
        keys = sorted({one.id for one in news})
        shut = sa.or_(r.sent_at.is_not(None), r.leased_until > naive(at))
        known = set[tuple[str, str]]()
        with reading(self.engine) as db:  # most days nothing is new: then nothing is written
            for first in range(0, len(keys), FEW):
                query = sa.select(r.task, r.stage).where(r.task.in_(keys[first : first + FEW]), shut)
                known |= {(row.task, row.stage) for row in db.execute(query)}
        new = [one for one in news if (one.id, one.step) not in known]
        if not new:
            return ()
        with self._change() as db:
            return [one for one in new if _leased(db, one.id, one.step, at, at + lease)]

    def heard(self, news: Collection[News], at: datetime) -> None:
        """They heard it: they never hear it again."""
        self._update([(one.id, one.step) for one in news], sent_at=naive(at))

    def not_heard(self, news: Collection[News], again: datetime) -> None:
        """It did not reach them: whoever looks from ``again`` on may tell them."""
        self._update([(one.id, one.step) for one in news], leased_until=naive(again))

    def mail_failed(self, to: str, reason: Reason, at: datetime) -> None:
        """A letter to this address did not go; from the first failure on until one goes, it stands among those."""
        u, key = t.unmailed.c, digest(to.encode())
        row = {"to": key, "since": naive(at), "at": naive(at), "reason": reason, "tries": 1}
        with self._change() as db:
            made = insert(db.dialect.name, t.unmailed).values(row)
            more = {"at": naive(at), "reason": reason, "tries": u.tries + 1}
            db.execute(made.on_conflict_do_update(index_elements=[u.to], set_=more))

    def mail_went(self, to: str) -> None:
        """A letter to this address went, so nothing but another letter itself may still fail."""
        u = t.unmailed.c
        over = sa.or_(u.to == digest(to.encode()), u.reason != Reason.MAIL)
        with reading(self.engine) as db:
            if db.execute(sa.select(u.to).where(over).limit(1)).first() is None:
                return
        with self._change() as db:
            db.execute(t.unmailed.delete().where(over))

    def unmailed(self, since: datetime) -> Sequence[Unmailed]:
        """To whom letters do not go, the longest first, of those that were tried ``since`` then."""
        u = t.unmailed.c
        with reading(self.engine) as db:
            rows = db.execute(sa.select(t.unmailed).where(u.at >= naive(since)).order_by(u.since, u.to))
            return [Unmailed(one.to, aware(one.since), Reason(one.reason), one.tries) for one in rows]

    def _set(self, told: Collection[Reminder], **values: object) -> None:
        self._update([(one.task.id, one.stage) for one in told], **values)

    def _update(self, keys: Collection[tuple[str, str]], **values: object) -> None:
        r = t.reminders.c
        with self._change() as db:
            for subject, step in keys:
                db.execute(t.reminders.update().where(r.task == subject, r.stage == step).values(**values))


def _leased(db: sa.Connection, task: str, stage: str, at: datetime, until: datetime) -> bool:
    """Whether it is ours now; another machine may have been quicker."""
    r = t.reminders.c
    made = insert(db.dialect.name, t.reminders).values(task=task, stage=stage, leased_until=naive(until))
    free = sa.and_(r.sent_at.is_(None), r.leased_until <= naive(at))
    over = made.on_conflict_do_update(
        index_elements=[r.task, r.stage], set_={"leased_until": naive(until)}, where=free
    ).returning(r.task)
    return db.execute(over).first() is not None
