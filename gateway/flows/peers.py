"""Our own log as our peers have seen it: each keeps the largest checkpoint that we sent it, and hands it back.

It carries our own signature, so that no peer can tell us of more than there was; a database that holds less was set
back.
"""

from typing import Protocol

from gateway.core.errors import Fault
from gateway.core.log import checkpoint
from gateway.core.log.checkpoint import Checkpoint
from gateway.core.log.note import Verifier
from gateway.core.partners import Channel, Partner
from gateway.core.records import Register, Reply
from gateway.core.terms import PartnerId

ANSWERED = 200


class Asking(Protocol):
    def ask_checkpoint(self, recipient: Partner, home: PartnerId) -> Reply: ...


def highest(register: Register, transport: Asking, homes: tuple[PartnerId, ...], log: Verifier) -> Checkpoint | None:
    """The largest checkpoint of our log that any peer which answers now holds; None when none holds any."""
    asked = [_held(partner, transport, homes[0], log) for partner in _peers(register, homes)]
    return max((one for one in asked if one is not None), key=lambda one: one.size, default=None)


def _peers(register: Register, homes: tuple[PartnerId, ...]) -> list[Partner]:
    """Each gateway once, whoever shares it."""
    found = {
        partner.endpoint: partner
        for partner in register.directory.partners.values()
        if partner.channel is Channel.AS4 and partner.endpoint and partner.id not in homes
    }
    return list(found.values())


def _held(partner: Partner, transport: Asking, home: PartnerId, log: Verifier) -> Checkpoint | None:
    try:
        reply = transport.ask_checkpoint(partner, home)
        return checkpoint.open_signed(reply.body.decode(), log) if reply.status == ANSWERED else None
    except (Fault, ValueError):  # not there, or nothing that we ever signed
        return None
