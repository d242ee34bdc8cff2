"""What reaches a council's own desk: referrals, closed checks and their answers, absence returns, case files."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from gateway.core.documents.messages.parts import (
    NO_MARKERS,
    NOWHERE,
    Address,
    Cover,
    Heading,
    Identity,
    LastSchool,
    OpenIdentity,
    Phone,
    Reference,
    Whereabouts,
)
from gateway.core.documents.messages.words import (
    Answer,
    CaseMatter,
    Cause,
    CheckQuestion,
    CustodyAnswer,
    EducationStatus,
    EHCstage,
    HandlingMarker,
    LicenceKind,
    Return,
    Route,
)
from gateway.core.terms import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDetails:
    """What a parent says has changed, and since when."""

    since: Annotated[date | None, "From"] = None
    address: Address | None = None
    phones: Annotated[tuple[Phone, ...], "Phones/Phone"] = ()
    email: str = ""
    school: LastSchool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Referrer:
    """Who told. It is in no message that leaves, and never required."""

    anonymous: bool | None = None
    title: str = ""
    name: str = ""
    role: str = ""
    organisation: str = ""
    phone_no: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Referred:
    who: Annotated[OpenIdentity, ""]
    where: Annotated[Whereabouts, ""] = NOWHERE
    concern: str = ""
    new_details: NewDetails | None = None
    referrer: Referrer | None = None
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    heading: Annotated[Heading, ""]
    route: Route
    received: date
    cover: Cover | None = None
    records: Annotated[tuple[Referred, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    who: Annotated[Identity, ""]
    address: Address | None = None
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One closed question; ``options`` are the answers that may be given."""

    heading: Annotated[Heading, ""]
    question: CheckQuestion
    options: Annotated[tuple[Answer, ...], "Option"] = ()
    necessity: str = ""
    due: date | None = None
    cover: Cover | None = None
    records: Annotated[tuple[Checked, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer about one child: a word of the list, and the few days that may go with it."""

    number: int | None = None
    answer: Answer | None = None
    custody_answer: CustodyAnswer | None = None
    liable_from: date | None = None
    liable_to: date | None = None
    area: str = ""
    last_contact: date | None = None
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAnswer:
    heading: Annotated[Heading, ""]
    in_reply_to: Reference
    question: CheckQuestion
    cover: Cover | None = None
    records: Annotated[tuple[Result, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    who: Annotated[Identity, ""]
    address: Address | None = None
    return_: Annotated[Return | None, "Return"] = None
    first_day: date | None = None
    last_day: date | None = None
    school_days: int | None = None
    cause: Cause | None = None
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A school's absence return; ``agent`` is the company that writes for it."""

    heading: Annotated[Heading, ""]
    agent: str = ""
    cover: Cover | None = None
    records: Annotated[tuple[Absent, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter that travels apart, known by the SHA-256 of its bytes."""

    sha256: Digest
    media_type: str
    pages: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeEducation:
    notified: date
    letter: Letter | None = None
    consent_needed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EhcStatus:
    stage: EHCstage
    maintaining_la: Annotated[str, "MaintainingLA"] = ""
    review_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YouthJustice:
    education_status: EducationStatus
    since: date | None = None
    in_custody: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    licence_kind: LicenceKind
    reference: str
    first: Annotated[date, "From"]
    last: Annotated[date, "To"]
    hours_a_week: Annotated[int | None, "HoursAWeek"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A child of a case file: only the block that the file is about."""

    who: Annotated[Identity, ""]
    address: Address | None = None
    home_education: HomeEducation | None = None
    ehc_status: Annotated[EhcStatus | None, "EHCstatus"] = None
    youth_justice: YouthJustice | None = None
    licence: Licence | None = None
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Casefile:
    heading: Annotated[Heading, ""]
    about: CaseMatter
    cover: Cover | None = None
    records: Annotated[tuple[Filed, ...], None]
