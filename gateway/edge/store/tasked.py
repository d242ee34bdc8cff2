"""What somebody has to do by a time, as rows: the same task is done once, and escalated once."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.clocks import ClockCode
from gateway.core.facts import TaskKind
from gateway.core.tasks import Task
from gateway.core.terms import PartnerId, PersonId, TaskId
from gateway.edge.store import tables as t
from gateway.edge.store import vouching
from gateway.edge.store.engine import aware, naive

NOT_DONE = t.tasks.c.done_at.is_(None)


def row_of(task: Task) -> dict[str, object]:
    given = {field.name: getattr(task, field.name) for field in fields(task)}
    return {name: naive(value) if isinstance(value, datetime) else value for name, value in given.items()}


def open_tasks(db: sa.Connection, homes: Sequence[PartnerId], most: int = 1000) -> Sequence[Task]:
    """What is not done, the most urgent first."""
    query = sa.select(t.tasks).where(NOT_DONE, t.tasks.c.home.in_(homes)).order_by(t.tasks.c.due, t.tasks.c.id)
    return [task_of(row) for row in db.execute(query.limit(most))]


def overdue(db: sa.Connection, at: datetime, most: int) -> Sequence[Task]:
    """What was due and has not been escalated; locked, so that two machines do not do it twice."""
    c = t.tasks.c
    query = sa.select(t.tasks).where(NOT_DONE, c.escalated_at.is_(None), c.due < naive(at)).order_by(c.due, c.id)
    return [task_of(row) for row in db.execute(query.limit(most).with_for_update(skip_locked=True))]


def about(db: sa.Connection, subject: str) -> Sequence[Task]:
    """What is not done about one disclosure, parcel, message or agreement."""
    query = sa.select(t.tasks).where(NOT_DONE, t.tasks.c.subject == subject).order_by(t.tasks.c.due, t.tasks.c.id)
    return [task_of(row) for row in db.execute(query)]


def one(db: sa.Connection, task: TaskId) -> Task | None:
    row = db.execute(sa.select(t.tasks).where(t.tasks.c.id == task)).one_or_none()
    return task_of(row) if row else None


def done(db: sa.Connection, task: str, at: datetime) -> None:
    vouching.change(db, t.tasks.update().where(t.tasks.c.id == task, NOT_DONE).values(done_at=naive(at)))


def escalated(db: sa.Connection, task: str, at: datetime) -> None:
    vouching.change(db, t.tasks.update().where(t.tasks.c.id == task).values(escalated_at=naive(at)))


def task_of(row: sa.Row[Any]) -> Task:
    return Task(
        TaskId(row.id),
        PartnerId(row.home),
        TaskKind(row.kind),
        row.subject,
        aware(row.opened_at),
        aware(row.due),
        PersonId(row.owner) if row.owner else None,
        aware(row.escalated_at) if row.escalated_at else None,
        aware(row.done_at) if row.done_at else None,
        ClockCode(row.clock) if row.clock else None,
    )
