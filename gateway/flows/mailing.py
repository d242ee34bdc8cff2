"""A link by e-mail, for the days on which nothing else signs people in: off unless the settings allow it, and logged.

Whoever asks gets the same answer at the same pace, whether or not there is such an account: what they wrote is kept,
and looked at when they are gone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from gateway.core import reminders
from gateway.core.errors import Refusal
from gateway.core.facts import How
from gateway.core.reminders import Addresses
from gateway.core.terms import Digest, PersonId, digest
from gateway.flows import people, sessions
from gateway.flows.attempts import all_tried
from gateway.flows.people import Links
from gateway.flows.ports import Gateway
from gateway.flows.reminding import Mail
from gateway.flows.sessions import Knocks

LASTS, WAITS = timedelta(minutes=30), timedelta(minutes=15)
LONGEST, MOST = 80, 50


class Asking(Knocks, Protocol):
    def keep_ceremony(self, key: Digest, body: str, expires: datetime) -> None: ...


class Asked(Links, Protocol):
    def take_mails(self, at: datetime, most: int) -> Sequence[str]: ...


def ask(gateway: Gateway, store: Asking, who: str, address: str, at: datetime) -> None:
    """Keep that somebody wants a link. Raises Refusal(TOO_MANY_TRIES) by the address alone, never by the account."""
    sessions.knocked(gateway, store, "mail-address", address, at)
    store.keep_ceremony(digest(people.token(gateway).encode()), f"mail:{who.strip()[:LONGEST]}", at + WAITS)


def send(gateway: Gateway, store: Asked, knocks: Knocks, mail: Mail, to: Addresses, link: str, at: datetime) -> int:
    """Send the links that were asked for to those who have an account and an address; returns how many went.

    Raises the last Fault when all were tried: who did not get theirs asks again.
    """
    sent = 0
    with all_tried() as attempt:
        for said in store.take_mails(at, MOST):
            person = _person(said, to)
            if person is None or store.person(person) is None:
                continue
            with attempt():
                try:
                    sessions.knocked(gateway, knocks, "mail", person, at)
                except Refusal:  # too often: there is a link in their mail already
                    continue
                token = people.issue_link(gateway, store, person, gateway.homes[0], at, how=How.MAIL, lasts=LASTS)
                mail.send(reminders.sign_in(to.people[person], f"{link.rstrip('/')}/link/{token}", at), at)
                sent += 1
    return sent


def _person(said: str, to: Addresses) -> PersonId | None:
    """Whom somebody named: by the name here, or by the address that the settings have of them."""
    named = said.lower()
    return next((one for one, address in to.people.items() if named in {one, address.lower()}), None)
