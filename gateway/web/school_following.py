"""What a school, or its council, still has to see to: files that nobody has, and files that came and are not theirs."""

from types import MappingProxyType
from typing import Protocol

from flask import Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.errors import Code
from gateway.core.terms import ParcelId
from gateway.flows import casework, returning, uncollected, undelivered
from gateway.flows.ports import Gateway
from gateway.flows.returning import Returns
from gateway.web.asked import asked, parsed, person, posted
from gateway.web.forms import Field, Filled, Form, Shape


class Store(undelivered.Store, Returns, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of what nobody has collected, and of what is not for us."""

    @app.get("/undelivered")
    def not_there() -> str:
        return render_template("undelivered.html", rows=undelivered.listed(gateway, store, person(), gateway.clock()))

    @app.post("/undelivered/<parcel>")
    def lay_again(parcel: str) -> AnyResponse:
        uncollected.lay_again(gateway, person(), parsed(ParcelId, parcel), gateway.clock())
        return redirect(url_for("not_there"), 303)

    @app.get("/inbox/<parcel>/not-for-us")
    def not_ours(parcel: str) -> str:
        casework.readable(gateway, person(), parsed(ParcelId, parcel))
        return asked(_not_ours())

    @app.post("/inbox/<parcel>/not-for-us")
    def close_not_ours(parcel: str) -> AnyResponse:
        number = parsed(ParcelId, parcel)
        casework.readable(gateway, person(), number)

        def do(filled: Filled) -> str:
            reason = filled.answers["reason"]
            returning.not_ours(gateway, store, person(), number, reason, gateway.clock())
            return render_template("not-ours.html")

        return posted(_not_ours(), do)


def _not_ours() -> Form:
    reason = Field(
        "reason",
        "How do you know that it is not for you?",
        Shape.AREA,
        "For example: this child was never on our roll. Name no child here.",
        "Say in a sentence how you know",
    )
    intro = (
        "When you close it, nobody can open the file any more, not even you. Whoever sent it and the council are told.",
        "If you have saved or printed anything of it, keep it safe and show it to nobody until they ring you.",
    )
    about = MappingProxyType({Code.REASON_WANTED: "reason"})
    return Form("This is not for us", "Close the file and tell them", (reason,), intro, url_for("inbox"), about=about)
