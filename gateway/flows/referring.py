"""Somebody tells of a child who may be missing education: on the public form, or to an officer by word of mouth.

It opens a case, or goes into the one that is open, and whoever tells is never told which. Who they are rests closed by
itself, apart from the case, and opens to few, who say why (law.md §1.4 P32).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Protocol

from gateway.core import cases, documents
from gateway.core.documents.messages.parts import LastSchool, OpenIdentity, Whereabouts
from gateway.core.documents.messages.tracing import Sought
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Because, Channel, EntryKind, ReferrerViewed, TaskKind, What, join
from gateway.core.records import Arrival, Case, Entry, Overtaken, Person, Record
from gateway.core.terms import CaseId, LaEstab, PartnerId, Upn
from gateway.flows import casebook, children, missing, situations
from gateway.flows.casebook import Casebook
from gateway.flows.opening import ANSWERS_FOR
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation, new_id

NOTHING: Mapping[str, str] = MappingProxyType({})
BY_WORD = "Somebody told us of the child by word of mouth."
APART = "a member of the public, whose name is kept apart"
UNNAMED = "a member of the public, who gave no name"
UNCHECKED = "They gave no name, so there was nothing to check."


class Referrers(Protocol):
    def referrers(self, case: CaseId) -> Sequence[Entry]: ...


class Opening(Casebook, Referrers, Protocol):
    """What opening who told us asks of the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody tells of a child, as far as they know it. ``beside`` is what no part of an identity says.

    ``referrer`` is who they are, in parts; empty where they give nothing of it.
    """

    concern: str = field(repr=False)
    surname: str = field(default="", repr=False)
    forename: str = field(default="", repr=False)
    upn: Upn | None = field(default=None, repr=False)
    born: date | None = field(default=None, repr=False)
    school: LaEstab | None = None
    last_seen: date | None = None
    beside: Mapping[str, str] = field(default_factory=dict, repr=False)
    referrer: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """How it was told to an officer: by which way, when, and how it was made sure who it was.

    ``professional``: who told did so in their post, and stands in the timeline as anybody does who tells us something.
    """

    channel: Channel
    at: datetime
    professional: bool
    check: str = field(default="", repr=False)


def by_form(gateway: Gateway, home: PartnerId, told: Told, at: datetime) -> None:
    """Take in what a stranger wrote, for somebody to read by the next working day. Raises Refusal(REASON_WANTED)."""
    _refuse_short(told)
    told = _plain(told)

    def made(here: Situation) -> Record:
        said = {**told.beside, "text": told.concern}
        record, case = _opened(told, home, here, said, None)
        return (
            record
            + _apart(case, told.referrer, here)
            + Record((), tasks=(missing.task(TaskKind.REFERRAL, case, here),))
        )

    _write(gateway, home, at, made)


def by_word(gateway: Gateway, person: Person, home: PartnerId, told: Told, spoken: Spoken, at: datetime) -> CaseId:
    """Write down what somebody told an officer, in a case of its own or in the one that is open, as words learnt.

    Raises Refusal: NOT_ALLOWED, ANOTHER_HOME, REASON_WANTED, CASE_STEP for a time that has not come, and
    EVIDENCE_WANTED where a professional is not named or it is not said how it was made sure who they are.
    """
    if person.role not in casebook.OFFICERS:
        raise Refusal(Code.NOT_ALLOWED)
    if home not in person.homes & set(gateway.homes):
        raise Refusal(Code.ANOTHER_HOME)
    _refuse_short(told)
    told = _plain(told)
    name = told.referrer.get("name", "")
    if (spoken.professional or name) and not (name and spoken.check.strip()):
        raise Refusal(Code.EVIDENCE_WANTED)
    found: list[CaseId] = []

    def made(here: Situation) -> Record:
        record, case = _opened(told, home, here, {"reason": BY_WORD}, person)
        said, apart = _whom(told, spoken)
        heard = casebook.added(
            gateway, person, case, EntryKind.LEARNT, {**told.beside, **said, "text": told.concern}, at, spoken.at,
            spoken.channel,
        )  # fmt: skip
        found[:] = [case.id]
        return record + heard + _apart(case, apart, here, person)

    _write(gateway, home, at, made)
    return found[0]


def may_see(person: Person, case: Case) -> bool:
    """Whether somebody may be shown who referred the child: its own officer, and who answers for protected children."""
    return person.id == case.officer or person.role in ANSWERS_FOR


def referrers(
    gateway: Gateway, store: Opening, person: Person, case: CaseId, reason: str, at: datetime
) -> Sequence[Mapping[str, str]]:
    """Who told of the child, each in parts, and say in the log who asked and why. Raises Refusal as ``opened`` does,
    NOT_ALLOWED for anybody else, and REASON_WANTED.
    """
    found = casebook.opened(gateway, store, person, case)
    if not may_see(person, found):
        raise Refusal(Code.NOT_ALLOWED)
    if len(reason.strip()) < casebook.SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    why = join(gateway.draw, What.TEXT, reason, found.id)
    gateway.store.record(
        Record((ReferrerViewed(at, found.home, found.id, who.commitment, why.commitment),), (who, why))
    )
    return [json.loads(gateway.vault.open_kept(one.kept)) for one in _all(store, found)]


def has_referrer(store: Opening, case: Case) -> bool:
    return bool(_all(store, case))


def _all(store: Opening, case: Case) -> Sequence[Entry]:
    """Those of the case, and of the cases that go on in it."""
    merged = [one.id for one in store.cases([case.home], [cases.CaseState.MERGED], case.id)]
    return [entry for one in (case.id, *merged) for entry in store.referrers(one)]


# -- what is written --------------------------------------------------------------------------------------------------


def _write(gateway: Gateway, home: PartnerId, at: datetime, made: Callable[[Situation], Record]) -> None:
    """Where a case of this child was opened at the very moment, once more: then it goes into that one."""
    here = situations.of(gateway, home, at)
    try:
        gateway.store.record(made(here))
    except Overtaken:
        gateway.store.record(made(here))


def _opened(
    told: Told, home: PartnerId, here: Situation, said: Mapping[str, str], person: Person | None
) -> tuple[Record, Case]:
    """The case it goes into, new or not, and what that writes. Enquiries on watch are matched against it."""
    child = _child(told)
    who = documents.identity(child)
    found = tuple(children.handle(key, here.blind) for key in who.keys())  # noqa: SIM118
    handles = found or (here.blind(new_id("child", here.draw)),)  # nobody finds a child of whom nothing is known
    strong = children.strong(who, here.blind)
    record = missing.opened_for(
        documents.rest(child), handles, strong, home, Because.REFERRAL, here,
        by=person.id if person else None, said=said,
    )  # fmt: skip
    into = record.entries[0].case
    case = next((one for one in (*record.cases, *here.cases.cases_on(home, handles)) if one.id == into), None)
    assert case is not None, "it has just been opened or found"
    return record + Record((), arrived=(Arrival(case.id, home),)), case


def _child(told: Told) -> Sought:
    school = LastSchool(school=told.school) if told.school else None
    return Sought(
        who=OpenIdentity(upn=told.upn, surname=told.surname, forename=told.forename, dob=told.born),
        where=Whereabouts(last_school=school, last_seen=told.last_seen),
    )


def _whom(told: Told, spoken: Spoken) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Who told, as the timeline says it, and what is kept apart: of a member of the public, everything."""
    if spoken.professional:
        said = {**told.referrer, "person": told.referrer.get("name", ""), "identity": spoken.check}
        said.pop("name", None)
        return said, NOTHING
    if not told.referrer.get("name"):
        return {"person": UNNAMED, "identity": UNCHECKED}, told.referrer
    return {"person": APART}, {**told.referrer, "identity": spoken.check}


def _apart(case: Case, referrer: Mapping[str, str], here: Situation, person: Person | None = None) -> Record:
    """Who told, in an entry that is in no timeline; nothing where they said nothing of themselves."""
    given = {name: said for name, said in referrer.items() if said}
    by = person.id if person else None
    return missing.entry(case, EntryKind.REFERRER, given, here, by=by) if given else Record(())


def _refuse_short(told: Told) -> None:
    if len(told.concern.strip()) < casebook.SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)


def _plain(told: Told) -> Told:
    """The same without signs that nobody sees: a stranger's text rests in XML, and stands on pages."""
    return replace(
        told,
        concern=_seen(told.concern),
        surname=_seen(told.surname),
        forename=_seen(told.forename),
        beside={name: _seen(said) for name, said in told.beside.items() if said},
        referrer={name: _seen(said) for name, said in told.referrer.items() if said},
    )


def _seen(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n").strip()
