"""The life of one connection: hands shaken, then requests one after another, until one side has had enough.

It reads nothing while an application works on its request, so a peer that hurries fills its own buffers.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor
from contextvars import copy_context
from dataclasses import dataclass
from http import HTTPStatus
from wsgiref.types import WSGIApplication

import h11

from gateway.edge.server import answering, calling, reading
from gateway.edge.server.calling import Place, Portion
from gateway.edge.server.limits import Lease, Limits, Room
from gateway.edge.server.wire import Plain, Secured, Wire

LINGER = 2.0  # seconds that a peer has to read our last word and stop sending
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: on, no time; the peer sees an error and no clean end


@dataclass(frozen=True, slots=True)
class Shared:
    """What all doors of one server have together."""

    limits: Limits
    room: Room
    threads: Executor
    stopping: threading.Event
    on_fault: Callable[[str, BaseException], None]


@dataclass(frozen=True, slots=True)
class Door:
    """What all connections that came in through one listener have together."""

    name: str
    host: str
    port: int
    app: WSGIApplication
    context: ssl.SSLContext | None
    shared: Shared


class Connection:
    """``resting`` is true while the peer has sent nothing that would be lost with the connection."""

    def __init__(self, sock: socket.socket, remote: str, door: Door) -> None:
        self.resting = True
        self._sock = sock
        self._remote = remote
        self._door = door

    async def live(self) -> None:
        """To the end, whatever the peer does. Raises nothing that a peer can cause."""
        plain = Plain(self._sock)
        try:
            wire = await self._open(plain)
            if wire is not None:
                await wire.finish(await self._converse(wire))
        except OSError:  # gone, silent, or under TLS cut: there is nobody to tell
            with contextlib.suppress(OSError):
                self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        finally:
            self._sock.close()

    async def _open(self, plain: Plain) -> Wire | None:
        if self._door.context is None:
            return plain
        secured = Secured(plain, self._door.context)
        try:
            async with asyncio.timeout(self._door.shared.limits.handshake):
                await secured.shake_hands()
        except ssl.SSLError:
            await plain.finish(LINGER)  # so that the alert arrives
            return None
        return secured

    async def _converse(self, wire: Wire) -> float:
        """For how many seconds the peer may still send, so that it reads our last word; none where we are silent.

        A browser reads no answer before it has sent its whole file, and a file that is too large takes long.
        """
        limits = self._door.shared.limits
        place = Place(
            scheme="http" if self._door.context is None else "https",
            host=self._door.host,
            port=self._door.port,
            remote=self._remote,
            certificate=wire.certificate,
        )
        outgoing = answering.Outgoing(wire, limits.write)
        unread: bytes | None = b""
        patience = limits.header
        while unread is not None and (begun := unread or await self._first_bytes(wire, patience)):
            self.resting = False
            try:
                unread = await self._exchange(wire, begun, place, outgoing)
            except reading.Unfit as unfit:
                await outgoing.put(answering.sentence(unfit.status))
                return limits.body if unfit.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else LINGER
            patience = limits.idle
        return LINGER if unread is None else 0.0

    async def _first_bytes(self, wire: Wire, patience: float) -> bytes:
        self.resting = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                return await wire.read()
        return b""

    async def _exchange(self, wire: Wire, begun: bytes, place: Place, outgoing: answering.Outgoing) -> bytes | None:
        """One request and its answer. What the peer has sent behind it, or None when the connection ends here."""
        shared = self._door.shared
        with shared.room.lease() as lease:
            request = await reading.read(wire, begun, shared.limits, lease)
            if shared.room.full:
                raise reading.Unfit(503)
            await self._answer(request, place, outgoing, lease)
        over = shared.stopping.is_set() or not request.talk.our_state is request.talk.their_state is h11.DONE
        return None if over else request.unread

    async def _answer(self, request: reading.Request, place: Place, outgoing: answering.Outgoing, lease: Lease) -> None:
        shared = self._door.shared
        portions = calling.portions(self._door.app, calling.environ(request, place))
        run = copy_context().run  # one context for all threads that this answer is computed on
        loop = asyncio.get_running_loop()

        async def step() -> Portion | None:
            return await loop.run_in_executor(shared.threads, run, _next, portions, self._report)

        outgoing.begun = False
        try:
            await answering.send(request, step, outgoing, lease, closing=shared.stopping.is_set())
        except (OSError, h11.LocalProtocolError) as broken:
            await loop.run_in_executor(shared.threads, run, _close, portions, self._report)
            if isinstance(broken, OSError):
                raise
            await loop.run_in_executor(shared.threads, self._report, broken)
            if outgoing.begun:
                raise ConnectionAbortedError from broken
            await outgoing.put(answering.sentence(500))

    def _report(self, failure: BaseException) -> None:
        self._door.shared.on_fault(self._door.name, failure)


def _next(portions: Iterator[Portion], report: Callable[[BaseException], None]) -> Portion | None:
    """On a thread of the pool: the next portion, or None when the application failed, whatever it raised."""
    try:
        return next(portions)
    except BaseException as failure:  # noqa: BLE001 - the door: SystemExit too must not reach the loop
        report(failure)
        return None


def _close(portions: Generator[Portion, None, None], report: Callable[[BaseException], None]) -> None:
    try:
        portions.close()
    except BaseException as failure:  # noqa: BLE001 - as above
        report(failure)
