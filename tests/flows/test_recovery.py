"""A database that fell behind its own log: it does nothing, says what is missing, and goes on under a new log."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.core import bundle
from gateway.core.delivery import State
from gateway.core.errors import Code, Fault, Reason
from gateway.core.facts import LogContinued, MessageRefused, parse_line
from gateway.core.log import checkpoint, proof
from gateway.core.log.mark import Height, Mark
from gateway.core.partners import Partner
from gateway.core.records import PeerCheckpoint, Record
from gateway.core.terms import PartnerId
from gateway.edge import vault
from gateway.edge.store import Store, carrying
from gateway.edge.store import tables as t
from gateway.flows import dispatch, enquiry, recovery
from tests import simulator
from tests.simulator import KENT, MEDWAY, NOON, Side, World, agreement


@pytest.fixture
def world(keys: Path, filled: dict[PartnerId, str], tmp_path: Path) -> Iterator[World]:
    """Two councils on each kind of database, with keys of their own: a recovery makes one."""
    made = simulator.opened(shutil.copytree(keys, tmp_path / "keys"), filled)
    yield made
    simulator.close(made)


def refusal() -> Record:
    return Record((MessageRefused(NOON, KENT, None, Code.MESSAGE),))


def restored(side: Side, tmp_path: Path, later: Callable[[], object]) -> Side:
    """The same council after a loss: on a copy of its database from before ``later``, with the mark from after it."""
    copy = f"sqlite:///{tmp_path / 'restored.sqlite'}"
    carrying.carry(side.store.engine.url.render_as_string(hide_password=False), copy)
    later()
    side.store.publish(NOON, side.vault)
    opened = Store(copy, side.store.marks)
    return replace(side, store=opened, gateway=replace(side.gateway, store=opened))


def continued(world: World, side: Side) -> LogContinued:
    known = side.store.marks.known
    assert known is not None
    vault.add_log(side.vault.folder, recovery.next_log(side.store, known))
    return recovery.go_on(side.gateway, side.store, side.vault, known, world.clock())


def test_database_behind_its_log_writes_sends_and_signs_nothing(world: World, tmp_path: Path) -> None:
    world.leavers()
    kent = restored(world.kent, tmp_path, world.notice)
    doings: list[Callable[[], object]] = [
        kent.store.ready,
        lambda: kent.store.record(refusal()),
        lambda: dispatch.send_due(kent.gateway),
        lambda: kent.store.publish(NOON, kent.vault),
        lambda: kent.store.adopt(agreement(), Record(())),
        lambda: kent.store.enlist([], Record(())),
    ]
    kept, size = len(world.wire.carried), kent.store.edge().size
    for doing in doings:
        with pytest.raises(Fault) as fault:
            doing()
        assert fault.value.reason is Reason.BEHIND
    assert (len(world.wire.carried), kent.store.edge().size) == (kept, size)


def test_it_says_how_many_lines_and_which_hours_are_missing(world: World, tmp_path: Path) -> None:
    world.leavers()
    before = world.kent.store.edge().size

    def later() -> None:
        world.clock.on(hours=2)
        world.notice()

    kent = restored(world.kent, tmp_path, later)
    known = world.kent.store.marks.known
    assert known is not None
    found = recovery.missing(kent.store, known)
    assert found == recovery.Missing(known.height.size - before, NOON, NOON)
    assert f"{found.lines} of its lines are missing, written after 03 Nov 2026 12:00" in found.words
    assert recovery.missing(world.kent.store, known) is None
    assert recovery.missing(kent.store, None) is None


def test_log_that_was_written_otherwise_is_not_signed_although_it_is_as_long(world: World, tmp_path: Path) -> None:
    world.leavers()
    kent = restored(world.kent, tmp_path, lambda: world.kent.store.record(refusal()))
    known = kent.store.marks.known
    assert known is not None
    unaware = Store(kent.store.engine.url.render_as_string(hide_password=False))  # of the mark
    unaware.record(Record((MessageRefused(NOON, KENT, None, Code.CARRIER),) * 2))
    unaware.engine.dispose()
    assert kent.store.height() > known.height
    with pytest.raises(Fault) as fault:
        kent.store.publish(NOON, kent.vault)
    assert fault.value.reason is Reason.BEHIND
    found = recovery.missing(kent.store, known)
    assert found is not None and found.lines is None


def test_the_next_log_begins_with_the_highest_checkpoint_of_the_old_one(world: World, tmp_path: Path) -> None:
    world.leavers()
    kent = restored(world.kent, tmp_path, world.notice)
    old, known = kent.store.edge(), kent.store.marks.known
    assert known is not None and known.note is not None
    fact = continued(world, kent)
    assert (fact.held, fact.held_root) == (old.size, old.root.hex())
    head = checkpoint.Checkpoint(fact.origin, fact.size, bytes.fromhex(str(fact.root)))
    note = head.text() + f"\n— {fact.origin} {mark_signature(fact)}\n"
    assert checkpoint.open_signed(note, kent.vault.verifier(1)) == known.checkpoint
    assert kent.store.height() == Height(2, 1)
    first = kent.store.logs()[-1].first
    assert parse_line(next(kent.store.lines(first)))["fact"] == "LogContinued"


def mark_signature(fact: LogContinued) -> str:
    import base64

    return base64.b64encode(bytes.fromhex(str(fact.signature))).decode()


def test_both_logs_can_be_proved_each_under_its_own_name(world: World, tmp_path: Path) -> None:
    world.leavers()
    world.kent.store.publish(NOON, world.kent.vault)
    kent = restored(world.kent, tmp_path, world.notice)
    continued(world, kent)
    kent.store.record(refusal())
    kent.store.publish(NOON, kent.vault)
    first = kent.store.logs()[-1].first
    for place, log in ((0, 1), (first - 1, 1), (first, 2), (first + 1, 2)):
        line, found = kent.store.proof(place)
        head = proof.verify(line, found, kent.vault.verifier(log))
        assert head.origin == kent.vault.origin(log)
        with pytest.raises(ValueError, match="signed"):
            proof.verify(line, found, kent.vault.verifier(3 - log))
    with pytest.raises(IndexError):
        kent.store.proof(first + 2)


def test_what_left_in_the_lost_hours_is_sent_again_and_nobody_gets_it_twice(world: World, tmp_path: Path) -> None:
    world.leavers()
    kent = restored(world.kent, tmp_path, lambda: dispatch.send_due(world.kent.gateway))
    assert world.kent.store.counts() == {State.DELIVERED: 1}
    before = world.medway.store.counts()
    continued(world, kent)
    (sent,) = dispatch.send_due(kent.gateway)
    assert kent.store.counts() == {State.DELIVERED: 1}
    assert world.wire.carried[0] == world.wire.carried[1]
    assert world.medway.store.counts() == before
    assert kent.store.numbers_of(sent.parcel.id)


def test_bundle_of_a_disclosure_in_two_logs_is_checked_with_the_keys_of_both(world: World, tmp_path: Path) -> None:
    world.leavers()
    world.kent.store.publish(NOON, world.kent.vault)
    kent = restored(world.kent, tmp_path, world.notice)
    continued(world, kent)
    (sent,) = dispatch.send_due(kent.gateway)
    kent.store.publish(NOON, kent.vault)
    made = bundle.unpack(bundle.pack(enquiry.bundle_of(kent.store, sent.parcel.disclosure)))
    keys = [kent.vault.verifier(log) for log in (1, 2)]
    checked = bundle.verify(made, keys)
    assert checked.receipt
    assert [line["fact"] for line in checked.lines][-1] == "ParcelDelivered"
    for one in keys:
        with pytest.raises(ValueError, match="whose key was not given"):
            bundle.verify(made, [one])


def test_a_log_goes_on_from_where_the_database_is_and_no_other_place(world: World, tmp_path: Path) -> None:
    world.leavers()
    kent = restored(world.kent, tmp_path, world.notice)
    height = kent.store.height()
    with pytest.raises(Fault) as fault:
        kent.store.continue_log(Height(1, height.size - 1), 2, refusal())
    assert fault.value.reason is Reason.BEHIND
    assert kent.store.height() == height


# -- what partners hold -----------------------------------------------------------------------------------------------


class Holding:
    """A partner's gateway that answers with what it was told to hold."""

    def __init__(self, *notes: str, down: bool = False) -> None:
        self._notes, self._down = notes, down

    def held(self, partner: Partner, home: PartnerId) -> Sequence[str]:
        if self._down:
            raise Fault(Reason.UNREACHABLE)
        return self._notes


def learnt(world: World, *notes: str, down: bool = False) -> tuple[bool, Mark | None]:
    from gateway.edge.store.marks import Marks

    marks = Marks()
    medway = world.kent.store.register().directory.get(MEDWAY)
    answered = recovery.learn(medway, KENT, Holding(*notes, down=down), world.kent.vault, marks, NOON)
    return answered, marks.known


def test_partners_give_back_what_we_signed(world: World) -> None:
    world.leavers()
    world.kent.store.publish(NOON, world.kent.vault)
    world.leavers(seed=2)
    dispatch.send_due(world.kent.gateway)
    held = world.medway.store.held_of(KENT)
    assert learnt(world, *held) == (True, Mark(Height(1, checkpoint.shown(held[0]).size), NOON, held[0]))
    assert {one.id for one in recovery.partners_to_ask(world.kent.gateway)} == {MEDWAY}


def test_nobody_but_our_own_log_can_say_how_far_it_was_signed(world: World) -> None:
    world.leavers()
    ours = world.kent.store.publish(NOON, world.kent.vault)
    assert ours is not None
    longer = ours.replace(f"\n{checkpoint.shown(ours).size}\n", "\n9999\n", 1)
    theirs = world.medway.vault.sign_note(checkpoint.shown(ours).text().replace("\n", "\n9", 1))
    assert learnt(world, longer, theirs, "", "no note", ours[:-20]) == (True, None)
    assert learnt(world, longer, ours)[1] == Mark(Height(1, checkpoint.shown(ours).size), NOON, ours)
    assert learnt(world, down=True) == (False, None)


def test_each_log_of_a_partner_is_remembered_by_its_name(world: World) -> None:
    def keep(origin: str, size: int, note: str) -> None:
        shown = PeerCheckpoint(KENT, origin, size, note, world.clock.on(hours=1))
        world.medway.store.record(Record((), shown=(shown,)))

    keep("kent/log", 9, "one")
    keep("kent/log/2", 2, "two")
    keep("kent/log", 8, "older")
    assert world.medway.store.held_of(KENT) == ["one", "two"]
    assert world.medway.store.held_of(MEDWAY) == []
    with world.medway.store.engine.connect() as db:
        assert db.execute(sa.select(sa.func.count()).select_from(t.peer_checkpoints)).scalar_one() == 2
