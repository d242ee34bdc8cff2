"""What was called back from us, and what is not for us: closed to all at once, deleted or kept by a person, answered.

A file that nobody has opened when its recall arrives opens to nobody any more, and one that arrives after its recall
never does. Deleting destroys the key of what was kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.core.days import day_of
from gateway.core.delivery import State
from gateway.core.documents.messages import about as said
from gateway.core.documents.messages.parts import Heading
from gateway.core.documents.messages.words import Affected
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    BreachNature,
    BreachRisk,
    Fact,
    Join,
    KeptReason,
    NotForUs,
    ParcelDestroyed,
    ParcelFreed,
    ParcelFrozen,
    RecallAnswered,
    RecallOutcome,
    TaskDone,
    TaskKind,
    What,
    join,
)
from gateway.core.records import CalledBack, Person, Record, Standing
from gateway.core.terms import DisclosureId, Outcome, ParcelId, PartnerId
from gateway.flows import about, breaches, casework, flagging, situations
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation


class Returns(Protocol):
    """What answering a recall asks of the store beside the gateway's own port."""

    def settle_parcels(self, disclosure: DisclosureId, seen: Mapping[ParcelId, State], record: Record) -> bool: ...
    def calls(self, homes: Sequence[PartnerId]) -> Sequence[CalledBack]: ...
    def openers(self, parcel: ParcelId) -> int: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says of what was called back. ``opened``: how many people saw it, if more than collected it.

    ``passed_on`` are those who have it besides, though what is here is deleted.
    """

    outcome: RecallOutcome
    reason: KeptReason | None = None
    passed_on: tuple[str, ...] = ()
    opened: int = 0


def listed(gateway: Gateway, store: Returns, person: Person) -> Sequence[CalledBack]:
    """What was called back from the homes of somebody, newest first. Raises Refusal(NOT_ALLOWED)."""
    if person.role not in flagging.SETTERS:
        raise Refusal(Code.NOT_ALLOWED)
    return store.calls(sorted(person.homes & set(gateway.homes)))


def answer(
    gateway: Gateway, store: Returns, person: Person, disclosure: DisclosureId, given: Answer, at: datetime
) -> Outcome:
    """Delete or keep what was called back, and tell whoever called; returns what was decided about the message.

    Raises Refusal: NOT_FOUND, NOT_ALLOWED, SETTLED where it was answered, KEPT_BECAUSE where it is kept without a
    reason, PASSED_ON_TO where it is kept and was passed on, and not both is said: why, and to whom.
    """
    call = next((one for one in listed(gateway, store, person) if one.disclosure == disclosure), None)
    if call is None:
        raise Refusal(Code.NOT_FOUND)
    if call.answered_at is not None:
        raise Refusal(Code.SETTLED)
    here = situations.of(gateway, call.home, at)
    parcels = _theirs(gateway, here, call.sender, disclosure)
    _refuse_unfit(given, parcels)
    opened = max([given.opened, *(store.openers(one.parcel.id) for one in parcels)])
    steps, joins = _steps(parcels, person, given, here)
    message, outcome = _message(gateway, here, person, call, parcels, given, opened)
    who = join(here.draw, What.PERSON, person.id, person.id)
    to = tuple(join(here.draw, What.TEXT, one, disclosure) for one in given.passed_on)
    passed_on = tuple(one.commitment for one in to) or None
    fact = RecallAnswered(
        at, call.home, call.sender, disclosure, given.outcome, opened, who.commitment, given.reason, passed_on
    )
    record = Record((fact, *steps), (who, *to, *joins)) + done(gateway, person, disclosure, at) + message
    if not store.settle_parcels(disclosure, _seen(gateway, disclosure), record):
        raise Refusal(Code.SETTLED)
    return outcome


def not_ours(
    gateway: Gateway, store: Returns, person: Person, parcel_id: ParcelId, text: str, at: datetime
) -> Outcome | None:
    """Close a file that was not meant for us, and tell its sender and the information-governance teams.

    The sender hears of it by a breach: the one kind that says wrong recipient, how many children and whether it is
    contained. Returns what was decided about that message; None where we hold the sender's record ourselves. Raises
    Refusal: NOT_FOUND, CALLED_BACK where it is closed already, REASON_WANTED.
    """
    standing = casework.readable(gateway, person, parcel_id)
    if standing.state not in {State.SHELVED, State.COLLECTED}:
        raise Refusal(Code.CALLED_BACK)
    if len(text.strip()) < flagging.SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)
    here = situations.of(gateway, standing.parcel.home, at)
    opened = store.openers(parcel_id)
    record = _closed(here, gateway, person, standing, text, opened)
    told: Outcome | None = None
    if standing.parcel.received:
        more, told = _breach_message(gateway, here, person, standing, contained=not opened)
    else:
        more = _own_breach(gateway, here, person, standing)
    if not store.settle_parcels(standing.parcel.disclosure, _seen(gateway, standing.parcel.disclosure), record + more):
        raise Refusal(Code.BUSY)
    return told


def _closed(here: Situation, gateway: Gateway, person: Person, standing: Standing, text: str, opened: int) -> Record:
    who, by = (join(here.draw, What.PERSON, person.id, person.id) for _ in range(2))
    kept = here.keep(text.encode())
    why = join(here.draw, What.TEXT, text, kept.id)
    home, parcel = here.home.id, standing.parcel
    facts: tuple[Fact, ...] = (
        NotForUs(here.at, home, parcel.id, parcel.disclosure, why.commitment, who.commitment, opened),
        ParcelFrozen(here.at, home, parcel.id, by.commitment),
    )
    team = about.governance(gateway.store.people(), home, here.owners)
    look = about.task(TaskKind.NOT_FOR_US, parcel.id, home, team, here)
    return Record(facts, (who, why, by), (kept,), tasks=(look,))


def _breach_message(
    gateway: Gateway, here: Situation, person: Person, standing: Standing, *, contained: bool
) -> tuple[Record, Outcome]:
    parcel, directory = standing.parcel, here.register.directory
    sender = directory.teller(directory.get(parcel.discloser))
    lost = said.Lost(message=about.reference(parcel.disclosure), affected=Affected.DISCLOSED)

    def written(heading: Heading) -> said.Breach:
        return said.Breach(
            heading=heading,
            purpose=parcel.purpose,
            aware=heading.date_time,
            nature=BreachNature.WRONG_RECIPIENT,
            children=len(parcel.pupils),
            contained=contained,
            risk=BreachRisk.UNLIKELY if contained else BreachRisk.LIKELY,
            records=(lost,),
        )

    return about.told(gateway, here, person.id, sender, parcel.disclosure, written)


def _own_breach(gateway: Gateway, here: Situation, person: Person, standing: Standing) -> Record:
    """Our own shelf, so our own breach."""
    decided, known = (
        gateway.store.decided(standing.parcel.disclosure),
        gateway.store.breach_about(standing.parcel.disclosure),
    )
    if decided is None or known is not None:
        return Record(())
    return breaches.opened(gateway, here, decided, breaches.OTHERWISE, standing.parcel.reader, person.id)[1]


def _refuse_unfit(given: Answer, parcels: Sequence[Standing]) -> None:
    if given.outcome is RecallOutcome.SHARED_ON and not (given.passed_on and given.reason):
        raise Refusal(Code.PASSED_ON_TO)
    if given.outcome is RecallOutcome.KEPT and given.reason is None:
        raise Refusal(Code.KEPT_BECAUSE)
    if (given.outcome is RecallOutcome.NOT_FOUND) == bool(parcels):
        raise Refusal(Code.NOT_FOUND)


def _steps(
    parcels: Sequence[Standing], person: Person, given: Answer, here: Situation
) -> tuple[tuple[Fact, ...], tuple[Join, ...]]:
    """Deleted: every parcel's key goes. Kept: what was closed may be opened again."""
    kind = ParcelDestroyed if given.outcome is RecallOutcome.DELETED else ParcelFreed
    mine = [one for one in parcels if kind is ParcelDestroyed or one.state is State.FROZEN]
    by = [join(here.draw, What.PERSON, person.id, person.id) for _ in mine]
    facts = (
        kind(here.at, one.parcel.home, one.parcel.id, who.commitment) for one, who in zip(mine, by, strict=True)
    )  # fmt: skip
    return tuple(facts), tuple(by)


def _message(
    gateway: Gateway,
    here: Situation,
    person: Person,
    call: CalledBack,
    parcels: Sequence[Standing],
    given: Answer,
    opened: int,
) -> tuple[Record, Outcome]:
    sender = here.register.directory.get(call.sender)
    meant = about.reference(call.disclosure)
    deleted = given.outcome is RecallOutcome.DELETED
    returned = said.Returned(
        message=meant,
        outcome=given.outcome,
        opened=bool(opened) if parcels else None,
        openers=opened or None,
        day=day_of(here.at) if deleted else None,
        reason=given.reason,
        passed_on=given.passed_on,
    )
    purpose = call.purpose

    def written(heading: Heading) -> said.RecallAnswer:
        return said.RecallAnswer(heading=heading, purpose=purpose, in_reply_to=meant, records=(returned,))

    return about.told(gateway, here, person.id, sender, call.disclosure, written)


def _theirs(gateway: Gateway, here: Situation, sender: PartnerId, disclosure: DisclosureId) -> Sequence[Standing]:
    return [one for one in theirs(gateway, here, sender, disclosure) if one.state is not State.DESTROYED]


def theirs(gateway: Gateway, here: Situation, sender: PartnerId, disclosure: DisclosureId) -> Sequence[Standing]:
    """What this very partner told us under that disclosure: nobody calls back what another has sent."""
    directory = here.register.directory
    return [
        one
        for one in gateway.store.parcels_under(disclosure)
        if one.parcel.received and directory.teller(directory.get(one.parcel.discloser)).id == sender
    ]


def _seen(gateway: Gateway, disclosure: DisclosureId) -> Mapping[ParcelId, State]:
    return {one.parcel.id: one.state for one in gateway.store.parcels_under(disclosure)}


def done(gateway: Gateway, person: Person, disclosure: DisclosureId, at: datetime) -> Record:
    """The task about a recall is done: somebody has answered it, or written down the answer."""
    record = Record(())
    for task in gateway.store.tasks_about(disclosure):
        if task.kind is TaskKind.RECALL:
            who = join(gateway.draw, What.PERSON, person.id, person.id)
            record += Record((TaskDone(at, task.home, task.id, task.kind, who.commitment),), (who,))
    return record
