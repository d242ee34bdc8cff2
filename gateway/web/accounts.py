"""Where somebody is signed in, who may sign in at all, and what those do who answer for it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from flask import Flask, g, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway.core import roles
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Role
from gateway.core.records import Person, Session
from gateway.core.terms import PartnerId, PersonId, SessionId
from gateway.flows import accounts, admitting, enquiry, sessions
from gateway.flows.accounts import Accounts
from gateway.flows.admitting import Admitting
from gateway.flows.ports import Gateway
from gateway.web import words
from gateway.web.asked import again, asked, parsed, person, posted
from gateway.web.forms import Field, Filled, Form, Shape

NO_NAME = "A name is two to 32 small letters, digits, dots and hyphens, and begins with a letter"
TAKEN = "Somebody has that name: choose another"
UNFIT = MappingProxyType({Code.NOT_ALLOWED: "of"})


class Store(Accounts, Admitting, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store, *, passkeys: bool) -> None:
    """The routes of sessions and accounts."""

    @app.get("/sessions")
    def sessions_list() -> str:
        found = sessions.listed(gateway, store, person().id, gateway.clock())
        shown = {"here": current().id, "lasts": gateway.lasts, "passkeys": passkeys}
        return render_template("sessions.html", sessions=found, **shown)

    @app.post("/sessions/<session>/end")
    def session_end(session: str) -> AnyResponse:
        sessions.end(gateway, store, person().id, parsed(SessionId, session), person(), gateway.clock())
        return redirect(url_for("sessions_list"), 303)

    @app.post("/sessions/end")
    def sessions_end() -> str:
        sessions.end_all(gateway, store, person().id, person().id, gateway.clock())
        return render_template("signed-out.html", person=None)

    @app.get("/act-for")
    def acting_for() -> str:
        return asked(_schools(gateway))

    @app.post("/act-for")
    def act_for() -> AnyResponse:
        def chosen(filled: Filled) -> AnyResponse:
            sessions.act_for(store, current(), g.whole, PartnerId(filled.answers["school"]))
            return redirect(url_for("start"), 303)

        return posted(_schools(gateway), chosen)

    _people(app, gateway, store)
    _admitting(app, gateway, store)


def _people(app: Flask, gateway: Gateway, store: Store) -> None:
    @app.get("/people")
    def people_list() -> str:
        rows = accounts.listed(gateway, store, person(), gateway.clock())
        return render_template("people.html", rows=rows, may_do=roles.MAY, roles=words.ROLES)

    @app.get("/people/<whom>")
    def one_person(whom: str) -> str:
        row = accounts.one(gateway, store, person(), parsed(PersonId, whom), gateway.clock())
        return render_template("person.html", row=row, may_do=roles.MAY, roles=words.ROLES)

    @app.post("/people/<whom>/<what>")
    def person_act(whom: str, what: str) -> AnyResponse | str:
        do = ACTS.get(what)
        if do is None:
            raise Refusal(Code.NOT_FOUND)
        token = do(gateway, store, parsed(PersonId, whom))
        if token is not None:
            address = url_for("link", token=token, _external=True)
            return render_template("link-made.html", whom=whom, address=address)
        return redirect(url_for("one_person", whom=whom), 303)


def _admitting(app: Flask, gateway: Gateway, store: Store) -> None:
    def form() -> Form:
        given = tuple((str(one), words.ROLES[one]) for one in admitting.roles_of(person()))
        known = tuple(admitting.organisations(gateway, person(), gateway.clock()))
        fields = (
            Field("name", "By which name do they sign in?", Shape.TEXT, "Small letters, as a.shah. Not a child’s.",
                  "Write a name"),
            Field("role", "What are they to do?", Shape.CHOICE, "", "Choose what they are to do", given),
            Field("of", "For whom do they act?", Shape.PICK, "Whoever works on cases acts for the council itself, and "
                  "all others for who they are of.", "Choose for whom they act", known),
        )  # fmt: skip
        intro = ("You get a link that signs them in once. Give it to them yourself: no e-mail is sent.",)
        return Form("Let somebody new in", "Let them in", fields, intro, url_for("people_list"), about=UNFIT)

    @app.get("/let-in")
    def person_new() -> str:
        return asked(form())

    @app.post("/let-in")
    def person_let_in() -> AnyResponse:
        def do(filled: Filled) -> AnyResponse | str:
            said = filled.answers
            try:
                whom = Person(PersonId(said["name"]), Role(said["role"]), PartnerId(said["of"]))
            except ValueError:
                return again(form(), filled.saying("name", NO_NAME))
            token = admitting.admit(gateway, store, person(), whom, gateway.clock())
            if token is None:
                return again(form(), filled.saying("name", TAKEN))
            address = url_for("link", token=token, _external=True)
            return render_template("link-made.html", whom=whom.id, address=address)

        return posted(form(), do)


def current() -> Session:
    """The session by which this request came; the door has let nobody come so far without one."""
    assert isinstance(g.session, Session)
    return g.session


def _schools(gateway: Gateway) -> Form:
    """For which of their schools somebody acts."""
    choices = tuple((one, enquiry.name_of(gateway, one)) for one in sorted(g.whole.homes))
    asked_for = Field(
        "school", "Which one?", Shape.CHOICE, "", "Choose for whom you act", choices, person().organisation
    )
    intro = ("You see and send what is of one organisation at a time. You can change it whenever you like.",)
    return Form("For whom do you act?", "Go on", (asked_for,), intro, url_for("start"))


def _link(gateway: Gateway, store: Store, whom: PersonId) -> str:
    return accounts.link(gateway, store, store, person(), whom, gateway.clock())


def _confirm(gateway: Gateway, store: Store, whom: PersonId) -> None:
    accounts.confirm(gateway, store, person(), whom, gateway.clock())


def _stop(gateway: Gateway, store: Store, whom: PersonId) -> None:
    accounts.stop(gateway, store, person(), whom, gateway.clock())


def _end(gateway: Gateway, store: Store, whom: PersonId) -> None:
    accounts.end(gateway, store, person(), whom, gateway.clock())


ACTS: Mapping[str, Callable[[Gateway, Store, PersonId], str | None]] = MappingProxyType(
    {"link": _link, "confirm": _confirm, "stop": _stop, "end": _end}
)
"""By the last part of its address; a link is shown to whoever made it, once."""
