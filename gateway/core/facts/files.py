"""Facts about what came in: uploads, messages, and what a school explained."""

from dataclasses import dataclass

from gateway.core.errors import Code
from gateway.core.facts.fact import Fact
from gateway.core.facts.words import Version
from gateway.core.terms import (
    AgreementRef,
    Commitment,
    Digest,
    DisclosureId,
    Item,
    Kind,
    MessageId,
    PartnerId,
    PurposeCode,
    RuleCode,
    UploadId,
)


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
    by: Commitment | None = None
    """Who sent it, where a person did and not a machine."""


@dataclass(frozen=True, slots=True)
class UploadRefused(Fact):
    upload: UploadId
    sender: Commitment
    code: Code
    errors: int
    queries: int
    by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class QueryExplained(Fact):
    """A school explained what was asked about ``pupils`` of its file, in words that ``text`` commits to."""

    upload: UploadId
    rule: RuleCode
    pupils: int
    text: Commitment
    by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class ExplanationRead(Fact):
    """An officer of the school's council read the explanation that ``text`` commits to."""

    upload: UploadId
    rule: RuleCode
    by: Commitment


@dataclass(frozen=True, slots=True)
class ExplanationReleased(Fact):
    """An officer let an explanation go to those who received the pupils of the upload whom it is about."""

    upload: UploadId
    rule: RuleCode
    by: Commitment


@dataclass(frozen=True, slots=True)
class MessageReceived(Fact):
    """``sender`` is absent where it is a school, and ``told_by`` commits to it.

    ``disclosure`` is an id of ours where the sender names none; lines of before may have none.
    """

    sender: PartnerId | None
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
    unagreed: bool | None = None
    """No agreement of ours covers it and no duty: it is kept, receipted and put before a person."""
    marked: bool | None = None
    """The sender asked to be asked first."""
    left_out: tuple[Item, ...] | None = None
    """Items that we have no ground to keep."""
    told_by: Commitment | None = None


@dataclass(frozen=True, slots=True)
class MessageRepeated(Fact):
    """The same disclosure came again under another message id; it was receipted and not delivered twice."""

    sender: PartnerId | None
    message: MessageId
    disclosure: DisclosureId
    receipt: Digest


@dataclass(frozen=True, slots=True)
class MessageRefused(Fact):
    sender: PartnerId | None
    code: Code
