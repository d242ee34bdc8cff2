"""Where people are signed in, and how that ends: by them, by who answers for accounts, or by time. Every end is a fact.

Who tries too often is not listened to for a while, whether or not there is such an account: the answer is the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from gateway.core import roles
from gateway.core.errors import Code, Refusal
from gateway.core.facts import SessionEnd
from gateway.core.records import Person, Record, Session
from gateway.core.terms import Digest, PartnerId, PersonId, SessionId, digest
from gateway.flows.people import ended
from gateway.flows.ports import Gateway


class Sessions(Protocol):
    def session(self, digest: Digest, at: datetime, idle: timedelta) -> tuple[Session, Person] | None: ...
    def sessions(self, person: PersonId | None = None) -> Sequence[Session]: ...
    def end_session(self, session: SessionId, record: Record) -> bool: ...
    def act_for(self, session: SessionId, organisation: PartnerId) -> None: ...


class Knocks(Protocol):
    def knock(self, key: Digest, at: datetime, window: timedelta) -> int: ...


class Old(Sessions, Protocol):
    def forget_knocks(self, before: datetime) -> None: ...


def signed_in(gateway: Gateway, sessions: Sessions, held: str, at: datetime) -> tuple[Session, Person, Person] | None:
    """A session while it lasts, whose it is, and as whom they act: who has several schools is of the one they chose."""
    found = sessions.session(digest(held.encode()), at, gateway.lasts.idle)
    if found is None:
        return None
    session, person = found
    if person.role not in roles.SEVERAL:
        return session, person, person
    chosen = session.organisation if session.organisation in person.homes else None
    return session, person, replace(person, organisation=chosen or person.organisation, also=())


def act_for(sessions: Sessions, session: Session, person: Person, organisation: PartnerId) -> None:
    """From now on they act for another of their schools. Raises Refusal(NOT_FOUND) for one that is not theirs."""
    if person.role not in roles.SEVERAL or organisation not in person.homes:
        raise Refusal(Code.NOT_FOUND)
    sessions.act_for(session.id, organisation)


def listed(gateway: Gateway, sessions: Sessions, person: PersonId, at: datetime) -> Sequence[Session]:
    """Where somebody is signed in at the moment, the newest first."""
    return [one for one in sessions.sessions(person) if is_over(gateway, one, at) is None]


def sign_out(gateway: Gateway, sessions: Sessions, session: Session, why: SessionEnd, at: datetime) -> None:
    sessions.end_session(session.id, ended(gateway, session, why, at))


def end(gateway: Gateway, sessions: Sessions, whose: PersonId, session: SessionId, by: Person, at: datetime) -> None:
    """End one session of somebody; whether ``by`` may, the flow above has seen to. Raises Refusal(NOT_FOUND)."""
    found = next((one for one in sessions.sessions(whose) if one.id == session), None)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    sessions.end_session(session, ended(gateway, found, SessionEnd.ENDED, at, by.id))


def end_all(
    gateway: Gateway,
    sessions: Sessions,
    whose: PersonId,
    by: PersonId | None,
    at: datetime,
    why: SessionEnd = SessionEnd.ENDED,
) -> int:
    """Sign somebody out everywhere; returns at how many places they were."""
    found = sessions.sessions(whose)
    return sum(sessions.end_session(one.id, ended(gateway, one, why, at, by)) for one in found)


def sweep(gateway: Gateway, sessions: Old, at: datetime) -> int:
    """Write down which sessions time has ended, and forget who knocked long ago."""
    sessions.forget_knocks(at - gateway.lasts.wait)
    over = [(one, why) for one in sessions.sessions() if (why := is_over(gateway, one, at)) is not None]
    return sum(sessions.end_session(one.id, ended(gateway, one, why, at)) for one, why in over)


def is_over(gateway: Gateway, session: Session, at: datetime) -> SessionEnd | None:
    """Why time has ended a session, if it has."""
    if session.expires <= at:
        return SessionEnd.OVER
    return SessionEnd.IDLE if session.seen_at + gateway.lasts.idle <= at else None


def knocked(gateway: Gateway, knocks: Knocks, kind: str, whose: str, at: datetime) -> None:
    """Count one attempt by an address or at an account, known or not. Raises Refusal(TOO_MANY_TRIES)."""
    key = digest(f"{kind}:{whose}".encode())
    if knocks.knock(key, at, gateway.lasts.wait) > gateway.lasts.tries:
        raise Refusal(Code.TOO_MANY_TRIES)
