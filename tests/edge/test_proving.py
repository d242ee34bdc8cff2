"""Proofs out of the database: every line has one, none is handed out that does not hold, and an upgrade keeps them all."""

import pytest
import sqlalchemy as sa

from gateway.core.errors import Code, Fault, Reason
from gateway.core.facts import MessageRefused
from gateway.core.log import note, proof, tiles, tree
from gateway.core.records import Record
from gateway.core.terms import PartnerId
from gateway.edge.store import Store, schema
from gateway.edge.store import tables as t
from gateway.edge.store.engine import connect
from tests.simulator import KENT, NOON, World

BEFORE = "0018"


def grow(store: Store, lines: int) -> None:
    store.record(Record((MessageRefused(NOON, KENT, None, Code.MESSAGE),) * lines))


def signed(world: World) -> Store:
    """A log of three tiles and some lines, and as many again that no checkpoint covers."""
    store = world.kent.store
    for _ in range(3):
        grow(store, 200)
    store.publish(NOON, world.kent.vault)
    grow(store, 600)
    return store


def test_every_line_is_proved_under_the_newest_checkpoint(either: World) -> None:
    store, verifier = signed(either), note.parse_vkey(either.kent.vault.vkey)
    (size, _), *_ = reversed(store.checkpoints(1))
    for index in (0, 1, 15, 16, 255, 256, 257, 511, 512, size - 1):
        content, found = store.proof(index)
        assert proof.verify(content, found, verifier).size == size
        with pytest.raises(ValueError, match="log"):
            proof.verify(content + b" ", found, verifier)


def test_line_not_yet_under_a_checkpoint_has_no_proof(either: World) -> None:
    store = signed(either)
    for place in (-1, store.edge().size - 1, store.edge().size, 1 << 40):
        with pytest.raises(IndexError):
            store.proof(place)


def test_line_of_a_log_without_a_checkpoint_has_no_proof(urls: dict[PartnerId, str]) -> None:
    schema.upgrade(urls[KENT])
    store = Store(urls[KENT])
    grow(store, 1)
    with pytest.raises(IndexError):
        store.proof(0)
    store.engine.dispose()


N = t.log_nodes.c


@pytest.mark.parametrize(
    "spoil",
    [
        t.log_nodes.update().where(N.level == 4, N.index == 1).values(hash=bytes(32)),
        t.log_nodes.update().where(N.level == 8, N.index == 1).values(hash=bytes(31)),
        t.log_nodes.delete().where(N.level == 4, N.index == 1),
        t.log_lines.update().where(t.log_lines.c.index == 1).values(leaf=bytes(32)),
        t.log_lines.update().where(t.log_lines.c.index == 0).values(line=b"another"),
    ],
)
def test_what_was_spoilt_is_proved_to_nobody(world: World, spoil: sa.Update | sa.Delete) -> None:
    store = signed(world)
    store.proof(0)
    with store.engine.begin() as db:
        assert db.execute(spoil).rowcount == 1
    with pytest.raises(Fault) as caught:
        store.proof(0)
    assert (caught.value.reason, caught.value.lasting) == (Reason.STORE, True)


def test_nodes_of_an_earlier_release_are_made_anew_for_every_log(urls: dict[PartnerId, str]) -> None:
    url, leaves = urls[KENT], [tree.leaf(b"%d" % number) for number in range(5000)]
    schema.upgrade(url, BEFORE)
    engine = connect(url)
    edges = [tree.Edge().grow_all(leaves[:4500]), tree.Edge().grow_all(leaves[4500:])]
    with engine.begin() as db:
        db.execute(t.logs.delete())
        for number, (first, edge) in enumerate(zip((0, 4500), edges, strict=True), 1):
            db.execute(t.logs.insert(), {"number": number, "first": first, "edge": edge.to_bytes()})
            old = [{"log": number, "level": 1, "index": at, "hash": bytes(32)} for at in range(edge.size // 256)]
            db.execute(t.log_nodes.insert(), old)
        lines = [{"index": at, "line": b"%d" % at, "leaf": leaf} for at, leaf in enumerate(leaves)]
        db.execute(t.log_lines.insert(), lines)
    schema.upgrade(url)
    with engine.connect() as db:
        kept = db.execute(sa.select(N.log, N.level, N.index, N.hash))
        found = {(log, level, index): one for log, level, index, one in kept}
    made = [tiles.grow(tree.Edge(), leaves[:4500])[1], tiles.grow(tree.Edge(), leaves[4500:])[1]]
    assert found == {(log, one.level, one.index): one.hash for log, nodes in enumerate(made, 1) for one in nodes}
    assert {level for _, level, _ in found} == {4, 8, 12}
    engine.dispose()
