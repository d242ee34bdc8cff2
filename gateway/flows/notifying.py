"""Telling another council of a child whose case is ours: first what would go and on which ground, then the notice.

What is looked at is decided as what is sent is, from the same message, and nothing of it is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from gateway.core import cases, documents
from gateway.core.days import day_of
from gateway.core.documents.messages.tracing import Notice
from gateway.core.documents.messages.words import Question, Urgency
from gateway.core.errors import Code, Refusal
from gateway.core.facts import EntryAdded
from gateway.core.partners import PartnerKind
from gateway.core.records import Case, Person
from gateway.core.terms import CaseId, PartnerId
from gateway.flows import casebook, casework, entering, rehearsing, situations, wording
from gateway.flows.casebook import Casebook
from gateway.flows.intake import Plan
from gateway.flows.ports import Gateway
from gateway.flows.rehearsing import Rehearsed
from gateway.flows.situations import Extra


@dataclass(frozen=True, slots=True)
class Saying:
    """Which council is told, what, and how soon somebody has to read it."""

    to: PartnerId
    question: Question = Question.MAY_BE_IN_YOUR_AREA
    urgency: Urgency = Urgency.ROUTINE


def councils(gateway: Gateway, case: Case, at: datetime) -> Sequence[tuple[PartnerId, str]]:
    """Every council that could be told, by its name."""
    directory, day = gateway.store.register().directory, day_of(at)
    found = (one for one in directory.partners.values() if one.kind is PartnerKind.COUNCIL)
    others = (one for one in found if one.id != case.home and one.in_effect.covers(day))
    return sorted(((one.id, one.name) for one in others), key=lambda one: one[1])


def look(
    gateway: Gateway, store: Casebook, person: Person, case: CaseId, saying: Saying, at: datetime
) -> tuple[Rehearsed, ...]:
    """What sending it would do, and why; nothing is written. Raises Refusal as ``send`` does."""
    found, name, content = _made(gateway, store, person, case, saying, at)
    return rehearsing.as_it_stands(gateway, found.home, name, content, at)


def send(gateway: Gateway, store: Casebook, person: Person, case: CaseId, saying: Saying, at: datetime) -> Plan:
    """Send it; whether it may go is in the plan, and what goes stands in the case.

    Raises Refusal: CASE_STEP where the case goes on in another, NO_RECIPIENT for anybody who is no other council.
    """
    found, name, content = _made(gateway, store, person, case, saying, at)
    said = {"text": "A notice to another council.", "to": saying.to, "urgency": saying.urgency}
    beside = partial(entering.sent, gateway, person, found, said, at)
    return casework.send(gateway, found.home, name, content, at, extra=Extra(person), beside=beside)


def _made(
    gateway: Gateway, store: Casebook, person: Person, case: CaseId, saying: Saying, at: datetime
) -> tuple[Case, str, bytes]:
    found = casebook.opened(gateway, store, person, case)
    cases.after(found.state, EntryAdded)
    here = situations.of(gateway, found.home, at)
    theirs = here.register.directory.find(saying.to)
    if theirs is None or theirs.id == found.home or theirs.kind is not PartnerKind.COUNCIL:
        raise Refusal(Code.NO_RECIPIENT)
    child = documents.rested(gateway.vault.open_kept(found.kept))
    made = wording.notice(child, found.id, here.home, theirs, at)
    assert isinstance(made, Notice)
    made = replace(made, question=saying.question, heading=replace(made.heading, urgency=saying.urgency))
    return found, str(documents.file_name(made)), documents.write(made)
