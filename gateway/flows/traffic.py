"""What went and came in the last seven days: counts by day, partner and outcome, and nothing about anybody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from gateway.core.days import begins, day_of
from gateway.core.delivery import State
from gateway.core.records import Act, Person, Tally
from gateway.core.terms import Outcome, PartnerId
from gateway.flows import enquiry
from gateway.flows.enquiry.viewing import counted_homes
from gateway.flows.ports import Gateway

DAYS = 7


class Tallies(Protocol):
    """What counting asks of the store."""

    def tallies(self, homes: Sequence[PartnerId], since: datetime, until: datetime) -> Sequence[Tally]: ...


@dataclass(frozen=True, slots=True)
class Traffic:
    """Messages and files: sent and received on each day, sent and received by partner, and what became of each."""

    sent: Mapping[date, int]
    received: Mapping[date, int]
    partners: Mapping[str, int]
    outcomes: Mapping[tuple[Act, State | Outcome | None], int]


def week(gateway: Gateway, store: Tallies, person: Person, at: datetime) -> Traffic:
    """Today and the six days before it. Raises Refusal(NOT_ALLOWED)."""
    homes, today = counted_homes(gateway, person), day_of(at)
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    found = {day: store.tallies(homes, begins(day), begins(day + timedelta(days=1))) for day in days}
    partners, outcomes = Counter[str](), Counter[tuple[Act, State | Outcome | None]]()
    for one in (tally for some in found.values() for tally in some):
        outcomes[one.act, one.state] += one.lines
        if one.act in {Act.RELEASE, Act.RECEIVE}:
            partners[enquiry.name_of(gateway, one.partner) if one.partner else "Not known any more"] += one.lines
    return Traffic(_by_day(found, Act.RELEASE), _by_day(found, Act.RECEIVE), partners, outcomes)


def _by_day(found: Mapping[date, Sequence[Tally]], act: Act) -> dict[date, int]:
    return {day: sum(one.lines for one in some if one.act is act) for day, some in found.items()}
