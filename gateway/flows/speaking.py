"""What people of a partner without a machine do at our pages: open what came for them, answer it, and tell us.

What they say is taken in as a message of that partner is: read, held against our agreements, recorded with its states
and cases, and only then answered with a receipt, which we sign. They see what is for their own organisation alone.
"""

from dataclasses import dataclass
from datetime import datetime

from gateway.core import as4, documents, recipients
from gateway.core.days import day_of
from gateway.core.delivery import State
from gateway.core.documents import Document, Message
from gateway.core.documents.messages.parts import Heading, Reader, ReturnRoute, Sender
from gateway.core.errors import Code, Refusal
from gateway.core.facts import TeamSpoke, What, join
from gateway.core.notices import Side
from gateway.core.partners import Channel, Partner
from gateway.core.records import Person, Plain, Record, Repeated
from gateway.core.roles import Can, may
from gateway.core.terms import DisclosureId, LaEstab, MessageId, ParcelId, UploadId, digest
from gateway.flows import answering, casework, reading, receive, situations
from gateway.flows.casework import Collections, Shelved
from gateway.flows.notices import phone_of
from gateway.flows.ports import Gateway
from gateway.flows.reading import Opened
from gateway.flows.receive import Wrong
from gateway.flows.situations import Situation, new_id

ROLE = "Duty desk"
"""Who answers, whoever did: a role, never a name."""

POWER = "Children Act 2004 s10 and s11"
DESK = "cme"
"""The team of ours to which goes what comes from somebody without a number of their own."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said is with the council: under which number, and the receipt that proves it."""

    disclosure: DisclosureId
    receipt: str


def partner_of(gateway: Gateway, person: Person, at: datetime) -> Partner:
    """For whom somebody speaks here. Raises Refusal(NOT_ALLOWED) for whoever has a machine, or is none of ours."""
    found = gateway.store.register().directory.find(person.organisation)
    speaks = may(person.role, Can.SPEAK) and found is not None and found.channel is Channel.INBOX
    if not speaks or found is None or found.served_by not in gateway.homes or found.kind.school:
        raise Refusal(Code.NOT_ALLOWED)
    if not found.in_effect.covers(day_of(at)):
        raise Refusal(Code.NOT_ENROLLED)
    return found


def listed(gateway: Gateway, log: Collections, person: Person, at: datetime) -> list[Shelved]:
    """What came for their organisation, newest first; of an enquiry that is over, nothing."""
    partner_of(gateway, person, at)
    return [one for one in casework.inbox(gateway, log, person) if not _over(gateway, one.parcel)]


def opened(gateway: Gateway, person: Person, parcel: ParcelId, at: datetime) -> Opened:
    """Show it to somebody, and log that first: its sender sees that a person has opened it. Raises Refusal."""
    partner_of(gateway, person, at)
    return reading.opened(gateway, person, parcel, at)


def before(gateway: Gateway, person: Person, parcel: ParcelId, at: datetime) -> Opened:
    """The same for whoever is about to answer it. Raises Refusal(NOT_FOUND) for what nobody there has opened yet."""
    partner_of(gateway, person, at)
    standing = casework.readable(gateway, person, parcel)
    if standing.state is not State.COLLECTED:
        raise Refusal(Code.NOT_FOUND)
    if _over(gateway, parcel):
        raise Refusal(Code.SETTLED)
    return reading.made(gateway, person, parcel, *casework.as_it_stands(gateway, standing))


def heading(gateway: Gateway, person: Person, case: str, at: datetime) -> Heading:
    """Of what they say: from their number to the council's, or, where they have none, to its desk for such children."""
    partner = partner_of(gateway, person, at)
    home = gateway.store.register().directory.receiver(partner)
    ours = LaEstab(f"{home.la}LLLL")
    theirs = partner.number
    return Heading(
        date_time=at.replace(tzinfo=None, microsecond=0),
        source=Sender(number=theirs or ours),
        dest=Reader(number=ours) if theirs else Reader(number=ours, team=DESK),
        case=case,
        return_route=ReturnRoute(officer_role=ROLE, phone_no=phone_of(partner)),
        power=POWER,
    )


def say(gateway: Gateway, person: Person, message: Message, at: datetime) -> Spoken:
    """Take in what they say. The same again within the same second is said once.

    Raises Refusal: FINDINGS for what cannot be read, and as receiving does.
    """
    partner = partner_of(gateway, person, at)
    here = situations.of(gateway, partner.id, at)
    name, content = str(documents.file_name(message)), documents.write(message)
    reading = documents.read(name, content, here.rulebook.schemas, here.rulebook.known.meanings())
    if reading.document is None:
        raise Refusal(Code.FINDINGS, reading.findings)
    named = MessageId(f"{digest(content)}@inbox.{partner.id}")
    seen = gateway.store.answer("message", partner.id, named)
    if seen is not None and seen.disclosure is not None:
        return Spoken(seen.disclosure, seen.body.decode())
    disclosure = DisclosureId(new_id("d", here.draw))
    came = _came(reading.document, named, disclosure, partner, here)
    receipt = gateway.vault.sign_note(_receipt(reading.document, disclosure, partner, here))
    who = join(here.draw, What.PERSON, person.id, person.id)
    fact = TeamSpoke(at, here.home.id, disclosure, who.commitment)
    try:
        record = receive.plan(gateway, receive.Message(at, "", content, None), came, partner, here, receipt.encode())
        gateway.store.record(record + Record((fact,), (who,)))
    except Wrong as wrong:
        raise Refusal(wrong.code) from wrong
    except Repeated:
        return say(gateway, person, message, at)
    return Spoken(disclosure, receipt)


def _over(gateway: Gateway, parcel: ParcelId) -> bool:
    standing = gateway.store.parcel(parcel)
    asked = gateway.store.notice(standing.parcel.disclosure, Side.SENT) if standing else None
    return asked is not None and asked.ended_at is not None


def _came(document: Document, named: MessageId, disclosure: DisclosureId, partner: Partner, here: Situation) -> Plain:
    """Who it is, the session has shown."""
    day, directory = day_of(here.at), here.register.directory
    purpose = recipients.of(document, here.home, directory, day)[0].purpose
    said = (("disclosureId", disclosure), ("purpose", purpose), ("finalRecipient", here.home.id))
    return Plain.brought(
        named, here.at, partner.id, here.home.id, as4.Part(document.content, "application/xml", document.name),
        action=document.kind, conversation=disclosure, properties=said,
    )  # fmt: skip


def _receipt(document: Document, disclosure: DisclosureId, partner: Partner, here: Situation) -> str:
    """What is signed for them, in the words of a school's receipt: a line a fact, no child in it."""
    pupils = len(document.pupils) if documents.names_children(document) else 0
    said = [f"received {document.kind} {disclosure}"]
    return answering.receipt(partner.id, UploadId(new_id("u", here.draw)), digest(document.content), pupils, said, here)
