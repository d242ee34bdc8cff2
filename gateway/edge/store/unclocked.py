"""What is over and has no clock yet, so that it would stay for ever: for each kind, by what it is seen."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from gateway.core import rights
from gateway.core.cases import CaseState
from gateway.core.facts import Source, Whole, source_of
from gateway.core.terms import PartnerId
from gateway.edge.store import tables as t
from gateway.edge.store.engine import naive

MOST = 1000
"""So many of each kind are listed at once."""

Ended = sa.Select[str]


def found(db: sa.Connection, homes: Sequence[PartnerId], before: datetime) -> Sequence[Source]:
    """In the order of ``Whole``, but papers, of which there are most, come last."""
    listed = dict[Source, None]()
    ended = _ended(homes, naive(before))
    for whole in sorted(Whole, key=lambda one: one is Whole.PAPERS):
        for query in ended.get(whole, ()):
            (of,) = query.selected_columns
            mine = query.where(of.not_in(sa.select(t.retained.c.source))).distinct().order_by(of).limit(MOST)
            listed.update(dict.fromkeys(source_of(one) for one in db.execute(mine).scalars()))
        if whole is Whole.YEAR:
            listed.update(dict.fromkeys(_years(db, homes, before.year)))
    return list(listed)


def _ended(homes: Sequence[PartnerId], until: datetime) -> Mapping[Whole, Sequence[Ended]]:
    c, r, s, b, f, n = (
        one.c for one in (t.cases, t.rights_requests, t.rights_steps, t.breaches, t.flags, t.consents)
    )  # fmt: skip
    over = sa.select(s.request).where(s.step.in_(sorted(rights.ENDS)), s.at < until)
    closed = c.state.in_([CaseState.CLOSED, CaseState.TRANSFERRED])
    waited_for = sa.select(t.tasks.c.subject).where(t.tasks.c.done_at.is_(None))
    return {
        Whole.CASE: (
            sa.select(c.id).where(c.home.in_(homes), closed, sa.func.coalesce(c.closed_at, c.moved_at) < until),
        ),
        Whole.RIGHTS_REQUEST: (sa.select(r.id).where(r.home.in_(homes), r.id.in_(over)),),
        Whole.BREACH: (sa.select(b.id).where(b.home.in_(homes), b.aware < until, b.id.not_in(waited_for)),),
        Whole.FLAG: (sa.select(f.id).where(f.home.in_(homes), f.lifted_at < until),),
        Whole.CONSENT: (sa.select(n.id).where(n.home.in_(homes), n.withdrawn < until, n.id.is_not(None)),),
        Whole.PAPERS: _papers(homes, until),
    }


def _papers(homes: Sequence[PartnerId], until: datetime) -> Sequence[Ended]:
    """Whatever of them rests: a file, a form, a child's keyed digests, the row of one whose file was stopped."""
    p, d, b = t.parcels.c, t.decisions.c, t.blocked.c
    parcels = t.parcels.join(t.kept, t.kept.c.id == p.document)
    forms = t.decisions.join(t.kept, t.kept.c.id.in_([d.document, d.form]))
    named = t.decisions.join(t.named, t.named.c.source == d.source)
    return (
        sa.select(p.source).select_from(parcels).where(p.home.in_(homes), p.sealed_at < until),
        *(sa.select(d.source).select_from(one).where(d.home.in_(homes), d.at < until) for one in (forms, named)),
        sa.select(b.upload).where(b.home.in_(homes), b.at < until),
    )


def _years(db: sa.Connection, homes: Sequence[PartnerId], until: int) -> Iterator[Source]:
    """Each year from the first line of the log on that is over and has lines of its own."""
    first = db.execute(sa.select(t.log_lines.c.line).order_by(t.log_lines.c.index).limit(1)).scalar()
    since = int(json.loads(bytes(first))["at"][:4]) if first else until
    wanted = [f"y-{year}-{home}" for year in range(since, until) for home in sorted(homes)]
    clocked = set(db.execute(sa.select(t.retained.c.source).where(t.retained.c.source.in_(wanted))).scalars())
    m = t.mentions.c
    for one in wanted:
        if one not in clocked and db.execute(sa.select(m.line).where(m.subject == one).limit(1)).first():
            yield source_of(one)
