"""Signing in and out: by a link that works once, and what every way of signing in does to the browser.

A link acts by POST only, because mail scanners open links. Every sign-in makes a session of its own and ends the one
that the browser had; who tries too often is not listened to for a while.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.errors import Code, Refusal
from gateway.core.facts import SessionEnd
from gateway.core.records import Person
from gateway.flows import mailing, passkeys, people, sessions
from gateway.flows.mailing import Asking
from gateway.flows.openid import Mapped
from gateway.flows.passkeys import Checker
from gateway.flows.people import Beginning, Links, SignedIn
from gateway.flows.ports import Gateway
from gateway.flows.sessions import Old
from gateway.web import access

COOKIE, BEFORE, WANTED = "__Host-session", "__Host-before", "__Host-wanted"
WANTED_FOR = timedelta(hours=1)
LOOPBACK = frozenset({"127.0.0.1", "::1"})
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"), ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "a Mac"), ("Linux", "Linux"),
)  # fmt: skip
"""Enough for somebody to know their own machine by, and no more."""


@dataclass(frozen=True, slots=True)
class Ways:
    """By what people sign in here beside links. ``called``: what people call the provider's account."""

    openid: Mapped | None = None
    passkeys: Checker | None = None
    mail: bool = False
    called: str = "your organisation’s account"


class Store(Old, Links, Beginning, Asking, Protocol):
    """What signing in asks of the database."""


def add(app: Flask, gateway: Gateway, store: Store, ways: Ways) -> None:
    """The routes of signing in and out."""

    @app.get("/sign-in")
    def signing_in() -> AnyResponse:
        if g.person is not None and request.cookies.get(cookie_name(WANTED)):
            # a link in a letter began at another site, from where the browser handed over no session
            return _forget_wanted(redirect(onward(g.person), 303))
        asked = passkeys.ask(gateway, ways.passkeys, browser(), gateway.clock()) if ways.passkeys else None
        return before(Response(render_template("sign-in.html", ways=ways, asked=asked)))

    @app.post("/sign-in/mail")
    def mail_link() -> str:
        if not ways.mail:
            raise Refusal(Code.NOT_FOUND)
        mailing.ask(gateway, store, request.form.get("who", ""), address(), gateway.clock())
        return render_template("mail-asked.html")

    @app.get("/link/<token>")
    def link(token: str) -> str:
        return render_template("link.html", token=token, hours=gateway.lasts.session.seconds // 3600)

    @app.post("/link/<token>")
    def sign_in(token: str) -> AnyResponse:
        at = gateway.clock()
        came = people.use_link(gateway, store, token, machine(), at)
        if came is None:
            sessions.knocked(gateway, store, "address", address(), at)
            raise Refusal(Code.LINK_OVER)
        return let_in(gateway, store, came, redirect(onward(came.person), 303))

    @app.post("/sign-out")
    def sign_out() -> AnyResponse:
        if g.session is not None:
            sessions.sign_out(gateway, store, g.session, SessionEnd.SIGNED_OUT, gateway.clock())
        answer = Response(render_template("signed-out.html", person=None))
        answer.delete_cookie(cookie_name(), secure=is_secure(), httponly=True, samesite="Strict")
        return answer


def let_in(gateway: Gateway, store: Store, came: SignedIn, answer: AnyResponse) -> AnyResponse:
    """Give the browser its new session, and end the one that it had: whoever knew that one knows nothing now."""
    if g.session is not None:
        sessions.sign_out(gateway, store, g.session, SessionEnd.ANOTHER, gateway.clock())
    # an age and no date: the clock of an office's computer may be wrong
    age = gateway.lasts.session
    answer.set_cookie(cookie_name(), came.token, max_age=age, secure=is_secure(), httponly=True, samesite="Strict")
    return _forget_wanted(answer)


def remember_wanted(answer: AnyResponse) -> AnyResponse:
    """Let the browser hold which page somebody wanted who has to sign in first: a letter leads there, for one."""
    if request.method == "GET":
        # Lax: a provider sends people back from another site
        answer.set_cookie(
            cookie_name(WANTED), request.path, max_age=WANTED_FOR, secure=is_secure(), httponly=True, samesite="Lax"
        )
    return answer


def onward(who: Person) -> str:
    """Where somebody goes who has signed in: the page that they wanted, if it is one of theirs, or the first."""
    wanted = request.cookies.get(cookie_name(WANTED), "")
    if wanted.startswith("/") and not wanted.startswith("//"):
        with suppress(HTTPException):
            endpoint, _ = current_app.url_map.bind("").match(wanted, "GET")
            if who.role in access.PAGES.get(str(endpoint), access.ANYBODY):
                return wanted
    return url_for("start")


def _forget_wanted(answer: AnyResponse) -> AnyResponse:
    if cookie_name(WANTED) in request.cookies:
        answer.delete_cookie(cookie_name(WANTED), secure=is_secure(), httponly=True, samesite="Lax")
    return answer


def before(answer: AnyResponse) -> AnyResponse:
    """Give a browser that has not signed in yet what the tokens of our forms are bound to until it has."""
    if g.session is None:
        answer.set_cookie(cookie_name(BEFORE), g.before, secure=is_secure(), httponly=True, samesite="Strict")
    return answer


def browser() -> str:
    """What this browser alone holds: its session, or what it was given before it had one."""
    return request.cookies.get(cookie_name()) or g.before


def machine() -> str:
    """On what browser somebody signs in, in a few words."""
    said = request.headers.get("User-Agent", "")
    browser = next((name for sign, name in BROWSERS if sign in said), "A browser")
    system = next((name for sign, name in SYSTEMS if sign in said), "")
    return f"{browser} on {system}" if system else browser


def address() -> str:
    """From where a request comes; a proxy on this machine says it of whom it asks for, as the last of what it adds."""
    came = request.remote_addr or ""
    hops = request.headers.get("X-Forwarded-For", "") if came in LOOPBACK else ""
    return hops.rsplit(",", 1)[-1].strip()[:60] or came


def is_secure() -> bool:
    """Whether the browser came by TLS: to us, or to the proxy on this machine that says so.

    A browser that says so itself only makes its own cookie stricter.
    """
    return request.is_secure or request.headers.get("X-Forwarded-Proto") == "https"


def cookie_name(name: str = COOKIE) -> str:
    """The ``__Host-`` prefix binds a cookie to this host, and browsers take it over TLS only.

    Without TLS we are on the machine's own address, where cookies are shared by all ports: there the name tells apart.
    """
    return name if is_secure() else f"{name.removeprefix('__Host-')}-{request.environ['SERVER_PORT']}"
