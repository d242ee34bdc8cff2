"""Facts about the end of what is kept: when a clock began, what was destroyed, and what proves it."""

from dataclasses import dataclass

from gateway.core.facts.fact import Fact
from gateway.core.facts.words import RetentionClass
from gateway.core.terms import Commitment, UploadId


@dataclass(frozen=True, slots=True)
class RetentionStarted(Fact):
    """A person says that the event has come from which the class counts; it ends with the last day of ``year``."""

    source: UploadId
    retention: RetentionClass
    year: int
    by: Commitment


@dataclass(frozen=True, slots=True)
class RetentionHeld(Fact):
    """Nothing of it is destroyed until somebody lets it go again, for the reason that ``text`` commits to."""

    source: UploadId
    text: Commitment
    by: Commitment


@dataclass(frozen=True, slots=True)
class RetentionFreed(Fact):
    source: UploadId
    text: Commitment
    by: Commitment


@dataclass(frozen=True, slots=True)
class RetentionExtended(Fact):
    """Its year was over and something still ran about it: it is looked at again when ``year`` is over."""

    source: UploadId
    retention: RetentionClass
    year: int


@dataclass(frozen=True, slots=True)
class RetentionDestroyed(Fact):
    """Keys and bytes of so many documents are gone, and so many salts: its lines stand and are mute."""

    source: UploadId
    retention: RetentionClass
    year: int
    documents: int
    salts: int
    by: Commitment


@dataclass(frozen=True, slots=True)
class WrappingKeyDestroyed(Fact):
    """The key of one class and year is gone: what backups hold under it opens to nobody."""

    retention: RetentionClass
    year: int
