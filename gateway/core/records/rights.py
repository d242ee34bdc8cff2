"""What rests of a rights request: what was asked, the steps since, who was told, and what became of our copies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gateway.core.facts import Asker, NoticeAnswer, RightsKind, RightsStep
from gateway.core.records.kept import Kept
from gateway.core.terms import DisclosureId, Outcome, ParcelId, PartnerId, PersonId, PurposeCode, RequestId, UploadId


@dataclass(frozen=True, slots=True)
class RightsRequest:
    """What somebody asks. ``handles`` are by what the child is found, first the one it was named by.

    ``kept`` holds, closed, who asks, about whom, and what exactly. ``notice`` is the received message by which a
    partner passed it on.
    """

    id: RequestId
    home: PartnerId
    kind: RightsKind
    asker: Asker
    at: datetime
    by: PersonId
    handles: tuple[str, ...]
    kept: Kept
    notice: ParcelId | None = None


@dataclass(frozen=True, slots=True)
class RightsTaken:
    """One step of a request, and why, closed."""

    request: RequestId
    number: int
    step: RightsStep
    at: datetime
    by: PersonId
    kept: Kept


@dataclass(frozen=True, slots=True)
class RightsNotice:
    """What one past recipient was told about one disclosure, and what it answered.

    ``notice`` is the disclosure by which it was told; ``outcome`` says whether that went. ``reason`` is a code,
    or names what somebody wrote, which rests closed.
    """

    request: RequestId
    about: DisclosureId
    notice: DisclosureId
    reader: PartnerId
    purpose: PurposeCode
    outcome: Outcome
    at: datetime
    answer: NoticeAnswer | None = None
    answered_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RightsCopy:
    """What a rights notice or a request made of one document: a version beside it, or nothing at all.

    ``of`` is the parcel in which it came, or the upload. ``before`` and ``after`` say where each rests; ``after`` is
    empty where it was destroyed.
    """

    of: ParcelId | UploadId
    number: int
    right: RightsKind
    before: str
    after: str
    at: datetime


def latest(kept: str, copies: Iterable[RightsCopy]) -> str:
    """Where a document rests by now, after every correction; empty where it was erased."""
    for one in copies:
        if one.before == kept and one.right is not RightsKind.ADDENDUM:
            kept = one.after
    return kept
