"""Consent to research that is not anonymous: somebody records it with its paper, and may withdraw it at any time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from gateway.core.documents import Document
from gateway.core.errors import Code, Refusal
from gateway.core.facts import ConsentRecorded, ConsentWithdrawn, Join, What, join
from gateway.core.law import Answers, Consent
from gateway.core.records import Record
from gateway.core.terms import PartnerId, PersonId, PurposeCode, Upn
from gateway.flows.ports import Gateway


class Consents(Protocol):
    def consent(self, home: PartnerId, purpose: PurposeCode, child: str) -> Consent | None: ...
    def consents(self, home: PartnerId) -> Sequence[Consent]: ...
    def consented(self, home: PartnerId, purpose: PurposeCode, children: Collection[str]) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody tells of one consent: to which ``home``, about which child, for what, and where the paper is."""

    home: PartnerId
    upn: Upn
    purpose: PurposeCode
    by: PersonId


def record(gateway: Gateway, given: Given, evidence: str, at: datetime) -> Consent:
    """Keep a consent, over an earlier one about the same child.

    Raises Refusal(NO_PURPOSE) for a purpose that asks nobody's consent, and ValueError for evidence that is no
    reference.
    """
    purpose = gateway.rulebook.purposes.get(given.purpose)
    if purpose is None or purpose.answers is not Answers.FIGURES or not purpose.items:
        raise Refusal(Code.NO_PURPOSE)
    child = handle(gateway, given.upn)
    made = Consent(given.home, child, given.purpose, evidence, given.by, at)
    who, by = _child(gateway, given.upn, child), _person(gateway, given.by)
    paper = join(gateway.draw, What.TEXT, evidence, gateway.vault.blind(f"consent:{child}"))
    fact = ConsentRecorded(at, given.home, who.commitment, given.purpose, paper.commitment, by.commitment)
    gateway.store.record(Record((fact,), (who, paper, by), consents=(made,)))
    return made


def withdraw(gateway: Gateway, consents: Consents, given: Given, at: datetime) -> Consent:
    """Let nothing more go under a consent. Raises Refusal(NOT_FOUND) where there is none, or no longer one."""
    child = handle(gateway, given.upn)
    standing = consents.consent(given.home, given.purpose, child)
    if standing is None or standing.withdrawn is not None:
        raise Refusal(Code.NOT_FOUND)
    over = replace(standing, withdrawn=at)
    who, by = _child(gateway, given.upn, child), _person(gateway, given.by)
    fact = ConsentWithdrawn(at, given.home, who.commitment, given.purpose, by.commitment)
    gateway.store.record(Record((fact,), (who, by), consents=(over,)))
    return over


def consented(
    gateway: Gateway, consents: Consents, home: PartnerId, purpose: PurposeCode, document: Document
) -> frozenset[int]:
    """The pupils of ``document`` for whom consent stands; one without a pupil number is none of them."""
    asked = {pupil.number: handle(gateway, pupil.upn) for pupil in document.pupils if pupil.upn is not None}
    given = consents.consented(home, purpose, asked.values())
    return frozenset(number for number, child in asked.items() if child in given)


def handle(gateway: Gateway, upn: Upn) -> str:
    """What the store knows a child by: the digest that a disclosure's lines are found by too."""
    return gateway.vault.blind(f"child:{upn}")


def _child(gateway: Gateway, upn: Upn, child: str) -> Join:
    return join(gateway.draw, What.CHILD, upn, child)


def _person(gateway: Gateway, person: PersonId) -> Join:
    return join(gateway.draw, What.PERSON, person, person)
