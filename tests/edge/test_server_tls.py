"""Who gets through the handshake, whom the application sees behind it, and that nobody there holds up the next."""

import datetime as dt
import ssl
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from gateway.edge.server import server_context, trust_also
from tests.edge.server_peers import (
    PATIENCE,
    Identity,
    Peer,
    Recorder,
    ask,
    client_context,
    connect,
    exchange,
    honest,
    identity,
    quick,
    serving,
)

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Identity:
    return identity(tmp_path, "server")


def test_a_browser_needs_no_certificate(server: Identity) -> None:
    recorder = Recorder()
    with serving(recorder, None, server_context(server.certificate_file, server.key_file)) as running:
        assert ask(running.port, context=client_context(server))[0] == 200
    assert recorder.calls[0]["gateway.peer_certificate"] is None
    assert recorder.calls[0]["wsgi.url_scheme"] == "https"


def test_a_browser_that_shows_a_certificate_is_not_believed(server: Identity, tmp_path: Path) -> None:
    recorder = Recorder()
    own = identity(tmp_path, "partner")
    with serving(recorder, None, server_context(server.certificate_file, server.key_file)) as running:
        assert ask(running.port, context=client_context(server, own))[0] == 200
    assert recorder.calls[0]["gateway.peer_certificate"] is None


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_application_sees_the_certificate_that_was_verified(
    server: Identity, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    one, two = identity(tmp_path, "one"), identity(tmp_path, "two")
    context = server_context(server.certificate_file, server.key_file, [one.pem, two.pem])
    recorder = Recorder()
    with serving(recorder, None, context) as running:
        for own in [one, two]:
            client = client_context(server, own)
            client.minimum_version = client.maximum_version = version
            assert ask(running.port, context=client)[0] == 200
    assert [call["gateway.peer_certificate"] for call in recorder.calls] == [one.der, two.der]


def _nothing(server: Identity, folder: Path, pinned: Identity) -> ssl.SSLContext:
    return client_context(server)


def _a_stranger(server: Identity, folder: Path, pinned: Identity) -> ssl.SSLContext:
    return client_context(server, identity(folder, "stranger"))


def _a_namesake(server: Identity, folder: Path, pinned: Identity) -> ssl.SSLContext:
    return client_context(server, identity(folder, "partner"))


def _one_issued_by_a_pinned_leaf(server: Identity, folder: Path, pinned: Identity) -> ssl.SSLContext:
    return client_context(server, identity(folder, "issued", pinned))


def _the_servers_own(server: Identity, folder: Path, pinned: Identity) -> ssl.SSLContext:
    return client_context(server, server)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("shown", [_nothing, _a_stranger, _a_namesake, _one_issued_by_a_pinned_leaf, _the_servers_own])
def test_who_shows_no_certificate_that_we_know_reaches_no_application(
    server: Identity,
    tmp_path: Path,
    shown: Callable[[Identity, Path, Identity], ssl.SSLContext],
    version: ssl.TLSVersion,
) -> None:
    pinned, recorder = identity(tmp_path, "partner"), Recorder()
    context = server_context(server.certificate_file, server.key_file, [pinned.pem])
    known = client_context(server, pinned)
    client = shown(server, tmp_path, pinned)
    client.minimum_version = client.maximum_version = version
    with serving(recorder, None, context) as running:
        with pytest.raises((ssl.SSLError, ConnectionError)), connect(running.port, client) as peer:  # noqa: PT012
            peer.sock.sendall(REQUEST)
            while peer.sock.recv(1):  # with TLS 1.3 the handshake looks good to the client, and then comes the alert
                pass
        assert recorder.calls == []
        assert ask(running.port, context=known)[0] == 200
        assert running.faults == []


def test_an_expired_certificate_is_not_known_any_more(server: Identity, tmp_path: Path) -> None:
    expired = identity(tmp_path, "expired", until=dt.datetime(2021, 1, 1, tzinfo=dt.UTC))
    recorder = Recorder()
    with serving(recorder, None, server_context(server.certificate_file, server.key_file, [expired.pem])) as running:
        assert _refused(running.port, client_context(server, expired))
    assert recorder.calls == []


def test_a_whole_authority_may_be_trusted(server: Identity, tmp_path: Path) -> None:
    authority = identity(tmp_path, "authority", authority=True)
    issued = identity(tmp_path, "issued", authority)
    recorder = Recorder()
    with serving(recorder, None, server_context(server.certificate_file, server.key_file, [authority.pem])) as running:
        assert ask(running.port, context=client_context(server, issued))[0] == 200
    assert recorder.calls[0]["gateway.peer_certificate"] == issued.der


def test_a_pinned_leaf_is_trusted_and_its_issuer_is_not(server: Identity, tmp_path: Path) -> None:
    authority = identity(tmp_path, "authority", authority=True)
    pinned, sibling = identity(tmp_path, "pinned", authority), identity(tmp_path, "sibling", authority)
    recorder = Recorder()
    with serving(recorder, None, server_context(server.certificate_file, server.key_file, [pinned.pem])) as running:
        assert ask(running.port, context=client_context(server, pinned))[0] == 200
        assert _refused(running.port, client_context(server, sibling))
    assert [call["gateway.peer_certificate"] for call in recorder.calls] == [pinned.der]


def test_an_empty_list_of_certificates_lets_nobody_in(server: Identity, tmp_path: Path) -> None:
    recorder = Recorder()
    with serving(recorder, None, server_context(server.certificate_file, server.key_file, [])) as running:
        assert _refused(running.port, client_context(server))
        assert _refused(running.port, client_context(server, identity(tmp_path, "somebody")))
    assert recorder.calls == []


def test_a_certificate_can_be_trusted_while_the_door_is_open(server: Identity, tmp_path: Path) -> None:
    late = identity(tmp_path, "late")
    context = server_context(server.certificate_file, server.key_file, [])
    with serving(Recorder(), None, context) as running:
        assert _refused(running.port, client_context(server, late))
        trust_also(context, late.pem)
        trust_also(context, late.pem)
        assert ask(running.port, context=client_context(server, late))[0] == 200


def test_a_renewed_door_forgets_whom_it_trusted(server: Identity, tmp_path: Path) -> None:
    old, new = identity(tmp_path, "old"), identity(tmp_path, "new")
    renewed = identity(tmp_path, "renewed")
    context = server_context(server.certificate_file, server.key_file, [old.pem])
    with serving(Recorder(), None, context) as running:
        client = client_context(server, old)
        assert ask(running.port, context=client)[0] == 200
        running.server.renew("door", server_context(renewed.certificate_file, renewed.key_file, [new.pem]))
        assert ask(running.port, context=client_context(renewed, new))[0] == 200
        assert _refused(running.port, client_context(renewed, old))


def test_a_session_with_a_client_certificate_is_not_resumed(server: Identity, tmp_path: Path) -> None:
    own, recorder = identity(tmp_path, "own"), Recorder()
    client = client_context(server, own)
    with serving(recorder, None, server_context(server.certificate_file, server.key_file, [own.pem])) as running:
        session, _ = _resumed(running.port, client, None)
        assert _resumed(running.port, client, session)[1] is False
    assert [call["gateway.peer_certificate"] for call in recorder.calls] == [own.der] * 2


def test_a_session_of_tls_1_2_keeps_its_certificate_and_ends_with_the_context(server: Identity, tmp_path: Path) -> None:
    own, recorder = identity(tmp_path, "own"), Recorder()
    client = client_context(server, own)
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    with serving(recorder, None, server_context(server.certificate_file, server.key_file, [own.pem])) as running:
        session, _ = _resumed(running.port, client, None)
        assert _resumed(running.port, client, session)[1] is True
        running.server.renew("door", server_context(server.certificate_file, server.key_file, [own.pem]))
        assert _resumed(running.port, client, session)[1] is False
        running.server.renew("door", server_context(server.certificate_file, server.key_file, []))
        with pytest.raises(ssl.SSLError):
            _resumed(running.port, client, session)
    assert [call["gateway.peer_certificate"] for call in recorder.calls] == [own.der] * 3


def test_a_door_that_asks_for_no_certificate_can_trust_none(server: Identity) -> None:
    with pytest.raises(ValueError, match="asks for no client certificates"):
        trust_also(server_context(server.certificate_file, server.key_file), server.pem)


def test_what_is_no_certificate_is_found_at_once(server: Identity, tmp_path: Path) -> None:
    other = identity(tmp_path, "other")
    with pytest.raises(ssl.SSLError):
        server_context(server.certificate_file, server.key_file, ["-----BEGIN CERTIFICATE-----\nnonsense"])
    with pytest.raises(ssl.SSLError):
        server_context(server.certificate_file, other.key_file)
    with pytest.raises(FileNotFoundError):
        server_context(tmp_path / "nowhere.pem", server.key_file)


@pytest.mark.filterwarnings("ignore:ssl.OP_NO_SSL:DeprecationWarning")
def test_tls_1_3_is_taken_where_both_can_and_1_1_never(server: Identity) -> None:
    context = server_context(server.certificate_file, server.key_file)
    with serving(Recorder(), None, context) as running:
        with connect(running.port, client_context(server)) as peer:
            assert isinstance(peer.sock, ssl.SSLSocket)
            assert peer.sock.version() == "TLSv1.3"
        old = client_context(server)
        old.options |= ssl.OP_NO_TLSv1_3 | ssl.OP_NO_TLSv1_2
        old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        old.set_ciphers("ALL:@SECLEVEL=0")
        assert _refused(running.port, old)
        weak = client_context(server)
        weak.maximum_version = ssl.TLSVersion.TLSv1_2
        weak.set_ciphers("ECDHE-ECDSA-AES128-SHA256")  # CBC
        assert _refused(running.port, weak)


def test_large_bodies_go_both_ways(server: Identity) -> None:
    def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]

    body = bytes(range(251)) * 20_000
    with (
        serving(echo, None, server_context(server.certificate_file, server.key_file)) as running,
        honest(running.port, client_context(server)) as connection,
    ):
        for _ in range(2):
            connection.request("POST", "/", body)
            assert connection.getresponse().read() == body


def test_plain_http_on_a_tls_door_is_refused(server: Identity) -> None:
    recorder = Recorder()
    with serving(recorder, None, server_context(server.certificate_file, server.key_file)) as running:
        assert not exchange(running.port, REQUEST).startswith(b"HTTP")
        assert recorder.calls == []
        assert running.faults == []


def test_peers_silent_in_the_handshake_hold_up_nobody_and_are_let_go(server: Identity) -> None:
    context = server_context(server.certificate_file, server.key_file)
    with serving(Recorder(), quick(handshake=2.0), context) as running, ExitStack() as stack:
        silent = [stack.enter_context(connect(running.port)) for _ in range(100)]
        for number, peer in enumerate(silent):
            peer.send(b"\x16\x03\x01\x02\x00\x01"[: number % 7])  # nothing, or the beginning of a greeting
        began = time.monotonic()
        assert ask(running.port, context=client_context(server))[0] == 200
        assert all(peer.rest() == b"" for peer in silent)
        assert time.monotonic() - began < PATIENCE  # one after the other they would take minutes
        assert running.faults == []


def _refused(port: int, client: ssl.SSLContext) -> bool:
    """True when the client gets an alert or an end instead of an answer."""
    try:
        with connect(port, client) as peer:
            peer.send(REQUEST)
            return peer.rest() == b""
    except (ssl.SSLError, ConnectionError):
        return True


def _resumed(port: int, client: ssl.SSLContext, session: ssl.SSLSession | None) -> tuple[ssl.SSLSession | None, bool]:
    """One request that tries to resume ``session``: the session it ended with, and whether it was resumed."""
    with connect(port) as peer:
        sock = client.wrap_socket(peer.sock, server_hostname="localhost", session=session)
        with Peer(sock) as secured:
            sock.sendall(REQUEST)
            secured.until(b"200 OK")
            return sock.session, bool(sock.session_reused)
