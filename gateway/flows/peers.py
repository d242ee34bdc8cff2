"""What gateways hold of each other's logs: the largest checkpoint that each has shown, kept and handed back.

It carries the signature of whoever it is handed back to, so that no peer can make up more than there was; a database
that holds less was set back.
"""

import base64
import binascii
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


class Keeping(Protocol):
    def keep_peer_checkpoint(self, partner: PartnerId, size: int, note: str) -> None: ...


def keep(store: Keeping, partner: PartnerId, text: str | None) -> None:
    """Remember how far a partner's log has come, as its message or receipt says in base64; nonsense is passed over.

    The signature is not looked at: directories hold no keys of logs. A partner that shows what it never signed gets
    back what is of no use to it.
    """
    if text is None:
        return
    try:
        note = base64.b64decode(text, validate=True).decode()
        size = checkpoint.shown(note).size
    except (ValueError, binascii.Error):
        return
    store.keep_peer_checkpoint(partner, size, note)


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
