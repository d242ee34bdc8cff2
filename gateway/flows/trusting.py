"""What makes a partner's keys count, and what makes any key count no more: two people on the phone, and one who acts.

A change counts at once where a key in force signed it. A revoked key stops everything under it in one transaction.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.core import as4, partners
from gateway.core.as4 import As4Error, Cause, certificates
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    Join,
    KeyRevoked,
    PartnerConfirmed,
    PartnerRecorded,
    What,
    commitment_of,
    join,
    join_person,
)
from gateway.core.partners import Certificate, CertificateRole, Checked, Partner, Phone, checked
from gateway.core.records import Person, Record, Register, Under
from gateway.core.terms import Digest, Draw, Fingerprint, PartnerId, PersonId, digest
from gateway.flows.ports import Gateway

UNSIGNED = (
    "no key of theirs in force signed it, and it would change at once: {}. "
    "Ask them for a signed one, or check it and use 'gateway partners import' on the machine"
)


class Roll(Protocol):
    """What trusting asks of the store."""

    def register(self) -> Register: ...
    def enlist(self, partner_list: Sequence[Partner], record: Record, seen: int | None = None) -> bool: ...
    def checked(self) -> Mapping[Digest, Checked]: ...
    def went_under(self, key: Digest, since: datetime, senders: Collection[PartnerId]) -> Sequence[Under]: ...


def recorded(
    listed: Sequence[Partner], home: PartnerId, at: datetime, draw: Draw, by: PersonId | None = None
) -> Record:
    """What the log says of records that are put into the register."""
    told = Record(())
    for one in listed:
        who, whoever = join(draw, What.ORGANISATION, one.id, one.id), join_person(draw, by)
        content = digest(partners.to_toml((one,)).encode())
        fact = PartnerRecorded(at, home, who.commitment, content, commitment_of(whoever))
        told += Record((fact,), (who, *whoever))
    return told


def take_in(
    gateway: Gateway,
    roll: Roll,
    came: Sequence[Partner],
    signed: tuple[bytes, Sequence[bytes]],
    at: datetime,
    *,
    private: bool = False,
    beside: Sequence[Partner] = (),
    by: PersonId | None = None,
    guarded: bool = False,
) -> Sequence[Partner]:
    """Put records that came over those in the register, as far as they count; ``signed`` are bytes and signatures.

    ``private``: whoever imports them says that they are reached inside a closed network. ``beside`` are records of our
    own making that change with them. ``guarded``: nothing that nobody signed may change at once. Raises ValueError for
    that, and for records that do not hang together.
    """

    def standing(known: Partner | None, one: Partner) -> Partner:
        sure = partners.vouched(known, one, *signed, at)
        counting = partners.received(known, one, at, vouched=sure, private=private)
        if guarded and not sure and (said := partners.at_once(known, counting, at)):
            raise ValueError(UNSIGNED.format(", ".join(said)))
        return _as_authorities_say(gateway, roll, counting, at)

    def taken(register: Register) -> tuple[Sequence[Partner], Record]:
        listed = [*(standing(register.directory.find(one.id), one) for one in came), *beside]
        return listed, recorded(listed, gateway.homes[0], at, gateway.draw, by)

    return changed(roll, taken)


def add(
    gateway: Gateway, roll: Roll, partner: PartnerId, came: Certificate, at: datetime, by: PersonId | None = None
) -> Partner:
    """Put one certificate more beside what a partner has and what waits for it.

    Raises Refusal: NOT_FOUND, SETTLED for one that is known; ValueError for what does not hang together.
    """

    def more(register: Register) -> tuple[Sequence[Partner], Record]:
        found = _find(register, partner)
        if found.id in gateway.homes:
            raise Refusal(Code.NOT_FOUND)
        if came.fingerprint in {one.fingerprint for one in found.certificates if one.role is came.role}:
            raise Refusal(Code.SETTLED)
        after = _as_authorities_say(gateway, roll, partners.added(found, came, at), at)
        return [after], recorded([after], gateway.homes[0], at, gateway.draw, by)

    return changed(roll, more)[0]


def read_out(partner: Partner) -> Digest | None:
    """What of a partner is to be compared by phone, in one value; None where nothing waits."""
    return partner.awaiting.content if partner.awaiting else None


def confirm(
    gateway: Gateway,
    roll: Roll,
    partner: PartnerId,
    person: Person,
    number: Phone,
    heard: Digest | None,
    at: datetime,
) -> Partner:
    """One person of ours says that the partner read out these fingerprints at that number; the second settles it.

    ``heard`` is what they were shown (``read_out``): what came meanwhile nobody has compared. Raises Refusal (SETTLED,
    KEYS_MOVED, SAME_PERSON, NUMBER_CAME_ALONG, NOT_ALLOWED, NOT_FOUND).
    """
    check_ours(gateway, person)

    def said(register: Register) -> tuple[Sequence[Partner], Record]:
        found = _compared(register, partner, heard)
        after = _as_authorities_say(gateway, roll, partners.confirmed(found, person.id, number), at)
        assert found.awaiting is not None
        who, by = join(gateway.draw, What.ORGANISATION, partner, partner), _by(gateway, person)
        called = join(gateway.draw, What.TEXT, number, number)
        home = person.organisation
        fact = PartnerConfirmed(at, home, who.commitment, found.awaiting.content, called.commitment, by.commitment)
        return [after], Record((fact,), (who, called, by)) + recorded([after], home, at, gateway.draw)

    return changed(roll, said)[0]


def deny(
    gateway: Gateway,
    roll: Roll,
    partner: PartnerId,
    person: Person,
    number: Phone,
    heard: Digest | None,
    at: datetime,
) -> Partner:
    """One person of ours says that the partner read out something else: what waits is taken away, and may come again.

    Raises Refusal as ``confirm`` does: who rang a number that came along has not rung the partner.
    """
    check_ours(gateway, person)

    def said(register: Register) -> tuple[Sequence[Partner], Record]:
        after = partners.denied(_compared(register, partner, heard), number)
        return [after], recorded([after], person.organisation, at, gateway.draw, person.id)

    return changed(roll, said)[0]


def met(gateway: Gateway, roll: Roll, role: CertificateRole, der: bytes) -> bool:
    """Somebody shows a certificate that is in no record; whether one counts it now, for an authority vouches for it.

    It stands in the register from then on, as if it had come with a record: it is checked, warned of and revoked.
    """
    at = gateway.clock()
    try:
        came = Certificate(role, certificates.pem(certificates.from_der(der)))
    except ValueError:
        return False

    def taken(register: Register) -> tuple[Sequence[Partner], Record]:
        others = [one for one in register.directory.partners.values() if one.id not in gateway.homes and one.anchors]
        shown = [after for one in others if (after := partners.met(one, came, at))]
        listed = [_as_authorities_say(gateway, roll, one, at) for one in shown]
        return listed, recorded(listed, gateway.homes[0], at, gateway.draw)

    return bool(taken(roll.register())[0]) and bool(changed(roll, taken))


def met_signer(gateway: Gateway, error: As4Error, content_type: str, body: bytes) -> bool:
    """Whether what was refused for its signer, who is in no record, can be looked at again: now it is in one."""
    if error.cause not in {Cause.STRANGER, Cause.UNKNOWN_SENDER}:
        return False
    shown = as4.token_of(content_type, body, gateway.rules)
    return shown is not None and gateway.met(CertificateRole.SIGN, shown)


@dataclass(frozen=True, slots=True)
class Gone:
    """A key that somebody else may have, since a day. ``partner``: whose, where it is not our own.

    ``records`` are those of the register as they stand without it.
    """

    certificate: Digest
    role: CertificateRole
    since: datetime
    partner: PartnerId | None
    records: Callable[[Register], Sequence[Partner]]


def of_partner(register: Register, partner: PartnerId, key: Digest, since: datetime) -> Gone:
    """A partner's key, of whatever it showed us. Raises Refusal(NOT_FOUND)."""
    found = _find(register, partner)
    awaiting = found.awaiting.certificates if found.awaiting else ()
    role = next((one.role for one in (*found.certificates, *awaiting) if one.fingerprint == key), None)
    if role is None:
        raise Refusal(Code.NOT_FOUND)
    return Gone(key, role, since, partner, lambda now: [partners.distrusted(_find(now, partner), key)])


def revoke(gateway: Gateway, roll: Roll, gone: Gone, person: Person, at: datetime) -> Sequence[Under]:
    """Let a certificate count for nothing from now on; returns what went under it since, and what came.

    What is queued under it is stale from this transaction on: it is sealed anew, or waits where there is nothing to
    seal for. A pair of our own must be out of use already. Raises Refusal(NOT_ALLOWED).
    """
    check_ours(gateway, person)

    def without(register: Register) -> tuple[Sequence[Partner], Record]:
        by = _by(gateway, person)
        whose = () if gone.partner is None else (join(gateway.draw, What.ORGANISATION, gone.partner, gone.partner),)
        named = commitment_of(whose)
        fact = KeyRevoked(at, person.organisation, Fingerprint(gone.certificate), gone.since, by.commitment, named)
        listed = gone.records(register)
        return listed, Record((fact,), (by, *whose)) + recorded(listed, gateway.homes[0], at, gateway.draw)

    listed = changed(roll, without)
    senders = [one.id for one in listed] if gone.partner else []
    if (
        gone.partner is None and gone.role is CertificateRole.SEAL
    ):  # whatever anybody sealed for us lies open to a thief
        senders = list(roll.register().directory.partners)
    return roll.went_under(gone.certificate, gone.since, senders)


def _as_authorities_say(gateway: Gateway, roll: Roll, partner: Partner, at: datetime) -> Partner:
    """In a strict gateway what is new does not count before its authority was asked; what it took back never does."""
    if partner.id in gateway.homes:
        return partner
    return checked.counting(partner, roll.checked(), at, strict=gateway.fail_closed)


def changed(roll: Roll, change: Callable[[Register], tuple[Sequence[Partner], Record]]) -> Sequence[Partner]:
    """Write a change of what is in the register now, and not of what was there a moment ago."""
    while True:
        register = roll.register()
        listed, record = change(register)
        if roll.enlist(listed, record, register.version):
            return listed


def _compared(register: Register, partner: PartnerId, heard: Digest | None) -> Partner:
    """One whose record people compared with what it read out."""
    found = _find(register, partner)
    if found.awaiting is not None and read_out(found) != heard:
        raise Refusal(Code.KEYS_MOVED)
    return found


def _find(register: Register, partner: PartnerId) -> Partner:
    found = register.directory.find(partner)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def check_ours(gateway: Gateway, person: Person) -> None:
    """Somebody of a home: a school does not say whose keys count."""
    if person.organisation not in gateway.homes:
        raise Refusal(Code.NOT_ALLOWED)


def _by(gateway: Gateway, person: Person) -> Join:
    return join(gateway.draw, What.PERSON, person.id, person.id)
