"""A stub of GOV.UK Notify over TLS on this machine: it checks tokens as Notify does, and fails on demand.

Written from Notify's own REST documentation and kept apart from our code: the token is checked with hmac alone.
"""

import base64
import hashlib
import hmac
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ACCOUNT, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
KEY = f"gateway-live-{ACCOUNT}-{SECRET}"
GOOD_FOR = 30


@dataclass
class Stub:
    """``letters`` are what was taken; ``answers`` are statuses given in order before anything is taken."""

    clock: Callable[[], datetime]
    port: int = 0
    letters: list[Mapping[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    subject: str = "((subject))"
    guests: frozenset[str] | None = None
    """Whom a team-only key may write to; None: everybody."""

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(one["email_address"], one["personalisation"]["subject"]) for one in self.letters]

    def token_is_wrong(self, header: str) -> str:
        """Why a token does not count; empty where it does (Notify's "Authentication")."""
        try:
            head, claims, signature = header.removeprefix("Bearer ").split(".")
            said, told = _json(head), _json(claims)
        except ValueError:
            return "Unauthorized: authentication token must be provided"
        if said != {"typ": "JWT", "alg": "HS256"}:
            return "Invalid token: algorithm used is not HS256"
        if told.get("iss") != ACCOUNT:
            return "Invalid token: service not found"
        made = hmac.new(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
        if not hmac.compare_digest(made, _bytes(signature)):
            return "Invalid token: signature, api token not found"
        iat = told.get("iat")
        if not isinstance(iat, int) or abs(self.clock().timestamp() - iat) > GOOD_FOR:
            return "Error: Your system clock must be accurate to within 30 seconds"
        return ""

    def take(self, said: Any) -> tuple[int, str]:
        """A letter; every field is looked at, and none that Notify does not know is let through."""
        if not isinstance(said, dict) or set(said) - {"template_id", "email_address", "personalisation", "reference"}:
            return 400, "Additional properties are not allowed"
        if said.get("template_id") != TEMPLATE:
            return 400, "Template not found"
        if missing := {"subject", "text"} - set(said.get("personalisation", {})):
            return 400, f"Missing personalisation: {', '.join(sorted(missing))}"
        if self.guests is not None and said["email_address"] not in self.guests:
            return 400, f"Can’t send to this recipient using a team-only API key: {said['email_address']}"
        self.letters.append(said)
        return 201, "created"


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _json(text: str) -> Any:
    return json.loads(_bytes(text))


@contextmanager
def notify(certificate: str, key: str, clock: Callable[[], datetime]) -> Iterator[Stub]:
    """Open one at ``https://localhost``."""
    stub = Stub(clock)

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there = self.path == f"/v2/template/{TEMPLATE}"
            body = {"id": TEMPLATE, "type": "email", "subject": stub.subject, "body": "((text))"}
            self._answer(*((200, body) if there else (404, {"errors": [{"message": "No result found"}]})))

        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != "/v2/notifications/email":
                self._answer(404, {})
            elif stub.answers:
                self._answer(stub.answers.pop(0), {"errors": [{"message": "on demand"}]})
            else:
                self._answer(0, {}, said)

        def _answer(self, status: int, body: object, said: Any = None) -> None:
            if wrong := stub.token_is_wrong(self.headers.get("Authorization", "")):
                status, body = 403, {"status_code": 403, "errors": [{"error": "AuthError", "message": wrong}]}
            elif said is not None:
                status, words = stub.take(said)
                body = {"status_code": status, "errors": [{"message": words}]}
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    stub.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
