"""Telling of a child: the form for anybody, named or not, and an officer's page for what was said to them.

Nobody learns from the form whether a child is known, and it keeps nothing of from where it was sent.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from flask import Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core.errors import Code, Refusal
from gateway.core.facts import Channel
from gateway.core.partners import Partner
from gateway.core.records import Person
from gateway.core.terms import CaseId, LaEstab, PartnerId, Upn
from gateway.flows import casebook, referring
from gateway.flows.casebook import Casebook
from gateway.flows.ports import Gateway
from gateway.flows.referring import Spoken, Told
from gateway.web import signing, words
from gateway.web.acting.hand import WHEN
from gateway.web.asked import asked, filled_in, named_homes, person, posted
from gateway.web.casework import NO_UPN
from gateway.web.filing import NO_SCHOOL, numbered
from gateway.web.forms import Field, Filled, Form, Shape
from gateway.web.statements import Statements
from gateway.web.turns import Turns

IN_ALL = 300
"""So many referrals are taken in one window from everybody together."""

YES, NO = "yes", "no"
CHILD = (
    Field("forename", "The child’s first name"),
    Field("surname", "The child’s last name"),
    Field("born", "Date of birth", Shape.DAY, "For example 27 3 2016."),
)
PLACE = Field("place", "Where does the child live, or where have you seen them?", Shape.TEXT, "As much as you know.")
FAMILY = Field("family", "Who looks after the child?")
SEEN = Field("seen", "When was the child last at school?", Shape.DAY, "As far as you know. Leave it open if not.")
BESIDE = ("place", "family", "age", "school")
WHO_TOLD = (("professional", "Somebody in their work"), ("public", "A member of the public"))
NOT_NAMED = "You chose not to be named: take out your name and how to reach you, or choose to give your name"
WHO = "Write your name, or choose not to be named"
ANYTHING = "Write a name, a place or a school, so that somebody can look for the child"


class Store(Casebook, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store, said: Statements) -> None:
    """The routes of referrals."""
    _add_form(app, gateway, said)
    _add_spoken(app, gateway, store)


def _add_form(app: Flask, gateway: Gateway, said: Statements) -> None:
    turns = Turns(gateway.draw, gateway.lasts.tries, IN_ALL, gateway.lasts.wait)

    def shown(home: str, filled: Filled) -> str:
        council, form = _council(gateway, home), _form(home)
        return render_template("referral.html", form=form, filled=filled, home=council, urgent=said.privacy.urgent)

    @app.get("/tell-us")
    def refer() -> AnyResponse | str:
        if len(gateway.homes) == 1:
            return redirect(url_for("referral", home=gateway.homes[0]), 303)
        councils = [_council(gateway, home) for home in gateway.homes]
        return render_template("referral-homes.html", homes=councils, urgent=said.privacy.urgent)

    @app.get("/tell-us/<home>")
    def referral(home: str) -> AnyResponse:
        return signing.before(AnyResponse(shown(home, Filled()), mimetype="text/html"))

    @app.post("/tell-us/<home>")
    def referred(home: str) -> AnyResponse:
        council, form = _council(gateway, home), _form(home)
        filled, at = _checked(filled_in(form)), gateway.clock()
        if not filled.wrong:
            try:
                turns.take(signing.address(), at)
                referring.by_form(gateway, council.id, _told(filled), at)
                return redirect(url_for("referral_taken", home=home), 303)
            except Refusal as refusal:
                filled = filled.refused(form, refusal)
        return signing.before(AnyResponse(shown(home, filled), 422, mimetype="text/html"))

    @app.get("/tell-us/<home>/thank-you")
    def referral_taken(home: str) -> str:
        return render_template("referral-taken.html", home=_council(gateway, home), urgent=said.privacy.urgent)


def _council(gateway: Gateway, home: str) -> Partner:
    if home not in gateway.homes:
        raise Refusal(Code.NOT_FOUND)
    return gateway.store.register().directory.get(PartnerId(home))


def _form(home: str) -> Form:
    fields = (
        Field("concern", "What are you worried about?", Shape.AREA, "What you have seen or heard, and when. Do not "
              "write here who you are: there is a place for that below.", "Write what you are worried about"),
        *CHILD,
        Field("age", "If you do not know the date of birth: about how old is the child?"),
        PLACE,
        FAMILY,
        Field("school", "Which school did the child go to?"),
        SEEN,
        Field("named", "Will you tell us who you are?", Shape.CHOICE, "You need not. If you do, it is kept apart from "
              "what you told, and the family is not told.", "Choose whether you tell us who you are",
              ((YES, "Yes, you may ask me more"), (NO, "No, I do not want to be named"))),
        Field("name", "Your name"),
        Field("reach", "Your phone number or e-mail address"),
        Field("role", "How do you know the child?", Shape.TEXT, "For example: a neighbour, a grandparent, a doctor."),
    )  # fmt: skip
    about = MappingProxyType({Code.REASON_WANTED: "concern", Code.TOO_MANY_TRIES: "concern"})
    return Form("Tell us about a child who may not be getting an education", "Send it", fields, about=about,
                action=url_for("referred", home=home))  # fmt: skip


def _checked(filled: Filled) -> Filled:
    """The same, with what the answers say against each other."""
    said = filled.answers
    mine = said["name"] or said["reach"]
    if said["named"] == NO and mine:
        filled = filled.saying("name" if said["name"] else "reach", NOT_NAMED)
    if said["named"] == YES and not said["name"]:
        filled = filled.saying("name", WHO)
    if not any(said[name] for name in ("forename", "surname", *BESIDE)):
        filled = filled.saying("forename", ANYTHING)
    return filled


def _told(filled: Filled) -> Told:
    said = filled.answers
    seen = {"seen": said["seen"]} if said["seen"] else {}
    return Told(
        concern=said["concern"],
        surname=said["surname"],
        forename=said["forename"],
        born=filled.day("born"),
        last_seen=filled.day("seen"),
        beside={**{name: said[name] for name in BESIDE}, **seen},
        referrer={name: said[name] for name in ("name", "reach", "role")},
    )


# -- what was said to an officer --------------------------------------------------------------------------------------


def _add_spoken(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/cases/by-phone")
    def phone_referral() -> str:
        return asked(_spoken(named_homes(gateway)))

    @app.post("/cases/by-phone")
    def phone_referred() -> AnyResponse:
        form = _spoken(named_homes(gateway))
        filled, upn, school = _numbers(filled_in(form))

        def do(filled: Filled) -> AnyResponse | str:
            at = gateway.clock()
            case = _by_word(gateway, person(), filled, upn, school, at)
            return where(case)

        return posted(form, do, filled)

    def where(case: CaseId) -> AnyResponse | str:
        """The case, or for whom it does not open, that it is written down."""
        try:
            casebook.opened(gateway, store, person(), case)
        except Refusal:
            return render_template("written-down.html")
        return redirect(url_for("case", case=case), 303)


def _spoken(homes: tuple[tuple[str, str], ...]) -> Form:
    channels = tuple(one for one in words.choices(words.CHANNELS) if one[0] != Channel.S2S)
    acting = (Field("home", "For which council do you act?", Shape.CHOICE, "", "Choose for which council", homes),)
    fields = (
        *(acting if len(homes) > 1 else ()),
        Field("channel", "How did they tell you?", Shape.CHOICE, "", "Choose how they told you", channels,
              Channel.PHONE),
        *WHEN,
        Field("kind", "Who told you?", Shape.CHOICE, "Who a member of the public is, is kept apart from the case.",
              "Choose who told you", WHO_TOLD),
        Field("name", "Their name", Shape.TEXT, "Leave it open for a member of the public who gives none."),
        Field("role", "Their office, or how they know the child"),
        Field("reach", "Their phone number or e-mail address"),
        Field("check", "How did you make sure who they are?", Shape.TEXT, "For example: I rang back on the number in "
              "the directory. Leave it open if they gave no name."),
        Field("concern", "What did they say?", Shape.AREA, "", "Write what they said"),
        *CHILD,
        Field("upn", "UPN"),
        PLACE,
        FAMILY,
        Field("school", "At which school was the child last?", Shape.TEXT, "Its seven digits, such as 886 4321."),
        SEEN,
    )  # fmt: skip
    intro = (
        "In one page, while you speak. When it was told and when you write it down are both kept.",
        "If the child is in danger now, ring 999 first.",
    )
    about = MappingProxyType({Code.REASON_WANTED: "concern", Code.EVIDENCE_WANTED: "check", Code.CASE_STEP: "told"})
    return Form("Somebody tells you of a child", "Write it down", fields, intro, url_for("cases_list"), about=about)


def _numbers(filled: Filled) -> tuple[Filled, Upn | None, LaEstab | None]:
    """The number of the child and of the school, with what is wrong about them said."""
    upn = None
    try:
        upn = Upn(filled.answers["upn"].upper()) if filled.answers["upn"] else None
    except ValueError:
        filled = filled.saying("upn", NO_UPN)
    filled, school = numbered(filled, "school", LaEstab, NO_SCHOOL)
    return filled, upn, school


def _by_word(
    gateway: Gateway, who: Person, filled: Filled, upn: Upn | None, school: LaEstab | None, at: datetime
) -> CaseId:
    said: Mapping[str, str] = filled.answers
    told = Told(
        concern=said["concern"],
        surname=said["surname"],
        forename=said["forename"],
        upn=upn,
        born=filled.day("born"),
        school=school,
        last_seen=filled.day("seen"),
        beside={name: said[name] for name in ("place", "family")},
        referrer={name: said[name] for name in ("name", "role", "reach")},
    )
    spoken = Spoken(
        channel=Channel(said["channel"]),
        at=filled.moment("told") or at,
        professional=said["kind"] == "professional",
        check=said["check"],
    )
    home = PartnerId(said.get("home") or who.organisation)
    return referring.by_word(gateway, who, home, told, spoken, at)
