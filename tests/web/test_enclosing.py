"""A SEND file or a child-protection file: from school to school, closed to all but one role at either end."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Browser

from gateway import settings
from gateway.core.agreements import Agreement, Party, Signatory
from gateway.core.documents.messages import enclosing as message
from gateway.core.documents.messages.words import FileKind
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Role
from gateway.core.law import Paper
from gateway.core.records import Person
from gateway.core.terms import PartnerId, PersonId
from gateway.edge import registry
from gateway.flows import casework, uncollected
from tests.flows.asked import carry
from tests.flows.test_uncollected import SPRING
from tests.simulator import ACADEMY, LARKMERE, MEDWAY, TIDEWAY, World, agreement, leavers
from tests.web import office
from tests.web.browser import WIDE, Window, served
from tests.web.office import Office
from tests.web.stories import THREE
from tests.web.test_browser_referral import shot

PDF = b"%PDF-1.7 of an invented child\n" + bytes(range(256)) * 400
SAID = {
    "surname": "Quillfeather", "forename": "Addie", "upn": "H801200001001", "born-day": "2", "born-month": "3",
    "born-year": "2015", "new": "886 4999", "phone": "01632 960200",
}  # fmt: skip
ADDRESS = "/confidential-file"


def agreed(*schools: PartnerId) -> Agreement:
    """The shipped agreement, taken up by Larkmere and these."""
    template = registry.agreement_templates(settings.shipped("partners"))["confidential-files"]
    both, now = (LARKMERE, *schools), agreement()
    stated = tuple(
        (code, replace(one, papers=((Paper.REG_17_EXCEPTION, "r17-2026-1"),) if code == "P15" else ()))
        for code, one in template.purposes
    )
    return replace(
        template, name="larkmere-files", status=now.status, in_force=now.in_force, review=now.review, purposes=stated,
        assurance=(), senders=(Party(LARKMERE),), recipients=tuple(map(Party, schools)),
        signatories=tuple(Signatory(Party(one), "head", date(2026, 9, 1)) for one in both),
    )  # fmt: skip


def sent(world: World, role: Role, **said: str) -> None:
    """Sent by this role of Larkmere, who has seen where it goes."""
    lead = Office(world, role, LARKMERE, f"lark.{role}")
    checked = lead.follow(lead.post(ADDRESS, **{**SAID, **said}, file=(io.BytesIO(PDF), "Addie Q.pdf")))
    assert "not sent yet" in checked.heading and "There it opens to the" in checked.text, checked.text
    lead.follow(lead.send(checked))


def collected(reader: Office) -> bytes:
    (form,) = [one for one in reader.get("/inbox").tree.iter("form") if "/collect/" in str(one.get("action"))]
    return bytes(reader.post(str(form.get("action"))).answer.data)


@pytest.mark.parametrize(
    ("role", "word", "purpose"), [(Role.SENCO, "SENCo", "P15"), (Role.DSL, "safeguarding lead", "P36")]
)
def test_it_opens_to_the_one_role_and_others_see_that_something_waits(
    world: World, role: Role, word: str, purpose: str
) -> None:
    world.adopt(agreed(ACADEMY))
    sent(world, role)
    (lying,) = world.kent.store.shelved_for([ACADEMY])
    assert lying.parcel.purpose == purpose
    for other in {Role.SCHOOL_SENDER, Role.SCHOOL_READER, Role.SENCO, Role.DSL, Role.ADMISSIONS, Role.TRUST} - {role}:
        reader = Office(world, other, ACADEMY, f"ac.{other}")
        page = reader.get("/inbox").text
        assert f"A file for your {word}" in page.replace("designated ", "") and "Larkmere" not in page
        assert reader.post(f"/collect/{lying.parcel.id}").status == 403
        assert reader.get(f"/inbox/{lying.parcel.id}/not-for-us").status == 403
        assert "that a file waits" in reader.get("/").text
    reader = Office(world, role, ACADEMY, "ac.lead")
    assert "looked for viruses" in reader.get("/inbox").text
    assert collected(reader) == PDF


def test_it_travels_sealed_to_another_councils_school_and_its_name_says_nothing_of_the_child(world: World) -> None:
    world.adopt(agreed(TIDEWAY))
    sent(world, Role.DSL, new="887 4123")
    carry(world)
    lead = Person(PersonId("t.lead"), Role.DSL, TIDEWAY)
    (one,) = casework.inbox(world.medway.gateway, world.medway.store, lead)
    name, content = casework.collect(world.medway.gateway, lead, one.parcel, world.clock())
    assert (name, content) == ("8864321_ENC_8874123_001.pdf", PDF)
    with pytest.raises(Refusal) as refused:
        casework.collect(world.medway.gateway, replace(lead, role=Role.SCHOOL_SENDER), one.parcel, world.clock())
    assert refused.value.code is Code.ROLE_ONLY
    assert Office(world, Role.DSL, TIDEWAY, "t.other", home=MEDWAY).get("/inbox").status == 200


def test_where_no_agreement_lets_it_go_it_stays_and_the_page_says_so(world: World) -> None:
    lead = Office(world, Role.DSL, LARKMERE, "l.lead")
    page = lead.follow(lead.post(ADDRESS, **SAID, file=(io.BytesIO(PDF), "a.pdf")))
    assert "no sharing agreement" in page.text and not world.kent.store.shelved_for([ACADEMY])


def test_nobody_collects_it_and_it_comes_back_to_the_school_that_sent_it(world: World) -> None:
    world.adopt(agreed(ACADEMY))
    sent(world, Role.SENCO)
    world.clock.at = SPRING
    uncollected.sweep(world.kent.gateway, world.kent.store, SPRING)
    lead = Office(world, Role.SENCO, LARKMERE, "l.senco")
    page = lead.get("/undelivered")
    assert "School school-8864999" in page.text and "It expires" not in page.text
    (form,) = [one for one in page.tree.iter("form") if "/undelivered/" in str(one.get("action"))]
    assert "waiting to be collected" in lead.follow(lead.post(str(form.get("action")))).text


def test_at_its_own_school_too_others_see_nothing_of_it(world: World) -> None:
    world.adopt(agreed(ACADEMY))
    sent(world, Role.DSL)
    lead = Office(world, Role.DSL, LARKMERE, "l.dsl")
    (link,) = [one for one in lead.get("/sent").tree.xpath("//main//a/@href") if "/receipts/" in one]
    assert lead.get(link).status == 200
    for role in (Role.SCHOOL_SENDER, Role.SCHOOL_READER, Role.SENCO, Role.TRUST):
        other = Office(world, role, LARKMERE, f"other.{role}")
        assert "_ENC_" not in other.get("/").text + other.get("/sent").text
        assert other.get(link).status == other.get(f"{link}/receipt.txt").status == 404
        if role in {Role.SCHOOL_SENDER, Role.SCHOOL_READER}:
            found = other.post("/log/child", upn=SAID["upn"], reason="")
            assert found.status == 200 and "P36" not in found.text
    assert "P36" in lead.post("/log/child", upn=SAID["upn"], reason="").text


def test_a_lead_sends_nothing_else_that_waits_at_their_school(world: World) -> None:
    made, keeper = leavers(), Office(world)
    (form,) = [
        one
        for one in keeper.check((made.name, made.content)).tree.iter("form")
        if str(one.get("action")).endswith("/send")
    ]
    assert Office(world, Role.DSL, LARKMERE, "l.dsl").post(str(form.get("action"))).status == 403


@pytest.mark.parametrize("role", [Role.SCHOOL_SENDER, Role.SCHOOL_READER, Role.OFFICER])
def test_no_other_role_sends_one(world: World, role: Role) -> None:
    assert Office(world, role, LARKMERE, "l.other").get(ADDRESS).status == 403


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.exe", PDF), ("a.pdf", b"MZ" + PDF), ("a.docx", PDF), ("a", PDF), ("a.pdf", PDF + b" " * message.MOST_BYTES)],
)
def test_what_is_no_pdf_word_document_or_zip_or_too_large_is_said_by_the_field(
    world: World, name: str, content: bytes
) -> None:
    lead = Office(world, Role.SENCO, LARKMERE, "l.senco")
    page = lead.post(ADDRESS, **SAID, file=(io.BytesIO(content), name))
    assert page.status == 422 and "must be a PDF, a Word document" in page.text


def test_everything_left_open_is_said_at_once(world: World) -> None:
    page = Office(world, Role.SENCO, LARKMERE, "l.senco").post(ADDRESS)
    assert page.status == 422
    for told in ("Write the surname", "Write the date of birth", "Write the number of the new school", "No file was"):
        assert told in page.text


@pytest.mark.parametrize("kind", FileKind)
def test_what_is_taken_out_is_what_was_put_in_whatever_its_length(kind: FileKind) -> None:
    begins = {FileKind.PDF: b"%PDF-"}.get(kind, b"PK\x03\x04")
    for more in (0, 1, message.IN_EACH - len(begins), message.IN_EACH, 3 * message.IN_EACH + 1):
        content = begins + b"x" * more
        assert message.opened(message.enclose(f"A.{kind.upper()}", content)) == content


@pytest.fixture
def address(world: World) -> Iterator[str]:
    world.adopt(agreed(ACADEMY))
    with served(office.door(world)) as where:
        yield where


@THREE
def test_a_safeguarding_lead_sends_a_file_and_the_new_schools_lead_collects_it(
    world: World, browser: Browser, address: str, size: dict[str, int], *, scripts: bool
) -> None:
    window = signed_in(world, browser, address, Person(PersonId("l.dsl"), Role.DSL, LARKMERE), size, scripts=scripts)
    page = window.page
    page.get_by_role("button", name="Send a child-protection file").click()
    window.look("Send a child-protection file")
    page.get_by_role("button", name="Check where it will go").click()
    window.look("Send a child-protection file")
    for name, value in SAID.items():
        page.locator(f"[name='{name}']").fill(value)
    page.locator("input[name='file']").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF})
    shot(window, f"confidential-{size['width']}")
    page.get_by_role("button", name="Check where it will go").click()
    window.look("1 pupil ready to send")
    shot(window, f"confidential-check-{size['width']}")
    page.get_by_role("button", name="Send 1 pupil now").click()
    page.get_by_text("See the receipt").wait_for()
    window.close()
    other = signed_in(
        world, browser, address, Person(PersonId("a.office"), Role.SCHOOL_READER, ACADEMY), size, scripts=scripts
    )
    other.page.goto(address + "/inbox")
    other.look("Inbox")
    shot(other, f"confidential-waits-{size['width']}")
    other.close()
    reader = signed_in(world, browser, address, Person(PersonId("a.dsl"), Role.DSL, ACADEMY), size, scripts=scripts)
    reader.page.goto(address + "/inbox")
    reader.look("Inbox")
    with reader.page.expect_download() as came:
        reader.page.get_by_role("button", name="Collect").click()
    assert came.value.suggested_filename.endswith(".pdf") and came.value.path().read_bytes() == PDF
    reader.close()


def signed_in(
    world: World, browser: Browser, address: str, person: Person, size: dict[str, int] = WIDE, *, scripts: bool
) -> Window:
    window = Window(browser, size, scripts=scripts)
    window.page.goto(address + office.link(world, person))
    window.page.get_by_role("button", name="Sign in").click()
    window.look("Overview")
    return window


def test_whoever_mends_a_field_is_told_to_choose_the_file_again(world: World) -> None:
    lead = Office(world, Role.SENCO, LARKMERE, "l.senco")
    page = lead.post(ADDRESS, **{**SAID, "phone": "ask Jo"}, file=(io.BytesIO(PDF), "a.pdf"))
    assert page.status == 422
    assert "Write a telephone number" in page.text
    assert "Choose the file again" in page.text
