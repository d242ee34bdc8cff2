"""The operator at the pages: what was given up and why, sending it again, certificates; and nothing of a child."""

import re

from gateway.core.documents import identities
from gateway.core.facts import Role
from gateway.flows import dispatch
from tests.flows.watch import lines, read
from tests.simulator import KENT, World, leavers, refused
from tests.web.office import Office


def operator(world: World) -> Office:
    return Office(world, Role.OPERATOR, KENT, "o.op")


def given_up(world: World) -> str:
    """A leaver file for Medway that nobody could bring there; returns the pupil's number."""
    made = leavers(pupils=1)
    world.upload(made.content, made.name)
    world.wire.faults = [refused] * 99
    for _ in range(9):
        dispatch.send_due(world.kent.gateway)
        world.clock.on(minutes=20)
    (who,) = identities(read(made)).values()
    return next(iter(who.upns))


def test_what_was_given_up_says_why_and_is_sent_again(world: World) -> None:
    upn = given_up(world)
    office = operator(world)
    page = office.get("/operator")
    assert page.heading == "How the gateway stands" and "to Medway Given up Tried" in page.text
    assert upn not in page.answer.text and "Send it again" in page.text
    (form,) = [one for one in page.tree.iter("form") if "/operator/resend/" in str(one.get("action"))]
    world.wire.faults = []
    after = office.follow(office.post(str(form.get("action"))))
    assert "Nothing was given up" in after.text and lines(world.kent, "ParcelResent")
    assert "Next try" in after.text, "when it is tried again"
    twice = office.post(str(form.get("action")))
    assert (twice.status, twice.heading) == (409, "Somebody settled this before"), "pressed again on an old page"
    dispatch.send_due(world.kent.gateway)
    assert "Nothing waits" in office.get("/operator").text


def test_a_queue_is_paused_with_a_reason_and_goes_on(world: World) -> None:
    world.notice(seed=1)
    office = operator(world)
    form = office.get("/operator/queues/council-887/pause")
    assert form.heading == "Pause what goes to Medway" and "Urgent notices wait as well" in form.text
    empty = office.post("/operator/queues/council-887/pause", reason="")
    assert empty.status == 422 and "Say why in a sentence" in empty.text
    paused = office.follow(office.post("/operator/queues/council-887/pause", reason="They move house."))
    assert "Paused by o.op since" in paused.text and "They move house." in paused.text
    assert "1 file or message waiting" in paused.text and dispatch.send_due(world.kent.gateway) == []
    after = office.follow(office.post("/operator/queues/council-887/resume"))
    assert "They move house." not in after.text and len(dispatch.send_due(world.kent.gateway)) == 1
    assert office.get("/operator/queues/council-999/pause").status == 404
    assert office.post("/operator/queues/council-887/resume").status == 409


def test_all_that_was_given_up_for_one_goes_again_by_one_button(world: World) -> None:
    for seed in (1, 2):
        world.notice(seed=seed)
    given_up(world)
    office = operator(world)
    assert "Send all that is for Medway again" in office.get("/operator").text
    after = office.follow(office.post("/operator/queues/council-887/resend"))
    assert "Nothing was given up" in after.text and len(lines(world.kent, "ParcelResent")) == 3


def test_certificates_are_listed_with_the_days_they_last(world: World) -> None:
    page = operator(world).get("/operator").text
    assert "Kent, signing" in page and "Medway, connections" in page and "days left, to " in page
    assert len(set(re.findall(r"Fingerprint (\w{64})", page))) == page.count("Fingerprint"), "each is told apart"


def test_only_the_operator_comes_in_and_sees_no_case_and_no_log(world: World) -> None:
    office = operator(world)
    assert "How the gateway stands" in office.get("/").text
    for address in ("/cases", "/notices", "/log", "/inbox", "/due"):
        assert office.get(address).status == 403
    for role in (Role.OFFICER, Role.MANAGER, Role.GOVERNANCE, Role.SCHOOL_SENDER):
        assert Office(world, role, KENT, f"x.{role}".replace("school-", "")).get("/operator").status == 403
    assert office.post("/operator/resend/p-2v4dxyq7n5gwfa3mzk6tjbc2re").status == 404
