"""Fetch what partners keep for us: ask, take each message in as if it had been brought, and hand over its receipt.

A partner that pulls and one that is pulled from see the same receipts as in a push, in a request of their own.
"""

from collections.abc import Sequence

from gateway.core import as4
from gateway.core.as4 import Ebms, certificates
from gateway.core.days import day_of
from gateway.core.errors import Fault, Reason
from gateway.core.partners import Partner
from gateway.core.records import Reply
from gateway.core.terms import MessageId, PartnerId
from gateway.flows import receive
from gateway.flows.dispatch import BUSY, NOT_AN_ANSWER
from gateway.flows.ports import Gateway, Pull
from gateway.flows.receive import Message
from gateway.flows.situations import new_id


def partners_to_pull(gateway: Gateway) -> Sequence[Partner]:
    """Everybody who keeps messages for us until we come."""
    listed, day = gateway.store.register().directory.partners.values(), day_of(gateway.clock())
    return [one for one in listed if one.pulled and one.in_effect.covers(day) and one.id not in gateway.homes]


def pull(gateway: Gateway, hand: Pull, partner: Partner, most: int = 20) -> int:
    """Take in what waits for each of our homes at one partner, ``most`` at a time each; returns how many came.

    Raises Fault with what failed; what was not receipted waits there and comes again.
    """
    return sum(_pulled(gateway, hand, partner, home, most) for home in gateway.homes)


def _pulled(gateway: Gateway, hand: Pull, partner: Partner, home: PartnerId, most: int) -> int:
    for number in range(most):
        if not _one(gateway, hand, partner, home):
            return number
    return most


def _one(gateway: Gateway, hand: Pull, partner: Partner, home: PartnerId) -> bool:
    """Ask once; False when nothing waits, or what came is not taken and would come again."""
    mpc = gateway.store.register().directory.get(home).mpc
    named = MessageId(f"{new_id('q', gateway.draw)}@{gateway.domain}")
    signer = certificates.answering(
        gateway.keys.signers(home), certificates.valid(partner.pems("sign"), gateway.clock())
    )
    request = as4.pull_request(mpc, signer, named, gateway.clock())
    reply = hand.pull(partner, home, as4.SOAP_CONTENT_TYPE, request)
    if _says_nothing_waits(gateway, partner, reply):
        return False
    # whoever answered holds a certificate that we pinned; they are named as they are when they bring something
    connection = min(partner.fingerprints("tls"))
    answer = receive.accept(gateway, Message(gateway.clock(), reply.content_type, reply.body, connection, mpc))
    said = gateway.transport.send(partner, home, answer.content_type, answer.body)
    if said.status >= NOT_AN_ANSWER:
        raise Fault(Reason.HTTP_STATUS)
    return answer.taken


def _says_nothing_waits(gateway: Gateway, partner: Partner, reply: Reply) -> bool:
    """False for what may be a message. Raises Fault for any other answer."""
    if reply.status in BUSY:
        raise Fault(Reason.BUSY)
    if reply.status >= NOT_AN_ANSWER:
        raise Fault(Reason.HTTP_STATUS)
    try:
        if not as4.is_signal(reply.content_type, reply.body, gateway.rules):
            return False
        known = certificates.valid(partner.pems("sign"), gateway.clock())
        signal = as4.read_signal(reply.content_type, reply.body, known, gateway.rules)
    except as4.As4Error as error:
        raise Fault(Reason.RECEIPT_INVALID) from error
    if not isinstance(signal, as4.ErrorSignal) or {one.code for one in signal.errors} != {Ebms.EMPTY}:
        raise Fault(Reason.REFUSED_BY_PARTNER)
    return True
