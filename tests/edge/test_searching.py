"""Each question to the log is one query that goes by an index, on either kind of server."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.core.delivery import State
from gateway.core.law import Class
from gateway.core.records import Act, After, Sought
from gateway.core.terms import AgreementRef, Basis, PartnerId, PersonId, PurposeCode
from gateway.edge import store as room
from gateway.edge.store import Store, counting, searching
from gateway.edge.store.tables import disclosed
from tests.simulator import KENT, LARKMERE, MEDWAY, NOON

FILTERS: dict[str, object] = {
    "own": LARKMERE,
    "partner": MEDWAY,
    "purpose": PurposeCode("P06"),
    "basis": Basis.A6C,
    "class_": Class.SC,
    "agreement": AgreementRef("kent-medway-cme.v1"),
    "officer": PersonId("a.shah"),
    "act": Act.HOLD,
    "states": (State.WAITING, State.ABANDONED),
    "since": NOON,
    "until": NOON,
    "standing": True,
}


@pytest.fixture
def opened(urls: dict[PartnerId, str]) -> Iterator[Store]:
    room.upgrade(urls[KENT])
    made = Store(urls[KENT])
    yield made
    made.engine.dispose()


def plan_of(store: Store, query: sa.Select[Any] | sa.CompoundSelect[Any]) -> str:
    asked: list[tuple[str, Any]] = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda _d, _c, sql, said, *_: asked.append((sql, said)))
    with store.engine.connect() as db:
        db.execute(query).all()
        text, values = asked[-1]
        if db.dialect.name == "postgresql":
            db.exec_driver_sql("SET enable_seqscan = off")  # of an empty table it would read all
            return str(db.exec_driver_sql("EXPLAIN " + text, values).all())
        return str(db.exec_driver_sql("EXPLAIN QUERY PLAN " + text, values).all())


def reads_all(plan: str) -> bool:
    """Whether a whole table is gone through: SQLite says SCAN, but of what it has just found and named itself."""
    return "Seq Scan" in plan or any(f"SCAN {name}" in plan and f"SCAN {name} USING" not in plan for name in NAMES)


NAMES = (
    "disclosed",
    "disclosed_classes",
    "joins",
    "named",
    "log_lines",
    "tasks",
    "rights_requests",
    "rights_steps",
    "cases",
)


def test_what_reads_all_is_seen(opened: Store) -> None:
    assert reads_all(plan_of(opened, sa.select(disclosed).where(disclosed.c.children == 1)))


@pytest.mark.parametrize("names", [(), *itertools.combinations(FILTERS, 1), tuple(FILTERS)])
def test_a_page_by_any_filter_goes_by_an_index(opened: Store, names: tuple[str, ...]) -> None:
    sought = Sought((KENT, MEDWAY), **{name: FILTERS[name] for name in names})  # type: ignore[arg-type]
    for after in (None, After(NOON, 7)):
        assert not reads_all(plan_of(opened, searching.page(sought, 50, after)))


def test_everything_about_one_child_goes_by_an_index(opened: Store) -> None:
    for sought in (Sought((KENT,), children=("h", "i")), Sought((KENT,), children=("h",), own=LARKMERE)):
        plan = plan_of(opened, searching.of_children(sought))
        assert not reads_all(plan)
        assert "ix_joins_what_handle_line" in plan and "ix_named_handle" in plan and "ix_disclosed_source" in plan


def test_counts_of_a_period_go_by_an_index(opened: Store) -> None:
    period = ((KENT,), NOON, NOON + timedelta(days=90))
    indexed: tuple[tuple[str, sa.Select[Any] | sa.CompoundSelect[Any]], ...] = (
        ("ix_tasks_home_due", counting.by_clock(*period)),
        ("ix_rights_requests_home_at", counting.with_steps(*period)),
        ("ix_cases_home_state_moved_at", counting.ever_live(*period)),
    )
    for name, asked in indexed:
        plan = plan_of(opened, asked)
        assert name in plan and not reads_all(plan), plan
    for query in (searching.tallied, searching.by_class):
        assert not reads_all(plan_of(opened, query(*period)))
