"""A partner without a server of its own collects its messages by AS4, with the same receipts as in a push."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from gateway.core import as4
from gateway.core.agreements import Status
from gateway.core.as4 import mime
from gateway.core.delivery import State
from gateway.core.errors import Fault, Reason
from gateway.core.facts import parse_line
from gateway.core.partners import Channel
from gateway.core.records import Kept, Record, Reply
from gateway.core.terms import MessageId, PartnerId, digest
from gateway.flows import dispatch, exchange, pulling, receive
from gateway.flows.ports import Vault
from gateway.flows.receive import Message, Response
from tests.flows.test_receive import resealed
from tests.simulator import KENT, MEDWAY, TIDEWAY, World, agreement, lost_answer

MPC = "urn:cme-gateway:mpc:council-887"


@pytest.fixture
def quiet(world: World) -> World:
    """Medway has no server: Kent keeps what is for it, and Medway comes for it."""
    return pulls(world)


def pulls(world: World) -> World:
    medway = world.kent.store.register().directory.get(MEDWAY)
    world.kent.store.enlist([replace(medway, channel=Channel.PULL, endpoint="")], Record(()))
    kent = world.medway.store.register().directory.get(KENT)
    world.medway.store.enlist([replace(kent, pulled=True)], Record(()))
    return world


def request(
    world: World, number: str = "1", mpc: str = MPC, at: datetime | None = None, home: PartnerId = MEDWAY
) -> bytes:
    side = world.sides[home]
    return as4.pull_request(mpc, side.vault.signers(home)[0], MessageId(f"{number}@{home}"), at or world.clock())


def ask(world: World, body: bytes, carrier: PartnerId = MEDWAY) -> Response:
    """Medway's machine at Kent's door."""
    connection = digest(world.sides[carrier].tls)
    return exchange.accept(world.kent.gateway, Message(world.clock(), as4.SOAP_CONTENT_TYPE, body, connection))


def take(world: World, pulled: Response) -> Response:
    """What Medway says of what it pulled."""
    connection = digest(world.kent.tls)
    came = Message(world.clock(), pulled.content_type, pulled.body, connection, MPC)
    return receive.accept(world.medway.gateway, came)


def errors_in(world: World, response: Response) -> list[tuple[str, str]]:
    known = tuple(one.certificate for one in world.kent.vault.signers(KENT))
    signal = as4.read_signal(response.content_type, response.body, known, as4.Rules())
    assert isinstance(signal, as4.ErrorSignal)
    return [(one.code, one.severity) for one in signal.errors]


def facts(world: World, home: PartnerId = KENT) -> list[str]:
    names = [str(parse_line(line)["fact"]) for line in world.sides[home].store.lines()]
    return [name for name in names if name not in {"AgreementRecorded", "WatchOpened"}]


def fetch(world: World) -> int:
    kent = world.medway.store.register().directory.get(KENT)
    return pulling.pull(world.medway.gateway, world.wire, kent)


# -- from one gateway to another --------------------------------------------------------------------------------------


def test_two_gateways_exchange_by_pull_and_the_receipt_settles(either: World) -> None:
    pulls(either)
    either.leavers()
    either.leavers(sequence=2, seed=2)
    assert dispatch.send_due(either.kent.gateway) == [] and either.wire.carried == []
    assert fetch(either) == 2
    assert either.kent.store.counts() == {State.DELIVERED: 2}
    assert len(either.medway.store.shelved_for([TIDEWAY])) == 2
    assert facts(either)[-4:] == ["AttemptStarted", "ParcelDelivered"] * 2
    (one, _) = either.kent.store.parcels_in([State.DELIVERED], 9)
    evidence = either.kent.store.evidence(one.parcel.id)
    assert evidence is not None and evidence[1] is not None
    assert fetch(either) == 0


def test_the_message_names_the_channel_it_is_pulled_from(quiet: World) -> None:
    quiet.leavers()
    pulled = ask(quiet, request(quiet))
    soap = mime.unpack(pulled.content_type, pulled.body, as4.Rules()).soap
    assert as4.channel_of(soap) == MPC
    assert take(quiet, pulled).taken
    other = Message(quiet.clock(), pulled.content_type, pulled.body, digest(quiet.kent.tls), "urn:another")
    assert not receive.accept(quiet.medway.gateway, other).taken


def test_oldest_comes_first_and_the_attempt_is_in_the_log_before_it_leaves(quiet: World) -> None:
    for sequence in range(1, 4):
        quiet.leavers(sequence=sequence, seed=sequence)
        quiet.clock.on(seconds=1)
    waiting = sorted(quiet.kent.store.parcels_in([State.WAITING], 9), key=lambda one: one.parcel.sealed_at)
    came = [ask(quiet, request(quiet, str(number))).about for number in range(3)]
    assert came == [one.parcel.message for one in waiting]
    assert facts(quiet).count("AttemptStarted") == 3


def test_when_nothing_waits_the_answer_is_a_signed_warning_and_no_line(quiet: World) -> None:
    before = facts(quiet)
    assert errors_in(quiet, ask(quiet, request(quiet))) == [("EBMS:0006", "warning")]
    assert facts(quiet) == before
    assert fetch(quiet) == 0


def test_what_is_pulled_and_not_receipted_is_pulled_again_byte_for_byte(either: World) -> None:
    pulls(either)
    either.leavers()
    first = ask(either, request(either))
    assert errors_in(either, ask(either, request(either, "2"))) == [("EBMS:0006", "warning")]
    either.clock.on(seconds=61)
    assert ask(either, request(either, "3")) == first
    receipt = take(either, first)
    assert (ask(either, receipt.body).status, ask(either, receipt.body).status) == (202, 202)
    assert either.kent.store.counts() == {State.DELIVERED: 1}
    assert facts(either).count("ParcelDelivered") == 1
    assert len(either.medway.store.shelved_for([TIDEWAY])) == 1


def test_receipt_that_gets_lost_comes_again_with_the_message(quiet: World) -> None:
    quiet.leavers()
    asked = [lambda deliver: deliver(), lost_answer]
    quiet.wire.faults = [*asked]
    with pytest.raises(Fault, match="cut-off"):
        fetch(quiet)
    assert quiet.kent.store.counts() == {State.DELIVERED: 1}
    quiet.leavers(sequence=2, seed=2)
    quiet.wire.faults = [lambda deliver: deliver(), lambda _: Reply(503, "", b"")]
    with pytest.raises(Fault, match="http-status"):
        fetch(quiet)
    quiet.clock.on(seconds=61)
    assert fetch(quiet) == 1
    assert quiet.kent.store.counts() == {State.DELIVERED: 2}
    assert len(quiet.medway.store.shelved_for([TIDEWAY])) == 2


# -- what may go, looked at when it is pulled -------------------------------------------------------------------------


def test_parcel_under_a_newer_version_is_sealed_anew_before_it_is_handed_out(quiet: World) -> None:
    quiet.notice()
    (before,) = quiet.kent.store.parcels_in([State.WAITING], 9)
    quiet.adopt(agreement(status=Status.SUPERSEDED))
    quiet.adopt(agreement(2))
    pulled = ask(quiet, request(quiet))
    assert pulled.about not in {None, before.parcel.message} and take(quiet, pulled).taken


def test_nothing_is_handed_out_after_the_agreement_was_withdrawn(quiet: World) -> None:
    quiet.notice()
    quiet.adopt(agreement(status=Status.WITHDRAWN))
    assert errors_in(quiet, ask(quiet, request(quiet))) == [("EBMS:0006", "warning")]
    assert facts(quiet)[-2:] == ["ParcelWithdrawn", "DisclosureRefused"]


def test_what_was_sealed_to_be_pushed_is_sealed_anew_for_the_channel(world: World) -> None:
    world.leavers()
    pulls(world)
    pulled = ask(world, request(world))
    soap = mime.unpack(pulled.content_type, pulled.body, as4.Rules()).soap
    assert as4.channel_of(soap) == MPC
    withdrawn = next(line for line in map(parse_line, world.kent.store.lines()) if line["fact"] == "ParcelWithdrawn")
    assert withdrawn["reason"] == "channel"


def test_partners_signed_refusal_of_what_it_pulled_is_final_and_told(quiet: World) -> None:
    quiet.leavers()
    quiet.medway.store.enlist(
        [replace(quiet.medway.store.register().directory.get(TIDEWAY), served_by=KENT)], Record(())
    )
    assert fetch(quiet) == 0
    (dead,) = quiet.kent.store.parcels_in([State.ABANDONED], 9)
    assert dead.reason == "refused-by-partner"


def test_what_nobody_comes_for_is_given_up_and_told_and_its_late_receipt_settles(either: World) -> None:
    pulls(either)
    for sequence in (1, 2):
        either.leavers(sequence=sequence, seed=sequence)
    pulled = ask(either, request(either))
    assert exchange.give_up(either.kent.gateway, either.clock()) == 0
    either.clock.on(hours=2)
    assert exchange.give_up(either.kent.gateway, either.clock()) == 2
    assert {one.reason for one in either.kent.store.parcels_in([State.ABANDONED], 9)} == {"too-old"}
    assert exchange.give_up(either.kent.gateway, either.clock()) == 0
    assert ask(either, take(either, pulled).body).status == 202
    assert either.kent.store.counts() == {State.ABANDONED: 1, State.DELIVERED: 1}


def test_parcel_that_is_pulled_for_ever_and_never_receipted_is_set_aside(quiet: World) -> None:
    quiet.kent.gateway = replace(quiet.kent.gateway, waits=replace(quiet.kent.gateway.waits, tries=2))
    quiet.leavers()
    for number in range(3):
        last = ask(quiet, request(quiet, str(number)))
        quiet.clock.on(seconds=61)
    assert errors_in(quiet, last) == [("EBMS:0006", "warning")]
    (dead,) = quiet.kent.store.parcels_in([State.ABANDONED], 9)
    assert dead.reason == "receipt-missing"


@dataclass(frozen=True, slots=True)
class Cracked:
    """A vault with a fault of its own in the one place where something is kept."""

    sound: Vault
    at: str

    def open_kept(self, kept: Kept) -> bytes:
        return self.sound.open_kept(kept) if kept.id != self.at else bytes(1 // 0)

    def __getattr__(self, name: str) -> object:
        return getattr(self.sound, name)


def test_parcel_that_breaks_is_put_off_told_and_holds_up_nobody(quiet: World) -> None:
    for sequence in (1, 2):
        quiet.leavers(sequence=sequence, seed=sequence)
        quiet.clock.on(seconds=1)
    first = min(quiet.kent.store.parcels_in([State.WAITING], 9), key=lambda one: one.parcel.sealed_at)
    sound = quiet.kent.gateway
    quiet.kent.gateway = replace(sound, vault=cast("Vault", Cracked(sound.vault, first.parcel.sealed)))
    with pytest.raises(ZeroDivisionError):
        ask(quiet, request(quiet))
    assert ask(quiet, request(quiet, "2")).about not in {None, first.parcel.message}


# -- who may not pull -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asks", "code"),
    [
        (lambda world: request(world, mpc="urn:cme-gateway:mpc:council-886"), "EBMS:0001"),
        (lambda world: request(world, mpc="urn:anything"), "EBMS:0001"),
        (lambda world: request(world).replace(b"council-887", b"council-888"), "EBMS:0101"),
        (lambda world: request(world, home=KENT), "EBMS:0101"),
        (lambda world: unsigned(request(world)), "EBMS:0103"),
        (lambda world: request(world, at=world.clock() - timedelta(hours=25)), "EBMS:0001"),
        (lambda world: request(world, at=world.clock() + timedelta(hours=25)), "EBMS:0001"),
    ],
    ids=["another's", "nobody's", "changed", "signed by another", "unsigned", "too old", "from the future"],
)
def test_request_that_is_not_the_channels_owners_is_refused_and_nothing_leaves(
    quiet: World, asks: Callable[[World], bytes], code: str
) -> None:
    quiet.leavers()
    assert errors_in(quiet, ask(quiet, asks(quiet))) == [(code, "failure")]
    assert facts(quiet)[-1] == "MessageRefused" and "AttemptStarted" not in facts(quiet)


def unsigned(body: bytes) -> bytes:
    begin, end = body.index(b"<ds:Signature"), body.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    return body[:begin] + body[end:]


def test_request_that_comes_again_gets_nothing(either: World) -> None:
    pulls(either)
    for sequence in (1, 2):
        either.leavers(sequence=sequence, seed=sequence)
    body = request(either)
    assert ask(either, body).about is not None
    assert errors_in(either, ask(either, body)) == [("EBMS:0004", "failure")]
    either.clock.on(hours=23)
    assert errors_in(either, ask(either, body)) == [("EBMS:0004", "failure")]
    either.clock.on(hours=40)
    assert errors_in(either, ask(either, body)) == [("EBMS:0001", "failure")]
    assert facts(either).count("AttemptStarted") == 1


def test_partner_that_we_push_to_has_no_channel_here(world: World) -> None:
    world.leavers()
    assert errors_in(world, ask(world, request(world))) == [("EBMS:0001", "failure")]


def test_strangers_connection_gets_403_whoever_signed(quiet: World) -> None:
    quiet.leavers()
    message = Message(quiet.clock(), as4.SOAP_CONTENT_TYPE, request(quiet), digest(b"of a stranger"))
    answer = exchange.accept(quiet.kent.gateway, message)
    assert (answer.status, errors_in(quiet, answer)) == (403, [("EBMS:0101", "failure")])


def test_only_the_recipients_receipt_for_exactly_what_it_pulled_settles(quiet: World) -> None:
    quiet.leavers()
    pulled = ask(quiet, request(quiet))
    assert pulled.about is not None
    other = resealed(quiet, pulled.about, b"<other/>", service=as4.TEST_SERVICE, action=as4.TEST_ACTION)
    wrong = receive.accept(quiet.medway.gateway, Message(quiet.clock(), *other, digest(quiet.kent.tls)))
    assert errors_in(quiet, ask(quiet, wrong.body)) == [("EBMS:0302", "failure")]
    unknown = resealed(quiet, "m9@kent", b"", service=as4.TEST_SERVICE, action=as4.TEST_ACTION, parts=())
    receipt = receive.accept(quiet.medway.gateway, Message(quiet.clock(), *unknown, digest(quiet.kent.tls)))
    assert errors_in(quiet, ask(quiet, receipt.body)) == [("EBMS:0302", "failure")]
    assert quiet.kent.store.counts() == {State.SENDING: 1}


# -- the puller -------------------------------------------------------------------------------------------------------


def test_only_partners_who_keep_our_messages_are_asked(quiet: World) -> None:
    assert [one.id for one in pulling.partners_to_pull(quiet.medway.gateway)] == [KENT]
    assert pulling.partners_to_pull(quiet.kent.gateway) == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Reply(503, "", b""), Reason.BUSY),
        (Reply(404, "text/html", b"<html/>"), Reason.HTTP_STATUS),
        (Reply(200, as4.SOAP_CONTENT_TYPE, b"<x/>"), Reason.RECEIPT_INVALID),
    ],
)
def test_answer_that_is_no_message_is_a_fault_and_nothing_is_taken(quiet: World, answer: Reply, reason: Reason) -> None:
    quiet.wire.faults = [lambda _: answer]
    with pytest.raises(Fault) as fault:
        fetch(quiet)
    assert fault.value.reason is reason and facts(quiet, MEDWAY) == []


def test_partner_that_does_not_let_us_pull_is_told_as_a_fault(world: World) -> None:
    with pytest.raises(Fault) as fault:
        fetch(world)
    assert fault.value.reason is Reason.REFUSED_BY_PARTNER
