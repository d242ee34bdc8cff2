"""What an officer writes into a case: notes, steps, what was learnt; and a case that an officer opens."""

from datetime import datetime
from types import MappingProxyType

from flask import url_for

from gateway.core import cases
from gateway.core.documents.messages.parts import OpenIdentity
from gateway.core.documents.messages.tracing import Sought
from gateway.core.errors import Code
from gateway.core.facts import Because, Channel, EntryKind
from gateway.core.records import Person
from gateway.core.terms import CaseId, PartnerId, Upn
from gateway.flows import byhand, casebook, telling
from gateway.flows.ports import Gateway
from gateway.flows.telling import Word
from gateway.web import words
from gateway.web.acting.hand import TEXT, WHEN, WHEN_WRONG, About, Hand, form
from gateway.web.forms import Field, Filled, Form, Shape


def note(hand: Hand) -> Form:
    kind = Field(
        "kind",
        "Is it a fact or an opinion?",
        Shape.CHOICE,
        "A fact was seen, heard or read. An opinion is what you think.",
        "Choose whether it is a fact or an opinion",
        ((EntryKind.FACT, "A fact"), (EntryKind.OPINION, "An opinion")),
    )
    return form(hand, "Write a note", "Write the note", TEXT, kind, *WHEN, about=WHEN_WRONG)


def noted(hand: Hand, filled: Filled) -> None:
    said = {"text": filled.answers["text"]}
    kind = EntryKind(filled.answers["kind"])
    casebook.note(hand.gateway, hand.store, hand.person, hand.case.id, kind, said, hand.at, filled.moment("told"))


def step(hand: Hand) -> Form:
    asked = (
        Field("step", "What was done?", Shape.CHOICE, "", "Choose what was done", words.choices(words.STEPS)),
        Field("side", "By whom?", Shape.CHOICE, "", "Choose who did it", words.choices(words.SIDES)),
        Field("result", "What came of it?", Shape.CHOICE, "", "Choose what came of it", words.choices(words.RESULTS)),
        Field("text", "What was said or seen?", Shape.AREA, "You may leave this open."),
    )
    return form(hand, "Write a step of the enquiries", "Write the step", *asked, *WHEN, about=WHEN_WRONG)


def stepped(hand: Hand, filled: Filled) -> None:
    said = {name: filled.answers[name] for name in ("step", "side", "result")}
    text = filled.answers["text"] or f"{words.said_of(said['step'])}."
    told = filled.moment("told")
    casebook.note(
        hand.gateway, hand.store, hand.person, hand.case.id, EntryKind.STEP, {**said, "text": text}, hand.at, told
    )


def learnt(hand: Hand) -> Form:
    asked = (
        Field("channel", "How did you learn it?", Shape.CHOICE, "", "Choose how", words.choices(words.CHANNELS)),
        Field("whom", "Who told you?", wanted="Write who told you"),
        Field("check", "How did you make sure who they are?", Shape.TEXT, "For example: I rang back on the number "
              "in the directory.", "Write how you made sure who they are"),
        Field("text", "What did they say?", Shape.AREA, wanted="Write what they said"),
    )  # fmt: skip
    return form(hand, "Write down what somebody told us", "Write it down", *asked, *WHEN, about=WHEN_WRONG)


def heard(hand: Hand, filled: Filled) -> None:
    said = filled.answers
    when = filled.moment("told") or hand.at
    word = Word(said["text"], said["whom"], said["check"], Channel(said["channel"]), when)
    telling.learnt(hand.gateway, hand.store, hand.person, hand.case.id, word, hand.at)


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
