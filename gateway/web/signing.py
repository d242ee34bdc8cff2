"""Signing in by a link that works once, and out. A link acts by POST only, because mail scanners open links."""

from flask import Flask, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.errors import Code, Refusal
from gateway.core.terms import digest
from gateway.flows import people
from gateway.flows.people import Sessions
from gateway.flows.ports import Gateway

COOKIE = "__Host-session"


def add(app: Flask, gateway: Gateway, sessions: Sessions) -> None:
    """The routes of signing in and out."""

    @app.get("/link/<token>")
    def link(token: str) -> str:
        return render_template("link.html", token=token, hours=people.SESSION_LASTS.seconds // 3600)

    @app.post("/link/<token>")
    def sign_in(token: str) -> AnyResponse:
        came = people.use_link(gateway, sessions, token, gateway.clock())
        if came is None:
            raise Refusal(Code.LINK_OVER)
        answer = redirect(url_for("start"), 303)
        # an age and no date: the clock of an office's computer may be wrong
        answer.set_cookie(
            cookie_name(),
            came.session,
            max_age=people.SESSION_LASTS,
            secure=is_secure(),
            httponly=True,
            samesite="Strict",
        )
        return answer

    @app.post("/sign-out")
    def sign_out() -> AnyResponse:
        sessions.end_session(digest(request.cookies.get(cookie_name(), "").encode()))
        answer = Response(render_template("signed-out.html", person=None))
        answer.delete_cookie(cookie_name(), secure=is_secure(), httponly=True, samesite="Strict")
        return answer


def is_secure() -> bool:
    """Whether the browser came by TLS: to us, or to the proxy on this machine that says so.

    A browser that says so itself only makes its own cookie stricter.
    """
    return request.is_secure or request.headers.get("X-Forwarded-Proto") == "https"


def cookie_name() -> str:
    """The ``__Host-`` prefix binds a cookie to this host, and browsers take it over TLS only.

    Without TLS we are on the machine's own address, where cookies are shared by all ports: there the name tells apart.
    """
    return COOKIE if is_secure() else f"session-{request.environ['SERVER_PORT']}"
