"""One way to write, all or nothing; the log under it; and the same on SQLite and PostgreSQL."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gateway.core.delivery import State
from gateway.core.errors import Code, Fault, Reason
from gateway.core.facts import FACTS, MessageRefused, ParcelCollected, PartnerPaused, What, join, line, parse_line
from gateway.core.log import checkpoint, tree
from gateway.core.records import Answer, Kept, Record, Repeated
from gateway.core.terms import ParcelId, PartnerId, commit, digest
from gateway.edge import store as room
from gateway.edge.store import Store, schema
from gateway.edge.store import tables as t
from gateway.edge.store.engine import aware, naive
from tests.core.law.test_standing import OLDER
from tests.simulator import KENT, NOON, OFFICER, World


@pytest.fixture
def empty(urls: dict[PartnerId, str]) -> Iterator[Store]:
    room.upgrade(urls[KENT])
    made = Store(urls[KENT])
    yield made
    made.engine.dispose()


def refusal(code: Code = Code.MESSAGE) -> MessageRefused:
    return MessageRefused(NOON, KENT, None, code)


def answered(key: str = "k") -> Answer:
    return Answer("message", KENT, key, digest(b"x"), b"receipt", NOON)


# -- all or nothing ---------------------------------------------------------------------------------------------------


def test_schema_of_the_migrations_is_that_of_the_tables(empty: Store) -> None:
    with empty.engine.connect() as db:
        assert compare_metadata(MigrationContext.configure(db), t.tables) == []


def test_database_of_another_release_is_told_apart(urls: dict[PartnerId, str]) -> None:
    assert not room.is_current(urls[KENT])
    room.upgrade(urls[KENT])
    room.upgrade(urls[KENT])
    assert room.is_current(urls[KENT])


def test_number_of_this_releases_schema_is_that_of_the_newest_migration() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.NEWEST]


def test_answer_given_before_writes_nothing_at_all(empty: Store) -> None:
    empty.record(Record((refusal(),), answer=answered()))
    kept = Kept("a", b"s", b"w", "1")
    with pytest.raises(Repeated):
        empty.record(Record((refusal(), refusal()), kept=(kept,), answer=answered()))
    assert empty.edge().size == 1
    with pytest.raises(Fault):
        empty.kept("a")


def test_step_that_is_not_in_the_table_writes_nothing(empty: Store) -> None:
    who = join(lambda n: b"s" * n, What.PERSON, OFFICER.id, OFFICER.id)
    impossible = ParcelCollected(NOON, KENT, ParcelId("p-" + "a" * 26), who.commitment)
    with pytest.raises(sa.exc.NoResultFound):
        empty.record(Record((refusal(), impossible), (who,)))
    assert empty.edge().size == 0


def test_delivered_parcel_cannot_be_deferred(either: World) -> None:
    from gateway.core.facts import ParcelDeferred
    from gateway.flows import dispatch

    either.leavers()
    (sent,) = dispatch.send_due(either.kent.gateway)
    before = either.kent.store.edge().size
    with pytest.raises(KeyError):
        either.kent.store.record(Record((ParcelDeferred(NOON, KENT, sent.parcel.id, 1, NOON, Reason.BUSY),)))
    assert either.kent.store.edge().size == before
    assert either.kent.store.counts() == {State.DELIVERED: 1}


def test_salt_without_a_line_is_a_bug(empty: Store) -> None:
    stray = join(lambda n: b"s" * n, What.CHILD, "x", "x")
    with pytest.raises(KeyError):
        empty.record(Record((refusal(),), (stray,)))
    assert empty.edge().size == 0


def test_every_commitment_can_be_opened_and_no_salt_is_used_twice(world: World) -> None:
    world.leavers(pupils=3)
    with world.kent.store.engine.connect() as db:
        rows = db.execute(sa.select(t.joins)).all()
    assert len({row.salt for row in rows}) == len(rows) > 5
    lines = list(world.kent.store.lines())
    assert all(row.commitment.encode() in lines[row.line] for row in rows)
    school = next(row for row in rows if row.handle == "school-8864321")
    assert commit(school.salt, "school-8864321") == school.commitment


def test_child_is_found_by_a_keyed_digest_and_the_number_is_nowhere(world: World) -> None:
    from tests.simulator import leavers

    made = leavers(pupils=1)
    upn = made.content.split(b"<UPN>")[1].split(b"<")[0].decode()
    world.upload(made.content, made.name)
    handle = world.kent.vault.blind(f"child:{upn}")
    with world.kent.store.engine.connect() as db:
        found = db.execute(sa.select(t.joins.c.line).where(t.joins.c.what == "child", t.joins.c.handle == handle)).all()
        everything = b"".join(
            str(tuple(row)).encode() for table in t.tables.sorted_tables for row in db.execute(sa.select(table))
        )
    lines = list(world.kent.store.lines())
    assert [parse_line(lines[one.line])["fact"] for one in found] == ["DisclosureReleased", "WatchOpened"]
    assert upn.encode() not in everything


# -- the log ----------------------------------------------------------------------------------------------------------


def test_log_grows_by_exactly_the_lines_that_were_recorded(empty: Store) -> None:
    facts = [refusal(code) for code in Code]
    empty.record(Record(tuple(facts)))
    assert list(empty.lines()) == [line(fact) for fact in facts]
    assert empty.edge() == tree.Edge().grow_all([tree.leaf(line(fact)) for fact in facts])


def test_checkpoint_is_signed_when_the_log_has_grown_and_only_then(world: World) -> None:
    store = world.kent.store
    first = store.publish(NOON, world.kent.vault)
    assert first is not None
    assert store.publish(NOON, world.kent.vault) is None
    store.record(Record((refusal(),)))
    second = store.publish(NOON, world.kent.vault)
    assert store.newest_checkpoint() == second != first


def test_writers_at_the_same_time_leave_one_log_without_gap_or_fork(empty: Store) -> None:
    def write() -> None:
        for _ in range(15):
            empty.record(Record((refusal(), PartnerPaused(NOON, KENT, KENT, NOON))))

    threads = [threading.Thread(target=write) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    lines = list(empty.lines())
    assert len(lines) == empty.edge().size == 180
    assert empty.edge() == tree.Edge().grow_all(map(tree.leaf, lines))


def test_lines_are_found_by_what_they_are_about(world: World) -> None:
    from gateway.core.facts import parse_line
    from gateway.flows import dispatch

    world.leavers()
    (sent,) = dispatch.send_due(world.kent.gateway)
    lines = list(world.kent.store.lines())
    found = [parse_line(lines[number])["fact"] for number in world.kent.store.numbers_of(sent.parcel.id)]
    assert found == ["ParcelSealed", "AttemptStarted", "ParcelDelivered"]


# -- small things -----------------------------------------------------------------------------------------------------


def test_sqlite_keeps_what_it_acknowledged_through_a_power_cut(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    room.upgrade(url)
    made = Store(url)
    with made.engine.connect() as db:
        assert db.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert db.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
    made.engine.dispose()


def test_database_that_is_not_there_is_a_fault_and_no_trace(tmp_path: Path) -> None:
    made = Store(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'x.sqlite'}")
    with pytest.raises(Fault) as fault:
        made.newest_checkpoint()
    assert fault.value.reason is Reason.STORE


def test_instants_come_back_as_they_went(world: World) -> None:
    assert aware(naive(NOON)) == NOON
    world.leavers()
    (standing,) = world.kent.store.parcels_in([State.WAITING], 9)
    assert standing.parcel.sealed_at == standing.due == NOON


def test_sealed_bytes_go_when_they_have_been_delivered_and_the_evidence_stays(world: World) -> None:
    from gateway.flows import dispatch

    world.leavers()
    (sent,) = dispatch.send_due(world.kent.gateway)
    with pytest.raises(Fault):
        world.kent.store.kept(sent.parcel.sealed)
    evidence = world.kent.store.evidence(sent.parcel.id)
    assert evidence is not None
    assert b"eb:UserMessage" in evidence[0]
    assert evidence[1] is not None
    assert b"NonRepudiationInformation" in evidence[1]


def test_register_is_read_again_when_somebody_else_changed_it(urls: dict[PartnerId, str], world: World) -> None:
    other = Store(str(world.kent.store.engine.url))
    before = other.register()
    assert other.register() is before
    world.kent.store.enlist([world.kent.store.register().directory.get(KENT)], Record(()))
    assert other.register().version == before.version + 1
    other.engine.dispose()


def test_partner_that_an_earlier_release_wrote_is_read(empty: Store) -> None:
    with empty.engine.begin() as db:
        db.execute(t.partners.insert().values(id="police-kent", body=OLDER))
    found = Store(empty.engine.url.render_as_string(hide_password=False))
    assert found.register().directory.get(PartnerId("police-kent")).agent_of == ()
    found.engine.dispose()


def test_every_kind_of_fact_has_a_name_of_its_own_and_a_line() -> None:
    assert len(FACTS) > 25
    assert checkpoint.Checkpoint("o", 1, b"\0" * 32).size == 1


def test_partners_that_do_not_hang_together_are_not_written(either: World) -> None:
    from dataclasses import replace

    store = either.kent.store
    before = store.register()
    stray = replace(before.directory.get(PartnerId("school-8864321")), served_by=PartnerId("council-999"))
    with pytest.raises(ValueError, match="not in the directory"):
        store.enlist([stray], Record((refusal(),)))
    assert store.register().version == before.version
    assert store.edge().size == Store(store.engine.url.render_as_string(hide_password=False)).edge().size


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("_OLDEST", "ix_parcels_open"),
        ("_OLDEST_EVEN_PUT_OFF", "ix_parcels_open"),
        ("_NEXT", "ix_parcels_open"),
        ("_BUSY", "ix_parcels_leased"),
        ("_WENT", "ix_parcels_recipient_moved_at"),
    ],
)
def test_claim_reads_the_open_parcels_by_their_index_and_not_all_that_ever_were(
    urls: dict[PartnerId, str], statement: str, index: str
) -> None:
    from gateway.edge.store import claims

    room.upgrade(urls[KENT])
    store = Store(urls[KENT])
    at = naive(NOON)
    told = {
        "now": at,
        "lease_jumped": at,
        "due_jumped": at,
        "partner": KENT,
        "after": "",
        "since": at,
        "most": 5,
        "proven": True,
    }
    asked: list[tuple[str, Any]] = []
    sa.event.listen(
        store.engine, "before_cursor_execute", lambda _d, _c, text, values, *_: asked.append((text, values))
    )
    with store.engine.connect() as db:
        db.execute(getattr(claims, statement), told).all()
        text, values = asked[-1]
        if db.dialect.name == "postgresql":
            db.exec_driver_sql("SET enable_seqscan = off")
            plan = db.exec_driver_sql("EXPLAIN " + text, values).all()
        else:
            plan = db.exec_driver_sql("EXPLAIN QUERY PLAN " + text, values).all()
    store.engine.dispose()
    assert index in str(plan)
