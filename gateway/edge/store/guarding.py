"""What guards a child and keeps people to their word: flags, holds, clearances and tasks."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import sqlalchemy as sa

from gateway.core.decisions import Clearance
from gateway.core.delivery import State
from gateway.core.facts import Fact
from gateway.core.records import Decided, Flagged, Record, Standing
from gateway.core.tasks import Task
from gateway.core.terms import DisclosureId, Flag, FlagId, PartnerId, PersonId, TaskId, UploadId
from gateway.edge.store import disclosed, flagged, questions, tasked, writing
from gateway.edge.store import tables as t
from gateway.edge.store.engine import reading


class Guarded:
    """A part of the store."""

    engine: sa.Engine

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    # flags

    def flags_on(self, handles: Sequence[str]) -> Mapping[str, frozenset[Flag]]:
        with reading(self.engine) as db:
            return flagged.on_handles(db, handles)

    def flags_in(self, sources: Sequence[UploadId]) -> Mapping[tuple[str, int], frozenset[Flag]]:
        """By source and number of the child."""
        with reading(self.engine) as db:
            return flagged.on_sources(db, sources)

    def flags_of(self, handles: Sequence[str], flag: Flag) -> Sequence[Flagged]:
        with reading(self.engine) as db:
            return flagged.of_kind(db, handles, flag)

    def flags(self, homes: Sequence[PartnerId], most: int = 1000) -> Sequence[Flagged]:
        with reading(self.engine) as db:
            return flagged.listed(db, homes, most)

    def flag(self, flag: FlagId) -> Flagged | None:
        with reading(self.engine) as db:
            return flagged.one(db, flag)

    def propose_lift(self, flag: FlagId, by: PersonId, record: Record) -> bool:
        with self._change() as db:
            proposed = flagged.propose(db, flag, by)
            if proposed:
                writing.write(db, record)
            return proposed

    def lift(self, flag: FlagId, by: PersonId, at: datetime, record: Record) -> bool:
        with self._change() as db:
            lifted = flagged.lift(db, flag, by, at)
            if lifted:
                writing.write(db, record)
            return lifted

    def sources_of(self, handle: str) -> Sequence[tuple[UploadId, int]]:
        with reading(self.engine) as db:
            return flagged.sources_of(db, handle)

    def exchanged(self, home: PartnerId, handles: Sequence[str], since: datetime) -> Sequence[Standing]:
        with reading(self.engine) as db:
            return flagged.exchanged(db, home, handles, since)

    def shelved_flagged(self, most: int) -> Sequence[Standing]:
        """What lies on a shelf about a child with a flag that nobody knew of when it was laid there."""
        with reading(self.engine) as db:
            p = t.parcels.c
            mine = (p.state == State.SHELVED, p.source.in_(flagged.SOURCES))
            found = questions.standings(db, *mine, most=most)
            marked = flagged.uncleared(db, [one.parcel for one in found])
            return [one for one in found if one.parcel.id in marked]

    # holds

    def decided(self, disclosure: DisclosureId) -> Decided | None:
        with reading(self.engine) as db:
            return next(iter(questions.decided(db, t.decisions.c.disclosure == disclosure)), None)

    def held(self, homes: Sequence[PartnerId], most: int = 1000) -> Sequence[Decided]:
        """What waits for people, newest first."""
        d = t.decisions.c
        with reading(self.engine) as db:
            return questions.decided(db, d.outcome == "hold", d.home.in_(homes), most=most)

    def clearance(self, disclosure: DisclosureId) -> Clearance | None:
        with reading(self.engine) as db:
            return flagged.clearances(db, [disclosure]).get(disclosure)

    def settle_hold(self, disclosure: DisclosureId, known: Clearance | None, record: Record) -> bool:
        """Write what became of a hold; False where somebody settled it, or put a signature under it, meanwhile."""
        with self._change() as db:
            query = sa.select(t.decisions.c.outcome).where(t.decisions.c.disclosure == disclosure).with_for_update()
            outcome = db.execute(query).scalar_one_or_none()
            if outcome != "hold" or flagged.clearances(db, [disclosure]).get(disclosure) != known:
                return False
            writing.write(db, record)
            return True

    def earlier_one_offs(self, home: PartnerId, reader: PartnerId, since: datetime) -> int:
        with reading(self.engine) as db:
            return flagged.earlier_one_offs(db, home, reader, since)

    def released_on(self, form: str) -> Sequence[tuple[UploadId, datetime]]:
        """The files of which something went out on the form with this handle, and when, the first one first."""
        with reading(self.engine) as db:
            return disclosed.released_on(db, form)

    # tasks

    def tasks(self, homes: Sequence[PartnerId]) -> Sequence[Task]:
        """What is not done, the most urgent first."""
        with reading(self.engine) as db:
            return tasked.open_tasks(db, homes)

    def task(self, task: TaskId) -> Task | None:
        with reading(self.engine) as db:
            return tasked.one(db, task)

    def tasks_about(self, subject: str) -> Sequence[Task]:
        with reading(self.engine) as db:
            return tasked.about(db, subject)

    def finish_task(self, task: TaskId, record: Record) -> bool:
        """Write that it is done; False where somebody did it before."""
        with self._change() as db:
            query = sa.select(t.tasks.c.done_at).where(t.tasks.c.id == task).with_for_update()
            row = db.execute(query).one_or_none()
            if row is None or row.done_at is not None:
                return False
            writing.write(db, record)
            return True

    def escalate(self, at: datetime, most: int, told: Callable[[Task], Fact]) -> Sequence[Task]:
        """Write of each task that is overdue, and was not yet, what ``told`` says of it."""
        with self._change() as db:
            late = tasked.overdue(db, at, most)
            writing.write(db, Record(tuple(told(task) for task in late)))
            return late
