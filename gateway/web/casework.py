"""The pages of a missing-education officer: the cases, one case with its timeline, and what may be done with it.

What may be done is a table of actions; each is one form and one flow. A case that is not the reader's own asks why they
look, once in a sitting, and the answer stands in the log (law.md §3.5).
"""

from types import MappingProxyType
from typing import Protocol

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.decisions import reasoning
from gateway.core.documents.messages.words import Question, Urgency
from gateway.core.errors import Code, Refusal
from gateway.core.terms import CaseId, PartnerId, parse_stamp, stamp
from gateway.flows import casebook, caselist, happened, notifying, referring, reminding, sitting
from gateway.flows.caselist import Place
from gateway.flows.enquiry.viewing import reason_of
from gateway.flows.notifying import Saying
from gateway.flows.ports import Gateway
from gateway.web import acting
from gateway.web.accounts import current
from gateway.web.acting import reaching, writing
from gateway.web.acting.hand import Hand
from gateway.web.acting.hand import Store as Doing
from gateway.web.asked import again, asked, named_homes, parsed, person, posted
from gateway.web.forms import Filled

NO_UPN = "A UPN is a letter, eleven digits and a digit or letter"
LISTS = MappingProxyType({"team": "My team", "mine": "Mine", "due": "Due", "overdue": "Overdue"})


class Store(Doing, reminding.Waiting, happened.Happened, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of casework."""
    _add_lists(app, gateway, store)
    _add_case(app, gateway, store)
    _add_notice(app, gateway, store)

    def hand(case: str) -> Hand:
        found = casebook.opened(gateway, store, person(), parsed(CaseId, case))
        return Hand(gateway, store, person(), found, gateway.clock())

    @app.get("/cases/<case>/<action>")
    def act(case: str, action: str) -> str:
        doing = hand(case)
        return asked(acting.action(doing, action).form(doing))

    @app.post("/cases/<case>/<action>")
    def acted(case: str, action: str) -> AnyResponse:
        doing = hand(case)
        wanted = acting.action(doing, action)
        form = wanted.form(doing)

        return posted(form, lambda filled: wanted.do(doing, filled) or redirect(url_for("case", case=case), 303))

    @app.post("/cases/<case>/enquiry/send")
    def enquire(case: str) -> AnyResponse:
        doing = hand(case)
        form = acting.action(doing, "enquiry").form(doing)
        return posted(form, lambda filled: reaching.asked(doing, filled))


def _add_notice(app: Flask, gateway: Gateway, store: Store) -> None:
    """A notice is looked at as it would go, and sent from there by the same address: it names no child."""

    @app.get("/cases/<case>/notice")
    def notice_look(case: str) -> str:
        wanted, saying = parsed(CaseId, case), _saying()
        found = notifying.look(gateway, store, person(), wanted, saying, gateway.clock())
        return render_template(
            "notice-look.html", case=wanted, home=casebook.opened(gateway, store, person(), wanted).home, saying=saying,
            found=found, book=gateway.rulebook, steps=reasoning.steps,
        )  # fmt: skip

    @app.post("/cases/<case>/notice")
    def notice_send(case: str) -> str:
        wanted, saying = parsed(CaseId, case), _saying()
        plan = notifying.send(gateway, store, person(), wanted, saying, gateway.clock())
        return reaching.said(wanted, "The notice", [(saying.to, plan)])


def _saying() -> Saying:
    try:
        question, urgency = Question(request.args["question"]), Urgency(request.args["urgency"])
    except (KeyError, ValueError):
        raise Refusal(Code.NOT_FOUND) from None
    return Saying(parsed(PartnerId, request.args.get("to", "")), question, urgency)


def _add_lists(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/cases")
    def cases_list() -> str:
        shown = request.args.get("show", "team")
        if shown not in LISTS:
            raise Refusal(Code.NOT_FOUND)
        at, about = gateway.clock(), None
        if shown in {"due", "overdue"}:
            waiting = reminding.listed(gateway, store, person(), at)
            about = {one.task.subject for one in waiting if one.overdue or shown == "due"}
        page = caselist.page(gateway, store, person(), at, mine=shown == "mine", about=about, after=_after())
        after = page.after and f"{page.after.pressing}/{stamp(page.after.opened_at)}/{page.after.case}"
        return render_template("cases.html", rows=page.rows, after=after, shown=shown, lists=LISTS)

    @app.get("/cases/new")
    def new_case() -> str:
        return asked(writing.opening(named_homes(gateway)))

    @app.post("/cases/new")
    def open_case() -> AnyResponse:
        form = writing.opening(named_homes(gateway))

        def do(filled: Filled) -> AnyResponse:
            try:
                case = writing.open_by_hand(gateway, person(), filled, gateway.clock())
            except ValueError:
                return again(form, filled.saying("upn", NO_UPN))
            return redirect(url_for("case", case=case), 303)

        return posted(form, do)


def _after() -> Place | None:
    """Where the page before ended, as its link says."""
    text = request.args.get("after", "")
    try:
        pressing, at, case = text.split("/") if text else ("", "", "")
        return Place(int(pressing), parse_stamp(at), CaseId(case)) if text else None
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None


def _add_case(app: Flask, gateway: Gateway, store: Store) -> None:
    def page(case: CaseId, reason: str = "") -> str:
        shown = casebook.show(gateway, store, person(), case, gateway.clock(), reason)
        able = ((name, one) for name, one in acting.ACTIONS.items() if acting.may(person(), shown.case, one))
        told = referring.may_see(person(), shown.case) and referring.has_referrer(store, shown.case)
        doing = [(name, one) for name, one in able if one.link and (told or name != "referrer")]
        events = happened.events(gateway, store, person(), shown)
        return render_template("case.html", shown=shown, events=events, done=happened.words, doing=doing)

    @app.get("/cases/<case>")
    def case(case: str) -> str:
        wanted = parsed(CaseId, case)
        own = casebook.opened(gateway, store, person(), wanted).officer == person().id
        if own or sitting.has_said_why(store, current(), person(), wanted, gateway.clock()):
            return page(wanted)
        return asked(acting.look(wanted))

    @app.post("/cases/<case>")
    def look(case: str) -> AnyResponse:
        wanted = parsed(CaseId, case)
        return posted(acting.look(wanted), lambda filled: page(wanted, reason_of(filled.answers["reason"])))
