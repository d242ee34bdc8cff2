"""What a partner has told and shown: whom to call, what vouches for it, for which schools it acts.

A contact is a post and an office, never a person: people change, and a register is handed on.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.core.log.note import Verifier, parse_vkey
from gateway.core.terms import PartnerId, Token


class Post(StrEnum):
    """Who answers. A closed list, so that no name of a person gets in."""

    CONTROL_ROOM = "control-room"
    DUTY_OFFICER = "duty-officer"
    EMERGENCY_DUTY_TEAM = "emergency-duty-team"
    DIRECTOR_ON_CALL = "director-on-call"
    SECURITY_OFFICER = "security-officer"
    DATA_PROTECTION_OFFICER = "data-protection-officer"
    CALDICOTT_GUARDIAN = "caldicott-guardian"
    SAFEGUARDING_DUTY_DESK = "safeguarding-duty-desk"
    NAMED_SAFEGUARDING_OFFICER = "named-safeguarding-officer"
    DESIGNATED_SAFEGUARDING_LEAD = "designated-safeguarding-lead"
    DEPUTY_SAFEGUARDING_LEAD = "deputy-safeguarding-lead"
    DESIGNATED_OFFICER = "designated-officer"
    NAMED_NURSE = "named-nurse"
    NAMED_DOCTOR = "named-doctor"
    NAMED_PRACTITIONER = "named-practitioner"
    NAMED_MIDWIFE = "named-midwife"


class Scheme(StrEnum):
    """What may vouch for a partner's security (``law.md`` §2.2, §2.3, §8.2)."""

    CYBER_ESSENTIALS = "cyber-essentials"
    CYBER_ESSENTIALS_PLUS = "cyber-essentials-plus"
    DSPT = "dspt"
    ISO_27001 = "iso-27001"
    PSN = "psn"
    CAF = "caf"
    ICO_REGISTRATION = "ico-registration"
    PENETRATION_TEST = "penetration-test"


class Proof(StrEnum):
    """How somebody made sure that a domain is the partner's."""

    DNS_RECORD = "dns-record"
    REGISTRY_ENTRY = "registry-entry"
    MAIL_ANSWERED = "mail-answered"
    CALLED_BACK = "called-back"


class Phone(Token):
    """A number that can be dialled: ``01632 960000``, ``101``, ``+44 1632 960000 ext 7``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"(?=.{3,32}\Z)\+?[0-9](?: ?[0-9])*(?: ext [0-9]{1,6})?")

    @property
    def line(self) -> str:
        """Which line it is, however it is written: its digits as dialled from here, without an extension."""
        digits = re.sub(r"\A00", "+", self.partition(" ext ")[0].replace(" ", ""))
        return re.sub(r"\A\+440?", "0", digits)


class OdsCode(Token):
    """As the Organisation Data Service numbers who works in health and care."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[A-Z0-9]{3,6}")


class MailboxId(Token):
    """A mailbox of MESH, such as ``X26HC005``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[A-Z0-9]{4,20}")


class IcoNumber(Token):
    """As the Information Commissioner's register of fee payers numbers them, such as ``ZA123456``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[A-Z]{1,2}[0-9]{6,8}")


class ContractRef(Token):
    """What the two parties call the contract that Article 28(3) UK GDPR asks for, such as ``ATT/2026-014``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]{1,38}[A-Za-z0-9]")


class VerifierKey(Token):
    """``name+hash+key``, as the owner of a log or a witness hands its public key out (c2sp.org/signed-note)."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[!-*,-~]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}")

    @property
    def verifier(self) -> Verifier:
        """Raises ValueError for a key whose parts do not fit each other."""
        return parse_vkey(self)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call at any hour. ``phone`` answers day and night."""

    phone: str = ""
    post: Post | None = None
    email: str = ""

    def __post_init__(self) -> None:
        if self.phone:
            Phone(self.phone)


NOBODY = Contact()


@dataclass(frozen=True, slots=True)
class Safeguarding:
    """The named safeguarding contact: the post, its office, and the number of the office."""

    post: Post
    office: str
    phone: Phone
    email: str = ""

    def __post_init__(self) -> None:
        if _TITLE.search(self.office):
            raise ValueError("a safeguarding contact is an office, not a person")


@dataclass(frozen=True, slots=True)
class Assurance:
    """What the partner has shown us, the last day it counts, and the number of the certificate or entry."""

    scheme: Scheme
    last: date
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """The day on which somebody made sure that the domain is the partner's, and how."""

    on: date
    how: Proof


@dataclass(frozen=True, slots=True)
class Agency:
    """A school for which a company acts, and the contract without which it may not (Article 28(3) UK GDPR)."""

    school: PartnerId
    contract: ContractRef
    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if self.first and self.last and self.last < self.first:
            raise ValueError("a contract ends before it begins")

    def covers(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Revd?)\b\.?(?= ?[A-Z])")
