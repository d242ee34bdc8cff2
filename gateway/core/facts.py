"""What happened. Facts go into the disclosure log for good, so by their types none can hold personal data.

A fact names children, schools, people and payloads by salted commitments only (``Join`` keeps the salt beside the
log, where it can be erased), items by the paths of our schemas, reasons by codes. ``line`` is the one way to write one.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from gateway.core.errors import Code, Reason
from gateway.core.terms import (
    AgreementRef,
    Basis,
    Commitment,
    Digest,
    DisclosureId,
    Draw,
    Item,
    Kind,
    MessageId,
    ParcelId,
    PartnerId,
    PurposeCode,
    Token,
    UploadId,
    commit,
    parse_stamp,
    stamp,
)

MOST_CHILDREN = 500
"""Children in one line, and so in one disclosure: a line must fit 65,535 bytes (C2SP tlog-tiles)."""

MOST_BYTES = 65_535


class Citation(Token):
    """Where a power stands, in the words of ``partners/purposes.toml``: ``PIR05 reg 9(3)``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[A-Za-z0-9 ().,;:'/&+-]{1,300}")


class Condition(Token):
    """An Article 9 or 10 condition, a Schedule 1 paragraph, an exemption or a policy document: ``S1P18``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,39}")


class Version(Token):
    """A version of a document kind: ``26.0``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}")


class What(StrEnum):
    """What a commitment binds to."""

    CHILD = "child"
    ORGANISATION = "organisation"
    PERSON = "person"
    PAYLOAD = "payload"


class Stale(StrEnum):
    """Why a parcel may not go as it was sealed."""

    AGREEMENT = "agreement"
    RECIPIENT_CERTIFICATE = "recipient-certificate"
    OWN_CERTIFICATE = "own-certificate"


class Role(StrEnum):
    """What somebody who signs in may do."""

    SCHOOL_SENDER = "school-sender"
    SCHOOL_READER = "school-reader"
    OFFICER = "officer"
    MANAGER = "manager"
    GOVERNANCE = "governance"
    OPERATOR = "operator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Join:
    """What leads from a commitment back to its subject. Kept outside the log; deleting it leaves the line mute.

    ``handle`` finds the lines of one subject: an id, or for a child a keyed digest of the UPN.
    """

    what: What
    handle: str
    salt: bytes
    commitment: Commitment


def join(draw: Draw, what: What, value: str | bytes, handle: str) -> Join:
    """Commit to ``value`` under a salt of its own."""
    salt = draw(32)
    return Join(what, handle, salt, commit(salt, value))


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened at ``at``, for which the controller ``home`` answers."""

    at: datetime
    home: PartnerId


@dataclass(frozen=True, slots=True)
class LogOpened(Fact):
    vkey: Digest


@dataclass(frozen=True, slots=True)
class UploadAccepted(Fact):
    upload: UploadId
    sender: Commitment
    content: Commitment
    kind: Kind
    version: Version
    pupils: int
    left_out: int
    errors: int
    queries: int


@dataclass(frozen=True, slots=True)
class UploadRefused(Fact):
    upload: UploadId
    sender: Commitment
    code: Code
    errors: int
    queries: int


@dataclass(frozen=True, slots=True)
class DisclosureReleased(Fact):
    """A lawful decision to disclose: what goes, to whom, why, and on which legal ground.

    ``recipient`` is the partner whose gateway receives, ``reader`` commits to the organisation that will read it.
    """

    disclosure: DisclosureId
    source: Commitment
    discloser: Commitment
    recipient: PartnerId
    reader: Commitment
    purpose: PurposeCode
    power: Citation
    duty: bool
    article6: Basis
    article9: Condition | None
    schedule1: Condition | None
    article10: Condition | None
    policy: Condition | None
    exemption: Condition | None
    agreement: AgreementRef | None
    carrier: Condition
    kind: Kind
    version: Version
    shared: tuple[Item, ...]
    withheld: tuple[Item, ...]
    unknown: int
    children: tuple[Commitment, ...]
    payload: Commitment


@dataclass(frozen=True, slots=True)
class DisclosureHeld(Fact):
    disclosure: DisclosureId
    source: Commitment
    discloser: Commitment
    reader: Commitment
    purpose: PurposeCode
    reasons: tuple[Code, ...]
    children: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class DisclosureRefused(Fact):
    disclosure: DisclosureId
    source: Commitment
    discloser: Commitment
    reader: Commitment
    purpose: PurposeCode | None
    reasons: tuple[Code, ...]
    children: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class ParcelSealed(Fact):
    """``soap`` is the digest of the message's SOAP part, which the recipient's receipt answers."""

    parcel: ParcelId
    disclosure: DisclosureId
    message: MessageId
    recipient: PartnerId
    soap: Digest
    sealed_for: Digest
    signed_by: Digest


@dataclass(frozen=True, slots=True)
class ParcelShelved(Fact):
    """An extract lies in an inbox, waiting for a person to collect it."""

    parcel: ParcelId
    disclosure: DisclosureId
    reader: Commitment


@dataclass(frozen=True, slots=True)
class ParcelWithdrawn(Fact):
    parcel: ParcelId
    reason: Stale


@dataclass(frozen=True, slots=True)
class AttemptStarted(Fact):
    parcel: ParcelId
    attempt: int


@dataclass(frozen=True, slots=True)
class ParcelDelivered(Fact):
    parcel: ParcelId
    receipt: Digest
    receipt_signed_by: Digest


@dataclass(frozen=True, slots=True)
class ParcelDeferred(Fact):
    parcel: ParcelId
    attempt: int
    until: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class ParcelAbandoned(Fact):
    parcel: ParcelId
    reason: Reason


@dataclass(frozen=True, slots=True)
class ParcelResent(Fact):
    parcel: ParcelId
    by: Commitment


@dataclass(frozen=True, slots=True)
class ParcelCollected(Fact):
    parcel: ParcelId
    by: Commitment


@dataclass(frozen=True, slots=True)
class PartnerPaused(Fact):
    partner: PartnerId
    until: datetime


@dataclass(frozen=True, slots=True)
class PartnerResumed(Fact):
    partner: PartnerId


@dataclass(frozen=True, slots=True)
class MessageReceived(Fact):
    sender: PartnerId
    message: MessageId
    disclosure: DisclosureId | None
    soap: Digest
    kind: Kind
    version: Version
    purpose: PurposeCode | None
    agreement: AgreementRef | None
    children: tuple[Commitment, ...]
    payload: Commitment
    receipt: Digest


@dataclass(frozen=True, slots=True)
class MessageRepeated(Fact):
    """The same disclosure came again under another message id; it was receipted and not delivered twice."""

    sender: PartnerId
    message: MessageId
    disclosure: DisclosureId
    receipt: Digest


@dataclass(frozen=True, slots=True)
class MessageRefused(Fact):
    sender: PartnerId | None
    code: Code


@dataclass(frozen=True, slots=True)
class AgreementRecorded(Fact):
    agreement: AgreementRef
    content: Digest


@dataclass(frozen=True, slots=True)
class PartnerRecorded(Fact):
    partner: Commitment
    content: Digest


@dataclass(frozen=True, slots=True)
class KeyRecorded(Fact):
    certificate: Digest


@dataclass(frozen=True, slots=True)
class PersonAdded(Fact):
    person: Commitment
    role: Role


@dataclass(frozen=True, slots=True)
class LinkIssued(Fact):
    person: Commitment


@dataclass(frozen=True, slots=True)
class SignedIn(Fact):
    person: Commitment


FACTS = MappingProxyType({kind.__name__: kind for kind in Fact.__subclasses__()})
"""Every kind of fact by the name that its line carries."""


def line(fact: Fact) -> bytes:
    """Write a fact as the one sequence of bytes that stands for it (RFC 8785: sorted keys, no spaces, UTF-8).

    Absent fields are left out, so that a later version can add one without changing what an old line says.
    """
    body: dict[str, object] = {"fact": type(fact).__name__, "v": 1}
    for field in fields(fact):
        value = getattr(fact, field.name)
        if value is not None:
            body[field.name] = _plain(value)
    content = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    if len(content) > MOST_BYTES:
        raise ValueError("a line has at most 65,535 bytes")
    return content


def parse_line(content: bytes) -> dict[str, object]:
    """Read a line's fields; raises ValueError unless the bytes are exactly what ``line`` would write."""
    body = json.loads(content)
    if not isinstance(body, dict) or body.get("v") != 1 or body.get("fact") not in FACTS:
        raise ValueError("not a line of the disclosure log")
    again = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    if again != content:
        raise ValueError("not in canonical form")
    parse_stamp(str(body["at"]))
    return body


def commitments(fact: Fact) -> Iterator[Commitment]:
    """Every commitment that a fact's line holds."""
    for field in fields(fact):
        value = getattr(fact, field.name)
        if isinstance(value, Commitment):
            yield value
        elif isinstance(value, tuple):
            yield from (one for one in value if isinstance(one, Commitment))


def subjects(fact: Fact) -> frozenset[str]:
    """The ids of uploads, disclosures, parcels and messages that a fact is about: what its line is found by."""
    values = (getattr(fact, field.name) for field in fields(fact))
    return frozenset(value for value in values if isinstance(value, UploadId | DisclosureId | ParcelId | MessageId))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, bool | int | Token | StrEnum):
        return value
    raise TypeError(f"a fact may not hold a {type(value).__name__}")
