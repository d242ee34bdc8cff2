"""One uploaded file, from a school's hand or an officer's: gather what is known, decide, record it all at once.

Nothing is kept of a file that is refused; the same bytes from the same sender get the same answer, for ever.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from gateway.core import documents, recipients
from gateway.core.days import day_of
from gateway.core.decisions import Origin
from gateway.core.documents import Document, Reading
from gateway.core.errors import Code, Refusal
from gateway.core.facts import UploadAccepted, UploadRefused, Version, What, commitment_of, join, join_person
from gateway.core.partners import Partner, PartnerKind
from gateway.core.recipients import Destination
from gateway.core.records import Answer, Overtaken, Record, Repeated
from gateway.core.terms import Digest, Flag, PartnerId, PurposeCode, digest
from gateway.flows import (
    answering,
    arrivals,
    bringing,
    children,
    disclose,
    discretion,
    explaining,
    flagging,
    noting,
    oneoff,
    situations,
)
from gateway.flows.bringing import NOTHING_BROUGHT, Brought
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation, Source, Upload, named

T = TypeVar("T")
Sign = Callable[[str], str] | None
"""Of the answer; none where a file is only looked at, which receives nothing and moves no case."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What receiving a file will do, before any of it is done, and what the sender will read."""

    record: Record
    answer: bytes
    refusal: Code | None = None


def nothing_beside(_: Record) -> Record:
    return Record(())


def accept(gateway: Gateway, upload: Upload, beside: Callable[[Record], Record] = nothing_beside) -> Plan:
    """Take one file in. Raises Refusal when the sender may not send here, Fault when a machine fails.

    ``beside`` is handed what taking it in writes, and adds what belongs into the same transaction; it is asked again
    where a case of the same child was opened at the same moment.
    """
    content = digest(upload.content)
    key = _key(upload, content)
    seen = gateway.store.answer("upload", upload.sender, key)
    if seen is not None:
        _protect_again(gateway, upload)
        return Plan(Record(()), answered(gateway, seen))
    here = situations.of(gateway, upload.sender, upload.at)
    plan = plan_for(upload, content, here, gateway.vault.sign_note, bringing.gather(gateway, upload, here))
    record = plan.record + (beside(plan.record) if plan.refusal is None else Record(()))
    try:
        gateway.store.record(record)
    except Overtaken:
        return accept(gateway, upload, beside)
    except Repeated:
        first = gateway.store.answer("upload", upload.sender, key)
        assert first is not None
        return Plan(Record(()), answered(gateway, first))
    return plan


def look(gateway: Gateway, upload: Upload) -> Plan:
    """What taking the file in would do and answer, before any of it is done; a file that is refused is recorded.

    Raises as ``accept`` does. The answer to a file that could go bears no signature: nothing has been received.
    """
    content = digest(upload.content)
    seen = gateway.store.answer("upload", upload.sender, _key(upload, content))
    if seen is not None:
        return Plan(Record(()), answered(gateway, seen))
    here = situations.of(gateway, upload.sender, upload.at)
    plan = plan_for(upload, content, here, None, bringing.gather(gateway, upload, here))
    if plan.refusal is not None:
        gateway.store.record(plan.record)
    return plan


def _unsigned(_text: str) -> str:
    return ""


def _protect_again(gateway: Gateway, upload: Upload) -> None:
    """A file that was sent before is not sent again; the flags that somebody asks for now hold from now."""
    if not upload.protect:
        return
    here = situations.of(gateway, upload.sender, upload.at)
    reading = documents.read(upload.name, upload.content, here.rulebook.schemas, here.rulebook.known)
    if reading.document is not None:
        asked_for = _own_numbers(reading.document, upload.protect)
        known = children.handles(reading.document, here.blind)
        record = flagging.guard(reading.document, known, asked_for, upload.content, upload.by, here).record
        if record.facts:
            gateway.store.record(record)


def answered(gateway: Gateway, seen: Answer) -> bytes:
    """What was answered before, as its sender may read it today."""
    sources = [seen.upload] if seen.upload else []
    hidden = discretion.hidden(gateway.store, sources, PartnerId(seen.sender), gateway.homes)
    return discretion.masked_bytes(seen.body) if seen.upload in hidden else seen.body


def _key(upload: Upload, content: Digest) -> str:
    """What makes two uploads the same: their bytes, whom an officer named for whom, and what else they said."""
    named = "".join(f" {number}={council}" for number, council in sorted(upload.named.items()))
    extra = upload.extra
    said = "".join(f" {one}" for one in (extra.to, extra.purpose, extra.form, extra.drawn_from) if one)
    return content + (f"#{digest((named + said).encode())}" if named or said else "")


def plan_for(upload: Upload, content: Digest, here: Situation, sign: Sign, brought: Brought = NOTHING_BROUGHT) -> Plan:
    """Everything that will be written and answered; pure but for the keys it was handed."""
    reading = None
    try:
        _refuse_zip(upload.content)
        reading = documents.read(upload.name, upload.content, here.rulebook.schemas, here.rulebook.known)
        document = _admit(upload, reading, here, brought.origin)
        named_pupils = _own_numbers(document, upload.named)
        asked_for = _own_numbers(document, upload.protect)
        oneoff.refuse_another(brought.attached.form_text, document, day_of(here.at))
    except Refusal as refusal:
        return _refused(upload, refusal, reading, here)
    kept = here.keep(named(document.name, document.content))
    roll = children.roll(document, here.blind)
    guarded = flagging.guard(document, roll.handles, asked_for, upload.content, upload.by, here)
    source = _source(upload, document, kept.id, guarded.flags, brought, here)
    sender = disclose.organisation_join(upload.sender, here.draw)
    whole = join(here.draw, What.PAYLOAD, upload.content, content)
    by = join_person(here.draw, upload.by)
    errors, queries = answering.count(reading.findings)
    accepted = UploadAccepted(
        here.at, here.home.id, upload.id, sender.commitment, whole.commitment, document.kind,
        Version(document.version), len(document.pupils), reading.pupils - len(document.pupils), errors, queries,
        commitment_of(by),
    )  # fmt: skip
    destinations = _destinations(upload, document, named_pupils, here)
    disclosures = [made for one in destinations for made in disclose.plan(source, one, here, brought.attached)]
    record = sum((made.record for made in disclosures), Record((accepted,), (sender, whole, *by), (kept,)))
    record += brought.record + guarded.record + Record((), named=(children.named(upload.id, roll.handles),))
    if sign is not None:
        record += arrivals.from_file(document, roll, disclosures, upload.id, here)
        record += arrivals.refused(upload, reading.findings, here, document)
    record += explaining.record(upload, reading.findings, here, commitment_of(by))
    answer = answering.answer(upload, content, reading, document, disclosures, here, sign or _unsigned)
    if upload.sender not in here.homes and any(map(discretion.stops, guarded.flags.values())):
        answer = discretion.masked_bytes(answer)
    remembered = Answer(
        "upload", upload.sender, _key(upload, content), content, answer, here.at, upload=upload.id, person=upload.by
    )
    return Plan(record + noting.arrived(document, upload.id, here) + Record((), answer=remembered), answer)


def _source(
    upload: Upload,
    document: Document,
    kept: str,
    flags: Mapping[int, frozenset[Flag]],
    brought: Brought,
    here: Situation,
) -> Source:
    agent = _agent(upload, document, here)
    return Source(upload.id, document, kept, flags, agent, brought.origin, upload.extra.drawn_from)


def _admit(upload: Upload, reading: Reading, here: Situation, origin: Origin | None) -> Document:
    errors, _ = answering.count(reading.findings)
    if reading.document is None or (errors and not upload.ready):
        raise Refusal(Code.FINDINGS, reading.findings)
    sender = here.register.directory.get(upload.sender)
    if not _may_send(sender, reading.document, here, origin):
        company = sender.kind is PartnerKind.ATTENDANCE_COMPANY
        raise Refusal(Code.NO_CONTRACT if company else Code.NOT_YOUR_FILE, reading.findings)
    if documents.holds_specimen(reading.document):
        raise Refusal(Code.SPECIMEN)
    return reading.document


def _refuse_zip(content: bytes) -> None:
    """Whoever sends a zip unpacks it: each file in it has an answer of its own."""
    if content.startswith(b"PK"):
        raise Refusal(Code.NOT_A_FILE_WE_KNOW)


def _own_numbers(document: Document, named: Mapping[int, T]) -> Mapping[int, T]:
    """People count pupils as the file came, the document those that it kept: nobody is taken for another.

    Raises Refusal(NOT_FOUND) for a pupil who is not in the document.
    """
    own = {pupil.came_as: pupil.number for pupil in document.pupils}
    if not named.keys() <= own.keys():
        raise Refusal(Code.NOT_FOUND)
    return {own[number]: said for number, said in named.items()}


def _destinations(
    upload: Upload, document: Document, named: Mapping[int, PartnerId], here: Situation
) -> tuple[Destination, ...]:
    """Whom the officer named, for all that the file holds; or else whom the file itself names or implies."""
    if upload.extra.to is None:
        return recipients.of(document, here.home, here.register.directory, day_of(here.at), named)
    purpose = upload.extra.purpose or PurposeCode("P00")
    pupils = tuple(pupil.number for pupil in document.pupils)
    known = here.register.directory.find(upload.extra.to)
    refusal = None if known is not None else Code.NO_RECIPIENT
    return (Destination(purpose, here.home.id, known.id if known else None, pupils, refusal),)


def _agent(upload: Upload, document: Document, here: Situation) -> PartnerId | None:
    """Who sent it in the discloser's name: a company or the council; nobody where a discloser sends for itself.

    What an officer sends to somebody whom the file does not name, the home itself discloses.
    """
    if upload.extra.to is not None:
        return None
    source = here.register.directory.by_laestab(document.source, day_of(here.at))
    return upload.sender if source is not None and source.id != upload.sender else None


def _may_send(sender: Partner, document: Document, here: Situation, origin: Origin | None) -> bool:
    """A school sends its own files, a company those of schools by contract, the council its own and its schools'.

    A council passes on what another organisation has told it; whether that lets it go on stands in the decision.
    """
    source = here.register.directory.by_laestab(document.source, day_of(here.at))
    if source is None:
        return False
    return (
        source.id == sender.id
        or sender.acts_for(source.id, day_of(here.at)) is not None
        or (
            sender.id == here.home.id
            and here.register.directory.receiver(source).id == here.home.id
            and not source.guest
        )
        or (sender.id == here.home.id and origin is not None and source.id == origin.source)
    )


def _refused(upload: Upload, refusal: Refusal, reading: Reading | None, here: Situation) -> Plan:
    sender, by = disclose.organisation_join(upload.sender, here.draw), join_person(here.draw, upload.by)
    errors, queries = answering.count(refusal.findings)
    fact = UploadRefused(
        here.at, here.home.id, upload.id, sender.commitment, refusal.code, errors, queries, commitment_of(by)
    )
    body = {
        "upload": upload.id,
        "outcome": "refused",
        "code": refusal.code,
        "sentence": refusal.help.sentence,
        "fix": refusal.help.fix,
        "pupils": reading.pupils if reading else 0,
        "ready": answering.ready(reading),
        "counted": answering.counted(reading),
        "findings": explaining.marked(refusal.findings, here.rulebook.known.advice, answering.supplier(reading)),
    }
    record = Record((fact,), (sender, *by)) + arrivals.refused(upload, refusal.findings, here)
    return Plan(record, answering.written(body), refusal.code)


__all__ = ["Plan", "Upload", "accept", "answered", "look", "plan_for"]
