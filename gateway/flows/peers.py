"""What gateways hold of each other's logs: the largest checkpoint that each has shown, kept and handed back.

It carries the signature of whoever it is handed back to, so no peer can make up more than there was (``recovery``).
"""

import base64
import binascii
from datetime import datetime

from gateway.core.log import checkpoint
from gateway.core.records import PeerCheckpoint
from gateway.core.terms import PartnerId

LONGEST = 300
"""The characters of the longest name of a log that is kept."""


def shown(partner: PartnerId, text: str | None, at: datetime) -> tuple[PeerCheckpoint, ...]:
    """How far a partner's log has come, as its message or receipt says in base64; nonsense is passed over.

    The signature is not looked at: directories hold no keys of logs. A partner that shows what it never signed gets
    back what is of no use to it.
    """
    if text is None:
        return ()
    try:
        note = base64.b64decode(text, validate=True).decode()
        head = checkpoint.shown(note)
        return (PeerCheckpoint(partner, head.origin, head.size, note, at),) if len(head.origin) <= LONGEST else ()
    except (ValueError, binascii.Error):
        return ()
