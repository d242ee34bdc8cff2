"""A link by e-mail: off by default, logged, and the same answer for whoever asks."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.core.errors import Fault, Reason
from gateway.core.facts import parse_line
from gateway.core.reminders import Addresses
from gateway.flows import mailing
from gateway.web import pages
from gateway.web.signing import Ways
from tests.simulator import OFFICER, World
from tests.web.office import SECRET, Page, link, means
from tests.web.test_accounts import Post

TO = Addresses({}, {OFFICER.id: "A.Shah@kent.example"})


@pytest.fixture
def client(world: World) -> FlaskClient:
    link(world, OFFICER)
    return pages.create(
        world.kent.gateway, world.kent.store, print, SECRET, means(world.kent), Ways(mail=True)
    ).test_client()


def ask(client: FlaskClient, who: str) -> Page:
    form = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)[-1]
    return Page(client.post("/sign-in/mail", data={"csrf_token": form, "who": who}), "/sign-in/mail")


def send(world: World, post: Post) -> int:
    side = world.kent
    return mailing.send(side.gateway, side.store, side.store, post, TO, "https://g.example/", world.clock())


def test_whoever_asks_reads_the_same_and_only_an_account_gets_a_link(world: World, client: FlaskClient) -> None:
    said = [ask(client, who).text for who in (OFFICER.id, "a.shah@KENT.example", "nobody", "", "x" * 500)]
    assert len(set(said)) == 1
    post = Post()
    assert (send(world, post), send(world, post)) == (2, 0)
    assert {one.to for one in post.letters} == {"A.Shah@kent.example"}
    (token,) = re.findall(r"https://g\.example/link/(\S+)", post.letters[0].text)
    issued: list[dict[str, Any]] = [
        one for one in map(parse_line, world.kent.store.lines()) if one["fact"] == "LinkIssued"
    ]
    assert [one.get("how") for one in issued] == [None, "mail-link", "mail-link"]
    world.clock.on(minutes=29)
    assert client.post(f"/link/{token}").status_code == 303
    world.clock.on(minutes=1)
    (late,) = re.findall(r"/link/(\S+)", post.letters[1].text)
    assert client.post(f"/link/{late}").status_code == 410


def test_who_asks_too_often_is_told_by_their_address_and_a_mailbox_is_not_filled(
    world: World, client: FlaskClient
) -> None:
    assert [ask(client, OFFICER.id).status for _ in range(11)] == [200] * 10 + [429]
    post = Post()
    assert send(world, post) == 10
    for number in range(5):
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"8.8.8.{number}"
        assert ask(client, OFFICER.id).status == 200
    assert send(world, post) == 0


def test_it_is_off_unless_the_settings_say_so(world: World) -> None:
    client = pages.create(world.kent.gateway, world.kent.store, print, SECRET, means(world.kent)).test_client()
    assert "mailbox" not in client.get("/sign-in").text
    form = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/link/x").text + "")
    assert client.post("/sign-in/mail", data={"csrf_token": "".join(form)}).status_code in {400, 404}


def test_a_mail_server_that_fails_is_a_fault(world: World, client: FlaskClient) -> None:
    ask(client, OFFICER.id)
    with pytest.raises(Fault):
        send(world, Post(Fault(Reason.MAIL)))
