"""Under systemd: the unit fits this program, readiness is told, and what is wrong with a running gateway is seen."""

import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway import settings, wiring
from gateway.core.delivery import State
from gateway.edge.notify import notify
from gateway.edge.store import Store
from gateway.wiring import Installation
from tests.databases import POSTGRES, databases
from tests.needs import needs
from tests.serving import PATIENCE, found, serving, written
from tests.simulator import KENT, World, refused

UNIT = settings.shipped("config", "gateway.service")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("operating"), "sqlite:///gateway.sqlite")


@pytest.fixture
def installed(folder: Path) -> Iterator[Installation]:
    made = wiring.assemble(folder)
    yield made
    made.store.engine.dispose()


def wrong(installed: Installation) -> list[str]:
    from gateway.web import operating

    return operating.wrong(wiring.checks(installed))


def test_sound_gateway_is_ready(installed: Installation) -> None:
    assert wrong(installed) == []


def test_database_that_is_gone_is_not_ready(installed: Installation, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for url in (f"sqlite:///{tmp_path}/nowhere/x.sqlite", f"sqlite:///{tmp_path}/empty"):
        assert wrong(replace(installed, store=Store(url))) == ["database-not-writable", "database-of-another-release"]


def test_database_that_takes_no_writes_is_not_ready(installed: Installation, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    shutil.copy(installed.settings.folder / "gateway.sqlite", copy)
    read_only = Store(f"sqlite:///file:{copy}?immutable=1&uri=true")
    assert wrong(replace(installed, store=read_only)) == ["database-not-writable"]


def test_standby_of_postgresql_is_not_ready(installed: Installation, tmp_path: Path) -> None:
    needs(bool(POSTGRES), "a PostgreSQL server (GATEWAY_TEST_POSTGRES)")
    from gateway.edge import store

    with databases("postgresql", tmp_path) as urls:
        store.upgrade(urls[KENT])
        opened = Store(urls[KENT])
        assert wrong(replace(installed, store=opened)) == []
        with opened.engine.connect() as db:
            name = sa.make_url(urls[KENT]).database
            db.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
            db.commit()
        opened.engine.dispose()
        assert wrong(replace(installed, store=opened)) == ["database-not-writable"]
        opened.engine.dispose()


def test_database_of_another_release_is_not_ready(installed: Installation, tmp_path: Path) -> None:
    shutil.copy(installed.settings.folder / "gateway.sqlite", tmp_path / "copy.sqlite")
    other = Store(f"sqlite:///{tmp_path}/copy.sqlite")
    with other.engine.begin() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    assert wrong(replace(installed, store=other)) == ["database-of-another-release"]


@pytest.mark.parametrize("role", ["sign", "seal", "tls"])
def test_key_that_has_ended_is_not_ready(folder: Path, role: str) -> None:
    late = wiring.assemble(folder, lambda: wiring.now() + timedelta(days=800))
    assert wrong(late) == ["own-keys-not-valid"]
    late.store.engine.dispose()
    moved = folder / "keys" / KENT / f"{role}-1.crt.pem"
    away = moved.with_suffix(".away")
    moved.rename(away)
    installed = wiring.assemble(folder)
    assert wrong(installed) == ["own-keys-not-valid"]
    away.rename(moved)
    assert wrong(installed) == []
    installed.store.engine.dispose()


def test_running_gateway_tells_how_it_stands_on_the_loopback_address_alone(folder: Path) -> None:
    with serving(folder) as served:
        assert b"HTTP/1.1 200" in served.get("/healthz", "operator")
        assert json.loads(served.get("/readyz", "operator").rpartition(b"\r\n\r\n")[2]) == {"ready": True, "wrong": []}
        assert 'gateway_certificate_days_left{role="tls"} 729' in served.measured()
        for path in ("/healthz", "/readyz", "/metrics"):
            assert b"HTTP/1.1 404" in served.get(path, "pages")
        assert served.stop() == 0
    shipped = settings.shipped("config", "gateway.toml").read_text()
    assert 'operator_host = "127.0.0.1"' in shipped


@pytest.mark.parametrize("number", ["1", "2"])
def test_systemd_hears_when_it_serves_and_when_it_ends(folder: Path, tmp_path: Path, number: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        address = str(tmp_path / "notify")
        systemd.bind(address)
        systemd.settimeout(PATIENCE)
        with serving(folder, "--processes", number, environ={"NOTIFY_SOCKET": address}) as served:
            assert systemd.recv(99) == b"READY=1"
            assert served.stop() == 0
            assert systemd.recv(99) == b"STOPPING=1"
            systemd.settimeout(0.2)
            with pytest.raises(TimeoutError):
                systemd.recv(99)


def test_socket_in_the_abstract_namespace_is_reached_and_none_is_no_error() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0gateway-test")
        systemd.settimeout(PATIENCE)
        notify("READY=1", "@gateway-test")
        assert systemd.recv(99) == b"READY=1"
    notify("READY=1", "@gateway-test")
    notify("READY=1", None)


def test_unit_starts_a_command_that_this_program_knows(tmp_path: Path) -> None:
    (line,) = re.findall(r"^ExecStart=(.+)$", UNIT.read_text(), re.MULTILINE)
    program, *words = shlex.split(line)
    assert program.endswith("/bin/gateway")
    assert "/var/lib/gateway" in words
    here = [str(tmp_path) if word == "/var/lib/gateway" else word for word in words]
    told = subprocess.run(
        [sys.executable, "-m", "gateway", *here], capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    # status 2 would be a command line that it does not know
    assert (told.returncode, "there is no installation in" in told.stderr) == (1, True)


def test_unit_lets_it_write_in_its_own_folder_alone_and_waits_for_what_is_under_way() -> None:
    from gateway.edge.family import PATIENCE as TO_END

    said = dict(re.findall(r"^(\w+)=(.*)$", UNIT.read_text(), re.MULTILINE))
    assert (said["Type"], said["NotifyAccess"], said["Restart"], said["KillSignal"]) == (
        "notify",
        "main",
        "on-failure",
        "SIGTERM",
    )
    assert (said["ProtectSystem"], said["ReadWritePaths"]) == ("strict", "/var/lib/gateway")
    assert (said["NoNewPrivileges"], said["PrivateTmp"], said["CapabilityBoundingSet"]) == ("true", "true", "")
    assert int(said["TimeoutStopSec"]) > TO_END
    assert int(said["LimitNOFILE"]) >= 4096


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    needs(shutil.which("systemd-analyze") is not None, "systemd-analyze")
    text = UNIT.read_text().replace("/opt/gateway/bin/gateway", str(Path(sys.executable).parent / "gateway"))
    unit = tmp_path / "gateway.service"
    unit.write_text(text)
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False, timeout=60
    )
    about_us = [line for line in checked.stderr.splitlines() if "gateway" in line]
    assert (checked.returncode, about_us) == (0, [])


def test_attempt_is_told_with_parcel_and_message_and_a_failed_one_is_counted(
    installed: Installation, world: World
) -> None:
    world.notice()
    (one,) = world.kent.store.parcels_in([State.WAITING], 9)
    running = wiring.Running(replace(installed, gateway=world.kent.gateway, store=world.kent.store))
    world.wire.faults = [refused]
    with written() as stream:
        running.drain()
        world.clock.on(minutes=5)
        running.drain()
    failed, delivered = map(json.loads, stream.getvalue().splitlines())
    assert (failed["parcel"], failed["message"]) == (one.parcel.id, one.parcel.message)
    assert (failed["event"], failed["came"], failed["reason"]) == ("attempted", "ParcelDeferred", "unreachable")
    assert (delivered["came"], delivered["message"]) == ("ParcelDelivered", one.parcel.message)
    assert "reason" not in delivered
    counted = {kind: number for kind, number in running.counters.totals().items() if number}
    assert counted == {("faults", "unreachable"): 1}
