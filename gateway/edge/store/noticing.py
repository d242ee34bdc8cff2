"""What the flows ask and write about notices and enquiries."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import sqlalchemy as sa

from gateway.core.notices import Chase, Side
from gateway.core.records import Notice, Record
from gateway.core.terms import CaseId, DisclosureId, Kind, ParcelId, PartnerId, PersonId, UploadId
from gateway.edge.store import noticed, writing
from gateway.edge.store import tables as t
from gateway.edge.store.engine import naive, reading

N = t.notices.c
_DUE = {Chase.RECEIPT: N.receipt_due, Chase.OPENING: N.opening_due, Chase.RENEWAL: N.renewal_due}


class Noticing:
    """A part of the store."""

    engine: sa.Engine

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def notice(self, disclosure: DisclosureId, side: Side) -> Notice | None:
        with reading(self.engine) as db:
            return next(iter(noticed.notices(db, N.disclosure == disclosure, N.side == side)), None)

    def notices(self, homes: Sequence[PartnerId], side: Side, kinds: Sequence[Kind], most: int) -> Sequence[Notice]:
        """Newest first."""
        with reading(self.engine) as db:
            return noticed.notices(db, N.home.in_(homes), N.side == side, N.kind.in_(kinds), most=most)

    def notices_of(self, home: PartnerId, side: Side, matter: str) -> Sequence[Notice]:
        """All that belongs to one case of its sender."""
        with reading(self.engine) as db:
            return noticed.notices(db, N.matter == matter, N.home == home, N.side == side)

    def notices_in(self, parcels: Sequence[ParcelId]) -> Mapping[str, Notice]:
        """What of these is a notice or an enquiry that came in, by parcel."""
        with reading(self.engine) as db:
            return {one.parcel: one for one in noticed.in_parcels(db, parcels)}

    def chase(self, what: Chase, at: datetime, most: int, told: Callable[[Notice], Record]) -> Sequence[Notice]:
        """Write what ``told`` says of each that is late, once; what has come meanwhile is passed over."""
        column = _DUE[what]
        with self._change() as db:
            found = noticed.due(db, column, at, most)
            noticed.settle(db, column, found)
            late = [one for one in found if what is not Chase.RECEIPT or not noticed.has_come(db, one.disclosure)]
            writing.write(db, sum(map(told, late), Record(())))
            return late

    def unacknowledged(self, at: datetime, most: int) -> Sequence[Notice]:
        """What a person opened long enough ago for its sender to be told, and enquiries whose copy was destroyed."""
        with reading(self.engine) as db:
            query = (N.acknowledgement_due.is_not(None), N.acknowledgement_due <= naive(at))
            return noticed.notices(db, *query, most=most)

    def acknowledge(self, disclosure: DisclosureId, record: Record) -> bool:
        """Write that its sender was told; False where that was written before."""
        with self._change() as db:
            query = sa.select(N.acknowledgement_due).where(N.disclosure == disclosure, N.side == Side.RECEIVED)
            if db.execute(query.with_for_update()).scalar_one_or_none() is None:
                return False
            writing.write(db, record)
            return True

    def match_arrivals(
        self, most: int, told: Callable[[Sequence[tuple[Notice, UploadId | CaseId]]], Record]
    ) -> Sequence[tuple[Notice, UploadId | CaseId]]:
        """Match what came in against what is on watch, and write what ``told`` says of it; each arrival once."""
        with self._change() as db:
            found = noticed.take_arrivals(db, most)
            writing.write(db, told(found) if found else Record(()))
            return found

    def lapsed(self, side: Side, at: datetime, most: int) -> Sequence[Notice]:
        """Enquiries whose watch is over and that nobody renewed."""
        with reading(self.engine) as db:
            query = (N.watched_until.is_not(None), N.watched_until <= naive(at), N.side == side)
            return noticed.notices(db, *query, most=most)

    def kept_of(self, source: UploadId, home: PartnerId) -> str | None:
        with reading(self.engine) as db:
            return noticed.kept_of(db, source, home)

    def sender_of(self, source: UploadId) -> PersonId | None:
        """The person who sent an upload, where a person did."""
        a = t.answers.c
        with reading(self.engine) as db:
            found = db.execute(sa.select(a.person).where(a.upload == source)).scalar_one_or_none()
            return PersonId(found) if found else None
