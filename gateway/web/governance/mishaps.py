"""The pages of what went wrong: calling back what was sent, answering what was called back, and the record of breaches.

The clock of 72 hours to the Commissioner runs from the moment at which somebody here knew (Article 33 UK GDPR).
"""

from datetime import datetime, timedelta
from typing import Protocol

from flask import Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.days import day_of
from gateway.core.errors import Code
from gateway.core.facts import BreachRisk, KeptReason, RecallOutcome, RecallReason
from gateway.core.law import Class
from gateway.core.terms import BreachId, DisclosureId, Outcome
from gateway.flows import breaches, recalling, returning
from gateway.flows.breaches import News
from gateway.flows.ports import Gateway
from gateway.flows.returning import Answer
from gateway.web import words
from gateway.web.asked import asked, parsed, person, posted
from gateway.web.forms import Field, Filled, Form, Shape
from gateway.web.governance import spoken
from gateway.web.governance.waiting import SAID, WHY


class Store(breaches.Breaches, recalling.Recalls, returning.Returns, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of breaches and recalls."""
    _add_record(app, gateway, store)
    _add_recalls(app, gateway, store)
    _add_returns(app, gateway, store)


def left(by: datetime, at: datetime) -> str:
    """How long there is still, in hours while it is hours: ``71 hours``."""
    hours = abs(by - at) // timedelta(hours=1)
    return f"{hours} hours" if hours < 100 else f"{hours // 24} days"  # noqa: PLR2004  (four days)


def _add_record(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/breaches")
    def breach_list() -> str:
        at = gateway.clock()
        rows = breaches.listed(gateway, store, person(), at)
        recalls, calls = recalling.listed(gateway, store, person()), returning.listed(gateway, store, person())
        return render_template(
            "breaches.html", rows=rows, recalls=recalls, calls=calls, at=at, left=left, said=spoken, today=day_of(at)
        )

    @app.get("/breaches/<breach>")
    def breach_shown(breach: str) -> str:
        at = gateway.clock()
        row = breaches.shown(gateway, store, person(), parsed(BreachId, breach), at)
        recalls = [one for one in recalling.listed(gateway, store, person()) if one.breach == row.breach.id]
        held = [Class(one).words for one in row.breach.classes]
        answers = recalling.answers(gateway, recalls)
        return render_template(
            "breach.html", row=row, at=at, left=left, said=spoken, recalls=recalls, held=held, answers=answers
        )

    @app.get("/breaches/<breach>/news")
    def breach_news(breach: str) -> str:
        breaches.shown(gateway, store, person(), parsed(BreachId, breach), gateway.clock())
        return asked(_news(breach))

    @app.post("/breaches/<breach>/news")
    def breach_update(breach: str) -> AnyResponse:
        wanted = parsed(BreachId, breach)

        def do(filled: Filled) -> AnyResponse:
            breaches.update(gateway, store, person(), wanted, _learnt(filled), gateway.clock())
            return redirect(url_for("breach_shown", breach=breach), 303)

        return posted(_news(breach), do)


def _add_recalls(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/disclosures/<disclosure>/recall")
    def recall(disclosure: str) -> str:
        parsed(DisclosureId, disclosure)
        return asked(_recall())

    @app.post("/disclosures/<disclosure>/recall")
    def recalled(disclosure: str) -> AnyResponse:
        wanted = parsed(DisclosureId, disclosure)

        def do(filled: Filled) -> AnyResponse:
            because, why = RecallReason(filled.answers["because"]), filled.answers["reason"]
            done = recalling.recall(gateway, store, person(), wanted, because, why, gateway.clock())
            return redirect(url_for("breach_shown", breach=done.breach), 303)

        return posted(_recall(), do)

    @app.get("/recalls/<disclosure>/heard")
    def recall_heard(disclosure: str) -> str:
        parsed(DisclosureId, disclosure)
        return asked(_heard())

    @app.post("/recalls/<disclosure>/heard")
    def recall_told(disclosure: str) -> AnyResponse:
        wanted = parsed(DisclosureId, disclosure)

        def do(filled: Filled) -> AnyResponse:
            said, opened = RecallOutcome(filled.answers["outcome"]), filled.answers["opened"]
            number = int(opened) if opened else None
            recalling.heard(gateway, store, person(), wanted, said, number, gateway.clock())
            return redirect(url_for("breach_list"), 303)

        return posted(_heard(), do)


def _add_returns(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/recalls/<disclosure>/answer")
    def recall_answer(disclosure: str) -> str:
        parsed(DisclosureId, disclosure)
        return asked(_return())

    @app.post("/recalls/<disclosure>/answer")
    def recall_answered(disclosure: str) -> AnyResponse:
        wanted = parsed(DisclosureId, disclosure)

        def do(filled: Filled) -> str:
            said = filled.answers
            passed = tuple(one.strip() for one in said["passed"].split(",") if one.strip())
            kept = KeptReason(said["kept"]) if said["kept"] else None
            given = Answer(RecallOutcome(said["outcome"]), kept, passed, int(said["opened"] or 0))
            went = returning.answer(gateway, store, person(), wanted, given, gateway.clock())
            return render_template("recall-answered.html", went=went is Outcome.RELEASE)

        return posted(_return(), do)


# -- the forms --------------------------------------------------------------------------------------------------------

_OPENED = Field(
    "opened", "How many people had opened it?", Shape.PICK, "Leave it open if nobody knows.",
    choices=tuple((str(one), str(one)) for one in range(21)),
)  # fmt: skip


def _recall() -> Form:
    fields = (
        Field("because", "What is wrong with it?", Shape.CHOICE, "", "Choose what is wrong",
              words.choices(spoken.RECALLED)),
        WHY,
    )  # fmt: skip
    intro = (
        "What has not gone never goes. Whoever has it is asked to delete it, and to say what became of it.",
        "It opens the breach record, with 72 hours to the Information Commissioner.",
    )
    return Form("Call this disclosure back", "Call it back now", fields, intro, url_for("breach_list"), about=SAID)


def _heard() -> Form:
    outcome = Field("outcome", "What became of it?", Shape.CHOICE, "", "Choose what became of it",
                    words.choices(spoken.BECAME))  # fmt: skip
    intro = ("What the other side said by telephone about what we called back.",)
    return Form("What they said", "Put it on record", (outcome, _OPENED), intro, url_for("breach_list"))


def _return() -> Form:
    fields = (
        Field("outcome", "What do you do with it?", Shape.CHOICE, "", "Choose what you do with it",
              words.choices(spoken.BECAME)),
        Field("kept", "Why is it kept?", Shape.PICK, "Only where it is kept.", choices=words.choices(spoken.KEPT)),
        Field("passed", "To whom was it passed on?", Shape.TEXT, "Organisations, separated by commas."),
        _OPENED,
    )  # fmt: skip
    intro = ("Its sender called it back: it is closed to all here. Say what becomes of it, and they are told.",)
    return Form("Answer a recall", "Do it, and tell them", fields, intro, url_for("breach_list"),
                about={Code.KEPT_BECAUSE: "kept", Code.PASSED_ON_TO: "passed"})  # fmt: skip


def _news(breach: str) -> Form:
    told = (("people", "the people"), ("ico", "the Information Commissioner"), ("partner", "the other organisation"))
    clocks = tuple(
        field
        for name, whom in told
        for field in (
            Field(f"told_{name}", f"On which day were {whom} told?" if name == "people" else
                  f"On which day was {whom} told?", Shape.DAY, "Leave it open if they were not."),
            Field(f"told_{name}-clock", f"At what time ({whom})?", Shape.CLOCK, "For example 14:20."),
        )
    )  # fmt: skip
    fields = (
        Field("contained", "Is it contained?", Shape.CHOICE, "Nobody who may not has it any more.",
              choices=(("yes", "Yes"), ("no", "No"))),
        Field("risk", "What is the risk to the people concerned?", Shape.CHOICE, choices=words.choices(spoken.RISKS)),
        *clocks,
        Field("why", "Why is somebody not told?", Shape.AREA, "In a sentence, without a child’s name."),
    )  # fmt: skip
    intro = ("Write down what is known by now, and leave the rest open.",)
    back = url_for("breach_shown", breach=breach)
    return Form("What is known by now", "Put it on record", fields, intro, back, about={Code.REASON_WANTED: "why"})


def _learnt(filled: Filled) -> News:
    said = filled.answers
    contained = {"yes": True, "no": False}.get(said["contained"])
    risk = BreachRisk(said["risk"]) if said["risk"] else None
    ico, people, partner = (filled.moment(f"told_{name}") for name in ("ico", "people", "partner"))
    return News(contained, risk, ico, people, partner, said["why"])
