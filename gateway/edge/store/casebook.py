"""Cases and their timelines: found by the home, by the child, by what was offered; changed by one at a time."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.cases import LIVE, CaseState
from gateway.core.facts import EntryKind
from gateway.core.records import Case, CaseHead, Entry, Record
from gateway.core.terms import CaseId, DisclosureId, PartnerId, PersonId
from gateway.edge.store import cased, flagged, writing
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, naive, parts, reading

MOST = 1000


class Casebook:
    """A part of the store."""

    engine: sa.Engine

    def _change(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def case(self, case: CaseId) -> Case | None:
        with reading(self.engine) as db:
            return next(iter(cased.cases(db, t.cases.c.id == case)), None)

    def cases(
        self, homes: Sequence[PartnerId], states: Sequence[CaseState], into: CaseId | None = None, most: int = MOST
    ) -> Sequence[Case]:
        """Those of these homes that stand so, the longest open first; those alone that go on ``into`` another."""
        c = t.cases.c
        where = (c.home.in_(homes), c.state.in_(states), *(() if into is None else (c.into == into,)))
        with reading(self.engine) as db:
            return cased.cases(db, *where, most=most)

    def case_heads(self, homes: Collection[PartnerId], person: PersonId) -> Sequence[CaseHead]:
        """Every live case of these homes but those that open to named people, of whom this is none."""
        c, k = t.cases.c, t.closures.c
        named = c.id.in_(sa.select(k.case).where(k.person == person))
        there = sa.or_(c.id.not_in(sa.select(k.case)), named)
        heads: sa.Select[Any] = sa.select(
            c.id, c.state, c.officer, c.opened_at, c.offered_at, flagged.DIED.label("died")
        )
        with reading(self.engine) as db:
            found = db.execute(heads.where(c.home.in_(homes), c.state.in_(sorted(LIVE)), there))
            return [cased.head_of(row) for row in found]

    def cases_of(self, cases: Collection[CaseId]) -> Sequence[Case]:
        """These cases, in any order."""
        with reading(self.engine) as db:
            return [one for some in parts(sorted(cases)) for one in cased.cases(db, t.cases.c.id.in_(some))]

    def cases_on(self, home: PartnerId, handles: Sequence[str]) -> Sequence[Case]:
        """Those of this home about a child whom one of these handles finds, whatever became of them."""
        with reading(self.engine) as db:
            return cased.on(db, home, handles)

    def case_offered(self, disclosure: DisclosureId) -> Case | None:
        """The case that another council was asked to take over by this disclosure."""
        with reading(self.engine) as db:
            return next(iter(cased.cases(db, t.cases.c.offered == disclosure)), None)

    def closures(self, cases: Sequence[CaseId]) -> Mapping[CaseId, frozenset[PersonId]]:
        """Which of these cases open to nobody but these people."""
        c = t.closures.c
        found: dict[CaseId, frozenset[PersonId]] = {}
        with reading(self.engine) as db:
            for some in parts(cases):
                for row in db.execute(sa.select(t.closures).where(c.case.in_(some))):
                    known = found.get(CaseId(row.case), frozenset())
                    found[CaseId(row.case)] = known | {PersonId(row.person)}
        return found

    def closures_on(self, handles: Sequence[str]) -> Mapping[CaseId, frozenset[PersonId]]:
        """Those of cases about a child whom one of these handles finds."""
        h = t.case_handles.c
        with reading(self.engine) as db:
            found = [one for some in parts(handles) for one in db.scalars(sa.select(h.case).where(h.handle.in_(some)))]
        return self.closures(sorted(set(map(CaseId, found)))) if found else {}

    def close_case(self, case: CaseId, people: Collection[PersonId], record: Record) -> None:
        """It opens to these alone; to everybody where there are none."""
        with self._change() as db:
            db.execute(t.closures.delete().where(t.closures.c.case == case))
            if people:
                db.execute(t.closures.insert(), [{"case": case, "person": one} for one in people])
            writing.write(db, record)

    def entries(self, case: CaseId) -> Sequence[Entry]:
        """The timeline, in the order in which things were told; who referred the child is not part of it."""
        return self._entries(case, t.case_entries.c.kind != EntryKind.REFERRER)

    def referrers(self, case: CaseId) -> Sequence[Entry]:
        """Who told of the child, in the order in which they did."""
        return self._entries(case, t.case_entries.c.kind == EntryKind.REFERRER)

    def _entries(self, case: CaseId, which: sa.ColumnElement[bool]) -> Sequence[Entry]:
        e = t.case_entries.c
        query = sa.select(t.case_entries).where(e.case == case, which).order_by(e.told_at, e.entered_at, e.id)
        with reading(self.engine) as db:
            return [cased.entry_of(row) for row in db.execute(query)]

    def matched_lately(
        self, homes: Sequence[PartnerId], since: datetime, most: int
    ) -> Sequence[tuple[CaseId, datetime]]:
        """Live cases into which a paper went by itself since then, and when the last did; the newest first."""
        c, e = t.cases.c, t.case_entries.c
        last = sa.func.max(e.entered_at)
        by_itself = (e.kind == EntryKind.RECEIVED, e.source.is_not(None), e.entered_at > c.opened_at)
        ours = (c.home.in_(homes), c.state.in_(LIVE), e.entered_at >= naive(since))
        query = sa.select(c.id, last).join(t.case_entries, e.case == c.id).where(*ours, *by_itself)
        with reading(self.engine) as db:
            found = db.execute(query.group_by(c.id).order_by(last.desc(), c.id).limit(most))
            return [(CaseId(case), aware(at)) for case, at in found]

    def change_cases(self, seen: Sequence[Case], record: Record) -> bool:
        """Write what changes these; False, and nothing written, where somebody else has changed one meanwhile."""
        c = t.cases.c
        with self._change() as db:
            query = sa.select(c.id, c.version).where(c.id.in_([one.id for one in seen])).order_by(c.id)
            standing = {row.id: row.version for row in db.execute(query.with_for_update())}
            if standing != {one.id: one.version for one in seen}:
                return False
            writing.write(db, record)
            cased.unlearn(db, record.cases)
            return True
