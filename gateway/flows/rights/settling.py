"""A person settles a rights notice that came to us: acknowledges it, applies it to our copy, and passes it on.

A correction is a version beside the original, which stays; an erasure destroys the key; a restriction and an opt-out
are flags. Whoever had it from us is told as the sender told us.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.core import documents
from gateway.core.days import day_of
from gateway.core.documents import messages
from gateway.core.documents.messages.about import Acknowledgement, Concerned, Opened, RefusalMessage, Refused, Rights
from gateway.core.documents.messages.parts import Heading, Reader, Reference, ReturnRoute, Sender
from gateway.core.documents.messages.words import RefusalReason
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    Asker,
    NoticeAnswer,
    RightsKind,
    RightsNoticeSettled,
    RightsStep,
    TaskDone,
    TaskKind,
    What,
    join,
)
from gateway.core.records import Person, Record, Standing
from gateway.core.rights import due
from gateway.core.tasks import Task
from gateway.core.terms import Flag, LaEstab, Outcome, ParcelId, RequestId, TaskId, UploadId
from gateway.flows import flagging, intake, situations
from gateway.flows.intake import Upload
from gateway.flows.ports import Gateway
from gateway.flows.rights import arriving, requests, telling
from gateway.flows.rights.ours import Copy, Versions, Wish
from gateway.flows.rights.ports import Rights as Store
from gateway.flows.rights.requests import HOLDING, Asked
from gateway.flows.situations import Situation, new_id, parse_named

_TASKS = frozenset({TaskKind.RIGHTS_NOTICE, TaskKind.RIGHTS})
"""A notice is acknowledged in two working days, and decided about in a month."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a notice: how many of our copies it changed, and the request under which it is passed on."""

    copies: int
    passed_on: tuple[RequestId, ...]
    told: int


@dataclass(frozen=True, slots=True)
class _Change:
    """What one notice makes of one copy of ours, and who must be told of it."""

    record: Record
    asked: Asked
    destroyed: tuple[str, ...] = ()


def acknowledge(gateway: Gateway, store: Store, person: Person, parcel: ParcelId, at: datetime) -> Outcome:
    """Say to the sender that a person has it; deciding about it may take a month. Raises Refusal."""
    standing, notice, task = _found(gateway, person, parcel)
    if task.kind is not TaskKind.RIGHTS_NOTICE:
        raise Refusal(Code.SETTLED)
    outcome = _acknowledged(gateway, person, standing, notice, at)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    done = TaskDone(at, task.home, task.id, task.kind, who.commitment)
    by = gateway.rulebook.clocks.due(due.clock_of(RightsKind(notice.right.value)), standing.parcel.sealed_at)
    decide = Task(TaskId(new_id("t", gateway.draw)), task.home, TaskKind.RIGHTS, parcel, at, by, task.owner)
    if not store.settle_rights_notice(task.id, Record((done,), (who,), tasks=(decide,))):
        raise Refusal(Code.SETTLED)
    return outcome


def apply(gateway: Gateway, store: Store, person: Person, parcel: ParcelId, at: datetime) -> Settled:
    """Apply a notice to every copy that it means, say so to the sender, and tell whoever had it from us.

    Raises Refusal: NOT_FOUND where nothing of it is kept here, which is to be answered with ``decline``; SETTLED;
    WHICH_ONE where it does not say which of several values is wrong; FINDINGS where what is right does not fit;
    FLAGGED where the child has a stop flag, and then nothing is passed on until two people let it go.
    """
    standing, notice, task = _found(gateway, person, parcel)
    here = situations.of(gateway, standing.parcel.home, at)
    changes = list(_changes(store, gateway, notice, standing, here))
    if not changes:
        raise Refusal(Code.NOT_FOUND)
    record, opened = sum((one.record for one in changes), Record(())), []
    for asked in _apart([one.asked for one in changes]):
        made = requests.opening(asked, person, here)
        opened.append(made.rights_requests[0].id)
        record += Record(made.facts[:1], made.joins[:2], rights_requests=made.rights_requests)
    record += _settled(
        gateway, standing, notice, person, task, at, NoticeAnswer.ACKNOWLEDGED, (len(changes), len(opened))
    )
    if task.kind is TaskKind.RIGHTS_NOTICE:
        _acknowledged(gateway, person, standing, notice, at)
    if not store.settle_rights_notice(task.id, record, [kept for one in changes for kept in one.destroyed]):
        raise Refusal(Code.SETTLED)
    told = sum(len(_pass_on(gateway, store, person, request, at)) for request in opened)
    return Settled(len(changes), tuple(opened), told)


def decline(
    gateway: Gateway, store: Store, person: Person, parcel: ParcelId, reason: RefusalReason, at: datetime
) -> Outcome:
    """Say to the sender why it is not done here. Raises Refusal."""
    standing, notice, task = _found(gateway, person, parcel)
    answer = NoticeAnswer.IMPOSSIBLE if reason in arriving.IMPOSSIBLE else NoticeAnswer.REFUSED
    if not store.settle_rights_notice(task.id, _settled(gateway, standing, notice, person, task, at, answer)):
        raise Refusal(Code.SETTLED)
    said = RefusalMessage(
        heading=_heading(gateway, standing, notice, at),
        purpose=notice.purpose,
        records=(Refused(message=Reference(disclosure_id=standing.parcel.disclosure), reason=reason),),
    )
    return _sent(gateway, person, standing, said, at)


def waiting(gateway: Gateway, person: Person, tasks: Sequence[Task]) -> Iterator[tuple[Task, RightsKind, str]]:
    """The notices that a person of these homes has to settle: which right, and who sent it."""
    directory = gateway.store.register().directory
    for task in tasks:
        standing = (
            gateway.store.parcel(ParcelId(task.subject))
            if task.kind in _TASKS and task.subject.startswith("p-")
            else None
        )
        if standing is not None and task.home in person.homes:
            right = RightsKind(_notice(gateway, standing).right.value)
            yield task, right, directory.get(standing.parcel.discloser).name


def look(gateway: Gateway, person: Person, parcel: ParcelId) -> tuple[Task, Rights]:
    """One notice that waits, as its sender wrote it, with the task to settle it. Raises Refusal."""
    _, notice, task = _found(gateway, person, parcel)
    return task, notice


# -- what it makes of our copies --------------------------------------------------------------------------------------


def _changes(store: Store, gateway: Gateway, notice: Rights, standing: Standing, here: Situation) -> Iterator[_Change]:
    """Every copy that the notice means, child by child: one without a child's place means all who are still there."""
    versions = Versions(gateway, store, here)
    for one in notice.records:
        meant = one.message.disclosure_id
        for copy in store.parcels_under(meant) if meant else ():
            if _theirs(copy, standing, here):
                for number in (one.number,) if one.number else range(1, len(copy.parcel.pupils) + 1):
                    try:
                        yield _changed(store, notice, one, standing, copy, number, versions, here)
                    except Refusal as refusal:
                        if one.number or refusal.code is not Code.NOT_FOUND:
                            raise


def _theirs(copy: Standing, standing: Standing, here: Situation) -> bool:
    """Whether this home had it from the gateway that tells of the right, or from the one before it."""
    directory = here.register.directory
    told, tells = (directory.teller(directory.get(one.parcel.discloser)) for one in (copy, standing))
    after = directory.current(told, day_of(here.at))
    same = tells.id in {told.id, after.id if after else None}
    return copy.parcel.received and copy.parcel.home == standing.parcel.home and same


def _changed(
    store: Store,
    notice: Rights,
    one: Concerned,
    standing: Standing,
    copy: Standing,
    number: int,
    versions: Versions,
    here: Situation,
) -> _Change:
    right = RightsKind(notice.right.value)
    handles = store.handles_of(copy.parcel.source, number)
    flag = HOLDING.get(right)
    asked = Asked(
        here.home.id,
        right,
        Asker.PARTNER,
        handles,
        who=standing.parcel.discloser,
        item=str(one.items[0]) if one.items else "",
        wrong_since=one.wrong_since,
        correction=one.correction,
        text=one.addendum,
        was=one.was,
        entry=one.entry,
        notice=standing.parcel.id,
    )
    if flag is not None:
        why = "Another council told us so."
        stands = flag in frozenset[Flag]().union(*here.flags(handles).values())
        marked = Record(()) if stands or not handles else flagging.mark(flag, handles, "", why, None, here)
        return _Change(marked, asked)
    ours = Copy(copy.parcel.id, copy.parcel.source, copy.parcel.document, len(copy.parcel.pupils))
    made = versions.change(Wish(right, asked.item, one.correction, one.addendum, one.was, one.entry), ours, number)
    return _Change(made.record, asked, made.destroyed)


def _apart(asked: Sequence[Asked]) -> Iterator[Asked]:
    """One request for each child and item, and none where nobody knows which child it is."""
    yield from {(one.handles, one.item, one.was, one.entry): one for one in asked if one.handles}.values()


def _pass_on(gateway: Gateway, store: Store, person: Person, request: RequestId, at: datetime) -> Sequence[object]:
    """Grant it as it was granted to us, and tell our own recipients; what may not go yet waits for two people."""
    for step in (RightsStep.IDENTITY_SHOWN, RightsStep.GRANTED):
        requests.step(gateway, store, person, request, step, "Another organisation told us of it.", at, passed_on=True)
    try:
        return telling.send(gateway, store, person, request, at)
    except Refusal as refusal:
        if refusal.code is not Code.FLAGGED:
            raise
        return ()


# -- what is said to the sender ---------------------------------------------------------------------------------------


def _found(gateway: Gateway, person: Person, parcel: ParcelId) -> tuple[Standing, Rights, Task]:
    standing = gateway.store.parcel(parcel)
    if standing is None or not standing.parcel.received or standing.parcel.home not in person.homes:
        raise Refusal(Code.NOT_FOUND)
    if person.role not in flagging.SETTERS:
        raise Refusal(Code.NOT_ALLOWED)
    notice = _notice(gateway, standing)
    task = next((one for one in gateway.store.tasks_about(parcel) if one.kind in _TASKS), None)
    if task is None:
        raise Refusal(Code.SETTLED)
    return standing, notice, task


def _notice(gateway: Gateway, standing: Standing) -> Rights:
    name, content = parse_named(gateway.vault.open_kept(gateway.store.kept(standing.parcel.document)))
    document = documents.read(name, content, gateway.rulebook.schemas, gateway.rulebook.known.meanings()).document
    said = documents.value(document) if document is not None else None
    if not isinstance(said, Rights):
        raise Refusal(Code.NOT_FOUND)
    return said


def _acknowledged(gateway: Gateway, person: Person, standing: Standing, notice: Rights, at: datetime) -> Outcome:
    meant = Reference(disclosure_id=standing.parcel.disclosure)
    said = Acknowledgement(
        heading=_heading(gateway, standing, notice, at),
        purpose=notice.purpose,
        records=(Opened(message=meant, opened_by=telling.ROLE, opened_at=_clock(at)),),
    )
    return _sent(gateway, person, standing, said, at)


def _heading(gateway: Gateway, standing: Standing, notice: Rights, at: datetime) -> Heading:
    ours = gateway.store.register().directory.get(standing.parcel.home)
    return Heading(
        date_time=_clock(at),
        source=Sender(number=LaEstab(f"{ours.la}LLLL"), council_name=ours.name),
        dest=Reader(number=notice.heading.source.number),
        case=str(standing.parcel.source),
        return_route=ReturnRoute(officer_role=telling.ROLE, phone_no=ours.contact.phone or telling.ASK),
        power=telling.POWER,
    )


def _clock(at: datetime) -> datetime:
    """A time as messages write it: in seconds, without zone."""
    return at.replace(tzinfo=None, microsecond=0)


def _sent(
    gateway: Gateway, person: Person, standing: Standing, said: Acknowledgement | RefusalMessage, at: datetime
) -> Outcome:
    name, content = str(messages.file_name(said)), messages.write(said)
    upload = Upload(UploadId(new_id("u", gateway.draw)), at, standing.parcel.home, name, content, by=person.id)
    answer = json.loads(intake.accept(gateway, upload).answer)
    return Outcome(answer["decisions"][0]["outcome"]) if answer.get("decisions") else Outcome.REFUSE


def _settled(
    gateway: Gateway,
    standing: Standing,
    notice: Rights,
    person: Person,
    task: Task,
    at: datetime,
    answer: NoticeAnswer,
    counts: tuple[int, int] = (0, 0),
) -> Record:
    """What it came to, and that the task is done. ``counts``: copies changed, and requests by which it is passed on."""
    home, parcel, right = standing.parcel.home, standing.parcel.id, RightsKind(notice.right.value)
    who, by = (join(gateway.draw, What.PERSON, person.id, person.id) for _ in range(2))
    settled = RightsNoticeSettled(at, home, parcel, right, answer, *counts, who.commitment)
    return Record((settled, TaskDone(at, task.home, task.id, task.kind, by.commitment)), (who, by))


__all__ = ["Settled", "acknowledge", "apply", "decline", "look", "waiting"]
