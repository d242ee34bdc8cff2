"""The pages of a team without a machine: what came for it, read aloud; its answers; and what it has to tell.

What may be said to what came is a table; each is one form and one message. They see what is for their own organisation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from flask import Flask, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.documents import Message
from gateway.core.documents.messages.words import Answer, CustodyAnswer, RefusalReason, TransferReason
from gateway.core.documents.sheets import answers as codes
from gateway.core.errors import Code, Refusal
from gateway.core.facts import KeptReason, RecallOutcome
from gateway.core.terms import Kind, ParcelId, Upn
from gateway.flows import speaking, spoken
from gateway.flows.casework import Collections
from gateway.flows.ports import Gateway
from gateway.flows.reading import Opened
from gateway.flows.speaking import Spoken
from gateway.flows.spoken import Speaker, Told
from gateway.web import notices, reading, words
from gateway.web.asked import again, asked, parsed, person, posted
from gateway.web.casework import NO_UPN
from gateway.web.forms import Field, Filled, Form, Shape
from gateway.web.governance.spoken import DECLINED, KEPT

NOTHING_TO_SAY = frozenset({
    Kind.ACKNOWLEDGEMENT, Kind.REFUSAL, Kind.REPLY, Kind.CHECK_ANSWER, Kind.TRANSFER_ANSWER, Kind.CLOSURE,
    Kind.RECALL_ANSWER,
})  # fmt: skip
"""What answers something, or ends it."""

ANSWERS: Mapping[str, str] = MappingProxyType(
    {
        Answer.MATCH: "Yes: the child is known at this address",
        Answer.NO_MATCH: "No: not at this address",
        Answer.REGISTERED: "Yes: registered here",
        Answer.REGISTERED_ELSEWHERE: "Registered elsewhere",
        Answer.NOT_REGISTERED: "No: not registered",
        Answer.IN_EDUCATION: "Yes: in education",
        Answer.NOT_IN_EDUCATION: "No: not in education",
        Answer.NOT_HELD: "We hold nothing about this",
        CustodyAnswer.IN_CUSTODY: "Yes: in custody",
        CustodyAnswer.NOT_IN_CUSTODY: "No: not in custody",
    }
)


@dataclass(frozen=True, slots=True)
class Say:
    """One thing that may be said to what came: its form, and the message that it makes."""

    title: str
    fields: Callable[[Opened], tuple[Field, ...]]
    message: Callable[[Speaker, Opened, Filled], Message]
    button: str = "Send the answer"


class Store(Collections, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of a team."""

    @app.get("/team")
    def team_list() -> str:
        rows = speaking.listed(gateway, store, person(), gateway.clock())
        return render_template("team.html", rows=rows)

    @app.post("/team/<parcel>")
    def team_open(parcel: str) -> str:
        opened = speaking.opened(gateway, person(), parsed(ParcelId, parcel), gateway.clock())
        able = [(url_for("team_asks", parcel=parcel, say=name), SAYS[name].title) for name in may_say(opened)]
        return reading.shown(gateway, opened, able, (url_for("team_list"), "What came for us"))

    @app.get("/team/<parcel>/<say>")
    def team_asks(parcel: str, say: str) -> str:
        return asked(_form(*_before(gateway, parcel, say)))

    @app.post("/team/<parcel>/<say>")
    def team_says(parcel: str, say: str) -> AnyResponse:
        saying, opened = _before(gateway, parcel, say)
        form = _form(saying, opened)

        def do(filled: Filled) -> str | AnyResponse:
            at = gateway.clock()
            by = spoken.speaker(gateway, person(), at)
            if isinstance(wrong := _wrong(say, filled), Filled):
                return again(form, wrong)
            return _said(speaking.say(gateway, person(), saying.message(by, opened, filled), at))

        return posted(form, do)

    _add_telling(app, gateway)


def _add_telling(app: Flask, gateway: Gateway) -> None:
    @app.get("/tell")
    def team_tells() -> str:
        return asked(_telling(spoken.speaker(gateway, person(), gateway.clock())))

    @app.post("/tell")
    def team_told() -> AnyResponse:
        at = gateway.clock()
        by = spoken.speaker(gateway, person(), at)
        form = _telling(by)

        def do(filled: Filled) -> str | AnyResponse:
            said = filled.answers
            try:
                upn = Upn(said["upn"].upper()) if said["upn"] else None
            except ValueError:
                return again(form, filled.saying("upn", NO_UPN))
            if not upn and not said.get("no-upn", "-"):
                return again(form, filled.saying("no-upn", "Choose why there is no UPN, or write it"))
            child = Told(
                said["surname"], said["forename"], filled.day("born"), said["concern"], upn, said.get("no-upn", ""),
                filled.day("seen"),
            )  # fmt: skip
            return _said(speaking.say(gateway, person(), spoken.told(by, child), at))

        return posted(form, do)


def may_say(opened: Opened) -> tuple[str, ...]:
    """What may be said to it, the best first."""
    kind = opened.document.kind
    if kind in NOTHING_TO_SAY:
        return ()
    if enquiry := spoken.enquiry(opened):
        return (*(f"grade-{grade}" for grade in notices.ANSWERS if grade <= enquiry.reply_wanted), "decline")
    return {Kind.CHECK: ("check", "decline"), Kind.TRANSFER: ("accept", "leave"), Kind.RECALL: ("recall",)}.get(
        kind, ("done", "decline")
    )


def _before(gateway: Gateway, parcel: str, say: str) -> tuple[Say, Opened]:
    """Raises Refusal(NOT_FOUND) for what may not be said to it."""
    opened = speaking.before(gateway, person(), parsed(ParcelId, parcel), gateway.clock())
    if say not in may_say(opened):
        raise Refusal(Code.NOT_FOUND)
    return SAYS[say], opened


def _form(saying: Say, opened: Opened) -> Form:
    intro = ("It goes to the council under your team’s name, and it is recorded. You get a receipt.",)
    return Form(saying.title, saying.button, saying.fields(opened), intro, url_for("team_list"))


def _wrong(say: str, filled: Filled) -> Filled | None:
    if say == "recall" and filled.answers["outcome"] == RecallOutcome.KEPT and not filled.answers["reason"]:
        return filled.saying("reason", "Choose why you keep it")
    return None


def _said(made: Spoken) -> str:
    return render_template("team-said.html", made=made)


def _telling(by: Speaker) -> Form:
    council = bool(by.partner.la)
    no_upn = Field("no-upn", "If there is no UPN, why not?", Shape.PICK, "", "", _codes())
    fields = (
        Field("surname", "Surname", wanted="Write the surname"),
        Field("forename", "First name", wanted="Write the first name"),
        Field("born", "Day of birth", Shape.DAY, "" if council else "Leave it open if you do not know it.",
              "Write the day of birth" if council else ""),
        Field("upn", "UPN, if you know it", Shape.TEXT, "The number by which schools know the child."),
        *((no_upn,) if council else ()),
        Field("seen", "When was the child last seen?", Shape.DAY, "Leave it open if you do not know."),
        Field("concern", "What should the council know?", Shape.AREA, "What was seen or heard, and where the child may "
              "be.", "Write what the council should know", most=1000),
    )  # fmt: skip
    return Form(
        "Tell the council of a child", "Tell the council", fields,
        (f"{by.home.name} reads it today. If a child is in danger now, ring 999 first.",), url_for("team_list"),
    )  # fmt: skip


def _codes() -> tuple[tuple[str, str], ...]:
    return tuple(codes.NO_UPN.words.items())


# -- the table --------------------------------------------------------------------------------------------------------


def _checks(opened: Opened) -> tuple[Field, ...]:
    found = spoken.check(opened)
    assert found is not None, "of the kind of a check"
    choices = tuple((str(one), ANSWERS[one]) for one in spoken.options(found))
    many = len(found.records) > 1
    return tuple(
        Field(f"child-{number}", f"Child {number}" if many else "Your answer", Shape.CHOICE, "", "Choose an answer",
              choices)
        for number in range(1, len(found.records) + 1)
    )  # fmt: skip


def _checked(by: Speaker, opened: Opened, filled: Filled) -> Message:
    given = {int(name.removeprefix("child-")): said for name, said in filled.answers.items()}
    return spoken.checked(by, opened, given)


def _grade(grade: int) -> Say:
    title, fields = notices.ANSWERS[grade]

    def asks(opened: Opened) -> tuple[Field, ...]:
        return (*notices.which_child(spoken.enquiry(opened)), *fields)

    def makes(by: Speaker, opened: Opened, filled: Filled) -> Message:
        return spoken.reply(by, opened, notices.given(grade, filled))

    return Say(title, asks, makes)


def _fixed(*fields: Field) -> Callable[[Opened], tuple[Field, ...]]:
    return lambda _: fields


SAYS: Mapping[str, Say] = MappingProxyType(
    {
        **{f"grade-{grade}": _grade(grade) for grade in notices.ANSWERS},
        "check": Say("Answer the question", _checks, _checked),
        "accept": Say(
            "Take the case over",
            _fixed(Field("since", "From which day is it yours?", Shape.DAY, "", "Write from which day it is yours")),
            lambda by, opened, filled: spoken.transferred(by, opened, filled.day("since"), None),
        ),
        "leave": Say(
            "Say that the case is not yours to take",
            _fixed(Field("reason", "Why not?", Shape.CHOICE, "", "Choose why not",
                         words.choices(words.TRANSFER_REASONS))),
            lambda by, opened, filled: spoken.transferred(by, opened, None, TransferReason(filled.answers["reason"])),
        ),
        "recall": Say(
            "Say what became of what was called back",
            _fixed(
                Field("outcome", "What became of it?", Shape.CHOICE, "", "Choose what became of it",
                      ((RecallOutcome.DELETED, "We have deleted it, and every copy"),
                       (RecallOutcome.KEPT, "We keep it, for a reason"),
                       (RecallOutcome.NOT_FOUND, "We do not find it"))),
                Field("reason", "Why do you keep it?", Shape.PICK, "Only where you keep it.", "", words.choices(KEPT)),
            ),
            lambda by, opened, filled: spoken.recalled(
                by, opened, RecallOutcome(filled.answers["outcome"]), _reason(filled)
            ),
        ),
        "done": Say(
            "Say that you have read it and done what it asks", _fixed(),
            lambda by, opened, _: spoken.done(by, opened), "We have done it",
        ),
        "decline": Say(
            "Say that you cannot do it",
            _fixed(Field("reason", "Why not?", Shape.CHOICE, "", "Choose why not", words.choices(DECLINED))),
            lambda by, opened, filled: spoken.declined(by, opened, RefusalReason(filled.answers["reason"])),
        ),
    }
)  # fmt: skip
"""What may be said to what came, by the word in the address."""


def _reason(filled: Filled) -> KeptReason | None:
    kept = filled.answers["outcome"] == RecallOutcome.KEPT
    return KeptReason(filled.answers["reason"]) if kept else None
