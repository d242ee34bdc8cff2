"""The log asked at the operator's door: about one child, by a filter, as a file, as counts, and as bundles to check."""

import re
from pathlib import Path

from gateway import wiring
from gateway.core import sample
from gateway.core.terms import LaEstab
from tests.commands.test_commands import run
from tests.commands.test_guarding import kent
from tests.simulator import KENT, MEDWAY

__all__ = ["kent"]
ASKED = "Her father asks to whom we gave it."


def test_what_was_sent_is_found_printed_counted_and_proved(kent: Path) -> None:
    assert run("--dir", kent, "users", "add", "g.lowe", "--role", "governance", "--of", KENT).exit_code == 0
    at = wiring.now().replace(tzinfo=None, microsecond=0)
    made = sample.notice(5, LaEstab("886LLLL"), LaEstab("887LLLL"), at, 5)
    (kent / made.name).write_bytes(made.content)
    assert run("--dir", kent, "send", kent / made.name, "--by", "a.shah").exit_code == 0
    upn = made.content.split(b"<UPN>")[1].split(b"<")[0].decode()
    child = ("log", "search", "--upn", upn, "--by", "a.shah")
    assert "Say in a sentence why." in run("--dir", kent, *child).output
    told = run("--dir", kent, *child, "--reason", ASKED).output
    assert "Medway" in told and "release" in told and "waiting to be sent" in told and upn not in told
    assert "Medway" in run("--dir", kent, "log", "search", "--partner", MEDWAY, "--by", "g.lowe").output
    assert "Nothing." in run("--dir", kent, "log", "search", "--purpose", "P35", "--by", "g.lowe").output
    by_hand = run("--dir", kent, "log", "search", "--officer", "a.shah", "--by", "g.lowe").output
    assert by_hand.count("  release  P06  d-") == 1, "what an officer sent is found by the officer"
    assert re.search(r"from, to +Kent, Medway\n", re.sub(" +\n", "\n", by_hand)), "and a person can read it"
    assert "Nothing." in run("--dir", kent, "log", "search", "--officer", "b.cole", "--by", "g.lowe").output
    late = ("log", "search", "--unacknowledged", "--by", "g.lowe")
    assert "leave --what out" in run("--dir", kent, *late, "--what", "hold").output
    assert run("--dir", kent, "log", "export", "--by", "g.lowe", "--out", kent / "all.csv").exit_code == 0
    assert "Filter,homes: council-886" in (kent / "all.csv").read_text(encoding="utf-8-sig")
    assert "council" in run("--dir", kent, "log", "counts", "ropa", "--by", "g.lowe").output
    board = run("--dir", kent, "log", "counts", "board", "--by", "g.lowe").output
    assert all(one in board for one in ("Disclosures released", "Tasks done in time", "Breaches", "Rights requests"))
    written = kent / "config" / "gateway.toml"
    written.write_text(written.read_text(encoding="utf-8").replace("smallest = 6", "smallest = 9"), encoding="utf-8")
    dfe = run("--dir", kent, "log", "counts", "dfe", "--by", "g.lowe").output
    assert "Numbers below 9 are left out" in dfe and "on the last day: all" in dfe
    assert "1 lines about disclosures" in run("--dir", kent, "log", "index").output
    _proved(kent, "--what", "release")
    _proved(kent, "--partner", MEDWAY)


def _proved(folder: Path, *asked: str) -> None:
    path = folder / "proofs.zip"
    made = run("--dir", folder, "log", "bundle", *asked, "--by", "g.lowe", "--out", path)
    assert "1 disclosures" in made.output, made.output
    key = made.output.split("with the key\n")[1].split()[0]
    checked = run("log", "verify", "--bundle", path, "--key", key)
    assert checked.exit_code == 0 and "Every line is in the log" in checked.output
    assert ("UploadAccepted" in checked.output) is False and "DisclosureReleased" in checked.output
