"""Facts about what people ask for about themselves, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.core.facts.fact import Fact
from gateway.core.facts.words import Condition
from gateway.core.terms import Commitment, DisclosureId, Outcome, ParcelId, RequestId


class RightsKind(StrEnum):
    """What somebody asks for (Articles 15 to 21 UK GDPR; section 164A of the 2018 Act)."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ADDENDUM = "addendum"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    NHS_OPT_OUT = "nhs-opt-out"
    NHS_NUMBER_REMOVAL = "nhs-number-removal"
    PORTABLE_COPY = "portable-copy"
    COMPLAINT = "complaint"


class Asker(StrEnum):
    """Who asks: the child, or anybody else who is named in what we keep. A partner passes on what it was asked."""

    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    REFERRER = "referrer"
    WORKER = "worker"
    PARTNER = "partner"


class RightsStep(StrEnum):
    """One step of a rights request."""

    IDENTITY_ASKED = "identity-asked"
    IDENTITY_SHOWN = "identity-shown"
    RESPONSIBILITY_ASKED = "responsibility-asked"
    RESPONSIBILITY_SHOWN = "responsibility-shown"
    CHILD_AGREED = "child-agreed"
    COMPETENCE_JUDGED = "competence-judged"
    MEANING_SAID = "meaning-said"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    ACKNOWLEDGED = "acknowledged"
    RELEASE_SIGNED = "release-signed"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    TOLD = "told"


class NoticeAnswer(StrEnum):
    """What a past recipient made of a rights notice (Article 19)."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class RightsRequestOpened(Fact):
    """Somebody asked; ``notice`` is the received message by which a partner passed it on."""

    request: RequestId
    kind: RightsKind
    asker: Asker
    child: Commitment
    by: Commitment
    notice: ParcelId | None = None


@dataclass(frozen=True, slots=True)
class RightsStepTaken(Fact):
    request: RequestId
    step: RightsStep
    by: Commitment
    reason: Commitment


@dataclass(frozen=True, slots=True)
class RightsReported(Fact):
    """The answer was put together: how many documents and disclosures it shows, and what was left out of it.

    ``masked``: it says "your council" where it would name a recipient.
    """

    request: RequestId
    documents: int
    disclosures: int
    left_out: int
    exemptions: tuple[Condition, ...]
    masked: bool
    by: Commitment


@dataclass(frozen=True, slots=True)
class RightsNoticeSent(Fact):
    """A past recipient was told about ``about``, by the disclosure ``notice``, unless the decision was another."""

    request: RequestId
    about: DisclosureId
    notice: DisclosureId
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RightsNoticeAnswered(Fact):
    """``by`` is absent where the recipient's own gateway said so."""

    request: RequestId
    about: DisclosureId
    answer: NoticeAnswer
    by: Commitment | None = None
    reason: Commitment | None = None


@dataclass(frozen=True, slots=True)
class RightsNoticeReceived(Fact):
    parcel: ParcelId
    right: RightsKind


@dataclass(frozen=True, slots=True)
class RightsNoticeSettled(Fact):
    """What we made of a rights notice: how many of our copies it changed, and to how many we pass it on."""

    parcel: ParcelId
    right: RightsKind
    answer: NoticeAnswer
    copies: int
    passed_on: int
    by: Commitment
