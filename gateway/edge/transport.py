"""Take sealed bytes to a partner over HTTPS with mutual TLS and bring back what it answered, or a Fault.

Both sides are pinned: ours by the home's TLS key, theirs by the certificates in the directory. No redirects, no
proxies from the environment, bounded answers.
"""

import base64
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util import create_urllib3_context

from gateway.core.as4.revocation import OCSP_REQUEST
from gateway.core.errors import Fault, Reason
from gateway.core.partners import CertificateRole, Partner
from gateway.core.records import Reply
from gateway.core.terms import PartnerId, digest
from gateway.edge import addresses

ANSWER_BYTES = 4 << 20
CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
HELD_SECONDS = (2.0, 3.0)
OK, BROKEN, FULL = 200, 500, 503
WITNESS_BYTES, WITNESS_SECONDS = 64 << 10, (5.0, 10.0)
AUTHORITY_BYTES, AUTHORITY_SECONDS = 16 << 20, (5.0, 20.0)
"""The revocation list of a large authority has some megabytes."""


Counts = Callable[[bytes], bool]
Knows = Callable[[CertificateRole, bytes], bool]


class Https:
    """One pool of connections for each pair of home and recipient; safe to use from several threads.

    ``own`` gives the paths of a home's TLS certificate and key; ``message_bytes`` is the most that one message has.
    """

    def __init__(self, own: Callable[[PartnerId], tuple[Path, Path]], message_bytes: int = ANSWER_BYTES) -> None:
        self._own = own
        self._message_bytes = message_bytes
        self.met: Knows = lambda _role, _der: False
        """Asked about a certificate that is not pinned, where the record names authorities."""
        self._local = threading.local()

    def send(self, recipient: Partner, home: PartnerId, content_type: str, body: bytes) -> Reply:
        """POST ``body``. Raises Fault with what failed; an HTTP status of any kind is an answer, not a fault."""
        try:
            session = self._session(recipient, home)
        except (OSError, ValueError) as error:  # a certificate or key that cannot be used; ssl's errors are OSErrors
            raise Fault(Reason.TLS) from error
        headers = {"Content-Type": content_type, "Accept": "application/soap+xml"}
        return _answered(session, "POST", recipient.endpoint, body, headers)

    def pull(self, partner: Partner, home: PartnerId, content_type: str, body: bytes) -> Reply:
        """POST a request to pull; a message may come back, so the answer may be as large as one. Raises Fault."""
        try:
            session = self._session(partner, home)
        except (OSError, ValueError) as error:
            raise Fault(Reason.TLS) from error
        headers = {"Content-Type": content_type, "Accept": "multipart/related, application/soap+xml"}
        return _answered(session, "POST", partner.endpoint, body, headers, most=self._message_bytes)

    def held(self, partner: Partner, home: PartnerId) -> Sequence[str]:
        """The checkpoints of our log that a partner's gateway holds: signed notes, unverified. Raises Fault."""
        reply = self.look(partner, home)
        try:
            notes = json.loads(reply.body) if reply.status == OK else []
        except ValueError:
            return []
        # another product at that address answers whatever it likes
        return [one for one in notes if isinstance(one, str)] if isinstance(notes, list) else []

    def look(self, partner: Partner, home: PartnerId) -> Reply:
        """Ask a partner's door for what it holds of us, and bring back whatever it answers. Raises Fault."""
        try:
            session = self._session(partner, home)
        except (OSError, ValueError) as error:
            raise Fault(Reason.TLS) from error
        return _answered(session, "GET", urljoin(partner.endpoint, "held"), b"", {}, HELD_SECONDS)

    def add_checkpoint(self, partner: Partner, home: PartnerId, question: str) -> Reply:
        """Ask a partner's gateway to countersign our checkpoint (c2sp.org/tlog-witness). Raises Fault."""
        try:
            session = self._session(partner, home)
        except (OSError, ValueError) as error:
            raise Fault(Reason.TLS) from error
        url, headers = urljoin(partner.endpoint, "add-checkpoint"), {"Content-Type": "text/plain; charset=utf-8"}
        return _answered(session, "POST", url, question.encode(), headers, WITNESS_SECONDS, WITNESS_BYTES)

    def _session(self, recipient: Partner, home: PartnerId) -> requests.Session:
        """A session that trusts exactly the recipient's pinned certificates and shows the home's own."""
        pems = recipient.vouching("tls")
        certificate, key = self._own(home)
        wanted = (recipient.id, home, digest("".join(pems).encode()), str(certificate), recipient.private_address)
        sessions: dict[object, requests.Session] = self._local.__dict__.setdefault("sessions", {})
        if wanted not in sessions:
            met = partial(self._counts, recipient) if recipient.anchors else None
            sessions[wanted] = _pinned(pems, certificate, key, public=not recipient.private_address, counts=met)
        return sessions[wanted]

    def _counts(self, recipient: Partner, der: bytes) -> bool:
        """Whether what stands at the other end is the partner: its authority issues certificates to others too."""
        return digest(der) in recipient.fingerprints("tls") or self.met(CertificateRole.TLS, der)


_UNWRITABLE = re.compile(r"^[^!-~]|[^ -~\xa1-\xff]|[^!-~\xa1-\xff]$")
NO_FLAGS: Mapping[int, frozenset[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Council:
    """A school's way to its council: the address of its machines' door, and the certificates of both sides."""

    address: str
    pem: str
    certificate: Path
    key: Path

    def upload(
        self, name: str, content: bytes, *, ready: bool = False, protect: Mapping[int, frozenset[str]] = NO_FLAGS
    ) -> dict[str, Any]:
        """Send one file, with its digest, so that a cut one is noticed (RFC 9530); what is answered. Raises Fault.

        ``protect``: flags to set on pupils, by their number in the file. What cannot stand in a header of a name goes
        as a question mark: a transfer file has no such name, and is refused as one that is badly named.
        """
        sha256 = base64.b64encode(hashlib.sha256(content).digest()).decode()
        headers = {"Content-Digest": f"sha-256=:{sha256}:", "Gateway-File-Name": _UNWRITABLE.sub("?", name)}
        if ready:
            headers["Gateway-Ready-Only"] = "yes"
        if protect:
            asked = (f"{number}={flag}" for number, flags in sorted(protect.items()) for flag in sorted(flags))
            headers["Gateway-Protect"] = ", ".join(asked)
        said = dict(self._ask("POST", "/uploads", content, headers, dict))
        if "outcome" not in said:
            raise Fault(Reason.HTTP_STATUS)
        return said

    def sent(self) -> list[dict[str, Any]]:
        """What became of what was sent. Raises Fault."""
        return list(self._ask("GET", "/sent", b"", {}, list))

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str], shape: type) -> Any:
        # the school's own operator wrote this address down, and its council may be in the same building
        with _pinned((self.pem,), self.certificate, self.key, public=False) as session:
            reply = _answered(session, method, self.address + path, body, headers)
        if reply.status >= BROKEN:  # it says in our own words that it is busy, and nothing of what was sent
            raise Fault(Reason.BUSY if reply.status == FULL else Reason.HTTP_STATUS)
        try:
            said = json.loads(reply.body)
        except ValueError:
            said = None
        if not isinstance(said, shape):  # too busy to answer, or a proxy in between
            raise Fault(Reason.HTTP_STATUS)
        return said


class Brief(HTTPAdapter):
    """Connections to somebody who is no partner: for some seconds, and where it is ``public`` to the internet alone."""

    def __init__(self, seconds: float, *, public: bool) -> None:
        self._seconds, self._public = seconds, public
        super().__init__()

    def init_poolmanager(self, *args: object, **options: object) -> None:
        super().init_poolmanager(*args, **options)  # type: ignore[arg-type]
        if self._public:
            addresses.keep_public(self.poolmanager)
        addresses.leave_in(self.poolmanager, self._seconds)


class Pinned(HTTPAdapter):
    """Connections that trust certificates given as text, leaf by leaf, and present our own."""

    def __init__(
        self, pems: tuple[str, ...], certificate: Path, key: Path, *, public: bool, counts: Counts | None = None
    ) -> None:
        self._pinned, self._counts = "\n".join(pems), counts
        self._certificate, self._key, self._public = certificate, key, public
        super().__init__(pool_connections=1, pool_maxsize=8)

    def init_poolmanager(self, *args: object, **options: object) -> None:
        context = create_urllib3_context()
        context.minimum_version = 0x0303  # type: ignore[assignment]  # TLS 1.2
        context.load_cert_chain(self._certificate, self._key)
        if self._pinned:
            context.load_verify_locations(cadata=self._pinned)
        # a pinned leaf is trusted by itself, without the authority that issued it
        context.verify_flags |= 0x80000
        super().init_poolmanager(*args, ssl_context=context, **options)  # type: ignore[arg-type]
        if self._public:
            addresses.keep_public(self.poolmanager)
        if self._counts is not None:
            addresses.keep_known(self.poolmanager, self._counts)

    def cert_verify(self, conn: object, url: str, verify: object, cert: object) -> None:
        """Leave the pinned context as it is: requests would add the public authorities to it."""


def ask_witness(address: str, question: str) -> Reply:
    """POST to a witness (c2sp.org/tlog-witness, add-checkpoint), under the public authorities. Raises Fault.

    One inside a private network is asked only where the settings name it by its number, or as ``localhost``.
    What comes back is bounded and worth what its signature is worth; a redirect is an answer like any other.
    """
    with _brief(WITNESS_SECONDS, public=not addresses.is_private(address)) as session:
        url, headers = f"{address}/add-checkpoint", {"Content-Type": "text/plain; charset=utf-8"}
        return _answered(session, "POST", url, question.encode(), headers, WITNESS_SECONDS, WITNESS_BYTES)


def ask_authority(
    url: str, question: bytes, *, private: bool, seconds: tuple[float, float] = AUTHORITY_SECONDS
) -> bytes:
    """GET what a certificate says lies there, or POST an OCSP ``question``. Raises Fault.

    ``private``: it may lie in a closed network, as the partner's record allows. No redirects; what comes back is
    bounded, and worth what its signature is worth.
    """
    with _brief(seconds, public=not private) as session:
        headers = {"Accept-Encoding": "identity"} | ({"Content-Type": OCSP_REQUEST} if question else {})
        method = "POST" if question else "GET"
        reply = _answered(session, method, url, question, headers, seconds, AUTHORITY_BYTES)
    if reply.status != OK:
        raise Fault(Reason.HTTP_STATUS)
    return reply.body


def _brief(seconds: tuple[float, float], *, public: bool) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, Brief(seconds[1], public=public))
    return session


def _pinned(
    pems: tuple[str, ...], certificate: Path, key: Path, *, public: bool, counts: Counts | None = None
) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", Pinned(pems, certificate, key, public=public, counts=counts))
    return session


def _answered(
    session: requests.Session,
    method: str,
    url: str,
    body: bytes,
    headers: dict[str, str],
    times: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
    most: int = ANSWER_BYTES,
) -> Reply:
    try:
        with session.request(
            method, url, data=body, headers=headers, timeout=times, allow_redirects=False, stream=True
        ) as response:
            content = _whole(response, times[1], most)
            kind, wait = response.headers.get("Content-Type", ""), response.headers.get("Retry-After", "")
            return Reply(response.status_code, kind, content, retry_after=_left_alone(wait))
    except requests.exceptions.SSLError as error:
        raise Fault(Reason.TLS) from error
    except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError) as error:
        raise Fault(Reason.TIMEOUT) from error
    except (urllib3.exceptions.ProtocolError, urllib3.exceptions.DecodeError) as error:
        raise Fault(Reason.CUT_OFF) from error
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        # an address that nobody can connect to comes as any of these
        raise Fault(Reason.UNREACHABLE) from error


def _left_alone(field: str) -> timedelta | None:
    """Retry-After in seconds (RFC 9110 §10.2.3). A date is by a clock that is not ours: it is passed over."""
    return timedelta(seconds=int(field)) if re.fullmatch("[0-9]{1,7}", field) else None


def _whole(response: requests.Response, seconds: float, most: int) -> bytes:
    """The body, bounded in size and in time: a peer that drips may not outlast the lease of an attempt."""
    content, end = bytearray(), time.monotonic() + seconds
    while piece := response.raw.read1(65536, decode_content=True):  # what has come, without waiting for more
        content += piece
        if len(content) > most:
            raise Fault(Reason.RECEIPT_INVALID)
        if time.monotonic() > end:
            raise Fault(Reason.TIMEOUT)
    return bytes(content)
