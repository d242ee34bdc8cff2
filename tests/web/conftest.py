"""One browser for all that a file of tests does in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.needs import needs
from tests.web.browser import CHROMIUM, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    needs(CHROMIUM.exists(), "Debian's chromium (apt-get install chromium)")
    with chromium() as started:
        yield started
