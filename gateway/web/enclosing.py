"""The page on which a SENCo, or a safeguarding lead, sends what only the same role at another school opens."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Flask, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.documents.messages.enclosing import MOST_BYTES
from gateway.core.documents.messages.words import ForRole
from gateway.core.errors import HELP, Code, Refusal
from gateway.core.terms import LaEstab, Upn
from gateway.flows import enclosing
from gateway.flows.enclosing import Moved
from gateway.flows.handing import Drafts, Given
from gateway.flows.ports import Gateway
from gateway.web.asked import again, asked, filled_in, person, posted
from gateway.web.files import uploaded_as
from gateway.web.filing import NO_SCHOOL, UPN_OR_OPEN, called_back, numbered
from gateway.web.forms import Field, Filled, Form, Shape

LARGEST = MOST_BYTES + (1 << 20)
"""Of the whole form: one that is a little too large is told so beside its field."""

CALLED: Mapping[ForRole, tuple[str, str, str]] = MappingProxyType(
    {
        ForRole.SENCO: (
            "Send a SEND file",
            "At the new school it opens to the SENCo alone. Others there see that something waits for the SENCo.",
            "Leave an education, health and care plan out: the council that maintains it sends the plan.",
        ),
        ForRole.DSL: (
            "Send a child-protection file",
            "At the new school it opens to the designated safeguarding lead alone. Others see that something waits.",
            "It is due within 5 days of a move during the year, or of the start of term. Ring the new school as well.",
        ),
    }
)
AGAIN = "Choose the file again: your browser does not keep it"
UNREAD = "Nobody on the way reads the file, and nobody looks for viruses in it: check it before you send it."


def add(app: Flask, gateway: Gateway, store: Drafts) -> None:
    """The routes of sending a file to one named role."""

    @app.get("/confidential-file")
    def enclosure() -> str:
        return asked(_form())

    @app.post("/confidential-file")
    def enclosed() -> AnyResponse:
        form = _form()
        filled, upn = numbered(filled_in(form), "upn", lambda text: Upn(text.upper()), UPN_OR_OPEN)
        filled, new = numbered(filled, "new", LaEstab, NO_SCHOOL)
        filled = called_back(filled)
        name, content = uploaded_as("file")
        if not content or filled.wrong:
            filled = filled.saying("file", AGAIN if content else HELP[Code.NO_FILE].sentence)
        if filled.wrong or new is None:
            return again(form, filled)

        def do(filled: Filled) -> AnyResponse:
            said, born = filled.answers, filled.day("born")
            assert born is not None, "the form asked for it"
            moved = Moved(
                surname=said["surname"], forename=said["forename"], upn=upn, born=born, new=new, phone=said["phone"]
            )
            found = enclosing.send(gateway, store, person(), moved, Given(name, content), gateway.clock())
            return redirect(url_for("entry", report=found.id, number=1), 303)

        return posted(form, do, filled)


def _form() -> Form:
    role = enclosing.sends(person().role)
    if role is None:
        raise Refusal(Code.NOT_ALLOWED)
    title, opens, note = CALLED[role]
    fields = (
        Field("surname", "The child’s surname", wanted="Write the surname"),
        Field("forename", "The child’s forename", wanted="Write the forename"),
        Field("upn", "UPN", Shape.TEXT, "Leave it open if nobody knows it."),
        Field("born", "Date of birth", Shape.DAY, "", "Write the date of birth"),
        Field("new", "The new school’s number", Shape.TEXT, "Seven digits, such as 887 4123.",
              "Write the number of the new school"),
        Field("phone", "On which number can they call you?", wanted="Write a number on which they can call you"),
        Field("file", "The file", Shape.FILE, "One PDF, Word document or zip, smaller than 10 MB."),
    )  # fmt: skip
    about = MappingProxyType({Code.NOT_ENCLOSED: "file"})
    return Form(title, "Check where it will go", fields, (opens, note, UNREAD), url_for("start"), about=about)
