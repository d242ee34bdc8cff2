"""A case that an officer opens, where no file and no message did: of a child that somebody told of, or whose home
education was assessed and is not suitable. A child whose case is open already has an entry there instead. Either is
matched against the enquiries on watch, as what comes in is.
"""

from collections.abc import Mapping
from datetime import date, datetime

from gateway.core import cases, documents
from gateway.core.days import day_of
from gateway.core.documents.messages.tracing import Sought
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Because
from gateway.core.records import Arrival, Person, Record
from gateway.core.terms import CaseId, PartnerId
from gateway.flows import casebook, children, missing, situations
from gateway.flows.ports import Gateway


def open_case(
    gateway: Gateway,
    person: Person,
    home: PartnerId,
    child: Sought,
    because: Because,
    said: Mapping[str, str],
    at: datetime,
) -> tuple[CaseId, bool]:
    """The case, and whether it is a new one. ``said`` holds the ``reason`` and the parts of an assessment.

    Raises Refusal: NOT_ALLOWED, ANOTHER_HOME, REASON_WANTED, or EVIDENCE_WANTED where nobody could find the child
    again or a part of the assessment is missing.
    """
    if person.role not in casebook.OFFICERS or because not in cases.BY_PEOPLE:
        raise Refusal(Code.NOT_ALLOWED)
    if home not in person.homes & set(gateway.homes):
        raise Refusal(Code.ANOTHER_HOME)
    if len(said.get("reason", "").strip()) < casebook.SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)
    here = situations.of(gateway, home, at)
    who = documents.identity(child)
    handles = tuple(children.handle(key, here.blind) for key in who.keys())  # noqa: SIM118
    if not handles or not _assessed(because, said, day_of(at)):
        raise Refusal(Code.EVIDENCE_WANTED)
    strong = children.strong(who, here.blind)
    record = missing.opened_for(
        documents.rest(child), handles, strong, home, because, here, by=person.id,
        said={name: value for name, value in said.items() if value},
    )  # fmt: skip
    case = record.entries[0].case
    gateway.store.record(record + Record((), arrived=(Arrival(case, home),)))
    return case, bool(record.cases)


def _assessed(because: Because, said: Mapping[str, str], day: date) -> bool:
    """Whether all parts are given; nobody assessed anything tomorrow."""
    if not all(said.get(name, "").strip() for name in cases.BY_PEOPLE[because]):
        return False
    return "day" not in cases.BY_PEOPLE[because] or date.fromisoformat(said["day"]) <= day
