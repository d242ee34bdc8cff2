"""A school at a real browser beyond sending: what nobody has collected, what is not for it; with scripts and without."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.terms import PersonId
from gateway.flows import uncollected
from tests.flows.test_uncollected import SPRING
from tests.simulator import ACADEMY, LARKMERE, NUMBERS, World
from tests.web import office
from tests.web.browser import Window, served
from tests.web.stories import THREE
from tests.web.test_school_pupils import the_list

SENDER = Person(PersonId("l.office"), Role.SCHOOL_SENDER, LARKMERE)
READER = Person(PersonId("n.office"), Role.SCHOOL_READER, ACADEMY)


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with served(office.door(world)) as where:
        yield where


def opened(
    world: World, browser: Browser, address: str, person: Person, size: dict[str, int], *, scripts: bool
) -> Window:
    """A window in which this person has signed in."""
    window = Window(browser, size, scripts=scripts)
    window.page.goto(address + office.link(world, person))
    window.page.get_by_role("button", name="Sign in").click()
    window.look("Overview")
    return window


@THREE
def test_what_nobody_collected_comes_back_and_is_laid_ready_again_by_the_keyboard_alone(
    world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool
) -> None:
    world.leavers(dest=NUMBERS[ACADEMY])
    world.clock.at = SPRING
    uncollected.sweep(world.kent.gateway, world.kent.store, SPRING)
    window = opened(world, browser, address, SENDER, size, scripts=scripts)
    window.page.goto(address + "/undelivered")
    window.look("Not delivered")
    window.press("Lay it ready again", "Not delivered")
    assert "waiting to be collected" in window.page.inner_text("main")
    window.close()


@THREE
def test_reader_says_that_a_file_is_not_for_the_school_by_the_keyboard_alone(
    world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool
) -> None:
    world.leavers(dest=NUMBERS[ACADEMY])
    window = opened(world, browser, address, READER, size, scripts=scripts)
    window.page.goto(address + "/inbox")
    window.look("Inbox")
    window.press("This is not for us", "This is not for us")
    window.press("Close the file and tell them", "This is not for us")
    window.press("Say in a sentence how you know", "This is not for us")
    window.page.keyboard.type("This child was never on our roll.")
    window.press("Close the file and tell them", "The file is closed")
    window.press("Go back to the inbox", "Inbox")
    assert "Nothing has come" in window.page.inner_text("main")
    window.close()


@THREE
def test_school_sees_who_is_missing_a_file_by_the_keyboard_alone(
    world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool
) -> None:
    world.leavers(dest=NUMBERS[ACADEMY])
    window = opened(world, browser, address, SENDER, size, scripts=scripts)
    window.press("Who is missing a file", "Who is missing a file")
    window.press("See who is missing a file", "Who is missing a file")
    window.press("Paste the list, or choose a file with it", "Who is missing a file")
    window.page.keyboard.insert_text(the_list())
    window.press("See who is missing a file", "1 of 3 pupils is missing a file")
    window.close()


@THREE
def test_anybody_checks_a_receipt_by_the_keyboard_alone(
    world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool
) -> None:
    made = json.loads(world.leavers().answer)
    window = Window(browser, size, scripts=scripts)
    window.page.goto(address + "/check-receipt")
    window.look("Check a receipt")
    window.press("Check it", "Check a receipt")
    window.tab_to("Or paste its text")
    window.page.keyboard.insert_text(made["receipt"])
    window.press("Check it", "The receipt is genuine")
    window.close()
