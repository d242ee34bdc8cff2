"""The power goes, or a disk fails to sync: nothing that was acknowledged is lost, and nothing is half there."""

import os
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.disks import Disk, Op, change, survivors
from tests.faults.powercut import DATABASE, Recording, Workshop, judge, survey

STATES = int(os.environ.get("GATEWAY_STATES", "2000"))
FILES = 24


@pytest.fixture(scope="module")
def workshop(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with Workshop(tmp_path_factory.mktemp("workshop"), keys) as made:
        yield made


@pytest.fixture(scope="module")
def recording(workshop: Workshop) -> Recording:
    return workshop.run("whole", FILES)


def test_power_cut_at_any_moment_loses_nothing_acknowledged_and_leaves_nothing_by_half(
    recording: Recording, tmp_path: Path
) -> None:
    seed = random.randrange(10**6)
    found = survey(recording, tmp_path, STATES, seed)
    print(f"power cuts: {len(recording.stream)} operations, {recording.syncs} syncs, seed {seed}: {dict(found)}")
    assert found == {"states": STATES}, f"seed {seed}"


def test_the_world_was_told_of_every_file_attempt_delivery_and_checkpoint(recording: Recording) -> None:
    """What is not told cannot be found lost: the cuts above are worth what is told here."""
    told = [words.partition(" ")[0] for words in recording.end().told]
    assert told.count("took") == told.count("delivered") == FILES
    assert told.count("left") >= FILES and told.count("signed") >= FILES // 3
    assert recording.syncs >= 4 * FILES


def test_weaker_synchronous_is_found_to_lose(workshop: Workshop, tmp_path: Path) -> None:
    found = survey(workshop.run("weaker", FILES // 2, "NORMAL"), tmp_path, 200, seed=1)
    assert found["lost"] > 20


def test_no_synchronous_at_all_is_found_to_lose_or_to_be_corrupt(workshop: Workshop, tmp_path: Path) -> None:
    found = survey(workshop.run("none", FILES // 2, "OFF"), tmp_path, 200, seed=1)
    assert found["lost"] + found["corrupt"] + found["half"] > 20


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DELETE FROM log_nodes", "tiles"),
        ("UPDATE log_nodes SET hash = zeroblob(32)", "tiles"),
        ("UPDATE logs SET edge = zeroblob(48)", "head"),
        ("UPDATE parcels SET state = 'waiting'", "parcels"),
        ("DELETE FROM answers", "answers"),
        ("UPDATE evidence SET receipt = NULL", "receipts"),
        ("UPDATE log_lines SET line = line || ' ' WHERE \"index\" = 3", "beginning"),
        ('DELETE FROM log_lines WHERE "index" > 5', "took"),
    ],
)
def test_judge_finds_what_is_half_there(recording: Recording, tmp_path: Path, change: str, words: str) -> None:
    end = recording.end()
    assert judge(tmp_path, end, recording.book) == []
    with sqlite3.connect(tmp_path / "council-886.sqlite") as db:
        db.execute(change)
    db.close()
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    altered = type(end)(end.at, end.way, files, end.told)
    assert any(words in one for one in judge(tmp_path, altered, recording.book))


# -- the disk that does not sync --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def failing(workshop: Workshop) -> list[Recording]:
    """The same work again and again, with another sync failing each time."""
    whole = workshop.run("syncs", 3)
    assert whole.syncs > 10
    return [workshop.run(f"fails-{at}", 3, fail_at=at) for at in range(1, whole.syncs + 1)]


def test_sync_that_fails_loses_nothing_acknowledged_whichever_it_is(failing: list[Recording], tmp_path: Path) -> None:
    """Linux reports a failed sync once and forgets what it did not write: who only asks again is told all is well."""
    for made in failing:
        assert judge(tmp_path, made.end(), made.book) == [], made.folder.name


def test_connection_whose_sync_failed_in_a_commit_is_dropped_and_the_work_goes_on_with_another(
    failing: list[Recording],
) -> None:
    """A sync that fails while the log is copied into the database is SQLite's own affair: no commit hears of it."""
    reopened = 0
    for made in failing:
        (at,) = (at for at, op in enumerate(made.stream) if op.what == "E")
        reopened += any(op.what == "O" and op.file == DATABASE for op in made.stream[at:])
    assert reopened > len(failing) / 2


def test_writes_are_not_counted_on_after_their_sync_failed() -> None:
    disk = Disk({})
    for op in (Op("W", "f", 0, b"lost"), Op("E", "f", 0), Op("S", "f", 0), Op("W", "f", 4, b"kept"), Op("S", "f", 0)):
        disk.do(op)
    assert bytes(disk.synced["f"]) == b"\0\0\0\0kept"


# -- the simulated disk itself ----------------------------------------------------------------------------------------


def test_disk_keeps_what_was_synced_and_any_part_of_the_rest() -> None:
    disk = Disk({"f": bytearray(b"old")})
    for op in (Op("W", "f", 0, b"new"), Op("S", "f", 0), Op("W", "f", 3, b"!"), Op("W", "f.ack", 0, b"told")):
        disk.do(op)
    chance = random.Random(1)
    assert disk.after_the_cut("none", chance) == {"f": b"new"}
    assert disk.after_the_cut("all", chance) == {"f": b"new!"}
    assert {disk.after_the_cut("subset", chance)["f"] for _ in range(50)} == {b"new", b"new!"}
    disk.do(Op("U", "f", 0))
    assert disk.after_the_cut("all", chance) == {}


def test_torn_write_ends_at_a_sector() -> None:
    whole = [Op("W", "f", 0, bytes(4096))]
    lengths = {len(one.content) for seed in range(200) for one in survivors(whole, "torn", random.Random(seed))}
    assert lengths == {*range(512, 4096, 512), 4096}


def test_truncation_cuts_and_extends() -> None:
    image = bytearray(b"abcdef")
    change(image, Op("T", "f", 2))
    assert image == b"ab"
    change(image, Op("T", "f", 4))
    assert image == b"ab\0\0"
