"""A stolen key is stopped by one command, which says what went under it; a partner is told by the next record."""

import shutil
from pathlib import Path

import pytest

from gateway import wiring
from gateway.core import partners
from gateway.core.partners import Wait
from gateway.edge import vault
from gateway.wiring import Installation
from tests.commands.test_commands import run
from tests.faults.pair import set_up
from tests.simulator import KENT, MEDWAY

TODAY = str(wiring.now().date())


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pair")
    made = set_up(folder, dict.fromkeys((KENT, MEDWAY), "sqlite:///gateway.sqlite"))
    for side in (made.kent, made.medway):
        side.store.engine.dispose()
    assert run("--dir", folder / "kent", "users", "add", "o.reid", "--role", "operator", "--of", KENT).exit_code == 0
    return folder


@pytest.fixture
def folder(pair: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pair, tmp_path / "copy")) / "kent"


def installed(folder: Path) -> Installation:
    return wiring.assemble(folder)


@pytest.mark.parametrize("role", vault.ROLES)
def test_own_key_that_is_revoked_is_used_no_more_and_the_record_says_so(folder: Path, role: str) -> None:
    old = installed(folder).store.register().directory.get(KENT).fingerprints(role)
    before = {pair.number for pair in installed(folder).vault.pairs(KENT) if pair.role == role}
    told = run("--dir", folder, "keys", "revoke", role, "--since", TODAY, "--by", "o.reid")
    assert told.exit_code == 0 and all(one in told.output for one in old) and "Nothing went or came" in told.output
    after = {pair.number for pair in installed(folder).vault.pairs(KENT) if pair.role == role}
    assert len(after) == len(before) and not after & before, "one of each profile, and every one new"
    (record,) = partners.from_toml(run("--dir", folder, "partners", "export").output)
    assert set(record.revoked) == old and not old & record.fingerprints(role) and record.fingerprints(role)


def test_partner_drops_what_a_record_says_is_revoked_and_asks_two_people_about_the_new(folder: Path) -> None:
    run("--dir", folder, "keys", "revoke", "sign", "--since", TODAY, "--by", "o.reid")
    record = folder / "kent.toml"
    record.write_text(run("--dir", folder, "partners", "export").output)
    medway = folder.parent / "medway"
    told = run("--dir", medway, "partners", "import", record)
    assert "nobody has confirmed it yet" in told.output  # what signs it now is what nobody knows yet
    found = installed(medway).store.register().directory.get(KENT)
    assert not found.pems("sign") and partners.waits(found, wiring.now()) is Wait.KEYS
    assert f"{KENT}: a new certificate" in run("--dir", medway, "status").output
    assert "trust in Kent" in run("--dir", medway, "doctor", "--offline").output


def test_partners_key_is_revoked_by_its_fingerprint(folder: Path) -> None:
    seal = min(installed(folder).store.register().directory.get(MEDWAY).fingerprints("seal"))
    words = ("--since", TODAY, "--by", "o.reid", "--partner", MEDWAY)
    assert "(not-found)" in run("--dir", folder, "keys", "revoke", "0" * 64, *words).output
    assert "(not-found)" in run("--dir", folder, "keys", "revoke", "seal", *words).output
    told = run("--dir", folder, "keys", "revoke", seal, *words)
    assert told.exit_code == 0 and "counts for nothing" in told.output
    assert installed(folder).store.register().directory.get(MEDWAY).revoked == (seal,)
    shown = run("--dir", folder, "partners", "show", MEDWAY).output
    assert "revoked" in shown and seal in shown


def test_nobody_unknown_revokes_and_no_unknown_key_of_ours_is_revoked(folder: Path) -> None:
    before = installed(folder).vault.current(KENT, "seal").number
    assert run("--dir", folder, "keys", "revoke", "seal", "--since", TODAY, "--by", "nobody").exit_code == 1
    assert run("--dir", folder, "keys", "revoke", "0" * 64, "--since", TODAY, "--by", "o.reid").exit_code == 2
    assert installed(folder).vault.current(KENT, "seal").number == before
