"""Finding a child together: the notice (P06), the enquiry (P07, to a school P08) and its graded reply."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from gateway.core.documents.messages.parts import (
    NO_MARKERS,
    NOBODY,
    NOWHERE,
    Address,
    Contact,
    Cover,
    Heading,
    Identity,
    LastSchool,
    OpenIdentity,
    Phone,
    Reference,
    Whereabouts,
)
from gateway.core.documents.messages.words import HandlingMarker, NeededFor, Profession, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A child of a notice."""

    who: Annotated[Identity, ""]
    where: Annotated[Whereabouts, ""] = NOWHERE
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    heading: Annotated[Heading, ""]
    question: Question | None = None
    reply_wanted: int | None = None
    cover: Cover | None = None
    records: Annotated[tuple[Missing, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A child of an enquiry: any part may be unknown or about."""

    who: Annotated[OpenIdentity, ""]
    where: Annotated[Whereabouts, ""] = NOWHERE
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """``reply_wanted`` is the grade asked; 3 and 4 need a ``reason``. To a school it says what it is ``needed_for``."""

    heading: Annotated[Heading, ""]
    reply_wanted: int
    reason: str = ""
    needed_for: NeededFor | None = None
    cover: Cover | None = None
    records: Annotated[tuple[Sought, ...], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """Grade 0: nothing was found, and this is where and how it was looked for."""

    systems: Annotated[tuple[str, ...], "System"]
    spellings: Annotated[tuple[str, ...], "Spelling"]
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Involvement:
    """Grade 4: who works with the child."""

    professions: Annotated[tuple[Profession, ...], "Profession"]
    call_first: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A child of a reply; ``number`` is its place in the enquiry."""

    number: int | None = None
    who: Annotated[OpenIdentity, ""] = NOBODY
    searched: Searched | None = None
    known: bool | None = None
    school: LastSchool | None = None
    address: Address | None = None
    phones: Annotated[tuple[Phone, ...], "Phones/Phone"] = ()
    contacts: Annotated[tuple[Contact, ...], "Contacts/Contact"] = ()
    involvement: Involvement | None = None
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer of one ``grade``, 0 to 4, and nothing above it."""

    heading: Annotated[Heading, ""]
    in_reply_to: Reference
    grade: int
    cover: Cover | None = None
    records: Annotated[tuple[Found, ...], None]
