"""What products that only verify, or only send, make of the gateway's messages, receipts and errors."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gateway import wiring
from gateway.core import as4
from gateway.core.as4 import Option, Profile, Rules, certificates, mime
from gateway.core.terms import MessageId
from tests.core.as4.keys import identity
from tests.core.as4.kit import AT, message, opened, sealed
from tests.interop.exchanges import SIZES, contents
from tests.interop.gateways import Home
from tests.interop.matrix import Exchanged
from tests.interop.peers.verifiers import Verifiers, openssl
from tests.simulator import KENT, MEDWAY

GRANTED = Rules().granting([Option.BASE64_PARTS])
"""peppol-py writes its attachment in line-wrapped base64."""


def signals_verified(verify: Callable[[bytes, bytes], str], profile: Profile) -> Iterator[Exchanged]:
    """A message without attachments, a receipt and an error: as they are, with one letter changed, by another key."""
    for case, signed, signer in _signed(profile):
        stranger = identity("stranger", profile).signs
        altered = signed.replace(b">council-886<", b">council-881<").replace(b">r@medway", b">s@medway")
        assert altered != signed
        for what, content, certificate, wanted in (
            (case, signed, signer, "verified"),
            (f"{case}, altered", altered, signer, "refused"),
            (f"{case}, by another", signed, stranger, "refused"),
        ):
            began = time.perf_counter()
            said = verify(content, certificate.public_bytes(Encoding.PEM))
            yield Exchanged(what, _since(began), "" if said == wanted else said)


def attachments_verified(profile: Profile, folder: Path) -> Iterator[Exchanged]:
    """openssl over the plain attachments, which are what was signed."""
    made, medway = sealed(message(b"one", b"two"), profile), identity("medway", profile)
    package = mime.unpack(made.content_type, made.body, Rules())
    parsed = as4.envelope.parse(package.soap, package.charset)
    hidden = {f"cid:{name}": content for name, content in package.attachments.items()}
    opened = as4.encryption.decrypt(parsed, hidden, medway.opener, Rules()).contents
    plain = {href: b"".join(one.pieces()) for href, one in opened.items()}
    kent = identity("kent", profile).signs.public_bytes(Encoding.PEM)
    for case, parts, wanted in (
        ("2 parts", plain, "verified"),
        ("2 parts, altered", {href: content + b" " for href, content in plain.items()}, "refused"),
    ):
        said = openssl(made.soap, kent, parts, folder)
        yield Exchanged(case, 0.0, "" if said == wanted else said)


def _signed(profile: Profile) -> Iterator[tuple[str, bytes, x509.Certificate]]:
    kent, medway = identity("kent", profile), identity("medway", profile)
    yield "a message", sealed(message(), profile).soap, kent.signs
    found, named = opened(sealed(message(b"one"), profile), profile=profile), MessageId("r@medway.example")
    yield "a receipt", as4.receipt(found, medway.signer, named, AT, "a checkpoint"), medway.signs
    problem = as4.As4Error(as4.Cause.DIGEST).problem
    yield "an error", as4.error_signal(problem, None, medway.signer, named, AT), medway.signs


# -- peppol-py posts to a plain door, for it shows no certificate ------------------------------------------------------


PEPPOL_CASES = ("1 B", *["5 kB"] * 3, "100 kB", "2 MB")
"""It starts a program for each message, and its own parser takes no 20 MB."""


@dataclass
class Door:
    """Opens what comes as the gateway does, and answers; ``found`` is the content, or why it was refused."""

    home: Home
    theirs: x509.Certificate
    rules: Rules = GRANTED
    found: list[bytes | str] = field(default_factory=list)

    def answer(self, content_type: str, body: bytes) -> bytes:
        vault, named = self.home.installed.vault, MessageId(f"{os.urandom(8).hex()}@kent.example")
        known = {MEDWAY: (self.theirs,)}
        signer = certificates.answering(vault.signers(KENT), [self.theirs])
        try:
            made = as4.open_sealed(content_type, body, vault.opener(KENT), lambda one: known.get(one, ()), self.rules)  # type: ignore[call-overload]
        except as4.As4Error as error:
            self.found.append(error.cause)
            return as4.error_signal(error.problem, error.ref_to, signer, named, wiring.now())
        self.found.append(made.message.parts[0].content)
        return as4.receipt(made, signer, named, wiring.now())


def peppol_sends(home: Home, theirs: x509.Certificate, peer: Verifiers) -> Iterator[Exchanged]:
    """Random XML of several sizes; and what was not granted is refused in an error that it can read."""
    door = Door(home, theirs)
    with _serving(door) as server:
        url = f"http://127.0.0.1:{server.server_port}/as4"
        for case in PEPPOL_CASES:
            payload = f"<a>{contents(case)[0].hex()[: SIZES[case]]}</a>".encode()
            began = time.perf_counter()
            said = peer.send(payload, url)
            good = said == "receipt" and door.found.pop() == payload
            yield Exchanged(case, _since(began), "" if good else f"{said} {door.found[-1:]}"[:300])
        door.rules = Rules()
        said = peer.send(b"<a/>", url)
        good = said.startswith("error") and door.found == [as4.Cause.MIME_ENCODING]
        yield Exchanged("base64 that was not granted", 0.0, "" if good else said)


class _Server(HTTPServer):
    def __init__(self, door: Door) -> None:
        super().__init__(("127.0.0.1", 0), _Handing)
        self.door = door

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handing(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.server.door.answer(self.headers["Content-Type"], body)
        self.send_response(200)
        self.send_header("Content-Type", as4.SOAP_CONTENT_TYPE)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing: what it answered is in the table."""


def _serving(door: Door) -> _Server:
    server = _Server(door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
