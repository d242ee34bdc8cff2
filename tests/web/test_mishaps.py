"""What went wrong, at the pages: a recall, the breach record with its 72 hours, and what partners call back from us."""

import re

import pytest

from gateway.core.facts import BreachNature, BreachRisk, KeptReason, RecallOutcome, RecallReason, Role
from gateway.core.terms import DisclosureId
from gateway.web.governance import spoken
from tests.flows.test_recalls import a_notice, deliver
from tests.flows.watch import GOVERNANCE, OFFICER, WHY, lines
from tests.simulator import KENT, MEDWAY, World
from tests.web.office import Office


@pytest.fixture
def told(world: World) -> DisclosureId:
    """Kent has told Medway of a child, and Medway's gateway has it."""
    made = a_notice(world)
    deliver(world)
    return made


@pytest.fixture
def office(world: World) -> Office:
    return Office(world, GOVERNANCE.role, KENT, GOVERNANCE.id)


def recalled(office: Office, told: DisclosureId) -> str:
    page = office.follow_form(f"/disclosures/{told}/recall", because="wrong-recipient", reason=WHY)
    return page.address.rsplit("/", 1)[-1]


def test_a_disclosure_has_a_page_with_what_was_decided_and_its_proof(
    world: World, office: Office, told: DisclosureId
) -> None:
    page = office.get(f"/disclosures/{told}")
    assert page.heading == "One disclosure" and "Kent to Medway" in page.text and "Released" in page.text
    assert "Shared:" in page.text and "Withheld:" in page.text and "EA96 s436A" in page.text
    assert f"/log/proofs.zip?disclosure={told}" in page.answer.text
    assert lines(world.kent, "LogSearched"), "that somebody looked is in the log"
    assert f"/disclosures/{told}" in office.get("/log").answer.text
    assert office.get("/disclosures/d-2v4dxyq7n5gwfa3mzk6tjbc2re").status == 404
    assert Office(world, Role.AUDITOR, KENT, "u.dit").get(f"/disclosures/{told}").status == 200


def test_it_is_called_back_and_72_hours_run(world: World, office: Office, told: DisclosureId) -> None:
    empty = office.post(f"/disclosures/{told}/recall", because="wrong-recipient")
    assert empty.status == 422 and empty.tree.find(".//a[@href='#reason']") is not None
    breach = recalled(office, told)
    page = office.get(f"/breaches/{breach}")
    assert page.heading == "Breach: it went to the wrong recipient"
    assert "72 hours are left of the 72 to tell the Information Commissioner" in page.text
    assert "has not answered" in page.text and "Not assessed yet" in page.text
    world.clock.on(hours=30)
    later = Office(world, GOVERNANCE.role, KENT, GOVERNANCE.id)
    assert "42 hours left" in later.get("/breaches").text
    world.clock.on(hours=60)
    late = Office(world, GOVERNANCE.role, KENT, GOVERNANCE.id)
    assert "Late" in late.get("/breaches").text
    assert "should have been told 18 hours ago" in late.get(f"/breaches/{breach}").text
    assert late.get("/due").tree.find(f".//a[@href='/breaches/{breach}']") is not None
    assert late.post(f"/disclosures/{told}/recall", because="wrong-recipient", reason=WHY).status == 409


def test_who_was_told_ends_the_clock_and_no_risk_takes_a_reason(
    world: World, office: Office, told: DisclosureId
) -> None:
    breach = recalled(office, told)
    news = f"/breaches/{breach}/news"
    bare = office.post(news, contained="yes", risk="unlikely")
    assert bare.status == 422 and bare.tree.find(".//a[@href='#why']") is not None
    office.follow(office.post(news, contained="yes"))
    day = {"told_ico-day": "3", "told_ico-month": "11", "told_ico-year": "2026", "told_ico-clock": "13:05"}
    page = office.follow(office.post(news, risk="high", **day))
    assert "Told 3 November 2026 at 1:05pm" in page.text and "Tell them without delay" in page.text
    assert "are left of the 72" not in page.text and "Contained Yes" in page.text
    assert len(lines(world.kent, "BreachUpdated")) == 2


def test_the_partner_answers_and_the_answer_stands_there(world: World, office: Office, told: DisclosureId) -> None:
    recalled(office, told)
    deliver(world)
    theirs = Office(world, GOVERNANCE.role, MEDWAY, "m.dale", home=MEDWAY)
    assert "To be answered" in theirs.get("/breaches").text
    kept = theirs.post(f"/recalls/{told}/answer", outcome="kept")
    assert kept.status == 422 and kept.tree.find(".//a[@href='#kept']") is not None
    done = theirs.post(f"/recalls/{told}/answer", outcome="deleted", opened="2")
    assert done.heading == "Done, and they are told"
    deliver(world)
    assert "Deleted" in office.get("/breaches").text
    assert theirs.post(f"/recalls/{told}/answer", outcome="deleted").status == 409


def test_what_they_say_by_telephone_is_written_down(world: World, office: Office, told: DisclosureId) -> None:
    recalled(office, told)
    assert office.post(f"/recalls/{told}/heard").status == 422
    page = office.follow_form(f"/recalls/{told}/heard", outcome="not-found", opened="1")
    assert "Not found" in page.text
    assert len(lines(world.kent, "RecallHeard")) == 1


def test_an_officer_calls_back_and_keeps_no_record(world: World, told: DisclosureId) -> None:
    officer = Office(world, OFFICER.role, KENT, OFFICER.id)
    breach = recalled(officer, told)
    assert "Write down what is known by now" not in officer.get(f"/breaches/{breach}").text
    assert officer.get(f"/breaches/{breach}/news").status == 403
    stranger = Office(world, GOVERNANCE.role, MEDWAY, "x.medway")
    assert stranger.get(f"/breaches/{breach}").status == 404
    assert not re.search(r"b-[a-z2-7]{26}", stranger.get("/breaches").answer.text)


def test_every_word_of_a_breach_has_words() -> None:
    assert set(spoken.NATURES) == set(BreachNature) and set(spoken.RISKS) == set(BreachRisk)
    assert set(spoken.RECALLED) == set(RecallReason) and set(spoken.BECAME) == set(RecallOutcome)
    assert set(spoken.KEPT) == set(KeptReason)
