"""Lets peers in at every door, counts them, and at the end sees them out: first those at rest, then those in work."""

import asyncio
import contextlib
import errno
import functools
import resource
import socket
from collections.abc import Mapping
from concurrent.futures import Future

from gateway.edge.server.connection import Connection, Door, Shared

FILES_FOR_OTHERS = 256  # open files that connections leave to the database, the vault and what else runs here
PAUSE = 0.5  # seconds without accepting when the machine has no socket left
NO_SOCKET_LEFT = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class Reception:
    """Belongs to the loop. ``doors`` is read anew for every peer: a door may be renewed meanwhile."""

    def __init__(self, shared: Shared, doors: Mapping[str, Door]) -> None:
        self._shared = shared
        self._doors = doors
        self._most = _most(shared.limits.connections)
        self._present: dict[asyncio.Task[None], Connection] = {}
        self._vacant = asyncio.Event()
        self._vacant.set()

    async def keep(self, sockets: Mapping[str, socket.socket], halt: Future[float]) -> bool:
        """Until ``halt`` says how many seconds of grace there are. True when nothing had to be cut."""
        accepting = [asyncio.create_task(self._accept(name, sock)) for name, sock in sockets.items()]
        grace = await asyncio.wrap_future(halt)
        for task in accepting:
            task.cancel()
        await asyncio.wait(accepting)
        for sock in sockets.values():
            sock.close()
        return await self._see_out(grace)

    async def _accept(self, name: str, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._vacant.wait()
            await asyncio.sleep(0)  # a crowd at one door is no reason to keep the other waiting
            try:
                sock, address = await loop.sock_accept(listening)
            except OSError as failure:
                if failure.errno in NO_SOCKET_LEFT:
                    self._shared.on_fault(name, failure)
                    await asyncio.sleep(PAUSE)
                continue  # otherwise the peer had gone before its turn came
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._admit(Connection(sock, address[0], self._doors[name]), name)

    def _admit(self, connection: Connection, name: str) -> None:
        task = asyncio.create_task(connection.live())
        self._present[task] = connection
        if len(self._present) >= self._most:
            self._vacant.clear()
        task.add_done_callback(functools.partial(self._left, name))

    def _left(self, name: str, task: asyncio.Task[None]) -> None:
        del self._present[task]
        self._vacant.set()
        if not task.cancelled() and isinstance(failure := task.exception(), BaseException):
            self._shared.on_fault(name, failure)

    async def _see_out(self, grace: float) -> bool:
        self._shared.stopping.set()
        for task, connection in list(self._present.items()):
            if connection.resting:
                task.cancel()
        if self._present:
            await asyncio.wait(list(self._present), timeout=grace)
        cut = list(self._present)
        for task in cut:
            task.cancel()
        if cut:
            await asyncio.wait(cut)
        return not cut


def _most(connections: int) -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return connections if soft == resource.RLIM_INFINITY else max(1, min(connections, soft - FILES_FOR_OTHERS))
