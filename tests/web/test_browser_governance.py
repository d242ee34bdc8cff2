"""Information governance at a real browser, by the keyboard alone: each story of the people who watch over what leaves,
on desk and phone and without scripts.
"""

from datetime import UTC, datetime

from playwright.sync_api import Browser

from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.terms import Flag, PersonId
from gateway.web import prints
from tests.flows.asked import carry
from tests.flows.test_recalls import a_notice, deliver
from tests.flows.watch import decisions_of, hand_in, with_desk
from tests.needs import needs
from tests.simulator import ACADEMY, KENT, MEDWAY, NUMBERS, TIDEWAY, World, leavers
from tests.teams import opened_at_mailbox
from tests.web import office
from tests.web.browser import Window, served
from tests.web.stories import THREE
from tests.web.test_claims import opened, step, upn_at_kent


def signed_in(window: Window, world: World, address: str, role: Role, name: str) -> Window:
    window.page.goto(address + office.link(world, Person(PersonId(name), role, KENT)))
    window.press("Sign in", "Overview")
    return window


@THREE
def test_two_people_see_what_would_go_and_release_it(
    world: World, browser: Browser, size: dict[str, int], *, scripts: bool
) -> None:
    with_desk(world)
    # a file about a child who is flagged goes sealed or stays here: without another gateway, to the school next door
    there = NUMBERS[TIDEWAY if MEDWAY in world.sides else ACADEMY]
    made = leavers(pupils=1, dest=there)
    (decision,) = decisions_of(hand_in(world, made, {1: frozenset({Flag.ADDRESS_CONFIDENTIAL})}))
    assert decision["outcome"] == "hold"
    with served(office.door(world)) as address:
        for name, done in (("n.first", "You have signed"), ("p.second", "It goes now")):
            window = signed_in(Window(browser, size, scripts=scripts), world, address, Role.SAFEGUARDING, name)
            page = window.page
            window.press("What waits for you", "What waits for you")
            window.press("See all disclosures", "Disclosures that wait for people")
            window.press("To School", "What would go to")
            assert "What would be withheld" in page.inner_text("main")
            window.press("Sign for its release", "Sign for its release")
            form = page.url
            window.press("Put my signature under it", "Sign for its release")
            window.press("Say why in a sentence", "Sign for its release")
            page.keyboard.type("The mother asked us to send it on.")
            window.press("Put my signature under it", done)
            page.goto(form)  # an old page, or the way back
            if done == "You have signed":
                window.look("Sign for its release")
                window.write("Why?", "She asked us once more to send it.")
                window.press("Put my signature under it", "Sign for its release")
                assert "you are the first of them" in page.inner_text("main")
            else:
                window.look("Somebody settled this before")
            window.close()


@THREE
def test_a_mistake_is_put_right_and_everybody_who_was_told_is_told_of_it(
    world: World, browser: Browser, size: dict[str, int], *, scripts: bool
) -> None:
    upn = upn_at_kent(world)
    with served(office.door(world)) as address:
        window = signed_in(Window(browser, size, scripts=scripts), world, address, Role.GOVERNANCE, "k.governance")
        page, request = window.page, "Request: put a wrong fact right"
        window.press("Requests about people’s own data", "Requests about people’s own data")
        window.press("Take a request in", "Take a request in")
        window.press("Take it in", "Take a request in")
        window.press("Choose what they ask for", "Take a request in")
        window.pick("Put a wrong fact right")
        window.pick("The child", exact=True)
        window.write("Name of who asks", "Haddadin, Dariush")
        window.write("UPN", upn)
        window.write("Which item is wrong?", "LastAddress/PostCode")
        window.write("What is right?", "ZZ99 3CC")
        window.press("Take it in", request)
        for link in ("They showed who they are", "Judged whether the child can decide", "Granted"):
            window.press(link, link)
            window.write("Why?", "The passport was seen at the desk.")
            window.press("Put it on record", request)
        assert "Not answered yet" in page.inner_text("main")
        window.press("Write down what Medway said", "What a past recipient said")
        window.pick("Refused")
        window.write("Why?", "They say by phone that they are sure of it.")
        window.press("Put it on record", request)
        assert "What they said: They say by phone" in page.inner_text("main")
        window.press("All requests", "Requests about people’s own data")
        window.press("Restrictions, objections", "Flags that stand")
        window.close()


@THREE
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
        window.press("Requests about people’s own data", "Requests about people’s own data")
        window.press("A copy of what we keep", "Request: a copy of what we keep")
        window.press("Put the answer together", "Put the answer together")
        window.write("What is left out?", "DOB=X5")
        window.press("Put it together", "What Kent keeps, and who was told")
        assert "[left out: X5]" in page.inner_text("main") and upn not in page.url + page.title()
        page.emulate_media(media="print")
        assert page.get_by_text("Read it before it goes").is_hidden()
        page.emulate_media(media="screen")
        needs(prints.ready(), "WeasyPrint (the extra [pdf])")
        window.press("Back to the request", "Request: a copy of what we keep")
        window.press("Put the answer together", "Put the answer together")
        window.pick("A PDF that screen readers can read")
        assert window.take("Put it together").path().read_bytes().startswith(b"%PDF")
        window.close()


@THREE
def test_a_wrong_recipient_is_called_back_and_the_72_hours_are_kept(
    world: World, browser: Browser, size: dict[str, int], *, scripts: bool
) -> None:
    told = a_notice(world)
    deliver(world)
    if MEDWAY not in world.sides:
        opened_at_mailbox(world, MEDWAY)
    world.kent.store.publish(world.clock(), world.kent.vault)
    with served(office.door(world)) as address:
        window = signed_in(Window(browser, size, scripts=scripts), world, address, Role.GOVERNANCE, "k.governance")
        page, breach = window.page, "Breach: it went to the wrong recipient"
        window.press("Disclosure log", "Disclosure log")
        window.press(told, "One disclosure")
        window.small("disclosure")
        assert window.take("Download the proof").path().read_bytes().startswith(b"PK")
        window.press("Call it back", "Call this disclosure back")
        window.pick("It went to the wrong recipient")
        window.write("Why?", "It was meant for the council next door.")
        window.press("Call it back now", breach)
        assert "of the 72 to tell the Information Commissioner" in page.inner_text("main")
        assert "identity" in page.inner_text("main"), "what it held, in words"
        window.press("Write down what is known by now", "What is known by now")
        window.pick("Yes")
        window.pick("High:")
        window.press("Put it on record", breach)
        window.press("Write down what they said", "What they said")
        window.pick("Deleted")
        window.press("Put it on record", "Breaches and recalls")
        window.close()


@THREE
def test_an_agreement_is_reviewed_and_changed(
    world: World, browser: Browser, size: dict[str, int], *, scripts: bool
) -> None:
    with served(office.door(world)) as address:
        window = signed_in(Window(browser, size, scripts=scripts), world, address, Role.GOVERNANCE, "k.governance")
        page = window.page
        window.press("Agreements", "Agreements")
        title = page.get_by_role("main").get_by_role("link", name="kent-medway-cme.v1").inner_text().split(",")[0]
        window.press("kent-medway-cme.v1", title)
        window.press("Review it", "Review:")
        window.press("Change it", "Change an agreement")
        window.write("Children in one message at most", "12")
        window.write("What changes in this version?", "Fewer children in one message.")
        window.press("See the draft", "Take an agreement into the register")
        window.press("Take it into the register", title)
        window.press("Lay it before the parties", "Lay it before the parties")
        form = page.url
        window.press("Lay it before the parties", title)
        page.goto(form)
        window.look("An agreement cannot go from where it stands to there")
        page.goto(address + "/agreements")
        window.look("Agreements")
        window.press("The purposes", "Purposes")
        window.press("P06", "P06")
        window.press("Data-sharing agreements", "Data-sharing")
        window.close()


@THREE
def test_a_sample_is_judged_and_lists_are_taken_away_as_files(
    world: World, browser: Browser, size: dict[str, int], *, scripts: bool
) -> None:
    needs(prints.ready(), "WeasyPrint (the extra [pdf])")
    world.notice(seed=1)
    carry(world)
    world.clock.at = datetime(2026, 12, 2, 9, tzinfo=UTC)
    with served(office.door(world)) as address:
        window = signed_in(Window(browser, size, scripts=scripts), world, address, Role.GOVERNANCE, "k.governance")
        page, drawn = window.page, "Sample audit of November 2026"
        window.press("Sample audit", drawn)
        window.press("Write down what you found", "What you found")
        window.press("Put it on record", "What you found")
        window.press("Say what you found", "What you found")
        window.pick("The legal basis is not the right one")
        window.press("Put it on record", drawn)
        assert "Something is wrong" in page.inner_text("main")
        window.press("Disclosure log", "Disclosure log")
        window.press("Filter", "Disclosure log")
        window.write("What was done", "Released")
        window.press("Search", "Disclosure log")
        assert "what=release" in page.url and "Filter (1 in use)" in page.inner_text("main")
        for words, begins in (("CSV", "\ufeff".encode()), ("XLSX", b"PK"), ("PDF", b"%PDF")):
            assert window.take(words).path().read_bytes().startswith(begins), words
        window.menu("Overview", "Overview")
        window.press("Numbers", "Disclosures in numbers")
        window.press("The board’s page", "For the board: 1 October 2026 to 31 December 2026")
        assert window.take("Take it as PDF").path().read_bytes().startswith(b"%PDF")
        window.close()


@THREE
def test_numbers_retention_and_public_pages_are_read_by_everybody(
    world: World, browser: Browser, size: dict[str, int], *, scripts: bool
) -> None:
    upn = upn_at_kent(world)
    pages = {
        "/retention/certificates": "Certificates of destruction", "/privacy/council-886": "Privacy: Kent",
        "/accessibility": "Accessibility", "/help": "What messages mean",
    }  # fmt: skip
    with served(office.door(world)) as address:
        window = signed_in(Window(browser, size, scripts=scripts), world, address, Role.GOVERNANCE, "k.governance")
        window.press("Holds", "Disclosures that wait for people")
        window.menu("Overview", "Overview")
        window.press("Retention", "Retention")
        for where, heading in pages.items():
            window.page.goto(address + where)
            window.look(heading)
        window.menu("Disclosure log", "Disclosure log")
        window.press("Look up a child", "Look up a child")
        window.write("UPN", upn)
        window.press("Look it up", "Look up a child")
        window.press("Say in a sentence why", "Look up a child")
        window.page.keyboard.type("Her mother asks to whom we gave it.")
        window.press("Look it up", "What was disclosed about this child")
        window.menu("Overview", "Overview")
        window.press("Is the log what was written?", "Is the log what was written?")
        window.press("Check now", "Is the log what was written?")
        assert "Verified" in window.page.inner_text("main").title()
        window.page.goto(address + "/verified")
        window.look("Is the log what was written?")
        assert "by k.governance: every line and every row was what was written" in window.page.inner_text("main")
        window.close()
