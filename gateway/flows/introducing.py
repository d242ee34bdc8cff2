"""A partner's record, or a new certificate of it, brought in at the pages by whoever runs the machine.

As with 'gateway partners import', a certificate or address that no key in force vouches for waits for two people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.core import partners
from gateway.core.as4 import certificates
from gateway.core.errors import Code, Refusal
from gateway.core.partners import Certificate, CertificateRole, Partner
from gateway.core.records import Person
from gateway.core.terms import Fingerprint, PartnerId
from gateway.flows import operating, trusting
from gateway.flows.ports import Gateway
from gateway.flows.trusting import Roll


class Unreadable(ValueError):
    """What somebody brought is no record and no certificate, or none that one person may bring alone: in words that
    hold nothing of it.
    """


@dataclass(frozen=True, slots=True)
class Shown:
    """One certificate of a partner: what it is for, from when to when, and for how many days more."""

    role: CertificateRole
    first: datetime
    until: datetime
    days: int
    fingerprint: Fingerprint


def bring(gateway: Gateway, roll: Roll, person: Person, content: bytes, at: datetime) -> Sequence[Partner]:
    """Put records into the register, as far as they count; what two people cannot confirm has to be signed.

    Raises Refusal(NOT_ALLOWED), Unreadable.
    """
    operating.refuse_others(gateway, person)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise Unreadable("it is no text") from None
    try:
        came = partners.from_toml(text)
    except ValueError as error:  # in words of our own, which name rows and keys alone
        raise Unreadable(str(error)) from error
    if not came:
        raise Unreadable("there is no [[partner]] in it")
    if any(one.id in gateway.homes for one in came):
        raise Unreadable("it is a record of our own, whose keys are here")
    return _taken(gateway, roll, came, partners.signatures_in(text), person, at)


def look(gateway: Gateway, person: Person, partner: PartnerId) -> Partner:
    """Anybody but us: an inbox team's address or a school's certificate waits for two people as any other does.

    Raises Refusal: NOT_FOUND, NOT_ALLOWED.
    """
    operating.refuse_others(gateway, person)
    found = gateway.store.register().directory.find(partner)
    if found is None or found.id in gateway.homes:
        raise Refusal(Code.NOT_FOUND)
    return found


def add(
    gateway: Gateway,
    roll: Roll,
    person: Person,
    partner: PartnerId,
    role: CertificateRole,
    content: bytes,
    at: datetime,
) -> Partner:
    """Put one more certificate of a partner beside those that it has. Raises Refusal, Unreadable."""
    operating.refuse_others(gateway, person)
    try:
        came = Certificate(role, content.decode("ascii").replace("\r\n", "\n"))
    except ValueError:
        raise Unreadable("it is no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----") from None
    try:
        certificates.from_der(came.der)
    except ValueError as error:
        raise Unreadable(str(error)) from error
    if known := _known(look(gateway, person, partner), came):
        raise Unreadable(known)
    try:
        return trusting.add(gateway, roll, partner, came, at, by=person.id)
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _known(partner: Partner, came: Certificate) -> str:
    """Why nothing would come of it, in words; empty for one that is new."""
    if came.fingerprint in partner.revoked:
        return "it was revoked, and counts for nothing any more"
    if came in partner.certificates:
        return "it counts already"
    if partner.awaiting and came in partner.awaiting.certificates:
        return "it waits already for two people to confirm it"
    return ""


def shown(listed: Sequence[Certificate], at: datetime) -> tuple[Shown, ...]:
    """Certificates as people compare them, by what they are for; of two for one thing the newer after the older."""
    found = [(one, certificates.from_der(one.der)) for one in listed]
    rows = [
        Shown(one.role, read.not_valid_before_utc, read.not_valid_after_utc, (read.not_valid_after_utc - at).days,
              one.fingerprint)
        for one, read in found
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda one: (one.role, one.until)))


def _taken(
    gateway: Gateway,
    roll: Roll,
    came: Sequence[Partner],
    signed: tuple[bytes, Sequence[bytes]],
    person: Person,
    at: datetime,
) -> Sequence[Partner]:
    try:
        for one in came:
            for each in one.certificates:
                certificates.from_der(each.der)
            for authority in one.anchors:
                certificates.load(authority.pem)
        return trusting.take_in(gateway, roll, came, signed, at, by=person.id, guarded=True)
    except ValueError as error:
        raise Unreadable(str(error)) from error
