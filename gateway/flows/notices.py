"""A notice or an enquiry on its way: its four states, whom to phone when nothing comes, and what we tell by ourselves.

Our own acknowledgement goes a fixed time after a person opened it, and is made from its heading alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from gateway.core import documents, roles, tasks
from gateway.core.days import day_of
from gateway.core.documents import Document
from gateway.core.documents.messages.about import Acknowledgement, Opened, RecallAnswer, Returned
from gateway.core.documents.messages.parts import Heading, Reader, Reference, ReturnRoute, Sender
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    AttemptStarted,
    DestructionTold,
    EnquiryDestroyed,
    NoticeAcknowledged,
    NoticeAnswered,
    NoticeChased,
    NoticePhoned,
    ParcelDelivered,
    ParcelShelved,
    ParcelTaken,
    RecallOutcome,
    TaskKind,
    What,
    join,
    parse_line,
)
from gateway.core.notices import Chase, Reached, Side, States
from gateway.core.partners import Partner
from gateway.core.records import Notice, Person, Record, Standing
from gateway.core.roles import Can
from gateway.core.tasks import Task
from gateway.core.terms import DisclosureId, Flag, Kind, ParcelId, PartnerId, PersonId, TaskId, UploadId, parse_stamp
from gateway.flows import about, flagging, intake, sending, situations
from gateway.flows.ports import Gateway
from gateway.flows.saying import task_done
from gateway.flows.situations import new_id

ROLE = "Children missing education officer"
"""Who opened it, whoever did: what kind of officer opens it would tell about the child."""

POWER = "Education Act 1996 s436A; Children Act 2004 s11"
UNKNOWN = "not given"
MOST = 200
MESSENGERS = roles.who(Can.MESSAGE)
SAY = (
    "Say no more than this: what came under {number} is over, they write to nobody about it, and they ring us. Which "
    "child it is, your safeguarding officers see under flags."
)
"""To whom may still look for a child that has died: both sides know it by its number, so nobody says a name."""

TO_PHONE = {Chase.RECEIPT: TaskKind.NOTICE_UNRECEIPTED, Chase.OPENING: TaskKind.NOTICE_UNOPENED}


class Following(Protocol):
    """What keeping sight of them asks of the store."""

    def chase(self, what: Chase, at: datetime, most: int, told: Callable[[Notice], Record]) -> Sequence[Notice]: ...
    def unacknowledged(self, at: datetime, most: int) -> Sequence[Notice]: ...
    def acknowledge(self, disclosure: DisclosureId, record: Record) -> bool: ...
    def sender_of(self, source: UploadId) -> PersonId | None: ...


class Lists(Protocol):
    """What showing them asks of the store."""

    def notices(self, homes: Sequence[PartnerId], side: Side, kinds: Sequence[Kind], most: int) -> Sequence[Notice]: ...
    def parcels_under(self, disclosure: DisclosureId) -> Sequence[Standing]: ...
    def lines_about(self, subject: str) -> Sequence[bytes]: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One notice or enquiry as a list shows it. ``phone`` answers day and night; ``tasks`` are to be done about it."""

    notice: Notice
    partner: str
    phone: str
    states: States
    tasks: tuple[TaskKind, ...] = ()
    destroyed: datetime | None = None
    """When the other side said that its copy of an enquiry of ours is destroyed."""
    answers: tuple[ParcelId, ...] = ()
    """What came in answer to one of ours, to be read."""


def sweep(gateway: Gateway, following: Following, at: datetime) -> None:
    """Everything here that time alone brings up."""
    acknowledge(gateway, following, at)
    chase(gateway, following, at)


# -- who has to phone -------------------------------------------------------------------------------------------------


def chase(gateway: Gateway, following: Following, at: datetime, most: int = MOST) -> Sequence[Notice]:
    """Tell the senders of what is wanted today, and has not been received or opened in time, to phone; each once."""

    def late(kind: TaskKind) -> Callable[[Notice], Record]:
        return lambda notice: task_about(gateway, notice, kind, at, following.sender_of(notice.source))

    return [one for what, kind in TO_PHONE.items() for one in following.chase(what, at, most, late(kind))]


def task_about(
    gateway: Gateway, notice: Notice, kind: TaskKind, at: datetime, owner: PersonId | None, due: datetime | None = None
) -> Record:
    """Somebody has to do something about it: who sent it, or else whoever answers for what waits at the home.

    Nobody has, where the child has died.
    """
    if any(Flag.DIED in flags for flags in gateway.store.flags_in([notice.source]).values()):
        return Record(())
    first = next(iter(gateway.owners.get(notice.home, ())), None)
    task = TaskId(new_id("t", gateway.draw))
    by = due or tasks.due(kind, at, gateway.rulebook.clocks)
    made = Task(task, notice.home, kind, notice.disclosure, at, by, owner or first)
    return Record((NoticeChased(at, notice.home, notice.disclosure, task, kind),), tasks=(made,))


def phoned(gateway: Gateway, person: Person, disclosure: DisclosureId, called: datetime, at: datetime) -> None:
    """Record that somebody has phoned, and do the tasks that asked for it. Raises Refusal."""
    notice = of(gateway, person, disclosure, Side.SENT)
    if person.role not in MESSENGERS:
        raise Refusal(Code.NOT_ALLOWED)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    record = Record((NoticePhoned(at, notice.home, disclosure, min(called, at), who.commitment),), (who,))
    for task in gateway.store.tasks_about(disclosure):
        if task.kind in {*TO_PHONE.values(), TaskKind.ENQUIRY_COPY}:
            record += task_done(task, person.id, at, gateway.draw)
    gateway.store.record(record)


def to_ring(gateway: Gateway, task: Task) -> str:
    """Whom to ring about a child that has died, at which number and what to say; nothing for any other task."""
    found = gateway.store.parcels_under(DisclosureId(task.subject)) if task.kind is TaskKind.LET_KNOW else ()
    names = [one.parcel.discloser if one.parcel.received else one.parcel.reader for one in found]
    directory = gateway.store.register().directory
    partner = directory.find(names[0]) if names else None
    if partner is None:
        return ""
    number, council = phone_of(partner), directory.receiver(partner)
    if number == UNKNOWN and council.id not in gateway.homes:
        number = f"{phone_of(council)} ({council.name})"
    return f"Ring {partner.name}: {number}. {SAY.format(number=task.subject)}"


# -- what we tell by ourselves ----------------------------------------------------------------------------------------


def acknowledge(gateway: Gateway, following: Following, at: datetime, most: int = MOST) -> Sequence[DisclosureId]:
    """Tell the sender of each that a person has opened it, or that our copy of an enquiry that is over is destroyed.

    It is decided, logged and sealed as every message is, and bears the time at which it was due, so that doing it
    twice is doing it once.
    """
    told = []
    for notice in following.unacknowledged(at, most):
        over = notice.ended_at is not None
        message = _destroyed(gateway, notice) if over else _acknowledgement(gateway, notice, at)
        upload = UploadId(new_id("u", gateway.draw))
        name = str(documents.file_name(message))
        plan = intake.accept(gateway, situations.Upload(upload, at, notice.home, name, documents.write(message)))
        for decision in sending.decisions_of(plan):
            said = DisclosureId(decision["disclosure"])
            fact = (DestructionTold if over else NoticeAcknowledged)(at, notice.home, notice.disclosure, said)
            following.acknowledge(notice.disclosure, Record((fact,)))
            told.append(said)
    return told


def _acknowledgement(gateway: Gateway, notice: Notice, at: datetime) -> Acknowledgement:
    document = opened_document(gateway, notice, at)
    assert notice.opened_at is not None
    assert notice.acknowledgement_due is not None
    meant = Reference(disclosure_id=notice.disclosure)
    opened = Opened(message=meant, opened_by=ROLE, opened_at=plain(notice.opened_at))
    heading = back(gateway, notice, document, notice.acknowledgement_due)
    return Acknowledgement(heading=heading, purpose=notice.purpose, records=(opened,))


def _destroyed(gateway: Gateway, notice: Notice) -> RecallAnswer:
    """Made of the notice alone, for of the enquiry nothing rests; alike whether the child was known or not."""
    assert notice.ended_at is not None
    directory = gateway.store.register().directory
    home, asker = directory.get(notice.home), directory.get(notice.partner)
    meant, due = about.reference(notice.disclosure), notice.acknowledgement_due or notice.ended_at
    gone = Returned(message=meant, outcome=RecallOutcome.DELETED, day=day_of(notice.ended_at))
    heading = about.heading(home, asker, notice.disclosure, due)
    return RecallAnswer(heading=heading, purpose=notice.purpose, in_reply_to=meant, records=(gone,))


def back(gateway: Gateway, notice: Notice, document: Document, at: datetime) -> Heading:
    """The heading of what goes back to the sender of ``document``: under the sender's own reference of the case."""
    home = gateway.store.register().directory.get(notice.home)
    return Heading(
        date_time=plain(at),
        source=Sender(number=document.dest),
        dest=Reader(number=document.source),
        case=documents.case_of(document),
        urgency=notice.urgency,
        return_route=ReturnRoute(officer_role=ROLE, phone_no=phone_of(home)),
        power=POWER,
    )


def phone_of(partner: Partner) -> str:
    """The number at which somebody answers day and night, or else the safeguarding desk's."""
    return partner.contact.phone or (partner.safeguarding.phone if partner.safeguarding else "") or UNKNOWN


def plain(at: datetime) -> datetime:
    """As messages bear it: UTC, in seconds, without zone."""
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


# -- what people see --------------------------------------------------------------------------------------------------


def listed(gateway: Gateway, lists: Lists, person: Person, side: Side, kinds: Sequence[Kind]) -> Iterator[Row]:
    """What the person's homes have sent, or received, newest first."""
    homes = sorted(person.homes & set(gateway.homes))
    if person.role not in MESSENGERS:
        raise Refusal(Code.NOT_ALLOWED)
    for notice in lists.notices(homes, side, kinds, MOST):
        yield row_of(gateway, lists, notice)


def shown(gateway: Gateway, lists: Lists, person: Person, disclosure: DisclosureId) -> Row:
    """One of them, whichever side it is on. Raises Refusal."""
    for side in Side:
        if gateway.store.notice(disclosure, side) is not None:
            return row_of(gateway, lists, of(gateway, person, disclosure, side))
    raise Refusal(Code.NOT_FOUND)


def of(gateway: Gateway, person: Person, disclosure: DisclosureId, side: Side) -> Notice:
    """Raises Refusal: NOT_FOUND, ANOTHER_HOME, NOT_ALLOWED for whoever reads no messages."""
    found = gateway.store.notice(disclosure, side)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    if found.home not in person.homes:
        raise Refusal(Code.ANOTHER_HOME)
    if person.role not in MESSENGERS:
        raise Refusal(Code.NOT_ALLOWED)
    return found


def row_of(gateway: Gateway, lists: Lists, notice: Notice) -> Row:
    partner = gateway.store.register().directory.find(notice.partner)
    return Row(
        notice,
        partner.name if partner else notice.partner,
        phone_of(partner) if partner else "",
        states_of(lists, notice),
        tuple(task.kind for task in gateway.store.tasks_about(notice.disclosure)),
        destroyed_at(lists, notice),
        tuple(answers_to(lists, notice)),
    )


def answers_to(lists: Lists, notice: Notice) -> Iterator[ParcelId]:
    """The answers to one of ours that lie here, by the lines that tell of them, the first first."""
    if notice.side is Side.RECEIVED or notice.answered_at is None:
        return
    for line in map(parse_line, lists.lines_about(notice.disclosure)):
        if line["fact"] == NoticeAnswered.__name__ and line["disclosure"] == notice.disclosure:
            under = lists.parcels_under(DisclosureId(str(line["answer"])))
            yield from (one.parcel.id for one in under if one.parcel.reader == notice.home)


def destroyed_at(lists: Lists, notice: Notice) -> datetime | None:
    """When we were told that the copy of an enquiry of ours is destroyed, from the line that says so."""
    if notice.kind is not Kind.ENQUIRY or notice.side is Side.RECEIVED:
        return None
    said = (parse_line(line) for line in lists.lines_about(notice.disclosure))
    found = (parse_stamp(str(one["at"])) for one in said if one["fact"] == EnquiryDestroyed.__name__)
    return next(found, None)


_STEPS = {
    AttemptStarted.__name__: "sent",
    ParcelShelved.__name__: "received",
    ParcelDelivered.__name__: "received",
    ParcelTaken.__name__: "received",
}


def states_of(lists: Lists, notice: Notice) -> States:
    """How far it has come, each state from the line of the log that says so."""
    if notice.side is Side.RECEIVED:
        return States(notice.at, notice.at, notice.opened_at, notice.answered_at, Reached.OURS)
    first: dict[str, datetime] = {}
    reached = Reached.THEIRS
    for standing in lists.parcels_under(notice.disclosure):
        for line in lists.lines_about(standing.parcel.id):
            said = parse_line(line)
            step, at = _STEPS.get(str(said["fact"])), parse_stamp(str(said["at"]))
            reached = Reached.INBOX if said["fact"] == ParcelShelved.__name__ else reached
            for name in (step, "sent" if step else None):
                if name:
                    first[name] = min(first.get(name, at), at)
    return States(first.get("sent"), first.get("received"), notice.opened_at, notice.answered_at, reached)


def opened_document(gateway: Gateway, notice: Notice, at: datetime) -> Document:
    """What came in, read again. Raises Refusal(NOT_FOUND) where our copy is destroyed."""
    if notice.ended_at is not None:
        raise Refusal(Code.NOT_FOUND)
    return flagging.opened(gateway, notice.parcel, situations.of(gateway, notice.home, at))
