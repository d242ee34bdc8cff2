"""What schools explained, as their council asks for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.core.records import Explanation, Kept
from gateway.core.terms import PartnerId, PersonId, RuleCode, UploadId
from gateway.edge.store import tables as t
from gateway.edge.store import vouching
from gateway.edge.store.engine import aware, naive, reading

Row = sa.Row[Any]


def closed_row(kept: Kept) -> Mapping[str, object]:
    """Bytes at rest as the tables keep them that hold their own."""
    return {"kept": kept.id, "sealed": kept.sealed, "wrapped": kept.wrapped, "wrapped_by": kept.wrapped_by}


def closed_of(row: Row) -> Kept:
    """The opposite of ``closed_row``."""
    return Kept(row.kept, row.sealed, row.wrapped, row.wrapped_by)


def row_of(one: Explanation) -> dict[str, object]:
    return {
        "upload": one.upload,
        "rule": one.rule,
        "sender": one.sender,
        "reader": one.reader,
        "pupils": " ".join(map(str, one.pupils)),
        "by": one.by,
        "at": naive(one.at),
        **closed_row(one.kept),
        "released_at": None if one.released_at is None else naive(one.released_at),
        "released_by": one.released_by,
    }


def explanation_of(row: Row) -> Explanation:
    """The opposite of ``row_of``."""
    return Explanation(
        UploadId(row.upload),
        RuleCode(row.rule),
        PartnerId(row.sender),
        PartnerId(row.reader),
        tuple(map(int, row.pupils.split())),
        aware(row.at),
        closed_of(row),
        PersonId(row.by) if row.by else None,
        aware(row.released_at) if row.released_at else None,
        PersonId(row.released_by) if row.released_by else None,
    )


def for_reader(engine: sa.Engine, reader: PartnerId, most: int) -> Sequence[Explanation]:
    """Newest first."""
    e = t.explanations.c
    query = sa.select(t.explanations).where(e.reader == reader).order_by(e.at.desc(), e.upload, e.rule).limit(most)
    with reading(engine) as db:
        return [explanation_of(row) for row in db.execute(query)]


def of_upload(engine: sa.Engine, upload: UploadId) -> Sequence[Explanation]:
    e = t.explanations.c
    with reading(engine) as db:
        query = sa.select(t.explanations).where(e.upload == upload).order_by(e.rule)
        return [explanation_of(row) for row in db.execute(query)]


def release(db: sa.Connection, upload: UploadId, rule: RuleCode, by: PersonId, at: datetime) -> bool:
    """Whether it stood there and had not been released."""
    e = t.explanations.c
    change = t.explanations.update().where(e.upload == upload, e.rule == rule, e.released_at.is_(None))
    return bool(vouching.change(db, change.values(released_at=naive(at), released_by=by)))
