"""Who acts: somebody who may sign in, by the name that the operator gave them."""

from gateway.core.errors import Code, Refusal
from gateway.core.records import Person
from gateway.core.terms import PersonId
from gateway.wiring import Installation


def person_of(installed: Installation, text: str) -> Person:
    """Somebody who may sign in. Raises Refusal(NOT_ALLOWED)."""
    try:
        found = installed.store.person(PersonId(text))
    except ValueError:
        raise Refusal(Code.NOT_ALLOWED) from None
    if found is None:
        raise Refusal(Code.NOT_ALLOWED)
    return found
