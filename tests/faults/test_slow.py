"""Five hundred slow peers at the doors of a gateway that runs: silent, dripping a header, dripping a body, shaking hands
by halves. An honest school is served meanwhile, and the crowd is let go.
"""

import resource
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from gateway import wiring
from gateway.core.terms import PartnerId
from tests.edge.server_peers import HOST, Peer
from tests.edge.test_server_limits import dripping
from tests.faults.pair import Client, Pair, leaver, set_up
from tests.needs import needs
from tests.simulator import KENT, MEDWAY

EACH = 125
FILES = 3 * 4 * EACH
"""Both ends of every connection lie in this process."""


@pytest.fixture
def files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needs(hard == resource.RLIM_INFINITY or hard >= FILES, f"right to {FILES} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, FILES), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def pair(files: None, tmp_path: Path) -> Iterator[Pair]:
    urls: dict[PartnerId, str] = {home: f"sqlite:///{tmp_path / home}.sqlite" for home in (KENT, MEDWAY)}
    made = set_up(tmp_path, urls)
    running = wiring.Running(made.kent)
    running.start()
    yield made
    running.stop()
    made.medway.store.engine.dispose()


def plain(port: int) -> Peer:
    return Peer(socket.create_connection((HOST, port), timeout=60))


def secured(pair: Pair) -> Peer:
    """A peer that may come in: its certificate is a school's."""
    sock = socket.create_connection((HOST, pair.school.port), timeout=60)
    return Peer(pair.school.context.wrap_socket(sock, server_hostname="localhost"))


def test_honest_school_is_served_among_five_hundred_slow_peers_and_they_are_let_go(pair: Pair) -> None:
    pages = pair.kent.settings.listen.pages_port
    with ExitStack() as stack:
        silent = [stack.enter_context(plain(pair.school.port)) for _ in range(EACH)]
        half = [stack.enter_context(plain(pair.school.port)) for _ in range(EACH)]
        for peer in half:
            peer.send(b"\x16\x03\x01\x02\x00\x01")  # the beginning of a ClientHello
        heads = [stack.enter_context(secured(pair)) for _ in range(EACH)]
        for peer in heads:
            peer.send(b"POST /uploads HTTP/1.1\r\nHost: h\r\nX: ")
        bodies = [stack.enter_context(plain(pages)) for _ in range(EACH)]
        for peer in bodies:
            peer.send(b"POST /sign-out HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n")
        with dripping([*heads, *bodies], every=0.5):
            times = served(pair, 5)
        print(f"honest uploads among {4 * EACH} slow peers: {times} s")
        assert max(times) < 20
        gone = [peer for peer in (*silent, *half, *heads, *bodies) if let_go(peer)]
    assert len(gone) == 4 * EACH


def served(pair: Pair, number: int) -> list[float]:
    """How long each of so many uploads took, on a connection of its own."""
    times = []
    for each in range(1, number + 1):
        client, made, began = Client(pair.school), leaver(each), time.monotonic()
        answer = client.upload(made.name, made.content)
        assert answer is not None and answer[0] == 200
        times.append(round(time.monotonic() - began, 3))
        client.close()
    return times


def let_go(peer: Peer) -> bool:
    """Whether the server hung up on it in the end, with or without a word."""
    try:
        while peer.sock.recv(65536):
            pass
    except TimeoutError:
        return False
    except (ConnectionError, ssl.SSLError):
        return True
    return True
