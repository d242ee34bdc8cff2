"""The database: one door in (``record`` and the claims that use it), and the questions out."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from gateway.core import agreements, partners
from gateway.core.agreements import Agreement
from gateway.core.delivery import State, Waits
from gateway.core.errors import Fault, Reason
from gateway.core.log import checkpoint, proof, tiles, tree
from gateway.core.measures import Measures
from gateway.core.partners import Directory, Partner
from gateway.core.records import (
    Answer,
    Claimed,
    Decided,
    Judge,
    Kept,
    LaneRule,
    Person,
    Record,
    Register,
    Repeated,
    Standing,
)
from gateway.core.terms import AgreementRef, Digest, DisclosureId, ParcelId, PartnerId, PersonId, UploadId, digest
from gateway.edge.store import claims, logbook, operating, questions, witnesses, writing
from gateway.edge.store import tables as t
from gateway.edge.store.engine import connect, naive, reading
from gateway.edge.store.engine import writing as transaction

MOST_SHELVED = 100_000
MIGRATIONS = Path(__file__).parent / "migrations"


class Store:
    """One database. Safe to share between threads; several processes and machines may hold their own."""

    def __init__(self, url: str, quorum: int = 0) -> None:
        self.engine = connect(url)
        self._quorum = quorum  # witnesses that a proof should show, if it can
        self._register: Register | None = None

    # the one way to write

    def record(self, record: Record) -> None:
        """Write facts and what follows from them, all or nothing. Raises Repeated, or Fault(STORE)."""
        try:
            with transaction(self.engine) as db:
                writing.write(db, record)
        except sa.exc.IntegrityError as error:
            if record.answer is None:
                raise
            raise Repeated from error

    def claim(self, at: datetime, lease: timedelta, most: int, judge: Judge, waits: Waits) -> Sequence[Claimed]:
        with transaction(self.engine) as db:
            return claims.claim(db, at, lease, most, judge, waits, self._registered(db))

    def settle(self, claimed: Claimed, record: Record, lane: LaneRule, receipt: bytes | None) -> bool:
        with transaction(self.engine) as db:
            return claims.settle(db, claimed, record, lane, receipt)

    def collect(self, parcel_id: ParcelId, record: Record) -> bool:
        """Log that a shelved parcel is handed out; False when there is nothing on the shelf under that id."""
        with transaction(self.engine) as db:
            query = sa.select(t.parcels.c.state).where(t.parcels.c.id == parcel_id).with_for_update()
            if db.execute(query).scalar_one_or_none() not in {State.SHELVED, State.COLLECTED}:
                return False
            writing.write(db, record)
            return True

    def publish(self, origin: str, at: datetime, sign: Callable[[str], str]) -> str | None:
        """Sign a checkpoint if the log has grown; looks first, so that a quiet log locks nobody out."""
        with self._look() as db:
            if not logbook.has_grown(db):
                return None
        try:
            with transaction(self.engine) as db:
                return logbook.publish(db, origin, at, sign)
        except sa.exc.IntegrityError:
            return None  # another process signed the same head first

    def enlist(self, partner_list: Sequence[Partner], record: Record) -> None:
        """Put partners into the register, over what was there. Raises ValueError when they do not hang together."""
        with transaction(self.engine) as db:
            for partner in partner_list:
                row = {"id": partner.id, "body": partners.to_toml((partner,))}
                writing.upsert(db, t.partners, t.partners.c.id, row)
            self._turn(db, record)
            _read_register(db, 0)  # what does not hang together is not written

    def adopt(self, agreement: Agreement, record: Record) -> None:
        """Put one version of an agreement into the register; only its status may be changed afterwards."""
        with transaction(self.engine) as db:
            row = {"ref": agreement.ref, "body": agreements.to_toml(agreement), "status": agreement.status}
            writing.upsert(db, t.agreements, t.agreements.c.ref, row)
            self._turn(db, record)

    def add_person(self, person: Person, record: Record) -> None:
        with transaction(self.engine) as db:
            row: dict[str, object] = {"id": person.id, "role": person.role, "organisation": person.organisation}
            writing.upsert(db, t.people, t.people.c.id, row)
            writing.write(db, record)

    def keep_link(self, token: Digest, person: PersonId, expires: datetime, record: Record) -> None:
        with transaction(self.engine) as db:
            db.execute(t.links.insert().values(digest=token, person=person, expires=naive(expires)))
            writing.write(db, record)

    def use_link(self, token: Digest, session: Digest, at: datetime, until: datetime) -> Person | None:
        """Turn a single-use link into a session; None when it was used, has expired or never was."""
        with transaction(self.engine) as db:
            query = sa.select(t.links).where(t.links.c.digest == token, t.links.c.expires > naive(at))
            row = db.execute(query.with_for_update()).one_or_none()
            if row is None:
                return None
            db.execute(t.links.delete().where(t.links.c.digest == token))
            db.execute(t.sessions.insert().values(digest=session, person=row.person, expires=naive(until)))
            return questions.person(db, row.person)

    def end_session(self, session: Digest) -> None:
        with transaction(self.engine) as db:
            db.execute(t.sessions.delete().where(t.sessions.c.digest == session))

    def keep_peer_checkpoint(self, partner: PartnerId, size: int, note: str) -> None:
        """Remember the largest checkpoint that a partner has shown."""
        with transaction(self.engine) as db:
            query = sa.select(t.peer_checkpoints.c.size).where(t.peer_checkpoints.c.partner == partner)
            before = db.execute(query).scalar_one_or_none()
            if before is None or size > before:
                row: dict[str, object] = {"partner": partner, "size": size, "note": note}
                writing.upsert(db, t.peer_checkpoints, t.peer_checkpoints.c.partner, row)

    # questions

    def peer_checkpoint(self, partner: PartnerId) -> str | None:
        """The largest checkpoint that a partner has shown us of its own log."""
        with self._look() as db:
            query = sa.select(t.peer_checkpoints.c.note).where(t.peer_checkpoints.c.partner == partner)
            return db.execute(query).scalar_one_or_none()

    def register(self) -> Register:
        with self._look() as db:
            return self._registered(db)

    def newest_checkpoint(self) -> str | None:
        """With the countersignatures that it has by now."""
        with self._look() as db:
            note = logbook.newest(db)
            return witnesses.joined(db, note) if note else None

    def answer(self, what: str, sender: str, key: str) -> Answer | None:
        with self._look() as db:
            return questions.answer(db, what, sender, key)

    def delivered(self, sender: str, disclosure: DisclosureId) -> bool:
        with self._look() as db:
            return questions.delivered(db, sender, disclosure)

    def kept(self, kept_id: str) -> Kept:
        """Bytes at rest. Raises Fault(STORE) when they were destroyed."""
        with self._look() as db:
            found = questions.kept(db, kept_id)
        if found is None:
            raise Fault(Reason.STORE, lasting=True)
        return found

    def parcel(self, parcel_id: ParcelId) -> Standing | None:
        with self._look() as db:
            return next(iter(questions.standings(db, t.parcels.c.id == parcel_id)), None)

    def parcels_of(self, source: UploadId) -> Sequence[Standing]:
        with self._look() as db:
            return questions.standings(db, t.parcels.c.source == source)

    def parcels_under(self, disclosure: DisclosureId) -> Sequence[Standing]:
        with self._look() as db:
            return questions.standings(db, t.parcels.c.disclosure == disclosure)

    def parcels_in(self, states: Sequence[State], most: int) -> Sequence[Standing]:
        with self._look() as db:
            return questions.standings(db, t.parcels.c.state.in_(states), most=most)

    def sent_by(self, discloser: PartnerId, home: PartnerId, most: int) -> Sequence[Standing]:
        with self._look() as db:
            mine = t.parcels.c.discloser == discloser
            return questions.standings(db, mine, t.parcels.c.home == home, most=most)

    def shelved_for(self, readers: Sequence[PartnerId]) -> Sequence[Standing]:
        with self._look() as db:
            theirs = t.parcels.c.reader.in_(readers)
            # all that waits, however much; of what was collected only the latest
            waiting = questions.standings(db, theirs, t.parcels.c.state == State.SHELVED, most=MOST_SHELVED)
            return [*waiting, *questions.standings(db, theirs, t.parcels.c.state == State.COLLECTED, most=100)]

    def decided_for(self, source: UploadId) -> Sequence[Decided]:
        with self._look() as db:
            return questions.decided(db, t.decisions.c.source == source)

    def decided_not_released(self, most: int) -> Sequence[Decided]:
        with self._look() as db:
            return questions.decided(db, t.decisions.c.outcome != "release", most=most)

    def is_writable(self) -> bool:
        return operating.is_writable(self.engine)

    def is_current(self) -> bool:
        return operating.has_schema(self.engine, str(MIGRATIONS))

    def measure(self, at: datetime, pause_after: int) -> Measures:
        return operating.measure(self.engine, at, pause_after)

    def counts(self) -> dict[State, int]:
        with self._look() as db:
            return questions.counts(db)

    def evidence(self, parcel_id: ParcelId) -> tuple[bytes, bytes | None] | None:
        """The SOAP part that left and the receipt that came back."""
        with self._look() as db:
            row = db.execute(sa.select(t.evidence).where(t.evidence.c.parcel == parcel_id)).one_or_none()
            return (row.soap, row.receipt) if row else None

    def person(self, person_id: PersonId) -> Person | None:
        with self._look() as db:
            return questions.person(db, person_id)

    def people(self) -> Sequence[Person]:
        with self._look() as db:
            return questions.people(db)

    def signed_in(self, session: Digest, at: datetime) -> Person | None:
        with self._look() as db:
            return questions.signed_in(db, session, at)

    # the disclosure log

    def edge(self) -> tree.Edge:
        with self._look() as db:
            return logbook.edge(db)

    def lines(self, first: int = 0, end: int | None = None) -> Iterator[bytes]:
        with self._look() as db:
            yield from logbook.lines(db, first, end)

    def leaves(self, size: int) -> Iterator[tuple[bytes, bytes]]:
        """Every line with the leaf hash that is stored beside it, in order."""
        with self._look() as db:
            yield from logbook.leaves(db, size)

    def node(self, level: int, index: int) -> bytes | None:
        with self._look() as db:
            return logbook.node(db, level, index)

    def node_count(self) -> int:
        with self._look() as db:
            return logbook.node_count(db)

    def numbers_of(self, subject: str) -> Sequence[int]:
        with self._look() as db:
            return logbook.numbers_of(db, subject)

    def proof(self, index: int) -> tuple[bytes, proof.Proof]:
        """One line and its proof under a signed checkpoint, countersigned by a quorum if there is one.

        Raises IndexError for a line that is under none.
        """
        with self._look() as db:
            note = witnesses.covering(db, index, self._quorum) if index >= 0 else None
            if note is None:
                raise IndexError(index)
            size = checkpoint.shown(note).size
            hashes = tiles.hashes(size, logbook.Tiles(db))
            line = next(logbook.lines(db, index, index + 1))
            return line, proof.Proof(index, tree.prove(index, size, hashes), note)

    @contextmanager
    def _look(self) -> Iterator[sa.Connection]:
        with reading(self.engine) as db:
            yield db

    def _registered(self, db: sa.Connection) -> Register:
        """The register, read again only when its version has moved."""
        version = db.execute(sa.select(t.register.c.version)).scalar_one()
        if self._register is None or self._register.version != version:
            self._register = _read_register(db, version)
        return self._register

    def _turn(self, db: sa.Connection, record: Record) -> None:
        db.execute(t.register.update().values(version=t.register.c.version + 1))
        writing.write(db, record)


def _read_register(db: sa.Connection, version: int) -> Register:
    """The register as a transaction sees it. Raises ValueError when its partners do not hang together."""
    listed = [one for body in db.scalars(sa.select(t.partners.c.body)) for one in partners.from_toml(body)]
    bodies = list(db.scalars(sa.select(t.agreements.c.body).order_by(t.agreements.c.ref)))
    made = tuple(map(agreements.from_toml, bodies))
    contents = {AgreementRef(one.ref): digest(body.encode()) for one, body in zip(made, bodies, strict=True)}
    return Register(version, Directory.of(listed), made, contents)


def upgrade(url: str) -> None:
    """Bring the schema of a database to this release's."""
    engine = connect(url)
    with engine.connect() as db:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = db
        command.upgrade(config, "head")
        db.commit()
    engine.dispose()


def is_current(url: str) -> bool:
    """Whether a database has exactly this release's schema. Raises Fault(STORE) when it cannot be asked."""
    engine = connect(url)
    try:
        return operating.has_schema(engine, str(MIGRATIONS))
    finally:
        engine.dispose()


__all__ = ["PartnerId", "Store", "is_current", "upgrade"]
