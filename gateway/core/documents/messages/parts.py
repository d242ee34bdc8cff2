"""The parts that council messages are made of: frozen values, each the one place of its element in all kinds.

A field stands for the element of the same name in capitals (``last_seen`` is ``LastSeen``) unless it says otherwise:
``Annotated[..., "Phones/Phone"]`` is a path, ``#`` counts, ``""`` writes the part's own elements in place of one, and
``None`` is not written. An empty text and None are no element.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from gateway.core.documents.messages.words import AskBefore, HandlingMarker, Part, RiskFlag, Urgency
from gateway.core.terms import DisclosureId, LaEstab, MessageId, Upn


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """An authority (``886LLLL``) or a school."""

    number: Annotated[LaEstab, ""]
    council_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """An authority or a school; of an authority perhaps a team (``council-tax``); or a ``body`` without a number."""

    number: Annotated[LaEstab, ""]
    team: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRoute:
    """Where the answer goes: a role, never an officer's name."""

    officer_role: str
    phone_no: str
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The handling marker: before what the receiver asks the sender, and at which number. Signed, and never cut."""

    ask_before: tuple[AskBefore, ...]
    phone_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What the header of every message says. ``date_time`` has no zone; ``sequence`` is in the file's name alone."""

    date_time: datetime
    source: Annotated[Sender, "From"]
    dest: Annotated[Reader, "To"]
    case: Annotated[str, "CaseReference"]
    urgency: Urgency = Urgency.ROUTINE
    return_route: ReturnRoute
    power: str
    sequence: Annotated[int, None] = 1

    def __post_init__(self) -> None:
        unnumbered = any(number.unknown or number.outside for number in (self.source.number, self.dest.number))
        if unnumbered or self.date_time.tzinfo is not None or self.date_time.microsecond:
            raise ValueError("a message goes from a number to a number and bears a time in seconds without zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bs7666Address:
    saon: Annotated[str, "SAON"] = ""
    paon: Annotated[str, "PAON"] = ""
    street: str = ""
    locality: str = ""
    town: str = ""
    administrative_area: str = ""
    post_town: str = ""
    uprn: Annotated[str, "UniquePropertyReferenceNumber"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """In BS 7666 form or in up to five ``lines``; ``as_pupil`` only of a contact."""

    as_pupil: Annotated[bool | None, "AddressAsPupil"] = None
    bs7666: Annotated[Bs7666Address | None, "BS7666Address"] = None
    lines: Annotated[tuple[str, ...], "AddressLines/AddressLine#"] = ()
    county: str = ""
    postcode: Annotated[str, "PostCode"] = ""
    zip: Annotated[str, "ZIP"] = ""
    country: str = ""
    easting: str = ""
    northing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """``telephone_type`` is F, H, A, M, W or D (ctf.md §4.8)."""

    telephone_type: str = ""
    phone_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A parent or carer; ``relationship`` is a code of three letters (ctf.md §5.6)."""

    order: int | None = None
    title: str = ""
    surname: str
    forename: str = ""
    middle_names: str = ""
    gender: str = ""
    sex: str = ""
    relationship: str = ""
    responsibility: bool | None = None
    address: Address | None = None
    phones: Annotated[tuple[Phone, ...], "Phones/Phone"] = ()
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSchool:
    """A school, or only its council."""

    school: Annotated[LaEstab, ""]
    school_name: str = ""
    entry_date: date | None = None
    leaving_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Siblings:
    """Only those needed, and by case reference."""

    number: int | None = None
    cases: Annotated[tuple[str, ...], "CaseReference"] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a child is. ``upn_unknown`` is a code UN1 to UN10 (CS051); ``dob_about`` stands in for a date of birth."""

    upn: Annotated[Upn | None, "UPN"] = None
    upn_unknown: Annotated[str, "UPNunknown"] = ""
    title: str = ""
    surname: str = ""
    forename: str = ""
    middle_names: str = ""
    aliases: Annotated[tuple[str, ...], "Aliases/Alias"] = ()
    dob: Annotated[date | None, "DOB"] = None
    dob_about: Annotated[date | None, "DOBabout"] = None
    sex: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdentity(Identity):
    """Of an enquiry or a referral: what nobody knows, and what is given and uncertain, is said."""

    unknown: tuple[Part, ...] = ()
    about: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a child was, may be, and with whom."""

    last_school: LastSchool | None = None
    last_address: Address | None = None
    believed_address: Address | None = None
    contacts: Annotated[tuple[Contact, ...], "Contacts/Contact"] = ()
    siblings: Siblings | None = None
    risk_flag: RiskFlag | None = None
    destination_evidence: str = ""
    last_seen: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Which message is meant."""

    disclosure_id: DisclosureId | None = None
    message_id: MessageId | None = None


NOBODY = OpenIdentity()
NOWHERE = Whereabouts()
NO_MARKERS: tuple[HandlingMarker, ...] = ()
