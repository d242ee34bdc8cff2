"""Signing in by an organisation's own account, against providers on the loopback address: an honest one and a liar."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import oidc_provider_mock
import pytest
import requests
from flask.testing import FlaskClient
from joserfc.jwk import ECKey
from werkzeug.test import TestResponse

from gateway import settings
from gateway.core.errors import Fault, Reason
from gateway.core.facts import Role, parse_line
from gateway.core.records import Person, Record
from gateway.core.terms import PartnerId, PersonId, digest
from gateway.edge.openid import Client, Roles
from gateway.edge.openid import Provider as Hand
from gateway.flows import accounts
from gateway.flows.openid import Mapped
from gateway.web import pages
from gateway.web.signing import Ways
from tests.provider import API_SECRET, CLIENT, ORGANISATION, SECRET, Provider, served
from tests.simulator import KENT, LARKMERE, World
from tests.web.office import COMPILED, Page, means
from tests.web.office import SECRET as OF_FORMS

BACK = "/sign-in/openid/back"
OURS = {"CME officers": Role.OFFICER, "Heads": Role.MANAGER}
AT_A_SCHOOL = {
    "id": ORGANISATION,
    "category": {"id": "001"},
    "establishmentNumber": "4321",
    "localAuthority": {"code": "886"},
}
AT_A_COUNCIL = {"id": ORGANISATION, "category": {"id": "002"}, "establishmentNumber": "886", "localAuthority": None}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with served() as made:
        made.claims["roles"] = ["CME officers"]
        yield made


@pytest.fixture
def now(world: World) -> World:
    """Providers show the real time."""
    world.clock.at = datetime.now(UTC)
    return world


def hand(
    folder: Path, issuer: str, *, client: str = CLIENT, dfe: bool = False, secret: str = SECRET, api: str = API_SECRET
) -> Hand:
    (folder / "one").write_text(secret + "\n")
    (folder / "two").write_text(api + "\n")
    roles = Roles(issuer, "our-service", folder / "two") if dfe else None
    scope = "openid email profile" + (" organisation" if dfe else "")
    return Hand(Client(issuer, client, folder / "one", f"http://localhost{BACK}", scope, None, roles))


def browser(world: World, mapped: Mapped) -> FlaskClient:
    app = pages.create(
        world.kent.gateway, world.kent.store, lambda _name, _error: None, OF_FORMS, means(world.kent), Ways(mapped)
    )
    app.jinja_env.bytecode_cache = COMPILED
    return app.test_client()


def mapped_to(world: World, made: Hand, issuer: str, **more: Any) -> Mapped:
    return Mapped(issuer, made, OURS, **{"organisation": KENT, **more})


def come(client: FlaskClient, provider: Provider) -> TestResponse:
    away = client.get("/sign-in/openid")
    assert away.status_code == 303 and away.headers["Location"].startswith(provider.issuer)
    state, code = provider.come(away.headers["Location"])
    return client.get(BACK, query_string={"state": state, "code": code})


@pytest.fixture
def client(now: World, provider: Provider, tmp_path: Path) -> FlaskClient:
    return browser(now, mapped_to(now, hand(tmp_path, provider.issuer), provider.issuer))


def test_who_their_organisation_vouches_for_signs_in_with_the_role_that_is_mapped(
    now: World, client: FlaskClient, provider: Provider
) -> None:
    assert "Sign in with your organisation’s account" in client.get("/sign-in").text
    back = come(client, provider)
    assert Page(back, BACK).heading == "You have signed in"
    assert 'content="0;url=/"' in back.text
    assert "j.doe" in client.get("/").text
    assert now.kent.store.person(PersonId("j.doe")) == Person(PersonId("j.doe"), Role.OFFICER, KENT)
    (line,) = [line for line in map(parse_line, now.kent.store.lines()) if line["fact"] == "SignedIn"]
    assert line["how"] == "openid"
    assert "by your organisation’s account" in client.get("/sessions").text


def test_the_cookie_of_the_way_back_is_lax_and_that_of_the_session_strict(
    client: FlaskClient, provider: Provider
) -> None:
    (state,) = client.get("/sign-in/openid").headers.getlist("Set-Cookie")
    assert "SameSite=Lax" in state and "HttpOnly" in state
    assert any("SameSite=Strict" in one for one in come(client, provider).headers.getlist("Set-Cookie"))


def test_what_the_provider_says_of_them_now_is_what_counts(now: World, client: FlaskClient, provider: Provider) -> None:
    come(client, provider)
    provider.claims["roles"] = ["Heads", "CME officers"]
    come(client, provider)
    found = now.kent.store.person(PersonId("j.doe"))
    assert found is not None and found.role is Role.OFFICER, "the first of the settings counts"
    provider.claims["roles"] = ["Heads"]
    come(client, provider)
    found = now.kent.store.person(PersonId("j.doe"))
    assert found is not None and found.role is Role.MANAGER
    provider.claims["roles"] = ["Gardeners"]
    assert come(client, provider).status_code == 403


def test_somebody_of_the_same_name_is_somebody_else(now: World, client: FlaskClient, provider: Provider) -> None:
    now.kent.store.add_person(Person(PersonId("j.doe"), Role.MANAGER, KENT), Record(()))
    come(client, provider)
    assert now.kent.store.person(PersonId("j.doe-2")) == Person(PersonId("j.doe-2"), Role.OFFICER, KENT)
    provider.claims |= {"sub": "u-2", "preferred_username": "1"}
    come(client, provider)
    assert now.kent.store.person(PersonId("person")) is not None


def test_a_stopped_account_does_not_come_in(now: World, client: FlaskClient, provider: Provider) -> None:
    come(client, provider)
    side, manager = now.kent, Person(PersonId("k.head"), Role.MANAGER, KENT)
    accounts.stop(side.gateway, side.store, manager, PersonId("j.doe"), now.clock())
    assert come(client, provider).status_code == 403


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"lies": {"nonce": "another"}},
    "no nonce": {"lies": {"nonce": None}},
    "another audience": {"lies": {"aud": "somebody-else"}},
    "made out to another beside us": {"lies": {"aud": [CLIENT, "x"]}},
    "asked for by another": {"lies": {"aud": [CLIENT, "x"], "azp": "x"}},
    "another issuer": {"lies": {"iss": "https://evil.example"}},
    "expired": {"lies": {"exp": 1_700_000_000}},
    "no end": {"lies": {"exp": None}},
    "from the future": {"lies": {"iat": 4_000_000_000}},
    "nobody": {"lies": {"sub": None}},
    "unsigned": {"unsigned": True},
    "signed by another key": {"signs_by": ECKey.generate_key("P-256", {"kid": "one"})},
    "signed by a key that nobody published": {"signs_by": ECKey.generate_key("P-256", {"kid": "two"})},
}


@pytest.mark.parametrize("lie", LIES)
def test_no_lie_of_a_token_lets_anybody_in(now: World, client: FlaskClient, provider: Provider, lie: str) -> None:
    for name, value in LIES[lie].items():
        setattr(provider, name, value)
    back = come(client, provider)
    assert (back.status_code, Page(back, BACK).heading) == (403, "You could not be signed in")
    assert client.get("/").status_code == 403
    assert not any(b'"SignedIn"' in line for line in now.kent.store.lines())


def test_a_way_back_counts_once_in_time_and_for_the_browser_that_went(
    now: World, client: FlaskClient, provider: Provider
) -> None:
    away = client.get("/sign-in/openid").headers["Location"]
    state, code = provider.come(away)
    other = client.application.test_client()
    assert other.get(BACK, query_string={"state": state, "code": code}).status_code == 403, "another browser"
    assert client.get(BACK, query_string={"state": state, "code": code}).status_code == 403, "tried before"
    state, code = provider.come(client.get("/sign-in/openid").headers["Location"])
    now.clock.on(minutes=10)
    assert client.get(BACK, query_string={"state": state, "code": code}).status_code == 403, "too late"
    assert client.get(BACK, query_string={"error": "access_denied", "state": "x"}).status_code == 403


def test_keys_roll_over_and_unknown_ones_do_not_make_us_ask_without_end(
    now: World, client: FlaskClient, provider: Provider
) -> None:
    assert come(client, provider).status_code == 200
    provider.key = ECKey.generate_key("P-256", {"kid": "two"})
    assert come(client, provider).status_code == 403, "asked a moment ago"
    now.clock.on(minutes=1)
    assert come(client, provider).status_code == 200
    assert provider.asked.count("/jwks_uri") == 2
    assert provider.asked.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize(
    "told",
    [
        {"padding": 300_000},
        {"discovery": {"issuer": "https://evil.example"}},
        {"discovery": {"token_endpoint": "http://evil.example/token"}},
        {"discovery": {"jwks_uri": ""}},
    ],
)
def test_a_provider_that_publishes_what_does_not_hold_is_a_fault(
    now: World, client: FlaskClient, provider: Provider, told: dict[str, Any]
) -> None:
    for name, value in told.items():
        setattr(provider, name, value)
    answer = client.get("/sign-in/openid")
    assert (answer.status_code, answer.headers.get("Location")) == (503, None)


def test_without_a_provider_there_is_nothing(now: World) -> None:
    app = pages.create(now.kent.gateway, now.kent.store, lambda _name, _error: None, OF_FORMS, means(now.kent))
    assert app.test_client().get("/sign-in/openid").status_code == app.test_client().get(BACK).status_code == 404


# -- DfE Sign-in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("organisation", "role", "who"), [(AT_A_SCHOOL, Role.SCHOOL_SENDER, LARKMERE), (AT_A_COUNCIL, Role.OFFICER, KENT)]
)
def test_dfe_sign_in_tells_the_organisation_by_its_number_and_roles_at_another_address(
    now: World, provider: Provider, tmp_path: Path, organisation: dict[str, Any], role: Role, who: PartnerId
) -> None:
    mapped = replace(mapped_to(now, hand(tmp_path, provider.issuer, dfe=True), provider.issuer), organisation=None)
    client = browser(now, replace(mapped, roles={"cme": role}))
    provider.userinfo = {"sub": "u-1", "organisation": organisation}
    provider.roles = ["cme"]
    assert come(client, provider).status_code == 200
    assert now.kent.store.person(PersonId("j.doe")) == Person(PersonId("j.doe"), role, who)
    provider.userinfo["sub"] = "u-2"
    assert come(client, provider).status_code == 403, "said of somebody else"


@pytest.mark.parametrize(
    "organisation",
    [
        {**AT_A_SCHOOL, "establishmentNumber": "9998"},
        {**AT_A_SCHOOL, "establishmentNumber": "x"},
        {**AT_A_SCHOOL, "category": {"id": "010"}},
        {**AT_A_COUNCIL, "establishmentNumber": "000"},
        "Larkmere",
        None,
    ],
)
def test_who_is_of_no_organisation_of_ours_does_not_come_in(
    now: World, provider: Provider, tmp_path: Path, organisation: object
) -> None:
    mapped = replace(mapped_to(now, hand(tmp_path, provider.issuer, dfe=True), provider.issuer), organisation=None)
    client = browser(now, replace(mapped, roles={"cme": Role.SCHOOL_SENDER}))
    provider.userinfo = {"sub": "u-1", "organisation": organisation}
    provider.roles = ["cme"]
    assert come(client, provider).status_code == 403


def test_which_of_the_two_secrets_is_wrong_is_said(provider: Provider, tmp_path: Path) -> None:
    at = datetime.now(UTC)
    hand(tmp_path, provider.issuer, dfe=True).examine(at)
    wrong = {"secret": Reason.CLIENT_SECRET, "api": Reason.API_SECRET}
    for name, reason in wrong.items():
        with pytest.raises(Fault) as fault:
            hand(tmp_path, provider.issuer, dfe=True, **{name: "the wrong one, and long enough too"}).examine(at)
        assert fault.value.reason is reason
    (tmp_path / "one").unlink()
    made = hand(tmp_path, provider.issuer)
    (tmp_path / "one").unlink()
    with pytest.raises(Fault) as fault:
        made.examine(at)
    assert fault.value.reason is Reason.VAULT
    with pytest.raises(Fault) as fault:
        hand(tmp_path, "http://127.0.0.1:9").examine(at)
    assert fault.value.reason is Reason.PROVIDER


# -- a provider that nobody here wrote --------------------------------------------------------------------------------


def test_a_provider_that_nobody_here_wrote_lets_its_people_in(now: World, tmp_path: Path) -> None:
    user = oidc_provider_mock.User(sub="u-9", claims={"roles": ["Heads"], "preferred_username": "h.ead"})
    with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=[user]) as server:
        issuer = f"http://localhost:{server.server_port}"
        mapped = mapped_to(now, hand(tmp_path, issuer, client="any-client"), issuer)
        client = browser(now, mapped)
        away = client.get("/sign-in/openid").headers["Location"]
        gone = requests.post(away, data={"sub": "u-9"}, allow_redirects=False, timeout=60)
        assert gone.status_code in {302, 303}, gone.text
        back = gone.headers["Location"].removeprefix("http://localhost")
        assert client.get(back).status_code == 200
        assert "h.ead" in client.get("/").text
        assert client.get(back).status_code == 403


# -- settings ---------------------------------------------------------------------------------------------------------

SHIPPED = settings.shipped("config", "gateway.toml").read_text(encoding="utf-8")
TEXT = re.sub(
    r'(homes = )\[\]|((?:origin|domain) = )""', lambda m: f'{m[1]}["{KENT}"]' if m[1] else f'{m[2]}"x"', SHIPPED
)
GOOD = 'preset = "entra"\nissuer = "https://idp.example/v2.0"\nclient = "c"\nsecret = "keys/s"\naddress = "https://g.example"'


def openid(lines: str, roles: str = '"CME officers" = "officer"') -> settings.OpenId | None:
    text = TEXT.replace('preset = ""', lines).replace("[openid.roles]", f"[openid.roles]\n{roles}")
    return settings.parse(text, Path("/kent")).openid


def test_presets_know_where_a_provider_writes_things() -> None:
    assert settings.parse(TEXT, Path()).openid is None
    made = openid(GOOD)
    assert made is not None
    assert (made.secret, made.organisation, made.role_claim) == (Path("/kent/keys/s"), KENT, "roles")
    keycloak = openid(GOOD.replace("entra", "keycloak") + '\nname_claim = "email"')
    assert keycloak is not None and (keycloak.role_claim, keycloak.name_claim) == ("realm_access.roles", "email")
    dfe = openid(GOOD.replace("entra", "dfe") + '\napi = "https://api.example"\nservice = "s"\napi_secret = "keys/t"')
    assert dfe is not None and dfe.organisation is None and "organisation" in dfe.scope


@pytest.mark.parametrize(
    ("lines", "roles", "said"),
    [
        (GOOD.replace("entra", "okta"), '"a" = "officer"', "preset is one of"),
        (GOOD.replace('client = "c"\n', ""), '"a" = "officer"', "client is missing"),
        (GOOD, "", "nobody could sign in"),
        (GOOD, '"a" = "king"', "king"),
        (GOOD.replace("https://idp", "http://idp"), '"a" = "officer"', "https addresses"),
        (GOOD.replace("entra", "dfe"), '"a" = "officer"', "needs api"),
    ],
)
def test_a_provider_that_cannot_be_meant_is_refused_at_the_start(lines: str, roles: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        openid(lines, roles)


def test_who_somebody_is_there_is_kept_as_a_digest(now: World, client: FlaskClient, provider: Provider) -> None:
    come(client, provider)
    assert now.kent.store.identity(digest(b"x")) is None
    assert not any(b"u-1" in line or b"j.doe" in line for line in now.kent.store.lines())
