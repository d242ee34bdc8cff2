"""What several faults begin from, made once for each file."""

from pathlib import Path

import pytest

from tests.simulator import KENT, MEDWAY, World, a_world, close


@pytest.fixture(scope="module")
def beginning(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two councils that know each other and have sent nothing; their databases are copied for each test."""
    folder = tmp_path_factory.mktemp("beginning")
    made = a_world(keys, {home: f"sqlite:///{folder / home}.sqlite" for home in (KENT, MEDWAY)})
    close(made)
    return made
