"""Requests about people's own data, at the pages: clocks, steps, the answer, and who was told of a correction."""

import json
import re
import zlib
from contextlib import suppress

import pytest

from gateway.core.documents.messages.words import RefusalReason
from gateway.core.facts import Asker, NoticeAnswer, RightsStep, Role, TaskKind
from gateway.core.terms import Kind
from gateway.web import prints
from gateway.web.governance import claims, spoken
from tests.flows.asked import a_message, carry, sent, tick
from tests.flows.watch import FIRST, GOVERNANCE, OFFICER, lines
from tests.needs import needs
from tests.simulator import KENT, MEDWAY, World, leavers
from tests.web.office import Office, Page

WHY = "The passport was seen at the desk in Maidstone."
RIGHT = "ZZ99 3CC"


def governance(world: World) -> Office:
    return Office(world, GOVERNANCE.role, KENT, GOVERNANCE.id)


def upn_at_kent(world: World) -> str:
    """A child whose notice went to Medway."""
    message = a_message(world, Kind.ENQUIRY)
    sent(world, message)
    carry(world)
    return str(message.records[0].who.upn)


def opened(office: Office, upn: str, kind: str = "access", **more: str) -> str:
    fields = {"kind": kind, "asker": "child", "who": "Haddadin, Dariush", "upn": upn, **more}
    page = office.post("/rights/new", **fields)
    assert page.status == 303, page.text
    return page.answer.headers["Location"].rsplit("/", 1)[-1]


def step(office: Office, claim: str, what: str, **more: object) -> Page:
    page = office.follow_form(f"/rights/{claim}/{what}", reason=WHY, **more)
    if what == "identity-shown":  # a child who asks is able to, as somebody judges
        page = office.follow_form(f"/rights/{claim}/competence-judged", reason=WHY)
    return page


def plain(pdf: bytes) -> bytes:
    """What a PDF holds, with every part that is packed unpacked."""
    found = [pdf]
    for part in pdf.split(b"stream\n")[1:]:
        with suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(part))
    return b"\n".join(found)


@pytest.fixture
def office(world: World) -> Office:
    return governance(world)


def test_a_request_is_taken_in_with_its_clock(world: World, office: Office) -> None:
    upn = upn_at_kent(world)
    assert "There is nothing on this list" in office.get("/rights").text
    claim = opened(office, upn)
    listed = office.get("/rights").text
    assert "Received" in listed and "due 3 December 2026" in listed and f"UPN ending {upn[-3:]}" in listed
    page = office.get(f"/rights/{claim}")
    assert page.heading.startswith("Request: a copy of what we keep") and "Haddadin" not in page.title
    assert upn not in page.answer.text
    due = office.get("/due")
    assert due.tree.find(f".//a[@href='/rights/{claim}']") is not None


def test_everything_wrong_with_it_is_said_at_once(office: Office) -> None:
    page = office.post("/rights/new", item="the postcode")
    assert page.status == 422
    for words in ("Choose what they ask for", "Choose who asks", "Write who asks", "Write the UPN", claims.NO_ITEM):
        assert words in page.text


def test_which_one_is_wrong_is_ticked_and_put_on_record(world: World, office: Office) -> None:
    claim = opened(office, upn_at_kent(world), "rectification", item="Address/PostCode", correction=RIGHT)
    page = office.get(f"/rights/{claim}")
    assert page.tree.find(f".//a[@href='/rights/{claim}/meaning-said']") is not None
    asked = office.get(f"/rights/{claim}/meaning-said")
    assert (
        "last address: post code: " in asked.text
        and "LastAddress/" not in asked.text
        and "Tick all that is one and the same" in asked.text
    )
    looked = len(lines(world.kent, "ChildLooked"))
    wrong = office.post(f"/rights/{claim}/meaning-said", reason=WHY)
    assert wrong.status == 422 and "Tick what they mean" in wrong.text
    assert len(lines(world.kent, "ChildLooked")) == looked + 1, "it shows every value again"
    done = office.follow_form(f"/rights/{claim}/meaning-said", meant=ticks(asked)[0], reason=WHY)
    assert len(lines(world.kent, "ChildLooked")) == looked + 2, "to say it shows nothing"
    assert "They said which one is wrong" in done.text and WHY in done.text
    other = opened(office, upn_at_kent(world))
    assert "They said which one is wrong" not in office.get(f"/rights/{other}").text


def ticks(page: Page) -> list[str]:
    return [str(one) for one in page.tree.xpath("//input[@name='meant']/@value")]


def test_a_tick_is_never_taken_for_another_value_that_came_to_stand_in_its_place(world: World, office: Office) -> None:
    upn = upn_at_kent(world)
    claim, other = (
        opened(office, upn, "rectification", item="LastAddress/PostCode", correction=RIGHT) for _ in range(2)
    )
    seen = ticks(office.get(f"/rights/{claim}/meaning-said"))
    step(office, other, "identity-shown")
    step(office, other, "granted")
    late = office.post(f"/rights/{claim}/meaning-said", meant=seen[0], reason=WHY)
    assert late.status == 422 and "Choose among these" in late.text and RIGHT in late.text
    assert seen[0] not in ticks(late)
    assert WHY not in office.get(f"/rights/{claim}").text, "nothing is on record"


def test_its_steps_stop_and_start_the_clock(world: World, office: Office) -> None:
    claim = opened(office, upn_at_kent(world))
    assert "Waits until" not in office.get(f"/rights/{claim}").text
    assert "waits until we know who asks" in step(office, claim, "identity-asked").text
    world.clock.on(days=10)
    office = governance(world)
    assert "is being worked on" in step(office, claim, "identity-shown").text
    assert "The clock stands still" in step(office, claim, "paused").text
    world.clock.on(days=5)
    office = governance(world)
    assert "is being worked on" in step(office, claim, "resumed").text
    shown = step(office, claim, "extended").text
    assert "two more months" in shown and WHY in shown and GOVERNANCE.id in shown
    assert "cannot take that step" in office.get(f"/rights/{claim}/resumed").heading, "it is not paused"
    assert office.get(f"/rights/{claim}/whatever").status == 404
    empty = office.post(f"/rights/{claim}/paused", reason="no")
    assert empty.status == 422 and empty.tree.find(".//a[@href='#reason']") is not None


def test_an_officer_records_and_somebody_else_decides(world: World, office: Office) -> None:
    claim = opened(office, upn_at_kent(world))
    theirs = Office(world, OFFICER.role, KENT, OFFICER.id)
    assert "Granted" not in step(theirs, claim, "identity-shown").text
    assert theirs.post(f"/rights/{claim}/granted", reason=WHY).status == 403
    assert "answered" in step(office, claim, "granted").text
    assert claim in office.get("/rights?show=over").answer.text
    assert office.get("/rights?show=everything").status == 404


def test_a_parent_shows_responsibility_first(world: World, office: Office) -> None:
    claim = opened(office, upn_at_kent(world), asker="parent")
    step(office, claim, "identity-shown")
    refused = office.post(f"/rights/{claim}/granted", reason=WHY)
    assert refused.status == 422 and "parental responsibility" in refused.text
    step(office, claim, "responsibility-shown")
    told = office.post(f"/rights/{claim}/granted", reason=WHY)
    if told.status == 422:  # a child of twelve or more is asked first
        assert told.tree.find(".//a[@href='#alone']") is not None
        told = office.post(f"/rights/{claim}/granted", reason=WHY, alone="yes")
    assert told.status == 303


def test_the_answer_names_the_actual_recipients_and_that_it_was_made_is_a_fact(world: World, office: Office) -> None:
    claim = opened(office, upn_at_kent(world))
    assert office.post(f"/rights/{claim}/report", **{"as": "page"}).status == 422, "nobody knows yet who asks"
    step(office, claim, "identity-shown")
    assert "Email=X5" in office.get(f"/rights/{claim}/report").text
    page = office.post(f"/rights/{claim}/report", **{"as": "page"})
    assert page.heading == "What Kent keeps, and who was told"
    assert "Medway" in page.text and "Information Commissioner" in page.text
    assert page.tree.find(".//table//th[@scope='col']") is not None
    cells = page.tree.xpath("//td[span[@class='gateway-screen gateway-aside']]")
    said = {cell.text.strip(): cell[0].text for cell in cells}
    assert said["last address: post code"] == "LastAddress/PostCode", "its path is for who leaves it out, on no print"
    assert len(lines(world.kent, "RightsReported")) == 1
    told = office.post(f"/rights/{claim}/report", **{"as": "json"})
    assert [one["to"] for one in json.loads(told.answer.data)["told"]] == ["Medway"]


def test_what_is_left_out_stands_there_with_its_exemption(world: World, office: Office) -> None:
    claim = opened(office, upn_at_kent(world))
    step(office, claim, "identity-shown")
    for wrong in ("Email", "Email=X4", "E mail=X5"):
        refused = office.post(f"/rights/{claim}/report", left=wrong, **{"as": "page"})
        assert refused.status == 422 and refused.tree.find(".//a[@href='#left']") is not None
    page = office.post(f"/rights/{claim}/report", left="DOB=x5\n", **{"as": "page"})
    assert "[left out: X5]" in page.text and "What was left out, and why" in page.text


def test_the_answer_is_a_pdf_whose_structure_a_screen_reader_follows(world: World, office: Office) -> None:
    needs(prints.ready(), "WeasyPrint (the extra [pdf])")
    claim = opened(office, upn_at_kent(world))
    step(office, claim, "identity-shown")
    made = office.post(f"/rights/{claim}/report", **{"as": "pdf"}).answer
    assert made.headers["Content-Type"] == "application/pdf" and made.data.startswith(b"%PDF-1.7")
    told = plain(made.data)
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"pdfuaid", b"/S /TH", b"/S /H1"):
        assert mark in told, mark


def test_a_correction_is_told_to_every_past_recipient_and_each_answer_is_kept(world: World, office: Office) -> None:
    claim = opened(office, upn_at_kent(world), "rectification", item="LastAddress/PostCode", correction=RIGHT)
    step(office, claim, "identity-shown")
    page = step(office, claim, "granted")
    assert "last address: post code" in page.text and "LastAddress/" not in page.text
    assert "Medway" in page.text and "Not answered yet" in page.text and "still to be told" not in page.text
    link = re.search(rf"/rights/{claim}/told/d-\w+", page.answer.text)
    assert link is not None
    empty = office.post(link[0])
    assert empty.status == 422 and "Choose what they said" in empty.text
    told = office.follow_form(link[0], answer="impossible", reason="They have closed, and nobody took over.")
    assert "Impossible" in told.text and "Not answered yet" not in told.text
    assert office.post(link[0], answer="refused", reason=WHY).status == 409


def test_a_notice_of_a_partner_waits_for_a_person_who_settles_it(world: World, office: Office) -> None:
    claim = opened(office, upn_at_kent(world), "rectification", item="LastAddress/PostCode", correction=RIGHT)
    step(office, claim, "identity-shown")
    step(office, claim, "granted")
    carry(world)
    theirs = Office(world, Role.GOVERNANCE, MEDWAY, "m.dale", home=MEDWAY)
    (task,) = [one for one in world.medway.store.tasks([MEDWAY]) if one.kind is TaskKind.RIGHTS_NOTICE]
    assert "Kent: put a wrong fact right" in theirs.get("/rights").text
    notice = f"/rights/notices/{task.subject}"
    assert RIGHT in theirs.get(notice).text and "Say that you have it" in theirs.get(notice).text
    assert "Say that you have it" not in theirs.follow(theirs.post(f"{notice}/acknowledge")).text
    assert theirs.get(f"{notice}/burn").status == 404
    empty = theirs.post(f"{notice}/decline")
    assert empty.status == 422 and "Choose why" in empty.text
    assert theirs.follow(theirs.post(f"{notice}/decline", because="unknown-child")).heading.startswith("Requests")
    assert theirs.get(notice).status in {404, 409}
    for _ in range(3):
        tick(world, minutes=1)
    assert "Not answered yet" not in office.get(f"/rights/{claim}").text


def test_a_complaint_is_on_its_own_list_until_it_is_answered(world: World, office: Office) -> None:
    claim = opened(office, upn_at_kent(world), "complaint", text="You told my landlord.")
    assert claim in office.get("/rights?show=complaints").answer.text
    assert claim not in office.get("/rights").answer.text
    assert "You told my landlord." in office.get(f"/rights/{claim}").text
    assert "Due The clock stands still" in step(office, claim, "acknowledged").text


def test_a_restriction_holds_at_once_and_two_people_lift_it(world: World, office: Office) -> None:
    claim = opened(office, upn_at_kent(world), "restriction")
    page = office.get("/flags")
    assert "Article 18" in page.text and f"Asked for in {claim}" in page.text
    (flag,) = set(re.findall(r"/flags/(f-\w+)/propose", page.answer.text))
    assert "To be lifted" in office.follow_form(f"/flags/{flag}/propose", reason=WHY).text
    same = office.post(f"/flags/{flag}/lift", reason=WHY)
    assert same.status == 422 and "somebody else" in same.text.casefold()
    other = Office(world, FIRST.role, KENT, FIRST.id)
    first = other.post(f"/flags/{flag}/lift", reason=WHY)
    assert first.status == 422 and "has not been told" in first.text
    step(office, claim, "identity-shown")
    step(office, claim, "refused")
    step(office, claim, "told")
    assert "No flag stands" in other.follow(other.post(f"/flags/{flag}/lift", reason=WHY)).text


def test_requests_open_to_their_homes_alone(world: World, office: Office) -> None:
    claim = opened(office, upn_at_kent(world))
    stranger = Office(world, Role.GOVERNANCE, MEDWAY, "x.medway")
    assert stranger.get(f"/rights/{claim}").status == 404 and claim not in stranger.get("/rights").answer.text
    made = {"kind": "access", "asker": "child", "who": "Somebody", "upn": "H801200001001"}
    assert stranger.post("/rights/new", **made).status == 403


def test_what_nobody_keeps_is_no_file_to_take_elsewhere(world: World, office: Office) -> None:
    claim = opened(office, upn_at_kent(world), "portable-copy")
    step(office, claim, "identity-shown")
    assert office.post(f"/rights/{claim}/copy").status == 404
    made = leavers(pupils=1, seed=5)
    world.upload(made.content, made.name)
    (upn,) = re.findall(rb"<UPN>(\w+)<", made.content)
    theirs = opened(office, upn.decode(), "portable-copy")
    step(office, theirs, "identity-shown")
    taken = office.post(f"/rights/{theirs}/copy")
    assert taken.status == 200 and b"<CTfile>" in taken.answer.data


def test_every_step_asker_and_answer_has_words() -> None:
    assert set(spoken.STEPS) == set(RightsStep) and set(spoken.ASKERS) == set(Asker)
    assert set(spoken.ANSWERED) == set(NoticeAnswer) and set(spoken.DECLINED) == set(RefusalReason)
