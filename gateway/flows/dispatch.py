"""Take every due parcel to its door once, and write down what came of it.

A claim is a lease, logged before a socket opens; no transaction is open while the network is. A parcel that may no
longer go as it was sealed is withdrawn, decided and sealed anew from the document kept for it, in one transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from typing import TypeVar

from gateway.core import agreements, as4, delivery, partners, tasks
from gateway.core.as4 import Ebms, certificates
from gateway.core.clocks import SOMEWHERE
from gateway.core.days import day_of
from gateway.core.delivery import Accepted, Failed, Handed, Lane, Parcel, Result
from gateway.core.errors import Code, Fault, Reason, Refusal
from gateway.core.facts import (
    AttemptStarted,
    Condition,
    Fact,
    ParcelAbandoned,
    ParcelDeferred,
    ParcelHanded,
    ParcelResent,
    ParcelWithdrawn,
    PartnerPaused,
    PartnerResumed,
    Stale,
    TaskKind,
    What,
    join,
    parse_line,
)
from gateway.core.partners import Carrier, Partner, Wait
from gateway.core.records import Claimed, Judge, LaneRule, PeerCheckpoint, Record, Register, Reply
from gateway.core.tasks import Task
from gateway.core.terms import Digest, Flag, MessageId, ParcelId, PartnerId, PersonId, TaskId, digest
from gateway.flows import countersigning, noting, peers, renewing, trusting, turning
from gateway.flows.ports import Gateway
from gateway.flows.situations import new_id, parse_named

LASTING = frozenset({Ebms.VALUE, Ebms.OTHER, Ebms.MIME, Ebms.HEADER, Ebms.PAYLOAD, Ebms.POLICY, Ebms.DECOMPRESSION})
"""A partner's signed refusals that another try with the same bytes cannot mend (ebMS3 core §6.7)."""

NOT_TAKEN = frozenset({Reason.BUSY, Reason.REFUSED_BY_PARTNER, Reason.VAULT})
"""How an attempt ends of which it is certain that the partner did not take the message."""

BUSY = frozenset({429, 503})
T = TypeVar("T")
NOT_AN_ANSWER = 300


@dataclass(frozen=True, slots=True)
class Sent:
    """One parcel that a worker took up and what came of it; False: another had settled it first.

    ``broke`` is what nobody expected: the parcel is put off or set aside, and somebody must be told.
    """

    parcel: Parcel
    fact: Fact
    counted: bool
    broke: Exception | None = None


def send_due(gateway: Gateway, most: int = 20, after: str = "") -> Sequence[Sent]:
    """Claim what is due for one partner, the next behind ``after``, and take it there; what happened, in order.

    No attempt begins in the second half of its lease, so that none is under way when the parcel is free again: what a
    slow partner left no time for has to wait for its next turn.
    """
    at, done = gateway.clock(), list[Sent]()
    leased = gateway.store.claim(at, gateway.lease, most, judge(gateway, at), gateway.waits, after)
    for claimed in leased:
        if abs(gateway.clock() - at) > gateway.lease / 2:
            gateway.store.let_go(leased[len(done) :])
            break
        done.append(take_up(gateway, claimed, send))
    return done


def take_up(gateway: Gateway, claimed: Claimed, go: Callable[[Gateway, Claimed], T]) -> T | Sent:
    """``go`` on with one parcel or renew it, after a last look: a flag may have been set since it was claimed.

    What breaks on it does not hold up the next: it would be the first again for ever.
    """
    try:
        if wait := _waits(gateway, claimed.parcel):
            return _put_off(gateway, claimed, wait)
        stale = claimed.stale or gateway.store.look_again(claimed.parcel, judge(gateway, gateway.clock()))
        return renew(gateway, replace(claimed, stale=stale)) if stale else go(gateway, claimed)
    except Fault:
        raise  # our own database: nothing can be written down now
    except Exception as error:  # noqa: BLE001  (each parcel has a door of its own)
        return _broken(gateway, claimed, error)


def _waits(gateway: Gateway, parcel: Parcel) -> Wait | None:
    """Why the recipient has come to wait for people since the claim, which passes such partners over."""
    recipient = gateway.store.register().directory.get(parcel.recipient)
    return partners.waits(recipient, gateway.clock())


def _put_off(gateway: Gateway, claimed: Claimed, wait: Wait) -> Sent:
    """Neither sent nor decided anew: it waits in the queue until its recipient's keys count, it is live, or goes on."""
    parcel, at = claimed.parcel, gateway.clock()
    fact = ParcelDeferred(at, parcel.home, parcel.id, claimed.attempt, at, partners.REASONS[wait])
    counted = claimed.begun and gateway.store.settle(claimed, Record((fact,)), lambda lane: (lane, ()), None)
    return Sent(parcel, fact, counted)


def _broken(gateway: Gateway, claimed: Claimed, error: Exception) -> Sent:
    """Put off like any failed attempt, and set aside in the end; one that cannot be decided anew is set aside now."""
    parcel, at = claimed.parcel, gateway.clock()
    broken = Failed(Reason.UNEXPECTED, lasting=claimed.stale is not None)
    fact = delivery.after(parcel, claimed.attempt, broken, at, gateway.waits, gateway.draw(1)[0])
    counted = gateway.store.settle(claimed, Record((fact,)), lambda lane: (lane, ()), None)
    return Sent(parcel, fact, counted, error)


def send(gateway: Gateway, claimed: Claimed) -> Sent:
    """One attempt: out, back, and what it means."""
    return settle(gateway, claimed, _attempt(gateway, claimed))


def settle(gateway: Gateway, claimed: Claimed, result: Result) -> Sent:
    """Write down what came of one attempt."""
    at, chance = gateway.clock(), gateway.draw(1)[0]
    fact = delivery.after(claimed.parcel, claimed.attempt, result, at, gateway.waits, chance)
    receipt = result.receipt if isinstance(result, Accepted) else None
    rule = _lane_rule(gateway, claimed.parcel, result, at, chance)
    shown = checkpoint_shown(gateway, claimed.parcel, result, at)
    record = Record((fact,), shown=shown, tasks=_tasks(gateway, claimed.parcel, fact))
    record += noting.has_come(gateway.store, claimed.parcel, fact, gateway.draw)
    counted = gateway.store.settle(claimed, record, rule, receipt)
    return Sent(claimed.parcel, fact, counted)


def checkpoint_shown(gateway: Gateway, parcel: Parcel, result: Result, at: datetime) -> tuple[PeerCheckpoint, ...]:
    """How far the recipient's log has come, as its receipt says; held against what it showed before."""
    if not isinstance(result, Accepted):
        return ()
    recipient = gateway.store.register().directory.get(parcel.recipient)
    shown = peers.shown(recipient, result.checkpoint, at)
    for one in shown:
        countersigning.look(gateway, recipient, one.note, at)
    return shown


def renew(gateway: Gateway, claimed: Claimed) -> Sent:
    """Withdraw a stale parcel and decide and seal anew under the same disclosure id, all or nothing.

    One that can never be sealed anew is given up and told: it would be the first to be claimed for ever.
    """
    parcel, at = claimed.parcel, gateway.clock()
    try:
        assert claimed.stale is not None
        if claimed.stale is Stale.RECALLED:
            return _called_back(gateway, claimed, at)
        withdrawn, record = renewing.withdrawn(gateway, parcel, claimed.stale, at)
        fact: Fact = withdrawn
    except Refusal:
        fact = ParcelAbandoned(at, parcel.home, parcel.id, Reason.UNSEALABLE)
        record = Record((fact,))
    except Fault as fault:
        if not fault.lasting:
            raise
        fact = ParcelAbandoned(at, parcel.home, parcel.id, fault.reason)
        record = Record((fact,))
    return Sent(parcel, fact, gateway.store.settle(claimed, record, lambda lane: (lane, ()), None))


def _called_back(gateway: Gateway, claimed: Claimed, at: datetime) -> Sent:
    """Nobody decides anew about what was called back; the recall has withdrawn it, unless it was sealed since."""
    fact = ParcelWithdrawn(at, claimed.parcel.home, claimed.parcel.id, Stale.RECALLED)
    return Sent(claimed.parcel, fact, gateway.store.settle(claimed, Record((fact,)), lambda lane: (lane, ()), None))


def judge(gateway: Gateway, at: datetime) -> Judge:
    """Whether a parcel may still go as it is: its agreement, its way, the recipient's certificate, our own."""

    @cache
    def own(home: PartnerId) -> frozenset[Digest]:
        """Asked only for a home that has a parcel due, and once for all of them."""
        return frozenset(certificates.fingerprint(one.certificate) for one in gateway.keys.signers(home))

    def stale(parcel: Parcel, register: Register, flags: frozenset[Flag]) -> Stale | None:
        if flags:
            return Stale.FLAG
        if not agreed(parcel, register, at):
            return Stale.AGREEMENT
        if not turning.leads(parcel, register.directory, gateway.homes):
            return Stale.CHANNEL
        if not _current(parcel, register.directory.get(parcel.recipient), at):
            return Stale.RECIPIENT_CERTIFICATE
        plain = parcel.sealed_for is None
        ours = plain or (parcel.home in gateway.homes and parcel.signed_by in own(parcel.home))
        return None if ours else Stale.OWN_CERTIFICATE

    return stale


def resend(gateway: Gateway, parcel_id: ParcelId, by: PersonId, at: datetime) -> None:
    """Put a dead letter back in the queue with the same bytes and message id. Raises Refusal(NOT_FOUND)."""
    standing = gateway.store.parcel(parcel_id)
    if standing is None or standing.state is not delivery.State.ABANDONED:
        raise Refusal(Code.NOT_FOUND)
    who = join(gateway.draw, What.PERSON, by, by)
    gateway.store.record(Record((ParcelResent(at, standing.parcel.home, parcel_id, who.commitment),), (who,)))


def agreed(parcel: Parcel, register: Register, at: datetime) -> bool:
    """A duty flow needs no agreement; any other goes only under the very version that it was decided under."""
    if parcel.agreement is None:
        return True
    if register.contents.get(parcel.agreement) != parcel.agreement_content:
        return False
    return any(one.ref == parcel.agreement for one in agreements.in_force(register.agreements, day_of(at)))


def _current(parcel: Parcel, partner: Partner, at: datetime) -> bool:
    """In overlap both the old and the new certificate are current: what is sealed stays as it is."""
    if not partner.in_effect.covers(day_of(at)):
        return False
    known = {certificates.fingerprint(one) for one in certificates.valid(partner.pems("seal"), at)}
    return parcel.sealed_for is None or parcel.sealed_for in known


def _attempt(gateway: Gateway, claimed: Claimed) -> Result:
    parcel = claimed.parcel
    recipient = gateway.store.register().directory.get(parcel.recipient)
    try:
        sealed = gateway.vault.open_kept(gateway.store.kept(parcel.sealed))
        if parcel.carrier is not None:
            return _handed(gateway, claimed, parcel.carrier, recipient, sealed)
        evidence = gateway.store.evidence(parcel.id)
        reply = gateway.transport.send(recipient, parcel.home, parcel.content_type, sealed)
    except Fault as fault:
        return Failed(fault.reason, fault.lasting)
    assert evidence is not None
    assert parcel.message is not None
    known, went = as4.references_in(evidence[0]), partial(_may_be_there, gateway, claimed)
    return read_reply(gateway, reply, parcel.message, known, recipient, went)


def _may_be_there(gateway: Gateway, claimed: Claimed) -> bool:
    """Whether an attempt before this one may have arrived: it ended without an answer that could be read."""
    ended, attempt = dict[int, str](), 0
    for line in map(parse_line, gateway.store.lines_about(claimed.parcel.id)):
        if line["fact"] == AttemptStarted.__name__:
            attempt = int(str(line["attempt"]))
        elif line["fact"] in {ParcelDeferred.__name__, ParcelAbandoned.__name__}:
            ended[int(str(line.get("attempt", attempt)))] = str(line["reason"])
    return any(ended.get(number) not in NOT_TAKEN for number in range(1, claimed.attempt))


def _handed(gateway: Gateway, claimed: Claimed, carrier: Condition, recipient: Partner, rested: bytes) -> Result:
    parcel = claimed.parcel
    courier = gateway.couriers.get(carrier)
    if courier is None:
        return Failed(Reason.CARRIER)
    name, content = ("", rested) if parcel.sealed_for else parse_named(rested)
    return Handed(carrier, courier.hand(parcel, recipient, name, content, again=claimed.attempt > 1))


def _tasks(gateway: Gateway, parcel: Parcel, fact: Fact) -> tuple[Task, ...]:
    """A file that waits in a folder for a person to upload it is somebody's to do."""
    if not isinstance(fact, ParcelHanded) or fact.carrier != Condition(Carrier.S2S):
        return ()
    place = gateway.store.register().directory.get(parcel.discloser).laestab or SOMEWHERE
    due = tasks.due(TaskKind.HAND_OFF, fact.at, gateway.rulebook.clocks, place=place)
    owner = next(iter(gateway.owners.get(parcel.home, ())), None)
    task = TaskId(new_id("t", gateway.draw))
    return (Task(task, parcel.home, TaskKind.HAND_OFF, parcel.id, fact.at, due, owner),)


def read_reply(
    gateway: Gateway, reply: Reply, sent: MessageId, references: tuple[as4.Reference, ...], recipient: Partner,
    went: Callable[[], bool] = bool,
) -> Result:  # fmt: skip
    """A verified receipt for exactly what was sent is the only success; a verified error is an answer too.

    ``went`` is asked whether an attempt before this one may have arrived.
    """
    if reply.status in BUSY:
        return Failed(Reason.BUSY, asked=reply.retry_after)
    recipient = gateway.store.register().directory.get(recipient.id)  # a key may have been revoked meanwhile
    known = certificates.valid(recipient.pems("sign"), gateway.clock())
    try:
        signal = as4.read_signal(reply.content_type, reply.body, known, gateway.rules.granting(recipient.accepts))
        return meaning(signal, sent, references, went)
    except as4.As4Error as error:
        if trusting.met_signer(gateway, error, reply.content_type, reply.body):
            return read_reply(gateway, reply, sent, references, recipient, went)
        if reply.status >= NOT_AN_ANSWER:
            return Failed(Reason.HTTP_STATUS)
        missing = error.cause is as4.Cause.RECEIPT_MISSING
        return Failed(Reason.RECEIPT_MISSING if missing else Reason.RECEIPT_INVALID)


def meaning(
    signal: as4.Receipt | as4.ErrorSignal, sent: MessageId, references: tuple[as4.Reference, ...],
    went: Callable[[], bool] = bool,
) -> Result:  # fmt: skip
    """What a verified answer to one message says of it. Raises As4Error for a receipt that is not for exactly that.

    A receiver that knows a message should give its receipt again (``wire.md`` §3 law 3), but some refuse it as known
    instead: that is no evidence, and a person must ask.
    """
    if isinstance(signal, as4.ErrorSignal):
        codes = {one.code for one in signal.errors}
        if Ebms.OTHER in codes and went():
            return Failed(Reason.REPEAT_REFUSED, lasting=True)
        return Failed(Reason.REFUSED_BY_PARTNER, lasting=not codes.isdisjoint(LASTING))
    as4.settles(signal, sent, references)
    signer = certificates.fingerprint(signal.signer)
    return Accepted(signal.content, digest(signal.content), signer, signal.checkpoint)


def _lane_rule(gateway: Gateway, parcel: Parcel, result: Result, at: datetime, chance: int) -> LaneRule:
    named = partners.in_clear(gateway.store.register().directory.get(parcel.recipient))

    def rule(lane: Lane | None) -> tuple[Lane | None, tuple[Fact, ...]]:
        after, told = delivery.lane_after(lane, parcel, result, at, gateway.waits, chance)
        return after, told if named else tuple(map(_unnamed, told))

    return rule


def _unnamed(fact: Fact) -> Fact:
    """A school's pause is told of nobody."""
    return replace(fact, partner=None) if isinstance(fact, PartnerPaused | PartnerResumed) else fact


__all__ = ["Sent", "checkpoint_shown", "judge", "meaning", "read_reply", "renew", "resend", "send", "send_due",
    "settle", "take_up"]  # fmt: skip
