"""Returns that somebody fills in: the checks, the report and the receipt of a file, at a school and on its behalf."""

import pytest

from gateway.core.documents.sheets import answers
from gateway.core.facts import Role, parse_line
from gateway.flows import filing
from tests.simulator import KENT, LARKMERE, MEDWAY, World
from tests.web.office import Office, Page
from tests.web.test_casework import cases

DAY = {"day-day": "3", "day-month": "11", "day-year": "2026"}
GONE = {
    "surname": "Quillfeather", "forename": "Addie", "address": "11 Invented Street\nExampleton", "ground": "F",
    "goes_to": "Taught at home.", "phone": "01632 960200", "parent-1-surname": "Quillfeather",
    "parent-1-phone": "07700 900001", **DAY,
}  # fmt: skip
CAME = {
    "upn": "H801200001001", "last": "not known", "surname": "Quillfeather", "forename": "Addie", "dob-day": "2",
    "dob-month": "3", "dob-year": "2015", "sex": "F", "line-1": "11 Invented Street", "postcode": "ZZ1 1ZZ",
    "parent-1-surname": "Quillfeather", "parent-1-phone": "07700 900001", "parent-1-responsible": "true",
    "parent-1-relation": "PAM", "parent-1-lives-with": "true", "entry-day": "2", "entry-month": "11",
    "entry-year": "2026",
}  # fmt: skip


def checked(office: Office, address: str, /, **said: str) -> Page:
    office.world.clock.on(seconds=1)
    page = office.post(address, **said)
    assert page.status == 303, page.text
    return office.follow(page)


def kinds(world: World) -> list[object]:
    found = map(parse_line, world.kent.store.lines())
    return [line["kind"] for line in found if line["fact"] == "UploadAccepted"]


def test_a_deletion_return_is_checked_seen_sent_and_receipted_without_a_upn(world: World) -> None:
    office = Office(world)
    page = checked(office, "/returns/deletion", **GONE)
    assert "not sent yet" in page.heading and kinds(world) == [], "nothing goes before somebody has seen it"
    sent = office.follow(office.send(page))
    assert kinds(world) == ["deletion"] and "See the receipt" in sent.text
    (link,) = sent.tree.xpath("//a[contains(@href, '/receipts/')]/@href")[:1]
    assert office.get(link).status == 200
    assert len(cases(world)) == 1, "ground F without a school opens a case"


def test_a_return_is_seen_to_be_wrong_as_a_file_would_be(world: World) -> None:
    page = checked(Office(world), "/returns/deletion", **{**GONE, "ground": "A"})
    assert "GRD-004" in page.answer.text, "registered at another school, and none is named"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"surname": ""}, "Write the surname"),
        ({"ground": ""}, "Choose the ground"),
        ({"ground": "Z"}, "Choose the ground"),
        ({"upn": "12"}, "A UPN is a letter"),
        ({"next_school": "12"}, "seven digits"),
        ({"first_day-day": "4", "first_day-month": "11", "first_day-year": "2026"}, "next school"),
        (
            {"next_school": "8864321", "first_day-day": "1", "first_day-month": "1", "first_day-year": "2026"},
            "both days",
        ),
        ({"parent-2-phone": "07700 900002"}, "parent's surname"),
        ({"address": "1\n2\n3\n4\n5\n6"}, "At most five lines"),
    ],
)
def test_what_is_wrong_with_a_deletion_return_is_said_by_its_field(
    world: World, said: dict[str, str], told: str
) -> None:
    page = Office(world).post("/returns/deletion", **{**GONE, **said})
    assert page.status == 422 and page.title.startswith("Error: ") and told in page.text
    assert "Quillfeather" in page.answer.text or said.get("surname") == "", "what was written is not lost"


def test_every_ground_of_the_regulations_can_be_chosen(world: World) -> None:
    page = Office(world).get("/returns/deletion")
    assert page.tree.xpath("//input[@name='ground']/@value") == list("ABCDEFGHIJKLMNO") == list(answers.GROUND.words)


def test_a_new_pupil_return_is_a_file_like_any_other(world: World) -> None:
    office = Office(world)
    page = checked(office, "/returns/new-pupil", **CAME)
    assert "not sent yet" in page.heading, page.text
    office.follow(office.send(page))
    assert kinds(world) == ["cmj"]


def test_a_new_pupil_return_asks_every_column_of_the_sheet_and_says_each_wrong_answer(world: World) -> None:
    office = Office(world)
    page = office.get("/returns/new-pupil")
    names = {str(name).removesuffix("-day") for name in page.tree.xpath("//main//*[@name]/@name")}
    assert {one.key for one in filing.asked()} <= names
    wrong = office.post("/returns/new-pupil", **{**CAME, "surname": "", "last": "the one before", "upn": "12"})
    assert wrong.status == 422 and "Fill in “Legal surname”" in wrong.text
    assert len(wrong.tree.xpath("//*[contains(@class, 'govuk-error-summary')]//li")) == 3
    assert office.post("/returns/new-pupil", **{**CAME, "upn": "unknown"}).status == 303, "the report says what to do"


def test_a_stopped_return_stays_to_be_mended_until_that_child_is_told_of(world: World) -> None:
    """Every return that a form makes has the same file name."""
    office, wrong = Office(world), {"upn": "A801200001001"}
    page = checked(office, "/returns/new-pupil", **{**CAME, **wrong})
    assert "nothing was sent" in page.heading and "To mend" in office.get("/").text
    another = checked(office, "/returns/new-pupil", **{**CAME, "surname": "Other", "forename": "Zed"})
    office.follow(office.send(another))
    assert "To mend" in office.get("/").text, "somebody else’s return is no answer to it"
    mended = checked(office, "/returns/new-pupil", **CAME)
    office.follow(office.send(mended))
    assert "To mend" not in office.get("/").text


def test_an_officer_sends_a_return_in_the_name_of_a_school_that_the_council_serves(world: World) -> None:
    officer = Office(world, Role.OFFICER, KENT, "c.hall")
    assert officer.post("/returns/deletion", **GONE).status == 422, "of which school?"
    page = checked(officer, "/returns/deletion", **GONE, whose=LARKMERE)
    officer.follow(officer.send(page))
    assert kinds(world) == ["deletion"]


def test_nobody_sends_a_return_in_the_name_of_a_school_that_is_not_theirs(world: World) -> None:
    assert Office(world, Role.SCHOOL_READER).get("/returns/deletion").status == 403
    theirs = Office(world, Role.OFFICER, MEDWAY, "m.ash")
    assert theirs.post("/returns/deletion", **GONE, whose=LARKMERE).status in {403, 422}
    assert kinds(world) == []
