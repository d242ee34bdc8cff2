"""The page that tells of a list who is missing a file: pasted or loaded, answered at once, kept nowhere."""

import io
import re

import pytest

from gateway.core.facts import Role
from tests.flows.test_rollcall import STRANGER, numbers
from tests.simulator import ACADEMY, NUMBERS, World, leavers
from tests.web.office import Office


@pytest.fixture
def office(world: World) -> Office:
    made = leavers(dest=NUMBERS[ACADEMY])
    found = Office(world)
    found.upload((made.name, made.content))
    return found


def the_list() -> str:
    one, two = numbers(leavers(dest=NUMBERS[ACADEMY]).content)
    return f"UPN,Left\n{one},23/10/2026\n{two},23/10/2026\n{STRANGER},1/9/2026\nAda,,\n"


def test_pasted_list_tells_who_has_no_file_since_when_it_is_due_and_what_was_not_read(office: Office) -> None:
    assert "The list is not kept." in office.get("/whose-file").text
    page = office.post("/whose-file", way="left", list=the_list())
    assert page.heading == "1 of 3 pupils is missing a file"
    for words in (
        f"Row 4: UPN ending {STRANGER[-3:]} Overdue",
        "Due by the end of 22 September 2026",
        "No right UPN stands in row 5",
        "A file was sent for Row 2",
        f"Sent to School {ACADEMY}: waiting to be collected",
    ):
        assert words in page.text, words
    assert len(page.tree.xpath("//main//a[starts-with(@href, '/receipts/')]")) == 2
    assert STRANGER not in page.answer.text


@pytest.mark.parametrize("name", ["list.csv", "list.txt"])
def test_loaded_list_has_the_same_answer(office: Office, name: str) -> None:
    loaded = {"file": (io.BytesIO(the_list().encode()), name)}
    page = office.post("/whose-file", way="left", list="", **loaded)
    assert page.heading == "1 of 3 pupils is missing a file"


def test_school_to_which_they_came_sees_what_has_come(office: Office) -> None:
    reader = Office(office.world, Role.SCHOOL_READER, ACADEMY, name="n.office")
    page = reader.post("/whose-file", way="came", list=the_list())
    assert page.heading == "1 of 3 pupils is missing a file"
    assert "Ring the old school and ask for the file." in page.text
    whole = reader.post("/whose-file", way="came", list="\n".join(the_list().split("\n")[1:3]))
    assert whole.heading == "Every pupil of the list has a file"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ("", "Paste the list, or choose a file with it"),
        ("Ada Lovelace", "There is no right UPN in the list."),
        ("\x00", "cannot be read"),
    ],
)
def test_what_is_no_list_is_said_at_the_field(office: Office, given: str, wrong: str) -> None:
    page = office.post("/whose-file", way="left", list=given)
    assert page.status == 422
    assert page.title.startswith("Error: Who is missing a file")
    assert page.tree.xpath("//div[contains(@class, 'error-summary')]//a[@href='#list']")
    assert wrong in page.text or given == "\x00"


def test_question_of_no_known_way_is_none(office: Office) -> None:
    assert office.post("/whose-file", way="x", list=the_list()).status == 404


def test_school_finds_what_it_disclosed_about_a_pupil_from_its_overview(office: Office) -> None:
    (link,) = office.get("/").tree.xpath("//main//a[contains(., 'What was disclosed about a pupil')]/@href")
    asked = office.get(link)
    assert asked.tree.xpath("//a[contains(@class, 'back-link')]/@href") == ["/"]
    upn = re.findall(r"[A-Z][0-9]{12}", the_list())[0]
    assert asked.heading == "What was disclosed about a pupil" and not asked.tree.xpath("//textarea")
    page = office.post(link, upn=upn)
    assert page.heading == "What was disclosed about this child" and f"School {ACADEMY}" in page.text
    assert page.tree.xpath("//button[@data-print]")


def test_what_is_wrong_with_a_list_is_told_with_its_row(office: Office) -> None:
    list_ = f"UPN,Age\n{STRANGER},=1+1\n"
    assert "Row 2: A cell in this row holds a formula." in office.post("/whose-file", way="left", list=list_).text
