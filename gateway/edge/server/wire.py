"""Bytes to and from one peer, plain or under TLS. Nothing is read before it is asked for, and no call blocks the loop.

The standard library's asyncio TLS is not used: it sets 256 KiB aside for every connection, silent ones too.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

PIECE = 64 * 1024  # the most that is read or written at once

Result = TypeVar("Result")


class Wire(Protocol):
    """One peer. ``read`` gives ``b""`` at the end; everything else that ends a connection is an ``OSError``."""

    @property
    def certificate(self) -> bytes | None: ...
    async def read(self) -> bytes: ...
    async def write(self, piece: bytes) -> None: ...
    async def finish(self, linger: float) -> None: ...


class Plain:
    """TCP as it is. Every call lets other connections run first: one that is always ready takes turns."""

    certificate: bytes | None = None

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._loop = asyncio.get_running_loop()

    async def read(self) -> bytes:
        await asyncio.sleep(0)
        return await self._loop.sock_recv(self._sock, PIECE)

    async def write(self, piece: bytes) -> None:
        await asyncio.sleep(0)
        await self._loop.sock_sendall(self._sock, piece)

    async def finish(self, linger: float) -> None:
        """Say that nothing more comes, then read and drop what the peer still sends, for ``linger`` seconds at most:
        closing on unread bytes is a reset, and a reset swallows the answer that is on its way.
        """
        self._sock.shutdown(socket.SHUT_WR)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(linger):
                while await self.read():
                    pass


class Secured:
    """TLS over a plain wire. ``certificate`` is the verified client certificate (DER) once hands were shaken."""

    def __init__(self, plain: Plain, context: ssl.SSLContext) -> None:
        self._plain = plain
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    @property
    def certificate(self) -> bytes | None:
        return self._tls.getpeercert(binary_form=True)  # a context that verifies none asks for none

    async def shake_hands(self) -> None:
        """Raises ``ssl.SSLError`` when the peer speaks no TLS we accept or shows no certificate we know."""
        await self._drive(self._tls.do_handshake)

    async def read(self) -> bytes:
        """Raises ``ssl.SSLEOFError`` when the stream ends without the peer's close_notify: it was cut."""
        return await self._drive(partial(self._tls.read, PIECE))

    async def write(self, piece: bytes) -> None:
        rest = memoryview(piece)
        while rest:
            rest = rest[await self._drive(partial(self._tls.write, rest)) :]

    async def finish(self, linger: float) -> None:
        with contextlib.suppress(ssl.SSLError):  # close_notify is written; nobody waits for the peer's
            self._tls.unwrap()
        await self._flush()
        await self._plain.finish(linger)

    async def _drive(self, step: Callable[[], Result]) -> Result:
        """Repeat ``step`` until it has the bytes it wants, carrying them between OpenSSL and the socket."""
        while True:
            try:
                done = step()
            except ssl.SSLWantReadError:
                await self._flush()
                arrived = await self._plain.read()
                if arrived:
                    self._incoming.write(arrived)
                else:
                    self._incoming.write_eof()
            except ssl.SSLError:
                await self._flush()  # the alert that tells the peer why
                raise
            else:
                await self._flush()
                return done

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._plain.write(self._outgoing.read())
