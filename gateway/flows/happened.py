"""The whole of what happened about the child of a case, in order: what its timeline says, every notice, reply and file
about the child in the disclosure log, whoever or whatever sent it, and who looked.

The timeline is what people wrote and what came in for the case; the rest is asked of the log each time, so that nothing
which went another way than through the case is missing from it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from gateway.core.days import day_of
from gateway.core.facts import (
    CaseAssigned,
    CaseClosedTo,
    CaseViewed,
    ChildLooked,
    NoticeAnswered,
    NoticeOpened,
    NoticePhoned,
)
from gateway.core.records import Acted, Person
from gateway.core.terms import parse_stamp
from gateway.flows import closures
from gateway.flows.casebook import Said, Shown
from gateway.flows.enquiry import telling
from gateway.flows.ports import Gateway

LOOKED = frozenset({CaseViewed.__name__, ChildLooked.__name__})
"""An officer at work opens a case many times a day: of each person and day it is told once, how often and when last."""

DONE: Mapping[str, str] = MappingProxyType(
    {
        CaseAssigned.__name__: "Given to {whom}",
        CaseClosedTo.__name__: "Closed to all but {whom}",
        CaseViewed.__name__: "Looked at",
        ChildLooked.__name__: "Looked up in the disclosure log",
        NoticeAnswered.__name__: "Answered: {whom}",
        NoticeOpened.__name__: "Opened by a person: {whom}",
        NoticePhoned.__name__: "Phoned: {whom}",
    }
)
"""How the steps that the log alone tells are said to people, by the fact that tells each."""

KINDS = tuple(DONE)


class Happened(telling.Log, Protocol):
    """What this asks of the store."""

    def acted_on(self, subjects: Sequence[str], children: Sequence[str], kinds: Sequence[str]) -> Sequence[Acted]: ...


@dataclass(frozen=True, slots=True)
class Done:
    """A step that the log alone tells: its kind by the name of the fact, who did it, and to whom or with whom.

    ``times``: how often on that day, where it is a look.
    """

    kind: str
    by: str
    whom: str
    disclosure: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, which is one of the three: an entry, a line about a disclosure, a step."""

    at: datetime
    said: Said | None = None
    line: telling.Shown | None = None
    done: Done | None = None


def events(gateway: Gateway, store: Happened, person: Person, shown: Shown) -> tuple[Event, ...]:
    """Everything about the child of a case that was opened to ``person``, from the first to the last.

    Where another case of the child is closed to them it is what stands in this one, and nothing of the log.
    """
    case = shown.case
    said = [Event(one.told_at, said=one) for one in shown.timeline]
    if not closures.opens(gateway, person, case.handles):
        return tuple(sorted(said, key=lambda one: one.at))
    entered = {one.disclosure for one in shown.timeline}
    found = [
        one
        for one in telling.lines(gateway, store, person, [case.home], case.handles)
        if one.later is None and (one.disclosure is None or one.disclosure not in entered)
    ]
    lines = telling.shown(gateway, person, found, case.handles)
    told = [Event(one.at, line=row) for one, row in zip(found, lines, strict=True)]
    names = _named(gateway, shown, lines)
    steps = store.acted_on([case.id, *shown.merged, *names], case.handles, KINDS)
    done = _looks_once(_done(one, names) for one in steps if one.body["home"] == case.home)
    return tuple(sorted([*said, *told, *done], key=lambda one: one.at))


def words(step: Done) -> str:
    """A step in words, and how often on its day."""
    if step.kind == CaseClosedTo.__name__ and not step.whom:
        return "Opened again to everybody who may work on it"
    often = f", {step.times} times that day" if step.times > 1 else ""
    return DONE[step.kind].format(whom=step.whom or "the other side") + often


def _named(gateway: Gateway, shown: Shown, lines: Sequence[telling.Shown]) -> Mapping[str, str]:
    """Each disclosure about the child, and who is on the other side of it."""
    directory = gateway.store.register().directory
    found = {one.disclosure: one.recipient for one in lines if one.disclosure}
    for one in shown.timeline:
        if one.disclosure is not None:
            to = directory.partners.get(one.particulars.get("to", ""))  # type: ignore[call-overload]
            found[one.disclosure] = to.name if to else ""
    return found


def _done(one: Acted, names: Mapping[str, str]) -> Event:
    body, handles = one.body, one.handles
    disclosure = str(body.get("disclosure", ""))
    whom = handles.get(str(body.get("officer", "")), "") or names.get(disclosure, "")
    if body["fact"] == CaseClosedTo.__name__:
        people = body["people"]
        assert isinstance(people, list)
        whom = ", ".join(sorted(handles.get(str(each), "") for each in people))
    at = parse_stamp(str(body.get("opened") or body.get("called") or body["at"]))
    return Event(at, done=Done(str(body["fact"]), handles.get(str(body.get("by", "")), ""), whom, disclosure))


def _looks_once(events: Iterable[Event]) -> Iterator[Event]:
    """Looks of one person on one day as one, at the last of them."""
    looks: dict[object, Event] = {}
    for one in events:
        done = one.done
        assert done is not None
        if done.kind not in LOOKED:
            yield one
            continue
        of = done.kind, done.by, day_of(one.at)
        before = looks[of].done if of in looks else None
        looks[of] = Event(one.at, done=replace(done, times=before.times + 1 if before else 1))
    yield from looks.values()
