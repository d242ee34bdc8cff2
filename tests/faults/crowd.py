"""Slow peers at the doors of a gateway that runs: a quarter silent, a quarter shaking hands by halves, a quarter dripping
the head of a request and a quarter its body; and an honest school beside them.
"""

import resource
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.edge.server_peers import HOST, Peer
from tests.edge.test_server_limits import dripping
from tests.faults.pair import Client, Pair, leaver
from tests.needs import needs

CROWD = 500
BOTH_ENDS, OTHERS = 2, 500
"""Both ends of every connection lie in the process that looks on."""


@contextmanager
def files(peers: int) -> Iterator[None]:
    """Room for so many peers, where the machine allows it."""
    wanted = BOTH_ENDS * peers + OTHERS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needs(hard == resource.RLIM_INFINITY or hard >= wanted, f"right to {wanted} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def crowd(pair: Pair, number: int = CROWD) -> Iterator[list[Peer]]:
    """So many at Kent's doors; those that drip do so until the block ends."""
    pages, each = pair.kent.settings.listen.pages_port, number // 4
    with ExitStack() as stack:
        silent = [stack.enter_context(_plain(pair.school.port)) for _ in range(each)]
        half = [stack.enter_context(_plain(pair.school.port)) for _ in range(each)]
        for peer in half:
            peer.send(b"\x16\x03\x01\x02\x00\x01")  # the beginning of a ClientHello
        heads = [stack.enter_context(_secured(pair)) for _ in range(each)]
        for peer in heads:
            peer.send(b"POST /uploads HTTP/1.1\r\nHost: h\r\nX: ")
        bodies = [stack.enter_context(_plain(pages)) for _ in range(each)]
        for peer in bodies:
            peer.send(b"POST /sign-out HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n")
        with dripping([*heads, *bodies], every=0.5):
            yield [*silent, *half, *heads, *bodies]


def uploads(pair: Pair, number: int, first: int = 1, at_most: float = float("inf")) -> list[float]:
    """Seconds that each of so many uploads took, on a connection of its own; none begins after ``at_most`` seconds."""
    times, end = list[float](), time.monotonic() + at_most
    for each in range(first, first + number):
        client, made, began = Client(pair.school), leaver(each), time.monotonic()
        if began > end:
            break
        answer = client.upload(made.name, made.content)
        assert answer is not None and answer[0] == 200
        times.append(time.monotonic() - began)
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


def _plain(port: int) -> Peer:
    return Peer(socket.create_connection((HOST, port), timeout=60))


def _secured(pair: Pair) -> Peer:
    """A peer that may come in: its certificate is a school's."""
    sock = socket.create_connection((HOST, pair.school.port), timeout=60)
    return Peer(pair.school.context.wrap_socket(sock, server_hostname="localhost"))
