"""Who may send what now: claims are leases, and no worker or machine is special.

Each partner has a queue of its own, in the order in which its parcels were sealed, and the queues have turns. One
worker at most is with one partner, so one that is slow, dead or buried in parcels costs nobody else a worker or a wait.
A due time or a lease more than twice as far away as any the gateway sets comes from a clock that jumped; it counts as
over. Less is no jump: machines' clocks differ, and a worker may have waited for the database after looking at its own.

While new disclosures are ``stopped`` for want of countersignatures, only what ``GOES_UNPROVEN`` is claimed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from gateway.core import partners
from gateway.core.delivery import GOES_UNPROVEN, OPEN, PROVABLE, Lane, Parcel, State, Waits
from gateway.core.facts import AttemptStarted, Fact, Stale
from gateway.core.partners import Channel
from gateway.core.records import Claimed, Judge, LaneRule, Record, Register
from gateway.core.terms import Flag, Kind, MessageId, ParcelId, PartnerId
from gateway.edge.store import flagged, vouching
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, naive
from gateway.edge.store.questions import parcel_of
from gateway.edge.store.writing import CHANGED, append, begin, upsert, write

Row = sa.Row[tuple[object, ...]]
Times = Mapping[str, datetime]

MINUTE = timedelta(minutes=1)
EVERY = 4
"""One in so many probes goes to the parcel not tried for longest, lest one that nobody can read holds up all."""

_STANDING = (
    sa.select(t.parcels.c.state, t.parcels.c.attempts).where(t.parcels.c.id == sa.bindparam("parcel")).with_for_update()
)
_PROVED = t.evidence.update().where(t.evidence.c.parcel == sa.bindparam("of"))
_LANE = sa.select(t.lanes).where(t.lanes.c.partner == sa.bindparam("of")).with_for_update()


_RECALLED = sa.select(t.recalls.c.disclosure).where(t.recalls.c.disclosure.in_(sa.bindparam("of", expanding=True)))

NO_FLAGS = frozenset[Flag]()
_TIMES = ("now", "lease_jumped", "due_jumped")
_NOW, _LEASE_JUMPED, _DUE_JUMPED = (sa.bindparam(name, type_=t.Instant) for name in _TIMES)
_P = t.parcels.c
# written out, for an index over part of a table serves only a query that names that part
_IS_OPEN = _P.state.in_(sa.bindparam("open", t.OPEN_STATES, expanding=True, literal_execute=True))
_HERS = _P.recipient == sa.bindparam("partner")
_GOES = sa.or_(
    sa.bindparam("proven", type_=sa.Boolean),
    *(_P.kind == one if isinstance(one, Kind) else _P.purpose == one for one in GOES_UNPROVEN),
)


def _claimable(*, due: bool = True) -> sa.Select[tuple[object, ...]]:
    free = sa.or_(_P.leased_until.is_(None), _P.leased_until <= _NOW, _P.leased_until > _LEASE_JUMPED)
    ready = (sa.or_(_P.due <= _NOW, _P.due > _DUE_JUMPED),) if due else ()
    found = sa.select(t.parcels).where(_IS_OPEN, _HERS, *ready, free, _GOES)
    return found.limit(sa.bindparam("most", type_=sa.Integer)).with_for_update(skip_locked=True, of=t.parcels)


_OLDEST = _claimable().order_by(_P.sealed_at, _P.id)
_OLDEST_EVEN_PUT_OFF = _claimable(due=False).order_by(_P.sealed_at, _P.id)
_LONGEST_UNTRIED = _claimable(due=False).order_by(_P.due, _P.id)
_NEXT = sa.select(_P.recipient).where(_IS_OPEN, _P.recipient > sa.bindparam("after")).order_by(_P.recipient).limit(1)
_BUSY = sa.select(_P.recipient).where(_P.leased_until.is_not(None), _P.leased_until > _NOW)
_BUSY = _BUSY.where(_P.leased_until <= _LEASE_JUMPED).distinct()
_PAUSED = sa.select(t.lanes).where(t.lanes.c.failures >= sa.bindparam("pause_after"))
_WENT = sa.select(sa.func.count()).where(
    _HERS, _P.attempts > 0, _P.moved_at.between(sa.bindparam("since"), _LEASE_JUMPED)
)
_LET_GO = t.parcels.update().where(
    _P.id == sa.bindparam("parcel"), _P.attempts == sa.bindparam("attempt"), _P.state == State.SENDING
)
_ONE_CLAIM = 0x70617263656C7300
"""The lock under which PostgreSQL lets one claim at a time look who is busy; SQLite has one writer anyway."""


def claim(
    db: sa.Connection,
    at: datetime,
    lease: timedelta,
    most: int,
    judge: Judge,
    waits: Waits,
    register: Register,
    after: str = "",
    *,
    stopped: bool = False,
) -> Sequence[Claimed]:
    """Lease up to ``most`` due parcels of the next partner behind ``after`` that has any and that no worker is with.

    The attempt of each that may go is logged; of the rest it is named what is stale about them.
    """
    times = _times(at, lease, waits)
    return _leased(db, _due(db, at, times, most, waits, register, after, stopped=stopped), at, lease, judge, register)


def claim_for(
    db: sa.Connection,
    partner: PartnerId,
    at: datetime,
    lease: timedelta,
    judge: Judge,
    waits: Waits,
    register: Register,
    *,
    stopped: bool = False,
) -> Claimed | None:
    """Lease the oldest due parcel that waits until its recipient pulls it; None where none does, or may yet."""
    if partners.waits(register.directory.get(partner), at) is not None:
        return None
    rows = db.execute(_OLDEST, {**_times(at, lease, waits), "partner": partner, "most": 1, "proven": not stopped}).all()
    return next(iter(_leased(db, rows, at, lease, judge, register)), None)


def asked(db: sa.Connection, partner: PartnerId, message: MessageId, at: datetime, kept: timedelta) -> None:
    """Remember a request to pull for as long as another with its time would be believed. Raises IntegrityError."""
    db.execute(t.pulls.delete().where(t.pulls.c.partner == partner, t.pulls.c.at < naive(at - kept)))
    db.execute(t.pulls.insert().values(partner=partner, message=message, at=naive(at)))


def let_go(db: sa.Connection, claimed: Sequence[Claimed]) -> None:
    """Give back what was leased and not tried."""
    for one in claimed:
        db.execute(_LET_GO, {"parcel": one.parcel.id, "attempt": one.attempt, "leased_until": None})


def _leased(
    db: sa.Connection, rows: Sequence[Row], at: datetime, lease: timedelta, judge: Judge, register: Register
) -> Sequence[Claimed]:
    claimed, facts = [], []
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
    begun = row.state == State.SENDING and row.attempts == claimed.attempt
    mine = begun if claimed.begun else row.state in OPEN and row.attempts == claimed.attempt - 1
    late = receipt is not None and row.state in PROVABLE
    if not mine and not late:
        return False
    if receipt is not None:
        vouching.change(db, _PROVED, {"of": claimed.parcel.id, "receipt": receipt})
    told = _move_lane(db, claimed.parcel.recipient, rule)
    write(db, record + Record(told))
    return True


def prove(
    db: sa.Connection, parcel_id: ParcelId, states: Collection[State], record: Record, receipt: bytes | None
) -> bool:
    row = db.execute(_STANDING, {"parcel": parcel_id}).one_or_none()
    if row is None or row.state not in states:
        return False
    if receipt is not None:
        vouching.change(db, _PROVED, {"of": parcel_id, "receipt": receipt})
    write(db, record)
    return True


def _times(at: datetime, lease: timedelta, waits: Waits) -> Times:
    now = naive(at)
    return dict(zip(_TIMES, (now, now + 2 * lease, now + 2 * waits.longest), strict=True))


def _due(
    db: sa.Connection, at: datetime, times: Times, most: int, waits: Waits, register: Register, after: str,
    *, stopped: bool,
) -> Sequence[Row]:  # fmt: skip
    """Rows to claim, all of one partner: one to probe with if it is paused and its pause is over, or the oldest."""
    if db.dialect.name == "postgresql":
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_CLAIM)))
    busy = set(db.execute(_BUSY, times).scalars())
    paused = {row.partner: row for row in db.execute(_PAUSED, {"pause_after": waits.pause_after})}
    for partner in _in_turn(db, after):
        if partner in busy or _passed_over(partner, register, at):
            continue
        if partner in paused:
            found = _probe(db, times, paused[partner], proven=not stopped)
        else:
            room = _room(db, times, partner, most, register)
            asked = {**times, "partner": partner, "most": room, "proven": not stopped}
            found = db.execute(_OLDEST, asked).all() if room else ()
        if found:
            return found
    return ()


def _in_turn(db: sa.Connection, after: str) -> Iterator[str]:
    """Everybody for whom something waits, once, beginning behind ``after``."""
    for begin_behind, up_to in ((after, None), ("", after)) if after else (("", None),):
        found = db.execute(_NEXT, {"after": begin_behind}).scalar_one_or_none()
        while found is not None and (up_to is None or found <= up_to):
            yield found
            found = db.execute(_NEXT, {"after": found}).scalar_one_or_none()


def _passed_over(partner: str, register: Register, at: datetime) -> bool:
    """Whether its parcels wait until it comes for them, or until people have confirmed its keys."""
    found = register.directory.find(PartnerId(partner))
    return found is not None and (found.channel is Channel.PULL or partners.waits(found, at) is not None)


def _room(db: sa.Connection, times: Times, partner: str, most: int, register: Register) -> int:
    """How many it takes now: as many as are asked for, or what its rate leaves of them in this minute."""
    found = register.directory.find(PartnerId(partner))
    if found is None or not found.rate:
        return most
    went = db.execute(_WENT, {**times, "partner": partner, "since": times["now"] - MINUTE}).scalar_one()
    return max(0, min(most, found.rate - went))


def _probe(db: sa.Connection, times: Times, lane: Row, *, proven: bool) -> Sequence[Row]:
    """The one parcel with which a paused partner is probed once its pause is over: as a rule its oldest."""
    if times["now"] < lane.open_at <= times["due_jumped"]:
        return ()
    which = _OLDEST_EVEN_PUT_OFF if lane.failures % EVERY else _LONGEST_UNTRIED
    return db.execute(which, {**times, "partner": lane.partner, "most": 1, "proven": proven}).all()


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
