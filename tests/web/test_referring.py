"""The form for anybody and the officer's page for what was said to them: plain, the same for all, and apart."""

import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gateway.core.errors import Code, Refusal
from gateway.core.facts import Role
from gateway.core.partners.particulars import Contact
from gateway.core.records import Record
from gateway.core.terms import digest
from gateway.edge import journal
from gateway.edge.store.tables import tables
from gateway.web import pages
from gateway.web.turns import Turns
from tests.simulator import KENT, MEDWAY, World
from tests.web import office
from tests.web.browser import served
from tests.web.office import Office, Page, door
from tests.web.test_casework import cases, facts, officer

FORM = f"/tell-us/{KENT}"
CONCERN = {"concern": "A girl is at home all day, since the summer."}
ANONYMOUS = {**CONCERN, "place": "11 Invented Street", "named": "no"}
NAMED = {**CONCERN, "place": "11 Invented Street", "named": "yes", "name": "Nobody Invented", "reach": "01632 960777"}
ADDRESS = "203.0.113.77"
CALLED = {
    "channel": "phone", "kind": "professional", "name": "Ms Ito", "role": "health visitor", "check": "I rang back.",
    "concern": "She has not been at school since May.", "upn": "H801200001001",
}  # fmt: skip


def stranger(world: World) -> Office:
    return Office(world, signed_in=False)


def tell(office: Office, **fields: str) -> Page:
    """Fill the form in, as a browser does that has just opened it."""
    page = office.get(FORM)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.answer.text)
    assert token
    answer = office.client.post(FORM, data={"csrf_token": token[1], **fields}, environ_base={"REMOTE_ADDR": ADDRESS})
    return Page(answer, FORM)


def test_the_form_opens_with_999_and_the_number_that_answers_at_any_hour(world: World) -> None:
    phone = "01632 960999"
    kent = replace(world.kent.store.register().directory.get(KENT), contact=Contact(phone))
    world.kent.store.enlist([kent], Record(()))
    office = stranger(world)
    assert office.get("/tell-us").answer.headers["Location"] == FORM, "one home has one form"
    page = office.get(FORM)
    words = page.text
    assert words.index("999") < words.index(phone) < words.index("What are you worried about?")
    assert office.get("/tell-us/council-999").status == 404
    assert office.get("/sign-in").tree.xpath("//footer//a[@href='/tell-us']")


def test_where_one_team_works_for_two_councils_the_area_is_chosen_first(world: World) -> None:
    side = world.kent
    both = replace(side.gateway, homes=(KENT, MEDWAY))
    app = pages.create(both, side.store, lambda _name, _error: None, office.SECRET, office.means(side))
    page = Page(app.test_client().get("/tell-us"), "/tell-us")
    assert page.heading == "Where does the child live, or go to school?" and "999" in page.text
    assert page.tree.xpath("//main//a/@href") == [FORM, f"/tell-us/{MEDWAY}"]
    assert Page(app.test_client().get(f"/tell-us/{MEDWAY}"), "").text.count("tell Medway") == 1


def test_what_is_told_is_in_a_case_and_whoever_told_is_told_nothing(world: World) -> None:
    first = tell(stranger(world), **ANONYMOUS, forename="Ada", surname="Bee")
    again = tell(stranger(world), **ANONYMOUS, forename="Ada", surname="Bee")
    assert first.status == again.status == 303 and first.answer.data == again.answer.data
    thanks = stranger(world).follow(first)
    assert thanks.heading == "Thank you for telling us" and "999" in thanks.text
    assert len(cases(world)) == 2, "a name alone makes nobody one child"
    assert "referred" in officer(world).get("/cases").text.lower()


def test_cases_are_listed_by_what_is_due_and_overdue(world: World) -> None:
    tell(stranger(world), **ANONYMOUS)
    (case,) = cases(world)
    assert case in officer(world).get("/cases?show=due").text
    assert case not in officer(world).get("/cases?show=overdue").text
    world.clock.on(days=5)
    assert case in officer(world).get("/cases?show=overdue").text


def test_a_known_child_and_an_unknown_one_are_answered_alike(world: World) -> None:
    born = {"born-day": "2", "born-month": "3", "born-year": "2015", "forename": "Ada", "surname": "Bee"}
    unknown = tell(stranger(world), **ANONYMOUS, **born)
    known = tell(stranger(world), **ANONYMOUS, **born)
    (task,) = [one for case in cases(world) for one in world.kent.store.tasks_about(case) if one.kind == "same-child"]
    assert task.due > world.clock(), "a person says whether they are one child"
    assert (unknown.status, unknown.answer.data) == (known.status, known.answer.data)
    assert unknown.answer.headers["Location"] == known.answer.headers["Location"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Write what you are worried about"),
        ({**CONCERN, "named": "no"}, "Write a name, a place or a school"),
        ({**ANONYMOUS, "name": "Nobody"}, "You chose not to be named"),
        ({**ANONYMOUS, "reach": "01632 960777"}, "You chose not to be named"),
        ({**ANONYMOUS, "named": "yes"}, "Write your name, or choose not to be named"),
        ({**ANONYMOUS, "named": ""}, "Choose whether you tell us who you are"),
        ({**ANONYMOUS, "concern": "help"}, "reason"),
    ],
)
def test_what_is_missing_is_said_by_its_field_and_nothing_is_kept(
    world: World, fields: dict[str, str], said: str
) -> None:
    page = tell(stranger(world), **fields)
    assert page.status == 422 and page.title.startswith("Error: ") and said in page.text
    assert not cases(world)


def test_from_where_it_was_sent_is_kept_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for fields in (ANONYMOUS, NAMED):
            assert tell(stranger(world), **fields).status == 303
        journal.answered("pages", "referred", 303, 1.0)
    with world.kent.store.engine.connect() as db:
        kept = "\n".join(str(row) for table in tables.sorted_tables for row in db.execute(sa.select(table)))
    for trace in (ADDRESS, digest(ADDRESS.encode()), digest(f"address:{ADDRESS}".encode())):
        assert trace not in kept + caplog.text
    assert "case_entries" in tables.tables and "Invented" not in kept, "what was told rests closed"


def test_our_own_server_writes_no_address_of_whoever_asks(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    import requests

    with served(door(world)) as address:
        assert requests.get(address + FORM, timeout=60).status_code == 200
    assert "127.0.0.1" not in "".join(capfd.readouterr())


def test_one_address_has_so_many_turns_and_what_was_written_is_not_lost(world: World) -> None:
    office = stranger(world)
    for _ in range(world.kent.gateway.lasts.tries):
        assert tell(office, **ANONYMOUS).status == 303
    page = tell(office, **ANONYMOUS)
    assert page.status == 422 and "too many attempts" in page.text and CONCERN["concern"] in page.text
    world.clock.on(seconds=world.kent.gateway.lasts.wait.seconds)
    assert tell(office, **ANONYMOUS).status == 303


def test_turns_are_counted_of_each_and_of_all_and_under_no_lasting_key() -> None:
    at, drawn = datetime(2026, 11, 3, tzinfo=UTC), list[int]()

    def draw(size: int) -> bytes:
        drawn.append(size)
        return bytes([len(drawn)]) * size

    turns = Turns(draw, 1, 2, timedelta(minutes=15))
    turns.take("192.0.2.1", at)
    with pytest.raises(Refusal):
        turns.take("192.0.2.1", at)
    turns.take("192.0.2.2", at)
    with pytest.raises(Refusal) as refused:
        turns.take("192.0.2.3", at)
    assert refused.value.code is Code.TOO_MANY_TRIES
    turns.take("192.0.2.1", at + timedelta(minutes=15))
    assert len(drawn) == 2 and "192.0.2.1" not in str(vars(turns))


def test_an_officer_writes_down_a_call_in_one_page_with_both_times(world: World) -> None:
    office = officer(world)
    assert office.get("/cases/by-phone").heading == "Somebody tells you of a child"
    day = {"told-day": "2", "told-month": "11", "told-year": "2026", "told-clock": "14:20"}
    shown = office.follow(office.post("/cases/by-phone", **CALLED, **day))
    assert "Learnt, by phone She has not been at school since May." in shown.text
    assert "2 November 2026 at 2:20pm by c.hall, entered 3 November 2026" in shown.text
    assert "With: Ms Ito" in shown.text and "How we made sure who it was: I rang back." in shown.text
    assert "See who told us" not in shown.text, "she stands in the timeline"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"upn": "12"}, "A UPN is a letter"),
        ({"school": "12"}, "seven digits"),
        ({"check": ""}, "evidence"),
        ({"kind": ""}, "Choose who told you"),
        ({"told-day": "4", "told-month": "11", "told-year": "2027"}, "cannot be done"),
    ],
)
def test_what_is_wrong_with_a_call_is_said_by_its_field(world: World, wrong: dict[str, str], said: str) -> None:
    page = officer(world).post("/cases/by-phone", **{**CALLED, **wrong})
    assert page.status == 422 and said in page.text and not cases(world)


def test_who_rang_is_shown_to_whoever_has_the_case_and_says_why(world: World) -> None:
    office = officer(world)
    called = {**CALLED, "kind": "public", "name": "Nobody Invented"}
    shown = office.follow(office.post("/cases/by-phone", **called))
    (case,) = cases(world)
    assert "Nobody Invented" not in shown.text and "See who told us of the child" in shown.text
    assert office.post(f"/cases/{case}/referrer", reason="because").status == 422
    told = office.post(f"/cases/{case}/referrer", reason="I have to ring them back about it.")
    assert told.heading == "Who told us" and "Nobody Invented" in told.text
    assert len(facts(world, "ReferrerViewed")) == 1
    other = officer(world, "d.else")
    assert "See who told us" not in other.post(f"/cases/{case}", reason="Her school rang me too.").text
    assert other.post(f"/cases/{case}/referrer", reason="I have to ring them back about it.").status == 403


def test_a_call_about_a_child_whose_case_does_not_open_is_written_down_all_the_same(world: World) -> None:
    office = officer(world)
    office.follow(office.post("/cases/by-phone", **CALLED))
    (case,) = cases(world)
    officer(world, "d.else")
    head = officer(world, "m.head", Role.MANAGER)
    assert head.post(f"/cases/{case}/limit", people=["d.else", "m.head"], reason="A child of staff.").status == 303
    page = office.post("/cases/by-phone", **CALLED)
    assert page.status == 200 and page.heading == "It is written down" and case not in page.answer.text
