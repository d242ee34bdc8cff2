"""One organisation as the register has it. What holds one of these holds a record that fits together."""

import base64
import re
from dataclasses import dataclass
from datetime import date, datetime

from gateway.core.as4 import Option, Profile
from gateway.core.log.note import Kind
from gateway.core.partners.kinds import CertificateRole, Channel, PartnerKind
from gateway.core.partners.particulars import (
    NOBODY,
    Agency,
    Assurance,
    Contact,
    IcoNumber,
    OdsCode,
    Safeguarding,
    Verified,
    VerifierKey,
)
from gateway.core.terms import Digest, LaEstab, PartnerId, Period, PurposeCode, digest


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as it was registered; whoever uses it parses it. ``first`` and ``last`` are instants in UTC."""

    role: CertificateRole
    pem: str
    first: datetime | None = None
    last: datetime | None = None

    def __post_init__(self) -> None:
        _der(self.pem)
        if self.first and self.last and self.last < self.first:
            raise ValueError("a certificate ends before it begins")


@dataclass(frozen=True, slots=True)
class Partner:
    """One organisation. ``served_by`` is the council whose gateway receives for it; ``la`` the area of a council.

    ``trust`` answers for an academy; ``party_type`` is what AS4 needs to know, ``profile`` the newest that it can among
    what its certificates are for (empty: all), ``accepts`` what we grant its product beyond that; ``verified`` says how
    it is known that ``domain`` is theirs; ``agent_of`` names the schools for which a company acts. ``logs`` are the
    keys of its disclosure logs, ``witnesses`` those with which it countersigns ours: old and new ones in overlap.
    """

    id: PartnerId
    kind: PartnerKind
    name: str
    in_effect: Period
    channel: Channel
    town: str = ""
    laestab: LaEstab | None = None
    la: str | None = None
    ods: str = ""
    ico: str = ""
    successor: PartnerId | None = None
    endpoint: str = ""
    served_by: PartnerId | None = None
    trust: PartnerId | None = None
    party_type: str = ""
    profile: str = ""
    accepts: tuple[Option, ...] = ()
    domain: str = ""
    verified: Verified | None = None
    agent_of: tuple[Agency, ...] = ()
    contact: Contact = NOBODY
    safeguarding: Safeguarding | None = None
    certificates: tuple[Certificate, ...] = ()
    assurance: tuple[Assurance, ...] = ()
    logs: tuple[VerifierKey, ...] = ()
    witnesses: tuple[VerifierKey, ...] = ()

    def __post_init__(self) -> None:
        if self.la is not None and not re.fullmatch(r"[0-9]{3}", self.la):
            raise ValueError("an area has three digits")
        if self.endpoint and not re.fullmatch(r"https://[!-~]{1,500}", self.endpoint):
            raise ValueError("an endpoint is an https address")
        if self.laestab is not None and not self.laestab.isdigit():
            raise ValueError("an establishment has seven digits")
        if (self.kind is PartnerKind.COUNCIL) != (self.la is not None):
            raise ValueError("a council and nobody else has an area of its own")
        if self.trust is not None and not self.kind.may_have_trust:
            raise ValueError("an academy and nobody else has a trust")
        if self.verified is not None and not _HOST.fullmatch(self.domain):
            raise ValueError("only a domain can be verified")
        if self.profile and self.profile not in set(Profile):
            raise ValueError(f"a profile is {' or '.join(Profile)}")
        _check_kinds(self.logs, self.witnesses)
        if self.ods:
            OdsCode(self.ods)
        if self.ico:
            IcoNumber(self.ico)

    @property
    def area(self) -> str | None:
        """The three digits of the authority that it is, or in whose area its number was given."""
        return self.la or (self.laestab.la if self.laestab else None)

    @property
    def team_of(self) -> PartnerId | None:
        """The council that it is a part of: told to a team is told to the council."""
        return self.served_by if self.kind.own_team else None

    @property
    def introduced(self) -> bool:
        """Whether anybody here has registered more of it than the release ships."""
        return (
            bool(
                self.endpoint
                or self.certificates
                or self.assurance
                or self.agent_of
                or self.domain
                or self.safeguarding
                or self.logs
                or self.witnesses
            )
            or self.contact != NOBODY
        )

    def acts_for(self, school: PartnerId, day: date) -> Agency | None:
        """Under which contract it acts for a school on ``day``; None when it may not."""
        return next((one for one in self.agent_of if one.school == school and one.covers(day)), None)

    def pems(self, role: str) -> tuple[str, ...]:
        """The certificates registered for ``sign``, ``seal`` or ``tls``, as PEM."""
        return tuple(one.pem for one in self.certificates if one.role == role)

    def fingerprints(self, role: str) -> frozenset[Digest]:
        """The SHA-256 of each certificate registered for a role."""
        return frozenset(digest(_der(pem)) for pem in self.pems(role))


@dataclass(frozen=True, slots=True)
class Template:
    """A team or kind of partner that every council has, before it is registered: what it does and how it is reached."""

    name: str
    title: str
    kind: PartnerKind
    channel: Channel
    purposes: tuple[PurposeCode, ...] = ()
    own: bool = False

    def of(self, council: Partner, first: date) -> Partner:
        """The team of one ``council``; raises ValueError for a partner that is not part of the council."""
        if not self.own:
            raise ValueError("an outside partner is registered under its own name")
        team = PartnerId(f"{council.id}-{self.name}")
        return Partner(team, self.kind, self.title, Period(first), self.channel, served_by=council.id)


def _check_kinds(logs: tuple[VerifierKey, ...], witnesses: tuple[VerifierKey, ...]) -> None:
    if any(one.verifier.kind is not Kind.SIGNATURE for one in logs):
        raise ValueError("the key of a log is one that signs")
    if any(one.verifier.kind is not Kind.COSIGNATURE for one in witnesses):
        raise ValueError("the key of a witness is one that countersigns")


def _der(pem: str) -> bytes:
    """The one certificate in a PEM text; raises ValueError for anything else, a private key above all."""
    found = re.fullmatch(r"-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----\n", pem)
    if found is None:
        raise ValueError("not a certificate in PEM")
    return base64.b64decode(found[1].replace("\n", ""), validate=True)


_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
