"""What a peer may cost: slow, silent, large and many peers are let go in time, and honest ones hardly notice them."""

import asyncio
import errno
import resource
import socket
import threading
import time
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from gateway.edge.server import Limits, server_context
from gateway.edge.server.connection import LINGER
from gateway.edge.server.limits import Room
from gateway.edge.server.reading import read
from gateway.edge.server.wire import Plain
from tests.edge.server_peers import (
    HOST,
    PATIENCE,
    Gate,
    Peer,
    Recorder,
    ask,
    client_context,
    connect,
    exchange,
    identity,
    quick,
    serving,
    status,
)

POST = b"POST / HTTP/1.1\r\nHost: h\r\n"
GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
LONG = 2 * PATIENCE
"""A limit that no test waits for."""


@contextmanager
def dripping(peers: list[Peer], every: float = 0.05) -> Iterator[None]:
    """One byte a turn to each peer, until the block ends."""
    over = threading.Event()

    def drip() -> None:
        while not over.wait(every):
            for peer in peers:
                peer.send(b"a")

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_hundred_silent_and_a_hundred_dripping_peers_hold_up_nobody(tmp_path: Path) -> None:
    server = identity(tmp_path, "server")
    client = client_context(server)
    context = server_context(server.certificate_file, server.key_file)
    with serving(Recorder(), Limits(threads=2), context) as running, ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(connect(running.port))
        slow = [stack.enter_context(connect(running.port, client)) for _ in range(100)]
        for number, peer in enumerate(slow):  # half of them in the head, half in the body
            peer.send(POST + (b"X: " if number % 2 else b"Content-Length: 9999\r\n\r\n"))
        with dripping(slow, every=0.2):
            times = []
            for _ in range(5):
                began = time.monotonic()
                assert ask(running.port, context=client)[0] == 200
                times.append(time.monotonic() - began)
        print(f"honest TLS requests among 200 slow peers: {[round(each, 3) for each in times]} s")
        assert max(times) < Limits().handshake  # whoever waits longer waited until they were let go


def test_a_silent_peer_is_let_go_without_a_word() -> None:
    with serving(Recorder(), quick()) as running:
        began = time.monotonic()
        with connect(running.port) as peer:
            assert peer.rest() == b""
        assert 0.3 < time.monotonic() - began < PATIENCE


def test_a_peer_at_rest_is_let_go_without_a_word() -> None:
    with serving(Recorder(), quick(header=LONG)) as running, connect(running.port) as peer:
        began = time.monotonic()
        peer.send(GET)
        assert status(peer.until(b"\r\n\r\n")) == 200
        assert b"HTTP" not in peer.rest()
        assert 0.3 < time.monotonic() - began < PATIENCE


@pytest.mark.parametrize("drips", [False, True], ids=["stalls", "drips"])
@pytest.mark.parametrize(
    ("begun", "limits"),
    [
        (b"GET / HTTP/1.1\r\nX: ", quick(body=LONG, stall=LONG)),
        (POST + b"Content-Length: 999\r\n\r\n", quick(header=LONG, body=LONG)),
        (POST + b"Content-Length: 999\r\n\r\n", quick(header=LONG, stall=LONG)),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n3e7\r\n", quick(header=LONG)),
    ],
    ids=["head", "body below the rate", "body over its time", "chunks"],
)
def test_a_slow_request_is_dropped_and_told_so(begun: bytes, limits: Limits, drips: bool) -> None:  # noqa: FBT001 - a table
    recorder = Recorder()
    with serving(recorder, limits) as running, connect(running.port) as peer:
        began = time.monotonic()
        peer.send(begun)
        with dripping([peer] if drips else []):
            assert status(peer.until(b"\r\n\r\n")) == 408
        assert 0.3 < time.monotonic() - began < PATIENCE
        assert recorder.calls == []


def test_a_body_that_keeps_up_the_rate_may_outlast_the_stall() -> None:
    recorder = Recorder()
    with serving(recorder, quick(body=LONG, stall=0.3, rate=10)) as running, connect(running.port) as peer:
        peer.send(POST + b"Content-Length: 100\r\n\r\n" + b"0123456789" * 5)
        for _ in range(5):
            time.sleep(0.2)
            peer.send(b"0123456789")
        assert status(peer.until(b"\r\n\r\n")) == 200
    assert recorder.bodies == [b"0123456789" * 10]


def test_a_large_body_on_a_slow_line_may_outlast_the_time_of_a_small_one() -> None:
    recorder = Recorder()
    patient = quick(body=2.0, stall=LONG, steady=1000)
    with serving(recorder, patient) as running, connect(running.port) as large, connect(running.port) as small:
        large.send(POST + b"Content-Length: 100000\r\n\r\n" + bytes(99_000))
        small.send(POST + b"Content-Length: 1000\r\n\r\n" + bytes(499))
        assert status(small.until(b"\r\n\r\n")) == 408
        large.send(bytes(1000))
        assert status(large.until(b"\r\n\r\n")) == 200
    assert recorder.bodies == [bytes(100_000)]


def test_a_peer_that_does_not_read_is_let_go_and_costs_no_thread() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [bytes(20_000_000)] if environ["PATH_INFO"] == "/large" else [b"small"]

    with serving(app, quick(threads=1)) as running, ExitStack() as stack:
        peers = [stack.enter_context(connect(running.port)) for _ in range(5)]
        for peer in peers:
            peer.send(b"GET /large HTTP/1.1\r\nHost: h\r\n\r\n")
            peer.sock.recv(1)  # its answer is on the way
        assert ask(running.port) == (200, b"small")
        time.sleep(4)
        assert all(len(peer.rest()) < 20_000_000 for peer in peers)
        assert running.faults == []


def _head_of(size: int) -> bytes:
    start = b"GET / HTTP/1.1\r\nHost: h\r\nX: "
    return start + b"x" * (size - len(start) - 4) + b"\r\n\r\n"


def test_the_head_may_be_as_large_as_its_limit_and_no_larger() -> None:
    recorder = Recorder()
    with serving(recorder, Limits(header_bytes=2000)) as running:
        assert status(exchange(running.port, _head_of(2000))) == 200
        assert status(exchange(running.port, _head_of(2001))) == 431
        assert status(exchange(running.port, b"GET /" + b"x" * 2000)) == 431
        assert status(exchange(running.port, b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 100_000)) == 431
    assert len(recorder.calls) == 1


def test_the_body_may_be_as_large_as_its_limit_and_no_larger() -> None:
    recorder = Recorder()
    chunked = POST + b"Transfer-Encoding: chunked\r\n\r\n"
    with serving(recorder, Limits(body_bytes=1000)) as running:
        assert status(exchange(running.port, POST + b"Content-Length: 1000\r\n\r\n" + b"x" * 1000)) == 200
        assert status(exchange(running.port, chunked + b"3e8\r\n" + b"x" * 1000 + b"\r\n0\r\n\r\n")) == 200
        assert status(exchange(running.port, chunked + b"3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n")) == 413
        assert status(exchange(running.port, chunked + b"1\r\nx\r\n" * 1001 + b"0\r\n\r\n")) == 413
        assert status(exchange(running.port, POST + b"Content-Length: 1001\r\n\r\n")) == 413
        assert status(exchange(running.port, POST + b"Content-Length: 99999999999999999999\r\n\r\n")) == 413
    assert [len(body) for body in recorder.bodies] == [1000, 1000]


def test_trailers_and_chunk_heads_are_bounded_too() -> None:
    recorder = Recorder()
    chunked = POST + b"Transfer-Encoding: chunked\r\n\r\n"
    with serving(recorder, Limits(header_bytes=2000)) as running:
        assert status(exchange(running.port, chunked + b"0\r\n" + b"X: y\r\n" * 100_000)) in {400, 431}
        assert status(exchange(running.port, chunked + b"1;" + b"x" * 100_000)) in {400, 431}
    assert recorder.calls == []


def test_a_body_too_large_is_refused_before_it_is_asked_for() -> None:
    with serving(Recorder(), Limits(body_bytes=1000)) as running, connect(running.port) as peer:
        peer.send(POST + b"Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n")
        assert status(peer.rest()) == 413


def test_who_is_told_that_a_body_is_too_large_is_not_reset_while_still_sending() -> None:
    with serving(Recorder(), Limits(body_bytes=1000)) as running, connect(running.port) as peer:
        peer.send(POST + b"Content-Length: 1000000\r\n\r\n")
        for _ in range(10):
            peer.sock.sendall(bytes(100_000))
            time.sleep(0.01)
        assert status(peer.rest()) == 413


def test_who_sends_a_large_file_over_a_slow_line_is_told_when_all_of_it_is_sent() -> None:
    with serving(Recorder(), Limits(body_bytes=1000)) as running, connect(running.port) as peer:
        peer.send(POST + b"Content-Length: 300000\r\n\r\n")
        for pause in (LINGER + 0.5, 0.2, 0.0):
            peer.sock.sendall(bytes(100_000))
            time.sleep(pause)
        answer = peer.rest()
        assert status(answer) == 413
        assert b"Send fewer files" in answer


def test_a_full_memory_is_a_503_and_room_comes_back() -> None:
    recorder = Recorder()
    body = b"Content-Length: 60000\r\n\r\n"
    with serving(recorder, Limits(buffered_bytes=100_000)) as running:
        with connect(running.port) as first, connect(running.port) as second:
            first.send(POST + body + bytes(50_000))
            while status(second_answer := exchange(running.port, POST + body + bytes(60_000))) == 200:
                time.sleep(0.05)  # until the first has arrived
            assert status(second_answer) == 503
            assert b"\r\nRetry-After: 5\r\n" in second_answer
            assert b"\r\nConnection: close\r\n" in second_answer
            second.send(GET)
            assert status(second.until(b"\r\n\r\n")) == 200  # a small one still fits
            first.send(bytes(10_000))
            assert status(first.until(b"\r\n\r\n")) == 200
        for _ in range(5):
            assert status(exchange(running.port, POST + body + bytes(60_000))) == 200
            assert status(exchange(running.port, POST + body + bytes(100))) == 400  # what is cut gives its room back


def test_a_body_that_does_not_fit_is_refused_before_it_has_arrived() -> None:
    with serving(Recorder(), Limits(buffered_bytes=100_000)) as running, connect(running.port) as peer:
        peer.send(POST + b"Content-Length: 200000\r\n\r\n" + bytes(150_000))
        assert status(peer.rest()) == 503


def test_a_long_answer_holds_no_more_room_than_one_portion() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        for _ in range(1 if environ["PATH_INFO"] == "/short" else 200):
            yield bytes(100_000)

    with serving(app, Limits(buffered_bytes=1_000_000)) as running, connect(running.port) as peer:
        peer.send(GET)
        arrived = 0
        while arrived < 10_000_000:
            arrived += len(peer.sock.recv(1 << 20))
        assert ask(running.port, "/short") == (200, bytes(100_000))


def test_answers_that_nobody_reads_fill_the_memory_too() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [bytes(20_000_000)]

    with serving(app, Limits(buffered_bytes=10_000_000)) as running, connect(running.port) as peer:
        peer.send(GET)
        peer.sock.recv(1)
        assert status(exchange(running.port, GET)) == 503
        while len(peer.sock.recv(1 << 20)) > 0 and status(exchange(running.port, GET)) == 503:
            pass
        assert running.faults == []


def test_more_peers_than_places_wait_for_their_turn() -> None:
    recorder = Recorder()
    with serving(recorder, quick(connections=3, header=2.0)) as running, ExitStack() as stack:
        began = time.monotonic()
        for _ in range(3):
            stack.enter_context(connect(running.port))
        assert ask(running.port)[0] == 200
        assert 1.8 < time.monotonic() - began < PATIENCE  # when the silent three were let go


def test_connections_leave_open_files_to_others() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (300, hard))
    try:
        with serving(Recorder(), quick(header=2.0)) as running, ExitStack() as stack:
            began = time.monotonic()
            for _ in range(60):
                stack.enter_context(connect(running.port))
            assert ask(running.port)[0] == 200
            assert time.monotonic() - began > 1.8  # there are 44 places: the silent ones had to be let go first
            assert running.faults == []
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class _AlwaysReady:
    """A wire that has a body in chunks of one byte and never makes anybody wait."""

    certificate = None

    def __init__(self) -> None:
        self._pieces = [b"1\r\nx\r\n" * 5000, b"0\r\n\r\n"]

    async def read(self) -> bytes:
        return self._pieces.pop(0)

    async def write(self, piece: bytes) -> None: ...
    async def finish(self, linger: float) -> None: ...


async def _turns_of_others(work: Coroutine[object, object, object]) -> int:
    """How often the loop came round while ``work`` was done."""
    task = asyncio.ensure_future(work)
    turns = 0
    while not task.done():
        await asyncio.sleep(0)
        turns += 1
    await task
    return turns


def test_a_body_in_tiny_chunks_leaves_turns_to_others() -> None:
    async def body() -> None:
        head = POST + b"Transfer-Encoding: chunked\r\n\r\n"
        with Room(10_000).lease() as lease:
            assert (await read(_AlwaysReady(), head, Limits(), lease)).size == 5000

    assert asyncio.run(_turns_of_others(body())) > 50


def test_a_peer_that_is_always_ready_leaves_turns_to_others() -> None:
    async def traffic() -> None:
        near, far = socket.socketpair()
        with near, far:
            for sock in [near, far]:
                sock.setblocking(False)
            for _ in range(100):
                await Plain(near).write(b"x")
                assert await Plain(far).read() == b"x"

    assert asyncio.run(_turns_of_others(traffic())) >= 200


def test_a_machine_without_sockets_is_a_fault_and_no_end() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with serving(Recorder()) as running, socket.socket() as sock:
        sock.settimeout(PATIENCE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))  # what is open stays open, and nothing more opens
        try:
            sock.connect((HOST, running.port))
            deadline = time.monotonic() + PATIENCE
            while not running.faults and time.monotonic() < deadline:
                time.sleep(0.01)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        peer = Peer(sock)
        peer.send(GET)
        assert status(peer.until(b"\r\n\r\n")) == 200
        assert {failure.errno for _, failure in running.faults if isinstance(failure, OSError)} == {errno.EMFILE}


def test_a_gate_full_of_requests_runs_as_many_as_there_are_threads() -> None:
    gate = Gate()
    with serving(gate, Limits(threads=2)) as running, ExitStack() as stack:
        peers = [stack.enter_context(connect(running.port)) for _ in range(5)]
        for peer in peers:
            peer.send(GET)
        assert gate.someone_is_inside()
        assert gate.someone_is_inside()
        assert not gate.inside.acquire(timeout=0.3)
        gate.go.set()
        assert all(peer.until(b"let go").startswith(b"HTTP/1.1 200") for peer in peers)
