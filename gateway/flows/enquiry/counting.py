"""Counts: for the record of processing (Article 30), and for the board. The DfE's are in ``termly``."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.core import rights
from gateway.core.clocks import Clocks
from gateway.core.delivery import State
from gateway.core.facts import BreachRisk, RightsKind
from gateway.core.law import Class
from gateway.core.law.plainly import BASES
from gateway.core.records import Act, Breach, Person, RightsRun, Tally, Timed
from gateway.core.terms import Outcome, PartnerId, PurposeCode
from gateway.flows.enquiry.rows import SETTLED
from gateway.flows.enquiry.viewing import Between, counted_homes
from gateway.flows.ports import Gateway


class Counts(Protocol):
    """What counting asks of the store."""

    def tallies(self, homes: Sequence[PartnerId], since: datetime, until: datetime) -> Sequence[Tally]: ...
    def classes(
        self, homes: Sequence[PartnerId], since: datetime, until: datetime
    ) -> Mapping[tuple[PurposeCode, Class], int]: ...


class Tallied(Protocol):
    """What the board's counts ask of the store."""

    def tallies(self, homes: Sequence[PartnerId], since: datetime, until: datetime) -> Sequence[Tally]: ...
    def timed(self, homes: Sequence[PartnerId], since: datetime, until: datetime) -> Sequence[Timed]: ...
    def breaches_of(self, homes: Sequence[PartnerId], since: datetime, until: datetime) -> Sequence[Breach]: ...
    def rights_runs(self, homes: Sequence[PartnerId], since: datetime, until: datetime) -> Sequence[RightsRun]: ...


@dataclass(frozen=True, slots=True)
class Processing:
    """One row of the record of processing: what was disclosed for one purpose to one kind of recipient."""

    purpose: str
    basis: str
    schedule1: str
    recipients: str
    disclosures: int
    children: int


@dataclass(frozen=True, slots=True)
class Line:
    """One number that the board reads. ``of`` is out of how many; 0 where it is no share."""

    heading: str
    number: int
    of: int = 0

    @property
    def share(self) -> str:
        return f"{100 * self.number / self.of:.0f} %" if self.of else ""


def processing(gateway: Gateway, store: Counts, person: Person, period: Between) -> Sequence[Processing]:
    """Releases by purpose, basis, Schedule 1 paragraph and kind of recipient, the largest first."""
    directory = gateway.store.register().directory
    lines, children = Counter[tuple[str, str, str, str]](), Counter[tuple[str, str, str, str]]()
    for one in store.tallies(counted_homes(gateway, person), period.since, period.until):
        if one.act is Act.RELEASE:
            partner = directory.find(one.partner) if one.partner else None
            sort = (one.purpose or "", one.basis or "", one.schedule1 or "", partner.kind if partner else "unknown")
            lines[sort] += one.lines
            children[sort] += one.children
    return [Processing(*sort, number, children[sort]) for sort, number in sorted(lines.items(), key=_largest)]


def in_use(gateway: Gateway, store: Tallied, home: PartnerId, period: Between) -> Sequence[tuple[str, str, str]]:
    """To whom a home disclosed anything, why and on which basis: kinds of recipients and no counts, so for anybody."""
    directory, purposes = gateway.store.register().directory, gateway.rulebook.purposes
    found = set[tuple[str, str, str]]()
    for one in store.tallies([home], period.since, period.until):
        partner = directory.find(one.partner) if one.partner else None
        purpose = purposes.get(one.purpose) if one.purpose else None
        if one.act is Act.RELEASE and partner is not None and purpose is not None and one.basis:
            found.add((partner.kind.value.replace("-", " "), purpose.sentence, BASES[one.basis]))
    return sorted(found)


def classes(
    gateway: Gateway, store: Counts, person: Person, period: Between
) -> Mapping[tuple[PurposeCode, Class], int]:
    """How many releases hold anything of each class, by purpose."""
    found = store.classes(counted_homes(gateway, person), period.since, period.until)
    return dict(sorted(found.items()))


def board(
    gateway: Gateway, store: Tallied, person: Person, period: Between, at: datetime | None = None
) -> Sequence[Line]:
    """What went, what is on its way, what waits for people; then what was done in time, breaches, and rights requests.

    These are numbers of what the office did, and of no child's circumstances: none is left out for being small. ``at``
    is given for a period that still runs: what is due after it is not late yet.
    """
    homes, judged = counted_homes(gateway, person), min(period.until, at or period.until)
    return [
        *_disclosures(store.tallies(homes, period.since, period.until)),
        *_in_time(gateway.rulebook.clocks, store.timed(homes, period.since, judged)),
        *_breaches(store.breaches_of(homes, period.since, period.until)),
        *_rights(gateway.rulebook.clocks, store.rights_runs(homes, period.since, period.until), judged),
    ]


def _disclosures(found: Sequence[Tally]) -> Sequence[Line]:
    released = [one for one in found if one.act is Act.RELEASE]
    out = sum(one.lines for one in released)
    waiting = [one for one in found if one.act is Act.HOLD and one.state is None]
    refused = [one for one in found if one.act is Act.REFUSE or one.state is Outcome.REFUSE]
    return [
        Line("Disclosures released", out),
        Line("Delivered or collected", sum(one.lines for one in released if one.state in SETTLED), out),
        Line("Given up", sum(one.lines for one in released if one.state is State.ABANDONED), out),
        Line("Held, and still waiting for people", sum(one.lines for one in waiting)),
        Line("Refused", sum(one.lines for one in refused)),
        Line("Received from partners", sum(one.lines for one in found if one.act is Act.RECEIVE)),
    ]


def _in_time(clocks: Clocks, found: Sequence[Timed]) -> Sequence[Line]:
    """Of what came due in the period, whether or not it has been done since."""
    rows = [Line(f"In time: {clocks.get(one.clock).what}", one.in_time, one.due) for one in found]
    return [Line("Tasks done in time", sum(one.in_time for one in found), sum(one.due for one in found)), *rows]


def _breaches(found: Sequence[Breach]) -> Sequence[Line]:
    known = len(found)
    return [
        Line("Breaches that we became aware of", known),
        Line("Breaches contained", sum(one.contained for one in found), known),
        Line("Breaches told to the Information Commissioner", sum(one.told_ico is not None for one in found), known),
        Line("Breaches unlikely to put anybody at risk", sum(one.risk is BreachRisk.UNLIKELY for one in found), known),
    ]


def _rights(clocks: Clocks, found: Sequence[RightsRun], at: datetime) -> Sequence[Line]:
    """Of each kind, how many were asked for; of those whose day has come or that were answered, how many in time."""
    asked, kept = Counter[RightsKind](), Counter[tuple[RightsKind, bool]]()
    for one in found:
        asked[one.kind] += 1
        in_time = rights.in_time(clocks, one.kind, one.asker, one.at, one.steps, at)
        if in_time is not None:
            kept[one.kind, in_time] += 1
    rows = [Line("Rights requests", len(found))]
    for kind, number in sorted(asked.items()):
        words, met = rights.KIND_WORDS[kind], kept[kind, True]
        rows += [Line(f"Asked: {words}", number), Line(f"In time: {words}", met, met + kept[kind, False])]
    return rows


def _largest(one: tuple[tuple[str, ...], int]) -> tuple[int, tuple[str, ...]]:
    return -one[1], one[0]
