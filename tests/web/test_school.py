"""The pages of a school's office: what is handed in, what is read about it, what became of it, what has come."""

import io
import zipfile

import pytest

from gateway.core import documents, sample
from gateway.core.facts import Role, parse_line
from gateway.core.log import note
from gateway.core.sample import Mistake, SampleFile
from gateway.core.terms import LaEstab
from gateway.flows import dispatch
from tests.core.documents.sheeted import row, separated
from tests.simulator import ACADEMY, KENT, NUMBERS, TIDEWAY, World, agreement, leavers, refused
from tests.web.office import Office

WRONG = (Mistake.UPN_CHECK_LETTER, Mistake.MISSING_LEAVING_DATE)


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def zipped(*files: SampleFile) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for one in files:
            opened.writestr(one.name, one.content)
    return made.getvalue()


def facts(world: World, name: str) -> list[dict[str, object]]:
    found = (parse_line(line) for line in world.kent.store.lines())
    return [one for one in found if one["fact"] == name]


def test_office_reads_what_is_wrong_where_with_whom_and_how_to_mend_it(office: Office) -> None:
    made = leavers(pupils=13, faults=WRONG)
    page = office.upload((made.name, made.content))
    assert page.heading == "12 of 13 pupils are ready, nothing was sent"
    (pupil,) = page.tree.xpath("//section[h3[contains(., 'Pupil 2 in the file')]]")
    label = pupil.findtext("h3/span")
    assert label.startswith("(") and "UPN ending" in label
    first, second = (" ".join(one.text_content().split()) for one in pupil.iter("div"))
    assert first == (
        "Error Line 392 The UPN has the wrong check letter. Check the UPN in the pupil's record. (CTF-UPN-001)"
    )
    assert second == (
        "Error Line 759 The leaving date for the sending school is missing. Enter the day on which the pupil left "
        "and export the file again; other systems refuse the pupil without it. (CTF-SCH-001)"
    )


def readdressed(made: SampleFile, dest: str) -> tuple[str, bytes]:
    to = made.content.decode().replace("<LEA>887</LEA>\n<Estab>4123", f"<LEA>{dest[:3]}</LEA>\n<Estab>{dest[3:]}", 1)
    return made.name.replace("8874123", dest), to.encode()


@pytest.mark.parametrize("dest", ["8879999", "999LLLL", "MMMMMMM"])
def test_a_file_that_can_go_nowhere_is_not_said_to_be_ready_to_send(office: Office, dest: str) -> None:
    page = office.check(readdressed(leavers(pupils=2), dest))
    assert page.heading == "No pupil can go to where the file says, not sent yet"
    (button,) = [one.text_content().strip() for one in page.tree.xpath("//main//form//button[@type='submit']")]
    assert button == "Put it on record now"
    assert "nothing will be sent" in page.text
    assert "send it by school2school" in page.text


def test_a_file_of_another_school_is_not_said_to_be_ready_nor_to_hold_anybody(office: Office) -> None:
    made = leavers(pupils=2)
    other = made.content.replace(b"<Estab>4321<", b"<Estab>4322<")
    page = office.check((made.name.replace("8864321", "8864322"), other))
    assert page.heading == "The file was not accepted"
    assert "Send the ready pupils" not in page.text


def test_report_names_no_child_and_no_whole_number(office: Office) -> None:
    made = leavers(pupils=3, faults=WRONG)
    page = office.upload((made.name, made.content))
    told = page.answer.text + office.client.get("/").text + office.client.get(f"{page.address}/findings.csv").text
    text = made.content.decode()
    for element in ("Surname", "Forename", "UPN", "PostCode", "DOB"):
        values = {part.split("<")[0] for part in text.split(f"<{element}>")[1:]}
        assert values
        assert not [value for value in values if f">{value}<" in told or f" {value} " in told or value in told.split()]


def test_mended_file_takes_the_place_of_the_wrong_one(office: Office) -> None:
    wrong, right = leavers(pupils=3, faults=WRONG), leavers(pupils=3)
    assert wrong.name == right.name
    office.upload((wrong.name, wrong.content))
    assert "To mend" in office.get("/").text
    assert office.upload((right.name, right.content)).heading == "3 pupils accepted"
    assert "Nothing needs doing" in office.get("/").text


def test_mended_file_of_another_number_ends_the_task_if_it_took_the_same_pupils(office: Office) -> None:
    """Most systems number each export anew."""
    wrong = leavers(pupils=3, faults=(Mistake.MISSING_LEAVING_DATE,))
    others, right = leavers(pupils=2, sequence=2, seed=5), leavers(pupils=3, sequence=3)
    office.upload((wrong.name, wrong.content))
    office.upload((others.name, others.content))
    assert "To mend" in office.get("/").text
    office.upload((right.name, right.content))
    assert "To mend" not in office.get("/").text


def test_held_pupils_are_told_of_until_they_are_sent(office: Office) -> None:
    made = leavers(pupils=3, faults=(Mistake.MISSING_LEAVING_DATE,))
    page = office.upload((made.name, made.content), ready="yes")
    assert page.heading == "2 of 3 pupils accepted, 1 held"
    assert "2 of 3 pupils accepted, 1 held" in office.get("/").text
    whole = leavers(pupils=3, sequence=2)
    office.upload((whole.name, whole.content))
    assert "To mend" not in office.get("/").text


def test_ready_pupils_go_by_a_choice_with_a_count_about_the_very_same_file(office: Office) -> None:
    made, other = leavers(pupils=13, faults=WRONG), leavers(pupils=4, sequence=2, faults=WRONG)
    page = office.upload((made.name, made.content))
    (button,) = page.tree.xpath("//button[contains(., 'hold the rest')]")
    assert " ".join(button.text_content().split()) == "Check the 12 ready pupils, hold the rest"
    (form,) = page.tree.xpath("//form[.//input[@name='only']]")
    only = str(form.xpath(".//input[@name='only']/@value")[0])
    assert office.upload((other.name, other.content), only=only).heading == "3 of 4 pupils are ready, nothing was sent"
    assert office.upload((made.name, made.content), only=only).heading == "12 of 13 pupils accepted, 1 held"
    assert office.post("/upload", only="x", files=(io.BytesIO(b"<x/>"), "a.xml")).status == 404


def test_report_that_has_no_room_for_more_says_how_many_more(office: Office) -> None:
    made = leavers()
    page = office.upload((made.name, made.content.replace(b"<CTFpupilData>", b"<CTFpupilData>" + b"<Foo/>" * 2_500)))
    assert "And 500 more findings. Mend these first" in page.text


def test_file_that_is_wrong_as_a_whole_offers_no_part_of_it(office: Office) -> None:
    made = leavers()
    page = office.upload(("leavers.xml", made.content))
    assert page.heading == "0 of 2 pupils are ready, nothing was sent"
    assert "hold the rest" not in page.text
    assert "Do not rename the file" in page.text


def test_same_file_again_has_the_same_receipt_and_says_so(office: Office, world: World) -> None:
    made = leavers()
    first = office.upload((made.name, made.content))
    again = office.upload((made.name, made.content))
    assert "You sent this very file before" in again.text
    assert "You sent this very file before" not in first.text
    receipts = [page.tree.xpath("//a[contains(., 'See the receipt')]/@href") for page in (first, again)]
    assert receipts[0] == receipts[1]
    assert len(facts(world, "UploadAccepted")) == len(facts(world, "DisclosureReleased")) == 1


def test_same_file_twice_in_one_batch_is_counted_and_sent_once(office: Office, world: World) -> None:
    made, other = leavers(), leavers(sequence=2, seed=9)
    again = (made.name.replace(".xml", " (1).xml"), made.content)
    checked = office.check((made.name, made.content), again, ("all.zip", zipped(made, other)))
    assert checked.heading == "2 of 4 files ready, not sent yet"
    assert checked.text.count("The same file as one before it.") == 2
    (button,) = checked.tree.xpath("//form[contains(@action, '/send')]//button/text()")
    assert button.strip() == "Send 4 pupils in 2 files now"
    alone = office.get(f"{checked.address}/2")
    assert alone.heading == "The same file as one before it" and "It goes once." in alone.text
    sent = office.follow(office.send(checked))
    assert sent.heading == "2 of 4 files accepted"
    assert len(facts(world, "UploadAccepted")) == 2
    assert "Nothing needs doing" in office.get("/").text


def test_an_empty_file_is_called_empty(office: Office) -> None:
    for name in ("8864321_CTF_8874123_001.xml", "leavers.csv", "leavers.xlsx", "leavers.zip"):
        assert "The file is empty." in office.upload((name, b"")).text


def test_receipt_says_of_each_pupil_where_it_went_by_what_the_office_knows_it(office: Office) -> None:
    made = leavers(pupils=3, faults=(Mistake.UPN_CHECK_LETTER,))
    page = office.upload((made.name, made.content), ready="yes")
    one, _, three = documents.labels(made.content).values()
    (address,) = page.tree.xpath("//a[contains(., 'See the receipt')]/@href")
    receipt = office.get(address)
    assert f"Pupils in the file 1 ({one}), 3 ({three})" in receipt.text
    assert "Pupils 3, of whom 1 held for errors: 2" in receipt.text


def test_name_that_a_browser_made_is_mended_and_said(office: Office) -> None:
    made = leavers()
    page = office.upload((made.name.replace(".xml", " (1).XML"), made.content))
    assert page.heading == "2 pupils accepted"
    assert f"Taken as {made.name}" in page.text
    assert "A browser has added a number in brackets" in page.text


def test_zip_of_forty_files_is_forty_rows(office: Office) -> None:
    files = [leavers(pupils=1, sequence=number, seed=number) for number in range(1, 41)]
    page = office.upload(("leavers.zip", zipped(*files)))
    assert page.heading == "40 of 40 files accepted"
    rows = page.tree.xpath("//main//li//h2/a")
    assert [one.text for one in rows] == [one.name for one in files]
    assert page.text.count("From leavers.zip") == 40
    assert office.get(str(rows[39].get("href"))).heading == "1 pupil accepted"
    assert office.get(str(rows[39].get("href"))[:-2] + "41").status == 404


def test_one_bad_file_does_not_stop_the_others(office: Office) -> None:
    made, wrong = leavers(), leavers(pupils=4, sequence=2, faults=WRONG)
    page = office.upload(
        (made.name, made.content),
        ("a.zip", b"PK\x03\x04 and no more"),
        (wrong.name, wrong.content),
        ("b.xml", b"\x00"),
    )
    assert page.heading == "1 of 4 files accepted"
    assert "The zip file could not be opened safely." in page.text
    assert "3 of 4 pupils are ready, nothing was sent" in page.text


def test_more_than_500_files_are_not_taken_and_the_rest_is(office: Office) -> None:
    made = leavers()
    fillers = [(f"{number}.xml", b"<x/>") for number in range(500)]
    page = office.upload(*fillers, (made.name, made.content))
    assert page.heading == "0 of 501 files accepted"
    assert page.text.count("More than 500 files came at once, so this was not taken.") == 1


def test_upload_without_a_file_says_so_at_the_field(office: Office) -> None:
    for files in ([], [(io.BytesIO(b""), "")]):
        page = office.post("/upload", files=files)
        assert page.status == 422
        assert page.tree.findtext(".//title", "").startswith("Error: Upload files")
        assert page.tree.xpath("//*[@id='files-error' and contains(., 'Select a file')]")
        assert page.tree.xpath("//div[contains(@class, 'error-summary')]//a[@href='#files']")


@pytest.mark.parametrize("name", ["../../etc/passwd", "<b>x.xml", "y" * 300 + ".xml", "=1+1.xml"])
def test_name_of_a_stranger_is_shown_as_text_and_never_whole(office: Office, name: str) -> None:
    page = office.upload((name, b"<x/>"))
    (shown,) = page.tree.xpath("//dd[preceding-sibling::dt[normalize-space()='File']]")
    assert shown.text_content().strip().lstrip("…") == name.rsplit("/", 1)[-1][-100:]
    assert not list(shown)


def test_findings_are_handed_on_as_a_table_without_a_label(office: Office) -> None:
    made = leavers(pupils=3, faults=WRONG)
    page = office.upload((made.name, made.content))
    answer = office.client.get(f"{page.address}/findings.csv")
    rows = answer.data.decode("utf-8-sig").splitlines()
    assert rows[0] == "Pupil,Line,Error or query,What is wrong,How to mend it,In your system,Code"
    told = "error,The UPN has the wrong check letter.,Check the UPN in the pupil's record.,,CTF-UPN-001"
    assert rows[1] == f"2,392,{told}"
    assert "UPN ending" not in answer.text
    (link,) = page.tree.xpath("//a[contains(., 'one with initials')]/@href")
    label = page.tree.xpath("//section[h3[contains(., 'Pupil 2 in the file')]]/h3/span")[0].text.strip("()")
    assert f'\n"2: {label}",392,error,' in office.client.get(link).text.replace("\r", "")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="findings.csv"'


def test_whoever_fills_in_a_sheet_is_told_to_mend_the_sheet(office: Office) -> None:
    sheet = separated(row(1, "leavers"), {**row(2, "leavers"), "sex": "boy"}, kind="leavers").encode()
    page = office.upload(("leavers.csv", sheet))
    assert "Row 3" in page.text and "Mend the rows in your sheet, save it and upload the new file." in page.text
    assert "export" not in page.text and not page.tree.xpath("//select")


def test_office_chooses_the_system_for_which_it_reads_how_to_mend_things(office: Office) -> None:
    made = leavers(pupils=3, faults=WRONG)
    page = office.upload((made.name, made.content))
    known = "In ScholarPack: ScholarPack does not import a pupil without a leaving date."
    assert known not in page.text
    chosen = office.get(f"{page.address}?system=ScholarPack")
    assert known in chosen.text
    assert "nobody has told us where it is there" in chosen.text
    (link,) = chosen.tree.xpath("//a[contains(., 'Download this list')]/@href")
    assert "does not import a pupil without a leaving date" in office.client.get(link).text
    assert office.get(f"{page.address}?system=<b>").text == page.text


def test_receipt_says_who_when_what_to_whom_and_on_which_ground(office: Office) -> None:
    made = leavers(dest=LaEstab("XXXXXXX"), pupils=1)
    page = office.upload((made.name, made.content))
    receipt = office.get(page.tree.xpath("//a[contains(., 'See the receipt')]/@href")[0])
    assert receipt.heading == "Receipt for 1 pupil"
    for words in (
        made.name,
        "School school-8864321, l.office",
        "3 November 2026 at 12:00pm",
        "Children missing education team",
        "hands the file to its council's missing-education team",
        "PIR05 reg 9(3)",
        "legal obligation (Article 6(1) UK GDPR)",
        "none needed: a statutory duty",
        "Not collected yet",
    ):
        assert words in receipt.text, words


def test_signed_receipt_is_downloaded_and_holds(office: Office, world: World) -> None:
    made = leavers()
    page = office.upload((made.name, made.content))
    (address,) = page.tree.xpath("//a[contains(., 'See the receipt')]/@href")
    answer = office.client.get(f"{address}/receipt.txt")
    opened = note.open_note(answer.text, [note.parse_vkey(world.kent.vault.vkey)])
    assert f"upload {address.rsplit('/', 1)[1]}" in opened.text
    assert "attachment" in answer.headers["Content-Disposition"]
    with pytest.raises(ValueError, match="sign"):
        note.open_note(answer.text.replace("pupils 2", "pupils 3"), [note.parse_vkey(world.kent.vault.vkey)])


def test_what_was_not_sent_says_why_and_is_what_needs_doing(office: Office, world: World) -> None:
    """An academy has no duty here, so without an agreement nothing goes."""
    made = leavers(source=NUMBERS[ACADEMY])
    academy = Office(world, organisation=ACADEMY, name="n.office")
    page = academy.upload((made.name, made.content))
    assert page.heading == "On record, nothing was sent"
    assert "Not sent to School school-8874123" in page.text
    assert "There is no sharing agreement" in page.text
    assert "It has not reached everybody it is for" in academy.get("/").text
    assert "Nothing needs doing" in office.get("/").text


def test_overdue_file_is_what_needs_doing_with_its_reason(office: Office, world: World) -> None:
    made = leavers()
    office.upload((made.name, made.content))
    world.wire.faults = [refused] * 9
    dispatch.send_due(world.kent.gateway)
    assert "Waiting" in office.get("/sent").text
    assert "Nothing needs doing" in office.get("/").text
    world.clock.on(days=2)
    office.sign_in()
    assert "Overdue" in office.get("/sent").text
    assert "the recipient's gateway cannot be reached" in office.get("/sent").text
    assert "Needs a look" in office.get("/").text


def test_sender_and_collector_see_the_same_collection(world: World, office: Office) -> None:
    made = leavers(dest=NUMBERS[ACADEMY])
    office.upload((made.name, made.content))
    reader = Office(world, Role.SCHOOL_READER, ACADEMY, name="n.office")
    assert "1 file to collect" in reader.get("/").text
    (form,) = reader.get("/inbox").tree.xpath("//main//form/@action")
    assert "Expires on" in reader.get("/inbox").text
    day = "3 November 2026 at"
    for times in (
        f"Collected 1 time, {day} 12:00pm by n.office.",
        f"Collected 2 times, first {day} 12:00pm by n.office, last {day} 1:00pm by n.office.",
    ):
        answer = reader.post(form).answer
        assert answer.data.startswith(b"<?xml")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{made.name}"'
        assert times in reader.get("/inbox").text
        world.clock.on(hours=1)
        reader.sign_in()
    office.sign_in()
    assert "Collected" in office.get("/sent").text
    (receipt,) = office.get("/sent").tree.xpath("//h3/a/@href")
    seen = f"Collected {day} 12:00pm by n.office. Collected again {day} 1:00pm by n.office."
    assert seen in office.get(receipt).text
    assert "to collect" not in reader.get("/").text
    assert len(facts(world, "ParcelCollected")) == 2


def test_officer_hands_in_for_the_council_and_its_schools(world: World) -> None:
    officer = Office(world, Role.OFFICER, KENT, name="a.shah")
    made = leavers()
    assert officer.upload((made.name, made.content)).heading == "2 pupils accepted"
    assert "Kent, a.shah" in officer.get(officer.get("/sent").tree.xpath("//h3/a/@href")[0]).text


def test_school_cannot_hand_in_for_another(world: World) -> None:
    other = Office(world, organisation=ACADEMY, name="n.office")
    made = leavers()
    page = other.upload((made.name, made.content))
    assert "The file says that it comes from another school." in page.text
    assert "certificate" not in page.text
    elsewhere = Office(world, organisation=TIDEWAY, name="t.office")
    answer = elsewhere.post("/upload", files=(io.BytesIO(made.content), made.name))
    assert (answer.status, answer.heading) == (403, "Your organisation is not enrolled here")


def test_who_handed_in_stands_in_the_line_as_a_commitment(office: Office, world: World) -> None:
    made, wrong = leavers(), leavers(pupils=3, sequence=2, faults=WRONG)
    office.upload((made.name, made.content), (wrong.name, wrong.content))
    lines = b"".join(world.kent.store.lines())
    assert b"l.office" not in lines
    assert facts(world, "UploadAccepted")[0]["by"] != facts(world, "UploadRefused")[0]["by"]
    by_machine = leavers(seed=3, sequence=3)
    world.upload(by_machine.content, by_machine.name)
    assert "by" not in facts(world, "UploadAccepted")[1]


def test_report_is_gone_after_a_week_and_the_receipt_stays(office: Office, world: World) -> None:
    made = leavers()
    page = office.upload((made.name, made.content))
    (receipt,) = page.tree.xpath("//a[contains(., 'See the receipt')]/@href")
    assert "kept until 10 November 2026" in page.text
    world.clock.on(days=7)
    office.sign_in()
    assert office.get(page.address).status == 404
    assert office.get(receipt).heading == "Receipt for 2 pupils"


def test_agreement_is_named_where_the_disclosure_rests_on_one(world: World) -> None:
    world.adopt(agreement())
    notice = sample.notice(1, LaEstab("886LLLL"), LaEstab("887LLLL"), world.clock().replace(tzinfo=None), 1)
    officer = Office(world, Role.OFFICER, KENT, name="a.shah")
    page = officer.upload((notice.name, notice.content))
    assert page.heading == "1 pupil accepted"
    receipt = officer.get(page.tree.xpath("//a[contains(., 'See the receipt')]/@href")[0])
    assert "kent-medway-cme.v1" in receipt.text
    assert "public task" in receipt.text


def test_letter_that_was_chosen_by_mistake_is_nothing_to_mend(office: Office) -> None:
    page = office.check(("minutes.pdf", b"%PDF-1.7"))
    assert "This is a PDF." in page.text and "Choose another file" in page.text
    assert "Which system" not in page.text and "Mend the pupils" not in page.text
    assert "Nothing needs doing." in office.get("/").text
