"""Letting somebody new in from the page: a manager does, for an organisation that they answer for, and in a role that
sees no more than theirs. Whoever runs the machine adds all others by the command.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gateway.core import roles
from gateway.core.days import day_of
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Role
from gateway.core.records import Account, Person, Record
from gateway.core.roles import Can
from gateway.core.terms import PartnerId
from gateway.flows import accounts, people
from gateway.flows.people import Links
from gateway.flows.ports import Gateway


class Admitting(Links, Protocol):
    """What this asks of the store."""

    def add_new_person(self, person: Person, record: Record, account: Account) -> bool: ...


def roles_of(by: Person) -> tuple[Role, ...]:
    """The roles that somebody may give."""
    return tuple(role for role in Role if roles.may_admit(by.role, role))


def organisations(gateway: Gateway, by: Person, at: datetime) -> Sequence[tuple[PartnerId, str]]:
    """For whom somebody new may act, by name: the manager's own homes, and whom these serve."""
    found = gateway.store.register().directory.partners.values()
    mine = (one for one in found if one.in_effect.covers(day_of(at)) and accounts.answers_for(gateway, by, one.id))
    return sorted(((one.id, one.name) for one in mine), key=lambda one: one[1])


def admit(gateway: Gateway, store: Admitting, by: Person, whom: Person, at: datetime) -> str | None:
    """A link that signs somebody new in once; None where the name is somebody's already.

    Raises Refusal(NOT_ALLOWED) for a role or an organisation that is not theirs to give, or two that do not fit: who
    works on cases is of a home, and nobody else is.
    """
    of_home = whom.organisation in gateway.homes
    fits = of_home == roles.may(whom.role, Can.WORK_CASES)
    reach = not whom.also and accounts.answers_for(gateway, by, whom.organisation)
    if not (roles.may_admit(by.role, whom.role) and fits and reach):
        raise Refusal(Code.NOT_ALLOWED)
    home = whom.organisation if of_home else gateway.homes[0]
    account, record = people.added(gateway, whom, home, at)
    if not store.add_new_person(whom, record, account):
        return None
    return people.issue_link(gateway, store, whom.id, home, at, by.id)
