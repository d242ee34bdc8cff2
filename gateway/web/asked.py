"""What views begin with: who asks, what they name, and a form as it is asked, filled in and asked again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from flask import g, render_template, request
from werkzeug.wrappers import Response

from gateway.core.days import day_of
from gateway.core.errors import Code, Refusal
from gateway.core.records import Person
from gateway.core.terms import PartnerId, Token
from gateway.flows import enquiry, sending
from gateway.flows.intake import Plan
from gateway.flows.ports import Gateway
from gateway.web import forms
from gateway.web.forms import Choices, Filled, Form

Id = TypeVar("Id", bound=Token)
Decided = tuple[PartnerId | None, Sequence[Mapping[str, Any]], Code | None]
"""To whom it was to go, what was decided, and why nothing of it could be."""


def person() -> Person:
    """Whoever has signed in; the door has let nobody else come so far."""
    assert isinstance(g.person, Person)
    return g.person


def today(gateway: Gateway) -> date:
    """The day as a calendar on the wall shows it."""
    return day_of(gateway.clock())


def own_homes(gateway: Gateway) -> list[PartnerId]:
    """Those for which whoever asks may act; nobody elsewhere acts for one."""
    return sorted(person().homes & set(gateway.homes))


def named_homes(gateway: Gateway) -> Choices:
    """The same by their names, as a form lets people choose among them."""
    return tuple((one, enquiry.name_of(gateway, one)) for one in own_homes(gateway))


def parsed(kind: type[Id], text: str) -> Id:
    """What an address or a form names. Raises Refusal(NOT_FOUND)."""
    try:
        return kind(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None


def asked(form: Form) -> str:
    """The page of a form that nobody has filled in yet."""
    return render_template("form.html", form=form, filled=Filled())


def filled_in(form: Form) -> Filled:
    """A form as the browser sends it."""
    return forms.read(form, request.form.to_dict(flat=False))


def posted(form: Form, do: Callable[[Filled], Response | str], filled: Filled | None = None) -> Response:
    """What ``do`` answers to a form that is filled in; what is wrong with it, or refused about a field, is asked again.

    ``filled`` is given where more was looked at than the form itself can say.
    """
    filled = filled or filled_in(form)
    if not filled.wrong:
        try:
            answer = do(filled)
            return answer if isinstance(answer, Response) else Response(answer, mimetype="text/html")
        except Refusal as refusal:
            filled = filled.refused(form, refusal)
    return again(form, filled)


def again(form: Form, filled: Filled) -> Response:
    """The same page with what was written and what is wrong with it."""
    return Response(render_template("form.html", form=form, filled=filled), 422, mimetype="text/html")


def outcomes(title: str, made: Iterable[tuple[PartnerId | None, Plan]]) -> str:
    """The page that tells what was decided about a message, or about the same one to several."""
    return render_template("outcomes.html", title=title, rows=decided(made))


def decided(made: Iterable[tuple[PartnerId | None, Plan]]) -> list[Decided]:
    """The same as pages show it."""
    return [(to, sending.decisions_of(plan), plan.refusal) for to, plan in made]
