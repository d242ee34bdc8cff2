"""Cases and their timelines, as rows, and by what a case finds its child again."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from gateway.core.cases import LIVE, CaseState
from gateway.core.facts import Because, Channel, Ending, EntryKind
from gateway.core.records import Case, CaseHead, Entry, Record
from gateway.core.terms import CaseId, DisclosureId, EntryId, PartnerId, PersonId, UploadId
from gateway.edge.store import explained, vouching
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, insert, naive, parts

Row = sa.Row[Any]
MOST = 1000
H = t.case_handles.c
_HANDLES = sa.select(t.case_handles).where(H.case.in_(sa.bindparam("of", expanding=True))).order_by(H.handle)
_FOUND = sa.select(H.case).where(H.handle.in_(sa.bindparam("of", expanding=True)))
_ON = sa.select(t.cases).where(t.cases.c.home == sa.bindparam("home"), t.cases.c.id.in_(_FOUND))


def write(db: sa.Connection, record: Record) -> None:
    """By what the children of a record's cases and watches are found again."""
    for table, name, found in ((t.case_handles, "case", record.cases), (t.watch_handles, "watch", record.watches)):
        rows = [row for one in found for row in handle_rows(name, one.id, one.handles, one.strong)]
        if rows:
            new = db.execute(_missing(db.dialect.name, table), rows, execution_options=vouching.NOTED).mappings().all()
            vouching.wrote(db, table, new)


def unlearn(db: sa.Connection, cases: Sequence[Case]) -> None:
    """What a case learnt by a merge that was a mistake finds it no more; for cases that nobody else has changed."""
    for one in cases:
        vouching.remove(db, t.case_handles.delete().where(H.case == one.id, H.handle.not_in(one.handles)))


@lru_cache
def _missing(dialect: str, table: sa.Table) -> sa.Insert:
    """Insert those rows that are not there, and return them."""
    return insert(dialect, table).on_conflict_do_nothing().returning(*table.c)


def opened_before(db: sa.Connection, made: Sequence[Case]) -> bool:
    """Whether a child of one of these new cases, by a number of its own, has a live one at that home already."""
    c, h = t.cases.c, t.case_handles.c
    both = t.case_handles.join(t.cases, c.id == h.case)
    for one in made:
        if one.version == 1 and one.strong:
            same = (h.handle.in_(sorted(one.strong)), h.strong, c.home == one.home, c.state.in_(LIVE))
            other = c.id.not_in([each.id for each in made])
            if db.execute(sa.select(sa.literal(1)).select_from(both).where(*same, other).limit(1)).first():
                return True
    return False


def handle_rows(
    name: str, about: str, handles: Sequence[str], strong: frozenset[str]
) -> Sequence[Mapping[str, object]]:
    return [{"handle": one, name: about, "strong": one in strong} for one in dict.fromkeys(handles)]


def case_row(case: Case) -> Mapping[str, object]:
    return {
        "id": case.id,
        "home": case.home,
        "because": case.because,
        "opened_at": naive(case.opened_at),
        "state": case.state,
        "officer": case.officer,
        "moved_at": naive(case.moved_at) if case.moved_at else None,
        "to": case.to,
        "offered": case.offered,
        "offered_at": naive(case.offered_at) if case.offered_at else None,
        "into": case.into,
        "closed_at": naive(case.closed_at) if case.closed_at else None,
        "ending": case.ending,
        "version": case.version,
        **explained.closed_row(case.kept),
    }


def entry_row(entry: Entry) -> Mapping[str, object]:
    return {
        "id": entry.id,
        "case": entry.case,
        "kind": entry.kind,
        "entered_at": naive(entry.entered_at),
        "told_at": naive(entry.told_at),
        "by": entry.by,
        "channel": entry.channel,
        "disclosure": entry.disclosure,
        "source": entry.source,
        **explained.closed_row(entry.kept),
    }


def cases(db: sa.Connection, *where: sa.ColumnElement[bool], most: int = MOST) -> Sequence[Case]:
    query = sa.select(t.cases).where(*where).order_by(t.cases.c.opened_at, t.cases.c.id).limit(most)
    return _with_handles(db, db.execute(query).all())


def on(db: sa.Connection, home: PartnerId, handles: Sequence[str]) -> Sequence[Case]:
    """Those that one of these handles finds, the first to be opened first."""
    found = {row.id: row for some in parts(handles) for row in db.execute(_ON, {"home": home, "of": some})}
    return _with_handles(db, sorted(found.values(), key=lambda row: (row.opened_at, row.id)))


def _with_handles(db: sa.Connection, rows: Sequence[Row]) -> Sequence[Case]:
    found: dict[str, list[Row]] = {}
    for some in parts([row.id for row in rows]):
        for row in db.execute(_HANDLES, {"of": some}):
            found.setdefault(row.case, []).append(row)
    return [_case(row, found.get(row.id, [])) for row in rows]


def _case(row: Row, handles: Sequence[Row]) -> Case:
    return Case(
        CaseId(row.id),
        PartnerId(row.home),
        Because(row.because),
        aware(row.opened_at),
        tuple(one.handle for one in handles),
        frozenset(one.handle for one in handles if one.strong),
        explained.closed_of(row),
        CaseState(row.state),
        PersonId(row.officer) if row.officer else None,
        aware(row.moved_at) if row.moved_at else None,
        PartnerId(row.to) if row.to else None,
        DisclosureId(row.offered) if row.offered else None,
        aware(row.offered_at) if row.offered_at else None,
        CaseId(row.into) if row.into else None,
        aware(row.closed_at) if row.closed_at else None,
        Ending(row.ending) if row.ending else None,
        row.version,
    )


def head_of(row: Row) -> CaseHead:
    offered = aware(row.offered_at) if row.offered_at else None
    officer = PersonId(row.officer) if row.officer else None
    return CaseHead(CaseId(row.id), CaseState(row.state), aware(row.opened_at), officer, offered, row.died)


def entry_of(row: Row) -> Entry:
    return Entry(
        EntryId(row.id),
        CaseId(row.case),
        EntryKind(row.kind),
        aware(row.entered_at),
        aware(row.told_at),
        explained.closed_of(row),
        PersonId(row.by) if row.by else None,
        Channel(row.channel) if row.channel else None,
        DisclosureId(row.disclosure) if row.disclosure else None,
        UploadId(row.source) if row.source else None,
    )
