"""A missing-education officer at the pages: the list, one case with its timeline, and everything that may be done."""

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

import pytest

from gateway.core import sample
from gateway.core.cases import CaseState
from gateway.core.documents.messages.words import Side, Step, StepResult
from gateway.core.facts import Because, Channel, Ending, EntryKind, Role, parse_line
from gateway.core.records import Person
from gateway.core.roles import Can
from gateway.core.sample import Wish
from gateway.core.terms import Kind, LaEstab, PersonId
from gateway.web import acting, pages, words
from tests.flows.test_caselist import many
from tests.flows.test_shared_team import TwoKeyrings
from tests.simulator import KENT, LARKMERE, MEDWAY, NUMBERS, World
from tests.web.office import SECRET, Office, Page, link, means

WHY = "Her school rang about her."


def left(world: World, seed: int = 1) -> str:
    """A child leaves Larkmere on ground F, and a case opens; returns its id."""
    before = cases(world)
    gone(world, seed)
    (new,) = cases(world) - before
    return new


def gone(world: World, seed: int = 1, ground: str = "F") -> None:
    """Larkmere tells that a child is taken off its roll."""
    at = world.clock().replace(tzinfo=None)
    asked = Wish(
        source=NUMBERS[LARKMERE],
        dest=LaEstab("886LLLL"),
        kind=Kind.CML,
        at=at,
        leaving=at.date(),
        ground=ground,
        seed=seed,
    )
    made = sample.ctf(asked)
    world.upload(made.content, made.name)


def cases(world: World) -> set[str]:
    return {str(one.id) for one in world.kent.store.cases([KENT], list(CaseState))}


def officer(world: World, name: str = "c.hall", role: Role = Role.OFFICER) -> Office:
    return Office(world, role, KENT, name)


def facts(world: World, name: str) -> Sequence[dict[str, object]]:
    found = map(parse_line, world.kent.store.lines())
    return [line for line in found if line["fact"] == name]


def looked(office: Office, case: str) -> Page:
    return office.post(f"/cases/{case}", reason=WHY)


@pytest.mark.past_the_flows
def test_a_long_list_has_pages_that_keep_what_was_chosen(world: World) -> None:
    office, at = officer(world), f"/cases/{left(world)}"
    many(world, 120)
    office.follow_form(f"{at}/assign", officer="c.hall")
    page, seen = office.get("/cases?show=team"), list[str]()
    while True:
        seen += page.tree.xpath("//ul[@class='gateway-list']/li//h2/a/@href")
        (more,) = page.tree.xpath("//a[@rel='next']/@href") or [""]
        if not more:
            break
        assert "show=team" in more and "The first page" not in page.text[: page.text.index("Cases")]
        page = office.get(more)
    assert len(seen) == len(set(seen)) == 120 and seen[-1] == at, "the one that has an officer is the last"
    assert page.tree.xpath("//a[text()='The first page']/@href") == ["/cases?show=team"]
    assert office.get("/cases?show=mine").tree.xpath("//ul[@class='gateway-list']/li//h2/a/@href") == [at]
    for wrong in ("x", "1/2", "1/2026-11-03T12:00:00Z/x", "1/yesterday/c-" + "a" * 26):
        assert office.get(f"/cases?after={wrong}").status == 404
    merging = office.get(f"{at}/merge")
    assert not merging.tree.xpath("//select/@id") and "Its number begins with c-" in merging.text
    told = office.post(f"{at}/merge", into="c-nobody", reason=WHY)
    assert told.status == 422 and told.tree.xpath("//*[@class='govuk-error-summary']//a/@href") == ["#into"]
    office.post(f"{at}/merge", into=seen[0].removeprefix("/cases/"), reason=WHY)
    assert len(cases(world)) == 120 and "Merged with another case" in office.post(at, reason=WHY).text


def test_a_new_case_waits_for_an_officer_and_then_is_theirs(world: World) -> None:
    office = officer(world)
    assert "No case is open" in office.get("/cases").text
    case = left(world)
    listed = office.get("/cases").text
    assert case in listed and "Needs an officer" in listed and "ground F" in listed and "with nobody yet" in listed
    assert "No open case is yours" in office.get("/cases?show=mine").text
    world.clock.on(seconds=1)
    office.follow_form(f"/cases/{case}/assign", officer="c.hall")
    assert case in office.get("/cases?show=mine").text
    assert office.get("/cases?show=yours").status == 404


def test_a_case_is_opened_by_hand_once_for_each_child(world: World) -> None:
    office = officer(world)
    assert office.get("/cases/new").heading == "Open a case"
    said = {"because": "by-hand", "reason": "A neighbour rang about a boy who is at home all day."}
    nobody = office.post("/cases/new", **said)
    assert nobody.status == 422 and "There is a problem" in nobody.text
    assert "A UPN is a letter" in office.post("/cases/new", **said, upn="12").text
    opened = office.post("/cases/new", **said, upn="H801200001001")
    again = office.post("/cases/new", **said, upn="h801200001001")
    assert opened.answer.headers["Location"] == again.answer.headers["Location"], "there is one case"
    assert len(cases(world)) == 1
    unsuitable = {**said, "because": "unsuitable-home-education", "upn": "H801200001001"}
    assert office.post("/cases/new", **unsuitable).status == 422, "somebody has assessed it"


def test_somebody_elses_case_asks_why_and_the_reason_stands_in_the_log(world: World) -> None:
    case, office = left(world), officer(world)
    asked = office.get(f"/cases/{case}")
    assert asked.heading == f"Open case {case}" and "It is not yours" in asked.text
    assert facts(world, "CaseViewed") == []
    short = office.post(f"/cases/{case}", reason="because")
    assert (short.status, "Error: Open case" in short.title) == (422, True)
    assert facts(world, "CaseViewed") == []
    shown = looked(office, case)
    assert shown.heading == f"Case {case}" and "Left" not in shown.title
    (fact,) = facts(world, "CaseViewed")
    assert fact["reason"]


def test_why_is_asked_once_in_a_sitting_and_each_look_is_a_fact(world: World) -> None:
    case, other = left(world), left(world, 2)
    office = officer(world)
    looked(office, case)
    office.post(f"/cases/{case}/note", what="The flat is empty.", kind="fact")
    assert office.get(f"/cases/{case}").heading == f"Case {case}", "nobody is asked again after a step"
    seen = [("reason" in one) for one in facts(world, "CaseViewed")]
    assert seen == [True, False]
    assert office.get(f"/cases/{other}").heading == f"Open case {other}", "another case has its own reason"
    assert officer(world, "k.else").get(f"/cases/{case}").heading == f"Open case {case}", "and another person"
    world.clock.on(seconds=1)
    assert officer(world).get(f"/cases/{case}").heading == f"Open case {case}", "and another session"
    looked(office := officer(world), case)
    for _ in range(2):
        world.clock.on(minutes=31)
        page = office.get(f"/cases/{case}")
    assert page.heading == f"Open case {case}", "and another hour"


def test_ones_own_case_opens_at_once_and_looking_stands_in_the_log(world: World) -> None:
    case, office = left(world), officer(world)
    office.post(f"/cases/{case}/assign", officer="c.hall")
    shown = office.get(f"/cases/{case}")
    assert shown.heading == f"Case {case}" and "Acting for Kent" in shown.text and "Joint enquiries" in shown.text
    (fact,) = facts(world, "CaseViewed")
    assert not fact.get("reason")


def test_a_note_says_whether_it_is_fact_or_opinion_and_when_it_was(world: World) -> None:
    case, office = left(world), officer(world)
    office.post(f"/cases/{case}/assign", officer="c.hall")
    empty = office.post(f"/cases/{case}/note")
    assert empty.status == 422
    assert "Write what it is" in empty.text and "Choose whether it is a fact or an opinion" in empty.text
    day = {"told-day": "2", "told-month": "11", "told-year": "2026", "told-clock": "14:20"}
    shown = office.follow(office.post(f"/cases/{case}/note", text="The flat is empty.", kind="fact", **day))
    assert "Fact The flat is empty. 2 November 2026 at 2:20pm by c.hall, entered 3 November 2026" in shown.text
    early = office.post(f"/cases/{case}/note", text="It will be.", kind="opinion", **{**day, "told-day": "9"})
    assert early.status == 422 and "It will be." in early.text


def test_steps_and_what_was_learnt_stand_in_the_timeline_in_words(world: World) -> None:
    case, office = left(world), officer(world)
    office.post(f"/cases/{case}/assign", officer="c.hall")
    step = {"step": "home-visit", "side": "council", "result": "no-answer", "text": ""}
    shown = office.follow(office.post(f"/cases/{case}/step", **step))
    assert "Step of the enquiries Visited the home." in shown.text and "What came of it" not in shown.text
    assert "By: The council" in shown.text and "Result: No answer" in shown.text
    word = {"channel": "phone", "whom": "Ms Ito", "check": "I rang back.", "text": "They moved in May."}
    shown = office.follow(office.post(f"/cases/{case}/learnt", **word))
    assert "Learnt, by phone They moved in May. With: Ms Ito How we made sure who it was: I rang back." in shown.text


def test_a_case_closes_on_its_evidence_and_opens_again_with_everything(world: World) -> None:
    case, office = left(world), officer(world)
    office.post(f"/cases/{case}/assign", officer="c.hall")
    asked = office.get(f"/cases/{case}/close")
    assert "Has died" in asked.text and "Every enquiry was made" not in asked.text, "that is a manager's to say"
    chosen = office.post(f"/cases/{case}/close", ending="enrolled-and-started")
    evidence = office.follow(chosen)
    assert "At which school is the child?" in evidence.text
    where = f"/cases/{case}/close-enrolled-and-started"
    assert office.post(where).status == 422
    day = {"day-day": "2", "day-month": "11", "day-year": "2026"}
    shown = office.follow(office.post(where, school="8864321", **day))
    assert "Closed" in shown.text and case not in office.get("/cases").text
    assert "Close this case" not in shown.text and "Open this case again" in shown.text
    again = office.follow(office.post(f"/cases/{case}/reopen", reason="A neighbour has seen the child."))
    assert "A neighbour has seen the child." in again.text and case in office.get("/cases").text


def test_only_a_manager_says_that_every_enquiry_was_made(world: World) -> None:
    case = left(world)
    where, why = f"/cases/{case}/close-enquiries-exhausted", {"reason": "No trace anywhere."}
    assert officer(world).post(where, **why).heading == "Only a manager closes a case because every enquiry was made"
    manager = officer(world, "m.head", Role.MANAGER)
    assert "Every enquiry was made" in manager.get(f"/cases/{case}/close").text
    assert manager.post(where, **why).status == 303


def test_a_case_of_another_council_does_not_open_by_any_address(world: World) -> None:
    case = left(world)
    theirs = Office(world, Role.OFFICER, MEDWAY, "m.ash")
    for address in (f"/cases/{case}", f"/cases/{case}/note", f"/cases/{case}/assign"):
        assert theirs.get(address).status == 403
        assert theirs.post(address, reason=WHY, text=WHY, kind="fact").status == 403
    assert officer(world).get("/cases/c-2v4dxyq7n5gwfa3mzk6tjbc2re").status == 404
    assert officer(world).get(f"/cases/{case}/nothing").status == 404


def test_what_a_state_does_not_allow_has_no_page(world: World) -> None:
    case, office = left(world), officer(world)
    assert office.get(f"/cases/{case}/reopen").status == 404


def test_what_is_due_is_listed_with_who_says_so(world: World) -> None:
    office = officer(world)
    assert "Nothing is due" in office.get("/due").text
    left(world)
    world.clock.on(days=40)
    office = officer(world)
    listed = office.get("/due").text
    assert "Nothing is due" in listed or re.search("Due|Overdue", listed)


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.BECAUSE, Because),
        (words.STATES, CaseState),
        (words.ENTRIES, EntryKind),
        (words.ENDINGS, Ending),
        (words.CHANNELS, Channel),
        (words.SIDES, Side),
        (words.STEPS, Step),
        (words.RESULTS, StepResult),
    ],
)
def test_every_code_has_words(table: dict[str, object], codes: type[StrEnum]) -> None:
    assert set(table) == set(codes)


def test_who_acts_for_two_councils_reads_for_which_one_on_every_page_of_a_case(world: World) -> None:
    side = world.kent
    both = replace(side.gateway, homes=(KENT, MEDWAY), keys=TwoKeyrings(world))
    office = Office(world, Role.OFFICER, KENT, "b.two", signed_in=False)
    office.client = pages.create(both, side.store, print, SECRET, means(side)).test_client()
    office.post(link(world, Person(PersonId("b.two"), Role.OFFICER, KENT, (MEDWAY,))))
    office.signed_in = True
    assert "Signed in as b.two for Kent and Medway" in " ".join(str(office.get("/cases").tree.text_content()).split())
    child = {"surname": "Zephyr", "forename": "Amy", "born-day": "3", "born-month": "4", "born-year": "2015"}
    new = office.follow(office.post("/cases/new", home=MEDWAY, because="by-hand", reason="Her aunt rang us.", **child))
    case = new.address.rpartition("/")[2]
    for name, one in acting.ACTIONS.items():
        if one.link and "open" in one.states and one.needs is Can.WORK_CASES:
            assert "Acting for Medway" in office.get(f"/cases/{case}/{name}").text, name
    told = {"to": "council-201", "question": "has-moved", "urgency": "routine"}
    assert "Acting for Medway" in office.follow(office.post(f"/cases/{case}/tell", **told)).text
    asked = {"to": ["council-201"], "grade": "1", "phone": "01632 960123", "reason": ""}
    assert "Acting for Medway" in office.post(f"/cases/{case}/enquiry", **asked).text
