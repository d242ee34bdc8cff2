"""The end of what is kept: a person starts the clock, sees what will go, holds it, and has it destroyed.

Destroying takes the documents, their keys and the salts of their lines; the lines, tiles and checkpoints stand, so
every proof holds as before. Nothing goes that is held, restricted, under way, or about which somebody still has
something to do.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from gateway.core import retention
from gateway.core.days import LONDON
from gateway.core.delivery import State
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    ParcelDestroyed,
    RetentionClass,
    RetentionDestroyed,
    RetentionExtended,
    RetentionFreed,
    RetentionHeld,
    RetentionStarted,
    Role,
    What,
    WrappingKeyDestroyed,
    join,
)
from gateway.core.records import Destruction, Kept, Person, Record, Retained
from gateway.core.retention import Live, Rules
from gateway.core.terms import BreachId, DisclosureId, Flag, PartnerId, UploadId
from gateway.flows import flagging
from gateway.flows.ports import Gateway

KEEPERS = frozenset({Role.GOVERNANCE, Role.MANAGER})
"""Who starts a clock, holds and destroys."""


class Holding(Protocol):
    @property
    def subjects(self) -> tuple[str, ...]: ...
    @property
    def under_way(self) -> bool: ...


class Clocks(Protocol):
    """The clocks of what is kept."""

    def retained(self, homes: Sequence[PartnerId]) -> Sequence[Retained]: ...
    def retained_one(self, source: UploadId) -> Retained | None: ...
    def keep_until(
        self, before: Retained | None, source: UploadId, wrapped: Sequence[Kept], record: Record
    ) -> bool: ...
    def mark_retained(self, before: Retained, record: Record) -> bool: ...


class Resting(Protocol):
    """What rests of one source."""

    def holding(self, source: UploadId) -> Holding: ...
    def resting_of(self, source: UploadId) -> Sequence[Kept]: ...
    def salts_of(self, source: UploadId) -> int: ...
    def destroy(self, before: Retained, record: Record) -> bool: ...


class Store(Clocks, Resting, Protocol):
    """Both together."""


class Wrapping(Protocol):
    """Keys of a class and year, which lie outside the database."""

    def wrap_under(self, name: str, kept: Kept) -> Kept: ...
    def wrapping_keys(self) -> Sequence[str]: ...
    def destroy_wrapping_key(self, name: str) -> None: ...


class Still(Protocol):
    """A part of the gateway that knows of something still running about a source: a case, a rights request."""

    def __call__(self, source: UploadId) -> Collection[Live]: ...


@dataclass(frozen=True, slots=True)
class Hands:
    """What ending things takes beside the gateway. ``backups``: for so long a backup of the database is kept."""

    store: Store
    keys: Wrapping
    rules: Rules
    backups: timedelta
    still: tuple[Still, ...] = ()


@dataclass(frozen=True, slots=True)
class Ahead:
    """One source as the preview shows it: when it ends, what goes then, and what would stop it today."""

    retained: Retained
    documents: int
    salts: int
    ends: date
    stops: frozenset[Live]


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did: destroyed, and left with the reasons; the keys that are gone for good."""

    destroyed: tuple[Destruction, ...]
    left: tuple[tuple[UploadId, frozenset[Live]], ...]
    keys: tuple[str, ...]


def start(
    gateway: Gateway,
    hands: Hands,
    person: Person,
    source: UploadId,
    code: str,
    event: date,
    at: datetime,
    born: date | None = None,
) -> Retained:
    """A person says that the event has come; from now its documents rest under the key of their class and year.

    Raises Refusal: NOT_FOUND for a source that is not here or a class that nobody knows, REASON_WANTED where the class
    asks for a day of birth, SETTLED where its clock runs already.
    """
    home = _home_of(gateway, hands, person, source)
    rule = retention.find(hands.rules, code, home)
    if rule is None:
        raise Refusal(Code.NOT_FOUND)
    if hands.store.retained_one(source) is not None:
        raise Refusal(Code.SETTLED)
    try:
        year = rule.last_year(event, born)
    except ValueError:
        raise Refusal(Code.REASON_WANTED) from None
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    made = Retained(source, home, rule.code, year, at, person.id, at)
    fact = RetentionStarted(at, home, source, rule.code, year, who.commitment)
    record = Record((fact,), (who,), retained=(made,))
    if not hands.store.keep_until(None, source, _wrapped(hands, made), record):
        raise Refusal(Code.SETTLED)
    return made


def hold(gateway: Gateway, hands: Hands, person: Person, source: UploadId, text: str, at: datetime) -> None:
    """Nothing of it is destroyed, for a legal claim or an inquiry, until somebody lets it go. Raises Refusal."""
    before, why = _held(hands, person, source, text), join(gateway.draw, What.TEXT, text, source)
    if before.held is not None:
        raise Refusal(Code.SETTLED)
    who, kept = join(gateway.draw, What.PERSON, person.id, person.id), gateway.vault.keep(text.encode())
    after = replace(before, held=kept.id, held_by=person.id)
    fact = RetentionHeld(at, before.home, source, why.commitment, who.commitment)
    if not hands.store.mark_retained(before, Record((fact,), (who, why), (kept,), retained=(after,))):
        raise Refusal(Code.SETTLED)


def free(gateway: Gateway, hands: Hands, person: Person, source: UploadId, text: str, at: datetime) -> None:
    """Let go what was held. Raises Refusal."""
    before, why = _held(hands, person, source, text), join(gateway.draw, What.TEXT, text, source)
    if before.held is None:
        raise Refusal(Code.SETTLED)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    fact = RetentionFreed(at, before.home, source, why.commitment, who.commitment)
    after = replace(before, held=None, held_by=None)
    if not hands.store.mark_retained(before, Record((fact,), (who, why), retained=(after,))):
        raise Refusal(Code.SETTLED)


def preview(gateway: Gateway, hands: Hands, person: Person, until: date) -> Sequence[Ahead]:
    """What will go by ``until``, and what would stop it if that were today. Nothing changes."""
    return [
        Ahead(
            one,
            len(hands.store.resting_of(one.source)),
            hands.store.salts_of(one.source),
            date(one.year, 12, 31),
            _live(gateway, hands, one),
        )
        for one in hands.store.retained(_homes(gateway, person))
        if date(one.year, 12, 31) < until
    ]


def run(gateway: Gateway, hands: Hands, person: Person, at: datetime) -> Run:
    """Destroy what is over, put off what may not go, and then end the keys of the years that are over.

    A run that died between the two ends those keys the next time.
    """
    homes, today = _homes(gateway, person), at.astimezone(LONDON).date()
    destroyed, left = [], []
    for one in hands.store.retained(homes):
        if one.year >= today.year:
            continue
        stops = _live(gateway, hands, one)
        made = None if stops else _destroy(gateway, hands, person, one, at)
        if made is None:
            left.append((one.source, stops or frozenset({Live.UNDER_WAY})))
            _put_off(hands, one, today.year, at)
        else:
            destroyed.append(made)
    return Run(tuple(destroyed), tuple(left), tuple(_end_keys(gateway, hands, homes, today.year, at)))


class Certificates(Protocol):
    def destructions(self, homes: Sequence[PartnerId]) -> Sequence[Destruction]: ...


def certified(gateway: Gateway, store: Certificates, person: Person) -> Sequence[Destruction]:
    """What was destroyed at the homes of somebody, newest first. Raises Refusal."""
    return store.destructions(_homes(gateway, person))


def _destroy(gateway: Gateway, hands: Hands, person: Person, one: Retained, at: datetime) -> Destruction | None:
    documents, salts = len(hands.store.resting_of(one.source)), hands.store.salts_of(one.source)
    before_wrapping = (one.wrapped_at + hands.backups).astimezone(LONDON).date()
    today = at.astimezone(LONDON).date()
    made = Destruction(
        one.source, one.home, one.retention, one.year, at, person.id, documents, salts,
        # a backup from before they were wrapped under the key that ends today holds them under one that does not
        max(today, before_wrapping),
        (at + hands.backups).astimezone(LONDON).date(),
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
    for standing in gateway.store.parcels_of(one.source):
        if standing.state is State.COLLECTED:
            who = join(gateway.draw, What.PERSON, person.id, person.id)
            record += Record((ParcelDestroyed(at, one.home, standing.parcel.id, who.commitment),), (who,))
    return record


def _put_off(hands: Hands, one: Retained, year: int, at: datetime) -> None:
    """What may not go rests under the key of this year from now on, so that the one of its own year can end."""
    later = replace(one, year=year, wrapped_at=at)
    fact = RetentionExtended(at, one.home, one.source, one.retention, year)
    hands.store.keep_until(one, one.source, _wrapped(hands, later), Record((fact,), retained=(later,)))


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


def _wrapped(hands: Hands, one: Retained) -> Sequence[Kept]:
    name = retention.key_name(one.retention, one.year)
    return [hands.keys.wrap_under(name, kept) for kept in hands.store.resting_of(one.source)]


def _live(gateway: Gateway, hands: Hands, one: Retained) -> frozenset[Live]:
    """Everything that keeps it from being destroyed today."""
    holding = hands.store.holding(one.source)
    marked = gateway.store.flags_in([one.source]).values()
    found = {live for still in hands.still for live in still(one.source)}
    found |= {Live.HELD} if one.held else set()
    found |= {Live.RESTRICTED} if any(Flag.RESTRICTION in flags for flags in marked) else set()
    found |= {Live.UNDER_WAY} if holding.under_way else set()
    about = [*holding.subjects, *_breaches(gateway, holding.subjects)]
    found |= {Live.TASK} if any(gateway.store.tasks_about(subject) for subject in about) else set()
    return frozenset(found)


def _breaches(gateway: Gateway, subjects: Sequence[str]) -> Sequence[BreachId]:
    """The breaches of these disclosures: their clocks are tasks about them."""
    disclosures = [DisclosureId(one) for one in subjects if one.startswith("d-")]
    return [found.id for one in disclosures if (found := gateway.store.breach_about(one)) is not None]


def _held(hands: Hands, person: Person, source: UploadId, text: str) -> Retained:
    found = hands.store.retained_one(source)
    if found is None or found.home not in person.homes or found.destroyed_at is not None:
        raise Refusal(Code.NOT_FOUND)
    if person.role not in KEEPERS:
        raise Refusal(Code.NOT_ALLOWED)
    if len(text.strip()) < flagging.SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)
    return found


def _home_of(gateway: Gateway, hands: Hands, person: Person, source: UploadId) -> PartnerId:
    """Which home of somebody answers for a source: the one for whose parcels it was the source."""
    homes = _homes(gateway, person)
    found = [one.parcel.home for one in gateway.store.parcels_of(source)]
    if not found or found[0] not in homes or not hands.store.resting_of(source):
        raise Refusal(Code.NOT_FOUND)
    return found[0]


def _homes(gateway: Gateway, person: Person) -> Sequence[PartnerId]:
    if person.role not in KEEPERS:
        raise Refusal(Code.NOT_ALLOWED)
    homes = sorted(person.homes & set(gateway.homes))
    if not homes:
        raise Refusal(Code.ANOTHER_HOME)
    return homes
