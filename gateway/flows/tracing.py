"""Asking other councils after a child whose case is ours: first what each would be told, then one enquiry to each.

All of them are asked under the reference of the case, so they are one enquiry that is renewed and closed at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from gateway.core import agreements, cases, documents
from gateway.core.days import day_of
from gateway.core.errors import Code, Refusal
from gateway.core.facts import EntryAdded
from gateway.core.partners import PartnerKind
from gateway.core.records import Case, Person
from gateway.core.terms import CaseId, PartnerId
from gateway.flows import casebook, casework, entering, rehearsing, situations, wording
from gateway.flows.asking import MOST_COUNCILS, Sent
from gateway.flows.casebook import Casebook
from gateway.flows.ports import Gateway
from gateway.flows.rehearsing import Rehearsed
from gateway.flows.situations import Extra


@dataclass(frozen=True, slots=True)
class Wish:
    """Which councils are asked, and for an answer of which grade; grades 3 and 4 need a reason (law.md §5).

    ``phone`` is the number on which a person there calls back, without which no request is answered.
    """

    councils: tuple[PartnerId, ...]
    grade: int
    phone: str
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Looked:
    """What one council would be told, and why."""

    council: PartnerId
    found: tuple[Rehearsed, ...]


def look(gateway: Gateway, store: Casebook, person: Person, case: CaseId, wish: Wish, at: datetime) -> Sequence[Looked]:
    """What asking would do at each council; nothing is written. Raises Refusal as ``send`` does."""
    found = _opened(gateway, store, person, case)
    return [
        Looked(council, rehearsing.as_it_stands(gateway, found.home, name, content, at))
        for council, name, content in _made(gateway, found, wish, at)
    ]


def send(gateway: Gateway, store: Casebook, person: Person, case: CaseId, wish: Wish, at: datetime) -> Sequence[Sent]:
    """Ask each of them; what was decided stands in each plan, and what goes in the timeline.

    Raises Refusal: CASE_STEP where the case goes on in another, NO_RECIPIENT for anybody who is no other council,
    FINDINGS for a grade that wants a reason and has none.
    """
    found = _opened(gateway, store, person, case)
    sent = []
    for council, name, content in list(_made(gateway, found, wish, at)):
        said = {"text": "An enquiry to another council.", "to": council}
        beside = partial(entering.sent, gateway, person, found, said, at)
        plan = casework.send(gateway, found.home, name, content, at, extra=Extra(person), beside=beside)
        sent.append(Sent(council, plan))
    return sent


def agreed_with(gateway: Gateway, case: Case, at: datetime) -> frozenset[PartnerId]:
    """The others of the agreements in force to which the home is a party: whom it asks most of the time."""
    standing = agreements.in_force(gateway.store.register().agreements, day_of(at))
    named = ({party.partner for party in one.parties} for one in standing)
    return frozenset[PartnerId]().union(*(one for one in named if case.home in one)) - {case.home}


def _opened(gateway: Gateway, store: Casebook, person: Person, case: CaseId) -> Case:
    found = casebook.opened(gateway, store, person, case)
    cases.after(found.state, EntryAdded)
    return found


def _made(gateway: Gateway, case: Case, wish: Wish, at: datetime) -> Iterator[tuple[PartnerId, str, bytes]]:
    here = situations.of(gateway, case.home, at)
    child = documents.rested(gateway.vault.open_kept(case.kept))
    wanted = tuple(dict.fromkeys(wish.councils))
    theirs = [here.register.directory.find(one) for one in wanted]
    councils = [one for one in theirs if one is not None and one.id != case.home and one.kind is PartnerKind.COUNCIL]
    if not wanted or len(councils) < len(wanted) or len(wanted) > MOST_COUNCILS:
        raise Refusal(Code.NO_RECIPIENT)
    for council in councils:
        made = wording.enquiry(child, case.id, wish.grade, wish.reason, wish.phone, here.home, council, at)
        yield council.id, str(documents.file_name(made)), documents.write(made)
