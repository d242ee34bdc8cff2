"""Rights requests as rows: a request and its steps are only ever added to, a notice gets its answer."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa

from gateway.core.facts import Asker, NoticeAnswer, RightsKind, RightsStep
from gateway.core.records import Record, RightsCopy, RightsNotice, RightsRequest, RightsTaken
from gateway.core.terms import (
    DisclosureId,
    Outcome,
    ParcelId,
    PartnerId,
    PersonId,
    PurposeCode,
    RequestId,
    TaskId,
    UploadId,
)
from gateway.edge.store import explained, writing
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, reading

Row = sa.Row[Any]
MOST = 1000


class Claiming:
    """A part of the store: what people claim as their right."""

    engine: sa.Engine

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def rights_request(self, request: RequestId) -> RightsRequest | None:
        return next(iter(self._requests(t.rights_requests.c.id == request)), None)

    def rights_requests(self, homes: Sequence[PartnerId]) -> Sequence[RightsRequest]:
        """The newest first."""
        return self._requests(t.rights_requests.c.home.in_(homes))

    def rights_steps(self, request: RequestId) -> Sequence[RightsTaken]:
        """In the order in which they were taken."""
        s = t.rights_steps.c
        with reading(self.engine) as db:
            rows = db.execute(sa.select(t.rights_steps).where(s.request == request).order_by(s.number))
            return [_taken(row) for row in rows]

    def take_rights_step(self, request: RequestId, seen: int, record: Record, destroyed: Sequence[str] = ()) -> bool:
        """Write the next step, and destroy the keys of what is erased by it; False where somebody took one since
        ``seen`` of them were read.
        """
        with self._change() as db:
            db.execute(sa.select(t.rights_requests.c.id).where(t.rights_requests.c.id == request).with_for_update())
            count = sa.select(sa.func.count()).select_from(t.rights_steps).where(t.rights_steps.c.request == request)
            if db.execute(count).scalar_one() != seen:
                return False
            writing.write(db, record)
            _destroy(db, destroyed)
            return True

    def rights_notices(self, request: RequestId) -> Sequence[RightsNotice]:
        return self._notices(t.rights_notices.c.request == request)

    def rights_notices_by(self, notice: DisclosureId) -> Sequence[RightsNotice]:
        """What one message told about: one or more earlier disclosures."""
        return self._notices(t.rights_notices.c.notice == notice)

    def unanswered_notices(self) -> Sequence[RightsNotice]:
        n = t.rights_notices.c
        return self._notices(n.answer.is_(None), n.outcome.in_([Outcome.RELEASE, Outcome.REFUSE]))

    def rights_copies(self, of: ParcelId | UploadId) -> Sequence[RightsCopy]:
        """What was made of one document, in order."""
        c = t.rights_copies.c
        with reading(self.engine) as db:
            rows = db.execute(sa.select(t.rights_copies).where(c.parcel == of).order_by(c.number))
            return [_copy(row) for row in rows]

    def settle_rights_notice(self, task: TaskId, record: Record, destroyed: Sequence[str] = ()) -> bool:
        """Write what we made of a notice, and destroy the keys of what is erased; False where that was done before."""
        with self._change() as db:
            row = db.execute(sa.select(t.tasks.c.done_at).where(t.tasks.c.id == task).with_for_update()).one_or_none()
            if row is None or row.done_at is not None:
                return False
            writing.write(db, record)
            _destroy(db, destroyed)
            return True

    def told_before_lifting(self, handles: Sequence[str]) -> bool:
        """Whether everybody who asked for a restriction on this child was told that it will be lifted."""
        wanted = set(handles)
        asked = [
            one.id
            for one in self._requests(t.rights_requests.c.kind == RightsKind.RESTRICTION)
            if wanted & set(one.handles) and one.asker is not Asker.PARTNER
        ]
        return all(RightsStep.TOLD in {step.step for step in self.rights_steps(one)} for one in asked)

    def handles_with(self, handle: str) -> tuple[str, ...]:
        """By what else the children are known who stand where this one stands; itself first."""
        n, m = t.named.alias(), t.named.alias()
        same = sa.and_(n.c.source == m.c.source, n.c.pupil == m.c.pupil)
        query = sa.select(m.c.handle).select_from(n.join(m, same)).where(n.c.handle == handle).distinct().limit(MOST)
        with reading(self.engine) as db:
            return tuple(dict.fromkeys((handle, *sorted(db.execute(query).scalars()))))

    def handles_of(self, source: str, pupil: int) -> tuple[str, ...]:
        n = t.named.c
        with reading(self.engine) as db:
            query = sa.select(n.handle).where(n.source == source, n.pupil == pupil)
            return tuple(sorted(db.execute(query).scalars()))

    def _requests(self, *where: sa.ColumnElement[bool]) -> Sequence[RightsRequest]:
        r = t.rights_requests.c
        with reading(self.engine) as db:
            rows = db.execute(sa.select(t.rights_requests).where(*where).order_by(r.at.desc(), r.id).limit(MOST))
            return [_request(row) for row in rows]

    def _notices(self, *where: sa.ColumnElement[bool]) -> Sequence[RightsNotice]:
        n = t.rights_notices.c
        with reading(self.engine) as db:
            rows = db.execute(sa.select(t.rights_notices).where(*where).order_by(n.at, n.about).limit(MOST))
            return [_notice(row) for row in rows]


def _destroy(db: sa.Connection, kept: Sequence[str]) -> None:
    if kept:
        db.execute(t.kept.delete().where(t.kept.c.id.in_(list(kept))))


def _request(row: Row) -> RightsRequest:
    return RightsRequest(
        RequestId(row.id),
        PartnerId(row.home),
        RightsKind(row.kind),
        Asker(row.asker),
        aware(row.at),
        PersonId(row.by),
        tuple(row.handles),
        explained.closed_of(row),
        ParcelId(row.notice) if row.notice else None,
    )


def _taken(row: Row) -> RightsTaken:
    return RightsTaken(
        RequestId(row.request),
        row.number,
        RightsStep(row.step),
        aware(row.at),
        PersonId(row.by),
        explained.closed_of(row),
    )


def _notice(row: Row) -> RightsNotice:
    return RightsNotice(
        RequestId(row.request),
        DisclosureId(row.about),
        DisclosureId(row.notice),
        PartnerId(row.reader),
        PurposeCode(row.purpose),
        Outcome(row.outcome),
        aware(row.at),
        NoticeAnswer(row.answer) if row.answer else None,
        aware(row.answered_at) if row.answered_at else None,
        row.reason,
    )


def _copy(row: Row) -> RightsCopy:
    of = ParcelId(row.parcel) if row.parcel.startswith("p-") else UploadId(row.parcel)
    return RightsCopy(of, row.number, RightsKind(row.right), row.before, row.after, aware(row.at))
