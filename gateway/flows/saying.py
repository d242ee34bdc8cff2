"""What a decision says in the log, in the register of decisions, and to those who have to look at it."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.core import documents, tasks
from gateway.core.decisions import Decision
from gateway.core.documents import Document, Pupil
from gateway.core.facts import (
    Condition,
    DisclosureHeld,
    DisclosureRefused,
    DisclosureReleased,
    Join,
    TaskDone,
    TaskKind,
    Version,
    What,
    commitment_of,
    join,
)
from gateway.core.partners import Carrier, Partner, in_clear
from gateway.core.recipients import Destination
from gateway.core.records import Decided, Record
from gateway.core.sharing import Extract
from gateway.core.tasks import Task
from gateway.core.terms import (
    Commitment,
    DisclosureId,
    Draw,
    Item,
    Outcome,
    PartnerId,
    PersonId,
    TaskId,
    digest,
)
from gateway.flows.questions import Attached
from gateway.flows.situations import Situation, Source, new_id

NOBODY = PartnerId("nobody")
"""The reader of a disclosure that was refused because nobody could be named."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The commitments of one decision's line."""

    origin: Join
    who: Join
    reader: Join
    agent: tuple[Join, ...]
    flags: tuple[Join, ...]
    approved: tuple[Join, ...]
    form: tuple[Join, ...]

    @property
    def beside(self) -> tuple[Join, ...]:
        return (*self.agent, *self.flags, *self.approved, *self.form)


def bind(
    source: Source, destination: Destination, decision: Decision, situation: Situation, attached: Attached
) -> Bound:
    """Commit to everybody and everything that the line of a decision names."""
    draw = situation.draw
    return Bound(
        join(draw, What.PAYLOAD, source.upload, source.upload),
        organisation_join(destination.discloser, draw),
        organisation_join(destination.recipient or NOBODY, draw),
        () if source.agent is None else (organisation_join(source.agent, draw),),
        tuple(join(draw, What.FLAG, flag, flag) for flag in sorted(decision.flags)),
        tuple(join(draw, What.PERSON, person, person) for person in decision.clearance.by),
        () if attached.form is None else (join(draw, What.TEXT, attached.form_text, attached.form_handle),),
    )


def released(
    extract: Extract,
    situation: Situation,
    disclosure: DisclosureId,
    through: Partner,
    bound: Bound,
    payload: Join,
    children: tuple[Join, ...],
) -> DisclosureReleased:
    """The line of a release: it stands before a byte leaves."""
    decision, legal = extract.decision, extract.decision.legal
    assert legal is not None
    return DisclosureReleased(
        at=situation.at,
        home=situation.home.id,
        disclosure=disclosure,
        source=bound.origin.commitment,
        discloser=bound.who.commitment,
        recipient=in_clear(through),
        reader=bound.reader.commitment,
        purpose=legal.purpose,
        power=legal.power,
        duty=legal.duty,
        article6=legal.art6,
        article9=_condition(legal.art9),
        schedule1=_condition(legal.sch1),
        article10=_condition(legal.art10),
        policy=legal.apd,
        exemption=_condition(legal.exemption),
        agreement=decision.agreement,
        carrier=Condition(decision.carrier or Carrier.AS4),
        kind=extract.document.kind,
        version=Version(extract.document.version),
        shared=_sorted(extract.shared),
        withheld=_sorted(extract.withheld),
        unknown=extract.unknown,
        children=tuple(child.commitment for child in children),
        payload=payload.commitment,
        stands_on=decision.stands_on,
        agent=commitment_of(bound.agent),
        flags=_of(bound.flags),
        approved=_of(bound.approved),
        form=commitment_of(bound.form),
        excuse=next(iter(sorted(decision.clearance.excuses)), None),
        remarks=decision.remarks or None,
    )


def stopped(
    destination: Destination,
    decision: Decision,
    situation: Situation,
    disclosure: DisclosureId,
    bound: Bound,
    children: tuple[Join, ...],
) -> DisclosureHeld | DisclosureRefused:
    """The line of a hold or a refusal: not sharing is a decision too."""
    said: dict[str, Any] = {
        "at": situation.at,
        "home": situation.home.id,
        "disclosure": disclosure,
        "source": bound.origin.commitment,
        "discloser": bound.who.commitment,
        "reader": bound.reader.commitment,
        "purpose": destination.purpose,
        "reasons": decision.reasons,
        "children": tuple(child.commitment for child in children),
    }
    if decision.outcome is Outcome.HOLD:
        return DisclosureHeld(**said, flags=_of(bound.flags), form=commitment_of(bound.form))
    return DisclosureRefused(**said)


def decided(
    source: Source,
    destination: Destination,
    decision: Decision,
    situation: Situation,
    disclosure: DisclosureId,
    attached: Attached,
) -> Decided:
    """The row of the register of decisions."""
    return Decided(
        disclosure,
        source.upload,
        situation.home.id,
        destination.discloser,
        destination.recipient,
        destination.purpose,
        decision.outcome,
        decision.reasons,
        destination.pupils,
        situation.at,
        source.kept,
        attached.form,
        source.parcel,
        source.agent,
        decision.stands_on if decision.outcome is Outcome.RELEASE else None,
    )


def task(kind: TaskKind, disclosure: DisclosureId, destination: Destination, situation: Situation) -> Task:
    """What somebody has to do about it, and by when."""
    owner = next(iter(situation.owners), None)
    clock = tasks.clock_of(kind, destination.purpose)
    due = situation.rulebook.clocks.due(clock, situation.at)
    task = TaskId(new_id("t", situation.draw))
    return Task(task, situation.home.id, kind, disclosure, situation.at, due, owner, clock=clock)


def afterwards(decision: Decision) -> Iterator[TaskKind]:
    """What somebody has to look at after it has gone."""
    if decision.approve_later:
        yield TaskKind.APPROVAL_AFTER
    if decision.clearance.glass:
        yield TaskKind.GLASS_REVIEW


def child_join(document: Document, pupil: Pupil, situation: Situation) -> Join:
    """Commit to one child; the handle is a keyed digest, so the store can be asked about a UPN it does not hold."""
    value = pupil.upn or f"{digest(document.content)}#{pupil.number}"
    return join(situation.draw, What.CHILD, value, situation.blind(f"child:{value}"))


def organisation_join(partner: PartnerId, draw: Draw) -> Join:
    return join(draw, What.ORGANISATION, partner, partner)


def task_done(task: Task, person: PersonId, at: datetime, draw: Draw) -> Record:
    """A person has done it, or it need not be done any more."""
    by = join(draw, What.PERSON, person, person)
    return Record((TaskDone(at, task.home, task.id, task.kind, by.commitment),), (by,))


def tasks_over(found: Iterable[Task], kinds: Container[TaskKind], by: PartnerId, at: datetime, draw: Draw) -> Record:
    """Nobody has to do those of these kinds any more, by what an organisation said or did."""
    record = Record(())
    for task in found:
        if task.kind in kinds:
            who = organisation_join(by, draw)
            record += Record((TaskDone(at, task.home, task.id, task.kind, who.commitment),), (who,))
    return record


def children(document: Document, numbers: tuple[int, ...], situation: Situation) -> tuple[Join, ...]:
    """Commit to each of these children; a message about messages names none."""
    wanted = set(numbers) if documents.names_children(document) else set()
    return tuple(child_join(document, pupil, situation) for pupil in document.pupils if pupil.number in wanted)


def _of(joins: tuple[Join, ...]) -> tuple[Commitment, ...] | None:
    return tuple(one.commitment for one in joins) or None


def _condition(text: str | None) -> Condition | None:
    return Condition(text) if text else None


def _sorted(items: frozenset[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items))
