"""A council at a real browser: the officer's story, the governance officer's and the operator's, on desk and phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.terms import Kind, PersonId
from gateway.flows import connecting
from tests.flows.asked import a_message, carry, sent
from tests.flows.test_connecting import SHAH, rehearsed
from tests.simulator import KENT, MEDWAY, World
from tests.web import office
from tests.web.browser import NARROW, WIDE, Window, served
from tests.web.stories import FOUR
from tests.web.test_casework import left

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with served(office.door(world)) as where:
        yield where


def signed_in(
    world: World, browser: Browser, address: str, size: dict[str, int], role: Role, *, scripts: bool
) -> Window:
    window = Window(browser, size, scripts=scripts)
    window.page.goto(address + office.link(world, Person(PersonId("k.person"), role, KENT)))
    window.page.get_by_role("button", name="Sign in").click()
    window.look("Overview")
    return window


def follow(window: Window, link: str, heading: str) -> None:
    window.click(window.page.get_by_role("main").get_by_role("link", name=link).first, heading)


def press(window: Window, button: str, heading: str) -> None:
    window.click(window.page.get_by_role("button", name=button), heading)


@FOUR
def test_officer_takes_a_case_writes_in_it_and_tells_another_council(
    world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool
) -> None:
    case = left(world)
    window = signed_in(world, browser, address, size, Role.OFFICER, scripts=scripts)
    page = window.page
    page.goto(address + "/cases")
    window.look("Cases")
    window.small("cases")
    follow(window, "UPN ending", f"Open case {case}")
    press(window, "Open the case", f"Open case {case}")
    page.get_by_role("link", name="Say in a sentence why").click()
    page.keyboard.type("The school rang about this child.")
    press(window, "Open the case", f"Case {case}")
    follow(window, "Give this case to somebody", "Give this case to somebody")
    page.get_by_label("k.person").check()
    press(window, "Give it to them", f"Case {case}")
    follow(window, "Write a note", "Write a note")
    page.get_by_label("What is it?").fill("The flat is empty.")
    page.get_by_label("A fact").check()
    press(window, "Write the note", f"Case {case}")
    assert "The flat is empty." in page.inner_text("main")
    follow(window, "Tell another council", "Tell another council")
    page.get_by_label("Which council?").select_option(label="Medway")
    page.get_by_label("The child may be in your area").check()
    press(window, "Continue", "Check what will be told")
    press(window, "Send it now", "The notice is on its way")
    follow(window, "Follow the notice", "Notice to Medway")
    page.goto(address + f"/cases/{case}/enquiry")
    window.look("Ask other councils after this child")
    page.get_by_label("Medway").check()
    page.get_by_label("On which number can they call you back?").fill("01632 960123")
    press(window, "Continue", "Check whom you ask, and for what")
    press(window, "Ask them now", "The enquiry is on its way")
    follow(window, "Follow the enquiry", "Enquiry to Medway")
    for where, heading in (("/watches", "Left, and not seen elsewhere yet"), ("/blocked", "Whom to call about")):
        page.goto(address + where)
        window.look(heading)
    page.goto(address + "/due")
    window.look("What waits for you")
    window.close()


@FOUR
def test_officer_takes_a_case_tells_a_council_and_asks_one_by_the_keyboard_alone(
    world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool
) -> None:
    case = left(world)
    window = signed_in(world, browser, address, size, Role.OFFICER, scripts=scripts)
    keys = window.page.keyboard
    window.press("Cases", "Cases")
    window.press("UPN ending", f"Open case {case}")
    window.tab_to("Why do you")
    keys.type("The school rang about this child.")
    window.press("Open the case", f"Case {case}")
    window.press("Give this case to somebody", "Give this case to somebody")
    window.pick("k.person")
    window.press("Give it to them", f"Case {case}")
    window.press("Write a note", "Write a note")
    window.tab_to("What is it?")
    keys.type("The flat is empty.")
    window.pick("A fact")
    window.press("Write the note", f"Case {case}")
    assert "The flat is empty." in window.page.inner_text("main")
    window.press("Tell another council", "Tell another council")
    window.tab_to("Which council?")
    keys.type("Medway")
    window.pick("The child may be in your area")
    window.press("Continue", "Check what will be told")
    window.press("Send it now", "The notice is on its way")
    window.press("Follow the notice", "Notice to Medway")
    window.page.goto(address + f"/cases/{case}/enquiry")
    window.look("Ask other councils after this child")
    window.tab_to("Medway")
    keys.press("Space")
    window.tab_to("On which number")
    keys.type("01632 960123")
    window.press("Continue", "Check whom you ask, and for what")
    window.press("Ask them now", "The enquiry is on its way")
    window.press("Follow the enquiry", "Enquiry to Medway")
    window.close()


@SIZES
def test_governance_officer_searches_the_log_and_looks_up_a_child(
    world: World, browser: Browser, address: str, size: dict[str, int]
) -> None:
    world.leavers()
    sent(world, a_message(world, Kind.ENQUIRY))
    carry(world)
    window = signed_in(world, browser, address, size, Role.GOVERNANCE, scripts=True)
    page = window.page
    page.goto(address + "/log")
    window.look("Disclosure log")
    page.get_by_text("Filter").first.click()
    page.get_by_label("Purpose").select_option(value="P04")
    press(window, "Search", "Disclosure log")
    assert "purpose=P04" in page.url and "Filter (1 in use)" in page.inner_text("main")
    page.goto(address + "/log?since-day=31&since-month=2&since-year=2026")
    window.look("Disclosure log")
    page.goto(address + "/log/child")
    window.look("Look up a child")
    page.get_by_label("UPN").fill("H801200001001")
    page.get_by_label("Why do you look this child up?").fill("Her mother asks to whom we gave it.")
    press(window, "Look it up", "What was disclosed about this child")
    assert "H801200001001" not in page.url + page.title()
    window.close()


@SIZES
def test_operator_connects_a_partner(world: World, browser: Browser, address: str, size: dict[str, int]) -> None:
    window = signed_in(world, browser, address, size, Role.OPERATOR, scripts=True)
    connecting.begin(world.kent.gateway, world.kent.store, MEDWAY, SHAH, world.clock())
    rehearsed(world.kent, MEDWAY)
    window.page.goto(address + "/operator/partners")
    window.look("Connecting partners")
    follow(window, "Medway", "Connecting Medway")
    press(window, "It may go live", "Connecting Medway")
    window.close()
