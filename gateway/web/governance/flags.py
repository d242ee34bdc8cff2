"""The page of flags that stand: restrictions, objections, opt-outs and stop flags; two people lift one."""

from typing import Protocol

from flask import Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.errors import Code, Refusal
from gateway.core.terms import FlagId
from gateway.flows import flagging
from gateway.flows.ports import Gateway
from gateway.web.asked import asked, parsed, person, posted
from gateway.web.forms import Filled, Form
from gateway.web.governance import spoken
from gateway.web.governance.waiting import WHY

STEPS = {"propose": "Propose to lift this flag", "lift": "Lift this flag"}


class Store(flagging.Register, Protocol):
    """What this page asks of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of flags."""

    @app.get("/flags")
    def flags() -> str:
        rows = list(flagging.listed(gateway, store, person()))
        return render_template("flags.html", rows=rows, said=spoken)

    @app.get("/flags/<flag>/<step>")
    def flag_step(flag: str, step: str) -> str:
        parsed(FlagId, flag)
        return asked(_form(step))

    @app.post("/flags/<flag>/<step>")
    def flag_stepped(flag: str, step: str) -> AnyResponse:
        wanted, form = parsed(FlagId, flag), _form(step)

        def do(filled: Filled) -> AnyResponse:
            act = flagging.lift if step == "lift" else flagging.propose
            act(gateway, store, person(), wanted, filled.answers["reason"], gateway.clock())
            return redirect(url_for("flags"), 303)

        return posted(form, do)


def _form(step: str) -> Form:
    if step not in STEPS:
        raise Refusal(Code.NOT_FOUND)
    about = dict.fromkeys((Code.REASON_WANTED, Code.SAME_PERSON, Code.TELL_FIRST), "reason")
    intro = ("It takes two people: one proposes it, and somebody else lifts it.",)
    return Form(STEPS[step], "Put it on record", (WHY,), intro, url_for("flags"), about=about)
