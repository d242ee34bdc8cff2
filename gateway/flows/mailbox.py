"""What MESH brings: messages to receive, receipts for what we sent, and its own word that it could not deliver.

Each is acknowledged to MESH only when it rests here. Whoever sent a message gets a receipt as a message of its own:
the signed one where AS4 is spoken, and otherwise one that names the digest of the file and bears no signature.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from gateway.core import as4
from gateway.core.as4 import Ebms, certificates
from gateway.core.delivery import PROVABLE, Accepted, Failed, State
from gateway.core.errors import HELP, Code, Fault, Reason, Refusal
from gateway.core.facts import Condition, ParcelAbandoned, ParcelDelivered, ParcelTaken
from gateway.core.partners import Carrier, Partner
from gateway.core.records import Carried, CarriedAs, Plain, Record, Repeated, Reply, Standing
from gateway.core.terms import MessageId, ParcelId, digest
from gateway.flows import dispatch, noting, receive, situations, specimens, trying
from gateway.flows.closing import TEST_SERVICE
from gateway.flows.handoffs import Parcels
from gateway.flows.ports import Gateway
from gateway.flows.receive import Message, Wrong

MESH = Condition(Carrier.MESH)
MOST_BYTES = 40 << 20
ANSWERED = 200
JSON = "application/json"


class Mailbox(Protocol):
    def waiting(self) -> Iterator[Carried]: ...
    def answer(self, to: str, local: str, content_type: str, content: bytes) -> None: ...
    def acknowledge(self, one: str) -> None: ...


def poll(gateway: Gateway, store: Parcels, mailbox: Mailbox) -> int:
    """Take what lies in our mailbox; returns how much there was. Raises Fault: the rest is taken the next time.

    What breaks on one message leaves it there and keeps no other waiting; it is raised in the end, to be told.
    """
    taken, broke = 0, list[Exception]()
    for one in mailbox.waiting():
        try:
            _take(gateway, mailbox, one, gateway.clock())
        except Exception as error:  # (each message has a door of its own)
            if isinstance(error, Fault) and not error.lasting:
                raise  # our own database, or MESH
            broke.append(error)
            continue
        mailbox.acknowledge(one.id)
        taken += 1
    _give_up(gateway, store, gateway.clock())
    if broke:
        raise broke[0]
    return taken


def _take(gateway: Gateway, mailbox: Mailbox, one: Carried, at: datetime) -> None:
    match one.what:
        case CarriedAs.REPORT:
            _undelivered(gateway, one, at)
        case CarriedAs.RECEIPT:
            _receipt(gateway, one, at)
        case CarriedAs.MESSAGE:
            body, content_type = _received(gateway, one, at)
            if body:
                mailbox.answer(one.sender, one.local or one.id, content_type, body)


# -- what we sent -----------------------------------------------------------------------------------------------------


def _receipt(gateway: Gateway, one: Carried, at: datetime) -> None:
    """Settle what it answers. What does not hold, or answers nothing of ours, changes nothing."""
    found = _ours(gateway, one)
    if found is None:
        _of_specimen(gateway, one, at)
    recipient = gateway.store.register().directory.get(found.parcel.recipient) if found else None
    if found is None or recipient is None or recipient.mailbox != one.sender:
        return
    parcel, home = found.parcel, found.parcel.home
    if parcel.sealed_for is None:
        if _stated(one.content) == _file_digest(gateway, found):
            fact = ParcelTaken(at, home, parcel.id, digest(one.content))
            gateway.store.prove(parcel.id, PROVABLE, Record((fact,)))
        return
    evidence = gateway.store.evidence(parcel.id)
    assert evidence is not None
    assert parcel.message is not None
    references = as4.references_in(evidence[0])
    reply = Reply(ANSWERED, one.content_type, one.content)
    result = dispatch.read_reply(gateway, reply, parcel.message, references, recipient)
    match result:
        case Accepted(receipt, of, signed_by, _):
            shown = dispatch.checkpoint_shown(gateway, parcel, result, at)
            came = ParcelDelivered(at, home, parcel.id, of, signed_by)
            delivered = Record((came,), shown=shown) + noting.has_come(gateway.store, parcel, came, gateway.draw)
            gateway.store.prove(parcel.id, PROVABLE, delivered, receipt)
        case Failed(Reason.REFUSED_BY_PARTNER as reason):
            gateway.store.prove(parcel.id, {State.HANDED}, Record((ParcelAbandoned(at, home, parcel.id, reason),)))


def _of_specimen(gateway: Gateway, one: Carried, at: datetime) -> None:
    """Settle a specimen that went to a partner that is being connected."""
    came = Message(at, one.content_type, one.content, None, mailbox=one.sender)
    for partner in receive.carriers_of(gateway.store.register(), came):
        known, rules = certificates.valid(partner.pems("sign"), at), gateway.rules.granting(partner.accepts)
        with suppress(as4.As4Error):
            found = as4.read_signal(one.content_type, one.content, known, rules)
            trying.answered(gateway, gateway.store, (partner,), found)


def _undelivered(gateway: Gateway, one: Carried, at: datetime) -> None:
    """MESH gave up: so do we, and a person is told and may send it again."""
    found = _ours(gateway, one)
    if found is not None:
        fact = ParcelAbandoned(at, found.parcel.home, found.parcel.id, Reason.UNDELIVERED)
        gateway.store.prove(found.parcel.id, {State.HANDED}, Record((fact,)))


def _give_up(gateway: Gateway, store: Parcels, at: datetime) -> None:
    """What nobody has signed for in all the time that is set is given up and told; a later receipt still settles it."""
    for one in store.parcels_in([State.HANDED], 1000):
        if one.parcel.carrier == MESH and at - one.moved_at >= gateway.waits.give_up:
            fact = ParcelAbandoned(at, one.parcel.home, one.parcel.id, Reason.TOO_OLD)
            gateway.store.prove(one.parcel.id, {State.HANDED}, Record((fact,)))


def _ours(gateway: Gateway, one: Carried) -> Standing | None:
    try:
        found = gateway.store.parcel(ParcelId(one.local))
    except ValueError:
        return None
    return found if found is not None and found.parcel.carrier == MESH else None


def _stated(content: bytes) -> str | None:
    """The digest of the file that a plain receipt names."""
    try:
        said = json.loads(content)
    except ValueError:
        return None
    return str(said.get("sha256")) if isinstance(said, dict) else None


def _file_digest(gateway: Gateway, found: Standing) -> str:
    rested = gateway.vault.open_kept(gateway.store.kept(found.parcel.sealed))
    return digest(situations.parse_named(rested)[1])


# -- what others sent -------------------------------------------------------------------------------------------------


def _received(gateway: Gateway, one: Carried, at: datetime) -> tuple[bytes, str]:
    """Take one message in, and what to answer; nothing to one whom we do not know."""
    register = gateway.store.register()
    message = Message(at, one.content_type, one.content, None, mailbox=one.sender)
    if "multipart/related" in one.content_type.lower():
        answer = receive.accept(gateway, message)
        return (answer.body, answer.content_type) if answer.status == ANSWERED else (b"", "")
    known = receive.carriers_of(register, message)
    home = gateway.homes[0]
    try:
        return plain(gateway, message, one, _sender(known, one)), JSON
    except Wrong as wrong:
        refused = specimens.refusal(at, home, next(iter(known), None), wrong.code)
        gateway.store.record(Record((refused,)))
        words = HELP[wrong.code]
        told = {"outcome": "refused", "code": wrong.code, "sentence": words.sentence, "fix": words.fix}
        return (json.dumps(told).encode(), JSON) if known else (b"", "")


def _sender(known: Sequence[Partner], one: Carried) -> Partner:
    if not known:
        raise Wrong(Ebms.AUTHENTICATION, Code.NOT_ENROLLED)
    if not known[0].plain or len(one.content) > MOST_BYTES:
        raise Wrong(Ebms.POLICY, Code.NOT_A_FILE_WE_KNOW)
    return known[0]


def plain(gateway: Gateway, message: Message, one: Carried, sender: Partner, by: Carrier = Carrier.MESH) -> bytes:
    """Receive a plain file as any message; the receipt names its digest. Raises Wrong, or Fault.

    A sender that lost the answer of MESH sends blindly again: MESH then has it twice, and we take it once.
    """
    here = situations.of(gateway, gateway.homes[0], message.at)
    named = MessageId(f"{one.id}@{by}")
    part = as4.Part(one.content, "application/xml", one.name)
    service, local = TEST_SERVICE if one.test else "", one.local or one.id
    came = Plain.brought(named, message.at, sender.id, here.home.id, part, service=service, conversation=local)
    again = digest(f"{one.local}\n".encode() + one.content) if one.local else named
    seen = gateway.store.answer("message", sender.id, again)
    if seen is not None:
        return seen.body
    receipt = json.dumps({"received": named, "sha256": digest(one.content)}).encode()
    try:
        planned = receive.plan(gateway, message, came, sender, here, receipt)
        assert planned.answer is not None
        gateway.store.record(replace(planned, answer=replace(planned.answer, key=again)))
    except Refusal as refusal:
        raise Wrong(Ebms.OTHER, refusal.code) from refusal
    except Repeated:
        return plain(gateway, message, one, sender, by)
    return receipt
