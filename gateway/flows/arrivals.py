"""What a file or a message that comes in does to cases, in the very transaction that takes it in.

A school's own file, a notice or a referral opens them; a transfer asks a person; its answer moves the case it is about;
a joint-enquiry log is written into the case of its child.
"""

from collections.abc import Collection, Iterable

from gateway.core import cases, documents, tasks
from gateway.core.cases import CaseState
from gateway.core.cases.openings import DIED
from gateway.core.days import day_of
from gateway.core.delivery import Parcel
from gateway.core.documents import Document
from gateway.core.documents.messages.handover import JointLog, LogStep, TransferAnswer
from gateway.core.documents.messages.words import TransferOutcome
from gateway.core.errors import Finding
from gateway.core.facts import CaseDeclined, CaseTransferred, EntryKind, TaskDone, TaskKind
from gateway.core.records import Record
from gateway.core.tasks import Task
from gateway.core.terms import DisclosureId, Kind, Outcome, PartnerId, TaskId, UploadId
from gateway.flows import alarms, blocking, children, expecting, flagging, missing
from gateway.flows.children import Roll
from gateway.flows.disclose import Disclosure
from gateway.flows.saying import organisation_join
from gateway.flows.situations import Situation, Upload, new_id


def from_file(document: Document, roll: Roll, made: Iterable[Disclosure], source: UploadId, here: Situation) -> Record:
    """A school's file at its own council, and what a council sends to another home of this very gateway."""
    told = tuple(made)
    return (
        _from_school(document, roll, source, here)
        + _log_from_school(document, roll, told, source, here)
        + _from_sister(document, roll, told, here)
    )


def refused(upload: Upload, findings: Iterable[Finding], here: Situation, kept: Document | None = None) -> Record:
    """An error blocks a file, never the alarm: who of it is not in what was ``kept`` is remembered until it comes."""
    came = frozenset() if kept is None else frozenset(pupil.came_as for pupil in kept.pupils)
    seen = documents.glimpses(upload.name, upload.content, here.rulebook.known)
    found = tuple(one for one in seen if one.number not in came)
    calls = {one.number: call for one in found if (call := alarms.wanted(one, here))}
    waits = tuple(one for one in found if one.waits or one.number in calls)
    record = blocking.stopped(upload, waits, calls, tuple(findings), here)
    for one in found:
        if one.leaves and one.ground == DIED:
            handles = blocking.handles_of(one, here)
            record += expecting.died(handles, here.home.id, upload.sender, here)
            record += flagging.died(handles, one.label, here, source=here.register.directory.get(upload.sender).number)
    return record


def from_partner(document: Document, sender: PartnerId, parcel: Parcel, here: Situation) -> Record:
    """A message for the home itself or a team of it, or a file for one of its schools."""
    reader, roll = here.register.directory.get(parcel.reader), children.roll(document, here.blind)
    ended = expecting.came_through(document, roll, here.home.id, sender, here) + _died(document, roll, here)
    if here.home.id not in {reader.id, reader.team_of}:
        dead = expecting.gone(document, roll, here)
        return ended + expecting.watched(document, roll, here.home.id, parcel.source, dead, here)
    return ended + _told(document, roll, here.home.id, sender, parcel, here)


def _died(document: Document, roll: Roll, here: Situation) -> Record:
    """Nothing goes out of whom a partner's file says it; those of a school's own file are flagged as it is read."""
    leaving = documents.leavers(document, here.rulebook.known)
    gone = [one.number for one in leaving if DIED in one.grounds]
    labels = documents.labels(document.content) if gone else {}
    every = (flagging.died(roll.handles[one], labels.get(one, ""), here, source=document.source) for one in gone)
    return sum(every, Record(()))


def _from_school(document: Document, roll: Roll, source: UploadId, here: Situation) -> Record:
    """Of what a council writes itself, none."""
    sender = here.register.directory.by_laestab(document.source, day_of(here.at))
    if sender is None or sender.id in here.homes:
        return Record(())
    home, gone = here.home.id, expecting.gone(document, roll, here)
    wanted = [one for one in cases.openings(document, here.rulebook.known, day_of(here.at)) if one[0] not in gone]
    sent, made = alarms.raised(document, roll, source, gone, here)
    return (
        missing.opened(document, roll, home, source, wanted, here)
        + expecting.came_through(document, roll, home, sender.id, here)
        + expecting.watched(document, roll, home, source, gone, here)
        + sent
        + blocking.came(document, roll, source, sender.id, made, here)
    )


def _log_from_school(
    document: Document, roll: Roll, made: Iterable[Disclosure], source: UploadId, here: Situation
) -> Record:
    """No message carries a school's log to its own council; it is written where the decision let it go there."""
    if document.kind is not Kind.JOINT_LOG:
        return Record(())
    home = here.home.id
    let = {
        number
        for one in made
        if one.decision.outcome is Outcome.RELEASE and one.destination.recipient == home
        for number in one.destination.pupils
    }
    return _logged(document, roll, home, let, source, None, here)


def _from_sister(document: Document, roll: Roll, made: Iterable[Disclosure], here: Situation) -> Record:
    """No message reaches the other home, so what it would do there is done here."""
    record = Record(())
    for one in made:
        home = one.destination.recipient
        if home is not None and home in here.homes - {here.home.id}:
            for parcel in one.record.parcels:
                record += _told(document, roll, home, here.home.id, parcel, here)
    return record


def _told(
    document: Document, roll: Roll, home: PartnerId, sender: PartnerId, parcel: Parcel, here: Situation
) -> Record:
    match document.kind:
        case Kind.NOTICE | Kind.REFERRAL:
            found = cases.openings(document, here.rulebook.known, day_of(here.at))
            wanted = [(number, why) for number, why in found if number in parcel.pupils]
            return missing.opened(document, roll, home, parcel.source, wanted, here)
        case Kind.TRANSFER:
            return Record((), tasks=(_asked(home, parcel, here),))
        case Kind.TRANSFER_ANSWER:
            return answered(document, sender, parcel.disclosure, here)
        case Kind.JOINT_LOG:
            return _logged(document, roll, home, parcel.pupils, parcel.source, parcel.disclosure, here)
        case _:
            return Record(())


def _logged(
    document: Document,
    roll: Roll,
    home: PartnerId,
    pupils: Collection[int],
    source: UploadId,
    disclosure: DisclosureId | None,
    here: Situation,
) -> Record:
    """What the other side has of the joint enquiries stands in our case of the child, if a number says it is the same.

    Where none does, or we have no case, it stays what it was: a message that a person opens.
    """
    said = documents.value(document)
    assert isinstance(said, JointLog), "of the kind of a joint-enquiry log"
    record = Record(())
    for number, one in enumerate(said.records, 1):
        case = missing.same(roll.numbers[number], home, here) if number in pupils else None
        if case is not None:
            text = f"Joint enquiries, as they came: {'; '.join(map(_step, one.steps)) or 'no step'}."
            told = {"text": text, "last seen": one.last_seen.isoformat() if one.last_seen else ""}
            record += missing.entry(case, EntryKind.RECEIVED, told, here, source=source, disclosure=disclosure)
    return record


def _step(step: LogStep) -> str:
    words = f"{step.day.isoformat()} {step.by}: {step.what.replace('-', ' ')}, {step.result.replace('-', ' ')}"
    return f"{words} ({step.note})" if step.note else words


def _asked(home: PartnerId, parcel: Parcel, here: Situation) -> Task:
    """A person has to say whether the case is taken over."""
    kind, owner = TaskKind.TRANSFER_OFFERED, next(iter(here.officers.get(home, ())), None)
    due = tasks.due(kind, here.at, here.rulebook.clocks)
    return Task(TaskId(new_id("t", here.draw)), home, kind, parcel.id, here.at, due, owner)


def answered(document: Document, sender: PartnerId, disclosure: DisclosureId, here: Situation) -> Record:
    """What the other council's answer does to our case. An answer of anybody whom we did not ask does nothing."""
    said = documents.value(document)
    assert isinstance(said, TransferAnswer), "of the kind of a transfer's answer"
    asked = said.in_reply_to.disclosure_id
    case = None if asked is None else here.cases.case_offered(asked)
    if case is None or case.to != sender:
        return Record(())
    accepted = all(one.outcome is TransferOutcome.ACCEPTED for one in said.records)
    record = missing.entry(case, EntryKind.RECEIVED, _words(said), here, disclosure=disclosure)
    if case.state is not CaseState.OFFERED:
        return record  # it was closed meanwhile, and the answer stands in its timeline
    whom = organisation_join(sender, here.draw)
    kind = CaseTransferred if accepted else CaseDeclined
    fact = kind(here.at, case.home, case.id, whom.commitment, disclosure)
    gone = {} if accepted else {"to": None, "offered": None, "offered_at": None}
    record += Record((fact,), (whom,), cases=(missing.stepped(case, fact, **gone),))
    for task in here.cases.tasks_about(case.id):
        if task.kind is TaskKind.TRANSFER_UNANSWERED:
            by = organisation_join(sender, here.draw)
            record += Record((TaskDone(here.at, task.home, task.id, task.kind, by.commitment),), (by,))
    return record


def _words(said: TransferAnswer) -> dict[str, str]:
    one = said.records[0]
    since = one.responsible_from.isoformat() if one.responsible_from else ""
    return {"text": f"Transfer {one.outcome}.", "from": since, "reason": str(one.reason or "")}
