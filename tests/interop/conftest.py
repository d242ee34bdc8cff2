"""Programs that nobody here wrote, built once from the modules that tests/interop/tlog pins."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.needs import needs

SOURCES = Path(__file__).parent / "tlog"


def run(*command: str, where: Path | None = None, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=where, input=given, capture_output=True, text=True, timeout=500, check=False, encoding="utf-8"
    )


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``tlogcheck`` and torchwood's ``spicy`` and ``litewitness``, as go.sum pins them."""
    needs(shutil.which("go") is not None, "Go tool chain")
    out = tmp_path_factory.mktemp("programs")
    built = run("go", "build", "-mod=readonly", "-buildvcs=false", "-o", f"{out}/", ".", "tool", where=SOURCES)
    missing = any(word in built.stderr for word in ("dial tcp", "no such host", "Forbidden", "i/o timeout"))
    needs(not missing, "copy of the Go modules that tests/interop/tlog names")
    assert built.returncode == 0, built.stderr
    return out
