"""What an honest peer and a WSGI application get from the server."""

import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.validate import validator

import flask
import h11
import pytest

from gateway.edge.server import Limits, Listener, Server
from tests.edge.server_peers import (
    HOST,
    PATIENCE,
    Gate,
    Peer,
    Recorder,
    Running,
    ask,
    connect,
    exchange,
    get,
    honest,
    serving,
    status,
)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def running(recorder: Recorder) -> Iterator[Running]:
    with serving(recorder) as running:
        yield running


def test_the_environment_is_that_of_pep_3333(running: Running, recorder: Recorder) -> None:
    exchange(
        running.port,
        b"POST /a%20b/%C3%A9?q=1&r=%20 HTTP/1.1\r\nHost: gateway.example\r\nContent-Type: text/xml\r\n"
        b"Content-Length: 4\r\nCookie: a=1\r\nCookie: b=2\r\nAccept: x\r\nAccept: y\r\n\r\nbody",
    )
    environ = recorder.calls[0]
    expected = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/a b/\xc3\xa9",
        "QUERY_STRING": "q=1&r=%20",
        "CONTENT_TYPE": "text/xml",
        "CONTENT_LENGTH": "4",
        "SERVER_NAME": HOST,
        "SERVER_PORT": str(running.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": HOST,
        "HTTP_HOST": "gateway.example",
        "HTTP_COOKIE": "a=1; b=2",
        "HTTP_ACCEPT": "x, y",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "gateway.peer_certificate": None,
    }
    assert {key: environ[key] for key in environ if key != "wsgi.input"} == expected
    assert recorder.bodies == [b"body"]


def test_the_standard_library_finds_no_fault_with_it() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return iter([b"one, ", b"two"])

    with serving(validator(app)) as running:
        assert ask(running.port) == (200, b"one, two")
        assert running.faults == []


def test_an_absolute_target_counts_as_its_path_and_its_host(running: Running, recorder: Recorder) -> None:
    exchange(running.port, b"GET http://right.example/x?y HTTP/1.1\r\nHost: wrong.example\r\n\r\n")
    exchange(running.port, b"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")
    seen = [(call["PATH_INFO"], call["QUERY_STRING"], call["HTTP_HOST"]) for call in recorder.calls]
    assert seen == [("/x", "y", "right.example"), ("*", "", "h")]


def test_a_connection_carries_many_requests(running: Running, recorder: Recorder) -> None:
    with honest(running.port) as connection:
        connection.connect()
        sock = connection.sock
        for number in range(200):
            assert get(connection, f"/{number}")[0] == 200
        assert connection.sock is sock
    assert [call["PATH_INFO"] for call in recorder.calls] == [f"/{number}" for number in range(200)]


def test_requests_sent_ahead_are_answered_one_after_another(running: Running, recorder: Recorder) -> None:
    ahead = b"".join(b"POST /%d HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n%d" % (n, n) for n in range(9))
    answers = exchange(running.port, ahead)
    assert answers.count(b"HTTP/1.1 200 OK") == 9
    assert recorder.bodies == [b"%d" % n for n in range(9)]


def test_nothing_is_read_from_a_peer_whose_request_is_at_work() -> None:
    gate = Gate()
    with serving(gate) as running, connect(running.port) as peer:
        peer.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        assert gate.someone_is_inside()
        peer.sock.settimeout(1.0)
        with pytest.raises(TimeoutError):  # the kernel's buffers are full: nobody empties them
            peer.sock.sendall(bytes(60_000_000))
        gate.go.set()
        peer.sock.settimeout(PATIENCE)
        assert peer.until(b"let go").startswith(b"HTTP/1.1 200")


def test_as_many_requests_run_at_once_as_there_are_threads() -> None:
    together = threading.Barrier(6, timeout=PATIENCE)

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        together.wait()
        start_response("200 OK", [])
        return [b"met"]

    with serving(app, Limits(threads=6)) as running, ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda _: ask(running.port), range(6))) == [(200, b"met")] * 6


def test_head_has_the_head_of_an_answer_and_no_body(running: Running) -> None:
    with connect(running.port) as peer:
        peer.send(b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\nHEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        answers = peer.rest()
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert all(part == b"" or part.startswith(b"HTTP/1.1 200 OK\r\n") for part in answers.split(b"\r\n\r\n"))


def test_http_1_0_gets_its_answer_and_the_end(running: Running, recorder: Recorder) -> None:
    with connect(running.port) as peer:
        peer.send(b"GET / HTTP/1.0\r\n\r\n")
        answer = peer.rest()
    assert status(answer) == 200
    assert b"Connection: close" in answer
    assert recorder.calls[0]["SERVER_PROTOCOL"] == "HTTP/1.0"


def test_a_peer_that_asks_first_is_told_to_go_on(running: Running, recorder: Recorder) -> None:
    with connect(running.port) as peer:
        peer.send(b"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        assert status(peer.until(b"\r\n\r\n")) == 100
        peer.send(b"abc")
        assert status(peer.until(b"\r\n\r\n")) == 200
    assert recorder.bodies == [b"abc"]


def test_the_server_names_no_program_and_no_version() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("204 No Content", [("Server", "Werkzeug/3.1.3 Python/3.11.7"), ("Keep-Alive", "timeout=9")])
        return []

    with serving(app) as running:
        answer = exchange(running.port, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 204 No Content\r\nServer: gateway\r\nDate: ")
    assert b"Python" not in answer
    assert b"Keep-Alive" not in answer
    assert answer.endswith(b"GMT\r\n\r\n")


def _streaming(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    start_response("200 OK", [])
    for number in range(40):
        yield b"%02d" % number * 5000


STREAMED = b"".join(b"%02d" % number * 5000 for number in range(40))


def test_an_answer_of_unknown_length_is_chunked_and_complete() -> None:
    with serving(_streaming) as running, honest(running.port) as connection:
        for _ in range(3):
            connection.request("GET", "/")
            answer = connection.getresponse()
            assert answer.headers["Transfer-Encoding"] == "chunked"
            assert answer.read() == STREAMED
        with connect(running.port) as peer:  # HTTP/1.0 knows no chunks: the end of the stream is the end
            peer.send(b"GET / HTTP/1.0\r\n\r\n")
            assert peer.rest().endswith(b"\r\n\r\n" + STREAMED)


def test_write_of_old_applications_works() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        write = start_response("200 OK", [("Content-Length", "6")])
        write(b"abc")
        return [b"def"]

    with serving(app) as running:
        assert ask(running.port) == (200, b"abcdef")


def test_an_answer_is_computed_in_one_context() -> None:
    who: ContextVar[str] = ContextVar("who", default="nobody")

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        token = who.set(environ["PATH_INFO"])
        start_response("200 OK", [])
        for _ in range(5):
            yield who.get().encode() * 20_000
        who.reset(token)  # raises in any other context

    with serving(app, Limits(threads=4)) as running, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: ask(running.port, f"/{n:03}"), range(8)))
        assert answers == [(200, b"/%03d" % n * 100_000) for n in range(8)]
        assert running.faults == []


def test_flask_streams_and_reads_forms() -> None:
    app = flask.Flask("f")

    @app.post("/form")
    def form() -> flask.Response:
        words = [flask.request.form["word"], flask.request.files["file"].read().decode()]
        return flask.Response(flask.stream_with_context(word * 40_000 for word in words))

    with serving(app) as running, honest(running.port) as connection:
        body = (
            b'--x\r\nContent-Disposition: form-data; name="word"\r\n\r\na\r\n'
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nb\r\n--x--\r\n'
        )
        connection.request("POST", "/form", body, {"Content-Type": "multipart/form-data; boundary=x"})
        assert connection.getresponse().read() == b"a" * 40_000 + b"b" * 40_000
        assert running.faults == []


class _Broken(Exception):
    """What an application raises, with something in it that no peer may read."""


def _raises_at_once(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    raise _Broken("Rosie Quill, A823456789012")


def _raises_after_the_head(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    start_response("200 OK", [])
    yield b"a little"
    raise _Broken("Rosie Quill, A823456789012")


def _exits(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    raise SystemExit("Rosie Quill, A823456789012")


def _says_nothing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return [b"Rosie Quill, A823456789012"]


def _splits_the_head(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("X-Name", "Rosie\r\nQuill: A823456789012")])
    return []


def _gives_no_status(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("Rosie", [])
    return []


def _gives_text_no_head_can_carry(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("X-Name", "Rosie \u2013 A823456789012")])
    return []


def _gives_less_than_it_says(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "60")])
    return [b"Rosie"]


def _gives_more_than_it_says(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "1")])
    return [b"Rosie"]


@pytest.mark.parametrize(
    "app",
    [
        _raises_at_once,
        _raises_after_the_head,
        _exits,
        _says_nothing,
        _splits_the_head,
        _gives_no_status,
        _gives_text_no_head_can_carry,
        _gives_less_than_it_says,
        _gives_more_than_it_says,
    ],
)
def test_what_an_application_does_wrong_is_a_plain_500_and_a_fault(app: Recorder) -> None:
    with serving(app) as running:
        answer = exchange(running.port, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        assert status(answer) == 500
        assert answer.endswith(b"\r\n\r\nSomething failed here. The operator has been told.\n")
        assert not any(word in answer for word in [b"Rosie", b"A823", b"Traceback", b"Broken"])
        assert [name for name, _ in running.faults] == ["door"]
        assert status(exchange(running.port, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")) == 500  # and it lives


def test_the_fault_says_what_was_wrong_with_the_answer() -> None:
    with serving(_says_nothing) as running:
        exchange(running.port, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        assert [str(failure) for _, failure in running.faults] == ["the application gave a body and no status"]


def _breaks_off(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    start_response("200 OK", [("Content-Length", "999999")] if environ["PATH_INFO"] == "/counted" else [])
    yield bytes(200_000)
    raise _Broken


def _begins_twice(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [])
    start_response("202 Accepted", [])
    return []


def test_an_answer_begins_once() -> None:
    with serving(_begins_twice) as running:
        assert ask(running.port)[0] == 500
        assert [str(failure) for _, failure in running.faults] == ["the application began its answer twice"]


def _thinks_again(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    start_response("200 OK", [])
    if environ["PATH_INFO"] == "/late":
        yield bytes(100_000)
    try:
        _raises_at_once(environ, start_response)
    except _Broken:
        start_response("409 Conflict", [], sys.exc_info())
    yield b"on second thoughts"


def test_an_application_may_think_again_until_its_head_is_sent() -> None:
    with serving(_thinks_again) as running:
        assert ask(running.port) == (409, b"on second thoughts")
        assert running.faults == []
        with connect(running.port) as peer:
            peer.send(b"GET /late HTTP/1.1\r\nHost: h\r\n\r\n")
            with pytest.raises(ConnectionResetError):
                peer.until(b"never sent")
        assert [type(failure) for _, failure in running.faults] == [_Broken]


def test_a_fault_behind_a_good_answer_is_a_500_too() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("X-Name", "fine" if environ["PATH_INFO"] == "/fine" else "not\r\nfine")])
        return [b"."]

    with serving(app) as running, honest(running.port) as connection:
        assert get(connection, "/fine")[0] == 200
        assert get(connection, "/other")[0] == 500
        assert len(running.faults) == 1


def test_an_answer_that_outgrows_its_length_is_broken_off() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Length", "100000")])
        yield bytes(70_000)
        yield bytes(70_000)

    with serving(app) as running, connect(running.port) as peer:
        peer.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            peer.until(b"never sent")
        assert [type(failure) for _, failure in running.faults] == [h11.LocalProtocolError]


@pytest.mark.parametrize("target", ["/counted HTTP/1.1", "/chunked HTTP/1.1", "/endless HTTP/1.0"])
def test_an_answer_that_breaks_off_is_not_taken_for_whole(target: str) -> None:
    with serving(_breaks_off) as running, connect(running.port) as peer:
        peer.send(f"GET {target}\r\nHost: h\r\n\r\n".encode())
        with pytest.raises(ConnectionResetError):
            peer.until(b"never sent")
        assert [type(failure) for _, failure in running.faults] == [_Broken]


class _Closing:
    """An answer without end that says when it was closed."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.closed = threading.Event()
        self.thread = ""
        self._failure = failure

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> "_Closing":
        start_response("200 OK", [])
        return self

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield bytes(65536)

    def close(self) -> None:
        self.thread = threading.current_thread().name
        self.closed.set()
        if self._failure:
            raise self._failure


def test_an_answer_is_closed_when_the_peer_goes_away() -> None:
    app = _Closing()
    with serving(app) as running:
        with connect(running.port) as peer:
            peer.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            peer.until(b"\r\n\r\n")
        assert app.closed.wait(10)
        assert app.thread.startswith("edge-server")  # never the loop's own: closing may take its time
        assert running.faults == []


def test_a_failure_to_close_is_a_fault() -> None:
    failure = _Broken()
    with serving(_Closing(failure)) as running:
        with connect(running.port) as peer:
            peer.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            peer.until(b"\r\n\r\n")
        running.server.stop()
        assert running.faults == [("door", failure)]


def test_who_fails_to_take_a_fault_gets_that_as_a_fault() -> None:
    heard: list[BaseException] = []

    def on_fault(name: str, failure: BaseException) -> None:
        heard.append(failure)
        if isinstance(failure, _Broken):
            raise OverflowError

    with Server([Listener("door", HOST, 0, _raises_at_once, None)], Limits(), on_fault) as server:
        for _ in range(2):
            assert exchange(server.ports["door"], b"GET / HTTP/1.1\r\nHost: h\r\n\r\n") == b""
    assert [type(failure) for failure in heard] == [_Broken, OverflowError] * 2


def test_an_application_may_date_its_answer() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Date", "Mon, 02 Sep 2024 08:00:00 GMT")])
        return []

    with serving(app) as running:
        answer = exchange(running.port, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    assert answer.count(b"Date: ") == answer.count(b"Date: Mon, 02 Sep 2024 08:00:00 GMT\r\n") == 1


def test_stopping_lets_the_running_request_end() -> None:
    gate = Gate()
    with serving(gate) as running, connect(running.port) as peer, connect(running.port) as idle:
        peer.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        assert gate.someone_is_inside()
        with ThreadPoolExecutor(1) as pool:
            stopped = pool.submit(running.server.stop, PATIENCE)
            assert idle.rest() == b""  # who asked for nothing is let go at once
            with pytest.raises(OSError, match="refused"):
                connect(running.port)
            assert not stopped.done()
            gate.go.set()
            answer = peer.rest()
            assert status(answer) == 200
            assert answer.endswith(b"let go")
            peer.sock.close()
            assert stopped.result(PATIENCE) is True


def test_stopping_lets_a_request_that_has_begun_arrive() -> None:
    recorder = Recorder()
    with serving(recorder) as running, connect(running.port) as peer, ThreadPoolExecutor(1) as pool:
        peer.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        peer.until(b"\r\n\r\n")
        stopped = pool.submit(running.server.stop, PATIENCE)
        time.sleep(0.1)
        peer.send(b"body")
        answer = peer.until(b"\r\n\r\n")
        assert status(answer) == 200
        assert b"\r\nConnection: close\r\n" in answer
        peer.sock.close()
        assert stopped.result(PATIENCE) is True
    assert recorder.bodies == [b"body"]


def test_stopping_cuts_what_outlasts_the_grace() -> None:
    gate = Gate()
    with serving(gate) as running, connect(running.port) as peer:
        peer.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        assert gate.someone_is_inside()
        began = time.monotonic()
        assert running.server.stop(0.2) is False
        assert time.monotonic() - began < PATIENCE
        assert peer.rest() == b""
        gate.go.set()
        assert running.server.stop() is True  # there is nothing left to stop


def test_one_server_has_several_doors() -> None:
    one, two = Recorder(), Recorder()
    doors = [Listener("one", HOST, 0, one, None), Listener("two", "::1", 0, two, None)]
    with Server(doors, Limits(), lambda name, failure: None) as server:
        assert ask(server.ports["one"])[0] == 200
        with Peer(socket.create_connection(("::1", server.ports["two"]), timeout=PATIENCE)) as peer:
            peer.send(b"GET / HTTP/1.0\r\n\r\n")
            assert status(peer.rest()) == 200
    assert (len(one.calls), len(two.calls)) == (1, 1)
    assert two.calls[0]["REMOTE_ADDR"] == "::1"


def test_two_servers_share_a_port_only_when_both_say_so() -> None:
    recorder = Recorder()
    first = Listener("door", HOST, 0, recorder, None, reuse_port=True)
    with Server([first], Limits(), lambda name, failure: None) as server:
        port = server.ports["door"]
        with Server([Listener("door", HOST, port, recorder, None, reuse_port=True)], Limits(), lambda n, f: None):
            assert all(ask(port)[0] == 200 for _ in range(20))
        with Server([Listener("free", HOST, 0, recorder, None)], Limits(), lambda n, f: None) as freed:
            free = freed.ports["free"]
        doors = [Listener("free", HOST, free, recorder, None), Listener("door", HOST, port, recorder, None)]
        taken = Server(doors, Limits(), lambda n, f: None)
        with pytest.raises(OSError, match="in use"):
            taken.start()
        assert taken.ports == {}
        with pytest.raises(OSError, match="refused"):  # one door taken, none open
            connect(free)
    assert len(recorder.calls) == 20
