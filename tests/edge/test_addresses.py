"""No partner's record makes the gateway call a machine of our own network, however the address is spelt."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.errors import Fault, Reason
from gateway.core.partners import Partner
from gateway.edge import addresses
from gateway.edge.transport import ask_witness
from tests.edge.test_transport import fault, medway, own
from tests.simulator import World

__all__ = ["medway", "own"]

OURS = (
    "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.9.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
    "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.1.1.1", "64:ff9b::10.0.0.1", "2002:7f00:1::",
    "2001:db8::1", "::10.0.0.1", "64:ff9b:1::10.0.0.1", "192.0.0.8", "192.88.99.1", "fec0::1", "3fff::1",
    "2001:0:a00:1::",
)  # fmt: skip


@pytest.mark.parametrize("text", OURS)
def test_address_of_our_own_networks_is_not_public(text: str) -> None:
    assert not addresses.is_public(text)


@pytest.mark.parametrize("text", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"])
def test_address_of_the_internet_is_public(text: str) -> None:
    assert addresses.is_public(text)


@pytest.fixture
def called() -> Iterator[tuple[int, list[object]]]:
    """A machine on the loopback address, and who called it."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    peer, address = server.accept()
                except OSError:
                    return
                calls.append(address)
                peer.close()

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], calls


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "[::ffff:127.0.0.1]", "0"]
)
def test_no_spelling_of_this_machine_is_called(
    own: Path, medway: Partner, called: tuple[int, list[object]], host: str
) -> None:
    port, calls = called
    strange = replace(medway, endpoint=f"https://{host}:{port}/as4", private_address=False)
    assert fault(own, strange) is Reason.ADDRESS
    assert calls == []


def test_record_that_allows_it_is_called(own: Path, medway: Partner, called: tuple[int, list[object]]) -> None:
    port, calls = called
    fault(own, replace(medway, endpoint=f"https://127.0.0.1:{port}/as4"))
    assert calls


def test_name_that_also_means_this_machine_is_a_trap(
    own: Path, medway: Partner, called: tuple[int, list[object]], world: World
) -> None:
    port, calls = called
    name = socket.gethostname()
    try:
        socket.getaddrinfo(name, port)
    except OSError:
        pytest.skip("this machine does not know its own name")
    assert fault(own, replace(medway, endpoint=f"https://{name}:{port}/", private_address=False)) is Reason.ADDRESS
    assert calls == []


def test_witness_inside_is_asked_only_where_the_settings_name_its_number(called: tuple[int, list[object]]) -> None:
    port, calls = called
    assert addresses.is_private(f"http://localhost:{port}") and addresses.is_private("https://10.0.0.1/w")
    assert not addresses.is_private("https://witness.example.org")
    with pytest.raises(Fault) as raised:
        ask_witness(f"http://0x7f.1:{port}", "old 0\n")
    assert raised.value.reason is Reason.ADDRESS and calls == []
    with pytest.raises(Fault):
        ask_witness(f"http://127.0.0.1:{port}", "old 0\n")
    assert calls
