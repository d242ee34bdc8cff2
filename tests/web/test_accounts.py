"""Where people are signed in, who answers for their accounts, and what time does to both."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from gateway.core import roles
from gateway.core.errors import Code, Fault, Reason, Refusal
from gateway.core.facts import Role, parse_line
from gateway.core.records import Lasts, Person, Record
from gateway.core.reminders import Addresses, Letter
from gateway.core.terms import PersonId
from gateway.flows import accounts, reminding, sessions
from gateway.web import pages
from tests.simulator import ACADEMY, KENT, LARKMERE, MEDWAY, OFFICER, TIDEWAY, World
from tests.web.office import SECRET, Office, Page, link, means

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"
MANAGER = Person(PersonId("k.head"), Role.MANAGER, KENT)


def told(world: World, *kinds: str) -> list[dict[str, object]]:
    return [line for line in map(parse_line, world.kent.store.lines()) if line["fact"] in kinds]


def second(world: World, office: Office) -> Office:
    """The same person at another machine."""
    other = Office(world, office.role, office.organisation, name=office.name, headers={"User-Agent": EDGE})
    assert other.get("/").status == 200
    return other


def test_you_see_where_you_are_signed_in_and_end_one_or_all(world: World) -> None:
    here = Office(world)
    there = second(world, here)
    page = here.get("/sessions")
    assert page.heading == "Where you are signed in"
    assert "Edge on Windows" in page.text and page.text.count("Since 3 November 2026 at 12:00pm by a link") == 2
    (form,) = [one for one in page.tree.iter("form") if "/sessions/i-" in str(one.get("action"))]
    assert page.text.count("This one") == 1
    here.follow(here.post(str(form.get("action"))))
    assert (there.get("/").status, here.get("/").status) == (403, 200)
    again = second(world, here)
    assert here.post("/sessions/end").heading == "You have signed out"
    assert {here.get("/").status, again.get("/").status} == {403}
    assert [line["why"] for line in told(world, "SessionEnded")] == ["ended"] * 3
    assert all("by" in line for line in told(world, "SessionEnded"))


def test_nobody_ends_a_session_of_somebody_else_at_their_own_page(world: World) -> None:
    victim, other = Office(world), Office(world, name="m.office")
    (session,) = world.kent.store.sessions(PersonId(victim.name))
    assert other.post(f"/sessions/{session.id}/end").status == 404
    assert victim.get("/").status == 200


def test_every_sign_in_has_a_session_of_its_own_and_ends_the_one_before(world: World) -> None:
    office = Office(world)
    before = office.client.get_cookie("session-80")
    office.sign_in()
    after = office.client.get_cookie("session-80")
    assert before is not None and after is not None and before.value != after.value
    office.client.set_cookie("session-80", before.value)
    assert office.get("/").status == 403
    assert [line["why"] for line in told(world, "SessionEnded")] == ["signed-in-anew"]


def test_a_session_that_nobody_uses_ends_and_one_in_use_goes_on(world: World) -> None:
    used, left = Office(world), Office(world, name="m.office")
    for _ in range(3):
        world.clock.on(minutes=40)
        assert used.get("/").status == 200
    assert left.get("/").status == 403
    assert sessions.sweep(world.kent.gateway, world.kent.store, world.clock()) == 1
    assert [line["why"] for line in told(world, "SessionEnded")] == ["idle"]


def test_who_guesses_links_is_not_listened_to_for_a_while(world: World) -> None:
    stranger = Office(world, signed_in=False)
    assert [stranger.post(f"/link/{number}").status for number in range(11)] == [410] * 10 + [429]
    elsewhere = Office(world, signed_in=False, headers={"X-Forwarded-For": "8.8.8.8, 10.1.2.3"})
    assert elsewhere.post("/link/x").status == 410
    assert stranger.post(link(world, OFFICER)).status == 303, "a good link is good at any time"
    world.clock.on(minutes=15)
    assert Office(world, signed_in=False).post("/link/x").status == 410


def test_a_manager_makes_a_link_that_works_once_for_who_may_see_no_more(world: World) -> None:
    school = Office(world)
    manager = Office(world, Role.MANAGER, KENT, name="k.head")
    made = manager.post(f"/people/{school.name}/link")
    assert made.heading == "A link for l.office"
    (address,) = [one for one in made.text.split() if "/link/" in one]
    assert Office(world, signed_in=False).post(address.removeprefix("http://localhost")).status == 303
    assert "by" in told(world, "LinkIssued")[-1]
    for role in (Role.SAFEGUARDING, Role.GOVERNANCE, Role.OPERATOR, Role.AUDITOR, Role.MANAGER):
        Office(world, role, KENT, name=f"k.{role}")
        assert manager.post(f"/people/k.{role}/link").status == 403, role
    operator = Office(world, Role.OPERATOR, KENT, name="k.op")
    assert operator.post(f"/people/{school.name}/link").status == 403, "it would open what no operator sees"


def let_in(manager: Office, name: str = "l.new", role: Role = Role.SCHOOL_SENDER, of: str = LARKMERE) -> Page:
    return manager.post("/let-in", name=name, role=role, of=of)


def test_a_manager_lets_somebody_new_in_and_gets_the_link_for_them(world: World) -> None:
    manager = Office(world, Role.MANAGER, KENT, name="k.head")
    assert manager.get("/people").tree.find(".//a[@href='/let-in']") is not None
    offered = manager.get("/let-in").tree.xpath("//input[@name='role']/@value")
    assert set(offered) == {one for one in Role if roles.may_admit(Role.MANAGER, one)}
    made = let_in(manager)
    assert made.heading == "A link for l.new"
    (address,) = [one for one in made.text.split() if "/link/" in one]
    assert Office(world, signed_in=False).post(address.removeprefix("http://localhost")).status == 303
    assert [line["role"] for line in told(world, "PersonAdded")][-1] == "school-sender"
    assert "by" in told(world, "LinkIssued")[-1]
    assert let_in(manager, "k.new", Role.OFFICER, KENT).heading == "A link for k.new"
    assert {"l.new", "k.new"} <= {row.person.id for row in seen_by(world, MANAGER)}


def test_nobody_is_let_in_over_somebody_or_beyond_what_the_manager_may_give(world: World) -> None:
    manager = Office(world, Role.MANAGER, KENT, name="k.head")
    before = {one.id: one for one in world.kent.store.people()}
    wrong = (
        ("k.head", Role.OFFICER, KENT, "Somebody has that name"),
        ("A Shah", Role.OFFICER, KENT, "A name is two to 32 small letters"),
        ("k.new", Role.MANAGER, KENT, "Choose what they are to do"),
        ("k.new", Role.OPERATOR, KENT, "Choose what they are to do"),
        ("k.new", Role.OFFICER, MEDWAY, "Choose for whom they act"),
        ("l.new", Role.OFFICER, LARKMERE, "may not"),
        ("k.new", Role.SCHOOL_SENDER, KENT, "may not"),
    )
    for name, role, of, words in wrong:
        page = let_in(manager, name, role, of)
        assert page.status == 422 and words in page.text, (name, role, of, page.text)
    assert {one.id: one for one in world.kent.store.people()} == before
    assert {let_in(Office(world, role, KENT, f"k.{role}")).status for role in (Role.OFFICER, Role.OPERATOR)} == {403}
    assert let_in(Office(world)).status == 403


def seen_by(world: World, person: Person) -> Sequence[accounts.Row]:
    return accounts.listed(world.kent.gateway, world.kent.store, person, world.clock())


def test_people_of_others_are_nobody(world: World) -> None:
    Office(world, name="l.office")
    theirs = Office(world, Role.MANAGER, MEDWAY, name="m.head", home=KENT)
    school = Office(world, organisation=ACADEMY, name="a.office")
    assert "l.office" not in theirs.get("/people").text + school.get("/people").text
    for office in (theirs, school):
        assert office.get("/people/l.office").status == 404
        assert {office.post(f"/people/l.office/{what}").status for what in ("link", "confirm", "stop", "end")} == {404}
    assert school.get("/people/nobody.at-all").status == 404
    assert school.post("/people/a.office/become").status == 404


def test_a_school_confirms_its_own_people_and_nobody_themselves(world: World) -> None:
    reader = Office(world, Role.SCHOOL_READER, name="l.reader")
    sender = Office(world)
    assert reader.get("/people").status == 403
    page = sender.get("/people/l.reader")
    assert "Stops on 3 November 2027 unless confirmed" in page.text
    world.clock.on(minutes=50)
    assert sender.follow(sender.post("/people/l.reader/confirm")).status == 200
    assert sender.post("/people/l.office/confirm").status == 403
    assert sender.post("/people/l.reader/stop").status == 403, "that is the council's to do"
    (line,) = told(world, "PersonConfirmed")
    assert "by" in line


def test_an_account_that_nobody_confirms_stops_and_can_be_confirmed_afterwards(world: World) -> None:
    side, manager = world.kent, MANAGER
    office = Office(world)
    waiting = link(world, Person(PersonId(office.name), office.role, office.organisation))
    side.store.add_person(manager, Record(()))
    world.clock.at += timedelta(days=365) - timedelta(minutes=5)
    late = Office(world, name="m.office")
    world.clock.on(minutes=5)
    assert accounts.sweep(side.gateway, side.store, world.clock()) == 1
    assert [(line["why"], "by" in line) for line in told(world, "PersonStopped")] == [("unconfirmed", False)]
    assert Office(world, signed_in=False).post(waiting).status == 410
    assert late.get("/").status == 200
    accounts.confirm(side.gateway, side.store, manager, PersonId(office.name), world.clock())
    token = accounts.link(side.gateway, side.store, side.store, manager, PersonId(office.name), world.clock())
    assert Office(world, signed_in=False).post(f"/link/{token}").status == 303


def test_the_council_confirms_every_term_and_a_school_every_year(world: World) -> None:
    for person in (Person(PersonId("l.office"), Role.SCHOOL_SENDER, LARKMERE), OFFICER):
        link(world, person)
    found = {person.id: account for person, account in world.kent.store.accounts() if account is not None}
    days = {name: (account.ends - account.confirmed_at).days for name, account in found.items()}
    assert (days[PersonId("l.office")], days[OFFICER.id]) == (365, 125)


def test_an_account_of_an_earlier_release_begins_to_count_when_it_is_seen(world: World) -> None:
    assert any(account is None for _, account in world.kent.store.accounts())
    accounts.sweep(world.kent.gateway, world.kent.store, world.clock())
    assert all(account is not None for _, account in world.kent.store.accounts())
    assert all("by" not in line for line in told(world, "PersonConfirmed"))


def test_who_is_stopped_is_signed_out_everywhere_at_once(world: World) -> None:
    office = Office(world)
    waiting = link(world, Person(PersonId(office.name), office.role, office.organisation))
    manager = Office(world, Role.MANAGER, KENT, name="k.head")
    assert "Signed in" in manager.get("/people").text
    assert "Stopped: nobody can sign in by it" in manager.follow(manager.post("/people/l.office/stop")).text
    assert office.get("/").status == 403
    assert Office(world, signed_in=False).post(waiting).status == 410
    assert [line["why"] for line in told(world, "PersonStopped", "SessionEnded")] == ["by-person", "stopped"]
    assert manager.post("/people/k.head/stop").status == 403, "nobody stops their own"


def test_an_operator_ends_sessions_and_may_do_nothing_else(world: World) -> None:
    office = Office(world)
    operator = Office(world, Role.OPERATOR, KENT, name="k.op")
    page = operator.get("/people/l.office")
    assert [str(one.text_content()) for one in page.tree.find(".//main").iter("button")] == ["Sign them out everywhere"]
    operator.follow(operator.post("/people/l.office/end"))
    assert office.get("/").status == 403


def test_a_trust_acts_for_one_of_its_schools_at_a_time(world: World) -> None:
    office = Office(world, Role.TRUST, ACADEMY, name="t.rust")
    one = replace(Person(PersonId("t.rust"), Role.TRUST, ACADEMY), also=(LARKMERE,))
    office.post(link(world, one))
    assert "Change" in office.get("/").answer.text
    assert office.post("/act-for", school=TIDEWAY).status == 422
    assert office.post("/act-for").status == 422
    before = office.get("/act-for")
    assert before.heading == "For whom do you act?"
    office.follow(office.post("/act-for", school=LARKMERE))
    found = sessions.signed_in(world.kent.gateway, world.kent.store, _cookie(office), world.clock())
    assert found is not None and found[2].homes == {LARKMERE}
    sender = Office(world)
    assert sender.get("/act-for").status == 403


def _cookie(office: Office) -> str:
    cookie = office.client.get_cookie("session-80")
    assert cookie is not None
    return cookie.value


class Post:
    def __init__(self, fault: Fault | None = None) -> None:
        self.letters: list[Letter] = []
        self.fault = fault

    def send(self, letter: Letter, at: object) -> None:
        self.letters.append(letter)
        if self.fault is not None:
            raise self.fault


def test_before_an_account_stops_its_home_and_its_owner_are_told_twice_and_nobody_is_named(world: World) -> None:
    side, post = world.kent, Post()
    link(world, OFFICER)
    to = Addresses({KENT: "team@kent.example"}, {OFFICER.id: "shah@kent.example"})

    def remind(days: float) -> int:
        world.clock.on(days=days)
        return accounts.remind(side.gateway, side.store, reminding.Post(post, to, "https://x/"), world.clock())

    assert [remind(days) for days in (90, 5, 1, 20, 3, 6, 1)] == [0, 2, 0, 0, 2, 0, 0]
    assert {one.subject for one in post.letters} == {"Gateway: 1 account stops soon"}
    assert not any(OFFICER.id in one.text + one.subject for one in post.letters)
    assert [line["within"] for line in told(world, "PersonEnding")] == [30, 7]


def test_a_mail_server_that_fails_is_a_fault_after_all_were_tried(world: World) -> None:
    side, post = world.kent, Post(Fault(Reason.MAIL))
    link(world, OFFICER)
    to = Addresses({KENT: "team@kent.example"}, {OFFICER.id: "shah@kent.example"})
    with pytest.raises(Fault):
        accounts.remind(side.gateway, side.store, reminding.Post(post, to, ""), world.clock.on(days=100))
    assert len(post.letters) == 2


def test_how_long_it_all_lasts_is_set(world: World) -> None:
    side = world.kent
    gateway = replace(side.gateway, lasts=Lasts(idle=timedelta(minutes=5), session=timedelta(hours=1), tries=1))
    app: Flask = pages.create(gateway, side.store, print, SECRET, means(side))
    client = app.test_client()
    assert client.post(link(world, OFFICER)).status_code == 303
    world.clock.on(minutes=5)
    assert client.get("/").status_code == 403
    assert [client.post("/link/x").status_code for _ in range(2)] == [410, 429]


def test_who_may_see_no_accounts_is_refused_by_the_flow_too(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        accounts.listed(world.kent.gateway, world.kent.store, OFFICER, world.clock())
    assert refused.value.code is Code.NOT_ALLOWED


def test_every_place_where_somebody_is_signed_in_stands_on_a_line_of_its_own(world: World) -> None:
    second(world, Office(world, Role.OFFICER, KENT, "k.off"))
    manager = Office(world, Role.MANAGER, KENT, "k.head")
    page = manager.get("/people/k.off")
    (places,) = page.tree.xpath("//dt[contains(., 'Signed in')]/following-sibling::dd")
    assert len(places.findall("br")) == 1
    assert "<br>" not in page.text
