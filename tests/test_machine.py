"""What the operator's pages are told of the machine: the newest backup, and settings of which none is a secret."""

from pathlib import Path

from gateway import wiring
from gateway.wiring import machine
from tests.commands.test_commands import run
from tests.simulator import KENT


def test_a_backup_is_remembered_and_no_secret_or_address_of_a_database_is_shown(tmp_path: Path) -> None:
    folder = tmp_path / "kent"
    assert run("--dir", folder, "init", KENT, "--address", "localhost").exit_code == 0
    assert machine.backed_up(folder) is None
    before = wiring.now()
    assert run("--dir", folder, "backup", tmp_path / "kent.backup").exit_code == 0
    last = machine.backed_up(folder)
    assert last is not None and abs((last - before).total_seconds()) < 60
    (folder / machine.BACKED_UP).write_text("yesterday")
    assert machine.backed_up(folder) is None
    installed = wiring.assemble(folder)
    told = machine.told(installed)
    assert (told.mail, told.witnesses, told.statements) == (False, 0, False)
    assert told.versions["database"] == "sqlite" and told.shown["homes"] == KENT
    text = str({**told.shown, **told.versions})
    assert "sqlite://" not in text and str(tmp_path) not in text and "password" not in text
    assert {"database", "disk", "log"} & {one.name for one in told.examine()}
    installed.store.engine.dispose()
