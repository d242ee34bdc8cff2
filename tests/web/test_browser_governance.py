"""Information governance at a real browser: each story of the people who watch over what leaves, on desk and phone."""

import pytest
from playwright.sync_api import Browser

from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.terms import Flag, PersonId
from tests.flows.test_recalls import a_notice, deliver
from tests.flows.watch import decisions_of, hand_in, with_desk
from tests.simulator import KENT, World, leavers
from tests.web import office
from tests.web.browser import NARROW, WIDE, Window, served
from tests.web.test_browser_council import follow, press
from tests.web.test_claims import opened, step, upn_at_kent

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


@STORIES
def test_a_mistake_is_put_right_and_everybody_who_was_told_is_told_of_it(
    world: World, browser: Browser, size: dict[str, int], *, scripts: bool
) -> None:
    upn = upn_at_kent(world)
    with served(office.door(world)) as address:
        window = signed_in(Window(browser, size, scripts=scripts), world, address, Role.GOVERNANCE, "k.governance")
        page = window.page
        page.goto(address + "/rights")
        window.look("Requests about people’s own data")
        follow(window, "Take a request in", "Take a request in")
        press(window, "Take it in", "Take a request in")
        page.get_by_role("link", name="Choose what they ask for").click()
        page.get_by_label("Put a wrong fact right").check()
        page.get_by_label("The child", exact=True).check()
        page.get_by_label("Name of who asks").fill("Haddadin, Dariush")
        page.get_by_label("UPN").fill(upn)
        page.get_by_label("Which item is wrong?").fill("LastAddress/PostCode")
        page.get_by_label("What is right?").fill("ZZ99 3CC")
        press(window, "Take it in", "Request: put a wrong fact right")
        for link in ("They showed who they are", "Judged whether the child can decide", "Granted"):
            follow(window, link, link)
            page.get_by_label("Why?").fill("The passport was seen at the desk.")
            press(window, "Put it on record", "Request: put a wrong fact right")
        assert "Not answered yet" in page.inner_text("main")
        follow(window, "Write down what Medway said", "What a past recipient said")
        page.get_by_label("Refused").check()
        page.get_by_label("Why?").fill("They say by phone that they are sure of it.")
        press(window, "Put it on record", "Request: put a wrong fact right")
        page.goto(address + "/flags")
        window.look("Flags that stand")
        window.close()


@STORIES
def test_somebody_is_given_a_copy_and_who_was_told(
    world: World, browser: Browser, size: dict[str, int], *, scripts: bool
) -> None:
    upn = upn_at_kent(world)
    governance = office.Office(world, Role.GOVERNANCE, KENT, "g.lowe")
    claim = opened(governance, upn)
    step(governance, claim, "identity-shown")
    with served(office.door(world)) as address:
        window = signed_in(Window(browser, size, scripts=scripts), world, address, Role.GOVERNANCE, "k.governance")
        page = window.page
        page.goto(f"{address}/rights/{claim}")
        window.look("Request: a copy of what we keep")
        follow(window, "Put the answer together", "Put the answer together")
        page.get_by_label("What is left out?").fill("DOB=X5")
        press(window, "Put it together", "What Kent keeps, and who was told")
        assert "[left out: X5]" in page.inner_text("main") and upn not in page.url + page.title()
        page.emulate_media(media="print")
        assert page.get_by_text("Read it before it goes").is_hidden()
        window.close()


@STORIES
def test_a_wrong_recipient_is_called_back_and_the_72_hours_are_kept(
    world: World, browser: Browser, size: dict[str, int], *, scripts: bool
) -> None:
    told = a_notice(world)
    deliver(world)
    with served(office.door(world)) as address:
        window = signed_in(Window(browser, size, scripts=scripts), world, address, Role.GOVERNANCE, "k.governance")
        page = window.page
        page.goto(address + "/log")
        window.look("Disclosure log")
        follow(window, told, "One disclosure")
        window.small("disclosure")
        press(window, "Call it back", "Call this disclosure back")
        page.get_by_label("It went to the wrong recipient").check()
        page.get_by_label("Why?").fill("It was meant for the council next door.")
        press(window, "Call it back now", "Breach: it went to the wrong recipient")
        assert "of the 72 to tell the Information Commissioner" in page.inner_text("main")
        press(window, "Write down what is known by now", "What is known by now")
        page.get_by_label("High:").check()
        page.get_by_label("Yes").check()
        press(window, "Put it on record", "Breach: it went to the wrong recipient")
        follow(window, "Write down what they said", "What they said")
        page.get_by_label("Deleted").check()
        press(window, "Put it on record", "Breaches and recalls")
        window.close()


@STORIES
def test_an_agreement_is_reviewed_and_changed(
    world: World, browser: Browser, size: dict[str, int], *, scripts: bool
) -> None:
    with served(office.door(world)) as address:
        window = signed_in(Window(browser, size, scripts=scripts), world, address, Role.GOVERNANCE, "k.governance")
        page = window.page
        page.goto(address + "/agreements")
        window.look("Agreements")
        title = page.get_by_role("main").get_by_role("link", name="kent-medway-cme.v1").inner_text().split(",")[0]
        follow(window, "kent-medway-cme.v1", title)
        follow(window, "Review it", "Review:")
        press(window, "Change it", "Change an agreement")
        page.get_by_label("Children in one message at most").fill("12")
        page.get_by_label("What changes in this version?").fill("Fewer children in one message.")
        press(window, "See the draft", "Take an agreement into the register")
        press(window, "Take it into the register", title)
        follow(window, "Lay it before the parties", "Lay it before the parties")
        press(window, "Lay it before the parties", title)
        for where, heading in (("/purposes", "Purposes"), ("/purposes/P06", "P06"), ("/register", "Data-sharing")):
            page.goto(address + where)
            window.look(heading)
        window.close()


@STORIES
def test_numbers_retention_and_public_pages_are_read_by_everybody(
    world: World, browser: Browser, size: dict[str, int], *, scripts: bool
) -> None:
    upn_at_kent(world)
    pages = {
        "/charts": "Disclosures in numbers", "/board": "For the board", "/retention": "Retention",
        "/retention/certificates": "Certificates of destruction", "/privacy/council-886": "Privacy: Kent",
        "/accessibility": "Accessibility", "/help": "What messages mean", "/holds": "Disclosures that wait",
    }  # fmt: skip
    with served(office.door(world)) as address:
        window = signed_in(Window(browser, size, scripts=scripts), world, address, Role.GOVERNANCE, "k.governance")
        for where, heading in pages.items():
            window.page.goto(address + where)
            window.look(heading)
        window.page.goto(address + "/verified")
        window.look("Is the log what was written?")
        press(window, "Check now", "Is the log what was written?")
        assert "Verified" in window.page.inner_text("main").title()
        window.close()
