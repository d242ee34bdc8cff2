"""The people's door and its laws: links that work once and by POST only, sessions that end, forms that are our own."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import request

from gateway.core.as4 import Rules
from gateway.core.facts import Role, parse_line
from gateway.edge.store import tables as t
from gateway.flows import sessions
from gateway.web import access, pages
from tests.simulator import KENT, LARKMERE, OFFICER, World, leavers
from tests.web.office import SECRET, Office, door, door_of_a_failed_machine, link, means


def test_link_signs_in_once_and_by_post_only(world: World) -> None:
    office = Office(world, signed_in=False)
    address = link(world, OFFICER)
    for _ in range(3):
        assert "The link works once" in office.get(address).text
    assert office.post(address).status == 303
    office.signed_in = True
    assert "Signed in as a.shah for Kent" in office.client.get("/").text.replace("<strong>", "").replace(
        "</strong>", ""
    )
    other = Office(world, signed_in=False).post(address)
    assert (other.status, other.heading) == (410, "This link does not work any more")
    assert "otherwise ask your council" in other.text


def test_link_ends_after_a_day_and_a_session_after_a_working_day(world: World) -> None:
    late, soon = link(world, OFFICER), link(world, OFFICER)
    office = Office(world, signed_in=False)
    world.clock.on(hours=23, minutes=30)
    office.post(soon)
    world.clock.on(minutes=30)
    assert Office(world, signed_in=False).post(late).status == 410
    assert office.get("/").status == 200
    for _ in range(9):
        world.clock.on(minutes=50)
        ended = office.get("/")
    assert (ended.status, ended.heading) == (403, "Your session has ended, so nothing was done")
    assert "after a working day at most" in ended.text


def test_nobody_sees_anything_without_signing_in(world: World) -> None:
    stranger = Office(world, signed_in=False)
    for route in ("/", "/upload", "/sent", "/inbox"):
        page = stranger.get(route)
        assert (page.status, page.heading) == (403, "You are not signed in")
    assert stranger.get("/nothing").status == 404
    assert stranger.post("/collect/p-" + "a" * 26).status == 403
    assert stranger.get("/healthz").status == 404
    assert stranger.get("/accessibility").heading == "Accessibility"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_another_site_cannot_post_for_you(world: World, headers: dict[str, str]) -> None:
    office = Office(world)
    token = office.token()
    answer = office.client.post("/sign-out", data={"csrf_token": token}, headers=headers)
    assert answer.status_code == 403
    assert office.get("/").status == 200


def test_form_without_the_token_of_this_session_does_nothing(world: World) -> None:
    office, other = Office(world), Office(world, name="m.office")
    made = leavers()
    before = world.kent.store.edge().size
    for token in ("", "x", other.token()):
        page = office.post("/upload", csrf_token=token, files=[])
        assert (page.status, page.heading) == (400, "The page was out of date, so nothing was done")
    assert world.kent.store.edge().size == before
    assert office.upload((made.name, made.content)).heading == "2 pupils accepted"


def test_token_of_a_form_is_good_at_every_process_and_only_with_the_secret(world: World) -> None:
    office = Office(world)
    token = office.token()
    cookie = office.client.get_cookie("session-80")
    assert cookie is not None
    for secret, status in ((SECRET, 200), ("of another installation", 400)):
        kent = world.kent
        elsewhere = pages.create(kent.gateway, kent.store, print, secret, means(kent)).test_client()
        elsewhere.set_cookie("session-80", cookie.value)
        answer = elsewhere.post("/sign-out", data={"csrf_token": token})
        assert answer.status_code == status
        office.sign_in()
        cookie = office.client.get_cookie("session-80")
        assert cookie is not None
        token = office.token()


def test_signed_out_is_out(world: World) -> None:
    office = Office(world)
    cookie = office.client.get_cookie("session-80")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    assert office.post("/sign-out").heading == "You have signed out"
    assert office.client.get_cookie("session-80") is None
    office.client.set_cookie("session-80", cookie.value)
    assert office.get("/").status == 403


def test_cookie_is_bound_to_the_host_where_the_browser_came_by_tls(world: World) -> None:
    """To us, or to a proxy on this machine that says so."""
    office = Office(world, signed_in=False, headers={"X-Forwarded-Proto": "https"})
    answer = office.post(link(world, OFFICER)).answer
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=28800"} <= set(cookie.split("; "))
    assert "Strict-Transport-Security" in answer.headers
    plain = Office(world).client.get("/")
    assert "Strict-Transport-Security" not in plain.headers


def test_session_and_link_are_kept_as_digests_only(world: World) -> None:
    unused = link(world, OFFICER)
    cookie = Office(world).client.get_cookie("session-80")
    assert cookie is not None
    with world.kent.store.engine.connect() as db:
        held = str([*db.execute(sa.select(t.links)), *db.execute(sa.select(t.sessions))])
    assert unused.rsplit("/", 1)[1] not in held
    assert cookie.value not in held


def test_signing_in_is_logged_and_so_is_how_it_ends(world: World) -> None:
    before = world.kent.store.edge().size
    for _ in range(3):
        Office(world)
        world.clock.on(hours=9)
        sessions.sweep(world.kent.gateway, world.kent.store, world.clock())
    lines = [parse_line(line) for line in world.kent.store.lines(before)]
    assert [line["fact"] for line in lines] == ["PersonAdded", "LinkIssued", "SignedIn", "SessionEnded"] * 3
    assert {line["why"] for line in lines if line["fact"] == "SessionEnded"} == {"over"}
    with world.kent.store.engine.connect() as db:
        assert db.execute(sa.select(sa.func.count()).select_from(t.sessions)).scalar_one() == 0


def test_no_cookie_is_set_but_the_session_and_every_page_is_unlike_the_last(world: World) -> None:
    office = Office(world)
    first, second = office.client.get("/upload"), office.client.get("/upload")
    assert "Set-Cookie" not in first.headers
    nonces = [re.findall("'nonce-([^']+)'", one.headers["Content-Security-Policy"]) for one in (first, second)]
    assert nonces[0] != nonces[1]
    assert all(len(one) == 1 for one in nonces)


def test_database_that_fails_is_a_page_that_asks_it_nothing(world: World) -> None:
    faults: list[str] = []
    client = door_of_a_failed_machine(world, lambda name, _error: faults.append(name)).test_client()
    client.set_cookie("session-80", "x")
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert b"gets the same receipt" in answer.data
    assert faults == ["pages"]


def test_form_that_is_too_large_is_refused_before_it_is_read(world: World) -> None:
    office = Office(world)
    page = office.post("/sign-out", more="x" * (pages.MOST_BYTES + 1))
    assert (page.status, page.heading) == (413, "The files are too large together, so nothing was sent")
    assert office.upload(("a.xml", b"x" * (pages.MOST_BYTES + 1))).status == 200


def test_a_person_uploads_as_much_at_once_as_the_settings_let_a_message_have(world: World) -> None:
    world.kent.gateway = replace(world.kent.gateway, rules=Rules(message_bytes=2 << 20))
    office = Office(world)
    assert "500 files and 2 MB at a time" in office.get("/upload").text
    assert office.upload(("a.xml", b"x" * (1 << 20))).status == 200
    page = office.post("/upload", files=(BytesIO(b"x" * (2 << 20)), "a.xml"))
    assert (page.status, page.heading) == (413, "The files are too large together, so nothing was sent")
    assert "at most 2 MB at a time" in page.text


def test_uploaded_bytes_never_touch_a_disk(world: World) -> None:
    """Werkzeug would put what is larger than 500 KB into a file, open to whoever reads that disk."""
    posted = {"files": (BytesIO(b"x" * 600_000), "a.xml")}
    with door(world).test_request_context("/upload", method="POST", data=posted):
        request.max_content_length = world.kent.gateway.rules.message_bytes
        assert type(request.files["files"].stream) is BytesIO


def test_every_route_has_an_entry_and_every_entry_a_route(world: World) -> None:
    app = door(world)
    for named in (frozenset(access.PAGES) | {"forgotten"}, frozenset(access.PAGES) - {"start"}):
        with pytest.raises(RuntimeError, match="routes and access differ"):
            access.check(app, named)
    assert access.SENDERS < access.READERS


@pytest.mark.parametrize("role", Role)
def test_each_role_has_a_first_page_and_only_the_ways_that_it_may_go(world: World, role: Role) -> None:
    office = Office(world, role, KENT if role not in {Role.SCHOOL_SENDER, Role.SCHOOL_READER} else LARKMERE)
    tree = office.get("/").tree
    offered = {str(one.get("href")) for one in tree.iter("a")} & {"/upload", "/sent", "/inbox"}
    assert offered == {f"/{named}" for named in ("upload", "sent", "inbox") if role in access.PAGES[named]}
    for way in ("/upload", "/sent", "/inbox"):
        assert office.get(way).status == (200 if way in offered else 403)
