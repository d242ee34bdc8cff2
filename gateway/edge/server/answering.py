"""An answer goes to the peer as fast as the peer reads, in memory that is counted and on no thread.

An answer that cannot be ended is broken off, so that nobody takes it for whole.
"""

import asyncio
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from http import HTTPStatus

import h11

from gateway.edge.server.calling import Portion
from gateway.edge.server.limits import Lease
from gateway.edge.server.reading import Request
from gateway.edge.server.wire import PIECE, Wire

SENTENCES = {
    400: "This is not a sound HTTP request, or it did not arrive whole. Nothing of it was kept.",
    408: "The request came too slowly, and nothing of it was kept. Send less at a time, or try again later.",
    413: "This is more than the gateway takes at once, and nothing of it was kept. Send fewer files, or zip them.",
    431: "The head of the request is larger than this server accepts.",
    500: "Something failed here. The operator has been told.",
    501: "This server does not know that transfer encoding.",
    503: "The server is full and has kept nothing of this request. Try again in a few seconds.",
}
RETRY_AFTER = "5"  # seconds
OURS_TO_SAY = {"transfer-encoding", "keep-alive", "upgrade", "server"}  # a hop's own fields, PEP 3333


class Outgoing:
    """What goes to one peer. ``begun`` says whether any of it has left."""

    def __init__(self, wire: Wire, seconds: float) -> None:
        self.begun = False
        self._wire = wire
        self._seconds = seconds

    async def put(self, piece: bytes) -> None:
        """Raises ``TimeoutError`` (an ``OSError``) when the peer does not take it in time."""
        if piece:
            self.begun = True
            async with asyncio.timeout(self._seconds):
                await self._wire.write(piece)


def sentence(status: int) -> bytes:
    """A complete answer to a request that no application answers; the connection ends with it."""
    text = SENTENCES.get(status, SENTENCES[400]).encode() + b"\n"
    fields = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        fields.append(("Retry-After", RETRY_AFTER))
    talk = h11.Connection(h11.SERVER)
    head = talk.send(_head(f"{status} {HTTPStatus(status).phrase}", [*fields, ("Connection", "close")])) or b""
    return head + (talk.send(h11.Data(data=text)) or b"")


async def send(
    request: Request, step: Callable[[], Awaitable[Portion | None]], outgoing: Outgoing, lease: Lease, *, closing: bool
) -> None:
    """Send the portions that ``step`` computes; ``None`` is an application that failed. ``closing``: tell the peer
    that this connection ends here.

    Raises ``h11.LocalProtocolError`` for an answer that is none, ``ConnectionAbortedError`` when the application fails
    in the middle, ``OSError`` when the peer is gone or does not read.
    """
    portion = await step()
    if portion is None:
        await outgoing.put(sentence(500))
        return
    talk, bodiless = request.talk, request.method == "HEAD" or portion.status[:3] in {"204", "304"}
    waiting = talk.send(_head(portion.status, _fields(portion, bodiless=bodiless, closing=closing))) or b""
    while True:
        size = len(portion.body)
        lease.add(size)
        for start in range(0, 0 if bodiless else size, PIECE):
            await outgoing.put(waiting if start else b"")
            waiting = (b"" if start else waiting) + (talk.send(h11.Data(portion.body[start : start + PIECE])) or b"")
        if portion.last:
            break
        await outgoing.put(waiting)
        waiting = b""
        lease.give_back(size)
        portion = await step()
        if portion is None:
            raise ConnectionAbortedError
    await outgoing.put(waiting + (talk.send(h11.EndOfMessage()) or b""))


def _fields(portion: Portion, *, bodiless: bool, closing: bool) -> list[tuple[str, str]]:
    fields = [(name, text) for name, text in portion.fields if name.lower() not in OURS_TO_SAY]
    if portion.last and not bodiless and not any(name.lower() == "content-length" for name, _ in fields):
        fields.append(("Content-Length", str(len(portion.body))))  # known before it is sent: no need for chunks
    if closing:
        fields.append(("Connection", "close"))
    return fields


def _head(status: str, fields: list[tuple[str, str]]) -> h11.Response:
    named = {name.lower() for name, _ in fields}
    if "date" not in named:
        fields = [("Date", formatdate(usegmt=True)), *fields]
    fields = [("Server", "gateway"), *fields]
    code, _, reason = status.partition(" ")
    try:
        return h11.Response(
            status_code=int(code),
            headers=[(name.encode("latin-1"), text.encode("latin-1")) for name, text in fields],
            reason=reason.encode("latin-1"),
        )
    except ValueError as unsound:  # not a number, or text that no header can carry
        raise h11.LocalProtocolError("the application gave no sound status or header") from unsound
