"""The matching queue at the pages, and at a real browser on desk and phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from gateway.core.facts import Role, TaskKind
from gateway.core.records import Record
from gateway.core.tasks import Task
from gateway.core.terms import DisclosureId, TaskId
from tests.flows.test_pairing import two, waiting
from tests.simulator import KENT, World
from tests.web import office
from tests.web.browser import served
from tests.web.office import Office, random_id
from tests.web.stories import FOUR
from tests.web.test_browser_council import press, signed_in
from tests.web.test_browser_referral import shot
from tests.web.test_casework import facts, gone, left, officer

WHY = "The same mother came to both schools."


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with served(office.door(world)) as where:
        yield where


def pair_of(reader: Office) -> str:
    (link,) = reader.get("/matching").tree.xpath("//main//a[contains(@href, '/matching/')]/@href")
    return str(link)


def test_the_queue_shows_the_rule_and_both_records_side_by_side(world: World) -> None:
    reader = officer(world)
    assert "Nothing waits to be matched" in reader.get("/matching").text
    older, newer = two(world)
    assert "Matched with conflicts" in reader.get("/matching").text
    assert reader.get("/due").tree.xpath("//a[@href='/matching']")
    page = reader.get(pair_of(reader))
    assert older.id in page.text and newer.id in page.text and "2 March 2015" in page.text
    assert len(facts(world, "CaseViewed")) == 2


def test_what_is_said_needs_its_reason_and_is_done(world: World) -> None:
    reader = officer(world)
    two(world)
    where = pair_of(reader)
    wrong = reader.post(where)
    assert wrong.status == 422 and "Choose what you say" in wrong.text and "Say in a sentence" in wrong.text
    assert reader.post(where, says="same", reason="twins").status == 422
    assert reader.follow(reader.post(where, says="need-more", reason=WHY)).text.count("More is needed") == 1
    assert "Nothing waits" in reader.follow(reader.post(where, says="same", reason=WHY)).text
    assert not waiting(world) and reader.get(where).status == 404


def test_who_came_in_and_may_be_whom_another_council_asks_after_stands_in_the_queue(world: World) -> None:
    at, about = world.clock(), DisclosureId("d-2v4dxyq7n5gwfa3mzk6tjbc2re")
    task = Task(TaskId(random_id("t")), KENT, TaskKind.ENQUIRY_MATCH, about, at, at)
    world.kent.store.record(Record((), tasks=(task,)))
    page = officer(world).get("/matching")
    assert page.tree.xpath(f"//main//a[@href='/notices/{about}/answer']") and "another council asks after" in page.text


@FOUR
def test_an_officer_says_that_two_cases_are_one_child(
    world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool
) -> None:
    older, _ = two(world)
    window = signed_in(world, browser, address, size, Role.OFFICER, scripts=scripts)
    page = window.page
    page.goto(address + "/cases")
    window.look("Cases")
    page.get_by_role("link", name="Records that may be about one child").click()
    window.look("Matching")
    shot(window, f"matching-{size['width']}")
    page.get_by_role("link", name=re.compile("^Compare with")).click()
    window.look("Are these two one child?")
    shot(window, f"pair-{size['width']}")
    press(window, "Say so", "Are these two one child?")
    page.get_by_role("link", name="Choose what you say").click()
    page.get_by_label("The same child: the newer").check()
    page.get_by_label("How do you know, or what do you still need?").fill(WHY)
    press(window, "Say so", "Matching")
    assert "Nothing waits to be matched" in page.inner_text("main")
    page.goto(address + "/cases")
    window.look("Cases")
    assert page.inner_text("main").count(older.id) == 1
    window.close()


def test_what_a_number_matched_by_itself_is_shown_with_the_rule_and_not_as_work(world: World) -> None:
    reader = officer(world)
    case = left(world)
    assert "Automatched" not in reader.get("/matching").text, "what opened it was matched with nothing"
    world.clock.on(minutes=1)
    gone(world, ground="H")
    shown = reader.get("/matching").text
    assert "Automatched" in shown and "The same UPN" in shown and "Nothing waits" in shown
    assert reader.get("/matching").tree.xpath(f"//main//a[@href='/cases/{case}']")
    world.clock.on(minutes=31 * 24 * 60)
    assert "Automatched" not in officer(world, "d.late").get("/matching").text
