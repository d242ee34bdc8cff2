"""A stranger and an officer at a real browser: a child is told of, by form and by phone, on desk and phone."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from gateway.core.facts import Role
from gateway.core.partners.particulars import Contact
from gateway.core.records import Record
from tests.simulator import KENT, World
from tests.web import office
from tests.web.browser import Window, served
from tests.web.stories import FOUR
from tests.web.test_browser_council import follow, press, signed_in

NIGHT = "01632 960999"


@pytest.fixture
def address(world: World) -> Iterator[str]:
    kent = replace(world.kent.store.register().directory.get(KENT), contact=Contact(NIGHT))
    world.kent.store.enlist([kent], Record(()))
    with served(office.door(world)) as where:
        yield where


def shot(window: Window, name: str) -> None:
    """For somebody who wants to look: SHOTS=folder."""
    if "SHOTS" in os.environ:
        window.page.screenshot(path=Path(os.environ["SHOTS"]) / f"{name}.png", full_page=True)


@FOUR
def test_a_stranger_tells_of_a_child_and_an_officer_finds_who_it_was(
    world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool
) -> None:
    window = Window(browser, size, scripts=scripts)
    page = window.page
    page.goto(address + "/sign-in")
    page.get_by_role("link", name="Worried about a child?").click()
    form = "Tell us about a child who may not be getting an education"
    window.look(form)
    assert "999" in page.inner_text("main") and NIGHT in page.inner_text("main")
    shot(window, f"referral-{size['width']}")
    press(window, "Send it", form)
    page.get_by_role("link", name="Write what you are worried about").click()
    page.keyboard.type("A girl is at home all day, since the summer.")
    page.get_by_label("The child’s first name").fill("Ada")
    page.get_by_label("No, I do not want to be named").check()
    page.get_by_label("Your name").fill("Nobody Invented")
    press(window, "Send it", form)
    page.get_by_role("link", name="You chose not to be named").click()
    page.get_by_label("Yes, you may ask me more").check()
    press(window, "Send it", "Thank you for telling us")
    window.close()

    window = signed_in(world, browser, address, size, Role.MANAGER, scripts=scripts)
    page = window.page
    page.goto(address + "/due")
    window.look("What waits for you")
    assert "Somebody looks at what a member of the public told of a child." in page.inner_text("main")
    page.goto(address + "/cases")
    window.look("Cases")
    page.get_by_role("main").get_by_role("link", name="A.", exact=True).click()
    page.get_by_label("Why do you need to see this case?").fill("Nobody has it yet, and it came today.")
    page.get_by_role("button", name="Open the case").click()
    page.get_by_text("at home all day, since the summer").wait_for()
    assert "Nobody Invented" not in page.content()
    shot(window, f"referral-case-{size['width']}")
    follow(window, "See who told us of the child", "See who told us of the child")
    page.get_by_label("Why do you need to know who it was?").fill("I have to ask which house it is.")
    press(window, "Show me", "Who told us")
    assert "Nobody Invented" in page.inner_text("main")
    window.close()


@FOUR
def test_an_officer_writes_down_a_call_while_they_speak(
    world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool
) -> None:
    window = signed_in(world, browser, address, size, Role.OFFICER, scripts=scripts)
    page = window.page
    page.goto(address + "/cases")
    window.look("Cases")
    follow(window, "Somebody tells you of a child", "Somebody tells you of a child")
    page.get_by_label("Somebody in their work").check()
    page.get_by_label("Their name").fill("Ms Ito")
    page.get_by_label("How did you make sure who they are?").fill("I rang back on the number in the directory.")
    page.get_by_label("What did they say?").fill("He has not been at school since May.")
    page.get_by_label("UPN").fill("H801200001001")
    page.get_by_label("At which school was the child last?").fill("886 4321")
    page.get_by_role("group", name="When was the child last at school?").get_by_label("Day").fill("22")
    page.get_by_role("group", name="When was the child last at school?").get_by_label("Month").fill("5")
    page.get_by_role("group", name="When was the child last at school?").get_by_label("Year").fill("2026")
    shot(window, f"by-phone-{size['width']}")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("Learnt, by phone").wait_for()
    shown = page.inner_text("main")
    assert "He has not been at school since May." in shown and "Joint enquiries" in shown
    window.close()
