"""The notice by which one council tells another about a child missing education: its rules, and writing one.

The contents are those of law.md §4.5; the format is our own (``schemas/notice``). ``write`` and ``read`` are
opposites: what is written from a frozen value is read again without a finding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lxml import etree

from gateway.core.documents import destinations
from gateway.core.documents.names import FileName, FileType
from gateway.core.documents.rules import Head, RuleHit, at, birth_hits, day, instant, names_agree, text, upn_hits
from gateway.core.documents.safe import canonical
from gateway.core.documents.trees import Element
from gateway.core.terms import LaEstab, Upn

DOCUMENT_NAME = "CME Notice"
VERSION = "1.0"


class Urgency(StrEnum):
    ROUTINE = "routine"
    SAME_DAY = "same-day"
    IMMEDIATE = "immediate"


class Question(StrEnum):
    MAY_BE_IN_YOUR_AREA = "may-be-in-your-area"  # P06
    IS_THE_CHILD_KNOWN = "is-the-child-known"  # P07


class Risk(StrEnum):
    NONE = "none"
    SOCIAL_CARE_KNOWN = "social-care-known"
    POLICE = "police"
    PROTECTED = "protected"


class Marker(StrEnum):
    """A stop flag of law.md §1.7: how the receiver must handle the notice."""

    ADDRESS_CONFIDENTIAL = "address-confidential"
    ADOPTED_NEW_IDENTITY = "adopted-new-identity"
    PROTECTED_PERSON = "protected-person"
    RESPONSIBILITY_RESTRICTED = "parental-responsibility-restricted"
    S47_LIVE = "s47-live"
    REFERRER_CONFIDENTIAL = "referrer-confidential"


@dataclass(frozen=True, slots=True)
class Address:
    lines: tuple[str, ...] = ()
    county: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    surname: str
    forename: str = ""
    relationship: str = ""
    responsibility: bool | None = None
    address: Address | None = None
    phones: tuple[str, ...] = ()
    email: str = ""


@dataclass(frozen=True, slots=True)
class LastSchool:
    school: LaEstab
    name: str = ""
    entry: date | None = None
    leaving: date | None = None


@dataclass(frozen=True, slots=True)
class Child:
    """A ``upn_unknown`` is a code UN1 to UN10 (CS051); ``born_about`` stands in for an unknown date of birth."""

    surname: str
    forename: str
    upn: Upn | None = None
    upn_unknown: str = ""
    aliases: tuple[str, ...] = ()
    born: date | None = None
    born_about: date | None = None
    sex: str = ""
    last_school: LastSchool | None = None
    last_address: Address | None = None
    believed_address: Address | None = None
    contacts: tuple[Contact, ...] = ()
    siblings: int | None = None
    sibling_cases: tuple[str, ...] = ()
    risk: Risk | None = None
    destination_evidence: str = ""
    last_seen: date | None = None
    markers: tuple[Marker, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnRoute:
    """Where the answer goes: a role, never an officer's name."""

    officer_role: str
    phone: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """``source`` and ``dest`` are authorities (``886LLLL``); ``at`` is the header's own time, without zone."""

    source: LaEstab
    dest: LaEstab
    sequence: int
    at: datetime
    case: str
    urgency: Urgency
    route: ReturnRoute
    power: str
    children: tuple[Child, ...]
    council: str = ""
    question: Question | None = None
    reply_wanted: int | None = None

    def __post_init__(self) -> None:
        if not (self.source.authority and self.dest.authority) or self.at.tzinfo is not None:
            raise ValueError("a notice goes from authority to authority and bears a time without zone")

    @property
    def file_name(self) -> FileName:
        return FileName(self.source, FileType.CME, self.dest, self.sequence)


def write(notice: Notice) -> bytes:
    """The notice as canonical XML. Reading it says whether the values fit the schema."""
    root = etree.Element("CMEnotice")
    _header(etree.SubElement(root, "Header"), notice)
    children = etree.SubElement(root, "Children")
    for child in notice.children:
        _child(etree.SubElement(children, "Child"), child)
    etree.indent(root)
    return canonical(root)


def head(header: Element, name: FileName | None, _: int) -> tuple[Head, list[RuleHit]]:
    """What a schema-valid header says, and the rules it breaks."""
    source, dest = LaEstab(text(header, "From/LEA") + "LLLL"), LaEstab(text(header, "To/LEA") + "LLLL")
    made_at, hits = instant(header)
    made = Head(name, source, dest, made_at, partial=False, urgent=text(header, "Urgency") != Urgency.ROUTINE)
    found = list(hits)
    if text(header, "DocumentName") != DOCUMENT_NAME:
        found.append(("HEAD-001", header))
    if source == dest:
        found.append(("HEAD-008", header))
    return made, found + list(names_agree(header, made))


def hits(child: Element, head: Head) -> Iterator[RuleHit]:
    """The rules that a schema-valid child breaks."""
    yield from upn_hits(child, head)
    yield from birth_hits(child, head)
    if child.find("UPN") is None and child.find("UPNunknown") is None:
        yield "UPN-006", child
    if child.find("DOB") is None and child.find("DOBabout") is None:
        yield "DOB-003", child
    entered, left = day(child, "LastSchool/EntryDate"), day(child, "LastSchool/LeavingDate")
    if entered and left and left < entered:
        yield "DATE-001", at(child, "LastSchool/LeavingDate")
    seen = day(child, "LastSeen")
    if seen and head.day and seen > head.day:
        yield "DATE-004", at(child, "LastSeen")
    if text(child, "RiskFlag") not in {"", Risk.NONE} and not head.urgent:
        yield "RISK-001", at(child, "RiskFlag")
    yield from destinations.notice_hits(child, head)


# -- writing ----------------------------------------------------------------------------------------------------------

_Parts = dict[str, object]


def _put(parent: Element, parts: _Parts) -> None:
    """Append an element for each part that says something, in order. None, empty texts and empty parts say nothing."""
    for tag, part in parts.items():
        for each in part if isinstance(part, tuple) else (part,):
            if each is None or each in ("", {}):
                continue
            element = etree.SubElement(parent, tag)
            if isinstance(each, dict):
                _put(element, each)
            else:
                element.text = _printed(each)


def _printed(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value)


def _header(header: Element, notice: Notice) -> None:
    _put(
        header,
        {
            "DocumentName": DOCUMENT_NAME,
            "NoticeVersion": VERSION,
            "DateTime": notice.at,
            "From": {"LEA": notice.source.la, "CouncilName": notice.council},
            "To": {"LEA": notice.dest.la},
            "CaseReference": notice.case,
            "Urgency": notice.urgency,
            "ReturnRoute": {
                "OfficerRole": notice.route.officer_role,
                "PhoneNo": notice.route.phone,
                "Email": notice.route.email,
            },
            "Power": notice.power,
            "Question": notice.question,
            "ReplyWanted": notice.reply_wanted,
        },
    )


def _child(element: Element, child: Child) -> None:
    _put(
        element,
        {
            "UPN": child.upn,
            "UPNunknown": child.upn_unknown,
            "Surname": child.surname,
            "Forename": child.forename,
            "Aliases": {"Alias": child.aliases} if child.aliases else None,
            "DOB": child.born,
            "DOBabout": child.born_about,
            "Sex": child.sex,
            "LastSchool": _last_school(child.last_school),
            "LastAddress": _address(child.last_address),
            "BelievedAddress": _address(child.believed_address),
            "Contacts": {"Contact": tuple(map(_contact, child.contacts))} if child.contacts else None,
            "Siblings": _siblings(child),
            "RiskFlag": child.risk,
            "DestinationEvidence": child.destination_evidence,
            "LastSeen": child.last_seen,
            "HandlingMarker": child.markers,
        },
    )


def _siblings(child: Child) -> _Parts | None:
    if child.siblings is None and not child.sibling_cases:
        return None
    return {"Number": child.siblings, "CaseReference": child.sibling_cases}


def _last_school(last: LastSchool | None) -> _Parts | None:
    if last is None:
        return None
    estab = None if last.school.authority else last.school.estab
    return {
        "LEA": last.school.la,
        "Estab": estab,
        "SchoolName": last.name,
        "EntryDate": last.entry,
        "LeavingDate": last.leaving,
    }


def _address(address: Address | None) -> _Parts | None:
    if address is None:
        return None
    lines: _Parts = {f"AddressLine{place}": line for place, line in enumerate(address.lines, 1)}
    return {
        "AddressLines": lines,
        "County": address.county,
        "PostCode": address.postcode,
        "Country": address.country,
    }


def _contact(contact: Contact) -> _Parts:
    return {
        "Surname": contact.surname,
        "Forename": contact.forename,
        "Relationship": contact.relationship,
        "Responsibility": contact.responsibility,
        "Address": _address(contact.address),
        "Phones": {"Phone": tuple({"PhoneNo": number} for number in contact.phones)} if contact.phones else None,
        "Email": contact.email,
    }
