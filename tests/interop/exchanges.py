"""What the gateway and phase4 say to each other, message by message, over mutual TLS on the loopback.

Each function yields what was exchanged; whatever is not as it must be stands in its ``fault``.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from gateway import wiring
from gateway.core import as4, sample
from gateway.core.as4 import Ebms, Profile, Sealed, UserMessage
from gateway.core.delivery import State
from gateway.core.errors import Fault, Reason
from gateway.core.partners import Partner
from gateway.core.records import Reply
from gateway.core.sample import SampleFile
from gateway.core.terms import LaEstab, MessageId, PartnerId, UploadId
from gateway.flows import dispatch, intake, situations
from gateway.flows.closing import SERVICE
from gateway.flows.intake import Upload
from gateway.flows.ports import Transport
from tests.interop import gateways
from tests.interop.gateways import Home
from tests.interop.matrix import Exchanged
from tests.interop.peers.phase4 import Phase4, Said
from tests.simulator import KENT

SIZES = {"1 B": 1, "5 kB": 5_000, "100 kB": 100_000, "2 MB": 2 << 20, "20 MB": 20 << 20}
COUNTS = {"2 parts": 2, "35 parts": 35}
OFTEN = 10
"""How many times the 5 kB are sent; the table shows the median."""
TIMED = ("5 kB", "20 MB")


def contents(case: str) -> list[bytes]:
    """Random bytes, which no gzip makes smaller; of several parts the last is 100 kB and the others 1, 2, 3 … bytes."""
    sizes = [SIZES[case]] if case in SIZES else [*range(1, COUNTS[case]), 100_000]
    return [os.urandom(size) for size in sizes]


def cases() -> Iterator[str]:
    for case in (*SIZES, *COUNTS):
        yield from [case] * (OFTEN if case == "5 kB" else 1)


# -- the gateway sends ------------------------------------------------------------------------------------------------


def gateway_sends(home: Home, peer: Phase4) -> Iterator[Exchanged]:
    """Sealed and sent as the gateway does it; the receipt verified, the content compared on the other side."""
    _send(home, "warm", [b"warm"])
    for case in cases():
        yield _delivered(home, peer, case)
    yield _repeated(home)
    yield _altered(home, peer)
    yield _refused_by_reader(home)
    yield _dispatched(home, peer)
    yield _answer_lost(home)


@dataclass(frozen=True, slots=True)
class _Sent:
    """``milliseconds`` are for sealing, sending and the answer."""

    message: UserMessage
    sealed: Sealed
    reply: Reply
    milliseconds: float


def _send(home: Home, name: str, parts: Sequence[bytes], action: str = "submit", *, alter: bool = False) -> _Sent:
    message = gateways.message(_name(name), action, *parts)
    began = time.perf_counter()
    sealed = home.seal(message)
    reply = home.send(replace(sealed, body=_with_one_bit_wrong(sealed.body)) if alter else sealed)
    return _Sent(message, sealed, reply, _since(began))


def _delivered(home: Home, peer: Phase4, case: str) -> Exchanged:
    parts = contents(case)
    sent = _send(home, case, parts)
    fault = _receipt_fault(home, sent)
    if not fault and peer.received(home.profile, sent.message.message_id) != parts:
        fault = "other content was delivered"
    return Exchanged(case, sent.milliseconds, fault)


def _repeated(home: Home) -> Exchanged:
    """The same bytes again, as after a lost answer: phase4 gives no second receipt, but says that it has them."""
    first = _send(home, "repeated", [b"one"])
    began = time.perf_counter()
    again = replace(first, reply=home.send(first.sealed))
    fault = _receipt_fault(home, first) or _refusal_fault(home, again, Ebms.OTHER)
    return Exchanged("the same again, refused as known", _since(began), fault)


def _altered(home: Home, peer: Phase4) -> Exchanged:
    """Refused by a signed error, and nothing delivered."""
    sent = _send(home, "altered", [b"one"], alter=True)
    fault = _refusal_fault(home, sent, Ebms.DECRYPTION)
    if peer.received(home.profile, sent.message.message_id) is not None:
        fault = "it was delivered"
    return Exchanged("altered on the way", sent.milliseconds, fault)


def _refused_by_reader(home: Home) -> Exchanged:
    """An error that phase4's user raises, signed by phase4, read by us."""
    sent = _send(home, "refused", [b"one"], "refused")
    return Exchanged("refused by its reader", sent.milliseconds, _refusal_fault(home, sent, Ebms.OTHER))


def _dispatched(home: Home, peer: Phase4) -> Exchanged:
    """The main job: a notice from an officer's hand, decided, sealed and dispatched until the receipt is stored."""
    made, store = _notice("886", "887", home, 1), home.installed.store
    gateway, before = home.installed.gateway, store.counts()
    upload = UploadId(situations.new_id("u", os.urandom))
    began = time.perf_counter()
    plan = intake.accept(gateway, Upload(upload, gateway.clock(), KENT, made.name, made.content))
    done = dispatch.send_due(gateway)
    taken = _since(began)
    if _grown(before, store.counts()) != {State.DELIVERED: 1}:
        return Exchanged("a notice", taken, f"{store.counts()} {done} {plan.answer!r}"[:500])
    message = done[0].parcel.message
    received = message and peer.received(home.profile, message)
    return Exchanged("a notice", taken, "" if received else "nothing was delivered")


@dataclass(frozen=True, slots=True)
class _Losing:
    """Takes a message there and loses the answer."""

    transport: Transport

    def send(self, recipient: Partner, home: PartnerId, content_type: str, body: bytes) -> Reply:
        self.transport.send(recipient, home, content_type, body)
        raise Fault(Reason.CUT_OFF)


def _answer_lost(home: Home) -> Exchanged:
    """phase4 has it and refuses the repeat: it is not taken as delivered, and says that it may have arrived."""
    made, store = _notice("886", "887", home, 2), home.installed.store
    gateway, before = home.installed.gateway, store.counts()
    losing = replace(gateway, transport=_Losing(gateway.transport))
    later = replace(gateway, clock=lambda: wiring.now() + timedelta(minutes=5))
    began = time.perf_counter()
    upload = UploadId(situations.new_id("u", os.urandom))
    intake.accept(gateway, Upload(upload, gateway.clock(), KENT, made.name, made.content))
    told = [type(one.fact).__name__ for by in (losing, later) for one in dispatch.send_due(by)]
    dead = {one.reason for one in store.parcels_in([State.ABANDONED], 10)}
    right = told == ["ParcelDeferred", "ParcelAbandoned"] and dead == {Reason.REPEAT_REFUSED}
    right = right and _grown(before, store.counts()) == {State.ABANDONED: 1}
    return Exchanged("a notice, its answer lost", _since(began), "" if right else f"{told} {dead}")


def _receipt_fault(home: Home, sent: _Sent) -> str:
    try:
        as4.check_receipt(
            sent.reply.content_type,
            sent.reply.body,
            sent.message.message_id,
            sent.sealed.references,
            home.signers,
            as4.Rules(),
        )
    except as4.As4Error as error:
        return f"{sent.reply.status} {error.cause} {error.where}"
    return ""


def _refusal_fault(home: Home, sent: _Sent, code: Ebms) -> str:
    try:
        found = as4.read_signal(sent.reply.content_type, sent.reply.body, home.signers, as4.Rules())
    except as4.As4Error as error:
        return f"{sent.reply.status} {error.cause} {error.where}"
    codes = [one.code for one in found.errors] if isinstance(found, as4.ErrorSignal) else ["a receipt"]
    return "" if codes == [code] and found.ref_to == sent.message.message_id else f"{codes} for {found.ref_to}"


# -- phase4 sends -----------------------------------------------------------------------------------------------------


def phase4_sends(home: Home, peer: Phase4, port: int) -> Iterator[Exchanged]:
    """To the gateway's real door: its test service takes any attachments, its shelf one good document."""
    asked = _Asking(home, peer, f"https://localhost:{port}/as4")
    asked("warm", [b"warm"])
    for case in cases():
        yield _expected(case, asked(_name(case), contents(case)), "receipt")
    made, name, before = _notice("887", "886", home, 1), _name("a notice"), home.installed.store.counts()
    yield _expected("a notice", asked(name, [made.content], SERVICE, "notice"), "receipt")
    yield _expected("the same again", asked(name, [made.content], SERVICE, "notice"), "receipt")
    shelved = _grown(before, home.installed.store.counts())
    yield Exchanged("once on the shelf", 0.0, "" if shelved == {State.SHELVED: 1} else f"{shelved}")
    yield _expected("other content under its id", asked(name, [b"<x/>"], SERVICE, "notice"), "error EBMS:0004")
    yield _expected("no document we know", asked(_name("no"), [b"<x/>"], SERVICE, "notice"), "error EBMS:0004")


@dataclass(frozen=True, slots=True)
class _Asking:
    home: Home
    peer: Phase4
    url: str

    def __call__(
        self, name: str, parts: Sequence[bytes], service: str = as4.TEST_SERVICE, action: str = as4.TEST_ACTION
    ) -> Said:
        return self.peer.send(
            self.home.profile, self.url, MessageId(f"{name}@phase4.example"), service, action, self._files(parts)
        )

    def _files(self, parts: Sequence[bytes]) -> list[Path]:
        files = [self.peer.folder / f"sent-{number}.xml" for number in range(len(parts))]
        for file, content in zip(files, parts, strict=True):
            file.write_bytes(content)
        return files


def _expected(case: str, said: Said, words: str) -> Exchanged:
    return Exchanged(case, said.milliseconds, "" if said.words.startswith(words) else said.words)


# The small print.


def _grown(before: Mapping[State, int], after: Mapping[State, int]) -> dict[State, int]:
    """How many parcels more there are in each state."""
    return {state: count - before.get(state, 0) for state, count in after.items() if count != before.get(state, 0)}


def _notice(source: str, dest: str, home: Home, seed: int) -> SampleFile:
    """Another for each profile: what was accepted once is not sent again."""
    at, seed = wiring.now().replace(tzinfo=None), seed + 10 * list(Profile).index(home.profile)
    return sample.notice(seed, LaEstab(f"{source}LLLL"), LaEstab(f"{dest}LLLL"), at, seed)


def _name(case: str) -> str:
    return f"{case.replace(' ', '-')}-{os.urandom(4).hex()}"


def _with_one_bit_wrong(body: bytes) -> bytes:
    """In the last byte of the last attachment, before the closing delimiter."""
    altered = bytearray(body)
    altered[body.rindex(b"\r\n--") - 1] ^= 1
    return bytes(altered)


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
