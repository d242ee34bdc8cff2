"""The pages of what nobody has: the list, laying it ready again, and a file that is not for whom it came to."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.core.delivery import State
from gateway.core.facts import Role, parse_line
from gateway.core.partners.succession import succession
from gateway.core.records import Record
from gateway.core.terms import LaEstab, PartnerId, Period
from gateway.flows import uncollected
from tests.flows.test_uncollected import SPRING
from tests.flows.watch import flag
from tests.simulator import ACADEMY, KENT, NUMBERS, World, leavers
from tests.web.office import Office


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def sent(office: Office) -> Office:
    """Who may collect what the office sends now."""
    made = leavers(dest=NUMBERS[ACADEMY])
    assert office.upload((made.name, made.content)).heading == "2 pupils accepted"
    return Office(office.world, Role.SCHOOL_READER, ACADEMY, name="n.office")


def expired(office: Office, reader: Office) -> None:
    office.world.clock.at = SPRING
    uncollected.sweep(office.world.kent.gateway, office.world.kent.store, SPRING)
    for one in (office, reader):
        one.sign_in()


def test_list_says_what_to_do_until_when_and_which_clock_runs(office: Office) -> None:
    assert "Everything has reached whom it is for." in office.get("/undelivered").text
    sent(office)
    page = office.get("/undelivered")
    assert "1 file has not reached whom it is for." in page.text
    for words in (
        f"2 pupils, for School {ACADEMY}: waiting to be collected",
        "It expires on",
        f"What to do: Ring School {ACADEMY}",
        "A school sends the leaver's Common Transfer File and record.",
        "for the first pupil in it: PIR05 reg 9(3).",
        "Nothing is ever deleted",
    ):
        assert words in page.text, words
    assert not page.tree.xpath("//main//form"), "nothing has expired"


def test_expired_file_goes_back_to_the_sender_who_lays_it_ready_again(office: Office) -> None:
    reader = sent(office)
    expired(office, reader)
    inbox = reader.get("/inbox")
    assert "It expired 1 February 2027, because nobody had collected it." in inbox.text
    assert not inbox.tree.xpath("//main//form")
    page = office.get("/undelivered")
    (form,) = page.tree.xpath("//main//form/@action")
    assert "not collected in time" in page.text and "Time is up" in page.text
    again = office.follow(office.post(str(form)))
    assert "waiting to be collected, since 1 February 2027" in again.text
    (collect,) = reader.get("/inbox").tree.xpath("//main//form/@action")
    assert reader.post(str(collect)).answer.data.startswith(b"<?xml")
    assert "Everything has reached whom it is for." in office.get("/undelivered").text


def test_council_sees_what_its_schools_leave_lying(office: Office) -> None:
    reader = sent(office)
    officer = Office(office.world, Role.OFFICER, KENT, name="a.shah")
    assert f"for School {ACADEMY}: waiting to be collected" in officer.get("/undelivered").text
    expired(office, reader)
    officer.sign_in()
    (form,) = officer.get("/undelivered").tree.xpath("//main//form/@action")
    assert officer.post(str(form)).status == 303
    reading = Office(office.world, Role.GOVERNANCE, KENT, name="g.lowe")
    assert reading.get("/undelivered").status == 403


def test_whoever_collects_an_expired_file_is_told_whom_to_ask(office: Office) -> None:
    reader = sent(office)
    (form,) = reader.get("/inbox").tree.xpath("//main//form/@action")
    expired(office, reader)
    answer = reader.post(str(form))
    assert (answer.status, answer.heading) == (
        409,
        "This file has expired: nobody collected it in time. Nothing was deleted.",
    )
    assert "lay it ready again" in answer.text or "lay them ready again" in answer.text


def test_file_that_is_not_for_us_is_closed_to_all_and_its_sender_sees_it(office: Office) -> None:
    reader = sent(office)
    (link,) = reader.get("/inbox").tree.xpath("//main//a[contains(., 'This is not for us')]/@href")
    assert "Whoever sent it and the council are told" in reader.get(link).text
    wanting = reader.post(link, reason="")
    assert wanting.status == 422 and "Say in a sentence how you know" in wanting.text
    short = reader.post(link, reason="no")
    assert short.status == 422 and short.tree.xpath("//a[@href='#reason']")
    assert reader.post(link, reason="This child was never on our roll.").heading == "The file is closed"
    assert "Nothing has come" in reader.get("/inbox").text
    assert [one.state for one in office.world.kent.store.parcels_in(list(State), 9)] == [State.FROZEN]
    said = [parse_line(line)["fact"] for line in office.world.kent.store.lines()]
    assert "NotForUs" in said and "BreachOpened" in said
    assert "Closed to all" in office.get("/undelivered").text
    assert b"never on our roll" not in b"".join(office.world.kent.store.lines())


def test_nobody_closes_the_file_of_another(office: Office) -> None:
    reader = sent(office)
    (link,) = reader.get("/inbox").tree.xpath("//main//a[contains(., 'This is not for us')]/@href")
    assert office.get(link).status == 404
    assert office.post(link, reason="This child was never on our roll.").status == 404


def succeeded(world: World) -> None:
    """The academy next door has taken over from a school that had a number of its own."""
    old = world.kent.store.register().directory.get(ACADEMY)
    began = Period(date(2026, 9, 1), None)
    new = replace(
        old, id=PartnerId("school-8865555"), laestab=LaEstab("8865555"), name="Marsh Academy", in_effect=began
    )
    world.kent.store.enlist([succession(old, new, began.first), new], Record(()))


def test_number_of_a_school_that_another_took_over_is_asked_about_before_anything_goes(office: Office) -> None:
    succeeded(office.world)
    made = leavers(dest=NUMBERS[ACADEMY])
    checked = office.check((made.name, made.content))
    said = f"Number 886/4999 was that of School {ACADEMY}. It became Marsh Academy, and its number is now 886/5555."
    assert f"To Marsh Academy {said} Is that the school?" in checked.text
    sent = office.follow(office.send(checked))
    assert f"{said} The file went there." in sent.text
    assert [one.parcel.reader for one in office.world.kent.store.parcels_in([State.SHELVED], 9)] == ["school-8865555"]


def test_of_a_number_that_is_still_in_use_nothing_is_asked(office: Office) -> None:
    made = leavers(dest=NUMBERS[ACADEMY])
    assert "Is that the school?" not in office.check((made.name, made.content)).text


def test_of_a_guarded_child_nobody_reads_which_school_took_over(office: Office) -> None:
    succeeded(office.world)
    made = leavers(dest=NUMBERS[ACADEMY], pupils=1)
    page = office.upload((made.name, made.content))
    assert "Marsh Academy" in office.get(page.address).text
    flag(office.world, made)
    assert "Marsh Academy" not in office.get(page.address).text


def test_sender_of_a_file_that_was_not_for_its_reader_sees_it_first_of_all(world: World) -> None:
    made = leavers(dest=NUMBERS[ACADEMY])
    office = Office(world)
    office.upload((made.name, made.content))
    assert "Nothing needs doing." in office.get("/").text
    reader = Office(world, Role.SCHOOL_READER, ACADEMY, "a.reader")
    (link,) = reader.get("/inbox").tree.xpath("//main//a[contains(@href, 'not-for-us')]/@href")
    reader.post(link, reason="Never on our roll.")
    assert "It has not reached everybody it is for" in office.get("/").text


def test_attendance_agent_who_collects_nothing_is_not_told_that_nothing_came(world: World) -> None:
    world.leavers(dest=NUMBERS[ACADEMY])
    assert "Nothing has come" not in Office(world, Role.ATTENDANCE, ACADEMY, "a.agent").get("/").text
