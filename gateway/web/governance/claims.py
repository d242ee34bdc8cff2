"""The pages of requests that people make about themselves: each with its clock, its steps, and who was told of it.

Officers record what people say; a manager or the governance officer decides, and the flow says who may.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core import law, rights
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Asker, NoticeAnswer, RightsKind, RightsStep, Role
from gateway.core.rights import State
from gateway.core.terms import DisclosureId, Item, PartnerId, RequestId, digest
from gateway.flows import enquiry, reminding
from gateway.flows.enquiry import Child
from gateway.flows.ports import Gateway
from gateway.flows.rights import meaning, ours, requests, settling, telling
from gateway.flows.rights.meaning import Choice
from gateway.flows.rights.ports import Rights
from gateway.flows.rights.requests import Asked, Case
from gateway.web.asked import asked, filled_in, named_homes, own_homes, parsed, person, posted
from gateway.web.forms import Choices, Field, Filled, Form, Shape
from gateway.web.governance import spoken
from gateway.web.governance.waiting import SAID, WHY
from gateway.web.logbook import WHOM, named

LISTS = {"open": "To be done", "complaints": "Complaints", "over": "Answered"}
OUTCOMES = (RightsStep.GRANTED, RightsStep.REFUSED)
SEE_OTHER = 303
NO_ITEM = "Write one item as our files name it, such as LastAddress/PostCode"


class Store(Rights, reminding.Waiting, Protocol):
    """What these pages ask of the database beside what the flows do."""

    def handles_with(self, handle: str) -> tuple[str, ...]: ...


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of requests."""
    _add_taking_in(app, gateway, store)
    _add_asking_which(app, gateway, store)
    _add_telling(app, gateway, store)

    @app.get("/rights")
    def claims() -> str:
        shown = request.args.get("show", "open")
        if shown not in LISTS:
            raise Refusal(Code.NOT_FOUND)
        rows = [one for one in requests.listed(gateway, store, person()) if shown in _lists(one)]
        tasks = store.tasks(own_homes(gateway))
        waiting = list(settling.waiting(gateway, person(), tasks)) if shown == "open" else []
        at = gateway.clock()
        return render_template(
            "claims.html", rows=rows, waiting=waiting, shown=shown, lists=LISTS, at=at, rights=rights, said=spoken
        )

    @app.get("/rights/<claim>")
    def claim(claim: str) -> str:
        return _page(gateway, store, found(claim))

    @app.get("/rights/<claim>/<step>")
    def claim_step(claim: str, step: str) -> str:
        case = found(claim)
        return asked(_form(case, _step(case, step)))

    @app.post("/rights/<claim>/<step>")
    def claim_stepped(claim: str, step: str) -> AnyResponse:
        case = found(claim)
        what = _step(case, step)

        def do(filled: Filled) -> AnyResponse:
            _taken(gateway, store, case, what, filled, gateway.clock())
            return redirect(url_for("claim", claim=claim), 303)

        return posted(_form(case, what), do)

    def found(claim: str) -> Case:
        return requests.found(gateway, store, person(), parsed(RequestId, claim))


def _add_taking_in(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/rights/new")
    def new_claim() -> str:
        return asked(_opening(gateway))

    @app.post("/rights/new")
    def open_claim() -> AnyResponse:
        form = _opening(gateway)
        filled, child = named(filled_in(form))
        item = filled.answers["item"]
        if item and not Item.GRAMMAR.fullmatch(item):
            filled = filled.saying("item", NO_ITEM)

        def do(filled: Filled) -> AnyResponse:
            opened = requests.open_request(gateway, person(), _asked(gateway, store, child, filled), gateway.clock())
            return redirect(url_for("claim", claim=opened), 303)

        return posted(form, do, filled)


def _add_asking_which(app: Flask, gateway: Gateway, store: Store) -> None:
    called = law.names(gateway.rulebook.classes)

    @app.get("/rights/<claim>/meaning-said")
    def which_one(claim: str) -> str:
        case = requests.found(gateway, store, person(), parsed(RequestId, claim))
        return asked(_which(case, meaning.look(gateway, store, person(), case, gateway.clock()), called))

    @app.post("/rights/<claim>/meaning-said")
    def which_one_said(claim: str) -> AnyResponse:
        case = requests.found(gateway, store, person(), parsed(RequestId, claim))
        known = meaning.choices(gateway, store, case)

        def do(filled: Filled) -> AnyResponse:
            meant = [one for one in known if _tick(one) in filled.several["meant"]]
            meaning.say(gateway, store, person(), case, meant, filled.answers["reason"], gateway.clock())
            return redirect(url_for("claim", claim=claim), SEE_OTHER)

        answer = posted(_which(case, known, called), do)
        if answer.status_code != SEE_OTHER:  # it shows them all again, which is one more look at the child
            meaning.look(gateway, store, person(), case, gateway.clock())
        return answer


def _add_telling(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.post("/rights/<claim>/tell")
    def tell(claim: str) -> AnyResponse:
        telling.send(gateway, store, person(), parsed(RequestId, claim), gateway.clock())
        return redirect(url_for("claim", claim=claim), 303)

    @app.get("/rights/<claim>/told/<disclosure>")
    def said_of_it(claim: str, disclosure: str) -> str:
        requests.found(gateway, store, person(), parsed(RequestId, claim))
        parsed(DisclosureId, disclosure)
        return asked(_answered(claim))

    @app.post("/rights/<claim>/told/<disclosure>")
    def answered_of_it(claim: str, disclosure: str) -> AnyResponse:
        asked_about, about = parsed(RequestId, claim), parsed(DisclosureId, disclosure)
        requests.found(gateway, store, person(), asked_about)

        def do(filled: Filled) -> AnyResponse:
            said = NoticeAnswer(filled.answers["answer"])
            why = filled.answers["reason"]
            telling.answered_by_hand(gateway, store, person(), asked_about, about, said, why, gateway.clock())
            return redirect(url_for("claim", claim=claim), 303)

        return posted(_answered(claim), do)


# -- one request ------------------------------------------------------------------------------------------------------


def _page(gateway: Gateway, store: Store, case: Case) -> str:
    told = telling.rows(gateway, store, case)
    known = {one.about for one in told}
    granted = case.stands.state is State.ANSWERED and case.request.kind in rights.NOTICED
    meant = telling.concerned(gateway, store, case) if granted else ()
    untold = {each.disclosed.disclosure for one in meant for each in one.told} - known
    steps = [(one.step, one.at, one.by, requests.reason_of(gateway, one)) for one in case.steps]
    return render_template(
        "claim.html", case=case, steps=steps, told=told, untold=len(untold), doing=_doing(case, person().role),
        at=gateway.clock(), rights=rights, said=spoken, copies={RightsKind.ACCESS, RightsKind.PORTABLE_COPY},
    )  # fmt: skip


def _lists(case: Case) -> set[str]:
    """On which lists it stands: a complaint that is answered is over too."""
    if case.stands.state.over:
        return {"over"}
    return {"complaints"} if case.request.kind is RightsKind.COMPLAINT else {"open"}


def _doing(case: Case, role: Role) -> list[RightsStep]:
    """The steps that may follow, and that this role may take."""
    found = [step for step in RightsStep if (case.stands.state, step) in rights.STEPS]
    deciding = {*OUTCOMES, RightsStep.EXTENDED}
    return [
        step
        for step in found
        if (step not in deciding or role in requests.DECIDERS)
        and (step is not RightsStep.RELEASE_SIGNED or role in requests.RELEASERS)
        and (step is not RightsStep.TOLD or case.request.kind is RightsKind.RESTRICTION)
        and (step is not RightsStep.MEANING_SAID or case.asked.item)
    ]


def _step(case: Case, name: str) -> RightsStep:
    if name not in set(RightsStep):
        raise Refusal(Code.NOT_FOUND)
    step = RightsStep(name)
    if (case.stands.state, step) not in rights.STEPS:  # somebody took it further since the page was shown
        raise Refusal(Code.RIGHTS_STEP)
    return step


def _form(case: Case, step: RightsStep) -> Form:
    title, hint = spoken.STEPS[step]
    intro = (f"This is about a request: {rights.KIND_WORDS[case.request.kind]}.", hint)
    alone = Field("alone", "Was the child asked?", Shape.SEVERAL, "From twelve a child is asked before a parent is "
                  "answered.", choices=(("yes", "The child was not asked, and I say below why not"),))  # fmt: skip
    wants = step is RightsStep.GRANTED and case.request.asker is Asker.PARENT
    fields = (*((alone,) if wants else ()), WHY)
    about = dict.fromkeys((Code.REASON_WANTED, Code.RESPONSIBILITY_WANTED, Code.NO_SUCH_RIGHT, Code.FINDINGS,
                          Code.WHICH_ONE), "reason")  # fmt: skip
    about[Code.CHILD_TO_ASK] = "alone" if wants else "reason"
    return Form(title, "Put it on record", fields, intro, url_for("claim", claim=case.request.id), about=about)


def _tick(one: Choice) -> str:
    """What a tick sends back: the value itself by its digest, for its place in the list moves when a paper comes in."""
    return digest(f"{one.where}\n{one.entry or ''}\n{one.text}".encode())


def _which(case: Case, known: Sequence[Choice], called: Mapping[str, str]) -> Form:
    title, hint = spoken.STEPS[RightsStep.MEANING_SAID]
    ticks = tuple((_tick(one), one.words(called)) for one in known)
    fields = (
        Field("meant", "What is wrong in the same way?", Shape.SEVERAL, "Tick all that is one and the same: what you "
              "leave out is left as it is.", "Tick what they mean", ticks),
        WHY,
    )  # fmt: skip
    about = {Code.WHICH_ONE: "meant", Code.REASON_WANTED: "reason"}
    return Form(title, "Put it on record", fields, (hint,), url_for("claim", claim=case.request.id), about=about)


def _taken(gateway: Gateway, store: Store, case: Case, step: RightsStep, filled: Filled, at: datetime) -> None:
    reason, claim = filled.answers["reason"], case.request.id
    if step is not RightsStep.GRANTED:
        requests.step(gateway, store, person(), claim, step, reason, at)
        return
    alone = bool(filled.several.get("alone"))
    ours.grant(gateway, store, person(), claim, reason, at, without_child=alone)
    if case.request.kind in rights.NOTICED:
        try:
            telling.send(gateway, store, person(), claim, at)
        except Refusal:
            return  # it is granted all the same; the page says who has not been told, and what it takes


def _answered(claim: str) -> Form:
    fields = (
        Field("answer", "What did they say?", Shape.CHOICE, "", "Choose what they said",
              tuple((str(one), words) for one, (words, _) in spoken.ANSWERED.items())),
        WHY,
    )  # fmt: skip
    intro = ("By phone or letter; or it is impossible to tell them, and you say why.",)
    return Form("What a past recipient said", "Put it on record", fields, intro, url_for("claim", claim=claim),
                about=SAID)  # fmt: skip


# -- taking one in ----------------------------------------------------------------------------------------------------


def _opening(gateway: Gateway) -> Form:
    homes = _named_homes(gateway)
    kinds = tuple((str(one), words[:1].upper() + words[1:]) for one, words in rights.KIND_WORDS.items())
    askers = tuple((str(one), words) for one, words in spoken.ASKERS.items() if one is not Asker.PARTNER)
    fields = (
        *((Field("home", "Who was asked?", Shape.CHOICE, "", "Choose who was asked", homes),) if homes[1:] else ()),
        Field("kind", "What do they ask for?", Shape.CHOICE, "", "Choose what they ask for", kinds),
        Field("asker", "Who asks?", Shape.CHOICE, "", "Choose who asks", askers),
        Field("who", "Name of who asks", Shape.TEXT, "Surname, forename. It rests closed.", "Write who asks"),
        *WHOM,
        Field("item", "Which item is wrong?", Shape.TEXT, "Only for a correction, as our files name it, such as "
              "LastAddress/PostCode."),
        Field("since", "Since when is it wrong?", Shape.DAY, "Whoever was told since then is told again."),
        Field("correction", "What is right?", Shape.TEXT, "Only for a correction."),
        Field("text", "The statement, or the complaint", Shape.AREA, "Only for those."),
    )  # fmt: skip
    intro = ("Objections, restrictions and opt-outs hold from this moment, while they are looked at.",)
    return Form("Take a request in", "Take it in", fields, intro, url_for("claims"), about={Code.NOT_FOUND: "upn"})


def _asked(gateway: Gateway, store: Store, child: Child, filled: Filled) -> Asked:
    said = filled.answers
    first, *_ = enquiry.handles_of(gateway, child)
    initials = "".join(f"{said[name][0].upper()}." for name in ("forename", "surname") if said[name])
    end = f"UPN ending {child.upns[0][-3:]}" if child.upns else ""
    return Asked(
        PartnerId(said.get("home") or own_homes(gateway)[0]),
        RightsKind(said["kind"]),
        Asker(said["asker"]),
        store.handles_with(first),
        said["who"],
        ", ".join(filter(None, (initials, end))),
        said["item"],
        filled.day("since"),
        said["correction"],
        said["text"],
    )


def _named_homes(gateway: Gateway) -> Choices:
    found = named_homes(gateway)
    if not found:
        raise Refusal(Code.NOT_ALLOWED)
    return found
