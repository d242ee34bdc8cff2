"""A receipt is checked by anybody, on a machine that has nothing of ours but the command."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.commands import gateway
from tests.simulator import World, leavers


@pytest.fixture
def receipt(world: World, tmp_path: Path) -> Path:
    made = leavers()
    path = tmp_path / "receipt.txt"
    path.write_text(json.loads(world.upload(made.content, made.name).answer)["receipt"], encoding="utf-8")
    (tmp_path / made.name).write_bytes(made.content)
    (tmp_path / "other.xml").write_bytes(b"<x/>")
    return path


def verify(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(gateway, ["receipt", "verify", *map(str, words)])
    return result.exit_code, result.output


def test_sound_receipt_says_what_was_signed(world: World, receipt: Path) -> None:
    status, told = verify(receipt, "--key", world.kent.vault.vkey)
    assert status == 0
    assert "The receipt is sound." in told
    assert "sender school-8864321" in told
    assert "pupils 2" in told


def test_receipt_that_was_altered_or_is_anothers_does_not_hold(world: World, receipt: Path) -> None:
    sound = receipt.read_text(encoding="utf-8")
    checkpoint = "not a receipt\n"
    for text in (sound.replace("pupils 2", "pupils 3"), sound[:-5], "", "\xff", world.kent.vault.sign_note(checkpoint)):
        receipt.write_text(text, encoding="utf-8")
        status, told = verify(receipt, "--key", world.kent.vault.vkey)
        assert (status, "not a receipt that this gateway signed" in told) == (1, True), text
    receipt.write_text(sound, encoding="utf-8")
    assert verify(receipt, "--key", world.medway.vault.vkey)[0] == 1
    assert verify(receipt, "--key", "no key")[0] == 2


def test_receipt_is_held_against_the_file_it_is_about(world: World, receipt: Path) -> None:
    (sent,) = receipt.parent.glob("8864321*.xml")
    assert verify(receipt, "--key", world.kent.vault.vkey, "--of", sent)[0] == 0
    status, told = verify(receipt, "--key", world.kent.vault.vkey, "--of", receipt.parent / "other.xml")
    assert (status, "about another file" in told) == (1, True)
