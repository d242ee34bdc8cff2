"""The rows of the questions follow from the log: made again from its lines, every one of them is the same."""

import sqlalchemy as sa

from gateway.core import law
from gateway.core.law import Class
from gateway.core.terms import Flag, Item, Kind
from gateway.edge.store import Store
from gateway.edge.store import tables as t
from gateway.flows import dispatch, holds
from tests.flows.watch import FIRST, SECOND, WHY, flag, hand_in, with_desk
from tests.simulator import KENT, World, agreement, leavers, refused, rulebook

HIDE = {1: frozenset({Flag.ADDRESS_CONFIDENTIAL})}


def classify(kind: Kind, items: object) -> tuple[Class, ...]:
    shared: list[Item] = list(items)  # type: ignore[call-overload]
    return tuple(sorted(law.classes_of(shared, rulebook().classes, kind)))


def rows(store: Store) -> list[list[tuple[object, ...]]]:
    with store.engine.connect() as db:
        orders = ((t.disclosed, "line"), (t.disclosed_classes, "line, class"))
        return [[tuple(row) for row in db.execute(sa.select(table).order_by(sa.text(by)))] for table, by in orders]


def test_rows_made_again_from_the_lines_are_those_that_were_written_with_them(either: World) -> None:
    kent = either.kent
    with_desk(either)
    either.adopt(agreement())
    hand_in(either, leavers(pupils=3))
    either.notice()
    either.wire.faults.append(refused)
    dispatch.send_due(kent.gateway)
    for seed in (31, 32, 33):
        hand_in(either, leavers(pupils=1, seed=seed), HIDE)
    first, second, _ = kent.store.held([KENT])
    for person in (FIRST, SECOND):
        holds.release(kent.gateway, kent.store, person, first.disclosure, WHY, either.clock())
    holds.refuse(kent.gateway, kent.store, FIRST, second.disclosure, WHY, either.clock())
    late = leavers(pupils=1, seed=40)
    hand_in(either, late)
    flag(either, late)  # what is queued is withdrawn and decided anew
    either.clock.on(minutes=2)
    dispatch.send_due(kent.gateway)
    for side in (kent, either.medway):
        before = rows(side.store)
        assert before[0] and {row[4] for row in before[0]} == (
            {"receive"} if side is not kent else {"release", "hold", "refuse"}  # refused: an alarm without an agreement
        )
        assert side.store.index_again(classify) == len(before[0])
        assert rows(side.store) == before
