"""The door for people: sign in by a single-use link, see what has come for you and what became of what you sent.

A link signs in by POST only, because mail scanners open links. Views ask one flow and show one page.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from flask import Flask, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.errors import HELP, Code, Fault, Refusal
from gateway.core.records import Person
from gateway.core.terms import Digest, ParcelId, digest
from gateway.flows import casework, enquiry, people
from gateway.flows.people import People
from gateway.flows.ports import Gateway
from gateway.web import access

COOKIE = "__Host-session"
COOKIE_PLAIN = "session"
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


class Sessions(People, Protocol):
    """People, and who is signed in."""

    def signed_in(self, session: Digest, at: datetime) -> Person | None: ...
    def end_session(self, session: Digest) -> None: ...


def create(gateway: Gateway, sessions: Sessions, on_fault: Callable[[str, BaseException], None]) -> Flask:
    """The WSGI application of the pages' port."""
    app = Flask("gateway.web")
    # the server tells of what nobody expected; Flask's own logger would write out what a message or file said
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.config["MAX_CONTENT_LENGTH"] = 64 << 10

    @app.get("/link/<token>")
    def link(token: str) -> str:
        return render_template("link.html", token=token)

    @app.post("/link/<token>")
    def sign_in(token: str) -> AnyResponse:
        came = people.use_link(gateway, sessions, token, gateway.clock())
        if came is None:
            raise Refusal(Code.NOT_FOUND)
        answer = redirect(url_for("start"), 303)
        answer.set_cookie(
            _cookie(), came.session, expires=came.until, secure=request.is_secure, httponly=True, samesite="Strict"
        )
        return answer

    @app.get("/")
    def start() -> str:
        person = _person()
        return render_template(
            "start.html",
            person=person,
            shelf=casework.shelf(gateway, person),
            sent=enquiry.sent(gateway, person.organisation, gateway.clock()),
        )

    @app.post("/collect/<parcel>")
    def collect(parcel: str) -> Response:
        name, content = casework.collect(gateway, _person(), _parcel(parcel), gateway.clock())
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(content, content_type="application/xml", headers=headers)

    @app.post("/sign-out")
    def sign_out() -> AnyResponse:
        sessions.end_session(digest(request.cookies.get(_cookie(), "").encode()))
        answer = Response(render_template("signed-out.html"))
        answer.delete_cookie(_cookie())
        return answer

    _admit(app, gateway, sessions)
    _answers(app, on_fault)
    access.check(app, frozenset(access.PAGES) | {"static"})
    return app


def _admit(app: Flask, gateway: Gateway, sessions: Sessions) -> None:
    """Before any view: who is this, may they come in here, and did our own page send them."""

    @app.before_request
    def admit() -> None:
        g.person = None
        if request.endpoint in {None, "static"}:
            return
        gateway.store.ready()
        session = request.cookies.get(_cookie())
        if session:
            g.person = sessions.signed_in(digest(session.encode()), gateway.clock())
        allowed = access.PAGES[str(request.endpoint)]
        if allowed is not access.ANYBODY and (g.person is None or g.person.role not in allowed):
            raise Refusal(Code.NOT_ALLOWED)
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") not in {
            "same-origin",
            "none",
        }:
            raise Refusal(Code.NOT_ALLOWED)

    @app.after_request
    def protect(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer


def _answers(app: Flask, on_fault: Callable[[str, BaseException], None]) -> None:
    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> tuple[str, int]:
        return render_template("told.html", words=refusal.help), refusal.help.status

    @app.errorhandler(Fault)
    def fault(error: Fault) -> tuple[str, int, dict[str, str]]:
        on_fault("pages", error)
        return render_template("told.html", words=HELP[Code.BUSY]), 503, {"Retry-After": "30"}

    @app.errorhandler(404)
    @app.errorhandler(405)
    def nothing(_error: Exception) -> tuple[str, int]:
        return render_template("told.html", words=HELP[Code.NOT_FOUND]), 404


def _person() -> Person:
    assert isinstance(g.person, Person)
    return g.person


def _parcel(text: str) -> ParcelId:
    try:
        return ParcelId(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None


def _cookie() -> str:
    """The ``__Host-`` prefix binds a cookie to this host, and browsers take it over TLS only."""
    return COOKIE if request.is_secure else COOKIE_PLAIN
