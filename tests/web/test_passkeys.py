"""Passkeys with a real browser and its virtual device: made, used, several, removed; and no answer that counts twice."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser

from gateway.core.facts import Role, parse_line
from gateway.core.records import Person
from gateway.core.terms import PersonId
from gateway.edge.passkeys import Passkeys
from gateway.edge.server import Limits, Listener, Server
from gateway.flows import accounts
from gateway.web import pages
from gateway.web.signing import Ways
from tests.simulator import KENT, OFFICER, World
from tests.web.browser import NARROW, WIDE, Window
from tests.web.office import COMPILED, SECRET, Office, Page, link, means

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class Site:
    """The pages at an address that keys can be bound to, which an address in numbers is not."""

    world: World
    address: str
    app: Flask


@pytest.fixture
def site(world: World) -> Iterator[Site]:
    world.clock.at = datetime.now(UTC)
    holder: list[Flask] = []
    faults: list[BaseException] = []

    def door(environ: Any, start: Any) -> Any:
        return holder[0].wsgi_app(environ, start)

    listener = Listener("pages", "127.0.0.1", 0, door, None)
    with Server((listener,), Limits(), lambda _name, error: faults.append(error)) as server:
        address = f"http://localhost:{server.ports['pages']}"
        side = world.kent
        holder.append(
            pages.create(side.gateway, side.store, print, SECRET, means(side), Ways(passkeys=Passkeys(address, "Kent")))
        )
        holder[0].jinja_env.bytecode_cache = COMPILED
        yield Site(world, address, holder[0])
    assert not faults, faults


def device(window: Window) -> tuple[Any, str]:
    """The window's computer gets a device of its own that holds keys."""
    devtools = window.context.new_cdp_session(window.page)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return devtools, str(made["authenticatorId"])


def facts(world: World) -> list[str]:
    return [str(parse_line(line)["fact"]) for line in world.kent.store.lines()]


def made(site: Site, window: Window, name: str) -> None:
    window.page.goto(site.address + link(site.world, OFFICER))
    window.page.get_by_role("button", name="Sign in").click()
    window.look("Overview")
    window.page.goto(f"{site.address}/passkeys")
    window.look("Your passkeys")
    window.page.get_by_label("What do you call this device?").fill(name)
    window.page.get_by_role("button", name="Make a passkey").click()
    window.page.get_by_text("not used yet").first.wait_for()
    window.look("Your passkeys")


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_passkey_is_made_after_a_link_signs_in_alone_and_is_removed(
    site: Site, browser: Browser, size: dict[str, int]
) -> None:
    window = Window(browser, size, scripts=True)
    devtools, held = device(window)
    made(site, window, "Laptop")
    window.page.get_by_role("button", name="Sign out").click()
    window.look("You have signed out")
    window.page.get_by_role("link", name="the page to sign in").click()
    window.look("Sign in")
    window.page.get_by_role("button", name="Sign in with a passkey").click()
    window.look("Overview")
    assert OFFICER.id in window.page.content()
    window.page.goto(f"{site.address}/sessions")
    assert "by a passkey" in window.page.content()
    window.page.get_by_role("link", name="Your passkeys").click()
    window.page.get_by_text("last used").wait_for()
    window.page.get_by_role("button", name="Make a passkey").click()
    window.page.get_by_text("this device has one already").wait_for()
    window.page.get_by_role("button", name="Remove it").click()
    window.page.get_by_text("You have none yet").wait_for()
    window.page.get_by_role("button", name="Sign out").click()
    window.look("You have signed out")
    window.page.goto(f"{site.address}/sign-in")
    window.page.get_by_role("button", name="Sign in with a passkey").click()
    window.look("You could not be signed in")
    assert [one for one in facts(site.world) if one.startswith("Passkey")] == ["PasskeyAdded", "PasskeyRemoved"]
    assert len(devtools.send("WebAuthn.getCredentials", {"authenticatorId": held})["credentials"]) == 1
    window.close()


def test_several_devices_each_sign_in_and_a_stopped_account_with_none(site: Site, browser: Browser) -> None:
    windows = [Window(browser, WIDE, scripts=True) for _ in range(2)]
    for number, window in enumerate(windows):
        device(window)
        made(site, window, f"Device {number}")
    assert len(site.world.kent.store.passkeys(OFFICER.id)) == 2
    side, manager = site.world.kent, Person(PersonId("k.head"), Role.MANAGER, KENT)
    for window in windows:
        window.page.goto(f"{site.address}/sign-in")
        window.page.get_by_role("button", name="Sign in with a passkey").click()
        window.look("Overview")
    accounts.stop(side.gateway, side.store, manager, OFFICER.id, site.world.clock())
    for window in windows:
        window.page.goto(f"{site.address}/sign-in")
        window.page.get_by_role("button", name="Sign in with a passkey").click()
        window.look("You could not be signed in")
        window.close()


def test_an_answer_counts_once_for_its_browser_and_in_time(site: Site, browser: Browser) -> None:
    window = Window(browser, WIDE, scripts=True)
    device(window)
    made(site, window, "Laptop")
    window.page.context.clear_cookies()
    sent: list[str] = []
    window.page.on("request", lambda one: sent.append(one.post_data or "") if one.method == "POST" else None)
    window.page.goto(f"{site.address}/sign-in")
    before = window.context.cookies()
    window.page.get_by_role("button", name="Sign in with a passkey").click()
    window.look("Overview")
    (body,) = sent
    client = site.app.test_client()

    def again(*, cookies: bool) -> int:
        client.delete_cookie(f"before-{urlsplit(site.address).port}")
        for one in before if cookies else ():
            client.set_cookie(str(one["name"]), str(one["value"]))
        answer = client.post(
            "/sign-in/passkey", data=body, content_type="application/x-www-form-urlencoded", base_url=site.address
        )
        return answer.status_code

    assert again(cookies=True) == 403, "answered before"
    assert again(cookies=False) == 400, "another browser"
    site.world.clock.on(minutes=10)
    assert again(cookies=True) == 403, "too late"
    window.close()


def test_a_session_of_some_time_ago_makes_no_key(site: Site) -> None:
    client = site.app.test_client()
    client.post(link(site.world, OFFICER), base_url=site.address)
    page = client.get("/passkeys", base_url=site.address)
    token, form = (re.findall(rf'name="{name}" value="([^"]+)"', page.text)[-1] for name in ("token", "csrf_token"))
    wrong = {"csrf_token": form, "token": token, "answer": "{}"}
    assert client.post("/passkeys", data=wrong, base_url=site.address).status_code == 403
    assert client.post("/passkeys", data={**wrong, "token": "x"}, base_url=site.address).status_code == 403
    site.world.clock.on(minutes=15)
    old = client.get("/passkeys", base_url=site.address)
    assert "You signed in a while ago" in old.text and "data-passkey" not in old.text
    answer = client.post("/passkeys", data=wrong, base_url=site.address)
    assert (answer.status_code, Page(answer, "/passkeys").heading) == (403, "You signed in too long ago for this")
    assert client.post("/passkeys/k-" + "a" * 26 + "/remove", data=wrong, base_url=site.address).status_code == 404


def test_who_guesses_keys_is_not_listened_to_for_a_while(site: Site) -> None:
    client = site.app.test_client()
    form = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in", base_url=site.address).text)[-1]

    def guess(number: int) -> int:
        tried = {"csrf_token": form, "token": "9999999999.x", "answer": '{"id": "%s"}' % (str(number) * 4)}
        return client.post("/sign-in/passkey", data=tried, base_url=site.address).status_code

    assert [guess(number) for number in range(11)] == [403] * 10 + [429]
    assert client.post("/sign-in/passkey", data={"token": "x"}, base_url=site.address).status_code == 400, "no token"


def test_without_scripts_the_page_says_what_needs_them_and_a_link_does_not(site: Site, browser: Browser) -> None:
    window = Window(browser, NARROW, scripts=False)
    window.page.goto(f"{site.address}/sign-in")
    window.look("Sign in")
    assert window.page.get_by_text("It needs JavaScript").is_visible()
    assert not window.page.get_by_role("button", name="Sign in with a passkey").is_visible()
    window.close()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_pages_of_accounts_have_no_barrier(site: Site, browser: Browser, size: dict[str, int]) -> None:
    window = Window(browser, size, scripts=True)
    Office(site.world)
    window.page.goto(site.address + link(site.world, Person(PersonId("k.head"), Role.MANAGER, KENT)))
    window.page.get_by_role("button", name="Sign in").click()
    window.look("Overview")
    for way, heading in (
        ("sessions", "Where you are signed in"), ("people", "People"), ("people/l.office", "l.office"),
    ):  # fmt: skip
        window.page.goto(f"{site.address}/{way}")
        window.look(heading)
    window.page.get_by_role("button", name="Make a link").click()
    window.look("A link for l.office")
    window.close()
