"""A school asks for the file of a pupil who came to it: of the council of the old school, with the day it is due."""

from types import MappingProxyType
from typing import Protocol

from flask import Flask, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.errors import Code
from gateway.core.terms import LaEstab, Upn
from gateway.flows import awaiting, fetching, receipts, rollcall
from gateway.flows.fetching import Missed
from gateway.flows.handing import Drafts
from gateway.flows.ports import Gateway
from gateway.web.asked import again, asked, filled_in, person, posted, today
from gateway.web.filing import NO_SCHOOL, UPN_OR_OPEN, called_back, numbered
from gateway.web.forms import Field, Filled, Form, Shape

NOT_YET = "The day on which the child left there cannot be in the future"


class Store(Drafts, rollcall.Store, Protocol):
    """What these pages ask of the database."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of asking for a file, and of what was asked for."""

    @app.get("/ask-for-a-file")
    def file_request() -> str:
        return asked(_form())

    @app.get("/files-asked-for")
    def awaited() -> str:
        who, at = person(), gateway.clock()
        sent = receipts.newest(gateway, store, who, at)
        return render_template("awaited.html", rows=awaiting.listed(gateway, store, who, sent, at))

    @app.post("/ask-for-a-file")
    def file_asked() -> AnyResponse:
        form = _form()
        filled, upn = numbered(filled_in(form), "upn", lambda text: Upn(text.upper()), UPN_OR_OPEN)
        filled, old = numbered(filled, "old", LaEstab, NO_SCHOOL)
        filled = called_back(filled)
        left = filled.day("left") if "left" not in filled.wrong else None
        if left is not None and left > today(gateway):
            filled = filled.saying("left", NOT_YET)
        if filled.wrong or old is None:
            return again(form, filled)

        def do(filled: Filled) -> str:
            said = filled.answers
            assert left is not None, "the form asked for it"
            missed = Missed(
                surname=said["surname"],
                forename=said["forename"],
                upn=upn,
                born=filled.day("born"),
                old=old,
                left=left,
                phone=said["phone"],
            )
            found = fetching.ask(gateway, store, person(), missed, gateway.clock())
            return render_template("file-asked.html", found=found, entry=found.report.entry(1))

        return posted(form, do, filled)


def _form() -> Form:
    fields = (
        Field("surname", "The child’s surname", wanted="Write the surname"),
        Field("forename", "The child’s forename", wanted="Write the forename"),
        Field("upn", "UPN", Shape.TEXT, "Leave it open if nobody knows it."),
        Field("born", "Date of birth", Shape.DAY),
        Field("old", "The old school’s number", Shape.TEXT, "Seven digits, such as 887 4123.",
              "Write the number of the old school"),
        Field("left", "On which day did the child leave there?", Shape.DAY, "If you do not know it, the day before the "
              "child’s first day with you. The file is due 15 school days later.", "Write the day"),
        Field("phone", "On which number can they call you back?", wanted="Write a number on which they can call you"),
    )  # fmt: skip
    intro = (
        "First see in your inbox whether the file has come. If it has not, this asks the council of the old school.",
        "It does not ask the school itself: no law gives one school the power to ask another. You may ring them.",
    )
    about = MappingProxyType({Code.NO_RECIPIENT: "old"})
    return Form("Ask for a pupil’s file", "See by when it is due, and where this goes", fields, intro, url_for("whose"),
                about=about)  # fmt: skip
