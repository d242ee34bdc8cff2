"""Signing in by an organisation's own accounts: OpenID Connect, authorisation code with PKCE, by Authlib.

What the provider publishes is fetched with limits of size and time, never by a redirect, and kept for an hour. Nothing
that it says counts before its signature, issuer, audience, nonce and times hold; signatures are an allow-list.
"""

import contextlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey
from requests.adapters import HTTPAdapter

from gateway.core.errors import Code, Fault, Reason, Refusal

MOST_BYTES, SECONDS = 256 << 10, (5.0, 10.0)
KEPT, AGAIN = timedelta(hours=1), timedelta(minutes=1)
LEEWAY, GOOD_FOR = 60, timedelta(minutes=5)
SIGNED_BY = ["RS256", "PS256", "ES256", "EdDSA"]
"""Never none, and never a shared secret."""

DFE_AUDIENCE = "signin.education.gov.uk"
NOBODY = "00000000-0000-0000-0000-000000000000"
REFUSED, MISSING = frozenset({401, 403}), frozenset({404})
OK = 200


@dataclass(frozen=True, slots=True)
class Roles:
    """DfE Sign-in tells roles at another address, which is asked under a secret of its own."""

    address: str
    service: str
    secret_file: Path


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are at the provider. Secrets are files, read when they are needed, so that they can be changed."""

    issuer: str
    name: str
    secret_file: Path
    back: str
    scope: str
    authority: Path | None = None
    roles: Roles | None = None


class Provider:
    """One provider. Safe to use from several threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._known: tuple[datetime, Mapping[str, Any]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def address(self, state: str, nonce: str, verifier: str, at: datetime) -> str:
        """Where the browser goes to sign in. Raises Fault."""
        there = self._published(at)["authorization_endpoint"]
        made, _ = self._session().create_authorization_url(there, state, code_verifier=verifier, nonce=nonce)
        return str(made)

    def claims(self, code: str, verifier: str, nonce: str, at: datetime) -> Mapping[str, Any]:
        """What the provider says of whoever came back. Raises Refusal(SIGN_IN_FAILED) for what does not hold, Fault."""
        published = self._published(at)
        session = self._session()
        given = self._token(session, str(published["token_endpoint"]), code, verifier)
        claims = self._held(str(given.get("id_token", "")), nonce, at)
        if "organisation" in self._client.scope and "organisation" not in claims:
            more = _json(session.get(str(published["userinfo_endpoint"]), timeout=SECONDS, allow_redirects=False))
            if more.get("sub") != claims["sub"]:
                raise Refusal(Code.SIGN_IN_FAILED)
            claims = {**more, **claims}
        return claims

    def roles(self, claims: Mapping[str, Any], at: datetime) -> frozenset[str] | None:
        """The roles that are told at another address; None where the claims tell them. Raises Fault."""
        asked = self._client.roles
        if asked is None:
            return None
        organisation = claims.get("organisation")
        named = organisation.get("id") if isinstance(organisation, dict) else None
        if not isinstance(named, str):
            raise Refusal(Code.SIGN_IN_FAILED)
        answer = self._ask_roles(asked, named, str(claims["sub"]), at)
        found = [one.get("code") for one in answer.get("roles", []) if isinstance(one, dict)]
        return frozenset(one for one in found if isinstance(one, str))

    def examine(self, at: datetime) -> None:
        """Ask as nobody, to see whether the provider knows us. Raises Fault that says which secret is wrong."""
        published = self._published(at)
        with contextlib.suppress(Refusal):  # it knows us, and not that code
            self._token(self._session(), str(published["token_endpoint"]), "nothing", "nothing")
        if self._client.roles is not None:
            self._ask_roles(self._client.roles, NOBODY, NOBODY, at)

    def _published(self, at: datetime) -> Mapping[str, Any]:
        with self._lock:
            if self._known is None or self._known[0] + KEPT <= at:
                found = self._fetch(f"{self._client.issuer.rstrip('/')}/.well-known/openid-configuration")
                if found.get("issuer") != self._client.issuer:
                    raise Fault(Reason.PROVIDER)
                for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                    _refuse_plain(str(found.get(name, "")))
                self._known = at, found
            return self._known[1]

    def _key_set(self, at: datetime, *, anew: bool) -> KeySet:
        """Their keys; anew where a signature names one that we do not know, at most once a minute."""
        where = str(self._published(at)["jwks_uri"])
        with self._lock:
            age = at - self._keys[0] if self._keys else KEPT
            if self._keys is None or age >= KEPT or (anew and age >= AGAIN):
                try:
                    self._keys = at, KeySet.import_key_set(self._fetch(where))  # type: ignore[arg-type]
                except (JoseError, ValueError, KeyError, TypeError) as error:
                    raise Fault(Reason.PROVIDER) from error
            return self._keys[1]

    def _held(self, token: str, nonce: str, at: datetime) -> dict[str, Any]:
        client = self._client
        registry = jwt.JWTClaimsRegistry(
            now=int(at.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": client.issuer},
            aud={"essential": True, "value": client.name},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            decoded = self._decoded(token, at)
            registry.validate(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Refusal(Code.SIGN_IN_FAILED) from error
        claims = dict(decoded.claims)
        many = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if many else client.name) != client.name:
            raise Refusal(Code.SIGN_IN_FAILED)
        return claims

    def _decoded(self, token: str, at: datetime) -> jwt.Token:
        try:
            return jwt.decode(token, self._key_set(at, anew=False), algorithms=SIGNED_BY)
        except (JoseError, ValueError, KeyError):
            return jwt.decode(token, self._key_set(at, anew=True), algorithms=SIGNED_BY)

    def _token(self, session: OAuth2Session, where: str, code: str, verifier: str) -> Mapping[str, Any]:
        try:
            return dict(session.fetch_token(where, code=code, code_verifier=verifier, timeout=SECONDS))
        except AuthlibBaseError as error:
            if error.error in {"invalid_client", "unauthorized_client"}:
                raise Fault(Reason.CLIENT_SECRET) from error
            raise Refusal(Code.SIGN_IN_FAILED) from error
        except (requests.RequestException, ValueError) as error:
            raise _fault(error) from error

    def _ask_roles(self, asked: Roles, organisation: str, person: str, at: datetime) -> Mapping[str, Any]:
        where = (
            f"{asked.address.rstrip('/')}/services/{quote(asked.service, safe='')}"
            f"/organisations/{quote(organisation, safe='')}/users/{quote(person, safe='')}"
        )
        claims = {"iss": self._client.name, "aud": DFE_AUDIENCE, "exp": int((at + GOOD_FOR).timestamp())}
        signed = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(_secret(asked.secret_file)))
        try:
            with _bounded(requests.Session(), self._client.authority) as session:
                headers = {"Authorization": f"Bearer {signed}"}
                answer = session.get(where, headers=headers, timeout=SECONDS, allow_redirects=False)
        except requests.RequestException as error:
            raise _fault(error) from error
        if answer.status_code in REFUSED:
            raise Fault(Reason.API_SECRET)
        return {} if answer.status_code in MISSING else _json(answer)

    def _fetch(self, where: str) -> Mapping[str, Any]:
        _refuse_plain(where)
        try:
            with _bounded(requests.Session(), self._client.authority) as session:
                return _json(session.get(where, timeout=SECONDS, allow_redirects=False))
        except requests.RequestException as error:
            raise _fault(error) from error

    def _session(self) -> OAuth2Session:
        client = self._client
        session = OAuth2Session(
            client.name,
            _secret(client.secret_file),
            scope=client.scope,
            redirect_uri=client.back,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_post",  # noqa: S106  (the name of a way, and no password)
        )
        _bounded(session, client.authority)
        return session


class _Limited(HTTPAdapter):
    """Reads no more of an answer than it may have."""

    def send(self, request: requests.PreparedRequest, **told: Any) -> requests.Response:  # type: ignore[override]
        answer = super().send(request, **{**told, "stream": True})
        content = answer.raw.read(MOST_BYTES + 1, decode_content=True)
        answer.close()
        if len(content) > MOST_BYTES:
            raise requests.exceptions.ContentDecodingError("too long")
        answer._content = content  # noqa: SLF001  (requests has no other way to say how much it may read)
        answer._content_consumed = True  # type: ignore[attr-defined]  # noqa: SLF001
        return answer


def _bounded(session: requests.Session, authority: Path | None) -> requests.Session:
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Limited())
    session.max_redirects = 0
    if authority is not None:
        session.verify = str(authority)
    return session


def _json(answer: requests.Response) -> Mapping[str, Any]:
    try:
        found = answer.json() if answer.status_code == OK else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Fault(Reason.PROVIDER)
    return found


def _refuse_plain(address: str) -> None:
    """What is asked of them goes by TLS, but on this machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}):
        raise Fault(Reason.PROVIDER)


def _fault(error: Exception) -> Fault:
    return Fault(Reason.TIMEOUT if isinstance(error, requests.Timeout) else Reason.PROVIDER)


def _secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise Fault(Reason.VAULT) from error
