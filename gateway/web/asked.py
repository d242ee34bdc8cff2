"""Who asks, and what they name: the two things that every view begins with."""

from typing import TypeVar

from flask import g

from gateway.core.errors import Code, Refusal
from gateway.core.records import Person
from gateway.core.terms import Token

Id = TypeVar("Id", bound=Token)


def person() -> Person:
    """Whoever has signed in; the door has let nobody else come so far."""
    assert isinstance(g.person, Person)
    return g.person


def parsed(kind: type[Id], text: str) -> Id:
    """What an address or a form names. Raises Refusal(NOT_FOUND)."""
    try:
        return kind(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None
