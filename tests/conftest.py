"""Fixtures that cost something are made once: keys, and a database for each test on each kind of server."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["COLUMNS"] = "140"  # before a console is made: what is printed is read, wherever the tests were started

from tests.databases import Urls, databases
from tests.owned import ownerless
from tests.simulator import NOON, World, a_world, close, make_keys, opened

LONGEST = (
    "faults/test_kills.py", "commands/test_commands.py", "bench/", "web/test_browser", "faults/", "interop/",
    "core/documents/test_mutants.py", "core/law/test_oracle.py", "commands/", "test_", "edge/",
)  # fmt: skip
"""Where a run with two workers spends minutes, the longest first: what comes last is short, and no worker waits for it."""

settings.register_profile("shared", deadline=None)  # machines are shared: how long one example takes says nothing
settings.load_profile("shared")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest goes first, so that nobody waits for it at the end; a file stays on one worker."""
    items.sort(key=lambda item: _place(item.nodeid.removeprefix("tests/")))


def _place(name: str) -> int:
    return next((place for place, one in enumerate(LONGEST) if name.startswith(one)), len(LONGEST))


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    make_keys(folder, NOON - timedelta(days=60))
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database server."""
    return str(request.param)


@pytest.fixture
def urls(kind: str, tmp_path: Path) -> Iterator[Urls]:
    """A fresh database for each council, on each kind of server."""
    with databases(kind, tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def begun(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Urls]]:
    """The databases of two councils that know each other and have sent nothing: filled once on each kind of server."""
    with ExitStack() as stack:

        @cache
        def of(kind: str) -> Urls:
            made = stack.enter_context(databases(kind, tmp_path_factory.mktemp(kind)))
            close(a_world(keys, made))
            return made

        yield of


@pytest.fixture
def filled(kind: str, begun: Callable[[str], Urls], tmp_path: Path) -> Iterator[Urls]:
    """A copy of them, on each kind of server."""
    with databases(kind, tmp_path, begun(kind)) as made:
        yield made


@pytest.fixture
def world(keys: Path, begun: Callable[[str], Urls], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """Two councils on SQLite: what a flow does is the same on either database."""
    with databases("sqlite", tmp_path, begun("sqlite")) as urls:
        yield from _world(keys, urls, request)


@pytest.fixture
def either(keys: Path, filled: Urls, request: pytest.FixtureRequest) -> Iterator[World]:
    """Two councils, on SQLite and again on PostgreSQL."""
    yield from _world(keys, filled, request)


def _world(keys: Path, urls: Urls, request: pytest.FixtureRequest) -> Iterator[World]:
    made = opened(keys, urls)
    yield made
    for side in made.sides.values():
        if request.node.get_closest_marker("past_the_flows") is None:
            assert ownerless(side.store) == [], "every text and every salt ends with one source"
    close(made)
