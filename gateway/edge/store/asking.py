"""The questions that a database answers: the register, parcels, people, and the disclosure log."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa

from gateway.core import agreements, partners
from gateway.core.delivery import State
from gateway.core.errors import Fault, Reason
from gateway.core.facts import parse_line
from gateway.core.log import checkpoint, proof, tiles, tree
from gateway.core.log.mark import Height
from gateway.core.measures import Measures
from gateway.core.partners import Directory
from gateway.core.records import (
    Acted,
    Answer,
    Decided,
    Kept,
    Person,
    Proven,
    Queued,
    Register,
    Standing,
    Under,
)
from gateway.core.terms import (
    AgreementRef,
    Digest,
    DisclosureId,
    ParcelId,
    PartnerId,
    PersonId,
    UploadId,
    parse_stamp,
)
from gateway.edge.store import auditing, logbook, operating, questions, witnesses
from gateway.edge.store import tables as t
from gateway.edge.store.auditing import Audit
from gateway.edge.store.engine import connect, glancing, naive, reading
from gateway.edge.store.logbook import Log
from gateway.edge.store.schema import has_schema

MOST_SHELVED = 100_000
MOST_DECIDED = 100_000
_HEADS = (t.peer_checkpoints, t.countersigned)


class Asked:
    """One database, to be asked. Safe to share between threads."""

    def __init__(self, url: str, quorum: int = 0, patience: timedelta = timedelta()) -> None:
        self.engine = connect(url)
        self._quorum = quorum  # witnesses that a proof should show, if it can
        self._patience = patience  # how long disclosures go on without that proof; nothing: for ever
        self._register: Register | None = None

    def register(self) -> Register:
        with self._look() as db:
            return self._registered(db)

    def newest_checkpoint(self, log: int | None = None) -> str | None:
        """The newest checkpoint of one log, or of the newest that has one, with the countersignatures it has by now."""
        with self._look() as db:
            note = logbook.newest(db, log)
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
            # all that waits or waited in vain, however much; of what was collected only the latest
            waits = t.parcels.c.state.in_((State.SHELVED, State.EXPIRED))
            waiting = questions.standings(db, theirs, waits, most=MOST_SHELVED)
            return [*waiting, *questions.standings(db, theirs, t.parcels.c.state == State.COLLECTED, most=100)]

    def decided_for(self, source: UploadId) -> Sequence[Decided]:
        with self._look() as db:
            return questions.decided(db, t.decisions.c.source == source)

    def decided_not_released(self, most: int) -> Sequence[Decided]:
        with self._look() as db:
            return questions.decided(db, t.decisions.c.outcome != "release", most=most)

    def not_released_since(self, at: datetime) -> Sequence[Decided]:
        with self._look() as db:
            later = t.decisions.c.at >= naive(at)
            return questions.decided(db, later, t.decisions.c.outcome != "release", most=MOST_DECIDED)

    def sent_under(self, ref: AgreementRef, since: datetime) -> int:
        """Messages that were made ready under an agreement since an instant, whatever became of them."""
        with self._look() as db:
            return questions.sent_under(db, ref, since)

    def went_under(self, key: Digest, since: datetime, senders: Collection[PartnerId]) -> Sequence[Under]:
        """What went out under a certificate since an instant, and what came from ``senders``."""
        with self._look() as db:
            return questions.went_under(db, key, since, senders)

    def is_writable(self) -> bool:
        return operating.is_writable(self.engine)

    def is_current(self) -> bool:
        return has_schema(self.engine)

    def measure(self, at: datetime, pause_after: int) -> Measures:
        return operating.measure(self.engine, at, pause_after)

    def queues(self) -> Sequence[Queued]:
        return operating.queues(self.engine)

    def acted(self, people: Sequence[PersonId], kinds: Sequence[str], most: int) -> Sequence[Acted]:
        return operating.acted(self.engine, people, kinds, most)

    def acted_on(self, subjects: Sequence[str], children: Sequence[str], kinds: Sequence[str]) -> Sequence[Acted]:
        return operating.acted_on(self.engine, subjects, children, kinds)

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

    # the disclosure log

    def logs(self) -> Sequence[Log]:
        """Every log, oldest first; the last is the one that grows."""
        with self._look() as db:
            return logbook.logs(db)

    def edge(self) -> tree.Edge:
        """The right edge of the log that grows."""
        with self._look() as db:
            return logbook.current(db).edge

    def height(self) -> Height:
        with self._look() as db:
            return logbook.current(db).height

    def last_line(self) -> bytes | None:
        with self._look() as db:
            end = logbook.current(db).end
            return next(logbook.lines(db, end - 1, end), None) if end else None

    def last_written(self) -> datetime | None:
        """When the newest line says that it was written."""
        last = self.last_line()
        return parse_stamp(str(parse_line(last)["at"])) if last else None

    def held_of(self, partner: PartnerId) -> Sequence[str]:
        """The largest checkpoints that a partner has shown with its messages, and those that we have countersigned."""
        held = (sa.select(of.c.note, of.c.at, of.c.origin).where(of.c.partner == partner) for of in _HEADS)
        query = sa.union_all(*held).order_by("at", "origin")
        with self._look() as db:
            return list(dict.fromkeys(row.note for row in db.execute(query)))

    def lines(self, first: int = 0, end: int | None = None) -> Iterator[bytes]:
        with self._look() as db:
            yield from logbook.lines(db, first, end)

    def leaves(self, log: Log) -> Iterator[tuple[bytes, bytes]]:
        """Every line of a log with the leaf hash that is stored beside it, in order."""
        with self._look() as db:
            yield from logbook.leaves(db, log)

    def nodes(self, log: int, level: int) -> Iterator[tuple[int, bytes]]:
        """The nodes that are kept of one level of a log's tree, by their index, in order."""
        with self._look() as db:
            yield from logbook.nodes(db, log, level)

    def node_count(self, log: int | None = None) -> int:
        with self._look() as db:
            return logbook.node_count(db, log)

    def proven(self, at: datetime) -> Proven:
        """How much of our log others have countersigned, and whether disclosures have stopped for want of it."""
        with self._look() as db:
            return witnesses.proven(db, at, self._quorum, self._patience)

    def audit(self) -> Audit:
        """Every row of evidence held against the line that vouches for it."""
        with self._look() as db:
            return auditing.audit(db)

    def checkpoints(self, log: int) -> Sequence[tuple[int, str]]:
        """Every checkpoint of one log by the size it is kept under, the smallest first."""
        with self._look() as db:
            return logbook.checkpoints(db, log)

    def line_count(self) -> int:
        """How many rows the lines take, whatever their places are."""
        with self._look() as db:
            return logbook.line_count(db)

    def numbers_of(self, subject: str) -> Sequence[int]:
        with self._look() as db:
            return logbook.numbers_of(db, subject)

    def lines_about(self, subject: str) -> Sequence[bytes]:
        """The lines about an upload, a disclosure, a parcel, a message or an agreement, in order."""
        with self._look() as db:
            return logbook.lines_about(db, subject)

    def proof(self, place: int) -> tuple[bytes, proof.Proof]:
        """One line and its proof under a checkpoint of its log, countersigned by a quorum if there is one.

        Raises IndexError for a line that is under none, Fault(STORE) when what is stored does not lead to it.
        """
        with glancing(self.engine) as db:
            found = logbook.standing(db, place)
            if found is None:
                raise IndexError(place)
            log, line, index = found.log, found.line, place - found.log.first
            note = witnesses.covering(db, found, index, self._quorum)
            if note is None:
                raise IndexError(place)
            head = checkpoint.shown(note)
            hashes = logbook.Hashes(db, log)
            way = tiles.gathered(lambda known: tree.prove(index, head.size, known), log.edge, hashes)
        if not tree.verify_inclusion(tree.leaf(line), index, head.size, way, head.root):
            raise Fault(Reason.STORE, lasting=True)
        return line, proof.Proof(index, way, note)

    @contextmanager
    def _look(self) -> Iterator[sa.Connection]:
        with reading(self.engine) as db:
            yield db

    def _registered(self, db: sa.Connection) -> Register:
        """The register, read again only when its version has moved."""
        version = db.execute(sa.select(t.register.c.version)).scalar_one()
        if self._register is None or self._register.version != version:
            self._register = read_register(db, version)
        return self._register


def read_register(db: sa.Connection, version: int) -> Register:
    """The register as a transaction sees it. Raises ValueError when its partners do not hang together."""
    listed = [one for body in db.scalars(sa.select(t.partners.c.body)) for one in partners.from_register(body)]
    bodies = db.scalars(sa.select(t.agreements.c.body).order_by(t.agreements.c.ref))
    made = tuple(map(agreements.from_toml, bodies))
    contents = {one.ref: agreements.terms_digest(one) for one in made}
    return Register(version, Directory.of(listed), made, contents)
