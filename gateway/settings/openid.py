"""The section ``[openid]`` of the settings: by whose accounts people sign in."""

import re
from pathlib import Path
from typing import Any

from gateway.core.facts import Role
from gateway.core.terms import PartnerId
from gateway.settings.sections import PRESETS, OpenId

_ADDRESS = re.compile(r"https://[!-~]{1,500}|http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?(/[!-~]{0,300})?")


def parse(raw: dict[str, Any], folder: Path, homes: tuple[PartnerId, ...]) -> OpenId | None:
    """None where no preset is named. Raises ValueError naming the setting."""
    preset = raw.pop("preset", "")
    if not preset:
        return None
    if preset not in PRESETS:
        raise ValueError(f"[openid] preset is one of {', '.join(PRESETS)}")
    if missing := [name for name in ("issuer", "client", "secret", "address") if not raw.get(name)]:
        raise ValueError(f"[openid] {missing[0]} is missing")
    for name in ("secret", "api_secret", "authority"):
        if name in raw:
            raw[name] = folder / raw[name]
    roles = {theirs: Role(ours) for theirs, ours in raw.pop("roles", {}).items()}
    if not roles:
        raise ValueError("[openid.roles] maps nothing: nobody could sign in")
    if preset != "dfe":
        raw["organisation"] = PartnerId(raw.get("organisation") or homes[0])
    elif "organisation" in raw or not all(raw.get(name) for name in ("api", "service", "api_secret")):
        raise ValueError("[openid] of dfe needs api, service and api_secret, and tells each organisation itself")
    made = OpenId(preset, roles=roles, **{**PRESETS[preset], **raw})
    if not all(_ADDRESS.fullmatch(one) for one in (made.issuer, made.address, made.api) if one):
        raise ValueError("[openid] issuer, address and api are https addresses")
    return made
