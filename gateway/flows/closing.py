"""Close an extract for one recipient: seal it as an AS4 message, pack it plain, or lay it on our own shelf."""

import base64
from dataclasses import replace

from gateway.core import as4, partners
from gateway.core.as4 import certificates
from gateway.core.days import day_of
from gateway.core.decisions import Decision
from gateway.core.delivery import Parcel
from gateway.core.documents import handoff
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Condition, Fact, Join, ParcelPacked, ParcelSealed, ParcelShelved
from gateway.core.partners import Carrier, Channel, Partner
from gateway.core.recipients import Destination
from gateway.core.records import Evidence, Record
from gateway.core.sharing import Extract
from gateway.core.terms import DisclosureId, MessageId, ParcelId
from gateway.flows.situations import Situation, Source, named, new_id

SERVICE = "urn:cme-gateway:records"
TEST_SERVICE = "urn:cme-gateway:records:test"
"""For specimens, with the same actions. A service of its own, because every AS4 product finds the P-Mode by service and
action: one that was never told of it refuses a specimen, where it would hand on a property that it does not know and
take the specimen for real. The test service of ebMS3 (core §5.2.2.8) delivers nothing, so it cannot rehearse a reading.
"""
COVER = "handling.xml"
"""The name of the part that carries a handling marker beside a transfer file."""

INITIATOR = "http://docs.oasis-open.org/ebxml-msg/ebms/v3.0/ns/core/200704/initiator"
RESPONDER = "http://docs.oasis-open.org/ebxml-msg/ebms/v3.0/ns/core/200704/responder"


def parcel_for(
    source: Source,
    destination: Destination,
    decision: Decision,
    situation: Situation,
    disclosure: DisclosureId,
    through: Partner,
) -> Parcel:
    """The parcel before it is closed."""
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
        kind=source.document.kind,
    )


def close(parcel: Parcel, extract: Extract, through: Partner, whom: Join, situation: Situation) -> Record:
    """Close an extract for its reader: on our own shelf, sealed for the gateway that receives for them, or plain.

    Raises Refusal: NO_CERTIFICATE when there is no valid certificate to seal for, CARRIER where a marker would have to
    go beside a plain file, TOO_LARGE for more than school2school takes.
    """
    if through.id in situation.homes:
        return _shelve(parcel, extract, whom, situation)
    if extract.decision.carrier is Carrier.S2S or through.takes_plain:
        return _pack(parcel, extract, through, situation)
    return _seal(parcel, extract, through, situation)


def agreed(through: Partner, situation: Situation) -> certificates.Agreed | None:
    """By which key of ours, for which certificate of theirs and how a message to a partner is closed, if at all."""
    signs = {certificates.profile_of(one) for one in partners.signing(through, situation.at)}
    seals = partners.sealing(through, situation.at)
    # without a certificate of theirs for signing in the same profile no receipt could be verified
    return certificates.agreed(
        situation.signers, [one for one in seals if certificates.profile_of(one) in signs], through.profile
    )


def _shelve(parcel: Parcel, extract: Extract, whom: Join, situation: Situation) -> Record:
    kept = situation.keep(named(extract.document.name, extract.document.content))
    shelved = ParcelShelved(situation.at, situation.home.id, parcel.id, parcel.disclosure, whom.commitment)
    return Record((shelved,), kept=(kept,), parcels=(replace(parcel, sealed=kept.id),))


def _pack(parcel: Parcel, extract: Extract, through: Partner, situation: Situation) -> Record:
    carrier = extract.decision.carrier
    if extract.cover or carrier is None:
        raise Refusal(Code.CARRIER)
    document = extract.document
    file = handoff.for_s2s(document) if carrier is Carrier.S2S else (document.name, document.content)
    kept, how = situation.keep(named(*file)), Condition(carrier)
    packed = ParcelPacked(
        situation.at, situation.home.id, parcel.id, parcel.disclosure, how, partners.in_clear(through)
    )
    return Record((packed,), kept=(kept,), parcels=(replace(parcel, sealed=kept.id, carrier=how),))


def _seal(parcel: Parcel, extract: Extract, through: Partner, situation: Situation) -> Record:
    closed, sealed = as_message(parcel, extract, through, situation)
    kept = situation.keep(sealed.body)
    assert closed.message is not None
    assert closed.sealed_for is not None
    assert closed.signed_by is not None
    fact: Fact = ParcelSealed(
        situation.at,
        situation.home.id,
        parcel.id,
        parcel.disclosure,
        closed.message,
        partners.in_clear(through),
        sealed.soap_digest,
        closed.sealed_for,
        closed.signed_by,
    )
    parcels = (replace(closed, sealed=kept.id),)
    return Record((fact,), kept=(kept,), parcels=parcels, evidence=(Evidence(parcel.id, sealed.soap),))


def as_message(
    parcel: Parcel, extract: Extract, through: Partner, situation: Situation, service: str = SERVICE
) -> tuple[Parcel, as4.Sealed]:
    """Seal an extract as a message; the parcel as it then is, but for where the message is kept.

    Raises Refusal(NO_CERTIFICATE) when there is no valid certificate to seal for.
    """
    found = agreed(through, situation)
    gone = not through.in_effect.covers(day_of(situation.at))
    if found is None or gone or not through.channel.sealed:
        raise Refusal(Code.NO_CERTIFICATE)
    signer, certificate, profile = found
    named_so = MessageId(f"{new_id('m', situation.draw)}@{situation.domain}")
    said = _message(parcel, extract, through, named_so, situation, service)
    sealed = as4.seal(said, signer, certificate, profile, situation.draw)
    closed = replace(
        parcel,
        message=named_so,
        content_type=sealed.content_type,
        sealed_for=certificates.fingerprint(certificate),
        signed_by=certificates.fingerprint(signer.certificate),
        carrier=Condition(Carrier.MESH) if through.channel is Channel.MESH else None,
        mpc=through.pulls_on,
    )
    return closed, sealed


def _message(
    parcel: Parcel, extract: Extract, through: Partner, message: MessageId, situation: Situation, service: str
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
        sender=situation.home.party,
        recipient=through.party,
        sender_role=INITIATOR,
        recipient_role=RESPONDER,
        service=service,
        service_type=None,
        action=extract.document.kind,
        agreement=parcel.agreement or f"duty:{parcel.purpose}",
        conversation=parcel.disclosure,
        ref_to=None,
        properties=tuple(properties),
        parts=(
            as4.Part(extract.document.content, "application/xml", extract.document.name),
            *([as4.Part(extract.cover, "application/xml", COVER)] if extract.cover else []),
        ),
        mpc=through.pulls_on,
    )
