"""Whatever goes wrong on the way is a Fault with its reason; nothing else ever leaves this room."""

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.errors import Fault, Reason
from gateway.core.partners import Certificate, CertificateRole, Partner
from gateway.core.records import Reply
from gateway.core.terms import PartnerId
from gateway.edge import certificates
from gateway.edge.transport import WITNESS_BYTES, Council, Https, ask_witness
from tests.simulator import KENT, MEDWAY, NOON, World


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    stem = tmp_path_factory.mktemp("tls") / "own"
    certificates.write(stem, *certificates.make("tls", "kent", ("localhost",), NOON))
    return stem


@pytest.fixture
def medway(world: World) -> Partner:
    return replace(world.kent.store.register().directory.get(MEDWAY), private_address=True)


def fault(own: Path, recipient: Partner) -> Reason:
    hands = Https(lambda _home: (Path(f"{own}.crt.pem"), Path(f"{own}.key.pem")))
    with pytest.raises(Fault) as raised:
        hands.send(recipient, PartnerId(KENT), "text/plain", b"x")
    return raised.value.reason


@pytest.mark.parametrize(
    "endpoint",
    ["https://a..b.example/as4", "https://localhost:1/as4", "https://[::1/as4", "https://no-such.invalid/as4"],
)
def test_address_that_leads_nowhere_is_a_fault(own: Path, medway: Partner, endpoint: str) -> None:
    assert fault(own, replace(medway, endpoint=endpoint)) is Reason.UNREACHABLE


def test_registered_certificate_that_is_none_is_a_fault(own: Path, medway: Partner) -> None:
    broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    odd = replace(medway, certificates=(Certificate(CertificateRole.TLS, broken),))
    assert fault(own, odd) is Reason.TLS


def test_own_key_that_is_gone_is_a_fault(tmp_path: Path, medway: Partner) -> None:
    assert fault(tmp_path / "gone", medway) is Reason.TLS


@pytest.fixture
def rude() -> Iterator[int]:
    """A server that hangs up as soon as somebody has spoken."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            for _ in range(2):
                try:
                    peer, _address = server.accept()
                except OSError:
                    return
                peer.recv(1)
                peer.close()

        threading.Thread(target=hang_up, daemon=True).start()
        yield server.getsockname()[1]


def test_peer_that_hangs_up_in_the_handshake_is_a_fault(own: Path, medway: Partner, rude: int) -> None:
    assert fault(own, replace(medway, endpoint=f"https://localhost:{rude}/as4")) in {Reason.TLS, Reason.UNREACHABLE}


def whole(peer: socket.socket) -> bytes:
    """A request with its body, which may come in several pieces; what there was when the peer went away."""
    content = b""
    while piece := peer.recv(65536):
        content += piece
        head, blank, body = content.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if blank and len(body) >= int(length[1] if length else 0):
            break
    return content


@contextlib.contextmanager
def saying(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers whoever asks with these bytes, and what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    peer, _address = server.accept()
                except OSError:
                    return
                with peer:
                    asked.append(whole(peer))
                    with contextlib.suppress(OSError):
                        peer.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked


def http(status: int, body: bytes, *fields: str) -> bytes:
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def test_witness_is_asked_where_the_specification_says() -> None:
    with saying(http(409, b"17\n", "Content-Type: text/x.tlog.size")) as (address, asked):
        assert ask_witness(address, "old 0\n\nnote\n") == Reply(409, "text/x.tlog.size", b"17\n")
    assert asked[0].startswith(b"POST /add-checkpoint HTTP/1.1\r\n")
    assert asked[0].endswith(b"\r\n\r\nold 0\n\nnote\n")


@pytest.mark.parametrize(
    ("field", "seconds"),
    [("120", 120), ("0", 0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-5", None), ("9" * 99, None), ("", None)],
)
def test_who_is_busy_says_in_seconds_how_long_it_wants_to_be_left_alone(field: str, seconds: int | None) -> None:
    with saying(http(503, b"", f"Retry-After: {field}")) as (address, _):
        wait = ask_witness(address, "old 0\n").retry_after
    assert (wait.total_seconds() if wait is not None else None) == seconds


def test_witness_that_sends_us_elsewhere_is_not_followed() -> None:
    with (
        saying(http(200, b"")) as (elsewhere, asked),
        saying(http(307, b"", f"Location: {elsewhere}/add-checkpoint")) as (address, _),
    ):
        assert ask_witness(address, "old 0\n").status == 307
        assert asked == []


def test_answer_of_a_witness_is_bounded() -> None:
    with saying(http(200, b"x" * (WITNESS_BYTES + 1))) as (address, _), pytest.raises(Fault):
        ask_witness(address, "old 0\n")
    with saying(http(200, b"x" * WITNESS_BYTES)) as (address, _):
        assert len(ask_witness(address, "old 0\n").body) == WITNESS_BYTES


def test_witness_that_is_not_there_or_hangs_up_is_a_fault() -> None:
    with saying(b"") as (address, _), pytest.raises(Fault):
        ask_witness(address, "old 0\n")
    with pytest.raises(Fault) as raised:
        ask_witness("http://127.0.0.1:1", "old 0\n")
    assert raised.value.reason is Reason.UNREACHABLE


def test_witness_behind_a_certificate_that_nobody_vouches_for_is_a_fault(own: Path) -> None:
    from gateway.edge.server import server_context
    from tests.edge.server_peers import Recorder, serving

    recorder = Recorder()
    with serving(recorder, None, server_context(f"{own}.crt.pem", f"{own}.key.pem")) as running:
        with pytest.raises(Fault) as raised:
            ask_witness(f"https://localhost:{running.port}", "old 0\n")
        assert raised.value.reason is Reason.TLS
    assert recorder.calls == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (http(502, b"<html>Bad gateway</html>"), Reason.HTTP_STATUS),
        (http(500, b'{"outcome": "refused"}'), Reason.HTTP_STATUS),
        (http(503, b"", "Retry-After: 5"), Reason.BUSY),
        (http(503, b'{"outcome": "refused", "code": "busy"}', "Retry-After: 30"), Reason.BUSY),
        (http(200, b"[]"), Reason.HTTP_STATUS),
        (http(200, b'{"message": "try later"}'), Reason.HTTP_STATUS),
    ],
)
def test_answer_that_says_nothing_of_the_file_is_a_fault_and_no_refusal(
    own: Path, answer: bytes, reason: Reason
) -> None:
    """Whoever watches a folder sends a refused file no second time: what a fault stopped goes with the next look."""
    with saying(answer) as (address, _), pytest.raises(Fault) as fault:
        Council(address, "", own.with_suffix(".crt.pem"), own.with_suffix(".key.pem")).upload("a.xml", b"<a/>")
    assert fault.value.reason is reason


@pytest.mark.parametrize(
    ("name", "written"), [("Year\u20196.xml", b"Year?6.xml"), (" a\r\nb.xml", b"?a??b.xml"), ("\udcff.xml", b"?.xml")]
)
def test_name_that_no_header_can_carry_is_sent_as_one_that_is_refused(own: Path, name: str, written: bytes) -> None:
    with saying(http(422, b'{"outcome": "refused"}')) as (address, asked):
        Council(address, "", own.with_suffix(".crt.pem"), own.with_suffix(".key.pem")).upload(name, b"<a/>")
    assert b"\r\nGateway-File-Name: " + written + b"\r\n" in asked[0]
