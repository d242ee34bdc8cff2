"""A gateway over the years: backed up, restored, moved to another database, and going on after a loss."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from gateway import wiring
from gateway.commands import setup
from gateway.commands.stage import FAST
from gateway.core.facts import parse_line
from gateway.core.log.mark import Height
from gateway.core.records import Record
from gateway.core.terms import PartnerId
from gateway.edge import store as room
from gateway.edge.store import Store
from tests.commands.test_commands import run
from tests.flows.test_recovery import refusal
from tests.simulator import KENT
from tests.test_wiring import until


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a few lines in its log, at ports of its own."""
    folder = tmp_path_factory.mktemp("made") / "kent"
    text = setup.settings_text((KENT,), "localhost", 0, 0, "sqlite:///gateway.sqlite", None)
    for before, after in FAST.items():
        text = text.replace(before, after)
    setup.found(folder, text.replace('"0.0.0.0"', '"127.0.0.1"'), wiring.now())
    assert run("--dir", folder, "users", "add", "a.shah", "--role", "officer", "--of", KENT).exit_code == 0
    return folder


@pytest.fixture
def kent(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return shutil.copytree(made, tmp_path / "kent")


def lose_everything(kent: Path) -> None:
    for left in kent.glob("gateway.sqlite*"):
        left.unlink()


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, as Python sees them."""
    opened = Store(url)
    with opened.engine.connect() as db:
        found = {
            table.name: sorted((tuple(map(str, row)) for row in db.execute(sa.select(table))), key=str)
            for table in room.tables.tables.sorted_tables
        }
    opened.engine.dispose()
    return found  # type: ignore[return-value]


def database(kent: Path) -> str:
    return f"sqlite:///{kent / 'gateway.sqlite'}"


def test_backup_brings_back_every_row_and_is_never_written_over(kent: Path, tmp_path: Path) -> None:
    path = tmp_path / "kent.backup"
    told = run("--dir", kent, "backup", path)
    assert (told.exit_code, "keys are not in it" in told.output) == (0, True)
    assert path.stat().st_mode & 0o777 == 0o600
    before = everything(database(kent))
    assert run("--dir", kent, "backup", path).exit_code == 1
    lose_everything(kent)
    told = run("--dir", kent, "restore", path)
    assert (told.exit_code, "The log is sound" in told.output) == (0, True)
    assert everything(database(kent)) == before


def test_backup_holds_no_key(kent: Path, tmp_path: Path) -> None:
    run("--dir", kent, "backup", tmp_path / "kent.backup")
    content = (tmp_path / "kent.backup").read_bytes()
    secrets = [path.read_bytes() for path in (kent / "keys").rglob("*.key")]
    assert len(secrets) == 4
    assert not any(secret in content for secret in secrets)
    assert b"PRIVATE KEY" not in content


def test_restore_fills_nothing_that_is_not_empty_and_nothing_without_keys(kent: Path, tmp_path: Path) -> None:
    path = tmp_path / "kent.backup"
    run("--dir", kent, "backup", path)
    told = run("--dir", kent, "restore", path)
    assert (told.exit_code, "not empty" in told.output) == (1, True)
    lose_everything(kent)
    shutil.rmtree(kent / "keys")
    told = run("--dir", kent, "restore", path)
    assert (told.exit_code, "put your copy of them back" in told.output) == (1, True)
    assert not (kent / "gateway.sqlite").exists()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ('DELETE FROM log_lines WHERE "index" = 2', "do not give its head"),
        ("UPDATE log_lines SET line = replace(line, 'home', 'hole') WHERE \"index\" = 2", "what no gateway wrote"),
        ("UPDATE log_lines SET line = CAST(replace(line, 'home', 'hole') AS BLOB) WHERE \"index\" = 2", "do not give"),
        ("UPDATE logs SET edge = x'00'", "what no gateway wrote"),
        ("UPDATE alembic_version SET version_num = '0001'", "of another release"),
    ],
)
def test_spoiled_backup_is_refused_and_nothing_is_kept(kent: Path, tmp_path: Path, damage: str, words: str) -> None:
    path = tmp_path / "kent.backup"
    run("--dir", kent, "backup", path)
    with sqlite3.connect(path) as db:
        db.execute(damage)
    db.close()
    lose_everything(kent)
    told = run("--dir", kent, "restore", path)
    assert (told.exit_code, words in told.output) == (1, True)
    run("--dir", kent, "db", "upgrade")
    assert Store(database(kent)).height() == Height(1, 0)


def test_database_can_move_to_another_kind_and_the_gateway_goes_on_there(
    kent: Path, urls: dict[PartnerId, str]
) -> None:
    before = everything(database(kent))
    told = run("--dir", kent, "db", "copy", urls[KENT])
    assert (told.exit_code, "Copied: " in told.output) == (0, True)
    moved = everything(urls[KENT])
    assert {name: len(rows) for name, rows in moved.items()} == {name: len(rows) for name, rows in before.items()}
    settings = kent / "config" / "gateway.toml"
    settings.write_text(settings.read_text().replace("sqlite:///gateway.sqlite", urls[KENT]))
    installed = wiring.assemble(kent)
    installed.store.record(refusal())
    assert wiring.publish(installed) is not None
    assert run("--dir", kent, "log", "verify").output.startswith("sound")
    installed.store.engine.dispose()
    assert run("--dir", kent, "db", "copy", urls[KENT]).exit_code == 1


# -- a database that was restored from an older copy ------------------------------------------------------------------


@pytest.fixture
def behind(kent: Path, tmp_path: Path) -> Path:
    """An installation whose database was restored from a backup that lacks two lines."""
    run("--dir", kent, "backup", tmp_path / "kent.backup")
    installed = wiring.assemble(kent)
    for _ in range(2):
        installed.store.record(refusal())
    wiring.publish(installed)
    installed.store.engine.dispose()
    lose_everything(kent)
    told = run("--dir", kent, "restore", tmp_path / "kent.backup")
    assert "2 of its lines are missing" in told.output
    return kent


@pytest.fixture
def running(behind: Path) -> Iterator[wiring.Running]:
    made = wiring.Running(wiring.assemble(behind))
    made.start()
    yield made
    made.stop()


def test_gateway_behind_its_log_answers_503_until_somebody_recovers_it(running: wiring.Running, behind: Path) -> None:
    address = f"http://127.0.0.1:{running.server.ports['pages']}"
    answer = requests.get(f"{address}/link/x", timeout=60)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    size = running.installed.store.edge().size
    told = run("--dir", behind, "recover", "--yes", "--offline")
    assert (told.exit_code, "/log/council-886/2" in told.output) == (0, True)
    until(lambda: requests.get(f"{address}/link/x", timeout=60).status_code == 200)
    running.installed.store.record(refusal())
    until(lambda: running.installed.store.newest_checkpoint(2) not in {None, ""})
    assert running.installed.store.logs()[0].edge.size == size
    assert run("--dir", behind, "log", "verify").exit_code == 0


def test_recovery_asks_before_it_begins_another_log_and_does_nothing_where_nothing_is_missing(behind: Path) -> None:
    told = run("--dir", behind, "recover", "--offline")
    assert (told.exit_code, "Go on without them" in told.output) == (1, True)
    assert len(Store(database(behind)).logs()) == 1
    assert run("--dir", behind, "recover", "--yes", "--offline").exit_code == 0
    told = run("--dir", behind, "recover", "--yes", "--offline")
    assert (told.exit_code, "Nothing is missing" in told.output) == (0, True)
    assert len(Store(database(behind)).logs()) == 2


def test_a_second_loss_is_found_and_recovered_like_the_first(behind: Path, tmp_path: Path) -> None:
    run("--dir", behind, "recover", "--yes", "--offline")
    lose_everything(behind)
    told = run("--dir", behind, "restore", tmp_path / "kent.backup")
    assert "Lines are missing" in told.output
    told = run("--dir", behind, "recover", "--yes", "--offline")
    assert (told.exit_code, "/log/council-886/3" in told.output) == (0, True)
    assert run("--dir", behind, "log", "verify").exit_code == 0
    opened = Store(database(behind))
    last = parse_line(opened.last_line() or b"")
    assert (last["fact"], str(last["origin"]).endswith("/2")) == ("LogContinued", True)


def test_altered_link_between_two_logs_is_found(behind: Path) -> None:
    run("--dir", behind, "recover", "--yes", "--offline")
    opened = Store(database(behind))
    first = opened.logs()[-1].first
    opened.engine.dispose()
    with sqlite3.connect(behind / "gateway.sqlite") as db:
        db.execute('UPDATE log_lines SET line = replace(line, \'"held":\', \'"size":\') WHERE "index" = ?', (first,))
    db.close()
    assert run("--dir", behind, "log", "verify").exit_code == 1


def test_lines_of_an_old_log_are_still_proved_after_it_ended(behind: Path) -> None:
    run("--dir", behind, "recover", "--yes", "--offline")
    told = run("--dir", behind, "log", "prove", "1")
    assert told.output.endswith("\n") and "log/council-886\n" in told.output
    installed = wiring.assemble(behind)
    installed.store.record(Record(()))
    first = installed.store.logs()[-1].first
    assert "log/council-886/2\n" in run("--dir", behind, "log", "prove", str(first)).output


def test_file_that_is_no_backup_is_refused(kent: Path, tmp_path: Path) -> None:
    lose_everything(kent)
    path = tmp_path / "letter"
    path.write_text("Dear council, " * 1000)
    told = run("--dir", kent, "restore", path)
    assert (told.exit_code, "would not be whole" in told.output) == (1, True)


@pytest.mark.parametrize(("number", "words"), [("0001", "gateway db upgrade"), ("9999", "newer release")])
def test_serve_refuses_a_schema_that_is_not_its_own_and_says_what_to_do(kent: Path, number: str, words: str) -> None:
    with sqlite3.connect(kent / "gateway.sqlite") as db:
        db.execute("UPDATE alembic_version SET version_num = ?", (number,))
    db.close()
    told = run("--dir", kent, "serve")
    assert (told.exit_code, words in " ".join(told.output.split())) == (1, True)
