"""Partners countersign each other's logs, and the first that sees two pasts of one says so."""

import base64
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.core import sample
from gateway.core.delivery import GOES_UNPROVEN, State
from gateway.core.errors import Fault, Reason
from gateway.core.facts import LogOpened, LogTrouble, RecallReason, TaskKind, parse_line
from gateway.core.log import checkpoint, note
from gateway.core.log.note import Kind as KeyKind
from gateway.core.log.note import Verifier
from gateway.core.log.witness import GRAVE, Trouble
from gateway.core.partners import VerifierKey
from gateway.core.records import Record, Reply
from gateway.core.terms import DisclosureId, Kind, LaEstab, PartnerId, PurposeCode, UploadId, digest
from gateway.edge.store import Store
from gateway.edge.store.witnesses import Witnesses
from gateway.flows import casework, countersigning, dispatch, doubting, intake, peers, proving, recalling, witnessing
from gateway.flows.intake import Upload
from gateway.flows.situations import new_id
from gateway.flows.witnessing import Hands, Witness
from tests.flows.watch import OFFICER, SCHOOL, WHY, decisions_of, lines
from tests.simulator import ACADEMY, KENT, MEDWAY, NUMBERS, Side, World, a_world, leavers


@pytest.fixture
def world(keys: Path, tmp_path: Path) -> World:
    return a_world(keys, {home: f"sqlite:///{tmp_path / home}" for home in (KENT, MEDWAY)})


def ask(world: World, *, store: Store | None = None, hurry: bool = True) -> Trouble | None:
    """Kent has its newest checkpoint countersigned by Medway, over the wire that messages take."""
    kent, medway = world.kent, world.medway
    named = medway.gateway.store.register().directory.get(KENT)

    def post(_address: str, question: str) -> Reply:
        told = countersigning.answer(medway.gateway, [named], question)
        return Reply(told.status, "text/plain", told.body.encode())

    asked = Witnesses((store or kent.store).engine, kent.vault.origin(1))
    hands = Hands(asked, post, world.clock, kent.vault.verifier(1), timedelta(seconds=5))
    theirs = kent.store.register().directory.get(MEDWAY)
    whom = Witness(witnessing.of_partner(MEDWAY), tuple(one.verifier for one in theirs.witnesses), "")
    return witnessing.ask_witness(hands, whom, hurry=hurry)


def grow(side: Side, world: World, what: str = "grown", store: Store | None = None) -> None:
    into = store or side.store
    into.record(Record((LogOpened(world.clock(), side.home, digest(what.encode())),)))
    into.publish(world.clock(), side.vault)


def another_past(world: World, path: Path) -> Store:
    """Kent's database as it is now, in a second copy that goes its own way and knows no mark."""
    world.kent.store.engine.dispose()
    shutil.copy(str(world.kent.store.engine.url.database), path)
    return Store(f"sqlite:///{path}")


def test_partner_countersigns_what_grew_and_its_line_stands_below_the_checkpoint(world: World) -> None:
    grow(world.kent, world)
    assert ask(world) is None
    signed = world.kent.store.newest_checkpoint() or ""
    opened = checkpoint.open_cosigned(signed, world.kent.vault.verifier(1), [world.medway.vault.witness])
    (one,) = opened.witnesses
    assert one.at == int(world.clock().timestamp())
    (ours,) = world.medway.store.countersignings()
    assert (ours.partner, ours.size) == (KENT, opened.checkpoint.size)
    grow(world.kent, world, "more")
    world.clock.on(minutes=1)
    assert ask(world) is None
    assert world.medway.store.countersignings()[0].size == opened.checkpoint.size + 1


def test_a_gateway_behind_what_was_countersigned_learns_it_from_who_countersigned(world: World) -> None:
    grow(world.kent, world)
    world.leavers()
    world.kent.store.publish(world.clock(), world.kent.vault)
    dispatch.send_due(world.kent.gateway)
    grow(world.kent, world, "no message shows this any more")
    assert ask(world) is None
    (ours,) = world.medway.store.countersignings()
    sizes = [checkpoint.shown(one).size for one in world.medway.store.held_of(KENT)]
    assert len(sizes) == 2 and max(sizes) == ours.size > min(sizes)
    assert world.medway.store.held_of(MEDWAY) == []


def forked(world: World, path: Path) -> Store:
    other = another_past(world, path)
    grow(world.kent, world, "what Medway is shown")
    grow(world.kent, world, "and more")
    assert ask(world) is None
    grow(world.kent, world, "another", other)
    grow(world.kent, world, "and other", other)
    return other


def set_back(world: World, path: Path) -> Store:
    other = another_past(world, path)
    grow(world.kent, world, "what Medway is shown")
    assert ask(world) is None
    grow(world.kent, world, "and what is lost")
    world.clock.on(minutes=1)
    assert ask(world) is None
    grow(world.kent, world, "what Medway is shown", other)
    return other


def rewritten(world: World, path: Path) -> Store:
    other = forked(world, path)
    grow(world.kent, world, "and on", other)
    return other


@pytest.mark.parametrize(
    ("spoil", "trouble"),
    [(forked, LogTrouble.FORK), (set_back, LogTrouble.ROLLBACK), (rewritten, LogTrouble.REWRITE)],
)
def test_a_log_with_two_pasts_is_told_by_the_first_that_sees_it(
    world: World, tmp_path: Path, spoil: Callable[[World, Path], Store], trouble: LogTrouble
) -> None:
    grow(world.kent, world)
    other = spoil(world, tmp_path / "other")
    world.clock.on(minutes=1)
    held = world.medway.store.countersignings()
    said = {LogTrouble.ROLLBACK: Trouble.AHEAD}.get(trouble, Trouble.NOT_CONSISTENT)
    for _ in range(3):  # asked again and again, it is one doubt
        assert ask(world, store=other) is said
        world.clock.on(hours=1)
    assert world.medway.store.countersignings() == held
    (doubt,) = world.medway.store.doubts()
    assert (doubt.partner, doubt.trouble) == (KENT, trouble)
    for signed in (doubt.note, doubt.held):  # whoever is shown these two needs nobody's word
        assert checkpoint.open_signed(signed, world.kent.vault.verifier(1))
    (line,) = [line for line in world.medway.store.lines() if b"PartnerLogDoubted" in line]
    held_line = parse_line(line)
    assert (held_line["partner"], held_line["trouble"], held_line["task"]) == (KENT, trouble, doubt.task)
    (task,) = [one for one in world.medway.store.tasks([MEDWAY]) if one.kind is TaskKind.LOG_TROUBLE]
    told = countersigning.told(world.medway.store.register().directory, doubt)
    assert task.id in told
    assert countersigning.WORDS[trouble] in told


@pytest.mark.parametrize(
    ("said", "trouble"), [(Trouble.AHEAD, LogTrouble.ROLLBACK), (Trouble.NOT_CONSISTENT, LogTrouble.REWRITE)]
)
def test_who_doubts_our_own_log_is_written_down_once_and_a_person_is_asked(
    world: World, said: Trouble, trouble: LogTrouble
) -> None:
    gateway, whom = world.kent.gateway, witnessing.of_partner(MEDWAY)
    for _ in range(3):
        doubting.doubted(gateway, whom, said, world.clock())
    doubting.doubted(gateway, "w.example+00112233", said, world.clock())
    doubts = doubting.standing(world.kent.store.tasks([KENT]))
    assert sorted((one.witness, one.trouble) for one in doubts) == [(whom, trouble), ("w.example", trouble)]
    lines = [parse_line(one) for one in world.kent.store.lines() if b"OwnLogDoubted" in one]
    assert {(one["witness"], one["trouble"], one["task"]) for one in lines} == {
        (one.witness, one.trouble, one.task) for one in doubts
    }
    assert all(one.task in one.words and doubting.WORDS[trouble] in one.words for one in doubts)


@pytest.mark.parametrize("said", sorted(set(Trouble) - GRAVE))
def test_a_witness_that_is_only_away_is_no_doubt(world: World, said: Trouble) -> None:
    doubting.doubted(world.kent.gateway, witnessing.of_partner(MEDWAY), said, world.clock())
    assert doubting.standing(world.kent.store.tasks([KENT])) == []


def test_messages_of_a_partner_in_doubt_are_still_received(world: World, tmp_path: Path) -> None:
    other = forked(world, tmp_path / "other")
    world.clock.on(minutes=1)
    ask(world, store=other)
    world.leavers()
    (sent,) = dispatch.send_due(world.kent.gateway)
    assert world.kent.store.parcel(sent.parcel.id).state is State.DELIVERED  # type: ignore[union-attr]


def test_a_fork_that_a_message_shows_is_told_without_any_question(world: World, tmp_path: Path) -> None:
    other = forked(world, tmp_path / "other")
    kent = world.medway.store.register().directory.get(KENT)
    text = base64.b64encode((other.newest_checkpoint() or "").encode()).decode()
    (shown,) = peers.shown(kent, text, world.clock())
    countersigning.look(world.medway.gateway, kent, shown.note, world.clock())
    (doubt,) = world.medway.store.doubts()
    assert doubt.trouble is LogTrouble.FORK
    honest = world.kent.store.newest_checkpoint() or ""
    countersigning.look(world.medway.gateway, kent, honest, world.clock())
    assert world.medway.store.doubts() == [doubt]


def test_checkpoint_that_no_registered_key_signed_is_not_kept(world: World) -> None:
    kent = world.medway.store.register().directory.get(KENT)
    grow(world.kent, world)
    signed = world.kent.store.newest_checkpoint() or ""
    spoilt = signed.replace("\n1\n", "\n9\n") if "\n1\n" in signed else signed.replace("\n", "\n1", 1)
    assert peers.shown(kent, base64.b64encode(signed.encode()).decode(), world.clock())
    assert not peers.shown(kent, base64.b64encode(spoilt.encode()).decode(), world.clock())


@pytest.mark.parametrize(
    ("spoil", "status"),
    [
        (lambda text: text, 200),
        (lambda _text: "nonsense", 400),
        (lambda text: text.replace("council-886.example/log", "other.example/log"), 404),
        (lambda text: text[:-10] + "AAAAAAAAA\n", 403),
    ],
)
def test_question_is_answered_as_the_specification_says(world: World, spoil: Callable[[str], str], status: int) -> None:
    grow(world.kent, world)
    kent = world.medway.store.register().directory.get(KENT)
    question = f"old 0\n\n{world.kent.store.newest_checkpoint()}"
    told = countersigning.answer(world.medway.gateway, [kent], spoil(question))
    assert told.status == status
    assert bool(world.medway.store.countersignings()) is (status == 200)


def test_partner_asks_for_its_own_log_alone(world: World) -> None:
    grow(world.kent, world)
    medway = world.medway.store.register().directory.get(MEDWAY)
    question = f"old 0\n\n{world.kent.store.newest_checkpoint()}"
    assert countersigning.answer(world.medway.gateway, [medway], question).status == 404


def with_witness_keys(world: World, *keys: Verifier) -> None:
    medway = world.kent.store.register().directory.get(MEDWAY)
    listed = tuple(VerifierKey(one.vkey) for one in keys)
    world.kent.store.enlist([replace(medway, witnesses=listed)], Record(()))


def test_old_and_new_witness_keys_of_a_partner_overlap(world: World) -> None:
    ours = world.medway.vault.witness
    another = Verifier(ours.name, bytes(range(32)), KeyKind.COSIGNATURE)
    grow(world.kent, world)
    for keys in ((ours, another), (another, ours)):
        with_witness_keys(world, *keys)
        grow(world.kent, world, str(keys[0].key_id))
        world.clock.on(minutes=1)
        assert ask(world) is None
    with_witness_keys(world, another)
    grow(world.kent, world, "signed by a key that nobody handed out")
    world.clock.on(minutes=1)
    assert ask(world) is Trouble.BAD_ANSWER


def patient(world: World, hours: int, quorum: int = 1) -> Store:
    """Kent's database under settings that ask for proof."""
    side = world.kent
    made = Store(str(side.store.engine.url), side.store.marks, quorum, timedelta(hours=hours))
    object.__setattr__(side.gateway, "store", made)
    side.store = made
    return made


def test_new_disclosures_stop_without_proof_and_go_on_with_it_while_receiving_goes_on(world: World) -> None:
    store = patient(world, 2)
    world.leavers()
    grow(world.kent, world)
    assert not store.proven(world.clock()).stopped
    world.clock.on(hours=3)
    assert store.proven(world.clock()).stopped
    assert "New disclosures have stopped" in proving.words(store.proven(world.clock()))
    with pytest.raises(Fault) as fault:
        dispatch.send_due(world.kent.gateway)
    assert fault.value.reason is Reason.UNPROVEN
    assert not world.wire.carried
    assert received_by_kent(world)
    assert ask(world) is None
    assert not store.proven(world.clock()).stopped
    assert [type(one.fact).__name__ for one in dispatch.send_due(world.kent.gateway)] == ["ParcelDelivered"]


def test_a_recall_goes_and_what_came_is_opened_though_new_disclosures_have_stopped(world: World) -> None:
    store, kent = patient(world, 2), world.kent.gateway
    wrong = DisclosureId(str(decisions_of(world.notice(1))[0]["disclosure"]))
    dispatch.send_due(kent)
    world.notice(2)
    assert received_by_kent(world)
    grow(world.kent, world)
    world.clock.on(hours=3)
    assert store.proven(world.clock()).stopped
    recalling.recall(kent, store, OFFICER, wrong, RecallReason.WRONG_RECIPIENT, WHY, world.clock())
    assert [one.parcel.kind for one in dispatch.send_due(kent)] == [Kind.RECALL], "it overtakes the notice before it"
    assert lines(world.medway, "RecallReceived")
    with pytest.raises(Fault):
        dispatch.send_due(kent)
    (came,) = store.shelved_for([KENT])
    assert casework.collect(kent, OFFICER, came.parcel.id, world.clock())[1], "what others told us is read"
    assert ask(world) is None
    assert [one.parcel.kind for one in dispatch.send_due(kent)] == [Kind.NOTICE]


def test_a_transfer_file_on_a_shelf_waits_while_new_disclosures_have_stopped(world: World) -> None:
    store, kent = patient(world, 2), world.kent.gateway
    made = leavers(dest=NUMBERS[ACADEMY])
    world.upload(made.content, made.name)
    (lies,) = store.shelved_for([ACADEMY])
    grow(world.kent, world)
    world.clock.on(hours=3)
    reader = replace(SCHOOL, organisation=ACADEMY)
    with pytest.raises(Fault) as fault:
        casework.collect(kent, reader, lies.parcel.id, world.clock())
    assert fault.value.reason is Reason.UNPROVEN
    assert ask(world) is None
    assert casework.collect(kent, reader, lies.parcel.id, world.clock())[1]


GOES = [
    (Kind.REFERRAL, "P09"), (Kind.CASEFILE, "P15"), (Kind.NOTICE, "P34"), (Kind.CTF, "P13"), (Kind.RECALL, "P06"),
    (Kind.RECALL_ANSWER, "P06"), (Kind.BREACH, "P04"), (Kind.RIGHTS, "P04"), (Kind.ACKNOWLEDGEMENT, "P07"),
]  # fmt: skip
WAITS = [
    (Kind.CTF, "P04"), (Kind.CML, "P01"), (Kind.NOTICE, "P06"), (Kind.REPLY, "P07"), (Kind.CLOSURE, "P06"),
    (None, "P06"),
]  # fmt: skip


def test_only_what_undoes_harm_or_keeps_a_child_safe_goes_unproven(world: World) -> None:
    (one,) = world.notice(1).record.parcels
    for named, goes in ((GOES, True), (WAITS, False)):
        for kind, purpose in named:
            assert replace(one, kind=kind, purpose=PurposeCode(purpose)).goes_unproven is goes, kind
    assert replace(one, document=one.sealed).goes_unproven, "what came to us is told to nobody new"
    assert all(GOES_UNPROVEN.values()), "each says why"


def received_by_kent(world: World) -> bool:
    """Medway sends Kent a notice."""
    made = sample.notice(1, LaEstab("887LLLL"), LaEstab("886LLLL"), world.clock().replace(tzinfo=None), 1)
    upload = Upload(UploadId(new_id("u", os.urandom)), world.clock(), MEDWAY, made.name, made.content, ready=False)
    intake.accept(world.medway.gateway, upload)
    (sent,) = dispatch.send_due(world.medway.gateway)
    return type(sent.fact).__name__ == "ParcelDelivered"


def test_one_partner_counts_once_however_often_it_signs(world: World) -> None:
    store = patient(world, 2, quorum=2)
    for number in range(3):
        grow(world.kent, world, f"line {number}")
        world.clock.on(minutes=1)
        assert ask(world) is None
    proven = store.proven(world.clock())
    assert (proven.size, proven.signed > 0, proven.stopped) == (0, True, False)
    assert store.proven(world.clock.on(hours=3)).stopped


def test_without_a_quorum_nothing_is_asked_and_nothing_stops(world: World) -> None:
    grow(world.kent, world)
    proven = world.kent.store.proven(world.clock.on(days=400))
    assert not proven.stopped
    assert "quorum = 0" in proving.words(proven)


def test_our_line_is_one_that_any_reader_of_the_format_takes(world: World) -> None:
    grow(world.kent, world)
    assert ask(world) is None
    (ours,) = world.medway.store.countersignings()
    opened = note.open_note(note.with_signatures(ours.note, ours.line), [world.medway.vault.witness])
    assert [one.at for one in opened.signatures] == [int(world.clock().timestamp())]
    assert PartnerId(KENT) == ours.partner
