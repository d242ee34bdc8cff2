"""What still runs about the children of a source: a case that is ours, a rights request that is not answered."""

from collections.abc import Sequence

import sqlalchemy as sa

from gateway.core import cases, rights
from gateway.core.retention import Live
from gateway.core.terms import Outcome
from gateway.edge.store import tables as t


def living(db: sa.Connection, source: str, subjects: Sequence[str]) -> frozenset[Live]:
    """``subjects`` are the ids of what came of the source. In doubt it runs: one child of a file holds it whole."""
    found = {Live.CASE} if db.execute(_cases(source, subjects)).first() else set[Live]()
    return frozenset(found | ({Live.RIGHTS} if _asked(db, source, subjects) else set()))


def _cases(source: str, subjects: Sequence[str]) -> sa.Select[tuple[str]]:
    """Live cases about one of its children, or with one of its papers in their timeline."""
    c, h, e = t.cases.c, t.case_handles.c, t.case_entries.c
    about = sa.select(h.case).where(h.handle.in_(_handles(source)))
    papers = sa.select(e.case).where(sa.or_(e.source == source, e.disclosure.in_(subjects)))
    return sa.select(c.id).where(c.state.in_(sorted(cases.LIVE)), sa.or_(c.id.in_(about), c.id.in_(papers)))


def _asked(db: sa.Connection, source: str, subjects: Sequence[str]) -> bool:
    """Whether a request about one of its children runs, or a recipient has yet to say what became of its copy."""
    r, s, n = t.rights_requests.c, t.rights_steps.c, t.rights_notices.c
    over = sa.select(s.request).where(s.step.in_(sorted(rights.ENDS)))
    waiting = sa.select(n.about).where(n.about.in_(subjects), n.answer.is_(None), n.outcome == Outcome.RELEASE)
    if db.execute(waiting).first():
        return True
    known = set(db.execute(_handles(source)).scalars())
    return any(
        one.notice in subjects or not known.isdisjoint(one.handles)
        for one in db.execute(sa.select(r.notice, r.handles).where(r.id.not_in(over)))
    )


def _handles(source: str) -> sa.Select[tuple[str]]:
    return sa.select(t.named.c.handle).where(t.named.c.source == source)
