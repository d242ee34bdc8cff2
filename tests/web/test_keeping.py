"""The end of what is kept, at the pages: nothing is destroyed unseen, what is held stays, and a certificate remains."""

from gateway.core.facts import Role, Whole
from gateway.core.retention import Live
from gateway.core.terms import Kind
from gateway.web.governance import spoken
from tests.flows import test_retaining
from tests.flows.test_retaining import OVER, told
from tests.flows.watch import GOVERNANCE, WHY, lines
from tests.simulator import KENT, MEDWAY, World
from tests.web.office import Office

own = test_retaining.own
EVENT = {"event-day": "20", "event-month": "11", "event-year": "2026"}


def governance(world: World) -> Office:
    return Office(world, GOVERNANCE.role, KENT, GOVERNANCE.id)


def test_a_clock_is_started_held_and_let_go(own: World) -> None:
    _, source = told(own)
    own.clock.on(days=1)
    office = governance(own)
    queue = office.get("/retention").text
    assert "What has no clock yet It is over or came in" in queue and source in queue
    assert f"Notice about a child, 3 November 2026 {source}" in queue, "its number alone says nothing to anybody"
    bare = office.post(f"/retention/{source}/start")
    assert bare.status == 422 and "Choose for how long" in bare.text and "Write the day" in bare.text
    page = office.follow_form(f"/retention/{source}/start", **{"class": "case-6", **EVENT})
    assert "Everything that is over has its clock" in page.text or source not in page.text
    ahead = office.get("/retention?until-day=1&until-month=2&until-year=2033")
    assert source in ahead.text and "Goes" in ahead.text and "to 31 December 2032" in ahead.text
    office.follow_form(f"/retention/{source}/hold", reason=WHY)
    assert "Somebody holds it" in office.get("/retention?until-day=1&until-month=2&until-year=2033").text
    office.follow_form(f"/retention/{source}/free", reason=WHY)
    assert office.post(f"/retention/{source}/free", reason=WHY).status == 409
    wrong = office.get("/retention?until-day=31&until-month=2&until-year=2033")
    assert wrong.status == 422 and wrong.title.startswith("Error: ")


def test_what_is_over_is_destroyed_by_somebody_who_looked_and_leaves_a_certificate(own: World) -> None:
    _, source = told(own)
    own.clock.on(days=1)
    governance(own).follow_form(f"/retention/{source}/start", **{"class": "case-6", **EVENT})
    own.clock.on(seconds=(OVER - own.clock()).total_seconds())
    office = governance(own)
    assert "It destroys 1 of the 1 that are over" in office.get("/retention/run").text
    bare = office.post("/retention/run")
    assert bare.status == 422 and "Say that you have looked at it" in bare.text
    assert lines(own.kent, "RetentionDestroyed") == []
    assert office.post("/retention/run", sure="yes").heading == "1 thing was destroyed"
    shown = office.get("/retention/certificates").text
    assert source in shown and "nobody has said that it is deleted" in shown and "5 April 2033" in shown
    assert len(lines(own.kent, "RetentionDestroyed")) == 1


def test_only_governance_and_managers_of_the_home_end_things(world: World) -> None:
    stranger = Office(world, Role.GOVERNANCE, MEDWAY, "x.medway")
    assert {stranger.get(one).status for one in ("/retention", "/retention/run", "/retention/certificates")} == {403}
    assert Office(world, Role.OFFICER, KENT, "a.shah").get("/retention").status == 403
    office = governance(world)
    assert office.get("/retention/nothing/hold").status == 404
    assert office.get("/retention/c-2v4dxyq7n5gwfa3mzk6tjbc2re/burn").status == 404
    assert office.post("/retention/c-2v4dxyq7n5gwfa3mzk6tjbc2re/hold", reason=WHY).status == 404


def test_everything_that_stops_it_has_words() -> None:
    assert set(spoken.STOPS) == set(Live)


def test_everything_that_is_kept_has_words() -> None:
    assert (set(spoken.DOCUMENTS), set(spoken.WHOLES)) == (set(Kind), set(Whole))
