"""The one way to write: facts become lines of the log, and what follows from them changes in the same transaction.

The head of the log is locked last, so two transactions that touch different rows wait for each other only while their
lines are put in order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from gateway.core.delivery import OPEN, STEPS, Parcel, State
from gateway.core.facts import (
    AttemptStarted,
    Fact,
    Join,
    ParcelAbandoned,
    ParcelCollected,
    ParcelDeferred,
    ParcelDelivered,
    ParcelDestroyed,
    ParcelExpired,
    ParcelFreed,
    ParcelFrozen,
    ParcelHanded,
    ParcelPacked,
    ParcelResent,
    ParcelSealed,
    ParcelShelved,
    ParcelTaken,
    ParcelWithdrawn,
    RecallAnswered,
    TaskDone,
    TaskEscalated,
    commitments,
    line,
    subjects,
)
from gateway.core.log import tiles, tree
from gateway.core.records import Answer, Decided, Record, RightsCopy, RightsRequest, RightsTaken
from gateway.core.terms import ParcelId
from gateway.edge.store import cased, disclosed, explained, flagged, logbook, noticed, tasked, vouching, watched
from gateway.edge.store import tables as t
from gateway.edge.store.engine import insert, naive

# built once: SQLAlchemy takes longer to build a statement than SQLite to run it
_GROWN = t.logs.update().where(t.logs.c.number == sa.bindparam("log"))
CHANGED = t.parcels.update().where(t.parcels.c.id == sa.bindparam("parcel"))
_DONE = t.kept.delete().where(
    t.kept.c.id == sa.select(t.parcels.c.sealed).where(t.parcels.c.id == sa.bindparam("parcel")).scalar_subquery()
)
_STATE = sa.select(t.parcels.c.state).where(t.parcels.c.id == sa.bindparam("parcel")).with_for_update()


def write(db: sa.Connection, record: Record) -> None:
    """Write one record in the transaction that ``db`` holds. Raises IntegrityError for an answer given before."""
    if record.answer is not None:
        put(db, t.answers, [_columns(record.answer)])
    for place in _PUTS:
        _put(db, place, getattr(record, place.field))
    flagged.write(db, record)
    cased.write(db, record)
    noticed.write(db, record.noticed, record.arrived)
    parcels = {parcel.id: parcel for parcel in record.parcels}
    for fact in record.facts:
        follow(db, fact, parcels)
    first = append(db, record.facts, record.joins)
    disclosed.write(db, record, first)


@dataclass(frozen=True, slots=True)
class _Put:
    """Where the values of one field of a record go: each a row of its own, or over the one with the same ``key``."""

    field: str
    table: sa.Table
    row: Callable[[Any], Mapping[str, object]]
    key: tuple[sa.Column[Any], ...] = ()


def _put(db: sa.Connection, place: _Put, values: Sequence[object]) -> None:
    if not place.key:
        put(db, place.table, [place.row(one) for one in values])
    for one in values if place.key else ():
        upsert(db, place.table, place.row(one), *place.key)


def append(db: sa.Connection, facts: Sequence[Fact], joins: Sequence[Join] = ()) -> int:
    """Put lines at the end of the log, in order, under the lock of its head; returns the place of the first."""
    if not facts:
        return 0
    log = logbook.current(db, lock=True)
    _join(db, facts, joins, log.end)
    vouched = vouching.close(db, log.end)
    lines = [line(facts[0], vouched), *map(line, facts[1:])]
    leaves = [tree.leaf(one) for one in lines]
    grown, nodes = tiles.grow(log.edge, leaves)
    standing = enumerate(zip(lines, leaves, strict=True), log.end)
    put(db, t.log_lines, [{"index": index, "line": one, "leaf": leaf} for index, (one, leaf) in standing])
    put(
        db,
        t.log_nodes,
        [{"log": log.number, "level": node.level, "index": node.index, "hash": node.hash} for node in nodes],
    )
    mentioned = [
        {"subject": subject, "line": at} for at, fact in enumerate(facts, log.end) for subject in subjects(fact)
    ]
    put(db, t.mentions, mentioned)
    db.execute(_GROWN, {"log": log.number, "edge": grown.to_bytes()})
    return log.end


def begin_log(db: sa.Connection, after: logbook.Log, number: int) -> None:
    """Begin the log that comes after ``after``, which grows no more."""
    row = {"number": number, "first": after.end, "edge": tree.Edge().to_bytes()}
    db.execute(t.logs.insert().values(**row))


def follow(db: sa.Connection, fact: Fact, new: Mapping[ParcelId, Parcel]) -> None:
    """Change what a fact changes. A step that is not in the table of ``delivery`` is a bug and writes nothing."""
    match fact:
        case ParcelSealed() | ParcelPacked() | ParcelShelved():
            _insert(db, new[fact.parcel], STEPS[None, type(fact)])
        case AttemptStarted():
            _move(db, fact.parcel, fact, attempts=fact.attempt)
        case ParcelDeferred():
            _move(db, fact.parcel, fact, due=naive(fact.until), leased_until=None, reason=fact.reason)
        case ParcelResent():
            _move(db, fact.parcel, fact, due=naive(fact.at), sealed_at=naive(fact.at), reason=None)
        case ParcelAbandoned() | ParcelWithdrawn():
            _move(db, fact.parcel, fact, leased_until=None, reason=fact.reason)
        case ParcelHanded():
            _move(db, fact.parcel, fact, leased_until=None, reason=None)
        case ParcelDelivered() | ParcelTaken() | ParcelDestroyed():
            _move(db, fact.parcel, fact, leased_until=None, reason=None)
            # the evidence stays; the sealed bytes have done their work, or nobody may have them any more
            vouching.remove(db, _DONE, {"parcel": fact.parcel})
        case ParcelCollected() if _state(db, fact.parcel) is not State.COLLECTED:
            _move(db, fact.parcel, fact)
            noticed.opened(db, fact)
        case ParcelFrozen() | ParcelFreed() | ParcelExpired():
            _move(db, fact.parcel, fact)
        case _:
            _mark(db, fact)


def _mark(db: sa.Connection, fact: Fact) -> None:
    """What a fact changes beside the parcels."""
    match fact:
        case TaskDone():
            tasked.done(db, fact.task, fact.at)
        case TaskEscalated():
            tasked.escalated(db, fact.task, fact.at)
        case RecallAnswered():
            c = t.called_back.c
            mine = t.called_back.update().where(c.disclosure == fact.disclosure, c.sender == fact.sender)
            db.execute(mine.values(answered_at=naive(fact.at), outcome=fact.outcome))
        case _:
            noticed.follow(db, fact)


def _insert(db: sa.Connection, parcel: Parcel, state: State) -> None:
    at = naive(parcel.sealed_at)
    row = {**_columns(parcel), "state": state, "attempts": 0, "due": at, "moved_at": at}
    put(db, t.parcels, [row])


def begin(db: sa.Connection, started: AttemptStarted, now: State, until: datetime) -> None:
    """Lease a parcel, whose row the claim has locked in the state ``now``, for the attempt that starts."""
    _step(db, started.parcel, started, now, attempts=started.attempt, leased_until=naive(until))


def _move(db: sa.Connection, parcel: str, fact: Fact, **changes: object) -> None:
    _step(db, parcel, fact, _state(db, parcel), **changes)


def _step(db: sa.Connection, parcel: str, fact: Fact, now: State, **changes: object) -> None:
    state = STEPS[now, type(fact)]
    vouching.change(db, CHANGED, {"parcel": parcel, "state": state, "moved_at": naive(fact.at), **changes})
    if not {now, state} <= set(OPEN):  # between waiting and sending nothing is told
        disclosed.moved(db, parcel, state, naive(fact.at))


def _state(db: sa.Connection, parcel: str) -> State:
    return State(db.execute(_STATE, {"parcel": parcel}).scalar_one())


def _join(db: sa.Connection, facts: Sequence[Fact], joins: Sequence[Join], first: int) -> None:
    """Keep every salt beside the line that its commitment stands in; a salt without a line is a bug."""
    standing = {one: index for index, fact in enumerate(facts, first) for one in commitments(fact)}
    rows = [
        {
            "commitment": one.commitment,
            "line": standing[one.commitment],
            "what": one.what,
            "handle": one.handle,
            "salt": one.salt,
        }
        for one in joins
    ]
    put(db, t.joins, rows)


def upsert(db: sa.Connection, table: sa.Table, row: Mapping[str, object], *keys: sa.Column[str]) -> None:
    """Write one row, over the one that has the same key."""
    found = (
        db.execute(_over(db.dialect.name, table, keys, tuple(row)), row, execution_options=vouching.NOTED)
        .mappings()
        .all()
    )
    vouching.wrote(db, table, found)


@lru_cache(maxsize=64)
def _over(dialect: str, table: sa.Table, keys: tuple[sa.Column[str], ...], names: tuple[str, ...]) -> sa.Insert:
    """Insert a row, or put it over the one with the same key; of a partner's checkpoints only over a smaller one."""
    made = insert(dialect, table)
    larger = made.excluded.size > table.c.size if table is t.peer_checkpoints else None
    over = {name: made.excluded[name] for name in names}
    return made.on_conflict_do_update(index_elements=keys, set_=over, where=larger).returning(*table.c)


def put(db: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Write new rows."""
    if rows:
        db.execute(table.insert(), rows, execution_options=vouching.NOTED)
        vouching.wrote(db, table, rows)


def _columns(value: Answer | Decided | object) -> dict[str, object]:
    """A frozen value as a row: the tables have the names of its fields."""
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}  # type: ignore[arg-type]


def _closed(value: RightsRequest | RightsTaken) -> dict[str, object]:
    """The same of a value that holds what rests closed."""
    return {**_columns(value), **explained.closed_row(value.kept)}


def _copied(value: RightsCopy) -> dict[str, object]:
    row = _columns(value)
    return {"parcel": row.pop("of"), **row}


def _plain(value: object) -> object:
    match value:
        case datetime():
            return naive(value)
        case tuple():
            return list(value)
        case _:
            return value


_PUTS = (
    _Put("kept", t.kept, _columns),
    _Put("evidence", t.evidence, _columns),
    _Put("decided", t.decisions, _columns, (t.decisions.c.disclosure,)),
    _Put("shown", t.peer_checkpoints, _columns, (t.peer_checkpoints.c.partner, t.peer_checkpoints.c.origin)),
    _Put("explained", t.explanations, explained.row_of),
    _Put("consents", t.consents, lambda one: {**_columns(one), "id": one.id}, tuple(t.consents.primary_key)),
    _Put("tasks", t.tasks, tasked.row_of),
    _Put("rights_requests", t.rights_requests, _closed),
    _Put("rights_steps", t.rights_steps, _closed),
    _Put("rights_notices", t.rights_notices, _columns, (t.rights_notices.c.request, t.rights_notices.c.about)),
    _Put("rights_copies", t.rights_copies, _copied),
    _Put("cases", t.cases, cased.case_row, (t.cases.c.id,)),
    _Put("entries", t.case_entries, cased.entry_row),
    _Put("watches", t.watches, watched.watch_row, (t.watches.c.id,)),
    _Put("blocked", t.blocked, watched.blocked_row, (t.blocked.c.upload, t.blocked.c.pupil)),
    _Put("doubts", t.doubts, _columns),
    _Put("recalled", t.recalls, _columns),
    _Put("heard", t.recalls, _columns, (t.recalls.c.disclosure,)),
    _Put("called_back", t.called_back, _columns),
    _Put("breaches", t.breaches, _columns, (t.breaches.c.id,)),
    _Put("retained", t.retained, _columns, (t.retained.c.source,)),
    _Put("destructions", t.destructions, _columns),
    _Put("checked", t.checked, _columns, (t.checked.c.certificate,)),
    _Put("rehearsed", t.rehearsals, _columns, tuple(t.rehearsals.primary_key)),
    _Put("cleared", t.clearances, flagged.clearing_row, (t.clearances.c.disclosure,)),
)
"""Every field whose values are rows and nothing else."""
