"""What still runs about the children of a source: a case that is ours, a rights request that is not answered."""

import sqlalchemy as sa

from gateway.core import cases, rights
from gateway.core.facts import Source
from gateway.core.retention import Live
from gateway.core.terms import CaseId, Outcome, RequestId
from gateway.edge.store import tables as t
from gateway.edge.store.resting import Holding


def living(db: sa.Connection, source: Source, held: Holding) -> frozenset[Live]:
    """In doubt it runs: one child of a file holds it whole. A request waits for its own end, and for no case."""
    found = set[Live]()
    if not isinstance(source, RequestId) and db.execute(_cases(source, held)).first():
        found.add(Live.CASE)
    return frozenset(found | ({Live.RIGHTS} if _asked(db, source, held) else set()))


def _cases(source: Source, held: Holding) -> sa.Select[tuple[str]]:
    """Live cases about one of its children, or with one of its papers in their timeline."""
    c, h, e = t.cases.c, t.case_handles.c, t.case_entries.c
    about = sa.select(h.case).where(h.handle.in_(held.handles))
    papers = sa.select(e.case).where(sa.or_(e.source == source, e.disclosure.in_(held.subjects)))
    mine = sa.or_(c.id.in_(about), c.id.in_(papers), c.id.in_(held.subjects if isinstance(source, CaseId) else ()))
    return sa.select(c.id).where(c.state.in_(sorted(cases.LIVE)), mine)


def _asked(db: sa.Connection, source: Source, held: Holding) -> bool:
    """Whether a request about one of its children runs, or a recipient has yet to say what became of its copy."""
    r, s, n = t.rights_requests.c, t.rights_steps.c, t.rights_notices.c
    over = sa.select(s.request).where(s.step.in_(sorted(rights.ENDS)))
    told = sa.or_(n.about.in_(held.subjects), n.request == source)
    if db.execute(sa.select(n.about).where(told, n.answer.is_(None), n.outcome == Outcome.RELEASE)).first():
        return True
    running = db.execute(sa.select(r.id, r.notice, r.handles).where(r.id.not_in(over)))
    if isinstance(source, RequestId):
        return any(one.id == source for one in running)
    known = set(held.handles)
    return any(one.notice in held.subjects or not known.isdisjoint(one.handles) for one in running)
