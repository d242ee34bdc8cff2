"""A database of an earlier release is brought to this one, and what was in it is still there."""

from datetime import datetime

import sqlalchemy as sa

from gateway.core.terms import PartnerId
from gateway.edge.store import schema
from gateway.edge.store import tables as t
from gateway.edge.store.engine import connect
from tests.simulator import KENT

BEFORE = "0005"
AT = datetime(2026, 11, 3, 12)  # noqa: DTZ001  (as the tables keep it)


def test_salts_and_reports_of_an_earlier_release_are_still_there(urls: dict[PartnerId, str]) -> None:
    url = urls[KENT]
    schema.upgrade(url, BEFORE)
    joins = [
        {"commitment": f"{number:064x}", "line": line, "what": "child", "handle": f"h{number}", "salt": bytes([number])}
        for number, line in ((3, 7), (1, 7), (2, 5))
    ]
    closed = {"kept": "k", "sealed": b"s", "wrapped": b"w", "wrapped_by": "1"}
    report = {"id": "r", "organisation": "o", "person": "p", "at": AT, "expires": AT, **closed}
    engine = connect(url)
    with engine.begin() as db:
        db.execute(t.joins.insert(), joins)
        db.execute(t.reports.insert(), report)
    schema.upgrade(url)
    assert schema.is_current(url)
    with engine.connect() as db:
        found = [dict(one._mapping) for one in db.execute(sa.select(t.joins).order_by(t.joins.c.commitment))]
        assert found == sorted(joins, key=lambda one: str(one["commitment"]))
        assert [dict(one._mapping) for one in db.execute(sa.select(t.reports))] == [report]
    engine.dispose()
