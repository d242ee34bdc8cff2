"""Who may look at what the log says, and that they looked: viewing is a fact, written before anything is shown.

An officer sees what the homes say that they may act for, governance and auditors likewise, a school what is its own;
an operator keeps the machine running and sees nothing (law.md §3.5).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.core import roles
from gateway.core.cases import LIVE
from gateway.core.errors import Code, Refusal
from gateway.core.facts import ChildLooked, Fact, Join, What, commitment_of, join
from gateway.core.records import Case, Person, Record
from gateway.core.roles import Can
from gateway.core.terms import PartnerId
from gateway.flows.ports import Gateway

LOOKERS, SCHOOLS = roles.who(Can.LOOK), roles.who(Can.OWN_DISCLOSURES)
SHORTEST_REASON = 10

COUNTERS = roles.who(Can.COUNT)
"""Counts name nobody: whoever keeps the machine running may read them too."""

Mine = Callable[[Person, Collection[str]], bool]
"""Whether somebody has an open case about a child, by what the child is found by."""


def nobodys(_person: Person, _handles: Collection[str]) -> bool:
    """No case is known: everybody is asked for a reason."""
    return False


class Caseload(Protocol):
    """What it asks of the store to know whose case a child is."""

    def cases_on(self, home: PartnerId, handles: Sequence[str]) -> Sequence[Case]: ...


def own_case(store: Caseload) -> Mine:
    """An officer's own live cases must know everything that is asked by: one child of theirs opens no other."""

    def mine(person: Person, handles: Collection[str]) -> bool:
        found = [case for home in sorted(person.homes) for case in store.cases_on(home, tuple(handles))]
        own = [case for case in found if case.officer == person.id and case.state in LIVE]
        return bool(handles) and {one for case in own for one in case.handles}.issuperset(handles)

    return mine


def homes_of(gateway: Gateway, person: Person) -> tuple[PartnerId, ...]:
    """Whose lines somebody may see. Raises Refusal(NOT_ALLOWED)."""
    if person.role in SCHOOLS:
        directory = gateway.store.register().directory
        found = directory.find(person.organisation)
        homes = {directory.receiver(found).id} if found else set[PartnerId]()
    else:
        homes = set(person.homes) if person.role in LOOKERS else set()
    allowed = tuple(sorted(homes & set(gateway.homes)))
    if not allowed:
        raise Refusal(Code.NOT_ALLOWED)
    return allowed


@dataclass(frozen=True, slots=True)
class Between:
    """A period: ``since`` is included, ``until`` is not."""

    since: datetime
    until: datetime


def counted_homes(gateway: Gateway, person: Person) -> tuple[PartnerId, ...]:
    """Whose counts somebody may see. Raises Refusal(NOT_ALLOWED)."""
    homes = tuple(sorted(person.homes & set(gateway.homes)))
    if person.role not in COUNTERS or not homes:
        raise Refusal(Code.NOT_ALLOWED)
    return homes


def own_of(person: Person) -> PartnerId | None:
    """The organisation to whose own lines a person of a school is kept."""
    return person.organisation if person.role in SCHOOLS else None


def child_looked(
    gateway: Gateway, person: Person, handles: tuple[str, ...], reason: str, count: int, at: datetime
) -> Record:
    """That somebody asked about a child, once for each home whose lines they see.

    The reason rests closed, as everything that people write.
    """
    text = gateway.vault.keep(reason.encode()) if reason else None
    kept = () if text is None else (text,)

    def said(home: PartnerId) -> tuple[Fact, tuple[Join, ...]]:
        who = join(gateway.draw, What.PERSON, person.id, person.id)
        children = tuple(join(gateway.draw, What.CHILD, one, one) for one in handles)
        why = () if text is None else (join(gateway.draw, What.TEXT, reason, text.id),)
        named = tuple(one.commitment for one in children)
        fact = ChildLooked(at, home, who.commitment, named, count, commitment_of(why))
        return fact, (who, *children, *why)

    made = [said(home) for home in homes_of(gateway, person)]
    return Record(tuple(fact for fact, _ in made), tuple(one for _, joins in made for one in joins), kept)


def reason_of(text: str) -> str:
    """Raises Refusal(REASON_WANTED) for what says nothing."""
    said = text.strip()
    if len(said) < SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)
    return said
