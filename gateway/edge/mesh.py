"""Our mailbox on NHS MESH: hand what is closed to it, and fetch what others left there.

The first request of a message is never repeated blindly: MESH may have taken it though its answer was lost, so it is
asked first what it has under our own name for it. One that broke off between its pieces is gone on with: a second
under the same name could not be told from it. Where nobody knows how long its pieces are, as of what an earlier release
began, it goes anew under a name of its own. What is fetched stays there until it is acknowledged.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
import urllib3
from mesh_client import MeshClient, MeshError, Message

from gateway.core.delivery import Parcel
from gateway.core.errors import Fault, Reason
from gateway.core.partners import Partner
from gateway.core.records import Carried, CarriedAs
from gateway.core.terms import CarrierReference, ParcelId

SECONDS, RETRIES = 30.0, 1
MOST_BYTES = 40 << 20
MOST_FETCHED = 50
RECEIPTS = "_ACK"
"""At the end of the name of the workflow under which receipts go."""
TESTS = "_TEST"
"""And of that under which a plain file comes that is a specimen."""

PIECES = "In pieces of bytes: "
"""Before the size by which a message is cut, as MESH keeps it for us: ``chunk`` may be another by the next try."""

ANEW = ".2"
"""After our own name for a message, where what was begun under the bare one cannot be gone on with."""

TAKEN, BEGUN = frozenset({"accepted", "acknowledged"}), "uploading"
NOT_FOUND, SEVERAL = 404, 300
SEALED, PLAIN = "multipart/related", "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Address:
    """How we reach MESH: both sides show certificates, and the two secrets are read from files that only we can read.

    ``chunk`` is the most bytes of one request; ``authority`` who vouches for the server, where it is not the NHS's own.
    """

    url: str
    mailbox: str
    password: Path
    shared_key: Path
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None
    workflow: str = "CME_GATEWAY"
    chunk: int = 20_000_000


class Mailbox:
    """Safe to use from several threads: every call has a session of its own."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def hand(
        self, parcel: Parcel, recipient: Partner, name: str, content: bytes, *, again: bool = False
    ) -> CarrierReference | None:
        """Send one parcel; MESH's own id for it, unless it has several. Raises Fault."""
        sealed, most = parcel.sealed_for is not None, self._address.chunk
        sent = _entity(parcel.content_type, content) if sealed else content
        said: dict[str, Any] = {
            "workflow_id": self._address.workflow,
            "local_id": parcel.id,
            "filename": name or f"{parcel.id}.as4",
            "content_type": SEALED if sealed else PLAIN,
        }
        with self._client() as client:
            found = client.tracked(parcel.id) if again else None
            if found is not None and not found.taken and not found.fits(sent):
                said["local_id"] = f"{parcel.id}{ANEW}"
                found = client.tracked(said["local_id"])
            if found is not None and found.taken:
                return CarrierReference(found.id) if found.id else None
            if found is not None and found.fits(sent):
                client.go_on(found, recipient.mailbox, sent, **said)
                return CarrierReference(found.id)
            said |= {"subject": f"{PIECES}{most}"} if len(sent) > most else {}
            return CarrierReference(client.send_message(recipient.mailbox, sent, max_chunk_size=most, **said))

    def waiting(self) -> Iterator[Carried]:
        """What lies in the mailbox, the oldest first, and no more than a poll can take. Raises Fault."""
        with self._client() as client:
            for one in client.list_messages()[:MOST_FETCHED]:
                fetched = client.retrieve_message(one)
                try:
                    yield self._carried(one, fetched)
                finally:
                    fetched.close()  # type: ignore[no-untyped-call]

    def answer(self, to: str, local: str, content_type: str, content: bytes) -> None:
        """Send a receipt, or why there is none, as a message of its own. Raises Fault."""
        workflow = self._address.workflow + RECEIPTS
        with self._client() as client:
            client.send_message(to, content, workflow_id=workflow, local_id=local, content_type=content_type)

    def acknowledge(self, one: str) -> None:
        """It rests here: MESH may forget it. Raises Fault."""
        with self._client() as client:
            client.acknowledge_message(one)

    def greet(self) -> None:
        """Whether our mailbox, password and certificate are taken. Raises Fault."""
        with self._client() as client:
            client.handshake()  # type: ignore[no-untyped-call]

    def _carried(self, one: str, fetched: Message) -> Carried:
        content_type, content = str(fetched.content_type or ""), _unpacked(fetched)
        if content_type.startswith(SEALED):
            content_type, content = _parse_entity(content)
        receipt = fetched.workflow_id == self._address.workflow + RECEIPTS
        what = CarriedAs.RECEIPT if receipt else CarriedAs.MESSAGE
        return Carried(
            id=one,
            sender=str(fetched.sender or ""),
            what=CarriedAs.REPORT if fetched.message_type == "REPORT" else what,
            local=_ANEW.sub(r"\1", str(fetched.local_id or "")),
            name=str(fetched.filename or ""),
            content_type=content_type,
            content=content,
            test=fetched.workflow_id == self._address.workflow + TESTS,
        )

    @contextmanager
    def _client(self) -> Iterator["_Client"]:
        """A session with MESH; what goes wrong in it is a Fault."""
        try:
            with _connected(self._address) as client:
                yield client
        except (requests.exceptions.SSLError, urllib3.exceptions.SSLError) as error:
            raise Fault(Reason.TLS) from error
        except urllib3.exceptions.NewConnectionError as error:  # which urllib3 counts among those that took too long
            raise Fault(Reason.UNREACHABLE) from error
        except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise Fault(Reason.TIMEOUT) from error
        except (requests.exceptions.ConnectionError, urllib3.exceptions.HTTPError) as error:
            # the library hands on what urllib3 raises where it does not send again
            raise Fault(Reason.UNREACHABLE) from error
        except MeshError as error:
            raise Fault(Reason.UNDELIVERED) from error
        except (requests.exceptions.RequestException, ValueError) as error:
            raise Fault(Reason.HTTP_STATUS) from error
        except OSError as error:  # a certificate, key or secret of ours that cannot be read
            raise Fault(Reason.CARRIER) from error


@dataclass(frozen=True, slots=True)
class _Tracked:
    """What MESH has under our own name for a message: its id, empty where it has several; whether it is taken; and of
    how many pieces one is that broke off, and of how many bytes each. No bytes where MESH does not say: then nobody
    knows where the next piece begins.
    """

    id: str
    taken: bool
    begun_of: int = 0
    begun_by: int = 0

    def fits(self, sent: bytes) -> bool:
        """Whether it is known where each piece of what broke off begins."""
        return bool(self.begun_by) and self.begun_of == -(-len(sent) // self.begun_by)


class _Client(MeshClient):
    """The library's client, and the two things that it does not do."""

    def tracked(self, local: str) -> _Tracked | None:
        """What became of the message that we call ``local``; None where MESH has none that it may still deliver."""
        url = f"{self.mailbox_url}/outbox/tracking/{quote(local)}"
        answer = self._session.get(url, timeout=self._timeout, headers={"Accept": "application/json"})
        if answer.status_code in {NOT_FOUND, SEVERAL}:
            return None if answer.status_code == NOT_FOUND else _Tracked("", taken=True)
        answer.raise_for_status()
        told = answer.json()
        status = str(told.get("status", "")).lower()
        if status not in {*TAKEN, BEGUN}:
            return None
        pieces = int(told.get("chunkCount") or 0) if status == BEGUN else 0
        size = str(told.get("subject") or "").removeprefix(PIECES)
        by = int(size) if pieces and size.isdecimal() else 0
        return _Tracked(str(told["messageId"]), status in TAKEN, pieces, by)

    def go_on(self, begun: _Tracked, recipient: str, sent: bytes, **said: Any) -> None:
        """Send all but the first piece of a message that broke off; one that MESH had is the same again."""
        for number in range(2, begun.begun_of + 1):
            piece = sent[(number - 1) * begun.begun_by : number * begun.begun_by]
            self.send_chunk(recipient, piece, number, begun.begun_of, message_id=begun.id, **said)


def _unpacked(fetched: Message) -> bytes:
    """What a message holds; nothing of one that says it is gzip and is none, which is then refused as an empty one."""
    try:
        return bytes(fetched.read(MOST_BYTES + 1))
    except zlib.error:
        return b""


def _entity(content_type: str, body: bytes) -> bytes:
    """A sealed message as a MIME entity (RFC 2045 §2.4): the header of MESH has no room for the type of one."""
    return f"MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n".encode("ascii") + body


def _parse_entity(content: bytes) -> tuple[str, bytes]:
    """The opposite of ``_entity``; what is none comes back with the bare type, and is refused as any broken message."""
    found = _HEAD.match(content)
    return (found[1].decode("ascii"), content[found.end() :]) if found else (SEALED, content)


_ANEW = re.compile(rf"\A({ParcelId.GRAMMAR.pattern}){re.escape(ANEW)}\Z")
_HEAD = re.compile(rb"MIME-Version: 1\.0\r\nContent-Type: ([ -~]{1,300})\r\n\r\n")


def _connected(address: Address) -> _Client:
    shown = (str(address.certificate), str(address.key)) if address.certificate and address.key else None
    return _Client(
        address.url,
        address.mailbox,
        _secret(address.password),
        shared_key=_secret(address.shared_key).encode(),
        cert=shown,
        verify=str(address.authority) if address.authority else None,
        max_retries=RETRIES,
        timeout=SECONDS,
        application_name="cme-gateway",
    )


def _secret(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].strip()
