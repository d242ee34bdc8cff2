"""A message about a message: for whoever sent or has the one meant, and decided, sealed and logged as any other.

It goes in the same transaction as what it tells of, so that nobody does the one without the other.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from gateway.core import tasks
from gateway.core.documents import Message, messages
from gateway.core.documents.messages.parts import Heading, Reader, Reference, ReturnRoute, Sender
from gateway.core.facts import Role, TaskKind
from gateway.core.partners import Partner
from gateway.core.records import Person, Record
from gateway.core.tasks import Task
from gateway.core.terms import DisclosureId, LaEstab, Outcome, PartnerId, PersonId, TaskId, UploadId, digest
from gateway.flows import intake
from gateway.flows.intake import Upload
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation, new_id

ROLE = "Information governance team"
POWER = "UK GDPR Articles 5, 24 and 32 to 34"
ASK = "ask the council"
"""Where its record names no telephone number."""


def told(
    gateway: Gateway,
    here: Situation,
    by: PersonId,
    reader: Partner,
    meant: DisclosureId,
    written: Callable[[Heading], Message],
) -> tuple[Record, Outcome]:
    """What telling ``reader`` writes, and what was decided about it."""
    made = written(heading(here.home, reader, meant, here.at))
    name, content = str(messages.file_name(made)), messages.write(made)
    upload = Upload(UploadId(new_id("u", here.draw)), here.at, here.home.id, name, content, by=by)
    plan = intake.plan_for(upload, digest(content), here, gateway.vault.sign_note)
    answer = json.loads(plan.answer)
    if answer["outcome"] != "accepted":
        return plan.record, Outcome.REFUSE
    return plan.record, Outcome(answer["decisions"][0]["outcome"])


def reference(disclosure: DisclosureId) -> Reference:
    return Reference(disclosure_id=disclosure)


def task(kind: TaskKind, subject: str, home: PartnerId, owners: Sequence[PersonId], here: Situation) -> Task:
    """What somebody has to do about it; the first of ``owners`` answers for it."""
    owner = next(iter(owners), None)
    due = tasks.due(kind, here.at, here.rulebook.clocks)
    return Task(TaskId(new_id("t", here.draw)), home, kind, subject, here.at, due, owner)


def governance(people: Sequence[Person], home: PartnerId, otherwise: Sequence[PersonId]) -> Sequence[PersonId]:
    """The information-governance team of a home; where nobody is named, whoever answers for what waits there."""
    named = [one.id for one in people if one.role is Role.GOVERNANCE and home in one.homes]
    return [*named, *otherwise]


def heading(home: Partner, reader: Partner, meant: DisclosureId, at: datetime) -> Heading:
    """From a council's number to an authority's or a school's; whoever has none is named beside ours."""
    ours = LaEstab(f"{home.la}LLLL")
    dest = Reader(number=reader.number) if reader.number else Reader(number=ours, body=reader.id)
    return Heading(
        date_time=at.replace(tzinfo=None, microsecond=0),
        source=Sender(number=ours, council_name=home.name),
        dest=dest,
        case=str(meant),
        return_route=ReturnRoute(officer_role=ROLE, phone_no=home.contact.phone or ASK),
        power=POWER,
    )
