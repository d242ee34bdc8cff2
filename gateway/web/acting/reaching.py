"""What leaves a case: told by word of mouth, a notice, an enquiry to many, a transfer, the log of joint enquiries."""

from collections.abc import Sequence
from types import MappingProxyType

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.core import requests
from gateway.core.days import day_of
from gateway.core.decisions import reasoning
from gateway.core.documents.messages.words import Urgency
from gateway.core.errors import Code
from gateway.core.facts import Channel
from gateway.core.terms import CaseId, PartnerId, PurposeCode
from gateway.flows import jointly, notifying, telling, tracing, transferring
from gateway.flows.intake import Plan
from gateway.flows.telling import Word
from gateway.flows.tracing import Wish
from gateway.web import words
from gateway.web.acting.hand import WHEN, About, Hand, form
from gateway.web.asked import again, decided, parsed
from gateway.web.forms import Choices, Field, Filled, Form, Shape

TO = MappingProxyType({Code.NO_RECIPIENT: "to"})


def notice(hand: Hand) -> Form:
    """As it was answered before, where somebody comes back to change it; no answer names a child."""
    given = request.args
    asked = (
        Field(
            "to", "Which council?", Shape.PICK, "You see what would go, and on which ground, before anything is sent.",
            "Choose a council", tuple(notifying.councils(hand.gateway, hand.case, hand.at)), given.get("to", ""),
        ),
        Field("question", "What do you tell or ask them?", Shape.CHOICE, "", "Choose what you tell or ask",
              words.choices(words.QUESTIONS), given.get("question", "")),
        Field("urgency", "How urgent is it?", Shape.CHOICE, "", "Choose how urgent it is",
              words.choices(words.URGENCIES), given.get("urgency", Urgency.ROUTINE)),
    )  # fmt: skip
    return form(hand, "Tell another council", "Continue", *asked)


def noticing(hand: Hand, filled: Filled) -> Response:
    said = filled.answers
    to, question, urgency = said["to"], said["question"], said["urgency"]
    where = url_for("notice_look", case=hand.case.id, to=to, question=question, urgency=urgency)
    return redirect(where, 303)


# -- by word of mouth -------------------------------------------------------------------------------------------------


def tell(hand: Hand) -> Form:
    asked = (
        Field("to", "Whom would you tell?", Shape.PICK, "", "Choose whom", _others(hand)),
        Field("purpose", "Why?", Shape.PICK, "", "Choose why", _purposes(hand), "P06"),
        Field("channel", "How?", Shape.CHOICE, "", "Choose how", words.choices(words.CHANNELS)),
        Field("whom", "With whom do you speak?", Shape.TEXT, "A name and an office.", "Write with whom you speak"),
        Field("check", "How did you make sure who they are?", Shape.TEXT, "For example: I rang the number in the "
              "directory.", "Write how you made sure who they are"),
        Field("text", "What would you tell them?", Shape.AREA, "", "Write what you would tell them"),
        *WHEN,
    )  # fmt: skip
    intro = ("Ask here before you tell anybody anything: you are told what may go, and it stands in the log.",)
    about: About = MappingProxyType({**TO, Code.CASE_STEP: "told", Code.REASON_WANTED: "text"})
    return form(hand, "Tell somebody by word of mouth", "Ask whether it may be told", *asked, intro=intro, about=about)


def told(hand: Hand, filled: Filled) -> str:
    said = filled.answers
    at = filled.moment("told") or hand.at
    word = Word(said["text"], said["whom"], said["check"], Channel(said["channel"]), at)
    to, purpose = parsed(PartnerId, said["to"]), parsed(PurposeCode, said["purpose"])
    made = telling.tell(hand.gateway, hand.store, hand.person, hand.case.id, to, purpose, word, hand.at)
    book = hand.gateway.rulebook
    return render_template("mouth.html", case=hand.case.id, made=made, book=book)


def _others(hand: Hand, *, schools: bool = False) -> Choices:
    """Everybody else in the directory today, or every school, by name."""
    partners, day = hand.gateway.store.register().directory.partners.values(), day_of(hand.at)
    found = [one for one in partners if one.id != hand.case.home and one.in_effect.covers(day)]
    found = [one for one in found if one.kind.school or not schools]
    return tuple((one.id, one.name) for one in sorted(found, key=lambda one: one.name))


def _purposes(hand: Hand) -> Choices:
    rows, day = hand.gateway.rulebook.purposes.values(), day_of(hand.at)
    return tuple((one.code, f"{one.code}: {one.sentence}") for one in rows if one.is_on(day))


# -- messages ---------------------------------------------------------------------------------------------------------


def transfer(hand: Hand) -> Form:
    asked = (
        Field("to", "Which council?", Shape.PICK, "It stays your case until a person there has accepted it.",
              "Choose a council", tuple(notifying.councils(hand.gateway, hand.case, hand.at))),
        Field("effect", "From which day should it be theirs?", Shape.DAY, "For example 27 3 2026.", "Write the day"),
        Field("evidence", "What shows that the child is theirs?", Shape.AREA, "They read this.", "Write what shows it"),
    )  # fmt: skip
    return form(hand, "Hand this case over to another council", "Offer it to them", *asked, about=TO)


def transferred(hand: Hand, filled: Filled) -> str:
    effect, to = filled.day("effect"), parsed(PartnerId, filled.answers["to"])
    assert effect is not None, "the form asked for it"
    evidence = filled.answers["evidence"]
    plan = transferring.offer(hand.gateway, hand.store, hand.person, hand.case.id, to, effect, evidence, hand.at)
    return said(hand.case.id, "The transfer", [(to, plan)])


def joint(hand: Hand) -> Form:
    to = Field(
        "to", "With whom were the enquiries made?", Shape.PICK, "A school, or another council.", "Choose with whom",
        (*notifying.councils(hand.gateway, hand.case, hand.at), *_others(hand, schools=True)),
    )  # fmt: skip
    intro = ("Every step in the timeline goes, of both sides. What somebody wrote as a note does not.",)
    about: About = MappingProxyType({**TO, Code.CASE_STEP: "to"})
    return form(hand, "Send the log of the joint enquiries", "Send it", to, intro=intro, about=about)


def joined(hand: Hand, filled: Filled) -> str:
    to = parsed(PartnerId, filled.answers["to"])
    plan = jointly.send(hand.gateway, hand.store, hand.person, hand.case.id, to, hand.at)
    return said(hand.case.id, "The log", [(to, plan)])


def enquiry(hand: Hand) -> Form:
    asked = (
        Field("to", "Which councils?", Shape.SEVERAL, "Each is asked by itself, and looks out for a year.",
              "Choose the councils", tuple(notifying.councils(hand.gateway, hand.case, hand.at)),
              near=tracing.agreed_with(hand.gateway, hand.case, hand.at),
              more="Councils with which no agreement is in force"),
        Field("grade", "What do you need to know?", Shape.CHOICE, "Ask no more than you need.",
              "Choose what you need to know", words.GRADES, "1"),
        Field("reason", "Why do you need that much?", Shape.AREA, "Only where you ask how the family is reached, or "
              "who works with the child. They read this."),
        Field("phone", "On which number can they call you back?", Shape.TEXT, "With its area code.",
              "Write a number on which they can call you back", value=_own_number(hand)),
    )  # fmt: skip
    about: About = MappingProxyType({**TO, Code.FINDINGS: "reason"})
    return form(hand, "Ask other councils after this child", "Continue", *asked, about=about)


def looked(hand: Hand, filled: Filled) -> Response | str:
    """What each would be told, and the same answers to send: a reason may name a child, so no address holds it."""
    wish = _wish(filled)
    if wish.grade >= requests.REASONED and len(wish.reason.split()) < requests.LEAST_WORDS:
        return again(enquiry(hand), filled.saying("reason", "Say in a sentence why you need that much"))
    found = tracing.look(hand.gateway, hand.store, hand.person, hand.case.id, wish, hand.at)
    told = {"case": hand.case.id, "home": hand.case.home, "wish": wish, "found": found}
    return render_template("enquiry-look.html", **told, book=hand.gateway.rulebook, steps=reasoning.steps)


def asked(hand: Hand, filled: Filled) -> str:
    made = tracing.send(hand.gateway, hand.store, hand.person, hand.case.id, _wish(filled), hand.at)
    return said(hand.case.id, "The enquiry", [(one.council, one.plan) for one in made])


def _wish(filled: Filled) -> Wish:
    councils = tuple(parsed(PartnerId, one) for one in filled.several["to"])
    said = filled.answers
    return Wish(councils, int(said["grade"]), said["phone"], said["reason"])


def _own_number(hand: Hand) -> str:
    return hand.gateway.store.register().directory.get(hand.case.home).contact.phone


def said(case: CaseId, what: str, made: Sequence[tuple[PartnerId, Plan]]) -> str:
    """The page that tells what became of a message, or of the same one to several."""
    return render_template("said.html", case=case, what=what, rows=decided(made))
