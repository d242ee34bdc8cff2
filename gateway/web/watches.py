"""The pages by which nobody falls between: who is watched until they start elsewhere, and about whom somebody calls.

A school sees who is on the way to it and confirms its list; a council sees all, and whose return an error stopped.
"""

from typing import Protocol

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.days import day_of
from gateway.core.terms import WatchId
from gateway.flows import enquiry, watching
from gateway.flows.ports import Gateway
from gateway.flows.watching import CONFIRMERS, Stopped, Watches
from gateway.web.asked import asked, parsed, person, posted
from gateway.web.forms import Field, Filled, Form, Shape


class Store(Watches, Stopped, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of watches and of stopped returns."""

    @app.get("/watches")
    def watches() -> str:
        rows = watching.listed(gateway, store, person())
        school = person().role in CONFIRMERS
        return render_template("watches.html", rows=rows, school=school, today=day_of(gateway.clock()))

    @app.post("/watches/<watch>/started")
    def watch_started(watch: str) -> AnyResponse:
        watching.started(gateway, store, person(), parsed(WatchId, watch), gateway.clock())
        return redirect(url_for("watches"), 303)

    @app.get("/watches/confirm")
    def confirming() -> str:
        return asked(_confirming(gateway, store))

    @app.post("/watches/confirm")
    def confirm() -> AnyResponse:
        def do(filled: Filled) -> str:
            but = frozenset(WatchId(one) for one in filled.several["but"])
            school = gateway.store.register().directory.get(person().organisation).laestab
            assert school is not None, "only a school has the form"
            here, gone = watching.confirm(gateway, store, person(), school, but, gateway.clock())
            return render_template("confirmed.html", here=here, gone=gone)

        return posted(_confirming(gateway, store), do)

    @app.get("/blocked")
    def blocked() -> str:
        rows = watching.stopped(gateway, store, person(), gateway.clock())
        return render_template("blocked.html", rows=rows)

    @app.post("/blocked/done")
    def blocked_done() -> AnyResponse:
        watching.finish(gateway, store, person(), request.form.get("row", ""), gateway.clock())
        return redirect(url_for("blocked"), 303)


def _confirming(gateway: Gateway, store: Watches) -> Form:
    """All who are expected at this school; whoever is not ticked is there."""
    rows = watching.listed(gateway, store, person())
    but = Field(
        "but", "Who is not there?", Shape.SEVERAL, "Tick nobody if all are there.",
        choices=tuple((one.id, f"{one.label}, expected {one.expected:%-d %B %Y}") for one in rows),
    )  # fmt: skip
    intro = (
        f"{len(rows)} children are expected at {enquiry.name_of(gateway, person().organisation)}.",
        "Do this once when term has begun. Of those who are not there, both councils hear today.",
    )
    return Form("Confirm who has started", "Confirm the list", (but,), intro, url_for("watches"))
