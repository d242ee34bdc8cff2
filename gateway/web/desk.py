"""The operator's other pages: what is still to be done, a week's traffic, who did what, and a report to hand on."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Protocol

from flask import Flask, render_template
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.delivery import State
from gateway.core.records import Act
from gateway.core.terms import Outcome
from gateway.flows import acts, diagnosing, operating, readying, traffic
from gateway.flows.ports import Gateway
from gateway.flows.readying import Machine
from gateway.flows.traffic import Traffic
from gateway.web import charts, show, words
from gateway.web.asked import person
from gateway.web.charts import Chart
from gateway.web.files import download


class Store(readying.Standing, diagnosing.Looked, acts.Acts, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store, machine: Machine) -> None:
    """The routes of the operator's desk."""

    @app.get("/operator/set-up")
    def set_up() -> str:
        listed = readying.steps(gateway, store, machine, person(), gateway.clock())
        return render_template("set-up.html", steps=listed, share=readying.share(listed))

    @app.get("/operator/health")
    def health() -> str:
        operating.refuse_others(gateway, person())
        return render_template("health.html", checks=machine.examine())

    @app.get("/operator/traffic")
    def week() -> str:
        found = traffic.week(gateway, store, person(), gateway.clock())
        return render_template("traffic.html", charts=_charts(found), wide=charts.WIDE)

    @app.get("/operator/done")
    def who_did_what() -> str:
        return render_template("done.html", acts=acts.listed(gateway, store, person()))

    @app.get("/operator/diagnostics.json")
    def diagnostics() -> AnyResponse:
        told = diagnosing.report(gateway, store, machine, person(), gateway.clock())
        return download(json.dumps(told, indent=1).encode(), "diagnostics.json", "application/json")


def _charts(found: Traffic) -> tuple[Chart, ...]:
    partners = sorted(found.partners.items(), key=lambda one: (-one[1], one[0]))
    outcomes = sorted((_outcome(act, state), number) for (act, state), number in found.outcomes.items())
    return (
        charts.bars("sent", "Sent by day", ("Day", "Sent"), _days(found.sent)),
        charts.bars("received", "Received by day", ("Day", "Received"), _days(found.received)),
        charts.bars("partner", "Sent and received by partner", ("Partner", "Sent and received"), partners),
        charts.bars("outcome", "What became of it", ("Outcome", "Number"), outcomes),
    )


def _days(counted: Mapping[date, int]) -> list[tuple[str, int]]:
    return [(f"{day:%A} {show.date_of(day)}", number) for day, number in counted.items()]


def _outcome(act: Act, state: State | Outcome | None) -> str:
    return f"{words.ACTS[act]}: {show.TAGS[state][0].lower()}" if isinstance(state, State) else words.ACTS[act]
