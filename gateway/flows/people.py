"""Who may sign in, and the single-use links by which they do. A link or session is kept only as its digest."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from gateway.core import facts
from gateway.core.errors import Code, Refusal
from gateway.core.facts import LinkIssued, PersonAdded, What, join
from gateway.core.records import Person, Record
from gateway.core.terms import Digest, PartnerId, PersonId, digest
from gateway.flows.ports import Gateway

LINK_LASTS = timedelta(hours=24)
SESSION_LASTS = timedelta(hours=8)


class People(Protocol):
    def add_person(self, person: Person, record: Record) -> None: ...
    def person(self, person_id: PersonId) -> Person | None: ...
    def keep_link(self, token: Digest, person: PersonId, expires: datetime, record: Record) -> None: ...
    def use_link(
        self, token: Digest, session: Digest, at: datetime, until: datetime, told: Callable[[PersonId], Record]
    ) -> Person | None: ...


class Sessions(People, Protocol):
    """People, and who is signed in."""

    def signed_in(self, session: Digest, at: datetime) -> Person | None: ...
    def end_session(self, session: Digest) -> None: ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    person: Person
    session: str
    until: datetime


def add(gateway: Gateway, people: People, person: Person, home: PartnerId, at: datetime) -> None:
    """Let somebody sign in. Raises Refusal(NO_RECIPIENT) for an organisation that is not in the directory."""
    if gateway.store.register().directory.find(person.organisation) is None:
        raise Refusal(Code.NO_RECIPIENT)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    people.add_person(person, Record((PersonAdded(at, home, who.commitment, person.role),), (who,)))


def issue_link(gateway: Gateway, people: People, person_id: PersonId, home: PartnerId, at: datetime) -> str:
    """A token that signs this person in once, within a day. Raises Refusal(NOT_FOUND)."""
    if people.person(person_id) is None:
        raise Refusal(Code.NOT_FOUND)
    token = _token(gateway)
    who = join(gateway.draw, What.PERSON, person_id, person_id)
    people.keep_link(
        digest(token.encode()), person_id, at + LINK_LASTS, Record((LinkIssued(at, home, who.commitment),), (who,))
    )
    return token


def use_link(gateway: Gateway, people: People, token: str, at: datetime) -> SignedIn | None:
    """Sign in by a link; None when it was used, has expired or never was, which look the same."""
    session, until = _token(gateway), at + SESSION_LASTS

    def told(person_id: PersonId) -> Record:
        who = join(gateway.draw, What.PERSON, person_id, person_id)
        return Record((facts.SignedIn(at, gateway.homes[0], who.commitment),), (who,))

    person = people.use_link(digest(token.encode()), digest(session.encode()), at, until, told)
    return SignedIn(person, session, until) if person else None


def _token(gateway: Gateway) -> str:
    return base64.urlsafe_b64encode(gateway.draw(32)).decode().rstrip("=")
