"""An office at its browser, without one: it signs in by a link, reads whole pages, fills in the forms that it finds."""

import io
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from urllib.parse import urljoin

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from lxml import html
from werkzeug.test import TestResponse

from gateway import settings
from gateway.core.errors import Fault, Reason
from gateway.core.facts import Role
from gateway.core.records import Person
from gateway.core.terms import PartnerId, PersonId
from gateway.edge import xsds
from gateway.edge.verifying import verify_whole
from gateway.flows import people
from gateway.web import governance, pages, statements
from tests.flows.test_retaining import RULES
from tests.simulator import KENT, LARKMERE, Side, World

SECRET = "of a test"
SCRIPTS = ("document.body.className += ' js-enabled'", "")
"""The design system's one inline script, and our own, which is a file."""

File = tuple[str, bytes]
STATEMENTS = statements.from_toml(settings.shipped("config", "statements.toml").read_text(encoding="utf-8"))


class Compiled(BytecodeCache):
    """Templates compiled once for all the doors of a test run: that takes longer than all that is asked there."""

    def __init__(self) -> None:
        self.found: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.found:
            bucket.bytecode_from_string(self.found[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.found[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def door(world: World, home: PartnerId = KENT) -> Flask:
    side = world.sides[home]
    app = pages.create(side.gateway, side.store, lambda _name, _error: None, SECRET, means(side))
    app.jinja_env.bytecode_cache = COMPILED
    return app


def means(side: Side) -> governance.Means:
    """The rules that are shipped, and a check of the log as it stands."""
    return governance.Means(
        RULES,
        side.vault,
        timedelta(days=90),
        lambda: verify_whole(side),
        STATEMENTS,
        lambda: xsds.texts(settings.shipped("schemas")),
    )


def door_of_a_failed_machine(
    world: World, told: Callable[[str, BaseException], None] = lambda _name, _error: None
) -> Flask:
    """The same door before a database that fails at everything."""

    class Failed:
        def __getattr__(self, name: str) -> Callable[..., object]:
            def fails(*_: object, **__: object) -> object:
                raise Fault(Reason.STORE)

            return fails

    gateway = replace(world.kent.gateway, store=Failed())  # type: ignore[arg-type]
    return pages.create(gateway, Failed(), told, SECRET, means(world.kent))  # type: ignore[arg-type]


def link(world: World, person: Person, home: PartnerId = KENT) -> str:
    """A link that signs this person in at the gateway of ``home``, who is let in for it."""
    side = world.sides[home]
    people.add(side.gateway, side.store, person, home, world.clock())
    return "/link/" + people.issue_link(side.gateway, side.store, person.id, home, world.clock())


@dataclass
class Page:
    """One answer, and for a page its tree: read, it has been inspected."""

    answer: TestResponse
    address: str

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", str(self.tree.find(".//main").text_content())).strip()

    @property
    def title(self) -> str:
        return " ".join((self.tree.findtext(".//title") or "").split())

    @property
    def heading(self) -> str:
        (found,) = self.tree.iter("h1")
        return re.sub(r"\s+", " ", found.text_content()).strip()

    @property
    def tree(self) -> html.HtmlElement:
        tree = html.document_fromstring(self.answer.get_data(as_text=True))
        inspect(tree, self.answer, self.address)
        return tree


@dataclass
class Office:
    """Somebody of ``organisation`` who has signed in."""

    world: World
    role: Role = Role.SCHOOL_SENDER
    organisation: PartnerId = LARKMERE
    name: str = "l.office"
    signed_in: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    home: PartnerId = KENT
    """Whose gateway it is."""

    def __post_init__(self) -> None:
        self.client = door(self.world, self.home).test_client()
        if self.signed_in:
            self.sign_in()

    def sign_in(self) -> Page:
        return self.post(link(self.world, Person(PersonId(self.name), self.role, self.organisation), self.home))

    def get(self, address: str) -> Page:
        return Page(self.client.get(address, headers=self.headers), address)

    def post(self, address: str, /, **fields: object) -> Page:
        """Post as a form of our own would, with its token."""
        token = {"csrf_token": self.token()} if self.signed_in else {}
        answer = self.client.post(address, data={**token, **fields}, headers=self.headers)
        return Page(answer, address)

    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/", headers=self.headers).text)
        return found[1] if found else ""

    def follow(self, page: Page) -> Page:
        assert page.status == 303, page.answer.get_data(as_text=True)
        return self.get(urljoin("http://localhost/", page.answer.headers["Location"]).removeprefix("http://localhost"))

    def follow_form(self, address: str, **fields: object) -> Page:
        """Look at a form, fill it in and read what comes next."""
        assert self.get(address).status == 200
        return self.follow(self.post(address, **fields))

    def check(self, *files: File, **fields: str) -> Page:
        """Hand files in, a second after whatever was done before, and read what was said about them."""
        self.world.clock.on(seconds=1)
        return self.follow(
            self.post("/upload", files=[(io.BytesIO(content), name) for name, content in files], **fields)
        )

    def upload(self, *files: File, **fields: str) -> Page:
        """Hand files in and send what can go, as somebody does who has seen where it goes."""
        checked = self.check(*files, **fields)
        return (
            self.follow(self.send(checked)) if "Send" in checked.text and "not sent yet" in checked.heading else checked
        )

    def send(self, checked: Page, **fields: str) -> Page:
        """Press the button that sends what waits on this page."""
        (form,) = [one for one in checked.tree.iter("form") if str(one.get("action")).endswith("/send")]
        return self.post(str(form.get("action")), **fields)


def inspect(tree: html.HtmlElement, answer: TestResponse, address: str) -> None:
    """The laws of every page. Raises AssertionError for the first that is broken."""
    (heading,) = tree.iter("h1")
    words = " ".join(str(heading.text_content()).split())
    title = " ".join((tree.findtext(".//title") or "").split())
    assert title.removeprefix("Error: ").startswith(words), (title, words)
    assert tree.get("lang") == "en"
    assert len([*tree.iter("main")]) == 1
    ids = [str(one.get("id")) for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids)), f"an id stands twice on {address}"
    _inspect_forms(tree, ids)
    _inspect_policy(tree, answer)
    assert not re.search(r"[A-Z][0-9]{11}[0-9A-Z]", title + address), "a UPN in a title or an address"
    levels = [int(str(one.tag)[1]) for one in tree.iter("h1", "h2", "h3", "h4")]
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def _inspect_forms(tree: html.HtmlElement, ids: Sequence[str]) -> None:
    labelled = {one.get("for") for one in tree.iter("label")}
    for one in tree.iter("input", "select", "textarea"):
        assert one.get("type") == "hidden" or one.get("id") in labelled, html.tostring(one)
    assert all(one.get("aria-label") for one in tree.iter("progress")), "axe does not look at these"
    for one in tree.iter():
        for name in ("aria-describedby", "aria-labelledby"):
            assert set(str(one.get(name, "")).split()) <= set(ids), html.tostring(one)
    for form in tree.iter("form"):
        assert str(form.get("action")).startswith("/")
        if form.get("method") == "get":
            # a search that is kept as an address: nothing is done, and nothing about a child is asked
            assert not {one.get("name") for one in form.iter("input")} & {"csrf_token", "upn", "surname", "born-day"}
            continue
        assert form.get("method") == "post"
        hidden = [one.get("name") for one in form.iter("input") if one.get("type") == "hidden"]
        # who has no session yet proves it by the link, or asks what changes nothing
        assert "csrf_token" in hidden or str(form.get("action")).startswith(("/link/", "/check-receipt"))


def _inspect_policy(tree: html.HtmlElement, answer: TestResponse) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    nonce = re.search(r"'nonce-([^']+)'", policy)
    for script in tree.iter("script"):
        inline = (script.text or "").strip()
        assert script.get("src", "").startswith("/static/") or inline.startswith(SCRIPTS[0])
        assert not inline or (nonce and script.get("nonce") == nonce[1])
    for one in tree.iter():
        assert not one.get("style"), html.tostring(one)
        assert not [name for name in one.attrib if str(name).startswith("on")], html.tostring(one)
    for one in tree.iter("a", "link", "img", "script", "form"):
        for where in (one.get("href"), one.get("src"), one.get("action")):
            assert where is None or where.startswith(("/", "#", "data:,")), where
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


def random_id(prefix: str) -> str:
    from gateway.flows.situations import new_id

    return new_id(prefix, os.urandom)
