"""From one destination to one disclosure: decide, cut down, seal or shelve, and say so in facts.

Used by everything that sends: a school's upload, an officer's notice, and a parcel that must be sealed anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from gateway.core import decisions, documents, law, sharing
from gateway.core.decisions import Decision, Question
from gateway.core.documents import Document, Pupil
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    MOST_CHILDREN,
    Condition,
    DisclosureHeld,
    DisclosureRefused,
    DisclosureReleased,
    Join,
    Version,
    What,
    join,
)
from gateway.core.law import Class
from gateway.core.partners import Carrier, Partner
from gateway.core.recipients import Destination
from gateway.core.records import Decided, Record
from gateway.core.sharing import Extract
from gateway.core.terms import (
    DisclosureId,
    Draw,
    Item,
    Outcome,
    PartnerId,
    digest,
)
from gateway.flows import closing
from gateway.flows.situations import Situation, Source, new_id

T = TypeVar("T")

NOBODY = PartnerId("nobody")
"""The reader of a disclosure that was refused because nobody could be named."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What was decided about one destination and what it will write. ``extract`` is None unless released."""

    destination: Destination
    decision: Decision
    record: Record
    extract: Extract | None = None


def plan(source: Source, destination: Destination, situation: Situation) -> tuple[Disclosure, ...]:
    """Decide about one destination; more than 500 children become several disclosures."""
    return tuple(
        one(source, replace(destination, pupils=pupils), situation, DisclosureId(new_id("d", situation.draw)))
        for pupils in chunks(destination.pupils)
    )


def one(source: Source, destination: Destination, situation: Situation, disclosure: DisclosureId) -> Disclosure:
    """Decide about one destination of at most 500 children under a given id."""
    decision = _decide(source.document, destination, situation)
    if decision.outcome is not Outcome.RELEASE:
        return _not_released(source, destination, decision, situation, disclosure)
    try:
        extract = sharing.extract(source.document, decision, situation.rulebook.schemas)
        return _released(source, destination, extract, situation, disclosure)
    except Refusal as refusal:
        refused = replace(decision, outcome=Outcome.REFUSE, reasons=(refusal.code,))
        return _not_released(source, destination, refused, situation, disclosure)


def child_join(document: Document, pupil: Pupil, situation: Situation) -> Join:
    """Commit to one child; the handle is a keyed digest, so the store can be asked about a UPN it does not hold."""
    value = pupil.upn or f"{digest(document.content)}#{pupil.number}"
    return join(situation.draw, What.CHILD, value, situation.blind(f"child:{value}"))


def organisation_join(partner: PartnerId, draw: Draw) -> Join:
    return join(draw, What.ORGANISATION, partner, partner)


def receiver(partner: Partner, situation: Situation) -> Partner:
    """The partner whose gateway takes what ``partner`` is to read: our own home for its schools and teams."""
    return situation.register.directory.receiver(partner)


def _decide(document: Document, destination: Destination, situation: Situation) -> Decision:
    if destination.refusal is not None or destination.recipient is None:
        return decisions.refused(destination, destination.refusal or Code.NO_RECIPIENT)
    directory = situation.register.directory
    reader = directory.get(destination.recipient)
    return decisions.decide(
        Question(
            purpose=destination.purpose,
            discloser=directory.get(destination.discloser),
            recipient=reader,
            document=document,
            pupils=destination.pupils,
            day=situation.at.date(),
            carrier=_carrier(reader, situation),
            accepted_carriers=situation.carriers,
            lifted=_lifted(document, destination, situation),
        ),
        situation.rulebook.purposes,
        situation.rulebook.classes,
        situation.register.agreements,
        situation.rulebook.schemas,
    )


def _lifted(document: Document, destination: Destination, situation: Situation) -> frozenset[tuple[Item, Class]]:
    """What values of these pupils say beyond their paths: ground J makes a removal ground criminal."""
    book = situation.rulebook
    paths = book.sensitive.paths(document.kind)
    told = documents.told(document, destination.pupils, paths, book.known.formats.grounds)
    return law.raised(book.sensitive, document.kind, told)


def _carrier(reader: Partner, situation: Situation) -> Carrier:
    return Carrier.LAN if receiver(reader, situation).id == situation.home.id else Carrier.AS4


def _not_released(
    source: Source, destination: Destination, decision: Decision, situation: Situation, disclosure: DisclosureId
) -> Disclosure:
    who = organisation_join(destination.discloser, situation.draw)
    reader = organisation_join(destination.recipient or NOBODY, situation.draw)
    origin = join(situation.draw, What.PAYLOAD, source.upload, source.upload)
    named = children(source.document, destination.pupils, situation)
    kind: type[DisclosureHeld | DisclosureRefused] = (
        DisclosureHeld if decision.outcome is Outcome.HOLD else DisclosureRefused
    )
    fact = kind(
        situation.at,
        situation.home.id,
        disclosure,
        origin.commitment,
        who.commitment,
        reader.commitment,
        destination.purpose,
        decision.reasons,
        tuple(child.commitment for child in named),
    )
    record = Record(
        (fact,),
        (who, reader, origin, *named),
        decided=(_decided(source, destination, decision, situation, disclosure),),
    )
    return Disclosure(destination, decision, record)


def _released(
    source: Source, destination: Destination, extract: Extract, situation: Situation, disclosure: DisclosureId
) -> Disclosure:
    assert destination.recipient is not None
    reader = situation.register.directory.get(destination.recipient)
    through = receiver(reader, situation)
    content = extract.document.content
    named = children(source.document, destination.pupils, situation)
    who = organisation_join(destination.discloser, situation.draw)
    whom = organisation_join(reader.id, situation.draw)
    origin = join(situation.draw, What.PAYLOAD, source.upload, source.upload)
    payload = join(situation.draw, What.PAYLOAD, content, digest(content))
    released = _fact(extract, situation, disclosure, through, (origin, who, whom, payload), named)
    parcel = closing.parcel_for(source, destination, extract.decision, situation, disclosure, through)
    closed = closing.close(parcel, extract, through, whom, situation)
    decided = _decided(source, destination, extract.decision, situation, disclosure)
    opened = Record((released,), (origin, who, whom, payload, *named), decided=(decided,))
    return Disclosure(destination, extract.decision, opened + closed, extract)


def _fact(
    extract: Extract,
    situation: Situation,
    disclosure: DisclosureId,
    through: Partner,
    bound: tuple[Join, Join, Join, Join],
    children: tuple[Join, ...],
) -> DisclosureReleased:
    decision, legal = extract.decision, extract.decision.legal
    assert legal is not None
    origin, who, whom, payload = (one.commitment for one in bound)
    return DisclosureReleased(
        at=situation.at,
        home=situation.home.id,
        disclosure=disclosure,
        source=origin,
        discloser=who,
        recipient=through.id,
        reader=whom,
        purpose=legal.purpose,
        power=legal.power,
        duty=legal.duty,
        article6=legal.art6,
        article9=_condition(legal.art9),
        schedule1=_condition(legal.sch1),
        article10=_condition(legal.art10),
        policy=legal.apd,
        exemption=_condition(legal.exemption),
        agreement=decision.agreement,
        carrier=Condition(decision.carrier or Carrier.AS4),
        kind=extract.document.kind,
        version=Version(extract.document.version),
        shared=_sorted(extract.shared),
        withheld=_sorted(extract.withheld),
        unknown=extract.unknown,
        children=tuple(child.commitment for child in children),
        payload=payload,
    )


def children(document: Document, numbers: tuple[int, ...], situation: Situation) -> tuple[Join, ...]:
    """Commit to each of these children; a message about messages names none."""
    wanted = set(numbers) if documents.names_children(document) else set()
    return tuple(child_join(document, pupil, situation) for pupil in document.pupils if pupil.number in wanted)


def _decided(
    source: Source, destination: Destination, decision: Decision, situation: Situation, disclosure: DisclosureId
) -> Decided:
    return Decided(
        disclosure,
        source.upload,
        situation.home.id,
        destination.discloser,
        destination.recipient,
        destination.purpose,
        decision.outcome,
        decision.reasons,
        destination.pupils,
        situation.at,
    )


def chunks(numbers: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    """As many as one line may name at a time."""
    for start in range(0, max(len(numbers), 1), MOST_CHILDREN):
        yield numbers[start : start + MOST_CHILDREN]


def _condition(text: str | None) -> Condition | None:
    return Condition(text) if text else None


def _sorted(items: frozenset[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items))
