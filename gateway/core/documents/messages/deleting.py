"""The deletion return in its least form: what reg 13(4) obliges a school to tell of a child that it takes off its roll.

The leavers file (CML) of a school's system is the same return. Its record is that of a transfer file and cannot do
without a UPN, so it is no form for an office that has none, or whose file an error stops. This one is a message of ours
that may go with a name, a day and a ground, and it has the paths of a transfer file where it says the same.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from gateway.core.documents.messages.parts import NO_MARKERS, Address, Contact, Cover, Heading, Identity
from gateway.core.documents.messages.words import HandlingMarker
from gateway.core.terms import LaEstab


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """The school that was left, with the day and the letter of the ground; or the next one, with the first day."""

    school: Annotated[LaEstab, ""]
    school_name: str = ""
    entry_date: date | None = None
    leaving_date: date | None = None
    removal_grounds: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """``destination_evidence`` is where the child goes, as far as anybody said. ``sen_provision`` E is a plan.

    Care and a plan are no part of the return (reg 13(4)): they are for the alarm alone, and cut from what the council
    reads under P01.
    """

    who: Annotated[Identity, ""]
    address: Address | None = None
    contacts: Annotated[tuple[Contact, ...], "Contacts/Contact"] = ()
    schools: Annotated[tuple[Stay, ...], "SchoolHistory/School"] = ()
    believed_address: Address | None = None
    moves_on: date | None = None
    destination_evidence: str = ""
    in_care: Annotated[bool | None, "LookedAfter/InCare"] = None
    sen_provision: Annotated[str, "SENhistory/SEN/SENprovision"] = ""
    markers: Annotated[tuple[HandlingMarker, ...], "HandlingMarker"] = NO_MARKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    heading: Annotated[Heading, ""]
    cover: Cover | None = None
    records: Annotated[tuple[Deleted, ...], None]
