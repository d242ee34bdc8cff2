"""One request at the door for AS4: a message, a request for the oldest that waits here, or the answer to one pulled.

What a partner pulls was sealed as for any other, is leased while it is on its way, and waits again, byte for byte the
same, until its receipt is here.
"""

from datetime import datetime, timedelta

from gateway.core import as4
from gateway.core.as4 import Cause, Ebms, Problem, certificates
from gateway.core.as4.causes import CAUSES
from gateway.core.delivery import Accepted, Failed, Parcel, State
from gateway.core.errors import Fault, Reason
from gateway.core.facts import ParcelAbandoned
from gateway.core.partners import Channel, Partner
from gateway.core.records import Claimed, Record, Rehearsal, Repeated, Standing
from gateway.core.terms import MessageId
from gateway.flows import dispatch, receive, trusting, trying
from gateway.flows.dispatch import Sent
from gateway.flows.ports import Gateway
from gateway.flows.receive import Message, Response
from gateway.flows.situations import new_id

CLOCKS_DIFFER = timedelta(days=1)
"""How far the time of a request to pull may be from ours, so that its id need not be remembered for ever."""

MOST = 20
"""Parcels that are sealed anew or put off at one request before it is answered that nothing waits."""


def accept(gateway: Gateway, message: Message) -> Response:
    """Answer one request. Raises Fault when our own machine fails: the partner tries again."""
    carriers = receive.carriers_of(gateway.store.register(), message)
    if not carriers or not _is_signal(message, gateway.rules):
        return receive.accept(gateway, message)
    try:
        return _answered(gateway, message, carriers)
    except as4.As4Error as error:
        if trusting.met_signer(gateway, error, message.content_type, message.body):
            return accept(gateway, message)
        return receive.refused(gateway, message, carriers[0], error.ref_to, error)


def give_up(gateway: Gateway, at: datetime, most: int = 500) -> int:
    """Set aside what nobody came for in the time that is set, so that somebody is told; returns how many."""
    listed = gateway.store.register().directory.partners.values()
    pulling = [one.id for one in listed if one.channel is Channel.PULL]
    late = gateway.store.uncollected(pulling, at - gateway.waits.give_up, most) if pulling else ()
    for one in late:
        begun = one.state is State.SENDING
        claimed = Claimed(one.parcel, one.attempts if begun else one.attempts + 1, begun=begun)
        told = Record((ParcelAbandoned(at, one.parcel.home, one.parcel.id, Reason.TOO_OLD),))
        gateway.store.settle(claimed, told, lambda lane: (lane, ()), None)
    return len(late)


def _is_signal(message: Message, rules: as4.Rules) -> bool:
    try:
        return as4.is_signal(message.content_type, message.body, rules)
    except as4.As4Error:
        return False  # what cannot be read is refused as a message, and by the same words


def _answered(gateway: Gateway, message: Message, carriers: tuple[Partner, ...]) -> Response:
    """Who signed must be one of those who connected, and the channel or the parcel must be theirs."""
    known = {one.id: certificates.valid(one.pems("sign"), message.at) for one in carriers}
    every = tuple(pem for pems in known.values() for pem in pems)
    found = as4.read_asked(message.content_type, message.body, every, gateway.rules)
    signers = tuple(one for one in carriers if found.signer in known[one.id])
    if isinstance(found, as4.PullRequest):
        return _handed_out(gateway, message.at, found, signers)
    return _settled(gateway, found, signers)


def _handed_out(gateway: Gateway, at: datetime, asked: as4.PullRequest, signers: tuple[Partner, ...]) -> Response:
    """The oldest parcel that waits for whoever asks, or a warning that none does."""
    puller = next((one for one in signers if one.channel is Channel.PULL and one.mpc == asked.mpc), None)
    if puller is None:
        raise as4.As4Error(Cause.CHANNEL, ref_to=asked.message_id)
    if abs(asked.at - at) > CLOCKS_DIFFER:
        raise as4.As4Error(Cause.PULL_TIME, ref_to=asked.message_id)
    try:
        gateway.store.asked(puller.id, asked.message_id, at, 2 * CLOCKS_DIFFER)
    except Repeated:
        raise as4.As4Error(Cause.PULL_REPEATED, ref_to=asked.message_id) from None
    if puller.onboarding:
        ready = trying.next_pulled(gateway, gateway.store, puller)
        return _specimen(*ready) if ready else _nothing_waits(gateway, asked, at)
    for _ in range(MOST):
        claimed = gateway.store.claim_for(puller.id, at, gateway.lease, dispatch.judge(gateway, at), gateway.waits)
        if claimed is None:
            break
        found = dispatch.take_up(gateway, claimed, _sealed)
        if not isinstance(found, Sent):
            return Response(200, found, claimed.parcel.content_type, claimed.parcel.message)
        if found.broke is not None:
            raise found.broke  # it is put off; whoever runs this machine has to hear of it
    return _nothing_waits(gateway, asked, at)


def _specimen(row: Rehearsal, sealed: as4.Sealed) -> Response:
    return Response(200, sealed.body, sealed.content_type, row.message)


def _sealed(gateway: Gateway, claimed: Claimed) -> bytes | Sent:
    """The bytes of one parcel as they were sealed; or what became of it, where they cannot go as they are."""
    parcel = claimed.parcel
    if claimed.attempt > gateway.waits.tries:
        return dispatch.settle(gateway, claimed, Failed(Reason.RECEIPT_MISSING, lasting=True))
    try:
        return gateway.vault.open_kept(gateway.store.kept(parcel.sealed))
    except Fault as fault:
        return dispatch.settle(gateway, claimed, Failed(fault.reason, fault.lasting))


def _soap_of(gateway: Gateway, parcel: Parcel) -> bytes:
    evidence = gateway.store.evidence(parcel.id)
    assert evidence is not None
    return evidence[0]


def _nothing_waits(gateway: Gateway, asked: as4.PullRequest, at: datetime) -> Response:
    problem = Problem(*CAUSES[Cause.NOTHING_WAITS])
    assert problem.code is Ebms.EMPTY
    signer = certificates.answering(gateway.keys.signers(gateway.homes[0]), [asked.signer])
    named = MessageId(f"{new_id('e', gateway.draw)}@{gateway.domain}")
    return Response(200, as4.error_signal(problem, asked.message_id, signer, named, at))


def _settled(gateway: Gateway, found: as4.Receipt | as4.ErrorSignal, signers: tuple[Partner, ...]) -> Response:
    """A receipt proves delivery however late and however often it comes; an error counts while its attempt lasts."""
    try:
        if trying.answered(gateway, gateway.store, signers, found):
            return Response(202, b"", about=found.ref_to)
        standing = _answers(gateway, found, signers)
        message = standing.parcel.message
        assert message is not None, "it was found by it"
        result = dispatch.meaning(found, message, as4.references_in(_soap_of(gateway, standing.parcel)))
    except as4.As4Error as error:
        raise error.about(found.message_id) from None
    if isinstance(result, Accepted) or standing.state is State.SENDING:
        dispatch.settle(gateway, Claimed(standing.parcel, standing.attempts), result)
    return Response(202, b"", about=message)


def _answers(gateway: Gateway, found: as4.Receipt | as4.ErrorSignal, signers: tuple[Partner, ...]) -> Standing:
    """The parcel of theirs that it is about. Raises As4Error."""
    standing = gateway.store.parcel_under(found.ref_to) if found.ref_to is not None else None
    if standing is None or standing.parcel.recipient not in {one.id for one in signers}:
        raise as4.As4Error(Cause.RECEIPT_FOR_ANOTHER)
    return standing
