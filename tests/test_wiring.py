"""A gateway as it runs: two ports, real TLS, a timetable, and people let in when they are enrolled."""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from gateway import settings, wiring
from gateway.commands import school, setup, stage
from gateway.commands.stage import FAST, KENT, LARKMERE
from gateway.core.errors import Fault, Reason
from gateway.core.partners import Certificate, CertificateRole
from gateway.edge.transport import Council
from gateway.settings import Unusable
from tests.core.log.keys import LOG, OTHER_WITNESS, WITNESS
from tests.simulator import leavers


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wiring.Running]:
    folder = tmp_path_factory.mktemp("kent")
    text = setup.settings_text((KENT,), "localhost", 0, 0, "sqlite:///gateway.sqlite", None)
    for before, after in FAST.items():
        text = text.replace(before, after)
    installed = setup.found(folder, text.replace('"0.0.0.0"', '"127.0.0.1"'), wiring.now())
    setup.enlist(installed, [stage.school_record(LARKMERE, KENT, wiring.now().date())], wiring.now())
    made = wiring.Running(installed)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def council(running: wiring.Running, tmp_path_factory: pytest.TempPathFactory) -> Council:
    """A school's way in, not enrolled yet."""
    folder = tmp_path_factory.mktemp("larkmere")
    pem = running.installed.vault.current(KENT, "tls").certificate_file.read_text()
    school.found(folder, LARKMERE, f"https://localhost:{running.server.ports['machines']}", pem)
    found = school.council_of(folder)
    assert found is not None
    return found


def until(look: Callable[[], object], seconds: float = 90) -> float:
    began = time.monotonic()
    while not look():
        assert time.monotonic() - began < seconds, "it did not come"
        time.sleep(0.05)
    return time.monotonic() - began


def enrol(running: wiring.Running, council: Council) -> None:
    """Enrol a school and wait until the door knows."""
    record = running.installed.store.register().directory.get(LARKMERE)
    shown = Certificate(CertificateRole.TLS, council.certificate.read_text())
    setup.enlist(running.installed, [replace(record, certificates=(shown,))], wiring.now())

    def let_in() -> bool:
        try:
            council.sent()
        except Fault:
            return False
        return True

    until(let_in)


def test_stranger_gets_no_further_than_the_handshake_until_enrolled(running: wiring.Running, council: Council) -> None:
    made = leavers()
    with pytest.raises(Fault) as fault:
        council.upload(made.name, made.content)
    assert fault.value.reason in {Reason.TLS, Reason.UNREACHABLE, Reason.CUT_OFF}
    enrol(running, council)
    assert council.upload(made.name, made.content)["outcome"] == "accepted"


def test_upload_over_the_wire_is_answered_and_a_checkpoint_follows(running: wiring.Running, council: Council) -> None:
    enrol(running, council)
    before = running.installed.store.edge().size
    made = leavers(sequence=2, seed=2)
    assert council.upload(made.name, made.content)["outcome"] == "accepted"
    size = running.installed.store.edge().size
    assert size > before

    def signed() -> bool:
        note = running.installed.store.newest_checkpoint()
        return note is not None and int(note.split("\n")[1]) >= size

    print(f"checkpoint after {until(signed):.2f} s")


def test_pages_ask_for_no_certificate_and_machines_are_not_there(running: wiring.Running) -> None:
    address = f"http://127.0.0.1:{running.server.ports['pages']}"
    assert requests.get(f"{address}/static/gateway.css", timeout=60).status_code == 200
    made = leavers()
    sha256 = base64.b64encode(hashlib.sha256(made.content).digest()).decode()
    headers = {"Content-Digest": f"sha-256=:{sha256}:", "Gateway-File-Name": made.name}
    assert requests.post(f"{address}/uploads", data=made.content, headers=headers, timeout=60).status_code == 404
    assert requests.post(f"{address}/as4", data=b"x", timeout=60).status_code == 404


def test_council_that_pins_another_certificate_is_not_spoken_to(running: wiring.Running, council: Council) -> None:
    stranger = replace(council, pem=council.certificate.read_text())
    with pytest.raises(Fault) as fault:
        stranger.sent()
    assert fault.value.reason is Reason.TLS


def test_what_nobody_expected_is_told_by_kind_and_place_only(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match="Rowan") as broke:
        int("Rowan Ashdown-Test")
    with caplog.at_level("ERROR", logger="gateway"):
        wiring.told("dispatch", broke.value)
    (record,) = caplog.records
    said = record.__dict__["told"]
    assert (said["in"], said["reason"]) == ("dispatch", "ValueError")
    assert "Rowan" not in str(record.__dict__)


def test_database_of_another_release_is_not_served(running: wiring.Running, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    (folder / "config").mkdir(parents=True)
    text = (running.installed.settings.folder / "config" / "gateway.toml").read_text()
    (folder / "config" / "gateway.toml").write_text(text)
    with pytest.raises(Unusable, match="gateway db upgrade"):
        wiring.assemble(folder)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("[listen]", "colour = 1\n[listen]", "unknown setting"),
        ("lease = 180", "", "lease"),
        ("homes = [", "homes = [7, ", "string"),
        ("jitter = 0.2", "jitter = 0.2\nwobble = 1", "wobble"),
        ('origin = "', 'origin = ""\n#', "must be set"),
        ("processes = 1", "processes = 0", "from 1 to 64"),
        ('format = "auto"', 'format = "xml"', "one of auto, text, json"),
        ("processes = 1", "processes = 1\nthreads = 2", "threads"),
        ("smallest = 6", "smallest = 1", "from 2 on"),
        ("smallest = 6", "smallest = true", "from 2 on"),
        ("smallest = 6", "smallest = 6\nlargest = 7", "largest"),
        ("\nquorum = 0", "\nquorum = -1", "numbers from 0 on"),
        ("\nstop_after_hours = 0", "\nstop_after_hours = 4", "needs a quorum"),
        ("\nquorum = 0", f'\nquorum = 0\n"{WITNESS.verifier.vkey}" = "http://10.0.0.1"', "no https address"),
        ("\nquorum = 0", f'\nquorum = 0\n"{WITNESS.verifier.vkey}" = "http://127.0.0.1.example"', "no https address"),
        ("\nquorum = 0", f'\nquorum = 0\n"{LOG.verifier.vkey}" = "https://x"', "not one of a witness"),
        ("\nquorum = 0", '\nquorum = 0\n"somebody" = "https://x"', "not"),
    ],
)
def test_settings_that_cannot_be_used_say_which(tmp_path: Path, before: str, after: str, words: str) -> None:
    text = setup.settings_text((KENT,), "localhost", 1, 2, "sqlite:///x", None)
    assert before in text
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gateway.toml").write_text(text.replace(before, after, 1))
    with pytest.raises(Unusable, match=words):
        wiring.assemble(tmp_path)


def test_settings_of_an_older_release_still_start() -> None:
    text = setup.settings_text((KENT,), "localhost", 1, 2, "sqlite:///x", None)
    for added in ("[serve]", "[logs]", "[witnesses]", "[counts]"):
        head, _, rest = text.partition(added)
        text = head + "[" + rest.partition("\n[")[2]
    text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith(("operator_", "witness =")))
    made = settings.parse(text, Path())
    assert (made.children, made.log_format, made.witnesses.known, made.smallest) == (1, "auto", (), 6)
    assert (made.listen.operator_host, made.timetable.witness) == ("127.0.0.1", 5)


def test_witnesses_are_read_with_their_addresses() -> None:
    text = setup.settings_text((KENT,), "localhost", 1, 2, "sqlite:///x", None)
    named = f'"{WITNESS.verifier.vkey}" = "https://witness.example/kent/"\n"{OTHER_WITNESS.verifier.vkey}" = "http://[::1]:7380"'
    made = settings.parse(text.replace("\nquorum = 0", f"\n{named}\nquorum = 2"), Path()).witnesses
    assert made.quorum == 2
    assert made.known == (
        (WITNESS.verifier, "https://witness.example/kent"),
        (OTHER_WITNESS.verifier, "http://[::1]:7380"),
    )
