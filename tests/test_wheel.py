"""An installed wheel finds its schemas, partners and default settings inside itself."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.commands.test_commands import sample

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, ROOT],
        check=True,
    )
    (wheel,) = folder.glob("cme_gateway-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


def gateway(site: Path, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environ = {**os.environ, "PYTHONPATH": str(site)}
    asked = [sys.executable, "-P", "-m", "gateway", *words]
    return subprocess.run(asked, cwd=folder, env=environ, capture_output=True, text=True, check=False)


def test_wheel_carries_what_it_needs_and_no_key(installed: Path) -> None:
    shipped = installed / "gateway" / "shipped"
    assert (shipped / "config" / "gateway.toml").is_file()
    assert (shipped / "config" / "gateway.service").is_file()
    assert (shipped / "partners" / "purposes.toml").is_file()
    for folder in ("schemas", "partners"):
        ours, theirs = ROOT / folder, shipped / folder
        carried = {path.relative_to(theirs) for path in theirs.rglob("*") if path.is_file()}
        assert {
            path.relative_to(ours) for path in ours.rglob("*") if path.is_file() and path.suffix != ".pyc"
        } - carried == set()
    assert not [path for path in installed.rglob("*") if path.suffix in {".pem", ".key", ".sqlite"}]


def test_installed_gateway_checks_files_and_is_set_up_away_from_the_source(installed: Path, tmp_path: Path) -> None:
    path = sample(tmp_path)
    where = gateway(installed, tmp_path, "check", str(path))
    assert where.returncode == 0, where.stderr
    told = gateway(installed, tmp_path, "--dir", "kent", "init", "council-886")
    assert told.returncode == 0, told.stderr
    assert (tmp_path / "kent" / "gateway.sqlite").is_file()
    assert gateway(installed, tmp_path, "--dir", "kent", "agreements", "check").returncode == 0
