"""A SEND file or a child-protection file goes from school to school, closed to all but one named role at either end.

It is a file like any other: decided, logged, receipted, and back with the sender where nobody collects it. The SENCo
sends and opens the one, the safeguarding lead the other; everybody else at the school sees that something waits. A file
about a child with a stop flag opens as flags say, which is to fewer still.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from gateway.core import documents, roles
from gateway.core.documents import FileName
from gateway.core.documents.messages.enclosing import About, Enclosure, enclose, opened
from gateway.core.documents.messages.parts import Heading, Identity, Reader, ReturnRoute, Sender
from gateway.core.documents.messages.words import ForRole
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Role
from gateway.core.records import Person, Rulebook
from gateway.core.terms import Kind, LaEstab, Upn
from gateway.flows import fetching, handing
from gateway.flows.apart import MAY
from gateway.flows.handing import Choice, Drafts, Given
from gateway.flows.ports import Gateway
from gateway.flows.reports import HANDERS, Read
from gateway.flows.situations import new_id

OFFICE: Mapping[ForRole, str] = MappingProxyType({ForRole.SENCO: "SENCo", ForRole.DSL: "Designated safeguarding lead"})
POWER = "Children and Families Act 2014 ss23, 28, 31"
"""For a SEND file; for a child-protection file the school's own duty to safeguard, as ``fetching`` has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A child who has gone to another school. ``phone`` is that of whoever sends the file."""

    surname: str = field(repr=False)
    forename: str = field(repr=False)
    upn: Upn | None = field(repr=False)
    born: date = field(repr=False)
    new: LaEstab
    phone: str = field(repr=False)


def sends(role: Role) -> ForRole | None:
    """Which of these files somebody sends and opens, if any."""
    return next((one for one, can in MAY.items() if roles.may(role, can)), None)


def send(gateway: Gateway, store: Drafts, person: Person, moved: Moved, given: Given, at: datetime) -> Read:
    """Check a file and let it wait until somebody has seen where it goes.

    Raises Refusal with NOT_ALLOWED for any other role, or outside a school, and NOT_ENCLOSED for another kind of file.
    """
    school, role = gateway.store.register().directory.find(person.organisation), sends(person.role)
    if role is None or school is None or not school.kind.school or school.laestab is None:
        raise Refusal(Code.NOT_ALLOWED)
    heading = Heading(
        date_time=at.replace(tzinfo=None, microsecond=0),
        source=Sender(number=school.laestab),
        dest=Reader(number=moved.new),
        case=new_id("u", gateway.draw),
        return_route=ReturnRoute(officer_role=OFFICE[role], phone_no=moved.phone),
        power=POWER if role is ForRole.SENCO else fetching.POWERS.get(school.kind, fetching.POWER),
    )
    who = Identity(upn=moved.upn, surname=moved.surname, forename=moved.forename, dob=moved.born)
    about = About(who=who, for_role=role, enclosed=enclose(given.name, given.content))
    made = Enclosure(heading=heading, records=(about,))
    closed = Given(str(documents.file_name(made)), documents.write(made))
    return handing.check(gateway, store, person, [closed], at, Choice(), HANDERS)


def taken_out(name: str, content: bytes, rules: Rulebook) -> tuple[str, bytes]:
    """What is enclosed, by a name that says nothing of the child; any other file as it is."""
    if FileName.parse(name).type.kind is not Kind.ENCLOSURE:
        return name, content
    document = documents.read(name, content, rules.schemas, rules.known).document
    made = documents.value(document) if document is not None else None
    if not isinstance(made, Enclosure):
        raise Refusal(Code.WRONG_KIND)
    (about,) = made.records
    return f"{name.removesuffix('.xml')}.{about.enclosed.file_kind}", opened(about.enclosed)
