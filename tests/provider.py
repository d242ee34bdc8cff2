"""A provider of sign-ins on the loopback address, honest until it is told to lie; and the API that tells DfE's roles."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey

CLIENT, SECRET, API_SECRET = "gateway", "first secret of this client, long", "second secret of this client, long"
ORGANISATION = "23f20e54-79ea-4146-8e39-18197576f023"


@dataclass
class Provider:
    """``claims`` are what it says of whoever signs in; ``lies`` go over everything that it says in a token."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1", "preferred_username": "j.doe@kent.example"})
    lies: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)
    unsigned: bool = False
    padding: int = 0
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    signs_by: ECKey | None = None
    asked: list[str] = field(default_factory=list)
    begun: dict[str, tuple[str, str]] = field(default_factory=dict)

    def come(self, address: str) -> tuple[str, str]:
        """Somebody signs in at the address that the browser was sent to; the state and code that come back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256" and asked["redirect_uri"].endswith("/sign-in/openid/back")
        code = f"code-{len(self.begun)}"
        self.begun[code] = asked["nonce"], asked["code_challenge"]
        return asked["state"], code

    def answer(self, path: str, form: dict[str, list[str]], bearer: str) -> tuple[int, object]:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            made = {name: f"{self.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri",
                                                               "userinfo_endpoint")}  # fmt: skip
            return 200, {"issuer": self.issuer, "padding": "x" * self.padding, **made, **self.discovery}
        if path == "/jwks_uri":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        if path == "/token_endpoint":
            return self._token({name: values[0] for name, values in form.items()})
        if path == "/userinfo_endpoint":
            return (200, self.userinfo) if bearer == "an access token" else (401, {})
        return self._roles(path, bearer)

    def _token(self, form: dict[str, str]) -> tuple[int, object]:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        nonce, challenge = self.begun.pop(form["code"], ("", ""))
        hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if not nonce or base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "nonce": nonce, "iat": now, "exp": now + 300, **self.claims}
        return 200, {
            "access_token": "an access token",
            "token_type": "Bearer",
            "id_token": self._signed({**said, **self.lies}),
        }

    def _signed(self, said: dict[str, Any]) -> str:
        said = {name: value for name, value in said.items() if value is not None}
        if self.unsigned:
            parts = ({"alg": "none", "typ": "JWT"}, said)
            return ".".join(
                [*(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts), ""]
            )
        key = self.signs_by or self.key
        return jwt.encode({"alg": "ES256", "kid": key.kid}, said, key)

    def _roles(self, path: str, bearer: str) -> tuple[int, object]:
        try:
            claims = jwt.decode(bearer, OctKey.import_key(API_SECRET), algorithms=["HS256"]).claims
        except (JoseError, ValueError):
            return 403, {}
        if (claims["iss"], claims["aud"]) != (CLIENT, "signin.education.gov.uk") or claims["exp"] < time.time():
            return 403, {}
        if path != f"/services/our-service/organisations/{ORGANISATION}/users/{self.claims['sub']}":
            return 404, {}
        return 200, {"roles": [{"code": one, "name": one.title()} for one in self.roles]}


@contextmanager
def served(**told: Any) -> Iterator[Provider]:
    """The provider at its own port."""
    provider = Provider(**told)

    class Door(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = parse_qs(self.rfile.read(length).decode())
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, said = provider.answer(urlsplit(self.path).path, form, bearer)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815  (the names by which they are called)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
