"""What gateways hold of each other's logs: the largest checkpoint that each has shown, kept and handed back.

It carries the signature of whoever it is handed back to, so no peer can make up more than there was (``recovery``).
"""

import base64
import binascii
from datetime import datetime

from gateway.core.log import checkpoint, countersign
from gateway.core.partners import Partner
from gateway.core.records import PeerCheckpoint
from gateway.flows import countersigning

LONGEST = 300
"""The characters of the longest name of a log that is kept."""


def shown(partner: Partner, text: str | None, at: datetime) -> tuple[PeerCheckpoint, ...]:
    """How far a partner's log has come, as its message or receipt says in base64; nonsense is passed over.

    Where the partner has handed out keys of its logs, only what one of them signed is kept. One that has handed out
    none and shows what it never signed gets back what is of no use to it. Nothing is kept of one whose system is still
    being connected.
    """
    if text is None or partner.onboarding:
        return ()
    try:
        note = base64.b64decode(text, validate=True).decode()
        head = checkpoint.shown(note)
        if partner.logs:
            countersign.signed_by_any(note, countersigning.keys_of(partner, head.origin))
        return (PeerCheckpoint(partner.id, head.origin, head.size, note, at),) if len(head.origin) <= LONGEST else ()
    except (ValueError, binascii.Error):
        return ()
