"""Signatures outlive keys and algorithms: a log is signed again by a new key, the old one still checked by its own."""

from pathlib import Path

from gateway import wiring
from gateway.core.facts import LogName, LogResigned, PublicKey, SignatureAlgorithm, parse_line
from gateway.core.log import note, proof
from gateway.edge import vault
from gateway.flows import recovery
from tests.commands.test_commands import run
from tests.commands.test_keeping import kent, made
from tests.flows.test_recovery import refusal
from tests.simulator import KENT

__all__ = ["kent", "made"]


def verified(kent: Path) -> str:
    return " ".join(run("--dir", kent, "log", "verify").output.split())


def resigned(kent: Path) -> str:
    told = run("--dir", kent, "log", "resign", "--yes")
    assert told.exit_code == 0, told.output
    return " ".join(told.output.split())


def test_a_log_that_is_signed_again_goes_on_under_a_new_key_and_is_sound(kent: Path) -> None:
    installed = wiring.assemble(kent)
    before, lines = installed.vault.verifier(1), list(installed.store.lines())
    installed.store.record(refusal())
    wiring.publish(installed)
    old = installed.store.proof(0)[1]
    told = resigned(kent)
    after = installed.vault.verifier(2)
    assert after.public != before.public and after.vkey in told
    assert vault.archive_file(kent / "keys", 1).read_text() == f"ed25519 {before.vkey}\n"
    assert "(signed by its archived ed25519 key)" in verified(kent) and verified(kent).startswith("sound: ")
    kept = [parse_line(one) for one in installed.store.lines(len(lines) + 1)][:2]
    assert [one["fact"] for one in kept] == ["LogContinued", "LogResigned"]
    assert (kept[0]["size"], kept[0]["held"]) == (len(lines) + 1, len(lines) + 1)
    assert (kept[1]["algorithm"], kept[1]["public"]) == ("ed25519", before.public.hex())
    assert list(installed.store.lines(0, len(lines))) == lines
    assert proof.verify(lines[0], old, before), "what an outsider holds is proved as before"
    assert proof.verify(*_line_and_proof(kent, len(lines) + 1), after), "the new key signs what the old one had signed"
    own = installed.store.register().directory.get(KENT)
    assert [one.verifier.vkey for one in own.logs] == [before.vkey, after.vkey], "partners are handed both"


def _line_and_proof(kent: Path, index: int) -> tuple[bytes, proof.Proof]:
    return wiring.assemble(kent).store.proof(index)


def test_the_old_log_is_checked_when_its_private_key_is_gone_for_good(kent: Path) -> None:
    resigned(kent)
    (kent / "keys" / "log.key").unlink()
    assert verified(kent).startswith("sound: ")
    vault.archive_file(kent / "keys", 1).unlink()
    assert "its key is missing" in verified(kent)


def test_it_can_be_signed_again_and_again(kent: Path) -> None:
    resigned(kent)
    assert "/3+" in resigned(kent)
    told = verified(kent)
    assert told.startswith("sound: ") and told.count("archived ed25519 key") == 2


def test_an_archived_key_that_was_changed_is_found(kent: Path) -> None:
    resigned(kent)
    path = vault.archive_file(kent / "keys", 1)
    good = note.parse_archived(path.read_text())
    path.write_text(note.archived(note.Verifier(good.name, bytes(31) + b"\1")))
    assert "not signed by this log" in verified(kent)
    path.write_text(f"sha1-rsa {good.vkey}\n")
    assert not verified(kent).startswith("sound")


def test_a_log_that_names_another_old_key_than_is_archived_is_found(kent: Path) -> None:
    """Whole and signed, and yet it vouches for a key that never signed anything."""
    installed = wiring.assemble(kent)
    wiring.publish(installed)
    known = installed.store.marks.known
    assert known is not None
    vault.add_log(kent / "keys", 2)
    name, at = LogName(installed.vault.origin(1)), wiring.now()
    wrong = LogResigned(at, KENT, name, SignatureAlgorithm.ED25519, PublicKey("00" * 32))
    recovery.go_on(installed.gateway, installed.store, installed.vault, known, at, wrong)
    assert "by another key than the log after it has archived" in verified(kent)


def test_a_log_that_lacks_lines_is_not_signed_again(kent: Path, tmp_path: Path) -> None:
    run("--dir", kent, "backup", tmp_path / "early")
    installed = wiring.assemble(kent)
    installed.store.record(refusal())
    wiring.publish(installed)
    installed.store.engine.dispose()
    for left in kent.glob("gateway.sqlite*"):
        left.unlink()
    run("--dir", kent, "restore", tmp_path / "early")
    told = run("--dir", kent, "log", "resign", "--yes")
    assert (told.exit_code, "behind its own log" in " ".join(told.output.split())) == (1, True)
    assert wiring.assemble(kent).vault.newest_log == 1


def test_it_asks_before_it_begins_a_new_key(kent: Path) -> None:
    assert run("--dir", kent, "log", "resign").exit_code == 1
    assert wiring.assemble(kent).vault.newest_log == 1
