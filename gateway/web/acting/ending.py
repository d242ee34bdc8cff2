"""Whose a case is, how it ends on its evidence, and how it goes on: given away, closed, merged, opened again."""

from types import MappingProxyType

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from gateway.core import cases
from gateway.core.errors import Code
from gateway.core.facts import Ending
from gateway.core.records import Case, Person
from gateway.core.terms import CaseId, PersonId
from gateway.flows import casebook, caselist, closures, referring
from gateway.web import words
from gateway.web.acting.hand import LOOK, Action, Hand, form
from gateway.web.asked import parsed
from gateway.web.forms import Field, Filled, Form, Shape

MOST_TO_CHOOSE = 100
"""Of more cases the number is asked: nobody finds one among them."""


def assign(hand: Hand) -> Form:
    people = sorted(one.id for one in hand.gateway.store.people() if _may_have(one, hand.case))
    officer = Field(
        "officer", "Who is to have this case?", Shape.CHOICE, "", "Choose who is to have it",
        tuple((one, one) for one in people),
    )  # fmt: skip
    return form(hand, "Give this case to somebody", "Give it to them", officer)


def assigned(hand: Hand, filled: Filled) -> None:
    whom = next(one for one in hand.gateway.store.people() if one.id == PersonId(filled.answers["officer"]))
    casebook.assign(hand.gateway, hand.store, hand.person, hand.case.id, whom, hand.at)


def _may_have(person: Person, case: Case) -> bool:
    return person.role in casebook.OFFICERS and case.home in person.homes


def close(hand: Hand) -> Form:
    may = {ending: said for ending, said in words.ENDINGS.items() if cases.may_close(ending, hand.person.role)}
    ending = Field("ending", "Why can this case be closed?", Shape.CHOICE, "", "Choose why", words.choices(may))
    return form(hand, "Close this case", "Continue", ending)


def closing(hand: Hand, filled: Filled) -> Response:
    return redirect(url_for("act", case=hand.case.id, action=f"close-{filled.answers['ending']}"), 303)


_DAYS = MappingProxyType(
    {
        Ending.ENROLLED_AND_STARTED: "On which day did the child start there?",
        Ending.SUITABLE_HOME_EDUCATION: "On which day was it assessed?",
        Ending.ABROAD_CONFIRMED: "On which day was it confirmed?",
        Ending.OVER_AGE: "Since which day?",
    }
)


def _evidence(ending: Ending) -> tuple[Field, ...]:
    asked = {
        "school": Field(
            "school", "At which school is the child?", Shape.TEXT, "Its seven digits, such as 886 4321.",
            "Write the school’s number",
        ),
        "who": Field("who", "Who found it suitable?", wanted="Write who found it suitable"),
        "how": Field("how", "How do you know?", Shape.AREA, wanted="Write how you know"),
        "reason": Field("reason", "Why is nothing left to try?", Shape.AREA, wanted="Write why nothing is left to try"),
        "day": Field("day", _DAYS.get(ending, "On which day?"), Shape.DAY, "For example 27 3 2026.", "Write the day"),
    }  # fmt: skip
    return tuple(asked[name] for name in cases.NEEDS[ending])


def closed_by(ending: Ending) -> Action:
    fields = _evidence(ending)
    about = MappingProxyType({Code.EVIDENCE_WANTED: fields[0].name})

    def shown(hand: Hand) -> Form:
        intro = (words.ENDINGS[ending],)
        return form(hand, "Close this case: the evidence", "Close the case", *fields, intro=intro, about=about)

    def do(hand: Hand, filled: Filled) -> None:
        casebook.close(hand.gateway, hand.store, hand.person, hand.case.id, ending, filled.answers, hand.at)

    return Action("", cases.LIVE, shown, do)


def limit(hand: Hand) -> Form:
    choices = tuple((one, one) for one in closures.people_for(hand.gateway, hand.case))
    named = Field("people", "Who may open it?", Shape.SEVERAL, "Two at least. Choose nobody to open it to all again.",
                  choices=choices)  # fmt: skip
    why = Field("reason", "Why?", Shape.AREA, "For example: the child of somebody who works here.", "Say why")
    said = (
        "For everybody else the case is not there, whatever their role. If you do not name yourself, you do not see it "
        "any more either."
    )
    about = MappingProxyType({Code.TWO_NAMED: "people"})
    return form(hand, "Close this case to all but named people", "Close it to others", named, why, intro=(said,),
                about=about)  # fmt: skip


def limited(hand: Hand, filled: Filled) -> Response | None:
    named, reason = filled.several["people"], filled.answers["reason"]
    closures.close_to(hand.gateway, hand.store, hand.person, hand.case, named, reason, hand.at)
    return redirect(url_for("cases_list"), 303) if named and hand.person.id not in named else None


def referrer(hand: Hand) -> Form:
    why = Field(
        "reason", "Why do you need to know who it was?", Shape.AREA, "It is kept apart from the case. What you write "
        "stands in the log with your name, closed to everybody but auditors.", "Say in a sentence why you need to know",
    )  # fmt: skip
    return form(hand, "See who told us of the child", "Show me", why, about=LOOK)


def referrers(hand: Hand, filled: Filled) -> str:
    reason = filled.answers["reason"]
    found = referring.referrers(hand.gateway, hand.store, hand.person, hand.case.id, reason, hand.at)
    return render_template("referrer.html", found=found, case=hand.case.id)


def reopen(hand: Hand) -> Form:
    why = Field("reason", "Why does this case go on?", Shape.AREA, wanted="Say in a sentence why it goes on")
    return form(hand, "Open this case again", "Open it again", why, about=LOOK)


def reopened(hand: Hand, filled: Filled) -> None:
    casebook.reopen(hand.gateway, hand.store, hand.person, hand.case.id, filled.answers["reason"], hand.at)


def merge(hand: Hand) -> Form:
    page = caselist.page(hand.gateway, hand.store, hand.person, hand.at, most=MOST_TO_CHOOSE)
    others = [one for one in page.rows if one.id != hand.case.id and one.home == hand.case.home]
    which = "Which case is about the same child?"
    asked = (
        Field(
            "into", which, Shape.PICK, "This case goes on in that one.",
            "Choose a case", tuple((one.id, f"{one.label} ({one.id})") for one in others),
        ) if page.after is None else Field(
            "into", which, Shape.TEXT, "Its number begins with c-. This case goes on in that one.",
            "Write the number of the case",
        ),
        Field("reason", "How do you know?", Shape.AREA, "Never by the name alone.", "Say in a sentence how you know"),
    )  # fmt: skip
    about = {**LOOK, Code.NOT_FOUND: "into", Code.CASE_STEP: "into"}
    return form(hand, "Merge with another case", "Merge the two", *asked, about=about)


def merged(hand: Hand, filled: Filled) -> Response:
    into = parsed(CaseId, filled.answers["into"])
    casebook.merge(hand.gateway, hand.store, hand.person, hand.case.id, into, filled.answers["reason"], hand.at)
    return redirect(url_for("case", case=into), 303)
