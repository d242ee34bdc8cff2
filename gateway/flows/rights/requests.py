"""A rights request is taken in, checked and decided, step by step; each step says who took it and why.

Officers record what people say; a manager or the governance officer decides. A restriction, an objection and an
opt-out hold from the moment somebody asks: the flag stands while it is looked at.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from gateway.core import rights, roles
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    Asker,
    RightsKind,
    RightsRequestOpened,
    RightsStep,
    RightsStepTaken,
    Role,
    TaskDone,
    TaskKind,
    What,
    join,
)
from gateway.core.records import Person, Record, RightsRequest, RightsTaken
from gateway.core.rights import Standing, Taken
from gateway.core.rights.due import clock_of
from gateway.core.roles import Can
from gateway.core.tasks import Task
from gateway.core.terms import Flag, ParcelId, PartnerId, RequestId, TaskId, stamp
from gateway.flows import flagging, situations
from gateway.flows.ports import Gateway
from gateway.flows.rights import guarding
from gateway.flows.rights.ports import Requests, Rights
from gateway.flows.situations import Situation, new_id

DECIDERS, RELEASERS = roles.who(Can.DECIDE_RIGHTS), roles.who(Can.RELEASE_RIGHTS)
"""Of whom two let somebody read more than "your council"."""
SHORTEST_REASON = 10

HOLDING: Mapping[RightsKind, Flag] = {
    RightsKind.RESTRICTION: Flag.RESTRICTION,
    RightsKind.OBJECTION: Flag.OBJECTION,
    RightsKind.NHS_OPT_OUT: Flag.NHS_OPT_OUT,
    RightsKind.NHS_NUMBER_REMOVAL: Flag.NHS_OPT_OUT,
}
"""What stands on the child from the moment it is asked for."""

FOR_CHILD = frozenset({Asker.CHILD, Asker.PARENT, Asker.PARTNER})
"""Who asks about the child's own record; anybody else who is named in it has rights over their own part alone."""

NOTHING_BESIDE = Record(())

_BY_DECIDERS = frozenset({RightsStep.GRANTED, RightsStep.REFUSED, RightsStep.EXTENDED})


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks. ``handles``: by what the child is found, first the one it was named by.

    ``who`` asks and ``label``, by which an officer knows the child, rest closed; so does what exactly is asked:
    ``item``, ``wrong_since``, ``correction`` and ``text``; ``was`` and ``entry`` say which is wrong of several, and
    ``also`` what else was said to be the same, by whoever was asked which one is meant.
    """

    home: PartnerId
    kind: RightsKind
    asker: Asker
    handles: tuple[str, ...]
    who: str = field(default="", repr=False)
    label: str = field(default="", repr=False)
    item: str = ""
    wrong_since: date | None = None
    correction: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    was: str = field(default="", repr=False)
    entry: int | None = None
    notice: ParcelId | None = None
    """The received message by which a partner passed it on."""
    also: tuple[str, ...] | None = field(default=None, repr=False)

    def closed(self) -> bytes:
        since = self.wrong_since.isoformat() if self.wrong_since else ""
        said = {"who": self.who, "label": self.label, "item": self.item, "since": since, "was": self.was}
        return json.dumps({**said, "correction": self.correction, "text": self.text, "entry": self.entry}).encode()


@dataclass(frozen=True, slots=True)
class Meaning:
    """Which value is wrong, and what else is the same, as somebody said who was asked."""

    was: str = field(repr=False)
    entry: int | None
    also: tuple[str, ...] = field(repr=False)

    def said(self) -> Mapping[str, object]:
        return {"was": self.was, "entry": self.entry, "also": self.also}


@dataclass(frozen=True, slots=True)
class Case:
    """One request as its officers see it: what was asked, every step, and where it stands."""

    request: RightsRequest
    asked: Asked
    steps: tuple[RightsTaken, ...]
    stands: Standing


def open_request(
    gateway: Gateway, person: Person, asked: Asked, at: datetime, after: Record | None = None
) -> RequestId:
    """Take a request in. Raises Refusal: NOT_ALLOWED, ANOTHER_HOME; NOT_FOUND where nobody says which child.

    ``after`` is written with it.
    """
    _refuse_stranger(person, asked.home, flagging.SETTERS)
    here = situations.of(gateway, asked.home, at)
    gateway.store.record((after or Record(())) + (made := opening(asked, person, here)))
    return made.rights_requests[0].id


def opening(asked: Asked, person: Person, here: Situation) -> Record:
    """What taking a request in writes: the request, its clock as a task, and the flag that holds meanwhile."""
    if not asked.handles:
        raise Refusal(Code.NOT_FOUND)
    made = RightsRequest(
        RequestId(new_id("q", here.draw)),
        asked.home,
        asked.kind,
        asked.asker,
        here.at,
        person.id,
        asked.handles,
        here.keep(asked.closed()),
        asked.notice,
    )
    child = join(here.draw, What.CHILD, asked.handles[0], asked.handles[0])
    who = join(here.draw, What.PERSON, person.id, person.id)
    fact = RightsRequestOpened(
        here.at, asked.home, made.id, asked.kind, asked.asker, child.commitment, who.commitment, asked.notice
    )
    due = rights.standing(here.rulebook.clocks, asked.kind, asked.asker, here.at, ()).due
    kind = TaskKind.COMPLAINT if asked.kind is RightsKind.COMPLAINT else TaskKind.RIGHTS
    owner = next(iter(here.owners), None)
    task = Task(
        TaskId(new_id("t", here.draw)),
        asked.home,
        kind,
        made.id,
        here.at,
        due or here.at,
        owner,
        clock=clock_of(asked.kind),
    )
    record = Record((fact,), (child, who), rights_requests=(made,), tasks=(task,))
    flag = HOLDING.get(asked.kind) if asked.asker in FOR_CHILD else None
    standing = frozenset[Flag]().union(*here.flags(asked.handles).values())
    if flag is None or flag in standing:
        return record
    return record + flagging.mark(flag, asked.handles, asked.label, f"Asked for in {made.id}.", person.id, here)


def step(
    gateway: Gateway,
    store: Rights,
    person: Person,
    request: RequestId,
    what: RightsStep,
    reason: str,
    at: datetime,
    *,
    passed_on: bool = False,
    beside: Record = NOTHING_BESIDE,
    destroyed: Sequence[str] = (),
    meant: Meaning | None = None,
) -> Case:
    """Take one step and say why. Raises Refusal: RIGHTS_STEP where the request cannot, NOT_ALLOWED, REASON_WANTED.

    That a parent whom a court order keeps away has responsibility all the same is for a safeguarding officer, the
    manager or the governance officer to say; a person who must release more than "your council" signs once.
    ``passed_on``: another organisation has decided it, and whoever applies it here passes it on. ``beside`` is written
    with it, and what is ``destroyed`` goes with its keys. ``meant`` is what they said who were asked which one it is.
    """
    case = found(gateway, store, person, request)
    flags = guarding.flags_on(gateway, store, case.request)
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)
    if what in _BY_DECIDERS and person.role not in DECIDERS and not passed_on:
        raise Refusal(Code.NOT_ALLOWED)
    _refuse_unnamed(case, person, what, flags)
    taken = Taken(what, at, person.id)
    try:
        after = rights.standing(
            gateway.rulebook.clocks,
            case.request.kind,
            case.request.asker,
            case.request.at,
            (*_taken(case.steps), taken),
        )
    except ValueError:
        raise Refusal(Code.RIGHTS_STEP) from None
    said = {"reason": reason, "flags": sorted(flags), **(meant.said() if meant else {})}
    record = _stepped(gateway, case, person, what, said, at, over=after.state.over)
    if not store.take_rights_step(request, len(case.steps), record + beside, destroyed):
        raise Refusal(Code.SETTLED)
    return found(gateway, store, person, request)


def found(gateway: Gateway, store: Requests, person: Person, request: RequestId) -> Case:
    """One request of the person's home. Raises Refusal: NOT_FOUND, NOT_ALLOWED."""
    one = store.rights_request(request)
    if one is None or one.home not in person.homes:
        raise Refusal(Code.NOT_FOUND)
    _refuse_stranger(person, one.home, flagging.SETTERS)
    return _case(gateway, store, one)


def listed(gateway: Gateway, store: Requests, person: Person) -> Sequence[Case]:
    """Every request of the person's homes, the most urgent first; what is over comes last."""
    if person.role not in flagging.SETTERS:
        raise Refusal(Code.NOT_ALLOWED)
    homes = sorted(person.homes & set(gateway.homes))
    cases = [_case(gateway, store, one) for one in store.rights_requests(homes)]
    return sorted(
        cases, key=lambda one: (one.stands.state.over, one.stands.due is None, one.stands.due or one.request.at)
    )


def reason_of(gateway: Gateway, taken: RightsTaken) -> str:
    """What was said for a step."""
    return str(json.loads(gateway.vault.open_kept(taken.kept))["reason"])


# -- small print ------------------------------------------------------------------------------------------------------


def _case(gateway: Gateway, store: Requests, one: RightsRequest) -> Case:
    steps = tuple(store.rights_steps(one.id))
    said = json.loads(gateway.vault.open_kept(one.kept))
    since = date.fromisoformat(said["since"]) if said["since"] else None
    asked = Asked(
        one.home,
        one.kind,
        one.asker,
        one.handles,
        said["who"],
        said["label"],
        said["item"],
        since,
        said["correction"],
        said["text"],
        said.get("was", ""),
        said.get("entry"),
        one.notice,
    )
    asked = _meant(gateway, asked, steps)
    return Case(one, asked, steps, rights.standing(gateway.rulebook.clocks, one.kind, one.asker, one.at, _taken(steps)))


def _meant(gateway: Gateway, asked: Asked, steps: Sequence[RightsTaken]) -> Asked:
    """What is asked, with what was said last of which value is meant."""
    last = next((one for one in reversed(steps) if one.step is RightsStep.MEANING_SAID), None)
    if last is None:
        return asked
    said = json.loads(gateway.vault.open_kept(last.kept))
    return replace(asked, was=said["was"], entry=said["entry"], also=tuple(said["also"]))


def _taken(steps: Sequence[RightsTaken]) -> tuple[Taken, ...]:
    return tuple(Taken(one.step, one.at, one.by) for one in steps)


def _stepped(
    gateway: Gateway,
    case: Case,
    person: Person,
    what: RightsStep,
    said: Mapping[str, object],
    at: datetime,
    *,
    over: bool,
) -> Record:
    request = case.request
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    why = join(gateway.draw, What.TEXT, str(said["reason"]), f"{request.id} {stamp(at)}")
    fact = RightsStepTaken(at, request.home, request.id, what, who.commitment, why.commitment)
    kept = gateway.vault.keep(json.dumps(said).encode())
    row = RightsTaken(request.id, len(case.steps), what, at, person.id, kept)
    record = Record((fact,), (who, why), rights_steps=(row,))
    done = over or (request.kind is RightsKind.COMPLAINT and what is RightsStep.ACKNOWLEDGED)
    for task in gateway.store.tasks_about(request.id) if done else ():
        if task.kind in {TaskKind.RIGHTS, TaskKind.COMPLAINT}:
            by = join(gateway.draw, What.PERSON, person.id, person.id)
            record += Record((TaskDone(at, task.home, task.id, task.kind, by.commitment),), (by,))
    return record


def _refuse_unnamed(case: Case, person: Person, what: RightsStep, flags: frozenset[Flag]) -> None:
    """What touches a guarded child's safety is for named people, and a second signature is somebody else's."""
    if what is RightsStep.RESPONSIBILITY_SHOWN and Flag.RESTRICTED_RESPONSIBILITY in flags:
        _refuse_stranger(person, case.request.home, flagging.LIFTERS, Code.SAFEGUARDING_ONLY)
    if what is RightsStep.RELEASE_SIGNED:
        _refuse_stranger(person, case.request.home, RELEASERS, Code.SAFEGUARDING_ONLY)
        if person.id in case.stands.signed:
            raise Refusal(Code.SAME_PERSON)


def _refuse_stranger(person: Person, home: PartnerId, roles: frozenset[Role], code: Code = Code.NOT_ALLOWED) -> None:
    if home not in person.homes:
        raise Refusal(Code.ANOTHER_HOME)
    if person.role not in roles:
        raise Refusal(code)


__all__ = ["Asked", "Case", "found", "listed", "open_request", "opening", "step"]
