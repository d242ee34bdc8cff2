"""The operator's page of queues: what waits for whom, what was given up, who paused one. They know of no child."""

from types import MappingProxyType
from typing import Protocol

from flask import Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.errors import Code, Refusal
from gateway.core.partners.pausing import LONGEST
from gateway.core.terms import ParcelId, PartnerId
from gateway.flows import enquiry, operating, pausing
from gateway.flows.operating import Parcels
from gateway.flows.ports import Gateway
from gateway.flows.trusting import Roll
from gateway.web.asked import asked, parsed, person, posted
from gateway.web.forms import Field, Filled, Form, Shape

ABOUT = MappingProxyType({Code.REASON_WANTED: "reason"})


class Store(Parcels, Roll, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of the operator."""

    @app.get("/operator")
    def overview() -> str:
        return render_template("overview.html", now=operating.look(gateway, store, person(), gateway.clock()))

    @app.post("/operator/resend/<parcel>")
    def resend(parcel: str) -> AnyResponse:
        operating.resend(gateway, person(), parsed(ParcelId, parcel), gateway.clock())
        return redirect(url_for("overview"), 303)

    @app.post("/operator/queues/<partner>/resend")
    def resend_all(partner: str) -> AnyResponse:
        operating.resend_all(gateway, store, person(), parsed(PartnerId, partner), gateway.clock())
        return redirect(url_for("overview"), 303)

    @app.get("/operator/queues/<partner>/pause")
    def queue_pause(partner: str) -> str:
        return asked(_form(gateway, parsed(PartnerId, partner)))

    @app.post("/operator/queues/<partner>/pause")
    def queue_paused(partner: str) -> AnyResponse:
        whom = parsed(PartnerId, partner)

        def do(filled: Filled) -> AnyResponse:
            pausing.pause(gateway, store, person(), whom, filled.answers["reason"], gateway.clock())
            return redirect(url_for("overview"), 303)

        return posted(_form(gateway, whom), do)

    @app.post("/operator/queues/<partner>/resume")
    def queue_resumed(partner: str) -> AnyResponse:
        pausing.resume(gateway, store, person(), parsed(PartnerId, partner), gateway.clock())
        return redirect(url_for("overview"), 303)


def _form(gateway: Gateway, partner: PartnerId) -> Form:
    """Raises Refusal(NOT_FOUND) for nobody."""
    if gateway.store.register().directory.find(partner) is None:
        raise Refusal(Code.NOT_FOUND)
    why = Field("reason", "Why?", Shape.AREA, "No child’s name. It stands in the log with your name.",
                "Say why in a sentence", most=LONGEST)  # fmt: skip
    intro = (
        "What is for them waits until somebody lets it go on; nothing is lost, and nothing is given up meanwhile.",
        "Urgent notices wait as well: ring them about what cannot wait.",
    )
    title = f"Pause what goes to {enquiry.name_of(gateway, partner)}"
    return Form(title, "Pause it", (why,), intro, url_for("overview"), about=ABOUT)
