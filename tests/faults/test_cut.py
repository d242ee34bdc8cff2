"""A request that is cut at any byte is refused by the real server and leaves nothing behind; whole, it is taken."""

import base64
import hashlib
import socket
import ssl
import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from gateway.core.delivery import State
from gateway.core.facts import parse_line
from gateway.core.partners import Certificate, CertificateRole
from gateway.core.records import Record
from gateway.core.terms import PartnerId
from gateway.edge.server import server_context
from gateway.web import access, machines
from tests.edge.server_peers import Identity, client_context, connect, exchange, identity, quick, serving, status
from tests.simulator import KENT, LARKMERE, MEDWAY, Side, World, leavers

CUTS_UNDER_TLS = 60


@dataclass
class Carried:
    """The machines' door of one council, for a peer who came in with ``certificate``; counts what it is handed."""

    side: Side
    certificate: bytes | None = None
    calls: int = 0

    def __post_init__(self) -> None:
        self.faults: list[BaseException] = []
        self._app = machines.create(self.side.gateway, lambda _name, fault: self.faults.append(fault)).wsgi_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.calls += 1
        if self.certificate is not None:
            environ[access.CERTIFICATE] = self.certificate
        return self._app(environ, start_response)


@pytest.fixture
def school(tmp_path: Path) -> Identity:
    return identity(tmp_path, "school")


@pytest.fixture
def gateways(tmp_path: Path) -> dict[PartnerId, Identity]:
    """TLS certificates that are valid whatever the day is: TLS looks at no clock of ours."""
    return {home: identity(tmp_path, home) for home in (KENT, MEDWAY)}


@pytest.fixture
def introduced(world: World, school: Identity, gateways: dict[PartnerId, Identity]) -> World:
    """Both councils know the certificates that come in over TLS in these tests."""
    for side in world.sides.values():
        directory = side.store.register().directory
        for one, shown in {LARKMERE: school, **gateways}.items():
            certificate = Certificate(CertificateRole.TLS, shown.pem)
            known = directory.get(one)
            kept = tuple(other for other in known.certificates if other.role is not CertificateRole.TLS)
            side.store.enlist([replace(known, certificates=(*kept, certificate))], Record(()))
    return world


def message(world: World) -> bytes:
    """A small message from Kent to Medway as it stands on the wire."""
    made = leavers(pupils=1, partial=True)
    world.upload(made.content, made.name)
    (one,) = world.kent.store.parcels_in([State.WAITING], 9)
    body = world.kent.vault.open_kept(world.kent.store.kept(one.parcel.sealed))
    return request("/as4", body, f"Content-Type: {one.parcel.content_type}\r\n")


def upload() -> bytes:
    made = leavers(pupils=1, partial=True)
    sha256 = base64.b64encode(hashlib.sha256(made.content).digest()).decode()
    return request(
        "/uploads", made.content, f"Content-Digest: sha-256=:{sha256}:\r\nGateway-File-Name: {made.name}\r\n"
    )


def request(target: str, body: bytes, fields: str, length: int | None = None) -> bytes:
    said = len(body) if length is None else length
    return f"POST {target} HTTP/1.1\r\nHost: localhost\r\n{fields}Content-Length: {said}\r\n\r\n".encode() + body


def chunked(whole: bytes) -> bytes:
    """The same request in chunks of a thousand bytes."""
    head, _, body = whole.partition(b"\r\n\r\n")
    fields = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    pieces = [body[at : at + 1000] for at in range(0, len(body), 1000)]
    sent = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    return b"\r\n".join([*fields, b"Transfer-Encoding: chunked", b"", b""]) + sent


def facts(side: Side) -> list[str]:
    names = [str(parse_line(line)["fact"]) for line in side.store.lines()]
    return [name for name in names if name not in {"AgreementRecorded", "WatchOpened"}]


def every_cut(app: Carried, whole: bytes) -> list[int]:
    """The statuses that the peer reads after each cut; silence counts as 0."""
    with serving(app, quick()) as running:
        seen = [status(answer) if (answer := exchange(running.port, whole[:end])) else 0 for end in range(len(whole))]
        assert running.faults == []
    return seen


def test_message_cut_at_every_byte_reaches_nobody_and_stores_nothing(
    introduced: World, gateways: dict[PartnerId, Identity]
) -> None:
    whole = message(introduced)
    app = Carried(introduced.medway, gateways[KENT].der)
    assert set(every_cut(app, whole)[1:]) == {400}
    assert (app.calls, facts(introduced.medway), introduced.medway.store.counts()) == (0, [], {})
    with serving(app) as running:
        assert status(exchange(running.port, whole)) == 200
    assert facts(introduced.medway) == ["MessageReceived", "ParcelShelved"]


def test_upload_cut_at_every_byte_reaches_nobody_and_stores_nothing(introduced: World, school: Identity) -> None:
    app = Carried(introduced.kent, school.der)
    assert set(every_cut(app, upload())[1:]) == {400}
    assert (app.calls, facts(introduced.kent), introduced.kent.store.counts()) == (0, [], {})
    with serving(app) as running:
        assert status(exchange(running.port, upload())) == 200
    assert facts(introduced.kent)[0] == "UploadAccepted"


@pytest.mark.parametrize("target", ["message", "upload"])
def test_request_in_chunks_is_whole_with_its_last_chunk_and_not_before(
    introduced: World, school: Identity, gateways: dict[PartnerId, Identity], target: str
) -> None:
    sending = target == "message"
    side = introduced.medway if sending else introduced.kent
    app = Carried(side, gateways[KENT].der if sending else school.der)
    whole = chunked(message(introduced) if sending else upload())
    with serving(app, quick()) as running:
        cuts = [*range(1, len(whole) - 40, 97), *range(len(whole) - 40, len(whole))]
        assert {status(exchange(running.port, whole[:end])) for end in cuts} == {400}
        assert app.calls == 0
        assert status(exchange(running.port, whole)) == 200
    assert app.calls == 1


def test_upload_that_was_cut_before_it_was_framed_is_found_by_its_digest(introduced: World, school: Identity) -> None:
    """Whoever stands between cut the body and counted it anew: HTTP has nothing to complain of."""
    head, _, body = upload().partition(b"\r\n\r\n")
    fields = "".join(
        f"{line.decode()}\r\n" for line in head.split(b"\r\n")[2:] if not line.startswith(b"Content-Length")
    )
    app = Carried(introduced.kent, school.der)
    with serving(app) as running:
        ends = range(0, len(body), 29)
        answers = [exchange(running.port, request("/uploads", body[:end], fields)) for end in ends]
    assert {status(answer) for answer in answers} == {400}
    assert all(b'"cut-short"' in answer for answer in answers)
    assert app.calls == len(ends)
    assert (facts(introduced.kent), introduced.kent.store.counts()) == ([], {})


@pytest.mark.parametrize("target", ["message", "upload"])
def test_cut_under_mutual_tls_reaches_nobody_and_whole_it_is_taken(
    introduced: World, school: Identity, gateways: dict[PartnerId, Identity], target: str
) -> None:
    sending = target == "message"
    side, door = (introduced.medway, gateways[MEDWAY]) if sending else (introduced.kent, gateways[KENT])
    shown = gateways[KENT] if sending else school
    whole = message(introduced) if sending else upload()
    app = Carried(side)
    lets_in = server_context(door.certificate_file, door.key_file, [shown.pem])
    trusts = client_context(door, shown)
    with serving(app, context=lets_in) as running:
        for end in range(0, len(whole), len(whole) // CUTS_UNDER_TLS):
            cut_off(running.port, whole[:end], trusts)
        assert (app.calls, facts(side)) == (0, [])
        with connect(running.port, trusts) as peer:
            peer.send(whole)
            assert status(peer.until(b"\r\n\r\n")) == 200
        assert (app.faults, running.faults) == ([], [])
    assert facts(side)[0] == ("MessageReceived" if sending else "UploadAccepted")


def cut_off(port: int, begun: bytes, context: ssl.SSLContext) -> None:
    """Send a part and be gone without a word, as a machine that lost its power or its network."""
    with connect(port, context) as peer:
        peer.send(begun)
        peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
