"""The whole of a child: every notice, reply, file and look stands in its case, whichever way it went."""

from gateway.core.facts import Role
from tests.flows.asked import carry, tick
from tests.simulator import KENT, World
from tests.web.office import Office
from tests.web.test_casework import left, looked, officer
from tests.web.test_notices import TOLD, number_in, of_medway


def test_every_notice_reply_file_and_look_stands_in_the_case_in_order(world: World) -> None:
    case, office = left(world), officer(world)
    office.post(f"/cases/{case}/assign", officer="c.hall")
    assert "Released: School school-8864321 to" in office.get(f"/cases/{case}").text, "the file that opened it"
    world.clock.on(minutes=1)
    asked = office.post(f"/cases/{case}/enquiry/send", to=["council-887"], grade="1", phone="01632 960123", reason="")
    disclosure = number_in(asked)
    carry(world)
    theirs = of_medway(world)
    theirs.post(f"/notices/{disclosure}/answer/1", known="yes")
    tick(world, minutes=2)
    another = Office(world, Role.MANAGER, KENT, "h.young")
    looked(another, case)
    looked(another, case)
    shown = office.get(f"/cases/{case}").text
    for said in (
        "Looked at, 2 times that day", "by h.young", "Answered: Medway", disclosure, "An enquiry to another council.",
        "To: Medway", "Given to c.hall", "Released: School school-8864321 to",
    ):  # fmt: skip
        assert said in shown, (said, shown)
    assert shown.index("by h.young") < shown.index("Answered: Medway") < shown.index("Given to c.hall")
    assert f"/disclosures/{disclosure}" in office.get(f"/cases/{case}").answer.text
    assert office.get(f"/disclosures/{disclosure}").status == 200


def test_what_was_refused_and_what_came_in_stands_there_after_a_merge_and_a_reopening(world: World) -> None:
    case, office = left(world), officer(world)
    office.post(f"/cases/{case}/assign", officer="c.hall")
    told = office.follow(office.post(f"/cases/{case}/tell", **{**TOLD, "to": "council-201"}))
    refused = number_in(office.post(told.address))
    other = left(world, seed=2)
    looked(office, other)
    page = office.follow(office.post(f"/cases/{other}/merge", into=case, reason="One child: their mother says so."))
    assert refused in page.text and "agreement" in page.text and "Refused: Kent to" in page.text
    assert page.text.count("Released: School school-8864321 to") == 2, "what came for either"
    assert page.text.count("Looked at") == 1, "of one person and day once, before and after"
    office.post(f"/cases/{other}/reopen", reason="They are two children after all.")
    again = looked(office, other)
    assert refused not in again.text and again.text.count("Released: School school-8864321 to") == 1


def test_a_case_that_was_merged_by_mistake_shows_nothing_of_the_other_child_any_more(world: World) -> None:
    case, other, office = left(world), left(world, seed=2), officer(world)
    for one in (case, other):
        office.post(f"/cases/{one}/assign", officer="c.hall")
    came = "Released: School school-8864321 to"
    merged = office.follow(office.post(f"/cases/{other}/merge", into=case, reason="One child: their mother says so."))
    assert merged.text.count(came) == 2
    office.post(f"/cases/{other}/reopen", reason="They are two children after all.")
    assert office.get(f"/cases/{case}").text.count(came) == office.get(f"/cases/{other}").text.count(came) == 1
