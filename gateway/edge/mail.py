"""Hands a letter to the council's mail server: over TLS, or on this machine alone; what it would not take is a Fault.

Sending needs no database, and so is never done with a transaction open.
"""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from gateway.core.errors import Fault, Reason
from gateway.core.reminders import Letter

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Server:
    """``security``: ``starttls``, ``tls`` from the first byte, or ``none``.

    ``authority`` are the certificates that the server's is trusted by, where that is not one the machine trusts. The
    password is read when it is needed, so that it can be changed.
    """

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password_file: Path | None = None
    authority: Path | None = None

    def send(self, letter: Letter, at: datetime) -> None:
        """Raises Fault: MAIL where it would not take this letter, MAIL_ACCOUNT where it takes none of ours, or why it
        could not be asked.
        """
        self._meet(lambda server: server.send_message(self._message(letter, at)))

    def _meet(self, do: Callable[[smtplib.SMTP], object]) -> None:
        password = self._password()
        try:
            with self._open() as server:
                server.ehlo_or_helo_if_needed()
                if self.user:
                    server.login(self.user, password)
                do(server)
        except ssl.SSLError as error:
            raise Fault(Reason.TLS) from error
        except TimeoutError as error:
            raise Fault(Reason.TIMEOUT) from error
        except smtplib.SMTPServerDisconnected as error:
            raise Fault(Reason.CUT_OFF) from error
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused, smtplib.SMTPNotSupportedError) as error:
            raise Fault(Reason.MAIL_ACCOUNT) from error
        except smtplib.SMTPException as error:
            raise Fault(Reason.MAIL) from error
        except OSError as error:
            raise Fault(Reason.UNREACHABLE) from error

    def greet(self) -> None:
        """Sign in and go, to see whether letters would be taken. Raises Fault."""
        self._meet(lambda _: None)

    def _open(self) -> smtplib.SMTP:
        if self.security == "none":
            return smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        context = ssl.create_default_context(cafile=self.authority)
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
        return server

    def _password(self) -> str:
        try:
            return self.password_file.read_text(encoding="utf-8").strip() if self.password_file else ""
        except (OSError, ValueError) as error:
            raise Fault(Reason.VAULT) from error

    def _message(self, letter: Letter, at: datetime) -> EmailMessage:
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = self.sender, letter.to, letter.subject
        made["Date"] = format_datetime(at)
        made["Message-ID"] = f"<{letter.id}@{self.sender.partition('@')[2]}>"
        made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
        made.set_content(letter.text)
        return made
