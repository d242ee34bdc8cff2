"""What is for one role's eyes alone, at the school that sends it and at the one to which it comes."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from gateway.core import recipients, roles
from gateway.core.delivery import Parcel
from gateway.core.documents.messages.words import ForRole
from gateway.core.documents.names import FileType
from gateway.core.partners import Directory
from gateway.core.records import Person
from gateway.core.roles import Can
from gateway.core.terms import PartnerId, PurposeCode

MAY: Mapping[ForRole, Can] = MappingProxyType({ForRole.SENCO: Can.SEND_FILES, ForRole.DSL: Can.PROTECTION_FILES})
OPENS: Mapping[PurposeCode, ForRole] = MappingProxyType(
    {recipients.SEND: ForRole.SENCO, recipients.PROTECTION_FILE: ForRole.DSL}
)
"""Who alone opens what comes to a school under a purpose."""


def kept_for(parcel: Parcel, directory: Directory) -> ForRole | None:
    """The role at its reader that alone opens it; none where any of those who collect may."""
    reader = directory.find(parcel.reader)
    return OPENS.get(parcel.purpose) if reader is not None and reader.kind.school else None


def closed_to(homes: Iterable[PartnerId], person: Person, role: ForRole | None) -> bool:
    """Whether somebody at a school has to leave it to another there."""
    at_school = person.organisation not in homes
    return role is not None and at_school and not roles.may(person.role, MAY[role])


def enclosed(file: str) -> bool:
    """Whether a file is such a one by its name, which the gateway gave it."""
    return file.upper().split("_")[1:2] == [FileType.ENC]


def unseen(homes: Iterable[PartnerId], person: Person, file: str, purposes: Iterable[str]) -> bool:
    """Whether a file that was handed in is not theirs to see: it is closed, and for another role to send."""
    return enclosed(file) and any(closed_to(homes, person, OPENS.get(PurposeCode(one))) for one in purposes)


def untold(homes: Iterable[PartnerId], person: Person, purpose: object, items: Iterable[str]) -> bool:
    """Whether a line of the log tells of such a file, and somebody at a school is not to read it."""
    told = purpose == recipients.PROTECTION_FILE or "ForRole" in items
    return told and closed_to(homes, person, OPENS.get(PurposeCode(str(purpose))))
