"""The matching queue: which cases may be about one child, both side by side, and what a person says of them."""

from types import MappingProxyType
from typing import Protocol

from flask import Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.errors import Code, Refusal
from gateway.core.terms import CaseId, TaskId
from gateway.flows import pairing
from gateway.flows.pairing import Says, Sides
from gateway.flows.ports import Gateway
from gateway.web.asked import filled_in, parsed, person
from gateway.web.forms import Field, Filled, Form, Shape
from gateway.web.governance.waiting import where

SAME = "same"
SAYS = (
    (SAME, "The same child: the newer case goes on in the older one"),
    (Says.NOT_SAME.value, "Not the same child"),
    (Says.NEED_MORE.value, "I need more before I can say"),
)
FIELDS = (
    Field("says", "Are they one child?", Shape.CHOICE, "Never by the name alone.", "Choose what you say", SAYS),
    Field("reason", "How do you know, or what do you still need?", Shape.AREA, "It stands in both cases.",
          "Say in a sentence how you know, or what you need"),
)  # fmt: skip


class Store(pairing.Store, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of the matching queue."""

    def page(sides: Sides, filled: Filled) -> str:
        form = _form()
        return render_template("pair.html", sides=sides, form=form, filled=filled)

    @app.get("/matching")
    def pairs_list() -> str:
        at = gateway.clock()
        pairs, others = pairing.listed(gateway, store, person(), at)
        joined = pairing.by_themselves(gateway, store, person(), at)
        return render_template("pairs.html", pairs=pairs, others=others, joined=joined, where=where)

    @app.get("/matching/<task>/<case>")
    def pair(task: str, case: str) -> str:
        asked = parsed(TaskId, task), parsed(CaseId, case)
        return page(pairing.look(gateway, store, person(), *asked, gateway.clock()), Filled())

    @app.post("/matching/<task>/<case>")
    def paired(task: str, case: str) -> AnyResponse:
        asked, at = (parsed(TaskId, task), parsed(CaseId, case)), gateway.clock()
        sides = pairing.look(gateway, store, person(), *asked, at)
        form = _form()
        filled = filled_in(form)
        if not filled.wrong:
            says, reason = filled.answers["says"], filled.answers["reason"]
            try:
                if says == SAME:
                    pairing.same(gateway, store, person(), *asked, reason, at)
                else:
                    pairing.say(gateway, store, person(), *asked, Says(says), reason, at)
                return redirect(url_for("pairs_list"), 303)
            except Refusal as refusal:
                filled = filled.refused(form, refusal)
        return AnyResponse(page(sides, filled), 422, mimetype="text/html")


def _form() -> Form:
    back, about = url_for("pairs_list"), MappingProxyType({Code.REASON_WANTED: "reason"})
    return Form("Are these two one child?", "Say so", FIELDS, back=back, about=about)
