"""What would be decided, and why, with nothing written and nothing sent."""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.core import documents, recipients, sharing
from gateway.core.days import day_of
from gateway.core.decisions import Decision, Question
from gateway.core.documents import Document
from gateway.core.errors import Code, Refusal
from gateway.core.recipients import Destination
from gateway.core.sharing import Extract
from gateway.core.terms import Outcome, PartnerId, PersonId, PurposeCode, UploadId
from gateway.flows import children, oneoff, questions, situations
from gateway.flows.disclose import BARE, Attached
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation, Source


@dataclass(frozen=True, slots=True)
class Wish:
    """Who would tell whom what, and why. Without ``discloser`` it is whom the file names as its source."""

    to: PartnerId
    purpose: PurposeCode
    discloser: PartnerId | None = None
    form: str = ""
    by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    question: Question
    decision: Decision
    extract: Extract | None


def rehearse(
    gateway: Gateway, home: PartnerId, name: str, content: bytes, wish: Wish, at: datetime
) -> tuple[Rehearsed, ...]:
    """Decide about everybody in a file, in the groups in which it would go. Raises Refusal for a file with errors."""
    here = situations.of(gateway, home, at)
    document = _document(here, name, content)
    source = _source(here, document)
    known = here.register.directory.find(wish.to)
    discloser = _discloser(here, document, wish)
    if known is None or discloser is None:
        raise Refusal(Code.NO_RECIPIENT if known is None else Code.UNKNOWN_SENDER)
    everybody = tuple(pupil.number for pupil in document.pupils)
    return _groups(
        source, Destination(wish.purpose, discloser, known.id, everybody), here, _attached(gateway, here, wish)
    )


def as_it_stands(gateway: Gateway, home: PartnerId, name: str, content: bytes, at: datetime) -> tuple[Rehearsed, ...]:
    """What sending this very file would do, for whom it names itself. Raises Refusal, with NO_RECIPIENT for nobody."""
    here = situations.of(gateway, home, at)
    document = _document(here, name, content)
    named = recipients.of(document, here.home, here.register.directory, day_of(here.at))
    refusals = [one.refusal for one in named if one.refusal is not None]
    if refusals:
        raise Refusal(refusals[0])
    source = _source(here, document)
    return tuple(found for one in named for found in _groups(source, one, here, BARE))


def _groups(source: Source, destination: Destination, here: Situation, attached: Attached) -> tuple[Rehearsed, ...]:
    """A child with a flag is decided about alone, as when it goes."""
    flagged = [number for number in destination.pupils if number in source.flags]
    others = tuple(number for number in destination.pupils if number not in flagged)
    groups = [*([others] if others else []), *((number,) for number in flagged)]
    return tuple(_one(source, replace(destination, pupils=pupils), here, attached) for pupils in groups)


def _one(source: Source, destination: Destination, here: Situation, attached: Attached) -> Rehearsed:
    asked = questions.question(source, destination, here, attached)
    assert asked is not None, "somebody was named"
    decision = questions.decide(source, destination, here, attached)
    released = decision.outcome is Outcome.RELEASE
    cut = sharing.extract(source.document, decision, here.rulebook.schemas) if released else None
    return Rehearsed(asked, decision, cut)


def _document(here: Situation, name: str, content: bytes) -> Document:
    reading = documents.read(name, content, here.rulebook.schemas, here.rulebook.known)
    if reading.document is None:
        raise Refusal(Code.FINDINGS, reading.findings)
    return reading.document


def _source(here: Situation, document: Document) -> Source:
    known = children.handles(document, here.blind)
    return Source(UploadId(situations.new_id("u", here.draw)), document, "", children.flags_on(known, here.flags))


def _discloser(here: Situation, document: Document, wish: Wish) -> PartnerId | None:
    if wish.discloser is not None:
        found = here.register.directory.find(wish.discloser)
    else:
        found = here.register.directory.by_laestab(document.source, day_of(here.at))
    return found.id if found else None


def _attached(gateway: Gateway, here: Situation, wish: Wish) -> Attached:
    if not wish.form or wish.by is None:
        return BARE
    return oneoff.attach(gateway, here, wish.form, wish.by, wish.purpose, wish.to)[0]
