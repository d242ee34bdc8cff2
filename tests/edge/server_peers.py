"""Peers for the server's tests: honest, cut, slow and hostile ones on real sockets, and certificates made on the spot."""

import contextlib
import datetime as dt
import hashlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.edge.server import Limits, Listener, Server

HOST = "127.0.0.1"
PATIENCE = 60.0  # seconds after which a test gives up: it costs nothing where all goes well, and machines are shared
NOT_BEFORE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
NOT_AFTER = dt.datetime(2120, 1, 1, tzinfo=dt.UTC)


@dataclass(slots=True)
class Recorder:
    """An application that keeps what it was called with and answers with the digest of the body."""

    calls: list[WSGIEnvironment] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        self.calls.append(environ)
        self.bodies.append(body)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [hashlib.sha256(body).hexdigest().encode()]


@dataclass(frozen=True, slots=True)
class Running:
    server: Server
    port: int
    faults: list[tuple[str, BaseException]]


@contextlib.contextmanager
def serving(
    app: WSGIApplication, limits: Limits | None = None, context: ssl.SSLContext | None = None
) -> Iterator[Running]:
    faults: list[tuple[str, BaseException]] = []
    listener = Listener("door", HOST, 0, app, context)
    with Server([listener], limits or Limits(), lambda name, failure: faults.append((name, failure))) as server:
        yield Running(server, server.ports["door"], faults)


@dataclass(slots=True)
class Peer:
    """A raw connection that is closed at the end of the block."""

    sock: socket.socket

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def send(self, raw: bytes) -> None:
        """The server may have hung up already: then there is nobody to send to."""
        with contextlib.suppress(OSError):
            self.sock.sendall(raw)

    def say_no_more(self) -> None:
        """End our half of the TCP stream; under TLS that is a cut, for no close_notify goes before it."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_WR)

    def notify_close(self) -> None:
        """End our half of the TLS stream as it should be; the server may answer with more than its own close_notify."""
        assert isinstance(self.sock, ssl.SSLSocket)
        with contextlib.suppress(OSError):
            self.sock.unwrap()

    def rest(self) -> bytes:
        """Everything up to the end, which a reset is too."""
        arrived = b""
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            while piece := self.sock.recv(65536):
                arrived += piece
        return arrived

    def until(self, mark: bytes) -> bytes:
        arrived = b""
        while mark not in arrived:
            piece = self.sock.recv(65536)
            assert piece, arrived
            arrived += piece
        return arrived


def connect(port: int, context: ssl.SSLContext | None = None) -> Peer:
    sock = socket.create_connection((HOST, port), timeout=PATIENCE)
    return Peer(sock if context is None else context.wrap_socket(sock, server_hostname="localhost"))


def exchange(port: int, raw: bytes, context: ssl.SSLContext | None = None) -> bytes:
    """Send ``raw``, say that nothing more comes, and read to the end."""
    with connect(port, context) as peer:
        peer.send(raw)
        if context is None:
            peer.say_no_more()
        return peer.rest()


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@contextlib.contextmanager
def honest(port: int, context: ssl.SSLContext | None = None) -> Iterator[http.client.HTTPConnection]:
    connection = (
        http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
        if context is None
        else http.client.HTTPSConnection("localhost", port, timeout=PATIENCE, context=context)
    )
    with contextlib.closing(connection):
        yield connection


def get(connection: http.client.HTTPConnection, target: str = "/") -> tuple[int, bytes]:
    connection.request("GET", target)
    answer = connection.getresponse()
    return answer.status, answer.read()


def ask(port: int, target: str = "/", context: ssl.SSLContext | None = None) -> tuple[int, bytes]:
    """One honest request on a connection of its own."""
    with honest(port, context) as connection:
        return get(connection, target)


class Gate:
    """An application that waits inside until it is let go."""

    def __init__(self) -> None:
        self.inside = threading.Semaphore(0)
        self.go = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.inside.release()
        assert self.go.wait(PATIENCE)
        start_response("200 OK", [])
        return [b"let go"]

    def someone_is_inside(self) -> bool:
        return self.inside.acquire(timeout=PATIENCE)


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its key, in memory and in files."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    certificate_file: Path
    key_file: Path

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


def identity(
    folder: Path, name: str, issuer: Identity | None = None, *, authority: bool = False, until: dt.datetime = NOT_AFTER
) -> Identity:
    """Signed by ``issuer``, or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(issuer.key if issuer else key, hashes.SHA256())
    )
    made = Identity(certificate, key, folder / f"{name}.pem", folder / f"{name}.key")
    made.certificate_file.write_text(made.pem)
    made.key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


def client_context(server: Identity, own: Identity | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=server.pem)
    if own is not None:
        context.load_cert_chain(own.certificate_file, own.key_file)
    return context


def quick(**changes: float) -> Limits:
    """Limits that a test can wait for."""
    shortened = Limits(handshake=0.5, header=0.5, body=1.5, stall=0.5, rate=1000, write=1.0, idle=0.5)
    return replace(shortened, **changes)  # type: ignore[arg-type]
