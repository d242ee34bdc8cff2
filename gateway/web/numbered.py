"""Every request has a number: made at the door, answered in ``X-Request-ID``, shown on error pages, and in the log.

A proxy may hand one in, if it is a UUID: nothing that could be a name or a pupil's number is ever taken over.
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.wsgi import ClosingIterator

from gateway.core.terms import Draw

HEADER = "X-Request-ID"
TAKEN = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NO_ROUTE = "none"
SORRY = "Something failed here, and the operator has been told. If you ask for help, quote this number: {}\n"


@dataclass(slots=True)
class Noted:
    """What is known of the request that is worked on; ``about`` holds ids of ours, never what somebody sent."""

    number: str
    route: str = NO_ROUTE
    about: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """One request that was answered: at which door, by which route (its name, not its address), how and how fast."""

    door: str
    number: str
    route: str
    status: int
    milliseconds: float
    about: Mapping[str, str]


OnAnswer = Callable[[Answered], None]
OnFault = Callable[[str, BaseException], None]

_NOTED: ContextVar[Noted | None] = ContextVar("noted", default=None)


def current() -> str:
    """The number of the request that is worked on; empty outside of one."""
    noted = _NOTED.get()
    return noted.number if noted else ""


def context() -> Mapping[str, str]:
    """What a log line that is written now is about."""
    noted = _NOTED.get()
    return {"request": noted.number, **noted.about} if noted else {}


def about(**ids: str) -> None:
    """Note what this request turned out to be about."""
    noted = _NOTED.get()
    if noted is not None:
        noted.about.update(ids)


def number(app: Flask, door: str, draw: Draw, on_answer: OnAnswer, on_fault: OnFault) -> Flask:
    """Number the requests of an application from now on. What it raises is told, and answered with the number."""

    @app.url_value_preprocessor
    def note(endpoint: str | None, _values: dict[str, object] | None) -> None:
        noted = _NOTED.get()
        if noted is not None:
            noted.route = endpoint or NO_ROUTE

    app.context_processor(lambda: {"request_number": current()})
    app.wsgi_app = _Numbered(app.wsgi_app, door, draw, on_answer, on_fault)  # type: ignore[method-assign]
    return app


class _Numbered:
    def __init__(self, app: WSGIApplication, door: str, draw: Draw, on_answer: OnAnswer, on_fault: OnFault) -> None:
        self._app, self._door, self._draw = app, door, draw
        self._on_answer, self._on_fault = on_answer, on_fault

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.monotonic()
        noted = Noted(_taken(environ) or _grouped(self._draw(8).hex()))
        _NOTED.set(noted)
        said: list[int] = []

        def start(line: str, fields: list[tuple[str, str]], failed: object = None, /) -> Callable[[bytes], object]:
            said.append(int(line[:3]))
            return start_response(line, [*fields, (HEADER, noted.number)], failed)  # type: ignore[arg-type]

        try:
            parts = self._app(environ, start)
        except Exception as error:
            if said:
                raise  # too late for another answer: the server breaks this one off
            self._on_fault(self._door, error)
            start("500 Internal Server Error", [("Content-Type", "text/plain; charset=utf-8")])
            parts = [SORRY.format(noted.number).encode()]

        def told() -> None:
            took = round((time.monotonic() - began) * 1000, 1)
            self._on_answer(Answered(self._door, noted.number, noted.route, said[-1], took, noted.about))

        return ClosingIterator(parts, [told])


def _taken(environ: WSGIEnvironment) -> str:
    given = str(environ.get("HTTP_X_REQUEST_ID", ""))
    return given if TAKEN.fullmatch(given) else ""


def _grouped(text: str) -> str:
    """So that it can be read out on the telephone: 4f2a-91c0-77de-03ab."""
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))
