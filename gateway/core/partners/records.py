"""One organisation as the register has it. What holds one of these holds a record that fits together."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from gateway.core.as4 import Option, Party, Profile, names
from gateway.core.log.note import Kind
from gateway.core.partners.credentials import MAILTO, Anchor, Awaiting, Certificate, check_endpoint, check_mailbox
from gateway.core.partners.kinds import Channel, PartnerKind
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
from gateway.core.terms import Digest, LaEstab, PartnerId, Period, PersonId, PurposeCode


@dataclass(frozen=True, slots=True)
class Paused:
    """Since when nothing goes to a partner because somebody of ours says so, and why: what is for it waits."""

    since: datetime
    by: PersonId
    reason: str


@dataclass(frozen=True, slots=True)
class Partner:
    """One organisation. ``served_by`` is the council whose gateway receives for it; ``la`` the area of a council.

    ``trust`` answers for an academy; ``party_type`` is that of its PartyId (empty: unregistered), ``profile`` the
    newest that it can among what its certificates are for (empty: all), ``accepts`` what we grant its product beyond
    that; ``verified`` says how it is known that ``domain`` is theirs; ``agent_of`` names the schools for which a
    company acts. ``logs`` are the keys of its disclosure logs, ``witnesses`` those with which it countersigns ours: old
    and new ones in overlap.
    ``pulled`` says that it keeps its messages for us until we pull them; ``rate`` is how many a minute it takes of us
    at most, 0 as many as it answers.
    ``mailbox`` is where MESH brings what is for it; ``plain`` says that no AS4 message is opened there.
    ``anchors`` are authorities that issue its certificates. ``awaiting`` is what came and is not confirmed yet;
    ``revoked`` are certificates that never count again, ``suspended`` those that do not while their authority does not
    say that they are good; ``private_address`` says that it is reached inside a closed network, or on this machine.
    ``endpoint`` is an https address, or of who is reached by its inbox here the ``mailto:`` of its team.
    ``onboarding``: its system is being connected, and only specimens marked test go there and come from it;
    ``live_by`` is the first of the two people who say that it may go live. ``paused``: who lets nothing go there now.
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
    mailbox: str = ""
    plain: bool = False
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
    pulled: bool = False
    rate: int = 0
    anchors: tuple[Anchor, ...] = ()
    private_address: bool = False
    revoked: tuple[Digest, ...] = ()
    suspended: tuple[Digest, ...] = ()
    awaiting: Awaiting | None = None
    onboarding: bool = False
    live_by: PersonId | None = None
    paused: Paused | None = None

    def __post_init__(self) -> None:
        if self.la is not None and not re.fullmatch(r"[0-9]{3}", self.la):
            raise ValueError("an area has three digits")
        check_endpoint(self.endpoint, self.channel)
        if self.pulled and not self.endpoint and self.awaiting is None:
            raise ValueError("who is pulled from has an address")
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
        check_mailbox(self.mailbox, plain=self.plain and self.awaiting is None)
        _check_onboarding(self)
        if self.ods:
            OdsCode(self.ods)
        if self.ico:
            IcoNumber(self.ico)

    @property
    def area(self) -> str | None:
        """The three digits of the authority that it is, or in whose area its number was given."""
        return self.la or (self.laestab.la if self.laestab else None)

    @property
    def party(self) -> Party:
        """How messages name it, as sender and as recipient: its id, and the type that was agreed for it."""
        return Party(self.id, self.party_type or names.UNREGISTERED)

    @property
    def takes_plain(self) -> bool:
        """Whether what is for it goes as a plain file, which nobody seals."""
        return self.channel is Channel.FOLDER or (self.plain and self.channel is Channel.MESH)

    @property
    def team_of(self) -> PartnerId | None:
        """The council that it is a part of: told to a team is told to the council."""
        return self.served_by if self.kind.own_team else None

    @property
    def number(self) -> LaEstab | None:
        """By what number messages name it: that of its area for a council, else its own as an establishment."""
        return LaEstab(f"{self.la}LLLL") if self.la else self.laestab

    @property
    def mail(self) -> str:
        """The mailbox of its team, to which links go: only where it has no machine, and two people confirmed it."""
        return self.endpoint.removeprefix(MAILTO) if self.endpoint.startswith(MAILTO) else ""

    @property
    def guest(self) -> bool:
        """Whether it is a controller of its own that has no machine, and its inbox is with us."""
        own = self.kind.school or self.kind.own_team or self.kind.may_have_trust
        return self.served_by is not None and self.channel is Channel.INBOX and not own

    @property
    def introduced(self) -> bool:
        """Whether anybody here has registered more of it than the release ships."""
        return (
            bool(
                self.endpoint
                or self.mailbox
                or self.certificates
                or self.assurance
                or self.agent_of
                or self.domain
                or self.safeguarding
                or self.logs
                or self.witnesses
                or self.anchors
                or self.awaiting
            )
            or self.contact != NOBODY
        )

    @property
    def mpc(self) -> str:
        """The message partition channel (ebMS3 core §3) on which messages for it wait: one each, named alike at both
        ends.
        """
        return f"urn:cme-gateway:mpc:{self.id}"

    @property
    def pulls_on(self) -> str | None:
        """The channel that what is sealed for it must name: it pulls, and nobody pushes."""
        return self.mpc if self.channel is Channel.PULL else None

    def acts_for(self, school: PartnerId, day: date) -> Agency | None:
        """Under which contract it acts for a school on ``day``; None when it may not."""
        return next((one for one in self.agent_of if one.school == school and one.covers(day)), None)

    def pems(self, role: str) -> tuple[str, ...]:
        """The certificates that count for ``sign``, ``seal`` or ``tls``, as PEM."""
        return tuple(one.pem for one in self.certificates if one.role == role and one.fingerprint not in self.suspended)

    def vouching(self, role: str) -> tuple[str, ...]:
        """Those, and the authorities that may show us another: what that is worth is looked at when it is shown."""
        return (*self.pems(role), *(one.pem for one in self.anchors))

    def fingerprints(self, role: str) -> frozenset[Digest]:
        """The SHA-256 of each certificate that counts for a role."""
        return frozenset(one.fingerprint for one in self.certificates if one.role == role) - {*self.suspended}


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


def _check_onboarding(partner: Partner) -> None:
    if partner.onboarding and (partner.served_by or partner.channel is Channel.INBOX):
        raise ValueError("only who has a machine of its own is being connected")
    if partner.live_by is not None and not partner.onboarding:
        raise ValueError("only who is being connected goes live")


_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
