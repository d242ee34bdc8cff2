"""The database: one door in (``record`` and the claims that use it). The questions out are in ``asking``."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa

from gateway.core import agreements, partners
from gateway.core.agreements import Agreement
from gateway.core.delivery import Parcel, State, Waits
from gateway.core.errors import Fault, Reason
from gateway.core.facts import Stale
from gateway.core.log.mark import Height
from gateway.core.partners import Partner
from gateway.core.records import (
    Claimed,
    Judge,
    LaneRule,
    LogKeys,
    Overtaken,
    Record,
    Repeated,
)
from gateway.core.terms import ParcelId, PersonId, RuleCode, UploadId
from gateway.edge.store import cased, claims, explained, logbook, questions, witnesses, writing
from gateway.edge.store import tables as t
from gateway.edge.store.admitting import Admitting
from gateway.edge.store.asking import Asked, read_register
from gateway.edge.store.casebook import Casebook
from gateway.edge.store.checking import Checking
from gateway.edge.store.consenting import Consenting
from gateway.edge.store.countersigned import Countersigned
from gateway.edge.store.counting import Counted
from gateway.edge.store.engine import writing as transaction
from gateway.edge.store.guarding import Guarded
from gateway.edge.store.indexing import Indexed
from gateway.edge.store.keyed import Keyed
from gateway.edge.store.logbook import Log
from gateway.edge.store.marks import Marks
from gateway.edge.store.noticing import Noticing
from gateway.edge.store.office import Office
from gateway.edge.store.pulled import Pulled
from gateway.edge.store.recalled import Recalling
from gateway.edge.store.rehearsing import Rehearsing
from gateway.edge.store.reminding import Reminding
from gateway.edge.store.retaining import Retaining
from gateway.edge.store.rights import Claiming
from gateway.edge.store.schema import NEWEST, found, is_current, upgrade
from gateway.edge.store.searching import Searched
from gateway.edge.store.shelving import Shelving
from gateway.edge.store.signing import Signing
from gateway.edge.store.watching import Watching


class Store(
    Pulled,
    Checking,
    Asked,
    Searched,
    Counted,
    Indexed,
    Office,
    Shelving,
    Guarded,
    Consenting,
    Reminding,
    Casebook,
    Watching,
    Countersigned,
    Noticing,
    Claiming,
    Recalling,
    Retaining,
    Rehearsing,
    Signing,
    Admitting,
    Keyed,
):
    """One database. Safe to share between threads; several processes and machines may hold their own."""

    def __init__(
        self, url: str, marks: Marks | None = None, quorum: int = 0, patience: timedelta = timedelta()
    ) -> None:
        super().__init__(url, quorum, patience)
        self.marks = marks or Marks()

    def record(self, record: Record) -> None:
        """Write facts and what follows from them, all or nothing. Raises Repeated, Overtaken or Fault(STORE).

        What came in from outside and opens a case is held against what was opened meanwhile, when its lines have their
        place in the log: of two at one moment, the second sees the first.
        """
        try:
            with self._change() as db:
                writing.write(db, record)
                if record.answer is not None and cased.opened_before(db, record.cases):
                    raise Overtaken
        except sa.exc.IntegrityError as error:
            if record.answer is None:
                raise
            raise Repeated from error

    def claim(
        self, at: datetime, lease: timedelta, most: int, judge: Judge, waits: Waits, after: str = ""
    ) -> Sequence[Claimed]:
        with self._change() as db:
            stopped = self._stopped(db, at)
            self._hold_register(db)
            found = claims.claim(db, at, lease, most, judge, waits, self._registered(db), after, stopped=stopped)
            if stopped and not found:
                raise Fault(Reason.UNPROVEN)
            return found

    def let_go(self, claimed: Sequence[Claimed]) -> None:
        """Give back what was leased and not tried, so that another worker may take it at once."""
        with self._change() as db:
            claims.let_go(db, claimed)

    def look_again(self, parcel: Parcel, judge: Judge) -> Stale | None:
        """Whether a parcel may still go, the moment before it does."""
        with self._look() as db:
            return claims.look_again(db, parcel, judge, self._registered(db))

    def settle(self, claimed: Claimed, record: Record, lane: LaneRule, receipt: bytes | None) -> bool:
        with self._change() as db:
            return claims.settle(db, claimed, record, lane, receipt)

    def prove(
        self, parcel_id: ParcelId, states: Collection[State], record: Record, receipt: bytes | None = None
    ) -> bool:
        """Write what became of a parcel that no claim holds; False, and nothing written, in any other state."""
        with self._change() as db:
            return claims.prove(db, parcel_id, states, record, receipt)

    def collect(self, parcel_id: ParcelId, record: Record, judge: Judge) -> Stale | bool:
        """Log that a shelved parcel is handed out; False when there is nothing on the shelf under that id.

        Nothing is handed out, and nothing written, when ``judge`` says why it may not be any more.
        """
        with self._change() as db:
            self._hold_register(db)
            query = sa.select(t.parcels).where(t.parcels.c.id == parcel_id).with_for_update()
            row = db.execute(query).one_or_none()
            if row is None or row.state not in {State.SHELVED, State.COLLECTED}:
                return False
            parcel = questions.parcel_of(row)
            if not parcel.goes_unproven and self._stopped(db, record.facts[0].at):
                raise Fault(Reason.UNPROVEN)
            stale = claims.look_again(db, parcel, judge, self._registered(db))
            if stale is not None:
                return stale
            writing.write(db, record)
            return True

    def replace_shelved(self, parcel_id: ParcelId, record: Record) -> bool:
        """Take a parcel from the shelf, with what was decided anew about it; False where it is there no more."""
        with self._change() as db:
            query = sa.select(t.parcels.c.state).where(t.parcels.c.id == parcel_id).with_for_update()
            if db.execute(query).scalar_one_or_none() != State.SHELVED:
                return False
            writing.write(db, record)
            return True

    def release(self, upload: UploadId, rule: RuleCode, by: PersonId, at: datetime, record: Record) -> bool:
        """Log that an explanation goes further; False, and nothing written, where it did before."""
        with self._change() as db:
            released = explained.release(db, upload, rule, by, at)
            if released:
                writing.write(db, record)
            return released

    def publish(self, at: datetime, keys: LogKeys) -> str | None:
        """Sign a checkpoint if the log has grown; looks first, so that a quiet log locks nobody out."""
        with self._look() as db:
            if not logbook.has_grown(db):
                return None
        try:
            with self._change() as db:
                signed = logbook.publish(db, at, keys, self.marks.known)
        except sa.exc.IntegrityError:
            return None  # another process signed the same head first
        if signed is not None:
            self.marks.raise_to(signed)
        return signed.note if signed else None

    def continue_log(self, after: Height, number: int, record: Record) -> None:
        """Let the log ``number`` go on after the one that lost lines, with ``record`` as its beginning.

        The one write that a database behind its mark takes. Raises Fault(BEHIND) when it is not at ``after`` any more.
        """
        with transaction(self.engine) as db:
            before = logbook.current(db, lock=True)
            if before.height != after:
                raise Fault(Reason.BEHIND)
            writing.begin_log(db, before, number)
            writing.write(db, record)

    def enlist(self, partner_list: Sequence[Partner], record: Record, seen: int | None = None) -> bool:
        """Put partners into the register, over what was there; False, and nothing written, when it is not ``seen`` now.

        Raises ValueError when they do not hang together.
        """
        with self._change() as db:
            if not self._still(db, seen):
                return False
            self._enlist(db, partner_list, record)
            return True

    def adopt(self, agreement: Agreement, record: Record) -> None:
        """Put one version of an agreement into the register, whatever the register holds meanwhile."""
        self.agree((agreement,), record)

    def agree(self, made: Sequence[Agreement], record: Record, seen: int | None = None) -> bool:
        """Put versions of agreements into the register; False, and nothing written, when it is not ``seen`` any more.

        Only their status and signatures may differ from what is there: whoever calls has looked at the terms.
        """
        with self._change() as db:
            if not self._still(db, seen):
                return False
            for one in made:
                row = {"ref": one.ref, "body": agreements.to_toml(one), "status": one.status}
                writing.upsert(db, t.agreements, row, t.agreements.c.ref)
            self._turn(db, record)
            return True

    def ready(self) -> None:
        """Raise Fault(BEHIND) when the log has fewer lines than are known to have been signed."""
        with self._look() as db:
            self._hold_to_mark(db)

    def holds_what_was_signed(self) -> bool:
        """Whether the log has all the lines that are known to have been signed, and the same ones."""
        with self._look() as db:
            return logbook.holds(db, logbook.current(db), self.marks.known)

    def _enlist(self, db: sa.Connection, partner_list: Sequence[Partner], record: Record) -> None:
        for partner in partner_list:
            row = {"id": partner.id, "body": partners.to_toml((partner,))}
            writing.upsert(db, t.partners, row, t.partners.c.id)
        self._turn(db, record)
        read_register(db, 0)  # what does not hang together is not written

    @contextmanager
    def _change(self) -> Iterator[sa.Connection]:
        """A transaction that may change things, in a database that holds all that was signed."""
        with transaction(self.engine) as db:
            self._hold_to_mark(db)
            yield db

    def _hold_to_mark(self, db: sa.Connection) -> None:
        known = self.marks.known
        if known is not None and logbook.current(db).height < known.height:
            raise Fault(Reason.BEHIND)

    def _stopped(self, db: sa.Connection, at: datetime) -> bool:
        """Whether too few have countersigned the log for longer than the settings allow: only what protects leaves."""
        return bool(self._patience) and witnesses.proven(db, at, self._quorum, self._patience).stopped

    def _hold_register(self, db: sa.Connection) -> None:
        """Nobody changes the register or sets a flag until this transaction ends; SQLite has one writer anyway."""
        db.execute(sa.select(t.register.c.version).with_for_update(read=True))

    def _still(self, db: sa.Connection, seen: int | None) -> bool:
        """Whether the register is the one that was ``seen``, and stays so until this transaction ends."""
        return seen is None or db.execute(sa.select(t.register.c.version).with_for_update()).scalar_one() == seen

    def _turn(self, db: sa.Connection, record: Record) -> None:
        db.execute(t.register.update().values(version=t.register.c.version + 1))
        writing.write(db, record)


__all__ = ["NEWEST", "Log", "Store", "found", "is_current", "upgrade"]
