"""The people's door: links that work once and by POST only, sessions that end, and files of one's own only."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from lxml import html

from gateway.core.facts import Role, parse_line
from gateway.core.records import Person
from gateway.core.terms import LaEstab, PersonId
from gateway.flows import people
from gateway.web import pages
from tests.simulator import ACADEMY, KENT, LARKMERE, OFFICER, TIDEWAY, World, leavers


def page(world: World) -> FlaskClient:
    return pages.create(world.kent.gateway, world.kent.store, lambda _name, _error: None).test_client()


@pytest.fixture
def door(world: World) -> FlaskClient:
    return page(world)


def link(world: World, person: Person = OFFICER) -> str:
    people.add(world.kent.gateway, world.kent.store, person, KENT, world.clock())
    return "/link/" + people.issue_link(world.kent.gateway, world.kent.store, person.id, KENT, world.clock())


def read(answer: object) -> html.HtmlElement:
    """The page reader: every page is whole, with one heading, a title that begins with it, labels and no script."""
    content = answer.get_data(as_text=True)  # type: ignore[attr-defined]
    tree = html.document_fromstring(content)
    (heading,) = tree.iter("h1")
    assert tree.findtext(".//title", "").startswith(heading.text or "?")
    assert tree.get("lang") == "en"
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert not [*tree.iter("script"), *(one for one in tree.iter() if one.get("style") or one.get("onclick"))]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    return tree


def test_link_signs_in_once_and_by_post_only(world: World, door: FlaskClient) -> None:
    address = link(world)
    read(door.get(address))
    read(door.get(address))
    assert door.post(address).status_code == 303
    assert "You are signed in as a.shah" in read(door.get("/")).text_content()
    assert page(world).post(address).status_code == 404


def test_link_ends_after_a_day_and_a_session_after_a_working_day(world: World, door: FlaskClient) -> None:
    late, soon = link(world), link(world)
    world.clock.on(hours=23)
    door.post(soon)
    world.clock.on(hours=1)
    assert page(world).post(late).status_code == 404
    assert door.get("/").status_code == 200
    world.clock.on(hours=8)
    assert door.get("/").status_code == 403


def test_nobody_sees_anything_without_signing_in(world: World, door: FlaskClient) -> None:
    for route in ("/", "/nothing"):
        answer = door.get(route)
        assert answer.status_code in {403, 404}
        read(answer)
    assert door.post("/collect/p-" + "a" * 26).status_code == 403


def test_officer_collects_and_the_log_says_so(world: World, door: FlaskClient) -> None:
    made = leavers(dest=LaEstab("XXXXXXX"), pupils=1)
    world.upload(made.content, made.name)
    door.post(link(world))
    (form,) = (one.get("action", "") for one in read(door.get("/")).iter("form") if "/collect/" in one.get("action", ""))
    answer = door.post(form)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{made.name}"'
    assert answer.data.startswith(b"<?xml")
    names = [parse_line(line)["fact"] for line in world.kent.store.lines()]
    assert names[-1] == "ParcelCollected"
    assert "collected by a person" in read(door.get("/")).text_content()


@pytest.mark.parametrize(
    ("role", "organisation", "status"),
    [
        (Role.OFFICER, KENT, 200),
        (Role.MANAGER, KENT, 200),
        (Role.OPERATOR, KENT, 403),
        (Role.AUDITOR, KENT, 403),
        (Role.SCHOOL_READER, LARKMERE, 404),
        (Role.SCHOOL_SENDER, ACADEMY, 404),
        (Role.SCHOOL_SENDER, TIDEWAY, 404),
    ],
)
def test_each_reaches_only_their_own_files(
    world: World, door: FlaskClient, role: Role, organisation: str, status: int
) -> None:
    made = leavers(dest=LaEstab("XXXXXXX"), pupils=1)
    world.upload(made.content, made.name)
    (parcel,) = world.kent.store.parcels_in(["shelved"], 9)  # type: ignore[list-item]
    person = replace(OFFICER, id=PersonId("b.jones"), role=role, organisation=organisation)  # type: ignore[arg-type]
    door.post(link(world, person))
    assert door.post(f"/collect/{parcel.parcel.id}").status_code == status
    collected = [parse_line(line) for line in world.kent.store.lines() if b"ParcelCollected" in line]
    assert len(collected) == (status == 200)


@pytest.mark.parametrize("parcel", ["x", "..%2f..%2fetc", "p-" + "a" * 26, "p-" + "A" * 26])
def test_file_that_is_not_there_looks_like_one_that_is_not_yours(world: World, door: FlaskClient, parcel: str) -> None:
    door.post(link(world))
    answer = door.post(f"/collect/{parcel}")
    assert answer.status_code == 404
    assert "There is nothing here." in read(answer).text_content()


def test_another_site_cannot_post_for_you(world: World, door: FlaskClient) -> None:
    door.post(link(world))
    answer = door.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert door.get("/").status_code == 200


def test_signed_out_is_out(world: World, door: FlaskClient) -> None:
    door.post(link(world))
    cookie = door.get_cookie("session")
    assert cookie is not None
    assert cookie.http_only
    read(door.post("/sign-out"))
    door.set_cookie("session", cookie.value)
    assert door.get("/").status_code == 403


def test_session_and_link_are_kept_as_digests_only(world: World, door: FlaskClient) -> None:
    import sqlalchemy as sa

    from gateway.edge.store import tables as t

    unused, used = link(world), link(world)
    door.post(used)
    cookie = door.get_cookie("session")
    assert cookie is not None
    with world.kent.store.engine.connect() as db:
        held = str([*db.execute(sa.select(t.links)), *db.execute(sa.select(t.sessions))])
    assert unused.rsplit("/", 1)[1] not in held
    assert cookie.value not in held


def test_no_page_names_a_child_in_its_address_or_title(world: World, door: FlaskClient) -> None:
    made = leavers(dest=LaEstab("XXXXXXX"), pupils=1)
    world.upload(made.content, made.name)
    door.post(link(world))
    text = door.get("/").get_data(as_text=True)
    upn = re.findall("<UPN>([^<]+)<", made.content.decode())[0]
    assert upn not in text
