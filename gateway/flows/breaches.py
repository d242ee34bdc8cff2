"""The breach record: who, what, how many, contained or not, and who was told when.

72 hours to the Information Commissioner run from awareness, nights and weekends among them; the other party is told
within 24. Not telling somebody is a decision with a reason, and is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from gateway.core import law, roles, tasks
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    BreachNature,
    BreachOpened,
    BreachRisk,
    BreachUpdated,
    DisclosureReleased,
    RecallReason,
    TaskDone,
    TaskKind,
    What,
    commitment_of,
    join,
    join_person,
    parse_line,
)
from gateway.core.records import Breach, Decided, Person, Record
from gateway.core.roles import Can
from gateway.core.terms import BreachId, Flag, Item, Kind, PartnerId, PersonId
from gateway.flows import about, flagging
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation, new_id

KEEPERS = roles.who(Can.KEEP)
"""Who keeps the record."""

NATURES: Mapping[RecallReason, BreachNature] = MappingProxyType({RecallReason.WRONG_CONTENT: BreachNature.ALTERED})
OTHERWISE = BreachNature.WRONG_RECIPIENT


class Breaches(Protocol):
    """What the breach record asks of the store."""

    def breaches(self, homes: Sequence[PartnerId]) -> Sequence[Breach]: ...
    def breach(self, breach: BreachId) -> Breach | None: ...
    def update_breach(self, before: Breach, record: Record) -> bool: ...


@dataclass(frozen=True, slots=True)
class News:
    """What is known or done by now. ``why``: for which reason somebody is not told."""

    contained: bool | None = None
    risk: BreachRisk | None = None
    told_ico: datetime | None = None
    told_people: datetime | None = None
    told_partner: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A breach as its keepers see it; ``ico_by`` is None once it was told or found to be no risk."""

    breach: Breach
    partner: str
    partner_by: datetime | None
    ico_by: datetime | None
    late: bool
    why: str


def opened(
    gateway: Gateway,
    here: Situation,
    decided: Decided,
    nature: BreachNature,
    partner: PartnerId | None,
    by: PersonId | None,
    *,
    contained: bool = False,
) -> tuple[Breach, Record]:
    """Open the record about one disclosure of ours, with what its line and its flags say, and the two clocks.

    ``contained``: nothing of it had gone.
    """
    items, classes, children = _released(gateway, decided)
    marked = gateway.store.flags_in([decided.source])
    flags = frozenset[Flag]().union(*(marked.get((decided.source, number), ()) for number in decided.pupils))
    home = here.home.id
    made = Breach(
        BreachId(new_id("b", here.draw)), home, nature, here.at, children, classes, tuple(sorted(flags)),
        decided.disclosure, partner, contained,
    )  # fmt: skip
    who = join_person(here.draw, by)
    fact = BreachOpened(
        here.at, home, made.id, nature, here.at, children, items, decided.disclosure, commitment_of(who)
    )
    team = about.governance(gateway.store.people(), home, here.owners)
    clocks = (TaskKind.BREACH_PARTNER, TaskKind.BREACH_ICO)
    waiting = tuple(about.task(kind, made.id, home, team, here) for kind in clocks)
    return made, Record((fact,), who, breaches=(made,), tasks=waiting)


def listed(gateway: Gateway, store: Breaches, person: Person, at: datetime) -> Sequence[Row]:
    """The breaches of somebody's homes, newest first. Raises Refusal(NOT_ALLOWED)."""
    if person.role not in flagging.SETTERS:
        raise Refusal(Code.NOT_ALLOWED)
    return [_row(gateway, one, at) for one in store.breaches(sorted(person.homes & set(gateway.homes)))]


def shown(gateway: Gateway, store: Breaches, person: Person, breach: BreachId, at: datetime) -> Row:
    """Raises Refusal(NOT_FOUND)."""
    found = next((one for one in listed(gateway, store, person, at) if one.breach.id == breach), None)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def update(gateway: Gateway, store: Breaches, person: Person, breach: BreachId, news: News, at: datetime) -> Breach:
    """Write down what is known now. Raises Refusal: REASON_WANTED where no risk is found without saying why."""
    if person.role not in KEEPERS:
        raise Refusal(Code.NOT_ALLOWED)
    before = store.breach(breach)
    if before is None or before.home not in person.homes:
        raise Refusal(Code.NOT_FOUND)
    if news.risk is BreachRisk.UNLIKELY and len(news.why.strip()) < flagging.SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)
    after, record = _updated(gateway, before, person, news, at)
    if not store.update_breach(before, record):
        raise Refusal(Code.SETTLED)
    return after


def _updated(gateway: Gateway, before: Breach, person: Person, news: News, at: datetime) -> tuple[Breach, Record]:
    kept = gateway.vault.keep(news.why.encode()) if news.why else None
    after = replace(
        before,
        contained=before.contained if news.contained is None else news.contained,
        risk=news.risk or before.risk,
        told_ico=news.told_ico or before.told_ico,
        told_people=news.told_people or before.told_people,
        told_partner=news.told_partner or before.told_partner,
        text=kept.id if kept else before.text,
    )
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    why = (join(gateway.draw, What.TEXT, news.why, kept.id),) if kept else ()
    fact = BreachUpdated(
        at, before.home, before.id, who.commitment, news.contained, news.risk, news.told_ico, news.told_people,
        news.told_partner, commitment_of(why),
    )  # fmt: skip
    record = Record((fact,), (who, *why), (kept,) if kept else (), breaches=(after,))
    return after, record + _done(gateway, after, person, at)


def _done(gateway: Gateway, after: Breach, person: Person, at: datetime) -> Record:
    """The clocks that this ends: who was told, or nobody has to be."""
    over = {TaskKind.BREACH_PARTNER: after.told_partner is not None, TaskKind.BREACH_ICO: _ico_settled(after)}
    record = Record(())
    for task in gateway.store.tasks_about(after.id):
        if over.get(task.kind):
            who = join(gateway.draw, What.PERSON, person.id, person.id)
            record += Record((TaskDone(at, task.home, task.id, task.kind, who.commitment),), (who,))
    return record


def _ico_settled(breach: Breach) -> bool:
    return breach.told_ico is not None or breach.risk is BreachRisk.UNLIKELY


def _row(gateway: Gateway, one: Breach, at: datetime) -> Row:
    partner = gateway.store.register().directory.find(one.partner) if one.partner else None
    clocks = gateway.rulebook.clocks
    ico = None if _ico_settled(one) else tasks.due(TaskKind.BREACH_ICO, one.aware, clocks)
    other = None if one.told_partner or not one.partner else tasks.due(TaskKind.BREACH_PARTNER, one.aware, clocks)
    late = any(due is not None and due < at for due in (ico, other))
    why = gateway.vault.open_kept(gateway.store.kept(one.text)).decode() if one.text else ""
    return Row(one, partner.name if partner else "", other, ico, late, why)


def _released(gateway: Gateway, decided: Decided) -> tuple[tuple[Item, ...], tuple[str, ...], int]:
    """What the newest line of release says that it held: items, their classes, and how many children."""
    lines = [parse_line(line) for line in gateway.store.lines_about(decided.disclosure)]
    found = [one for one in lines if one["fact"] == DisclosureReleased.__name__]
    if not found:
        return (), (), len(decided.pupils)
    shared, children = found[-1]["shared"], found[-1]["children"]
    assert isinstance(shared, list)
    assert isinstance(children, list)
    items = tuple(map(Item, shared))
    classes = law.classes_of(items, gateway.rulebook.classes, Kind(str(found[-1]["kind"])))
    return items, tuple(sorted(classes)), len(children)
