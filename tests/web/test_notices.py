"""Telling another council and answering one, at the pages: what would go is seen first, and who has opened it after."""

import re
from collections.abc import Sequence
from dataclasses import replace

from gateway.core.documents.messages.tracing import Reply
from gateway.core.documents.messages.words import Profession, Question, Urgency
from gateway.core.facts import Role
from gateway.core.notices import FOLLOWED
from gateway.core.terms import Kind
from gateway.web import words
from tests.flows.asked import a_message, carry, sent, tick
from tests.flows.test_enquiries import shelved_at_kent
from tests.flows.watch import lines
from tests.simulator import KENT, MEDWAY, World, refused
from tests.web.office import Office, Page
from tests.web.test_casework import left, officer

TOLD = {"to": MEDWAY, "question": "may-be-in-your-area", "urgency": "same-day"}


def of_medway(world: World) -> Office:
    return Office(world, Role.OFFICER, MEDWAY, "m.field", home=MEDWAY)


def looked(world: World) -> tuple[str, Office, Page]:
    """An officer of Kent has a case and looks at what Medway would be told of it."""
    case, office = left(world), officer(world)
    office.post(f"/cases/{case}/assign", officer="c.hall")
    return case, office, office.follow(office.post(f"/cases/{case}/tell", **TOLD))


def number_in(page: Page) -> str:
    found = re.search(r"d-[a-z2-7]{26}", page.text)
    assert found is not None, page.text
    return found[0]


def released(world: World) -> Sequence[dict[str, object]]:
    return lines(world.kent, "DisclosureReleased")


def test_what_would_go_and_on_which_ground_is_seen_before_anything_is_sent(world: World) -> None:
    case, office, page = looked(world)
    before = list(world.kent.store.lines())
    assert page.heading == "Check what will be told" and case in page.text
    tasks = [" ".join(str(one.text_content()).split()) for one in page.tree.find_class("govuk-task-list__item")]
    assert tasks[0] == "Choose the council Medway Completed" and tasks[-1] == "Send it Ready"
    assert tasks[4].startswith("See what goes and what is withheld") and "withheld Ready to read" in tasks[4]
    (back, *_) = [one.get("href") for one in page.tree.find_class("govuk-task-list__link")]
    assert 'value="council-887" selected' in office.get(str(back)).answer.text, "what was answered stands there"
    assert "It may go" in page.text and "EA96 s436A" in page.text and "kent-medway-cme" in page.text
    assert "What goes" in page.text and "date of birth" in page.text and "What is withheld" in page.text
    office.get(page.address)
    assert list(world.kent.store.lines()) == before, "looking sends nothing"


def test_the_notice_goes_and_stands_in_the_case(world: World) -> None:
    case, office, page = looked(world)
    already = len(released(world))
    told = office.post(page.address)
    assert told.heading == "The notice is on its way"
    disclosure = number_in(told)
    assert len(released(world)) == already + 1
    shown = office.get(f"/cases/{case}").text
    assert "A notice to another council." in shown and "Same day" in shown
    assert "Waiting to be sent" in office.get(f"/notices/{disclosure}").text
    carry(world)
    assert "Received by their system" in office.get("/notices?show=sent").text
    row = office.get(f"/notices/{disclosure}").text
    assert "Opened by a person Not yet" in row and "Answered Not yet" in row


def test_the_other_council_opens_it_and_the_sender_sees_that_a_person_did(world: World) -> None:
    _, office, page = looked(world)
    disclosure = number_in(office.post(page.address))
    carry(world)
    theirs = of_medway(world)
    came = theirs.get("/notices").text
    assert "Same day" in came and "Not opened yet" in came and "their system" not in came
    assert "Received by our system 3 November 2026" in theirs.get(f"/notices/{disclosure}").text
    parcel = re.search(r'action="(/collect/[^"]+)"', theirs.get("/inbox").answer.text)
    assert parcel is not None
    theirs.post(parcel[1])
    assert "Opened by a person" in theirs.get("/notices").text
    for _ in range(3):
        tick(world, minutes=1)
    assert "Opened by a person 3 November 2026" in office.get(f"/notices/{disclosure}").text


def test_what_is_urgent_and_not_received_says_whom_to_phone_until_somebody_has(world: World) -> None:
    _, office, page = looked(world)
    disclosure = number_in(office.post(page.address))
    world.wire.faults = [refused] * 9
    tick(world, minutes=16)
    assert "Phone them" in office.get("/notices?show=sent").text
    row = office.get(f"/notices/{disclosure}")
    assert "Their system has not received it. Phone them now. They answer day and night:" in row.text
    asked = office.get(f"/notices/{disclosure}/phoned")
    assert asked.heading == "I have phoned them"
    done = office.follow(office.post(f"/notices/{disclosure}/phoned"))
    assert "Phone them now" not in done.text
    assert lines(world.kent, "NoticePhoned")


def test_a_notice_that_no_agreement_covers_is_not_sent_and_says_how_to_mend_it(world: World) -> None:
    case, office = left(world), officer(world)
    office.post(f"/cases/{case}/assign", officer="c.hall")
    page = office.follow(office.post(f"/cases/{case}/tell", **{**TOLD, "to": "council-201"}))
    assert "It may not go" in page.text and "agreement" in page.text and "Send it Cannot start yet" in page.text
    before = len(released(world))
    told = office.post(page.address)
    assert told.heading == "The notice was not sent" and len(released(world)) == before
    assert "A notice to another council." not in office.get(f"/cases/{case}").text


def test_nobody_is_told_by_an_address_that_was_made_up(world: World) -> None:
    case, office = left(world), officer(world)
    for address in ("notice", "notice?to=council-887&question=what&urgency=routine", f"notice?to={KENT}"):
        assert office.get(f"/cases/{case}/{address}").status == 404
    made_up = f"/cases/{case}/notice?to={KENT}&question=has-moved&urgency=routine"
    assert "nobody" in office.get(made_up).text.casefold() or office.get(made_up).status >= 400


def test_an_enquiry_is_answered_in_two_clicks_by_a_person(world: World) -> None:
    disclosure = sent(world, a_message(world, Kind.ENQUIRY))
    carry(world)
    theirs = of_medway(world)
    row = theirs.get(f"/notices/{disclosure}")
    assert row.heading == "Enquiry from Kent" and "Answer the enquiry" in row.text
    choices = theirs.get(f"/notices/{disclosure}/answer")
    assert "Nobody here has this number" in choices.text and "No trace of this child here" in choices.text
    empty = theirs.post(f"/notices/{disclosure}/answer/0")
    assert empty.status == 422 and "Choose where you have looked" in empty.text
    told = theirs.post(f"/notices/{disclosure}/answer/0", systems=["Admissions", "Housing"], spellings="Shevchuk, Lis")
    assert told.heading == "Your answer is on its way"
    tick(world, minutes=2)
    assert "Answered" in Office(world, Role.OFFICER, KENT, "c.hall").get(f"/notices/{disclosure}").text


def test_of_an_enquiry_after_two_children_one_is_answered_at_a_time(world: World) -> None:
    first, second = (a_message(world, Kind.ENQUIRY, seed) for seed in (1, 5))
    disclosure = sent(world, replace(first, records=(*first.records, *second.records)))
    carry(world)
    theirs = of_medway(world)
    assert "Child 2 of 2" in theirs.get(f"/notices/{disclosure}/answer").text
    empty = theirs.post(f"/notices/{disclosure}/answer/0", systems=["Housing"])
    assert empty.status == 422 and "Choose which child" in empty.text
    told = theirs.post(f"/notices/{disclosure}/answer/0", number="2", systems=["Housing"])
    assert told.heading == "Your answer is on its way"
    assert theirs.post(f"/notices/{disclosure}/answer/0", number="3", systems=["Housing"]).status == 422
    carry(world)
    (reply,) = (one for one in shelved_at_kent(world) if isinstance(one, Reply))
    (who,), (meant,) = ([one.who for one in message.records] for message in (reply, second))
    assert (who.forename, who.surname) == (meant.forename, meant.surname) != ("", "")


def test_nobody_answers_more_than_was_asked(world: World) -> None:
    message = a_message(world, Kind.ENQUIRY)
    disclosure = sent(world, message)
    carry(world)
    theirs = of_medway(world)
    above = message.reply_wanted + 1
    fields = {"known": "yes", "school": "8874123", "phones": "01632 960000", "professions": ["police"]}
    refused_page = theirs.post(f"/notices/{disclosure}/answer/{above}", **fields)
    assert refused_page.status == 422 and "There is a problem" in refused_page.text
    assert theirs.get(f"/notices/{disclosure}/answer/9").status == 404


def test_an_enquiry_of_ours_is_not_ours_to_answer(world: World) -> None:
    disclosure = sent(world, a_message(world, Kind.ENQUIRY))
    office = officer(world)
    assert office.get(f"/notices/{disclosure}/answer").status == 404
    assert office.post(f"/notices/{disclosure}/answer/1", known="yes").status == 404


def test_notices_open_to_their_homes_alone(world: World) -> None:
    disclosure = sent(world, a_message(world, Kind.NOTICE))
    assert Office(world, Role.OFFICER, MEDWAY, "x.medway").get(f"/notices/{disclosure}").status == 403
    assert officer(world).get("/notices/d-2v4dxyq7n5gwfa3mzk6tjbc2re").status == 404


def test_every_word_that_a_notice_may_hold_has_words_on_a_page() -> None:
    assert set(words.KINDS) == FOLLOWED
    assert set(words.URGENCIES) == set(Urgency)
    assert set(words.QUESTIONS) == set(Question)
    assert set(words.PROFESSIONS) == set(Profession)
