"""A team at its pages: it signs in by a link of its mailbox, reads what came, answers, and tells of a child."""

import re

import pytest

from gateway.core.facts import Role
from gateway.core.notices import Side
from gateway.core.reminders import Addresses
from gateway.core.terms import Kind, PartnerId
from gateway.flows import inviting, mailing
from gateway.web import pages, teams
from gateway.web.signing import Ways
from tests.flows.asked import a_message, sent
from tests.flows.watch import lines
from tests.simulator import KENT, MEDWAY, World
from tests.teams import BOXES, MASH, POLICE, one_gateway
from tests.web.office import SECRET, Office, means
from tests.web.test_accounts import Post as Letters
from tests.web.test_mail_links import ask


@pytest.fixture
def alone(world: World) -> World:
    return one_gateway(world)


def team(world: World, partner: PartnerId, name: str = "m.team") -> Office:
    return Office(world, Role.TEAM, partner, name)


def newest(world: World, partner: PartnerId) -> str:
    return world.kent.store.shelved_for([partner])[0].parcel.id


def test_a_team_opens_what_came_reads_it_and_answers_by_grade(alone: World) -> None:
    office = team(alone, MEDWAY)
    assert "Nothing has come" in office.get("/team").text
    disclosure = sent(alone, a_message(alone, Kind.ENQUIRY))
    listed = office.get("/team")
    assert "From Kent" in listed.text and "New" in listed.text
    parcel = newest(alone, MEDWAY)
    assert office.get(f"/team/{parcel}/grade-1").status == 404, "nobody has opened it"
    alone.clock.on(minutes=1)
    opened = office.post(f"/team/{parcel}")
    assert opened.heading == "From Kent"
    assert opened.text.startswith("From Kent A council asks") and "Urgency: Routine: somebody reads it" in opened.text
    assert {"Surname", "Reply wanted", "Case reference"} <= {
        str(one.text_content()).strip() for one in opened.tree.iter("dt")
    }
    assert "Opened 1 time" in office.get("/team").text
    alone.clock.on(minutes=1)
    form = office.get(f"/team/{parcel}/grade-1")
    assert form.heading == "Say whether the child is known here"
    assert "Choose whether the child is known" in office.post(f"/team/{parcel}/grade-1").text
    said = office.post(f"/team/{parcel}/grade-1", known="yes")
    assert said.heading == "The council has it"
    assert "gateway-receipt/v1" in said.text
    found = alone.kent.store.notice(disclosure, Side.SENT)
    assert found is not None
    assert found.answered_at == alone.clock()
    assert [line["sender"] for line in lines(alone.kent, "MessageReceived")] == [MEDWAY]


@pytest.mark.parametrize("partner", [MEDWAY, POLICE, MASH])
def test_a_team_tells_of_a_child_and_is_told_all_that_is_missing(alone: World, partner: PartnerId) -> None:
    office = team(alone, partner)
    wrong = office.post("/tell")
    assert wrong.status == 422
    assert all(
        words in wrong.text for words in ("Write the surname", "Write the first name", "the council should know")
    )
    born = {"born-day": "3", "born-month": "4", "born-year": "2015"}
    child = {"surname": "Zephyr", "forename": "Amy", "concern": "She is at home all day.", **born}
    assert "A UPN is a letter" in office.post("/tell", **child, upn="12").text
    if partner == MEDWAY:
        assert "why there is no UPN" in office.post("/tell", **child).text
    alone.clock.on(minutes=1)
    said = office.post("/tell", **child, upn="h801200001001")
    assert said.heading == "The council has it", said.text
    assert lines(alone.kent, "CaseOpened")


def test_every_word_that_may_be_said_has_a_form_and_words_for_its_choices() -> None:
    assert all(one.title and one.button for one in teams.SAYS.values())
    assert all(teams.ANSWERS.values())


def test_a_mailbox_gets_links_for_its_team_and_nobody_else_does_where_mail_links_are_off(alone: World) -> None:
    kent, letters = alone.kent, Letters()
    post = inviting.Post(letters, "https://g.example")
    inviting.invite(kent.gateway, kent.store, POLICE, post, alone.clock())
    client = pages.create(kent.gateway, kent.store, print, SECRET, means(kent), Ways(mail=True)).test_client()
    for who in (BOXES[POLICE].upper(), "a.shah@kent.example", BOXES[MEDWAY], "thief@evil.example"):
        ask(client, who)
    to = Addresses({}, inviting.addresses(kent.gateway, kent.store, alone.clock()))
    assert mailing.send(kent.gateway, kent.store, kent.store, letters, to, "https://g.example", alone.clock()) == 1
    assert {one.to for one in letters.letters} == {BOXES[POLICE]}
    (token,) = re.findall(r"/link/(\S+)", letters.letters[1].text)
    assert client.post(f"/link/{token}").status_code == 303
    assert "What came for us" in client.get("/").text
    assert client.post(f"/link/{token}").status_code == 410


def test_a_colleague_who_opens_a_used_link_of_the_shared_mailbox_reads_how_to_get_another(alone: World) -> None:
    post, kent = Letters(), alone.kent
    inviting.invite(kent.gateway, kent.store, MASH, inviting.Post(post, "https://g.example/"), alone.clock())
    (link,) = re.findall(r"https://g\.example(/link/\S+)", post.letters[0].text)
    first, second = (Office(alone, Role.TEAM, MASH, signed_in=False) for _ in range(2))
    assert first.client.post(link).status_code == 303
    told = second.post(link)
    assert told.status == 410 and "another sent there from the page to sign in" in told.text
    alone.clock.on(hours=25)
    assert second.post(link).text == told.text, "one that is over looks the same"


def test_only_a_team_comes_to_the_pages_of_a_team(alone: World) -> None:
    for role, organisation in (
        (Role.OFFICER, KENT),
        (Role.MANAGER, KENT),
        (Role.TEAM, KENT),
        (Role.TEAM, PartnerId("council-201")),
    ):
        office = Office(alone, role, organisation, f"x.{role}.{organisation}"[:30])
        assert office.get("/team").status == 403
        assert office.get("/tell").status == 403
