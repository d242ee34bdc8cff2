"""What whoever runs the machine asks of the database: can it be written, and how does it stand."""

from datetime import datetime

import sqlalchemy as sa

from gateway.core.delivery import State
from gateway.core.measures import Measures
from gateway.edge.store import logbook, questions
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, reading, writing


def is_writable(engine: sa.Engine) -> bool:
    """Whether it takes writes now. Raises Fault(STORE) when it cannot be reached or lets nobody write."""
    with writing(engine) as db:
        # on SQLite the transaction itself holds the lock for writing; a standby of PostgreSQL lets one begin
        if engine.dialect.name == "postgresql":
            return bool(db.execute(sa.text("SHOW transaction_read_only")).scalar_one() == "off")
        db.execute(t.register.update().values(version=t.register.c.version).where(sa.false()))
        return True


def measure(engine: sa.Engine, at: datetime, pause_after: int) -> Measures:
    """How it stands at one instant; a partner that failed ``pause_after`` times in a row is paused."""
    with reading(engine) as db:
        log = logbook.current(db)
        due = db.execute(sa.select(sa.func.min(t.parcels.c.due)).where(t.parcels.c.state == State.WAITING)).scalar_one()
        paused = sa.select(sa.func.count()).select_from(t.lanes).where(t.lanes.c.failures >= pause_after)
        return Measures(
            parcels=questions.counts(db),
            oldest_due=max(0.0, (at - aware(due)).total_seconds()) if due else 0.0,
            paused=db.execute(paused).scalar_one(),
            lines=log.edge.size,
            signed=logbook.signed(db, log.number),
        )
