"""The law of what is kept: all that rests closed, and every salt, belongs to one source and ends with it."""

from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa

from gateway.core.facts import Source, source_of
from gateway.edge.store import Store, wholes
from gateway.edge.store import resting as rests
from gateway.edge.store import tables as t

BY_THEMSELVES = frozenset({"reports", "drafts", "labels"})
"""Tables whose rows say when they end, and are deleted then."""


def closed() -> dict[str, sa.Column[str]]:
    """Every table in which something rests closed, and the column with its id."""
    tables = (one for one in t.tables.sorted_tables if "wrapped_by" in one.c)
    return {one.name: one.c["id" if one.name == "kept" else "kept"] for one in tables}


def sources(db: sa.Connection) -> set[Source]:
    """Everything that may have a clock."""
    gone_on = set(db.execute(sa.select(t.cases.c.id).where(t.cases.c.into.is_not(None))).scalars())
    columns = (
        t.mentions.c.subject, t.parcels.c.source, t.decisions.c.source, t.watches.c.source, t.blocked.c.upload,
        t.cases.c.id, t.rights_requests.c.id, t.breaches.c.id, t.flags.c.id, t.consents.c.id,
    )  # fmt: skip
    texts = {one for column in columns for one in db.execute(sa.select(column).distinct()).scalars()}
    return {source_of(one) for one in texts - gone_on if one and one[:2] in {"u-", "c-", "q-", "b-", "f-", "k-", "y-"}}


def ownerless(store: Store) -> list[str]:
    """What has no source, or more than one."""
    with store.engine.connect() as db:
        held = [wholes.holding(db, one) for one in sources(db)]
        found = Counter(kept.id for one in held for kept in rests.resting(db, one))
        lines = Counter(line for one in held for line in one.lines)
        wrong = [
            f"{table}: {found[one]} sources"
            for table, column in closed().items()
            if table not in BY_THEMSELVES
            for one in db.execute(sa.select(column)).scalars()
            if found[one] != 1
        ]
        joined = list(db.execute(sa.select(t.joins.c.line).distinct()).scalars())
        facts = {index: said["fact"] for index, said in rests.read(db, joined)}
    return [*wrong, *_of_lines(joined, facts, lines)]


def _of_lines(joined: Iterable[int], facts: dict[int, str], lines: Counter[int]) -> list[str]:
    return sorted(f"{facts[one]}: {lines[one]} sources" for one in joined if lines[one] != 1)
