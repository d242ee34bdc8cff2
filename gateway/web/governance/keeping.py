"""The pages of the end of what is kept: what will go and what stops it, holding it, destroying it, certificates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Protocol

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core import retention
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Source, Whole, source_of
from gateway.core.retention import Live, Rules
from gateway.flows import copies, destroying, retaining
from gateway.flows.ports import Gateway
from gateway.flows.retaining import Hands
from gateway.web import forms, show
from gateway.web.asked import asked, person, posted, today
from gateway.web.connecting import Xsds
from gateway.web.forms import Field, Filled, Form, Shape
from gateway.web.governance import spoken
from gateway.web.governance.waiting import WHY
from gateway.web.statements import Statements


class Store(retaining.Store, retaining.Certificates, retaining.Unclocked, copies.Log, Protocol):
    """What these pages ask of the database beside what the flows do."""

    def living(self, source: Source) -> frozenset[Live]: ...


@dataclass(frozen=True, slots=True)
class Means:
    """What these pages are handed beside the gateway: the rules and keys of retention, and a check of the whole log.

    ``backups``: for so long a backup of the database is kept. ``verify`` says in a sentence that begins with ``sound``
    that the log is what was written, or what is wrong.
    """

    rules: Rules
    keys: retaining.Wrapping
    backups: timedelta
    verify: Callable[[], str]
    statements: Statements
    """What the public pages say of this installation."""
    xsds: Xsds
    """What a kit for a partner holds of our schemas."""


def add(app: Flask, gateway: Gateway, store: Store, means: Means) -> None:
    """The routes of retention."""
    hands = Hands(store, means.keys, means.rules, means.backups, (store.living,))
    _add_clocks(app, gateway, hands)

    @app.get("/retention")
    def retention_queue() -> AnyResponse:
        form = Form("Retention", "Show", (Field("until", "What will go by this day?", Shape.DAY),))
        filled = forms.read(form, request.args.to_dict(flat=False))
        day = today(gateway)
        until = None if filled.wrong else (filled.day("until") or day)
        rows = retaining.preview(gateway, hands, person(), until) if until else []
        waits = retaining.waiting(gateway, store, person(), gateway.clock())[:MOST]
        shown = {"rows": rows, "until": until, "waits": waits, "today": day, "said": spoken, "called": _called(gateway)}
        page = render_template("retention.html", form=form, filled=filled, **shown)
        return AnyResponse(page, 422 if filled.wrong else 200, mimetype="text/html")

    @app.get("/retention/run")
    def retention_run() -> str:
        return asked(_run(gateway, hands))

    @app.post("/retention/run")
    def retention_ran() -> AnyResponse:
        def do(filled: Filled) -> str:
            _ = filled
            done = destroying.run(gateway, hands, person(), gateway.clock())
            return render_template("retention-ran.html", done=done, said=spoken)

        return posted(_run(gateway, hands), do)

    @app.get("/retention/certificates")
    def certificates() -> str:
        rows = [(one, copies.elsewhere(store, one.source)) for one in retaining.certified(gateway, store, person())]
        return render_template("certificates.html", rows=rows)


def _called(gateway: Gateway) -> Callable[[Source], str]:
    """``Transfer file, 3 November 2026``: what a source is and from when, in words."""

    def called(source: Source) -> str:
        found = retaining.origin(gateway, source)
        what = spoken.WHOLES[found.what] if isinstance(found.what, Whole) else spoken.DOCUMENTS[found.what]
        return f"{what}, {show.day(found.at)}" if found.at else what

    return called


MOST = 100
"""So many without a clock are shown; there are more behind them."""


def _add_clocks(app: Flask, gateway: Gateway, hands: Hands) -> None:
    @app.get("/retention/<source>/<step>")
    def retention_step(source: str, step: str) -> str:
        _source(source)
        return asked(_form(gateway, hands, source, step))

    @app.post("/retention/<source>/<step>")
    def retention_stepped(source: str, step: str) -> AnyResponse:
        wanted, form = _source(source), _form(gateway, hands, source, step)

        def do(filled: Filled) -> AnyResponse:
            _STEPS[step](gateway, hands, wanted, filled)
            return redirect(url_for("retention_queue"), 303)

        return posted(form, do)


def _run(gateway: Gateway, hands: Hands) -> Form:
    rows = retaining.preview(gateway, hands, person(), today(gateway))
    going = [one for one in rows if not one.stops]
    sure = Field("sure", "Have you looked at the preview?", Shape.SEVERAL, "", "Say that you have looked at it",
                 (("yes", "Yes: what is destroyed cannot be brought back"),))  # fmt: skip
    intro = (f"It destroys {len(going)} of the {len(rows)} that are over. The log and every proof stay as they are.",)
    return Form("Destroy what is over", "Destroy it", (sure,), intro, url_for("retention_queue"))


TITLES: Mapping[str, str] = MappingProxyType(
    {"hold": "Hold it for a claim or an inquiry", "free": "Let it go", "start": "Start its clock"}
)


def _form(gateway: Gateway, hands: Hands, source: str, step: str) -> Form:
    if step not in TITLES:
        raise Refusal(Code.NOT_FOUND)
    retaining.homes_of(gateway, person())
    may = retention.choices(hands.rules, _source(source))
    classes = tuple(
        dict.fromkeys(
            (str(one.code), f"{one.code}: {one.what}, from {one.event}") for one in hands.rules if one.code in may
        )
    )
    clock = (
        Field("class", "For how long is it kept?", Shape.PICK, "", "Choose for how long", classes),
        Field("event", "The day from which it counts", Shape.DAY, "", "Write the day"),
        Field("born", "The child’s day of birth", Shape.DAY, "Only where it is kept until an age; only the year of the "
              "end is kept."),
    )  # fmt: skip
    fields = clock if step == "start" else (WHY,)
    about = {Code.REASON_WANTED: "reason", Code.BIRTHDAY_WANTED: "born"}
    intro = (f"This is about: {_called(gateway)(_source(source))} ({source}).",)
    return Form(TITLES[step], "Put it on record", fields, intro, url_for("retention_queue"), about=about)


def _started(gateway: Gateway, hands: Hands, source: Source, filled: Filled) -> None:
    event = filled.day("event")
    assert event is not None
    code, born = filled.answers["class"], filled.day("born")
    retaining.start(gateway, hands, person(), source, code, event, gateway.clock(), born)


def _held(gateway: Gateway, hands: Hands, source: Source, filled: Filled) -> None:
    retaining.hold(gateway, hands, person(), source, filled.answers["reason"], gateway.clock())


def _freed(gateway: Gateway, hands: Hands, source: Source, filled: Filled) -> None:
    retaining.free(gateway, hands, person(), source, filled.answers["reason"], gateway.clock())


_STEPS: Mapping[str, Callable[[Gateway, Hands, Source, Filled], None]] = MappingProxyType(
    {"hold": _held, "free": _freed, "start": _started}
)


def _source(text: str) -> Source:
    try:
        return source_of(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None
