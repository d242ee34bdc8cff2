"""One gateway alone at a real browser: Kent tells, asks, hands over and corrects, and Medway's team has only a mailbox."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.terms import PartnerId, PersonId
from gateway.flows import inviting
from tests.simulator import KENT, MEDWAY, World
from tests.teams import MASH, NO_MAIL, one_gateway
from tests.web import office
from tests.web.browser import NARROW, WIDE, Window, served
from tests.web.test_browser_council import follow, press
from tests.web.test_casework import left

HOW = pytest.mark.parametrize(
    ("size", "scripts"),
    [(WIDE, True), (NARROW, True), (WIDE, False), (NARROW, False)],
    ids=["desk", "phone", "desk without scripts", "phone without scripts"],
)


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with served(office.door(one_gateway(world))) as where:
        yield where


def officer(world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool) -> Window:
    window = Window(browser, size, scripts=scripts)
    window.page.goto(address + office.link(world, Person(PersonId("k.person"), Role.OFFICER, KENT)))
    window.page.get_by_role("button", name="Sign in").click()
    window.look("Overview")
    return window


def team(
    world: World, browser: Browser, address: str, size: dict[str, int], partner: PartnerId, *, scripts: bool
) -> Window:
    """A team follows the link in its mailbox."""
    window, kent = Window(browser, size, scripts=scripts), world.kent
    link = inviting.invite(kent.gateway, kent.store, partner, NO_MAIL, world.clock())
    window.page.goto(address + link.removeprefix("https://g.example"))
    window.page.get_by_role("button", name="Sign in").click()
    window.look("Overview")
    return window


def opens(world: World, window: Window, address: str) -> None:
    """The newest message, a minute later."""
    world.clock.on(minutes=1)
    window.page.goto(address + "/team")
    window.look("What came for us")
    window.page.get_by_role("button", name="Open what came").first.click()
    window.look("From Kent")
    world.clock.on(minutes=1)


@HOW
def test_every_story_of_two_councils_runs_where_one_has_only_a_mailbox(
    world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool
) -> None:
    case = left(world)
    kent = officer(world, browser, address, size, scripts=scripts)
    medway = team(world, browser, address, size, MEDWAY, scripts=scripts)
    # Kent tells Medway of the child, and Medway says that it has read it
    kent.page.goto(address + f"/cases/{case}/notice?to={MEDWAY}&question=may-be-in-your-area&urgency=routine")
    kent.look("Check what will be told")
    press(kent, "Send it now", "The notice is on its way")
    opens(world, medway, address)
    follow(medway, "Say that you have read it", "Say that you have read it and done what it asks")
    press(medway, "We have done it", "The council has it")
    # Kent asks, and Medway answers
    kent.page.goto(address + f"/cases/{case}/enquiry")
    kent.page.get_by_label("Medway").check()
    kent.page.get_by_label("On which number can they call you back?").fill("01632 960123")
    press(kent, "Continue", "Check whom you ask, and for what")
    press(kent, "Ask them now", "The enquiry is on its way")
    opens(world, medway, address)
    follow(medway, "Say whether the child is known here", "Say whether the child is known here")
    medway.page.get_by_label("Yes").check()
    press(medway, "Send the answer", "The council has it")
    follow(kent, "Follow the enquiry", "Enquiry to Medway")
    assert "Not yet" not in kent.page.inner_text("main"), "it was sent, received, opened and answered"
    # Kent offers the case, and Medway takes it over
    kent.page.goto(address + f"/cases/{case}/transfer")
    kent.look("Hand this case over to another council")
    kent.page.get_by_label("Which council?").select_option(label="Medway")
    kent.page.get_by_label("Day").fill("1")
    kent.page.get_by_label("Month").fill("12")
    kent.page.get_by_label("Year").fill("2026")
    kent.page.get_by_label("What shows that the child is theirs?").fill("They have a flat there.")
    press(kent, "Offer it to them", "The transfer is on its way")
    opens(world, medway, address)
    follow(medway, "Take the case over", "Take the case over")
    medway.page.get_by_label("Day").fill("1")
    medway.page.get_by_label("Month").fill("12")
    medway.page.get_by_label("Year").fill("2026")
    press(medway, "Send the answer", "The council has it")
    kent.page.goto(address + "/cases")
    kent.look("Cases")
    kent.close()
    medway.close()


@HOW
def test_a_team_of_ours_tells_of_a_child_from_its_mailbox(
    world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool
) -> None:
    window = team(world, browser, address, size, MASH, scripts=scripts)
    follow(window, "Tell the council of a child", "Tell the council of a child")
    press(window, "Tell the council", "Tell the council of a child")
    window.page.get_by_label("Surname").fill("Zephyr")
    window.page.get_by_label("First name").fill("Amy")
    window.page.get_by_label("What should the council know?").fill("She is at home all day.")
    world.clock.on(minutes=1)
    press(window, "Tell the council", "The council has it")
    window.close()
