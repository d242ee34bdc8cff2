"""A request is whole or it is nothing: head and body to the last byte within the limits, framed in one way only.

h11 reads the grammar; what it lets pass and two programs could read in two ways is refused before it comes to that.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO

import h11

from gateway.edge.server.limits import Lease, Limits
from gateway.edge.server.wire import Wire

BREATH = 64  # events after which other connections get a turn: a body may come in chunks of one byte
END = b"\r\n\r\n"
# What h11 takes and others read in another way (RFC 9112 §2.2, §5.2): a bare line feed, a folded line. A bare carriage
# return and NUL it refuses by itself.
BARE_LINE_FEED = re.compile(rb"(?<!\r)\n")
FOLDED = re.compile(rb"\n[ \t]")
# Products that take their header from a MIME library write it on several lines. Nothing is framed by it, and no line of
# it may be a field of its own to whoever does not know folds.
CONTENT_TYPE = re.compile(rb"(?i)\r\nContent-Type:[^\r\n]*(?:\r\n[ \t]++(?![^\s=\";]+[ \t]*:)[^\r\n]+)*")


class Unfit(Exception):
    """A request that no application will see, and the status that tells the peer why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """One whole request. ``target`` is in origin form (or ``*``), ``fields`` have lower-case names, in their order.

    ``talk`` is the h11 connection that the answer goes through; it has seen this request and nothing else.
    """

    method: str
    target: bytes
    version: str
    fields: tuple[tuple[bytes, bytes], ...]
    body: BytesIO
    size: int
    talk: h11.Connection

    @property
    def unread(self) -> bytes:
        """What the peer sent behind this request: the beginning of the next."""
        return self.talk.trailing_data[0]


async def read(wire: Wire, begun: bytes, limits: Limits, lease: Lease) -> Request:
    """The request that starts with ``begun`` (one byte at least).

    Raises ``Unfit`` for one that is cut, slow, too large or unsound, and ``OSError`` when the peer is gone.
    """
    talk = h11.Connection(h11.SERVER, max_incomplete_event_size=limits.header_bytes)
    talk.receive_data(await _head(wire, begun, limits))
    try:
        event = talk.next_event()
        assert isinstance(event, h11.Request)  # its head is here to the blank line: it is one, or it is refused
        _framed_one_way(event, limits)
        target, fields = _origin_form(event)
        body = await _body(wire, talk, limits, lease)
    except h11.RemoteProtocolError as unsound:
        raise Unfit(unsound.error_status_hint) from unsound
    size = body.tell()
    body.seek(0)
    return Request(event.method.decode(), target, event.http_version.decode(), fields, body, size, talk)


async def _head(wire: Wire, begun: bytes, limits: Limits) -> bytes:
    """Everything up to the blank line, and what came along behind it."""
    head = bytearray(begun)
    deadline = _now() + limits.header
    seen = 0
    while (end := head.find(END, max(0, seen - len(END)))) < 0:
        if len(head) > limits.header_bytes:
            raise Unfit(431)
        if BARE_LINE_FEED.search(head, max(0, seen - len(END))):
            raise Unfit(400)  # without waiting for a blank line that may never come
        seen = len(head)
        async with _until(deadline):
            more = await wire.read()
        if not more:
            raise Unfit(400)
        head += more
    end += len(END)
    if end > limits.header_bytes:
        raise Unfit(431)
    if BARE_LINE_FEED.search(head, 0, end) or FOLDED.search(CONTENT_TYPE.sub(b"", head[:end])):
        raise Unfit(400)
    return bytes(head)


def _framed_one_way(request: h11.Request, limits: Limits) -> None:
    """Two lengths, or a length that only one side understands, are how requests are smuggled (RFC 9112 §6.1, §11.2).
    Of two content types one program takes the first and another the last.
    """
    if sum(name == b"content-type" for name, _ in request.headers) > 1:
        raise Unfit(400)
    framing = dict(request.headers)  # h11 refuses lengths that differ and encodings other than one "chunked"
    length = framing.get(b"content-length")
    if b"transfer-encoding" in framing and (length is not None or request.http_version != b"1.1"):
        raise Unfit(400)
    if length is not None and int(length) > limits.body_bytes:
        raise Unfit(413)


def _origin_form(request: h11.Request) -> tuple[bytes, tuple[tuple[bytes, bytes], ...]]:
    """Target and fields. An absolute target counts as its path, and its authority as the host (RFC 9112 §3.2.2)."""
    target, fields = request.target, tuple(request.headers)
    scheme, colon, rest = target.partition(b"://")
    if colon and scheme.lower() in {b"http", b"https"}:
        authority, query = re.match(rb"([^/?]*)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
        target = query if query.startswith(b"/") else b"/" + query
        fields = (*((name, text) for name, text in fields if name != b"host"), (b"host", authority))
    if not target.startswith(b"/") and (request.method, target) != (b"OPTIONS", b"*"):
        raise Unfit(400)
    return target, fields


async def _body(wire: Wire, talk: h11.Connection, limits: Limits, lease: Lease) -> BytesIO:
    body = BytesIO()
    began = _now()
    turn = 0
    while True:
        event = talk.next_event()
        if isinstance(event, h11.Data):
            if body.tell() + len(event.data) > limits.body_bytes:
                raise Unfit(413)
            if not lease.take(len(event.data)):
                raise Unfit(503)
            body.write(event.data)
        elif isinstance(event, h11.EndOfMessage):
            return body
        else:
            assert event is h11.NEED_DATA
            async with _until(began + _patience(body.tell(), limits)):
                if talk.they_are_waiting_for_100_continue:
                    await wire.write(talk.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
                talk.receive_data(await wire.read())  # nothing more? h11 knows whether that was the end
        turn += 1
        if not turn % BREATH:
            await asyncio.sleep(0)


def _patience(size: int, limits: Limits) -> float:
    """For so long a body may have been under way of which ``size`` bytes are here."""
    return min(max(limits.body, size / limits.steady), limits.stall + size / limits.rate)


@asynccontextmanager
async def _until(deadline: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout_at(deadline):
            yield
    except TimeoutError:
        raise Unfit(408) from None


def _now() -> float:
    return asyncio.get_running_loop().time()
