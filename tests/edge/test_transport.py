"""Whatever goes wrong on the way is a Fault with its reason; nothing else ever leaves this room."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.errors import Fault, Reason
from gateway.core.partners import Certificate, CertificateRole, Partner
from gateway.core.terms import PartnerId
from gateway.edge import certificates
from gateway.edge.transport import Https
from tests.simulator import KENT, MEDWAY, NOON, World


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    stem = tmp_path_factory.mktemp("tls") / "own"
    certificates.write(stem, *certificates.make("tls", "kent", ("localhost",), NOON))
    return stem


@pytest.fixture
def medway(world: World) -> Partner:
    return world.kent.store.register().directory.get(MEDWAY)


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
