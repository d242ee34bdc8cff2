"""A whole request as a WSGI application knows it (PEP 3333), and its answer in portions that a thread computes."""

import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

from gateway.edge.server.reading import Request
from gateway.edge.server.wire import PIECE

OWN_KEYS = {b"content-length", b"transfer-encoding", b"content-type"}  # said otherwise in the environment
NOT_FOR_APPLICATIONS = {b"proxy"}  # HTTP_PROXY is what clients take their proxy from

Failed = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request came in, and from whom. ``certificate`` is the DER that TLS verified."""

    scheme: str
    host: str
    port: int
    remote: str
    certificate: bytes | None


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of an answer: the head is the same in all of them, ``last`` says that nothing follows."""

    status: str
    fields: tuple[tuple[str, str], ...]
    body: bytes
    last: bool


def environ(request: Request, place: Place) -> WSGIEnvironment:
    """PEP 3333, and three things more: the body is whole, so ``wsgi.input_terminated`` (Werkzeug) is true,
    ``CONTENT_LENGTH`` is what arrived, chunked or not, and ``gateway.peer_certificate`` is the peer's DER or None.
    """
    path, _, query = request.target.partition(b"?")
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "CONTENT_LENGTH": str(request.size),
        "SERVER_NAME": place.host,
        "SERVER_PORT": str(place.port),
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
        "REMOTE_ADDR": place.remote,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": place.scheme,
        "wsgi.input": request.body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,  # several gateways may share one port and one database
        "wsgi.run_once": False,
        "gateway.peer_certificate": place.certificate,
        **_fields(request),
    }


def portions(app: WSGIApplication, environment: WSGIEnvironment) -> Generator[Portion, None, None]:
    """Call ``app``. Each step runs until 64 KiB are there or the end; before the last one the answer is closed."""
    return _Call().portions(app, environment)


def _fields(request: Request) -> dict[str, str]:
    """HTTP_ keys. A name with an underscore is left out: it would pass for the one with a hyphen."""
    fields: dict[str, str] = {}
    for name, text in request.fields:
        if name == b"content-type":
            fields["CONTENT_TYPE"] = text.decode("latin-1")
        if b"_" in name or name in OWN_KEYS or name in NOT_FOR_APPLICATIONS:
            continue
        key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        joint = "; " if name == b"cookie" else ", "
        more = text.decode("latin-1")
        fields[key] = fields[key] + joint + more if key in fields else more
    return fields


class _Call:
    """One call of an application: what ``start_response`` was told, and what waits to be sent."""

    def __init__(self) -> None:
        self._head: tuple[str, tuple[tuple[str, str], ...]] | None = None
        self._waiting: list[bytes] = []
        self._size = 0
        self._sent = False

    def portions(self, app: WSGIApplication, environment: WSGIEnvironment) -> Generator[Portion, None, None]:
        parts = app(environment, self._start_response)
        try:
            for part in parts:
                self._write(part)
                if self._size >= PIECE:
                    yield self._portion(last=False)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        yield self._portion(last=True)

    def _start_response(
        self, status: str, fields: list[tuple[str, str]], failed: Failed | None = None, /
    ) -> Callable[[bytes], object]:
        if failed is not None and failed[1] is not None and self._sent:
            raise failed[1]
        if failed is None and self._head is not None:
            raise RuntimeError("the application began its answer twice")
        self._head = status, tuple(fields)
        return self._write

    def _write(self, part: bytes) -> None:
        self._waiting.append(part)
        self._size += len(part)

    def _portion(self, *, last: bool) -> Portion:
        if self._head is None:
            raise RuntimeError("the application gave a body and no status")
        body = b"".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        self._sent = True
        return Portion(*self._head, body, last)
