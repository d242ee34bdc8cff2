"""Somebody about to do something with one case, and what one such thing is: a form and a flow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from flask import url_for
from werkzeug.wrappers import Response

from gateway.core.cases import CaseState
from gateway.core.errors import Code
from gateway.core.records import Case, Person
from gateway.core.roles import Can
from gateway.flows import enquiry
from gateway.flows.casebook import Casebook
from gateway.flows.caselist import Cases
from gateway.flows.closures import Closing
from gateway.flows.ports import Gateway
from gateway.flows.referring import Referrers
from gateway.web import forms
from gateway.web.forms import Field, Filled, Form, Shape

About = Mapping[Code, str]
LOOK: About = MappingProxyType({Code.REASON_WANTED: "reason"})


class Store(Casebook, Cases, Closing, Referrers, Protocol):
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
    """One thing that may be done with a case in ``states``: its form, and what it does.

    ``do`` answers with where to go next, or with a page; with nothing, one goes back to the case.
    """

    link: str
    states: frozenset[CaseState]
    form: Callable[[Hand], Form]
    do: Callable[[Hand, Filled], Response | str | None]
    needs: Can = Can.WORK_CASES


def form(
    hand: Hand, title: str, button: str, *fields: Field, intro: tuple[str, ...] = (), about: About = forms.NOWHERE
) -> Form:
    acting = f"Acting for {enquiry.name_of(hand.gateway, hand.case.home)}."
    return Form(title, button, fields, (acting, *intro), url_for("case", case=hand.case.id), about=about)


TEXT = Field("text", "What is it?", Shape.AREA, wanted="Write what it is")
WHEN = (
    Field("told", "On which day was it?", Shape.DAY, "Leave this open if it was just now."),
    Field("told-clock", "At what time?", Shape.CLOCK, "For example 14:20. Leave it open if you do not know."),
)
WHEN_WRONG: About = MappingProxyType({Code.CASE_STEP: "told", Code.REASON_WANTED: "text"})
