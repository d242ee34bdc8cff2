"""Who acts: somebody who may sign in, by the name that the operator gave them."""

from gateway import wiring
from gateway.core.errors import Code, Refusal
from gateway.core.records import Person
from gateway.core.terms import PersonId
from gateway.wiring import Installation


def person_of(installed: Installation, text: str) -> Person:
    """Somebody in whose name something may be done. Raises Refusal: NOT_ALLOWED, or ACCOUNT_STOPPED."""
    found = anybody_of(installed, text)
    account = next((kept for one, kept in installed.store.accounts() if one.id == found.id), None)
    if account is not None and not account.stands(wiring.now()):
        raise Refusal(Code.ACCOUNT_STOPPED)
    return found


def anybody_of(installed: Installation, text: str) -> Person:
    """Somebody of that name, whether or not their account stands. Raises Refusal(NOT_ALLOWED)."""
    try:
        found = installed.store.person(PersonId(text))
    except ValueError:
        raise Refusal(Code.NOT_ALLOWED) from None
    if found is None:
        raise Refusal(Code.NOT_ALLOWED)
    return found
