"""Whoever changes the database behind the gateway's back is found out, whatever they change."""

import itertools
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.core.facts import LogOpened, PersonAdded, Role, What, join
from gateway.core.records import Record
from gateway.core.terms import digest
from gateway.edge.store import Store, vouching, writing
from gateway.edge.store import tables as t
from gateway.edge.store.engine import writing as transaction
from gateway.edge.vault import FolderVault
from gateway.edge.verifying import verify_whole
from gateway.flows import dispatch
from tests.faults.tampering import evidence, spoil, ways
from tests.simulator import KENT, MEDWAY, NOON, Side, World, a_world

THOUSAND, SAMPLE = 1000, 60
LINES = 260
"""More than one tile has."""


@dataclass
class Copy:
    """A database that a test may spoil, with the keys and the mark of the one it was copied from."""

    store: Store
    vault: FolderVault


def lived(world: World) -> Side:
    """Kent's gateway after some weeks: two files, a notice, a flag-free life, several checkpoints, every table filled."""
    kent = world.kent
    for round_ in range(2):
        world.leavers(seed=round_ + 1)
        world.notice(round_ + 1)
        kent.store.publish(world.clock(), kent.vault)
        while dispatch.send_due(kent.gateway):
            pass
        world.clock.on(hours=1)
        kent.store.publish(world.clock(), kent.vault)
    fill(kent.store)
    for number in range(LINES):
        kent.store.record(Record((LogOpened(NOON, KENT, digest(b"%d" % number)),)))
    kent.store.publish(world.clock(), kent.vault)
    kent.store.record(Record((LogOpened(NOON, KENT, digest(b"last")),)))
    return kent


def fill(store: Store) -> None:
    """Two rows more in each table of evidence that this life has left empty, written as the gateway writes."""
    with transaction(store.engine) as db:
        for table in evidence():
            if vouching.is_evidence(table) and len(db.execute(sa.select(table)).all()) < 2:
                writing.put(db, table, [made_up(table, "a"), made_up(table, "b")])


def made_up(table: sa.Table, letter: str) -> dict[str, object]:
    return {column.name: _value(column, letter) for column in table.c}


def _value(column: sa.Column[Any], letter: str) -> object:  # noqa: PLR0911  (a table of types)
    match column.type:
        case sa.Boolean():
            return letter == "a"
        case sa.Integer():
            return ord(letter)
        case sa.DateTime():
            return datetime(2026, 11, 3, ord(letter) - 90)  # noqa: DTZ001  (as the tables keep it)
        case sa.Date():
            return date(2026, 11, ord(letter) - 90)
        case sa.LargeBinary():
            return letter.encode() * 32
        case sa.JSON():
            return [letter]
        case _:
            return letter * 3


@pytest.fixture(scope="module")
def kent(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Side]:
    folder = tmp_path_factory.mktemp("tampering")
    side = lived(a_world(keys, {home: f"sqlite:///{folder / home}" for home in (KENT, MEDWAY)}))
    side.store.engine.dispose()  # so that the file is whole
    yield side
    side.store.engine.dispose()


def copied(kent: Side, path: Path) -> Copy:
    original = Path(str(kent.store.engine.url.database))
    for left in path.parent.glob(path.name + "*"):
        left.unlink()
    shutil.copy(original, path)
    return Copy(Store(f"sqlite:///{path}", kent.store.marks), kent.vault)


def test_what_nobody_touched_is_sound(kent: Side, tmp_path: Path) -> None:
    assert verify_whole(copied(kent, tmp_path / "copy")).startswith("sound: ")


def test_a_thousand_tamperings_are_all_found(kent: Side, tmp_path: Path) -> None:
    """Drawn at random from every way to spoil every table; each way is done at least once."""
    random = Random(20261122)
    every = list(ways())
    done, unseen = Counter[str](), Counter[str]()
    for way in itertools.chain(every, iter(lambda: random.choice(every), None)):
        copy = copied(kent, tmp_path / "copy")
        with copy.store.engine.begin() as db:
            changed = spoil(db, way, random)
        if changed:
            done[str(way)] += 1
            unseen[str(way)] += verify_whole(copy).startswith("sound")
        copy.store.engine.dispose()
        if done.total() >= max(THOUSAND, len(every)):
            break
    assert {str(way) for way in every if way.how != "swap"} <= set(done)
    assert +unseen == Counter()


@pytest.mark.past_the_flows
def test_a_sample_of_tamperings_is_found_on_either_database(either: World) -> None:
    kent, random = lived(either), Random(8)
    assert verify_whole(kent).startswith("sound: ")
    for way in random.sample(list(ways()), SAMPLE):
        with kent.store.engine.begin() as db:
            before = [dict(row) for row in db.execute(sa.select(way.table)).mappings()]
            changed = spoil(db, way, random)
        assert changed != verify_whole(kent).startswith("sound"), way
        with kent.store.engine.begin() as db:
            db.execute(way.table.delete())
            db.execute(way.table.insert(), before)
    assert verify_whole(kent).startswith("sound: ")


def _revouched(copy: Copy, table: sa.Table, key: dict[str, object], values: dict[str, object]) -> None:
    """Change a row as only the gateway's own code can: with a digest and a line that vouch for what it is now."""
    where = sa.and_(*(table.c[name] == value for name, value in key.items()))
    with transaction(copy.store.engine) as db:
        assert vouching.change(db, table.update().where(where).values(values)) == 1
    copy.store.record(Record((LogOpened(NOON, KENT, digest(b"and a line over it")),)))


@pytest.mark.parametrize("column", ["salt", "handle", "commitment", "line", "beyond"])
def test_a_join_that_does_not_open_its_commitment_is_found_whoever_vouches_for_it(
    kent: Side, tmp_path: Path, column: str
) -> None:
    """The digests alone say that it is as it was written last; they cannot say that it leads to its line."""
    copy = copied(kent, tmp_path / "copy")
    who = join(os.urandom, What.PERSON, "a.shah", "a.shah")
    copy.store.record(Record((PersonAdded(NOON, KENT, who.commitment, Role.OFFICER),), (who,)))
    with copy.store.engine.begin() as db:
        one = db.execute(sa.select(t.joins).where(t.joins.c.commitment == who.commitment)).mappings().one()
    spoilt = {
        "salt": bytes(32),
        "handle": "m.other",
        "commitment": "0" * 64,
        "line": one["line"] + 1,
        "beyond": 1 << 40,
    }
    key = {"line": one["line"], "commitment": one["commitment"]}
    _revouched(copy, t.joins, key, {"handle": one["handle"]})
    assert verify_whole(copy).startswith("sound: "), "the same again"
    if column in {*key, "beyond"}:
        with transaction(copy.store.engine) as db:
            vouching.remove(db, t.joins.delete().where(*(t.joins.c[name] == value for name, value in key.items())))
            writing.put(db, t.joins, [{**one, column.replace("beyond", "line"): spoilt[column]}])
        copy.store.record(Record((LogOpened(NOON, KENT, digest(b"and a line over it")),)))
    else:
        _revouched(copy, t.joins, key, {column: spoilt[column]})
    assert "1 salts or handles do not open what their lines committed to" in verify_whole(copy)
    copy.store.engine.dispose()


@pytest.mark.parametrize("regrown", [False, True])
def test_a_database_set_back_is_found_against_a_checkpoint_held_elsewhere(
    keys: Path, tmp_path: Path, *, regrown: bool
) -> None:
    world = a_world(keys, {home: f"sqlite:///{tmp_path / home}" for home in (KENT, MEDWAY)})
    kent = world.kent
    grow(kent, world, "one past")
    early = copied(kent, tmp_path / "early")
    grow(kent, world, "the lines that are lost")
    held = kent.store.marks
    alone = Copy(Store(str(early.store.engine.url)), kent.vault)
    if regrown:
        for number in range(5):
            alone.store.record(Record((LogOpened(NOON, KENT, digest(b"another past %d" % number)),)))
        alone.store.publish(world.clock(), kent.vault)
    assert verify_whole(alone).startswith("sound: ")  # it hangs together, for whoever knows no more
    assert not verify_whole(Copy(Store(str(early.store.engine.url), held), kent.vault)).startswith("sound")
    assert verify_whole(kent).startswith("sound: ")


def grow(side: Side, world: World, what: str) -> None:
    side.store.record(Record((LogOpened(NOON, KENT, digest(what.encode())),)))
    side.store.publish(world.clock(), side.vault)
    side.store.engine.dispose()


def test_what_is_no_evidence_is_named_with_its_reason() -> None:
    """A new table or column is evidence unless somebody says here why it is not."""
    tables = {table.name: table for table in t.tables.sorted_tables}
    assert set(vouching.NO_EVIDENCE) <= set(tables)
    for table, columns in vouching.NO_EVIDENCE_IN.items():
        assert set(columns) <= set(tables[table].c.keys())
    assert all(len(reason) > 20 for reason in vouching.NO_EVIDENCE.values())
