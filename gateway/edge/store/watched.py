"""Who is watched, and whose file an error stopped, as rows."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from gateway.core.facts import WatchEnd
from gateway.core.records import Blocked, Watch
from gateway.core.terms import LaEstab, PartnerId, UploadId, WatchId
from gateway.edge.store import explained
from gateway.edge.store.engine import aware, naive

Row = sa.Row[Any]


def watch_row(watch: Watch) -> Mapping[str, object]:
    return {
        "id": watch.id,
        "home": watch.home,
        "school": watch.school,
        "expected": watch.expected,
        "due": naive(watch.due),
        "opened_at": naive(watch.opened_at),
        "source": watch.source,
        "other": watch.other,
        "told_at": naive(watch.told_at) if watch.told_at else None,
        "closed_at": naive(watch.closed_at) if watch.closed_at else None,
        "end": watch.end,
        **explained.closed_row(watch.kept),
    }


def watch_of(row: Row, handles: list[Row]) -> Watch:
    """The opposite of ``watch_row``, with by what the child is found."""
    return Watch(
        WatchId(row.id),
        PartnerId(row.home),
        LaEstab(row.school),
        row.expected,
        aware(row.due),
        aware(row.opened_at),
        tuple(one.handle for one in handles),
        frozenset(one.handle for one in handles if one.strong),
        explained.closed_of(row),
        UploadId(row.source),
        PartnerId(row.other) if row.other else None,
        aware(row.told_at) if row.told_at else None,
        aware(row.closed_at) if row.closed_at else None,
        WatchEnd(row.end) if row.end else None,
    )


def blocked_row(one: Blocked) -> Mapping[str, object]:
    return {
        "upload": one.upload,
        "pupil": one.pupil,
        "home": one.home,
        "sender": one.sender,
        "at": naive(one.at),
        "due": naive(one.due),
        "handles": list(one.handles),
        "cleared_at": naive(one.cleared_at) if one.cleared_at else None,
        **explained.closed_row(one.kept),
    }


def blocked_of(row: Row) -> Blocked:
    """The opposite of ``blocked_row``."""
    return Blocked(
        UploadId(row.upload),
        row.pupil,
        PartnerId(row.home),
        PartnerId(row.sender),
        aware(row.at),
        aware(row.due),
        tuple(row.handles),
        explained.closed_of(row),
        aware(row.cleared_at) if row.cleared_at else None,
    )
