"""A council whose database was set back learns from its peers how far its log had come; no peer can make it up."""

import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gateway import wiring
from gateway.core.errors import Fault, Reason
from gateway.core.facts import LogOpened
from gateway.core.log import note
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.partners import Partner
from gateway.core.records import Record, Reply
from gateway.core.terms import PartnerId, UploadId, digest
from gateway.edge.store import Store
from gateway.flows import dispatch, intake, peers, situations
from gateway.flows.intake import Upload
from tests.faults import pair
from tests.simulator import KENT, LARKMERE, MEDWAY, World


@dataclass
class Asked:
    """Peers that answer as a test says, and who was asked."""

    answer: Callable[[], Reply]
    whom: list[PartnerId]

    def ask_checkpoint(self, recipient: Partner, home: PartnerId) -> Reply:
        assert home == KENT
        self.whom.append(recipient.id)
        return self.answer()


def highest(world: World, answer: Callable[[], Reply]) -> tuple[Checkpoint | None, list[PartnerId]]:
    asked, log = Asked(answer, []), note.parse_vkey(world.kent.vault.vkey)
    return peers.highest(world.kent.store.register(), asked, (KENT,), log), asked.whom


def held(text: str, status: int = 200) -> Callable[[], Reply]:
    return lambda: Reply(status, "text/plain", text.encode())


def signed(world: World, size: int) -> str:
    return world.kent.vault.sign_note(Checkpoint(f"{KENT}.example/log", size, bytes(32)).text())


def test_checkpoint_of_ours_is_believed_and_no_other(world: World) -> None:
    ours = signed(world, 7)
    found, whom = highest(world, held(ours))
    assert (found and found.size, whom) == (7, [MEDWAY])  # each gateway once, and never ourselves
    theirs = world.medway.vault.sign_note(Checkpoint(f"{MEDWAY}.example/log", 9, bytes(32)).text())
    for answer in (
        held(ours.replace("\n7\n", "\n8\n")),
        held(theirs),
        held(""),
        held(ours, 404),
        held("\udcff".encode("utf-8", "surrogateescape").decode("latin-1")),
        unreachable,
    ):
        assert highest(world, answer)[0] is None


def unreachable() -> Reply:
    raise Fault(Reason.UNREACHABLE)


def test_council_that_was_set_back_learns_from_its_peer_how_far_it_had_come(tmp_path: Path) -> None:
    made = pair.set_up(tmp_path, dict.fromkeys((KENT, MEDWAY), "sqlite:///gateway.sqlite"))
    kent, medway = made.kent, made.medway
    receiving = wiring.Running(medway)
    receiving.start()
    assert wiring.seen_by_peers(kent) is None  # nothing was ever sent
    backup = tmp_path / "backup.sqlite"
    with (
        contextlib.closing(sqlite3.connect(tmp_path / "kent" / "gateway.sqlite")) as now,
        contextlib.closing(sqlite3.connect(backup)) as then,
    ):
        now.backup(then)
    grown = tell_something(kent)
    held = wiring.seen_by_peers(kent)
    assert held is not None
    assert held.size == grown > 0
    kent.store.engine.dispose()
    for path in (tmp_path / "kent").glob("gateway.sqlite*"):
        path.unlink()
    shutil.copy(backup, tmp_path / "kent" / "gateway.sqlite")
    again = wiring.assemble(tmp_path / "kent")
    told = wiring.seen_by_peers(again)
    assert told == held
    assert told.size > again.store.edge().size
    receiving.stop()
    assert wiring.seen_by_peers(again) is None  # nobody answers: nothing is known
    again.store.engine.dispose()


def tell_something(kent: wiring.Installation) -> int:
    """Grow, sign, and send a leaver's file that carries the checkpoint; its size."""
    file = pair.leaver(1)
    upload = Upload(
        UploadId(situations.new_id("u", kent.gateway.draw)), wiring.now(), LARKMERE, file.name, file.content, False
    )
    for word in range(5):
        opened = LogOpened(wiring.now(), KENT, digest(str(word).encode()))
        kent.store.record(Record((opened,)))
    wiring.publish(kent)
    size = kent.store.edge().size
    intake.accept(kent.gateway, upload)
    (sent,) = dispatch.send_due(kent.gateway)
    assert type(sent.fact).__name__ == "ParcelDelivered"
    return size


def test_store_hands_back_what_a_peer_has_shown(either: World) -> None:
    store: Store = either.kent.store
    assert store.peer_checkpoint(MEDWAY) is None
    store.keep_peer_checkpoint(MEDWAY, 5, "five")
    store.keep_peer_checkpoint(MEDWAY, 4, "four")
    assert store.peer_checkpoint(MEDWAY) == "five"
    assert store.peer_checkpoint(KENT) is None
