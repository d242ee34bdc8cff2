"""Files that wait for a person at the operator's door, and the folders of a school's and a council's own programs."""

import json
import os
import re
from pathlib import Path

import pytest

from gateway import wiring
from gateway.commands import school, stage
from gateway.core import partners, sample
from gateway.core.errors import Code
from gateway.core.sample import SampleFile, Wish
from tests.commands.test_commands import run
from tests.edge.test_transport import http, saying
from tests.serving import found, serving, until
from tests.simulator import KENT, LARKMERE, NUMBERS, TIDEWAY


def leavers(seed: int = 1) -> SampleFile:
    at = wiring.now().replace(tzinfo=None, microsecond=0)
    wish = Wish(source=NUMBERS[LARKMERE], dest=NUMBERS[TIDEWAY], at=at, leaving=at.date(), pupils=1, seed=seed)
    return sample.ctf(wish)


@pytest.fixture(scope="module")
def kent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kent, whose data-protection officer has accepted nothing, with a school of its own and one in Medway."""
    town = tmp_path_factory.mktemp("town")
    folder = town / "kent"
    assert run("--dir", folder, "init", KENT, "--address", "localhost").exit_code == 0
    today = wiring.now().date()
    own = stage.school_record(LARKMERE, KENT, today)
    far = stage.school_record(TIDEWAY, KENT, today)
    record = town / "all.toml"
    record.write_text(partners.to_toml((own, far)).replace(f'served_by = "{KENT}"\n', "", 2))
    text = record.read_text()
    first, second = text.split("[[partner]]")[1:]
    record.write_text(f'[[partner]]{first.rstrip()}\nserved_by = "{KENT}"\n\n[[partner]]{second}')
    told = run("--dir", folder, "partners", "import", record)
    assert told.exit_code == 0, told.output
    assert run("--dir", folder, "users", "add", "a.shah", "--role", "officer", "--of", KENT).exit_code == 0
    return folder


def test_transfer_file_waits_in_the_hand_off_folder_until_an_officer_says_that_it_was_sent(kent: Path) -> None:
    made = leavers()
    (kent / made.name).write_bytes(made.content)
    told = run("--dir", kent, "send", kent / made.name, "--by", "a.shah")
    assert "carrier s2s" in told.output, told.output
    assert run("--dir", kent, "work", "--once").exit_code == 0
    (waiting,) = (kent / "handoff" / KENT).glob("*.zip")
    listed = run("--dir", kent, "handoff", "list", "--by", "a.shah").output
    assert waiting.name in listed and "waiting for upload" in listed
    assert "handed: 1" in run("--dir", kent, "status").output
    parcel = re.search(r"p-[a-z2-7]{26}", listed)
    assert parcel is not None
    assert run("--dir", kent, "handoff", "sent", parcel[0], "--by", "a.shah").exit_code == 0
    assert not waiting.exists() and "taken: 1" in run("--dir", kent, "status").output
    again = run("--dir", kent, "handoff", "sent", parcel[0], "--by", "a.shah")
    assert again.exit_code == 1 and "uploaded to school2school" not in again.output


def test_council_has_no_folder_to_watch_but_names_them_in_its_settings(kent: Path, tmp_path: Path) -> None:
    told = run("--dir", kent, "watch", tmp_path, "--once")
    assert told.exit_code == 1 and "[folders]" in told.stderr


def test_what_a_school_exports_before_its_council_knows_it_is_not_written_down_as_refused(tmp_path: Path) -> None:
    """As behind a proxy, which lets everybody through to the door."""
    said = {"outcome": "refused", "code": Code.NOT_ENROLLED, "sentence": "Nobody knows you.", "fix": "Be enrolled."}
    exports, made = tmp_path / "exports", leavers(1)
    exports.mkdir()
    (exports / made.name).write_bytes(made.content)
    with saying(http(403, json.dumps({**said, "findings": []}).encode())) as (address, _):
        school.found(tmp_path / "school", LARKMERE, address, "")
        told = run("--dir", tmp_path / "school", "watch", exports, "--once")
    assert told.exit_code == 1 and "Be enrolled. It is tried again." in " ".join(told.stderr.split())
    assert [one.name for one in exports.iterdir()] == [made.name]


def test_school_sends_what_its_system_exports_once_and_a_council_takes_what_its_own_one_leaves(tmp_path: Path) -> None:
    pickup = {"quiet = 10": f'quiet = 0\n{KENT} = {{pickup = "one/out"}}'}
    with serving(found(tmp_path, "sqlite:///gateway.sqlite", **pickup)) as served:
        here = tmp_path / "school"
        (here / "config" / "school.toml").write_text(
            f'school = "{LARKMERE}"\ncouncil = "https://localhost:{served.ports["machines"]}"\n'
        )
        assert school.council_of(here) is not None
        exports = tmp_path / "exports"
        exports.mkdir()
        good, bad = leavers(1), leavers(2)
        name = bad.name.replace("_001", "_002")
        (exports / good.name).write_bytes(good.content)
        (exports / name).write_bytes(bad.content.replace(b"<DOB>", b"<DOB>Q", 1))
        (exports / "notes.txt").write_text("nobody's file")
        told = run("--dir", here, "watch", exports, "--once")
        assert told.exit_code == 1 and f"{good.name}: accepted" in told.output
        receipt = json.loads((exports / f"{good.name}.receipt").read_bytes())
        assert receipt["answers"][0]["outcome"] == "accepted"
        words = (exports / f"{name}.findings.txt").read_text()
        assert "Refused (findings)" in words
        again = run("--dir", here, "watch", exports, "--once")
        assert again.output == "", "each is sent once"
        (exports / f"{good.name}.receipt").write_text("somebody else's")
        curly = exports / "Year\u20196.xml"
        curly.write_bytes(good.content)
        odd = run("--dir", here, "watch", exports, "--once").output
        assert f"{good.name}: accepted" in odd and f"{curly.name}: refused" in odd
        assert json.loads((exports / f"{good.name}.receipt").read_bytes()) == receipt, "it has the answer that it had"
        curly.unlink()
        for name_of_old in (b"Ann\xe9e\x1b[31m.xml", b"~$lists.xlsx"):
            (exports / os.fsdecode(name_of_old)).write_bytes(good.content)
        shown = run("--dir", here, "watch", exports, "--once").output
        assert "Ann\ufffde\ufffd[31m.xml: refused" in shown and "\x1b" not in shown
        assert "lists" not in shown, "a spreadsheet program says so that it has a file open"
        (exports / name).write_bytes(leavers(2).content)
        cut = exports / name.replace("_002", "_009")
        cut.write_bytes(good.content[:-9])
        left = run("--dir", here, "watch", exports, "--once")
        assert left.exit_code == 1 and f"{cut.name} was not sent: it is not whole" in left.output
        cut.unlink()
        mended = run("--dir", here, "watch", exports, "--once")
        assert mended.exit_code == 0 and not (exports / f"{name}.findings.txt").exists()

        out = served.folder / "one" / "out"
        out.mkdir(parents=True)
        more = leavers(3)
        third = more.name.replace("_001", "_003")
        (out / third).write_bytes(more.content)
        until((out / "receipts" / f"{third}.receipt").exists, 90)
        until(lambda: not (out / third).exists())
