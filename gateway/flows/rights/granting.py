"""Deciding that a rights request is done: only for whoever has that right, and when all that it needs is shown."""

from collections.abc import Sequence
from datetime import date, datetime

from gateway.core import rights
from gateway.core.days import day_of
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Asker, RightsKind, RightsStep
from gateway.core.records import Person, Record
from gateway.core.terms import Basis, RequestId
from gateway.flows.ports import Gateway
from gateway.flows.rights import disclosed, requests
from gateway.flows.rights.ports import Kept, Rights
from gateway.flows.rights.requests import HOLDING, Case

AGE_OF_ASKING = 12
"""From this age a child is asked before a parent is answered: guidance, and a setting (law.md §3.3)."""

OF_CHILD = frozenset({*HOLDING, RightsKind.ERASURE, RightsKind.PORTABLE_COPY})
"""What is done to the whole record: nobody else takes it away, destroys it or stops its use."""


def grant(
    gateway: Gateway,
    store: Rights,
    person: Person,
    request: RequestId,
    reason: str,
    at: datetime,
    age: int = AGE_OF_ASKING,
    *,
    without_child: bool = False,
    beside: Record = requests.NOTHING_BESIDE,
    destroyed: Sequence[str] = (),
) -> Case:
    """Decide that it is done. Raises Refusal as ``step``; and RESPONSIBILITY_WANTED, CHILD_TO_ASK, COMPETENCE_WANTED,
    NO_SUCH_RIGHT.
    """
    case = requests.found(gateway, store, person, request)
    refuse_unready(gateway, store, case, at, age, without_child=without_child)
    told = disclosed.about(gateway, store, case.request.handles, case.request.home)
    bases = {one.basis for one in told if one.basis} or {Basis.A6E}
    stranger = case.request.kind in OF_CHILD and case.request.asker not in requests.FOR_CHILD
    if stranger or not any(rights.exists(case.request.kind, basis) for basis in bases):
        raise Refusal(Code.NO_SUCH_RIGHT)
    granted = RightsStep.GRANTED
    return requests.step(gateway, store, person, request, granted, reason, at, beside=beside, destroyed=destroyed)


def refuse_unready(
    gateway: Gateway, store: Kept, case: Case, at: datetime, age: int = AGE_OF_ASKING, *, without_child: bool = False
) -> None:
    """A parent shows responsibility first, and a child of that age is asked.

    Of a child that asks itself and is younger, or whose age nobody knows, somebody has judged that it understands what
    it asks.
    """
    asker = case.request.asker
    if asker not in {Asker.PARENT, Asker.CHILD}:
        return
    if not case.stands.responsibility:
        raise Refusal(Code.RESPONSIBILITY_WANTED)
    born = disclosed.born(gateway, store, case.request.handles, case.request.home)
    old_enough = born is not None and _age(born, day_of(at)) >= age
    if asker is Asker.CHILD and not old_enough and not case.stands.competent:
        raise Refusal(Code.COMPETENCE_WANTED)
    if asker is Asker.PARENT and old_enough and not case.stands.child_agreed and not without_child:
        raise Refusal(Code.CHILD_TO_ASK)


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


__all__ = ["AGE_OF_ASKING", "grant", "refuse_unready"]
