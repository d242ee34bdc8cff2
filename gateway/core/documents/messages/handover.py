"""Handing a case on: transfer of responsibility and its answer, closure, joint-enquiry log, request for a file."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from gateway.core.documents.messages.parts import (
    NO_MARKERS,
    NOWHERE,
    Cover,
    Heading,
    Identity,
    LastSchool,
    Reference,
    Whereabouts,
)
from gateway.core.documents.messages.words import (
    ClosureEvidence,
    ClosureOutcome,
    HandlingMarker,
    NeededFor,
    Side,
    StepResult,
    TransferOutcome,
    TransferReason,
    Wanted,
)
from gateway.core.documents.messages.words import Step as Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class EhcPlan:
    """Whether there is a plan and who maintains it; the plan itself never goes here (SEND14 reg 17)."""

    plan: bool
    maintaining_la: Annotated[str, "MaintainingLA"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """A child of a transfer."""

    who: Annotated[Identity, ""]
    where: Annotated[Whereabouts, ""] = NOWHERE
    case_opened: date | None = None
    ehc_plan: Annotated[EhcPlan | None, "EHCplan"] = None
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One council asks another to be responsible from a day on."""

    heading: Annotated[Heading, ""]
    takes_effect: date
    evidence: str = ""
    cover: Cover | None = None
    records: Annotated[tuple[Moving, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A child of a transfer's answer: accepted from a day, or refused for a reason."""

    number: int | None = None
    who: Annotated[Identity, ""]
    outcome: TransferOutcome | None = None
    responsible_from: date | None = None
    reason: TransferReason | None = None
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAnswer:
    heading: Annotated[Heading, ""]
    in_reply_to: Reference
    cover: Cover | None = None
    records: Annotated[tuple[Answered, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    shown: ClosureEvidence
    day: date
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A child of a closure, with what shows that the case may be closed."""

    who: Annotated[Identity, ""]
    outcome: ClosureOutcome | None = None
    closed: date | None = None
    school: LastSchool | None = None
    evidence: tuple[Evidence, ...] = ()
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    heading: Annotated[Heading, ""]
    cover: Cover | None = None
    records: Annotated[tuple[Closed, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStep:
    by: Side
    what: Taken
    day: date
    result: StepResult
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A child of a joint-enquiry log."""

    who: Annotated[Identity, ""]
    last_school: LastSchool | None = None
    last_seen: date | None = None
    steps: Annotated[tuple[LogStep, ...], "Step"] = ()
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class JointLog:
    heading: Annotated[Heading, ""]
    cover: Cover | None = None
    records: Annotated[tuple[Logged, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A child whose file is asked for."""

    who: Annotated[Identity, ""]
    last_school: LastSchool | None = None
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A file is asked for, by a day."""

    heading: Annotated[Heading, ""]
    wanted: Wanted
    due: date
    needed_for: NeededFor | None = None
    cover: Cover | None = None
    records: Annotated[tuple[Owed, ...], None]
