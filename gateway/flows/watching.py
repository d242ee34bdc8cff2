"""Nobody falls between two schools: who left and has not arrived is told to both councils, collected or not.

What time alone brings up is in ``due``; a person, or a school that confirms its list once, ends a watch by hand.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Protocol

from gateway.core import documents, roles
from gateway.core.days import day_of
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Because, TaskKind, WatchEnd, WatchOverdue, What, join
from gateway.core.records import NEVER, Blocked, Person, Record, Watch
from gateway.core.roles import Can
from gateway.core.tasks import Task
from gateway.core.terms import LaEstab, PartnerId, TaskId, UploadId, WatchId
from gateway.flows import blocking, casework, discretion, expecting, missing, situations, wording
from gateway.flows.casebook import OFFICERS
from gateway.flows.opening import ANSWERS_FOR
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation

MOST = 200
CONFIRMERS = roles.who(Can.CONFIRM_STARTED)
TEAMS: Mapping[str, str] = MappingProxyType({"social-care": "social care", "send": "the special needs team"})
"""Whom somebody has to call at once about who leaves a roll, in words."""


class Watches(Protocol):
    """What watching asks of the store."""

    def watches(self, homes: Sequence[PartnerId], school: LaEstab | None = None) -> Sequence[Watch]: ...
    def watches_due(self, at: datetime, most: int) -> Sequence[Watch]: ...
    def watches_ended(self, most: int) -> Sequence[Watch]: ...
    def change_watch(self, seen: Watch, record: Record) -> bool: ...


class Stopped(Protocol):
    """What the list of stopped files asks of the store."""

    def blocked_at(self, home: PartnerId, before: datetime | None = None) -> Sequence[Blocked]: ...


@dataclass(frozen=True, slots=True)
class Row:
    """A watch as a list shows it; of a child with a stop flag only to named safeguarding officers and managers."""

    id: WatchId
    home: PartnerId
    school: LaEstab
    expected: date
    overdue: bool
    label: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stop:
    """A pupil about whom the council has to call: whose file an error stopped, or of whom a team has to hear.

    ``finding`` is what the error was, or why nothing could go to the ``teams`` that somebody has to call for ``task``.
    ``waits``: for the school's return. ``alike``: one has come that may be about the same child. Pupil 0 is a whole
    file that nobody could read. ``sender`` is the school, where a council or a company sent the file in its name.
    """

    id: str
    upload: UploadId
    pupil: int
    sender: PartnerId
    since: datetime
    label: str = field(repr=False)
    ground: str = field(repr=False)
    finding: str = field(repr=False)
    teams: tuple[str, ...] = field(repr=False)
    task: TaskId | None
    waits: bool
    alike: bool


def listed(gateway: Gateway, store: Watches, person: Person) -> Sequence[Row]:
    """Who is watched at the homes of an officer, or on the way to the school of a person there. Raises Refusal."""
    rows = []
    for one, hidden in _of(gateway, store, person):
        label = "" if hidden else documents.label(documents.rested(gateway.vault.open_kept(one.kept)))
        rows.append(Row(one.id, one.home, one.school, one.expected, one.told_at is not None, label))
    return rows


def stopped(gateway: Gateway, store: Stopped, person: Person, at: datetime) -> Sequence[Stop]:
    """Whose file was refused for errors and has not come through after one school day. Raises Refusal.

    While somebody has a task about one it stands there too, whatever the day: who has to call sees about whom.
    """
    found = ((one, gateway.store.tasks_about(one.id)) for one in _rows(gateway, store, person))
    return [_stop(gateway, one, tasks) for one, tasks in found if one.due < at or tasks]


def finish(gateway: Gateway, store: Stopped, person: Person, row: str, at: datetime) -> None:
    """A person says that nothing is left to do about one: they called, or it came another way. Raises Refusal."""
    found = next((one for one in _rows(gateway, store, person) if one.id == row), None)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    about = gateway.store.tasks_about(found.id)
    gateway.store.record(blocking.cleared(found, about, person.id, at, gateway.draw))


def _rows(gateway: Gateway, store: Stopped, person: Person) -> Sequence[Blocked]:
    """Those of the homes of an officer; a child with a stop flag only for named safeguarding officers and managers."""
    if person.role not in OFFICERS:
        raise Refusal(Code.NOT_ALLOWED)
    found = [one for home in sorted(person.homes & set(gateway.homes)) for one in store.blocked_at(home)]
    if person.role in ANSWERS_FOR:
        return found
    flagged = gateway.store.flags_on(tuple({handle for one in found for handle in one.handles}))
    return [one for one in found if not any(discretion.stops(flagged.get(handle, ())) for handle in one.handles)]


def _stop(gateway: Gateway, one: Blocked, tasks: Sequence[Task]) -> Stop:
    said = json.loads(gateway.vault.open_kept(one.kept))
    alarm = next((task.id for task in tasks if task.kind is TaskKind.DELETION_ALARM), None)
    return Stop(
        one.id,
        one.upload,
        one.pupil,
        PartnerId(said.get("school", one.sender)),
        one.at,
        said["label"],
        said["ground"],
        said["finding"],
        tuple(said["teams"]) if alarm else (),
        alarm,
        one.due != NEVER,
        any(task.kind is TaskKind.SAME_CHILD for task in tasks),
    )


def started(gateway: Gateway, store: Watches, person: Person, watch: WatchId, at: datetime) -> None:
    """A person says that the child has started at its next school. Raises Refusal."""
    found = next((one for one, _ in _of(gateway, store, person) if one.id == watch), None)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    _end(gateway, store, person, found, WatchEnd.PERSON, at)


def confirm(
    gateway: Gateway, store: Watches, person: Person, school: LaEstab, but: frozenset[WatchId], at: datetime
) -> tuple[int, int]:
    """A school says once that all on its list are there but these, who are overdue from now; how many of each.

    Raises Refusal with NOT_FOUND where somebody is named who is not on the list.
    """
    found = [one for one, _ in _of(gateway, store, person) if one.school == school]
    if not found or not but <= {one.id for one in found}:
        raise Refusal(Code.NOT_FOUND)
    for one in found:
        if one.id not in but:
            _end(gateway, store, person, one, WatchEnd.LIST_CONFIRMED, at)
        elif one.told_at is None:
            _overdue(gateway, store, one, at)
    return len(found) - len(but), len(but)


def due(gateway: Gateway, store: Watches, at: datetime) -> int:
    """Tell of everybody who has left and not arrived, and tell other councils of who has; returns how many."""
    late, ended = store.watches_due(at, MOST), store.watches_ended(MOST)
    for watch in late:
        _overdue(gateway, store, watch, at)
    for watch in ended:
        _arrived(gateway, watch, at)
    return len(late) + len(ended)


# -- what is told -----------------------------------------------------------------------------------------------------


def _overdue(gateway: Gateway, store: Watches, watch: Watch, at: datetime) -> None:
    """Left, not arrived: a case of ours, and a notice to the council of the other school."""
    here = situations.of(gateway, watch.home, at)
    child = gateway.vault.open_kept(watch.kept)
    theirs = here.register.directory.find(watch.other) if watch.other else None
    if theirs is None or theirs.la is None:
        store.change_watch(watch, _late(child, watch, here))
        return
    made = wording.notice(documents.rested(child), watch.id, here.home, theirs, at)
    _send(gateway, watch.home, made, at, lambda: _late(child, watch, here))


def _late(child: bytes, watch: Watch, here: Situation) -> Record:
    who = join(here.draw, What.CHILD, watch.handles[0], watch.handles[0])
    fact = WatchOverdue(here.at, watch.home, watch.id, who.commitment)
    record = Record((fact,), (who,), watches=(replace(watch, told_at=here.at),))
    why = Because.LEFT_NOT_ARRIVED
    return record + missing.opened_for(child, watch.handles, watch.strong, watch.home, why, here, source=watch.source)


def _arrived(gateway: Gateway, watch: Watch, at: datetime) -> None:
    """The council that the child came from is told that it has started here."""
    here = situations.of(gateway, watch.home, at)
    theirs = here.register.directory.find(watch.other) if watch.other else None
    told = Record((), watches=(replace(watch, told_at=at),))
    if theirs is None or theirs.la is None:
        gateway.store.record(told)
        return
    child = documents.rested(gateway.vault.open_kept(watch.kept))
    day = max(watch.expected, day_of(watch.opened_at)) if watch.closed_at is None else day_of(watch.closed_at)
    made = wording.closure(child, watch.id, watch.school, day, here.home, theirs, at)
    _send(gateway, watch.home, made, at, lambda: told)


def _send(gateway: Gateway, home: PartnerId, made: documents.Message, at: datetime, ours: Callable[[], Record]) -> None:
    """It goes the way of every message; what is ours is written with it, whatever is decided about it."""
    name, content = str(documents.file_name(made)), documents.write(made)
    casework.send(gateway, home, name, content, at, beside=lambda _: ours())


# -- whose ------------------------------------------------------------------------------------------------------------


def _of(gateway: Gateway, store: Watches, person: Person) -> Sequence[tuple[Watch, bool]]:
    """What an officer sees of its homes, and somebody at a school of those on the way there; with whether its child
    stands there without a label. A school is shown no guarded child, so it says nothing of one either.
    """
    homes = sorted(gateway.homes)
    if person.role in OFFICERS:
        return _guarded(gateway, store.watches(sorted(person.homes & set(homes))), person)
    school = gateway.store.register().directory.find(person.organisation)
    if person.role not in CONFIRMERS or school is None or school.laestab is None:
        raise Refusal(Code.NOT_ALLOWED)
    return [each for each in _guarded(gateway, store.watches(homes, school.laestab), person) if not each[1]]


def _guarded(gateway: Gateway, found: Sequence[Watch], person: Person) -> Sequence[tuple[Watch, bool]]:
    flagged = gateway.store.flags_on(tuple({one for watch in found for one in watch.handles}))
    hides = person.role not in ANSWERS_FOR
    return [(one, hides and any(discretion.stops(flagged.get(each, ())) for each in one.handles)) for one in found]


def _end(gateway: Gateway, store: Watches, person: Person, watch: Watch, end: WatchEnd, at: datetime) -> None:
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    record = expecting.closed(watch, end, at, who.commitment) + Record((), (who,))
    said = f"Somebody says that the child has started at {watch.school}."
    record += expecting.noted(said, watch, situations.of(gateway, watch.home, at))
    if not store.change_watch(watch, record):
        raise Refusal(Code.CASE_MOVED)
