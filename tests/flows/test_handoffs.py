"""Transfer files that wait for a person to upload them, files in partners' folders, and files that partners leave."""

import io
import json
import os
import resource
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from gateway.core import documents, sample
from gateway.core.agreements import Status
from gateway.core.delivery import State
from gateway.core.errors import Code, Refusal
from gateway.core.facts import RecallReason, Role, TaskKind, parse_line
from gateway.core.partners import Carrier, Channel
from gateway.core.records import Person, Record
from gateway.core.terms import Kind, LaEstab, ParcelId, PersonId
from gateway.edge.folders import Drop, Folders, Tray, put
from gateway.edge.watched import MOST_BYTES, Watched
from gateway.flows import casework, connecting, dispatch, dropping, enquiry, handoffs, holds, picking, recalling
from gateway.flows.ports import Courier
from tests.flows.watch import FIRST, SECOND, WHY, codes, decisions_of, flag, hand_in
from tests.simulator import KENT, LARKMERE, MEDWAY, NOON, OFFICER, World, agreement, leavers

MEDWAYS = Person(PersonId("m.ash"), Role.OFFICER, MEDWAY)
READER = Person(PersonId("s.reader"), Role.SCHOOL_READER, LARKMERE)
GOVERNANCE = Person(PersonId("g.lowe"), Role.GOVERNANCE, KENT)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "handoff", {}, tmp_path / "folders")


@pytest.fixture
def by_hand(either: World, folders: Folders) -> World:
    """Kent's data-protection officer has accepted nothing but what the law lists."""
    return handing(either, folders)


def handing(world: World, folders: Folders) -> World:
    couriers: dict[str, Courier] = {Carrier.S2S: folders, Carrier.FOLDER: folders}
    world.kent.gateway = replace(world.kent.gateway, carriers={}, couriers=couriers, owners={KENT: (OFFICER.id,)})
    return world


def send(world: World) -> list[str]:
    return [type(one.fact).__name__ for one in dispatch.send_due(world.kent.gateway)]


def look(world: World, folders: Folders) -> None:
    handoffs.look(world.kent.gateway, folders, world.clock())


def files(folders: Folders) -> list[str]:
    return sorted(one.name for one in (folders.handoff / KENT).iterdir() if not one.name.startswith("."))


def the_parcel(world: World, state: State) -> ParcelId:
    (one,) = world.kent.store.parcels_in([state], 9)
    return one.parcel.id


def facts(world: World) -> list[str]:
    return [str(parse_line(line)["fact"]) for line in world.kent.store.lines()]


# -- school2school ----------------------------------------------------------------------------------------------------


def test_transfer_to_another_area_waits_for_upload_until_a_person_says_that_it_was_sent(
    by_hand: World, folders: Folders
) -> None:
    by_hand.leavers()
    assert send(by_hand) == ["ParcelHanded"]
    assert by_hand.kent.store.counts() == {State.HANDED: 1} and by_hand.wire.carried == []
    (row,) = enquiry.sent(by_hand.kent.gateway, LARKMERE, by_hand.clock())
    assert row.words == "waiting for upload to school2school" and not row.overdue
    assert files(folders) == ["8864321_CTF_8874123_001.zip"]
    handoffs.sent(by_hand.kent.gateway, OFFICER, the_parcel(by_hand, State.HANDED), by_hand.clock())
    look(by_hand, folders)
    assert files(folders) == [] and folders.laid() == {}
    assert by_hand.kent.store.counts() == {State.TAKEN: 1}
    told = [name for name in facts(by_hand) if name.startswith(("Parcel", "Attempt", "Task"))]
    assert told == ["ParcelPacked", "AttemptStarted", "ParcelHanded", "ParcelTaken", "TaskDone"]
    assert by_hand.kent.store.tasks([KENT]) == []


def test_file_in_the_hand_off_folder_is_the_extract_alone_and_readable_by_nobody_else(
    by_hand: World, folders: Folders
) -> None:
    by_hand.leavers()
    send(by_hand)
    path = folders.handoff / KENT / "8864321_CTF_8874123_001.zip"
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    with ZipFile(path) as opened:
        assert opened.namelist() == ["8864321_CTF_8874123_001.xml"]
        assert b"<SuppInfo" not in opened.read(opened.namelist()[0])


def test_line_of_a_hand_off_names_its_carrier_and_no_school(by_hand: World) -> None:
    by_hand.leavers()
    send(by_hand)
    lines = [parse_line(line) for line in by_hand.kent.store.lines()]
    (released,) = [one for one in lines if one["fact"] == "DisclosureReleased"]
    (packed,) = [one for one in lines if one["fact"] == "ParcelPacked"]
    (handed,) = [one for one in lines if one["fact"] == "ParcelHanded"]
    assert released["carrier"] == packed["carrier"] == handed["carrier"] == "s2s"
    assert "recipient" not in released and "recipient" not in packed
    assert b"8874123" not in b"".join(by_hand.kent.store.lines())


def test_accepted_as4_goes_from_gateway_to_gateway_as_before(either: World, folders: Folders) -> None:
    either.kent.gateway = replace(either.kent.gateway, couriers={Carrier.S2S: folders})
    either.leavers()
    assert send(either) == ["ParcelDelivered"] and not folders.handoff.exists()


def test_about_a_flagged_child_it_waits_for_two_people_and_goes_sealed_and_no_mend_sends_it_by_hand(
    by_hand: World, folders: Folders
) -> None:
    made = leavers(pupils=1)
    flag(by_hand, made)
    (held,) = [one for one in decisions_of(hand_in(by_hand, made)) if Code.CARRIER in codes(one)]
    assert held["outcome"] == "hold" and Code.FLAGGED in codes(held)
    (mend,) = [one["fix"] for one in held["reasons"] if one["code"] == Code.CARRIER]
    assert "About a child with a stop flag it goes sealed alone, never by school2school" in mend
    for person in (FIRST, SECOND):
        holds.release(by_hand.kent.gateway, by_hand.kent.store, person, held["disclosure"], WHY, NOON)
    assert send(by_hand) == ["ParcelDelivered"] and not folders.handoff.exists()


def test_as4_goes_from_the_very_day_on_which_it_is_accepted(by_hand: World, folders: Folders) -> None:
    """The gateway was started before, and knew the day."""
    by_hand.kent.gateway = replace(by_hand.kent.gateway, carriers={KENT: NOON.date() + timedelta(days=1)})
    for came in (["ParcelHanded"], ["ParcelDelivered"]):
        by_hand.leavers(seed=len(came[0]))
        assert send(by_hand) == came
        by_hand.clock.on(days=1)


def test_accepted_as4_that_leads_nowhere_is_no_reason_to_keep_a_file_from_its_new_school(
    world: World, folders: Folders
) -> None:
    world.kent.gateway = replace(world.kent.gateway, couriers={Carrier.S2S: folders})
    medway = world.kent.store.register().directory.get(MEDWAY)
    world.kent.store.enlist([replace(medway, certificates=(), endpoint="", channel=Channel.INBOX)], Record(()))
    world.leavers()
    assert send(world) == ["ParcelHanded"] and len(files(folders)) == 1


def test_hand_off_is_somebodys_task_and_overdue_after_two_school_days(by_hand: World) -> None:
    by_hand.leavers()
    send(by_hand)
    (task,) = by_hand.kent.store.tasks([KENT])
    assert task.kind is TaskKind.HAND_OFF and task.owner == OFFICER.id
    # NOON is a Tuesday
    assert task.due - NOON < timedelta(days=3)
    for minutes in (-2, 2):
        (row,) = enquiry.sent(by_hand.kent.gateway, LARKMERE, task.due + timedelta(minutes=minutes))
        assert row.overdue is (minutes > 0)


def test_receipt_beside_the_file_settles_it_and_its_digest_stands_in_the_log(by_hand: World, folders: Folders) -> None:
    by_hand.leavers()
    send(by_hand)
    (folders.handoff / KENT / "8864321_CTF_8874123_001.zip.receipt").write_bytes(b"uploaded")
    look(by_hand, folders)
    assert by_hand.kent.store.counts() == {State.TAKEN: 1} and files(folders) == []
    (taken,) = [one for one in map(parse_line, by_hand.kent.store.lines()) if one["fact"] == "ParcelTaken"]
    assert len(str(taken["receipt"])) == 64 and "by" not in taken


def test_receipt_that_cannot_be_read_keeps_no_other_file_waiting_and_is_told(world: World, folders: Folders) -> None:
    by_hand = handing(world, folders)
    for seed in (1, 2):
        by_hand.leavers(seed=seed, sequence=seed)
    assert send(by_hand) == ["ParcelHanded"] * 2
    first, second = folders.laid().values()
    first.with_name(f"{first.name}.receipt").mkdir()
    second.with_name(f"{second.name}.receipt").write_text("uploaded")
    with pytest.raises(OSError, match="directory"):
        look(by_hand, folders)
    assert by_hand.kent.store.counts() == {State.TAKEN: 1, State.HANDED: 1} and not second.exists()


def test_file_that_is_gone_without_a_receipt_still_waits_for_somebodys_word(by_hand: World, folders: Folders) -> None:
    by_hand.leavers()
    send(by_hand)
    (folders.handoff / KENT / files(folders)[0]).unlink()
    look(by_hand, folders)
    assert by_hand.kent.store.counts() == {State.HANDED: 1}
    (row,) = handoffs.waiting(by_hand.kent.gateway, by_hand.kent.store, folders, OFFICER, by_hand.clock())
    assert row.file == "8864321_CTF_8874123_001.zip"


def test_two_files_of_one_name_lie_beside_each_other_under_the_next_number(by_hand: World, folders: Folders) -> None:
    by_hand.leavers(seed=1)
    by_hand.leavers(seed=2)
    assert send(by_hand) == ["ParcelHanded"] * 2
    assert files(folders) == ["8864321_CTF_8874123_001.zip", "8864321_CTF_8874123_002.zip"]


def test_attempt_that_lost_its_answer_lays_nothing_twice(by_hand: World, folders: Folders) -> None:
    by_hand.leavers()
    gateway = by_hand.kent.gateway
    (claimed,) = gateway.store.claim(by_hand.clock(), gateway.lease, 9, dispatch.judge(gateway, NOON), gateway.waits)
    dispatch._attempt(gateway, claimed)  # laid, and the machine stops before it is written down
    assert len(files(folders)) == 1
    look(by_hand, folders)
    assert len(files(folders)) == 1
    by_hand.clock.on(minutes=2)
    assert send(by_hand) == ["ParcelHanded"] and len(files(folders)) == 1


def test_folder_that_cannot_be_written_is_tried_again_and_pauses_nobody(by_hand: World, folders: Folders) -> None:
    folders.handoff.write_bytes(b"no folder")
    by_hand.leavers()
    for _ in range(4):
        assert send(by_hand) == ["ParcelDeferred"]
        by_hand.clock.on(minutes=1)
    folders.handoff.unlink()
    assert send(by_hand) == ["ParcelHanded"] and "PartnerPaused" not in facts(by_hand)


def test_nothing_is_left_of_a_file_for_which_there_was_no_room(tmp_path: Path) -> None:
    """It is not encrypted, and might never be written again."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            put(tmp_path / "a.xml", b"<Pupil/>" * 1_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_what_a_machine_that_stopped_had_begun_to_write_is_removed_too(by_hand: World, folders: Folders) -> None:
    by_hand.leavers(pupils=1)
    send(by_hand)
    (name,) = files(folders)
    (folders.handoff / KENT / f".{name}.part").write_bytes(b"<Pupil>")
    flag(by_hand, leavers(pupils=1))
    look(by_hand, folders)
    assert {one.name for one in (folders.handoff / KENT).iterdir()} == {".lock"}


def test_file_that_was_not_taken_is_withdrawn_when_it_may_not_go_any_more(by_hand: World, folders: Folders) -> None:
    by_hand.leavers(pupils=1)
    send(by_hand)
    flag(by_hand, leavers(pupils=1))
    look(by_hand, folders)
    assert files(folders) == [] and by_hand.kent.store.counts() == {State.WITHDRAWN: 1}
    assert facts(by_hand)[-3:] == ["ParcelWithdrawn", "DisclosureHeld", "TaskDone"]


def test_file_about_a_guarded_child_waits_for_people_and_lies_in_no_folder(by_hand: World, folders: Folders) -> None:
    made = leavers(pupils=1)
    flag(by_hand, made)
    by_hand.upload(made.content, made.name)
    assert send(by_hand) == [] and not folders.handoff.exists()
    assert "DisclosureHeld" in facts(by_hand)


def test_recall_takes_the_file_out_of_the_folder_and_a_receipt_found_later_still_counts(
    by_hand: World, folders: Folders
) -> None:
    by_hand.leavers()
    send(by_hand)
    (standing,) = by_hand.kent.store.parcels_in([State.HANDED], 9)
    done = recalling.recall(
        by_hand.kent.gateway, by_hand.kent.store, GOVERNANCE, standing.parcel.disclosure,
        RecallReason.WRONG_CHILD, "The wrong child was exported.", by_hand.clock(),
    )  # fmt: skip
    assert (done.withdrawn, done.gone) == (1, 1)
    (folders.handoff / KENT / f"{files(folders)[0]}.receipt").write_bytes(b"")
    look(by_hand, folders)
    # and the message that calls it back waits to go the same way
    assert by_hand.kent.store.counts() == {State.TAKEN: 1, State.WAITING: 1} and files(folders) == []


def test_only_an_officer_of_the_home_may_say_that_it_was_sent_and_only_once(by_hand: World) -> None:
    by_hand.leavers()
    gateway, at = by_hand.kent.gateway, by_hand.clock()
    waiting = the_parcel(by_hand, State.WAITING)
    assert told(lambda: handoffs.sent(gateway, OFFICER, waiting, at)) is Code.NOT_FOUND
    send(by_hand)
    assert told(lambda: handoffs.sent(gateway, READER, waiting, at)) is Code.NOT_ALLOWED
    assert told(lambda: handoffs.sent(gateway, MEDWAYS, waiting, at)) is Code.ANOTHER_HOME
    handoffs.sent(gateway, OFFICER, waiting, at)
    assert told(lambda: handoffs.sent(gateway, OFFICER, waiting, at)) is Code.SETTLED


def told(what: object) -> Code:
    with pytest.raises(Refusal) as refusal:
        what()  # type: ignore[operator]
    return refusal.value.code


# -- folders of partners ----------------------------------------------------------------------------------------------


def test_partner_with_a_folder_gets_its_files_there_and_its_receipt_settles_them(
    world: World, folders: Folders
) -> None:
    handing(world, folders)
    world.adopt(agreement(2, carriers=(Carrier.FOLDER,)))
    world.adopt(agreement(status=Status.SUPERSEDED))
    medway = world.kent.store.register().directory.get(MEDWAY)
    world.kent.store.enlist([replace(medway, channel=Channel.FOLDER)], Record(()))
    world.notice()
    assert send(world) == ["ParcelHanded"]
    (path,) = folders.laid().values()
    assert path.parent == folders.otherwise / MEDWAY and path.read_bytes().startswith(b"<?xml")
    (row,) = enquiry.sent(world.kent.gateway, KENT, world.clock())
    assert row.words == "waiting to be picked up from its folder"
    path.with_name(f"{path.name}.receipt").touch()
    look(world, folders)
    assert world.kent.store.counts() == {State.TAKEN: 1} and not path.exists()


def test_agreement_for_sealed_messages_lets_no_plain_file_go(world: World, folders: Folders) -> None:
    handing(world, folders)
    medway = world.kent.store.register().directory.get(MEDWAY)
    world.kent.store.enlist([replace(medway, channel=Channel.FOLDER)], Record(()))
    plan = world.notice()
    assert b"carrier" in plan.answer and send(world) == []


# -- a program of our own ---------------------------------------------------------------------------------------------


@pytest.fixture
def one(tmp_path: Path) -> Drop:
    return Drop(tmp_path / "one" / "in")


def dropped(world: World, one: Drop) -> list[str]:
    """What lies in the folder after a look."""
    dropping.drop(world.kent.gateway, OFFICER, KENT, one, world.clock())
    return sorted(path.name for path in one.folder.glob("[!.]*"))


def return_of_leavers(world: World) -> None:
    made = leavers(dest=LaEstab("886LLLL"), kind=Kind.CML)
    world.upload(made.content, made.name)


def test_transfer_files_on_our_shelf_are_laid_where_capita_one_imports_them(world: World, one: Drop) -> None:
    return_of_leavers(world)
    (name,) = dropped(world, one)
    assert (one.folder / name).stat().st_mode & 0o777 == 0o600
    assert facts(world)[-1] == "ParcelCollected" and world.kent.store.counts()[State.COLLECTED] == 1
    (one.folder / name).unlink()
    assert dropped(world, one) == [], "each is laid once"


def test_machine_that_stops_between_collecting_and_laying_lays_it_afterwards(world: World, one: Drop) -> None:
    return_of_leavers(world)
    (shelved,) = world.kent.store.shelved_for([KENT])
    one.begin(shelved.parcel.id)
    casework.collect(world.kent.gateway, OFFICER, shelved.parcel.id, world.clock(), casework.Use.ONE)
    assert len(dropped(world, one)) == 1 and one.begun() == []


def test_message_that_a_person_has_to_read_stays_on_the_shelf(world: World, one: Drop) -> None:
    made = sample.notice(1, LaEstab("887LLLL"), LaEstab("886LLLL"), NOON.replace(tzinfo=None), 1)
    casework.send(world.medway.gateway, MEDWAY, made.name, made.content, world.clock())
    dispatch.send_due(world.medway.gateway)
    assert dropped(world, one) == [] and one.begun() == []
    assert world.kent.store.counts() == {State.SHELVED: 1} and "ParcelCollected" not in facts(world)


def test_file_about_a_guarded_child_stays_on_the_shelf(world: World, one: Drop) -> None:
    made = leavers(dest=LaEstab("886LLLL"), kind=Kind.CML, pupils=1)
    flag(world, made)
    world.upload(made.content, made.name)
    assert dropped(world, one) == [] and "ParcelCollected" not in facts(world)


# -- files that partners leave ----------------------------------------------------------------------------------------


@dataclass
class Seconds:
    at: float = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def tray(tmp_path: Path, seconds: Seconds) -> Tray:
    folder = tmp_path / "one" / "out"
    folder.mkdir(parents=True)
    return Tray(Watched(folder, 10, seconds))


def pick_up(world: World, tray: Tray, seconds: Seconds) -> int:
    """One look, and another when all has been quiet for long enough."""
    first = picking.take_in(world.kent.gateway, KENT, tray, world.clock())
    seconds.at += 11
    return first + picking.take_in(world.kent.gateway, KENT, tray, world.clock())


def test_file_that_a_partner_leaves_goes_the_way_of_every_upload_and_is_removed(
    either: World, tray: Tray, seconds: Seconds
) -> None:
    made = leavers()
    path = tray.watched.folder / made.name
    path.write_bytes(made.content)
    assert pick_up(either, tray, seconds) == 1 and not path.exists()
    (answer,) = json.loads((path.parent / "receipts" / f"{made.name}.receipt").read_bytes())
    assert answer["outcome"] == "accepted" and answer["receipt"]
    assert send(either) == ["ParcelDelivered"]
    assert pick_up(either, tray, seconds) == 0


def test_file_is_taken_in_once_though_the_machine_stopped_before_it_was_removed(
    world: World, tray: Tray, seconds: Seconds
) -> None:
    made = leavers()
    path = tray.watched.folder / made.name
    path.write_bytes(made.content)
    pick_up(world, tray, seconds)
    path.write_bytes(made.content)  # as if it had never been removed
    assert pick_up(world, tray, seconds) == 1 and not path.exists()
    assert facts(world).count("UploadAccepted") == 1


def test_file_that_is_still_being_written_is_left_alone_until_it_is_whole(
    world: World, tray: Tray, seconds: Seconds
) -> None:
    made = leavers()
    path = tray.watched.folder / made.name
    for part in (made.content[:400], made.content[:900]):
        path.write_bytes(part)
        assert pick_up(world, tray, seconds) == 0, "a cut XML file has not got its last sign"
    (path.parent / f"{made.name}.part").write_bytes(made.content)
    (path.parent / ".hidden.xml").write_bytes(made.content)
    path.write_bytes(made.content)
    assert picking.take_in(world.kent.gateway, KENT, tray, NOON) == 0, "it changed this moment"
    assert pick_up(world, tray, seconds) == 1 and facts(world).count("UploadAccepted") == 1
    assert {one.name for one in path.parent.iterdir()} == {f"{made.name}.part", ".hidden.xml", "receipts"}


def test_zip_is_left_alone_until_its_end_is_there_and_a_file_too_large_waits_for_none(
    world: World, tray: Tray, seconds: Seconds
) -> None:
    made, packed = leavers(), io.BytesIO()
    with ZipFile(packed, "w") as written:
        written.writestr(made.name, made.content)
    path = tray.watched.folder / "files.zip"
    path.write_bytes(packed.getvalue()[:-30])
    assert pick_up(world, tray, seconds) == 0, "whoever writes it may be slow"
    path.write_bytes(packed.getvalue())
    assert pick_up(world, tray, seconds) == 1 and facts(world).count("UploadAccepted") == 1
    (path.parent / "large.xml").write_bytes(b"<a>" * (MOST_BYTES // 3 + 1))
    (path.parent / "wide.xml").write_bytes("<a/>\n".encode("utf-16-le"))
    assert pick_up(world, tray, seconds) == 2
    refused = {one.name for one in (path.parent / "refused").iterdir()} - {".lock"}
    assert refused == {"large.xml", "large.xml.findings.txt", "wide.xml", "wide.xml.findings.txt"}


def test_bad_file_is_set_aside_with_findings_that_quote_nothing_of_it(
    world: World, tray: Tray, seconds: Seconds
) -> None:
    made = leavers(pupils=1)
    surname = made.content.split(b"<Surname>")[1].split(b"<")[0].decode()
    bad = made.content.replace(b"<DOB>", b"<DOB>Q", 1)
    (tray.watched.folder / made.name).write_bytes(bad)
    assert pick_up(world, tray, seconds) == 1
    folder = tray.watched.folder / "refused"
    words = (folder / f"{made.name}.findings.txt").read_text()
    assert words.startswith("Refused (findings)") and "pupil 1" in words and surname not in words
    assert (folder / made.name).read_bytes() == bad and facts(world).count("UploadRefused") == 1
    assert pick_up(world, tray, seconds) == 0


def test_what_is_cut_for_an_hour_is_refused_and_told(world: World, tray: Tray, seconds: Seconds) -> None:
    (tray.watched.folder / leavers().name).write_bytes(leavers().content[:700])
    assert pick_up(world, tray, seconds) == 0
    seconds.at += 3600
    assert pick_up(world, tray, seconds) == 1 and (tray.watched.folder / "refused").is_dir()


@pytest.mark.parametrize("name", [b"A" * 251 + b".xml", b"A\xff\xfe.xml"])
def test_file_under_a_name_that_is_none_is_set_aside_and_keeps_no_other_waiting(
    world: World, tray: Tray, seconds: Seconds, name: bytes
) -> None:
    good, folder = leavers(), tray.watched.folder
    (folder / os.fsdecode(name)).write_bytes(leavers(seed=7).content)
    (folder / f"B{good.name}").write_bytes(b"<a/>")
    (folder / good.name).write_bytes(good.content)
    assert pick_up(world, tray, seconds) == 3 and pick_up(world, tray, seconds) == 0
    assert facts(world).count("UploadAccepted") == 1
    assert len(list((folder / "refused").glob("*.findings.txt"))) == 2


def test_file_that_breaks_us_keeps_no_other_waiting_and_is_told(world: World, tray: Tray, seconds: Seconds) -> None:
    one, two = leavers(seed=1, sequence=1), leavers(seed=2, sequence=2)
    for made in (one, two):
        (tray.watched.folder / made.name).write_bytes(made.content)
    blocked = tray.watched.folder / "receipts" / f"{one.name}.receipt"
    blocked.mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        pick_up(world, tray, seconds)
    assert not (tray.watched.folder / two.name).exists() and facts(world).count("UploadAccepted") == 2
    blocked.rmdir()
    assert pick_up(world, tray, seconds) == 1 and facts(world).count("UploadAccepted") == 2


def test_file_written_anew_while_the_first_is_taken_in_is_taken_in_too(
    world: World, tray: Tray, seconds: Seconds
) -> None:
    first, second = leavers(seed=1), leavers(seed=2)
    assert first.name == second.name
    path = tray.watched.folder / first.name
    path.write_bytes(first.content)
    list(tray.whole())
    seconds.at += 11
    (found,) = tray.whole()
    path.write_bytes(second.content)
    tray.taken(found, b"the first")
    tray.refused(found, "the first")
    assert path.read_bytes() == second.content
    assert pick_up(world, tray, seconds) == 1 and not path.exists()


def test_two_bad_files_of_one_name_are_both_set_aside(world: World, tray: Tray, seconds: Seconds) -> None:
    made = leavers(pupils=1)
    for wrong in (b"<DOB>Q", b"<DOB>ZZ"):
        (tray.watched.folder / made.name).write_bytes(made.content.replace(b"<DOB>", wrong, 1))
        assert pick_up(world, tray, seconds) == 1
    stem = made.name.removesuffix(".xml")
    kept = sorted(one.name for one in (tray.watched.folder / "refused").iterdir() if one.suffix == ".xml")
    assert kept == [f"{stem}-2.xml", f"{stem}.xml"]


def test_of_a_partner_with_a_folder_that_is_being_connected_only_specimens_are_taken_and_nothing_real_goes_there(
    world: World, tray: Tray, seconds: Seconds
) -> None:
    gateway, store = world.kent.gateway, world.kent.store
    medway = store.register().directory.get(MEDWAY)
    store.enlist([replace(medway, channel=Channel.FOLDER, endpoint="", certificates=())], Record(()))
    connecting.begin(gateway, store, MEDWAY, GOVERNANCE, world.clock())
    made = sample.notice(1, LaEstab("887LLLL"), LaEstab("886LLLL"), NOON.replace(tzinfo=None), 1)
    folder = tray.watched.folder
    for content in (documents.marked(made.content), documents.marked(made.content), made.content):
        (folder / made.name).write_bytes(content)
        picking.take_in(gateway, MEDWAY, tray, world.clock())
        seconds.at += 11
        assert picking.take_in(gateway, MEDWAY, tray, world.clock()) == 1
    assert "unmarked" in (folder / "refused" / f"{made.name}.findings.txt").read_text()
    said = [one for one in facts(world) if "Specimen" in one or "Message" in one or "Upload" in one]
    assert said == ["SpecimenReceived", "MessageRefused"] and store.counts() == {}
    assert b'"onboarding"' in world.notice().answer and store.counts() == {}
    for person in (GOVERNANCE, OFFICER):
        connecting.go_live(gateway, store, MEDWAY, person, world.clock())
    assert not store.register().directory.get(MEDWAY).onboarding
