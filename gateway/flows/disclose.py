"""From one destination to one disclosure: decide, cut down, seal or shelve, and say so in facts.

Used by everything that sends: a school's upload, an officer's notice, and a parcel that must be sealed anew.
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.core import as4, decisions, sharing
from gateway.core.as4 import certificates
from gateway.core.decisions import Decision, Question
from gateway.core.delivery import Parcel
from gateway.core.documents import Document, Pupil
from gateway.core.errors import Code, Refusal
from gateway.core.facts import (
    MOST_CHILDREN,
    Condition,
    DisclosureHeld,
    DisclosureRefused,
    DisclosureReleased,
    Fact,
    Join,
    ParcelSealed,
    ParcelShelved,
    Version,
    What,
    join,
)
from gateway.core.partners import Carrier, Channel, Partner
from gateway.core.recipients import Destination
from gateway.core.sharing import Extract
from gateway.core.terms import (
    DisclosureId,
    Draw,
    Item,
    MessageId,
    Outcome,
    ParcelId,
    PartnerId,
    UploadId,
    digest,
)
from gateway.core.records import Decided, Evidence, Kept, Record, Register, Rulebook

NOBODY = PartnerId("nobody")
"""The reader of a disclosure that was refused because nobody could be named."""

SERVICE = "urn:cme-gateway:records"
INITIATOR = "http://docs.oasis-open.org/ebxml-msg/ebms/v3.0/ns/core/200704/initiator"
RESPONDER = "http://docs.oasis-open.org/ebxml-msg/ebms/v3.0/ns/core/200704/responder"


@dataclass(frozen=True, slots=True)
class Situation:
    """All that planning a disclosure needs to know, gathered before it begins."""

    at: datetime
    home: Partner
    register: Register
    rulebook: Rulebook
    signer: as4.Signer
    keep: Callable[[bytes], Kept]
    blind: Callable[[str], str]
    draw: Draw
    carriers: frozenset[str]
    checkpoint: str | None
    domain: str


@dataclass(frozen=True, slots=True)
class Source:
    """The accepted document that a disclosure comes from, and where it is kept."""

    upload: UploadId
    document: Document
    kept: str


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
        for pupils in _chunks(destination.pupils)
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


def new_id(prefix: str, draw: Draw) -> str:
    """A random id of 128 bits, safe in headers, file names and addresses."""
    return f"{prefix}-{base64.b32encode(draw(16)).decode().rstrip('=').lower()}"


def named(name: str, content: bytes) -> bytes:
    """A document as it rests: its file name, which is part of what was checked, and its bytes."""
    return name.encode() + b"\n" + content


def parse_named(rested: bytes) -> tuple[str, bytes]:
    """The opposite of ``named``."""
    name, _, content = rested.partition(b"\n")
    return name.decode(), content


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
        ),
        situation.rulebook.purposes,
        situation.rulebook.classes,
        situation.register.agreements,
        situation.rulebook.schemas,
    )


def _carrier(reader: Partner, situation: Situation) -> Carrier:
    return Carrier.LAN if receiver(reader, situation).id == situation.home.id else Carrier.AS4


def _not_released(
    source: Source, destination: Destination, decision: Decision, situation: Situation, disclosure: DisclosureId
) -> Disclosure:
    who = organisation_join(destination.discloser, situation.draw)
    reader = organisation_join(destination.recipient or NOBODY, situation.draw)
    origin = join(situation.draw, What.PAYLOAD, source.upload, source.upload)
    children = _children(source.document, destination.pupils, situation)
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
        tuple(child.commitment for child in children),
    )
    record = Record((fact,), (who, reader, origin, *children), decided=(_decided(source, destination, decision, situation, disclosure),))
    return Disclosure(destination, decision, record)


def _released(
    source: Source, destination: Destination, extract: Extract, situation: Situation, disclosure: DisclosureId
) -> Disclosure:
    assert destination.recipient is not None
    reader = situation.register.directory.get(destination.recipient)
    through = receiver(reader, situation)
    content = extract.document.content
    children = _children(source.document, destination.pupils, situation)
    who = organisation_join(destination.discloser, situation.draw)
    whom = organisation_join(reader.id, situation.draw)
    origin = join(situation.draw, What.PAYLOAD, source.upload, source.upload)
    payload = join(situation.draw, What.PAYLOAD, content, digest(content))
    released = _fact(destination, extract, situation, disclosure, through, (origin, who, whom, payload), children)
    parcel = _parcel(source, destination, extract.decision, situation, disclosure, through)
    closed = (
        _shelve(parcel, extract, whom, situation)
        if through.id == situation.home.id
        else _seal(parcel, extract, through, situation)
    )
    decided = _decided(source, destination, extract.decision, situation, disclosure)
    opened = Record((released,), (origin, who, whom, payload, *children), decided=(decided,))
    return Disclosure(destination, extract.decision, opened + closed, extract)


def _fact(
    destination: Destination,
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


def _parcel(
    source: Source,
    destination: Destination,
    decision: Decision,
    situation: Situation,
    disclosure: DisclosureId,
    through: Partner,
) -> Parcel:
    assert destination.recipient is not None
    return Parcel(
        id=ParcelId(new_id("p", situation.draw)),
        home=situation.home.id,
        disclosure=disclosure,
        source=source.upload,
        discloser=destination.discloser,
        recipient=through.id,
        reader=destination.recipient,
        purpose=destination.purpose,
        agreement=decision.agreement,
        agreement_content=situation.register.contents.get(decision.agreement) if decision.agreement else None,
        pupils=destination.pupils,
        document=source.kept,
        sealed_at=situation.at,
    )


def _shelve(parcel: Parcel, extract: Extract, whom: Join, situation: Situation) -> Record:
    kept = situation.keep(named(extract.document.name, extract.document.content))
    shelved = ParcelShelved(situation.at, situation.home.id, parcel.id, parcel.disclosure, whom.commitment)
    return Record((shelved,), kept=(kept,), parcels=(replace(parcel, sealed=kept.id),))


def _seal(parcel: Parcel, extract: Extract, through: Partner, situation: Situation) -> Record:
    certificate = certificates.current(through.pems("seal"), situation.at)
    if certificate is None or through.channel is not Channel.AS4:
        raise Refusal(Code.NO_CERTIFICATE)
    message = MessageId(f"{new_id('m', situation.draw)}@{situation.domain}")
    sealed = as4.seal(
        _message(parcel, extract, through, message, situation),
        situation.signer,
        certificate,
        as4.Profile(through.profile),
        situation.draw,
    )
    kept = situation.keep(sealed.body)
    closed = replace(
        parcel,
        message=message,
        content_type=sealed.content_type,
        sealed=kept.id,
        sealed_for=certificates.fingerprint(certificate),
        signed_by=certificates.fingerprint(situation.signer.certificate),
    )
    assert closed.sealed_for is not None and closed.signed_by is not None
    fact: Fact = ParcelSealed(
        situation.at,
        situation.home.id,
        parcel.id,
        parcel.disclosure,
        message,
        through.id,
        sealed.soap_digest,
        closed.sealed_for,
        closed.signed_by,
    )
    return Record((fact,), kept=(kept,), parcels=(closed,), evidence=(Evidence(parcel.id, sealed.soap),))


def _message(
    parcel: Parcel, extract: Extract, through: Partner, message: MessageId, situation: Situation
) -> as4.UserMessage:
    properties: list[tuple[str, str]] = [
        ("originalSender", parcel.discloser),
        ("finalRecipient", parcel.reader),
        ("disclosureId", parcel.disclosure),
        ("purpose", parcel.purpose),
    ]
    if situation.checkpoint is not None:
        properties.append(("checkpoint", base64.b64encode(situation.checkpoint.encode()).decode()))
    return as4.UserMessage(
        message_id=message,
        at=situation.at,
        sender=_party(situation.home),
        recipient=_party(through),
        sender_role=INITIATOR,
        recipient_role=RESPONDER,
        service=SERVICE,
        service_type=None,
        action=extract.document.kind,
        agreement=parcel.agreement or f"duty:{parcel.purpose}",
        conversation=parcel.disclosure,
        ref_to=None,
        properties=tuple(properties),
        parts=(as4.Part(extract.document.content, "application/xml", extract.document.name),),
    )


def _party(partner: Partner) -> as4.Party:
    return as4.Party(partner.id, partner.party_type) if partner.party_type else as4.Party(partner.id)


def _children(document: Document, numbers: tuple[int, ...], situation: Situation) -> tuple[Join, ...]:
    wanted = set(numbers)
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


def _chunks(numbers: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for start in range(0, max(len(numbers), 1), MOST_CHILDREN):
        yield numbers[start : start + MOST_CHILDREN]


def _condition(text: str | None) -> Condition | None:
    return Condition(text) if text else None


def _sorted(items: frozenset[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items))
