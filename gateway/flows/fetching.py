"""A school asks for the file of a child who came to it and whose old school has not sent it.

It asks the council of the old school and not the school: no law gives one school the power to ask another (law.md §1.4
P08). The request is a file like any other: decided, logged and answered with a receipt, and it cites its power.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from gateway.core import documents
from gateway.core.days import day_of, noon
from gateway.core.documents.messages.handover import Owed, Request
from gateway.core.documents.messages.parts import Heading, Identity, LastSchool, Reader, ReturnRoute, Sender
from gateway.core.documents.messages.words import Wanted
from gateway.core.errors import Code, Refusal
from gateway.core.partners import PartnerKind
from gateway.core.records import Person
from gateway.core.terms import LaEstab, Upn
from gateway.flows import handing
from gateway.flows.handing import Choice, Drafts, Given
from gateway.flows.ports import Gateway
from gateway.flows.reports import SENDERS, Read
from gateway.flows.situations import new_id

CLOCK = "ctf"
ROLE = "School office"
OF_ACADEMIES = "Education Act 2002 s157"
POWERS: Mapping[PartnerKind, str] = MappingProxyType(
    {
        PartnerKind.ACADEMY: OF_ACADEMIES,
        PartnerKind.INDEPENDENT_SCHOOL: "Education (Independent School Standards) Regulations 2014 Sch para 7",
        PartnerKind.NON_MAINTAINED_SPECIAL_SCHOOL: "Non-Maintained Special Schools (England) Regulations 2015 para 3A",
    }
)
POWER = "Education Act 2002 s175(4)"
"""Of maintained schools, and of all kinds that are not named above: to safeguard the child with the council's help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A child whose file has not come. ``old``: the school that owes it; ``left``: the last day there, or the day
    before the first here. ``phone`` is that of the office that asks.
    """

    surname: str = field(repr=False)
    forename: str = field(repr=False)
    upn: Upn | None = field(repr=False)
    born: date | None = field(repr=False)
    old: LaEstab
    left: date
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What waits to be sent, by when the file is due, and whom a person can ring about it."""

    report: Read
    due: datetime
    council: str
    ring: str


def ask(gateway: Gateway, store: Drafts, person: Person, missed: Missed, at: datetime) -> Asked:
    """Check the request and let it wait until somebody has seen where it goes.

    Raises Refusal with NOT_ALLOWED for anybody but a school's own sender, NO_RECIPIENT for an area without a council.
    """
    directory = gateway.store.register().directory
    school = directory.find(person.organisation)
    if person.role not in SENDERS or school is None or not school.kind.school or school.laestab is None:
        raise Refusal(Code.NOT_ALLOWED)
    council = directory.council(missed.old.la, day_of(at))
    if council is None:
        raise Refusal(Code.NO_RECIPIENT)
    due = gateway.rulebook.clocks.due(CLOCK, noon(missed.left), missed.old)
    heading = Heading(
        date_time=at.replace(tzinfo=None, microsecond=0),
        source=Sender(number=school.laestab),
        dest=Reader(number=LaEstab(f"{missed.old.la}LLLL")),
        case=new_id("u", gateway.draw),
        return_route=ReturnRoute(officer_role=ROLE, phone_no=missed.phone),
        power=POWERS.get(school.kind, POWER),
    )
    who = Identity(upn=missed.upn, surname=missed.surname, forename=missed.forename, dob=missed.born)
    owed = Owed(who=who, last_school=LastSchool(school=missed.old, leaving_date=missed.left))
    asked = Request(heading=heading, wanted=Wanted.TRANSFER_FILE, due=day_of(due), records=(owed,))
    given = Given(str(documents.file_name(asked)), documents.write(asked))
    report = handing.check(gateway, store, person, [given], at, Choice())
    return Asked(report, due, council.name, council.contact.phone)
