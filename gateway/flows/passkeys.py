"""Passkeys: made by somebody who has just signed in, used without a name or password, several for each, removable.

What a browser is asked holds for ten minutes and for that browser, and is answered once; nothing is kept of it until a
right answer comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from gateway.core.errors import Code, Refusal
from gateway.core.facts import How, PasskeyAdded, PasskeyRemoved, What, join
from gateway.core.records import KeyMade, Passkey, Person, Record, Session
from gateway.core.terms import Digest, PasskeyId, PersonId, digest
from gateway.flows import people
from gateway.flows.people import SignedIn
from gateway.flows.ports import Gateway
from gateway.flows.situations import new_id

TAKES, JUST_NOW = timedelta(minutes=10), timedelta(minutes=15)
MOST, LONGEST = 10, 60


class Devices(Protocol):
    """What a browser is asked to have signed by a device of its owner, in JSON; and what a new key is."""

    def asks_new(self, person: str, known: Sequence[str], challenge: bytes) -> str: ...
    def made(self, answer: str, challenge: bytes) -> KeyMade: ...


class Signatures(Protocol):
    def asks(self, challenge: bytes) -> str: ...
    def names(self, answer: str) -> str: ...
    def holds(self, answer: str, challenge: bytes, key: Passkey) -> int: ...


class Checker(Devices, Signatures, Protocol):
    """A library of passkeys for one address."""


class Keys(Protocol):
    def passkeys(self, person: PersonId) -> Sequence[Passkey]: ...
    def add_passkey(self, key: Passkey, once: Digest, until: datetime, record: Record) -> bool: ...
    def remove_passkey(self, key: PasskeyId, record: Record) -> bool: ...


class Using(Protocol):
    def passkey(self, credential: Digest) -> Passkey | None: ...
    def use_passkey(
        self, key: Passkey, once: Digest, until: datetime, session: Session, record: Record
    ) -> Person | None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """``options`` are for the browser; ``token`` comes back with its answer."""

    token: str
    options: str


def ask_new(gateway: Gateway, keys: Keys, checker: Checker, person: PersonId, browser: str, at: datetime) -> Asked:
    """Begin to make a key."""
    token = _token(gateway, at)
    known = [one.handle for one in keys.passkeys(person)]
    return Asked(token, checker.asks_new(person, known, _challenge(gateway, token, browser)))


def add(
    gateway: Gateway,
    keys: Keys,
    checker: Checker,
    session: Session,
    token: str,
    answer: str,
    name: str,
    browser: str,
    at: datetime,
) -> None:
    """Keep a key that a device has made. Raises Refusal: SIGN_IN_ANEW where they signed in long ago, SIGN_IN_FAILED."""
    if not is_fresh(session, at):
        raise Refusal(Code.SIGN_IN_ANEW)
    _refuse_old(token, at)
    if len(keys.passkeys(session.person)) >= MOST:
        raise Refusal(Code.NOT_ALLOWED)
    made = checker.made(answer, _challenge(gateway, token, browser))
    key_id = PasskeyId(new_id("k", gateway.draw))
    called = name.strip()[:LONGEST] or session.machine[:LONGEST]
    key = Passkey(key_id, session.person, made.handle, made.public, made.count, called, at)
    who = join(gateway.draw, What.PERSON, session.person, session.person)
    record = Record((PasskeyAdded(at, gateway.homes[0], who.commitment),), (who,))
    if not keys.add_passkey(key, _once(token), at + TAKES, record):
        raise Refusal(Code.SIGN_IN_FAILED)


def is_fresh(session: Session, at: datetime) -> bool:
    """Whether somebody signed in so lately that it is they: a browser left alone must not become a key for ever."""
    return session.started_at + JUST_NOW > at


def remove(gateway: Gateway, keys: Keys, person: PersonId, key: PasskeyId, at: datetime) -> None:
    """One's own key signs nobody in any more. Raises Refusal(NOT_FOUND)."""
    if key not in {one.id for one in keys.passkeys(person)}:
        raise Refusal(Code.NOT_FOUND)
    who, by = (join(gateway.draw, What.PERSON, person, person) for _ in range(2))
    fact = PasskeyRemoved(at, gateway.homes[0], who.commitment, by.commitment)
    keys.remove_passkey(key, Record((fact,), (who, by)))


def ask(gateway: Gateway, checker: Checker, browser: str, at: datetime) -> Asked:
    """Begin to sign in."""
    token = _token(gateway, at)
    return Asked(token, checker.asks(_challenge(gateway, token, browser)))


def sign_in(
    gateway: Gateway,
    using: Using,
    checker: Checker,
    token: str,
    answer: str,
    browser: str,
    machine: str,
    at: datetime,
) -> SignedIn:
    """Sign in by a key. Raises Refusal(SIGN_IN_FAILED), whatever it was that did not hold."""
    _refuse_old(token, at)
    key = using.passkey(digest(checker.names(answer).encode()))
    if key is None:
        raise Refusal(Code.SIGN_IN_FAILED)
    count = checker.holds(answer, _challenge(gateway, token, browser), key)
    held = people.token(gateway)
    session, record = people.begun(gateway, key.person, held, How.PASSKEY, machine, at)
    used = Passkey(key.id, key.person, key.handle, key.public, count, key.name, key.added_at, at)
    person = using.use_passkey(used, _once(token), at + TAKES, session, record)
    if person is None:
        raise Refusal(Code.SIGN_IN_FAILED)
    return SignedIn(person, held)


def _token(gateway: Gateway, at: datetime) -> str:
    return f"{int((at + TAKES).timestamp())}.{people.token(gateway)}"


def _refuse_old(token: str, at: datetime) -> None:
    until = token.partition(".")[0]
    if not (until.isascii() and until.isdigit() and len(until) < LONGEST and at.timestamp() < int(until)):
        raise Refusal(Code.SIGN_IN_FAILED)


def _challenge(gateway: Gateway, token: str, browser: str) -> bytes:
    """Nobody can make one up: it is keyed, and of this token and this browser."""
    return digest(gateway.vault.blind(f"passkey:{token}:{digest(browser.encode())}").encode()).encode()


def _once(token: str) -> Digest:
    return digest(f"passkey:{token}".encode())
