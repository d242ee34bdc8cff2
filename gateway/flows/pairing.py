"""Two cases that may be about one child: both records side by side, the rule that fired, and a person who says which.

Nothing is merged by itself (law.md §9 rule 13). What was said of two stands in the timeline of both, so that nobody has
to say it twice.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from gateway.core import cases, documents, matching
from gateway.core.documents.messages.tracing import Sought
from gateway.core.errors import Code, Refusal
from gateway.core.facts import EntryKind, TaskKind
from gateway.core.matching import Match
from gateway.core.records import Case, Person, Record
from gateway.core.tasks import Task
from gateway.core.terms import CaseId, PartnerId, TaskId
from gateway.flows import casebook, reminding
from gateway.flows.casebook import Casebook
from gateway.flows.ports import Gateway
from gateway.flows.reminding import Due, Waiting
from gateway.flows.saying import task_done


class Tasks(Waiting, Protocol):
    def task(self, task: TaskId) -> Task | None: ...


class Store(Casebook, Tasks, Protocol):
    """What saying whether two are one asks of the store."""

    def matched_lately(
        self, homes: Sequence[PartnerId], since: datetime, most: int
    ) -> Sequence[tuple[CaseId, datetime]]: ...


class Says(StrEnum):
    """What a person says of two cases, beside that they are one: as the timeline holds it."""

    NOT_SAME = "not-same"
    NEED_MORE = "need-more"


LATELY, MOST = timedelta(days=30), 50
WORDS: Mapping[Says, str] = {
    Says.NOT_SAME: "Not the same child as in {other}.",
    Says.NEED_MORE: "It is not known yet whether it is the child of {other}.",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live case that may be about the same child, by the rule of ``match``. ``said``: somebody looked before."""

    case: CaseId
    label: str = field(repr=False)
    match: Match
    said: Says | None


@dataclass(frozen=True, slots=True)
class Pairs:
    """A case that waits for somebody to say whether it is one with another; with nobody left, only to tick off."""

    due: Due
    case: CaseId
    label: str = field(repr=False)
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """A case into which something went by itself, for a number said that it is the same child; the last time when."""

    case: CaseId
    label: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Sides:
    """Both records, opened, and what the rule says of them."""

    task: Task
    one: casebook.Shown = field(repr=False)
    other: casebook.Shown = field(repr=False)
    match: Match


def listed(gateway: Gateway, store: Store, person: Person, at: datetime) -> tuple[Sequence[Pairs], Sequence[Due]]:
    """The cases to be told apart that open to somebody, and what else has to be matched by a person: what came in and
    may be the child whom another council asks after, and whose stopped file may be about a child we know.
    """
    pairs, others = [], []
    for due in reminding.listed(gateway, store, person, at):
        if due.task.kind is TaskKind.SAME_CHILD and due.task.subject.startswith("c-"):
            case = _open(gateway, store, person, CaseId(due.task.subject))
            if case is not None:
                found = tuple(_candidates(gateway, store, person, case))
                pairs.append(Pairs(due, case.id, documents.label(_child(gateway, case)), found))
        elif due.task.kind in {TaskKind.SAME_CHILD, TaskKind.ENQUIRY_MATCH}:
            others.append(due)
    return pairs, others


def by_themselves(gateway: Gateway, store: Store, person: Person, at: datetime) -> Sequence[Joined]:
    """What was matched by a number alone in the last month, in cases that open to somebody, the newest first."""
    homes = sorted(person.homes & set(gateway.homes))
    found = ((_open(gateway, store, person, one), when) for one, when in store.matched_lately(homes, at - LATELY, MOST))
    return [Joined(one.id, documents.label(_child(gateway, one)), when) for one, when in found if one is not None]


def look(gateway: Gateway, store: Store, person: Person, task: TaskId, other: CaseId, at: datetime) -> Sides:
    """Open both, which the log holds with why. Raises Refusal, with NOT_FOUND for two that are no candidates."""
    found, case = _pair(gateway, store, person, task, other)
    why = "To say whether it is one child with {}.".format
    one = casebook.show(gateway, store, person, case, at, why(other))
    two = casebook.show(gateway, store, person, other, at, why(case))
    return Sides(found, one, two, _match(one.child, two.child))


def same(
    gateway: Gateway, store: Store, person: Person, task: TaskId, other: CaseId, reason: str, at: datetime
) -> None:
    """They are one child: the newer case goes on in the other. Raises Refusal."""
    _, case = _pair(gateway, store, person, task, other)
    casebook.merge(gateway, store, person, case, other, reason, at)


def say(
    gateway: Gateway, store: Store, person: Person, task: TaskId, other: CaseId, says: Says, reason: str, at: datetime
) -> None:
    """They are two, or it cannot be said yet; the task is done when all are told apart. Raises Refusal."""
    found, case = _pair(gateway, store, person, task, other)
    if len(reason.strip()) < casebook.SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)
    record = Record(())
    one, two = (casebook.opened(gateway, store, person, each) for each in (case, other))
    for mine, theirs in ((one, two), (two, one)):
        said = {"text": f"{WORDS[says].format(other=theirs.id)} {reason}", "pair": f"{says} {theirs.id}"}
        record += casebook.added(gateway, person, mine, EntryKind.FACT, said, at, at)
    left = [each for each in _candidates(gateway, store, person, one) if each.case != other]
    if says is Says.NOT_SAME and not left:
        record += task_done(found, person.id, at, gateway.draw)
    gateway.store.record(record)


def _pair(gateway: Gateway, store: Store, person: Person, task: TaskId, other: CaseId) -> tuple[Task, CaseId]:
    found = store.task(task)
    if found is None or found.kind is not TaskKind.SAME_CHILD or found.done_at or not found.subject.startswith("c-"):
        raise Refusal(Code.NOT_FOUND)
    case = casebook.opened(gateway, store, person, CaseId(found.subject))
    if other not in {one.case for one in _candidates(gateway, store, person, case)}:
        raise Refusal(Code.NOT_FOUND)
    return found, case.id


def _candidates(gateway: Gateway, store: Store, person: Person, case: Case) -> Sequence[Candidate]:
    """Live cases that share something with this one and open to the person, but for those told apart."""
    said = _said(gateway, store, case)
    found = []
    for one in gateway.store.cases_on(case.home, case.handles):
        if one.id == case.id or one.state not in cases.LIVE or said.get(one.id) is Says.NOT_SAME:
            continue
        if _open(gateway, store, person, one.id) is not None:
            child, mine = _child(gateway, one), _child(gateway, case)
            found.append(Candidate(one.id, documents.label(child), _match(mine, child), said.get(one.id)))
    return found


def _said(gateway: Gateway, store: Store, case: Case) -> Mapping[str, Says]:
    """What somebody said last of this case and each other."""
    found = {}
    for entry in store.entries(case.id):
        if entry.kind is EntryKind.FACT and entry.by is not None:
            says, _, other = json.loads(gateway.vault.open_kept(entry.kept)).get("pair", "").partition(" ")
            if other:
                found[other] = Says(says)
    return found


def _open(gateway: Gateway, store: Store, person: Person, case: CaseId) -> Case | None:
    try:
        return casebook.opened(gateway, store, person, case)
    except Refusal:
        return None


def _child(gateway: Gateway, case: Case) -> Sought:
    return documents.rested(gateway.vault.open_kept(case.kept))


def _match(one: Sought, other: Sought) -> Match:
    (match,) = matching.match(documents.identity(one), [documents.identity(other)])
    return match
