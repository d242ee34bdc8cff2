"""Signing in by an organisation's own account: who somebody is here follows from what their provider says of them.

A sign-in that has begun is kept for ten minutes, used once, and only by the browser that began it. Role and
organisation are taken anew from the provider each time; who has no role of ours there does not come in.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from gateway.core.days import day_of
from gateway.core.errors import Code, Refusal
from gateway.core.facts import How, PersonAdded, Role, What, join
from gateway.core.records import Account, Person, Record
from gateway.core.terms import Digest, LaEstab, PartnerId, PersonId, digest
from gateway.flows import people
from gateway.flows.people import Beginning, SignedIn
from gateway.flows.ports import Gateway

TAKES = timedelta(minutes=10)
TRIES = 100
LOCAL_AUTHORITY, ESTABLISHMENT = "002", "001"
"""Categories of DfE Sign-in's organisations."""


class Provider(Protocol):
    def address(self, state: str, nonce: str, verifier: str, at: datetime) -> str: ...
    def claims(self, code: str, verifier: str, nonce: str, at: datetime) -> Mapping[str, Any]: ...
    def roles(self, claims: Mapping[str, Any], at: datetime) -> frozenset[str] | None: ...


class Ceremonies(Protocol):
    """A sign-in that has begun: what has to be known of it when it goes on, by a key that only the browser knows."""

    def keep_ceremony(self, key: Digest, body: str, expires: datetime) -> None: ...
    def take_ceremony(self, key: Digest, at: datetime) -> str | None: ...


class Store(Ceremonies, Beginning, Protocol):
    def person(self, person_id: PersonId) -> Person | None: ...
    def identity(self, key: Digest) -> PersonId | None: ...
    def keep_identity(self, key: Digest, person: Person, record: Record, account: Account | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Mapped:
    """How the provider's words become ours. ``roles``: theirs to ours, the first that somebody has counts.

    ``role_claim`` is a path such as ``realm_access.roles``; ``organisation`` whose people they are, where the provider
    does not say it of each.
    """

    issuer: str
    provider: Provider
    roles: Mapping[str, Role] = field(default_factory=dict)
    role_claim: str = "roles"
    name_claim: str = "preferred_username"
    organisation: PartnerId | None = None


def begin(gateway: Gateway, ceremonies: Ceremonies, mapped: Mapped, browser: str, at: datetime) -> str:
    """Where the browser goes to sign in. Raises Fault."""
    state, nonce, verifier = people.token(gateway), people.token(gateway), people.token(gateway)
    address = mapped.provider.address(state, nonce, verifier, at)
    body = json.dumps({"nonce": nonce, "verifier": verifier, "browser": digest(browser.encode())})
    ceremonies.keep_ceremony(_key(state), body, at + TAKES)
    return address


def finish(
    gateway: Gateway, store: Store, mapped: Mapped, state: str, code: str, browser: str, machine: str, at: datetime
) -> SignedIn:
    """Sign in whoever came back. Raises Refusal(SIGN_IN_FAILED), whatever it was that did not hold; or Fault."""
    kept = store.take_ceremony(_key(state), at)
    begun = json.loads(kept) if kept else {}
    if not begun or begun["browser"] != digest(browser.encode()) or not code:
        raise Refusal(Code.SIGN_IN_FAILED)
    claims = mapped.provider.claims(code, begun["verifier"], begun["nonce"], at)
    told = mapped.provider.roles(claims, at)
    role = _role(mapped, _named(claims, mapped.role_claim) if told is None else told)
    organisation = mapped.organisation or _organisation(gateway, claims, at)
    if role is None or organisation is None:
        raise Refusal(Code.SIGN_IN_FAILED)
    person = _known_as(gateway, store, mapped, claims, role, organisation, at)
    came = people.begin(gateway, store, person.id, How.OPENID, machine, at)
    if came is None:
        raise Refusal(Code.SIGN_IN_FAILED)
    return came


def _key(state: str) -> Digest:
    return digest(f"openid:{state}".encode())


def identity_key(issuer: str, subject: str) -> Digest:
    """By what somebody of a provider is known here."""
    return digest(json.dumps([issuer, subject]).encode())


def _known_as(
    gateway: Gateway,
    store: Store,
    mapped: Mapped,
    claims: Mapping[str, Any],
    role: Role,
    organisation: PartnerId,
    at: datetime,
) -> Person:
    """Who they are here: as before, or somebody new. What the provider says of them now is what counts."""
    key = identity_key(mapped.issuer, str(claims["sub"]))
    known = store.identity(key)
    found = store.person(known) if known else None
    if found is not None and (found.role, found.organisation) == (role, organisation):
        return found
    if found is not None:
        person, account = replace(found, role=role, organisation=organisation, also=()), None
    else:
        person = Person(_free_name(store, str(claims.get(mapped.name_claim, ""))), role, organisation)
        account = Account(person.id, at, at + people.stands_for(gateway, person))
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    record = Record((PersonAdded(at, gateway.homes[0], who.commitment, role),), (who,))
    store.keep_identity(key, person, record, account)
    return person


def _free_name(store: Store, called: str) -> PersonId:
    """A name of theirs that nobody has: never one that the operator gave to somebody, however alike."""
    plain = re.sub(r"[^a-z0-9.-]+", "-", called.partition("@")[0].lower()).strip(".-")[:24]
    base = plain if re.match(r"[a-z][a-z0-9.-]", plain) else "person"
    for number in range(1, TRIES):
        name = PersonId(base if number == 1 else f"{base}-{number}")
        if store.person(name) is None:
            return name
    raise Refusal(Code.SIGN_IN_FAILED)


def _role(mapped: Mapped, theirs: frozenset[str]) -> Role | None:
    return next((ours for name, ours in mapped.roles.items() if name in theirs), None)


def _named(claims: Mapping[str, Any], path: str) -> frozenset[str]:
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else frozenset()


def _organisation(gateway: Gateway, claims: Mapping[str, Any], at: datetime) -> PartnerId | None:
    """By the DfE number that the provider names: of a school, or of a council."""
    said = claims.get("organisation")
    said = said if isinstance(said, dict) else {}
    category, authority = _text(said, "category", "id"), _text(said, "localAuthority", "code")
    directory, day = gateway.store.register().directory, day_of(at)
    try:
        if category == LOCAL_AUTHORITY:
            found = directory.council(str(said.get("establishmentNumber") or authority), day)
        elif category == ESTABLISHMENT:
            found = directory.by_laestab(LaEstab(f"{authority}{said.get('establishmentNumber')}"), day)
        else:
            found = None
    except ValueError:
        return None
    return found.id if found else None


def _text(said: Mapping[str, Any], name: str, part: str) -> str:
    inner = said.get(name)
    return str(inner.get(part, "")) if isinstance(inner, dict) else ""
