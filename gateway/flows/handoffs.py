"""What lies in folders for somebody's hand or another program, until it is taken, or withdrawn in time.

Lying there is not delivered: a person says that a file was uploaded or fetched, or whoever took it leaves a receipt
beside it. What may no longer go is taken away again and decided anew.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Protocol, TypeVar

from gateway.core.delivery import OPEN, PROVABLE, State
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Condition, Join, ParcelTaken, ParcelWithdrawn, Stale, TaskDone, What, join
from gateway.core.partners import Carrier
from gateway.core.records import Person, Record, Standing
from gateway.core.terms import ParcelId, PartnerId, digest
from gateway.flows import dispatch, enquiry, flagging, renewing
from gateway.flows.attempts import all_looked_at
from gateway.flows.disclose import organisation_join
from gateway.flows.ports import Gateway

BY_HAND = frozenset({Condition(Carrier.S2S), Condition(Carrier.FOLDER)})
SAYABLE = PROVABLE - set(OPEN)
"""States in which somebody may say that it was taken."""

File = TypeVar("File", bound=PurePath)


class Lying(Protocol[File]):
    """The folders, as far as this needs them."""

    def laid(self) -> Mapping[ParcelId, File]: ...
    def receipt(self, file: File) -> bytes | None: ...
    def remove(self, parcel: ParcelId, file: File) -> None: ...


class Parcels(Protocol):
    def parcels_in(self, states: Sequence[State], most: int) -> Sequence[Standing]: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One file that waits for a person. ``file`` is its name in the folder, where it still lies."""

    parcel: ParcelId
    file: str
    to: str
    since: datetime
    words: str
    overdue: bool


def look(gateway: Gateway, folders: Lying[File], at: datetime) -> None:
    """Settle what has a receipt beside it, withdraw what may no longer go, and take away what is over.

    What breaks on one file, such as a receipt that we may not read, keeps no other waiting; it is raised in the end.
    """
    with all_looked_at() as door:
        for parcel_id, file in folders.laid().items():
            standing = gateway.store.parcel(parcel_id)
            if standing is None or standing.state in OPEN:
                continue  # of another installation, or laid this very moment
            with door():
                _look_at(gateway, folders, standing, file, at)


def _look_at(gateway: Gateway, folders: Lying[File], standing: Standing, file: File, at: datetime) -> None:
    parcel_id, receipt = standing.parcel.id, folders.receipt(file)
    if receipt is not None and standing.state in SAYABLE:
        _taken_by(gateway, standing, receipt, at)
    elif standing.state is State.HANDED:
        _hold_to_today(gateway, standing, at)
    now = gateway.store.parcel(parcel_id)
    if now is not None and now.state not in {*OPEN, State.HANDED}:
        _done_about(gateway, now, at)
        folders.remove(parcel_id, file)


def sent(gateway: Gateway, person: Person, parcel_id: ParcelId, at: datetime) -> None:
    """Somebody says that they uploaded it, or that it was fetched.

    Raises Refusal: NOT_ALLOWED, ANOTHER_HOME, NOT_FOUND for what waits for nobody's word, SETTLED where it was said.
    """
    standing = _theirs(gateway, person, parcel_id)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    fact = ParcelTaken(at, standing.parcel.home, parcel_id, by=who.commitment)
    if not gateway.store.prove(parcel_id, SAYABLE, Record((fact,), (who,)) + _finished(gateway, standing, who, at)):
        raise Refusal(Code.SETTLED)


def waiting(gateway: Gateway, store: Parcels, folders: Lying[File], person: Person, at: datetime) -> Sequence[Row]:
    """What lies in folders of somebody's homes, the longest waiting first. Raises Refusal(NOT_ALLOWED)."""
    if person.role not in flagging.SETTERS:
        raise Refusal(Code.NOT_ALLOWED)
    laid, clocks = folders.laid(), gateway.rulebook.clocks
    found = [one for one in store.parcels_in([State.HANDED], 1000) if one.parcel.home in person.homes]
    return [
        Row(
            one.parcel.id,
            laid[one.parcel.id].name if one.parcel.id in laid else "",
            enquiry.name_of(gateway, one.parcel.reader),
            one.moved_at,
            enquiry.words_of(one),
            enquiry.is_overdue(one, at, clocks),
        )
        for one in sorted(found, key=lambda one: one.moved_at)
        if one.parcel.carrier in BY_HAND
    ]


def _theirs(gateway: Gateway, person: Person, parcel_id: ParcelId) -> Standing:
    if person.role not in flagging.SETTERS:
        raise Refusal(Code.NOT_ALLOWED)
    standing = gateway.store.parcel(parcel_id)
    if standing is None or standing.parcel.carrier not in BY_HAND or standing.state in OPEN:
        raise Refusal(Code.NOT_FOUND)
    if standing.parcel.home not in person.homes:
        raise Refusal(Code.ANOTHER_HOME)
    return standing


def _taken_by(gateway: Gateway, standing: Standing, receipt: bytes, at: datetime) -> None:
    parcel = standing.parcel
    fact = ParcelTaken(at, parcel.home, parcel.id, receipt=digest(receipt))
    gateway.store.prove(parcel.id, SAYABLE, Record((fact,)))


def _hold_to_today(gateway: Gateway, standing: Standing, at: datetime) -> None:
    """What may not go any more is taken back while it lies there, and decided anew; so is what lies in a folder from
    which nobody fetches any more. Where a person uploads it, it may be there already.

    What this release cannot read any more stays where it is: a person has to look.
    """
    stale = gateway.store.look_again(standing.parcel, dispatch.judge(gateway, at))
    by_person = standing.parcel.carrier == Condition(Carrier.S2S)
    if stale is None or (stale is Stale.CHANNEL and by_person):
        return
    if stale is Stale.RECALLED:  # nobody decides anew about what was called back
        fact = ParcelWithdrawn(at, standing.parcel.home, standing.parcel.id, stale)
        gateway.store.prove(standing.parcel.id, {State.HANDED}, Record((fact,)))
        return
    with suppress(Refusal):
        _, record = renewing.withdrawn(gateway, standing.parcel, stale, at)
        gateway.store.prove(standing.parcel.id, {State.HANDED}, record)


def _done_about(gateway: Gateway, standing: Standing, at: datetime) -> None:
    """Nobody has to upload it any more."""
    by = organisation_join(PartnerId(standing.parcel.home), gateway.draw)
    record = _finished(gateway, standing, by, at)
    if record.facts:
        gateway.store.record(Record((), (by,)) + record)


def _finished(gateway: Gateway, standing: Standing, by: Join, at: datetime) -> Record:
    tasks = gateway.store.tasks_about(standing.parcel.id)
    return Record(tuple(TaskDone(at, one.home, one.id, one.kind, by.commitment) for one in tasks))
