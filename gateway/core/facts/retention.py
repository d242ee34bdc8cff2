"""Facts about the end of what is kept: when a clock began, what was destroyed, and what proves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.core.facts.fact import Fact
from gateway.core.facts.owned import Whole
from gateway.core.facts.words import RetentionClass
from gateway.core.terms import BreachId, CaseId, Commitment, ConsentId, FlagId, RequestId, UploadId, YearId

Source = UploadId | CaseId | RequestId | BreachId | FlagId | ConsentId | YearId
"""What has a clock, by its id: one kind of id for each whole."""

WHOLES: Mapping[type[Source], Whole] = MappingProxyType(
    {
        UploadId: Whole.PAPERS,
        CaseId: Whole.CASE,
        RequestId: Whole.RIGHTS_REQUEST,
        BreachId: Whole.BREACH,
        FlagId: Whole.FLAG,
        ConsentId: Whole.CONSENT,
        YearId: Whole.YEAR,
    }
)


def source_of(text: str) -> Source:
    """Raises ValueError for what is none of them."""
    kinds: dict[str, type[Source]] = {
        "c": CaseId, "q": RequestId, "b": BreachId, "f": FlagId, "k": ConsentId, "y": YearId
    }  # fmt: skip
    return kinds.get(text[:1], UploadId)(text)


@dataclass(frozen=True, slots=True)
class RetentionStarted(Fact):
    """A person says that the event has come from which the class counts; it ends with the last day of ``year``."""

    source: Source
    retention: RetentionClass
    year: int
    by: Commitment


@dataclass(frozen=True, slots=True)
class RetentionHeld(Fact):
    """Nothing of it is destroyed until somebody lets it go again, for the reason that ``text`` commits to."""

    source: Source
    text: Commitment
    by: Commitment


@dataclass(frozen=True, slots=True)
class RetentionFreed(Fact):
    source: Source
    text: Commitment
    by: Commitment


@dataclass(frozen=True, slots=True)
class RetentionExtended(Fact):
    """Its year was over and something still ran about it: it is looked at again when ``year`` is over."""

    source: Source
    retention: RetentionClass
    year: int


@dataclass(frozen=True, slots=True)
class RetentionDestroyed(Fact):
    """Keys and bytes of so many documents are gone, and so many salts: its lines stand and are mute."""

    source: Source
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
