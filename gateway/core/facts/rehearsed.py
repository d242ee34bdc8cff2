"""Facts about a partner that is being connected: its specimens marked test, each a line that says so by its name.

No count, search or export knows these kinds, so nothing of a rehearsal is ever added up with what is real.
"""

from dataclasses import dataclass

from gateway.core.errors import Code, Reason
from gateway.core.facts.fact import Fact
from gateway.core.facts.words import Condition, Version
from gateway.core.terms import Commitment, Digest, Kind, MessageId, Outcome, PartnerId


@dataclass(frozen=True, slots=True)
class SpecimenSent(Fact):
    """A specimen is about to go to ``partner``, absent where it is a school; ``outcome`` is what would be decided of a
    real one today, and ``reasons`` why it would not go.
    """

    message: MessageId
    partner: PartnerId | None
    kind: Kind
    version: Version
    soap: Digest
    outcome: Outcome
    reasons: tuple[Code, ...] | None = None


@dataclass(frozen=True, slots=True)
class SpecimenReceipted(Fact):
    """The partner signed for the specimen."""

    message: MessageId
    receipt: Digest
    receipt_signed_by: Digest


@dataclass(frozen=True, slots=True)
class SpecimenFailed(Fact):
    """No receipt came for the specimen. It is not tried again by itself."""

    message: MessageId
    reason: Reason


@dataclass(frozen=True, slots=True)
class SpecimenReceived(Fact):
    """A specimen came, was read, held against what may be received, receipted and thrown away."""

    message: MessageId
    sender: PartnerId | None
    kind: Kind
    version: Version
    soap: Digest
    receipt: Digest
    outcome: Outcome
    reasons: tuple[Code, ...] | None = None


@dataclass(frozen=True, slots=True)
class SpecimenRefused(Fact):
    """What came from a partner that is being connected cannot be taken, and was answered with a signed error."""

    sender: PartnerId | None
    code: Code


@dataclass(frozen=True, slots=True)
class OnboardingMoved(Fact):
    """``status`` is where a partner stands: ``onboarding``, ``agreed`` by the first of two people, or ``live``.

    ``passed`` of ``known`` kinds had been exchanged in both directions.
    """

    partner: Commitment
    status: Condition
    by: Commitment
    passed: int
    known: int
