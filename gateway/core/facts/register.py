"""Facts about the register, the people, the keys and the log itself."""

from dataclasses import dataclass
from datetime import datetime

from gateway.core.facts.fact import Fact
from gateway.core.facts.words import Condition, LogName, NoteSignature, PublicKey, Says, SignatureAlgorithm
from gateway.core.terms import (
    AgreementRef,
    Commitment,
    Digest,
    Fingerprint,
)


@dataclass(frozen=True, slots=True)
class LogOpened(Fact):
    vkey: Digest


@dataclass(frozen=True, slots=True)
class LogContinued(Fact):
    """The first line of a log that goes on after a loss or under a new key: how far the one before it was signed.

    ``origin``, ``size``, ``root`` and ``signature`` are its highest known checkpoint; ``root`` and ``signature`` are
    absent where only a witness named the size. ``held`` lines with the root ``held_root`` are still there.
    """

    vkey: Digest
    origin: LogName
    size: int
    root: Digest | None
    signature: NoteSignature | None
    held: int
    held_root: Digest


@dataclass(frozen=True, slots=True)
class LogResigned(Fact):
    """The log ``origin`` ends here, and all of it stands under the key of this log too.

    Its checkpoints are still checked by ``public``, its key until now, as long as nobody has broken ``algorithm``.
    """

    origin: LogName
    algorithm: SignatureAlgorithm
    public: PublicKey


@dataclass(frozen=True, slots=True)
class AgreementRecorded(Fact):
    agreement: AgreementRef
    content: Digest


@dataclass(frozen=True, slots=True)
class PartnerRecorded(Fact):
    """``by``: who put it there at the pages; nobody where it was done at the machine, or by itself."""

    partner: Commitment
    content: Digest
    by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class PartnerConfirmed(Fact):
    """One of two people had the fingerprints and the address ``content`` read out at ``number``."""

    partner: Commitment
    content: Digest
    number: Commitment
    by: Commitment


@dataclass(frozen=True, slots=True)
class QueuePaused(Fact):
    """Somebody lets nothing go to ``partner`` from now on; by itself a queue stops as ``PartnerPaused``."""

    partner: Commitment
    reason: Commitment
    by: Commitment


@dataclass(frozen=True, slots=True)
class QueueResumed(Fact):
    partner: Commitment
    by: Commitment


@dataclass(frozen=True, slots=True)
class KeyRevoked(Fact):
    """A certificate counts for nothing from now on; what went under it since ``since`` was listed. ``partner``: whose,
    where it is not our own.
    """

    certificate: Fingerprint
    since: datetime
    by: Commitment
    partner: Commitment | None = None


@dataclass(frozen=True, slots=True)
class CertificateEnding(Fact):
    """A certificate that nothing outlasts ends within so many days; ``partner``: whose, where it is not our own."""

    certificate: Fingerprint
    within: int
    partner: Commitment | None = None


@dataclass(frozen=True, slots=True)
class CertificateChecked(Fact):
    """What its authority says of a partner's certificate has changed. ``unknown``: it says nothing that counts today.

    ``since`` is when it was taken back; a revoked one counts for nothing from now on.
    """

    certificate: Fingerprint
    says: Says
    partner: Commitment
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeyRecorded(Fact):
    certificate: Digest


@dataclass(frozen=True, slots=True)
class AgreementSigned(Fact):
    """A senior officer of ``party`` signed these very terms, in the role that ``by`` commits to."""

    agreement: AgreementRef
    terms: Digest
    party: Commitment
    by: Commitment


@dataclass(frozen=True, slots=True)
class AgreementMoved(Fact):
    """``status`` is where it stands from now on, in the words of the life cycle."""

    agreement: AgreementRef
    status: Condition
    by: Commitment | None = None
