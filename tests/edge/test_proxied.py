"""Behind a reverse proxy nobody passes for another: only a listed proxy says whose certificate it was."""

import base64
import ssl
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding

from gateway import settings, wiring
from gateway.commands import setup
from gateway.edge import certificates
from gateway.edge.server.proxied import behind
from tests.faults.pair import QUICK
from tests.simulator import KENT

AT = datetime(2026, 11, 3, tzinfo=UTC)
DER = certificates.make("tls", "school", (), AT)[1].public_bytes(Encoding.DER)
GOOD = f":{base64.b64encode(DER).decode()}:"


def shown(header: str | None, remote: str, at: datetime = AT) -> bytes | None:
    """Whom the application takes the peer for."""
    seen: list[bytes | None] = []

    def app(environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        seen.append(environ["gateway.peer_certificate"])
        return []

    environ: WSGIEnvironment = {"REMOTE_ADDR": remote, "gateway.peer_certificate": b"of the proxy itself"}
    if header is not None:
        environ["HTTP_CLIENT_CERT"] = header
    behind(app, ("10.0.0.5", "::1"), lambda: at)(environ, lambda *_: lambda _: None)
    return seen[0]


def test_listed_proxy_says_who_it_is() -> None:
    assert shown(GOOD, "10.0.0.5") == DER
    assert shown(GOOD, "0:0:0:0:0:0:0:1") == DER


@pytest.mark.parametrize("remote", ["10.0.0.6", "127.0.0.1", "::2", "fe80::1%eth0"])
def test_anybody_else_who_says_so_is_nobody(remote: str) -> None:
    assert shown(GOOD, remote) is None


@pytest.mark.parametrize(
    "header",
    [
        None, "", ":", "::", GOOD[1:], GOOD[:-1], f"{GOOD}, {GOOD}", GOOD.replace(":", '"'), ":%%%:", ":AAAA:",
        f"{GOOD};a=1", f" {GOOD}", f":{base64.b64encode(ssl.DER_cert_to_PEM_cert(DER).encode()).decode()}:",
    ],
)  # fmt: skip
def test_header_that_is_not_one_certificate_is_nobody(header: str | None) -> None:
    assert shown(header, "10.0.0.5") is None


@pytest.mark.parametrize("at", [AT - timedelta(days=1), AT + timedelta(days=731)])
def test_certificate_that_is_not_valid_today_is_nobody(at: datetime) -> None:
    assert shown(GOOD, "10.0.0.5", at) is None


@pytest.fixture(params=["127.0.0.1", "10.0.0.5"])
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str, bool]]:
    """A council behind a proxy: where its door is, what the header says of a partner, and whether we are the proxy."""
    text = setup.settings_text((KENT,), "localhost", 0, 0, "sqlite:///gateway.sqlite", None)
    for before, after in {**QUICK, "proxies = []": f'proxies = ["{request.param}"]'}.items():
        assert before in text
        text = text.replace(before, after)
    running = wiring.Running(setup.found(tmp_path / "kent", text, wiring.now()))
    running.start()
    own = running.installed.vault.current(KENT, "tls").certificate.public_bytes(Encoding.DER)
    address = f"http://127.0.0.1:{running.server.ports['machines']}/checkpoint"
    yield address, f":{base64.b64encode(own).decode()}:", request.param == "127.0.0.1"
    running.stop()


def test_door_behind_a_proxy_lets_in_whom_the_proxy_names_and_nobody_else(door: tuple[str, str, bool]) -> None:
    address, header, listed = door
    assert requests.get(address, headers={"Client-Cert": header}, timeout=60).status_code == (200 if listed else 403)
    assert requests.get(address, headers={"Client-Cert": GOOD}, timeout=60).status_code == 403
    assert requests.get(address, timeout=60).status_code == 403


def test_proxy_that_is_no_address_is_refused() -> None:
    text = setup.settings_text((KENT,), "localhost", 0, 0, "sqlite:///gateway.sqlite", None)
    with pytest.raises(ValueError, match="proxies are addresses"):
        settings.parse(text.replace("proxies = []", 'proxies = ["proxy.example.org"]'), Path())
