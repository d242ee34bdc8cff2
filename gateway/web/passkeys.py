"""Signing in by a passkey, and the page of one's own keys. The ceremony is the browser's, and needs its scripts."""

from typing import Protocol

from flask import Flask, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.errors import Code, Refusal
from gateway.core.terms import PasskeyId, digest
from gateway.flows import passkeys, sessions
from gateway.flows.passkeys import Checker, Keys, Using
from gateway.flows.ports import Gateway
from gateway.web import signing
from gateway.web.accounts import current
from gateway.web.asked import parsed, person
from gateway.web.signing import address, browser, let_in, machine, onward


class Store(Keys, Using, signing.Store, Protocol):
    """What these pages ask of the database."""


def add(app: Flask, gateway: Gateway, store: Store, checker: Checker | None) -> None:
    """The routes of passkeys; without an address that keys are bound to there is nothing behind them."""

    def checked() -> Checker:
        if checker is None:
            raise Refusal(Code.NOT_FOUND)
        return checker

    @app.post("/sign-in/passkey")
    def passkey_in() -> AnyResponse:
        at, answer = gateway.clock(), request.form.get("answer", "")
        try:
            token = request.form.get("token", "")
            came = passkeys.sign_in(gateway, store, checked(), token, answer, browser(), machine(), at)
        except Refusal:
            sessions.knocked(gateway, store, "key", digest(answer[:100].encode()), at)
            sessions.knocked(gateway, store, "address", address(), at)
            raise
        return let_in(gateway, store, came, redirect(onward(came.person), 303))

    @app.get("/passkeys")
    def passkeys_list() -> str:
        at, own = gateway.clock(), store.passkeys(person().id)
        fresh = passkeys.is_fresh(current(), at)
        asked = passkeys.ask_new(gateway, store, checked(), person().id, browser(), at) if fresh else None
        return render_template("passkeys.html", keys=own, asked=asked)

    @app.post("/passkeys")
    def passkey_add() -> AnyResponse:
        token, answer, name = (request.form.get(one, "") for one in ("token", "answer", "name"))
        passkeys.add(gateway, store, checked(), current(), token, answer, name, browser(), gateway.clock())
        return redirect(url_for("passkeys_list"), 303)

    @app.post("/passkeys/<key>/remove")
    def passkey_remove(key: str) -> AnyResponse:
        passkeys.remove(gateway, store, g.person.id, parsed(PasskeyId, key), gateway.clock())
        return redirect(url_for("passkeys_list"), 303)
