"""The register of agreements at the pages: what stands, signing, the review with its three buttons, drafts, the public."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.core import agreements
from gateway.core.agreements import Status
from gateway.core.facts import Role
from gateway.core.terms import Kind
from gateway.web.governance import agreed, spoken
from tests.flows.watch import GOVERNANCE, OFFICER, lines
from tests.simulator import KENT, MEDWAY, World, agreement
from tests.web.office import Office, Page

REF = "kent-medway-cme.v1"
DAYS = {"first": (1, 9, 2027), "last": (31, 8, 2028), "review": (1, 6, 2028)}


def days(**given: tuple[int, int, int]) -> dict[str, str]:
    parts = ("day", "month", "year")
    return {f"{name}-{part}": str(n) for name, on in given.items() for part, n in zip(parts, on, strict=True)}


@pytest.fixture
def office(world: World) -> Office:
    return Office(world, GOVERNANCE.role, KENT, GOVERNANCE.id)


def given(page: Page) -> dict[str, str]:
    """Everything that stands in a form, as a browser would send it back."""
    tree = page.tree
    form = next(one for one in tree.iter("form") if str(one.get("action")).startswith("/agreements"))
    found = {str(one.get("name")): str(one.text_content()) for one in form.iter("textarea")}
    for one in form.iter("input"):
        if one.get("type") != "radio" or one.get("checked") is not None:
            found[str(one.get("name"))] = str(one.get("value", ""))
    return {name: text.removeprefix("\n") for name, text in found.items() if name != "csrf_token"}


def test_the_register_says_what_stands_and_what_is_due(world: World, office: Office) -> None:
    page = office.get("/agreements")
    assert REF in page.text and "In force" in page.text and "review 1 June 2027" in page.text
    one = office.get(f"/agreements/{REF}")
    for words in ("What it is for", "Items that may go", "Who approved and signed", "As a file (TOML)"):
        assert words in one.answer.text
    assert (
        agreements.to_toml(agreement())[:60] in one.text.replace("&#34;", '"') or 'name = "kent-medway-cme"' in one.text
    )
    assert office.get("/agreements/nobody.v1").status == 404
    assert office.get("/agreements/not one").status == 404


def test_an_officer_reads_and_governance_changes(world: World) -> None:
    officer = Office(world, OFFICER.role, KENT, OFFICER.id)
    page = officer.get(f"/agreements/{REF}")
    assert page.status == 200 and "What you can do" not in page.text
    assert officer.get(f"/agreements/{REF}/suspend").status == 403
    assert officer.post(f"/agreements/{REF}/suspend").status == 403
    stranger = Office(world, Role.GOVERNANCE, MEDWAY, "x.medway")
    assert stranger.post(f"/agreements/{REF}/suspend").status == 403
    assert stranger.post("/agreements/new", toml="x = 1").status == 403


def test_it_is_suspended_and_put_into_force_again(world: World, office: Office) -> None:
    page = office.follow_form(f"/agreements/{REF}/suspend")
    assert "Suspended" in page.text and "Nothing leaves under it today" in page.text
    old = office.post(f"/agreements/{REF}/suspend")
    assert (old.status, old.heading) == (409, "An agreement cannot go from where it stands to there")
    assert "Suspended" not in office.follow_form(f"/agreements/{REF}/activate").text
    assert [one["to"] if "to" in one else one["status"] for one in lines(world.kent, "AgreementMoved")][-2:] == [
        "suspended",
        "active",
    ]


def test_a_review_is_one_page_with_three_buttons(world: World, office: Office) -> None:
    page = office.get(f"/agreements/{REF}/review")
    assert page.heading.startswith("Review: ") and "Messages 0" in page.text and "Items that never went" in page.text
    buttons = [one.text_content().strip() for one in page.tree.findall(".//a[@role='button']")]
    assert buttons == ["No change", "Change it", "End it"]


def test_no_change_makes_the_next_version_for_everybody_to_sign(world: World, office: Office) -> None:
    bare = office.post(f"/agreements/{REF}/renew")
    assert bare.status == 422 and "Write the first day" in bare.text and "Write its review" in bare.text
    late = office.post(f"/agreements/{REF}/renew", words="Nothing changed", **days(**{**DAYS, "review": (1, 6, 2029)}))
    assert late.status == 422 and late.tree.find(".//a[@href='#review-day']") is not None
    page = office.follow(office.post(f"/agreements/{REF}/renew", words="Nothing changed", **days(**DAYS)))
    assert page.address.endswith("kent-medway-cme.v2") and "Before its parties" in page.text
    form = office.get("/agreements/kent-medway-cme.v2/sign")
    assert "The role and never a name" in form.text
    for party in (KENT, MEDWAY):
        page = office.follow(office.post("/agreements/kent-medway-cme.v2/sign", party=party, role="Director"))
    assert "Signed" in page.text and "Put it into force" in page.text
    assert len(lines(world.kent, "AgreementSigned")) == 2


def test_a_draft_is_a_form_and_then_the_file_as_it_would_be(world: World, office: Office) -> None:
    form = office.get(f"/agreements/{REF}/change")
    assert form.heading == "Change an agreement"
    said = {**given(form), "title": "Kent and Medway, anew", "max_children": "12", "changed": "Fewer children"}
    seen = office.post(f"/agreements/{REF}/change", **said)
    assert seen.heading == "Take an agreement into the register"
    toml = given(seen)["toml"]
    made = agreements.from_toml(toml)
    before = agreement()
    assert (made.version, made.status, made.max_children, made.signatories) == (2, Status.DRAFT, 12, ())
    assert (made.items, made.forbidden, made.purposes) == (before.items, before.forbidden, before.purposes)
    assert not [one for one in world.kent.store.register().agreements if one.version == 2], "seeing it takes nothing in"
    page = office.follow(office.post("/agreements/new", toml=toml))
    assert page.heading == "Kent and Medway, anew" and "Draft" in page.text
    other = office.post("/agreements/new", toml=toml.replace("Kent and Medway, anew", "Other terms"))
    assert other.status == 422 and "other terms under this number" in other.text


@pytest.mark.parametrize(
    ("name", "text"),
    [("items", "notice"), ("items", "nothing: UPN"), ("max_children", "many"), ("breach_hours", "0")],
)
def test_a_draft_that_says_no_agreement_is_asked_again(office: Office, name: str, text: str) -> None:
    said = {**given(office.get(f"/agreements/{REF}/change")), "changed": "Something", name: text}
    page = office.post(f"/agreements/{REF}/change", **said)
    assert page.status == 422 and page.title.startswith("Error: ")


def test_a_file_that_cannot_be_read_names_its_place_and_no_value(office: Office) -> None:
    page = office.post("/agreements/new", toml='name = "Shirin Haddadin"\n')
    assert page.status == 422 and "The file cannot be read" in page.text
    assert "Haddadin" not in str(page.tree.findtext(".//p[@id='toml-error']"))
    assert "Paste the agreement" in office.post("/agreements/new").text


def test_the_public_reads_what_is_in_force_and_may_be_published(world: World) -> None:
    anybody = Office(world, signed_in=False)
    page = anybody.get("/register")
    assert page.status == 200 and page.heading == "Data-sharing agreements" and "None is published" not in page.text
    hidden = replace(agreement(2), publishable=False, in_force=replace(agreement().in_force, first=date(2026, 10, 1)))
    world.adopt(hidden)
    assert "None is published at present" in anybody.get("/register").text


def test_the_purposes_say_all_that_the_law_says(world: World, office: Office) -> None:
    assert "P06" in office.get("/purposes").text
    page = office.get("/purposes/P06")
    assert page.heading.startswith("P06 ") and "EA96 s436A" in page.text
    assert office.get("/purposes/P99").status == 404


def test_every_status_has_words_and_every_step_a_state() -> None:
    assert set(spoken.STATUSES) == set(Status)
    assert all(step.states for step in agreed.STEPS.values()) and Kind.NOTICE
