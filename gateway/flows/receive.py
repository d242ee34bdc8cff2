"""One message from a partner's gateway: open, verify, check, store and record, and only then answer with the receipt.

A message that was processed gets the same receipt again, byte for byte; the same disclosure under another message id
is receipted and not delivered twice; a known id with other content is refused and noted.
"""

import base64
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from gateway.core import as4, documents
from gateway.core.as4 import Ebms, Problem, certificates
from gateway.core.days import day_of
from gateway.core.delivery import Parcel
from gateway.core.documents import Document, Marker, Verdict
from gateway.core.errors import HELP, Code, Refusal
from gateway.core.facts import Join, MessageReceived, MessageRepeated, ParcelShelved, Version, What, join
from gateway.core.partners import Partner, in_clear
from gateway.core.records import Answer, Came, Record, Register, Repeated
from gateway.core.terms import (
    Digest,
    DisclosureId,
    MessageId,
    ParcelId,
    PartnerId,
    PurposeCode,
    Token,
    UploadId,
    digest,
)
from gateway.flows import (
    arrivals,
    countersigning,
    disclose,
    hearing,
    noting,
    peers,
    receiving,
    situations,
    specimens,
)
from gateway.flows.closing import COVER
from gateway.flows.ports import Gateway
from gateway.flows.receiving import Taken
from gateway.flows.rights import arriving
from gateway.flows.situations import Situation, named, new_id
from gateway.flows.trusting import met_signer

T = TypeVar("T", bound=Token)


@dataclass(frozen=True, slots=True)
class Message:
    """What a connection carried. ``connection`` is the digest of the TLS client certificate that carried it.

    ``mpc`` is the channel from which we pulled it. What MESH brought came over no connection, but from a ``mailbox``.
    """

    at: datetime
    content_type: str
    body: bytes
    connection: Digest | None
    mpc: str | None = None
    mailbox: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back. Errors of the message are signed signals with status 200: the transport did its work.

    ``about`` is the message, if a known partner signed it; ``taken`` says that the body is its receipt.
    """

    status: int
    body: bytes
    content_type: str = as4.SOAP_CONTENT_TYPE
    about: MessageId | None = None
    taken: bool = False


class Wrong(Exception):
    """The message is refused: an EBMS code for the machine, ours for the person."""

    def __init__(self, ebms: Ebms, code: Code) -> None:
        super().__init__(code.value)
        self.problem = Problem(ebms, f"{code}: {HELP[code].sentence}")
        self.code = code


def accept(gateway: Gateway, message: Message) -> Response:
    """Take one message in and answer it. Raises Fault when our own machine fails: the sender tries again."""
    register = gateway.store.register()
    carriers = carriers_of(register, message)
    if not carriers:
        return refused(gateway, message, None, None, Wrong(Ebms.AUTHENTICATION, Code.NOT_ENROLLED))
    about: MessageId | None = None
    rules = gateway.rules.granting(option for one in carriers for option in one.accepts)
    try:
        opened = as4.open_sealed(
            message.content_type, message.body, _opener(gateway), _registered(register, message.at), rules
        )
        about = opened.message.message_id
        sender, home = _sender(opened, carriers), _home(gateway, opened, register, message.mpc)
        return _answered(gateway, message, opened, sender, home, register)
    except as4.As4Error as error:
        if met_signer(gateway, error, message.content_type, message.body):
            return accept(gateway, message)
        return refused(gateway, message, carriers[0], error.ref_to, error)
    except Wrong as wrong:
        return replace(refused(gateway, message, carriers[0], about, wrong), about=about)


def carriers_of(register: Register, message: Message) -> tuple[Partner, ...]:
    """Who brought it, as the connection or the mailbox shows: nobody we know, a partner, or all who share a gateway."""
    if message.connection is not None:
        shown = register.directory.by_certificate("tls", message.connection)
    else:
        shown = tuple(one for one in register.directory.partners.values() if one.mailbox == message.mailbox != "")
    return tuple(one for one in shown if one.in_effect.covers(day_of(message.at)))


def _opener(gateway: Gateway) -> as4.Opener:
    """The keys of every home: which of them a message is for is known only once it is open."""
    openers = [gateway.keys.opener(home) for home in gateway.homes]
    whose = {one: opener for opener in openers for one in opener.certificates}
    return as4.Opener(tuple(whose), lambda certificate, transport: whose[certificate].unwrap(certificate, transport))


def _registered(register: Register, at: datetime) -> as4.Registered:
    def signing(party: str) -> tuple[certificates.Certificate, ...]:
        partner = register.directory.find_text(party)
        return certificates.valid(partner.pems("sign"), at) if partner else ()

    return signing


def _sender(opened: as4.Opened, carriers: tuple[Partner, ...]) -> Partner:
    """Who signed must be who connected, or one of the homes that share the gateway that connected."""
    for carrier in carriers:
        if carrier.id == opened.message.sender.id:
            return _as_agreed(carrier, opened.message.sender, opened)
    raise Wrong(Ebms.AUTHENTICATION, Code.WRONG_PARTNER)


def _as_agreed(partner: Partner, named: as4.Party, opened: as4.Opened) -> Partner:
    """An id of another type may be somebody else's (ebMS3 core §5.2.2.4)."""
    if partner.party != named:
        raise as4.As4Error(as4.Cause.PARTY_TYPE, ref_to=opened.message.message_id)
    return partner


def _home(gateway: Gateway, opened: as4.Opened, register: Register, pulled_from: str | None) -> PartnerId:
    if pulled_from not in {None, opened.message.mpc}:
        raise as4.As4Error(as4.Cause.CHANNEL, ref_to=opened.message.message_id)
    for home in gateway.homes:
        if opened.message.recipient.id == home:
            return _as_agreed(register.directory.get(home), opened.message.recipient, opened).id
    raise Wrong(Ebms.VALUE, Code.NOT_FOR_US)


def _answered(
    gateway: Gateway, message: Message, opened: as4.Opened, sender: Partner, home: PartnerId, register: Register
) -> Response:
    """Answer a verified message: with the receipt it got before, or after recording it."""
    content = payload(opened)
    seen = gateway.store.answer("message", sender.id, opened.message.message_id)
    if seen is not None and seen.digest != content:
        raise Wrong(Ebms.OTHER, Code.KNOWN_ID_OTHER_CONTENT)
    if seen is not None and seen.soap == opened.soap_digest:
        return Response(200, seen.body, about=opened.message.message_id, taken=True)
    here = situations.of(gateway, home, message.at, register)
    named_so = MessageId(f"{new_id('r', gateway.draw)}@{gateway.domain}")
    signer = certificates.answering(here.signers, [opened.signer])
    receipt = as4.receipt(opened, signer, named_so, message.at, _checkpoint(here))
    # what was delivered in another wrapping gets a receipt of its own; the test service delivers nothing
    if seen is None and not opened.message.for_test:
        try:
            if gateway.store.register().version != register.version:
                return accept(gateway, message)  # somebody may have revoked the key that signed it
            shown = peers.shown(sender, dict(opened.message.properties).get("checkpoint"), message.at)
            for one in shown:
                countersigning.look(gateway, sender, one.note, message.at)
            gateway.store.record(plan(gateway, message, opened, sender, here, receipt) + Record((), shown=shown))
        except Refusal as refusal:
            raise Wrong(Ebms.OTHER, refusal.code) from refusal
        except Repeated:
            return _answered(gateway, message, opened, sender, home, register)
    return Response(200, receipt, about=opened.message.message_id, taken=True)


def plan(gateway: Gateway, message: Message, opened: Came, sender: Partner, here: Situation, receipt: bytes) -> Record:
    """Everything that receiving this message writes: the document on its reader's shelf, the line, the answer."""
    specimens.refuse_mixed(opened.message, sender)
    properties = dict(opened.message.properties)
    known, soap = opened.message.message_id, opened.soap_digest
    answer = Answer("message", sender.id, known, payload(opened), receipt, message.at, soap)
    disclosure = _parsed(DisclosureId, properties.get("disclosureId"))
    if not sender.onboarding and disclosure is not None and gateway.store.delivered(sender.id, disclosure):
        repeated = MessageRepeated(
            message.at, here.home.id, in_clear(sender), opened.message.message_id, disclosure, digest(receipt)
        )
        return Record((repeated,), answer=answer)
    document, marker = _read(opened, here)
    reader = _reader(properties, here)
    specimens.refuse_unmarked(document, sender)
    if sender.onboarding:
        return specimens.came(opened, (document, marker), sender, reader, answer, here)
    receiving.refuse_known(gateway.store, disclosure)
    taken = receiving.take(document, sender, reader, properties, marker, here)
    kept = here.keep(named(taken.document.name, taken.document.content))
    under = disclosure or DisclosureId(new_id("d", here.draw))  # others' products may name none
    received, joins = _received(opened, document, sender, under, receipt, here, taken)
    whom = disclose.organisation_join(reader, here.draw)
    parcel = _shelved(received[0], under, taken.document, sender, reader, properties, here, kept.id)
    shelved = ParcelShelved(message.at, here.home.id, parcel.id, parcel.disclosure, whom.commitment)
    answer = replace(answer, disclosure=disclosure)
    made = Record((*received, shelved), (*joins, whom), (kept,), (parcel,), answer=answer)
    noted = noting.came(gateway.store, document, parcel, sender.id, received[0].payload, taken.handles, here)
    cased = arrivals.from_partner(taken.document, sender.id, parcel, here)
    asked = arriving.record(gateway.store, taken.document, parcel, sender, here)
    called = hearing.arrived(gateway, taken.document, sender, parcel, here)
    return made + taken.record(parcel, here) + noted + cased + asked + called


def payload(opened: Came) -> Digest:
    """What the message carries, however it was wrapped."""
    return digest(b"".join(digest(part.content).encode() for part in opened.message.parts))


def _read(opened: Came, here: Situation) -> tuple[Document, Marker | None]:
    """The one document that a message carries, valid in every part, and the handling marker in it or beside it.

    A partner mends what is not valid before it sends.
    """
    parts = opened.message.parts
    if not parts or [part.name for part in parts[1:]] not in ([], [COVER]):
        raise Wrong(Ebms.PAYLOAD, Code.NOT_A_FILE_WE_KNOW)
    try:
        reading = documents.read(parts[0].name, parts[0].content, here.rulebook.schemas, here.rulebook.known.meanings())
        beside = documents.read_cover(parts[1].content).marker if parts[1:] else None
    except Refusal as refusal:
        raise Wrong(Ebms.OTHER, refusal.code) from refusal
    if reading.document is None or reading.outcome is Verdict.ERRORS:
        raise Wrong(Ebms.OTHER, Code.FINDINGS)
    return reading.document, beside or documents.marker_of(reading.document)


def _reader(properties: dict[str, str], here: Situation) -> PartnerId:
    """Whose shelf: the organisation the sender names, if this gateway receives for it, else the home's own."""
    named = here.register.directory.find_text(properties.get("finalRecipient", here.home.id))
    if named is None or here.register.directory.receiver(named).id != here.home.id:
        raise Wrong(Ebms.VALUE, Code.NOT_FOR_US)
    return named.id


def _received(
    opened: Came, document: Document, sender: Partner, under: DisclosureId, receipt: bytes, here: Situation,
    taken: Taken,
) -> tuple[tuple[MessageReceived, ...], tuple[Join, ...]]:  # fmt: skip
    """What to log: a line for each 500 children, for a partner's own product may send more at a time."""
    children = disclose.children(document, tuple(pupil.number for pupil in document.pupils), here)
    payload = join(here.draw, What.PAYLOAD, document.content, digest(document.content))
    purpose = _parsed(PurposeCode, dict(opened.message.properties).get("purpose"))
    fact = MessageReceived(
        at=here.at,
        home=here.home.id,
        sender=in_clear(sender),
        message=opened.message.message_id,
        disclosure=under,
        soap=opened.soap_digest,
        kind=document.kind,
        version=Version(document.version),
        purpose=purpose,
        agreement=taken.agreement,
        children=(),
        payload=payload.commitment,
        receipt=digest(receipt),
        unagreed=taken.unagreed or None,
        marked=taken.marked or None,
        left_out=tuple(sorted(taken.left_out)) or None,
    )
    lines = [
        (replace(fact, children=some), () if fact.sender else (disclose.organisation_join(sender.id, here.draw),))
        for some in disclose.chunks(tuple(child.commitment for child in children))
    ]
    said = tuple(replace(one, told_by=who[0].commitment) if who else one for one, who in lines)
    return said, (*children, payload, *(one for _, who in lines for one in who))


def _shelved(
    received: MessageReceived, under: DisclosureId, document: Document, sender: Partner, reader: PartnerId,
    properties: dict[str, str], here: Situation, kept: str,
) -> Parcel:  # fmt: skip
    """What lies on the reader's shelf until a person collects it."""
    directory = here.register.directory
    origin = directory.find_text(properties.get("originalSender", sender.id))
    if origin is None or directory.receiver(origin).id != sender.id:
        origin = sender  # nobody speaks in the name of somebody whom it does not serve: who signed it told us
    return Parcel(
        id=ParcelId(new_id("p", here.draw)),
        home=here.home.id,
        disclosure=under,
        source=UploadId(new_id("u", here.draw)),
        discloser=origin.id,
        recipient=here.home.id,
        reader=reader,
        purpose=received.purpose or PurposeCode("P00"),
        agreement=received.agreement,
        agreement_content=None,
        pupils=tuple(pupil.number for pupil in document.pupils),
        document=kept,
        sealed_at=here.at,
        sealed=kept,
    )


def _checkpoint(here: Situation) -> str | None:
    """Our newest checkpoint, for the other side to hold us to."""
    return base64.b64encode(here.checkpoint.encode()).decode() if here.checkpoint else None


def refused(
    gateway: Gateway, message: Message, carrier: Partner | None, about: MessageId | None, wrong: Wrong | as4.As4Error
) -> Response:
    """Log the refusal and answer with a signed error."""
    home = gateway.homes[0]
    gateway.store.record(Record((specimens.refusal(message.at, home, carrier, wrong.code),)))
    shown = certificates.valid(carrier.pems("sign"), message.at) if carrier else ()
    signer = certificates.answering(gateway.keys.signers(home), shown)
    named = MessageId(f"{new_id('e', gateway.draw)}@{gateway.domain}")
    return Response(200 if carrier else 403, as4.error_signal(wrong.problem, about, signer, named, message.at))


def _parsed(kind: type[T], text: str | None) -> T | None:
    """Parse what a foreign sender may leave out or fill otherwise."""
    try:
        return kind(text) if text is not None else None
    except ValueError:
        return None
