"""The log of the enquiries that a school and its council, or two councils, make together, sent to the other side.

It is the steps of a case's timeline, decided about and sent as any message is; what came stands in the case there
(``arrivals``).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from gateway.core import cases, documents
from gateway.core.days import day_of
from gateway.core.documents.messages.handover import LogStep
from gateway.core.documents.messages.words import Side, Step, StepResult
from gateway.core.errors import Code, Refusal
from gateway.core.facts import EntryAdded, EntryKind
from gateway.core.partners import PartnerKind
from gateway.core.records import Person
from gateway.core.terms import CaseId, PartnerId
from gateway.flows import casebook, casework, entering, situations, wording
from gateway.flows.casebook import Casebook, Said
from gateway.flows.intake import Plan
from gateway.flows.ports import Gateway
from gateway.flows.situations import Extra

MOST = 60
"""So many steps a message holds; of more, the newest go."""

LONGEST = 2000


def send(gateway: Gateway, store: Casebook, person: Person, case: CaseId, to: PartnerId, at: datetime) -> Plan:
    """Send the steps of both sides to a school (P08) or to another council (P06); whether it may go is in the plan.

    Raises Refusal: CASE_STEP where no step was made or the case goes on in another, NO_RECIPIENT for anybody else.
    """
    found = casebook.opened(gateway, store, person, case)
    cases.after(found.state, EntryAdded)
    here = situations.of(gateway, found.home, at)
    theirs = here.register.directory.find(to)
    if theirs is None or theirs.id == found.home or not (theirs.kind.school or theirs.kind is PartnerKind.COUNCIL):
        raise Refusal(Code.NO_RECIPIENT)
    said, _ = casebook.timeline(gateway, store, found)
    steps = tuple(_steps(said))[-MOST:]
    if not steps:
        raise Refusal(Code.CASE_STEP)
    child = documents.rested(gateway.vault.open_kept(found.kept))
    made = wording.joint_log(child, found.id, steps, here.home, theirs, at)
    beside = partial(
        entering.sent, gateway, person, found, {"text": f"Joint enquiries sent: {len(steps)} steps.", "to": to}, at
    )
    name, content = str(documents.file_name(made)), documents.write(made)
    return casework.send(gateway, found.home, name, content, at, extra=Extra(person), beside=beside)


def _steps(said: Sequence[Said]) -> Iterator[LogStep]:
    for one in said:
        if one.kind is EntryKind.STEP:
            given = one.particulars
            usual = f"{given['step']}: {given['result']}"
            yield LogStep(
                by=Side(given["side"]),
                what=Step(given["step"]),
                day=day_of(one.told_at),
                result=StepResult(given["result"]),
                note="" if one.text == usual else one.text[:LONGEST],
            )
