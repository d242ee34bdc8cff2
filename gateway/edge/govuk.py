"""Hands a letter to GOV.UK Notify, behind the same port as the mail server; what it would not take is a Fault.

Its answer is known by its status alone: what it writes quotes the address to which the letter was to go.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import requests
from joserfc import jwt
from joserfc.jwk import OctKey

from gateway.core.errors import Fault, Reason
from gateway.core.reminders import Letter

SECONDS = (5.0, 10.0)
LIVE = "https://api.notifications.service.gov.uk"
ID = 36
"""The length of a UUID: a key is its name, the id of the account and the secret, with a dash between each."""

PLACES = ("((subject))", "((text))")
"""What the template holds: the first in its subject, the second as its message."""

OK, CREATED, WRONG, REFUSED, MISSING, BUSY = 200, 201, frozenset({400}), frozenset({401, 403}), frozenset({404}), 429


@dataclass(frozen=True, slots=True)
class Notify:
    """One template of one account. ``clock`` says the time at each letter: Notify takes no token of half a minute ago.

    The key is read when it is needed, so that it can be changed. ``authority`` are the certificates that it is
    trusted by, where that is not one the machine trusts.
    """

    key_file: Path
    template: str
    clock: Callable[[], datetime]
    url: str = LIVE
    authority: Path | None = None

    def send(self, letter: Letter, at: datetime) -> None:
        """Raises Fault: MAIL where it would not take this letter, NOTIFY where it does not know us, else why it could
        not be asked.
        """
        _ = at
        said = {
            "template_id": self.template,
            "email_address": letter.to,
            "personalisation": {"subject": letter.subject, "text": letter.text},
            "reference": letter.id,
        }
        answer = self._ask("POST", "/v2/notifications/email", said)
        if answer.status_code != CREATED:
            raise _fault(answer.status_code)

    def greet(self) -> None:
        """Ask for the template, to see whether Notify knows us. Raises Fault: MAIL for a template that is not there, or
        would not carry a letter.
        """
        answer = self._ask("GET", f"/v2/template/{self.template}", None)
        if answer.status_code != OK:
            raise _fault(answer.status_code)
        try:
            found = answer.json()
            places = str(found["subject"]), str(found["body"])
        except (ValueError, KeyError, TypeError) as error:
            raise Fault(Reason.MAIL) from error
        if not all(place in text for place, text in zip(PLACES, places, strict=True)):
            raise Fault(Reason.MAIL)

    def _ask(self, method: str, path: str, said: dict[str, Any] | None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token()}"}
        try:
            with requests.Session() as session:
                session.trust_env = False  # no .netrc puts another key in the place of ours
                return session.request(
                    method,
                    self.url.rstrip("/") + path,
                    json=said,
                    headers=headers,
                    timeout=SECONDS,
                    allow_redirects=False,
                    verify=str(self.authority) if self.authority else True,
                )
        except requests.exceptions.SSLError as error:
            raise Fault(Reason.TLS) from error
        except requests.Timeout as error:
            raise Fault(Reason.TIMEOUT) from error
        except requests.RequestException as error:
            raise Fault(Reason.UNREACHABLE) from error

    def _token(self) -> str:
        """Who asks, and when (Notify's REST API, "Headers"): HS256 under the secret of the key."""
        try:
            key = self.key_file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise Fault(Reason.VAULT) from error
        account, secret = key[-2 * ID - 1 : -ID - 1], key[-ID:]
        if len(account) != ID:
            raise Fault(Reason.NOTIFY)
        claims = {"iss": account, "iat": int(self.clock().timestamp())}
        return jwt.encode({"typ": "JWT", "alg": "HS256"}, claims, OctKey.import_key(secret))


def _fault(status: int) -> Fault:
    """Wrong or strange to it is the letter or its template; refused is the key; the rest passes by itself."""
    if status in WRONG | MISSING:
        return Fault(Reason.MAIL)
    if status in REFUSED:
        return Fault(Reason.NOTIFY)
    return Fault(Reason.BUSY if status == BUSY else Reason.HTTP_STATUS)
