"""Fixtures that cost something are made once: keys, and a database for each test on each kind of server."""

import os
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings

os.environ["COLUMNS"] = "140"  # before a console is made: what is printed is read, wherever the tests were started

from gateway.core.terms import PartnerId
from tests.needs import needs
from tests.owned import ownerless
from tests.simulator import KENT, MEDWAY, NOON, World, a_world, make_keys

POSTGRES = os.environ.get("GATEWAY_TEST_POSTGRES", "")
"""``postgresql+psycopg://USER@HOST:PORT/postgres`` of a server on which databases may be made."""


LONGEST = "tests/faults/test_kills.py"

settings.register_profile("shared", deadline=None)  # machines are shared: how long one example takes says nothing
settings.load_profile("shared")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest goes first, so that nobody waits for it at the end; a file stays on one worker."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    make_keys(folder, NOON - timedelta(days=60))
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[PartnerId, str]]:
    """A fresh database for each council, on each kind of server."""
    if request.param == "sqlite":
        yield {home: f"sqlite:///{tmp_path / home}.sqlite" for home in (KENT, MEDWAY)}
        return
    needs(bool(POSTGRES), "a PostgreSQL server (GATEWAY_TEST_POSTGRES)")
    admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    names = {home: f"t_{uuid.uuid4().hex}" for home in (KENT, MEDWAY)}
    with admin.connect() as db:
        for name in names.values():
            db.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield {home: POSTGRES.rsplit("/", 1)[0] + f"/{name}" for home, name in names.items()}
    with admin.connect() as db:
        for name in names.values():
            db.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


@pytest.fixture
def world(keys: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """Two councils on SQLite: what a flow does is the same on either database."""
    yield from _world(keys, {home: f"sqlite:///{tmp_path / home}.sqlite" for home in (KENT, MEDWAY)}, request)


@pytest.fixture
def either(keys: Path, urls: dict[PartnerId, str], request: pytest.FixtureRequest) -> Iterator[World]:
    """Two councils, on SQLite and again on PostgreSQL."""
    yield from _world(keys, urls, request)


def _world(keys: Path, urls: dict[PartnerId, str], request: pytest.FixtureRequest) -> Iterator[World]:
    made = a_world(keys, urls)
    yield made
    for side in made.sides.values():
        if request.node.get_closest_marker("past_the_flows") is None:
            assert ownerless(side.store) == [], "every text and every salt ends with one source"
        side.store.engine.dispose()
