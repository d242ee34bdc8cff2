"""A certificate authority as partners have one: it issues, takes back, and answers over HTTP, well or badly."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from tests.simulator import NOON

YEAR = timedelta(days=365)
DAY = timedelta(days=1)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Taken = Mapping[int, tuple[datetime, x509.ReasonFlags | None]]
"""Serial numbers that were taken back, when and why."""


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def critical(extension: x509.ExtensionType) -> tuple[x509.ExtensionType, bool]:
    return extension, True


ODD = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.32473.1"), b"\x05\x00")
"""An extension that nobody knows."""


@dataclass
class Authority:
    """``url`` is where it answers: ``/crl``, ``/ocsp`` and ``/issuer``; ``offers`` is what its certificates say of it."""

    url: str = "http://authority.example"
    offers: frozenset[str] = frozenset({"crl", "ocsp", "issuer"})
    key: Key = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    at: datetime = NOON
    certificate: x509.Certificate = field(init=False)
    taken: dict[int, tuple[datetime, x509.ReasonFlags | None]] = field(default_factory=dict)
    unknown: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        usage = x509.KeyUsage(
            digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        self.certificate = self._made(
            self.key.public_key(),
            "Authority",
            (critical(x509.BasicConstraints(ca=True, path_length=0)), critical(usage)),
        )

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def issue(
        self, public: object, subject: str, *more: tuple[x509.ExtensionType, bool], hosts: Sequence[str] = (),
        points: Sequence[x509.DistributionPoint] | None = None,
    ) -> x509.Certificate:  # fmt: skip
        """A certificate over a public key, with the addresses at which this authority can be asked about it."""
        accesses = {"ocsp": AuthorityInformationAccessOID.OCSP, "issuer": AuthorityInformationAccessOID.CA_ISSUERS}
        described = [
            x509.AccessDescription(kind, self._uri(path)) for path, kind in accesses.items() if path in self.offers
        ]
        extensions: list[tuple[x509.ExtensionType, bool]] = [*more]
        if described:
            extensions.append((x509.AuthorityInformationAccess(described), False))
        if points is None and "crl" in self.offers:
            points = [x509.DistributionPoint([self._uri("crl")], None, None, None)]
        if points:
            extensions.append((x509.CRLDistributionPoints(points), False))
        if hosts:
            extensions.append((x509.SubjectAlternativeName([x509.DNSName(one) for one in hosts]), False))
        return self._made(public, subject, tuple(extensions))

    def take_back(self, certificate: x509.Certificate, at: datetime, reason: x509.ReasonFlags | None = None) -> None:
        self.taken[certificate.serial_number] = at, reason

    def crl(
        self, at: datetime, lasts: timedelta = DAY, *more: tuple[x509.ExtensionType, bool], key: Key | None = None,
        algorithm: hashes.SHA384 | None = None, issuer: str = "Authority",
    ) -> bytes:  # fmt: skip
        builder = x509.CertificateRevocationListBuilder().issuer_name(name(issuer))
        builder = builder.last_update(at).next_update(at + lasts)
        for serial, (since, reason) in self.taken.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
            if reason is not None:
                entry = entry.add_extension(x509.CRLReason(reason), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        for extension, is_critical in more:
            builder = builder.add_extension(extension, is_critical)
        return builder.sign(key or self.key, algorithm or hashes.SHA256()).public_bytes(Encoding.DER)

    def answer(
        self, certificate: x509.Certificate, request: bytes, at: datetime, lasts: timedelta | None = DAY,
        *more: tuple[x509.ExtensionType, bool], by: tuple[Key, x509.Certificate] | None = None, nonce: bytes | None = b"",
    ) -> bytes:  # fmt: skip
        """An OCSP answer; ``by`` signs it, ``nonce`` is another than was asked with, or None for none."""
        since, reason = self.taken.get(certificate.serial_number, (None, None))
        status = ocsp.OCSPCertStatus.REVOKED if since else ocsp.OCSPCertStatus.GOOD
        if certificate.serial_number in self.unknown:
            status = ocsp.OCSPCertStatus.UNKNOWN
        key, signer = by or (self.key, self.certificate)
        asked = ocsp.load_der_ocsp_request(request)
        builder = ocsp.OCSPResponseBuilder().add_response(
            certificate,
            self.certificate,
            asked.hash_algorithm,
            status,
            at,
            at + lasts if lasts else None,
            since,
            reason,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer)
        if by:
            builder = builder.certificates([signer])
        for extension, is_critical in more:
            builder = builder.add_extension(extension, is_critical)
        if nonce is not None:
            said = nonce or asked.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
            builder = builder.add_extension(x509.OCSPNonce(said), critical=False)
        return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)

    def responder(
        self, *usage: x509.ObjectIdentifier, authority: "Authority | None" = None
    ) -> tuple[Key, x509.Certificate]:
        """Whom it lets answer for it, or somebody who only says so."""
        key = ec.generate_private_key(ec.SECP256R1())
        more = ((x509.ExtendedKeyUsage(usage), False),) if usage else ()
        return key, (authority or self)._made(key.public_key(), "Responder", more)

    def _uri(self, path: str) -> x509.UniformResourceIdentifier:
        return x509.UniformResourceIdentifier(f"{self.url}/{path}")

    def _made(
        self, public: object, subject: str, extensions: Sequence[tuple[x509.ExtensionType, bool]]
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name("Authority"))
            .public_key(public)  # type: ignore[arg-type]
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.at - YEAR)
            .not_valid_after(self.at + YEAR)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        for extension, is_critical in extensions:
            builder = builder.add_extension(extension, is_critical)
        return builder.sign(self.key, hashes.SHA256())


OCSP_SIGNING = ExtendedKeyUsageOID.OCSP_SIGNING
Answer = Callable[[str, bytes], bytes | None]
"""What lies at a path, or is answered to what was posted there; None hangs up."""


@dataclass
class Office:
    """An authority's machine on the loopback address: ``answer`` may be changed while it runs."""

    answer: Answer
    asked: list[str] = field(default_factory=list)
    status: int = 200


@contextmanager
def served(office: Office) -> Iterator[str]:
    """The office as a web server; its address."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            office.asked.append(self.path)
            content = office.answer(self.path, self.rfile.read(int(self.headers.get("Content-Length", 0))))
            if content is None:
                self.close_connection = True
                return
            self.send_response(office.status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hung up
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
