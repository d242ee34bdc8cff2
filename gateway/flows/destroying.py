"""A destruction run: what is over goes, what may not go is put off, and the keys of the years that are over end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.core import retention
from gateway.core.days import day_of
from gateway.core.delivery import State
from gateway.core.facts import (
    ParcelDestroyed,
    RetentionClass,
    RetentionDestroyed,
    RetentionExtended,
    Source,
    What,
    WrappingKeyDestroyed,
    join,
)
from gateway.core.records import Destruction, Person, Record, Retained
from gateway.core.retention import Live
from gateway.core.terms import PartnerId, UploadId
from gateway.flows.ports import Gateway
from gateway.flows.retaining import Hands, homes_of, live_on, wrapped


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did: destroyed, and left with the reasons; the keys that are gone for good."""

    destroyed: tuple[Destruction, ...]
    left: tuple[tuple[Source, frozenset[Live]], ...]
    keys: tuple[str, ...]


def run(gateway: Gateway, hands: Hands, person: Person, at: datetime) -> Run:
    """Destroy what is over, put off what may not go, and then end the keys of the years that are over.

    A run that died between the two ends those keys the next time.
    """
    homes, today = homes_of(gateway, person), day_of(at)
    destroyed, left = [], []
    for one in hands.store.retained(homes):
        if one.year >= today.year:
            continue
        stops = live_on(gateway, hands, one)
        made = None if stops else _destroy(gateway, hands, person, one, at)
        if made is None:
            left.append((one.source, stops or frozenset({Live.UNDER_WAY})))
            _put_off(hands, one, today.year, at)
        else:
            destroyed.append(made)
    return Run(tuple(destroyed), tuple(left), tuple(_end_keys(gateway, hands, homes, today.year, at)))


def _destroy(gateway: Gateway, hands: Hands, person: Person, one: Retained, at: datetime) -> Destruction | None:
    rests, salts = hands.store.resting_of(one.source), hands.store.salts_of(one.source)
    documents, last = len(rests), day_of(at + hands.backups)
    # a backup from before they were wrapped under the key that ends today holds them under one that does not
    before_wrapping = day_of(one.wrapped_at + hands.backups)
    name = retention.key_name(one.retention, one.year)
    blind = max(day_of(at), before_wrapping) if all(x.wrapped_by == name for x in rests) else last
    made = Destruction(
        one.source, one.home, one.retention, one.year, at, person.id, documents, salts, blind, last
    )  # fmt: skip
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    fact = RetentionDestroyed(
        at, one.home, one.source, one.retention, one.year, documents, salts, who.commitment
    )  # fmt: skip
    gone = replace(one, destroyed_at=at)
    record = Record((fact,), (who,), retained=(gone,), destructions=(made,)) + _closed(gateway, person, one, at)
    return made if hands.store.destroy(one, record) else None


def _closed(gateway: Gateway, person: Person, one: Retained, at: datetime) -> Record:
    """What somebody had collected is not there to be collected again."""
    record = Record(())
    for standing in gateway.store.parcels_of(one.source) if isinstance(one.source, UploadId) else ():
        if standing.state is State.COLLECTED:
            who = join(gateway.draw, What.PERSON, person.id, person.id)
            record += Record((ParcelDestroyed(at, one.home, standing.parcel.id, who.commitment),), (who,))
    return record


def _put_off(hands: Hands, one: Retained, year: int, at: datetime) -> None:
    """What may not go rests under the key of this year from now on, so that the one of its own year can end."""
    later = replace(one, year=year, wrapped_at=at)
    fact = RetentionExtended(at, one.home, one.source, one.retention, year)
    hands.store.keep_until(one, one.source, wrapped(hands, later), Record((fact,), retained=(later,)))


def _end_keys(gateway: Gateway, hands: Hands, homes: Sequence[PartnerId], year: int, at: datetime) -> Sequence[str]:
    """The keys of years that are over and of which nothing rests any more."""
    wanted = {retention.key_name(one.retention, one.year) for one in hands.store.retained(gateway.homes)}
    ended = []
    for name in hands.keys.wrapping_keys():
        code, _, last = name.rpartition(".")
        if int(last) < year and name not in wanted:
            hands.keys.destroy_wrapping_key(name)
            fact = WrappingKeyDestroyed(at, homes[0], RetentionClass(code), int(last))
            gateway.store.record(Record((fact,)))
            ended.append(name)
    return ended
