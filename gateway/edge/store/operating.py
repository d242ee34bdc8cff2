"""What whoever runs the machine asks of the database: can it be written, and how does it stand."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from gateway.core.delivery import State
from gateway.core.facts import What, parse_line
from gateway.core.measures import Measures
from gateway.core.records import Acted, Queued
from gateway.core.terms import PartnerId, PersonId, parse_stamp
from gateway.edge.store import logbook, questions
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, parts, reading, writing

MOST_NAMED = 500
"""Values that one question names."""


def is_writable(engine: sa.Engine) -> bool:
    """Whether it takes writes now. Raises Fault(STORE) when it cannot be reached or lets nobody write."""
    with writing(engine) as db:
        # on SQLite the transaction itself holds the lock for writing; a standby of PostgreSQL lets one begin
        if engine.dialect.name == "postgresql":
            return bool(db.execute(sa.text("SHOW transaction_read_only")).scalar_one() == "off")
        db.execute(t.register.update().values(version=t.register.c.version).where(sa.false()))
        return True


DURABLE = {
    "sqlite": {"PRAGMA synchronous": {"2", "3"}, "PRAGMA journal_mode": {"wal"}},
    "postgresql": {
        "SHOW fsync": {"on"},
        "SHOW synchronous_commit": {"on", "remote_apply"},
        "SHOW full_page_writes": {"on"},
    },
}
"""What must be set for a commit to outlive a power cut."""


def not_durable(engine: sa.Engine) -> Sequence[str]:
    """The settings under which a commit may be lost; empty when none may."""
    with reading(engine) as db:
        found = {ask: str(db.execute(sa.text(ask)).scalar_one()) for ask in DURABLE[engine.dialect.name]}
    return [f"{ask} is {found[ask]}" for ask, good in DURABLE[engine.dialect.name].items() if found[ask] not in good]


def clock(engine: sa.Engine) -> datetime | None:
    """The time on the database's own machine; None where it has no other than ours."""
    if engine.dialect.name != "postgresql":
        return None
    with reading(engine) as db:
        return aware(db.execute(sa.text("SELECT clock_timestamp() AT TIME ZONE 'UTC'")).scalar_one())


def unsigned_since(engine: sa.Engine) -> tuple[int, datetime | None]:
    """How many lines are under no checkpoint, and when the first of them was written."""
    with reading(engine) as db:
        log = logbook.current(db)
        signed = logbook.signed(db, log.number)
        first = next(logbook.lines(db, log.first + signed, log.first + signed + 1), None)
    return log.edge.size - signed, parse_stamp(str(parse_line(first)["at"])) if first else None


def queues(engine: sa.Engine) -> Sequence[Queued]:
    """Everybody for whom something waits, or who failed the last time, by their ids."""
    c = t.parcels.c
    waiting = sa.select(c.recipient, sa.func.count().label("waiting"), sa.func.min(c.sealed_at).label("oldest"))
    # written out, for an index over part of a table serves only a query that names that part
    named = c.state.in_(sa.bindparam("open", t.OPEN_STATES, expanding=True, literal_execute=True))
    with reading(engine) as db:
        rows = db.execute(waiting.where(named).group_by(c.recipient)).all()
        found = {row.recipient: Queued(PartnerId(row.recipient), row.waiting, aware(row.oldest)) for row in rows}
        for lane in db.execute(sa.select(t.lanes)):
            before = found.get(lane.partner, Queued(PartnerId(lane.partner)))
            found[lane.partner] = replace(before, failures=lane.failures, until=aware(lane.open_at))
    return [found[name] for name in sorted(found)]


def acted(engine: sa.Engine, people: Sequence[PersonId], kinds: Sequence[str], most: int) -> Sequence[Acted]:
    """Lines of these kinds among the newest ``most`` of each person, whichever part they had in them."""
    j = t.joins.c
    lines = set[int]()
    with reading(engine) as db:
        for one in people:
            mine = sa.select(j.line).where(j.what == What.PERSON, j.handle == one)
            lines.update(db.scalars(mine.order_by(j.line.desc()).limit(most)))
        return _acted(db, lines, kinds)


def acted_on(
    engine: sa.Engine, subjects: Sequence[str], children: Sequence[str], kinds: Sequence[str]
) -> Sequence[Acted]:
    """Lines of these kinds about one of these subjects, or that commit to one of these children; the oldest first."""
    j, m = t.joins.c, t.mentions.c
    lines = set[int]()
    with reading(engine) as db:
        for some in parts(subjects):
            lines.update(db.scalars(sa.select(m.line).where(m.subject.in_(some))))
        for some in parts(children):
            lines.update(db.scalars(sa.select(j.line).where(j.what == What.CHILD, j.handle.in_(some))))
        return _acted(db, lines, kinds)


def _acted(db: sa.Connection, lines: Collection[int], kinds: Sequence[str]) -> Sequence[Acted]:
    """Those of the lines that are of these kinds, in order, with whom their commitments lead back to."""
    j, at, known = t.joins.c, t.log_lines.c.index, frozenset(kinds)
    ordered = sorted(lines)
    found: list[Acted] = []
    for begin in range(0, len(ordered), MOST_NAMED):
        some = ordered[begin : begin + MOST_NAMED]
        handles: dict[int, dict[str, str]] = {}
        for row in db.execute(sa.select(j.line, j.commitment, j.handle).where(j.line.in_(some))):
            handles.setdefault(row.line, {})[row.commitment] = row.handle
        for line, content in db.execute(sa.select(at, t.log_lines.c.line).where(at.in_(some)).order_by(at)):
            body = parse_line(content)
            if body["fact"] in known:
                found.append(Acted(line, body, handles.get(line, {})))
    return found


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
