"""What waits for people: who answers for it and until when, what would go, and what they decide.

A flagged release takes two named safeguarding officers, one after the other; a recorded decision takes somebody else
than the person who asked for it. Where something waits for several reasons, each signs for those that are theirs. One
person alone may break the glass for the police, social care or health, and somebody looks at it on the next working
day.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from gateway.core import decisions, sharing
from gateway.core.decisions import GLASS, HOLDS, NOTHING_CLEARED, Clearance, Decision
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    Excuse,
    Fact,
    GlassBroken,
    HoldRefused,
    HoldSigned,
    Join,
    TaskDone,
    TaskEscalated,
    TaskKind,
    What,
    join,
)
from gateway.core.records import Clearing, Decided, Person, Record
from gateway.core.tasks import Task
from gateway.core.terms import DisclosureId, Flag, Item, Kind, Outcome, PartnerId, PersonId, PurposeCode, TaskId
from gateway.flows import blocking, flagging, questions, renewing
from gateway.flows.disclose import Disclosure
from gateway.flows.ports import Gateway
from gateway.flows.renewing import Again

SHORTEST_REASON = 10
SIGNED = (PersonId("one.signature"), PersonId("another.one"))
"""As if two people had signed, to see what would go."""


class Signers(Protocol):
    """Who people are today."""

    def person(self, person_id: PersonId) -> Person | None: ...


class Waiting(Signers, Protocol):
    """What holds ask of the store."""

    def held(self, homes: Sequence[PartnerId]) -> Sequence[Decided]: ...
    def settle_hold(self, disclosure: DisclosureId, known: Clearance | None, record: Record) -> bool: ...
    def tasks(self, homes: Sequence[PartnerId]) -> Sequence[Task]: ...
    def task(self, task: TaskId) -> Task | None: ...
    def finish_task(self, task: TaskId, record: Record) -> bool: ...
    def escalate(self, at: datetime, most: int, told: Callable[[Task], Fact]) -> Sequence[Task]: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One hold as a list shows it. ``signed`` of ``people`` signatures are there, by these ``signers``."""

    disclosure: DisclosureId
    home: PartnerId
    purpose: PurposeCode
    reader: str
    reasons: tuple[Code, ...]
    since: datetime
    due: datetime | None
    owner: str
    overdue: bool
    signers: tuple[PersonId, ...]
    people: int

    @property
    def signed(self) -> int:
        return len(self.signers)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go if people released it now: items that leave, items that stay, and what still stands in the way."""

    row: Row
    kind: Kind
    decision: Decision
    shared: frozenset[Item]
    withheld: frozenset[Item]
    flags: frozenset[Flag]
    stands: tuple[Code, ...]
    """Reasons that no signature clears: the decision would be a refusal."""
    glass: bool
    """Whether it is for somebody to whom one person alone may let it go."""


def listed(gateway: Gateway, waiting: Waiting, person: Person, at: datetime) -> Sequence[Row]:
    """What waits at the person's homes, the most urgent first."""
    homes = _homes(gateway, person)
    due = {task.subject: task for task in waiting.tasks(homes) if task.kind is TaskKind.HOLD}
    rows = [_row(gateway, waiting, one, due.get(one.disclosure), at) for one in waiting.held(homes)]
    return sorted(rows, key=lambda row: (row.due is None, row.due or at, row.disclosure))


def preview(gateway: Gateway, waiting: Waiting, person: Person, disclosure: DisclosureId, at: datetime) -> Preview:
    """The redaction preview of one hold. Raises Refusal."""
    found = _found(gateway, person, disclosure)
    again = renewing.of_decided(gateway, found, at)
    flags = _flags(again)
    everything = replace(again.attached, clearance=Clearance(HOLDS, flags, SIGNED, frozenset(Excuse)))
    decision = questions.decide(again.source, again.destination, again.here, everything)
    task = next((one for one in waiting.tasks([found.home]) if one.subject == disclosure), None)
    row, kind, glass = _row(gateway, waiting, found, task, at), again.source.document.kind, _glass(gateway, found)
    if decision.outcome is not Outcome.RELEASE:
        return Preview(row, kind, decision, frozenset(), frozenset(), flags, decision.reasons, glass)
    cut = sharing.extract(again.source.document, decision, again.here.rulebook.schemas)
    return Preview(row, kind, decision, cut.shared, cut.withheld, flags, (), glass)


def release(
    gateway: Gateway,
    waiting: Waiting,
    person: Person,
    disclosure: DisclosureId,
    reason: str,
    at: datetime,
    excuses: Iterable[Excuse] = (),
) -> Disclosure | None:
    """Put a signature under a hold; with the last one it is decided anew and goes. None while another is wanted.

    It counts for the reasons that the person's role may clear, and so do those before it, by the roles of today.

    Raises Refusal: NOT_ALLOWED (also where nothing of theirs is left to sign), ANOTHER_HOME, SAME_PERSON, REASON_WANTED
    (also where the reason has to be one of the excuses that law or the source's terms know), SETTLED.
    """
    found = _found(gateway, person, disclosure)
    _refuse_unfit(person, found, reason)
    again = renewing.of_decided(gateway, found, at)
    before = gateway.store.clearance(disclosure)
    first = before if before is not None and _flags(again) <= before.flags else NOTHING_CLEARED
    earlier = _signers(waiting, found, first)
    asker = again.attached.one_off.by if again.attached.one_off else None
    if person.id in {one.id for one in earlier} or (Code.SECOND_PERSON in found.reasons and person.id == asker):
        raise Refusal(Code.SAME_PERSON)
    mine = decisions.covered(person.role, found.reasons)
    if mine <= decisions.cleared(found.reasons, (one.role for one in earlier)):
        raise Refusal(Code.NOT_ALLOWED)
    said = frozenset(excuses) | (first.excuses if len(earlier) == len(first.by) else frozenset())
    if decisions.wanting(mine, said):
        raise Refusal(Code.REASON_WANTED)
    signers = (*earlier, person)
    done = decisions.cleared(found.reasons, (one.role for one in signers))
    done -= frozenset(decisions.wanting(done, said))
    signed = Clearance(done, _flags(again), tuple(one.id for one in signers), said)
    if not done.issuperset(found.reasons):
        _settle(waiting, again, before, _signed(gateway, found, person, reason, at, HoldSigned, signed))
        return None
    return _decided(waiting, again, before, signed, _done(gateway, person, disclosure, at))


def refuse(
    gateway: Gateway, waiting: Waiting, person: Person, disclosure: DisclosureId, reason: str, at: datetime
) -> None:
    """Decide that it does not go, and say why. Raises Refusal as ``release`` does."""
    found = _found(gateway, person, disclosure)
    _refuse_unfit(person, found, reason)
    before = gateway.store.clearance(disclosure)
    record = _signed(gateway, found, person, reason, at, HoldRefused, None)
    record += Record((), decided=(replace(found, outcome=Outcome.REFUSE, at=at),))
    record += _done(gateway, person, disclosure, at)
    if not waiting.settle_hold(disclosure, before, record):
        raise Refusal(Code.SETTLED)


def break_glass(
    gateway: Gateway, waiting: Waiting, person: Person, disclosure: DisclosureId, reason: str, at: datetime
) -> Disclosure:
    """One person lets a hold go to the police, social care or health; NO_GLASS_HERE for anybody else."""
    found = _found(gateway, person, disclosure)
    _refuse_onlooker(person)
    if not _glass(gateway, found):
        raise Refusal(Code.NO_GLASS_HERE)
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)
    again = renewing.of_decided(gateway, found, at)
    before = gateway.store.clearance(disclosure)
    broken = Clearance(frozenset(found.reasons), _flags(again), (person.id,), glass=True)
    record = _signed(gateway, found, person, reason, at, GlassBroken, None) + _done(gateway, person, disclosure, at)
    return _decided(waiting, again, before, broken, record)


def look_at(gateway: Gateway, waiting: Waiting, person: Person, task: TaskId, at: datetime) -> None:
    """Say that something which went first has been looked at afterwards. Raises Refusal, SAME_PERSON for who did it."""
    found = waiting.task(task)
    if found is None or found.kind is TaskKind.HOLD:
        raise Refusal(Code.NOT_FOUND)
    if found.home not in person.homes:
        raise Refusal(Code.ANOTHER_HOME)
    _refuse_onlooker(person)
    went = found.subject.startswith("d-") and found.kind is not TaskKind.LET_KNOW
    decided = gateway.store.decided(DisclosureId(found.subject)) if went else None
    if decided is not None and person.id in _doers(gateway, decided, at):
        raise Refusal(Code.SAME_PERSON)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    fact = TaskDone(at, found.home, found.id, found.kind, who.commitment)
    if not waiting.finish_task(task, Record((fact,), (who,)) + blocking.called(gateway, found, at)):
        raise Refusal(Code.SETTLED)


def escalate(waiting: Waiting, at: datetime, most: int = 200) -> Sequence[Task]:
    """Pass on to the deputies what nobody has done in time; each task once. Returns those."""
    return waiting.escalate(at, most, lambda task: TaskEscalated(at, task.home, task.id, task.kind))


# -- deciding anew ----------------------------------------------------------------------------------------------------


def _decided(
    waiting: Waiting, again: Again, before: Clearance | None, cleared: Clearance, beside: Record
) -> Disclosure:
    """Decide with what people cleared. A reason that stands all the same makes it a refusal, which is written too."""
    made = again.decide(replace(again.attached, clearance=cleared))
    if Code.NO_CONTACT in made.decision.reasons:
        raise Refusal(Code.NO_CONTACT)  # ours to mend, so it goes on waiting
    known = Record((), cleared=() if made.record.cleared else (Clearing(again.disclosure, cleared),))
    _settle(waiting, again, before, beside + known + made.record)
    return made


def _settle(waiting: Waiting, again: Again, before: Clearance | None, record: Record) -> None:
    if not waiting.settle_hold(again.disclosure, before, record):
        raise Refusal(Code.SETTLED)


def _flags(again: Again) -> frozenset[Flag]:
    found = frozenset[Flag]()
    return found.union(*(again.source.flags.get(number, found) for number in again.destination.pupils))


def _signed(
    gateway: Gateway,
    found: Decided,
    person: Person,
    reason: str,
    at: datetime,
    kind: type[HoldSigned | HoldRefused | GlassBroken],
    cleared: Clearance | None,
) -> Record:
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    why = join(gateway.draw, What.TEXT, reason, found.disclosure)
    fact: Fact = kind(at, found.home, found.disclosure, who.commitment, why.commitment)
    joins: tuple[Join, ...] = (who, why)
    return Record((fact,), joins, cleared=() if cleared is None else (Clearing(found.disclosure, cleared),))


def _done(gateway: Gateway, person: Person, disclosure: DisclosureId, at: datetime) -> Record:
    """The tasks to look at this hold are done with it."""
    record = Record(())
    for task in gateway.store.tasks_about(disclosure):
        if task.kind is TaskKind.HOLD:
            who = join(gateway.draw, What.PERSON, person.id, person.id)
            record += Record((TaskDone(at, task.home, task.id, task.kind, who.commitment),), (who,))
    return record


# -- who --------------------------------------------------------------------------------------------------------------


def _homes(gateway: Gateway, person: Person) -> Sequence[PartnerId]:
    return sorted(person.homes & set(gateway.homes))


def _found(gateway: Gateway, person: Person, disclosure: DisclosureId) -> Decided:
    found = gateway.store.decided(disclosure)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    if found.home not in person.homes:
        raise Refusal(Code.ANOTHER_HOME)
    if found.outcome is not Outcome.HOLD:
        raise Refusal(Code.SETTLED)
    return found


def _refuse_onlooker(person: Person) -> None:
    """Whoever runs the machine or reads the log decides about no child."""
    if person.role not in flagging.SETTERS:
        raise Refusal(Code.NOT_ALLOWED)


def _refuse_unfit(person: Person, found: Decided, reason: str) -> None:
    if not decisions.covered(person.role, found.reasons):
        raise Refusal(Code.NOT_ALLOWED)
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)


def _glass(gateway: Gateway, found: Decided) -> bool:
    reader = gateway.store.register().directory.find(found.reader) if found.reader else None
    return reader is not None and reader.kind in GLASS


def _doers(gateway: Gateway, found: Decided, at: datetime) -> frozenset[str]:
    """Who asked for it or let it go: somebody else looks at it."""
    cleared = gateway.store.clearance(found.disclosure) or NOTHING_CLEARED
    again = renewing.of_decided(gateway, found, at)
    asker = {again.attached.one_off.by} if again.attached.one_off else set()
    return frozenset({*cleared.by, *asker})


def _signers(waiting: Signers, found: Decided, signed: Clearance) -> tuple[Person, ...]:
    """Who signed before and may still do so today: a signature of somebody who has since lost the role is none."""
    known = filter(None, map(waiting.person, signed.by))
    return tuple(one for one in known if found.home in one.homes and decisions.covered(one.role, found.reasons))


def _row(gateway: Gateway, waiting: Signers, found: Decided, task: Task | None, at: datetime) -> Row:
    reader = gateway.store.register().directory.find(found.reader) if found.reader else None
    signers = _signers(waiting, found, _stands(gateway, found))
    due = task.due if task else None
    return Row(
        found.disclosure,
        found.home,
        found.purpose or PurposeCode("P00"),
        reader.name if reader else "",
        found.reasons,
        found.at,
        due,
        (task.owner or "") if task else "",
        due is not None and due < at,
        tuple(one.id for one in signers),
        len(signers) + decisions.people(found.reasons, (one.role for one in signers)),
    )


def _stands(gateway: Gateway, found: Decided) -> Clearance:
    """What was signed and counts today: who signed before a flag was set has signed nothing."""
    cleared = gateway.store.clearance(found.disclosure) or NOTHING_CLEARED
    marked = gateway.store.flags_in([found.source])
    flags = frozenset[Flag]().union(*(marked.get((found.source, number), ()) for number in found.pupils))
    return cleared if flags <= cleared.flags else NOTHING_CLEARED
