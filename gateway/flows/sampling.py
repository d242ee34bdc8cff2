"""The monthly sample audit: released lines drawn so that nobody chooses them and anybody can draw them again.

A line is drawn by the digest of the month and of the line itself, which holds salts that nobody knows beforehand: the
smallest digests are the sample. What is most serious is looked at whole.
"""

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from gateway.core.days import begins, day_of, months_after
from gateway.core.errors import Code, Refusal
from gateway.core.facts import SampleAudited, SampleFinding, StandsOn, join_person, parse_line
from gateway.core.law import Class
from gateway.core.records import Act, Person, Record, Sought, Told
from gateway.core.terms import DisclosureId, digest
from gateway.flows.enquiry import searching, telling
from gateway.flows.enquiry.telling import Shown
from gateway.flows.ports import Gateway

FEWEST, SHARE = 20, 0.05
"""So many lines at least, or of more this share (``law.md`` §3.3)."""
ALWAYS = frozenset({"P27", "P28", "P29", "P30"})
MONTHS = 12


class Lines(telling.Log, Protocol):
    """What this asks of the store."""

    def lines_about(self, subject: str) -> Sequence[bytes]: ...


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of the sample, and what was found; empty until somebody has looked. ``whole``: it was not drawn, for all
    of its sort are looked at.
    """

    row: Shown
    whole: bool
    found: tuple[SampleFinding, ...]


def months(today: date) -> tuple[date, ...]:
    """The first days of the last months that are over, the newest first: only then does their sample stand."""
    first = today.replace(day=1)
    return tuple(months_after(first, -back) for back in range(1, MONTHS + 1))


def sample(gateway: Gateway, store: Lines, person: Person, month: date, at: datetime) -> tuple[Drawn, ...]:
    """What is to be looked at of one month, in the order of the log. Raises Refusal(NOT_ALLOWED, NOT_FOUND)."""
    _refuse_others(person)
    if month not in months(day_of(at)):
        raise Refusal(Code.NOT_FOUND)
    since, until = begins(month), begins(months_after(month, 1))
    asked = searching.narrowed(gateway, person, Sought((), act=Act.RELEASE, since=since, until=until))
    found = list(searching.everything(store, asked))
    offences = searching.everything(store, replace(asked, class_=Class.CR))
    whole = {one.line for one in offences} | {one.line for one in found if serious(one)}
    chosen = draw(month, found, whole)
    gateway.store.record(searching.searched(gateway, person, asked, len(chosen), at))
    rows = telling.shown(gateway, person, chosen)
    pairs = zip(rows, chosen, strict=True)
    return tuple(Drawn(row, told.line in whole, _found(store, told)) for row, told in pairs)


def draw(month: date, released: Sequence[Told], whole: Collection[int] = ()) -> tuple[Told, ...]:
    """The sample of a month: all the lines of ``whole``, and of the rest those with the smallest digests."""
    rest = [one for one in released if one.line not in whole]
    most = max(FEWEST, math.ceil(SHARE * len(rest)))
    by_lot = sorted(rest, key=lambda one: _lot(month, one.says))[:most]
    always = (one for one in released if one.line in whole)
    return tuple(sorted((*always, *by_lot), key=lambda one: one.line))


def serious(told: Told) -> bool:
    """What went for purposes that need an opinion, or in an emergency; data about offences are found by their class."""
    return told.says.get("purpose") in ALWAYS or told.says.get("stands_on") == StandsOn.BREAK_GLASS


def audit(
    gateway: Gateway, store: Lines, person: Person, disclosure: DisclosureId, found: Sequence[SampleFinding],
    at: datetime,
) -> None:  # fmt: skip
    """Record what somebody found in the newest release of a disclosure. Raises Refusal.

    (NOT_ALLOWED; NOT_FOUND; SAME_PERSON for whoever released it; REASON_WANTED where nothing, or both, was found)
    """
    _refuse_others(person)
    asked = searching.narrowed(gateway, person, Sought((), act=Act.RELEASE, disclosure=disclosure))
    told = next(iter(store.told(asked, 1)), None)
    if told is None:
        raise Refusal(Code.NOT_FOUND)
    if person.id in told.approved:
        raise Refusal(Code.SAME_PERSON)
    if not found or (SampleFinding.FINE in found and len(found) > 1):
        raise Refusal(Code.REASON_WANTED)
    (by,) = join_person(gateway.draw, person.id)
    fact = SampleAudited(at, told.home, disclosure, told.line, tuple(found), by.commitment)
    gateway.store.record(Record((fact,), (by,)))


def _refuse_others(person: Person) -> None:
    if person.role not in searching.BUNDLERS:
        raise Refusal(Code.NOT_ALLOWED)


def _lot(month: date, says: Mapping[str, object]) -> str:
    line = json.dumps(says, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return digest(f"{month:%Y-%m} {line}".encode())


def _found(store: Lines, told: Told) -> tuple[SampleFinding, ...]:
    """What was said last about this very line."""
    lines = store.lines_about(told.disclosure) if told.disclosure else ()
    said = [one for one in map(parse_line, lines) if one["fact"] == SampleAudited.__name__ and one["of"] == told.line]
    last = said[-1]["found"] if said else ()
    return tuple(SampleFinding(one) for one in last) if isinstance(last, list) else ()
