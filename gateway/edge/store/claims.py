"""Who may send what now: claims are leases, and no worker or machine is special.

A due time or a lease more than twice as far away as any the gateway sets comes from a clock that jumped; it counts as
over. Less is no jump: machines' clocks differ, and a worker may have waited for the database after looking at its own.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from gateway.core import partners
from gateway.core.delivery import OPEN, Lane, Parcel, State, Waits
from gateway.core.facts import AttemptStarted, Fact, Stale
from gateway.core.records import Claimed, Judge, LaneRule, Record, Register
from gateway.core.terms import Flag
from gateway.edge.store import flagged, vouching
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, naive
from gateway.edge.store.questions import parcel_of
from gateway.edge.store.writing import CHANGED, append, begin, upsert, write

_STANDING = (
    sa.select(t.parcels.c.state, t.parcels.c.attempts).where(t.parcels.c.id == sa.bindparam("parcel")).with_for_update()
)
_PROVED = t.evidence.update().where(t.evidence.c.parcel == sa.bindparam("of"))
_LANE = sa.select(t.lanes).where(t.lanes.c.partner == sa.bindparam("of")).with_for_update()


_RECALLED = sa.select(t.recalls.c.disclosure).where(t.recalls.c.disclosure.in_(sa.bindparam("of", expanding=True)))

NO_FLAGS = frozenset[Flag]()
_TIMES = ("now", "lease_jumped", "due_jumped")


def _claimable() -> sa.Select[tuple[object, ...]]:
    p = t.parcels.c
    now, lease_jumped, due_jumped = (sa.bindparam(name, type_=t.Instant) for name in _TIMES)
    free = sa.or_(p.leased_until.is_(None), p.leased_until <= now, p.leased_until > lease_jumped)
    ready = sa.or_(p.due <= now, p.due > due_jumped)
    # written out, for an index over part of a table serves only a query that names that part
    is_open = p.state.in_(sa.bindparam("open", t.OPEN_STATES, expanding=True, literal_execute=True))
    found = sa.select(t.parcels).where(is_open, ready, free).order_by(p.due, p.id)
    return found.with_for_update(skip_locked=True, of=t.parcels)


_PAUSED = sa.select(t.lanes).where(t.lanes.c.failures >= sa.bindparam("pause_after")).order_by(t.lanes.c.partner)
_PROBE = _claimable().where(t.parcels.c.recipient == sa.bindparam("partner")).limit(1)
_OTHERS = (
    _claimable()
    .where(t.parcels.c.recipient.not_in(sa.bindparam("paused", expanding=True)))
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def claim(
    db: sa.Connection, at: datetime, lease: timedelta, most: int, judge: Judge, waits: Waits, register: Register
) -> Sequence[Claimed]:
    """Lease up to ``most`` due parcels: log the attempt of each that may go, and name what is stale about the rest."""
    claimed, facts = [], []
    waiting = [one.id for one in register.directory.partners.values() if partners.waits(one, at)]
    rows = list(_due(db, at, lease, most, waits, waiting))
    parcels = [parcel_of(row) for row in rows]
    since, recalled = flagged.uncleared(db, parcels), _recalled(db, parcels)
    for row, parcel in zip(rows, parcels, strict=True):
        judged = judge(parcel, register, since.get(parcel.id, NO_FLAGS))
        stale = Stale.RECALLED if parcel.disclosure in recalled else judged
        attempt = row.attempts + 1
        claimed.append(Claimed(parcel, attempt, stale, begun=stale is None))
        if stale is None:
            started = AttemptStarted(at, parcel.home, parcel.id, attempt)
            facts.append(started)
            begin(db, started, State(row.state), at + lease)
        else:
            db.execute(CHANGED, {"parcel": parcel.id, "leased_until": naive(at + lease)})
    append(db, facts)
    return claimed


def look_again(db: sa.Connection, parcel: Parcel, judge: Judge, register: Register) -> Stale | None:
    """What has become of a parcel since it was claimed or shelved, by the flags and the register of this moment."""
    if not parcel.received and _recalled(db, [parcel]):
        return Stale.RECALLED
    return judge(parcel, register, flagged.uncleared(db, [parcel]).get(parcel.id, NO_FLAGS))


def _recalled(db: sa.Connection, parcels: Sequence[Parcel]) -> frozenset[str]:
    """Those of their disclosures that were called back: nothing goes under them any more, whenever it was sealed."""
    asked = {"of": [parcel.disclosure for parcel in parcels]}
    return frozenset(db.execute(_RECALLED, asked).scalars()) if parcels else frozenset()


def settle(db: sa.Connection, claimed: Claimed, record: Record, rule: LaneRule, receipt: bytes | None) -> bool:
    """Write what came of a claim, unless the parcel has moved on; a receipt settles it even then.

    Returns False, and writes nothing, when another worker settled the parcel or holds it now.
    """
    row = db.execute(_STANDING, {"parcel": claimed.parcel.id}).one()
    mine = row.state in OPEN and row.attempts == (claimed.attempt if claimed.begun else claimed.attempt - 1)
    late = receipt is not None and row.state in {*OPEN, "abandoned", "withdrawn"}
    if not mine and not late:
        return False
    if receipt is not None:
        vouching.change(db, _PROVED, {"of": claimed.parcel.id, "receipt": receipt})
    told = _move_lane(db, claimed.parcel.recipient, rule)
    write(db, record + Record(told))
    return True


def _due(
    db: sa.Connection, at: datetime, lease: timedelta, most: int, waits: Waits, waiting: Sequence[str]
) -> Iterator[sa.Row[tuple[object, ...]]]:
    """Rows to claim: first one probe for each paused partner whose pause is over, then all others by due time.

    What is for partners whose keys are ``waiting`` to be confirmed is passed over.
    """
    now = naive(at)
    times = dict(zip(_TIMES, (now, now + 2 * lease, now + 2 * waits.longest), strict=True))
    left = most
    paused = db.execute(_PAUSED, {"pause_after": waits.pause_after}).all()
    for one in paused:
        if one.partner in waiting or now < one.open_at <= times["due_jumped"] or not _take_probe(db, one):
            continue
        for row in db.execute(_PROBE, {**times, "partner": one.partner}).all() if left else ():
            # nobody else probes this partner while this lease runs
            db.execute(t.lanes.update().where(t.lanes.c.partner == one.partner).values(open_at=now + lease))
            left -= 1
            yield row
    if left:
        passed = [*waiting, *(one.partner for one in paused)]
        yield from db.execute(_OTHERS, {**times, "paused": passed, "most": left}).all()


def _take_probe(db: sa.Connection, lane: sa.Row[tuple[object, ...]]) -> bool:
    """Lock a paused partner's lane; False when another worker has it or has moved it since."""
    mine = sa.select(t.lanes.c.partner).where(t.lanes.c.partner == lane.partner, t.lanes.c.open_at == lane.open_at)
    return db.execute(mine.with_for_update(skip_locked=True)).first() is not None


def _move_lane(db: sa.Connection, partner: str, rule: LaneRule) -> tuple[Fact, ...]:
    found = db.execute(_LANE, {"of": partner}).one_or_none()
    before = Lane(found.partner, found.failures, aware(found.open_at)) if found else None
    after, facts = rule(before)
    if after != before:
        if after is None:
            db.execute(t.lanes.delete().where(t.lanes.c.partner == partner))
        else:
            row = {"partner": partner, "failures": after.failures, "open_at": naive(after.open_at)}
            upsert(db, t.lanes, row, t.lanes.c.partner)
    return facts
