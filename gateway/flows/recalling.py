"""Call back what went under one disclosure, and open the breach record with it: one transaction, one moment.

What has not gone never goes; whoever has it already is asked to delete it and to say what became of it. An answer by
telephone is written down like one that a machine brings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from typing import Protocol

from gateway.core import days
from gateway.core.days import day_of
from gateway.core.delivery import UNSETTLED, State
from gateway.core.documents.messages.about import Recall
from gateway.core.documents.messages.about import Recalled as Meant
from gateway.core.documents.messages.parts import Heading
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    DisclosureRecalled,
    Fact,
    Join,
    ParcelFrozen,
    ParcelWithdrawn,
    RecallHeard,
    RecallOutcome,
    RecallReason,
    Stale,
    TaskKind,
    What,
    join,
    parse_line,
)
from gateway.core.partners import Partner
from gateway.core.records import Breach, Decided, Person, Recalled, Record, Standing
from gateway.core.terms import BreachId, DisclosureId, Outcome, ParcelId, PartnerId
from gateway.flows import about, breaches, flagging, returning, situations
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation

TRIES = 5
"""So often a parcel may move while somebody calls it back, before they are asked to try again."""


class Recalls(Protocol):
    """What calling back asks of the store beside the gateway's own port."""

    def settle_parcels(self, disclosure: DisclosureId, seen: Mapping[ParcelId, State], record: Record) -> bool: ...
    def recalls(self, homes: Sequence[PartnerId]) -> Sequence[Recalled]: ...


@dataclass(frozen=True, slots=True)
class Done:
    """What a recall did. ``told`` is what was decided about the message to whoever has it; None where nobody has."""

    breach: BreachId
    withdrawn: int
    gone: int
    told: Outcome | None


@dataclass(frozen=True, slots=True)
class _Of:
    """One disclosure of ours and all parcels that were made of it."""

    decided: Decided
    parcels: tuple[Standing, ...]

    @property
    def waiting(self) -> tuple[Standing, ...]:
        return tuple(one for one in self.parcels if one.state in {*UNSETTLED, State.SHELVED, State.EXPIRED})

    @property
    def gone(self) -> tuple[Standing, ...]:
        """What somebody has, or may have: an attempt whose answer was lost may have arrived, and what its reader closed
        as not for them may have been opened.
        """
        return tuple(one for one in self.parcels if one.attempts or one.state in {State.COLLECTED, State.FROZEN})


def recall(
    gateway: Gateway,
    store: Recalls,
    person: Person,
    disclosure: DisclosureId,
    reason: RecallReason,
    text: str,
    at: datetime,
) -> Done:
    """Raises Refusal: NOT_ALLOWED, ANOTHER_HOME, REASON_WANTED, NOT_FOUND where nothing was ever released, SETTLED
    where it was called back before, BUSY where its parcels do not stand still.
    """
    for _ in range(TRIES):
        of = _found(gateway, person, disclosure, text)
        here = situations.of(gateway, of.decided.home, at)
        done, record = _plan(gateway, here, person, of, reason, text)
        if store.settle_parcels(disclosure, {one.parcel.id: one.state for one in of.parcels}, record):
            return done
    raise Refusal(Code.BUSY)


def heard(
    gateway: Gateway,
    store: Recalls,
    person: Person,
    disclosure: DisclosureId,
    outcome: RecallOutcome,
    opened: int | None,
    at: datetime,
) -> None:
    """Write down what the other side said by telephone; whoever does has looked at it. Raises Refusal."""
    found = gateway.store.recall_of(disclosure)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    _refuse_stranger(person, found.home)
    who = join(gateway.draw, What.PERSON, person.id, person.id)
    fact = RecallHeard(at, found.home, disclosure, found.partner, outcome, opened, by=who.commitment)
    answered = replace(found, answered_at=at, outcome=outcome, opened=opened)
    seen = {one.parcel.id: one.state for one in gateway.store.parcels_under(disclosure)}
    record = Record((fact,), (who,), heard=(answered,)) + returning.done(gateway, person, disclosure, at)
    if not store.settle_parcels(disclosure, seen, record):
        raise Refusal(Code.BUSY)


def listed(gateway: Gateway, store: Recalls, person: Person) -> Sequence[Recalled]:
    """What the homes of somebody called back, and what was answered."""
    if person.role not in flagging.SETTERS:
        raise Refusal(Code.NOT_ALLOWED)
    return store.recalls(sorted(person.homes & set(gateway.homes)))


def answers(gateway: Gateway, found: Sequence[Recalled]) -> Mapping[DisclosureId, str]:
    """What each partner said beside its outcome: why it keeps it, and to whom it was passed on, in words."""
    return {one.disclosure: "; ".join(_answer(gateway, one)) for one in found}


def _answer(gateway: Gateway, one: Recalled) -> Iterator[str]:
    lines = [parse_line(line) for line in gateway.store.lines_about(one.disclosure)]
    said = [line for line in lines if line["fact"] == RecallHeard.__name__]
    if said and said[-1].get("reason"):
        yield str(said[-1]["reason"]).replace("-", " ")
    if one.answer:
        yield "passed on to " + gateway.vault.open_kept(gateway.store.kept(one.answer)).decode().replace("\n", ", ")


def _found(gateway: Gateway, person: Person, disclosure: DisclosureId, text: str) -> _Of:
    decided = gateway.store.decided(disclosure)
    parcels = tuple(one for one in gateway.store.parcels_under(disclosure) if not one.parcel.received)
    if decided is None or not parcels:
        raise Refusal(Code.NOT_FOUND)
    _refuse_stranger(person, decided.home)
    if len(text.strip()) < flagging.SHORTEST_REASON:
        raise Refusal(Code.REASON_WANTED)
    if gateway.store.recall_of(disclosure) is not None:
        raise Refusal(Code.SETTLED)
    return _Of(decided, parcels)


def _plan(
    gateway: Gateway, here: Situation, person: Person, of: _Of, reason: RecallReason, text: str
) -> tuple[Done, Record]:
    """Everything that calling it back writes; the message to whoever has it among it."""
    breach, opened = _breach(gateway, here, person, of, reason)
    due = day_of(days.after_working(here.at, 1))
    reader = _holder(of, here)
    message, told = Record(()), None
    if of.gone:
        message, told = _message(gateway, here, person, reader, of, reason, due)
    who = join(here.draw, What.PERSON, person.id, person.id)
    kept = here.keep(text.encode())
    why = join(here.draw, What.TEXT, text, kept.id)
    home, disclosure = here.home.id, of.decided.disclosure
    fact = DisclosureRecalled(
        here.at, home, disclosure, breach.id, reason, why.commitment, who.commitment, len(of.waiting), len(of.gone)
    )
    row = Recalled(disclosure, home, reader.id, breach.id, reason, kept.id, person.id, here.at, due, len(of.gone))
    stopped, joins = _stopped(of, person, here)
    wait = about.task(TaskKind.RECALL, disclosure, home, here.owners, here)
    record = Record(
        (fact, *stopped), (who, why, *joins), (kept,), recalled=(row,), tasks=(wait,) if of.gone else ()
    )  # fmt: skip
    return Done(breach.id, len(of.waiting), len(of.gone), told), record + opened + message


def _stopped(of: _Of, person: Person, here: Situation) -> tuple[tuple[Fact, ...], tuple[Join, ...]]:
    """What has not gone is withdrawn; what somebody took from a shelf of ours is not handed out again."""
    withdrawn = [ParcelWithdrawn(here.at, here.home.id, one.parcel.id, Stale.RECALLED) for one in of.waiting]
    taken = [one for one in of.parcels if one.state is State.COLLECTED]
    by = [join(here.draw, What.PERSON, person.id, person.id) for _ in taken]
    frozen = [
        ParcelFrozen(here.at, here.home.id, one.parcel.id, who.commitment) for one, who in zip(taken, by, strict=True)
    ]
    return (*withdrawn, *frozen), tuple(by)


def _breach(gateway: Gateway, here: Situation, person: Person, of: _Of, reason: RecallReason) -> tuple[Breach, Record]:
    """The breach record of this disclosure: the one that a partner's news opened, or a new one."""
    known = gateway.store.breach_about(of.decided.disclosure)
    if known is not None:
        return known, Record(())
    nature = breaches.NATURES.get(reason, breaches.OTHERWISE)
    holder = _holder(of, here).id
    return breaches.opened(gateway, here, of.decided, nature, holder, person.id, contained=not of.gone)


def _message(
    gateway: Gateway, here: Situation, person: Person, reader: Partner, of: _Of, reason: RecallReason, due: date
) -> tuple[Record, Outcome]:
    disclosure, purpose = of.decided.disclosure, of.gone[0].parcel.purpose
    meant = Meant(message=about.reference(disclosure), reason=reason)

    def written(heading: Heading) -> Recall:
        return Recall(heading=heading, purpose=purpose, due=due, records=(meant,))

    return about.told(gateway, here, person.id, reader, disclosure, written)


def _holder(of: _Of, here: Situation) -> Partner:
    """Who has it: the council whose gateway took it, or the reader of a shelf of our own."""
    parcel = next(chain(of.gone, of.parcels)).parcel
    directory = here.register.directory
    return directory.get(parcel.reader if parcel.recipient in here.homes else parcel.recipient)


def _refuse_stranger(person: Person, home: PartnerId) -> None:
    if person.role not in flagging.SETTERS:
        raise Refusal(Code.NOT_ALLOWED)
    if home not in person.homes:
        raise Refusal(Code.ANOTHER_HOME)
