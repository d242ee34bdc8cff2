"""Our mailbox on NHS MESH: hand what is closed to it, and fetch what others left there.

The first request of a message is never repeated blindly: MESH may have taken it though its answer was lost, so it is
asked first what it has under our own name for it. What is fetched stays there until it is acknowledged.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import requests
import urllib3
from mesh_client import MeshClient, MeshError, Message

from gateway.core.delivery import Parcel
from gateway.core.errors import Fault, Reason
from gateway.core.partners import Partner
from gateway.core.records import Carried, CarriedAs
from gateway.core.terms import CarrierReference

SECONDS, RETRIES = 30.0, 1
MOST_BYTES = 40 << 20
MOST_FETCHED = 50
RECEIPTS = "_ACK"
"""At the end of the name of the workflow under which receipts go."""
TESTS = "_TEST"
"""And of that under which a plain file comes that is a specimen."""

TAKEN = frozenset({"accepted", "acknowledged"})
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
        with self._client() as client:
            if again and (known := client.known(parcel.id)) is not None:
                return CarrierReference(known) if known else None
            sealed = parcel.sealed_for is not None
            made = client.send_message(
                recipient.mailbox,
                _entity(parcel.content_type, content) if sealed else content,
                max_chunk_size=self._address.chunk,
                workflow_id=self._address.workflow,
                local_id=parcel.id,
                filename=name or f"{parcel.id}.as4",
                content_type=SEALED if sealed else PLAIN,
            )
            return CarrierReference(made)

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
        content_type, content = str(fetched.content_type or ""), fetched.read(MOST_BYTES + 1)
        if content_type.startswith(SEALED):
            content_type, content = _parse_entity(content)
        receipt = fetched.workflow_id == self._address.workflow + RECEIPTS
        what = CarriedAs.RECEIPT if receipt else CarriedAs.MESSAGE
        return Carried(
            id=one,
            sender=str(fetched.sender or ""),
            what=CarriedAs.REPORT if fetched.message_type == "REPORT" else what,
            local=str(fetched.local_id or ""),
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


class _Client(MeshClient):
    """The library's client, and the one question that it does not ask."""

    def known(self, local: str) -> str | None:
        """What MESH calls the message that we call ``local``; empty where it has several, None where it has none."""
        url = f"{self.mailbox_url}/outbox/tracking/{quote(local)}"
        answer = self._session.get(url, timeout=self._timeout, headers={"Accept": "application/json"})
        if answer.status_code in {NOT_FOUND, SEVERAL}:
            return None if answer.status_code == NOT_FOUND else ""
        answer.raise_for_status()
        told = answer.json()
        return str(told["messageId"]) if str(told.get("status", "")).lower() in TAKEN else None


def _entity(content_type: str, body: bytes) -> bytes:
    """A sealed message as a MIME entity (RFC 2045 §2.4): the header of MESH has no room for the type of one."""
    return f"MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n".encode("ascii") + body


def _parse_entity(content: bytes) -> tuple[str, bytes]:
    """The opposite of ``_entity``; what is none comes back with the bare type, and is refused as any broken message."""
    found = _HEAD.match(content)
    return (found[1].decode("ascii"), content[found.end() :]) if found else (SEALED, content)


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
