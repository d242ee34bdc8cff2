"""The group of commands about partners, whose commands stand in several rooms; and one partner by its id."""

from gateway.commands.root import gateway
from gateway.core.errors import Code, Refusal
from gateway.core.partners import Partner
from gateway.wiring import Installation


@gateway.group("partners")
def partner_group() -> None:
    """Who there is to exchange with."""


def find(installed: Installation, text: str) -> Partner:
    """Raises Refusal(NOT_FOUND)."""
    found = installed.store.register().directory.find_text(text)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found
