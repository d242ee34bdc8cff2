"""An office at a real browser: a deletion return and a new-pupil return are filled in, seen and sent."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.terms import PersonId
from tests.simulator import LARKMERE, World
from tests.web import office
from tests.web.browser import Window, served
from tests.web.stories import FOUR
from tests.web.test_browser_council import press
from tests.web.test_browser_referral import shot
from tests.web.test_filing import CAME, GONE


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with served(office.door(world)) as where:
        yield where


def fill_in(page: Page, said: dict[str, str]) -> None:
    """As somebody does who goes from field to field."""
    for name, text in said.items():
        field = page.locator(f"main [name='{name}']").first
        kind = field.evaluate("one => one.tagName + (one.type || '')") if field.count() else ""
        if kind == "INPUTradio":
            page.locator(f"main [name='{name}'][value='{text}']").check()
        elif kind.startswith("SELECT"):
            field.select_option(text)
        else:
            field.fill(text)


@FOUR
def test_an_office_fills_in_both_returns(
    world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool
) -> None:
    window = Window(browser, size, scripts=scripts)
    page = window.page
    page.goto(address + office.link(world, Person(PersonId("l.office"), Role.SCHOOL_SENDER, LARKMERE)))
    press(window, "Sign in", "Overview")
    page.goto(address + "/upload")
    page.get_by_role("link", name="fill in a return to the council").click()
    window.look("Returns to the council")
    page.get_by_role("link", name="Deletion return").click()
    window.look("Deletion return")
    shot(window, f"deletion-{size['width']}")
    press(window, "Check it", "Deletion return")
    page.get_by_role("link", name="Choose the ground").click()
    fill_in(page, GONE)
    press(window, "Check it", "not sent yet")
    shot(window, f"deletion-checked-{size['width']}")
    page.get_by_role("button", name="Send").first.click()
    page.get_by_role("button", name="See the receipt").or_(page.get_by_role("link", name="See the receipt")).click()
    window.look("Receipt")
    page.goto(address + "/returns/new-pupil")
    window.look("New-pupil return")
    shot(window, f"new-pupil-{size['width']}")
    fill_in(page, CAME)
    press(window, "Check it", "not sent yet")
    shot(window, f"new-pupil-checked-{size['width']}")
    window.close()
