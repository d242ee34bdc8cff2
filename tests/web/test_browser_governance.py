"""Information governance at a real browser: each story of the people who watch over what leaves, on desk and phone."""

import pytest
from playwright.sync_api import Browser

from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.terms import Flag, PersonId
from tests.flows.watch import decisions_of, hand_in, with_desk
from tests.simulator import KENT, World, leavers
from tests.web import office
from tests.web.browser import NARROW, WIDE, Window, served
from tests.web.test_browser_council import follow, press

STORIES = pytest.mark.parametrize(
    ("size", "scripts"),
    [(WIDE, True), (NARROW, True), (WIDE, False)],
    ids=["desk", "phone", "without scripts"],
)


def signed_in(window: Window, world: World, address: str, role: Role, name: str) -> Window:
    window.page.goto(address + office.link(world, Person(PersonId(name), role, KENT)))
    window.page.get_by_role("button", name="Sign in").click()
    window.look("Overview")
    return window


@STORIES
def test_two_people_see_what_would_go_and_release_it(
    world: World, browser: Browser, size: dict[str, int], *, scripts: bool
) -> None:
    with_desk(world)
    (decision,) = decisions_of(hand_in(world, leavers(pupils=1), {1: frozenset({Flag.ADDRESS_CONFIDENTIAL})}))
    assert decision["outcome"] == "hold"
    with served(office.door(world)) as address:
        for name, done in (("n.first", "You have signed"), ("p.second", "It goes now")):
            window = signed_in(Window(browser, size, scripts=scripts), world, address, Role.SAFEGUARDING, name)
            page = window.page
            page.goto(address + "/due")
            window.look("What waits for you")
            follow(window, "See all disclosures", "Disclosures that wait for people")
            follow(window, "To ", "What would go to")
            assert "What would be withheld" in page.inner_text("main")
            press(window, "Sign for its release", "Sign for its release")
            press(window, "Put my signature under it", "Sign for its release")
            page.get_by_role("link", name="Say why in a sentence").click()
            page.keyboard.type("The mother asked us to send it on.")
            press(window, "Put my signature under it", done)
            window.close()
