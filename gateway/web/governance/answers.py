"""The answer to somebody who asks what is kept, as a page or a tagged PDF; and what partners ask of us by a notice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from flask import Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core import rights
from gateway.core.documents.messages.words import RefusalReason
from gateway.core.errors import Code, Refusal
from gateway.core.facts import TaskKind
from gateway.core.law.plainly import BASES
from gateway.core.law.words import Exemption
from gateway.core.rights import Answer
from gateway.core.terms import Item, ParcelId, RequestId
from gateway.flows.ports import Gateway
from gateway.flows.rights import answering, requests, settling
from gateway.flows.rights.ports import Rights
from gateway.web import prints, words
from gateway.web.asked import asked, filled_in, parsed, person, posted
from gateway.web.files import download
from gateway.web.forms import Field, Filled, Form, Shape
from gateway.web.governance import spoken

AS = (
    ("page", "A page to read and print"),
    ("pdf", "A PDF that screen readers can read"),
    ("json", "A file for machines"),
)
WRONG = "Write one item and one exemption a line, such as Email=X5"


class Store(Rights, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of answers."""
    _add_notices(app, gateway, store)

    @app.get("/rights/<claim>/report")
    def sar(claim: str) -> str:
        requests.found(gateway, store, person(), parsed(RequestId, claim))
        return asked(_report(claim))

    @app.post("/rights/<claim>/report")
    def sar_made(claim: str) -> AnyResponse:
        wanted, form = parsed(RequestId, claim), _report(claim)

        def do(filled: Filled) -> AnyResponse | str:
            exempt, alone = _exempt(filled), bool(filled.several.get("alone"))
            made = answering.answer(gateway, store, person(), wanted, gateway.clock(), exempt, without_child=alone)
            return _given(made, filled.answers["as"], claim)

        filled = _checked(form)
        return posted(form, do, filled)

    @app.post("/rights/<claim>/copy")
    def sar_copy(claim: str) -> AnyResponse:
        found = answering.portable(gateway, store, person(), parsed(RequestId, claim), gateway.clock())
        if found is None:
            raise Refusal(Code.NOT_FOUND)
        return download(found[1], found[0], "application/xml")


def _add_notices(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/rights/notices/<parcel>")
    def rights_notice(parcel: str) -> str:
        task, notice = settling.look(gateway, person(), parsed(ParcelId, parcel))
        return render_template("rights-notice.html", task=task, notice=notice, said=spoken, fresh=task.kind is _FRESH)

    @app.get("/rights/notices/<parcel>/<step>")
    def notice_step(parcel: str, step: str) -> str:
        settling.look(gateway, person(), parsed(ParcelId, parcel))
        return asked(_settling(parcel, step)[0])

    @app.post("/rights/notices/<parcel>/<step>")
    def notice_stepped(parcel: str, step: str) -> AnyResponse:
        wanted = parsed(ParcelId, parcel)
        form, settle = _settling(parcel, step)

        def do(filled: Filled) -> AnyResponse:
            return redirect(settle.do(gateway, store, wanted, filled), 303)

        return posted(form, do)


_FRESH = TaskKind.RIGHTS_NOTICE


# -- the answer -------------------------------------------------------------------------------------------------------


def _report(claim: str) -> Form:
    known = tuple(f"{code}: {words}." for code, words in rights.EXEMPTIONS.items())
    offered = tuple(one for one in AS if one[0] != "pdf" or prints.ready())
    fields = (
        Field("left", "What is left out?", Shape.AREA, "One item and one exemption a line, such as Email=X5. Leave it "
              "open to give everything; read the page first to see what there is."),
        Field("alone", "Was the child asked?", Shape.SEVERAL, "From twelve a child is asked before a parent is "
              "answered.", choices=(("yes", "The child was not asked, and a step says why not"),)),
        Field("as", "What do you want?", Shape.CHOICE, "", "Choose what you want", offered, "page"),
    )  # fmt: skip
    intro = ("A copy of what we keep, beside the actual recipients (Article 15). That it was made stands in the log.",
             "These exemptions may be used.", *known)  # fmt: skip
    about = {Code.CHILD_TO_ASK: "alone"}
    return Form("Put the answer together", "Put it together", fields, intro, url_for("claim", claim=claim), about=about)


def _checked(form: Form) -> Filled:
    filled = filled_in(form)
    try:
        _exempt(filled)
    except ValueError:
        return filled.saying("left", WRONG)
    return filled


def _exempt(filled: Filled) -> Mapping[str, Exemption]:
    """Raises ValueError for what is no item, or no exemption that a council may use."""
    lines = [one.partition("=") for one in filled.answers["left"].split("\n") if one.strip()]
    return {str(Item(item.strip())): rights.usable(code.strip().upper()) for item, _, code in lines}


def _given(made: Answer, form: str, claim: str) -> AnyResponse | str:
    if form == "json":
        return download(rights.as_json(made), "answer.json", "application/json")
    shown = {"made": made, "exemptions": rights.EXEMPTIONS, "claim": claim, "bases": BASES}
    if form == "pdf":
        return download(prints.pdf(render_template("answer-print.html", **shown)), "answer.pdf", "application/pdf")
    return render_template("answer.html", **shown)


# -- notices of partners ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that may be done about a notice, and where it leads."""

    title: str
    button: str
    intro: str
    do: Callable[[Gateway, Store, ParcelId, Filled], str]
    fields: tuple[Field, ...] = ()


BECAUSE = (
    Field(
        "because",
        "Why is it not done here?",
        Shape.CHOICE,
        "",
        "Choose why",
        words.choices(spoken.DECLINED),
    ),
)


def _settling(parcel: str, step: str) -> tuple[Form, Step]:
    found = _STEPS.get(step)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return Form(found.title, found.button, found.fields, (found.intro,), url_for("rights_notice", parcel=parcel)), found


def _acknowledge(gateway: Gateway, store: Store, parcel: ParcelId, filled: Filled) -> str:
    _ = filled
    settling.acknowledge(gateway, store, person(), parcel, gateway.clock())
    return url_for("rights_notice", parcel=parcel)


def _apply(gateway: Gateway, store: Store, parcel: ParcelId, filled: Filled) -> str:
    _ = filled
    made = settling.apply(gateway, store, person(), parcel, gateway.clock())
    return url_for("claim", claim=made.passed_on[0]) if made.passed_on else url_for("claims")


def _decline(gateway: Gateway, store: Store, parcel: ParcelId, filled: Filled) -> str:
    because = RefusalReason(filled.answers["because"])
    settling.decline(gateway, store, person(), parcel, because, gateway.clock())
    return url_for("claims")


_STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "acknowledge": Step(
            "Say that you have it",
            "Tell them",
            "They learn that a person has it. You then have a month to decide.",
            _acknowledge,
        ),
        "apply": Step(
            "Do what it asks",
            "Do it here, and pass it on",
            "It is done to our copies. The sender learns of it, and so does everybody who had it from us.",
            _apply,
        ),
        "decline": Step("Say why it is not done here", "Tell them", "The sender learns the reason.", _decline, BECAUSE),
    }
)
