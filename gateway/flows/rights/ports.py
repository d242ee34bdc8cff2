"""What rights ask of the store, as narrow as each part needs it."""

from collections.abc import Sequence
from typing import Protocol

from gateway.core.records import (
    Case,
    Decided,
    Entry,
    Record,
    RightsCopy,
    RightsNotice,
    RightsRequest,
    RightsTaken,
    Sought,
    Standing,
)
from gateway.core.records import Told as ToldOf
from gateway.core.terms import CaseId, DisclosureId, ParcelId, PartnerId, RequestId, TaskId, UploadId


class Requests(Protocol):
    def rights_request(self, request: RequestId) -> RightsRequest | None: ...
    def rights_requests(self, homes: Sequence[PartnerId]) -> Sequence[RightsRequest]: ...
    def rights_steps(self, request: RequestId) -> Sequence[RightsTaken]: ...
    def take_rights_step(
        self, request: RequestId, seen: int, record: Record, destroyed: Sequence[str] = ()
    ) -> bool: ...


class Children(Protocol):
    """By what a child is found again, and where it stands."""

    def handles_with(self, handle: str) -> tuple[str, ...]: ...
    def handles_of(self, source: str, pupil: int) -> tuple[str, ...]: ...
    def sources_of(self, handle: str) -> Sequence[tuple[UploadId, int]]: ...


class Files(Protocol):
    """What is kept of an upload or a message, and what went of it."""

    def parcels_of(self, source: UploadId) -> Sequence[Standing]: ...
    def decided_for(self, source: UploadId) -> Sequence[Decided]: ...
    def lines_about(self, subject: str) -> Sequence[bytes]: ...
    def rights_copies(self, of: ParcelId | UploadId) -> Sequence[RightsCopy]: ...


class Log(Protocol):
    """What lines say of a child, where nothing was sent that they would be about."""

    def told_of(self, sought: Sought) -> Sequence[ToldOf]: ...


class Told(Protocol):
    """Who was told of a right, and what they answered."""

    def rights_notices(self, request: RequestId) -> Sequence[RightsNotice]: ...
    def rights_notices_by(self, notice: DisclosureId) -> Sequence[RightsNotice]: ...
    def unanswered_notices(self) -> Sequence[RightsNotice]: ...


class Settling(Protocol):
    def parcels_under(self, disclosure: DisclosureId) -> Sequence[Standing]: ...
    def settle_rights_notice(self, task: TaskId, record: Record, destroyed: Sequence[str] = ()) -> bool: ...


class Kept(Children, Files, Log, Protocol):
    """Everything that is kept about a child."""


class Cases(Protocol):
    """What case files hold about a child."""

    def cases_on(self, home: PartnerId, handles: Sequence[str]) -> Sequence[Case]: ...
    def entries(self, case: CaseId) -> Sequence[Entry]: ...


class Rights(Requests, Kept, Told, Settling, Cases, Protocol):
    """All of it; each part names the narrow port that it uses."""
