"""What partners pull: requests that were answered, the oldest parcel that waits, and what nobody came for."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import sqlalchemy as sa

from gateway.core.delivery import Waits
from gateway.core.errors import Fault, Reason
from gateway.core.records import Claimed, Judge, Repeated, Standing
from gateway.core.terms import MessageId, PartnerId
from gateway.edge.store import claims, questions
from gateway.edge.store import tables as t
from gateway.edge.store.asking import Asked
from gateway.edge.store.engine import naive


class Pulled(Asked):
    """A part of the store: what waits until its recipient comes for it."""

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def _stopped(self, db: sa.Connection, at: datetime) -> bool:
        raise NotImplementedError

    def _hold_register(self, db: sa.Connection) -> None:
        raise NotImplementedError

    def asked(self, partner: PartnerId, message: MessageId, at: datetime, kept: timedelta) -> None:
        """Remember a request to pull. Raises Repeated for one that was answered before."""
        try:
            with self._change() as db:
                claims.asked(db, partner, message, at, kept)
        except sa.exc.IntegrityError as error:
            raise Repeated from error

    def claim_for(
        self, partner: PartnerId, at: datetime, lease: timedelta, judge: Judge, waits: Waits
    ) -> Claimed | None:
        with self._change() as db:
            stopped = self._stopped(db, at)
            self._hold_register(db)
            found = claims.claim_for(db, partner, at, lease, judge, waits, self._registered(db), stopped=stopped)
            if stopped and found is None:
                raise Fault(Reason.UNPROVEN)
            return found

    def parcel_under(self, message: MessageId) -> Standing | None:
        """The parcel that left, or waits, under a message id of ours."""
        with self._look() as db:
            row = db.execute(sa.select(t.parcels).where(t.parcels.c.message == message)).one_or_none()
            return questions.standing(row) if row else None

    def uncollected(self, partners: Collection[PartnerId], before: datetime, most: int) -> Sequence[Standing]:
        """What was sealed for one of these before an instant and still waits, the oldest first."""
        c = t.parcels.c
        waits = (c.recipient.in_(partners), c.state.in_(t.OPEN_STATES), c.sealed_at <= naive(before))
        with self._look() as db:
            found = db.execute(sa.select(t.parcels).where(*waits).order_by(c.sealed_at, c.id).limit(most)).all()
            return [questions.standing(row) for row in found]
