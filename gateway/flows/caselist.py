"""The list of cases that are ours, page by page: first what waits for somebody, then the longest open.

What stands in clear of every case is sorted and filtered; only the cases of the page itself are opened.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.core import documents
from gateway.core.cases import CaseState
from gateway.core.clocks import Clocks
from gateway.core.facts import Because, TaskKind
from gateway.core.records import Case, CaseHead, Person
from gateway.core.tasks import CLOCKS
from gateway.core.terms import CaseId, Flag, PartnerId, PersonId
from gateway.flows import discretion
from gateway.flows.casebook import homes_of
from gateway.flows.opening import ANSWERS_FOR
from gateway.flows.ports import Gateway

PAGE = 50
_PRESSING = (  # first: each may think that the other has it
    "the other council has not answered", "the child has died, as a school says: contact nobody", "an officer", "",
)  # fmt: skip


class Cases(Protocol):
    """What the list asks of the store."""

    def case_heads(self, homes: Collection[PartnerId], person: PersonId) -> Sequence[CaseHead]: ...
    def cases_of(self, cases: Collection[CaseId]) -> Sequence[Case]: ...


@dataclass(frozen=True, slots=True)
class Row:
    """A case as a list shows it. ``needs`` says what it waits for, the most pressing; empty where it waits for nobody.

    ``label`` is by what an officer knows the child; of a child with a stop flag, nothing to those it does not open to.
    """

    id: CaseId
    home: PartnerId
    because: Because
    state: CaseState
    officer: str
    opened_at: datetime
    label: str = field(repr=False)
    needs: str
    guarded: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of cases ended: the next begins behind it, whatever has become of the case that stood there."""

    pressing: int
    opened_at: datetime
    case: str


@dataclass(frozen=True, slots=True)
class Page:
    """``after`` is None where nothing comes behind it."""

    rows: tuple[Row, ...]
    after: Place | None


def page(
    gateway: Gateway, store: Cases, person: Person, at: datetime, *, mine: bool = False,
    about: Collection[str] | None = None, after: Place | None = None, most: int = PAGE,
) -> Page:  # fmt: skip
    """Live cases that open to this person, those that are theirs or ``about`` some ids alone. Raises Refusal."""
    heads = store.case_heads(sorted(homes_of(gateway, person)), person.id)
    wanted = (one for one in heads if (not mine or one.officer == person.id) and (about is None or one.id in about))
    placed = sorted(((_place(one, gateway.rulebook.clocks, at), one) for one in wanted), key=lambda one: _key(one[0]))
    behind = [one for one in placed if after is None or _key(one[0]) > _key(after)]
    shown = behind[:most]
    rows = _rows(gateway, store, person, [(one.id, where.pressing) for where, one in shown])
    return Page(rows, shown[-1][0] if len(behind) > most else None)


def listed(gateway: Gateway, store: Cases, person: Person, at: datetime, *, mine: bool = False) -> Sequence[Row]:
    """All of them at once. Raises Refusal."""
    return page(gateway, store, person, at, mine=mine, most=1_000_000).rows


def _key(place: Place) -> tuple[int, datetime, str]:
    return place.pressing, place.opened_at, place.case


def _place(one: CaseHead, table: Clocks, at: datetime) -> Place:
    late = one.offered_at is not None and table.due(CLOCKS[TaskKind.TRANSFER_UNANSWERED], one.offered_at) < at
    needs = 0 if one.state is CaseState.OFFERED and late else 1 if one.died else 3 if one.officer else 2
    return Place(needs, one.opened_at, one.id)


def _rows(gateway: Gateway, store: Cases, person: Person, wanted: Sequence[tuple[CaseId, int]]) -> tuple[Row, ...]:
    found = {one.id: one for one in store.cases_of([one for one, _ in wanted])}
    flagged = gateway.store.flags_on(tuple({handle for case in found.values() for handle in case.handles}))
    return tuple(_row(gateway, found[one], person, _PRESSING[pressing], flagged) for one, pressing in wanted)


def _row(gateway: Gateway, case: Case, person: Person, needs: str, flagged: Mapping[str, frozenset[Flag]]) -> Row:
    guarded = any(discretion.stops(flagged.get(one, ())) for one in case.handles)
    hidden = guarded and person.role not in ANSWERS_FOR
    label = "" if hidden else documents.label(documents.rested(gateway.vault.open_kept(case.kept)))
    told = _PRESSING[3 if case.officer else 2] if hidden and needs == _PRESSING[1] else needs
    return Row(case.id, case.home, case.because, case.state, case.officer or "", case.opened_at, label, told, guarded)
