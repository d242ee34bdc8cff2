"""The sample audit at the pages: what was drawn of a month, and what somebody finds in each line of it."""

from datetime import date
from types import MappingProxyType
from typing import Protocol

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.errors import Code, Refusal
from gateway.core.facts import SampleFinding
from gateway.core.terms import DisclosureId
from gateway.flows import sampling
from gateway.flows.ports import Gateway
from gateway.web.asked import asked, filled_in, parsed, person, posted, today
from gateway.web.forms import Field, Filled, Form, Shape

FOUND = MappingProxyType(
    {
        SampleFinding.FINE: "Nothing is wrong with it",
        SampleFinding.REASON: "The reason does not carry it",
        SampleFinding.BASIS: "The legal basis is not the right one",
        SampleFinding.RECIPIENT: "It went to the wrong recipient",
        SampleFinding.EXCESS: "More went than was needed",
    }
)
ABOUT = MappingProxyType({Code.REASON_WANTED: "found", Code.SAME_PERSON: "found"})


class Store(sampling.Lines, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of the sample audit."""

    @app.get("/samples")
    def samples() -> str:
        months = sampling.months(today(gateway))
        month = _month(request.args.get("month", f"{months[0]:%Y-%m}"))
        drawn = sampling.sample(gateway, store, person(), month, gateway.clock())
        return render_template("samples.html", month=month, months=months, drawn=drawn, found=FOUND)

    @app.get("/samples/<disclosure>")
    def sample_look(disclosure: str) -> str:
        parsed(DisclosureId, disclosure)
        return asked(_form())

    @app.post("/samples/<disclosure>")
    def sample_found(disclosure: str) -> AnyResponse:
        wanted = parsed(DisclosureId, disclosure)

        def do(filled: Filled) -> AnyResponse:
            found = tuple(map(SampleFinding, filled.several["found"]))
            sampling.audit(gateway, store, person(), wanted, found, gateway.clock())
            return redirect(url_for("samples", month=request.args.get("month")), 303)

        form = _form()
        filled = filled_in(form)
        found = filled.several.get("found", ())
        if SampleFinding.FINE in found and found[1:]:
            filled = filled.saying("found", "Choose that nothing is wrong with it, or else all that is")
        return posted(form, do, filled)


def _form() -> Form:
    choices = tuple((one.value, words) for one, words in FOUND.items())
    hint = "Either nothing, or all that is wrong. To call it back or to open a breach, go to the disclosure itself."
    found = Field("found", "What did you find?", Shape.SEVERAL, hint, "Say what you found", choices)
    intro = ("Is the reason good, the basis right, the recipient right, and nothing in it that was not needed?",)
    action = request.full_path.rstrip("?")
    back = url_for("samples", month=request.args.get("month"))
    return Form("What you found", "Put it on record", (found,), intro, back, about=ABOUT, action=action)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None
