"""One browser for all that a file of tests does in it, and the worlds that stories run in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.needs import needs
from tests.simulator import World
from tests.teams import one_gateway
from tests.web.browser import CHROMIUM, chromium
from tests.web.stories import ALONE


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    needs(CHROMIUM.exists(), "Debian's chromium (apt-get install chromium)")
    with chromium() as started:
        yield started


@pytest.fixture
def world(world: World, request: pytest.FixtureRequest) -> World:
    """Two councils with a gateway each; for a story that says so, the first day, on which Kent alone has one."""
    return one_gateway(world) if getattr(request, "param", "") == ALONE else world
