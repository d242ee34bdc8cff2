"""The end of what is kept: a person starts the clock, sees what will go, holds it, and has it destroyed.

It is about one upload or message with all that came of it, one case with its timeline, or one rights request.
Destroying takes what rests of it, the keys and the salts of its lines; the lines, tiles and checkpoints stand, so every
proof holds as before. Nothing goes that is held, restricted, under way, or about which somebody still has
something to do.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from gateway.core import retention, roles
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    DisclosureReleased,
    MessageReceived,
    RetentionFreed,
    RetentionHeld,
    RetentionStarted,
    Source,
    UploadAccepted,
    What,
    Whole,
    join,
    parse_line,
)
from gateway.core.records import Destruction, Kept, Person, Record, Retained
from gateway.core.retention import Live, Rules
from gateway.core.roles import Can
from gateway.core.terms import BreachId, CaseId, DisclosureId, Flag, Kind, PartnerId, RequestId, YearId, parse_stamp
from gateway.flows import flagging
from gateway.flows.ports import Gateway

KEEPERS = roles.who(Can.KEEP)
"""Who starts a clock, holds and destroys."""


class Holding(Protocol):
    @property
    def homes(self) -> tuple[PartnerId, ...]: ...
    @property
    def subjects(self) -> tuple[str, ...]: ...
    @property
    def handles(self) -> tuple[str, ...]: ...
    @property
    def under_way(self) -> bool: ...
    @property
    def watched(self) -> bool: ...


class Clocks(Protocol):
    """The clocks of what is kept."""

    def retained(self, homes: Sequence[PartnerId]) -> Sequence[Retained]: ...
    def retained_one(self, source: Source) -> Retained | None: ...
    def keep_until(self, before: Retained | None, source: Source, wrapped: Sequence[Kept], record: Record) -> bool: ...
    def mark_retained(self, before: Retained, record: Record) -> bool: ...


class Resting(Protocol):
    """What rests of one source."""

    def holding(self, source: Source) -> Holding: ...
    def resting_of(self, source: Source) -> Sequence[Kept]: ...
    def salts_of(self, source: Source) -> int: ...
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

    def __call__(self, source: Source) -> Collection[Live]: ...


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
    """One source as the preview shows it: when it ends, what goes then, and what would stop it today.

    ``documents`` are all that rests closed under a key of its own: files, explanations, the entries of a case.
    """

    retained: Retained
    documents: int
    salts: int
    ends: date
    stops: frozenset[Live]


def start(
    gateway: Gateway,
    hands: Hands,
    person: Person,
    source: Source,
    code: str,
    event: date,
    at: datetime,
    born: date | None = None,
) -> Retained:
    """A person says that the event has come; from now its documents rest under the key of their class and year.

    Raises Refusal: NOT_FOUND for a source that is not here or a class that nobody knows, BIRTHDAY_WANTED where the
    class asks for a day of birth, SETTLED where its clock runs already, CASE_STEP, RIGHTS_STEP or NOT_OVER for what is
    not over.
    """
    home = _home_of(gateway, hands, person, source)
    rule = retention.find(hands.rules, code, home, _kind(gateway, hands, source))
    if rule is None:
        raise Refusal(Code.NOT_FOUND)
    _refuse_running(gateway, hands, source, at)
    if hands.store.retained_one(source) is not None:
        raise Refusal(Code.SETTLED)
    try:
        year = rule.last_year(event, born)
    except ValueError:
        raise Refusal(Code.BIRTHDAY_WANTED) from None
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    made = Retained(source, home, rule.code, year, at, person.id, at)
    fact = RetentionStarted(at, home, source, rule.code, year, who.commitment)
    record = Record((fact,), (who,), retained=(made,))
    if not hands.store.keep_until(None, source, wrapped(hands, made), record):
        raise Refusal(Code.SETTLED)
    return made


def hold(gateway: Gateway, hands: Hands, person: Person, source: Source, text: str, at: datetime) -> None:
    """Nothing of it is destroyed, for a legal claim or an inquiry, until somebody lets it go. Raises Refusal."""
    before = _held(hands, person, source, text)
    if before.held is not None:
        raise Refusal(Code.SETTLED)
    who, kept = join(gateway.draw, What.PERSON, person.id, person.id), gateway.vault.keep(text.encode())
    why = join(gateway.draw, What.TEXT, text, kept.id)
    after = replace(before, held=kept.id, held_by=person.id)
    fact = RetentionHeld(at, before.home, source, why.commitment, who.commitment)
    if not hands.store.mark_retained(before, Record((fact,), (who, why), (kept,), retained=(after,))):
        raise Refusal(Code.SETTLED)


def free(gateway: Gateway, hands: Hands, person: Person, source: Source, text: str, at: datetime) -> None:
    """Let go what was held. Raises Refusal."""
    before, why = _held(hands, person, source, text), join(gateway.draw, What.TEXT, text, source)
    if before.held is None:
        raise Refusal(Code.SETTLED)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    fact = RetentionFreed(at, before.home, source, why.commitment, who.commitment)
    after = replace(before, held=None, held_by=None)
    if not hands.store.mark_retained(before, Record((fact,), (who, why), retained=(after,))):
        raise Refusal(Code.SETTLED)


class Unclocked(Protocol):
    def without_clock(self, homes: Sequence[PartnerId], before: datetime) -> Sequence[Source]: ...


def waiting(gateway: Gateway, store: Unclocked, person: Person, before: datetime) -> Sequence[Source]:
    """What ended or came before that instant and stays for ever, for nobody has said that its event has come."""
    return store.without_clock(homes_of(gateway, person), before)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a source is, and when its first line was written; None of what no line says any more."""

    what: Kind | Whole
    at: datetime | None


def origin(gateway: Gateway, source: Source) -> Origin:
    """What people know it by: its number says nothing to them."""
    said = [parse_line(line) for line in gateway.store.lines_about(source)]
    kinds = (Kind(str(one["kind"])) for one in said if one["fact"] in _SAYS_KIND)
    at = parse_stamp(str(said[0]["at"])) if said else None
    return Origin(next(kinds, retention.whole_of(source)), at)


def preview(gateway: Gateway, hands: Hands, person: Person, until: date) -> Sequence[Ahead]:
    """What will go by ``until``, and what would stop it if that were today. Nothing changes."""
    return [
        Ahead(
            one,
            len(hands.store.resting_of(one.source)),
            hands.store.salts_of(one.source),
            date(one.year, 12, 31),
            live_on(gateway, hands, one),
        )
        for one in hands.store.retained(homes_of(gateway, person))
        if date(one.year, 12, 31) < until
    ]


class Certificates(Protocol):
    def destructions(self, homes: Sequence[PartnerId]) -> Sequence[Destruction]: ...


def certified(gateway: Gateway, store: Certificates, person: Person) -> Sequence[Destruction]:
    """What was destroyed at the homes of somebody, newest first. Raises Refusal."""
    return store.destructions(homes_of(gateway, person))


def wrapped(hands: Hands, one: Retained) -> Sequence[Kept]:
    name = retention.key_name(one.retention, one.year)
    return [hands.keys.wrap_under(name, kept) for kept in hands.store.resting_of(one.source)]


def live_on(gateway: Gateway, hands: Hands, one: Retained) -> frozenset[Live]:
    """Everything that keeps it from being destroyed today."""
    holding = hands.store.holding(one.source)
    marked = gateway.store.flags_on(holding.handles).values()
    found = {live for still in hands.still for live in still(one.source)}
    found |= {Live.HELD} if one.held else set()
    found |= {Live.RESTRICTED} if any(Flag.RESTRICTION in flags for flags in marked) else set()
    found |= {Live.UNDER_WAY} if holding.under_way else set()
    found |= {Live.WATCHED} if holding.watched else set()
    about = [*holding.subjects, *_breaches(gateway, holding.subjects)]
    found |= {Live.TASK} if any(gateway.store.tasks_about(subject) for subject in about) else set()
    return frozenset(found)


def _breaches(gateway: Gateway, subjects: Sequence[str]) -> Sequence[BreachId]:
    """The breaches of these disclosures: their clocks are tasks about them."""
    disclosures = [DisclosureId(one) for one in subjects if one.startswith("d-")]
    return [found.id for one in disclosures if (found := gateway.store.breach_about(one)) is not None]


def _held(hands: Hands, person: Person, source: Source, text: str) -> Retained:
    found = hands.store.retained_one(source)
    if found is None or found.home not in person.homes or found.destroyed_at is not None:
        raise Refusal(Code.NOT_FOUND)
    if person.role not in KEEPERS:
        raise Refusal(Code.NOT_ALLOWED)
    if len(text.strip()) < flagging.SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)
    return found


def _home_of(gateway: Gateway, hands: Hands, person: Person, source: Source) -> PartnerId:
    """Which home of somebody answers for a source. Raises Refusal(NOT_FOUND)."""
    homes, found = homes_of(gateway, person), hands.store.holding(source).homes
    if (
        not found
        or not set(found) <= set(homes)
        or not (hands.store.resting_of(source) or hands.store.salts_of(source))
    ):
        raise Refusal(Code.NOT_FOUND)
    return found[0]


def _kind(gateway: Gateway, hands: Hands, source: Source) -> Kind | Whole | None:
    """What it is, as its own lines say."""
    whole = retention.whole_of(source)
    if whole is not Whole.PAPERS:
        return whole
    subjects = hands.store.holding(source).subjects
    said = (parse_line(line) for subject in subjects for line in gateway.store.lines_about(subject))
    return next((Kind(str(one["kind"])) for one in said if one["fact"] in _SAYS_KIND), None)


_SAYS_KIND = frozenset(one.__name__ for one in (UploadAccepted, MessageReceived, DisclosureReleased))


def _refuse_running(gateway: Gateway, hands: Hands, source: Source, at: datetime) -> None:
    """A case is closed and a request answered before its clock is started; papers may wait for their case.

    A flag is lifted, a breach settled, a year over.
    """
    if retention.whole_of(source) not in retention.BY_CHILD and _stands(gateway, hands, source, at):
        raise Refusal(Code.NOT_OVER)
    running = {live for still in hands.still for live in still(source)}
    if isinstance(source, CaseId) and Live.CASE in running:
        raise Refusal(Code.CASE_STEP)
    if isinstance(source, RequestId) and Live.RIGHTS in running:
        raise Refusal(Code.RIGHTS_STEP)


def _stands(gateway: Gateway, hands: Hands, source: Source, at: datetime) -> bool:
    if isinstance(source, YearId):
        return source.year >= at.astimezone(UTC).year
    return hands.store.holding(source).under_way or bool(gateway.store.tasks_about(source))


def homes_of(gateway: Gateway, person: Person) -> Sequence[PartnerId]:
    if person.role not in KEEPERS:
        raise Refusal(Code.NOT_ALLOWED)
    homes = sorted(person.homes & set(gateway.homes))
    if not homes:
        raise Refusal(Code.ANOTHER_HOME)
    return homes
