"""The parts of an agreement beside its items and legal fields (law.md §2.3), each with what holds if it is silent.

People stand in them by office and role, never by name: an agreement is printed, published and kept for decades.
"""

import re
from dataclasses import dataclass
from datetime import date

from gateway.core.agreements.words import Answerer, Geography, Office, Onward, PartyRole, Since
from gateway.core.law import Class
from gateway.core.partners import Partner
from gateway.core.terms import Digest, PartnerId


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """One partner, or every school that a council serves. Written ``council-886`` or ``schools-of council-886``."""

    partner: PartnerId
    schools: bool = False

    @classmethod
    def parse(cls, text: str) -> "Party":
        """The opposite of ``str``; raises ValueError."""
        found = re.fullmatch(r"(schools-of )?([a-z0-9-]+)", text)
        if found is None:
            raise ValueError("not a party")
        return cls(PartnerId(found[2]), found[1] is not None)

    def __str__(self) -> str:
        return f"schools-of {self.partner}" if self.schools else self.partner

    def covers(self, partner: Partner) -> bool:
        """A team is part of its council, so what is agreed with the council covers it."""
        if self.schools:
            return partner.kind.school and partner.served_by == self.partner
        return self.partner in {partner.id, partner.team_of}


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signed for a party, by role and never by name, and when."""

    party: Party
    role: str
    day: date


@dataclass(frozen=True, slots=True)
class Member:
    """What a party is and whom to turn to there.

    ``number`` is its DfE, authority or ODS number, ``contract`` the Article 28 contract of a processor or agent,
    ``rights`` its single point of contact for rights, ``corrections`` for Article 19 notices, ``breach`` the telephone
    that is answered day and night, ``notice`` the address of its privacy notice.
    """

    party: Party
    role: PartyRole = PartyRole.CONTROLLER
    number: str = ""
    ico: str = ""
    contract: str = ""
    agent_of: tuple[PartnerId, ...] = ()
    rights: str = ""
    corrections: str = ""
    breach: str = ""
    notice: str = ""

    def __post_init__(self) -> None:
        if self.role in {PartyRole.PROCESSOR, PartyRole.AGENT} and not self.contract:
            raise ValueError("a processor or agent has an Article 28 contract")
        if (self.role is PartyRole.AGENT) != bool(self.agent_of):
            raise ValueError("an agent, and nobody else, names those for whom it acts")


@dataclass(frozen=True, slots=True)
class Plain:
    """Why anything is shared, in words that a parent understands."""

    purpose: str = ""
    benefit: str = ""
    if_not_shared: str = ""


@dataclass(frozen=True, slots=True)
class Restrictions:
    """What the recipient may not do with what it gets."""

    onward: Onward = Onward.ASK_US
    geography: Geography = Geography.UK
    reuse: bool = False
    automated: bool = False
    """Whether a decision about somebody may be made by a machine alone."""


@dataclass(frozen=True, slots=True)
class Security:
    """How files are signed and sealed; ``keys`` are fingerprints, where the parties have agreed on certain ones."""

    profile: str = ""
    keys: tuple[Digest, ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the recipient keeps items of one class; ``years`` after the day that ``since`` names."""

    of: Class
    years: int
    since: Since


@dataclass(frozen=True, slots=True)
class Rights:
    """Who answers somebody who uses a right, and in how many working days another party passes the request on."""

    answered_by: Answerer = Answerer.WHOEVER_IS_ASKED
    days: int = 2


@dataclass(frozen=True, slots=True)
class Assessment:
    """The data-protection impact assessment and what the data-protection officer advised."""

    reference: str = ""
    day: date | None = None
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """Where the data comes from, how far it is right, and how it is corrected."""

    source: str = ""
    accuracy: str = ""
    correction: str = ""


@dataclass(frozen=True, slots=True)
class Approver:
    """Who approved it for a party, by office and job title."""

    party: Party
    office: Office
    title: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How it ends: days of notice, what becomes of what was shared, and how a dispute is settled."""

    notice_days: int = 90
    terms: str = ""
    disputes: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a version changed, and when."""

    version: int
    day: date
    words: str
