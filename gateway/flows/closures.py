"""A case that opens to nobody but named people: of a protected family, or of the child of somebody who works here.

To everybody else it is not there, whatever their role: not in a list, not by its id, and not by what the disclosure log
says about its child. Two are named at least, so that one may be away.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from gateway.core import roles
from gateway.core.errors import Code, Refusal
from gateway.core.facts import CaseClosedTo, What, join
from gateway.core.records import Case, Person, Record
from gateway.core.roles import Can
from gateway.core.terms import CaseId, PersonId
from gateway.flows.ports import Gateway

FEWEST = 2


class Closing(Protocol):
    def close_case(self, case: CaseId, people: Collection[PersonId], record: Record) -> None: ...


def open_to(gateway: Gateway, person: Person, found: Sequence[Case]) -> list[Case]:
    """Those of these cases that are there for this person."""
    closed = gateway.store.closures([one.id for one in found])
    return [one for one in found if one.id not in closed or person.id in closed[one.id]]


def refuse_closed(gateway: Gateway, person: Person, handles: Sequence[str]) -> None:
    """Raises Refusal(SAFEGUARDING_ONLY) for who asks about a child whose case does not open to them.

    Whoever watches over all that was disclosed reads the log whole.
    """
    if not roles.may(person.role, Can.BUNDLE) and not opens(gateway, person, handles):
        raise Refusal(Code.SAFEGUARDING_ONLY)


def opens(gateway: Gateway, person: Person, handles: Sequence[str]) -> bool:
    """Whether every case of a child is there for this person."""
    return all(person.id in people for people in gateway.store.closures_on(handles).values())


def people_for(gateway: Gateway, case: Case) -> Sequence[PersonId]:
    """Who may be named: everybody who may work on cases of that home."""
    able = roles.who(Can.WORK_CASES)
    return sorted(one.id for one in gateway.store.people() if one.role in able and case.home in one.homes)


def close_to(
    gateway: Gateway, store: Closing, person: Person, case: Case, people: Collection[str], reason: str, at: datetime
) -> None:
    """From now on the case, which is open to ``person``, opens to these alone; to everybody again where none is named.

    Raises Refusal: NOT_ALLOWED, TWO_NAMED for one alone, REASON_WANTED.
    """
    if not roles.may(person.role, Can.CLOSE_TO_OTHERS):
        raise Refusal(Code.NOT_ALLOWED)
    if not reason.strip():
        raise Refusal(Code.REASON_WANTED)
    named = sorted({PersonId(one) for one in people})
    if not set(named) <= set(people_for(gateway, case)):
        raise Refusal(Code.NOT_ALLOWED)
    if named and len(named) < FEWEST:
        raise Refusal(Code.TWO_NAMED)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    named_as = tuple(join(gateway.draw, What.PERSON, one, one) for one in named)
    why = join(gateway.draw, What.TEXT, reason, case.id)
    commitments = tuple(one.commitment for one in named_as)
    fact = CaseClosedTo(at, case.home, case.id, who.commitment, commitments, why.commitment)
    store.close_case(case.id, named, Record((fact,), (who, *named_as, why)))
