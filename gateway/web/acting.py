"""What an officer may do with a case: a table of actions, each one form and one flow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from flask import url_for

from gateway.core import cases, roles
from gateway.core.cases import CaseState
from gateway.core.documents.messages.parts import OpenIdentity
from gateway.core.documents.messages.tracing import Sought
from gateway.core.documents.messages.words import Urgency
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Because, Channel, Ending, EntryKind
from gateway.core.records import Case, Person
from gateway.core.roles import Can
from gateway.core.terms import CaseId, PartnerId, PersonId, Upn
from gateway.flows import byhand, casebook, closures, notifying, telling
from gateway.flows.casebook import Casebook
from gateway.flows.closures import Closing
from gateway.flows.ports import Gateway
from gateway.flows.telling import Word
from gateway.web import forms, words
from gateway.web.forms import Field, Filled, Form, Shape

WHY = Field(
    "reason",
    "Why do you need to see this case?",
    Shape.AREA,
    "It is not yours. What you write stands in the log with your name, closed to everybody but auditors.",
    "Say in a sentence why you need to see this case",
)
About = Mapping[Code, str]
LOOK: About = MappingProxyType({Code.REASON_WANTED: "reason"})


class Store(Casebook, Closing, Protocol):
    """What doing something with a case asks of the database."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody about to do something with one case."""

    gateway: Gateway
    store: Store
    person: Person
    case: Case
    at: datetime


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that may be done with a case in ``states``: its form, and what it does."""

    link: str
    states: frozenset[CaseState]
    form: Callable[[Hand], Form]
    do: Callable[[Hand, Filled], object]
    needs: Can = Can.WORK_CASES


def action(hand: Hand, name: str) -> Action:
    found = ACTIONS.get(name)
    if found is None or not may(hand.person, hand.case, found):
        raise Refusal(Code.NOT_FOUND)
    return found


def may(person: Person, case: Case, one: Action) -> bool:
    return case.state in one.states and roles.may(person.role, one.needs)


def look(case: CaseId) -> Form:
    return Form(f"Open case {case}", "Open the case", (WHY,), back=url_for("cases_list"), about=LOOK)


def _form(
    hand: Hand, title: str, button: str, *fields: Field, intro: tuple[str, ...] = (), about: About = forms.NOWHERE
) -> Form:
    return Form(title, button, fields, intro, url_for("case", case=hand.case.id), about=about)


TEXT = Field("text", "What is it?", Shape.AREA, wanted="Write what it is")
WHEN = (
    Field("told", "On which day was it?", Shape.DAY, "Leave this open if it was just now."),
    Field("told-clock", "At what time?", Shape.CLOCK, "For example 14:20. Leave it open if you do not know."),
)
WHEN_WRONG: About = MappingProxyType({Code.CASE_STEP: "told", Code.REASON_WANTED: "text"})


def _note(hand: Hand) -> Form:
    kind = Field(
        "kind",
        "Is it a fact or an opinion?",
        Shape.CHOICE,
        "A fact was seen, heard or read. An opinion is what you think.",
        "Choose whether it is a fact or an opinion",
        ((EntryKind.FACT, "A fact"), (EntryKind.OPINION, "An opinion")),
    )
    return _form(hand, "Write a note", "Write the note", TEXT, kind, *WHEN, about=WHEN_WRONG)


def _noted(hand: Hand, filled: Filled) -> None:
    said = {"text": filled.answers["text"]}
    kind = EntryKind(filled.answers["kind"])
    casebook.note(hand.gateway, hand.store, hand.person, hand.case.id, kind, said, hand.at, filled.moment("told"))


def _step(hand: Hand) -> Form:
    asked = (
        Field("step", "What was done?", Shape.CHOICE, "", "Choose what was done", words.choices(words.STEPS)),
        Field("side", "By whom?", Shape.CHOICE, "", "Choose who did it", words.choices(words.SIDES)),
        Field("result", "What came of it?", Shape.CHOICE, "", "Choose what came of it", words.choices(words.RESULTS)),
        Field("text", "What was said or seen?", Shape.AREA, "You may leave this open."),
    )
    return _form(hand, "Write a step of the enquiries", "Write the step", *asked, *WHEN, about=WHEN_WRONG)


def _stepped(hand: Hand, filled: Filled) -> None:
    said = {name: filled.answers[name] for name in ("step", "side", "result")}
    text = filled.answers["text"] or f"{words.said_of(said['step'])}."
    told = filled.moment("told")
    casebook.note(
        hand.gateway, hand.store, hand.person, hand.case.id, EntryKind.STEP, {**said, "text": text}, hand.at, told
    )


def _learnt(hand: Hand) -> Form:
    asked = (
        Field("channel", "How did you learn it?", Shape.CHOICE, "", "Choose how", words.choices(words.CHANNELS)),
        Field("whom", "Who told you?", wanted="Write who told you"),
        Field("check", "How did you make sure who they are?", Shape.TEXT, "For example: I rang back on the number "
              "in the directory.", "Write how you made sure who they are"),
        Field("text", "What did they say?", Shape.AREA, wanted="Write what they said"),
    )  # fmt: skip
    return _form(hand, "Write down what somebody told us", "Write it down", *asked, *WHEN, about=WHEN_WRONG)


def _heard(hand: Hand, filled: Filled) -> None:
    said = filled.answers
    when = filled.moment("told") or hand.at
    word = Word(said["text"], said["whom"], said["check"], Channel(said["channel"]), when)
    telling.learnt(hand.gateway, hand.store, hand.person, hand.case.id, word, hand.at)


def _assign(hand: Hand) -> Form:
    people = sorted(one.id for one in hand.gateway.store.people() if _may_have(one, hand.case))
    officer = Field(
        "officer", "Who is to have this case?", Shape.CHOICE, "", "Choose who is to have it",
        tuple((one, one) for one in people),
    )  # fmt: skip
    return _form(hand, "Give this case to somebody", "Give it to them", officer)


def _assigned(hand: Hand, filled: Filled) -> None:
    whom = next(one for one in hand.gateway.store.people() if one.id == PersonId(filled.answers["officer"]))
    casebook.assign(hand.gateway, hand.store, hand.person, hand.case.id, whom, hand.at)


def _may_have(person: Person, case: Case) -> bool:
    return person.role in casebook.OFFICERS and case.home in person.homes


def _close(hand: Hand) -> Form:
    may = {ending: said for ending, said in words.ENDINGS.items() if cases.may_close(ending, hand.person.role)}
    ending = Field("ending", "Why can this case be closed?", Shape.CHOICE, "", "Choose why", words.choices(may))
    return _form(hand, "Close this case", "Continue", ending)


def _closing(hand: Hand, filled: Filled) -> str:
    return url_for("act", case=hand.case.id, action=f"close-{filled.answers['ending']}")


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


def _closed_by(ending: Ending) -> Action:
    fields = _evidence(ending)
    about = MappingProxyType({Code.EVIDENCE_WANTED: fields[0].name})

    def form(hand: Hand) -> Form:
        intro = (words.ENDINGS[ending],)
        return _form(hand, "Close this case: the evidence", "Close the case", *fields, intro=intro, about=about)

    def do(hand: Hand, filled: Filled) -> None:
        casebook.close(hand.gateway, hand.store, hand.person, hand.case.id, ending, filled.answers, hand.at)

    return Action("", cases.LIVE, form, do)


def _tell(hand: Hand) -> Form:
    asked = (
        Field(
            "to", "Which council?", Shape.PICK, "You see what would go, and on which ground, before anything is sent.",
            "Choose a council", tuple(notifying.councils(hand.gateway, hand.case, hand.at)),
        ),
        Field("question", "What do you tell or ask them?", Shape.CHOICE, "", "Choose what you tell or ask",
              words.choices(words.QUESTIONS)),
        Field("urgency", "How urgent is it?", Shape.CHOICE, "", "Choose how urgent it is",
              words.choices(words.URGENCIES), Urgency.ROUTINE),
    )  # fmt: skip
    return _form(hand, "Tell another council", "Continue", *asked)


def _telling(hand: Hand, filled: Filled) -> str:
    said = filled.answers
    to, question, urgency = said["to"], said["question"], said["urgency"]
    return url_for("notice_look", case=hand.case.id, to=to, question=question, urgency=urgency)


def _limit(hand: Hand) -> Form:
    choices = tuple((one, one) for one in closures.people_for(hand.gateway, hand.case))
    named = Field("people", "Who may open it?", Shape.SEVERAL, "Two at least. Choose nobody to open it to all again.",
                  choices=choices)  # fmt: skip
    why = Field("reason", "Why?", Shape.AREA, "For example: the child of somebody who works here.", "Say why")
    said = (
        "For everybody else the case is not there, whatever their role. If you do not name yourself, you do not see it "
        "any more either."
    )
    about = MappingProxyType({Code.TWO_NAMED: "people"})
    return _form(hand, "Close this case to all but named people", "Close it to others", named, why, intro=(said,),
                 about=about)  # fmt: skip


def _limited(hand: Hand, filled: Filled) -> str | None:
    named, reason = filled.several["people"], filled.answers["reason"]
    closures.close_to(hand.gateway, hand.store, hand.person, hand.case, named, reason, hand.at)
    return url_for("cases_list") if named and hand.person.id not in named else None


def _reopen(hand: Hand) -> Form:
    why = Field("reason", "Why does this case go on?", Shape.AREA, wanted="Say in a sentence why it goes on")
    return _form(hand, "Open this case again", "Open it again", why, about=LOOK)


def _reopened(hand: Hand, filled: Filled) -> None:
    casebook.reopen(hand.gateway, hand.store, hand.person, hand.case.id, filled.answers["reason"], hand.at)


def opening(homes: tuple[tuple[str, str], ...]) -> Form:
    """The form of a case that no file and no message opened."""
    because = tuple((str(one), words.BECAUSE[one]) for one in cases.BY_PEOPLE)
    acting = (Field("home", "For which council do you act?", Shape.CHOICE, "", "Choose for which council", homes),)
    fields = (
        *(acting if len(homes) > 1 else ()),
        Field("because", "Why does it need a case?", Shape.CHOICE, "", "Choose why", because),
        Field("reason", "What happened?", Shape.AREA, "Who told you what. It rests closed.", "Write what happened"),
        Field("upn", "UPN", Shape.TEXT, "Or else both names and the day of birth."),
        Field("surname", "Surname"),
        Field("forename", "Forename"),
        Field("born", "Day of birth", Shape.DAY),
        Field("who", "Who found the home education unsuitable?", Shape.TEXT, "Only for such a case."),
        Field("day", "On which day was that?", Shape.DAY, "Only for such a case."),
    )  # fmt: skip
    intro = ("A child whose case is open already gets an entry there, and no second case.",)
    about: About = MappingProxyType({Code.REASON_WANTED: "reason", Code.EVIDENCE_WANTED: "upn"})
    return Form("Open a case", "Open the case", fields, intro, url_for("cases_list"), about=about)


def open_by_hand(gateway: Gateway, person: Person, filled: Filled, at: datetime) -> CaseId:
    """Open it, or write into the one that is open. Raises Refusal."""
    said = filled.answers
    upn = Upn(said["upn"].upper()) if said["upn"] else None
    child = Sought(
        who=OpenIdentity(upn=upn, surname=said["surname"], forename=said["forename"], dob=filled.day("born"))
    )
    told = {name: said[name] for name in ("reason", "who", "day")}
    home = PartnerId(said.get("home") or person.organisation)
    return byhand.open_case(gateway, person, home, child, Because(said["because"]), told, at)[0]


_WRITTEN = cases.LIVE | {CaseState.CLOSED, CaseState.TRANSFERRED}

ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "note": Action("Write a note", _WRITTEN, _note, _noted),
        "step": Action("Write a step of the enquiries", _WRITTEN, _step, _stepped),
        "learnt": Action("Write down what somebody told us", _WRITTEN, _learnt, _heard),
        "tell": Action("Tell another council", _WRITTEN, _tell, _telling),
        "assign": Action("Give this case to somebody", cases.LIVE, _assign, _assigned),
        "close": Action("Close this case", cases.LIVE, _close, _closing),
        **{f"close-{ending}": _closed_by(ending) for ending in Ending},
        "limit": Action(
            "Close this case to all but named people", frozenset(CaseState), _limit, _limited, Can.CLOSE_TO_OTHERS
        ),
        "reopen": Action(
            "Open this case again",
            frozenset({CaseState.CLOSED, CaseState.TRANSFERRED, CaseState.MERGED}),
            _reopen,
            _reopened,
        ),
    }
)
"""By the last part of its address. One without a link is reached from another."""
