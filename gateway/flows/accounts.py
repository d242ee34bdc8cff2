"""Accounts stop unless somebody confirms them: each school once a year, the council every term. Who answers for them.

A council's manager answers for its own people and for those of the organisations that it serves, a school for its own.
Nobody confirms themselves, and nobody makes a link for somebody who may see more than they do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from gateway.core import reminders, roles
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    PersonConfirmed,
    PersonEnding,
    PersonStopped,
    SessionEnd,
    Stop,
    What,
    commitment_of,
    join,
    join_person,
)
from gateway.core.records import Account, Person, Record, Session
from gateway.core.reminders import News
from gateway.core.roles import Can
from gateway.core.terms import PartnerId, PersonId
from gateway.flows import people, reminding, sessions
from gateway.flows.people import Links
from gateway.flows.ports import Gateway
from gateway.flows.reminding import Once, Post
from gateway.flows.sessions import Sessions

TOLD = (7, 30)
"""So many days before an account stops somebody is reminded."""


class Accounts(Sessions, Protocol):
    def accounts(self) -> Sequence[tuple[Person, Account | None]]: ...
    def keep_account(self, account: Account, record: Record) -> None: ...


class Ending(Once, Protocol):
    """What reminding asks of the store."""

    def accounts(self) -> Sequence[tuple[Person, Account | None]]: ...
    def told_of_end(self, person: PersonId, within: int, record: Record) -> bool: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One who may sign in, as whoever answers for them sees it; ``may`` is what may be done with the account."""

    person: Person
    account: Account | None
    stands: bool
    sessions: tuple[Session, ...]
    may: frozenset[str]

    @property
    def ends(self) -> datetime | None:
        return self.account.ends if self.account and self.stands else None


def listed(gateway: Gateway, accounts: Accounts, by: Person, at: datetime) -> Sequence[Row]:
    """Everybody for whom ``by`` answers, or whom they may see; first whose account ends first. Raises Refusal."""
    if not roles.MAY[by.role] & {Can.SEE_ACCOUNTS, Can.VOUCH}:
        raise Refusal(Code.NOT_ALLOWED)
    open_now: dict[PersonId, list[Session]] = {}
    for one in accounts.sessions():
        if sessions.is_over(gateway, one, at) is None:
            open_now.setdefault(one.person, []).append(one)
    found = [
        _row(by, person, account, tuple(open_now.get(person.id, ())), at)
        for person, account in accounts.accounts()
        if _in_reach(gateway, by, person)
    ]
    return sorted(found, key=lambda row: (not row.stands, row.account.ends if row.account else at, row.person.id))


def one(gateway: Gateway, accounts: Accounts, by: Person, whom: PersonId, at: datetime) -> Row:
    """One of them. Raises Refusal(NOT_FOUND) for anybody else, whether they exist or not."""
    found = next((row for row in listed(gateway, accounts, by, at) if row.person.id == whom), None)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def confirm(gateway: Gateway, accounts: Accounts, by: Person, whom: PersonId, at: datetime) -> None:
    """Say that somebody still needs to sign in; one that had stopped stands again. Raises Refusal."""
    row = _allowed(gateway, accounts, by, whom, "confirm", at)
    confirmed(gateway, accounts, row.person, at, by.id)


def confirmed(gateway: Gateway, accounts: Accounts, person: Person, at: datetime, by: PersonId | None) -> None:
    """The account stands for another year at a school, another term at a council."""
    who, whoever = join(gateway.draw, What.PERSON, person.id, person.id), join_person(gateway.draw, by)
    fact = PersonConfirmed(at, gateway.homes[0], who.commitment, commitment_of(whoever))
    account = Account(person.id, at, at + people.stands_for(gateway, person))
    accounts.keep_account(account, Record((fact,), (who, *whoever)))


def stop(gateway: Gateway, accounts: Accounts, by: Person, whom: PersonId, at: datetime) -> None:
    """Let somebody sign in no more, and sign them out everywhere. Raises Refusal."""
    row = _allowed(gateway, accounts, by, whom, "stop", at)
    stopped(gateway, accounts, row.person, row.account, Stop.BY_PERSON, at, by.id)


def stopped(
    gateway: Gateway,
    accounts: Accounts,
    person: Person,
    account: Account | None,
    why: Stop,
    at: datetime,
    by: PersonId | None = None,
) -> None:
    """The account first, so that no session begins after the last was ended."""
    who, whoever = join(gateway.draw, What.PERSON, person.id, person.id), join_person(gateway.draw, by)
    fact = PersonStopped(at, gateway.homes[0], who.commitment, why, commitment_of(whoever))
    over = replace(account or Account(person.id, at, at), stopped_at=at)
    accounts.keep_account(over, Record((fact,), (who, *whoever)))
    sessions.end_all(gateway, accounts, person.id, by, at, SessionEnd.STOPPED)


def link(gateway: Gateway, accounts: Accounts, links: Links, by: Person, whom: PersonId, at: datetime) -> str:
    """A single-use link for somebody; it is shown once, to whoever made it. Raises Refusal."""
    row = _allowed(gateway, accounts, by, whom, "link", at)
    return people.issue_link(gateway, links, row.person.id, gateway.homes[0], at, by.id)


def end(gateway: Gateway, accounts: Accounts, by: Person, whom: PersonId, at: datetime) -> int:
    """Sign somebody out everywhere. Raises Refusal."""
    row = _allowed(gateway, accounts, by, whom, "end", at)
    return sessions.end_all(gateway, accounts, row.person.id, by.id, at)


def sweep(gateway: Gateway, accounts: Accounts, at: datetime) -> int:
    """Stop whose time is over; one that nobody has written down yet begins to count. Returns how many stopped."""
    over = 0
    for person, account in accounts.accounts():
        if account is None:
            confirmed(gateway, accounts, person, at, None)
        elif account.stopped_at is None and account.ends <= at:
            stopped(gateway, accounts, person, account, Stop.UNCONFIRMED, at)
            over += 1
    return over


def remind(gateway: Gateway, accounts: Ending, post: Post, at: datetime) -> int:
    """Tell of each account that stops in 30 and in 7 days, once: whose it is, where they have an address, and the team
    of its home. Written down before it is sent. Returns how many letters went; raises Fault.
    """
    news: list[News] = []
    for person, account in accounts.accounts():
        within = next((days for days in TOLD if account and account.ends - timedelta(days=days) <= at), None)
        if account is None or within is None or not account.stands(at):
            continue
        who = join(gateway.draw, What.PERSON, person.id, person.id)
        fact = PersonEnding(at, gateway.homes[0], who.commitment, within)
        accounts.told_of_end(person.id, within, Record((fact,), (who,)))
        home = next((one for one in gateway.homes if _serves(gateway, one, person.organisation)), gateway.homes[0])
        to = {post.to.people.get(person.id), post.to.homes.get(home)}
        which = f"{person.id} until {account.ends.isoformat()}"
        news += [News(address, which, str(within)) for address in sorted(one for one in to if one)]
    return reminding.tell(
        accounts, post.mail, news, lambda address, some: reminders.accounts_end(address, some, post.link), at
    )


def _allowed(gateway: Gateway, accounts: Accounts, by: Person, whom: PersonId, what: str, at: datetime) -> Row:
    row = one(gateway, accounts, by, whom, at)
    if what not in row.may:
        raise Refusal(Code.NOT_ALLOWED)
    return row


def _in_reach(gateway: Gateway, by: Person, whom: Person) -> bool:
    """Of their own school; or of a home of theirs, or of an organisation that such a home serves."""
    if not roles.may(by.role, Can.SEE_ACCOUNTS) or not by.homes & set(gateway.homes):
        return whom.organisation == by.organisation and whom.organisation not in gateway.homes
    return answers_for(gateway, by, whom.organisation)


def answers_for(gateway: Gateway, by: Person, organisation: PartnerId) -> bool:
    """Whether it is a home of theirs, or is served by one."""
    return any(_serves(gateway, home, organisation) for home in by.homes & set(gateway.homes))


def _serves(gateway: Gateway, home: PartnerId, organisation: PartnerId) -> bool:
    """Whether it is this home, or an organisation that it serves."""
    directory = gateway.store.register().directory
    found = directory.find(organisation)
    return found is not None and home in {found.id, directory.receiver(found).id}


def _row(by: Person, person: Person, account: Account | None, open_now: tuple[Session, ...], at: datetime) -> Row:
    stands = account is None or account.stands(at)
    other, admits = by.id != person.id, roles.may(by.role, Can.ADMIT)
    may = {
        "confirm": other and roles.may(by.role, Can.VOUCH),
        "link": other and stands and roles.may_admit(by.role, person.role),
        "end": bool(open_now) and roles.may(by.role, Can.SEE_ACCOUNTS),
        "stop": other and stands and admits,
    }
    return Row(person, account, stands, open_now, frozenset(name for name, allowed in may.items() if allowed))
