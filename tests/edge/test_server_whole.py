"""A request is whole or it is nothing: cut anywhere, framed twice or read in two ways, no application sees it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.edge.server import server_context
from tests.edge.server_peers import (
    PATIENCE,
    Recorder,
    Running,
    client_context,
    connect,
    exchange,
    identity,
    quick,
    serving,
    status,
)

COUNTED = b"POST /in HTTP/1.1\r\nHost: gateway\r\nContent-Length: 11\r\n\r\n<Pupil/>end"
CHUNKED = (
    b"POST /in HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"8\r\n<Pupil/>\r\n3;x=y\r\nend\r\n0\r\nTrailer: t\r\n\r\n"
)
BOTH = pytest.mark.parametrize("message", [COUNTED, CHUNKED], ids=["counted", "chunked"])


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def running(recorder: Recorder) -> Iterator[Running]:
    with serving(recorder) as running:
        yield running
    assert running.faults == []


@BOTH
def test_a_request_cut_at_any_byte_reaches_no_application(running: Running, recorder: Recorder, message: bytes) -> None:
    for size in range(len(message)):
        answer = exchange(running.port, message[:size])
        assert answer == b"" if size == 0 else status(answer) == 400
    assert recorder.calls == []
    assert status(exchange(running.port, message)) == 200
    assert recorder.bodies == [b"<Pupil/>end"]


@BOTH
def test_a_request_whose_peer_vanishes_reaches_no_application(
    running: Running, recorder: Recorder, message: bytes
) -> None:
    for size in range(0, len(message), 5):
        with connect(running.port) as peer:
            peer.send(message[:size])
    assert status(exchange(running.port, message)) == 200
    assert recorder.bodies == [b"<Pupil/>end"]


@BOTH
@pytest.mark.parametrize("polite", [True, False], ids=["close_notify", "plain FIN"])
def test_a_request_cut_under_tls_reaches_no_application(tmp_path: Path, message: bytes, polite: bool) -> None:  # noqa: FBT001 - a table
    server, recorder = identity(tmp_path, "server"), Recorder()
    client = client_context(server)
    with serving(recorder, None, server_context(server.certificate_file, server.key_file)) as running:
        for size in [1, 20, len(message) // 2, len(message) - 12, len(message) - 2, len(message) - 1]:
            with connect(running.port, client) as peer:
                peer.send(message[:size])
                if polite:
                    peer.notify_close()
                else:
                    peer.say_no_more()
                    assert peer.rest() == b""
        assert recorder.calls == []
        with connect(running.port, client) as peer:
            peer.send(message)
            assert status(peer.until(b"\r\n\r\n")) == 200
        assert recorder.bodies == [b"<Pupil/>end"]
        assert running.faults == []


def test_a_request_may_come_one_byte_at_a_time(running: Running, recorder: Recorder) -> None:
    for message in [COUNTED, CHUNKED]:
        with connect(running.port) as peer:
            for byte in message:
                peer.send(bytes([byte]))
                time.sleep(0.0005)
            assert status(peer.until(b"\r\n\r\n")) == 200
    assert recorder.bodies == [b"<Pupil/>end"] * 2


def test_an_application_reads_a_large_body_to_the_last_byte(running: Running, recorder: Recorder) -> None:
    body = bytes(range(256)) * 20_000
    head = b"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert status(exchange(running.port, head + body)) == 200
    assert recorder.bodies == [body]
    assert recorder.calls[0]["wsgi.input_terminated"] is True


def test_a_body_in_chunks_of_one_byte_is_put_together(running: Running, recorder: Recorder) -> None:
    head = b"PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert status(exchange(running.port, head + b"1\r\nx\r\n" * 3000 + b"0\r\n\r\n")) == 200
    assert recorder.bodies == [b"x" * 3000]
    assert recorder.calls[0]["CONTENT_LENGTH"] == "3000"


H = b"Host: h\r\n"
POST = b"POST / HTTP/1.1\r\n" + H
NEXT = b"GET /smuggled HTTP/1.1\r\n" + H + b"\r\n"
HOSTILE = {
    "two ways to frame": (POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT, 400),
    "the other order": (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + NEXT, 400),
    "two lengths": (POST + b"Content-Length: 0\r\nContent-Length: 60\r\n\r\n" + NEXT, 400),
    "two lengths in a list": (POST + b"Content-Length: 0, 60\r\n\r\n" + NEXT, 400),
    "a signed length": (POST + b"Content-Length: +3\r\n\r\nabc", 400),
    "a negative length": (POST + b"Content-Length: -1\r\n\r\n" + NEXT, 400),
    "a hexadecimal length": (POST + b"Content-Length: 0x3\r\n\r\nabc", 400),
    "a space before the colon": (POST + b"Content-Length : 3\r\n\r\nabc", 400),
    "an unknown encoding": (POST + b"Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n", 501),
    "an encoding twice": (POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 501),
    "an encoding with a tail": (POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + NEXT, 501),
    "two encodings": (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 501),
    "chunks in HTTP/1.0": (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT, 400),
    "a chunk size that is none": (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", 400),
    "a signed chunk size": (POST + b"Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n", 400),
    "a chunk with a false end": (POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcXX0\r\n\r\n", 400),
    "a folded length": (POST + b"Content-Length:\r\n 60\r\n\r\n" + NEXT, 400),
    "a folded field": (POST + b"X-Note: a\r\n\tTransfer-Encoding: chunked\r\n\r\n", 400),
    "a field in a fold": (POST + b"Content-Type: a/b;\r\n Transfer-Encoding: chunked\r\n\r\n", 400),
    "a field in a second fold": (POST + b"Content-Type: a/b;\r\n c=d;\r\n\tContent-Length : 3\r\n\r\nabc", 400),
    "two content types": (POST + b"Content-Type: a/b\r\nContent-Type: c/d\r\n\r\n", 400),
    "a fold of nothing": (POST + b"Content-Type: a/b\r\n \r\nX-Note: a\r\n\r\n", 400),
    "a folded first line": (b"POST /Content-Type: HTTP/1.1\r\n b=c\r\n" + H + b"\r\n", 400),
    "a bare line feed": (POST + b"X-Note: a\nContent-Length: 3\r\n\r\nabc", 400),
    "bare line feeds only": (b"GET / HTTP/1.1\nHost: h\n\n", 400),
    "a bare carriage return": (POST + b"X-Note: a\rContent-Length: 3\r\n\r\nabc", 400),
    "a carriage return too many": (POST + b"X-Note: a\r\r\nContent-Length: 3\r\n\r\nabc", 400),
    "a carriage return in the target": (b"GET /a\rb HTTP/1.1\r\n" + H + b"\r\n", 400),
    "a NUL": (POST + b"X-Note: a\x00b\r\n\r\n", 400),
    "a field without a name": (POST + b": a\r\n\r\n", 400),
    "a line without a colon": (POST + b"nonsense\r\n\r\n", 400),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "a blank first line": (b"\r\n" + NEXT, 400),
    "a target that is none": (b"GET nowhere HTTP/1.1\r\n" + H + b"\r\n", 400),
    "a tunnel": (b"CONNECT elsewhere:443 HTTP/1.1\r\n" + H + b"\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /\r\n\r\n", 400),
    "TLS on a plain door": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\n", 400),
}


@pytest.mark.parametrize(("message", "expected"), HOSTILE.values(), ids=HOSTILE)
def test_what_two_programs_could_read_in_two_ways_reaches_no_application(
    running: Running, recorder: Recorder, message: bytes, expected: int
) -> None:
    answer = exchange(running.port, message)
    assert status(answer) == expected
    assert answer.count(b"HTTP/1.1 ") == 1  # what stands behind it is not taken for a request
    assert b"\r\nConnection: close\r\n" in answer
    assert recorder.calls == []


def test_a_content_type_may_stand_on_several_lines(running: Running, recorder: Recorder) -> None:
    """As products write it that take their header from the MIME library; RFC 9112 §5.2 reads a fold as a space."""
    kind = b'content-type:\r\n multipart/related;\r\n\ttype="application/soap+xml"; \r\n    boundary="----=_Part:1"'
    message = POST + b"Content-Length: 3\r\n" + kind + b"\r\nX-After: y\r\n\r\nabc"
    assert status(exchange(running.port, message)) == 200
    with connect(running.port) as peer:
        for byte in message:
            peer.send(bytes([byte]))
        assert status(peer.until(b"\r\n\r\n")) == 200
    for call in recorder.calls:
        words = call["CONTENT_TYPE"].split()
        assert words == ["multipart/related;", 'type="application/soap+xml";', 'boundary="----=_Part:1"']
        assert "\n" not in call["CONTENT_TYPE"]
        assert call["HTTP_X_AFTER"] == "y"
    assert recorder.bodies == [b"abc"] * 2


def test_the_head_is_refused_before_its_end_when_it_can_only_be_bad(recorder: Recorder) -> None:
    with serving(recorder, quick(header=2 * PATIENCE)) as running, connect(running.port) as peer:
        peer.send(b"GET / HTTP/1.1\nHost: h\n\n")  # and now it waits for ever
        assert status(peer.rest()) == 400


def test_a_name_with_an_underscore_cannot_pass_for_another(running: Running, recorder: Recorder) -> None:
    fields = b"X_Client_Cert: forged\r\nProxy: evil\r\nX-Fine: yes\r\n"
    assert status(exchange(running.port, b"GET / HTTP/1.1\r\n" + H + fields + b"\r\n")) == 200
    assert {key for key in recorder.calls[0] if key.startswith("HTTP_")} == {"HTTP_HOST", "HTTP_X_FINE"}
    assert recorder.calls[0]["gateway.peer_certificate"] is None
