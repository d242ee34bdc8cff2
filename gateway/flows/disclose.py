"""From one destination to one disclosure: decide, cut down, seal or shelve, and say so in facts.

Used by everything that sends: a school's upload, an officer's notice, and a parcel that must be sealed anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from gateway.core import law, sharing
from gateway.core.decisions import Decision
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    MOST_CHILDREN,
    TaskKind,
    What,
    join,
)
from gateway.core.law import Class
from gateway.core.partners import Carrier
from gateway.core.recipients import Destination
from gateway.core.records import ClassesOf, Clearing, Record
from gateway.core.sharing import Extract
from gateway.core.terms import (
    DisclosureId,
    Flag,
    Outcome,
    digest,
)
from gateway.flows import closing, noting, questions, saying
from gateway.flows.questions import BARE, Attached, receiver
from gateway.flows.saying import NOBODY, child_join, children, organisation_join
from gateway.flows.situations import Situation, Source, new_id

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What was decided about one destination and what it will write. ``extract`` is None unless released."""

    destination: Destination
    decision: Decision
    record: Record
    extract: Extract | None = None


def plan(
    source: Source, destination: Destination, situation: Situation, attached: Attached = BARE
) -> tuple[Disclosure, ...]:
    """Decide about one destination; more than 500 children become several disclosures.

    A child whom people have to look at first is a disclosure of its own, so that nobody else waits for it.
    """
    alone = [number for number in destination.pupils if any(map(_looked_at, source.flags.get(number, ())))]
    together = tuple(number for number in destination.pupils if number not in alone)
    groups = [*chunks(together), *((number,) for number in alone)] if together or not alone else [(n,) for n in alone]
    return tuple(
        one(source, replace(destination, pupils=pupils), situation, DisclosureId(new_id("d", situation.draw)), attached)
        for pupils in groups
    )


def one(
    source: Source, destination: Destination, situation: Situation, disclosure: DisclosureId, attached: Attached = BARE
) -> Disclosure:
    """Decide about one destination of at most 500 children under a given id."""
    decision = questions.decide(source, destination, situation, attached)
    if decision.outcome is not Outcome.RELEASE:
        return _not_released(source, destination, decision, situation, disclosure, attached)
    try:
        cut = sharing.extract(source.document, decision, situation.rulebook.schemas)
        extract = _marked(cut, source, destination, situation)
        return _released(source, destination, extract, situation, disclosure, attached)
    except Refusal as refusal:
        refused = replace(decision, outcome=Outcome.REFUSE, reasons=(refusal.code,))
        return _not_released(source, destination, refused, situation, disclosure, attached)


def _marked(extract: Extract, source: Source, destination: Destination, situation: Situation) -> Extract:
    """With the handling marker, where it is about a child with a stop flag and leaves our own house.

    What somebody asked us comes back to them without: they would else be asked to ask us. Raises Refusal(NO_CONTACT)
    where our own record names no number to ask at.
    """
    stops = {flag for flag in extract.decision.flags if flag.stop}
    theirs = stops == {Flag.ASK_FIRST} and questions.to_asker(source, destination, situation)
    if not stops or theirs or destination.recipient is None:
        return extract
    directory = situation.register.directory
    reader = directory.get(destination.recipient)
    if directory.receiver(reader).id == situation.home.id and not reader.guest:
        return extract
    phone = directory.number_to_ask(situation.home)
    if not phone:
        raise Refusal(Code.NO_CONTACT)
    return sharing.marked(extract, phone)


def _looked_at(flag: Flag) -> bool:
    """An opt-out from the NHS number takes an item away; every other flag has people look first."""
    return flag is not Flag.NHS_OPT_OUT


def _not_released(
    source: Source,
    destination: Destination,
    decision: Decision,
    situation: Situation,
    disclosure: DisclosureId,
    attached: Attached,
) -> Disclosure:
    bound = saying.bind(source, destination, decision, situation, attached)
    named = children(source.document, destination.pupils, situation)
    fact = saying.stopped(destination, decision, situation, disclosure, bound, named)
    held = decision.outcome is Outcome.HOLD
    asks = (
        held and Flag.DIED not in decision.flags
    )  # of who died it waits, but by no clock
    left = (*bound.flags, *bound.form) if held else ()
    record = Record(
        (fact,),
        (bound.who, bound.reader, bound.origin, *left, *named),
        decided=(saying.decided(source, destination, decision, situation, disclosure, attached),),
        tasks=(saying.task(TaskKind.HOLD, disclosure, destination, situation),) if asks else (),
    )
    return Disclosure(destination, decision, record)


def _released(
    source: Source,
    destination: Destination,
    extract: Extract,
    situation: Situation,
    disclosure: DisclosureId,
    attached: Attached,
) -> Disclosure:
    assert destination.recipient is not None
    decision = extract.decision
    reader = situation.register.directory.get(destination.recipient)
    # school2school leads from school to school, whoever receives by other ways
    through = reader if decision.carrier is Carrier.S2S else receiver(reader, situation)
    content = extract.document.content
    named = children(source.document, destination.pupils, situation)
    bound = saying.bind(source, destination, decision, situation, attached)
    payload = join(situation.draw, What.PAYLOAD, content, digest(content))
    named_as = reader if reader.guest else through
    released = saying.released(extract, situation, disclosure, named_as, bound, payload, named)
    closed = Record(())
    if destination.by_word is None:
        parcel = closing.parcel_for(source, destination, decision, situation, disclosure, through)
        closed = closing.close(parcel, extract, through, bound.reader, situation)
        closed += noting.sent(source.document, parcel, situation)
    joins = (bound.origin, bound.who, bound.reader, payload, *bound.beside, *named)
    known = Clearing(disclosure, replace(decision.clearance, flags=decision.flags)) if decision.flags else None
    opened = Record(
        (released,),
        joins,
        decided=(saying.decided(source, destination, decision, situation, disclosure, attached),),
        tasks=tuple(saying.task(kind, disclosure, destination, situation) for kind in saying.afterwards(decision)),
        cleared=(known,) if known else (),
        classed=(ClassesOf(disclosure, _classes(extract, situation)),),
    )
    return Disclosure(destination, decision, opened + closed, extract)


def _classes(extract: Extract, situation: Situation) -> tuple[Class, ...]:
    """How sensitive what goes is, by the table of items of today."""
    return tuple(sorted(law.classes_of(extract.shared, situation.rulebook.classes, extract.document.kind)))


def chunks(numbers: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    """As many as one line may name at a time."""
    for start in range(0, max(len(numbers), 1), MOST_CHILDREN):
        yield numbers[start : start + MOST_CHILDREN]


__all__ = [
    "BARE",
    "NOBODY",
    "Attached",
    "Disclosure",
    "child_join",
    "children",
    "chunks",
    "one",
    "organisation_join",
    "plan",
    "receiver",
]
