"""What a record that no key of theirs signed would change at once, though what else is new in it waits for two people.

One person at a page brings such a record alone, so none of it may be whom we ring, who it is or what it loses.
"""

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType

from gateway.core.as4 import certificates
from gateway.core.partners.records import Partner

WHO: MappingProxyType[str, Callable[[Partner], object]] = MappingProxyType(
    {
        "its number": lambda one: (one.laestab, one.la),
        "who receives for it": lambda one: one.served_by,
    }
)
"""What a record says of anybody who is in the register, such as a school or a council that the release ships."""

REACHED: MappingProxyType[str, Callable[[Partner], object]] = MappingProxyType(
    {
        "its telephone number": lambda one: one.contact.phone,
        "its safeguarding contact": lambda one: one.safeguarding,
        "its channel": lambda one: (one.channel, one.plain),
    }
)
"""What the first record of a partner brings, and no later one changes unsigned."""


def at_once(known: Partner | None, after: Partner, at: datetime) -> tuple[str, ...]:
    """In words what an unsigned record changes of what is ``known``, which stands ``after`` it; none where it waits."""
    if known is None:
        return ()
    told = {**WHO, **REACHED} if known.introduced or known.served_by else WHO
    changed = [words for words, of in told.items() if of(known) != of(after)]
    lost = [words for words, is_lost in _lost(known, after, at).items() if is_lost]
    return (*changed, *lost)


def _lost(known: Partner, after: Partner, at: datetime) -> dict[str, bool]:
    """What counts by now and would not any more; a certificate that is over is no loss."""
    left = {(one.role, one.fingerprint) for one in after.certificates}
    gone = [one.pem for one in known.certificates if (one.role, one.fingerprint) not in left]
    return {
        "its address": (known.endpoint, known.mailbox) != (after.endpoint, after.mailbox),
        "its certificates": bool(certificates.valid(gone, at)),
        "its authorities": not {*known.anchors} <= {*after.anchors},
    }
