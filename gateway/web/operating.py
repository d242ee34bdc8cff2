"""The door for whoever runs the machine: is it alive, can it do its work, and how does it stand.

It asks nobody who they are, and is opened on the loopback address: no answer holds a name or anything of a child.
"""

import json
from collections.abc import Callable, Mapping

from flask import Flask, Response

from gateway.core import measures
from gateway.core.errors import Fault
from gateway.core.measures import Measures
from gateway.web import access

TEXT = "text/plain; charset=utf-8"
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"

Checks = Mapping[str, Callable[[], bool]]
"""What must hold for this gateway to do its work, by the code of what is wrong when it does not."""


def create(checks: Checks, measure: Callable[[], Measures]) -> Flask:
    """The WSGI application of the operator's port."""
    app = Flask("gateway.operating", static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = True

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type=TEXT)

    @app.get("/readyz")
    def readyz() -> Response:
        found = wrong(checks)
        told = json.dumps({"ready": not found, "wrong": found}) + "\n"
        return Response(told, 503 if found else 200, content_type="application/json")

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(measures.text(measure()), content_type=PROMETHEUS)

    @app.errorhandler(Fault)
    def fault(_error: Fault) -> Response:
        return Response("the database cannot be asked\n", 503, content_type=TEXT)

    @app.errorhandler(404)
    @app.errorhandler(405)
    def nothing(_error: Exception) -> Response:
        return Response("/healthz, /readyz, /metrics\n", 404, content_type=TEXT)

    access.check(app, access.OPERATING)
    return app


def wrong(checks: Checks) -> list[str]:
    """The codes of everything that does not hold now; a check that fails as a machine does not hold either."""
    return [code for code, holds in checks.items() if not _holds(holds)]


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Fault:
        return False
