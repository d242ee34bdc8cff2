"""The DfE's termly return of children missing education (law.md §4.6), as our cases know it: numbers, never a child.

By what opened the case, for it is not known yet by which codes the DfE's guide divides reasons. Children educated at
home are not in it: nobody keeps a register of them here.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from gateway.core import documents, suppression
from gateway.core.cases.ages import year_group
from gateway.core.days import day_of
from gateway.core.documents.messages.tracing import Sought
from gateway.core.records import CaseRun, Person
from gateway.core.suppression import LEAST, Published
from gateway.core.terms import PartnerId
from gateway.flows.enquiry.viewing import Between, counted_homes
from gateway.flows.ports import Gateway

LONG = timedelta(weeks=12)
NOT_KNOWN = "not known"
SEXES: Mapping[str, str] = {"F": "girls", "M": "boys"}
LAST_YEAR = 11


class Cases(Protocol):
    """What the return asks of the store."""

    def case_runs(self, homes: Sequence[PartnerId], since: datetime, until: datetime) -> Sequence[CaseRun]: ...


@dataclass(frozen=True, slots=True)
class Return:
    """``on_the_day``: missing when the period ended. ``in_the_period``: all who were missing at some time of it."""

    on_the_day: Published
    in_the_period: Published


def dfe(gateway: Gateway, store: Cases, person: Person, period: Between, least: int = LEAST) -> Return:
    """Each child once, by its oldest case of the period. Raises Refusal(NOT_ALLOWED)."""
    children: dict[str, tuple[CaseRun, Sought]] = {}
    still = set[str]()
    for run in store.case_runs(counted_homes(gateway, person), period.since, period.until):
        child = documents.rested(gateway.vault.open_kept(run.kept))
        key = next(iter(documents.identity(child).keys()), run.id)
        children.setdefault(key, (run, child))
        if run.over is None or run.over >= period.until:
            still.add(key)
    day = day_of(period.until - timedelta(microseconds=1))
    missing = [found for key, found in children.items() if key in still]
    on_the_day = suppression.published(_divided(missing, day), least)
    whole = {"on the last day": {"missing still": len(still), "not any more": len(children) - len(still)}}
    return Return(on_the_day, _beside(on_the_day, suppression.published(whole, least)))


def _beside(day: Published, period: Published) -> Published:
    """Two totals would give away the number between them: the total of the period goes where that is left out."""
    hidden = any(number is None for cells in period.tables.values() for number in cells.values())
    return replace(period, total=None) if hidden and day.total is not None else period


def _divided(found: Sequence[tuple[CaseRun, Sought]], day: date) -> Mapping[str, Mapping[str, int]]:
    return {
        "opened because of": Counter(run.because.replace("-", " ") for run, _ in found),
        "missing for": Counter(_duration(run, child, day) for run, child in found),
        "sex": Counter(SEXES.get(child.who.sex.upper(), NOT_KNOWN) for _, child in found),
        "year group": Counter(_year(child, day) for _, child in found),
    }


def _duration(run: CaseRun, child: Sought, day: date) -> str:
    """Since the child was last at school; where nobody knows when that was, it is at least since the case opened."""
    school = child.where.last_school
    last = child.where.last_seen or (school.leaving_date if school else None)
    if day - (last or day_of(run.opened_at)) > LONG:
        return "more than 12 weeks"
    return NOT_KNOWN if last is None else "12 weeks or less"


def _year(child: Sought, day: date) -> str:
    born = child.who.dob or child.who.dob_about
    if born is None:
        return NOT_KNOWN
    year = year_group(born, day)
    if not 0 <= year <= LAST_YEAR:
        return "below or above"
    return f"year {year:02}" if year else "reception"
