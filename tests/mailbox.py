"""A mail server that nobody here wrote (aiosmtpd), on this machine: it keeps what it is sent, and fails on demand."""

import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from gateway.wiring import free_ports

logging.getLogger("mail.log").setLevel(logging.ERROR)  # what the server says of itself
TAKEN = "250 taken"
USER, PASSWORD = "gateway", "a long pass phrase"


@dataclass
class Mailbox:
    """``answers`` are given in order to letters, then all are taken. ``meanwhile`` is done while one is being handed
    over. ``asked`` are the people who signed in.
    """

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    meanwhile: Callable[[], object] = lambda: None
    asked: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  (aiosmtpd calls it so)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return "550 there is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.meanwhile()
        answer = self.answers.pop(0) if self.answers else TAKEN
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            letter = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
        return answer

    def sign_in(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.asked.append(given.login.decode())
        return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    @property
    def told(self) -> list[tuple[str, str]]:
        """To whom, and what."""
        return [(str(one["To"]), str(one["Subject"])) for one in self.letters]


@contextmanager
def mailbox(
    certificate: str | None = None, key: str | None = None, *, at_once: bool = False, sign_in: bool = False
) -> Iterator[Mailbox]:
    """Open one; with a certificate it wants TLS: from the first byte, or by STARTTLS."""
    made = Mailbox()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    wants: dict[str, Any] = {"authenticator": made.sign_in, "auth_required": True} if sign_in else {}
    if sign_in and at_once:
        wants["auth_require_tls"] = False  # aiosmtpd knows only of TLS that STARTTLS began
    if context is not None and not at_once:
        wants |= {"tls_context": context, "require_starttls": True}
    (made.port,) = free_ports(1)
    server = Controller(made, "127.0.0.1", made.port, ssl_context=context if at_once else None, **wants)
    server.start()
    try:
        yield made
    finally:
        server.stop()
