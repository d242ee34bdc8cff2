"""Which addresses a partner may make us connect to: those of the internet, and none of our own networks.

What is looked at is the address that the connection is made to, so no name can mean one thing when it is checked and
another when it is used.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, SSLError

from gateway.core.errors import Fault, Reason

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""A translator on the way turns these into the IPv4 address in their last 32 bits (RFC 6052)."""

NEVER = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "3fff::/20", "fec0::/10")))
"""Of no use to a partner, though not every Python says so: for protocols, translators of one network (RFC 8215), books
(RFC 9637), and what was once private (RFC 3879).
"""


def is_public(text: str) -> bool:
    """Whether an address, as the system resolved it, is one of the internet."""
    return all(map(_is_public, _meant(text)))


def _is_public(one: Address) -> bool:
    return one.is_global and not (one.is_multicast or one.is_reserved or any(one in net for net in NEVER))


def is_private(url: str) -> bool:
    """Whether a URL says by itself that it is inside: it names ``localhost`` or the number of a private address."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        return not is_public(host)
    return host == "localhost"


def keep_public(pools: PoolManager) -> None:
    """Let these connections go to the internet alone; any other address raises Fault(ADDRESS)."""
    pools.pool_classes_by_scheme = {"http": _PublicPool, "https": _PublicTlsPool}


def keep_known(pools: PoolManager, counts: Callable[[bytes], bool]) -> None:
    """Say nothing to whoever shows a certificate (DER) that does not count, though its authority is a good one."""
    pool: type[HTTPSConnectionPool] = pools.pool_classes_by_scheme["https"]

    class Known(pool.ConnectionCls):  # type: ignore[misc, name-defined]  # to anybody or not
        def connect(self) -> None:
            super().connect()
            if not counts(self.sock.getpeercert(binary_form=True)):
                self.close()
                raise SSLError("not the partner")

    known = type("KnownPool", (pool,), {"ConnectionCls": Known})
    pools.pool_classes_by_scheme = {**pools.pool_classes_by_scheme, "https": known}


def leave_in(pools: PoolManager, seconds: float) -> None:
    """Hang up on whoever has not said everything so long after it was asked, however it drips."""
    pools.pool_classes_by_scheme = {
        scheme: _impatient(pool, seconds) for scheme, pool in pools.pool_classes_by_scheme.items()
    }


def _impatient(pool: type[HTTPConnectionPool], seconds: float) -> type[HTTPConnectionPool]:
    class Impatient(pool.ConnectionCls):  # type: ignore[misc, name-defined]  # plain or TLS, to anybody or not
        def getresponse(self) -> Any:
            timer = threading.Timer(seconds, _hang_up, (self.sock,))
            timer.daemon = True
            timer.start()
            return super().getresponse()

    return type("ImpatientPool", (pool,), {"ConnectionCls": Impatient})


def _hang_up(sock: socket.socket) -> None:
    with suppress(OSError):  # it was closed long ago
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # under TLS too: not a word more is waited for


def _meant(text: str) -> tuple[Address, ...]:
    """An address, and every other that is written inside it."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address in NAT64:
        return (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF),)
    return (address, *(one for one in (address.sixtofour, *(address.teredo or ())) if one is not None))


def _connect(connection: HTTPConnection) -> socket.socket:
    """Connect to what the name means now, if all that it means is public: a name that also means us is a trap."""
    try:
        found = socket.getaddrinfo(connection.host.strip("[]"), connection.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        cause = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
        raise NameResolutionError(connection.host, connection, cause) from error
    if not all(is_public(str(where[0])) for *_, where in found):
        raise Fault(Reason.ADDRESS)
    failed: OSError = OSError("no address")
    for family, kind, protocol, _, where in found:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if isinstance(connection.timeout, int | float):
                sock.settimeout(connection.timeout)
            sock.connect(where)
        except OSError as error:
            sock.close()
            failed = error
        else:
            return sock
    if isinstance(failed, TimeoutError):
        raise ConnectTimeoutError(connection, "no address of it answers in time") from failed
    raise NewConnectionError(connection, "no address of it answers") from failed


class _Public(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _PublicTls(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _Public


class _PublicTlsPool(HTTPSConnectionPool):
    ConnectionCls = _PublicTls
