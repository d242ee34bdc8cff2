"""The gateway's own web server: an application only ever sees a request that arrived whole.

A slow, silent or lying peer costs one socket and no thread, a handshake never holds up the next peer, and memory is
bounded over all connections. WSGI on asyncio and h11, with the TLS of the standard library.
"""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self
from wsgiref.types import WSGIApplication

from gateway.edge.server.connection import Door, Shared
from gateway.edge.server.limits import Limits, Room
from gateway.edge.server.reception import Reception
from gateway.edge.server.tls import server_context, trust_also

__all__ = ["Limits", "Listener", "Server", "bind", "server_context", "trust_also"]

BACKLOG = 512  # peers that wait in the kernel for their turn


@dataclass(frozen=True, slots=True)
class Listener:
    """One door: where it listens, who answers, and under which TLS (None: plain HTTP).

    Port 0 takes a free one. With ``reuse_port`` several processes share the port and the kernel deals out the peers.
    """

    name: str
    host: str
    port: int
    app: WSGIApplication
    context: ssl.SSLContext | None
    reuse_port: bool = False


class Server:
    """Several doors on one loop, which has a thread of its own, and one pool of threads for the applications.

    ``on_fault(name of the listener, exception)`` hears of what an application raised and of failures of the machine;
    it is called from several threads. What peers do wrong is no fault and is not reported.
    """

    def __init__(
        self, listeners: Sequence[Listener], limits: Limits, on_fault: Callable[[str, BaseException], None]
    ) -> None:
        self.ports: dict[str, int] = {}
        self._listeners = tuple(listeners)
        self._limits = limits
        self._on_fault = on_fault
        self._doors: dict[str, Door] = {}
        self._running: tuple[threading.Thread, Future[float], Future[bool]] | None = None

    def start(self, bound: Mapping[str, socket.socket] | None = None) -> None:
        """Listen at every door, or at none. Peers are let in when this returns. Raises ``OSError`` for a taken port.

        ``bound`` are sockets of ``bind`` that listen already, shared with other processes.
        """
        with contextlib.ExitStack() as undo:
            sockets = {
                each.name: bound[each.name]
                if bound
                else undo.enter_context(_listen(each.host, each.port, reuse_port=each.reuse_port))
                for each in self._listeners
            }
            loop = asyncio.new_event_loop()  # here, where the caller hears of it if there is no file left
            undo.pop_all()
        self.ports = {name: sock.getsockname()[1] for name, sock in sockets.items()}
        shared = Shared(
            limits=self._limits,
            room=Room(self._limits.buffered_bytes),
            threads=ThreadPoolExecutor(self._limits.threads, "edge-server"),
            stopping=threading.Event(),
            on_fault=self._on_fault,
        )
        self._doors = {
            each.name: Door(each.name, each.host, self.ports[each.name], each.app, each.context, shared)
            for each in self._listeners
        }
        halt, ended = Future[float](), Future[bool]()
        thread = threading.Thread(target=_run, args=(loop, shared, self._doors, sockets, halt, ended), daemon=True)
        thread.start()
        self._running = thread, halt, ended

    def renew(self, name: str, context: ssl.SSLContext) -> None:
        """From the next peer on the door ``name`` shows and trusts what ``context`` says. Raises ``KeyError``."""
        self._doors[name] = replace(self._doors[name], context=context)

    def stop(self, grace: float = 30.0) -> bool:
        """Let nobody in any more, give what has begun ``grace`` seconds to end, then cut it.

        True when everything had ended by itself. An application that still runs keeps its thread until it returns.
        """
        if self._running is None:
            return True
        thread, halt, ended = self._running
        self._running = None
        halt.set_result(grace)
        thread.join()
        return ended.result()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def bind(addresses: Mapping[str, tuple[str, int]]) -> dict[str, socket.socket]:
    """Sockets that listen, by the name of their door, all or none. Raises ``OSError`` for a taken port.

    Processes forked afterwards share them, each accepting when it has time; the peers that wait in the queue outlive
    every one of them. With a socket for each process (``reuse_port``) they would die with theirs.
    """
    with contextlib.ExitStack() as undo:
        sockets = {name: undo.enter_context(_listen(host, port)) for name, (host, port) in addresses.items()}
        undo.pop_all()
    return sockets


def _listen(host: str, port: int, *, reuse_port: bool = False) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.create_server((host, port), family=family, backlog=BACKLOG, reuse_port=reuse_port)
    sock.setblocking(False)
    return sock


def _run(
    loop: asyncio.AbstractEventLoop,
    shared: Shared,
    doors: Mapping[str, Door],
    sockets: Mapping[str, socket.socket],
    halt: Future[float],
    ended: Future[bool],
) -> None:
    """The loop's thread, from the first peer to the last."""
    clean = False
    try:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            clean = runner.run(Reception(shared, doors).keep(sockets, halt))
    finally:
        ended.set_result(clean)
        shared.threads.shutdown(wait=False, cancel_futures=True)
