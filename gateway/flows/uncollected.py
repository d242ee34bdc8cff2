"""What lies ready for somebody and is not collected: it expires in school days and goes back to who can do something.

Nothing is ever deleted by it. Who sent the file, or the council, lays it ready again; it opens to nobody meanwhile.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from gateway.core.clocks import SOMEWHERE
from gateway.core.delivery import Parcel, State
from gateway.core.errors import Code, Refusal
from gateway.core.facts import ParcelExpired, ParcelFreed, TaskDone, TaskKind, What, join
from gateway.core.records import Person, Record, Standing
from gateway.core.tasks import Task, due
from gateway.core.terms import ParcelId, PartnerId, TaskId
from gateway.flows.ports import Gateway
from gateway.flows.reports import HANDERS
from gateway.flows.situations import new_id

CLOCK = "uncollected"
MOST = 500


class Shelves(Protocol):
    def shelved_before(self, before: datetime, but: Collection[PartnerId], most: int) -> Sequence[Standing]: ...
    def uncollected_at(self, homes: Collection[PartnerId], most: int) -> Sequence[Standing]: ...


def expires(gateway: Gateway, standing: Standing) -> datetime | None:
    """When a file that lies ready expires; None for one that waits for our own council, whose tasks have clocks."""
    if standing.state is not State.SHELVED or standing.parcel.reader in own(gateway):
        return None
    reader = gateway.store.register().directory.find(standing.parcel.reader)
    place = reader.laestab if reader and reader.laestab else SOMEWHERE
    return gateway.rulebook.clocks.due(CLOCK, standing.moved_at, place)


def sweep(gateway: Gateway, store: Shelves, at: datetime) -> int:
    """Let expire what nobody collected in time, each with a task for the council; returns how many."""
    shortest = timedelta(days=gateway.rulebook.clocks.get(CLOCK).length)  # no school day is shorter than a day
    late = 0
    for one in store.shelved_before(at - shortest, own(gateway), MOST):
        until = expires(gateway, one)
        if until is not None and until < at:
            late += gateway.store.prove(one.parcel.id, {State.SHELVED}, _expired(gateway, one.parcel, at))
    return late


def lay_again(gateway: Gateway, person: Person, parcel_id: ParcelId, at: datetime) -> None:
    """Lay an expired file ready once more, for as long again, and end what was to be done about it.

    Raises Refusal: NOT_FOUND for one of others or one that has not expired, SETTLED where somebody was faster.
    """
    standing = gateway.store.parcel(parcel_id)
    if standing is None or standing.state is not State.EXPIRED:
        raise Refusal(Code.NOT_FOUND)
    if person.role not in HANDERS or not _answers_for(person, standing.parcel):
        raise Refusal(Code.NOT_FOUND)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    record = Record((ParcelFreed(at, standing.parcel.home, parcel_id, who.commitment),), (who,))
    for task in gateway.store.tasks_about(parcel_id):
        if task.kind is TaskKind.UNCOLLECTED:
            by = join(gateway.draw, What.PERSON, person.id, person.id)
            record += Record((TaskDone(at, task.home, task.id, task.kind, by.commitment),), (by,))
    if not gateway.store.prove(parcel_id, {State.EXPIRED}, record):
        raise Refusal(Code.SETTLED)


def _expired(gateway: Gateway, parcel: Parcel, at: datetime) -> Record:
    owner = next(iter(gateway.owners.get(parcel.home, ())), None)
    until = due(TaskKind.UNCOLLECTED, at, gateway.rulebook.clocks)
    made = TaskId(new_id("t", gateway.draw))
    task = Task(made, parcel.home, TaskKind.UNCOLLECTED, parcel.id, at, until, owner)
    return Record((ParcelExpired(at, parcel.home, parcel.id),), tasks=(task,))


def own(gateway: Gateway) -> frozenset[PartnerId]:
    """The councils of this gateway and their teams, but those that collect at a mailbox of their own."""
    directory = gateway.store.register().directory
    return frozenset(
        {*gateway.homes, *(team.id for home in gateway.homes for team in directory.teams_of(home) if not team.mail)}
    )


def _answers_for(person: Person, parcel: Parcel) -> bool:
    return parcel.discloser == person.organisation or parcel.home in person.homes
