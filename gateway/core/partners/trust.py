"""What of a partner's keys and address counts: what its keys in force vouch for, or two people confirmed by phone.

A record that came is a claim. Until it counts, what counted before goes on counting, and nothing goes to a new address.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from gateway.core.as4 import certificates
from gateway.core.days import day_of, lasting
from gateway.core.errors import Reason
from gateway.core.partners import telephone
from gateway.core.partners.credentials import Anchor, Awaiting, Certificate
from gateway.core.partners.kinds import CertificateRole, Channel
from gateway.core.partners.records import Partner
from gateway.core.terms import Digest, Fingerprint

BETWEEN_GATEWAYS = (CertificateRole.SIGN, CertificateRole.SEAL, CertificateRole.TLS)
NEEDED = MappingProxyType(
    {
        Channel.AS4: BETWEEN_GATEWAYS,
        Channel.PULL: BETWEEN_GATEWAYS,
        Channel.MESH: (CertificateRole.SIGN, CertificateRole.SEAL),
    }
)
"""Which certificates must stand before anything sealed goes by a channel; MESH connects by keys of its own."""


CERTIFICATE_DAYS = (60, 30, 14, 7, 1)
"""Days before its end at which a certificate is spoken of (``wire.md`` §3 law 1)."""


class Wait(StrEnum):
    """Why nothing may go to a partner now, though nothing of it is given up."""

    PAUSED = "paused"
    ONBOARDING = "onboarding"
    CONFIRMATION = "confirmation"
    KEYS = "keys"
    AUTHORITY = "authority"


WAIT_WORDS = {
    Wait.PAUSED: "somebody here has paused its queue, and nothing is sent to it until they let it go on",
    Wait.ONBOARDING: "it is being connected, and only specimens marked test go there until two people say it is live",
    Wait.CONFIRMATION: "nothing is sent to it until two people have confirmed its fingerprints by phone",
    Wait.KEYS: "a key of it was revoked, and nothing is sent to it until its new certificate is confirmed",
    Wait.AUTHORITY: "nothing is sent to it until the authority of its certificate says that it is good",
}
REASONS = MappingProxyType(
    {
        Wait.PAUSED: Reason.PAUSED,
        Wait.ONBOARDING: Reason.ONBOARDING,
        Wait.CONFIRMATION: Reason.UNCONFIRMED,
        Wait.KEYS: Reason.UNCONFIRMED,
        Wait.AUTHORITY: Reason.UNCONFIRMED,
    }
)
"""The same as a line of the log says it."""


def received(known: Partner | None, came: Partner, at: datetime, *, vouched: bool, private: bool = False) -> Partner:
    """A record as it stands from now on, when ``came`` is put over what is ``known``.

    ``vouched``: a signing key in force signed it. Otherwise, unless an authority in force issued it, a new certificate,
    address or number to ring waits for two people, and what it would replace stays. A record with nothing new leaves
    what waits as it is. What we found out ourselves is ours to say: not whose domain it is, nor that it may be at a
    private address: ``private`` is said by whoever takes the record in. Nor does a record take a partner out of
    onboarding, or let its queue go on.
    """
    gone = tuple(sorted({*(known.revoked if known else ()), *came.revoked}))
    shown = tuple(one for one in came.certificates if one.fingerprint not in gone)
    ours = replace(
        came,
        certificates=shown,
        verified=known.verified if known and known.domain == came.domain else None,
        accepts=known.accepts if known else (),
        private_address=private or (known is not None and known.private_address),
        revoked=gone,
        suspended=known.suspended if known else (),
        awaiting=None,
        onboarding=known.onboarding if known else came.onboarding,
        live_by=None,
        paused=known.paused if known else None,
    )
    before = known.awaiting if known else None
    contact, office = telephone.unheard(known, came)
    if not (contact or office or _news(known, ours, at)):
        return replace(ours, awaiting=_left(before, gone))
    if vouched:
        return ours
    awaiting = Awaiting(
        came.endpoint, shown, came.anchors, telephone.brought(known, came), mailbox=came.mailbox, contact=contact,
        safeguarding=office,
    )  # fmt: skip
    if before is not None and before.content == awaiting.content:
        awaiting = before  # whoever confirmed it confirmed this
    standing = tuple(one for one in known.certificates if one.fingerprint not in gone) if known else ()
    bare = replace(ours, endpoint="", mailbox="", certificates=standing, anchors=(), awaiting=awaiting)
    if known is None:
        return bare
    return replace(
        bare, endpoint=known.endpoint, mailbox=known.mailbox, anchors=known.anchors,
        contact=known.contact if contact else came.contact,
        safeguarding=known.safeguarding if office else came.safeguarding,
    )  # fmt: skip


def added(known: Partner, fresh: Certificate, at: datetime) -> Partner:
    """With one certificate more, beside those that count and those that wait.

    Where something waits it joins that, and all of it is confirmed anew: whoever was first heard it without this one.
    """
    before = known.awaiting
    if fresh.fingerprint in known.revoked or (before is not None and fresh in before.certificates):
        return known
    door = known.endpoint or (before.endpoint if before is not None else "")
    more = replace(known, endpoint=door, certificates=(*known.certificates, fresh))
    alone = received(known, more, at, vouched=False)
    if before is None:
        return alone
    joined = replace(before, certificates=(*before.certificates, fresh), confirmed_by=None, number=None)
    return replace(alone, awaiting=joined)


def vouched(known: Partner | None, came: Partner, content: bytes, signatures: Iterable[bytes], at: datetime) -> bool:
    """Whether one of these signatures over ``content`` is by a signing key of the partner that is in force.

    A key that the record itself revokes vouches for nothing in it: the thief may have written it.
    """
    gone = {*came.revoked, *known.suspended} if known else ()
    shown = known.certificates if known else ()
    left = [one.pem for one in shown if one.role is CertificateRole.SIGN and one.fingerprint not in gone]
    signing = certificates.valid(left, at)
    return any(certificates.signed(one, content, signature) for signature in signatures for one in signing)


def met(partner: Partner, came: Certificate, at: datetime) -> Partner | None:
    """With a certificate that it shows for the first time, if an authority in force made it out to it; else None."""
    new = came.fingerprint not in {one.fingerprint for one in partner.certificates if one.role is came.role}
    if not new or came.fingerprint in partner.revoked or not partner.in_effect.covers(day_of(at)):
        return None
    if not certificates.valid((came.pem,), at) or not certificates.is_for(certificates.load(came.pem), came.role):
        return None
    return replace(partner, certificates=(*partner.certificates, came)) if _issued(came, partner.anchors, at) else None


def revoked(partner: Partner, fingerprint: Digest) -> Partner:
    """Without a certificate, for good: it counts for nothing from now on, and no record brings it back."""
    kept = tuple(one for one in partner.certificates if one.fingerprint != fingerprint)
    gone = tuple(sorted({*partner.revoked, fingerprint}))
    return replace(partner, certificates=kept, revoked=gone, awaiting=_left(partner.awaiting, gone))


def distrusted(partner: Partner, fingerprint: Digest) -> Partner:
    """As ``revoked``, for a key of somebody else: with a stolen signing key, whatever it vouched for counts no more.

    The thief may have signed a record with an address and keys of his own, so two people confirm all that is left.
    """
    left = revoked(partner, fingerprint)
    signed = any(one.fingerprint == fingerprint for one in partner.certificates if one.role is CertificateRole.SIGN)
    if not signed or not (left.certificates or left.endpoint or left.mailbox):
        return left
    brought = tuple(sorted({*telephone.numbers(partner), *(left.awaiting.brought if left.awaiting else ())}))
    again = Awaiting(left.endpoint, left.certificates, left.anchors, brought, mailbox=left.mailbox)
    return replace(left, endpoint="", mailbox="", certificates=(), anchors=(), awaiting=again)


def sealing(partner: Partner, at: datetime) -> tuple[certificates.Certificate, ...]:
    """The certificates to seal for: those in force, or those that wait for their authority or for confirmation.

    What is sealed for these stays in our own vault (``waits``) and is sealed anew if others come into force.
    """
    return certificates.valid(partner.pems("seal"), at) or certificates.valid(_waiting(partner, "seal"), at)


def signing(partner: Partner, at: datetime) -> tuple[certificates.Certificate, ...]:
    """By which certificates its receipts will be signed: those in force, or those that wait as above."""
    return certificates.valid(partner.pems("sign"), at) or certificates.valid(_waiting(partner, "sign"), at)


def _waiting(partner: Partner, role: str) -> tuple[str, ...]:
    held = replace(partner, suspended=()).pems(role) if partner.suspended else ()
    return held or (partner.awaiting.pems(role) if partner.awaiting else ())


def waits(partner: Partner, at: datetime) -> Wait | None:
    """Why what is ready for a partner must wait, or None where it may go."""
    if partner.paused:
        return Wait.PAUSED
    if partner.onboarding:
        return Wait.ONBOARDING
    return unproven(partner, at)


def unproven(partner: Partner, at: datetime) -> Wait | None:
    """As ``waits``, of its keys and its address alone."""
    if partner.channel not in NEEDED or not (partner.awaiting or partner.revoked or partner.suspended):
        return None
    needed = () if partner.takes_plain else NEEDED[partner.channel]
    reached = {Channel.AS4: partner.endpoint, Channel.MESH: partner.mailbox}.get(partner.channel, "it comes for it")
    whole = bool(reached) and all(certificates.valid(partner.pems(role), at) for role in needed)
    if whole or not partner.in_effect.covers(day_of(at)):
        return None
    unheld = replace(partner, suspended=())
    if partner.suspended and all(certificates.valid(unheld.pems(role), at) for role in needed):
        return Wait.AUTHORITY
    return Wait.KEYS if partner.revoked else Wait.CONFIRMATION


@dataclass(frozen=True, slots=True)
class Ending:
    """A certificate in force that no other of its role outlasts; ``within`` is the step of CERTIFICATE_DAYS reached."""

    role: CertificateRole
    fingerprint: Fingerprint
    days: int
    within: int

    @property
    def words(self) -> str:
        return f"its {self.role} certificate {lasting(self.days)}"


def ending(partner: Partner, at: datetime) -> tuple[Ending, ...]:
    """What of a partner's certificates, or of a home's, has to be renewed soon, or should have been."""
    found = []
    for role in BETWEEN_GATEWAYS:
        of_role = [one for one in partner.certificates if one.role == role]
        if not of_role:
            continue
        last = max(of_role, key=_end)
        days = (_end(last) - at).days
        reached = [step for step in CERTIFICATE_DAYS if days <= step]
        if reached:
            found.append(Ending(role, last.fingerprint, days, min(reached)))
    return tuple(found)


def unsettled(partner: Partner, at: datetime) -> str:
    """What of a partner waits for people, and what waits for it, in words; empty where nothing does."""
    wait = waits(partner, at)
    return "; ".join(one for one in (standing(partner), WAIT_WORDS[wait] if wait else "") if one)


def standing(partner: Partner) -> str:
    """How far the confirmation of what awaits it has come, in words; empty where nothing does."""
    if partner.awaiting is None:
        return ""
    far = "one of two people has confirmed it" if partner.awaiting.confirmed_by else "nobody has confirmed it yet"
    return f"a new certificate, address or telephone number came, and {far}"


def _end(certificate: Certificate) -> datetime:
    return certificates.load(certificate.pem).not_valid_after_utc


def _news(known: Partner | None, came: Partner, at: datetime) -> bool:
    """Whether what came names an address, an authority or a certificate that does not count yet.

    The client certificate of a machine that has no door of its own is none: it lets in, and nothing is sent to it.
    """
    anchors = known.anchors if known else ()
    reached = {"", known.endpoint, known.mailbox} if known else {""}
    if {came.endpoint, came.mailbox} - reached or not set(came.anchors) <= set(anchors):
        return True
    counting = {(one.role, one.fingerprint) for one in known.certificates} if known else set()
    fresh = [one for one in came.certificates if (one.role, one.fingerprint) not in counting]
    unknown = [one for one in fresh if not _issued(one, anchors, at)]
    return any(came.endpoint or one.role is not CertificateRole.TLS for one in unknown)


def _left(awaiting: Awaiting | None, gone: Iterable[Digest]) -> Awaiting | None:
    """Whoever made a record with a stolen key made all of it up; a new one has to come."""
    shown = {one.fingerprint for one in awaiting.certificates} if awaiting else set()
    return None if shown & {*gone} else awaiting


def _issued(one: Certificate, anchors: Iterable[Anchor], at: datetime) -> bool:
    shown = certificates.load(one.pem)
    return any(certificates.issued(shown, certificates.load(anchor.pem), anchor.name, at) for anchor in anchors)
