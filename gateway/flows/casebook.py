"""What officers do with the cases of their home: look, assign, note, close, merge, open again. All of it stays.

A case about a child with a stop flag opens to named safeguarding officers and managers alone; each opening is a fact.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from gateway.core import cases, documents, roles
from gateway.core.cases import CaseState, Joint
from gateway.core.clocks import Clocks
from gateway.core.documents.messages.tracing import Sought
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    CaseAssigned,
    CaseClosed,
    CaseMerged,
    CaseReopened,
    CaseViewed,
    Channel,
    Ending,
    EntryAdded,
    EntryKind,
    Join,
    TaskKind,
    What,
    commitment_of,
    join,
)
from gateway.core.records import Case, Entry, Person, Record
from gateway.core.roles import Can
from gateway.core.terms import CaseId, DisclosureId, EntryId, PartnerId
from gateway.flows import closures, discretion, expecting, flagging, missing, parting, situations
from gateway.flows.opening import ANSWERS_FOR
from gateway.flows.ports import Gateway
from gateway.flows.saying import task_done
from gateway.flows.situations import new_id

OFFICERS = roles.who(Can.WORK_CASES)
SHORTEST_REASON = 10


class Casebook(Protocol):
    """What looking at cases and changing them asks of the store."""

    def case(self, case: CaseId) -> Case | None: ...
    def cases(self, homes: Sequence[PartnerId], states: Sequence[CaseState], into: CaseId) -> Sequence[Case]: ...
    def entries(self, case: CaseId) -> Sequence[Entry]: ...
    def change_cases(self, seen: Sequence[Case], record: Record) -> bool: ...


@dataclass(frozen=True, slots=True)
class Said:
    """An entry as somebody reads it; ``particulars`` are the rest of what was written with the text."""

    kind: EntryKind
    told_at: datetime
    entered_at: datetime
    by: str
    channel: Channel | None
    disclosure: DisclosureId | None
    text: str = field(repr=False)
    particulars: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """A case opened: who the child is, and the timeline in the order in which things were told."""

    case: Case
    child: Sought = field(repr=False)
    timeline: tuple[Said, ...]
    joint: Joint | None
    merged: tuple[CaseId, ...]
    """The cases that go on in this one; their timelines are part of this."""


def show(gateway: Gateway, store: Casebook, person: Person, case: CaseId, at: datetime, reason: str = "") -> Shown:
    """Open one case, and say so in the log. Raises Refusal."""
    found = opened(gateway, store, person, case)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    why = (join(gateway.draw, What.TEXT, reason, found.id),) if reason.strip() else ()
    fact = CaseViewed(at, found.home, found.id, who.commitment, commitment_of(why))
    gateway.store.record(Record((fact,), (who, *why)))
    child = documents.rested(gateway.vault.open_kept(found.kept))
    said, merged = timeline(gateway, store, found)
    return Shown(found, child, said, _joint(child, gateway.rulebook.clocks), merged)


def timeline(gateway: Gateway, store: Casebook, case: Case) -> tuple[tuple[Said, ...], tuple[CaseId, ...]]:
    """Everything in the order in which it was told, and the cases that go on in this one and have their part in it."""
    merged = store.cases([case.home], [CaseState.MERGED], case.id)
    entries = [entry for one in (case, *merged) for entry in store.entries(one.id)]
    entries.sort(key=lambda entry: (entry.told_at, entry.entered_at))
    return tuple(_said(gateway, entry) for entry in entries), tuple(one.id for one in merged)


def opened(gateway: Gateway, store: Casebook, person: Person, case: CaseId) -> Case:
    """The case, if it opens to this person. Raises Refusal with NOT_FOUND, ANOTHER_HOME or SAFEGUARDING_ONLY."""
    homes = homes_of(gateway, person)
    found = store.case(case)
    if found is None or not closures.open_to(gateway, person, [found]):
        raise Refusal(Code.NOT_FOUND)
    if found.home not in homes:
        raise Refusal(Code.ANOTHER_HOME)
    flags = gateway.store.flags_on(found.handles)
    if person.role not in ANSWERS_FOR and any(map(discretion.stops, flags.values())):
        raise Refusal(Code.SAFEGUARDING_ONLY)
    return found


def assign(gateway: Gateway, store: Casebook, person: Person, case: CaseId, officer: Person, at: datetime) -> None:
    """Give a case to somebody of its home. Raises Refusal."""
    found = opened(gateway, store, person, case)
    able = officer.role in OFFICERS and found.home in officer.homes
    if not able or not closures.open_to(gateway, officer, [found]):
        raise Refusal(Code.NOT_ALLOWED)
    whom = join(gateway.draw, What.PERSON, officer.id, officer.id)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    fact = CaseAssigned(at, found.home, found.id, whom.commitment, who.commitment)
    change(store, [found], (missing.stepped(found, fact, officer=officer.id),), Record((fact,), (whom, who)))


def note(
    gateway: Gateway,
    store: Casebook,
    person: Person,
    case: CaseId,
    kind: EntryKind,
    said: Mapping[str, str],
    at: datetime,
    told_at: datetime | None = None,
) -> EntryId:
    """Write into the timeline: a fact or an opinion of its author, or a step of joint enquiries. Raises Refusal."""
    found = opened(gateway, store, person, case)
    if kind not in {EntryKind.FACT, EntryKind.OPINION, EntryKind.STEP}:
        raise Refusal(Code.NOT_ALLOWED)
    return add(gateway, person, found, kind, said, at, told_at or at)


def close(
    gateway: Gateway,
    store: Casebook,
    person: Person,
    case: CaseId,
    ending: Ending,
    evidence: Mapping[str, str],
    at: datetime,
) -> None:
    """Close a case on its evidence. Raises Refusal with EVIDENCE_WANTED, or EXHAUSTED for who is no manager."""
    found = opened(gateway, store, person, case)
    if not cases.may_close(ending, person.role):
        raise Refusal(Code.EXHAUSTED)
    if cases.lacking(ending, evidence):
        raise Refusal(Code.EVIDENCE_WANTED)
    text, who, shown = _written(gateway, person, evidence, found)
    fact = CaseClosed(at, found.home, found.id, ending, who.commitment, shown.commitment)
    record = Record((fact,), (who, shown)) + added(
        gateway, person, found, EntryKind.FACT, {**evidence, "text": f"Closed: {ending}. {text}"}, at, at
    )
    here = situations.of(gateway, found.home, at)
    record += expecting.settled(found, ending, person.id, here)
    if ending is Ending.DIED:
        label = documents.label(documents.rested(gateway.vault.open_kept(found.kept)))
        record += flagging.died(found.handles, label, here, person.id)
    change(store, [found], (missing.stepped(found, fact, closed_at=at, ending=ending),), record)


def reopen(gateway: Gateway, store: Casebook, person: Person, case: CaseId, reason: str, at: datetime) -> None:
    """Go on with a case that was closed, merged or transferred; nothing of it was lost. Raises Refusal."""
    found = opened(gateway, store, person, case)
    _refuse_short(reason)
    _, who, why = _written(gateway, person, {"reason": reason}, found)
    fact = CaseReopened(at, found.home, found.id, who.commitment, why.commitment)
    before = f"Opened again; it had been merged with {found.into}." if found.into else "Opened again."
    record = Record((fact,), (who, why)) + added(
        gateway, person, found, EntryKind.FACT, {"text": f"{before} {reason}"}, at, at
    )
    after = missing.stepped(found, fact, into=None, closed_at=None, ending=None, to=None, offered=None, offered_at=None)
    change(store, *parting.apart(gateway, store, found, after), record)


def merge(
    gateway: Gateway, store: Casebook, person: Person, case: CaseId, into: CaseId, reason: str, at: datetime
) -> None:
    """Say that two cases are about one child: the first goes on in the second, which finds the child by all that
    either knew. Raises Refusal.
    """
    found, kept = opened(gateway, store, person, case), opened(gateway, store, person, into)
    if found.id == kept.id or found.home != kept.home or kept.state not in cases.LIVE:
        raise Refusal(Code.CASE_STEP)
    _refuse_short(reason)
    _, who, why = _written(gateway, person, {"reason": reason}, found)
    fact = CaseMerged(at, found.home, found.id, kept.id, who.commitment, why.commitment)
    known = tuple(dict.fromkeys((*kept.handles, *found.handles)))
    both = replace(kept, handles=known, strong=kept.strong | found.strong, version=kept.version + 1)
    record = Record((fact,), (who, why)) + added(
        gateway, person, kept, EntryKind.FACT, {"text": f"Merged with {found.id}. {reason}"}, at, at
    )
    for task in gateway.store.tasks_about(found.id):
        if task.kind is TaskKind.SAME_CHILD:
            record += task_done(task, person.id, at, gateway.draw)
    change(store, [found, kept], (missing.stepped(found, fact, into=kept.id), both), record)


# -- what is written --------------------------------------------------------------------------------------------------


def change(store: Casebook, seen: Sequence[Case], after: tuple[Case, ...], record: Record) -> None:
    """Write it, unless somebody else was first. Raises Refusal(CASE_MOVED)."""
    if not store.change_cases(seen, record + Record((), cases=after)):
        raise Refusal(Code.CASE_MOVED)


def add(
    gateway: Gateway,
    person: Person,
    case: Case,
    kind: EntryKind,
    said: Mapping[str, str],
    at: datetime,
    told_at: datetime,
    channel: Channel | None = None,
    disclosure: DisclosureId | None = None,
) -> EntryId:
    """Add one entry to the timeline. Raises Refusal."""
    cases.after(case.state, EntryAdded)
    if not said.get("text", "").strip():
        raise Refusal(Code.REASON_WANTED)
    record = added(gateway, person, case, kind, said, at, told_at, channel, disclosure)
    gateway.store.record(record)
    return record.entries[0].id


def added(
    gateway: Gateway,
    person: Person,
    case: Case,
    kind: EntryKind,
    said: Mapping[str, str],
    at: datetime,
    told_at: datetime,
    channel: Channel | None = None,
    disclosure: DisclosureId | None = None,
) -> Record:
    """What adding an entry writes. Raises Refusal(CASE_STEP) for a time that has not come."""
    if told_at > at:
        raise Refusal(Code.CASE_STEP)
    text = json.dumps(dict(said), ensure_ascii=False, sort_keys=True)
    entry = EntryId(new_id("e", gateway.draw))
    kept = gateway.vault.keep(text.encode())
    made = Entry(entry, case.id, kind, at, told_at, kept, person.id, channel, disclosure)
    bound, who = join(gateway.draw, What.TEXT, text, entry), join(gateway.draw, What.PERSON, person.id, person.id)
    fact = EntryAdded(
        at, case.home, case.id, entry, kind, told_at, bound.commitment, who.commitment, channel, disclosure
    )
    return Record((fact,), (bound, who), entries=(made,))


def _written(gateway: Gateway, person: Person, given: Mapping[str, str], case: Case) -> tuple[str, Join, Join]:
    """What somebody gave, in a line, and the commitments to who and to what."""
    text = "; ".join(f"{name}: {value}" for name, value in given.items() if value)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    return text, who, join(gateway.draw, What.TEXT, text, case.id)


def _refuse_short(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)


# -- what is shown ----------------------------------------------------------------------------------------------------


def homes_of(gateway: Gateway, person: Person) -> frozenset[PartnerId]:
    """The homes of ours whose cases somebody works on. Raises Refusal(NOT_ALLOWED)."""
    if person.role not in OFFICERS:
        raise Refusal(Code.NOT_ALLOWED)
    return person.homes & set(gateway.homes)


def _joint(child: Sought, table: Clocks) -> Joint | None:
    """By when the enquiries of school and council are due, where somebody knows when the child was last there."""
    school = child.where.last_school
    since = child.where.last_seen or (school.leaving_date if school else None)
    return None if school is None or since is None else cases.joint(since, school.school, table)


def _said(gateway: Gateway, entry: Entry) -> Said:
    said = json.loads(gateway.vault.open_kept(entry.kept))
    text, when = str(said.pop("text", "")), (entry.told_at, entry.entered_at)
    return Said(entry.kind, *when, entry.by or "", entry.channel, entry.disclosure, text, said)
