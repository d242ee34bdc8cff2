"""Signing in by an organisation's own account: away to its provider, and back with what it says."""

from typing import Protocol

from flask import Flask, Response, g, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.errors import Code, Refusal
from gateway.flows import openid, people, sessions
from gateway.flows.openid import Mapped
from gateway.flows.ports import Gateway
from gateway.web import signing
from gateway.web.signing import address, cookie_name, is_secure, let_in, machine, onward

STATE = "__Host-state"


class Store(openid.Store, signing.Store, Protocol):
    """What these pages ask of the database."""


def add(app: Flask, gateway: Gateway, store: Store, mapped: Mapped | None) -> None:
    """The routes of a provider; without one there is nothing behind them."""

    @app.get("/sign-in/openid")
    def openid_begin() -> AnyResponse:
        if mapped is None:
            raise Refusal(Code.NOT_FOUND)
        browser = people.token(gateway)
        answer = redirect(openid.begin(gateway, store, mapped, browser, gateway.clock()), 303)
        # Lax: the way back begins at another site, from where a browser hands over no strict cookie
        answer.set_cookie(
            cookie_name(STATE), browser, max_age=openid.TAKES, secure=is_secure(), httponly=True, samesite="Lax"
        )
        return answer

    @app.get("/sign-in/openid/back")
    def openid_back() -> AnyResponse:
        if mapped is None:
            raise Refusal(Code.NOT_FOUND)
        at = gateway.clock()
        state, code = (request.args.get(name, "")[:2000] for name in ("state", "code"))
        browser = request.cookies.get(cookie_name(STATE), "")
        try:
            came = openid.finish(gateway, store, mapped, state, code, browser, machine(), at)
        except Refusal:
            sessions.knocked(gateway, store, "address", address(), at)
            raise
        # a page, and no redirect: the browser would not show its new cookie on one that began elsewhere
        g.person = None
        answer = let_in(gateway, store, came, Response(render_template("signed-in.html", onward=onward(came.person))))
        answer.delete_cookie(cookie_name(STATE), secure=is_secure(), httponly=True, samesite="Lax")
        return answer
