"""Witnesses countersign what only grows; what they find out about us is kept; and none of them is waited for."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from gateway.core.facts import LogOpened
from gateway.core.log import checkpoint, note
from gateway.core.log.note import Verifier
from gateway.core.log.witness import Trouble
from gateway.core.records import Record, Reply
from gateway.core.terms import digest
from gateway.edge.store import Store
from gateway.edge.store.witnesses import Witnesses
from gateway.flows import witnessing
from gateway.flows.witnessing import Hands
from tests.core.log.keys import OTHER_WITNESS, WITNESS, Key
from tests.simulator import KENT, Side, World
from tests.witness import Witness, boasting, down, lost

EVERY = timedelta(seconds=5)
ORIGIN = f"{KENT}.example/log"


def log_of(side: Side) -> Verifier:
    return note.parse_vkey(side.vault.vkey)


def hands(world: World, post: Callable[[str, str], Reply]) -> Hands:
    return Hands(Witnesses(world.kent.store.engine, ORIGIN), post, world.clock, log_of(world.kent), EVERY)


def grow(world: World, lines: int = 1) -> int:
    """So many more lines and a checkpoint over them; its size."""
    for number in range(lines):
        opened = LogOpened(world.clock(), KENT, digest(f"{world.kent.store.edge().size} {number}".encode()))
        world.kent.store.record(Record((opened,)))
    world.kent.store.publish(world.clock(), world.kent.vault)
    return world.kent.store.edge().size


def ask(world: World, witness: Witness, key: Key = WITNESS) -> Trouble | None:
    """Once its turn has come."""
    world.clock.on(hours=2)
    return witnessing.ask(hands(world, witness), key.verifier, "https://witness.example")


def seen(store: Store, log: Verifier, *keys: Key) -> list[str]:
    newest = store.newest_checkpoint()
    assert newest is not None
    opened = checkpoint.open_cosigned(newest, log, [key.verifier for key in keys])
    return [one.verifier.name for one in opened.witnesses]


@pytest.fixture
def witness(either: World) -> Witness:
    return Witness(log_of(either.kent))


def test_every_checkpoint_that_grew_is_countersigned_and_carried_on(either: World, witness: Witness) -> None:
    assert ask(either, witness) is None
    assert witness.asked == []  # there is nothing to ask yet
    for lines in (1, 2, 300):
        size = grow(either, lines)
        assert ask(either, witness) is None
        assert witness.size == size
        assert seen(either.kent.store, log_of(either.kent), WITNESS) == [WITNESS.name]
    asked = len(witness.asked)
    assert ask(either, witness) is None
    assert len(witness.asked) == asked == 3  # nothing grew: nothing is asked
    _, proved = either.kent.store.proof(0)
    assert proved.checkpoint == either.kent.store.newest_checkpoint()
    (one,) = hands(either, witness).witnesses.standing()  # type: ignore[attr-defined]
    assert (one.cosigned, one.holds, one.trouble) == (witness.size, witness.size, None)


def test_countersignature_that_was_lost_on_the_way_is_asked_for_again(either: World, witness: Witness) -> None:
    size = grow(either)
    witness.faults = [lost]
    assert ask(either, witness) is Trouble.UNREACHABLE
    assert ask(either, witness) is None  # it holds more than we noted, says so, and is asked from there
    assert [one.split("\n")[0] for one in witness.asked] == ["old 0", "old 0", f"old {size}"]
    assert seen(either.kent.store, log_of(either.kent), WITNESS) == [WITNESS.name]
    grow(either)
    assert ask(either, witness) is None
    assert witness.asked[-1].startswith(f"old {size}\n")
    assert seen(either.kent.store, log_of(either.kent), WITNESS) == [WITNESS.name]


def test_two_witnesses_stand_side_by_side_and_a_quorum_makes_the_proof(world: World) -> None:
    log, store = log_of(world.kent), world.kent.store
    one, two = Witness(log), Witness(log, OTHER_WITNESS)
    both = grow(world)
    assert (ask(world, one), ask(world, two, OTHER_WITNESS)) == (None, None)
    assert sorted(seen(store, log, WITNESS, OTHER_WITNESS)) == sorted([WITNESS.name, OTHER_WITNESS.name])
    newest = grow(world)
    assert ask(world, one) is None

    def under(quorum: int, index: int = 0) -> int:
        opened = Store(str(store.engine.url), quorum=quorum)
        found = checkpoint.shown(opened.proof(index)[1].checkpoint).size
        opened.engine.dispose()
        return found

    assert (under(0), under(1), under(2), under(3)) == (newest, newest, both, newest)
    assert under(2, both) == newest  # better one witness than no proof
    with pytest.raises(IndexError):
        under(2, newest)
    for negative in (-1, -2):
        with pytest.raises(IndexError):
            store.proof(negative)
    assert [hands(world, one).witnesses.witnessed_size(number) for number in (0, 1, 2, 3)] == [None, newest, both, None]  # type: ignore[attr-defined]


def test_database_that_was_set_back_is_found_out_and_how_far_it_had_come(either: World, witness: Witness) -> None:
    grow(either, 3)
    log_before = log_of(either.kent)
    ahead = Witness(log_before, size=500, root=b"x" * 32)  # it has seen what we no longer hold
    assert ask(either, ahead) is Trouble.AHEAD
    kept = Witnesses(either.kent.store.engine, ORIGIN)
    assert kept.witnessed_size() == 500 > either.kent.store.edge().size
    assert kept.witnessed_size(2) is None  # one alone may be wrong
    assert ask(either, ahead) is Trouble.AHEAD
    assert seen(either.kent.store, log_before, WITNESS) == []
    assert witness.asked == []


def test_log_that_was_rewritten_is_found_out(either: World, witness: Witness) -> None:
    grow(either, 3)
    other = Witness(log_of(either.kent), size=2, root=b"x" * 32)
    assert ask(either, other) is Trouble.NOT_CONSISTENT
    assert seen(either.kent.store, log_of(either.kent), WITNESS) == []


def test_witness_that_boasted_once_is_believed_no_longer_than_it_boasts(either: World, witness: Witness) -> None:
    size = grow(either)
    witness.faults = [boasting, boasting]
    assert ask(either, witness) is Trouble.AHEAD
    assert ask(either, witness) is None
    (one,) = Witnesses(either.kent.store.engine, ORIGIN).standing()
    assert (one.cosigned, one.holds, one.trouble) == (size, size, None)


def test_checkpoint_that_another_process_published_meanwhile_is_no_sign_of_anything(
    either: World, witness: Witness
) -> None:
    grow(either)

    def overtaken(answer: Callable[[], Reply]) -> Reply:
        """While the question is on its way, another process publishes and has that countersigned."""
        size = grow(either)
        newest = either.kent.store.newest_checkpoint() or ""
        witness.answer(f"old 0\n\n{newest}")
        assert witness.size == size
        return answer()

    witness.faults = [overtaken]
    assert ask(either, witness) is None
    (one,) = Witnesses(either.kent.store.engine, ORIGIN).standing()
    assert (one.holds, one.cosigned, one.trouble) == (witness.size, witness.size, None)


def test_only_one_process_has_the_turn_and_a_dead_one_gives_it_back(either: World) -> None:
    kept, at = Witnesses(either.kent.store.engine, ORIGIN), either.clock()
    assert kept.take("w", at, at + witnessing.LEASE, hurry=False) is not None
    assert kept.take("w", at, at + witnessing.LEASE, hurry=False) is None
    late = at + witnessing.LEASE
    assert kept.take("w", late, late + witnessing.LEASE, hurry=False) is not None
    assert kept.take("w", late, late + witnessing.LEASE, hurry=True) is not None
    long_ago = at - timedelta(days=30)  # the clock was set back: nobody waits for a month
    assert kept.take("w", long_ago, long_ago + witnessing.LEASE, hurry=False) is not None


def test_witness_that_is_down_is_asked_less_and_less_often(world: World) -> None:
    grow(world)
    witness, began, asked_at = Witness(log_of(world.kent)), world.clock(), list[int]()
    witness.faults = [down] * 12
    for second in range(0, 1800, 5):
        world.clock.at = began + timedelta(seconds=second)
        before = len(witness.asked)
        witnessing.ask(hands(world, witness), WITNESS.verifier, "https://witness.example")
        asked_at += [second] if len(witness.asked) > before else []
    waits = [after - before for before, after in pairwise(asked_at)]
    assert waits[:7] == [10, 20, 40, 80, 160, 320, 600]
    hurried = witnessing.ask(hands(world, witness), WITNESS.verifier, "https://witness.example", hurry=True)
    assert hurried is None
    assert len(witness.asked) == len(asked_at)  # not even in a hurry


def test_witness_that_is_well_is_asked_no_more_often_than_is_set(world: World) -> None:
    witness = Witness(log_of(world.kent))
    grow(world)
    assert witnessing.ask(hands(world, witness), WITNESS.verifier, "x") is None
    size = grow(world)
    assert witnessing.ask(hands(world, witness), WITNESS.verifier, "x") is None
    assert witness.size < size
    assert witnessing.ask(hands(world, witness), WITNESS.verifier, "x", hurry=True) is None
    assert witness.size == size
    size = grow(world)
    world.clock.on(seconds=5)
    assert witnessing.ask(hands(world, witness), WITNESS.verifier, "x") is None
    assert witness.size == size


def test_another_origin_begins_anew_with_every_witness(world: World) -> None:
    witness = Witness(log_of(world.kent))
    grow(world, 2)
    assert ask(world, witness) is None
    other = Witnesses(world.kent.store.engine, "kent.example/log/2")
    assert other.standing() == []
    assert other.witnessed_size() is None
