"""Who may sign in, and the single-use links by which they do. A link or session is kept only as its digest."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from gateway.core import facts
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    How,
    LinkIssued,
    PersonAdded,
    SessionEnd,
    SessionEnded,
    What,
    commitment_of,
    join,
    join_person,
)
from gateway.core.records import Account, Person, Record, Session
from gateway.core.terms import Digest, PartnerId, PersonId, SessionId, digest
from gateway.flows.ports import Gateway
from gateway.flows.situations import new_id


class People(Protocol):
    def add_person(self, person: Person, record: Record, account: Account | None = None) -> None: ...
    def person(self, person_id: PersonId) -> Person | None: ...


class Links(Protocol):
    def person(self, person_id: PersonId) -> Person | None: ...
    def keep_link(self, token: Digest, person: PersonId, expires: datetime, record: Record) -> None: ...
    def use_link(
        self, token: Digest, at: datetime, begun: Callable[[PersonId], tuple[Session, Record]]
    ) -> Person | None: ...


class Beginning(Protocol):
    def begin_session(self, session: Session, record: Record) -> Person | None: ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``token`` is what the browser holds; nobody else ever knows it."""

    person: Person
    token: str


def add(gateway: Gateway, people: People, person: Person, home: PartnerId, at: datetime) -> None:
    """Let somebody sign in. Raises Refusal(NO_RECIPIENT) for an organisation that is not in the directory."""
    account, record = added(gateway, person, home, at)
    people.add_person(person, record, account)


def added(gateway: Gateway, person: Person, home: PartnerId, at: datetime) -> tuple[Account, Record]:
    """The account of somebody new, and what is told of it. Raises Refusal as ``add``."""
    directory = gateway.store.register().directory
    if any(directory.find(one) is None for one in person.homes):
        raise Refusal(Code.NO_RECIPIENT)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    account = Account(person.id, at, at + stands_for(gateway, person))
    return account, Record((PersonAdded(at, home, who.commitment, person.role),), (who,))


def stands_for(gateway: Gateway, person: Person) -> timedelta:
    """How long an account stands before somebody has to say again that it is needed."""
    found = gateway.store.register().directory.find(person.organisation)
    at_council = found is not None and (found.id in gateway.homes or found.kind.own_team)
    return gateway.lasts.at_council if at_council else gateway.lasts.at_school


def issue_link(
    gateway: Gateway,
    links: Links,
    person_id: PersonId,
    home: PartnerId,
    at: datetime,
    by: PersonId | None = None,
    how: How | None = None,
    lasts: timedelta | None = None,
) -> str:
    """A token that signs this person in once, within a day or ``lasts``. Raises Refusal(NOT_FOUND)."""
    if links.person(person_id) is None:
        raise Refusal(Code.NOT_FOUND)
    made = token(gateway)
    who, whoever = join(gateway.draw, What.PERSON, person_id, person_id), join_person(gateway.draw, by)
    fact = LinkIssued(at, home, who.commitment, commitment_of(whoever), how)
    until = at + (lasts or gateway.lasts.link)
    links.keep_link(digest(made.encode()), person_id, until, Record((fact,), (who, *whoever)))
    return made


def use_link(gateway: Gateway, links: Links, given: str, machine: str, at: datetime) -> SignedIn | None:
    """Sign in by a link; None when it was used, has expired or never was, which look the same."""
    held = token(gateway)
    person = links.use_link(
        digest(given.encode()), at, lambda person_id: begun(gateway, person_id, held, How.LINK, machine, at)
    )
    return SignedIn(person, held) if person else None


def begin(
    gateway: Gateway, beginning: Beginning, person_id: PersonId, how: How, machine: str, at: datetime
) -> SignedIn | None:
    """Sign in somebody who has shown who they are; None where they may not sign in any more."""
    held = token(gateway)
    person = beginning.begin_session(*begun(gateway, person_id, held, how, machine, at))
    return SignedIn(person, held) if person else None


def begun(
    gateway: Gateway, person_id: PersonId, held: str, how: How, machine: str, at: datetime
) -> tuple[Session, Record]:
    """A session of their own for every sign-in, and what is told of it."""
    session_id = SessionId(new_id("i", gateway.draw))
    session = Session(
        digest(held.encode()), session_id, person_id, how, machine[:80], at, at, at + gateway.lasts.session
    )
    who = join(gateway.draw, What.PERSON, person_id, person_id)
    return session, Record((facts.SignedIn(at, gateway.homes[0], who.commitment, how),), (who,))


def ended(gateway: Gateway, session: Session, why: SessionEnd, at: datetime, by: PersonId | None = None) -> Record:
    """What is told of the end of a session."""
    who, whoever = join(gateway.draw, What.PERSON, session.person, session.person), join_person(gateway.draw, by)
    fact = SessionEnded(at, gateway.homes[0], who.commitment, why, commitment_of(whoever))
    return Record((fact,), (who, *whoever))


def token(gateway: Gateway) -> str:
    return base64.urlsafe_b64encode(gateway.draw(32)).decode().rstrip("=")
