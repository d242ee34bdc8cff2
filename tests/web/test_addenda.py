"""What a school explained, read by the school that has the pupil: released by an officer, in words, beside its file."""

import pytest
from playwright.sync_api import Browser

from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.terms import LaEstab, PersonId
from tests.flows.test_handing import TEXT, temporary
from tests.simulator import ACADEMY, KENT, NUMBERS, World, leavers
from tests.web import office
from tests.web.browser import NARROW, WIDE, Window, served
from tests.web.office import Office


def explained(world: World, **wish: object) -> None:
    made = leavers(**wish)
    school = Office(world)
    checked = school.check((made.name, temporary(made.content)))
    school.follow(school.send(checked, **{"told.1.CTF-UPN-002": TEXT}))


@pytest.mark.parametrize(("size", "scripts"), [(WIDE, True), (NARROW, False)], ids=["desk", "phone without scripts"])
def test_the_receiving_school_reads_what_the_old_one_explained(
    world: World, browser: Browser, size: dict[str, int], *, scripts: bool
) -> None:
    explained(world, dest=NUMBERS[ACADEMY])
    with served(office.door(world)) as address:
        officer, reader = (Window(browser, size, scripts=scripts) for _ in range(2))
        officer.page.goto(address + office.link(world, Person(PersonId("a.shah"), Role.OFFICER, KENT)))
        officer.press("Sign in", "Overview")
        officer.page.goto(address + "/explanations")
        officer.press("Read", "What School")
        assert f"Whoever has the file may need to know this too: School {ACADEMY}." in officer.page.inner_text("main")
        officer.press("Release it to them", "The explanation was released")
        assert "It goes to 1 organisation, beside the file that it has." in officer.page.inner_text("main")
        reader.page.goto(address + office.link(world, Person(PersonId("n.office"), Role.SCHOOL_READER, ACADEMY)))
        reader.press("Sign in", "Overview")
        reader.page.goto(address + "/inbox")
        assert "Something to know about a file that you have." in reader.page.inner_text("main")
        reader.press("Read it", "What Kent says about a file that you have")
        told = reader.page.inner_text("main")
        assert (
            "Pupil 1 (" in told and "UPN ending 00A) in the file, from School school-8864321" in told and TEXT in told
        )
        reader.press("Inbox", "Inbox")
        assert "Read it again" in reader.page.inner_text("main")
        officer.close()
        reader.close()


def test_an_officer_reads_whom_releasing_would_reach_and_is_offered_nothing_where_that_is_nobody(world: World) -> None:
    explained(world, dest=LaEstab("XXXXXXX"), pupils=1)
    officer = Office(world, Role.OFFICER, KENT, name="a.shah")
    (form,) = officer.get("/explanations").tree.xpath("//main//form/@action")
    page = officer.post(str(form))
    assert "Nobody but Kent has anything of the file that this is about." in page.text
    assert not page.tree.xpath("//main//form")


def test_only_what_says_something_of_a_file_is_read_so_and_by_its_own_reader(world: World) -> None:
    explained(world, dest=NUMBERS[ACADEMY])
    reader = Office(world, Role.SCHOOL_READER, ACADEMY, name="n.office")
    (form,) = reader.get("/inbox").tree.xpath("//main//form/@action")
    assert reader.post(str(form).replace("/collect/", "/inbox/") + "/read").status == 404
