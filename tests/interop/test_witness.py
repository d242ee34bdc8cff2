"""A council's own log before programs that nobody here wrote: its bundle before torchwood's ``spicy``, its checkpoints
before torchwood's witness, and each lie found out.
"""

import contextlib
import hashlib
import shutil
import socket
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway import wiring
from gateway.core.errors import Fault, Reason
from gateway.core.facts import LogOpened
from gateway.core.log import note, tree
from gateway.core.log.note import Kind, Verifier
from gateway.core.log.strict import to64
from gateway.core.records import Record
from gateway.core.terms import UploadId, digest
from gateway.flows import dispatch, intake, situations
from gateway.flows.intake import Upload
from gateway.wiring import Installation, free_ports
from tests.faults import pair
from tests.interop.conftest import run
from tests.serving import until
from tests.simulator import KENT, LARKMERE, MEDWAY, leavers

SEED = bytes(range(1, 33))
PUBLIC = Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
NAME = "witness.example/kent"
VKEY = Verifier(NAME, PUBLIC, Kind.COSIGNATURE).vkey


def gateway(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "gateway", "--dir", str(folder), *words)


@dataclass
class Litewitness:
    """The program as it runs, and its database, in which its operator names the logs that it knows."""

    folder: Path
    port: int

    def know(self, origin: str, vkey: str) -> None:
        """What ``witnessctl add-log`` and ``add-key`` write."""
        with contextlib.closing(sqlite3.connect(self.folder / "witness.db")) as db, db:
            empty = to64(tree.EMPTY)
            db.execute("INSERT OR REPLACE INTO log (origin, tree_size, tree_hash) VALUES (?, 0, ?)", (origin, empty))
            db.execute("DELETE FROM key WHERE origin = ?", (origin,))
            db.execute("INSERT INTO key (origin, key) VALUES (?, ?)", (origin, vkey))

    def size(self, origin: str) -> int:
        with contextlib.closing(sqlite3.connect(self.folder / "witness.db")) as db:
            (size,) = db.execute("SELECT tree_size FROM log WHERE origin = ?", (origin,)).fetchone()
            return int(size)


@contextlib.contextmanager
def running(*command: str) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
        try:
            yield
        finally:
            started.kill()


@pytest.fixture(scope="module")
def litewitness(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Litewitness]:
    folder = tmp_path_factory.mktemp("w")
    (port,) = free_ports(1)
    sock = folder / "agent"
    with running(f"{programs}/tlogcheck", "agent", str(sock), SEED.hex()):
        until(sock.exists)
        key = hashlib.sha256(PUBLIC).hexdigest()
        with running(
            f"{programs}/litewitness", "-name", NAME, "-db", str(folder / "witness.db"), "-ssh-agent", str(sock),
            "-listen", f"127.0.0.1:{port}", "-key", key,
        ):  # fmt: skip
            until(lambda: listens(port))
            yield Litewitness(folder, port)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=60).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Kent's installation with one disclosure that Medway's gateway has signed for; its folder and the disclosure."""
    folder = tmp_path_factory.mktemp("councils")
    made = pair.set_up(folder, dict.fromkeys((KENT, MEDWAY), "sqlite:///gateway.sqlite"))
    receiving = wiring.Running(made.medway)
    receiving.start()
    file = leavers()
    upload = Upload(
        UploadId(situations.new_id("u", made.kent.gateway.draw)), wiring.now(), LARKMERE, file.name, file.content, False
    )
    intake.accept(made.kent.gateway, upload)
    (sent,) = dispatch.send_due(made.kent.gateway)
    assert type(sent.fact).__name__ == "ParcelDelivered"
    receiving.stop()
    made.kent.store.engine.dispose()
    return folder / "kent", sent.parcel.disclosure


@pytest.fixture
def kent(delivered: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of Kent's installation that a test may spoil."""
    return Path(shutil.copytree(delivered[0], tmp_path / "kent"))


@pytest.fixture
def witnessed(kent: Path, litewitness: Litewitness) -> Installation:
    """The same with a witness that knows its log."""
    path = kent / "config" / "gateway.toml"
    named = f'"{VKEY}" = "http://127.0.0.1:{litewitness.port}"\nquorum = 1'
    text = path.read_text()
    assert "\nquorum = 0" in text
    path.write_text(text.replace("\nquorum = 0", f"\n{named}"))
    installed = wiring.assemble(kent)
    litewitness.know(installed.settings.origin, installed.vault.vkey)
    return installed


def unpacked(path: Path) -> list[Path]:
    """The lines of a bundle, as files beside their proofs."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(path.with_suffix(""))
    return sorted(path.with_suffix("").glob("lines/*.json"))


def test_spicy_accepts_the_bundle_of_an_installation_and_no_altered_one(
    programs: Path, kent: Path, delivered: tuple[Path, str], tmp_path: Path
) -> None:
    made = gateway(kent, "log", "bundle", delivered[1], "--out", str(tmp_path / "proof.zip"))
    assert made.returncode == 0, made.stderr
    vkey = wiring.assemble(kent).vault.vkey
    assert vkey in made.stdout.replace("\n", "")
    lines = unpacked(tmp_path / "proof.zip")
    assert len(lines) == 4

    def spicy(key: str = vkey) -> subprocess.CompletedProcess[str]:
        return run(f"{programs}/spicy", "-verify", key, *map(str, lines))

    assert spicy().returncode == 0, spicy().stderr
    stranger = Verifier(vkey.partition("+")[0], PUBLIC).vkey
    assert spicy(stranger).returncode != 0
    one = lines[1]
    proof = Path(f"{one}.spicy")
    hashes = proof.read_text().split("\n\n")[0].split("\n")
    assert len(hashes) > 2
    index, root = hashes[0], proof.read_text().split("\n\n")[1].split("\n")[2]
    for path, before, after in (
        (one, '"fact":', '"fakt":'),
        (proof, hashes[1], to64(bytes(32))),
        (proof, index, "index 999"),
        (proof, root, to64(bytes(32))),
    ):
        content = path.read_text()
        assert before in content
        path.write_text(content.replace(before, after, 1))
        assert spicy().returncode != 0, f"{before} became {after}"
        path.write_text(content)
    assert spicy().returncode == 0


def test_gateway_refuses_a_bundle_in_which_the_two_proofs_differ(
    kent: Path, delivered: tuple[Path, str], tmp_path: Path
) -> None:
    made = tmp_path / "proof.zip"
    assert gateway(kent, "log", "bundle", delivered[1], "--out", str(made)).returncode == 0
    vkey = wiring.assemble(kent).vault.vkey
    assert gateway(tmp_path, "log", "verify", "--bundle", str(made), "--key", vkey).returncode == 0
    spoilt = tmp_path / "spoilt.zip"
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(spoilt, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"index ", b"index 1") if name.endswith(".spicy") else content)
    refused = gateway(tmp_path, "log", "verify", "--bundle", str(spoilt), "--key", vkey)
    assert (refused.returncode, "the two proofs of a line differ" in refused.stderr) == (1, True)


def test_witness_countersigns_what_grows_and_the_bundle_shows_it(
    witnessed: Installation, delivered: tuple[Path, str], litewitness: Litewitness, programs: Path, tmp_path: Path
) -> None:
    kent, origin = witnessed.settings.folder, witnessed.settings.origin
    asked = gateway(kent, "log", "witness", "--ask")
    assert (asked.returncode, NAME in asked.stdout) == (0, True), asked.stdout + asked.stderr
    first = litewitness.size(origin)
    assert first == witnessed.store.edge().size
    grow(witnessed)
    made = tmp_path / "proof.zip"
    assert gateway(kent, "log", "bundle", delivered[1], "--out", str(made)).returncode == 0
    assert litewitness.size(origin) == witnessed.store.edge().size > first
    good = ("log", "verify", "--bundle", str(made), "--key", witnessed.vault.vkey)
    told = gateway(tmp_path, *good, "--witness", VKEY)
    assert (told.returncode, f"countersigned: by {NAME}" in told.stdout) == (0, True), told.stderr
    stranger = Verifier("other.example", PUBLIC, Kind.COSIGNATURE).vkey
    missing = gateway(tmp_path, *good, "--witness", VKEY, "--witness", stranger)
    assert (missing.returncode, "Not countersigned by other.example" in missing.stderr) == (1, True)
    assert gateway(tmp_path, *good, "--witness", witnessed.vault.vkey).returncode == 2
    checked = run(f"{programs}/spicy", "-verify", witnessed.vault.vkey, *map(str, unpacked(made)))
    assert checked.returncode == 0, checked.stderr  # a countersignature more is no reason to refuse


def grow(installed: Installation, what: str = "grown") -> None:
    """One more line, and a checkpoint over it."""
    home = installed.settings.homes[0]
    for word in (what, "and again"):
        opened = LogOpened(wiring.now(), home, digest(word.encode()))
        installed.store.record(Record((opened,)))
    assert wiring.publish(installed) is not None


def test_witness_refuses_a_log_that_was_set_back_and_then_written_anew(witnessed: Installation, tmp_path: Path) -> None:
    kent = witnessed.settings.folder
    backup = tmp_path / "backup.sqlite"
    with (
        contextlib.closing(sqlite3.connect(kent / "gateway.sqlite")) as now,
        contextlib.closing(sqlite3.connect(backup)) as then,
    ):
        now.backup(then)
    grow(witnessed)
    assert gateway(kent, "log", "witness", "--ask").returncode == 0
    size = witnessed.store.edge().size
    restore(witnessed, backup)
    back = wiring.assemble(kent)
    refused = gateway(kent, "log", "witness", "--ask")
    assert (refused.returncode, "our database was set back" in words(refused.stdout)) == (1, True), refused.stdout
    assert wiring.witnesses(back).witnessed_size() == size > back.store.edge().size
    for number in range(3):
        grow(back, f"another past {number}")
    assert back.store.edge().size > size
    refused = gateway(kent, "log", "witness", "--ask")
    assert refused.returncode == 1
    again = wait_and_ask(back)
    assert (again.returncode, "our log was rewritten" in words(again.stdout)) == (1, True), again.stdout
    assert note.open_note(back.store.newest_checkpoint() or "", [note.parse_vkey(back.vault.vkey)])
    back.store.engine.dispose()


def restore(installed: Installation, backup: Path) -> None:
    """As when the whole machine is set back: the mark beside the database goes with it."""
    installed.store.engine.dispose()
    for path in (*installed.settings.folder.glob("gateway.sqlite*"), installed.settings.folder / "mark"):
        path.unlink()
    shutil.copy(backup, installed.settings.folder / "gateway.sqlite")


def wait_and_ask(installed: Installation) -> subprocess.CompletedProcess[str]:
    """As after its turn has come: one that failed is not asked in a hurry."""
    with installed.store.engine.begin() as db:
        db.exec_driver_sql("UPDATE witnesses SET next_at = '2020-01-01 00:00:00.000000'")
    return gateway(installed.settings.folder, "log", "witness", "--ask")


def words(table: str) -> str:
    return " ".join(table.split())


def test_witness_that_does_not_know_us_or_our_key_is_told_in_words(
    witnessed: Installation, litewitness: Litewitness
) -> None:
    kent, origin = witnessed.settings.folder, witnessed.settings.origin
    litewitness.know(origin, Verifier(origin, PUBLIC).vkey)
    refused = gateway(kent, "log", "witness", "--ask")
    assert (refused.returncode, "it does not take our signature" in words(refused.stdout)) == (1, True)
    with contextlib.closing(sqlite3.connect(litewitness.folder / "witness.db")) as db, db:
        db.execute("DELETE FROM key")
        db.execute("DELETE FROM log")
    refused = wait_and_ask(witnessed)
    assert (refused.returncode, "it does not know our log" in words(refused.stdout)) == (1, True)
    litewitness.know(origin, witnessed.vault.vkey)
    assert wait_and_ask(witnessed).returncode == 0


def test_gateway_that_serves_has_itself_countersigned_and_waits_for_no_witness(
    witnessed: Installation, litewitness: Litewitness
) -> None:
    """One witness is well, one is down, and one takes the question and never answers."""
    kent = witnessed.settings.folder
    path = kent / "config" / "gateway.toml"
    witnessed.store.engine.dispose()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        (closed,) = free_ports(1)
        others = {"down.example": closed, "silent.example": silent.getsockname()[1]}
        more = "".join(
            f'"{Verifier(name, PUBLIC, Kind.COSIGNATURE).vkey}" = "http://127.0.0.1:{port}"\n'
            for name, port in others.items()
        )
        text = path.read_text().replace("\nquorum = 1", f"\n{more}quorum = 1").replace("witness = 5", "witness = 0.2")
        path.write_text(text)
        running = wiring.Running(wiring.assemble(kent))
        running.start()
        store = running.installed.store
        for number in range(3):
            opened = LogOpened(wiring.now(), KENT, digest(f"line {number}".encode()))
            store.record(Record((opened,)))
            size = store.edge().size
            until(lambda size=size: f"\n{size}\n" in (store.newest_checkpoint() or ""), 5)  # type: ignore[misc]
            until(lambda size=size: litewitness.size(running.installed.settings.origin) == size)  # type: ignore[misc]
        until(lambda: f"\u2014 {NAME} " in (store.newest_checkpoint() or ""))
        running.stop()
    standing = {one.witness.partition("+")[0]: one for one in wiring.witnesses(running.installed).standing()}
    assert standing[NAME].cosigned == size
    assert standing["down.example"].trouble is not None


def test_gateway_that_was_set_back_starts_by_asking_its_witness_and_signs_nothing(
    witnessed: Installation, tmp_path: Path
) -> None:
    kent, backup = witnessed.settings.folder, tmp_path / "backup.sqlite"
    assert gateway(kent, "log", "witness", "--ask").returncode == 0
    witnessed.store.engine.dispose()
    shutil.copy(kent / "gateway.sqlite", backup)
    grow(witnessed)
    assert gateway(kent, "log", "witness", "--ask").returncode == 0
    restore(witnessed, backup)
    running = wiring.Running(wiring.assemble(kent))
    running.start()
    store = running.installed.store
    try:
        until(lambda: wiring.missing(running.installed) is not None)  # on a loaded machine its answer may come later
        with pytest.raises(Fault) as fault:
            store.record(Record((LogOpened(wiring.now(), KENT, digest(b"a fork")),)))
        assert fault.value.reason is Reason.BEHIND
        missing = wiring.missing(running.installed)
        assert missing is not None and missing.lines == 2
    finally:
        running.stop()
