"""Somebody at a council reads what came in at a page, and goes on from there; whoever sent it sees that they did."""

import re

from gateway.core.facts import Role
from gateway.core.terms import Kind
from tests.flows.asked import a_message, carry, sent, tick
from tests.simulator import KENT, MEDWAY, World
from tests.web.office import Office, Page
from tests.web.test_casework import left, officer
from tests.web.test_notices import TOLD, number_in, of_medway


def pressed(office: Office, page: Page, words: str) -> Page:
    """What a button with these words leads to."""
    (form,) = [one for one in page.tree.iter("form") if words in str(one.text_content())]
    return office.post(str(form.get("action")))


def links(page: Page) -> dict[str, str]:
    main = page.tree.find(".//main")
    assert main is not None
    return {str(one.text_content()).strip(): str(one.get("href")) for one in main.iter("a")}


def test_an_enquiry_is_read_answered_and_the_answer_is_read_without_a_file(world: World) -> None:
    disclosure = sent(world, a_message(world, Kind.ENQUIRY))
    carry(world)
    theirs, ours = of_medway(world), officer(world)
    read = pressed(theirs, theirs.get(f"/notices/{disclosure}"), "Read what they wrote")
    assert read.heading == "From Kent" and {"Surname", "Reply wanted"} <= {
        str(one.text_content()).strip() for one in read.tree.iter("dt")
    }
    answers = theirs.get(links(read)["Answer the enquiry"])
    assert "They ask: How the family is reached." in answers.text
    assert "Say at which school" in answers.text and "Say who works" not in answers.text
    assert pressed(theirs, answers, "Read whom they ask after").heading == "From Kent"
    theirs.post(f"/notices/{disclosure}/answer/1", known="yes")
    for _ in range(3):
        tick(world, minutes=2)
    row = ours.get(f"/notices/{disclosure}")
    assert "Opened by a person Not yet" not in row.text, "reading is opening"
    answer = pressed(ours, row, "Read their answer")
    assert answer.heading == "From Medway" and "Known yes" in answer.text
    assert links(answer)["See what we asked"] == f"/notices/{disclosure}"


def test_a_notice_leads_to_the_case_of_its_child_for_those_who_may_open_it(world: World) -> None:
    disclosure = sent(world, a_message(world, Kind.NOTICE))
    carry(world)
    theirs = of_medway(world)
    read = pressed(theirs, theirs.get("/inbox"), "Read it")
    (case,) = world.medway.store.cases([MEDWAY], ["open"])  # type: ignore[list-item]
    assert links(read)[f"Go to the case of this child, {case.id}"] == f"/cases/{case.id}"
    assert "/collect/" in read.answer.text, "it may still be taken as a file"
    assert links(read)["See how far it has come, and whom to ring"] == f"/notices/{disclosure}"
    assert "Read it again" in theirs.get("/inbox").text


def test_what_is_for_another_council_opens_to_nobody_here(world: World) -> None:
    sent(world, a_message(world, Kind.NOTICE))
    carry(world)
    shown = of_medway(world).get("/inbox").answer.text
    found = re.search(r'action="(/inbox/[^"]+)"', shown)
    assert found is not None
    assert officer(world).post(found[1]).status == 404
    assert Office(world, Role.SCHOOL_SENDER, name="l.two").post(found[1]).status == 404
    assert Office(world, Role.OPERATOR, KENT, "o.bell").post(found[1]).status == 403


def test_whom_an_enquiry_asked_is_not_whom_a_notice_told(world: World) -> None:
    case, office = left(world), officer(world)
    office.post(f"/cases/{case}/assign", officer="c.hall")
    office.post(office.follow(office.post(f"/cases/{case}/tell", **TOLD)).address)
    asked = office.post(f"/cases/{case}/enquiry/send", to=[MEDWAY], grade="1", phone="01632 960123", reason="")
    shown = office.get(f"/notices/{number_in(asked)}").text
    assert shown.partition("Everybody who was asked")[2].count("Medway") == 1
