"""By what people sign in, as the settings say: which provider vouches for them, and what its words are here."""

from gateway.edge.openid import Client, Provider, Roles
from gateway.edge.passkeys import Passkeys
from gateway.flows import enquiry
from gateway.flows.openid import Mapped
from gateway.settings import OpenId
from gateway.web.signing import Ways
from gateway.wiring.joining import Installation

BACK = "/sign-in/openid/back"
CALLED = {"entra": "your Microsoft account", "dfe": "DfE Sign-in"}


def provider(given: OpenId) -> Provider:
    """The hand that asks this provider."""
    roles = Roles(given.api, given.service, given.api_secret) if given.api_secret else None
    back = given.address.rstrip("/") + BACK
    client = Client(given.issuer, given.client, given.secret, back, given.scope, given.authority, roles)
    return Provider(client)


def ways(installed: Installation) -> Ways:
    """What the page to sign in offers."""
    given, made = installed.settings.openid, installed.settings
    name = enquiry.name_of(installed.gateway, *made.homes)
    keys = Passkeys(made.address or f"http://localhost:{made.listen.pages_port}", name)
    mails = made.mail is not None  # teams without a machine; people only where the settings allow it
    if given is None:
        return Ways(passkeys=keys, mail=mails)
    mapped = Mapped(given.issuer, provider(given), given.roles, given.role_claim, given.name_claim, given.organisation)
    return Ways(mapped, keys, mails, CALLED.get(given.preset, "your organisation’s account"))
