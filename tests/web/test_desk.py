"""The operator's desk: what is to be done before the gateway is live, a week's traffic, who did what, a report."""

import json
from dataclasses import replace
from datetime import timedelta

from gateway.core import checkup
from gateway.core.clocks import place_of
from gateway.core.documents import identities
from gateway.core.facts import FACTS, Role
from gateway.core.records import Person, Record
from gateway.core.reference.calendars import school_year
from gateway.core.terms import Period, PersonId
from gateway.flows import acts, dispatch, pausing, people, readying
from gateway.flows.readying import Machine
from gateway.web import pages
from tests.flows.test_never_arrived import agreed, team_of
from tests.flows.test_pausing import BELL, WHY
from tests.flows.watch import enlist, read
from tests.simulator import KENT, LARKMERE, MEDWAY, World, leavers
from tests.teams import one_gateway
from tests.web import office
from tests.web.office import SECRET, Office

GOOD = checkup.good("clock", "right")
WELL = Machine(examine=lambda: (GOOD,), mail=True, witnesses=1, statements=True)


def operator(world: World, machine: Machine = WELL) -> Office:
    """An operator at pages that are told of this machine."""
    made = Office(world, Role.OPERATOR, KENT, "o.op", signed_in=False)
    side = world.kent
    app = pages.create(
        side.gateway, side.store, lambda _name, _error: None, SECRET, office.means(side), machine=machine
    )
    app.jinja_env.bytecode_cache = office.COMPILED
    made.client = app.test_client()
    made.signed_in = True
    made.sign_in()
    return made


def open_steps(world: World, machine: Machine = WELL) -> set[str]:
    found = readying.steps(world.kent.gateway, world.kent.store, machine, BELL, world.clock())
    return {one.name for one in found if not one.done}


def test_the_list_says_what_is_open_and_where_to_go(world: World) -> None:
    page = operator(world).get("/operator/set-up")
    assert page.heading == "Set-up" and "% is done:" in page.text
    assert "Backups To do None was ever made." in page.text and "gateway backup FILE" in page.text
    (go,) = [one for one in page.tree.iter("a") if one.text_content() == "Go: Schools"]
    assert go.get("href") == "/people"


def test_a_step_is_done_when_it_is_and_open_again_when_it_holds_no_longer(world: World) -> None:
    store, gateway, at = world.kent.store, world.kent.gateway, world.clock()
    before = open_steps(world)
    assert {"People", "Who answers for what waits", "Schools", "Backups", "A first file"} <= before
    for name, role, where in (("o.bell", Role.OPERATOR, KENT), ("l.office", Role.SCHOOL_SENDER, LARKMERE)):
        people.add(gateway, store, Person(PersonId(name), role, where), KENT, at)
    world.notice(seed=1)
    dispatch.send_due(gateway)
    machine = replace(WELL, backed_up=lambda: at - timedelta(days=6))
    done = before - open_steps(world, machine)
    assert {"People", "Schools", "Backups", "A first file"} <= done
    assert "Backups" in open_steps(world, replace(WELL, backed_up=lambda: at - timedelta(days=8)))
    assert "Partners" not in open_steps(world)
    pausing.pause(gateway, store, BELL, MEDWAY, WHY, at)
    assert "Partners" in open_steps(world)
    sick = checkup.wrong("disk", "full", "Make room.")
    assert "The doctor" in open_steps(world, replace(WELL, examine=lambda: (sick,)))


def test_on_the_first_day_a_partner_with_a_mailbox_is_one(world: World) -> None:
    alone = one_gateway(world)
    assert "Partners" not in open_steps(alone), "no other council needs a gateway for 100 %"
    shown = operator(alone).get("/operator/set-up").text
    assert "No other gateway is known; reached by mailbox: Medway, Kent Police" in shown
    boxes = [one for one in alone.kent.store.register().directory.partners.values() if one.guest]
    alone.kent.store.enlist([replace(one, endpoint="") for one in boxes], Record(()))
    assert "Partners" in open_steps(alone)


def test_who_would_not_hear_of_a_child_at_risk_is_a_step_until_it_is_agreed(world: World) -> None:
    name = "Who hears of a child at risk"

    def words() -> str:
        found = readying.steps(world.kent.gateway, world.kent.store, WELL, BELL, world.clock())
        return next(one.words for one in found if one.name == name)

    assert "(P09)" in words() and "(P15)" in words()
    page = operator(world).get("/operator/set-up")
    assert "is taken off a roll is told of the same hour" in page.text and name in page.text
    agreed(world, "mash", "P09", "apd-safeguarding")
    assert "(P09)" not in words() and name in open_steps(world)
    agreed(world, "send", "P15", "apd-education")
    assert name not in open_steps(world)
    send = world.kent.store.register().directory.get(team_of("send"))
    enlist(world, replace(send, in_effect=Period(send.in_effect.first, world.clock().date() - timedelta(days=1))))
    assert words() == "Kent has no special needs team"


def test_only_all_of_it_is_100_per_cent(world: World) -> None:
    at, gateway, store = world.clock(), world.kent.gateway, world.kent.store
    kent = store.register().directory.get(KENT)
    known, year = gateway.rulebook.known, school_year(at.date())
    calendars = known.calendars
    assert calendars is not None and kent.la is not None
    assert "Term dates of this school year" in open_steps(world)
    own = replace(calendars, terms={(place_of(kent.la).la, year): (Period(at.date(), at.date()),)})
    rulebook = replace(gateway.rulebook, known=replace(known, calendars=own))
    whole = replace(gateway, rulebook=rulebook, owners={KENT: (PersonId("n.okoro"), PersonId("p.byrne"))})
    steps = readying.steps(whole, store, WELL, BELL, at)
    assert {"Term dates of this school year", "Who answers for what waits"} <= {one.name for one in steps if one.done}
    assert readying.share(steps) < 100
    assert readying.share([one for one in steps if one.done]) == 100


def test_a_week_is_counted_by_day_partner_and_outcome_as_charts_with_their_tables(world: World) -> None:
    world.notice(seed=1)
    world.notice(seed=2)
    dispatch.send_due(world.kent.gateway)
    world.clock.on(days=1)
    world.notice(seed=3)
    page = operator(world).get("/operator/traffic")
    assert [one.text_content() for one in page.tree.iter("h2")][:4] == [
        "Sent by day", "Received by day", "Sent and received by partner", "What became of it",
    ]  # fmt: skip
    assert "Tuesday 3 November 20262" in page.text and "Wednesday 4 November 20261" in page.text
    assert "Medway3" in page.text and "Released: delivered2" in page.text and "Released: waiting1" in page.text
    world.clock.on(days=8)
    assert "Medway" not in operator(world).get("/operator/traffic").text


def test_who_did_what_names_people_partners_and_lines_and_no_child(world: World) -> None:
    made = leavers(pupils=1)
    world.upload(made.content, made.name)
    desk = operator(world)
    desk.post("/operator/queues/council-887/pause", reason=WHY)
    world.clock.on(minutes=1)
    desk.post("/operator/queues/council-887/resume")
    page = desk.get("/operator/done")
    assert "o.oppaused what goes to a partnerMedway" in page.text
    assert page.text.index("let a partner’s queue go on") < page.text.index("paused what goes")
    assert "o.opsigned in" in page.text and "made a link to sign in" in page.text
    (who,) = identities(read(made)).values()
    assert not any(upn in page.text for upn in who.upns)


def test_every_act_that_is_listed_is_a_fact_and_none_is_about_a_case_or_a_file() -> None:
    assert set(acts.KINDS) <= set(FACTS)
    assert not [
        one for one in acts.KINDS if one.startswith(("Case", "Notice", "Upload", "Disclosure", "Flag", "Rights"))
    ]


def test_the_report_holds_how_it_stands_and_nobody(world: World) -> None:
    made = leavers(pupils=2)
    world.upload(made.content, made.name)
    world.notice(seed=1)
    machine = replace(
        WELL,
        examine=lambda: (checkup.good("holds of council-886", "n.okoro answers for them, p.byrne deputises"),),
        shown={"homes": KENT},
        versions={"schema": "0024"},
    )
    desk = operator(world, machine)
    desk.post("/operator/queues/council-887/pause", reason="Ring Mrs Example first.")
    answer = desk.get("/operator/diagnostics.json").answer
    assert answer.headers["Content-Disposition"] == 'attachment; filename="diagnostics.json"'
    told = json.loads(answer.data)
    assert told["parcels"]["waiting"] >= 1 and told["log"]["lines"] > 0 and len(told["days"]) == 7
    assert told["queues"][0] == {
        "partner": "council-887", "waiting": told["queues"][0]["waiting"], "oldest_minutes": 0, "failures": 0,
        "paused": True,
    }  # fmt: skip
    assert told["findings"][0]["words"] == "somebody answers for them, somebody deputises"
    for who in identities(read(made)).values():
        assert not any(upn in answer.text for upn in who.upns)
    for name in ("n.okoro", "o.op", "Mrs Example"):
        assert name not in answer.text


def test_nobody_else_comes_to_the_desk(world: World) -> None:
    addresses = ("set-up", "traffic", "done", "diagnostics.json")
    for role in (Role.OFFICER, Role.GOVERNANCE, Role.AUDITOR):
        other = Office(world, role, KENT, f"x.{role}")
        assert {other.get(f"/operator/{one}").status for one in addresses} == {403}
    far = Office(world, Role.OPERATOR, LARKMERE, "o.school")
    assert {far.get(f"/operator/{one}").status for one in addresses} == {403}


def test_what_is_done_at_the_machine_says_how(world: World) -> None:
    page = operator(world, replace(WELL, mail=False, witnesses=0)).get("/operator/set-up")
    for words in (
        f'{KENT} = ["a.shah", "m.head"]',
        "under [mail.homes] the address of the team",
        "Information governance takes it in under Agreements",
        "Let a timer of the machine run it every night",
    ):
        assert words in page.text, words
    assert "How it is done: Backups" in page.text


def test_page_of_people_says_how_somebody_new_comes_in(world: World) -> None:
    assert "gateway users add NAME" in Office(world, Role.MANAGER, KENT, "k.head").get("/people").text
    school = Office(world).get("/people").text
    assert "Let somebody new in Ask Kent" in school and "gateway users" not in school
