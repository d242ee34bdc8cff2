"""What the database keeps of witnesses: what each holds of our log, whose turn it is, and their countersignatures.

A countersignature is a row of its own and is put below its checkpoint when somebody reads that: no checkpoint is ever
written again.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from gateway.core.log import checkpoint, note, tiles, tree
from gateway.core.log.witness import Countersigned, Trouble
from gateway.core.records import Proven, Turn, WitnessState
from gateway.edge.store import logbook
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, insert, naive, reading, writing
from gateway.edge.store.logbook import Standing

FARTHEST = timedelta(hours=1)
"""No turn is farther off: a clock that was set back strands no witness."""

w, c = t.witnesses.c, t.cosignatures.c
_COSIGNED = (
    sa.select(c.line).where(c.origin == sa.bindparam("origin"), c.size == sa.bindparam("size")).order_by(c.witness)
)


class Witnesses:
    """The witnesses of the log ``origin`` in one database."""

    def __init__(self, engine: sa.Engine, origin: str) -> None:
        self._engine, self._origin = engine, origin

    def signed(self) -> str | None:
        """The newest checkpoint as we signed it."""
        with reading(self._engine) as db:
            return logbook.newest(db, logbook.current(db).number)

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """The hashes that lead from our first ``old`` lines to our first ``new``. Raises ValueError."""
        with reading(self._engine) as db:
            log = logbook.current(db)
            hashes = logbook.Hashes(db, log)
            return tiles.gathered(lambda known: tree.prove_consistency(old, new, known), log.edge, hashes)

    def take(self, witness: str, at: datetime, until: datetime, *, hurry: bool) -> Turn | None:
        """Take a witness's turn until ``until``; None when it is not due, or another process has it.

        In a ``hurry`` whoever has not failed lately is due.
        """
        with writing(self._engine) as db:
            row = {"origin": self._origin, "witness": witness, "holds": 0, "next_at": naive(at), "failures": 0}
            db.execute(insert(db.dialect.name, t.witnesses).values(row).on_conflict_do_nothing())
            due = sa.or_(w.next_at <= naive(at), w.next_at > naive(at + FARTHEST))
            due = sa.or_(due, w.failures == 0) if hurry else due
            taken = t.witnesses.update().where(self._is(witness), due).values(next_at=naive(until))
            found = db.execute(taken.returning(w.holds, w.failures)).one_or_none()
            cosigned = sa.select(sa.func.max(c.size)).where(c.origin == self._origin, c.witness == witness)
            return Turn(found.holds, db.execute(cosigned).scalar_one() or 0, found.failures) if found else None

    def settle(self, witness: str, turn: Turn, due: datetime, size: int, made: Countersigned | Trouble | None) -> None:
        """Write down what came of a turn: a countersignature of the first ``size`` lines, trouble, or nothing new."""
        trouble = made if isinstance(made, Trouble) else None
        changes = {"holds": turn.holds, "failures": turn.failures, "next_at": naive(due), "trouble": trouble}
        with writing(self._engine) as db:
            if isinstance(made, Countersigned):
                seen = naive(datetime.fromtimestamp(made.at, UTC))
                changes["seen_at"] = seen
                row = {"origin": self._origin, "size": size, "witness": witness, "line": made.line, "at": seen}
                db.execute(insert(db.dialect.name, t.cosignatures).values(row).on_conflict_do_nothing())
            db.execute(t.witnesses.update().where(self._is(witness)).values(changes))

    def standing(self) -> Sequence[WitnessState]:
        """How each witness stands that was ever asked, by name."""
        cosigned = sa.select(sa.func.max(c.size)).where(c.origin == w.origin, c.witness == w.witness)
        query = sa.select(t.witnesses, cosigned.scalar_subquery().label("cosigned")).where(w.origin == self._origin)
        with reading(self._engine) as db:
            return [
                WitnessState(
                    row.witness,
                    row.cosigned or 0,
                    row.holds,
                    aware(row.seen_at) if row.seen_at else None,
                    Trouble(row.trouble) if row.trouble else None,
                )
                for row in db.execute(query.order_by(w.witness))
            ]

    def witnessed_size(self, quorum: int = 1, among: Collection[str] | None = None) -> int | None:
        """The highest size of our log that at least ``quorum`` witnesses hold, or say they hold; None: not so many.

        Larger than our log, it says that our database was set back. Only what was countersigned is signed by anybody:
        one witness alone may be wrong. ``among`` leaves out those that no longer count.
        """
        named = [one for one in self.standing() if among is None or one.witness in among]
        held = sorted((max(one.cosigned, one.holds) for one in named), reverse=True)
        return held[quorum - 1] if 0 < quorum <= len(held) and held[quorum - 1] else None

    def _is(self, witness: str) -> sa.ColumnElement[bool]:
        return sa.and_(w.origin == self._origin, w.witness == witness)


def proven(db: sa.Connection, at: datetime, quorum: int, patience: timedelta) -> Proven:
    """How much of the log that grows ``quorum`` others have countersigned, each counted once; no quorum asks nothing.

    Whoever countersigned more has countersigned less: a checkpoint fixes every line before it.
    """
    log = logbook.current(db).number
    newest = logbook.newest(db, log)
    if newest is None:
        return Proven(quorum, 0, 0)
    head = checkpoint.shown(newest)
    farthest = sa.select(sa.func.max(c.size)).where(c.origin == head.origin).group_by(c.witness)
    reached = sorted(db.scalars(farthest), reverse=True)
    size = reached[quorum - 1] if 0 < quorum <= len(reached) else 0
    k = t.checkpoints.c
    first = sa.select(sa.func.min(k.at)).where(k.log == log, k.size > size)
    waiting = db.execute(first).scalar_one() if quorum else None
    since = aware(waiting) if waiting else None
    stopped = bool(quorum and patience and since and at - since > patience)
    return Proven(quorum, size, head.size, since, stopped)


def joined(db: sa.Connection, signed: str) -> str:
    """A checkpoint with every countersignature that we hold of it."""
    head = checkpoint.shown(signed)
    return _below(signed, "".join(db.scalars(_COSIGNED, {"origin": head.origin, "size": head.size})))


def covering(db: sa.Connection, found: Standing, index: int, quorum: int) -> str | None:
    """The newest checkpoint over a line that ``quorum`` witnesses countersigned; the newest of all if there is none.

    None when no checkpoint of this log covers the line.
    """
    head = checkpoint.shown(found.newest)
    if head.size <= index:
        return None
    size = _countersigned(db, head.origin, index, quorum) if quorum else None
    older = logbook.at_size(db, found.log.number, size) if size and size != head.size else None
    return joined(db, older) if older else _below(found.newest, found.cosigned)


def _below(signed: str, lines: str) -> str:
    return note.with_signatures(signed, lines) if lines else signed


def _countersigned(db: sa.Connection, origin: str, index: int, quorum: int) -> int | None:
    """The largest size over a line that ``quorum`` witnesses countersigned."""
    enough = sa.select(c.size).where(c.origin == origin, c.size > index).group_by(c.size)
    enough = enough.having(sa.func.count() >= quorum).order_by(c.size.desc()).limit(1)
    return db.execute(enough).scalar_one_or_none()
