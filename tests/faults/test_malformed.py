"""Malformed requests at the real door of a gateway that runs: each is refused in words of ours, and none leaves a trace
in memory, in open files or on a shelf. ``GATEWAY_MALFORMED=10000`` sends as many.
"""

import gc
import gzip
import itertools
import os
import socket
import ssl
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from gateway import wiring
from gateway.core import as4
from gateway.core.as4 import encryption, envelope, mime, signature
from gateway.core.as4 import message as header
from gateway.core.errors import Fault, Reason
from gateway.core.records import Reply
from gateway.core.terms import MessageId, PartnerId
from gateway.flows import exchange
from gateway.flows.receive import Message
from tests.faults.pair import Pair, set_up
from tests.faults.served import agreed, call, post, served, signal_in, way
from tests.simulator import KENT, MEDWAY

MANY = int(os.environ.get("GATEWAY_MALFORMED", "400"))
WARM = 200
"""After so many, whatever is made once is made."""

ROOM_MB, ROOM_FILES = 24, 24
"""A busy moment opens another connection to the database, of three files and a cache: one for each thread at most."""

LATE_MB, LATE_KB = 6, 0.5
"""In the second half nothing is made for the first time. What the pieces of memory in use happen to be moves by some MB;
each refusal is a line in the log, and more of the database stands in the caches of its connections as it grows. Measured
without a door: 0.16 kB a request from the 4,000th to the 10,000th, given back when the connections close.
"""

Made = tuple[str, bytes]
Spoil = Callable[[Pair, as4.Sealed, Random], Made]


def as_it_is(pair: Pair, content: bytes) -> Made:
    """A message signed by Kent and sealed for Medway, whose part is this and no gzip of ours."""
    said = call(pair, f"{os.urandom(8).hex()}@kent", b"")
    parsed = envelope.parse(said.soap)
    parts = header.declared(parsed.user_message)
    message = replace(header.read(parsed, parts, {one.href: b"" for one in parts}))
    written, contents = envelope.blank(os.urandom(8).hex()), {"cid:1@kent": content}
    header.write(written, message, contents)
    signer, whom, _ = agreed(pair)
    signature.sign(written, contents, signer)
    shut = encryption.encrypt(written, contents, whom, os.urandom)
    return mime.pack(envelope.printed(written), {"1@kent": shut["cid:1@kent"]}, "b1")


def flipped(made: as4.Sealed, draw: Random, least: float = 0.0) -> Made:
    body = bytearray(made.body)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(int(least * len(body)), len(body))
        body[at] ^= 1 << draw.randrange(8)
    return made.content_type, bytes(body)


def signal(pair: Pair, draw: Random, mpc: str = "urn:nobody's") -> bytes:
    return as4.pull_request(mpc, pair.kent.vault.signers(KENT)[0], MessageId(f"{draw.random()}@kent"), wiring.now())


def between(body: bytes, begin: bytes, end: bytes, put: bytes) -> bytes:
    head, _, rest = body.partition(begin)
    return head + put + rest.partition(end)[2]


BOMB: bytes = gzip.compress(bytes(80 << 20))
DTD = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;">]><a>&d;</a>'
SPOILT: dict[str, Spoil] = {
    "any bytes changed": lambda _pair, made, draw: flipped(made, draw),
    "cipher text changed": lambda _pair, made, draw: flipped(made, draw, 0.9),
    "cut": lambda _pair, made, draw: (made.content_type, made.body[: draw.randrange(len(made.body))]),
    "nothing": lambda _pair, made, _draw: (made.content_type, b""),
    "any bytes": lambda _pair, made, draw: (made.content_type, draw.randbytes(draw.randint(1, 9_999))),
    "said to be SOAP": lambda _pair, made, _draw: (as4.SOAP_CONTENT_TYPE, made.body),
    "another type": lambda _pair, made, draw: (
        draw.choice(["text/plain", "application/json", "a/b; c", ""]),
        made.body,
    ),
    "a boundary that is none": lambda _pair, made, _draw: (made.content_type.replace("boundary", "bounty"), made.body),
    "a DTD": lambda _pair, _made, _draw: (as4.SOAP_CONTENT_TYPE, DTD),
    "deep": lambda _pair, _made, draw: (as4.SOAP_CONTENT_TYPE, b"<a>" * draw.randint(1, 5_000)),
    "unsigned": lambda _pair, made, _draw: (
        made.content_type,
        between(made.body, b"<ds:Signature>", b"</ds:Signature>", b""),
    ),
    "a header twice": lambda _pair, made, _draw: (
        made.content_type,
        made.body.replace(b"Content-ID:", b"Content-ID: <x@y>\r\nContent-ID:", 1),
    ),
    "another sender": lambda _pair, made, _draw: (made.content_type, made.body.replace(b"council-886", b"council-201")),
    "no gzip": lambda pair, _made, draw: as_it_is(pair, draw.randbytes(99)),
    "a gzip bomb": lambda pair, _made, _draw: as_it_is(pair, BOMB),
    "two gzip streams": lambda pair, _made, _draw: as_it_is(pair, gzip.compress(b"1") + gzip.compress(b"2")),
    "a pull of nobody's": lambda pair, _made, draw: (as4.SOAP_CONTENT_TYPE, signal(pair, draw)),
    "a pull without a channel": lambda pair, _made, draw: (
        as4.SOAP_CONTENT_TYPE,
        signal(pair, draw, "urn:cme-gateway:mpc:council-886"),
    ),
    "an error for nothing": lambda pair, _made, draw: (
        as4.SOAP_CONTENT_TYPE,
        as4.error_signal(
            as4.Problem(as4.Ebms.OTHER, "No."),
            None,
            pair.kent.vault.signers(KENT)[0],
            MessageId(f"{draw.random()}@kent"),
            wiring.now(),
        ),
    ),
}
TELLING = (b"Traceback (", b'File "', b".py", b"Error:", b"lxml.", b"sqlalchemy.")
"""Each has a letter that base64 has not: a signature of ours may spell any word."""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("malformed")
    urls: dict[PartnerId, str] = {home: f"sqlite:///{folder / home}.sqlite" for home in (KENT, MEDWAY)}
    return set_up(folder, urls)


def refused(pair: Pair, reply: Reply, whole: as4.Sealed) -> str:
    """The code that one request is refused with, which stands in a signed error and gives nothing away.

    Where a change met only what no signature covers, such as the case of a MIME header, the message is what it was.
    """
    assert not any(word in reply.body for word in TELLING)
    found = signal_in(pair, reply)
    assert reply.status == 200
    if isinstance(found, as4.Receipt):
        assert found.references == whole.references
        return "as it was"
    return found.errors[0].code


def rude(pair: Pair, draw: Random) -> None:
    """A partner that speaks no HTTP, or stops in the middle of it; or somebody who does not even shake hands."""
    door, port = pair.kent.vault.current(KENT, "tls"), pair.medway.settings.listen.machines_port
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(door.certificate_file, door.key_file)
    said = draw.choice(
        [
            b"\0" * 99,
            b"POST /as4 HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"GET / HTTP/1.1\nHost: h\n\n",
        ]
    )
    with socket.create_connection(("127.0.0.1", port), timeout=30) as plain:
        if draw.random() < 0.3:
            plain.sendall(draw.randbytes(50))
            return
        with context.wrap_socket(plain) as peer:
            if draw.random() < 0.3:
                peer.sendall(b"POST /as4 HTTP/1.1\r\nHost: h\r\nContent-Length: 99\r\n\r\nshort")
                return
            peer.sendall(said)
            answer = b"".join(iter(lambda: peer.recv(65536), b""))
            assert not any(word in answer for word in TELLING)
            assert not answer or answer.startswith(b"HTTP/1.1 4")


def test_malformed_requests_are_refused_in_our_own_words_and_leave_memory_and_files_as_they_were(pair: Pair) -> None:
    draw, codes, kinds = Random(7), Counter[str](), list(SPOILT)
    hands, medway_as_known = way(pair)
    made = call(pair, "whole@kent", b"a part", draw.randbytes(2_000))

    def send(number: int) -> None:
        kind = kinds[number % len(kinds)]
        one = SPOILT[kind](pair, made, draw)
        if one[1] != made.body or one[0] != made.content_type:
            codes[f"{kind}: {refused(pair, hands.send(medway_as_known, KENT, *one), made)}"] += 1
        if not number % 20:
            rude(pair, draw)
            assert isinstance(
                signal_in(pair, post(pair, made.content_type, made.body)), as4.Receipt
            )  # a connection more

    with served(pair) as medway:
        assert isinstance(signal_in(pair, post(pair, made.content_type, made.body)), as4.Receipt)
        for number in range(WARM):
            send(number)
        before_mb, files, half = medway.now_mb(), medway.files(), (WARM + MANY) // 2
        for number in range(WARM, MANY):
            send(number)
            if number == half:
                half_mb, half_files = medway.now_mb(), medway.files()
            if not number % 1_000:
                print(f"{number}: {medway.now_mb():.0f} MB, {medway.files()} files", flush=True)
        after_mb = medway.now_mb()
        print(f"{MANY} malformed: {before_mb:.0f} MB, then {after_mb:.0f} MB; {files} files, then {medway.files()}")
        print(dict(sorted(codes.items())))
        assert isinstance(signal_in(pair, post(pair, made.content_type, made.body)), as4.Receipt)
        assert after_mb - before_mb < ROOM_MB
        assert after_mb - half_mb < LATE_MB + LATE_KB * (MANY - half) / 1000
        assert medway.files() <= min(files, half_files) + ROOM_FILES
    assert pair.medway.store.counts() == {}


def test_refusals_leave_nothing_behind_in_the_application(pair: Pair) -> None:
    """Counted in pieces of memory that objects hold. One kept for each refusal shows in every stretch; what the
    interpreter and the libraries happen to keep in one of them does not, so the stretch that kept least is judged.
    """
    draw, made, gateway = Random(7), call(pair, "whole@kent", b"a part"), pair.medway.gateway
    spoilt = [one(pair, made, draw) for kind, one in SPOILT.items() if kind != "a gzip bomb"]
    carried = min(pair.medway.store.register().directory.get(KENT).fingerprints("tls"))

    def refuse(rounds: int) -> int:
        for kind, body in spoilt * rounds:
            exchange.accept(gateway, Message(gateway.clock(), kind, body, carried))
        gc.collect()
        return sys.getallocatedblocks()

    rounds, counted = 10, [refuse(10)]
    counted += [refuse(rounds) for _ in range(5)]
    grown = [after - before for before, after in itertools.pairwise(counted)]
    print(f"pieces of memory: {counted}")
    assert min(grown) < rounds * len(spoilt) / 2, grown


def test_strangers_certificate_is_not_let_in_at_all(pair: Pair, tmp_path: Path) -> None:
    from gateway.edge import certificates as edge_certificates
    from gateway.edge.transport import Https

    stem = tmp_path / "stranger"
    edge_certificates.write(stem, *edge_certificates.make("tls", "stranger", (), wiring.now()))
    hands = Https(lambda _home: (Path(f"{stem}.crt.pem"), Path(f"{stem}.key.pem")))
    with served(pair), pytest.raises(Fault) as fault:
        hands.send(way(pair)[1], KENT, as4.SOAP_CONTENT_TYPE, DTD)
    assert fault.value.reason in {Reason.TLS, Reason.CUT_OFF, Reason.UNREACHABLE}
