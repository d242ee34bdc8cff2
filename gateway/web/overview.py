"""The operator's page: what waits, what was given up and why, and which certificates end. It knows of no child."""

from typing import Protocol

from flask import Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.terms import ParcelId
from gateway.flows import operating
from gateway.flows.operating import Parcels
from gateway.flows.ports import Gateway
from gateway.web.asked import parsed, person


class Store(Parcels, Protocol):
    """What this page asks of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of the operator."""

    @app.get("/operator")
    def overview() -> str:
        return render_template("overview.html", now=operating.look(gateway, store, person(), gateway.clock()))

    @app.post("/operator/resend/<parcel>")
    def resend(parcel: str) -> AnyResponse:
        operating.resend(gateway, person(), parsed(ParcelId, parcel), gateway.clock())
        return redirect(url_for("overview"), 303)
