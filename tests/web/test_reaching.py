"""What leaves a case at the pages: enquiries to several councils, transfers, the joint log, and the spoken word."""

from gateway.core.cases import CaseState
from gateway.core.facts import Role
from gateway.core.notices import Side
from gateway.core.terms import Kind
from tests.flows.asked import carry, open_all
from tests.flows.watch import DESK, THEIR_OFFICER, lines
from tests.simulator import KENT, MEDWAY, World
from tests.web.office import Office, Page
from tests.web.test_casework import cases, left, officer
from tests.web.test_notices import number_in, of_medway


def own_case(world: World) -> tuple[str, Office]:
    """A case that is its officer's."""
    case, office = left(world), officer(world)
    office.post(f"/cases/{case}/assign", officer="c.hall")
    return case, office


def test_an_enquiry_is_looked_at_before_it_goes_and_followed_after(world: World) -> None:
    case, office = own_case(world)
    form = office.get(f"/cases/{case}/enquiry")
    assert (
        form.heading == "Ask other councils after this child"
        and "Medway" in form.text
        and f'value="{KENT}"' not in form.answer.text
    )
    assert office.post(f"/cases/{case}/enquiry", grade="1", reason="", phone=DESK).status == 422, "nobody is asked"
    before = list(world.kent.store.lines())
    look = office.post(f"/cases/{case}/enquiry", to=MEDWAY, grade="1", reason="", phone=DESK)
    assert look.heading == "Check whom you ask, and for what" and "It may go" in look.text
    assert "Whether the child is known there" in look.text and "What is withheld" in look.text
    assert [line for line in list(world.kent.store.lines())[len(before) :] if b"Disclosure" in line] == []
    sent = office.post(f"/cases/{case}/enquiry/send", to=MEDWAY, grade="1", reason="", phone=DESK)
    assert sent.heading == "The enquiry is on its way"
    disclosure = number_in(sent)
    carry(world)
    (came,) = world.medway.store.notices([MEDWAY], Side.RECEIVED, [Kind.ENQUIRY], 9)
    assert came.disclosure == disclosure
    page = office.get(f"/notices/{disclosure}").text
    assert "Everybody who was asked" in page and "Ask for another year" in page and "End the enquiry" in page
    assert "An enquiry to another council." in office.get(f"/cases/{case}").text


def test_councils_with_an_agreement_are_seen_at_once_and_the_others_behind_one_line_without_a_script(
    world: World,
) -> None:
    case, office = own_case(world)

    def boxes(page: Page, where: str) -> set[str]:
        return {str(one) for one in page.tree.xpath(f"//input[@name='to'][{where}]/@value")}

    form = office.get(f"/cases/{case}/enquiry")
    assert boxes(form, "not(ancestor::details)") == {MEDWAY}
    assert "council-201" in boxes(form, "ancestor::details") and MEDWAY not in boxes(form, "ancestor::details")
    again = office.post(f"/cases/{case}/enquiry", to="council-201", grade="1", reason="", phone="")
    assert again.status == 422 and boxes(again, "not(ancestor::details) and @checked") == {"council-201"}


def test_a_full_answer_is_asked_for_with_a_reason_alone_and_no_address_holds_it(world: World) -> None:
    case, office = own_case(world)
    asked = office.post(f"/cases/{case}/enquiry", to=MEDWAY, grade="3", reason="too short", phone=DESK)
    assert asked.status == 422 and "Say in a sentence why you need that much" in asked.text
    why = "Her aunt is said to live there, and nobody has the number."
    look = office.post(f"/cases/{case}/enquiry", to=MEDWAY, grade="3", reason=why, phone=DESK)
    assert look.status == 200 and look.address.endswith("/enquiry")
    (kept,) = [one.get("value") for one in look.tree.iter("input") if one.get("name") == "reason"]
    assert kept == why
    nobody = office.post(f"/cases/{case}/enquiry/send", to="council-999", grade="1", reason="", phone=DESK)
    assert nobody.status == 422 and "Choose among these" in nobody.text


def test_an_enquiry_is_renewed_and_ended_at_everybody_at_once(world: World) -> None:
    case, office = own_case(world)
    disclosure = number_in(office.post(f"/cases/{case}/enquiry/send", to=MEDWAY, grade="1", reason="", phone=DESK))
    carry(world)
    world.clock.on(days=200)
    office.sign_in()
    assert office.get(f"/notices/{disclosure}/renew").heading == "Ask for another year"
    renewed = office.post(f"/notices/{disclosure}/renew")
    assert renewed.heading == "The enquiry was renewed" and "it goes" in renewed.text
    anew = number_in(renewed)
    carry(world)
    assert "Over" in office.get(f"/notices/{disclosure}").text
    assert office.post(f"/notices/{anew}/end").status == 422, "how it ended, and how one knows"
    said = {"outcome": "responsibility-transferred", "evidence": "council-accepted"}
    over = office.post(f"/notices/{anew}/end", **said)
    assert over.heading == "The enquiry is over"
    assert "in-education" not in office.get(f"/notices/{anew}/end").answer.text, "nobody is told where the child is"
    assert len(lines(world.kent, "EnquiryClosed")) == 2
    assert "not said yet that their copy is destroyed" in office.get(f"/notices/{anew}").text
    again = office.post(f"/notices/{anew}/end", **said)
    assert again.status in {409, 410}, "it is over"


def test_a_transfer_is_offered_and_a_person_on_the_other_side_takes_it_over(world: World) -> None:
    case, office = own_case(world)
    assert office.post(f"/cases/{case}/transfer", to=MEDWAY, evidence="The tenancy.").status == 422
    day = {"effect-day": "1", "effect-month": "12", "effect-year": "2026"}
    offered = office.post(f"/cases/{case}/transfer", to=MEDWAY, evidence="The tenancy agreement.", **day)
    assert offered.heading == "The transfer is on its way"
    assert "Offered to another council" in office.get(f"/cases/{case}").text
    carry(world)
    theirs = of_medway(world)
    (task,) = [one for one in world.medway.store.tasks([MEDWAY]) if one.kind == "transfer-offered"]
    assert f"/transfers/{task.subject}" in theirs.get("/due").answer.text
    assert theirs.get(f"/transfers/{task.subject}").heading == "Take a case over"
    assert "from which day" in theirs.post(f"/transfers/{task.subject}", answer="accept").text
    since = {"since-day": "1", "since-month": "12", "since-year": "2026"}
    taken = theirs.post(f"/transfers/{task.subject}", answer="accept", **since)
    assert taken.heading == "You have taken the case over"
    carry(world)
    assert world.kent.store.case(case).state is CaseState.TRANSFERRED  # type: ignore[arg-type,union-attr]
    assert [one.home for one in world.medway.store.cases([MEDWAY], list(CaseState))] == [MEDWAY]
    assert theirs.get(f"/transfers/{task.subject}").status in {404, 409, 410}, "it was answered"


def test_a_transfer_that_is_not_theirs_is_refused_with_a_reason_and_stays_ours(world: World) -> None:
    case, office = own_case(world)
    day = {"effect-day": "1", "effect-month": "12", "effect-year": "2026"}
    office.post(f"/cases/{case}/transfer", to=MEDWAY, evidence="The tenancy agreement.", **day)
    carry(world)
    (task,) = [one for one in world.medway.store.tasks([MEDWAY]) if one.kind == "transfer-offered"]
    refused = of_medway(world).post(f"/transfers/{task.subject}", answer="does-not-live-here")
    assert refused.heading == "You have said that it is not yours to take"
    carry(world)
    assert world.kent.store.case(case).state is CaseState.OPEN  # type: ignore[arg-type,union-attr]
    assert world.medway.store.cases([MEDWAY], list(CaseState)) == []


def test_the_joint_log_goes_when_there_is_a_step_to_send(world: World) -> None:
    case, office = own_case(world)
    nothing = office.post(f"/cases/{case}/joint", to=MEDWAY)
    assert nothing.status == 422 and "There is a problem" in nothing.text
    for side in ("school", "council"):
        office.post(f"/cases/{case}/step", step="home-visit", side=side, result="no-answer", text="")
    sent = office.post(f"/cases/{case}/joint", to=MEDWAY)
    assert sent.heading == "The log is on its way"
    assert "Joint enquiries sent: 2 steps." in office.get(f"/cases/{case}").text


def test_what_may_be_told_is_asked_before_it_is_told(world: World) -> None:
    case, office = own_case(world)
    form = office.get(f"/cases/{case}/told")
    assert "Ask here before you tell anybody anything" in form.text and "P06" in form.text
    word = {
        "channel": "phone",
        "whom": "Mr Ash",
        "check": "I rang the number in the directory.",
        "text": "May be there.",
    }
    may = office.post(f"/cases/{case}/told", to=MEDWAY, purpose="P06", **word)
    assert may.heading == "It may be told" and "surname" in may.text
    assert "Told, by phone May be there. With: Mr Ash" in office.get(f"/cases/{case}").text
    mayn_t = office.post(f"/cases/{case}/told", to=MEDWAY, purpose="P12", **word)
    assert mayn_t.heading == "It may not be told" and "Do not tell them." in mayn_t.text
    assert office.get(f"/cases/{case}").text.count("May be there.") == 1


def test_two_cases_of_one_child_go_on_as_one(world: World) -> None:
    case, office = own_case(world)
    other = left(world, seed=2)
    choice = office.get(f"/cases/{case}/merge")
    assert other in choice.answer.text and f'value="{case}"' not in choice.answer.text
    assert office.post(f"/cases/{case}/merge", into=other, reason="no").status == 422
    page = office.post(f"/cases/{case}/merge", into=other, reason="The mother says that it is one child.")
    assert page.answer.headers["Location"] == f"/cases/{other}"
    assert {str(one.id): one.state for one in world.kent.store.cases([KENT], list(CaseState))}[case] == "merged"
    assert len(cases(world)) == 2


def test_an_auditor_does_none_of_it(world: World) -> None:
    case, _ = own_case(world)
    onlooker = Office(world, Role.AUDITOR, KENT, "a.look")
    for action in ("enquiry", "told", "transfer", "joint", "merge"):
        assert onlooker.get(f"/cases/{case}/{action}").status == 403
    assert open_all(world.medway, THEIR_OFFICER, world.clock()) == []
