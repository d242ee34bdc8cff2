"""The pages of notices and enquiries on their way: four states, whom to phone, and answering what a council asks."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.documents.messages.tracing import Enquiry
from gateway.core.documents.messages.words import ClosureEvidence, ClosureOutcome, Profession
from gateway.core.errors import Code, Refusal
from gateway.core.notices import FOLLOWED, Side
from gateway.core.terms import DisclosureId, Kind, LaEstab
from gateway.flows import asking, enquiry, notices, replying, sending
from gateway.flows.notices import Lists, Row
from gateway.flows.ports import Gateway
from gateway.flows.replying import Answer, Known
from gateway.web import words
from gateway.web.asked import asked, outcomes, parsed, person, posted
from gateway.web.forms import Field, Filled, Form, Shape

SIDES: Mapping[str, Side] = MappingProxyType({"sent": Side.SENT, "received": Side.RECEIVED})
SYSTEMS = (
    "Admissions",
    "Attendance",
    "Children’s social care",
    "Early help",
    "Electoral roll",
    "Housing",
    "School census",
)
CALLED = Field("told", "On which day did you phone?", Shape.DAY, "Leave this open if it was just now.")
CALLED_AT = Field("told-clock", "At what time?", Shape.CLOCK, "For example 14:20.")


class Store(Lists, Known, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of notices and enquiries."""
    _add_following(app, gateway, store)
    _add_answering(app, gateway, store)
    _add_asking(app, gateway)


def _add_following(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/notices")
    def notices_list() -> str:
        shown = request.args.get("show", "received")
        if shown not in SIDES:
            raise Refusal(Code.NOT_FOUND)
        rows = list(notices.listed(gateway, store, person(), SIDES[shown], sorted(FOLLOWED)))
        return render_template("notices.html", rows=rows, shown=shown)

    @app.get("/notices/<disclosure>")
    def notice(disclosure: str) -> str:
        row = notices.shown(gateway, store, person(), parsed(DisclosureId, disclosure))
        ours = row.notice.kind is Kind.ENQUIRY and row.notice.side is Side.SENT
        alike = asking.all_of(gateway, row.notice) if ours else ()
        asked = [notices.shown(gateway, store, person(), one.disclosure) for one in alike]
        return render_template("notice.html", row=row, asked=asked)

    @app.get("/notices/<disclosure>/phoned")
    def phone(disclosure: str) -> str:
        return asked(_phoned(disclosure))

    @app.post("/notices/<disclosure>/phoned")
    def phoned(disclosure: str) -> AnyResponse:
        form, wanted = _phoned(disclosure), parsed(DisclosureId, disclosure)

        def do(filled: Filled) -> AnyResponse:
            at = gateway.clock()
            notices.phoned(gateway, person(), wanted, filled.moment("told") or at, at)
            return redirect(url_for("notice", disclosure=disclosure), 303)

        return posted(form, do)


def _add_answering(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/notices/<disclosure>/answer")
    def answers(disclosure: str) -> str:
        row, at = asked_of_us(disclosure), gateway.clock()
        wanted = replying.asked(gateway, person(), row.notice.disclosure, at)
        found = replying.all_suggestions(gateway, store, person(), row.notice.disclosure, at)
        return render_template("answers.html", row=row, found=found, answers=ANSWERS, wanted=wanted.reply_wanted)

    @app.get("/notices/<disclosure>/answer/<int:grade>")
    def answer(disclosure: str, grade: int) -> str:
        return asked(_answer(gateway, asked_of_us(disclosure), grade, gateway.clock()))

    @app.post("/notices/<disclosure>/answer/<int:grade>")
    def answered(disclosure: str, grade: int) -> AnyResponse:
        row, at = asked_of_us(disclosure), gateway.clock()
        form = _answer(gateway, row, grade, at)

        def do(filled: Filled) -> str:
            plan = replying.answer(gateway, person(), row.notice.disclosure, given(grade, filled), at)
            decided = sending.decisions_of(plan)
            return render_template("answered.html", row=row, decided=decided, refusal=plan.refusal)

        return posted(form, do)

    def asked_of_us(disclosure: str) -> Row:
        row = notices.shown(gateway, store, person(), parsed(DisclosureId, disclosure))
        if row.notice.kind is not Kind.ENQUIRY or row.notice.side is not Side.RECEIVED:
            raise Refusal(Code.NOT_FOUND)
        return row


def _add_asking(app: Flask, gateway: Gateway) -> None:
    """What is done at once with an enquiry at everybody who was asked."""

    @app.get("/notices/<disclosure>/renew")
    def renewing(disclosure: str) -> str:
        return asked(_renewal(disclosure))

    @app.post("/notices/<disclosure>/renew")
    def renew(disclosure: str) -> AnyResponse:
        def do(_: Filled) -> str:
            sent = asking.renew(gateway, person(), parsed(DisclosureId, disclosure), gateway.clock())
            return outcomes("The enquiry was renewed", [(one.council, one.plan) for one in sent])

        return posted(_renewal(disclosure), do)

    @app.get("/notices/<disclosure>/end")
    def ending(disclosure: str) -> str:
        return asked(_ending(disclosure))

    @app.post("/notices/<disclosure>/end")
    def end(disclosure: str) -> AnyResponse:
        def do(filled: Filled) -> str:
            how = ClosureOutcome(filled.answers["outcome"]), ClosureEvidence(filled.answers["evidence"])
            sent = asking.close(gateway, person(), parsed(DisclosureId, disclosure), *how, gateway.clock())
            return outcomes("The enquiry is over", [(one.council, one.plan) for one in sent])

        return posted(_ending(disclosure), do)


def _renewal(disclosure: str) -> Form:
    intro = ("Everybody who was asked is asked again and looks out for the child for another year.",)
    return Form("Ask for another year", "Ask them all again", (), intro, url_for("notice", disclosure=disclosure))


def _ending(disclosure: str) -> Form:
    fields = (
        Field("outcome", "How did it end?", Shape.CHOICE, "They are not told where the child is.",
              "Choose how it ended", words.choices(words.OUTCOMES)),
        Field("evidence", "How do you know?", Shape.CHOICE, "", "Choose how you know", words.choices(words.EVIDENCE)),
    )  # fmt: skip
    intro = ("Everybody who was asked is told that it is over, and destroys what they hold of it.",)
    return Form("End the enquiry", "Tell them all", fields, intro, url_for("notice", disclosure=disclosure))


def _phoned(disclosure: str) -> Form:
    back = url_for("notice", disclosure=disclosure)
    return Form("I have phoned them", "Put it on record", (CALLED, CALLED_AT), back=back)


def _answer(gateway: Gateway, row: Row, grade: int, at: datetime) -> Form:
    if grade not in ANSWERS:
        raise Refusal(Code.NOT_FOUND)
    title, fields = ANSWERS[grade]
    wanted = replying.asked(gateway, person(), row.notice.disclosure, at)
    back = url_for("answers", disclosure=row.notice.disclosure)
    acting = f"You answer {row.partner}, acting for {enquiry.name_of(gateway, row.notice.home)}."
    intro = (acting, "Answer no more than was asked. You can answer again when you know more.")
    first = fields[0].name
    about = {Code.ABOVE_ASKED: first, Code.GRADE_CAPPED: first}
    return Form(title, "Send the answer", (*which_child(wanted), *fields), intro, back, about=about)


def which_child(wanted: Enquiry | None) -> tuple[Field, ...]:
    """Of an enquiry after several children, one is answered at a time."""
    which = tuple((str(one), f"Child {one}") for one in range(1, len(wanted.records) + 1)) if wanted else ()
    return (Field("number", "Which child?", Shape.CHOICE, "", "Choose which child", which),) if len(which) > 1 else ()


def given(grade: int, filled: Filled) -> Answer:
    """What was filled in, as the flow takes it. Raises Refusal(NOT_FOUND) for what is no school's number."""
    said = filled.answers
    digits = said.get("school", "").replace(" ", "").replace("/", "")
    return Answer(
        grade,
        number=int(said.get("number", "1")),
        systems=filled.several.get("systems", ()),
        spellings=_listed(said.get("spellings", "")),
        known=said["known"] == "yes" if "known" in said else None,
        school=parsed(LaEstab, digits) if digits else None,
        started=filled.day("started"),
        phones=_listed(said.get("phones", "")),
        professions=tuple(map(Profession, filled.several.get("professions", ()))),
        call_first=said.get("call_first", ""),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


ANSWERS: Mapping[int, tuple[str, tuple[Field, ...]]] = MappingProxyType(
    {
        0: (
            "No trace of this child here",
            (
                Field("systems", "Where have you looked?", Shape.SEVERAL, "", "Choose where you have looked",
                      tuple((one, one) for one in SYSTEMS)),
                Field("spellings", "Which other spellings did you try?", Shape.TEXT, "Separate them by commas."),
            ),
        ),
        1: (
            "Say whether the child is known here",
            (
                Field("known", "Is the child known here?", Shape.CHOICE, "", "Choose whether the child is known here",
                      (("yes", "Yes"), ("no", "No"))),
            ),
        ),
        2: (
            "Say at which school the child is",
            (
                Field("school", "At which school is the child?", Shape.TEXT, "Its seven digits, such as 887 4123.",
                      "Write the school’s number"),
                Field("started", "On which day did the child start there?", Shape.DAY, "Leave it open if unknown."),
            ),
        ),
        3: (
            "Say how the family is reached",
            (Field("phones", "Telephone numbers", Shape.TEXT, "Separate them by commas.", "Write a telephone number"),),
        ),
        4: (
            "Say who works with the child",
            (
                Field("professions", "Who works with the child?", Shape.SEVERAL, "", "Choose who works with the child",
                      words.choices(words.PROFESSIONS)),
                Field("call_first", "Whom should they call first?", Shape.TEXT, "A role, not a name: health visitor."),
            ),
        ),
    }
)  # fmt: skip
"""What may be answered, by its grade (law.md §5): nobody answers a higher one than was asked."""
