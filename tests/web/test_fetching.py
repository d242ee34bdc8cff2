"""A school asks for the file of a pupil who came: by the law as it stands, with the day it is due, at pages and browser."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Browser

from gateway import settings
from gateway.core.agreements import Agreement, Party, Signatory
from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.terms import PartnerId, PersonId
from gateway.edge import registry
from gateway.flows import fetching
from tests.simulator import ACADEMY, KENT, LARKMERE, NUMBERS, World, agreement, leavers
from tests.web import office
from tests.web.browser import Window, served
from tests.web.office import Office
from tests.web.stories import FOUR
from tests.web.test_browser_council import press
from tests.web.test_browser_filing import fill_in
from tests.web.test_browser_referral import shot

ASKED = {
    "surname": "Quillfeather", "forename": "Addie", "upn": "H801200001001", "old": "886 4000", "left-day": "20",
    "left-month": "10", "left-year": "2026", "phone": "01632 960200",
}  # fmt: skip


def agreed() -> Agreement:
    """Larkmere and Kent find out together where a child is."""
    template = registry.agreement_templates(settings.shipped("partners"))["school-council-leavers"]
    signed = tuple(Signatory(Party(one), "head", date(2026, 9, 1)) for one in (KENT, LARKMERE))
    now = agreement()
    return replace(
        template, name="larkmere-kent", status=now.status, in_force=now.in_force, review=now.review, mandatory=(),
        assurance=(), senders=(Party(LARKMERE),), recipients=(Party(KENT),), signatories=signed,
    )  # fmt: skip


@pytest.fixture
def address(world: World) -> Iterator[str]:
    world.adopt(agreed())
    with served(office.door(world)) as where:
        yield where


def test_a_request_goes_to_the_council_of_the_old_school_with_its_due_date_and_a_receipt(world: World) -> None:
    world.adopt(agreed())
    school = Office(world)
    page = school.post("/ask-for-a-file", **ASKED)
    assert page.heading == "Your request is ready, and not sent yet"
    assert "due by 17 November 2026" in page.text, "15 school days after the child left, half term apart"
    (link,) = page.tree.xpath("//main//a[contains(@href, '/reports/')]/@href")
    sent = school.follow(school.send(school.get(link)))
    assert "See the receipt" in sent.text
    (parcel,) = world.kent.store.shelved_for([KENT])
    assert parcel.parcel.purpose == "P08"


def test_where_no_agreement_lets_it_go_the_page_says_so_and_whom_to_ring(world: World) -> None:
    page = Office(world).post("/ask-for-a-file", **ASKED)
    assert page.heading == "Your request cannot go this way"
    assert "no sharing agreement" in page.text and "Ring the old school" in page.text and "17 November" in page.text


def on_record(world: World, organisation: PartnerId = LARKMERE, **said: str) -> Office:
    """A school rings the old school, and has put on record that it asks."""
    school = Office(world, organisation=organisation)
    page = school.post("/ask-for-a-file", **{**ASKED, **said})
    (link,) = page.tree.xpath("//main//a[contains(@href, '/reports/')]/@href")
    assert "See the receipt" in school.follow(school.send(school.get(link))).text
    return school


def test_a_file_asked_for_outside_is_on_record_with_its_due_date_and_clock(world: World) -> None:
    school = on_record(world)
    page = school.get("/files-asked-for")
    assert "A.Q., UPN ending 001" in page.text and "Due by 17 November 2026" in page.text
    assert "No council was asked: ask the old school yourself" in page.text and "Not yet" in page.text
    assert "UPN ending 001" not in school.get("/undelivered").text and "Needs a look" not in school.get("/").text
    world.clock.on(days=20)
    school.sign_in()
    assert "Overdue" in school.get("/files-asked-for").text
    assert "A file you asked for has not come" in school.get("/").text


def test_a_file_that_has_come_is_no_longer_waited_for(world: World) -> None:
    moved = leavers(pupils=1, dest=NUMBERS[ACADEMY])
    found = re.search(rb"<UPN>([^<]*)", moved.content)
    assert found is not None
    school = on_record(world, ACADEMY, upn=found[1].decode(), old="886 4321")
    assert "Not yet" in school.get("/files-asked-for").text
    world.upload(moved.content, moved.name)
    world.clock.on(days=20)
    school.sign_in()
    assert "Has come" in school.get("/files-asked-for").text
    assert "has not come" not in school.get("/").text


def test_what_went_to_the_council_stands_in_the_same_list(world: World) -> None:
    world.adopt(agreed())
    assert "You asked Kent" in on_record(world).get("/files-asked-for").text
    assert "asked for no file" in Office(world, organisation=ACADEMY, name="a.office").get("/files-asked-for").text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"surname": ""}, "Write the surname"),
        ({"old": ""}, "Write the number of the old school"),
        ({"old": "12"}, "seven digits"),
        ({"old": "0004000"}, "Check the DfE number"),
        ({"upn": "12"}, "A UPN is a letter"),
        ({"left-year": ""}, "must have a day"),
        ({"phone": ""}, "Write a number"),
    ],
)
def test_what_is_wrong_with_a_request_is_said_by_its_field(world: World, said: dict[str, str], told: str) -> None:
    page = Office(world).post("/ask-for-a-file", **{**ASKED, **said})
    assert page.status == 422 and told in page.text


def test_only_a_school_asks_so_and_each_kind_of_school_cites_its_own_law(world: World) -> None:
    assert Office(world, Role.SCHOOL_READER).get("/ask-for-a-file").status == 403
    assert Office(world, Role.OFFICER, KENT, "c.hall").post("/ask-for-a-file", **ASKED).status == 403
    assert len(set(fetching.POWERS.values()) | {fetching.POWER}) == len(fetching.POWERS) + 1


@FOUR
def test_an_office_asks_for_a_file(
    world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool
) -> None:
    window = Window(browser, size, scripts=scripts)
    page = window.page
    page.goto(address + office.link(world, Person(PersonId("l.office"), Role.SCHOOL_SENDER, LARKMERE)))
    press(window, "Sign in", "Overview")
    page.get_by_role("link", name="Ask for a pupil’s file").click()
    window.look("Ask for a pupil’s file")
    press(window, "See by when it is due", "Ask for a pupil’s file")
    fill_in(page, ASKED)
    press(window, "See by when it is due", "Your request is ready, and not sent yet")
    shot(window, f"file-asked-{size['width']}")
    page.get_by_role("button", name="Look at it once more").or_(page.get_by_role("link", name="Look at it")).click()
    window.look("not sent yet")
    page.get_by_role("button", name="Send").first.click()
    page.get_by_text("See the receipt").wait_for()
    window.close()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"phone": "ask Jo"}, "Write a telephone number with its area code"),
        ({"left-year": "2027"}, "The day on which the child left there cannot be in the future"),
    ],
)
def test_number_that_nobody_can_dial_and_day_to_come_are_told_at_their_field(
    world: World, wrong: dict[str, str], said: str
) -> None:
    page = Office(world).post("/ask-for-a-file", **{**ASKED, **wrong})
    assert page.status == 422
    assert said in page.text
    assert page.tree.xpath(
        f"//div[contains(@class, 'error-summary')]//a[starts-with(@href, '#{next(iter(wrong))[:4]}')]"
    )


def test_request_that_cannot_go_is_put_on_record_and_not_sent(world: World) -> None:
    school = Office(world)
    assert "cannot go this way" in school.post("/ask-for-a-file", **ASKED).heading
    assert "Put on record 8864321_RQF_886LLLL_001.xml" in school.get("/").text
