"""An authority is asked over real HTTP: one that is dead, slow, boundless or inside our own network costs little."""

import contextlib
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gateway.core.as4 import revocation
from gateway.core.as4.authorities import Doubt, Doubtful
from gateway.core.errors import Fault, Reason
from gateway.core.facts import Says
from gateway.edge import transport
from gateway.edge.transport import ask_authority
from tests.authority import OCSP_SIGNING, Authority, Office, served
from tests.needs import needs
from tests.serving import until

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def why(url: str, question: bytes = b"", *, private: bool = True) -> Reason:
    with pytest.raises(Fault) as raised:
        ask_authority(url, question, private=private)
    return raised.value.reason


def test_list_is_fetched_and_a_question_is_posted() -> None:
    office = Office(lambda path, posted: path.encode() + b" " + posted)
    with served(office) as url:
        assert ask_authority(f"{url}/crl", b"", private=True) == b"/crl "
        assert ask_authority(f"{url}/ocsp", b"asked", private=True) == b"/ocsp asked"


def test_certificate_does_not_make_us_call_our_own_network_unless_the_record_allows_it() -> None:
    office = Office(lambda _path, _posted: b"")
    with served(office) as url:
        port = url.rsplit(":", 1)[1]
        for host in ("127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]"):
            assert why(f"http://{host}:{port}/crl", private=False) is Reason.ADDRESS
        assert office.asked == []


@pytest.mark.parametrize(
    ("status", "reason"), [(302, Reason.HTTP_STATUS), (404, Reason.HTTP_STATUS), (500, Reason.HTTP_STATUS)]
)
def test_answer_that_is_none_is_a_fault(status: int, reason: Reason) -> None:
    with served(Office(lambda _path, _posted: b"<html>", status=status)) as url:
        assert why(f"{url}/crl") is reason


def test_answer_is_bounded() -> None:
    with served(Office(lambda _path, _posted: bytes(transport.AUTHORITY_BYTES + 1))) as url:
        assert why(f"{url}/crl") is Reason.RECEIPT_INVALID


def test_authority_that_is_not_there_or_hangs_up_is_a_fault() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert why(f"http://127.0.0.1:{port}/crl") is Reason.UNREACHABLE
    with served(Office(lambda _path, _posted: None)) as url:
        assert why(f"{url}/crl") is Reason.UNREACHABLE


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n", CHUNKED])
def test_authority_that_drips_is_left_in_time(head: bytes) -> None:
    """Its head, its body or the lengths of its pieces: one byte at a time, and none of them late."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            peer, _address = server.accept()
            with peer, contextlib.suppress(OSError):
                peer.recv(65536)
                peer.sendall(head)
                while True:
                    peer.sendall(b"1")
                    time.sleep(0.05)

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        with pytest.raises(Fault):
            ask_authority(f"http://127.0.0.1:{server.getsockname()[1]}/crl", b"", private=True, seconds=(1, 1))
        assert time.monotonic() - began < 60


# -- a responder that nobody here wrote -------------------------------------------------------------------------------


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator["Foreign"]:
    needs(shutil.which("openssl") is not None, "openssl")
    made = Foreign(tmp_path)
    yield made
    made.stop()


class Foreign:
    """``openssl ocsp`` as a responder of its own, and ``openssl ca`` for the lists, over the authority of the test."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.at = folder, datetime.now(UTC)
        self.authority = Authority(at=self.at)
        self.leaf = self.authority.issue(ec.generate_private_key(ec.SECP256R1()).public_key(), "council-887")
        self._started: subprocess.Popen[bytes] | None = None
        key, responder = self.authority.responder(OCSP_SIGNING)
        for name, held in (("ca", self.authority.key), ("responder", key)):
            written = held.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            (folder / f"{name}.key").write_bytes(written)
        for name, one in (("ca", self.authority.certificate), ("responder", responder), ("leaf", self.leaf)):
            (folder / f"{name}.crt").write_bytes(one.public_bytes(Encoding.PEM))
        (folder / "crlnumber").write_text("01\n")
        (folder / "index.attr").write_text("unique_subject = no\n")
        (folder / "ca.cnf").write_text(
            f"[ca]\ndefault_ca = it\n[it]\ndatabase = {folder}/index\ncrlnumber = {folder}/crlnumber\n"
            f"default_md = sha256\ndefault_crl_days = 1\ncertificate = {folder}/ca.crt\nprivate_key = {folder}/ca.key\n"
        )
        self.knows("V", "")

    def knows(self, status: str, since: str) -> None:
        last = f"{self.leaf.not_valid_after_utc:%y%m%d%H%M%SZ}"
        row = f"{status}\t{last}\t{since}\t{self.leaf.serial_number:X}\tunknown\t/CN=council-887\n"
        serial = f"{self.leaf.serial_number:X}"
        (self.folder / "index").write_text(row.replace(serial, serial.zfill(len(serial) + len(serial) % 2)))

    def start(self) -> str:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        line = (
            f"openssl ocsp -port {port} -index index -CA ca.crt -rsigner responder.crt -rkey responder.key -ndays 1"
        )  # fmt: skip
        said = self.folder / "said"
        with said.open(
            "wb"
        ) as told:  # it talks with one at a time: whoever only looks whether it is there is in the way
            self._started = subprocess.Popen(line.split(), cwd=self.folder, stdout=told, stderr=told)
        until(lambda: b"ACCEPT" in said.read_bytes() or b"waiting" in said.read_bytes())
        return f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        if self._started is not None:
            self._started.kill()
            self._started.wait()

    def crl(self) -> bytes:
        line = "openssl ca -config ca.cnf -gencrl -out out.crl"
        subprocess.run(line.split(), cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "out.crl").read_bytes()

    def asked(self, url: str) -> revocation.Answer:
        question = revocation.request(self.leaf, self.authority.certificate, b"n" * 32)
        content = ask_authority(url, question, private=True)
        return revocation.read_ocsp(content, question, self.authority.certificate, datetime.now(UTC))


def test_responder_and_lists_of_openssl_are_understood(foreign: Foreign) -> None:
    url = foreign.start()
    assert foreign.asked(url).says is Says.GOOD
    at, authority = datetime.now(UTC), foreign.authority.certificate
    assert revocation.read_crl(foreign.crl(), foreign.leaf, authority, at).says is Says.GOOD
    since = (at - timedelta(days=2)).replace(microsecond=0)
    foreign.stop()
    foreign.knows("R", f"{since:%y%m%d%H%M%SZ},keyCompromise")
    found = foreign.asked(foreign.start())
    assert (found.says, found.since, found.stolen) == (Says.REVOKED, since, True)
    listed = revocation.read_crl(foreign.crl(), foreign.leaf, authority, at + timedelta(minutes=1))
    assert (listed.says, listed.since, listed.stolen) == (Says.REVOKED, since, True)


def test_responder_of_openssl_that_does_not_know_a_certificate_or_was_killed_gives_no_answer(foreign: Foreign) -> None:
    (foreign.folder / "index").write_text("")
    url = foreign.start()
    with pytest.raises(Doubtful) as raised:
        foreign.asked(url)
    assert raised.value.doubt is Doubt.UNKNOWN
    foreign.stop()
    with pytest.raises(Fault):
        foreign.asked(url)
